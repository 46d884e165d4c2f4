"""The quick path: a photo through a feed-forward network, in the style of a preset."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from nst.colors import keep_colors
from nst.errors import UserError
from nst.images import fit, resize
from nst.networks import StyleBank, TransformerNet, load_bank, transformer_from_onnx
from nst.presets import Preset, find
from nst.runtime import place, prepare
from nst.settings import Checked, option
from nst.weights import bundled, fetch

CLOUD = 8  # px, the finest grain of the clouds that flat areas get
CLOUDINESS = 0.1  # their standard deviation


@dataclass(frozen=True)
class StylizeSettings(Checked):
    """How a photo is stylised; every value is checked when the object is made (`UserError`)."""

    style: str = option("starry-night", "The preset")
    strength: float = option(1.0, "How far from the photo towards the style", low=0, high=1, step=0.05)
    keep_colors: bool = option(False, "Keep the photo's colours; only light and dark are painted")
    size: int | None = option(
        None, "Long side of the result in pixels; a photo is never enlarged", low=16, high=8192, whole=True
    )
    texture_size: int = option(
        1024,
        "Long side in pixels at which the strokes are painted; less makes them larger",
        low=64,
        high=8192,
        whole=True,
    )


@torch.inference_mode()
def stylize(photo: Tensor, settings: StylizeSettings = StylizeSettings()) -> Tensor:
    """The photo `(1, 3, H, W)` in the preset's style, of the same size or with a long side of `size` at most.

    Raises `UserError` for an unknown preset, and for a preset that is not here and cannot be downloaded.
    """
    preset = find(settings.style)
    width, height = photo.shape[3], photo.shape[2]
    if settings.size:
        width, height = fit(width, height, settings.size)
    photo = resize(photo, height, width)
    if settings.strength == 0:
        return photo
    small = resize(photo, *reversed(fit(width, height, settings.texture_size)))
    styled = resize(_run(preset, place(_with_clouds(small))).float().cpu(), height, width)
    if settings.keep_colors:
        styled = keep_colors(styled, photo)
    return photo.lerp(styled, settings.strength)


def _with_clouds(photo: Tensor) -> Tensor:
    """The photo with soft clouds of colour where it is flat, always the same ones.

    In a clear sky a feed-forward network has nothing to tell one place from the next, and paints one mark over and over
    in rows; the least unevenness gives it somewhere to put a stroke.
    """
    height, width = photo.shape[2:]
    mean, square = (F.avg_pool2d(value, CLOUD, ceil_mode=True) for value in (photo, photo.square()))
    variance = F.max_pool2d((square - mean.square()).mean(1, keepdim=True), 3, stride=1, padding=1)
    flatness = 1 / (1 + variance.clamp_min(0) / 0.02**2)
    size = mean.shape[2:]
    generator = torch.Generator().manual_seed(0)
    clouds = torch.zeros(())
    for grain in (1, 4, 16):
        noise = torch.randn((1, 3, *(-(-side // grain) + 1 for side in size)), generator=generator)
        clouds = clouds + F.interpolate(noise, size=size, mode="bicubic") / 3**0.5
    return photo + CLOUDINESS * F.interpolate(flatness * clouds, size=(height, width), mode="bicubic")


def _run(preset: Preset, photo: Tensor) -> Tensor:
    if preset.checkpoint is None:
        bank = bundled_bank()
        return bank(photo, bank.mix({preset.slug: 1.0}))
    return load_checkpoint(preset)(photo)


@functools.cache
def bundled_bank() -> StyleBank:
    """The bundled style bank, ready to run here."""
    return prepare(load_bank(bundled("bank.safetensors")))


@functools.lru_cache(maxsize=2)
def load_checkpoint(preset: Preset) -> TransformerNet:
    """The downloaded network of a preset, ready to run here; `UserError` if it cannot be had."""
    if preset.checkpoint is None:
        raise UserError(f"{preset.title} has no checkpoint of its own.")
    # Its norms come before anything has bounded the values: bfloat16 would show in clear skies.
    return prepare(transformer_from_onnx(fetch(preset.checkpoint, preset.title)), torch.float32)
