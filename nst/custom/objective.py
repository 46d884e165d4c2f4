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
from nst.custom.neighbors import nearest
from nst.custom.style import Style, Sums, flat, laid_out
from nst.custom.tiling import Tile, stride, tiles


class Losses(NamedTuple):
    """Content and style are relative to the sizes of their targets: 0 where the picture is there."""

    content: float
    style: float
    total: float  # what is descended: both by their weights, neighbours, and total variation


@dataclass(frozen=True)
class Weights:
    """What each part counts in the total, and in which layers; what counts nothing is not computed."""

    content: float
    style: float
    total_variation: float
    content_layers: tuple[str, ...]  # all alike
    style_layers: Mapping[str, float]  # their shares, 1 in sum
    neighbors: float = 0.0  # how much each place is drawn to what of the paintings is most like it
    neighbor_layers: tuple[str, ...] = ()  # all alike


@dataclass(frozen=True)
class Region:
    """A style, and where on the canvas it goes."""

    style: Style
    mask: Tensor | None = None  # (1, 1, H, W) in [0, 1], of the canvas; None is everywhere


class Objective:
    """The losses of pictures `(1, 3, H, W)` of the size of `content`.

    `seamless` shows the network the opposite edge where it would see a border, so that the result tiles a plane.
    `alike` is the picture each place of which is drawn to its nearest neighbour in the paintings; none: the content.
    """

    def __init__(
        self,
        content: Tensor,
        regions: Sequence[Region],
        encoder: Encoder,
        weights: Weights,
        seamless: bool = False,
        alike: Tensor | None = None,
    ) -> None:
        self.encoder, self.regions, self.weights, self.seamless = encoder, regions, weights, seamless
        content_layers = weights.content_layers if weights.content else ()
        neighbor_layers = weights.neighbor_layers if weights.neighbors else ()
        self.style_layers = {name: share for name, share in weights.style_layers.items() if share and weights.style}
        self.layers = {*content_layers, *neighbor_layers, *self.style_layers}
        reach = encoder.reach(self.layers)
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
        with torch.no_grad():
            whole = self._surround(content)
            self.content = _Goals(weights.content, content_layers, map(_held, self._looks(whole, content_layers)))
            alike = whole if alike is None else self._surround(alike)
            found = self._neighbors(list(self._looks(alike, neighbor_layers)), neighbor_layers)
            self.neighbors = _Goals(weights.neighbors, neighbor_layers, found)

    def _neighbors(self, looks: Sequence[_Look], layers: Collection[str]) -> list[dict[str, _Goal]]:
        """What the paintings have that is most like what is seen, by tile and layer; where regions meet, mixed."""
        goals: list[dict[str, _Goal]] = [{} for _ in looks]
        for name in layers:
            cores = [flat(look.core(name)) for look in looks]
            mean = torch.stack([core.sum(0, dtype=torch.float32) for core in cores]).sum(0) / sum(map(len, cores))
            for look, goal in zip(looks, goals, strict=True):
                parts = [nearest(look.core(name), mean, region.style.places[name]) for region in self.regions]
                goal[name] = _mixed(parts, [look.core_mask(mask, name) for mask in self.masks])
        return goals

    def evaluate(self, picture: Tensor) -> tuple[Losses, Tensor]:
        """The losses of a picture, and the gradient of their total, of its shape."""
        surrounded = self._surround(picture.detach())
        if len(self.tiles) == 1:
            looks: Iterable[_Look] = list(self._looks(surrounded, self.layers))
            content, neighbors, style, slopes = self._compare(looks)
        else:  # twice, since no gradient is known before the last tile was seen
            with torch.no_grad():
                content, neighbors, style, slopes = self._compare(self._looks(surrounded, self.layers))
            give_back()  # which the tiles of the second look would not fit into
            looks = self._looks(surrounded, self.layers)
        gradient = torch.zeros_like(surrounded)
        for look in looks:
            look.tile.of(gradient).add_(self._back(look, slopes))
            del look  # lest its features wait while the next tile is looked at
        gradient = self._fold(gradient)
        weights = self.weights
        total = weights.content * content + weights.neighbors * neighbors + weights.style * style
        if weights.total_variation:
            variation = _add_total_variation(gradient, picture, weights.total_variation, self.seamless)
            total = total + weights.total_variation * variation
        return Losses(*torch.stack([content, style, total]).tolist()), gradient

    def _looks(self, surrounded: Tensor, layers: Collection[str]) -> Iterator[_Look]:
        for number, tile in enumerate(self.tiles):
            seen = laid_out(tile.of(surrounded)).requires_grad_(torch.is_grad_enabled())
            yield _Look(number, tile, seen, self.encoder(seen, layers))

    @torch.no_grad()
    def _compare(self, looks: Iterable[_Look]) -> tuple[Tensor, Tensor, Tensor, list[dict[str, _Slope]]]:
        """The losses of content, neighbours and style, and the last one's gradient at features, by region and layer."""
        sums = [{name: Sums() for name in self.style_layers} for _ in self.regions]
        zero = self.rows.new_zeros((), dtype=torch.float32)
        content = neighbors = style = zero
        for look in looks:
            content = content + self.content.loss(look)
            neighbors = neighbors + self.neighbors.loss(look)
            for found, mask in zip(sums, self.masks, strict=True):
                for name, value in found.items():
                    value.add(look.core(name), look.core_mask(mask, name))
        slopes: list[dict[str, _Slope]] = [{} for _ in self.regions]
        for number, region in enumerate(self.regions):
            for name, weight in self.style_layers.items():
                loss, slope = _compared(sums[number][name], region.style.statistics[name])
                share = self.shares[number] * weight
                style = style + share * loss
                slopes[number][name] = slope.times(share * self.weights.style)
        return content, neighbors, style, slopes

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
            parts += [goals.slope(look, name) for goals in (self.content, self.neighbors) if name in goals.sizes]
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


