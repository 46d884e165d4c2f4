"""What is on the page: the paintings and the lesson, what is known by now, and the style at last."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from nst.common.images import Limits
from nst.training.teaching import STROKES, TeachSettings
from nst.ui import jobs, parts
from nst.ui.canvas import curve
from nst.ui.events import Update
from nst.ui.jobs import Queued
from nst.ui.teach.naming import LONGEST

BEFORE = "Choose a painting and press Start: the photo repaints as the network learns."
SOME = 7  # example paintings
MINUTES = (2.0, 5.0, 10.0)
STRENGTHS = {"Gently": 5.0, "Well": 9.0, "Strongly": 16.0}  # by the style weight
LOSSES = (
    "<h3>How close it comes</h3><p>How far its paintings are from the photos (content), from the painting (style), "
    "and from both by their weights (total): the losses. Lower is closer.</p>"
)


@dataclass(frozen=True)
class Lesson:
    """What is learned, and how."""

    painting: gr.Image
    examples: gr.Gallery
    painting_2: gr.Image
    painting_3: gr.Image
    photo: gr.Image
    minutes: gr.Radio
    painting_size: gr.Radio
    style_weight: gr.Radio


@dataclass(frozen=True)
class Wall(Queued):
    """What is seen of it, and the style at last."""

    canvas: gr.Image
    made: gr.Column  # the style
    thumbnail: gr.Image
    name: gr.Textbox
    curve: gr.LinePlot


def lay_out() -> tuple[Lesson, Wall]:
    gr.HTML("<p>Any painting becomes a style: a network learns it in minutes, and then paints photos at once.</p>")
    with gr.Row(elem_classes="room"):
        with gr.Column(scale=5, min_width=300):
            lesson = _lesson()
        with gr.Column(scale=7, min_width=300, elem_classes="wall"):
            wall = _wall()
    return lesson, wall


def times() -> list[float]:
    """The minutes to choose from, as far as the host gives them."""
    return sorted({min(each, Limits().teach_minutes) for each in MINUTES})


def example(event: gr.SelectData) -> Update:
    """The example that was picked is the painting."""
    return {"painting": str(_examples()[event.index])}


def _examples() -> list[Path]:
    """A few, each of another kind."""
    paths = parts.example_paintings()
    return paths[:: max(1, len(paths) // SOME)][:SOME]


def _lesson() -> Lesson:
    gr.HTML("<h2>The painting</h2>")
    painting = parts.picture_in("Painting", "a painting", height=260, elem_id="teach-painting")
    paths = _examples()
    examples = parts.shelf(
        [(parts.thumb(path), parts.title_of(path)) for path in paths],
        "Example paintings",
        columns=SOME,
        elem_id="teach-examples",
        elem_classes="shelf plain",
        visible=bool(paths),
    )
    with gr.Accordion("More paintings", open=False, elem_id="teach-more"):
        gr.HTML("<p>Of several, what they have in common is learned.</p>")
        with gr.Row(elem_classes="pair"):
            second = parts.picture_in("Second painting", "a painting", height=200, min_width=140, elem_id="teach-2")
            third = parts.picture_in("Third painting", "a painting", height=200, min_width=140, elem_id="teach-3")
    with gr.Accordion("A photo of yours to watch it on", open=False, elem_id="teach-watch"):
        photo = parts.picture_in("Photo", "a photo", height=200, elem_id="teach-photo")
    gr.HTML("<h2>The lesson</h2>")
    with gr.Group():
        settings = _settings()
    return Lesson(painting, examples, second, third, photo, *settings)


def _settings() -> tuple[gr.Radio, gr.Radio, gr.Radio]:
    """Time, size of strokes, and how strongly."""
    choices = times()
    usual = min(choices, key=lambda minutes: abs(minutes - TeachSettings.minutes))
    return (
        gr.Radio(
            [(parts.duration(60 * each), each) for each in choices],
            value=usual,
            label="Time",
            info="After two minutes it is good, and better after ten. It takes longer where others paint meanwhile.",
            elem_id="teach-time",
        ),
        gr.Radio(
            list(STROKES.items()),
            value=TeachSettings.painting_size,
            label="Strokes",
            info="How large they are in a photo; a small painting has only fine ones.",
            elem_id="teach-strokes",
        ),
        gr.Radio(
            list(STRENGTHS.items()),
            value=TeachSettings.style_weight,
            label="How strongly",
            info="How much of the photo gives way to the painting.",
            elem_id="teach-strength",
        ),
    )


def _wall() -> Wall:
    gr.HTML("<h2>What it knows by now</h2>")
    canvas = parts.framed(
        "Photo in the style", height=560, alt_text="A photo, painted with what is known by now", elem_id="teach-canvas"
    )
    status = gr.HTML(parts.status(BEFORE), elem_id="teach-status")
    with gr.Row(elem_classes="pair"):
        start = gr.Button("Start", variant="primary", elem_id="teach-start", min_width=140)
        leave = gr.Button("Stop", visible=False, elem_id="teach-leave", min_width=140)
        stop = gr.Button("Stop", visible=False, elem_id="teach-stop", min_width=140)
        download = gr.DownloadButton("Download style", interactive=False, elem_id="teach-download", min_width=140)
    with gr.Column(visible=False) as made, gr.Row(elem_classes="pair", elem_id="teach-made"):
        thumbnail = parts.framed("Style", buttons=[], elem_id="teach-thumbnail", elem_classes="", min_width=120)
        name = gr.Textbox(
            label="Name of the style",
            info="Change it here; the gallery follows.",
            max_length=LONGEST,
            elem_id="teach-name",
            min_width=140,
        )
    with gr.Column(elem_id="teach-losses", elem_classes="losses"):
        gr.HTML(LOSSES)
        losses = curve("teach-curve")
    return Wall(start, stop, download, status, leave, jobs.waiting(), canvas, made, thumbnail, name, losses)
