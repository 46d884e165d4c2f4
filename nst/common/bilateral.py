"""The grain of a painting, taken out: canvas, paper, print and JPEG's blocks; strokes keep their edges.

A bilateral filter (Tomasi and Manduchi, "Bilateral Filtering for Gray and Color Images", 1998). What is fine and
everywhere in a painting would be taken for the style's first mark, and woven into every calm area.
"""

from __future__ import annotations

import itertools

import torch
import torch.nn.functional as F
from torch import Tensor

BAND = 64  # rows that are filtered at once, few enough to stay in a processor's cache
REACH, SPREAD = 4, 2.5  # px, how far it looks, and the standard deviation of how much it minds the distance


def without_grain(painting: Tensor, grain: float) -> Tensor:
    """A painting `(1, 3, H, W)` in [0, 1] without what is finer than its strokes.

    `grain` is by how much of [0, 1] the colours differ that grain makes; 0 leaves the painting as it is. The filter
    runs twice: the first leaves a little of the grain, which the second tells from strokes more strictly.
    """
    return _bilateral(_bilateral(painting, grain), 0.7 * grain) if grain else painting


def _bilateral(picture: Tensor, tolerance: float) -> Tensor:
    around = F.pad(picture.contiguous(), [REACH] * 4, mode="replicate")
    tops = range(0, picture.shape[2], BAND)
    return torch.cat([_band(around[:, :, top : top + BAND + 2 * REACH], tolerance) for top in tops], 2)


def _band(around: Tensor, tolerance: float) -> Tensor:
    """The rows and columns that have `REACH` others on all sides, filtered."""
    height, width = (side - 2 * REACH for side in around.shape[2:])
    picture = around[:, :, REACH : REACH + height, REACH : REACH + width]
    total, weights = torch.zeros_like(picture), torch.zeros_like(picture[:, :1])
    for down, right in itertools.product(range(2 * REACH + 1), repeat=2):
        neighbour = around[:, :, down : down + height, right : right + width]
        distance = ((down - REACH) ** 2 + (right - REACH) ** 2) / SPREAD**2
        red, green, blue = (neighbour - picture).square_().unbind(1)
        exponent = red.add_(green).add_(blue).mul_(-1 / (6 * tolerance**2)).sub_(distance / 2)
        weight = exponent.exp_()[:, None]
        total.addcmul_(weight, neighbour)
        weights += weight
    return total.div_(weights)
