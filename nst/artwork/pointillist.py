"""A bay at sundown in dots of pure pigment, after the divisionists."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.tools import Array, Sheet, luma, mix, ramp, rgb, smoothstep

WIDTH, HEIGHT = 768, 608
HORIZON, SUN = 262.0, (492.0, 196.0)
# Each pigment is used pure and with more and more white: no earths, no black.
PIGMENTS = rgb(
    *("ffd400", "ffb000", "ff8a0a", "f4581c", "e02a2a", "d81e5b", "c02a8e", "8a2fa0", "5a2ea6", "34309e", "2340b8"),
    *("1f66cc", "1f92cf", "12a3a8", "0d8f74", "12753f", "3f9a2c", "8cba1e", "d6d422", "1b2a78", "0f4f58", "7a1f6a"),
)
TINTS = np.concatenate([mix(PIGMENTS, rgb("fff8ea"), white) for white in (0.0, 0.25, 0.5, 0.72, 0.87)])


class Scene:
    """What is to be painted, on a grid of one cell a unit: colours, the way strokes run, and their length."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.x, self.y = sheet, sheet.x, sheet.y
        self.colour = np.zeros((*sheet.shape, 3), np.float32)
        self.angle = np.zeros(sheet.shape, np.float32)
        self.length = np.ones(sheet.shape, np.float32)
        self._sky()
        self._sea()
        self._coast()
        self._shore()
        self._pine()

    def lay(self, cover: Array, colour: Array, angle: float | Array, length: float) -> None:
        self.colour = mix(self.colour, colour, cover)
        self.angle = np.where(cover > 0.5, angle, self.angle).astype(np.float32)
        self.length = np.where(cover > 0.5, length, self.length).astype(np.float32)

    def _sky(self) -> None:
        sheet = self.sheet
        away = np.hypot(self.x - SUN[0], (self.y - SUN[1]) * 1.12)
        t = (away / 520 + 0.035 * sheet.noise(60, 3, (2.6, 0.8))).clip(0, 1)
        sky = ramp(
            rgb("fffbd0", "ffef9a", "ffd36a", "ffb06a", "f79a94", "d795c4", "9aa0dc", "6f9ae0", "5a7fd0"),
            t,
            (0, 0.06, 0.14, 0.25, 0.38, 0.52, 0.68, 0.84, 1),
        )
        self.lay(np.ones(sheet.shape, np.float32), sky, np.arctan2(self.y - SUN[1], self.x - SUN[0]) + np.pi / 2, 1.5)
        bank = sheet.noise(120, 4, (2.4, 0.42)) + 0.9 * np.sin(self.y / 33 + self.x / 210)
        lit = ramp(rgb("fff3b8", "ffc08a", "f29aa8", "c9a4dc", "b8bdf0"), (away / 480).clip(0, 1))
        self.lay(0.72 * smoothstep(0.5, 1.7, bank) * smoothstep(40, 95, away), lit, 0.08, 1.7)
        shade = ramp(rgb("ffb45a", "e8788a", "9a78c8", "6a78cc"), (away / 480).clip(0, 1))
        under = smoothstep(0.2, 1.3, np.roll(bank, -9, 0) * -1) * smoothstep(60, 130, away)
        self.lay(0.42 * under, shade, 0.05, 1.7)
        self.lay(smoothstep(27, 24, away), rgb("fffdf0"), np.arctan2(self.y - SUN[1], self.x - SUN[0]), 1)

    def _sea(self) -> None:
        sheet = self.sheet
        depth = ((self.y - HORIZON) / (HEIGHT - HORIZON)).clip(0, 1)
        t = depth + 0.07 * sheet.noise(40, 3, (4.0, 0.5))
        sea = ramp(rgb("f2c5a0", "c9b6cc", "86b4d8", "4a96cc", "2a74c0", "2350a6"), t, (0, 0.07, 0.2, 0.42, 0.7, 1))
        swell = sheet.noise(26, 2, (3.2, 0.36)) + 0.6 * sheet.noise(70, 2, (3, 0.4))
        sea = mix(sea, rgb("5fd0c0"), 0.55 * smoothstep(0.5, 1.6, swell) * smoothstep(0.05, 0.4, depth))
        sea = mix(sea, rgb("5a3aa8"), 0.55 * smoothstep(0.4, 1.7, -swell) * smoothstep(0.05, 0.4, depth))
        # The sun's path, breaking up as it comes nearer.
        path = np.abs(self.x - SUN[0] + 10 * np.sin(self.y / 24)) / (15 + 120 * depth)
        spark = smoothstep(1.25, 0.1, path + 0.75 * depth * sheet.noise(16, 2, (2.4, 0.5)))
        sea = mix(sea, ramp(rgb("fff6c0", "ffd878", "ffac5a", "f98a6a"), depth), 0.95 * spark)
        self.lay((self.y > HORIZON).astype(np.float32), sea, 0.0, 1.9)

    def _coast(self) -> None:
        sheet, x, y = self.sheet, self.x, self.y
        rough = sheet.noise(46, 4, (1, 50))
        folds = sheet.noise(30, 3, (1.0, 1.5))
        for top, foot, far, near, warm in (
            (214 - 52 * np.exp(-(((x - 660) / 120) ** 2)) + (x - 768) * -0.10, 262, "9a86d0", "b78fd0", "f2a6a8"),
            (
                236 - 96 * np.exp(-(((x - 70) / 150) ** 2)) - 38 * np.exp(-(((x - 270) / 80) ** 2)),
                266,
                *["4a52b4", "6a5cc0", "d87aa8"],
            ),
            (
                252 - 60 * np.exp(-(((x + 20) / 130) ** 2)) - 15 * np.exp(-(((x - 190) / 70) ** 2)),
                277,
                *["1f6a86", "2f8f7a", "e8b04a"],
            ),
        ):
            crest = top + 4.5 * rough
            hill = mix(rgb(far), rgb(near), smoothstep(-0.8, 0.8, folds))
            slope = np.gradient(crest, axis=1)
            hill = mix(hill, rgb(warm), (0.8 * smoothstep(0.2, 1.6, folds + 2.6 * slope)))
            hill = mix(hill, rgb("f7cfa8"), 0.4 * smoothstep(foot - 22, foot, y))
            run = np.arctan(slope) + 0.5 * np.sign(x - 100)
            cover = smoothstep(-0.8, 0.8, y - crest) * (y < foot) * smoothstep(foot - 1, foot - 12, crest)
            self.lay(cover, hill, run, 1.3)
        # Two sails and their reflections.
        for at, foot, tall, hue in (
            (352.0, 300.0, 62.0, "fff0d8"), (404.0, 281.0, 30.0, "ffd9c0"), (640.0, 316.0, 82.0, "fff3da"),
        ):  # fmt: skip
            up = (foot - y) / tall
            for lean, colour in ((0.30, hue), (-0.17, "f2a488")):
                edge = (x - at) / (tall * lean)
                sail = (up > 0.06) & (up < 1) & (edge > 0.05) & (edge < 1 - up.clip(0, 1) ** 1.2)
                self.lay(sail.astype(np.float32), mix(rgb(colour), rgb("c08ac8"), 0.45 * edge.clip(0, 1)), 1.4, 1.3)
                mirror = (up < -0.06) & (up > -0.75) & (edge > 0) & (edge < 1 + up * 1.2)
                self.lay(0.6 * mirror * smoothstep(-0.9, 0.3, sheet.noise(9, 1, (3, 0.5))), rgb(colour), 0.0, 1.8)
            hull = (np.abs(x - at - 0.05 * tall) < 0.3 * tall * (1 + up * 2.6)) & (up < 0.05) & (up > -0.07)
            self.lay(hull.astype(np.float32), rgb("5a2a7c"), 0.0, 1.6)

    def _shore(self) -> None:
        sheet, x, y = self.sheet, self.x, self.y
        bank = 470 + 0.00042 * (x - 60) ** 2 - 46 * np.exp(-(((x - 40) / 170) ** 2)) - 46 * smoothstep(560, 800, x)
        crest = bank + 5 * sheet.noise(34, 3, (1, 50))
        down = ((y - crest) / 130).clip(0, 1)
        tuft = sheet.noise(24, 3, (1.0, 0.7))
        grass = ramp(rgb("d8e06a", "a6cc4a", "5fae4a", "2f8a5a", "1f6a6e", "2a4a8a"), (down + 0.16 * tuft).clip(0, 1))
        sunny = smoothstep(0.0, 1.4, sheet.noise(70, 2, (1.6, 0.6)) + 0.6 - down)
        grass = mix(grass, rgb("ffcf4a"), 0.7 * sunny * smoothstep(0.5, 0.1, down))
        shade = smoothstep(0.1, 1.3, sheet.noise(90, 2, (2.2, 0.35)) + 0.35 * np.exp(-(((x - 190) / 160) ** 2)))
        grass = mix(grass, rgb("3a3a9e"), 0.62 * shade)
        cover = smoothstep(-1, 1, y - crest)
        self.lay(cover, grass, 1.57 + 0.35 * sheet.noise(40), 1.4)
        for hue, threshold in (("f0386a", 1.35), ("ff8a2a", 1.45), ("fff0c8", 1.5), ("b05ad8", 1.4)):
            bloom = smoothstep(threshold, threshold + 0.3, sheet.noise(13, 2) + 0.5 * sheet.noise(80))
            self.lay(cover * bloom * smoothstep(0.03, 0.16, down), rgb(hue), 0.4, 1.0)

    def _pine(self) -> None:
        sheet, x, y = self.sheet, self.x, self.y
        rough = 5 * sheet.noise(30, 3)
        for foot_x, foot_y, top_x, top_y, thick in (
            (150.0, 470.0, 214.0, 128.0, 13.0), (196.0, 250.0, 120.0, 150.0, 6.0), (206.0, 212.0, 286.0, 128.0, 5.0),
            (82, 480, 40, 190, 9.0),
        ):  # fmt: skip
            t = ((foot_y - y) / (foot_y - top_y)).clip(-0.06, 1)
            centre = foot_x + (top_x - foot_x) * t + 16 * np.sin(t * 4.4) * thick / 13
            wide = thick * (1.15 - 0.5 * t + 0.9 * np.exp(-t * 16))
            side = (x - centre + rough * 0.25) / wide
            inside = (np.abs(side) < 1) & (y < foot_y + 5) & (y > top_y)
            bark = ramp(
                rgb("3a2a80", "5a2f8a", "a8407a", "f07a3c", "ffb45a"), (side * 0.5 + 0.5 + 0.1 * rough / 5).clip(0, 1)
            )
            self.lay(inside.astype(np.float32), bark, 1.45, 1.7)
        for at_x, at_y, wide, high in (
            (96, 166, 64, 19), (300, 128, 92, 26), (116, 122, 100, 32), (216, 96, 150, 42), (170, 46, 112, 36),
            (268, 60, 96, 30), (36, 196, 84, 26), (-14, 160, 84, 34), (268, 176, 46, 14),
        ):  # fmt: skip
            v = (y - at_y) / high
            # Umbrella pines are domed above and ragged flat below.
            shape = np.hypot((x - at_x) / wide, np.where(v < 0, v, v * 1.7)) + 0.055 * rough + 0.13 * sheet.noise(15, 2)
            cover = smoothstep(1.03, 0.95, shape)
            light = (0.9 * (x - at_x) / wide - 0.95 * v + 0.65 * sheet.noise(17, 2)) * 0.36 + 0.40
            leaf = ramp(
                rgb("1f1f6e", "24408a", "0f5a6a", "127048", "3f9234", "8fb830", "e8cc3c"),
                light.clip(0, 1),
                (0, 0.2, 0.36, 0.54, 0.72, 0.88, 1),
            )
            self.lay(cover, leaf, -0.5 * (x - at_x) / wide + 0.7 * sheet.noise(18), 1.3)


