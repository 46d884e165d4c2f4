"""How far a picture is from what it should be, and which way leads there: its losses, and their gradient.

Statistics are summed over tiles before any gradient is taken, so the result is that of the picture as a whole, without
a seam, while the activations in memory are those of one tile. The gradient at the features is written down here: left
to autograd, which carries it on through the network, it would take more time and memory than all convolutions.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from nst.common.encoders import Encoder
from nst.common.losses import TINY, Statistics, sizes
from nst.common.memory import give_back
from nst.custom.tiling import Tile, stride, tiles

CHUNK = 2048  # positions whose products are summed in the precision of the features; the rest is fp32


class Losses(NamedTuple):
    """Content and style are relative to the sizes of their targets: 0 where the picture is there."""

    content: float
    style: float
    total: float  # what is descended: both by their weights, and total variation


@dataclass(frozen=True)
class Weights:
    """What each part counts in the total, and in which layers; what counts nothing is not computed."""

    content: float
    style: float
    total_variation: float
    content_layers: tuple[str, ...]  # all alike
    style_layers: Mapping[str, float]  # their shares, 1 in sum


@dataclass(frozen=True)
class Region:
    """A style, and where on the canvas it goes."""

    style: Mapping[str, Statistics]  # by layer, (1, C) and (1, C, C)
    mask: Tensor | None = None  # (1, 1, H, W) in [0, 1], of the canvas; None is everywhere


@torch.no_grad()
def measure(picture: Tensor, encoder: Encoder, layers: Collection[str]) -> dict[str, Statistics]:
    """The statistics of a picture `(1, 3, H, W)` of any size, by layer."""
    sums = {name: _Sums() for name in layers}
    height, width = picture.shape[2:]
    for tile in tiles(height, width, encoder.reach(layers)):
        for name, features in encoder(_laid_out(tile.of(picture)), layers).items():
            sums[name].add(tile.core(features))
    return {name: value.statistics() for name, value in sums.items()}


class Objective:
    """The losses of pictures `(1, 3, H, W)` of the size of `content`.

    `seamless` shows the network the opposite edge where it would see a border, so that the result tiles a plane.
    """

    def __init__(
        self, content: Tensor, regions: Sequence[Region], encoder: Encoder, weights: Weights, seamless: bool = False
    ) -> None:
        self.encoder, self.regions, self.weights, self.seamless = encoder, regions, weights, seamless
        self.content_layers = weights.content_layers if weights.content else ()
        self.style_layers = {name: share for name, share in weights.style_layers.items() if share and weights.style}
        reach = encoder.reach([*self.content_layers, *self.style_layers])
        border = reach if seamless else 0
        height, width = content.shape[2:]
        self.tiles = list(tiles(height + 2 * border, width + 2 * border, reach, border))
        # The rows and columns that the network sees, some of them twice where the picture goes on at its opposite edge.
        self.rows, self.columns = (
            torch.arange(-border, side + border, device=content.device) % side for side in (height, width)
        )
        self.masks = [None if region.mask is None else self._surround(region.mask) for region in regions]
        areas = [1.0 if region.mask is None else region.mask.mean().item() for region in regions]
        self.shares = [area / max(sum(areas), TINY) for area in areas]
        self.goals, surrounded = [], self._surround(content)
        for tile in self.tiles:
            with torch.no_grad():
                features = encoder(_laid_out(tile.of(surrounded)), self.content_layers)
            self.goals.append({name: tile.core(value).clone() for name, value in features.items()})
        self.goal_sizes = {
            name: max(sum(goal[name].float().square().sum().item() for goal in self.goals), TINY)
            for name in self.content_layers
        }

    def evaluate(self, picture: Tensor) -> tuple[Losses, Tensor]:
        """The losses of a picture, and the gradient of their total, of its shape."""
        surrounded = self._surround(picture.detach())
        if len(self.tiles) == 1:
            looks: Iterable[_Look] = list(self._looks(surrounded))
            content, style, slopes = self._compare(looks)
        else:  # twice, since no gradient is known before the last tile was seen
            with torch.no_grad():
                content, style, slopes = self._compare(self._looks(surrounded))
            give_back()  # which the tiles of the second look would not fit into
            looks = self._looks(surrounded)
        gradient = torch.zeros_like(surrounded)
        for look in looks:
            look.tile.of(gradient).add_(self._back(look, slopes))
            del look  # lest its features wait while the next tile is looked at
        gradient = self._fold(gradient)
        weights = self.weights
        total = weights.content * content + weights.style * style
        if weights.total_variation:
            variation = _add_total_variation(gradient, picture, weights.total_variation, self.seamless)
            total = total + weights.total_variation * variation
        return Losses(*torch.stack([content, style, total]).tolist()), gradient

    def _looks(self, surrounded: Tensor) -> Iterator[_Look]:
        layers = {*self.content_layers, *self.style_layers}
        for tile, goals in zip(self.tiles, self.goals, strict=True):
            seen = _laid_out(tile.of(surrounded)).requires_grad_(torch.is_grad_enabled())
            yield _Look(tile, goals, seen, self.encoder(seen, layers))

    @torch.no_grad()
    def _compare(self, looks: Iterable[_Look]) -> tuple[Tensor, Tensor, list[dict[str, _Slope]]]:
        """The losses of content and style, and the gradient of the latter at the features, by region and layer."""
        sums = [{name: _Sums() for name in self.style_layers} for _ in self.regions]
        content = self.rows.new_zeros((), dtype=torch.float32)
        for look in looks:
            for name, goal in look.goals.items():
                error = F.mse_loss(look.core(name).float(), goal.float(), reduction="sum")
                content = content + error / self.goal_sizes[name] / len(look.goals)
            for found, mask in zip(sums, self.masks, strict=True):
                for name, value in found.items():
                    value.add(look.core(name), look.core_mask(mask, name))
        style = torch.zeros_like(content)
        slopes: list[dict[str, _Slope]] = [{} for _ in self.regions]
        for number, region in enumerate(self.regions):
            for name, weight in self.style_layers.items():
                loss, slope = sums[number][name].compare(region.style[name])
                share = self.shares[number] * weight
                style = style + share * loss
                slopes[number][name] = slope.times(share * self.weights.style)
        return content, style, slopes

    @torch.no_grad()
    def _back(self, look: _Look, slopes: Sequence[Mapping[str, _Slope]]) -> Tensor:
        """The gradient at what a tile sees, of what its core brings to the losses."""
        gradients = []
        for name, features in look.features.items():
            core = look.core(name)
            parts = [
                region[name].at(core, look.core_mask(mask, name))
                for region, mask in zip(slopes, self.masks, strict=True)
                if name in region
            ]
            if name in look.goals:
                scale = 2 * self.weights.content / self.goal_sizes[name] / len(look.goals)
                parts.append((core - look.goals[name]).mul_(scale))
            gradients.append(look.tile.padded(functools.reduce(Tensor.add_, parts), features))
        return torch.autograd.grad(list(look.features.values()), look.seen, gradients)[0]

    def _surround(self, picture: Tensor) -> Tensor:
        return picture[:, :, self.rows][:, :, :, self.columns] if self.seamless else picture

    def _fold(self, gradient: Tensor) -> Tensor:
        """The gradient of the picture from that of what surrounds it."""
        if not self.seamless:
            return gradient
        height, width = int(self.rows.max()) + 1, int(self.columns.max()) + 1
        folded = gradient.new_zeros((*gradient.shape[:2], height, gradient.shape[3]))
        folded.index_add_(2, self.rows, gradient)
        return folded.new_zeros((*gradient.shape[:2], height, width)).index_add_(3, self.columns, folded)


class _Look(NamedTuple):
    """What the network makes of a tile."""

    tile: Tile
    goals: Mapping[str, Tensor]  # the content's features in the core
    seen: Tensor
    features: Mapping[str, Tensor]

    def core(self, layer: str) -> Tensor:
        return self.tile.core(self.features[layer])

    def core_mask(self, mask: Tensor | None, layer: str) -> Tensor | None:
        """The mask of the canvas where the layer's features are."""
        if mask is None:
            return None
        seen, (height, width) = self.tile.of(mask), self.features[layer].shape[2:]
        pooled = F.avg_pool2d(seen, (stride(seen.shape[2], height), stride(seen.shape[3], width)), ceil_mode=True)
        # Where convolutions are valid there are fewer features, which are cut off; of a tiny picture there are more.
        missing = (0, width - pooled.shape[3], 0, height - pooled.shape[2])
        return self.tile.core(F.pad(pooled, missing, mode="replicate"))


