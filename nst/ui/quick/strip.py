"""The results of a visit, side by side, each with its settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr

from nst.ui import parts
from nst.ui.events import Update
from nst.ui.quick.styling import Choice

KEPT = 24  # results at most; older ones go


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


@dataclass(frozen=True)
class Strip:
    """The components."""

    visit: gr.Column
    past: gr.Gallery
    history: gr.State  # the results


def lay_out() -> Strip:
    history = gr.State([])
    with gr.Column(visible=False, elem_id="visit") as visit:
        gr.HTML("<h2>This visit</h2><p>Everything you painted; pick one to have it back with its settings.</p>")
        past = parts.shelf([], "Paintings of this visit", columns=8, elem_classes="shelf")
    return Strip(visit, past, history)


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


def keep(results: Sequence[Result], made: Result) -> Update:
    """A result joins the strip, the newest first."""
    parts.delete_when_old([made.png])
    kept = [made, *results][:KEPT]
    shown = gr.Gallery([(result.after, result.words) for result in kept], visible=True, selected_index=None)
    return {"history": kept, "past": shown, "visit": gr.Column(visible=True)}
