"""What the layers of a perceptual network hold of a picture, as in figure 1 of Gatys, Ecker and Bethge (2015)."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from nst.custom.frame import Frame
from nst.custom.optimization import OptimizeSettings, optimize

DEFAULTS = OptimizeSettings()


def reconstruct(photo: Tensor, layer: str, settings: OptimizeSettings = DEFAULTS) -> Generator[Frame, None, None]:
    """The photo `(1, 3, H, W)` as one layer of the encoder holds it, painted from noise; a stream as of `optimize`.

    Of the settings only what a photo alone can use counts.
    """
    settings = replace(
        _alone(settings), content_layers=(layer,), style_layers=(), style_layer_weights=(), content_weight=1.0,
        style_weight=0.0, seamless=False,
    )  # fmt: skip
    return optimize(photo, photo, settings)


def texture(
    painting: Tensor, layers: Sequence[str] = (), settings: OptimizeSettings = DEFAULTS
) -> Generator[Frame, None, None]:
    """A square of the painting's texture `(1, 3, h, w)` as some layers hold it (none: the encoder's own), from noise.

    The grain of a painting that is no larger than the square keeps its size in pixels; otherwise as `reconstruct`.
    """
    settings = replace(
        _alone(settings),
        style_layers=tuple(layers),
        content_layers=(),
        content_weight=0.0,
        style_scale=max(0.25, min(1.0, max(painting.shape[2:]) / settings.size)),
    )
    return optimize(torch.zeros(1, 3, settings.size, settings.size), painting, settings)


def _alone(settings: OptimizeSettings) -> OptimizeSettings:
    """The settings without what wants a photo and paintings."""
    return replace(
        settings, colors="painting", painting_weights=(), init="noise", brushwork=0.0, grain=0.0, coherence=False
    )
