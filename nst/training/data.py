"""Training pictures: folders held in memory as 8-bit tensors, and random crops of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from nst.common.bilateral import without_grain
from nst.common.images import as_float, as_type, find_pictures, fit, load_image, open_image, resize, to_bytes


def load_folder(folder: Path, long_side: int) -> dict[str, Tensor]:
    """Every picture of a folder by its file's stem, sorted, as uint8 `(3, H, W)`, no side longer than `long_side`."""
    return {path.stem: to_bytes(open_image(path, long_side))[0] for path in find_pictures(folder)}


def load_painting(path: Path, long_side: int, grain: float) -> Tensor:
    """`prepare_painting` of a file."""
    return prepare_painting(load_image(path, long_side), long_side, grain)


def prepare_painting(painting: Tensor, long_side: int, grain: float) -> Tensor:
    """A painting `(1, 3, H, W)` to learn from: uint8 `(3, h, w)`, no side longer, without its grain."""
    small = resize(as_float(painting), *reversed(fit(painting.shape[3], painting.shape[2], long_side)))
    return as_type(torch.uint8, without_grain(small, grain))[0]


def random_crop(picture: Tensor, size: int, scale: tuple[float, float], generator: torch.Generator) -> Tensor:
    """A square crop `(1, 3, size, size)` in [0, 1] at a random place, zoom (within `scale`) and handedness."""
    height, width = picture.shape[1:]
    zoom = scale[0] + (scale[1] - scale[0]) * uniform(generator)
    side = min(round(size / zoom), height, width)
    top = int(uniform(generator) * (height - side + 1))
    left = int(uniform(generator) * (width - side + 1))
    crop = picture[None, :, top : top + side, left : left + side].float() / 255
    if uniform(generator) < 0.5:
        crop = crop.flip(3)
    if side == size:
        return crop
    return F.interpolate(crop, size=(size, size), mode="bicubic", antialias=side > size).clamp(0, 1)


def uniform(generator: torch.Generator) -> float:
    return float(torch.rand((), generator=generator))


def choose(items: Sequence[Tensor], generator: torch.Generator) -> Tensor:
    return items[int(torch.randint(len(items), (), generator=generator))]
