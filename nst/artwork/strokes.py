"""Painting in strokes that lie over each other: knife dabs, loaded brushes and dashes."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nst.artwork.tools import Array, Sheet

LIGHT = (-0.6, -0.8)  # where it comes from


class Tool(NamedTuple):
    """What makes the strokes."""

    corner: float  # how round a stroke's corners are, as a share of its half width
    ragged: float  # how far the streaks run out unevenly at the ends, as a share of the half length
    uneven: float  # how far strokes are from rectangles
    streak: float  # how far the second colour shows in streaks
    ridge: float  # brightness of the paint pushed up at the sides
    shadow: float  # how much a stroke darkens what is next to it


class Strokes:
    """Strokes in the order in which they are laid, each with a colour and another one that is streaked into it."""

    def __init__(self) -> None:
        self.rows: list[Array] = []

    def add(
        self,
        place: Array,
        angle: npt.ArrayLike,
        length: npt.ArrayLike,
        width: npt.ArrayLike,
        colour: Array,
        other: Array | None = None,
        bend: npt.ArrayLike = 0.0,
    ) -> Array:
        """Adds strokes `(N, 12)`: middle, angle, half length, half width, how much they turn in all, two colours."""
        number = len(place)
        row = np.empty((number, 12), np.float32)
        row[:, :2] = place
        for column, value in ((2, angle), (3, length), (4, width), (5, bend)):
            row[:, column] = value
        row[:, 3:5] /= 2
        row[:, 6:9], row[:, 9:] = colour, colour if other is None else other
        self.rows.append(row)
        return row


def paint(sheet: Sheet, strokes: Strokes, picture: Array, tool: Tool) -> Array:
    """Lays the strokes onto a picture, in place."""
    table, rng = np.concatenate(strokes.rows), sheet.rng
    shear, taper = rng.normal(0, tool.uneven, (2, len(table)))
    tone, start = rng.normal(0, 0.05, len(table)), rng.integers(0, 3800, len(table))
    # Streaks are a few units wide, and smooth at the scale of a pixel.
    hair = np.interp(np.arange(0, 4096, 0.25), np.arange(4096), rng.standard_normal(4096)).astype(np.float32)
    for k, (x, y, angle, half, side, bend, *colours) in enumerate(table.tolist()):
        cos, sin = math.cos(angle), math.sin(angle)
        long, broad = half * (1 + tool.ragged) + abs(shear[k]) * side + 2, side * 1.2 + abs(bend) * half * 0.25 + 3
        wide, high = abs(cos) * long + abs(sin) * broad, abs(sin) * long + abs(cos) * broad
        left, right = (max(int((x + way * wide) * sheet.scale), 0) for way in (-1, 1))
        top, foot = (max(int((y + way * high) * sheet.scale), 0) for way in (-1, 1))
        part = np.s_[top : foot + 1, left : right + 1]
        dx, dy = sheet.x[part] - np.float32(x), sheet.y[part] - np.float32(y)
        u, v = cos * dx + sin * dy, cos * dy - sin * dx
        if bend:
            v -= (bend / (4 * half)) * (u * u - half * half / 3)
        grain = hair.take((v * 2 + (start[k] + 1000)).astype(np.int32), mode="wrap")
        u += float(shear[k]) * v
        end = half - np.abs(u) + (tool.ragged * half) * grain
        edge = side - np.abs(v) * (1 + (float(taper[k]) / half) * u)
        inside = np.minimum(end, edge)
        if tool.corner:
            r = tool.corner * min(side, half)
            p, q = (r - end).clip(0, None), (r - edge).clip(0, None)
            inside = np.minimum(inside, r - np.sqrt(p * p + q * q))
        facing = LIGHT[1] * cos - LIGHT[0] * sin
        facing = (1 if facing >= 0 else -1) * max(abs(facing), 0.5)
        rim = (1 - edge * 0.4).clip(0, 1) * np.sign(v)
        bright = (1 + tone[k]) + (tool.ridge * facing) * (rim + v * (0.3 / side)) + 0.05 * grain
        amount = (0.5 + tool.streak * grain + (0.4 / half) * u).clip(0, 1)[..., None]
        first, other = np.array(colours[:3], np.float32), np.array(colours[3:], np.float32)
        under = picture[part]
        under *= (1 - tool.shadow * (1 + inside * 0.45).clip(0, 1))[..., None]
        under += ((first + (other - first) * amount) * bright[..., None] - under) * (inside + 0.5).clip(0, 1)[..., None]
    return picture


def scatter(rng: np.random.Generator, box: tuple[float, float, float, float], pitch: float) -> Array:
    """Places at a pitch on a jittered grid, in random order: `(N, 2)` within (left, top, right, bottom)."""
    left, top, right, bottom = box
    rows, columns = np.mgrid[top:bottom:pitch, left:right:pitch]
    places = np.stack([columns.ravel(), rows.ravel()], 1) + rng.uniform(0, pitch, (rows.size, 2))
    return np.asarray(rng.permutation(places), np.float32)


def pick(rng: np.random.Generator, pigments: Array, tone: Array, spread: float = 0.12) -> Array:
    """A pigment of a scale for each tone in [0, 1], mostly one of the nearest."""
    number = len(pigments)
    at = (tone + rng.normal(0, spread, len(tone))).clip(0, 0.999) * number
    chosen: Array = pigments[at.astype(int)]
    return chosen
