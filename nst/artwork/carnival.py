"""A carnival of domes, lollipop trees and streamers: banded shapes in candy colours under a broad pen."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.tools import Array, Sheet, borders, mix, rgb, smoothstep

WIDTH, HEIGHT = 640, 768
PINK, MAGENTA, LEMON, ORANGE, MINT, AQUA, VIOLET, SKY, CREAM, RED, LEAF, NIGHT = range(12)
PAINT = rgb(
    "ff7ab4", "d4147c", "ffe24f", "ff8f26", "86e8c0", "0fb0bf", "7a3cc4", "8cc6ff", "fff2dc",
    "f2303c", "9bd63e", "35145e",
)  # fmt: skip
INK = rgb("200a2c")
Kinds = tuple[int, ...]


class Cartoon:
    """The picture as it is built up: for each place its shape and its paint."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.x, self.y = sheet.x + 1.8 * sheet.noise(80), sheet.y + 1.8 * sheet.noise(80)
        self.shape = np.zeros(sheet.shape, np.int32)
        self.paint = np.zeros(sheet.shape, np.int32)
        self.count = 0

    def put(self, depth: Array, kinds: Kinds, width: float, patch: Array | None = None) -> None:
        """Lays a shape over what is there, in bands by the depth within it, cut across into patches."""
        inside = depth > 0
        band = np.floor(depth[inside] / width).astype(np.int32)
        turn = band if patch is None else band + np.floor(patch[inside]).astype(np.int32)
        self.count += 1
        self.shape[inside] = self.count
        self.paint[inside] = np.asarray(kinds)[turn % len(kinds)]

    def ball(self, at_x: float, at_y: float, radius: float, kinds: Kinds, width: float, spiral: int = 0) -> None:
        """Rings from the rim inwards, or arms that wind out from the middle."""
        u, v = self.x - at_x, self.y - at_y
        r = np.hypot(u, v)
        arm = spiral * np.arctan2(v, u) / (2 * np.pi) * len(kinds)
        depth = 99 * len(kinds) * width - r + arm * width if spiral else radius - r
        self.put(np.where(r < radius, depth, -1), kinds, width)

    def dome(self, at_x: float, foot: float, wide: float, tall: float, kinds: Kinds, width: float) -> None:
        """An onion: round below, drawn out to a tip."""
        t = (foot - self.y) / tall
        half = wide * 0.5 * np.where(t < 0.3, np.sqrt((1 - ((t - 0.3) / 0.42) ** 2).clip(0, 1)), 0)
        s = ((t - 0.3) / 0.7).clip(0, 1)
        half = np.where(t >= 0.3, wide * 0.5 * (1 - s) ** 1.1 * (1 + 0.9 * s - 0.9 * s * s), half)
        inside = (np.abs(self.x - at_x) < half) & (t > 0)
        self.put(np.where(inside, self.sheet.distance(~inside, wide / 2), -1), kinds, width)

    def box(self, left: float, right: float, top: float, bottom: float, kinds: Kinds, width: float) -> None:
        depth = np.minimum(np.minimum(self.x - left, right - self.x), np.minimum(self.y - top, bottom - self.y))
        self.put(depth, kinds, width)


def _sky(cartoon: Cartoon) -> None:
    x, y = cartoon.x, cartoon.y
    away, turn = np.hypot(x - 420, y - 190), np.arctan2(y - 190, x - 420)
    wavy = away + 9 * np.sin(turn * 9) * smoothstep(60, 180, away)
    cartoon.put(wavy + 1, (LEMON, ORANGE, MAGENTA, VIOLET, SKY, CREAM, AQUA, NIGHT, VIOLET, PINK), 21)
    _streamer(cartoon, 84, 40, 460, 0.9, (MAGENTA, CREAM, AQUA, LEMON))
    _streamer(cartoon, 336, 44, 560, 2.6, (MINT, NIGHT, PINK, ORANGE))
    for k in range(14):
        angle = k * 2 * np.pi / 14
        at_x, at_y = 420 + 96 * np.cos(angle), 190 + 96 * np.sin(angle)
        cartoon.ball(at_x, at_y, 26, ((RED, LEMON), (VIOLET, CREAM))[k % 2], 13)
    cartoon.ball(420, 190, 84, (LEMON, ORANGE, RED, CREAM), 14)


def _streamer(cartoon: Cartoon, base: float, rise: float, length: float, phase: float, kinds: Kinds) -> None:
    x, y = cartoon.x, cartoon.y
    middle = base + rise * np.sin(x * 2 * np.pi / length + phase)
    slope = rise * 2 * np.pi / length * np.cos(x * 2 * np.pi / length + phase)
    depth = 30 - np.abs(y - middle) / np.sqrt(1 + slope**2)
    cartoon.put(depth, kinds, 15, x / 34)


