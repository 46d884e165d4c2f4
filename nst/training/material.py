"""Pictures to learn on without a network: the photographs that are here, and others that are drawn like them."""

from __future__ import annotations

from torch import Tensor

from nst.common.examples import gradio_photos, own_photos
from nst.common.images import open_image, to_bytes
from nst.training.leaves import draw_leaves

SIDE = 640  # px, the long side of a photo
TIMES, DRAWN = 3, 24  # how often each photo is there, and how many pictures are drawn


def photographs() -> list[Tensor]:
    """The photographs that are here, uint8 `(3, H, W)`."""
    return [to_bytes(open_image(path, SIDE))[0] for path in (*own_photos(), *gradio_photos())]


def pool(seed: int) -> list[Tensor]:
    """Those and drawn pictures, uint8 `(3, H, W)`, as many of them as there shall be to draw from."""
    photos = photographs()
    return TIMES * photos + draw_leaves(photos, DRAWN, seed)
