"""The quick path: a photo through feed-forward networks, in the style of one preset or between two."""

from __future__ import annotations

import functools
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from nst.bands import by_bands
from nst.checkpoints import Network, load_network
from nst.colors import keep_colors
from nst.errors import UserError
from nst.images import as_float, as_type, fit, resize
from nst.networks import TransformerNet, finished, pad_to_multiple
from nst.presets import Preset, find
from nst.runtime import device, prepare
from nst.settings import Checked, option
from nst.weights import fetch

CLOUD = 8  # px, the finest grain of the clouds that flat areas get
CLOUDINESS = 0.1  # their standard deviation
NEAR = 1.25  # times the texture size, up to which a photo is painted at its own size, with strokes hardly smaller
HELD = 1.2e9  # bytes that a network's feature maps may take; a larger photo is painted smaller, and enlarged

Painting = Generator[None, None, Tensor]  # pauses a few times on the way to a picture


@dataclass(frozen=True)
class StylizeSettings(Checked):
    """How a photo is stylised; every value is checked when the object is made (`UserError`)."""

    style: str = option("starry-night", "The preset")
    second: str = option("", "A second preset, to mix with the first")
    blend: float = option(0.5, "How much of the second there is", low=0, high=1, step=0.05)
    strength: float = option(1.0, "How far from the photo to the style; above 1, beyond it", low=0, high=1.5, step=0.05)
    keep_colors: bool = option(False, "Keep the photo's colours; only light and dark are painted")
    size: int | None = option(
        None, "Long side of the result in pixels; a photo is never enlarged", low=16, high=16384, whole=True
    )
    texture_size: int = option(
        1024,
        "Long side in pixels at which the strokes are painted; less makes them larger",
        low=64,
        high=16384,
        whole=True,
    )

    @property
    def shares(self) -> dict[str, float]:
        """How much there is of each preset, 1 in all."""
        if not self.second or self.second == self.style:
            return {self.style: 1.0}
        shares = {self.style: 1 - self.blend, self.second: self.blend}
        return {slug: share for slug, share in shares.items() if share}


def stylize(photo: Tensor, settings: StylizeSettings = StylizeSettings(), more: Sequence[Preset] = ()) -> Tensor:
    """The photo `(1, 3, H, W)` as the settings say, of the same size or with a long side of `size` at most.

    The photo is in [0, 1], or uint8 in 0..255, as the result is then: a large picture takes 30 bytes a pixel that way.
    `more` are presets beside those of the catalogue. Raises `UserError` for an unknown preset, and for one that is not
    here and cannot be downloaded.
    """
    return finished(stylizing(photo, settings, more))


@torch.inference_mode()
def stylizing(photo: Tensor, settings: StylizeSettings, more: Sequence[Preset] = ()) -> Painting:
    """What `stylize` does, pausing after every layer; close it to stop."""
    width, height = photo.shape[3], photo.shape[2]
    if settings.size:
        photo = resize(photo, *reversed(fit(width, height, settings.size)))
    if settings.strength == 0:
        return photo
    parts = []
    for path, styles in _by_network([(find(slug, more), share) for slug, share in settings.shares.items()]).items():
        network, share = _network(path, path.stat().st_mtime_ns), sum(styles.values())
        parts.append(((yield from _painted(network, styles, photo, settings)), share))

    def finish(photo: Tensor, *parts: Tensor) -> Tensor:
        original = as_float(photo)
        weighed = (as_float(part).float() * share for part, share in zip(parts, shares, strict=True))
        styled = sum(weighed, torch.zeros(()))
        if settings.keep_colors:
            styled = keep_colors(styled, original)
        return as_type(photo.dtype, original.lerp(styled, min(1, settings.strength)))

    pictures, shares = zip(*parts, strict=True)
    return by_bands(finish, photo, *pictures, reach=0)


def _by_network(presets: Sequence[tuple[Preset, float]]) -> Mapping[Path, Mapping[str, float]]:
    """For every file the shares of the styles in it; downloads what is not here."""
    networks: dict[Path, dict[str, float]] = {}
    for preset, share in presets:
        path = preset.source if isinstance(preset.source, Path) else fetch(preset.source, preset.title)
        if not path.is_file():
            raise UserError(f"{path.name}, which {preset.title} is in, is not there any more.")
        styles = networks.setdefault(path, {})
        styles[preset.style] = styles.get(preset.style, 0) + share
    return networks


