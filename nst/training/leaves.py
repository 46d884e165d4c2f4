"""Pictures that are drawn to be learned on like photographs: things of all sizes that hide each other.

Lee, Mumford and Huang, "Occlusion Models for Natural Images" (2001): such *dead leaves* have the statistics of
photographs. Networks learn to see by them nearly as well (Baradad et al., "Learning to See by Looking at Noise", 2021).
Here they lie before the blurred colours of a photograph and share them, shaded, textured, with shadows; some lie far
away and out of focus, and some leave a sky free.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageDraw, ImageFilter
from torch import Tensor

Array = npt.NDArray[np.float32]
Rng = np.random.Generator

SIZE = 336, 480  # px, height and width
COARSE = 21, 30  # px, to which a photo is blurred
LEAVES = 300  # in a layer at most
SMALLEST, LARGEST = 4.0, 140.0  # px, radius of a leaf
CORNERS = 20
FIELDS = 6  # textures that all pictures share


def draw_leaves(photos: Sequence[Tensor], count: int, seed: int) -> list[Tensor]:
    """Pictures `(3, 336, 480)`, uint8, each in the colours of a photo, uint8 `(3, H, W)`."""
    rng = np.random.default_rng(seed)
    fields = np.stack([_noise(rng.uniform(0.4, 1.4), rng) for _ in range(FIELDS)])
    return [_picture(photos[int(rng.integers(len(photos)))], fields, rng) for _ in range(count)]


def _noise(exponent: float, rng: Rng) -> Array:
    """Noise of unit variance whose amplitudes fall with that power of the frequency, faster one way than the other."""
    stretch = 2 ** rng.uniform(-1.5, 1.5)
    frequency = np.hypot(np.fft.fftfreq(SIZE[0])[:, None] * stretch, np.fft.rfftfreq(SIZE[1])[None] / stretch)
    frequency[0, 0] = np.inf
    field = np.fft.irfft2(np.fft.rfft2(rng.standard_normal(SIZE)) / frequency**exponent, SIZE)
    return (field / field.std()).astype(np.float32)


def _picture(photo: Tensor, fields: Array, rng: Rng) -> Tensor:
    """The blurred photo, leaves that are far away and soft, and others before them."""
    height, width = SIZE
    fields = np.roll(fields, rng.integers(0, SIZE, 2), (1, 2))
    scene = _scene(photo, rng)
    horizon = rng.uniform(0, 0.7) * height
    image = scene.resize((width, height), Image.Resampling.BICUBIC)
    for soft in (int(rng.integers(2, 4)), 1):
        layer, there = _layer(np.asarray(scene), fields[:, ::soft, ::soft], horizon / soft, soft, rng)
        mask = there.filter(ImageFilter.GaussianBlur(0.6)).resize((width, height), Image.Resampling.BICUBIC)
        shadow = mask.reduce(12).resize((width, height), Image.Resampling.BICUBIC)
        shadow = Image.fromarray(np.roll(np.asarray(shadow), rng.integers(-9, 10, 2), (0, 1)))
        depth = rng.uniform(0, 0.5)
        image.paste((0, 0, 0), mask=shadow.point(lambda value, depth=depth: depth * value))
        layer = layer.filter(ImageFilter.GaussianBlur(0.5)).resize((width, height), Image.Resampling.BICUBIC)
        image.paste(layer, mask=mask)
        horizon += (height - horizon) * rng.uniform(0, 0.7)
    return torch.from_numpy(np.array(image)).permute(2, 0, 1).contiguous()


def _scene(photo: Tensor, rng: Rng) -> Image.Image:
    """A part of a photo from afar, maybe mirrored, in other light, its colours turned a little."""
    height, width = photo.shape[1:]
    share = rng.uniform(0.4, 1)
    top, left = int(rng.uniform(0, 1 - share) * height), int(rng.uniform(0, 1 - share) * width)
    part = photo[:, top : top + int(share * height), left : left + int(share * width)]
    image = Image.fromarray(part.permute(1, 2, 0).numpy()).resize(COARSE[::-1], Image.Resampling.BOX)
    image = image.filter(ImageFilter.GaussianBlur(0.7))
    colours = np.asarray(image)[:, :: rng.choice([1, -1])] / 255
    mixed = colours @ np.abs(np.eye(3) + rng.normal(0, 0.08, (3, 3)))
    return Image.fromarray((255 * mixed.clip(0, 1) ** rng.uniform(0.6, 1.5)).astype(np.uint8))


def _layer(scene: Any, fields: Array, horizon: float, soft: int, rng: Rng) -> tuple[Image.Image, Image.Image]:
    """Leaves below a horizon, and a mask of where they are, at a fraction `1 / soft` of the size."""
    height, width = fields.shape[1:]
    count = int(rng.uniform(0.1, 1) * LEAVES)
    # Areas that fall with the cube of the radius look the same from near and far.
    radii = (SMALLEST**-2 - rng.random(count) * (SMALLEST**-2 - LARGEST**-2)) ** -0.5 / soft
    radii[rng.random(count) < 0.15] *= 4
    x, y = rng.uniform(0, width, count), rng.uniform(horizon, height, count)
    numbers = Image.new("I", (width, height), 0)
    pen = ImageDraw.Draw(numbers)
    order = np.argsort(-radii * rng.uniform(0.3, 1, count))  # most of what is small lies before what is large
    for number, outline in enumerate(_outlines(x[order], y[order], radii[order], rng), 1):
        pen.polygon(outline, fill=number)
    which = np.asarray(numbers)
    leaves = np.concatenate([np.zeros((1, 8), np.float32), _looks(scene, x / width, y / height, rng)[order]])
    places = np.concatenate([np.zeros((1, 3)), np.column_stack([x, y, radii])[order]]).astype(np.float32)
    looks, (left, top, size) = leaves[which], np.moveaxis(places[which], 2, 0)
    right = (np.arange(width, dtype=np.float32)[None] - left) / size.clip(1)
    down = (np.arange(height, dtype=np.float32)[:, None] - top) / size.clip(1)
    texture = np.take_along_axis(fields, looks[None, ..., 3].astype(int), 0)[0]
    light = 1 + right * looks[..., 4] + down * looks[..., 5] + looks[..., 6] * texture
    light -= looks[..., 7] * np.minimum(right * right + down * down, 1.5)
    shaded = (looks[..., :3] * light[..., None]).clip(0, 255).astype(np.uint8)
    return Image.fromarray(shaded), Image.fromarray((which > 0).astype(np.uint8) * 255)


def _looks(scene: Any, x: Any, y: Any, rng: Rng) -> Array:
    """How leaves look, `(leaves, 8)`: colour in 0..255, which texture, slopes, how rough, how round."""
    count = len(x)
    rows, columns = ((at + rng.normal(0, 0.12, count)).clip(0, 0.999) for at in (y, x))
    colours = scene[(rows * COARSE[0]).astype(int), (columns * COARSE[1]).astype(int)].astype(float)
    colours = colours * np.exp(rng.normal(0, 0.25, (count, 1))) + rng.normal(0, 12, (count, 3))
    slopes = rng.normal(0, 0.12, (count, 2)) * rng.integers(0, 2, (count, 1))
    rough, rounds = 0.15 * rng.random(count) ** 2, 0.4 * rng.random(count) * (rng.random(count) < 0.5)
    kinds = rng.integers(0, FIELDS, count)
    return np.column_stack([colours, kinds, slopes, rough, rounds]).astype(np.float32)


def _outlines(x: Any, y: Any, radii: Any, rng: Rng) -> list[list[tuple[float, float]]]:
    """Round and jagged leaves, boxes, trunks and twigs as polygons; most things in a picture stand or lie alike."""
    count = len(radii)
    angles = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    waves = np.zeros((count, CORNERS))
    for n in (2, 3, 5, 7):
        waves += rng.normal(0, 0.25 / n, (count, 1)) * np.cos(n * angles + rng.uniform(0, 6.3, (count, 1)))
    reach = np.maximum(1 + waves * rng.integers(0, 3, (count, 1)) / 1.5, 0.1)
    right, down = reach * np.cos(angles), reach * np.sin(angles)
    boxes = rng.random((count, 1)) < rng.uniform(0, 0.5)
    right, down = np.where(boxes, np.sign(right) * 0.8, right), np.where(boxes, np.sign(down) * 0.8, down)
    stretch = 2 ** rng.normal(0, 0.8, (count, 1))
    turn = rng.uniform(0, np.pi) * rng.integers(0, 2) + rng.normal(0, rng.choice([0.03, 0.3, 2]), (count, 1))
    right, down = right * stretch, down / stretch
    across = x[:, None] + radii[:, None] * (right * np.cos(turn) - down * np.sin(turn))
    along = y[:, None] + radii[:, None] * (right * np.sin(turn) + down * np.cos(turn))
    return [list(zip(xs, ys, strict=True)) for xs, ys in zip(across.tolist(), along.tolist(), strict=True)]
