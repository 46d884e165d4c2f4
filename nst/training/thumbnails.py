"""The gallery's thumbnails: every preset on one and the same photo."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from importlib.metadata import distribution
from pathlib import Path

from PIL import Image, ImageOps
from torch import Tensor

from nst.colors import luminance
from nst.images import load_image, save_image, to_pil, to_tensor
from nst.presets import BLANK, Preset, catalogue
from nst.stylize import StylizeSettings, stylize

PHOTO = Path(str(distribution("gradio").locate_file("gradio/media_assets/images/tower.jpg")))
SIDE = 240  # px of the square


def write_thumbnails(folder: Path, networks: Path | None = None) -> None:
    """Writes `folder/{slug}.jpg` for every preset of the catalogue, and the one for presets that have none.

    `networks` is a folder with the networks of presets that do not come with this project, each named by its slug.
    """
    folder.mkdir(parents=True, exist_ok=True)
    photo = load_image(PHOTO)
    for preset in catalogue():
        network = preset.source if preset.bundled else _network_in(networks, preset.slug)
        painted = _painted(photo, preset, network) if isinstance(network, Path) else _placeholder(photo, preset.slug)
        _save(painted, folder / f"{preset.slug}.jpg")
    _save(0.4 + 0.6 * luminance(photo), folder / BLANK.name)


def _network_in(folder: Path | None, slug: str) -> Path | None:
    return min(folder.glob(f"{slug}.*"), default=None) if folder else None


def _save(picture: Tensor, path: Path) -> None:
    square = ImageOps.fit(to_pil(picture), (SIDE, SIDE), Image.Resampling.LANCZOS, centering=(0.5, 0.35))
    save_image(square, path)


def _painted(photo: Tensor, preset: Preset, network: Path) -> Tensor:
    settings = StylizeSettings(style=preset.slug, strength=preset.strength)
    return stylize(photo, settings, [replace(preset, source=network)])


def _placeholder(photo: Tensor, slug: str) -> Tensor:
    """The photo in pale shades of one hue, for a preset whose network is not here to be asked."""
    hue = int(hashlib.sha256(slug.encode()).hexdigest(), 16) % 256
    tint = to_tensor(Image.new("HSV", (1, 1), (hue, 110, 225)).convert("RGB"))
    return 0.25 + 0.75 * luminance(photo) * tint
