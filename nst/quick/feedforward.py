"""The quick path: a photo through feed-forward networks, in the style of one preset or between two."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from nst.common.brushwork import brushed
from nst.common.colors import keep_colors
from nst.common.images import as_float, as_type, fit, resize
from nst.common.runtime import device, finished_on_cpu
from nst.common.settings import Checked, option
from nst.quick.bands import by_bands
from nst.quick.checkpoints import Network
from nst.quick.mixing import goes_beyond, mix
from nst.quick.networks import StyleNet, finished
from nst.quick.presets import Preset, find

NEAR = 1.25  # times the texture size, up to which a photo is painted at its own size, with strokes hardly smaller
HELD = 0.9e9  # bytes that a network's feature maps may take; a larger photo is painted smaller, and enlarged

Painting = Generator[str | None, None, Tensor]  # pauses a few times on the way to a picture, rarely with a sentence


@dataclass(frozen=True)
class StylizeSettings(Checked):
    """How a photo is stylised; every value is checked when the object is made (`UserError`)."""

    style: str = option("starry-night", "The preset")
    second: str = option("", "A second preset, to mix with the first")
    blend: float = option(0.5, "How much of the second there is", low=0, high=1, step=0.05)
    strength: float = option(1.0, "How far from the photo to the style; above 1, beyond it", low=0, high=1.5, step=0.05)
    keep_colors: bool = option(False, "Keep the photo's colours; only light and dark are painted")
    size: int | None = option(
        None,
        "Long side of the result in pixels; a smaller photo, but no video, is enlarged; none: its own",
        low=16,
        high=16384,
        whole=True,
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


def stylize(
    photo: Tensor,
    settings: StylizeSettings = StylizeSettings(),
    more: Sequence[Preset] = (),
    seed: int | None = None,
) -> Tensor:
    """The photo `(1, 3, H, W)` as the settings say, of its own size or with a long side of `size`.

    The photo is in [0, 1], or uint8 in 0..255, as the result is then: a large picture takes 30 bytes a pixel that way.
    `more` are presets beside those of the catalogue. `seed` draws what flat areas are varied by (none: the photo
    itself does); all frames of a film want the same. Raises `UserError` for an unknown preset, and for one that is not
    here and cannot be downloaded.
    """
    return finished(stylizing(photo, settings, more, seed))


@torch.inference_mode()
def stylizing(
    photo: Tensor, settings: StylizeSettings, more: Sequence[Preset] = (), seed: int | None = None
) -> Painting:
    """What `stylize` does, pausing after every layer; close it to stop.

    Where a GPU has no memory left, it is done again on the CPU, and one pause is a sentence about that.
    """

    def begin(note: str) -> Painting:
        if note:
            yield note
        return (yield from _stylizing(photo, settings, more, seed))

    return (yield from finished_on_cpu(begin))


def _stylizing(photo: Tensor, settings: StylizeSettings, more: Sequence[Preset], seed: int | None) -> Painting:
    width, height = photo.shape[3], photo.shape[2]
    if settings.size:
        photo = resize(photo, *reversed(fit(width, height, settings.size, enlarge=True)))
    if settings.strength == 0:
        return photo
    presets = [(find(slug, more), share) for slug, share in settings.shares.items()]
    parts = []
    for network, share in mix(presets, settings.strength):
        painted = yield from _painted(network, photo, settings, seed)
        parts.append((painted, share))

    def finish(photo: Tensor, *parts: Tensor) -> Tensor:
        original = as_float(photo)
        weighed = (as_float(part).float() * share for part, share in zip(parts, shares, strict=True))
        styled = sum(weighed, torch.zeros(()))
        if settings.keep_colors:
            styled = keep_colors(styled, original)
        return as_type(photo.dtype, original.lerp(styled, min(1, settings.strength)))

    pictures, shares = zip(*parts, strict=True)
    return by_bands(finish, photo, *pictures, reach=0)


def _painted(network: Network, photo: Tensor, settings: StylizeSettings, seed: int | None) -> Painting:
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
    seen = brushed(coarse, seed) if isinstance(network, StyleNet) else coarse
    painted = yield from _run(network, coarse, seen, settings.strength)
    if not near:
        detailed = yield from _run(network, fine, fine, settings.strength)
        gap = as_float(painted).float() - resize(as_float(detailed).float(), *coarse.shape[2:])
        gap = F.interpolate(gap.contiguous(), size=fine.shape[2:], mode="bicubic")  # slower in channels_last

        def add(fine: Tensor, gap: Tensor) -> Tensor:
            return as_type(fine.dtype, (as_float(fine) + gap).clamp_(0, 1))

        painted = by_bands(add, detailed, gap, reach=0)
        del detailed, gap
    return resize(by_bands(lambda picture: as_type(photo.dtype, picture), painted, reach=0), height, width)


def _run(network: Network, photo: Tensor, seen: Tensor, strength: float) -> Painting:
    """The picture that a network makes of a photo as it is `seen`.

    A network that cannot go beyond its style by its weights goes on from the photo to its picture, and beyond that.
    """
    painted = (yield from network.paint(seen.to(device()))).cpu()
    if strength > 1 and not goes_beyond(network):
        return as_float(photo).lerp(as_float(painted).float(), strength).clamp_(0, 1)
    return painted
