"""Faint soft noise that photos get before they are painted, for what is flat in them.

A network makes of a clear sky the same mark over and over, having nothing else to go by. With something faint to take
hold of, which is different at every place, it lays strokes that differ; Ulyanov et al., "Texture Networks" (2016), feed
noise for the same reason.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from nst.common.images import as_float

STRENGTH = 0.03  # of its mean square's root, where 1 is from black to white
OCTAVES = {3: 0.4, 8: 0.7, 20: 0.8}  # px from one value to the next: how much of it
FIELDS = 16  # noises that a photo's own is mixed of
VARIETY = 4.0  # how fast their shares change with the photo


def noise(shares: Tensor, height: int, width: int, generator: torch.Generator) -> Tensor:
    """Noises `(N, 1, height, width)` of about unit variance, mixed of F independent ones by `shares`, `(N, F)`.

    Every row of `shares` is of unit length.
    """
    total = torch.zeros(len(shares), 1, height, width)
    for step, share in OCTAVES.items():
        rows, columns = height // step + 3, width // step + 3
        values = shares @ torch.randn(shares.shape[1], rows * columns, generator=generator)
        size = (rows * step, columns * step)
        smooth = F.interpolate(values.view(-1, 1, rows, columns), size=size, mode="bicubic")
        down, right = torch.randint(step, (2,), generator=generator).tolist()
        total.add_(smooth[:, :, down : down + height, right : right + width], alpha=share)
    return total


def grained(photo: Tensor, seed: int | None = None) -> Tensor:
    """The photo `(1, 3, H, W)`, float or uint8, with its grain: its own, so that no two photos share it.

    The frames of a film share that of a `seed`, or flat things would flicker.
    """
    shares = _shares(photo) if seed is None else torch.ones(1, 1)
    values = noise(shares, photo.shape[2], photo.shape[3], torch.Generator().manual_seed(seed or 0))
    white = 255 if photo.dtype == torch.uint8 else 1
    seen = torch.add(photo.float(), values, alpha=STRENGTH * white).clamp_(0, white)
    return seen.round_().byte() if white == 255 else seen.to(photo.dtype)


def _shares(photo: Tensor) -> Tensor:
    """What noises the photo's grain is mixed of, `(1, FIELDS)`: by what it looks like from afar.

    They change smoothly with the photo (random Fourier features; Rahimi and Recht 2007), so that the same photo gets
    the same grain, also when it was rounded or resized, and another one another.
    """
    generator = torch.Generator().manual_seed(0)
    looks = F.adaptive_avg_pool2d(as_float(photo).float().cpu(), 4).flatten()
    waves = VARIETY * torch.randn(FIELDS, len(looks), generator=generator)
    return F.normalize(torch.cos(waves @ looks + 2 * math.pi * torch.rand(FIELDS, generator=generator)), dim=0)[None]
