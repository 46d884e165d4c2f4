"""The results of a visit, side by side, each with its settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr

from nst.common.errors import UserError
from nst.common.images import open_image, save_image
from nst.ui import parts
from nst.ui.styling import Choice

KEPT = 24  # results at most; older ones go
FORMATS = {"PNG": "png", "JPEG": "jpg", "WebP": "webp"}


class Result(NamedTuple):
    """One result: paths of what is shown and kept, and what it was made of."""

    before: str  # previews, of one size
    after: str
    png: str  # the whole, called photo-style.png
    words: str  # what it is, for people
    label: str  # HTML
    photo: str  # the path of the upload; empty for a snapshot
    values: tuple[Any, ...]  # of the controls

    def is_of(self, photo: str, values: tuple[Any, ...]) -> bool:
        """Whether it is what would be painted of these, and is still there."""
        return bool(photo) and (self.photo, self.values) == (photo, values) and Path(self.png).is_file()


def words_of(name: str, chosen: Choice) -> str:
    """A photo's name and the settings that are not the usual ones."""
    settings = chosen.settings
    title = f"{chosen.title} ({settings.blend:.0%})" if len(settings.shares) > 1 else chosen.title
    said = [
        f"strength {settings.strength:g}" if settings.strength != 1 else "",
        "photo’s colours" if settings.keep_colors else "",
        f"{settings.size} px" if settings.size else "full size",
        f"strokes {settings.texture_size}" if settings.texture_size != type(settings).texture_size else "",
    ]
    return " · ".join([f"{name}, {title}", *filter(None, said)])


def with_result(results: Sequence[Result], result: Result) -> list[Result]:
    """The results of a visit, the newest first."""
    return [result, *results][:KEPT]


def shown(results: Sequence[Result]) -> gr.Gallery:
    return gr.Gallery([(result.after, result.words) for result in results], visible=bool(results), selected_index=None)


def to_download(png: str, suffix: str) -> gr.DownloadButton:
    """The button that gives out a result in a format; what is not a PNG is made of it, beside it."""
    name = next((name for name, its in FORMATS.items() if its == suffix), None)
    if name is None:
        raise UserError(f"The format cannot be {suffix!r}. It is one of {', '.join(FORMATS.values())}.")
    path = Path(png).with_suffix(f".{suffix}")
    if not path.is_file():
        save_image(open_image(png, limits=parts.OWN), path)
    return gr.DownloadButton(f"Download {name}", value=str(path), interactive=True)