def _choose(wanted: Array, spread: float, rng: np.random.Generator) -> Array:
    """A pigment for each wanted colour, chosen so that neighbours differ in hue and agree in light."""
    noise = rng.normal(0, spread, wanted.shape).astype(np.float32)
    noise -= luma(noise)[:, None] * 0.75
    target, axis = wanted + noise, np.array([0.299, 0.587, 0.114], np.float32)

    # Distances with lightness counted four times over: a plain one after this change of coordinates.
    def stretch(colour: Array) -> Array:
        stretched: Array = colour + (colour @ axis)[:, None]
        return stretched

    chosen = np.empty(len(target), np.int32)
    palette = stretch(TINTS)
    for start in range(0, len(target), 4096):
        part = stretch(target[start : start + 4096])
        chosen[start : start + 4096] = ((part[:, None] - palette) ** 2).sum(2).argmin(1)
    return TINTS[chosen]


def _stamps(sheet: Sheet, radius: float) -> tuple[list[Array], int]:
    """Touches of a small brush: coverage and thickness of paint, for each direction, length and shape."""
    reach = int(np.ceil(radius * 2.1 * sheet.scale)) + 1
    v, u = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32) / np.float32(sheet.scale * radius)
    stamps = []
    for turn in range(16):
        angle = turn * np.pi / 16
        along, across = u * np.cos(angle) + v * np.sin(angle), v * np.cos(angle) - u * np.sin(angle)
        for length in (1.0, 1.35, 1.75):
            for _ in range(3):
                bumps = sum(
                    sheet.rng.normal(0, 0.07) * np.cos(k * np.arctan2(across, along) + sheet.rng.uniform(0, 6))
                    for k in (2, 3, 4, 5)
                )
                shape = np.hypot(along / length, across * length**0.35) + bumps
                cover = smoothstep(1.0 + 0.5 / (radius * sheet.scale), 1.0 - 0.9 / (radius * sheet.scale), shape)
                bristles = 0.10 * np.sin(across * sheet.rng.uniform(7, 11) + sheet.rng.uniform(0, 6))
                # Paint pushed to the rim and heaped where the brush was lifted.
                thick = 0.5 + 0.5 * np.exp(-(((shape - 0.72) / 0.22) ** 2)) + 0.25 * along / length + bristles
                stamps.append(np.stack([cover, thick], -1).astype(np.float32))
    return stamps, reach


