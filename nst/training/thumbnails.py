"""The gallery's thumbnails, every preset on one and the same photo, and a contact sheet of the bundled ones."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from nst.common.brushwork import brushed
from nst.common.errors import UserError
from nst.common.examples import THUMBNAIL_PHOTO
from nst.common.images import load_image, save_image, to_pil
from nst.quick.feedforward import StylizeSettings, stylize
from nst.quick.networks import StyleNet
from nst.quick.presets import BLANK, Preset, catalogue

SIDE = 240  # px of the square, half of what is painted
COLUMNS, CELL = 11, 100  # of the contact sheet, and the side of its squares in pixels


def write_thumbnails(folder: Path, networks: Path | None = None) -> None:
    """Writes `folder/{slug}.jpg` for every preset whose network is here, one for all others, and `folder/sheet.jpg`.

    `networks` is a folder with the networks of presets that do not come with this project, each named by its slug.
    Raises `UserError` where there is no such folder.
    """
    if networks and not networks.is_dir():
        raise UserError(f"There is no folder {networks}.")
    folder.mkdir(parents=True, exist_ok=True)
    photo = load_image(THUMBNAIL_PHOTO, 2 * SIDE, enlarge=True)
    bundled = []
    for preset in catalogue():
        network = preset.source if preset.bundled else _network_in(networks, preset.slug)
        if isinstance(network, Path):
            painted = _reduced(_painted(photo, preset, network))
            save_image(painted, folder / f"{preset.slug}.jpg")
            if preset.bundled:
                bundled.append(painted)
    save_image(_reduced(0.4 + 0.6 * photo), folder / BLANK.name)  # pale: what nothing has been painted on yet
    _sheet(bundled).save(folder / "sheet.jpg", quality=85, progressive=True)


def thumbnail_of(network: StyleNet) -> bytes:
    """A JPEG of the gallery's photo as a network paints it that is in no file yet."""
    with torch.inference_mode():
        painted = network(brushed(load_image(THUMBNAIL_PHOTO, 2 * SIDE, enlarge=True)))
    file = BytesIO()
    _reduced(painted).save(file, format="JPEG", quality=80)
    return file.getvalue()


def _network_in(folder: Path | None, slug: str) -> Path | None:
    return min(folder.glob(f"{slug}.*"), default=None) if folder else None


def _painted(photo: Tensor, preset: Preset, network: Path) -> Tensor:
    settings = StylizeSettings(style=preset.slug, strength=preset.strength)
    return stylize(photo, settings, [replace(preset, source=network)])


def _reduced(picture: Tensor) -> Image.Image:
    return to_pil(picture).resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def _sheet(pictures: list[Image.Image]) -> Image.Image:
    sheet = Image.new("RGB", (COLUMNS * CELL, -(-len(pictures) // COLUMNS) * CELL), "white")
    for number, picture in enumerate(pictures):
        row, column = divmod(number, COLUMNS)
        sheet.paste(picture.resize((CELL, CELL), Image.Resampling.LANCZOS), (column * CELL, row * CELL))
    return sheet
