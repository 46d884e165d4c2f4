"""Silk thread on cloth: pieces of satin stitch, leaves, stems and flowers, and the light on them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PIL import Image

from nst.artwork.craft.tools import Array, Sheet, borders, mix, rgb, smoothstep

THREAD = 3.5
CRIMSON, ROSE, SAFFRON, CREAM, TEAL, JADE, COBALT, AZURE, NAVY, PLUM, FOREST, MIDNIGHT = range(12)
# Each silk in shade and in the light.
SHADE = rgb(
    "8a0c2a", "d83c70", "d8860c", "d8c49c", "046670", "1c8048", "1826a0", "1c6cc0", "12165c", "44125c", "063a3c",
    "101030",
)  # fmt: skip
LIGHT = rgb(
    "ee2c48", "ff86a4", "ffcc34", "fffaea", "1cc0bc", "74d070", "4466f4", "6cc4fa", "2e3aa8", "862e9c", "107474",
    "2a2c6c",
)  # fmt: skip
CLOTH = rgb("0a0820")
Point = tuple[float, float]
Kinds = tuple[int, ...]
Part = tuple[slice, slice]


class Cloth:
    """The stitches on top at each place: which piece of work, thread and silk, and where in the stitch one is."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.piece = np.zeros(sheet.shape, np.int32)
        self.thread = np.zeros(sheet.shape, np.int32)
        self.kind = np.zeros(sheet.shape, np.int32)
        # From one side of the thread to the other, from one end of the stitch to the other, and its length.
        self.across = np.zeros(sheet.shape, np.float32)
        self.along = np.zeros(sheet.shape, np.float32)
        self.length = np.ones(sheet.shape, np.float32)
        self.uneven = sheet.rng.normal(0, 0.07, 4096).astype(np.float32)
        self.count = 0

    def near(self, points: list[Point], reach: float) -> tuple[Part, Array, Array]:
        """The part of the cloth round some points, and its coordinates."""
        columns, rows = zip(*points, strict=True)
        part = []
        for low, high in ((min(rows), max(rows)), (min(columns), max(columns))):
            part.append(
                slice(max(int((low - reach) * self.sheet.scale), 0), max(int((high + reach) * self.sheet.scale), 0))
            )
        whole = (part[0], part[1])
        return whole, self.sheet.x[whole], self.sheet.y[whole]

    def sew(self, part: Part, inside: Array, u: Array, stitch: Array, length: float | Array, kinds: Kinds) -> None:
        """Sews over what is there: threads by `u`, stitches one behind the other by `stitch`, each of the next silk."""
        self.count += 1
        thread = np.floor(u).astype(np.int32) + 131 * self.count
        if len(kinds) > 1:
            # No two threads of a row end quite level.
            stitch = stitch + self.uneven[thread % 4096]
        number = np.floor(stitch).astype(np.int32).clip(0, len(kinds) - 1)
        along = (stitch - number).clip(0, 1)
        for held, value in (
            (self.piece, np.full(u.shape, self.count)), (self.thread, thread + 31 * number), (self.across, u % 1),
            (self.kind, np.asarray(kinds)[number]), (self.along, along),
            (self.length, np.broadcast_to(length, u.shape)),
        ):  # fmt: skip
            held[part][inside] = value[inside]


def leaf(cloth: Cloth, base: Point, tip: Point, wide: float, silks: Kinds, bend: float = 0.0) -> None:
    """Two halves of slanting satin that meet in the rib."""
    long = float(np.hypot(tip[0] - base[0], tip[1] - base[1]))
    along_x, along_y = (tip[0] - base[0]) / long, (tip[1] - base[1]) / long
    part, x, y = cloth.near([base, tip], wide + abs(bend))
    a = (x - base[0]) * along_x + (y - base[1]) * along_y
    s = (a / long).clip(0, 1)
    b = (y - base[1]) * along_x - (x - base[0]) * along_y - bend * 4 * s * (1 - s)
    half = wide * np.sqrt(s) * (1 - s**2.2) * 1.15
    for side, silk in zip((1, -1), silks, strict=True):
        inside = (a > 0) & (a < long) & (b * side >= 0) & (b * side < half)
        u = (a - 0.8 * b * side) / (1.28 * THREAD)
        cloth.sew(part, inside, u, b * side / (half + 1e-3), half, (silk,))


