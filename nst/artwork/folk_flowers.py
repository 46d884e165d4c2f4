"""A midnight garden that turns round a great blossom: two birds, flowers, scrolls and berries as on painted chests."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.brush import comma, ribbon, spline
from nst.artwork.craft.tools import Array, rgb
from nst.artwork.motifs.birds import BIRDS, BODY, CENTRE, paint_bird, paint_tail
from nst.artwork.motifs.blossoms import (
    BLUE,
    CREAM,
    GOLD,
    HEART,
    LEAF,
    PINK,
    POINTED,
    ROUND,
    TURQUOISE,
    VERMILION,
    Brush,
)
from nst.artwork.motifs.garden import SIDE, Garden, circle, dusk, swirl

NIGHTS = rgb("141c56", "0c2a5a", "24185c", "0a3550", "05071c")
# The great blossoms: place, radius, paints from the outside in, form and number of petals.
BLOSSOMS = (
    (CENTRE, 104, (VERMILION, CREAM, GOLD), HEART, 12),
    (108 + 104j, 94, (PINK, CREAM, VERMILION), ROUND, 11),
    (652 + 668j, 96, (GOLD, VERMILION, CREAM), ROUND, 12),
    (368 + 82j, 66, (TURQUOISE, CREAM, PINK), ROUND, 10),
    (412 + 694j, 64, (PINK, GOLD, CREAM), HEART, 10),
    (704 + 486j, 56, (CREAM, PINK, VERMILION), ROUND, 10),
    (56 + 300j, 56, (BLUE, CREAM, GOLD), HEART, 9),
    (690 + 92j, 58, (VERMILION, GOLD, CREAM), POINTED, 11),
    (84 + 688j, 62, (CREAM, TURQUOISE, GOLD), POINTED, 11),
)  # fmt: skip


def _reserve(garden: Garden) -> None:
    """Keeps the places of what is painted last."""
    for at, radius, *_ in BLOSSOMS:
        garden.take(circle(at, radius if at != CENTRE else 130), 3)
    for bird in BIRDS:
        garden.take(bird.at(spline(BODY, 6, closed=True)), 4)
        garden.take(bird.at(np.array([20 - 30j, -38 - 118j, -104 - 84j, -90 - 30j])), 3)
        garden.take(bird.at(np.array([60 - 70j, 80 - 115j, 20 - 105j, 125 - 52j])), 3)
        for line in bird.feathers():
            garden.take(ribbon(line, np.full(16, 20.0)), 2)
            garden.take(circle(line[-1], 13), 2)
    garden.see()


def _arms(garden: Garden) -> list[Array]:
    """Stems that wind out of the middle, and turn as they go."""
    arms = []
    for k in range(9):
        angle = 0.35 + 2 * np.pi * k / 9
        t = np.linspace(0, 1, 40)
        r = 120 + 330 * t**1.1
        winding = CENTRE + r * np.exp(1j * (angle + 1.25 * t**0.9))
        arms.append(winding)
        garden.brush.shade = 0.05
        garden.brush.stem(winding, 9, (LEAF, TURQUOISE, LEAF)[k % 3])
    return arms


def _shoots(garden: Garden, arms: list[Array]) -> None:
    """Leaves on both sides of the stems."""
    rng, t = garden.rng, np.linspace(0, 1, 9)
    for arm in arms:
        for j in range(2, 38, 2):
            ahead = float(np.angle(arm[j + 1] - arm[j - 1]))
            for side in (1, -1):
                for length, width in ((66, 27), (48, 22), (34, 17)):
                    angle, bend = ahead + 0.75 * side, -0.8 * side
                    at = arm[j] + 6 * np.exp(1j * angle)
                    spine = at + length * t * np.exp(1j * (angle + bend * (t - 0.3)))
                    if garden.settle(ribbon(spine, width * 0.8 * np.sin(np.pi * t**0.8)), 1):
                        garden.brush.shade = dusk(at)
                        kinds = ((LEAF, LEAF), (LEAF, GOLD), (TURQUOISE, CREAM))[rng.integers(3)]
                        garden.brush.leaf(at, angle, (length, width), bend, kinds)
                        break


def _wreath(brush: Brush) -> None:
    """Leaves that turn round the great blossom."""
    for k in range(18):
        angle = 2 * np.pi * k / 18
        at = CENTRE + 92 * np.exp(1j * angle)
        brush.leaf(at, angle + 0.5, (46, 19), 0.8, ((LEAF, GOLD), (TURQUOISE, CREAM), (LEAF, LEAF))[k % 3])


def _ground(garden: Garden) -> None:
    """Strokes in the night's own blues, that turn with everything else."""
    for at in garden.rng.uniform(0, SIDE, (620, 2)) @ np.array([1, 1j]):
        angle = swirl(at) + garden.rng.normal(0, 0.5)
        mark = comma(at, at - garden.rng.uniform(24, 44) * np.exp(1j * angle), garden.rng.choice([-0.3, 0.3]), 11)
        garden.canvas.fill(mark, NIGHTS[garden.rng.integers(len(NIGHTS))])


