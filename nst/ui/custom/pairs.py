"""Example photos with example paintings, to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import gradio as gr
from PIL import Image, ImageOps

from nst.common.examples import own_photos
from nst.common.images import open_image
from nst.ui import parts
from nst.ui.events import Update
from nst.ui.parts import Upload

PAIRS = (  # photos and paintings, by the names of their files
    ("bust", "golden-garden"),
    ("lighthouse", "storm-wave"),
    ("mountain-lake", "wheat-field"),
    ("autumn-wood", "red-horses"),
    ("still-life", "kintsugi"),
    ("night-street", "stained-glass"),
    ("bust", "art-nouveau"),
    ("lighthouse", "woodcut"),
    ("autumn-wood", "jungle"),
    ("mountain-lake", "ink-wash"),
)


def shelf() -> gr.Gallery:
    """All pairs, to pick from."""
    pairs = _pairs()
    return parts.shelf(
        [(_side_by_side(*pair), " · ".join(map(parts.title_of, pair))) for pair in pairs],
        "Example pairs",
        columns=5,
        elem_id="pairs",
        elem_classes="shelf plain",
    )


def pick(event: gr.SelectData) -> Update:
    """A pair goes where the pictures are."""
    photo, painting = _pairs()[event.index]
    return {"photo": str(photo), "painting": str(painting)}


def mark(photo: Upload, painting: Upload) -> Update:
    """The pair that those two are, if they are one, is framed."""
    given = (example(photo), example(painting))
    index = next((index for index, pair in enumerate(_pairs()) if pair == given), None)
    return {"pairs": gr.Gallery(selected_index=index)}


def example(upload: Upload) -> Path | None:
    """The path of the example that a picture is; None for a visitor's own."""
    path = Path(upload["path"]) if upload else None
    return path if path in _examples().values() else None


def named(names: Mapping[str, str]) -> Update:
    """The examples of those names, where there are such."""
    there = _examples()
    return {place: str(there[names[place]]) for place in ("photo", "painting") if names.get(place) in there}


def _examples() -> dict[str, Path]:
    """Photos and paintings, by the names of their files."""
    return {path.stem: path for path in (*own_photos(), *parts.example_paintings())}


def _pairs() -> list[tuple[Path, Path]]:
    """Those of which both files are there."""
    there = _examples()
    return [(there[photo], there[painting]) for photo, painting in PAIRS if photo in there and painting in there]


def _side_by_side(photo: Path, painting: Path) -> Image.Image:
    """A thumbnail of a pair."""
    sheet = Image.new("RGB", (320, 160), "white")
    for i, path in enumerate((photo, painting)):
        sheet.paste(ImageOps.fit(open_image(path, 480), (159, 160)), (161 * i, 0))
    return sheet