class _Goal(NamedTuple):
    """What features in a tile's core shall be."""

    features: Tensor  # (1, C, h, w)
    mask: Tensor | None = None  # (1, 1, h, w), how much each place counts

    def distance(self, features: Tensor) -> Tensor:
        """Squared, and summed in fp32."""
        error = features - self.features
        if self.mask is not None:
            error.mul_(self.mask.sqrt())
        return torch.linalg.vector_norm(error, dtype=torch.float32).square()

    def slope(self, features: Tensor, scale: float) -> Tensor:
        """Half the gradient of the distance, by the scale."""
        error = (features - self.features).mul_(scale)
        return error if self.mask is None else error.mul_(self.mask)


def _held(look: _Look) -> dict[str, _Goal]:
    """The goal to look like that."""
    return {name: _Goal(look.core(name).clone()) for name in look.features}


def _mixed(parts: Sequence[Tensor], masks: Sequence[Tensor | None]) -> _Goal:
    """One goal of those of all regions, which counts as much as their masks let it; without masks, everywhere."""
    shares = [mask.to(part) for part, mask in zip(parts, masks, strict=True) if mask is not None]
    if len(shares) < len(parts):
        return _Goal(torch.stack(list(parts)).mean(0))
    whole = torch.stack(shares).sum(0)
    mixed = torch.stack([part * share for part, share in zip(parts, shares, strict=True)]).sum(0)
    return _Goal(mixed / whole.clamp_min(TINY), whole)


class _Goals:
    """What a picture shall look like, by tile and layer, and how much that counts."""

    def __init__(self, weight: float, layers: Collection[str], tiles: Iterable[Mapping[str, _Goal]]) -> None:
        self.weight, self.tiles = weight, list(tiles)
        self.sizes = {name: max(self._size(name), TINY) for name in layers}

    def _size(self, layer: str) -> float:
        goals = [goals[layer] for goals in self.tiles]
        return sum(goal.distance(torch.zeros_like(goal.features)).item() for goal in goals)

    def loss(self, look: _Look) -> Tensor:
        """What a tile brings to the squared distance relative to the goals' squared size, averaged over layers."""
        goals = self.tiles[look.number]
        errors = [goal.distance(look.core(name)) / self.sizes[name] for name, goal in goals.items()]
        return torch.stack(errors).mean() if errors else look.seen.new_zeros(())

    def slope(self, look: _Look, layer: str) -> Tensor:
        """The gradient of the loss, by its weight, at the features in a tile's core."""
        scale = 2 * self.weight / self.sizes[layer] / len(self.sizes)
        return self.tiles[look.number][layer].slope(look.core(layer), scale)


class _Look(NamedTuple):
    """What the network makes of a tile."""

    number: int
    tile: Tile
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


def _compared(sums: Sums, target: Statistics) -> tuple[Tensor, _Slope]:
    """The `style_loss` of sums, and its gradient at the features that were summed."""
    mean, covariance = (value[0] for value in sums.statistics())
    mean_error, covariance_error = mean - target.mean[0], covariance - target.covariance[0]
    mean_size, covariance_size = (size[0] for size in sizes(target))
    loss = (mean_error.square().sum() / mean_size + covariance_error.square().sum() / covariance_size) / 2
    matrix = 2 * covariance_error / covariance_size
    slope = _Slope(mean_error / mean_size - matrix @ mean, matrix)
    return loss, slope.times(1 / max(sums.weight, TINY))


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
