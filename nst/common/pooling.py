"""Pooling that halves a map with windows that overlap, and whose gradient takes as many cores as there are."""

from __future__ import annotations

import functools
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WINDOW = 4  # px, twice the stride; the first one begins a pixel before the map


class OverlappingPool(nn.Module):
    """The mean of what lies in each window of 4x4 pixels: `(N, C, H, W)` to `(N, C, (H + 1) // 2, (W + 1) // 2)`.

    It gives what `F.avg_pool2d` gives. Its gradient is written down: torch adds up that of one picture on one core,
    window by window.
    """

    def forward(self, x: Tensor) -> Tensor:
        pooled: Tensor = _Pooled.apply(x)  # type: ignore[no-untyped-call]
        return pooled


class _Pooled(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.size = x.shape[2:]
        return F.avg_pool2d(x, WINDOW, 2, padding=1, ceil_mode=True, count_include_pad=False)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        height, width = ctx.size
        shares = gradient / _counts(height, width, gradient.device, gradient.dtype)
        # Two windows share each two rows from an odd one on, and each two columns: four pixels get all the same.
        fours = F.avg_pool2d(shares, 2, 1, padding=1, divisor_override=1)
        return F.interpolate(fours, scale_factor=2)[:, :, 1 : 1 + height, 1 : 1 + width]


@functools.lru_cache(maxsize=16)  # maps of small pictures would wait for them
def _counts(height: int, width: int, device: torch.device, dtype: torch.dtype) -> Tensor:
    """How many pixels of a map each window holds: `(h, w)`."""
    rows, columns = (
        torch.tensor([min(start + WINDOW, side) - max(start, 0) for start in range(-1, side - 1, 2)])
        for side in (height, width)
    )
    return (rows[:, None] * columns).to(device, dtype)
