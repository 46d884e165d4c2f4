"""Strokes that hold together: a picture smoothed along its own lines, and sharpened across them.

Optimised pixels step in the rhythm of the network's pooling: edges come out scalloped, and flat paint woven. Along a
line the steps average out. Kyprianidis and Kang, "Image and Video Abstraction by Coherence-Enhancing Filtering" (2011).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from nst.common.lines import directions, edges, smeared

CELL = 4  # px, over which edges are gathered
STOPS = (1.5, 3.0)  # px along a line, to either side: so far, one after the other, colours are gathered
REACH = 16  # px, further than which nothing has a say; whole cells
SHARPNESS = 0.5  # times what a blur of 3 px takes away
BAND = 512  # rows that are worked on at once; whole cells


def coherent(picture: Tensor) -> Tensor:
    """The picture `(1, 3, H, W)` in [0, 1], its strokes smooth along their lines and sharp across."""
    height, done = picture.shape[2], []
    for top in range(0, height, BAND):
        first, bottom = max(0, top - REACH), min(height, top + BAND)
        band = _coherent(picture[:, :, first : bottom + REACH])
        done.append(band[:, :, top - first : bottom - first])
    return torch.cat(done, 2)


def _coherent(picture: Tensor) -> Tensor:
    found = edges(picture.mean(1, keepdim=True), CELL)
    # Where edges run every way there is no line to follow.
    clear = torch.hypot(found[:, 0], found[:, 1]) / found[:, 2].clamp_min(1e-8)
    smooth = smeared(picture, directions(found[:, :2]) * clear[..., None], STOPS)
    return (smooth + SHARPNESS * (smooth - _blurred(smooth))).clamp_(0, 1)


def _blurred(picture: Tensor) -> Tensor:
    """The means of three by three pixels: several times as fast as `avg_pool2d`."""
    wide = F.pad(picture, (1, 1, 1, 1), mode="replicate")
    rows = wide[:, :, :-2] + wide[:, :, 1:-1] + wide[:, :, 2:]
    return (rows[..., :-2] + rows[..., 1:-1] + rows[..., 2:]).div_(9)
