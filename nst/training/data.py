"""Training pictures: folders held in memory as 8-bit tensors, and random crops of them."""

from __future__ import annotations

import itertools
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from nst.common.images import find_pictures, load_image

REACH, SPREAD = 4, 2.5  # px, how far it looks, and the standard deviation of how much it minds the distance


def load_folder(folder: Path, long_side: int) -> dict[str, Tensor]:
    """Every picture of a folder by its file's stem, sorted, as uint8 `(3, H, W)`, no side longer than `long_side`."""
    return {path.stem: (load_image(path, long_side)[0] * 255).round().byte() for path in find_pictures(folder)}


def load_painting(path: Path, long_side: int, grain: float) -> Tensor:
    """A painting to learn from, uint8 `(3, H, W)`, without its grain."""
    return (without_grain(load_image(path, long_side)[0], grain) * 255).round().byte()


def without_grain(painting: Tensor, grain: float) -> Tensor:
    """A painting `(3, H, W)` in [0, 1] without canvas, paper, print and JPEG's blocks; strokes keep their edges.

    A network takes what is fine and everywhere for the style's first mark, and weaves it into every calm area. The
    filter is bilateral (Tomasi and Manduchi, "Bilateral Filtering for Gray and Color Images", 1998), run twice: the
    first leaves a little of the grain, which the second tells from strokes more strictly. `grain` is by how much of
    [0, 1] the colours differ that grain makes; 0 leaves the painting as it is.
    """
    return _bilateral(_bilateral(painting, grain), 0.7 * grain) if grain else painting


def _bilateral(picture: Tensor, tolerance: float) -> Tensor:
    height, width = picture.shape[1:]
    around = F.pad(picture[None], [REACH] * 4, mode="replicate")[0]
    total, weights = torch.zeros_like(picture), torch.zeros_like(picture[:1])
    for down, right in itertools.product(range(2 * REACH + 1), repeat=2):
        neighbour = around[:, down : down + height, right : right + width]
        distance = ((down - REACH) ** 2 + (right - REACH) ** 2) / SPREAD**2
        difference = (neighbour - picture).square().mean(0, keepdim=True) / tolerance**2
        weight = torch.exp(-(distance + difference) / 2)
        total += weight * neighbour
        weights += weight
    return total / weights


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


def choose(items: list[Tensor], generator: torch.Generator) -> Tensor:
    return items[int(torch.randint(len(items), (), generator=generator))]
