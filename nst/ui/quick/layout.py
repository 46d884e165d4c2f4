"""What is on the page: the sources of pictures and the styles, and the wall with its settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from nst.common.errors import UserError
from nst.common.examples import own_photos
from nst.ui import parts
from nst.ui.events import Update
from nst.ui.quick import camera, many, styling, video, wall
from nst.ui.quick.photo import NO_PHOTO
from nst.ui.quick.styling import Styling
from nst.ui.quick.wall import Wall
from nst.ui.visit import Strip
from nst.ui.zerogpu import is_lent


@dataclass(frozen=True)
class Sources:
    """Where pictures come from."""

    sources: gr.Tabs
    tabs: dict[str, gr.Tab]
    photo: gr.Image
    examples: gr.Gallery
    files: gr.File
    stream: gr.Image
    video: gr.Video
    source: gr.State  # the one of the tabs that is seen


@dataclass(frozen=True)
class Tab:
    """The components of the tab."""

    sources: Sources
    style: Styling
    own_file: gr.File
    wall: Wall
    strip: Strip

    @property
    def places(self) -> dict[str, Any]:
        """All but `own_file`, by name."""
        return vars(self.sources) | vars(self.style) | vars(self.wall) | vars(self.strip)


def lay_out(strip: Strip) -> Tab:
    source, hanging = gr.State("photo"), gr.State(None)  # hanging: nothing
    gr.HTML("<p>A ready-made style, in a moment: pick one, and the photo is painted at once.</p>", elem_id="words")
    with gr.Row(elem_classes="room", elem_id="quick-room"):
        with gr.Column(scale=5, min_width=300):
            sources = _sources(source)
            chosen, own, gallery, own_file = styling.build_gallery()
        with gr.Column(scale=7, min_width=300, elem_classes="wall"):
            hung = wall.lay_out(hanging)
            style = styling.build_settings(chosen, own, gallery)
    return Tab(sources, style, own_file, hung, strip)


def _sources(source: gr.State) -> Sources:
    tabs = {}
    with gr.Tabs(elem_classes="views", elem_id="sources") as sources:
        with gr.Tab("Photo", id="photo") as tabs["photo"]:
            photo = parts.picture_in("Photo", "a photo", height=300, elem_id="quick-photo")
            examples = parts.shelf(
                [(parts.thumb(path), parts.title_of(path)) for path in own_photos()],
                "Example photos",
                columns=6,
                elem_id="quick-examples",
                elem_classes="shelf plain",
            )
        with gr.Tab("Many", id="many") as tabs["many"]:
            files = many.source()
        # A GPU that is lent anew for every frame would come too late.
        with gr.Tab("Camera", id="camera", visible=not is_lent()) as tabs["camera"]:
            stream = camera.source()
        with gr.Tab("Video", id="video") as tabs["video"]:
            clip = video.source()
    return Sources(sources, tabs, photo, examples, files, stream, clip, source)


def example(event: gr.SelectData) -> Update:
    """The example that was picked is the photo."""
    return {"photo": str(own_photos()[event.index])}


def look_at(source: str, own: Sequence[str], *values: Any) -> Update:
    """One of the sources is seen."""
    return wall.seen_at(source, styling.choice(own, *values) if values[0] else None)


def take_along(upload: parts.Upload, example: str) -> Update:
    """The photo, or the example that is painted as long as there is none, goes to the custom tab."""
    path = upload["path"] if upload else example
    if not path:
        raise UserError(NO_PHOTO)
    gr.Info("The photo is here now: choose a painting, and press Start.", duration=4)
    return {"place": path, "doors": gr.Tabs(selected="custom")}


def give(upload: parts.Upload) -> Update:
    """A photo was given, or taken away: no example is painted in its place any more."""
    return {"photo": parts.admit(upload), "example": ""}
