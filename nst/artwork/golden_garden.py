"""Two people under a golden tree whose branches curl over a night of teal, in the manner of Vienna around 1908."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.brush import ribbon, spline
from nst.artwork.craft.tools import Array
from nst.artwork.motifs.garden import SIDE, Garden, circle
from nst.artwork.motifs.gilded_couple import couple
from nst.artwork.motifs.gilding import (
    BLACK,
    BRONZE,
    CORAL,
    DEEP,
    EMERALD,
    GARNET,
    GOLD,
    IVORY,
    LEAF,
    LEMON,
    OCHRE,
    TEAL,
    TURQUOISE,
    branch,
    curl,
    eye,
    flower,
    polygon,
    rings,
    spread,
)

HEART = 372 + 268j  # what the sky turns round
COUPLE = 560 + 640j  # where they stand
# The limbs: where they run from the roots, how wide they begin and end, how they roll up (radius, hand, turns).
LIMBS = (
    ((206 + 612j, 268 + 560j, 292 + 480j, 262 + 432j, 190 + 418j, 112 + 446j), (22, 11), (44, -1, 1.7)),
    ((420 + 612j, 362 + 560j, 340 + 480j, 380 + 402j, 480 + 366j, 620 + 366j), (24, 12), (54, -1, 1.9)),
    ((246 + 616j, 286 + 560j, 302 + 470j, 286 + 372j, 226 + 306j, 142 + 290j), (24, 13), (62, 1, 2.0)),
    ((386 + 616j, 346 + 560j, 330 + 470j, 358 + 362j, 430 + 292j, 540 + 262j), (24, 13), (66, -1, 2.0)),
    ((290 + 620j, 302 + 560j, 310 + 450j, 308 + 330j, 284 + 226j, 226 + 140j), (23, 12), (62, 1, 2.0)),
    ((352 + 620j, 332 + 560j, 326 + 450j, 342 + 330j, 388 + 220j, 470 + 100j), (23, 12), (58, -1, 1.9)),
    ((320 + 622j, 317 + 560j, 318 + 440j, 326 + 320j, 346 + 220j, 342 + 118j), (22, 10), (42, 1, 1.7)),
)


class Picture(Garden):
    """The garden and what is planted in it."""

    branches: list[tuple[Array, tuple[float, float]]]

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.rng = np.random.default_rng(8)
        self.branches = []

    def one_of(self, *paints: Array) -> Array:
        return paints[int(self.rng.integers(len(paints)))]

    def heights(self, count: int) -> Array:
        """Where rows begin and end, none as high as the next."""
        steps = np.cumsum(self.rng.uniform(0.7, 1.3, count))
        return np.concatenate([[0], steps / steps[-1]])

    def sky(self) -> None:
        def place(u: Array, v: Array) -> Array:
            turn = 2 * np.pi * u
            away = (8 + 640 * v) * (1 + 0.07 * np.sin(3 * turn + 2 * v) + 0.035 * np.sin(5 * turn - 3 * v))
            return np.asarray(HEART + away * np.exp(1j * (turn + 0.8 * v)))

        def night(at: complex) -> tuple[Array, Array]:
            if abs(at - HEART) + rng.normal(0, 40) < 230:
                return self.one_of(TURQUOISE, EMERALD, TURQUOISE, TEAL), self.one_of(IVORY, TEAL, DEEP, LEMON)
            return self.one_of(TEAL, DEEP, TEAL, DEEP, EMERALD), self.one_of(TURQUOISE, EMERALD, TEAL, DEEP)

        def gold(_: complex) -> tuple[Array, Array]:
            return self.one_of(OCHRE, BRONZE, OCHRE, GOLD), self.one_of(LEMON, BLACK, CORAL, GOLD, TEAL)

        rng, heights = self.rng, self.heights(30)
        self.canvas.fill(np.array([0, SIDE, SIDE + SIDE * 1j, SIDE * 1j]), BLACK)
        for k in range(30):
            spread(self.canvas, rng, place, gold if k % 5 == 4 else night, heights[k : k + 2], 25)


def _hill(x: Array) -> Array:
    return np.asarray(604 - 34 * np.exp(-(((x - 400) / 240) ** 2)) + 7 * np.sin(x / 60))


def _grow(picture: Picture) -> None:
    """The limbs, and shoots on them wherever there is room for another curl."""
    rng = picture.rng
    for knots, widths, (radius, hand, turns) in LIMBS:
        line = spline(np.array(knots), 12)
        roll = curl(complex(line[-1]), float(np.angle(line[-1] - line[-2])), radius, hand, turns)
        path = np.concatenate([line[:-1], roll])
        picture.branches.append((path, widths))
        picture.take(ribbon(line, np.full(len(line), 22.0)), 3)
        picture.take(circle(roll[-1], radius + 7), 2)
    picture.take(circle(COUPLE - 120j, 100), 2)
    picture.see()
    for radius in (46, 38, 30, 24, 19, 15):
        for _ in range(900):
            path, wide = picture.branches[int(rng.integers(len(picture.branches)))]
            k = int(rng.integers(len(path) // 4, int(0.7 * len(path))))
            side, hand = rng.choice([-1, 1], 2)
            ahead = float(np.angle(path[k] - path[k - 1]))
            t = np.linspace(0, 1, 12)
            long = rng.uniform(0.9, 2.2) * radius
            line = path[k] + long * t * np.exp(1j * (ahead + side * (0.9 - 0.5 * t)))
            roll = curl(complex(line[-1]), float(np.angle(line[-1] - line[-2])), radius, int(hand), 1.0 + radius / 60)
            middle = roll[-1]
            low = middle.imag + radius > _hill(np.array(middle.real)) - 12
            if not low and picture.free(circle(middle, radius + 6)) and picture.free(ribbon(line[6:], np.full(6, 8.0))):
                start = 0.6 * float(np.interp(k, (0, len(path)), wide))
                picture.take(circle(middle, radius + 6), 1)
                picture.take(ribbon(line, np.full(12, 12.0)), 1)
                picture.see()
                ends = (max(start, 8.0), 5 + radius / 11)
                picture.branches.append((np.concatenate([line[:-1], roll]), ends))


def _tree(picture: Picture) -> None:
    canvas = picture.canvas
    for path, widths in picture.branches[::-1]:
        core = path[-1]
        radius = float(np.abs(path[-12:] - core).max())
        branch(canvas, path, widths, (picture.one_of(GOLD, GOLD, LEMON, OCHRE), picture.one_of(BRONZE, IVORY, CORAL)))
        eye_size = min(max(0.9 * radius, 7), 15)
        rings(canvas, core, 0.62 * eye_size, (IVORY, picture.one_of(CORAL, TURQUOISE, GARNET), BLACK))


def _adorn(picture: Picture) -> None:
    """Eyes, triangles, lozenges and discs where the sky is still open."""
    canvas, rng = picture.canvas, picture.rng
    for size, tries in ((17, 300), (13, 500), (10, 700), (7.5, 700)):
        for at in picture.spots(tries):
            angle = float(np.angle(at - HEART)) + rng.normal(0.5, 0.4)
            if at.imag > _hill(np.array(at.real)) or not picture.settle(circle(at, size + 1), 1):
                continue
            # They stand in rings, each of its own kind.
            kind = (abs(at - HEART) / 190 + rng.normal(0, 0.12)) % 1
            hue = picture.one_of(CORAL, GOLD, TURQUOISE, LEMON, EMERALD, IVORY)
            if kind < 0.36 and size > 9:
                eye(canvas, at, 1.1 * size, angle, (hue, IVORY, picture.one_of(CORAL, TEAL, EMERALD)))
            elif kind < 0.68:
                polygon(canvas, at, 1.1 * size, angle, 3 if kind < 0.53 else 4, (hue, picture.one_of(IVORY, BLACK)))
            else:
                rings(canvas, at, 0.92 * size, (hue, picture.one_of(IVORY, GARNET, DEEP), picture.one_of(GOLD, CORAL)))


def _meadow(picture: Picture) -> None:
    canvas, rng = picture.canvas, picture.rng

    def place(u: Array, v: Array) -> Array:
        x = -10 + (SIDE + 20) * u
        top = _hill(x)
        return np.asarray(x + 1j * (top + (SIDE + 12 - top) * v))

    def paints(at: complex) -> tuple[Array, Array]:
        if at.imag - _hill(np.array(at.real)) < rng.uniform(20, 90):
            return picture.one_of(GOLD, OCHRE, LEMON, OCHRE), picture.one_of(BRONZE, EMERALD, IVORY, LEAF)
        return picture.one_of(EMERALD, LEAF, TEAL, EMERALD), picture.one_of(GOLD, LEAF, DEEP, EMERALD)

    x = np.linspace(-10, SIDE + 10, 80)
    canvas.fill(np.concatenate([x + 1j * _hill(x), [SIDE + 10 + 790j, -10 + 790j]]), BLACK, 5, BLACK)
    spread(canvas, rng, place, paints, picture.heights(10), 21)
    picture.plan.paste(1, (0, 0, SIDE, SIDE))
    picture.plan.paste(0, (0, 575, SIDE, SIDE))
    picture.see()
    for size, tries in ((20, 260), (15, 300), (11, 400), (8, 300)):
        for at in picture.spots(tries):
            if at.imag < _hill(np.array(at.real)) + 0.6 * size or not picture.settle(circle(at, size + 2), 2):
                continue
            hues = ((CORAL, LEMON, GARNET), (IVORY, GOLD, CORAL), (GOLD, GARNET, LEMON), (TURQUOISE, IVORY, TEAL),
                    (GARNET, GOLD, BLACK), (LEMON, CORAL, IVORY))[int(rng.integers(6))]  # fmt: skip
            if rng.random() < 0.7:
                flower(canvas, at, size, rng.uniform(0, 6), hues)
            else:
                rings(canvas, at, 0.8 * size, hues)


def draw(size: int = 768) -> Image.Image:
    picture = Picture(size)
    picture.sky()
    _grow(picture)
    _adorn(picture)
    _meadow(picture)
    _tree(picture)
    couple(picture.canvas, picture.rng, COUPLE)
    return picture.canvas.finish()
