"""What is on the page: a picture, what to look for in it, the row of layers, and one of them large."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from nst.common.examples import own_photos
from nst.ui import jobs, parts
from nst.ui.events import Update
from nst.ui.inside import row, words
from nst.ui.jobs import Queued

BEFORE = "Choose a picture and press Start: the row fills from the finest layer to the deepest."
# By the names of their files: as many as are seen at a glance, photos beside paintings.
EXAMPLES = (
    "bust",
    "lighthouse",
    "mountain-lake",
    "night-street",
    "still-life",
    "golden-garden",
    "storm-wave",
    "wheat-field",
    "stained-glass",
    "ink-wash",
)
KINDS = {"What it shows (content)": "content", "How it is painted (style)": "style"}


@dataclass(frozen=True)
class Question:
    """What is asked of the network."""

    picture: gr.Image
    examples: gr.Gallery
    kind: gr.Radio
    size: gr.Radio
    seamless: gr.Checkbox


@dataclass(frozen=True)
class Answer(Queued):
    """What it paints."""

    row: gr.Gallery
    large: gr.Image
    label: gr.HTML


def lay_out() -> tuple[Question, Answer]:
    gr.HTML(
        "<p>How does the network see? Give a picture, or pick one below, and press Start: each of its layers paints "
        "what it holds of it, from the grain to the things.</p>"
    )
    with gr.Row(elem_classes="room"):
        with gr.Column(scale=4, min_width=300):
            question = _question()
        with gr.Column(scale=8, min_width=300, elem_classes="wall"):
            answer = _answer()
    return question, answer


def example(event: gr.SelectData) -> Update:
    """The example that was picked is the picture."""
    return {"picture": str(_examples()[event.index])}


def _question() -> Question:
    gr.HTML("<h2>The picture</h2>")
    picture = parts.picture_in("Picture", "a photo or painting", height=260, elem_id="inside-picture")
    examples = parts.shelf(
        [(parts.thumb(path), parts.title_of(path)) for path in _examples()],
        "Example pictures",
        columns=5,
        elem_id="inside-examples",
        elem_classes="shelf plain",
    )
    gr.HTML("<h2>The question</h2>")
    with gr.Group():
        kind = gr.Radio(
            list(KINDS.items()),
            value="content",
            label="What to look for",
            info="The picture itself, or its texture on a blank canvas.",
            elem_id="kind",
        )
        size = gr.Radio(
            list(row.SIZES.items()),
            value=256,
            label="Size",
            info=row.UNKNOWN,
            elem_id="inside-size",
        )
        seamless = gr.Checkbox(
            False,
            label="Let it tile seamlessly",
            info="Opposite edges of the texture fit together; it takes twice as long.",
            visible=False,
            elem_id="inside-seamless",
        )
    return Question(picture, examples, kind, size, seamless)


def _answer() -> Answer:
    gr.HTML("<h2>Layer by layer</h2>")
    layers = parts.shelf(
        row.hung(row.bare(), "content"),
        "Layers",
        columns=len(words.LAYERS),
        elem_id="layers",
        elem_classes="shelf",
    )
    status = gr.HTML(parts.status(BEFORE))
    with gr.Row(elem_classes="pair"):
        start = gr.Button("Start", variant="primary", elem_id="inside-start", min_width=140)
        leave = gr.Button("Stop", visible=False, elem_id="inside-leave", min_width=140)
        stop = gr.Button("Stop", visible=False, elem_id="inside-stop", min_width=140)
        download = gr.DownloadButton("Download PNG", interactive=False, elem_id="inside-png", min_width=140)
    large = parts.framed("One of them, large", height=560, alt_text="One of the row, large", elem_id="large")
    label = gr.HTML(words.wall_label("content", None))
    return Answer(start, stop, download, status, leave, jobs.waiting(), layers, large, label)


def _examples() -> list[Path]:
    there = {path.stem: path for path in (*own_photos(), *parts.example_paintings())}
    return [there[name] for name in EXAMPLES]
