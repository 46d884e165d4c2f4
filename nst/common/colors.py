"""Colour of pictures `(N, 3, H, W)` in [0, 1], apart from what they show.

Gatys et al., "Preserving Color in Neural Artistic Style Transfer" (2016).
"""

from __future__ import annotations

import torch
from torch import Tensor

LEAST = 1e-5  # variance that a colour has at least, where one is divided by it: a grey picture has none


def luminance(picture: Tensor) -> Tensor:
    """The picture in grey: luma of Rec. 601, of the same shape."""
    weights = torch.tensor([0.299, 0.587, 0.114], dtype=picture.dtype, device=picture.device).view(1, 3, 1, 1)
    return (picture * weights).sum(1, keepdim=True).expand_as(picture)


def keep_colors(result: Tensor, photo: Tensor) -> Tensor:
    """The luminance of `result` with the chrominance of `photo`, of the same shape; clamped to [0, 1].

    "Luminance only" of the paper. Moving all three channels by one amount moves Y alone: I and Q, being differences of
    channels, stay what they are.
    """
    return (photo + luminance(result - photo)).clamp(0, 1)


def match_luminance(painting: Tensor, photo: Tensor) -> Tensor:
    """The painting in grey, with the mean and spread of the photo's luminance."""
    grey, goal = luminance(painting), luminance(photo)
    return ((grey - grey.mean()) * (goal.std() / grey.std().clamp_min(LEAST**0.5)) + goal.mean()).clamp(0, 1)


def match_colors(painting: Tensor, photo: Tensor) -> Tensor:
    """The painting, of one batch, in the colours of the photo: it gets the mean and covariance of the photo's RGB.

    The linear map of the paper's "colour histogram matching", in its symmetric form.
    """
    (mean, covariance), (goal_mean, goal_covariance) = _color_statistics(painting), _color_statistics(photo)
    matrix = _power(goal_covariance, 0.5) @ _power(covariance, -0.5)
    matched = torch.einsum("ij,njhw->nihw", matrix, painting.double() - mean[:, None, None]) + goal_mean[:, None, None]
    return matched.clamp(0, 1).to(painting)


def _color_statistics(picture: Tensor) -> tuple[Tensor, Tensor]:
    pixels = picture.double().transpose(0, 1).flatten(1)
    mean = pixels.mean(1)
    centred = pixels - mean[:, None]
    return mean, centred @ centred.T / pixels.shape[1]


def _power(covariance: Tensor, exponent: float) -> Tensor:
    values, vectors = torch.linalg.eigh(covariance)
    return (vectors * values.clamp_min(LEAST) ** exponent) @ vectors.T
