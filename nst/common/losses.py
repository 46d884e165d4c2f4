"""What makes one picture look like another: pure functions of feature maps and pictures."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

AREAS = (12, 24)  # px, the sides of the areas whose contrasts are compared
GAIN, FAINT = 2.0, 0.05  # how much stronger than the photo's a contrast may be, and what nobody sees
TINY = 1e-12  # keeps a relative error finite where there is nothing to compare with


def gram_matrix(features: Tensor) -> Tensor:
    """Inner products of the channels, averaged over positions: `(N, C, H, W)` to `(N, C, C)`, in fp32.

    Gatys, Ecker and Bethge, "A Neural Algorithm of Artistic Style" (2015), equation 3, divided by H * W so that
    pictures of different sizes can be compared.
    """
    flat = features.permute(0, 2, 3, 1).flatten(1, 2).float()  # a view where the features are channels_last
    return flat.transpose(1, 2) @ flat / flat.shape[1]


class Statistics(NamedTuple):
    """What is kept of a layer's features to tell a style: `(N, C)` means and `(N, C, C)` covariances, in fp32."""

    mean: Tensor
    covariance: Tensor


def statistics(features: Tensor) -> Statistics:
    """The statistics of feature maps `(N, C, H, W)`.

    The Gram matrix is their sum, covariance + mean mean^T. Apart they can both be matched well; together the means
    drown the covariances, which hold the texture (Li et al., "Demystifying Neural Style Transfer", 2017).
    """
    flat = features.permute(0, 2, 3, 1).flatten(1, 2)  # a view where the features are channels_last
    return Statistics(*_Moments.apply(flat))  # type: ignore[no-untyped-call]


class _Moments(torch.autograd.Function):
    """Mean and covariance of features `(N, P, C)` over places, in fp32, with products in the features' precision.

    The gradient is written down: by autograd it would pass through several maps of full size in fp32. For it the
    features themselves are kept, which the network keeps as well.
    """

    @staticmethod
    def forward(ctx: Any, flat: Tensor) -> tuple[Tensor, Tensor]:
        mean = flat.mean(1, dtype=torch.float32)
        centred = flat - mean[:, None].to(flat.dtype)
        ctx.save_for_backward(flat, mean)
        return mean, (centred.transpose(1, 2) @ centred).float() / flat.shape[1]

    @staticmethod
    def backward(ctx: Any, mean: Tensor, covariance: Tensor) -> Tensor:
        flat, centre = ctx.saved_tensors
        both = (covariance + covariance.transpose(1, 2)).to(flat.dtype)
        offset = mean[:, None] - centre[:, None] @ both.float()
        return torch.baddbmm(offset.to(flat.dtype), flat, both).div_(flat.shape[1])


def style_loss(statistics: Statistics, target: Statistics) -> Tensor:
    """Squared distances of means and covariances relative to the target's `sizes`, averaged: `(N,)`."""
    errors = [
        (value - goal).flatten(1).pow(2).sum(1) / size
        for value, goal, size in zip(statistics, target, sizes(target), strict=True)
    ]
    return torch.stack(errors).mean(0)


def sizes(target: Statistics) -> tuple[Tensor, Tensor]:
    """The squared sizes of means and covariances, each `(N,)`, that errors are relative to.

    A flat painting has covariances of nearly nothing: then a twentieth of the squared mean stands in for them.
    """
    mean, covariance = (value.flatten(1).pow(2).sum(1) for value in target)
    return mean.clamp_min(TINY), torch.maximum(covariance, 0.05**2 * mean.square()).clamp_min(TINY)


def content_loss(features: Tensor, target: Tensor) -> Tensor:
    """Squared distance of feature maps `(N, C, H, W)` relative to the target's squared size: `(N,)`, 0 where equal."""
    error, size = ((value * value).sum((1, 2, 3), dtype=torch.float32) for value in (features - target, target))
    return error / size.clamp_min(TINY)


def total_variation(picture: Tensor) -> Tensor:
    """Mean squared difference of neighbouring pixels: `(N, 3, H, W)` to a scalar, 0 for a flat picture."""
    down, right = picture.diff(dim=2), picture.diff(dim=3)
    return (down.pow(2).sum() + right.pow(2).sum()) / picture.numel()


def unfounded_contrast(painted: Tensor, photos: Tensor) -> Tensor:
    """Contrasts of areas that lie side by side, as far as those of the photos do not call for them.

    What exceeds twice the photo's contrast there, squared, in the mean over all areas: `(N, 3, H, W)` to a scalar. It
    is 0 for the photo itself, and large for patches of colour that belong to no object. Areas of which no two fit into
    the pictures count nothing.
    """
    excess = [painted.new_zeros((), dtype=torch.float32)]
    for side in (side for side in AREAS if min(painted.shape[2:]) >= 2 * side):
        areas = [F.avg_pool2d(pictures.float(), side, side // 2) for pictures in (painted, photos)]
        for dim in (2, 3):
            ours, theirs = (_steps(each, dim) for each in areas)
            excess.append((ours - GAIN * theirs - FAINT).clamp_min(0).square().mean())
    return torch.stack(excess).sum()


def _steps(areas: Tensor, dim: int) -> Tensor:
    """The distances of colours `(N, 3, h, w)` from those two places on, where the areas no longer overlap."""
    count = areas.shape[dim] - 2
    change = areas.narrow(dim, 2, count) - areas.narrow(dim, 0, count)
    return change.square().sum(1).add(TINY).sqrt()
