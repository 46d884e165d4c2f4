"""Ripe wheat under a rolling sky, with cypresses and a farm, in thick brush strokes that stream with the wind."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.strokes import Flow, Tool, paint
from nst.artwork.craft.tools import Array, Sheet, rgb, smoothstep

WIDTH, HEIGHT = 768, 608
SUN = (574.0, 122.0)
CURLS = (
    (248.0, 112.0, 150.0, 58.0),
    (396.0, 218.0, -112.0, 46.0),
    (716.0, 250.0, 80.0, 38.0),
    (20.0, 250.0, 90.0, 42.0),
)
BRUSH = Tool(corner=0.5, ragged=0.13, uneven=0.16, streak=0.6, ridge=0.22, shadow=0.36, hairs=0.36)
INK = rgb("060a2c", "0a1240", "0e0c34", "06182c")
SKY = rgb("14188c", "1c34b8", "1c54d4", "2c7ce8", "28a0e0", "38c8d0", "8ce4d4", "dcf4dc")
SUNLIGHT = rgb("fffbd0", "fff088", "ffdc30", "ffb818", "ff8c18", "ffd848", "f4f0a8", "98dcc8")
WHEAT = rgb("4c1c14", "8c380c", "c8600c", "ec8c0c", "fcb010", "ffcc28", "ffe460", "fff4b4")
GREEN = rgb("04281c", "0a4830", "0c6c40", "1c9450", "58b048", "a8c838", "e0d850")
CYPRESS = rgb("04142c", "042820", "083c28", "0c5830", "247838", "5c9430", "a89c28")
HILL = rgb("1c1c7c", "2c3ca8", "3c5cc8", "4c88d4", "5cb4c8", "8c6cc4")
NEAR_HILL = rgb("0c2c60", "0c5070", "107c70", "30a468", "7cc060", "c8d060")
ROOF = rgb("781408", "b82408", "e8400c", "ff6c1c", "ff9838")
WALL = rgb("7c98e0", "b8b0e8", "f0d8c0", "fff0c8", "fffbe8")


def _horizon(x: Array) -> Array:
    level: Array = 352 + 8 * np.sin(x / 130 + 0.6) - 10 * np.exp(-(((x - 470) / 120) ** 2))
    return level


def _ridge(x: Array) -> Array:
    crest: Array = 318 - 62 * np.exp(-(((x - 640) / 150) ** 2)) - 34 * np.sin(x / 74).clip(0, 1)
    return crest


def _foothills(x: Array) -> Array:
    crest: Array = 342 - 46 * np.exp(-(((x - 250) / 105) ** 2)) - 16 * np.sin(x / 58 + 2)
    return crest


def _stream(x: Array, y: Array) -> Array:
    """The wind over the sky: it blows along the lines of equal height."""
    psi = y + 17 * np.sin(x / 84 + y / 120) + 8 * np.sin(x / 39 - y / 60)
    for at_x, at_y, height, wide in CURLS:
        psi = psi + height * np.exp(-((x - at_x) ** 2 / 1.35 + (y - at_y) ** 2) / (2 * wide**2))
    away = np.hypot(x - SUN[0], y - SUN[1])
    near = smoothstep(190, 70, away)
    stream: Array = psi * (1 - near) + (away + 5 * np.sin(y / 30)) * near
    return stream


class Field(Flow):
    """The forms, laid over each other from the sky to what stands in front."""

    def sky(self) -> None:
        x, y = self.x, self.y
        psi = _stream(x, y)
        down, right = np.gradient(psi)
        angle = np.arctan2(-right, down)
        away = np.hypot(x - SUN[0], y - SUN[1])
        band = 0.5 + 0.5 * np.sin(psi * 2 * np.pi / 47 + 0.8 * self.sheet.noise(120))
        tone = 0.08 + 0.5 * band + 0.22 * (y / 330) + 0.12 * self.sheet.noise(60, 2)
        # Curls roll up light and dark.
        for at_x, at_y, _, wide in CURLS:
            near = np.exp(-((x - at_x) ** 2 / 1.35 + (y - at_y) ** 2) / (2 * (1.2 * wide) ** 2))
            tone = tone + near * (0.42 * band - 0.02)
        inside = y < 350
        self.lay(inside, angle, tone - 0.12, SKY, 1.25, 16)
        self.lay(inside, angle, tone, SKY, 1.0, 11.5)
        glow = self.sheet.noise(12) * 18 + away < 138
        self.lay(glow, angle, away / 165 + 0.13 * np.sin(away / 4.5), SUNLIGHT, 0.85, 9.5)
        self.lay(away < 40, angle, away / 170, SUNLIGHT, 0.6, 8)
        turn = np.linspace(0, 2 * np.pi, 50)
        self.line(np.stack([SUN[0] + 44 * np.cos(turn), SUN[1] + 44 * np.sin(turn)], 1), 5, rgb("ff8010", "f06010"))

    def hills(self) -> None:
        x, y = self.x, self.y
        for crest, colours, width in ((_ridge, HILL, 5.0), (_foothills, NEAR_HILL, 5.5)):
            top = crest(x)
            slope = np.arctan(np.gradient(top, axis=1))
            inside = (y > top) & (y < 372)
            tone = 0.75 - (y - top) / 110 + 0.2 * np.sin((y - top) / 7 + x / 60) + 0.1 * self.sheet.noise(40)
            self.lay(inside, slope + 0.25 * np.sin(x / 34), tone, colours, 0.8, 9)
            at = np.linspace(-10, WIDTH + 10, 120)
            self.line(np.stack([at, crest(at)], 1), width, INK)

    def wheat(self) -> None:
        x, y = self.x, self.y
        depth = ((y - 345) / (HEIGHT - 345)).clip(0, 1)
        wind = self.sheet.noise(150, 2, (1.5, 0.7))
        wave = np.sin((y - 345) / (12 + 26 * depth) + x / 105 + 1.1 * np.sin(x / 140) + 0.7 * wind)
        # Far off, level rows; in front, stalks that the wind bends.
        level = 0.16 * np.cos(x / 70) + 0.12 * wind
        stalk = -1.15 + 0.5 * np.sin(x / 120 + y / 80) + 0.28 * wind
        angle = level + (stalk - level) * smoothstep(0.1, 0.5, depth)
        inside = y > _horizon(x)
        size = 0.62 + 0.55 * depth
        tone = 0.53 + 0.29 * wave + 0.08 * wind - 0.06 * depth
        self.lay(inside, angle, tone - 0.3, WHEAT, size * 1.2, 15)
        self.lay(inside, angle, tone, WHEAT, size, 11.5)
        # Weeds and shadows in the troughs.
        self.lay(inside & (wave < -0.55), angle, 0.6 + 0.3 * wind, GREEN, size * 0.85, 17)
        self.lay(inside & (wave < -0.75), angle, 0.5 + 0.3 * wind, SKY[:4], size * 0.7, 24)
        # A green track that winds to the farm.
        middle = 470 - 144 * np.sin(depth * 3.0) * depth + 60 * depth
        off = (x - middle) / (6 + 60 * depth)
        track = inside & (np.abs(off) < 1)
        slope = np.arctan2(np.ones_like(x), np.gradient(middle, axis=0))
        self.lay(track, slope, 0.45 + 0.3 * np.sin(off * 5) + 0.1 * wind, GREEN, size * 0.85, 10)
        self.lay(track & (np.abs(np.abs(off) - 0.45) < 0.14), slope, 0.7 + 0 * x, WHEAT[3:], size * 0.9, 13)
        poppy = inside & (self.sheet.noise(46) > 1.0) & (depth > 0.25) & ~track
        self.lay(poppy, angle, 0.5 + 0 * x, rgb("a80c14", "e01c14", "ff3c18", "ff6c3c"), size * 0.5, 13)

    def farm(self, at: float, foot: float, wide: float) -> None:
        x, y = self.x, self.y
        for left, right, rise, peak in ((at, at + wide, 34, 34), (at + 0.72 * wide, at + 1.45 * wide, 24, 24)):
            wall = (x > left) & (x < right) & (y > foot - rise) & (y < foot)
            self.lay(wall, np.full_like(x, np.pi / 2), 0.9 - 0.75 * (x - left) / (right - left), WALL, 0.6, 7)
            up = (foot - rise - y) / peak
            lean = 13 * up
            roof = (up > -0.12) & (up < 1) & (x > left - 9 + lean) & (x < right + 9 - 0.6 * lean)
            self.lay(roof, np.full_like(x, 1.1), 0.35 + 0.4 * up, ROOF, 0.62, 7)
            top = foot - rise - peak
            eave = foot - rise + 3
            outline = [(left - 9, eave), (left + 5, top), (right, top), (right + 9, eave), (left - 9, eave)]
            self.line(np.array(outline, float), 4.5, INK)
            self.line(np.array([(left, eave), (left, foot), (right, foot), (right, eave)], float), 4.0, INK)
            for window in np.linspace(left + 14, right - 14, 3):
                self.strokes.add(np.array([[window, foot - 0.5 * rise]]), np.pi / 2, 13, 7, INK[:1])

    def bush(self, at_x: float, at_y: float, radius: float) -> None:
        u, v = self.x - at_x, (self.y - at_y) * 1.2
        away = np.hypot(u, v)
        turn = np.arctan2(v, u)
        tone = 0.55 - 0.35 * np.sin(turn + 0.9) * away / radius + 0.12 * np.sin(away / 3)
        self.lay(away < radius, turn + np.pi / 2 + 0.5, tone, GREEN, 0.62, 7)
        ring = np.linspace(-0.1, 0.75 * np.pi, 30)
        self.line(np.stack([at_x + radius * np.cos(ring), at_y - radius / 1.2 * np.sin(ring)], 1), 3.6, INK)

    def cypress(self, at: float, foot: float, tall: float, wide: float) -> None:
        """A dark flame."""
        x, y = self.x, self.y

        def half(t: Array, side: float | Array) -> Array:
            """Half the width, with tongues that lick upwards."""
            body = wide * (1 - t.clip(0, 1)) ** 0.72 * (0.72 + 0.75 * t.clip(0, 1))
            tongue = (t * tall / (0.85 * wide + 9) + 0.37 * side + at) % 1
            return np.asarray(body * (0.84 + 0.3 * tongue))

        def middle(t: Array) -> Array:
            return np.asarray(at + 0.22 * wide * np.sin(t * 5.5 + at))

        t = (foot - y) / tall
        off = (x - middle(t)) / (half(t, np.sign(x - middle(t))) + 1e-3)
        inside = (t > 0) & (t < 1) & (np.abs(off) < 1)
        angle = -np.pi / 2 + 0.5 * np.sin(y / 26 + off * 2.2 + at) + 0.4 * off
        tone = 0.42 + 0.26 * np.sin(off * 4 + y / 17) + 0.16 * off + 0.16 * self.sheet.noise(26)
        size = 0.68 + 0.3 * wide / 60
        self.lay(inside, angle, tone - 0.25, CYPRESS, size, 9)
        self.lay(inside, angle, tone, CYPRESS, size * 0.9, 10)
        steps = np.linspace(0.02, 0.995, 140)
        for side in (-1, 1):
            self.line(
                np.stack([middle(steps) + side * half(steps, side), foot - steps * tall], 1), 3.4 + wide / 36, INK
            )
        # It stands in the wheat.
        tuft = np.hypot((x - at) / (1.4 * wide), (y - foot) / (0.22 * wide)) < 1 + 0.3 * np.sin(x / 7)
        fan = -1.4 + 0.5 * (x - at) / wide + 0.2 * np.sin(x / 9)
        self.lay(tuft, fan, 0.4 + 0.2 * np.sin(x / 11), WHEAT, 0.8 * size, 8)


def draw(size: int = 768) -> Image.Image:
    field = Field(WIDTH, HEIGHT, seed=89)
    field.sky()
    field.hills()
    field.wheat()
    field.farm(440, 366, 74)
    for at_x, at_y, radius in ((424, 358, 20), (560, 360, 24), (604, 366, 17), (690, 356, 22), (330, 356, 16)):
        field.bush(at_x, at_y, radius)
    field.cypress(650, 372, 120, 17)
    field.cypress(208, 452, 300, 36)
    field.cypress(112, 560, 520, 62)
    sheet = Sheet(size, WIDTH, HEIGHT, seed=30, oversample=1.4)
    return paint(sheet, field.strokes, rgb("14205c"), BRUSH)
