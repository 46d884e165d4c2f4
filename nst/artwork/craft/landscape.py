"""What the landscapes share: a camera, terrain seen through it, fractal noise, haze, and what a lens does to light.

Colours are linear light until `develop`. Picture lengths are in units of the picture's width, so that a scene is the
same picture at every size.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import torch
from PIL import Image
from torch.nn import functional

from nst.artwork.craft.tools import Array, rgb

# Texels of the noise table a cell, and cells along its side: it repeats after that many.
TEXELS, CELLS = 8, 128


def light(*codes: str) -> Array:
    """Linear light from "rrggbb" codes: `(3,)` for one, `(N, 3)` for more."""
    table = rgb(*codes)
    linear: Array = np.where(table < 0.04045, table / 12.92, ((table + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return linear


def sample(table: Array, u: Array, v: Array, mode: str = "bilinear") -> Array:
    """A table `(H, W)` or `(H, W, C)` read at columns `u` and rows `v` in [0, 1], the centres of its outer cells."""
    picture = torch.from_numpy(np.ascontiguousarray(table, np.float32))
    planes = picture[None, None] if table.ndim == 2 else picture.permute(2, 0, 1)[None]
    u, v = np.broadcast_arrays(u, v)
    grid = torch.from_numpy(np.stack([u.ravel(), v.ravel()], -1).astype(np.float32) * 2 - 1)[None, None]
    read = functional.grid_sample(planes, grid, mode=mode, padding_mode="border", align_corners=True)[0, :, 0]
    values: Array = read.numpy()[0] if table.ndim == 2 else np.ascontiguousarray(read.numpy().T)
    return values.reshape(u.shape + table.shape[2:])


@cache
def _table() -> Array:
    """Smooth random numbers that repeat both ways, with one more row and column for the seam."""
    cells = np.random.default_rng(11).standard_normal((CELLS, CELLS)).astype(np.float32)
    wide = Image.fromarray(np.pad(cells, 4, mode="wrap"))
    side = (CELLS + 8) * TEXELS
    smooth = np.asarray(wide.resize((side, side), Image.Resampling.BICUBIC))[4 * TEXELS :, 4 * TEXELS :]
    table = smooth[: CELLS * TEXELS, : CELLS * TEXELS]
    return np.pad(table / table.std(), (0, 1), mode="wrap")


def noise(u: Array, v: Array, octaves: int = 1, seed: int = 0, gain: float = 0.5, ridged: bool = False) -> Array:
    """Fractal noise of about unit variance, one cell a unit; ridged, each octave is creased along its zeros."""
    total, power = np.zeros(np.broadcast(u, v).shape, np.float32), 0.0
    u, v = np.asarray(u, np.float32) + seed * 17.31, np.asarray(v, np.float32) + seed * 41.77
    for octave in range(octaves):
        layer = sample(_table(), np.mod(u / CELLS, 1), np.mod(v / CELLS, 1))
        total += (0.8 - np.abs(layer) if ridged else layer) * np.float32(gain**octave)
        power += gain ** (2 * octave)
        # Each octave is turned, so that the cells' directions do not add up.
        u, v = (1.63 * u - 1.21 * v + 5.7).astype(np.float32), (1.21 * u + 1.63 * v + 9.2).astype(np.float32)
    return total / np.float32(np.sqrt(power) * (0.6 if ridged else 1))


def bumps(u: Array, v: Array, seed: int, fill: float = 1.0, flat: float = 0.6) -> tuple[Array, Array]:
    """Heights of rounded stones strewn over a plane, about one a unit square, and a random number for each stone."""
    cell_u, cell_v = np.floor(u).astype(np.int32), np.floor(v).astype(np.int32)
    height, tint = np.zeros(u.shape, np.float32), np.zeros(u.shape, np.float32)
    table = np.random.default_rng(seed).random((64, 64, 6)).astype(np.float32)
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            one = table[(cell_v + j) & 63, (cell_u + i) & 63]
            du, dv = u - (cell_u + i) - one[..., 0], v - (cell_v + j) - one[..., 1]
            # Each stone is an ellipse of its own direction and girth; a share of the places stays empty.
            turn, radius = one[..., 2] * 6.28, (0.28 + 0.5 * one[..., 3] ** 2) * (one[..., 4] < fill)
            along = du * np.cos(turn) + dv * np.sin(turn)
            across = (dv * np.cos(turn) - du * np.sin(turn)) * (1.2 + 0.6 * one[..., 5])
            rise = 1 - (along**2 + across**2) / (radius**2 + 1e-6)
            cap = np.sqrt(rise.clip(0, None)) * radius * flat
            tint, height = np.where(cap > height, one[..., 5], tint), np.maximum(cap, height)
    return height, tint


class Lens:
    """A camera held level, looking along +z from above the origin, its horizon moved up or down by shifting."""

    def __init__(self, size: int, horizon: float, focal: float, eye: float, aspect: float = 1.5, over: float = 1.4):
        self.final = (size, round(size / aspect))
        self.width = round(max(size * over, 240.0))
        self.shape = (round(self.width / aspect), self.width)
        self.focal, self.eye, self.horizon = focal, eye, horizon / aspect
        rows, columns = np.mgrid[: self.shape[0], : self.shape[1]].astype(np.float32)
        self.x: Array = (columns + 0.5) / np.float32(self.width) - np.float32(0.5)
        self.y: Array = (rows + 0.5) / np.float32(self.width)
        self.across: Array = self.x / np.float32(focal)
        self.slope: Array = (np.float32(self.horizon) - self.y) / np.float32(focal)

    def project(self, x: Array, height: Array, z: Array) -> tuple[Array, Array]:
        """Columns and rows in pixels of points in space."""
        column = (x / z * self.focal + 0.5) * self.width
        return column, (self.horizon - (height - self.eye) / z * self.focal) * self.width

    def march(self, surface: Callable[[Array, Array], Array], reach: Array, block: int = 256) -> Array:
        """How far along z each pixel sees a surface `height(x, z)`, looked for at the distances `reach`; inf: not."""
        far, z = np.full(self.shape, np.inf, np.float32), reach.astype(np.float32)[:, None]
        slopes = self.slope[:, 0].astype(np.float64)
        for start in range(0, self.width, block):
            across = self.across[:1, start : start + block]
            tops = (surface(across * z, np.broadcast_to(z, (len(reach), across.shape[1]))) - self.eye) / z
            highest = np.maximum.accumulate(tops, axis=0).T.astype(np.float64)
            for column, seen in enumerate(highest):
                hit = np.searchsorted(seen, slopes)
                inside = hit < len(reach)
                after = hit[inside].clip(1, None)
                step = (slopes[inside] - seen[after - 1]) / np.maximum(seen[after] - seen[after - 1], 1e-12)
                far[inside, start + column] = reach[after - 1] + step.clip(0, 1) * (reach[after] - reach[after - 1])
        return far

    def blur(self, picture: Array, sigma: float) -> Array:
        """A soft blur by a share of the width."""
        return soften(picture, sigma * self.width)

    def develop(self, scene: Array, exposure: float = 1.0, glow: float = 0.06, vignette: float = 0.35) -> Image.Image:
        """The photograph: bloom round highlights, darker corners, a filmic curve, and its final size."""
        bright = (scene * exposure).clip(0, 12).astype(np.float32)
        halo = self.blur(bright, 0.004) * 0.5 + self.blur(bright, 0.025) * 0.5
        radius = self.x**2 + (self.y - self.y.mean()) ** 2
        bright = (bright * (1 - glow) + halo * glow) * (1 - vignette * (radius / radius.max()) ** 1.2)[..., None]
        # Narkowicz's fit of the ACES curve: a soft shoulder, and a toe that keeps the shadows deep.
        film = ((bright * (2.51 * bright + 0.03)) / (bright * (2.43 * bright + 0.59) + 0.14)).clip(0, 1)
        print_ = np.where(film < 0.0031308, film * 12.92, 1.055 * film ** (1 / 2.4) - 0.055)
        picture = Image.fromarray((print_ * 255 + 0.5).astype(np.uint8))
        return picture.resize(self.final, Image.Resampling.LANCZOS)


def soften(picture: Array, sigma: float) -> Array:
    """A soft blur by so many pixels: two box means each way."""
    radius = max(round(1.22 * sigma), 1)
    for axis in (0, 1):
        for _ in range(2):
            pad = [(0, 0)] * picture.ndim
            pad[axis] = (radius + 1, radius)
            sums = np.cumsum(np.pad(picture, pad, mode="edge"), axis=axis, dtype=np.float64)
            n, span = picture.shape[axis], 2 * radius + 1
            ends, starts = np.take(sums, range(span, span + n), axis), np.take(sums, range(n), axis)
            picture = ((ends - starts) / span).astype(np.float32)
    return picture


def unit(*vector: float) -> Array:
    direction = np.array(vector, np.float32)
    normal: Array = direction / np.linalg.norm(direction)
    return normal


def normals(surface: Callable[[Array, Array], Array], x: Array, z: Array, step: Array | float) -> Array:
    """Unit normals of a surface `height(x, z)`, from differences over a step."""
    middle = surface(x, z)
    right, beyond = surface(x + step, z), surface(x, z + step)
    normal = np.stack([(middle - right) / step, np.ones_like(middle), (middle - beyond) / step], -1)
    return (normal / np.linalg.norm(normal, axis=-1, keepdims=True)).astype(np.float32)
