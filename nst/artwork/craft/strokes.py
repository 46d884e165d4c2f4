"""Painting in strokes that lie over each other: knife dabs, loaded brushes and dashes."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from nst.artwork.craft.tools import LONG_SIDE, Array, Sheet

LIGHT = (-0.6, -0.8)  # where it comes from


class Tool(NamedTuple):
    """What makes the strokes."""

    corner: float  # how round a stroke's corners are, as a share of its half width
    ragged: float  # how far the streaks run out unevenly at the ends, as a share of the half length
    uneven: float  # how far strokes are from rectangles
    streak: float  # how far the second colour, and light and dark, show in streaks
    ridge: float  # brightness of the paint pushed up at the sides
    shadow: float  # how much a stroke darkens what is next to it
    hairs: float = 0.5  # streaks across a unit


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


def paint(sheet: Sheet, strokes: Strokes, ground: Array, tool: Tool) -> Image.Image:
    """Lays the strokes onto a ground of one colour."""
    picture = np.broadcast_to(ground, (*sheet.shape, 3)).astype(np.float32)
    table, rng = np.concatenate(strokes.rows), sheet.rng
    shear, taper = rng.normal(0, tool.uneven, (2, len(table)))
    tone, start = rng.normal(0, 0.05, len(table)), rng.integers(0, 3800, len(table))
    # Streaks are a few units wide, and smooth at the scale of a pixel.
    hair = np.interp(np.arange(0, 4096, 0.25), np.arange(4096), rng.standard_normal(4096)).astype(np.float32)
    hairs = np.float32(4 * tool.hairs)
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
        grain = hair.take((v * hairs + (start[k] + 1000)).astype(np.int32), mode="wrap")
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
        bright = (1 + tone[k]) + (tool.ridge * facing) * (rim + v * (0.3 / side)) + (0.2 * tool.streak) * grain
        amount = (0.5 + tool.streak * grain + (0.4 / half) * u).clip(0, 1)[..., None]
        first, other = np.array(colours[:3], np.float32), np.array(colours[3:], np.float32)
        under = picture[part]
        under *= (1 - tool.shadow * (1 + inside * 0.45).clip(0, 1))[..., None]
        under += ((first + (other - first) * amount) * bright[..., None] - under) * (inside + 0.5).clip(0, 1)[..., None]
    return sheet.finish(picture)


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


class Flow:
    """What is to be painted, on a grid of one cell a unit, so that every size has the same strokes."""

    # From where to where strokes are long and wide.
    long, wide = (26.0, 52.0), (7.5, 12.5)

    def __init__(self, width: int, height: int, seed: int) -> None:
        self.sheet = Sheet(LONG_SIDE, width, height, seed, oversample=1)
        self.rng, self.x, self.y = self.sheet.rng, self.sheet.x, self.sheet.y
        self.strokes = Strokes()

    def lay(self, inside: Array, angle: Array, tone: Array, pigments: Array, size: Array | float, pitch: float) -> None:
        """Fills a form with strokes along a field of directions, which they bend with."""
        rng = self.rng
        place = scatter(rng, (0, 0, self.sheet.width, self.sheet.height), pitch)
        i, j = self.cells(place)
        place = place[inside[i, j]]
        i, j = self.cells(place)
        here = angle[i, j] + rng.normal(0, 0.07, len(place))
        scale = np.broadcast_to(np.asarray(size, np.float32), self.x.shape)[i, j] * np.exp(
            rng.normal(0, 0.12, len(place))
        )
        length, width = rng.uniform(*self.long, len(place)) * scale, rng.uniform(*self.wide, len(place)) * scale
        along = np.stack([np.cos(here), np.sin(here)], 1) * 0.4 * length[:, None]
        ahead, behind = (angle[self.cells(place + way * along)] for way in (1, -1))
        bend = (((ahead - behind + np.pi / 2) % np.pi - np.pi / 2) * 1.2).clip(-1.1, 1.1)
        # Where it turns sharply, strokes are short.
        length = np.maximum(length * (1 - 0.45 * np.abs(bend)), 2.0 * width)
        colour = pick(rng, pigments, tone[i, j], 0.075)
        other = pick(rng, pigments, tone[i, j] + 0.06, 0.16)
        self.strokes.add(place, here, length, width, colour, other, bend)

    def cells(self, place: Array) -> tuple[Array, Array]:
        high, wide = self.x.shape
        return place[:, 1].astype(int).clip(0, high - 1), place[:, 0].astype(int).clip(0, wide - 1)

    def line(self, points: Array, width: float, colours: Array) -> None:
        """A contour, brushed in strokes that lap over each other."""
        rng = self.rng
        way = np.hypot(*np.diff(points, axis=0).T)
        total = np.concatenate([[0], np.cumsum(way)])
        at = np.arange(8, total[-1], 15.0)
        spots = [np.stack([np.interp(at + d, total, axis) for axis in points.T], 1) for d in (-9, 0, 9)]
        (ax, ay), (bx, by) = (spots[1] - spots[0]).T, (spots[2] - spots[1]).T
        angle = np.arctan2(ay + by, ax + bx)
        bend = ((np.arctan2(by, bx) - np.arctan2(ay, ax) + np.pi) % (2 * np.pi) - np.pi).clip(-1, 1)
        thick = width * rng.uniform(0.75, 1.25, len(at))
        colour = pick(rng, colours, rng.random(len(at)))
        self.strokes.add(spots[1], angle, 24, thick, colour, colour * 1.3 + 0.02, bend)
