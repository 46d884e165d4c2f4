"""Solids as signed distances, the rays that find them, and what a camera does to the light."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from PIL import Image

from nst.artwork.craft.tools import Array, luma, mix, smoothstep

Field = Callable[[Array, Array, Array], Array]
Point = tuple[float, float, float]
Vector = tuple[Array, Array, Array]
CHUNK = 1 << 15  # pixels that are worked on at a time: their numbers stay in the processor's cache


def union(a: Array, b: Array, k: float | Array) -> Array:
    """The nearer of two solids, with a fillet of width `k` where they meet."""
    h = np.maximum(k - np.abs(a - b), 0)
    return np.minimum(a, b) - h * h * (0.25 / k)


def cut(a: Array, b: Array, k: float) -> Array:
    """Solid `a` without `b`, the edge rounded by `k`."""
    return -union(-a, b, k)


def ellipsoid(x: Array, y: Array, z: Array, centre: Point, radii: Point, turn: Point = (0, 0, 0)) -> Array:
    """About the distance to an ellipsoid, turned by angles about x, y and z."""
    p, q, s = turned(x - centre[0], y - centre[1], z - centre[2], turn)
    p, q, s = p / np.float32(radii[0]), q / np.float32(radii[1]), s / np.float32(radii[2])
    near = np.sqrt(p * p + q * q + s * s)
    p, q, s = p / np.float32(radii[0]), q / np.float32(radii[1]), s / np.float32(radii[2])
    return near * (near - 1) / (np.sqrt(p * p + q * q + s * s) + np.float32(1e-6))


def limb(x: Array, y: Array, z: Array, a: Point, b: Point, ra: float, rb: float) -> Array:
    """A capsule from `a` to `b` whose radius goes from `ra` to `rb`."""
    along = [end - start for start, end in zip(a, b, strict=True)]
    p, q, s = x - a[0], y - a[1], z - a[2]
    t = ((p * along[0] + q * along[1] + s * along[2]) / sum(c * c for c in along)).clip(0, 1)
    p, q, s = p - along[0] * t, q - along[1] * t, s - along[2] * t
    return np.sqrt(p * p + q * q + s * s) - (ra + (rb - ra) * t)


def turned(x: Array, y: Array, z: Array, angles: Point) -> Vector:
    """Points as seen from a frame that is turned about x, then y, then z."""
    for axis, angle in enumerate(angles):
        if angle:
            c, s = np.float32(np.cos(angle)), np.float32(np.sin(angle))
            if axis == 0:
                y, z = c * y + s * z, c * z - s * y
            elif axis == 1:
                x, z = c * x - s * z, c * z + s * x
            else:
                x, y = c * x + s * y, c * y - s * x
    return x, y, z


class Noise:
    """Smooth random numbers of about unit variance at any point of space, from a table of 32 cells each way."""

    def __init__(self, seed: int) -> None:
        table = np.random.default_rng(seed).standard_normal((32, 32, 32)).astype(np.float32)
        self.table = table.ravel()

    def __call__(self, x: Array, y: Array, z: Array, octaves: int = 1) -> Array:
        total: Array = np.zeros(np.broadcast(x, y, z).shape, np.float32)
        for octave in range(octaves):
            scale, shift = np.float32(1.97**octave), np.float32(7.3 * octave)
            total += self._layer(x * scale + shift, y * scale + shift, z * scale - shift) * np.float32(0.5**octave)
        return total * np.float32(1.5 / np.sqrt(sum(0.25**octave for octave in range(octaves))))

    def _layer(self, x: Array, y: Array, z: Array) -> Array:
        cells, parts = [], []
        for axis, shift in ((x, 10), (y, 5), (z, 0)):
            whole = np.floor(axis)
            part = (axis - whole).astype(np.float32)
            parts.append(part * part * (3 - 2 * part))
            index = whole.astype(np.int32)
            cells.append(((index & 31) << shift, ((index + 1) & 31) << shift))
        (x0, x1), (y0, y1), (z0, z1) = cells
        a, b, c = parts
        take = self.table.take

        def row(base: Array) -> Array:
            start = take(base | z0)
            return start + (take(base | z1) - start) * c

        low, high = row(x0 | y0), row(x1 | y0)
        low = low + (row(x0 | y1) - low) * b
        high = high + (row(x1 | y1) - high) * b
        return low + (high - low) * a


class Volume:
    """A field baked into a grid, to be looked up quickly anywhere; outside of its box, the way to the box is added."""

    def __init__(self, field: Field, low: Point, high: Point, cell: float) -> None:
        self.low, self.high, self.cell = low, high, cell
        axes = [np.arange(a, b + cell, cell, dtype=np.float32) for a, b in zip(low, high, strict=True)]
        self.top = tuple(float(axis[-1]) for axis in axes)
        grid = np.empty([len(axis) for axis in axes], np.float32)
        y, z = (part.ravel() for part in np.meshgrid(axes[1], axes[2], indexing="ij"))
        for index, x in enumerate(axes[0]):
            grid[index] = field(np.full_like(y, x), y, z).reshape(grid.shape[1:])
        self.grid = torch.from_numpy(grid)[None, None]

    def __call__(self, x: Array, y: Array, z: Array) -> Array:
        outside: Array = np.zeros(x.shape, np.float32)
        places = np.empty((*x.shape, 3), np.float32)
        for axis, value in enumerate((x, y, z)):
            low, high = self.low[axis], self.top[axis]
            inner = value.clip(low, high)
            outside += (value - inner) ** 2
            places[..., 2 - axis] = (inner - low) * np.float32(2 / (high - low)) - 1
        where = torch.from_numpy(places.reshape(1, 1, 1, -1, 3))
        found = torch.nn.functional.grid_sample(self.grid, where, padding_mode="border", align_corners=True)
        return found.reshape(x.shape).numpy() + np.sqrt(outside)


def unit(x: Array, y: Array, z: Array) -> Vector:
    length = np.sqrt(x * x + y * y + z * z) + np.float32(1e-9)
    return x / length, y / length, z / length


def dot(a: Sequence[Array | float], b: Sequence[Array | float]) -> Array:
    total: Array = np.asarray(a[0] * b[0] + a[1] * b[1] + a[2] * b[2])
    return total


def move(start: Sequence[Array | float], way: Vector, t: Array | float) -> Vector:
    x, y, z = (np.asarray(a + w * t, np.float32) for a, w in zip(start, way, strict=True))
    return x, y, z


def pick(vector: Vector, which: Array) -> Vector:
    return vector[0][which], vector[1][which], vector[2][which]


def towards(lamp: Array, at: Vector) -> Vector:
    """Directions from points to a lamp."""
    return unit(lamp[0] - at[0], lamp[1] - at[1], lamp[2] - at[2])


def mirror(way: Vector, normal: Vector) -> Vector:
    """The direction that a ray leaves a mirror in."""
    along = 2 * dot(way, normal)
    return way[0] - along * normal[0], way[1] - along * normal[1], way[2] - along * normal[2]


class Camera:
    """A pinhole at `eye` that looks at `target`; `lens` is the picture's half height at distance one."""

    def __init__(self, eye: Point, target: Point, lens: float, width: int, height: int) -> None:
        self.eye, self.width, self.height = eye, width, height
        ahead = np.subtract(target, eye)
        self.ahead = ahead / np.linalg.norm(ahead)
        right = np.cross(self.ahead, (0, 1, 0))
        self.right = right / np.linalg.norm(right)
        self.up = np.cross(self.right, self.ahead)
        self.step = 2 * lens / height

    def rays(self, column: Array, row: Array) -> Vector:
        u, v = (column - self.width / 2) * self.step, (self.height / 2 - row) * self.step
        return unit(*((self.ahead[i] + self.right[i] * u + self.up[i] * v).astype(np.float32) for i in range(3)))


