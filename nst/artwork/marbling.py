"""Marbled paper, ebru: drops of ink on water, combed into feathers, with needle-drawn flowers.

Each move of drop, comb and needle has a closed form (Lu, Jaffer and others, "Mathematical Marbling", 2012), so a
place on the paper is followed back through the moves, last to first, until it lies in the drop it came from.
"""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from nst.artwork.craft.tools import Array, Sheet, borders, mix, rgb, smoothstep

WIDTH, HEIGHT = 624, 768
CRIMSON, ULTRAMARINE, OCHRE, IVORY, BLACK, CELADON = range(6)
# Each ink from where it lies thick to where it lies thin.
DEEP = rgb("960a38", "1a1690", "c86a08", "e6c994", "140a1c", "2f8a8a")
BODY = rgb("d4124a", "2c24cc", "ea951a", "f8ead0", "1c1226", "62b8ae")
THIN = rgb("f84e70", "5a5cf0", "f8bc58", "fffdf6", "2e2440", "a8e0d2")
Point = tuple[float, float]


class Bath:
    """Where each place on the sheet was before the moves undone so far, and the ink of those that are known."""

    def __init__(self, sheet: Sheet) -> None:
        self.shape = sheet.shape
        self.x, self.y = sheet.x.ravel().copy(), sheet.y.ravel().copy()
        self.ink = np.full(self.x.shape, IVORY, np.int32)
        self.depth = np.full(self.x.shape, 0.5, np.float32)
        self.open = np.arange(len(self.x))

    def drop(self, at: Point, radius: float, ink: int) -> None:
        """A drop has pushed outwards all that floated."""
        u, v = self.x - at[0], self.y - at[1]
        squared = u * u + v * v
        inside = squared < radius**2
        self.ink[self.open[inside]] = ink
        self.depth[self.open[inside]] = squared[inside] / radius**2
        out = ~inside
        shrink = np.sqrt(1 - radius**2 / squared[out])
        self.x, self.y, self.open = at[0] + u[out] * shrink, at[1] + v[out] * shrink, self.open[out]

    def rings(self, at: Point, radius: float, inks: tuple[int, ...]) -> None:
        """Drops on one spot, the first ink outermost, the black ones small as they are to be veins."""
        for ink in reversed(inks):
            self.drop(at, radius * (0.45 if ink == BLACK else 1), ink)

    def comb(
        self, angle: float, gap: float, pull: float, wave: Point = (0, 100), both: bool = False, start: float = 0
    ) -> None:
        """Tines a gap apart have been drawn at an angle, in waves of some height and length, or in turn both ways."""
        cos, sin = math.cos(angle), math.sin(angle)
        across, along = self.x * sin - self.y * cos, self.x * cos + self.y * sin
        across = across - wave[0] * np.sin(along * 2 * np.pi / wave[1])
        place = across / gap + start
        tine = np.floor(place + 0.5)
        drag = pull * (1 - 2 * np.abs(place - tine)) ** 1.8
        along = along - (drag * (1 - 2 * (tine % 2)) if both else drag)
        across = across + wave[0] * np.sin(along * 2 * np.pi / wave[1])
        self.x, self.y = across * sin + along * cos, along * sin - across * cos

    def star(self, at: Point, points: int, pull: float, reach: float, turn: float = 0) -> None:
        """A needle has been drawn into one spot from all sides."""
        u, v = self.x - at[0], self.y - at[1]
        r = np.hypot(u, v) + 1e-3
        stroke = np.abs((np.arctan2(v, u) / (2 * np.pi) + turn) * points % 1 - 0.5) * 2
        # Nothing moves at the spot itself, and nothing far off.
        stretch = 1 + pull / reach * (stroke**2.5 - 0.3) * np.exp(-((r / reach) ** 2)) * 2
        self.x, self.y = at[0] + u * stretch, at[1] + v * stretch


def _flowers(bath: Bath) -> None:
    for k, (at_x, at_y) in enumerate(((156, 150), (468, 150), (312, 384), (156, 618), (468, 618))):
        at = (float(at_x), float(at_y))
        inks = (
            (BLACK, CRIMSON, BLACK, IVORY, BLACK, OCHRE, BLACK, ULTRAMARINE),
            (BLACK, ULTRAMARINE, BLACK, IVORY, BLACK, CRIMSON, BLACK, OCHRE),
        )[k % 2]
        bath.star(at, 6, 30, 70)
        bath.rings(at, 34, inks)


def _base(bath: Bath, sheet: Sheet) -> None:
    """Many-ringed drops in staggered rows, put down in no order."""
    gap = 70
    spots = [(gap * i + gap / 2 * (j % 2) - gap, gap * j - gap) for j in range(14) for i in range(12)]
    order = sheet.rng.permutation(len(spots))
    sets = (
        (BLACK, CRIMSON, BLACK, OCHRE), (BLACK, ULTRAMARINE, BLACK, IVORY), (BLACK, CELADON, BLACK, CRIMSON),
        (BLACK, OCHRE, BLACK, ULTRAMARINE), (BLACK, CELADON, BLACK, IVORY), (BLACK, CRIMSON, BLACK, ULTRAMARINE),
    )  # fmt: skip
    for k in order:
        at = (spots[k][0] + float(sheet.rng.normal(0, 9)), spots[k][1] + float(sheet.rng.normal(0, 9)))
        bath.rings(at, 36, sets[k % len(sets)])


def _print(sheet: Sheet, ink: Array, depth: Array) -> Image.Image:
    """The inks on the paper: streaked as they were drawn out, darker at their rims."""
    # What has become thinner than a hair runs into its neighbours.
    most, kept = np.zeros(sheet.shape, np.float32), ink
    for kind in range(len(BODY)):
        share = sheet.blur((ink == kind).astype(np.float32), 0.8)
        kept = np.where(share > most, kind, kept)
        most = np.maximum(most, share)
    edge = sheet.distance(borders(kept), 12)
    grain = sheet.noise(2.4, 2)
    streak = sheet.blur(np.cos(depth * 6 * np.pi), 0.5) * smoothstep(2, 6, edge)
    t = 0.5 + 0.16 * sheet.noise(50, 2) + 0.34 * streak + 0.04 * grain - 0.35 * smoothstep(5, 1, edge)
    colour = mix(mix(DEEP[kept], BODY[kept], smoothstep(0, 0.5, t)), THIN[kept], smoothstep(0.6, 1.15, t))
    colour = mix(colour, DEEP[BLACK], 0.8 * smoothstep(1.5, 0.8, edge))
    return sheet.finish(colour * (1 + 0.012 * grain)[..., None])


def draw(size: int = 768) -> Image.Image:
    sheet = Sheet(size, WIDTH, HEIGHT, seed=71)
    bath = Bath(sheet)
    _flowers(bath)
    bath.comb(np.pi / 2, 104, 90, (22, 256))
    bath.comb(0, 128, 120, both=True)
    _base(bath, sheet)
    return _print(sheet, bath.ink.reshape(sheet.shape), bath.depth.reshape(sheet.shape))
