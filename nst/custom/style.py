"""What is kept of a painting to paint like it: statistics of its features, and how places all over it look."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from nst.common.encoders import Encoder
from nst.common.losses import TINY, Statistics
from nst.custom.tiling import stride, tiles

CHUNK = 2048  # positions whose products are summed in the precision of the features; the rest is fp32
PLACES = 8192  # that are kept of a layer at most


@dataclass(frozen=True)
class Style:
    """A style, by layer."""

    statistics: Mapping[str, Statistics]  # of (1, C) and (1, C, C)
    places: Mapping[str, Tensor]  # features, (P, C)


@torch.no_grad()
def measure(picture: Tensor, encoder: Encoder, layers: Collection[str], place_layers: Collection[str] = ()) -> Style:
    """The style of a picture `(1, 3, H, W)` of any size: statistics of some layers, and places of some."""
    sums = {name: Sums() for name in layers}
    places: dict[str, list[Tensor]] = {name: [] for name in place_layers}
    height, width = picture.shape[2:]
    apart = math.sqrt(height * width / PLACES)  # px
    seen = {*layers, *place_layers}
    for tile in tiles(height, width, encoder.reach(seen)):
        for name, features in encoder(laid_out(tile.of(picture)), seen).items():
            if name in sums:
                sums[name].add(tile.core(features))
            if name in places:
                step = math.ceil(apart / stride(tile.rows[1] - tile.rows[0], features.shape[2]))
                places[name].append(flat(tile.core(features)[:, :, ::step, ::step]).clone())
    return Style(
        {name: value.statistics() for name, value in sums.items()},
        {name: torch.cat(parts) for name, parts in places.items()},
    )


def mix(styles: Sequence[Style], shares: Sequence[float]) -> Style:
    """One style of several, by shares of 1: their statistics averaged, and so many of the places of each."""
    statistics = {
        name: Statistics(
            *(_mean(parts, shares) for parts in zip(*(style.statistics[name] for style in styles), strict=True))
        )
        for name in styles[0].statistics
    }
    places = {
        name: torch.cat([_some(style.places[name], share) for style, share in zip(styles, shares, strict=True)])
        for name in styles[0].places
    }
    return Style(statistics, places)


def _mean(values: Sequence[Tensor], shares: Sequence[float]) -> Tensor:
    return torch.stack([share * value for value, share in zip(values, shares, strict=True)]).sum(0)


def _some(places: Tensor, share: float) -> Tensor:
    """That share of the places, from all over them."""
    chosen = torch.linspace(0, len(places) - 1, math.ceil(share * len(places)))
    return places[chosen.round().long().to(places.device)]


class Sums:
    """Sums of features and of their products over places, by their weights: all that statistics are made of."""

    def __init__(self) -> None:
        self.weight = 0.0
        self.first, self.second = torch.zeros(()), torch.zeros(())

    def add(self, features: Tensor, mask: Tensor | None = None) -> None:
        values = flat(features)
        weighted = values if mask is None else values * flat(mask).to(values)
        self.weight += len(values) if mask is None else mask.sum().item()
        self.first = self.first.to(values.device) + weighted.sum(0, dtype=torch.float32)
        self.second = self.second.to(values.device) + _products(weighted, values)

    def statistics(self) -> Statistics:
        weight = max(self.weight, TINY)
        mean = self.first / weight
        return Statistics(mean[None], (self.second / weight - torch.outer(mean, mean))[None])


def laid_out(picture: Tensor) -> Tensor:
    """A copy in channels_last, which convolutions are fastest in."""
    return picture.clone(memory_format=torch.channels_last)


def flat(features: Tensor) -> Tensor:
    """`(1, C, H, W)` to `(H * W, C)`, a view where it is channels_last."""
    return features.permute(0, 2, 3, 1).reshape(-1, features.shape[1])


def _products(a: Tensor, b: Tensor) -> Tensor:
    """a^T b of `(P, C)` in fp32. In low precision each chunk is rounded, which averages out over their sum."""
    if a.dtype == torch.float32:
        return a.T @ b
    whole = len(a) - len(a) % CHUNK
    chunks = torch.bmm(a[:whole].view(-1, CHUNK, a.shape[1]).transpose(1, 2), b[:whole].view(-1, CHUNK, b.shape[1]))
    return chunks.sum(0, dtype=torch.float32) + a[whole:].float().T @ b[whole:].float()
