"""The lines of a picture: which way its edges run, and means along them.

Cabral and Leedom, "Imaging Vector Fields Using Line Integral Convolution" (1993).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def edges(light: Tensor, cell: int) -> Tensor:
    """Which way edges run, and how strong they are, `(N, 3, H, W)`, from light and dark `(N, 1, H, W)`.

    A vector of two channels stands for an edge by its squared gradient, at twice its angle: so edges that run the same
    way add up, whichever of their sides is dark, and others cancel out. The third channel adds up all squared
    gradients; it is as long as the vector where all edges run one way. They are gathered over `cell` pixels.
    """
    padded = F.pad(light, (1, 1, 1, 1), mode="replicate")
    right = (padded[:, :, 1:-1, 2:] - padded[:, :, 1:-1, :-2]) / 2
    down = (padded[:, :, 2:, 1:-1] - padded[:, :, :-2, 1:-1]) / 2
    across, along = right * right, down * down
    found = torch.cat([along - across, -2 * right * down, across + along], 1)
    gathered = F.interpolate(F.avg_pool2d(found, cell, ceil_mode=True), scale_factor=float(cell), mode="bilinear")
    return gathered[:, :, : light.shape[2], : light.shape[3]]  # without what the last cells lack


def directions(doubled: Tensor) -> Tensor:
    """Unit vectors `(N, H, W, 2)`, right and down, at half the angle of vectors `(N, 2, H, W)`."""
    x, y = doubled.unbind(1)
    cosine = x / torch.hypot(x, y).clamp_min(1e-12)
    return torch.stack([(1 + cosine).div_(2).sqrt_(), (1 - cosine).div_(2).sqrt_().copysign_(y)], 3)


def smeared(values: Tensor, along: Tensor, stops: Sequence[float]) -> Tensor:
    """Values `(N, C, H, W)` as means of what lies along the lines through every place; `along` as of `directions`.

    For each of the stops in turn, the mean of a place and of those that many pixels to either side. A later stop finds
    what earlier ones have gathered there, so that few of them follow a curve.
    """
    height, width = values.shape[2:]
    rows, columns = ((2 * torch.arange(side).to(values) + 1) / side - 1 for side in (height, width))
    here = torch.stack(torch.meshgrid(columns, rows, indexing="xy"), 2)
    ahead = along * (2 / torch.tensor([width, height]).to(values))  # in halves of the picture, as `grid_sample` counts
    for stop in stops:
        both = (
            F.grid_sample(values, here + way * ahead, padding_mode="reflection", align_corners=False)
            for way in (stop, -stop)
        )
        values = sum(both, values) / 3
    return values
