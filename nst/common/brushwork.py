"""Faint soft strokes that photos get before they are painted, for what is flat in them.

A network makes of a clear sky the same mark over and over, having nothing else to go by. With something faint to take
hold of, which is different at every place, it lays strokes that differ; Ulyanov et al., "Texture Networks" (2016), feed
noise for the same reason. Here it is noise that was smeared along lines (Cabral and Leedom, "Imaging Vector Fields
Using Line Integral Convolution", 1993), which run along the photo's edges where it has some (Kang, Lee and Chui,
"Coherent Line Drawing", 2007), as a painter's brush follows forms, and turn at their own will where it has none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from nst.common.images import as_float
from nst.common.lines import directions, edges, smeared

STRENGTH = 0.06  # of their mean square's root, where 1 is from black to white, before a network paints
FIELDS = 16  # noises that a photo's own is mixed of
VARIETY = 4.0  # how fast their shares change with the photo

# Strokes are soft, and made at half the photo's size. All lengths are in px of that.
OCTAVES = {2: 0.4, 4: 0.7, 10: 0.8}  # from one value of the noise to the next: how much of it
TURN = 80  # over which lines turn at their own will
CALM = 3e-4  # the squared gradient up to which they do
CELL = 8  # over which edges are gathered
STOPS = (2.5, 7.5)  # along a line, to either side: so far, one after the other, noise is gathered


def noise(shares: Tensor, octaves: Mapping[int, float], height: int, width: int, generator: torch.Generator) -> Tensor:
    """Noises `(N, 1, height, width)` of about unit variance, mixed of F independent ones by `shares`, `(N, F)`.

    Every row of `shares` is of unit length.
    """
    total = torch.zeros(len(shares), 1, height, width)
    for step, share in octaves.items():
        rows, columns = height // step + 3, width // step + 3
        values = shares @ torch.randn(shares.shape[1], rows * columns, generator=generator)
        size = (rows * step, columns * step)
        smooth = F.interpolate(values.view(-1, 1, rows, columns), size=size, mode="bicubic")
        down, right = torch.randint(step, (2,), generator=generator).tolist()
        total.add_(smooth[:, :, down : down + height, right : right + width], alpha=share)
    return total


def strokes(photos: Tensor, shares: Tensor, generator: torch.Generator, follow: bool = True) -> Tensor:
    """Strokes `(N, 1, H, W)` of unit variance for photos `(N, 3, H, W)` in [0, 1], mixed by `shares` as `noise` is.

    They `follow` the photo's edges, or are the same for all photos of a size.
    """
    height, width = photos.shape[2:]
    size = -(-height // 2), -(-width // 2)
    values = noise(shares, OCTAVES, *size, generator)
    lines = CALM * torch.cat([noise(shares, {TURN: 1.0}, *size, generator) for _ in range(2)], 1)
    if follow:
        light = F.interpolate(photos.mean(1, keepdim=True), size, mode="bilinear", antialias=True)
        lines += edges(light, CELL)[:, :2]
    soft = smeared(values, directions(lines), STOPS)
    soft = soft / soft.std((2, 3), correction=0, keepdim=True).clamp_min(1e-6)
    return F.interpolate(soft, (height, width), mode="bilinear")


def brushed(photo: Tensor, seed: int | None = None, strength: float = STRENGTH) -> Tensor:
    """The photo `(1, 3, H, W)`, float or uint8, with its strokes: its own, so that no two photos share them.

    The frames of a film share those of a `seed`, or flat things would flicker.
    """
    own = seed is None
    shares = _shares(photo) if own else torch.ones(1, 1)
    values = strokes(as_float(photo).float(), shares, torch.Generator().manual_seed(seed or 0), follow=own)
    white = 255 if photo.dtype == torch.uint8 else 1
    seen = torch.add(photo.float(), values, alpha=strength * white).clamp_(0, white)
    return seen.round_().byte() if white == 255 else seen.to(photo.dtype)


def _shares(photo: Tensor) -> Tensor:
    """What noises the photo's strokes are mixed of, `(1, FIELDS)`: by what it looks like from afar.

    They change smoothly with the photo (random Fourier features; Rahimi and Recht 2007), so that the same photo gets
    the same strokes, also when it was rounded or resized, and another one another.
    """
    generator = torch.Generator().manual_seed(0)
    looks = F.adaptive_avg_pool2d(as_float(photo).float().cpu(), 4).flatten()
    waves = VARIETY * torch.randn(FIELDS, len(looks), generator=generator)
    return F.normalize(torch.cos(waves @ looks + 2 * math.pi * torch.rand(FIELDS, generator=generator)), dim=0)[None]