def _painted(network: Network, styles: Mapping[str, float], photo: Tensor, settings: StylizeSettings) -> Painting:
    """The photo as one network paints it, of the same size, on the CPU.

    Strokes are those of the texture size. In a larger photo a second run, at its own size, adds what is finer: the
    first alone would be blurred, and the second alone has strokes as small as its pixels.
    """
    height, width = photo.shape[2:]
    largest = int(max(height, width) * min(1, HELD / network.bytes_per_pixel / (height * width)) ** 0.5)
    fine = resize(photo, *reversed(fit(width, height, largest)))
    texture_size = min(largest, settings.texture_size)
    near = max(fine.shape[2:]) <= NEAR * texture_size
    coarse = fine if near else resize(photo, *reversed(fit(width, height, texture_size)))
    painted = yield from _run(network, styles, coarse, settings.strength)
    if not near:
        detailed = yield from _run(network, styles, fine, settings.strength)
        gap = as_float(painted).float() - resize(as_float(detailed).float(), *coarse.shape[2:])
        gap = F.interpolate(gap.contiguous(), size=fine.shape[2:], mode="bicubic")  # slower in channels_last
        painted = by_bands(lambda fine, gap: (fine + gap).clamp(0, 1).to(fine.dtype), detailed, gap, reach=0)
        del detailed, gap
    return resize(by_bands(lambda picture: as_type(photo.dtype, picture), painted, reach=0), height, width)


def _run(network: Network, styles: Mapping[str, float], photo: Tensor, strength: float) -> Painting:
    """The network's own picture of the photo; beyond the style if the strength is above 1."""
    if isinstance(network, TransformerNet):
        painted = (yield from network.paint(with_clouds(photo).to(device()))).cpu()
        return as_float(photo).lerp(painted.float(), strength).clamp_(0, 1) if strength > 1 else painted
    if unknown := styles.keys() - set(network.styles):
        raise UserError(f"The style bank has no style {min(unknown)!r}. It has {', '.join(network.styles)}.")
    total = sum(styles.values())
    mix = network.mix({style: share / total for style, share in styles.items()})
    if strength > 1:  # away from what all styles have in common
        mix = strength * mix + (1 - strength) / len(network.styles)
    return (yield from network.paint(with_clouds(photo).to(device()), mix)).cpu()


def with_clouds(photo: Tensor) -> Tensor:
    """The photo with soft clouds of colour where it is flat, always the same ones; float16 of a uint8 one.

    In a clear sky a feed-forward network has nothing to tell one place from the next, and paints one mark over and over
    in rows; the least unevenness gives it somewhere to put a stroke.
    """
    height, width = photo.shape[2:]
    dtype = torch.float16 if photo.dtype == torch.uint8 else photo.dtype
    photo = pad_to_multiple(photo, CLOUD)
    variance = F.max_pool2d(by_bands(_variance, photo, reach=0), 3, stride=1, padding=1)
    flatness = 1 / (1 + variance.clamp_min(0) / 0.02**2)
    size = flatness.shape[2:]
    generator = torch.Generator().manual_seed(0)
    clouds = torch.zeros(())
    for grain in (1, 4, 16):
        noise = torch.randn((1, 3, *(-(-side // grain) + 1 for side in size)), generator=generator)
        clouds = clouds + F.interpolate(noise, size=size, mode="bicubic") / 3**0.5

    def add(photo: Tensor, clouds: Tensor) -> Tensor:
        return (as_float(photo) + F.interpolate(clouds, scale_factor=CLOUD, mode="bilinear")).to(dtype)

    clouds = (CLOUDINESS * flatness * clouds).contiguous()
    return by_bands(add, photo, clouds, reach=2 * CLOUD)[:, :, :height, :width]


def _variance(photo: Tensor) -> Tensor:
    """`(1, 1, H / CLOUD, W / CLOUD)`, within each of the blocks."""
    photo = as_float(photo)
    mean, square = (F.avg_pool2d(value, CLOUD) for value in (photo, photo.square()))
    return (square - mean.square()).mean(1, keepdim=True)


@functools.lru_cache(maxsize=3)
def _network(path: Path, _: int) -> Network:
    """The network of a file of that age, ready to run here."""
    network = load_network(path)
    # A transformer network's norms come before anything has bounded the values: bfloat16 would show in clear skies.
    return prepare(network, torch.float32 if isinstance(network, TransformerNet) else None)
