"""A market by moonlight in oil pastels on black paper: awnings, lanterns and a mother with her child."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.strokes import Tool, paint
from nst.artwork.craft.tools import Sheet, rgb, smoothstep
from nst.artwork.motifs.chalk import BLACK, INK, Chalk
from nst.artwork.motifs.night_market import CORAL, CREAM, LEMON, SCARLET, arm, lanterns, stall, walker

WIDTH, HEIGHT = 640, 768
MOON = (214.0, 148.0)
STARS = (
    (500, 62, 30), (594, 136, 26), (474, 166, 22), (546, 216, 25), (44, 42, 28), (322, 22, 22), (616, 30, 23),
    (26, 196, 22),
)  # fmt: skip
PASTEL = Tool(corner=0.8, ragged=0.1, uneven=0.18, streak=0.4, ridge=0.05, shadow=0.1, hairs=0.3)
NIGHT = rgb("fff6b8", "ffe838", "8cf0c0", "8cf0c0", "58bcf8", "8cf0c0", "58bcf8", "58bcf8", "3494f0")
MOONLIGHT = rgb("fffdec", "fff6b8", "ffee60", "ffe838")
STONE = rgb("2058c0", "3494f0", "58bcf8", "ff90bc", "ffb898", "fff0d0", "fff6dc", "fffcf0")
COBBLES = rgb("3494f0", "58bcf8", "8cf0c0", "8cf0c0", "ff90bc", "ff90bc", "ff8058", "ffe838", "fff6b8")
TILES = rgb("a81430", "d01c30", "f03c30", "ff8058", "ffb088")
WALLS = (
    rgb("a82860", "d84888", "f06098", "ff90bc", "ffc4d4"),
    rgb("d88818", "f8ac20", "ffc428", "ffe838", "fff49c"),
    rgb("148878", "2cac90", "40c8a0", "8cf0c0", "d0fce0"),
    rgb("2058c0", "2c78e4", "3c90ec", "58bcf8", "b4e4fc"),
    rgb("b82c30", "e04c38", "f86448", "ff8058", "ffb898"),
)
BLUSH = rgb("f0609c", "ff90bc", "ffa8c8", "ff8058")
CREAMY = rgb("ffc878", "fff0a0", "fff6dc", "fffcf0", "fff8b8")
RED = rgb("84102c", "c01c30", "f02430", "ff5040", "ff8058")
ACCENTS = rgb("ffe838", "8cf0c0", "ff8058", "58bcf8", "ff90bc", "fff6dc", "f02430")


class Market(Chalk):
    """The square, its houses and its sky."""

    def __init__(self) -> None:
        super().__init__(WIDTH, HEIGHT, seed=24)
        self.gaps = np.zeros(self.x.shape, bool)

    def sky(self) -> None:
        """Rings about the moon, with black between them."""
        x, y = self.x, self.y
        turn = np.arctan2(y - MOON[1], x - MOON[0])
        away = np.hypot(x - MOON[0], y - MOON[1])
        swell = away + 13 * np.sin(2.5 * turn + away / 75) * np.clip(away / 140 - 0.5, 0, 1)
        band = np.sin(away / 27 + 1.2 * np.sin(2 * turn))
        self.put(y > -1, turn + np.pi / 2, 0.2 + (away - 70) / 470 + 0.13 * band, NIGHT, 1.1)
        self.put((band > 0.82) & (away > 120), turn + np.pi / 2, 0.5 + 0.3 * np.sin(3 * turn), BLUSH, 1.0)
        self.gaps = swell % 24 < 5 + 3 * smoothstep(150, 420, away)
        self.hollow(away < 69)
        ring = np.linspace(0, 2 * np.pi, 60)
        self.contour(8, *zip(MOON[0] + 69 * np.cos(ring), MOON[1] + 69 * np.sin(ring), strict=True))
        self.glow(MOON, ((58, 11, (2, 3, 3, 1)), (41, 8, (1, 2, 3)), (24, 5, (0, 1, 2)), (7, 2, (0, 0))), MOONLIGHT)
        for at_x, at_y, reach in STARS:
            tilt = self.rng.uniform(0, 1.5)
            self.touch((at_x, at_y), 0, reach + 8, reach + 7, BLACK)
            for k in range(3):
                self.touch((at_x, at_y), tilt + k * np.pi / 3, reach, 6.5, (LEMON, CREAM, LEMON)[k])

    def house(self, left: float, right: float, eave: float, wall: int, rise: float) -> None:
        x, foot, middle = self.x, 560.0, (left + right) / 2
        shade = (x - left) / (right - left)
        lit = shade if middle < MOON[0] else 1 - shade
        front = self.shape((left, eave), (right, eave), (right, foot), (left, foot))
        self.put(front, np.pi / 2, 0.45 + 0.5 * lit - 0.3 * (self.y - eave) / (foot - eave), WALLS[wall], 0.95)
        for edge in (left, right):
            self.contour(6, (edge, eave), (edge, foot))
        roof = self.shape((left - 8, eave + 4), (middle, eave - rise), (right + 8, eave + 4))
        lean = float(np.arctan2(rise, 0.5 * (right - left)))
        self.put(roof, np.where(x < middle, -lean, lean), 0.2 + 0.7 * lit, TILES, 0.9)
        self.contour(6, (left - 10, eave + 4), (middle, eave - rise), (right + 10, eave + 4), (left - 10, eave + 4))
        chimney = middle + 0.24 * (right - left), eave - 0.72 * rise
        self.touch(chimney, np.pi / 2, 38, 22, BLACK)
        self.touch(chimney, np.pi / 2, 29, 13, WALLS[(wall + 3) % 5][3])
        for row in np.arange(eave + 26, 520, 46):
            for column in np.arange(left + 20, right - 12, 33):
                self.window(column, row)

    def window(self, x: float, y: float) -> None:
        """A pane with light behind it, between black reveals."""
        light = (LEMON, LEMON, CREAM, CORAL)[int(self.rng.integers(4))]
        self.touch((x, y), np.pi / 2, 30, 21, BLACK)
        for side in (-4.2, 4.2):
            self.touch((x + side, y), np.pi / 2, 22, 7, light)

    def tower(self, at: float) -> None:
        x, y = self.x, self.y
        off = (x - at) / 44
        body = self.shape((at - 44, 186), (at + 44, 186), (at + 48, 560), (at - 48, 560))
        self.put(body, np.pi / 2, 0.52 - 0.42 * off + 0.12 * np.sin(y / 19), STONE, 1.0)
        self.contour(7, (at - 44, 186), (at - 48, 560))
        self.contour(7, (at + 44, 186), (at + 48, 560))
        spire = self.shape((at - 54, 190), (at, 34), (at + 54, 190))
        self.put(spire, np.pi / 2 - 0.34 * off, 0.75 - 0.5 * off, TILES, 1.0)
        self.contour(7, (at - 56, 190), (at, 30), (at + 56, 190), (at - 56, 190))
        for level in (196, 304):
            self.trail([(at - 56, level), (at + 56, level)], 17, 11, rgb("fff6dc", "ffe838", "ffc070"))
        clock = np.hypot(x - at, y - 250) < 44
        self.hollow(clock)
        self.glow((at, 250), ((33, 10, (3, 2, 1, 2)), (17, 6, (0, 1)), (3, 2, (0, 0))), MOONLIGHT)
        self.touch((at - 6, 243), 0.86, 26, 8, SCARLET)
        self.touch((at + 8, 243), -0.7, 34, 8, SCARLET)
        for row in (350, 410):
            self.window(at, row)
        self.touch((at, 24), np.pi / 2, 24, 6, LEMON)
        self.touch((at, 38), 0.0, 15, 14, CORAL)

    def square(self) -> None:
        """Cobbles in rows that bend a little; the lights lie on them."""
        x, y = self.x, self.y
        depth = ((y - 540) / (HEIGHT - 540)).clip(0, 1)
        bow = 0.0016 * (x - 320) * (0.4 + depth)
        wave = 12 * np.sin(y / 15)
        path = sum(np.exp(-(((x - at + wave) / (26 + 34 * depth)) ** 2)) for at in (84, 262, 420, 566))
        path = np.asarray(path).clip(0, 1)
        tone = 0.2 + 0.62 * path + 0.2 * np.sin(y / 11 + x / 70) + 0.1 * self.sheet.noise(60)
        self.put(y > 538, bow, tone, COBBLES, 1.0)
        self.gaps = np.where(y > 538, (y + 6 * np.sin(x / 40)) % 21 < 5, self.gaps & (self.form < 3))


def _scene(market: Market) -> None:
    market.sky()
    for left, right, eave, wall, rise in (
        (222, 300, 430, 1, 50), (452, 530, 420, 3, 52), (142, 226, 372, 4, 56), (516, 600, 352, 0, 60),
        (58, 148, 330, 2, 62), (588, 690, 290, 1, 70), (-50, 62, 282, 0, 70),
    ):  # fmt: skip
        market.house(left, right, eave, wall, rise)
    market.tower(394)
    market.square()
    stall(market, 250, 342, 462, (WALLS[3], WALLS[1]))
    stall(market, 446, 690, 476, (WALLS[2], CREAMY))
    stall(market, -60, 214, 486, (RED, CREAMY))
    lanterns(market, (60, 300), (372, 214), 46, 8)
    lanterns(market, (416, 210), (660, 250), 48, 6)
    walker(market, 452, 752, 138, WALLS[2], WALLS[0], LEMON)
    walker(market, 342, 758, 232, RED, WALLS[1], WALLS[3][2])
    arm(market, (384, 600), (416, 672), 16, RED[3])
    arm(market, (436, 656), (422, 676), 12, WALLS[2][2])


def draw(size: int = 768) -> Image.Image:
    market = Market()
    _scene(market)
    gaps = market.gaps
    market.stroke(gaps, 26000, (24, 44), (12, 16), ACCENTS)
    market.stroke(gaps | market.taken, 14000, (13, 18), (8, 10), ACCENTS)
    # Another layer, lighter, over the first.
    market.tone += 0.1
    market.stroke(gaps, 700, (26, 42), (10, 13), ACCENTS)
    market.contours(INK)
    market.finishing()
    return paint(Sheet(size, WIDTH, HEIGHT, seed=12, oversample=1.5), market.strokes, BLACK, PASTEL)
