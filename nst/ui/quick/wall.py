"""The wall where the painting of a photo hangs, for download; those of the other sources are in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from nst.ui import formats, parts, visit
from nst.ui.events import Update
from nst.ui.quick import labels, links, styling
from nst.ui.quick.strip import Result
from nst.ui.quick.styling import Choice
from nst.ui.visit import Kept

SOURCES = ("photo", "many", "camera", "video")


@dataclass(frozen=True)
class Wall:
    """The components."""

    photo_wall: gr.Column
    many_wall: gr.Column
    camera_wall: gr.Column
    video_wall: gr.Column
    compare: gr.ImageSlider
    alone: gr.Image
    label: gr.HTML
    elsewhere: gr.HTML  # what is said of the style where photos come from other sources
    given: gr.Column  # the label, and what can be done with the painting
    download: gr.DownloadButton
    suffix: gr.Dropdown
    share: gr.Button
    as_photo: gr.Button
    onward: gr.Button  # to Custom
    hanging: gr.State  # the `Result` that hangs there, or None
    example: gr.State  # the path of what is painted as long as there is no photo
    linked: gr.Textbox  # changes where a link wants it painted at once; a state would tell only queued events

    @property
    def hung(self) -> list[Any]:
        """Those that change with what hangs there."""
        return [
            self.compare, self.alone, self.label, self.download, self.suffix, self.share, self.as_photo, self.hanging
        ]  # fmt: skip

    @property
    def walls(self) -> list[gr.Column]:
        """In the order of `SOURCES`."""
        return [getattr(self, f"{source}_wall") for source in SOURCES]


def lay_out(hanging: gr.State) -> Wall:
    example, linked = gr.State(""), gr.Textbox(visible="hidden")
    with gr.Column(visible=True, elem_id="photo-wall") as photo_wall:
        gr.HTML("<h2>The painting</h2>")
        gr.HTML('<a id="to-styles" href="#styles" hidden>The styles ↑</a>')
        with gr.Tabs(elem_classes="views"):
            with gr.Tab("Before and after"):
                compare = gr.ImageSlider(
                    label="Before and after",
                    show_label=False,
                    interactive=False,
                    buttons=["fullscreen"],
                    max_height=620,
                    elem_id="compare",
                    elem_classes="frame",
                )
            with gr.Tab("Painting alone"):
                alone = parts.framed("Painting", height=620, elem_id="painting")
    many_wall, camera_wall, video_wall = (gr.Column(visible=False) for _ in range(3))
    elsewhere = gr.HTML(visible=False)
    with gr.Column(elem_id="quick-given") as given:
        label = gr.HTML(labels.NOTHING_YET, elem_id="quick-label")
        with gr.Row(elem_classes="pair", elem_id="quick-downloads"):
            download = gr.DownloadButton(
                "Download PNG", interactive=False, variant="primary", elem_id="quick-download", min_width=140
            )
            suffix = formats.choice("format")
            share = gr.Button("Share", interactive=False, elem_id="share", min_width=100)
        with gr.Row(elem_classes="pair"):
            as_photo = gr.Button("Use as photo", interactive=False, elem_id="quick-as-photo", size="md", min_width=140)
            onward = gr.Button("On to Custom", elem_id="to-custom", size="md", min_width=140)
    return Wall(
        photo_wall, many_wall, camera_wall, video_wall, compare, alone, label, elsewhere, given, download, suffix,
        share, as_photo, onward, hanging, example, linked,
    )  # fmt: skip


def seen_at(source: str, chosen: Choice | None) -> Update:
    """What is seen where pictures come from that source, painted as chosen."""
    said = labels.wall_label(chosen) if chosen else labels.NO_STYLE_YET
    return {
        "source": source,
        "given": gr.Column(visible=source == "photo"),
        "elsewhere": gr.HTML(said, visible=source != "photo"),
        "size": gr.Radio(visible=source in ("photo", "many")),  # the others have sizes of their own
        **{f"{each}_wall": gr.Column(visible=each == source) for each in SOURCES},
    }


def hang(result: Result, suffix: str) -> Update:
    """A result hangs on the wall."""
    return {
        "compare": (result.before, result.after),
        "alone": gr.Image(result.after, alt_text=result.words),
        "label": result.label,
        **offer(result, suffix),
    }


def as_it_was(hanging: Result | None, suffix: str) -> Update:
    """The wall again with what hung there before something was announced."""
    if hanging and Path(hanging.png).is_file():
        return hang(hanging, suffix)
    return {"label": labels.NOTHING_YET, "suffix": gr.Dropdown(interactive=True)}


def announce(chosen: Choice) -> Update:
    """Says what is about to be painted; what hangs there until then is neither downloaded nor shared in its place."""
    return {
        "label": labels.announcement(chosen),
        "download": gr.DownloadButton(interactive=False),
        "suffix": gr.Dropdown(interactive=False),
        "share": gr.Button(interactive=False),
        "as_photo": gr.Button(interactive=False),
    }


def shared(values: tuple[Any, ...]) -> gr.Button:
    """The button with the link to what hangs on the wall; the page copies it, see page.js."""
    query = links.query(values)
    return gr.Button(link=query, interactive=bool(query))


def offer(result: Result, suffix: str) -> Update:
    """What hangs on the wall can be downloaded in a format, and shared."""
    return {
        "hanging": result,
        "download": formats.to_download(result.png, suffix),
        "suffix": gr.Dropdown(interactive=True),
        "share": shared(result.values),
        "as_photo": gr.Button(interactive=True),
    }


def change(hanging: Result | None, suffix: str) -> Update:
    """The download is of another format."""
    return formats.change(hanging.png if hanging else "", suffix)


def use_as_photo(hanging: Result | None) -> Update:
    """What hangs there is the photo, for another style on top."""
    return visit.used(hanging.png if hanging else "", "photo", "This is the photo now: pick a style for it.")


def look_back(event: gr.SelectData, history: Sequence[Kept], suffix: str, own: Sequence[str]) -> Update:
    """A result of the strip is on the wall again, with its photo and its settings."""
    result = visit.picked(event, history, Result)
    if result is None:
        return {}
    values = dict(zip(styling.FIELDS, result.values, strict=True))
    return {
        **hang(result, suffix),
        **({"photo": result.photo} if Path(result.photo).is_file() else {}),
        "doors": gr.Tabs(selected="quick"),
        "sources": gr.Tabs(selected="photo"),
        **seen_at("photo", styling.choice(own, *result.values)),
        **values,
        "gallery": styling.framed(own, values["chosen"]),
        "size": gr.Radio(value=values["size"], visible=True),
    }
