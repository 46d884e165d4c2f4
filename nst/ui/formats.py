"""The files that a painting can be downloaded as."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from nst.common.errors import UserError
from nst.common.images import open_image, save_image
from nst.ui import parts
from nst.ui.events import Update

FORMATS = {"PNG": "png", "JPEG": "jpg", "WebP": "webp"}


def choice(elem_id: str) -> gr.Dropdown:
    """The place to choose one, beside the button for the download."""
    return gr.Dropdown(
        list(FORMATS.items()),
        value="png",
        show_label=False,
        label="Format",
        min_width=140,
        container=False,
        elem_id=elem_id,
    )


def change(png: str, suffix: str) -> Update:
    """The download is of another format; `png` is empty where nothing was painted yet."""
    return {"download": to_download(png, suffix)} if png else {}


def to_download(png: str, suffix: str) -> gr.DownloadButton:
    """The button that gives out a painting in a format; what is not a PNG is made of it, beside it."""
    name = next((name for name, its in FORMATS.items() if its == suffix), None)
    if name is None:
        raise UserError(f"The format cannot be {suffix!r}. It is one of {', '.join(FORMATS.values())}.")
    path = Path(png).with_suffix(f".{suffix}")
    if not path.is_file():
        save_image(open_image(png, limits=parts.OWN), path)
    return gr.DownloadButton(f"Download {name}", value=str(path), interactive=True)