def plait(cloth: Cloth, line: list[Point], width: float, silk: int) -> None:
    """A stem: stitches that lean in from both sides, as in a row of chain stitch."""
    reached = 0.0
    part, x, y = cloth.near(line, width)
    best, along, off = np.full(x.shape, np.inf), np.zeros(x.shape), np.zeros(x.shape)
    for (ax, ay), (bx, by) in pairwise(line):
        long = float(np.hypot(bx - ax, by - ay))
        t = (((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / long).clip(0, long)
        away = np.hypot(x - ax - t / long * (bx - ax), y - ay - t / long * (by - ay))
        closer = away < best
        side = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        best = np.where(closer, away, best)
        along, off = np.where(closer, reached + t, along), np.where(closer, np.sign(side), off)
        reached += long
    for half in (1, -1):
        u = (along + best) / (1.41 * THREAD)
        cloth.sew(part, (best < width / 2) & (off * half >= 0), u, best / (width / 2), width / 2, (silk,))


def flower(cloth: Cloth, at: Point, radius: float, petals: int, silks: Kinds, turn: float = 0.0) -> None:
    """Rings of stitches that run out from the middle, the outer ones parted into petals."""
    part, x, y = cloth.near([at], radius)
    r, angle = np.hypot(x - at[0], y - at[1]), (np.arctan2(y - at[1], x - at[0]) / (2 * np.pi) + turn) % 1
    lobe = np.sin((angle * petals % 1) * np.pi).clip(0, 1) if petals else np.ones_like(r)
    rim = radius * (0.76 + 0.24 * lobe**0.5)
    heart, length = radius * 0.26, radius * 0.74 / (len(silks) - 1)
    for number, silk in enumerate(silks):
        # Each ring has its own count of threads, from the rim inwards.
        outer = rim - number * length * rim / radius
        inside = (r < outer) & (r >= outer - length * rim / radius) if number < len(silks) - 1 else r < outer
        middle = radius - (number + 0.5) * length if number < len(silks) - 1 else heart * 0.6
        threads = max(round(2 * np.pi * middle / THREAD), 6)
        u = angle * threads
        stitch = (outer - r) / (length * rim / radius)
        parts = petals if petals and number < 2 else 1
        for petal in range(parts):
            of = inside & (np.floor(angle * parts) == petal) if parts > 1 else inside
            cloth.sew(part, of, u, stitch, length, (silk,))


def curve(start: Point, control: Point, end: Point) -> list[Point]:
    """Points on a bow from one place to another, drawn towards a third."""
    t = np.linspace(0, 1, 12)
    x, y = ((1 - t) ** 2 * a + 2 * t * (1 - t) * b + t * t * c for a, b, c in zip(start, control, end, strict=True))
    return list(zip(x.tolist(), y.tolist(), strict=True))


def shine(cloth: Cloth) -> Image.Image:
    """Lays the light on the silk: round threads, brightest in the middle of a stitch and where they lie across it."""
    sheet, rng = cloth.sheet, cloth.sheet.rng
    table = rng.standard_normal((4096, 2)).astype(np.float32)
    own = table[cloth.thread % 4096]
    edge = sheet.distance(borders(cloth.piece), 6)
    end = np.minimum(cloth.along, 1 - cloth.along) * cloth.length
    round_ = np.sqrt((1 - (2 * cloth.across - 1) ** 2).clip(0, 1))
    gloss = np.exp(-(((cloth.along - 0.45 + 0.05 * own[..., 0]) / 0.24) ** 2))
    t = 0.2 + 0.5 * gloss + 0.28 * round_ + 0.1 * own[..., 1] + 0.1 * sheet.noise(40)
    colour = mix(SHADE[cloth.kind], LIGHT[cloth.kind], t.clip(0, 1))
    glint = (gloss**2 * round_**3 * (0.75 + 0.3 * own[..., 0])).clip(0, 1)
    colour = colour + (0.2 * glint)[..., None] * (0.4 + LIGHT[cloth.kind])
    body = smoothstep(0.15, 0.8, round_) * smoothstep(-0.3, 1.6, end) * smoothstep(0.3, 1.4, edge)
    weave = CLOTH * (1 + 0.5 * np.sin(sheet.x * 2.2) * np.sin(sheet.y * 2.2))[..., None]
    return sheet.finish(mix(weave, colour.clip(0, 1), 0.12 + 0.88 * body))