def _hill(cartoon: Cartoon, crest: Array, kinds: Kinds, width: float, patch: float) -> None:
    down = cartoon.y - crest
    cartoon.put(down, kinds, width, (cartoon.x + 0.6 * down) / patch)


def _town(cartoon: Cartoon) -> None:
    towers = (
        (70, 64, 330, 110, (MAGENTA, LEMON, AQUA), (VIOLET, PINK)),
        (150, 56, 390, 96, (AQUA, CREAM, VIOLET), (LEMON, ORANGE)),
        (232, 70, 300, 126, (ORANGE, LEMON, RED), (SKY, CREAM)),
        (560, 74, 380, 120, (VIOLET, PINK, LEMON), (MINT, CREAM)),
        (470, 58, 420, 92, (RED, CREAM, AQUA), (PINK, CREAM)),
    )
    for at, wide, top, tall, roof, wall in towers:
        cartoon.box(at - 0.4 * wide, at + 0.4 * wide, top - 10, 600, wall, 12)
        for row in range(4):
            cartoon.dome(at, top + 58 + 54 * row, 27, 42, ((RED, LEMON), (AQUA, CREAM))[row % 2], 9)
        cartoon.dome(at, top + 4, wide * 1.25, tall, roof, 12)


def _trees(cartoon: Cartoon, *trees: tuple[float, float, float, Kinds, int]) -> None:
    for at_x, at_y, radius, kinds, spiral in trees:
        # A stick of rock.
        stick = np.minimum(7 - np.abs(cartoon.x - at_x), at_y + 2.6 * radius - cartoon.y)
        cartoon.put(np.minimum(stick, cartoon.y - at_y), (RED, CREAM), 99, (cartoon.y + 0.7 * cartoon.x) / 15)
        cartoon.ball(at_x, at_y, radius, kinds, 12.5, spiral)


def _paint(cartoon: Cartoon) -> Image.Image:
    sheet = cartoon.sheet
    outline = borders(cartoon.shape)
    line = borders(cartoon.paint)
    # A broad pen held at a slant: the outline moved along its nib.
    nib = max(round(1.6 * sheet.scale), 1)
    high, wide = outline.shape
    padded, pen = np.pad(outline, nib), np.zeros_like(outline)
    for k in range(2 * nib + 1):
        pen |= padded[k : k + high, 2 * nib - k : 2 * nib - k + wide]
    heavy = sheet.distance(pen, 16) + 0.35 * sheet.noise(20, 2)
    light = sheet.distance(line, 16) + 0.3 * sheet.noise(16, 2)
    colour = PAINT[cartoon.paint]
    brush = sheet.noise(30, 2) + 0.6 * sheet.noise(9, 2, (3, 1))
    rim = np.minimum(heavy, light)
    colour = mix(colour, colour * 0.8, 0.8 * smoothstep(6.0, 1.5, rim))
    colour = mix(colour, rgb("fff6e0"), 0.16 * smoothstep(5, 8, rim))
    colour = colour * (1 + 0.035 * brush)[..., None]
    ink = np.maximum(smoothstep(1.6, 0.9, heavy), smoothstep(1.35, 0.65, light))
    return sheet.finish(mix(colour.clip(0, 1), INK * (1 + 0.3 * sheet.noise(12, 2))[..., None], ink))


def draw(size: int = 768) -> Image.Image:
    sheet = Sheet(size, WIDTH, HEIGHT, seed=97)
    cartoon = Cartoon(sheet)
    x = cartoon.x
    _sky(cartoon)
    _town(cartoon)
    _hill(cartoon, 480 + 30 * np.sin(x / 90), (LEAF, AQUA, MINT, VIOLET, LEMON), 24, 58)
    _trees(
        cartoon,
        (330, 430, 52, (PINK, CREAM, MAGENTA), 0),
        (40, 480, 44, (LEMON, ORANGE, RED), 1),
        (606, 486, 46, (AQUA, CREAM), 1),
    )
    _hill(cartoon, 560 - 34 * np.sin(x / 104 + 1), (ORANGE, MAGENTA, PINK, NIGHT, LEMON), 24, 64)
    _trees(cartoon, (190, 540, 50, (MINT, NIGHT, AQUA, CREAM), 0), (470, 548, 58, (RED, CREAM, ORANGE), 1))
    _hill(cartoon, 668 + 26 * np.sin(x / 80 + 2), (AQUA, CREAM, VIOLET, LEAF, SKY), 24, 60)
    _trees(
        cartoon,
        (90, 640, 46, (MAGENTA, LEMON, PINK), 0),
        (330, 646, 54, (VIOLET, SKY, CREAM, NIGHT), 0),
        (570, 648, 48, (ORANGE, LEMON, RED), 0),
    )
    return _paint(cartoon)