class _Slope(NamedTuple):
    """The gradient of a style loss at the features f of any place: offset + f @ matrix, by the place's weight."""

    offset: Tensor  # (C,)
    matrix: Tensor  # (C, C)

    def times(self, factor: float) -> _Slope:
        return _Slope(factor * self.offset, factor * self.matrix)

    def at(self, features: Tensor, mask: Tensor | None) -> Tensor:
        if not features.numel():  # a tile may end where the network leaves nothing of it
            return torch.zeros_like(features)
        gradient = F.conv2d(features, self.matrix[:, :, None, None].to(features), self.offset.to(features))
        return gradient if mask is None else gradient.mul_(mask)


class _Sums:
    """Sums of features and of their products over places, by their weights: all that statistics are made of."""

    def __init__(self) -> None:
        self.weight = 0.0
        self.first, self.second = torch.zeros(()), torch.zeros(())

    def add(self, features: Tensor, mask: Tensor | None = None) -> None:
        flat = _flat(features)
        weighted = flat if mask is None else flat * _flat(mask).to(flat)
        self.weight += len(flat) if mask is None else mask.sum().item()
        self.first = self.first.to(flat.device) + weighted.sum(0, dtype=torch.float32)
        self.second = self.second.to(flat.device) + _products(weighted, flat)

    def statistics(self) -> Statistics:
        weight = max(self.weight, TINY)
        mean = self.first / weight
        return Statistics(mean[None], (self.second / weight - torch.outer(mean, mean))[None])

    def compare(self, target: Statistics) -> tuple[Tensor, _Slope]:
        """The `style_loss` of these sums, and its gradient at the features that were summed."""
        mean, covariance = (value[0] for value in self.statistics())
        mean_error, covariance_error = mean - target.mean[0], covariance - target.covariance[0]
        mean_size, covariance_size = (size[0] for size in sizes(target))
        loss = (mean_error.square().sum() / mean_size + covariance_error.square().sum() / covariance_size) / 2
        matrix = 2 * covariance_error / covariance_size
        slope = _Slope(mean_error / mean_size - matrix @ mean, matrix)
        return loss, slope.times(1 / max(self.weight, TINY))


