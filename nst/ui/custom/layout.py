"""What is on the page: the pictures and the settings, the canvas and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from nst.custom.optimization import OptimizeSettings
from nst.ui import formats, jobs, parts
from nst.ui.canvas import curve
from nst.ui.custom import balance, mask, pairs
from nst.ui.custom.plans import ENLARGED, LARGEST, PAINTINGS, QUALITIES, UNKNOWN
from nst.ui.events import Update
from nst.ui.jobs import Queued
from nst.ui.parts import Upload

INVITATIONS = {  # by whether there is a photo, and a painting
    (False, False): parts.status("Choose a photo and a painting, or a pair of examples."),
    (True, False): parts.status("Now choose a painting."),
    (False, True): parts.status("Now choose a photo."),
    (True, True): parts.status("Press Start: the canvas is repainted before your eyes."),
}
LOSSES = (
    "<h3>How close it comes</h3><p>How far the canvas still is from the photo (content), from the painting (style), "
    "and from all it shall be (total): the losses. Lower is closer; each finer scale starts a little worse.</p>"
)


@dataclass(frozen=True)
class Desk:
    """What is painted, and how."""

    values: Mapping[str, Any]  # uploads, their shares and the settings, by their names
    balance: gr.Slider  # between photo and painting
    pairs: gr.Gallery
    editor: gr.ImageEditor
    brushing: gr.HTML  # how that is used
    quality: gr.Radio
    mask: gr.State  # the path of the mask that was painted


@dataclass(frozen=True)
class Wall(Queued):
    """The canvas, and what can be done with it."""

    canvas: gr.Image
    onward: gr.Button
    further: gr.Column  # what can be done with a painting
    enlarge: Mapping[int, gr.Button]  # by size
    enlarging: gr.HTML  # how long that takes
    as_photo: gr.Button
    as_painting: gr.Button
    suffix: gr.Dropdown
    share: gr.Button
    curve: gr.LinePlot
    done: gr.State  # the path of the last picture as a PNG


def lay_out() -> tuple[Desk, Wall]:
    painted, done = gr.State(""), gr.State("")
    gr.HTML(
        "<p>Any painting, and a canvas that is repainted before your eyes. Stop it, change something, go on.</p>",
        elem_id="custom-words",
    )
    with gr.Row(elem_classes="room", elem_id="custom-room"):
        with gr.Column(scale=5, min_width=300):
            desk = _desk(painted)
            curve = _losses()
        with gr.Column(scale=7, min_width=300, elem_classes="wall"):
            wall = _wall(done, curve)
    return desk, wall


def invite(status: str, photo: Upload, *paintings: Upload) -> Update:
    """What is said before anything is painted: what is missing, or that all is there."""
    invitation = INVITATIONS[bool(photo), any(paintings)]
    return {"status": invitation} if status in INVITATIONS.values() else {}


def _desk(painted: gr.State) -> Desk:
    gr.HTML("<h2>The pictures</h2>")
    with gr.Row(elem_classes="pair", elem_id="custom-pictures"):
        photo = parts.picture_in("Photo", "a photo", height=230, min_width=140, elem_id="custom-photo")
        painting = parts.picture_in("Painting", "a painting", height=230, min_width=140, elem_id="custom-painting")
    examples = pairs.shelf()
    with gr.Accordion("Paint only a part of the photo (mask)", open=False, elem_id="where"):
        brushing, editor = gr.HTML(mask.NO_PHOTO), mask.editor()
        where = _where()
    with gr.Accordion("More paintings", open=False, elem_id="more"):
        more = _more_paintings()
    gr.HTML("<h2>The work</h2>")
    with gr.Group():
        quality = gr.Radio(
            [(f"{name}, {size} px", name) for name, (size, _) in QUALITIES.items()],
            value="Painting",
            label="Quality",
            info=UNKNOWN,
            elem_id="quality",
        )
        between = balance.slider()
        settings = _settings()
        with gr.Accordion("Fine tuning", open=False, elem_id="fine"):
            settings |= _fine_tuning()
    values = {"photo": photo, "painting": painting, **more, **where, **settings}
    return Desk(values, between, examples, editor, brushing, quality, painted)


def _more_paintings() -> dict[str, Any]:
    """Two of them, and the shares of all three."""
    with gr.Row(elem_classes="pair"):
        others = {
            name: parts.picture_in(f"{nth} painting", "a painting", height=200, min_width=140, elem_id=place)
            for nth, name, place in (("Second", "painting_2", "painting-2"), ("Third", "painting_3", "painting-3"))
        }
    shares = {
        name: gr.Slider(
            0,
            LARGEST,
            value=1,
            step=0.1,
            label=f"Share of the {nth}",
            info="Beside the others’.",
            buttons=["reset"],
        )
        for nth, name in zip(("first", "second", "third"), PAINTINGS.values(), strict=True)
    }
    return others | shares


def _where() -> dict[str, Any]:
    elsewhere = [("the photo, untouched", "photo"), ("the last of the paintings", "painting")]
    return {
        "outside": _control("outside", "Elsewhere is", choices=elsewhere),
        "feather": _control("feather", "Softness of the edges (feather), %"),
    }


def _settings() -> dict[str, Any]:
    """Those that are always seen."""
    colors = [
        ("The painting’s", "painting"),
        ("The painting’s, moved to the photo’s (histogram)", "histogram"),
        ("The photo’s; only light and dark are painted (luminance)", "luminance"),
    ]
    return {
        "style_scale": _control("style_scale", "Size of the brush strokes (style scale)"),
        "colors": _control("colors", "Colours", "Whose colours the picture has.", choices=colors),
    }


def _fine_tuning() -> dict[str, Any]:
    """Those that most people leave alone."""
    names = "Names with commas between them; empty takes the encoder’s own."
    starts = [("The photo", "content"), ("Noise", "noise"), ("The painting", "style"), ("Photo and noise", "blend")]
    optimizers = [("L-BFGS: fewer, better steps", "lbfgs"), ("Adam: many small steps", "adam")]
    looks = [("All of it", "full"), ("Colours and finest grain only", "colors")]
    encoders = [
        ("Compact: bundled, fast", "compact"),
        ("VGG-19: the classic, 575 MB ☁", "vgg19"),
        ("SqueezeNet: 5 MB ☁", "squeezenet"),
    ]
    return {
        "style_weight": _control("style_weight", "Weight of the painting (style weight)", elem_id="style"),
        "content_weight": _control("content_weight", "Weight of the photo (content weight)", elem_id="content"),
        "neighbors": _control("neighbors", "Place by place (neighbours)"),
        "size": _control("size", "Size", elem_id="size"),
        "enlarge": _control("enlarge", "Enlarge a smaller photo", "Otherwise the picture is as large as the photo is."),
        "steps": _control("steps", "Steps", elem_id="steps"),
        "tv_weight": _control("tv_weight", "Smoothness (total variation)"),
        "grain": _control(
            "grain",
            "Canvas and paper (grain)",
            "How much of the painting is taken for them and left out; 0 is nothing.",
        ),
        "brushwork": _control("brushwork", "Strokes along forms (brushwork)", "Faint, for the brush to follow."),
        "coherence": _control(
            "coherence",
            "Smooth strokes (coherence)",
            "Along their lines; sharper across. Otherwise as the steps leave them.",
        ),
        "look": _control("look", "What to take of the painting (style layers)", choices=looks),
        "init": _control("init", "First canvas (init)", choices=starts),
        "seamless": _control("seamless", "Seamless", "Opposite edges fit together, so that it can be laid like tiles."),
        "optimizer": _control("optimizer", "Way of painting (optimizer)", choices=optimizers),
        "encoder": _control("encoder", "Eye (encoder)", choices=encoders),
        "content_layers": _control("content_layers", "Layers for the photo (content layers)", names),
        "style_layers": _control("style_layers", "Layers for the painting (style layers)", names),
        "style_layer_weights": _control(
            "style_layer_weights",
            "Their weights (style layer weights)",
            "A number for each style layer, with commas; empty weighs all alike.",
            placeholder="1, 1, 1, 1, 1",
        ),
        "seed": _control("seed", "Seed"),
    }


def _control(name: str, label: str, info: str | None = None, **rest: Any) -> Any:
    return parts.control(OptimizeSettings, name, label, info, **rest)


def _wall(done: gr.State, curve: gr.LinePlot) -> Wall:
    with gr.Column(elem_id="easel"):
        gr.HTML("<h2>The canvas</h2>")
        canvas = parts.framed("Canvas", height=560, alt_text="The canvas as it is being painted", elem_id="canvas")
        status = gr.HTML(INVITATIONS[False, False], elem_id="custom-status")
        with gr.Row(elem_classes="pair"):
            start = gr.Button("Start", variant="primary", elem_id="start", min_width=140)
            onward = gr.Button("Continue", visible=False, elem_id="continue", min_width=140)
            leave = gr.Button("Stop", visible=False, elem_id="leave", min_width=140)
            stop = gr.Button("Stop", visible=False, elem_id="stop", min_width=140)
    with gr.Row(elem_classes="pair", elem_id="custom-downloads"):
        download = gr.DownloadButton("Download PNG", interactive=False, elem_id="custom-download", min_width=140)
        suffix = formats.choice("custom-format")
        share = gr.Button("Share", interactive=False, elem_id="custom-share", min_width=100)
    with gr.Column(visible=False, elem_id="further") as further:
        with gr.Row(elem_classes="pair"):
            enlarge = {
                size: gr.Button(f"Enlarge to {size} px", elem_id=f"enlarge-{size}", size="md", min_width=140)
                for size in ENLARGED
            }
        with gr.Row(elem_classes="pair"):
            as_photo = gr.Button("Use as photo", elem_id="as-photo", size="md", min_width=140)
            as_painting = gr.Button("Use as painting", elem_id="as-painting", size="md", min_width=140)
        enlarging = gr.HTML()
    return Wall(
        start, stop, download, status, leave, jobs.waiting(), canvas, onward, further, enlarge, enlarging, as_photo,
        as_painting, suffix, share, curve, done,
    )  # fmt: skip


def _losses() -> gr.LinePlot:
    """The losses; the style sheet hides them until there are some."""
    with gr.Column(elem_id="losses", elem_classes="losses"):
        gr.HTML(LOSSES)
        return curve("curve")
