"""Photographs to learn on, without a network: those that are here, and pictures that are drawn like them."""

from __future__ import annotations

from torch import Tensor

from nst.common.examples import gradio_photos, own_photos
from nst.common.images import open_image, to_bytes

SIDE = 640  # px, the long side


def photographs(seed: int) -> list[Tensor]:
    """Pictures, uint8 `(3, H, W)`."""
    return [to_bytes(open_image(path, SIDE))[0] for path in (*own_photos(), *gradio_photos())]
