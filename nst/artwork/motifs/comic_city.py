"""The storm's sky with its lightning and clouds, and houses in perspective, in ink and flat colours."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nst.artwork.craft.brush import comma, ribbon
from nst.artwork.craft.inking import (
    CREAM,
    CYAN,
    INK,
    MAGENTA,
    NAVY,
    ORANGE,
    PALE,
    RED,
    TEAL,
    VIOLET,
    YELLOW,
    Panel,
    box,
)
from nst.artwork.craft.tools import Array

WIDTH, HEIGHT = 624, 768
VANISH = 318 + 492j  # where the street's lines meet
FLASH = 318 + 96j  # where the lightning strikes


def _burst(radius: float, points: int, turn: float, depth: float) -> Array:
    """A star as wide as it is jagged."""
    angle = turn + np.arange(2 * points) * np.pi / points
    reach = radius * (1 + depth * np.where(np.arange(2 * points) % 2, -1, 1))
    outline: Array = FLASH + reach * (1 + 0.12 * np.sin(3.7 * np.arange(2 * points))) * np.exp(1j * angle)
    return outline


def draw_sky(panel: Panel) -> None:
    panel.flat(box(-9, -9, WIDTH + 9, HEIGHT), NAVY)
    for k in range(54):
        ray = np.exp(1j * (k * 2 * np.pi / 54 + panel.rng.normal(0, 0.03)))
        far = FLASH + 620 * ray
        panel.flat(ribbon(np.array([FLASH + 200 * ray, far]), np.array([2.0, 38.0])), (VIOLET, NAVY, TEAL)[k % 3])
        panel.flat(comma(far, FLASH + 250 * ray, 0.0, 9), INK)
    for radius, points, colour, dot, under in (
        (272, 19, VIOLET, None, MAGENTA), (208, 17, MAGENTA, None, ORANGE), (154, 15, ORANGE, RED, RED),
        (112, 13, YELLOW, None, ORANGE),
        (66, 11, CREAM, None, YELLOW),
    ):  # fmt: skip
        star = _burst(radius, points, 0.31 * points, 0.2)
        panel.shape(star, colour, 5)
        if dot is not None:
            panel.dots(star, dot)
        # Ink runs in from every corner of the star.
        marks = []
        for corner in star:
            for way in (-0.09, 0.0, 0.08):
                start = FLASH + (corner - FLASH) * np.exp(1j * way)
                marks.append(comma(start, FLASH + (start - FLASH) * panel.rng.uniform(0.66, 0.84), 0.05, 7))
        panel.within(star, marks, INK)
        # Rays in the next colour come out from under the star that lies on top.
        rays = [
            comma(FLASH + 0.55 * radius * ray, FLASH + panel.rng.uniform(0.78, 1.0) * radius * ray, 0.0, 9)
            for ray in np.exp(1j * np.arange(0, 6.28, 11 / radius))
        ]
        panel.within(star, rays, under)
    for left, right, foot in ((-60, 190, 150), (420, 700, 110), (-80, 110, 290), (520, 720, 262)):
        _cloud(panel, left, right, foot)


def _cloud(panel: Panel, left: float, right: float, foot: float) -> None:
    """Three rows of puffs, pale above and dark below, shaded from under."""
    rng = panel.rng
    for row, (lift, colour, shade) in enumerate(((50, CREAM, CYAN), (24, CYAN, TEAL), (-4, VIOLET, NAVY))):
        number = int((right - left) / (26, 32, 38)[row])
        puffs = []
        for k in rng.permutation(number):
            t = (k + 0.5) / number
            at = complex(left + (right - left) * t, foot - (lift + 22) * np.sin(np.pi * t) + rng.normal(0, 6))
            puffs.append((at, rng.uniform(17, 36)))
        for at, radius in puffs:
            panel.canvas.disc(at + 1 + 2j, radius + 4.5, INK)
        for at, radius in puffs:
            panel.canvas.disc(at, radius, colour)
        for at, radius in puffs:
            puff = at + radius * np.exp(2j * np.pi * np.arange(22) / 22)
            panel.hatch(puff, -1.9 + rng.normal(0, 0.3), 8, 6, shade, 0.55)
            panel.line(at + 0.92 * radius * np.exp(1j * np.linspace(-0.5, -2.2, 6) + 0.0j), 4.5)
            panel.hatch(puff, -1.2 + rng.normal(0, 0.3), 9, 5, INK, 0.3)
            glint = [comma(at + radius * (-0.62 - 0.1j), at + radius * (0.05 - 0.66j), -0.3, 8)]
            panel.within(puff, glint, (PALE, PALE, MAGENTA)[row])


def draw_bolt(panel: Panel) -> None:
    trunk = (300 - 14j, 336 + 44j, 296 + 62j, 352 + 112j, 312 + 128j, 342 + 172j, 312 + 182j, 322 + 222j)
    for branch, thick in (
        ((352 + 112j, 392 + 118j, 384 + 140j, 432 + 156j, 424 + 180j, 462 + 226j), 13),
        ((296 + 62j, 256 + 76j, 262 + 100j, 216 + 122j, 220 + 150j, 178 + 204j), 13),
        ((336 + 44j, 380 + 40j, 384 + 22j, 438 + 10j), 11), (trunk, 27),
    ):  # fmt: skip
        path = np.array(branch)
        wide = np.linspace(thick, 0.16 * thick, len(path))
        for extra, colour in ((11, INK), (1, CREAM)):
            half = (wide + extra) / 2
            panel.flat(np.concatenate([path - half - 0.3j * half, (path + half + 0.3j * half)[::-1]]), colour)


def draw_tower(panel: Panel) -> None:
    """The tall house at the end of the street."""
    for half, top, colour in ((62, 396, TEAL), (48, 322, CYAN), (34, 262, PALE), (20, 222, CREAM)):
        wall = box(322 - half, top, 322 + half, 500)
        panel.shape(wall, colour, 4)
        panel.dots(box(322 - half, top, 322 - 0.2 * half, 500), CYAN if colour is PALE else NAVY, 8, 2.2)
        shade = box(322 + 0.25 * half, top, 322 + half, 500)
        panel.flat(shade, NAVY if half > 40 else VIOLET)
        panel.hatch(shade, 0.2, 11, 6, CYAN if half > 40 else MAGENTA, 0.7)
        panel.hatch(box(322 - 0.3 * half, top, 322 + 0.3 * half, 500), np.pi, 8, 4, INK, 0.8)
        for row in range(int((500 - top) / 24)):
            for k in range(-1, 2):
                at = 322 + k * half * 0.56
                panel.shape(
                    box(at - 4, top + 10 + 24 * row, at + 4, top + 24 + 24 * row),
                    (YELLOW, ORANGE, INK)[(row + k) % 3],
                    2,
                )
    panel.shape(np.array([322 + 168j, 336 + 224j, 308 + 224j]), RED, 4)


def draw_street_side(
    panel: Panel, side: int, blocks: tuple[tuple[float, float, float, Array, Array, bool], ...]
) -> None:
    """Houses along one side, the farthest first: from one depth to another, a height and two colours."""

    def at(depth: float, up: float) -> complex:
        return complex(VANISH + (side * 356 + 1j * (252 - up)) / depth)

    for near, far, tall, colour, shade, dotted in blocks:
        wall = np.array([at(near, 0), at(near, tall), at(far, tall), at(far, 0)])
        panel.shape(wall, colour, 5)
        if dotted:
            panel.dots(wall, shade, 8, 2.4)
        else:
            _bricks(panel, at, near, far, tall, shade)
        panel.hatch(wall, 0 if side < 0 else np.pi, 9 + 5 / near, 6, INK, 0.5)
        floors, bays = max(int(tall / 92), 2), 3
        for floor in range(floors):
            low = tall * (floor + 0.16) / floors
            high = tall * (floor + 0.74) / floors
            ledge = np.array([at(near, low - 10), at(far, low - 10)])
            panel.line(ledge, 7 / near + 2, False)
            for bay in range(bays):
                a = 1 / (1 / near + (1 / far - 1 / near) * (bay + 0.2) / bays)
                b = 1 / (1 / near + (1 / far - 1 / near) * (bay + 0.8) / bays)
                _window(panel, np.array([at(a, low), at(a, high), at(b, high), at(b, low)]), int(panel.rng.integers(5)))
        cornice = np.array([at(near, tall - 4), at(near, tall + 22), at(far, tall + 22), at(far, tall - 4)])
        panel.shape(cornice, shade, 5)
        panel.hatch(cornice, np.pi / 2, 9, 5, INK, 0.7)


def _bricks(
    panel: Panel, at: Callable[[float, float], complex], near: float, far: float, tall: float, shade: Array
) -> None:
    """Strokes along the courses of a wall, shorter and closer with the distance."""
    for up in np.arange(10, tall, 17 + 4 * near):
        place = 1 / near - panel.rng.uniform(0, 0.05)
        while place > 1 / far:
            end = place - panel.rng.uniform(0.035, 0.075)
            start, stop = at(1 / place, up), at(1 / max(end, 1 / far), up)
            panel.flat(comma(start, stop, 0.04, 8 / near + 3), shade)
            place = end - 0.02


def _window(panel: Panel, pane: Array, kind: int) -> None:
    colour, mark = ((YELLOW, CREAM), (INK, CYAN), (ORANGE, YELLOW), (NAVY, PALE), (CREAM, ORANGE))[kind]
    panel.shape(pane, colour, 4.5)
    tall, wide = abs(pane[1] - pane[0]), abs(pane[3] - pane[0])
    if tall < 18:
        return
    middle, slant = pane.mean(), 0.34 * tall * (0.7 - 1j)
    panel.within(
        pane,
        [comma(middle + k * 0.22 * wide + slant, middle + k * 0.22 * wide - slant, 0.05, 8) for k in (-1, 1)],
        mark,
    )
    panel.hatch(pane, np.pi / 2, 8, 6, INK, 0.42)
    panel.line(np.array([(pane[0] + pane[3]) / 2, (pane[1] + pane[2]) / 2]), 4, False)
    panel.line(np.array([(pane[0] + pane[1]) / 2, (pane[2] + pane[3]) / 2]), 4, False)
