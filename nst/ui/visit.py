"""The paintings of a visit, side by side below the tabs, whichever of them they were made on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import gradio as gr

from nst.common.errors import UserError
from nst.ui import parts
from nst.ui.events import PAGE, PROMPT, Update, handler

KEPT = 24  # paintings at most; older ones go
GONE = f"This one is gone: pictures are deleted after about {parts.kept()}."


class Kept(Protocol):
    """A painting as the strip holds it; each tab has a kind of its own, with what it was made of."""

    @property
    def after(self) -> str:
        """The path of a preview."""

    @property
    def png(self) -> str:
        """The path of the whole."""

    @property
    def words(self) -> str:
        """What it is, for people."""


K = TypeVar("K", bound=Kept)


@dataclass(frozen=True)
class Strip:
    """The components."""

    doors: gr.Tabs  # of the page
    visit: gr.Column
    past: gr.Gallery
    # The paintings, the newest first. No event puts them out: all events of a visitor share one list, and one that
    # ends late takes nothing away that came meanwhile.
    history: gr.State


def lay_out(doors: gr.Tabs) -> Strip:
    """The strip; the page hangs its `visit` where it belongs."""
    history = gr.State([])
    with gr.Column(visible=False, render=False, elem_id="visit") as visit:
        gr.HTML("<h2>This visit</h2><p>Everything you painted; pick one to have it back with its settings.</p>")
        past = parts.shelf([], "Paintings of this visit", columns=8, elem_classes="shelf")
    return Strip(doors, visit, past, history)


def when_picked(
    strip: Strip,
    look_back: Callable[..., Update],
    places: Mapping[str, Any],
    inputs: Sequence[Any],
    outputs: Sequence[Any],
) -> None:
    """The event by which a tab shows again what was picked of the strip, if it is its own, and the page goes there."""
    shown = strip.past.select(handler(look_back, places), [strip.history, *inputs], [strip.doors, *outputs], **PROMPT)
    shown.then(None, js="seeWall", **PAGE)


def keep(history: list[Kept], made: Kept) -> Update:
    """A painting joins the strip, the newest first."""
    parts.delete_when_old([made.png])
    history.insert(0, made)
    del history[KEPT:]
    shown = gr.Gallery([(each.after, each.words) for each in history], visible=True, selected_index=None)
    return {"past": shown, "visit": gr.Column(visible=True)}


def framed(history: Sequence[Kept], made: Kept) -> Update:
    """The frame is around that painting, if it is in the strip."""
    return {"past": gr.Gallery(selected_index=history.index(made) if made in history else None)}


def unpicked() -> Update:
    """Nothing of the strip is what is seen now."""
    return {"past": gr.Gallery(selected_index=None)}


def used(png: str, place: str, words: str) -> Update:
    """A painting goes into the place of a picture, which the visitor is told in these words."""
    if not Path(png).is_file():
        raise UserError(GONE)
    gr.Info(words, duration=4)
    return {place: png}


def picked(event: gr.SelectData, history: Sequence[Kept], kind: type[K]) -> K | None:
    """What was picked of the strip, if it is of that kind; `UserError` where its files were old and are deleted."""
    made = history[event.index]
    if not isinstance(made, kind):
        return None
    if not Path(made.png).is_file():
        raise UserError(GONE)
    return made
