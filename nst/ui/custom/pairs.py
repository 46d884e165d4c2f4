"""Example photos with example paintings, to begin with."""

from __future__ import annotations

from pathlib import Path

import gradio as gr
from PIL import Image, ImageOps

from nst.common.images import open_image
from nst.ui import parts
from nst.ui.events import Update


def shelf() -> gr.Gallery:
    """All pairs, to pick from."""
    pairs = _pairs()
    return parts.shelf(
        [(_side_by_side(*pair), " · ".join(map(parts.title_of, pair))) for pair in pairs],
        "Example pairs",
        columns=3,
        elem_id="pairs",
        elem_classes="shelf plain",
        visible=bool(pairs),
    )


def pick(event: gr.SelectData) -> Update:
    """A pair goes where the pictures are."""
    photo, painting = _pairs()[event.index]
    return {"photo": str(photo), "painting": str(painting)}


def _pairs() -> list[tuple[Path, Path]]:
    """Every painting once."""
    photos = parts.example_photos()
    return [(photos[i % len(photos)], painting) for i, painting in enumerate(parts.example_paintings()) if photos]


def _side_by_side(photo: Path, painting: Path) -> Image.Image:
    """A thumbnail of a pair."""
    sheet = Image.new("RGB", (320, 160), "white")
    for i, path in enumerate((photo, painting)):
        sheet.paste(ImageOps.fit(open_image(path, 480), (159, 160)), (161 * i, 0))
    return sheet