def march(
    field: Field, start: Sequence[Array | float], way: Vector, near: Array, far: Array, steps: int, close: float
) -> Array:
    """How far each ray goes until it is `close` to a solid, infinity where it meets none before `far`."""
    t, hit = near.astype(np.float32).copy(), np.full(near.shape, np.inf, np.float32)
    alive = np.flatnonzero(t < far)
    origin = [np.broadcast_to(np.asarray(c, np.float32), near.shape) for c in start]
    for _ in range(steps):
        if not alive.size:
            break
        here = t[alive]
        d = field(*(o[alive] + w[alive] * here for o, w in zip(origin, way, strict=True)))
        found = d < close
        hit[alive[found]] = here[found]
        t[alive] = here + d + np.float32(0.5 * close)
        alive = alive[~found & (here + d < far[alive])]
    return hit


def normals(field: Field, at: Vector, eps: float) -> Vector:
    """Unit normals of a field, from four samples."""
    total = [np.zeros_like(at[0]) for _ in range(3)]
    for signs in ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)):
        d = field(*(c + np.float32(eps * s) for c, s in zip(at, signs, strict=True)))
        for axis, sign in enumerate(signs):
            total[axis] += d * sign
    return unit(*total)


def shadow(
    field: Field, at: Vector, way: Vector, far: float, blur: float, steps: int = 20, near: float = 0.03
) -> Array:
    """How much of a light of angular size `blur` is seen from each point."""
    light: Array = np.ones(at[0].shape, np.float32)
    t = np.full(at[0].shape, near, np.float32)
    alive = np.arange(t.size)
    for _ in range(steps):
        here = t[alive]
        d = field(*(a[alive] + w[alive] * here for a, w in zip(at, way, strict=True)))
        seen = np.minimum(light[alive], 0.5 + 0.5 * d / (blur * here))
        light[alive] = seen
        t[alive] = here + np.maximum(d, np.float32(0.012) + 0.03 * here)
        alive = alive[(seen > 0) & (t[alive] < far)]
        if not alive.size:
            break
    return smoothstep(0, 1, light)