def draw(size: int = 768) -> Image.Image:
    # The scene is worked out on a grid of its own, so that every size has the same touches in the same places.
    scene = Scene(Sheet(WIDTH, WIDTH, HEIGHT, seed=5, oversample=1))
    sheet = Sheet(size, WIDTH, HEIGHT, seed=21)
    rng = sheet.rng
    ground = scene.sheet.blur(scene.colour, 5)
    picture = (
        np.asarray(Image.fromarray((ground.clip(0, 1) * 255).astype(np.uint8)).resize(sheet.shape[::-1]), np.float32)
        / 255
    )
    canvas = 0.5 * np.sin(sheet.x * 2.1) * np.sin(sheet.y * 2.1) + 0.4 * sheet.noise(3)
    picture = mix(picture, rgb("e9d3a8"), 0.45)
    height = 0.25 * canvas.astype(np.float32)
    for radius, spacing, spread in ((4.9, 6.0, 0.11), (3.6, 4.9, 0.18), (2.7, 5.6, 0.25)):
        stamps, reach = _stamps(sheet, radius)
        rows, columns = np.mgrid[-1 : HEIGHT / spacing + 1, -1 : WIDTH / spacing + 1]
        place = np.stack([columns.ravel() + 0.5 * (rows.ravel() % 2), rows.ravel()], 1) * spacing
        place = rng.permutation(place + rng.normal(0, spacing * 0.3, place.shape))
        j, i = place[:, 1].astype(int).clip(0, HEIGHT - 1), place[:, 0].astype(int).clip(0, WIDTH - 1)
        pigment = _choose(scene.colour[j, i], spread, rng)
        turn = scene.angle[j, i] + rng.normal(0, 0.22, len(place))
        length = ((scene.length[j, i] - 1) / 0.4 + rng.normal(0, 0.4, len(place))).round().clip(0, 2).astype(int)
        which = ((turn / np.pi * 16).round().astype(int) % 16) * 9 + length * 3 + rng.integers(0, 3, len(place))
        _press(picture, height, (place * sheet.scale).round().astype(int), pigment, [stamps[k] for k in which], reach)
    light = sheet.relief(sheet.blur(height, 0.35), 0.3)
    picture = picture * (1 + 0.32 * light)[..., None] + (0.10 * light.clip(0, 1) ** 2)[..., None]
    return sheet.finish(picture)


def _press(picture: Array, height: Array, place: Array, colours: Array, stamps: list[Array], reach: int) -> None:
    """Presses one touch of paint after another onto the picture."""
    high, wide = height.shape
    for (x, y), colour, stamp in zip(place.tolist(), colours, stamps, strict=True):
        top, left = max(y - reach, 0), max(x - reach, 0)
        bottom, right = min(y + reach + 1, high), min(x + reach + 1, wide)
        if top >= bottom or left >= right:
            continue
        part = stamp[top - y + reach : bottom - y + reach, left - x + reach : right - x + reach]
        cover = part[..., :1]
        patch = picture[top:bottom, left:right]
        patch += (colour - patch) * cover
        relief = height[top:bottom, left:right]
        relief += (part[..., 1] + 0.3 * relief - relief) * part[..., 0]
