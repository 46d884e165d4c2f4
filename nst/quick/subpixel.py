"""Convolutions over a map of twice the resolution, done at the resolution that there is.

Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural
Network" (CVPR 2016). A map `(N, C, 2 H, 2 W)` is kept as `(N, 4 C, H, W)`, in the order of `F.pixel_shuffle`, which
turns one into the other. Convolutions keep the size; at the borders they see the outermost pixels twice.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# How much of three pixels in a row is in each of three pixels of the doubled row around one of the two that the middle
# one becomes, where doubling is bilinear: (2, 3, 3).
_SMOOTH = torch.tensor([
    [[0.75, 0.25, 0.0], [0.25, 0.75, 0.0], [0.0, 0.75, 0.25]],
    [[0.25, 0.75, 0.0], [0.0, 0.75, 0.25], [0.0, 0.25, 0.75]],
])  # fmt: skip

# Which of the two halves of which of three pixels each of five pixels of the doubled row is: (2, 5, 2, 3).
_HALVES = torch.eye(6).view(6, 3, 2).transpose(1, 2).unfold(0, 5, 1).permute(0, 3, 1, 2)


def over_smoothly_doubled(conv: nn.Conv2d, x: Tensor) -> Tensor:
    """What a 3x3 convolution gives over the map `(N, C, H, W)` doubled bilinearly: `(N, 4 O, H, W)`.

    Bilinear doubling leaves less of a grid than repeated pixels do.
    """
    smooth = _SMOOTH.to(conv.weight)
    return _convolved(x, torch.einsum("ockl,akt,bls->oabcts", conv.weight, smooth, smooth).flatten(0, 2), conv.bias)


def over_halves(conv: nn.Conv2d, x: Tensor) -> Tensor:
    """What a 5x5 convolution gives over a map of twice the resolution: `(N, 4 C, H, W)` to `(N, 4 O, H, W)`."""
    halves = _HALVES.to(conv.weight)
    kernel = torch.einsum("ockl,akpt,blqs->oabcpqts", conv.weight, halves, halves)
    return _convolved(x, kernel.flatten(3, 5).flatten(0, 2), conv.bias)


def _convolved(x: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
    repeated = None if bias is None else bias.repeat_interleave(4)
    return F.conv2d(F.pad(x, [1] * 4, mode="replicate"), kernel, repeated)