def openness(field: Field, at: Vector, normal: Vector, reach: float, steps: int = 5) -> Array:
    """How much of the sky is open over each point, from the distances along its normal."""
    closed: Array = np.zeros(at[0].shape, np.float32)
    for step in range(1, steps + 1):
        t = reach * (step / steps) ** 1.6
        closed += (t - field(*move(at, normal, t))).clip(0) / t * np.float32(1.0 / steps)
    return (1 - closed).clip(0, 1)


def expose(shade: Callable[[Array, Array], Array], width: int, height: int, contrast: float = 0.06) -> Array:
    """A picture of what `shade` sees at columns and rows: `(H, W, C)`, light first and last what kind of thing it is.

    Pixels that differ from a neighbour are looked at again in four places, so that no edge is jagged.
    """
    rows, columns = (axis.ravel().astype(np.float32) + 0.5 for axis in np.mgrid[:height, :width])
    flat = np.concatenate([shade(columns[i : i + CHUNK], rows[i : i + CHUNK]) for i in range(0, rows.size, CHUNK)])
    picture = flat.reshape(height, width, -1)
    tone = np.sqrt(luma(picture[..., :3]).clip(0, 4)) + picture[..., -1]
    rough = np.zeros(tone.shape, bool)
    for a, b in ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1])):
        edge = np.abs(tone[a] - tone[b]) > contrast
        rough[a] |= edge
        rough[b] |= edge
    again = np.flatnonzero(rough)
    for i in range(0, again.size, CHUNK):
        some = again[i : i + CHUNK]
        total = np.zeros((some.size, picture.shape[-1]), np.float32)
        for dx, dy in ((-0.375, -0.125), (0.125, -0.375), (0.375, 0.125), (-0.125, 0.375)):
            total += shade(columns[some] + np.float32(dx), rows[some] + np.float32(dy))
        flat[some] = total / 4
    return picture


