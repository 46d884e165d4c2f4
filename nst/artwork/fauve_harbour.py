"""A southern harbour as the painters of 1905 saw it: free dashes of pure colour with dark blue between them."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.dashes import Dashes, Point, triangle
from nst.artwork.craft.strokes import Tool, paint
from nst.artwork.craft.tools import Array, Sheet, rgb, smoothstep

WIDTH, HEIGHT = 768, 624
SHORE = 338.0  # where the water begins
ACROSS = np.linspace(-8, WIDTH + 8, 90)
DASH = Tool(corner=0.45, ragged=0.12, uneven=0.2, streak=0.5, ridge=0.16, shadow=0.2, hairs=0.36)
GROUND = rgb("141c6c")
INK = rgb("0a1048", "101860", "0c1c6c", "180c50")
SKY = rgb("fff094", "ffe030", "ffac48", "ff70a4", "ffa4c8", "98ecd0", "34ccd4", "1c9cf4", "2860ec", "5840d8")
FAR = rgb("c464e8", "7c40d4", "4440d0", "2c68e8", "3ca0f0", "f05898")
HILL = rgb("0c6c58", "0c9868", "34c070", "a0d848", "ff9c50", "ff6c8c", "2060c8")
WATER = rgb("18209c", "1c44d0", "1478e8", "18a8e0", "14b890", "58dcb0", "ff78b4", "ffc840")
BEACH = rgb("6c2cac", "e83890", "ff6464", "ff9830", "ffd040", "ffec90")
TERRACOTTA = rgb("901c48", "d42820", "f44418", "ff7030", "ff9c60")
WALLS = (
    rgb("5834c0", "cc48b0", "ff74a8", "ffa884", "ffe8a0"),
    rgb("2c58d8", "ec6c24", "ffa018", "ffd428", "fff080"),
    rgb("4028b0", "c82c78", "f84c6c", "ff7c54", "ffc870"),
    rgb("1c78c0", "28b8a0", "80dca8", "d0ec90", "fff8c0"),
    rgb("5848d8", "58a8f0", "c8b8f4", "ffdce4", "fff8d8"),
)
SHUTTERS = rgb("0c5c70", "0c7858", "1c2c98", "5c1c80")
GREEN, LEMON, ORANGE = (
    rgb("0c4c60", "0c8468", "20b878", "88dc88", "e0f0a0"),
    rgb("f07818", "ffb020", "ffd830", "fff060", "fffac0"),
    rgb("b81c50", "e83420", "ff6018", "ff9020", "ffd040"),
)
# What stands on the other side of the wheel, for a dash here and there.
ACCENTS = rgb("ff4c18", "ffe040", "18a878", "2458e0", "ff70b0", "8c44d8")


def _crest(x: Array, level: float, *humps: tuple[float, float, float]) -> Array:
    """A line of hills: (height, place, width) of each."""
    crest = level + 6.5 * np.sin(x / 27)
    for high, at, wide in humps:
        crest = crest - high * np.exp(-(((x - at) / wide) ** 2))
    return np.asarray(crest)


def _bank(x: Array) -> Array:
    return np.asarray(566 + 0.00028 * (x - 20) ** 2 + 8 * np.sin(x / 50))


class Harbour(Dashes):
    """The forms, each over those that are put before it."""

    swell: Array

    def land(self) -> None:
        x, y, noise = self.x, self.y, self.sheet.noise
        # Clouds blow up from the lower left, warm above the hills and cool overhead.
        sweep = -0.42 + 0.3 * np.sin(x / 130 + 0.7) + 0.35 * noise(120)
        cloud = smoothstep(0.2, 0.9, np.sin((y + 0.42 * x) / 24 + 1.3 * noise(100)))
        tone = 0.14 + 0.84 * (1 - y / 235) - 0.42 * cloud * smoothstep(240, 90, y)
        self.put(y > -1, sweep, tone, SKY, 1.3)
        for level, humps, scale, lean in (
            (196, ((62, 520, 120), (40, 150, 150)), FAR, 0.45),
            (244, ((70, 730, 110), (34, 330, 110)), HILL, 0.3),
        ):
            top = _crest(x, level, *humps)
            slope = np.arctan(np.gradient(top, axis=1))
            tone = 0.5 + 0.3 * noise(60, 2) + 0.2 * np.sin(x / 46 + y / 30)
            self.put((y > top) & (y < SHORE), slope + lean * np.sign(slope), tone, scale)
            self.contour(5, *zip(ACROSS, _crest(ACROSS, level, *humps), strict=True))

    def house(self, left: float, right: float, eave: float, wall: int, gable: bool) -> None:
        x, y, foot = self.x, self.y, SHORE - 12
        share = (x - left) / (right - left)
        self.put((share > 0) & (share < 1) & (y > eave) & (y < foot), np.pi / 2, 0.98 - 0.85 * share, WALLS[wall])
        middle, rise = (left + right) / 2, 0.5 * (right - left) if gable else 24.0
        if gable:
            roof = (y < eave) & (y > eave - rise + np.abs(x - middle) * 0.86)
            self.put(roof, np.where(x < middle, -0.71, 0.71), 0.85 - 0.7 * share, TERRACOTTA)
            corners = [(left - 7, eave + 3), (middle, eave - rise), (right + 7, eave + 3)]
        else:
            roof = (y < eave) & (y > eave - rise) & (x > left - 6 + 0.5 * (eave - y)) & (x < right + 6)
            self.put(roof, 1.25, 0.8 - 0.6 * share, TERRACOTTA)
            corners = [(left - 7, eave + 2), (left + 8, eave - rise), (right + 5, eave - rise), (right + 7, eave + 2)]
        self.contour(5, *corners, (left - 7, eave + 2))
        for edge in (left, right):
            self.contour(4.5, (edge, eave), (edge, foot))
        for row in np.arange(eave + 22, foot - 16, 40):
            for column in np.arange(left + 19, right - 14, 31):
                self.windows.append((column + self.rng.normal(0, 1.2), row, self.count))

    def tower(self, at: float, top: float, half: float) -> None:
        x, y = self.x, self.y
        side = (x - at) / half
        inside = (np.abs(side) < 1) & (y > top) & (y < SHORE)
        self.put(inside, np.pi / 2 + 0.12 * side, 0.85 - 0.5 * (side + 1) * 0.75, WALLS[2])
        dome = (np.hypot(x - at, (y - top) * 0.95) < half) & (y <= top)
        self.put(dome, np.arctan2(y - top, x - at) + np.pi / 2, 0.9 - 0.45 * (side + 1), TERRACOTTA)
        turn = np.linspace(np.pi, 2 * np.pi, 16)
        self.contour(5, *zip(at + half * np.cos(turn), top + half * np.sin(turn) * 1.05, strict=True))
        for edge in (at - half, at + half):
            self.contour(5, (edge, top - 2), (edge, SHORE))
        for level in (top, top + 46):
            self.contour(4.5, (at - half - 4, level), (at, level + 5), (at + half + 4, level))
        self.windows += [(at, top + 22.0, self.count), (at, top + 26.0, self.count), (at + 2, top + 84.0, self.count)]

    def water(self) -> None:
        x, y = self.x, self.y
        depth = (y - SHORE) / (HEIGHT - SHORE)
        swell = np.sin((y - SHORE) / (4.5 + 8 * depth) + 1.4 * np.sin(x / 60) + self.sheet.noise(70))
        tone = 0.55 - 0.35 * depth + 0.22 * swell + 0.16 * self.sheet.noise(40, 1, (2, 1))
        inside = y > SHORE
        # Houses and hills stand in it upside down, torn by the swell.
        i = (SHORE - 14 - (y - SHORE) * 1.05).astype(int).clip(0, HEIGHT - 1)
        j = (x + 9 * swell).astype(int).clip(0, WIDTH - 1)
        kind, shade = self.kind[i, j], self.tone[i, j]
        self.swell = swell
        self.put(inside, 0.12 * np.cos(x / 50 + y / 30), tone, WATER, 1.2)
        mirrored = inside & (swell + 0.45 * self.sheet.noise(24, 1, (2, 0.6)) > -0.45 + 0.85 * depth)
        self.kind[mirrored], self.tone[mirrored] = kind[mirrored], shade[mirrored] - 0.08

    def quay(self) -> None:
        x, y = self.x, self.y
        self.put((y > SHORE - 13) & (y < SHORE + 5), 0.0, 0.6 + 0.3 * np.sin(x / 23), BEACH, 0.9)
        for level in (SHORE - 13, SHORE + 5):
            self.contour(4, *((at, level + 1.5 * np.sin(at / 40)) for at in ACROSS))
        tone = 0.6 + 0.25 * np.sin(x / 40 - y / 16) + 0.2 * self.sheet.noise(36)
        self.put(y > _bank(x), -0.3 + 0.3 * np.sin(x / 60), tone, BEACH, 1.1)
        self.contour(5, *zip(ACROSS, _bank(ACROSS), strict=True))

    def sail(self, peak: Point, tack: Point, clew: Point, foot: float, hue: Array) -> None:
        """A lateen sail on its yard, and what the swell leaves of it in the water."""
        x, y = self.x, self.y
        parts = triangle(x, y, peak, tack, clew)
        yard = np.arctan2(peak[1] - tack[1], peak[0] - tack[0])
        inside = np.minimum(np.minimum(parts[0] + 0.06 * parts[1], parts[1]), parts[2]) > 0
        tone = 1.0 - 1.15 * parts[0] + 0.12 * np.sin(parts[0] * 26)
        i, j = self.cells(np.stack([x + 12 * self.swell, foot - (y - foot) / 0.4], -1).reshape(-1, 2))
        mirrored = (inside[i, j].reshape(x.shape)) & (y > foot) & (self.swell > -0.25)
        self.kind[mirrored], self.tone[mirrored] = len(self.scales), tone[i, j].reshape(x.shape)[mirrored] - 0.1
        self.put(inside, yard + 0.5 * parts[0], tone, hue, 1.2)
        self.contour(5, peak, clew, tack)
        way = np.subtract(peak, tack)
        self.contour(7, tuple(tack - 0.12 * way), tuple(peak + 0.08 * way))

    def boat(self, at: float, foot: float, half: float, high: float, hues: tuple[Array, Array], mast: float) -> None:
        x, y = self.x, self.y
        t = (x - at) / half

        def rail(t: Array) -> Array:
            return np.asarray(foot - high * (0.62 + 0.5 * t**2 + 0.1 * t))

        def keel(t: Array) -> Array:
            return np.asarray(foot + 0.2 * high - 0.75 * high * t**4)

        wave = np.sin(y / 5.5 + np.sin(x / 30))
        below = (np.abs(t + 0.06 * wave) < 0.85) & (y > foot) & (y < foot + 1.25 * high) & (wave > -0.55)
        self.put(below, 0.0, 0.35 + 0.3 * np.sin(y / 9), hues[1])
        shadow = (np.abs(t) < 0.9) & (y > foot) & (y < foot + 0.42 * high)
        self.put(shadow, 0.0, 0.1, WATER)
        hull = (np.abs(t) < 1) & (y > rail(t)) & (y < keel(t))
        down = (y - rail(t)) / high
        lie = np.arctan(np.gradient(rail(t), axis=1))
        self.put(hull, lie * (1 - down), 0.95 - 0.8 * down - 0.15 * t, hues[1])
        self.put(hull & (down < 0.3), lie, 0.85 - 0.3 * t, hues[0], 0.9)
        steps = np.linspace(-1, 1, 40)
        for curve, wide in ((rail, 5.0), (keel, 6.0)):
            self.contour(wide, *zip(at + steps * half, curve(steps), strict=True))
        self.contour(3.6, *zip(at + steps * half * 0.95, rail(steps * 0.95) + 0.3 * high, strict=True))
        if mast:
            self.contour(6.5, (at, foot - 0.6 * high), (at + 0.05 * mast, foot - mast))
            zigzag = [(at - 0.02 * d + 6 * np.sin(d / 8), foot + 0.5 * high + 0.8 * d) for d in range(0, int(mast), 4)]
            self.contour(4, *[(a, b) for a, b in zigzag if b < HEIGHT - 60][: int(mast / 9)])


def draw(size: int = 768) -> Image.Image:
    harbour = Harbour(WIDTH, HEIGHT, seed=1905)
    harbour.land()
    for left, right, eave, wall, gable in (
        (436, 500, 262, 3, False), (556, 626, 268, 4, False), (496, 562, 246, 1, True), (620, 700, 252, 0, True),
        (696, 790, 226, 1, False), (300, 376, 240, 4, True), (226, 306, 226, 3, True), (136, 232, 212, 2, False),
        (60, 142, 190, 1, True), (-24, 68, 168, 0, False),
    ):  # fmt: skip
        harbour.house(left, right, eave, wall, gable)
    harbour.tower(404, 172, 34)
    harbour.water()
    harbour.quay()
    harbour.boat(392, 384, 44, 20, (LEMON, GREEN), 110)
    harbour.boat(716, 392, 42, 20, (WALLS[2], WALLS[4]), 130)
    harbour.sail((648, 164), (484, 366), (626, 418), 442, LEMON)
    harbour.boat(548, 452, 92, 44, (LEMON, TERRACOTTA), 250)
    harbour.sail((318, 84), (66, 398), (308, 456), 484, ORANGE)
    harbour.boat(206, 508, 132, 62, (TERRACOTTA, GREEN), 370)
    harbour.boat(650, 562, 106, 54, (LEMON, WALLS[2]), 0)
    harbour.fill(24000, (13, 23), (8, 11.5), ACCENTS)
    harbour.fill(24000, (9, 13), (5.5, 7.5), ACCENTS)
    harbour.openings(SHUTTERS, rgb("fff0b0"), INK[0])
    harbour.contours(INK)
    return paint(Sheet(size, WIDTH, HEIGHT, seed=4, oversample=1.5), harbour.strokes, GROUND, DASH)
