"""What the drawings share: a sheet with resolution-free coordinates, noise, relief, paper and brushes.

Lengths are in units of 1/768 of a picture's long side, so that a drawing is the same picture at every size.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Array = npt.NDArray[Any]
LONG_SIDE = 768


class Sheet:
    """The surface of one drawing: pixel coordinates `x` and `y` in units, and its own random numbers."""

    def __init__(self, size: int, width: int, height: int, seed: int, oversample: float = 2.0) -> None:
        self.width, self.height = width, height
        self.final = (round(size * width / LONG_SIDE), round(size * height / LONG_SIDE))
        self.scale = max(size * oversample, 320.0) / LONG_SIDE
        self.shape = (round(height * self.scale), round(width * self.scale))
        self.rng = np.random.default_rng(seed)
        rows, columns = np.mgrid[: self.shape[0], : self.shape[1]].astype(np.float32)
        self.x: Array = (columns + 0.5) / np.float32(self.scale)
        self.y: Array = (rows + 0.5) / np.float32(self.scale)

    def noise(self, cell: float, octaves: int = 1, stretch: tuple[float, float] = (1.0, 1.0)) -> Array:
        """Fractal value noise of about unit variance; `stretch` lengthens the cells along x and y."""
        total = np.zeros(self.shape, np.float32)
        for octave in range(octaves):
            wide, high = (max(cell * s / 2**octave, 0.75) for s in stretch)
            # A margin of two cells keeps the interpolation's edge behaviour out of the picture.
            grid = self.rng.standard_normal((int(self.height / high) + 5, int(self.width / wide) + 5))
            box = (2.0, 2.0, 2 + self.width / wide, 2 + self.height / high)
            image = Image.fromarray(grid.astype(np.float32)).resize(self.shape[::-1], Image.Resampling.BICUBIC, box)
            total += np.asarray(image) * np.float32(0.5**octave)
        return total * np.float32(1.3 / np.sqrt(sum(0.25**octave for octave in range(octaves))))

    def grid(self) -> Array:
        """A table of random numbers for `noise_at`."""
        return self.rng.standard_normal((256, 256)).astype(np.float32)

    def blur(self, picture: Array, sigma: float) -> Array:
        """A soft blur: two box means each way."""
        # Two boxes of this radius spread as far as a Gaussian of that sigma.
        radius = max(round(1.22 * sigma * self.scale), 1)
        for axis in (0, 1):
            for _ in range(2):
                pad = [(0, 0)] * picture.ndim
                pad[axis] = (radius + 1, radius)
                sums = np.cumsum(np.pad(picture, pad, mode="edge"), axis=axis, dtype=np.float64)
                n, span = picture.shape[axis], 2 * radius + 1
                ends, starts = np.take(sums, range(span, span + n), axis), np.take(sums, range(n), axis)
                picture = ((ends - starts) / span).astype(np.float32)
        return picture

    def distance(self, mask: Array, limit: float) -> Array:
        """Euclidean distance in units to the nearest pixel of the mask, exact up to `limit`."""
        reach = int(limit * self.scale) + 1
        column = np.arange(self.shape[1], dtype=np.float32)
        far = np.float32(4 * reach)
        before = np.maximum.accumulate(np.where(mask, column, -far), axis=1)
        after = np.minimum.accumulate(np.where(mask, column, self.shape[1] + far)[:, ::-1], axis=1)[:, ::-1]
        across = np.minimum(np.minimum(column - before, after - column), far) ** 2
        best = across.copy()
        for step in range(1, reach + 1):
            np.minimum(best[step:], across[:-step] + step**2, out=best[step:])
            np.minimum(best[:-step], across[step:] + step**2, out=best[:-step])
        near: Array = np.minimum(np.sqrt(best) / np.float32(self.scale), np.float32(limit))
        return near

    def mask(self) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        """An empty grey picture of the sheet's size and a pen for it (which takes pixels)."""
        image = Image.new("L", self.shape[::-1], 0)
        return image, ImageDraw.Draw(image)

    def fibres(self, count: int, length: float = 26) -> Array:
        """Coverage by fine, curved fibres lying in every direction, in [0, 1]."""
        image, pen = self.mask()
        start = self.rng.uniform((0, 0), (self.width, self.height), (count, 2))
        angle, bend = self.rng.uniform(0, 2 * np.pi, count), self.rng.normal(0, 0.25, count)
        steps = np.arange(9)
        turned = angle[:, None] + bend[:, None] * steps
        step = self.rng.uniform(0.3, 1.0, count)[:, None] * length / 9
        path = start[:, None] + np.stack([np.cumsum(np.cos(turned) * step, 1), np.cumsum(np.sin(turned) * step, 1)], 2)
        for points, tone in zip(path * self.scale, self.rng.integers(70, 255, count), strict=True):
            pen.line([(float(a), float(b)) for a, b in points], fill=int(tone), width=max(round(0.45 * self.scale), 1))
        return np.asarray(image, np.float32) / 255

    def relief(self, height: Array, strength: float) -> Array:
        """Brightness of a surface lit from the upper left: 0 where it is level."""
        down, right = np.gradient(height)
        light: Array = (-(right + down) * np.float32(strength * self.scale)).clip(-1, 1)
        return light

    def finish(self, picture: Array) -> Image.Image:
        """The finished picture, brought down to its final size."""
        pixels = (picture.clip(0, 1) * 255 + 0.5).astype(np.uint8)
        return Image.fromarray(pixels).resize(self.final, Image.Resampling.LANCZOS)