def _laid_out(picture: Tensor) -> Tensor:
    """A copy in channels_last, which convolutions are fastest in."""
    return picture.clone(memory_format=torch.channels_last)


def _flat(features: Tensor) -> Tensor:
    """`(1, C, H, W)` to `(H * W, C)`, a view where it is channels_last."""
    return features.permute(0, 2, 3, 1).reshape(-1, features.shape[1])


def _products(a: Tensor, b: Tensor) -> Tensor:
    """a^T b of `(P, C)` in fp32. In low precision each chunk is rounded, which averages out over their sum."""
    if a.dtype == torch.float32:
        return a.T @ b
    whole = len(a) - len(a) % CHUNK
    chunks = torch.bmm(a[:whole].view(-1, CHUNK, a.shape[1]).transpose(1, 2), b[:whole].view(-1, CHUNK, b.shape[1]))
    return chunks.sum(0, dtype=torch.float32) + a[whole:].float().T @ b[whole:].float()


def _add_total_variation(gradient: Tensor, picture: Tensor, weight: float, seamless: bool) -> Tensor:
    """Adds the gradient of `total_variation`, by its weight, in place; returns the loss, without the weight.

    It goes round the edges where the picture is seamless.
    """
    loss, scale = picture.new_zeros(()), 1 / picture.numel()
    for dim in (2, 3):
        last = picture.shape[dim] - 1
        pairs = [(0, 1, last), (last, 0, 1)] if seamless else [(0, 1, last)]
        for first, second, count in pairs:  # of rows or columns, so many from each on
            steps = picture.narrow(dim, second, count) - picture.narrow(dim, first, count)
            loss += scale * torch.linalg.vector_norm(steps).square()
            gradient.narrow(dim, first, count).sub_(steps, alpha=2 * scale * weight)
            gradient.narrow(dim, second, count).add_(steps, alpha=2 * scale * weight)
    return loss