def _flowers(garden: Garden, sizes: tuple[int, ...]) -> None:
    brush, rng = garden.brush, garden.rng
    suits = (
        (PINK, CREAM), (VERMILION, GOLD), (GOLD, VERMILION), (CREAM, PINK), (TURQUOISE, CREAM), (BLUE, TURQUOISE),
        (PINK, GOLD), (CREAM, VERMILION),
    )  # fmt: skip
    count = 0
    for radius in sizes:
        for at in garden.spots(260):
            if garden.settle(circle(at, radius), 1.5):
                brush.shade, count = dusk(at), count + 1
                kinds = suits[count % len(suits)]
                style = rng.integers(3)
                if style == 0:
                    brush.daisy(at, radius, kinds)
                elif style == 1:
                    brush.blossom(at, radius, kinds, (HEART, ROUND)[count % 2], int(rng.integers(5, 8)))
                else:
                    brush.tulip(at - 0.8 * radius * np.exp(1j * swirl(at)), swirl(at), 1.65 * radius, kinds)


def _scrolls(garden: Garden) -> None:
    for radius in (34, 27):
        for at in garden.spots(60):
            if garden.settle(circle(at, radius), 0):
                garden.brush.shade = dusk(at)
                pair = ((GOLD, TURQUOISE), (TURQUOISE, PINK), (CREAM, GOLD), (LEAF, CREAM))[garden.rng.integers(4)]
                garden.brush.scroll(at, 0.88 * radius, swirl(at), int(garden.rng.choice([-1, 1])), pair)


def _leaves(garden: Garden) -> None:
    brush, rng = garden.brush, garden.rng
    greens = ((LEAF, LEAF), (TURQUOISE, CREAM), (LEAF, GOLD), (TURQUOISE, LEAF), (GOLD, CREAM))
    t = np.linspace(0, 1, 9)
    for length, width, tries in ((62, 27, 600), (48, 22, 600), (36, 18, 700), (27, 14, 700)):
        for at in garden.spots(tries):
            angle, bend = swirl(at) + rng.normal(0, 0.55), rng.choice([-0.7, 0.7])
            spine = at + length * t * np.exp(1j * (angle + bend * (t - 0.3)))
            if garden.settle(ribbon(spine, width * 0.8 * np.sin(np.pi * t**0.8)), 1.5):
                brush.shade = dusk(at)
                brush.leaf(at, angle, (length, width), bend, greens[rng.integers(5)])


def _sprays(garden: Garden) -> None:
    """Commas, then berries, until no ground is left bare."""
    brush, rng = garden.brush, garden.rng
    for length, width, tries in ((30, 13, 1200), (24, 11, 1200), (18, 10, 1200), (14, 8, 1200)):
        for at in garden.spots(tries):
            angle, bend = swirl(at) + rng.normal(0, 0.8), float(rng.choice([-0.3, 0.3]))
            end = at - length * np.exp(1j * angle)
            if garden.settle(comma(at, end, bend, width), 1):
                brush.shade = dusk(at)
                brush.stroke(at, end, bend, width, int(rng.integers(7)))
    for radius, tries in ((9, 500), (7, 800), (5.5, 1000)):
        for at in garden.spots(tries):
            if garden.settle(circle(at, radius), 1.5):
                brush.shade = dusk(at)
                brush.berry(at, radius, int(rng.choice([VERMILION, PINK, GOLD, CREAM, TURQUOISE])))


def draw(size: int = 768) -> Image.Image:
    garden = Garden(size)
    _reserve(garden)
    _ground(garden)
    arms = _arms(garden)
    _flowers(garden, (42, 36))
    _scrolls(garden)
    _flowers(garden, (30, 26))
    _shoots(garden, arms)
    for arm in arms:
        garden.take(ribbon(arm, np.linspace(8, 3, 40)), 1)
    garden.see()
    _leaves(garden)
    _sprays(garden)
    garden.brush.shade = 0
    _wreath(garden.brush)
    for at, radius, kinds, form, number in BLOSSOMS[::-1]:
        garden.brush.shade = dusk(at)
        garden.brush.blossom(at, radius, kinds, form, number)
    for bird in BIRDS:
        garden.brush.shade = 0
        paint_tail(garden.brush, bird)
        paint_bird(garden.brush, bird)
    return garden.canvas.finish()
