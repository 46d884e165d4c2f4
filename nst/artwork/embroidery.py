"""A tree of life with two birds in silk: satin and plaited stitches that nearly cover a dark cloth."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.stitches import (
    AZURE,
    COBALT,
    CREAM,
    CRIMSON,
    FOREST,
    JADE,
    MIDNIGHT,
    NAVY,
    PLUM,
    ROSE,
    SAFFRON,
    TEAL,
    THREAD,
    Cloth,
    Kinds,
    Point,
    curve,
    flower,
    leaf,
    plait,
    shine,
)
from nst.artwork.craft.tools import Sheet

WIDTH, HEIGHT = 640, 768


def _ground(cloth: Cloth) -> None:
    """Small patches of dark satin, turned this way and that."""
    sheet, gap = cloth.sheet, 25.0
    nearest = np.full(sheet.shape, np.inf, np.float32)
    spots = [
        (gap * (i + 0.5 * (j % 2)), gap * 0.87 * j) for j in range(int(HEIGHT / gap / 0.87) + 2) for i in range(-1, 28)
    ]
    for k, spot in enumerate(spots):
        at = (spot[0] + sheet.rng.uniform(-6, 6), spot[1] + sheet.rng.uniform(-6, 6))
        part, x, y = cloth.near([at], 34)
        away = np.hypot(x - at[0], y - at[1])
        closer = away < nearest[part]
        nearest[part][closer] = away[closer]
        turn = (k % 3) * np.pi / 3 + sheet.rng.normal(0, 0.3)
        u = ((x - at[0]) * np.cos(turn) + (y - at[1]) * np.sin(turn)) / THREAD
        v = ((y - at[1]) * np.cos(turn) - (x - at[0]) * np.sin(turn)) / gap + 0.5
        silk = (NAVY, PLUM, FOREST, PLUM, NAVY, PLUM, MIDNIGHT)[k * 5 % 7]
        cloth.sew(part, closer, u, v.clip(0.1, 0.9), gap, (silk,))


def _bird(cloth: Cloth, at: Point, way: int) -> None:
    """One that looks left or right, with its wing half raised."""
    big = 1.15

    def feather(base: Point, tip: Point, wide: float, silks: Kinds, bend: float = 0) -> None:
        leaf(cloth, spot(*base), spot(*tip), wide * big, silks[::way], way * bend)

    def spot(x: float, y: float) -> Point:
        return at[0] + way * big * x, at[1] + big * y

    for tip_x, tip_y, silks, bend in (
        (-104, -38, (CRIMSON, ROSE), -10), (-118, -6, (SAFFRON, CREAM), -5), (-116, 28, (TEAL, AZURE), 4),
        (-98, 58, (ROSE, CRIMSON), 10),
    ):  # fmt: skip
        feather((-26, 10), (tip_x, tip_y), 19, silks, bend)
    part, x, y = cloth.near([at], 84 * big)
    u, v = (x - at[0]) * way / big, (y - at[1]) / big
    a, b = u * 0.88 - v * 0.47, v * 0.88 + u * 0.47
    body = (a / 62) ** 2 + ((b - 4) / (31 + 0.12 * a)) ** 2 < 1
    feathers = (62 - a + 6 * np.cos(b * np.pi / 10)) / 18
    plumage = (AZURE, CREAM, ROSE, CREAM, SAFFRON, CREAM, TEAL, AZURE)
    cloth.sew(part, body, b * big / THREAD, feathers, 18 * big, plumage)
    feather((20, 8), (-66, 26), 18, (CRIMSON, SAFFRON))
    feather((20, 8), (-54, 2), 17, (SAFFRON, CREAM))
    feather((20, 8), (-32, -22), 16, (ROSE, CRIMSON))
    for tip_x, tip_y in ((42, -80), (60, -85), (77, -78)):
        feather((57, -46), (tip_x, tip_y), 8, (SAFFRON, CRIMSON))
    feather((70, -38), (106, -30), 12, (SAFFRON, CREAM))
    flower(cloth, spot(58, -38), 25 * big, 0, (TEAL, JADE, CREAM))
    flower(cloth, spot(63, -41), 8 * big, 0, (MIDNIGHT, CREAM))


def _border(cloth: Cloth) -> None:
    """Teeth of satin and a plait within."""
    part, x, y = cloth.near([(0, 0), (WIDTH, HEIGHT)], 0)
    deep = np.minimum(np.minimum(x, WIDTH - x), np.minimum(y, HEIGHT - y))
    upright = np.minimum(x, WIDTH - x) < np.minimum(y, HEIGHT - y)
    side = np.where(upright, y - HEIGHT / 2, x - WIDTH / 2)
    tooth = 5 + 26 * np.abs((side / 32) % 1 - 0.5) * 2
    u = side / THREAD
    cloth.sew(part, (deep < tooth) & (deep < 31), u, deep / tooth, tooth, (CRIMSON,))
    cloth.sew(part, (deep >= tooth) & (deep < 31), u, (deep - tooth) / (31.5 - tooth), 31 - tooth, (SAFFRON,))
    gem = np.abs((side / 32 + 0.5) % 1 - 0.5) * 32 + np.abs(deep - 9) < 7.5
    cloth.sew(part, gem, deep / THREAD, np.full(deep.shape, 0.5), 14, (CREAM,))
    u = (side + 0.7 * np.abs(deep - 36.5)) / (1.22 * THREAD)
    cloth.sew(part, (deep >= 31) & (deep < 36.5), u, (deep - 31) / 5.5, 5.5, (CREAM,))
    cloth.sew(part, (deep >= 36.5) & (deep < 42), u, (deep - 36.5) / 5.5, 5.5, (TEAL,))


# On the right half, from the middle: where leaves begin and end, how wide they are and how they bend.
LEAVES = (
    (8, 560, 70, 528, 20, 8), (62, 640, 112, 668, 22, -8), (110, 632, 134, 584, 20, 8), (8, 690, 66, 726, 20, -8),
    (140, 640, 184, 700, 22, -10), (60, 492, 84, 418, 22, 9), (96, 492, 62, 546, 22, 8), (168, 476, 166, 540, 22, -8),
    (168, 462, 150, 404, 20, -8), (8, 300, 12, 260, 12, -4), (66, 282, 82, 318, 14, -6), (110, 262, 164, 292, 18, -6),
    (70, 232, 112, 176, 22, 8), (110, 206, 98, 258, 18, 6), (132, 182, 128, 108, 20, 8), (206, 236, 262, 312, 20, -10),
    (224, 540, 268, 500, 16, 6), (200, 716, 262, 684, 20, 6), (262, 470, 270, 378, 14, 6), (262, 560, 240, 500, 12, -4),
    (262, 214, 246, 160, 16, 6), (140, 70, 118, 42, 14, 4), (262, 724, 212, 706, 12, 4), (36, 396, 88, 404, 20, -6),
    (10, 390, 44, 352, 16, 6),
)  # fmt: skip


def _tree(cloth: Cloth) -> None:
    """The stem with its boughs, the same on both sides."""
    green = ((JADE, TEAL), (TEAL, AZURE), (SAFFRON, JADE))
    for way in (-1, 1):

        def spot(x: float, y: float, way: int = way) -> Point:
            return WIDTH / 2 + way * x, y

        for start, control, end in (
            ((0, 650), (110, 650), (196, 606)), ((0, 484), (130, 510), (214, 452)), ((0, 330), (50, 260), (226, 244)),
            ((0, 240), (80, 250), (190, 120)), ((60, 492), (100, 500), (116, 548)),
        ):  # fmt: skip
            plait(cloth, curve(spot(*start), spot(*control), spot(*end)), 12, JADE)
        for k, (x, y, to_x, to_y, wide, bend) in enumerate(LEAVES):
            leaf(cloth, spot(x, y), spot(to_x, to_y), wide, green[k % 3][::way], way * bend)
        flower(cloth, spot(206, 606), 64, 8, (CREAM, ROSE, CRIMSON, SAFFRON))
        flower(cloth, spot(222, 450), 52, 6, (SAFFRON, CRIMSON, CREAM, COBALT), 0.05)
        flower(cloth, spot(204, 112), 66, 9, (ROSE, CREAM, CRIMSON, TEAL))
        flower(cloth, spot(90, 70), 33, 5, (AZURE, CREAM, SAFFRON), 0.05)
        flower(cloth, spot(106, 702), 32, 5, (SAFFRON, CRIMSON, CREAM))
        flower(cloth, spot(118, 556), 34, 6, (CRIMSON, CREAM, AZURE))
        flower(cloth, spot(232, 240), 36, 6, (CREAM, COBALT, SAFFRON))
        flower(cloth, spot(166, 214), 28, 5, (SAFFRON, CRIMSON, CREAM))
        _bird(cloth, spot(142, 348), -way)
    plait(cloth, [(WIDTH / 2, 726), (WIDTH / 2, 200)], 16, SAFFRON)
    flower(cloth, (WIDTH / 2, 616), 60, 7, (TEAL, CREAM, COBALT, SAFFRON), 0.04)
    flower(cloth, (WIDTH / 2, 456), 58, 8, (COBALT, AZURE, CREAM, CRIMSON))
    flower(cloth, (WIDTH / 2, 166), 92, 10, (CRIMSON, SAFFRON, CREAM, COBALT, ROSE))


def draw(size: int = 768) -> Image.Image:
    sheet = Sheet(size, WIDTH, HEIGHT, seed=31)
    cloth = Cloth(sheet)
    _ground(cloth)
    _border(cloth)
    _tree(cloth)
    return shine(cloth)
