"""The places of a painting that the places of a picture are most like.

Li and Wand, "Combining Markov Random Fields and Convolutional Neural Networks for Image Synthesis" (CVPR 2016), and
Kolkin et al., "Neural Neighbor Style Transfer" (2022), whose measure is taken here: the angle between two features,
once each picture's features have lost their mean. So what is dark finds what is dark, though all of it be darker.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from nst.custom.style import flat

CHUNK = 256  # places that look for their neighbours at a time: so many angles stay in a core's cache


@torch.no_grad()
def nearest(features: Tensor, mean: Tensor, places: Tensor) -> Tensor:
    """For each feature of a map `(1, C, H, W)`, the nearest of `places`, `(P, C)`: a map of that shape.

    `mean`, `(C,)`, is that of the features of the whole picture, which the map may be a part of.
    """
    keys = _directions(places, places.mean(0, dtype=torch.float32)).T
    # `argmax` would take five times as long as `max` in low precision.
    found = [(_directions(each, mean) @ keys).max(1).indices for each in torch.split(flat(features), CHUNK)]
    return places[torch.cat(found)].view(1, *features.shape[2:], -1).permute(0, 3, 1, 2)


def _directions(features: Tensor, mean: Tensor) -> Tensor:
    return F.normalize(features.float() - mean, dim=1).to(features.dtype)