def noise_at(grid: Array, u: Array, v: Array, octaves: int = 1) -> Array:
    """Fractal value noise of about unit variance at any coordinates, one cell a unit."""
    total, table = np.zeros(np.broadcast(u, v).shape, np.float32), grid.ravel()
    for octave in range(octaves):
        p, q = u * 2**octave + 17.3 * octave, v * 2**octave + 9.1 * octave
        i, j = np.floor(p).astype(np.int32), np.floor(q).astype(np.int32)
        a, b = smoothstep(0, 1, p - i), smoothstep(0, 1, q - j)
        left, right, row, next_row = i & 255, (i + 1) & 255, (j & 255) << 8, ((j + 1) & 255) << 8
        top, below = table.take(row | left), table.take(next_row | left)
        top = top + (table.take(row | right) - top) * a
        below = below + (table.take(next_row | right) - below) * a
        total += (top + (below - top) * b) * np.float32(0.5**octave)
    return total * np.float32(1.6 / np.sqrt(sum(0.25**octave for octave in range(octaves))))


def borders(labels: Array) -> Array:
    """Where a number differs from its neighbour to the left or above."""
    border = np.zeros(labels.shape, bool)
    border[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    border[1:] |= labels[1:] != labels[:-1]
    return border


def smoothstep(low: float | Array, high: float | Array, value: Array) -> Array:
    t: Array = ((value - low) / (high - low)).clip(0, 1)
    smooth: Array = t * t * (3 - 2 * t)
    return smooth


def mix(a: Array, b: Array, amount: float | Array) -> Array:
    """Colours on the way from `a` to `b`, by an amount in [0, 1] or a map of amounts."""
    t = np.asarray(amount, np.float32)[..., None]
    return a * (1 - t) + b * t


def rgb(*codes: str) -> Array:
    """Colours from "rrggbb" codes: `(3,)` for one, `(N, 3)` for more."""
    table = np.array([[int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)] for code in codes], np.float32)
    return table[0] if len(codes) == 1 else table


def ramp(colours: Array, t: Array, stops: tuple[float, ...] | None = None) -> Array:
    """Colours along a gradient, `t` in [0, 1]."""
    places = np.linspace(0, 1, len(colours)) if stops is None else np.asarray(stops)
    return np.stack([np.interp(t, places, channel) for channel in colours.T], -1).astype(np.float32)


def luma(colour: Array) -> Array:
    return colour @ np.array([0.299, 0.587, 0.114], np.float32)