def blur(picture: Array, sigma: float) -> Array:
    """A Gaussian blur, of a small copy where it is wide."""
    if sigma < 0.3:
        return picture
    if sigma > 4:
        size = (max(round(picture.shape[1] * 2 / sigma), 2), max(round(picture.shape[0] * 2 / sigma), 2))
        small = resized(picture, size)
        return resized(blur(small, sigma * size[0] / picture.shape[1]), (picture.shape[1], picture.shape[0]))
    reach = int(3 * sigma) + 1
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    for axis in (0, 1):
        pad = [(0, 0)] * picture.ndim
        pad[axis] = (reach, reach)
        wide, total = np.pad(picture, pad, mode="edge"), np.zeros_like(picture)
        for index, weight in enumerate(weights / weights.sum()):
            part = [slice(None)] * picture.ndim
            part[axis] = slice(index, index + picture.shape[axis])
            total += wide[tuple(part)] * np.float32(weight)
        picture = total
    return picture


def resized(picture: Array, size: tuple[int, int]) -> Array:
    """Any number of channels at another size: width, height."""
    layers = picture.reshape(*picture.shape[:2], -1)
    method = Image.Resampling.BICUBIC if size[0] > picture.shape[1] else Image.Resampling.BOX
    parts = [np.asarray(Image.fromarray(layers[..., i].copy()).resize(size, method)) for i in range(layers.shape[2])]
    return np.stack(parts, -1).reshape(size[1], size[0], *picture.shape[2:])


def develop(light: Array, exposure: float = 1.0, bloom: float = 0.04, vignette: float = 0.25) -> Image.Image:
    """The finished photograph: glare around highlights, darker corners and the curve of film."""
    height, width = light.shape[:2]
    long = max(width, height)
    glare = (light * exposure).clip(0, 12)
    for share, sigma in ((0.5, 0.004), (0.3, 0.014), (0.2, 0.05)):
        glare = mix(glare, blur(glare, sigma * long), bloom * share)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    off = ((x - width / 2) ** 2 + (y - height / 2) ** 2) / (0.25 * (width**2 + height**2))
    glare = glare * (1 - vignette * off)[..., None]
    # Hable's and Narkowicz's fit of the curve that films have: a toe, a straight part and a long shoulder.
    tone = (glare * (2.51 * glare + 0.03) / (glare * (2.43 * glare + 0.59) + 0.14)).clip(0, 1)
    pixels = np.where(tone < 0.0031308, tone * 12.92, 1.055 * tone ** (1 / 2.4) - 0.055)
    return Image.fromarray((pixels.clip(0, 1) * 255 + 0.5).astype(np.uint8))


def within(field: Field, centre: Point, radius: float) -> Field:
    """The same solid, asked for only near a ball around it: further off, the way to the ball will do."""

    def bounded(x: Array, y: Array, z: Array) -> Array:
        d = np.sqrt((x - centre[0]) ** 2 + (y - centre[1]) ** 2 + (z - centre[2]) ** 2) - np.float32(radius)
        near = np.flatnonzero(d < 0.12)
        if near.size:
            d[near] = field(*pick((x, y, z), near))
        return d

    return bounded


def find(volume: Volume, field: Field, start: Sequence[Array | float], way: Vector, near: Array, far: Array) -> Array:
    """Like `march`: most of the way through the volume, the last of it along the field itself."""
    rough = march(volume, start, way, near, far, 80, 0.7 * volume.cell)
    hit: Array = np.full(near.shape, np.inf, np.float32)
    some = np.flatnonzero(np.isfinite(rough))
    origin = [np.broadcast_to(np.asarray(c, np.float32), near.shape)[some] for c in start]
    hit[some] = march(field, origin, pick(way, some), rough[some], far[some], 120, 0.002)
    return hit
