"""A tiger in a jungle under a red sun, as naive painters dream it: leaf over leaf, each with a dark edge and a vein."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.brush import Canvas, spline
from nst.artwork.craft.strokes import scatter
from nst.artwork.craft.tools import rgb
from nst.artwork.motifs.foliage import BRIGHT, DEEP, FAR, INK, LIME, NIGHT, Foliage, Greens, greens
from nst.artwork.motifs.tiger import Tiger

WIDTH, HEIGHT = 640, 768
SUN = 372 + 150j
AIR = greens("34a4ac/84dcd4/f0fff4", "5cbcc0/a8ece0/fffaf0", "1c8494/58c0c4/ccf8ec", "78c4b4/ccf4dc/fffcf0")
DAWN = greens("f08460/ffbc90/fff0d8", "f8a878/ffd8ac/fffaec", "e86454/ffa080/ffe4c8", "f4bc80/ffe8b0/fffcec")
FLAME = greens("d81c1c/ff4830/ffa078", "f03c20/ff6c34/ffc088", "b8101c/e82c28/ff8468")
PINK = greens("d83478/ff7cac/ffd8e4", "e8508c/ff9cc0/ffeaf0", "c01c60/f4588c/ffc0d4")
WHITE = greens("c8dcc8/fff8e8/f4c8a0", "b8d8d8/ffffff/e8d890", "d8d0b0/fffcf0/f0b0a0")
ORANGE = greens("e85c0c/ff9420/ffdc94", "f07010/ffa828/ffe8a8", "d8480c/ff8018/ffd088")
SCARLET = greens("a80c18/e82420/ff8c64", "c41c14/f83c28/ffac80")
BLUE = greens("0c3c9c/2470dc/94d0fc", "0c5cb0/28a0e8/b4e8fc")
GOLD = greens("e09c0c/ffd024/fff4b0", "f0b418/ffe04c/fffccc")
BARK = rgb("4c2418", "6c3420", "3c1c18", "844830", "c88858")


def _sky(hand: Foliage) -> None:
    rng = hand.rng
    place = scatter(rng, (-20, -20, WIDTH + 20, 430), 17.5)
    spots = place[:, 0] + 1j * place[:, 1]
    for at in sorted(spots, key=lambda spot: -abs(spot - SUN)):
        away = abs(at - SUN) + 22 * np.sin(3 * np.angle(at - SUN) + 1)
        angle = np.angle(at - SUN) + np.pi / 2 + 0.35 * np.sin(at.real / 70 + at.imag / 50) + rng.normal(0, 0.12)
        warm = 0.95 * np.exp(-(((away - 70) / 48) ** 2)) + 0.9 * np.exp(-(((away - 215) / 30) ** 2))
        sets = DAWN if rng.random() < warm + 0.06 else AIR
        hand.leaf(complex(at), float(angle), (rng.uniform(46, 76), rng.uniform(19, 27)), 0.4, sets)


def _sun(hand: Foliage) -> None:
    for k in range(26):
        turn = 2 * np.pi * k / 26
        kinds = (FLAME, GOLD, DAWN, ORANGE)[k % 4]
        hand.leaf(SUN + 48 * np.exp(1j * turn), turn + 0.25, (hand.rng.uniform(28, 42), 15), 0.5, kinds)
    hand.canvas.disc(SUN, 58, INK)
    hand.canvas.disc(SUN, 55.5, FLAME[0][0])
    for radius, number in ((46, 15), (31, 11), (17, 6), (4, 2)):
        for k in range(number):
            turn = 2 * np.pi * (k + hand.rng.uniform(-0.2, 0.2)) / number
            hand.leaf(SUN + radius * np.exp(1j * turn), turn + 1.75, (24, 13), 0.5, FLAME)


def _palm(hand: Foliage, foot: complex, crown: complex, reach: float, sets: Greens) -> None:
    hand.trunk(np.array([foot, 0.5 * (foot + crown) + 14, crown]), (20, 14), BARK)
    for angle in (0.5, 2.7, 0.0, 3.2, -0.5, 3.7, -1.0, -2.1, -1.5):
        way = np.exp(1j * angle)
        tip = crown + reach * way + 0.3j * reach
        hand.frond(np.array([crown, crown + 0.55 * reach * way - 12j, tip]), 36, 13, sets)


def _behind(hand: Foliage) -> None:
    """The edge of the jungle against the sky, pale, then darker and darker down to where the tiger walks."""
    _palm(hand, 496 + 420j, 516 + 222j, 100, FAR)
    _palm(hand, 196 + 420j, 208 + 268j, 88, FAR)
    for x, y, wide, high, sets in (
        (330, 372, 180, 110, FAR), (610, 350, 150, 150, BRIGHT), (250, 392, 130, 100, BRIGHT),
        (430, 372, 150, 120, LIME),
        (120, 380, 150, 140, FAR), (540, 392, 160, 110, FAR), (340, 420, 150, 100, BRIGHT), (180, 420, 140, 90, LIME),
    ):  # fmt: skip
        hand.bush(complex(x, y), (wide, high), (40, 18), sets)
    for k, (x, y) in enumerate(((290, 352), (396, 338), (470, 368), (156, 352), (230, 384), (558, 372), (344, 396))):
        hand.daisy(complex(x, y), 22, (PINK, WHITE, SCARLET, BLUE)[k % 4], GOLD)
    for k, x in enumerate(range(60, 680, 84)):
        hand.bush(complex(x, 462 + 16 * (k % 2)), (150, 140), (50, 22), (DEEP, NIGHT)[k % 2])
    for k, x in enumerate(range(90, 640, 66)):
        hand.tuft(complex(x, 620 - 8 * (k % 2)), 9, 190, 20, (NIGHT, NIGHT, DEEP)[k % 3], 0.9)
    for x, y, radius, sets in (
        (98, 452, 24, BLUE), (330, 446, 26, PINK), (420, 438, 22, WHITE), (100, 540, 26, SCARLET),
        (466, 404, 20, ORANGE),
        (152, 420, 18, ORANGE), (84, 396, 18, SCARLET), (274, 416, 19, BLUE), (376, 414, 18, SCARLET),
    ):  # fmt: skip
        hand.daisy(complex(x, y), radius, sets, GOLD)


def _right(hand: Foliage) -> None:
    """Banana leaves, the last one pale."""
    for knots, sets in (
        ((680 + 620j, 630 + 330j, 540 + 100j), NIGHT),
        ((690 + 600j, 640 + 400j, 690 + 120j), DEEP),
        ((660 + 620j, 610 + 440j, 500 + 330j), BRIGHT),
        ((670 + 640j, 620 + 520j, 520 + 450j), DEEP),
    ):
        hand.banner(np.array(knots), 100, sets, 15)


def _left(hand: Foliage) -> None:
    """An orange tree."""
    hand.trunk(np.array([24 + 660j, 40 + 420j, 24 + 200j, 50 - 20j]), (52, 32), BARK)
    hand.trunk(np.array([36 + 330j, 90 + 268j, 150 + 262j]), (20, 12), BARK)
    for x, y, wide, high, sets in (
        (16, 40, 190, 150, DEEP), (130, 26, 190, 110, NIGHT), (30, 150, 170, 150, NIGHT), (130, 118, 140, 110, DEEP),
        (10, 268, 120, 130, DEEP), (92, 190, 110, 100, NIGHT),
    ):  # fmt: skip
        hand.bush(complex(x, y), (wide, high), (50, 22), sets)
    for x, y in (
        (40, 30),
        (118, 58),
        (196, 34),
        (62, 112),
        (150, 136),
        (18, 186),
        (104, 200),
        (46, 256),
        (12, 300),
        (92, 8),
        (4, 104),
    ):
        hand.fruit(complex(x, y), 14, ORANGE)
        for turn in (-2.3, -0.9):
            hand.leaf(x + 1j * (y - 12), turn, (26, 14), 0.3, BRIGHT)


def _parrot(hand: Foliage, at: complex, scale: float, coat: Greens, tail: Greens) -> None:
    """A macaw, feathered in leaves; one of a negative scale looks to the left."""
    size, way = abs(scale), np.sign(scale)

    def spot(point: complex) -> complex:
        return at + complex(scale * point.real, size * point.imag)

    def feather(foot: complex, angle: float, long: float, wide: float, sets: Greens) -> None:
        turn = angle if way > 0 else np.pi - angle
        hand.leaf(spot(foot), turn, (size * long, size * wide), 0.2 * way, sets)

    for k, angle in enumerate((2.05, 1.75, 1.9)):
        feather(-12 + 44j, angle, (70, 78, 92)[k], 15, (tail, GOLD, coat)[k])
    for row in range(5):
        for k in range(3):
            feather(complex(16 - 6 * row - 9 * k, 46 - 13 * row), 1.7 + 0.25 * k, 30, 17, coat)
    for row, (number, sets) in enumerate(((4, tail), (4, BRIGHT), (3, GOLD), (3, coat))):
        for k in range(number):
            feather(complex(-16 + 7 * k - 3 * row, 22 - 12 * row + 2 * k), 2.0 - 0.12 * k, 42 - 5 * row, 14, sets)
    for k in range(6):
        feather(2 - 24j, 0.9 + 0.75 * k, 24, 17, coat)
    for radius, colour, place in ((13, INK, 10 - 26j), (11, WHITE[1][1], 10 - 26j), (4.4, INK, 10 - 28j)):
        hand.canvas.disc(spot(place), size * radius, colour)
    beak = np.array([spot(point) for point in (16 - 38j, 34 - 34j, 40 - 18j, 34 - 6j, 30 - 16j, 18 - 18j)])
    hand.canvas.fill(spline(beak, 5, True), WHITE[2][0], 2.2, INK)


def _front(hand: Foliage) -> None:
    for knots, sets in (
        ((-30 + 700j, 20 + 560j, 110 + 560j), DEEP),
        ((-40 + 640j, 10 + 500j, 70 + 470j), BRIGHT),
        ((670 + 700j, 640 + 590j, 580 + 540j), LIME),
    ):
        hand.frond(np.array(knots), 56, 18, sets)
    for k, x in enumerate(range(-10, 680, 58)):
        hand.tuft(complex(x, 690 + 20 * (k % 3)), 9, 130, 19, (NIGHT, DEEP, NIGHT, BRIGHT)[k % 4])
    for x, y, radius, sets in (
        (420, 640, 44, PINK), (150, 650, 40, WHITE), (556, 630, 42, BLUE),
        (300, 690, 46, PINK), (520, 700, 40, SCARLET), (60, 680, 44, PINK),
    ):  # fmt: skip
        hand.trunk(np.array([x + 8 + 1j * (y + 130), complex(x, y)]), (9, 7), np.array([BRIGHT[0][0], LIME[0][0]]))
        hand.lotus(complex(x, y), radius, sets)
    for k, x in enumerate(range(10, 680, 70)):
        hand.tuft(complex(x, 800), 9, 150, 22, (DEEP, LIME, NIGHT, BRIGHT)[k % 4])
    for x, y, radius, sets in (
        (110, 742, 26, WHITE),
        (226, 752, 24, SCARLET),
        (400, 738, 26, WHITE),
        (470, 752, 24, ORANGE),
        (606, 738, 28, PINK),
        (20, 756, 22, SCARLET),
    ):
        hand.daisy(complex(x, y), radius, sets, GOLD)


def draw(size: int = 768) -> Image.Image:
    canvas = Canvas(size, WIDTH, HEIGHT, INK)
    hand = Foliage(canvas, seed=44)
    _sky(hand)
    _sun(hand)
    _behind(hand)
    _right(hand)
    _left(hand)
    _parrot(hand, 142 + 214j, 0.95, SCARLET, BLUE)
    _parrot(hand, 590 + 262j, -0.9, BLUE, SCARLET)
    tiger = Tiger(canvas, 222 + 512j, 1.05)
    tiger.body()
    tiger.head()
    _front(hand)
    return canvas.finish()
