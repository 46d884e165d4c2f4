"""The custom tab: a photo and any painting, painted before the visitor's eyes."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr
import pandas as pd  # type: ignore[import-untyped]
from PIL import Image, ImageOps

from nst.encoders import CompactEncoder
from nst.errors import UserError
from nst.images import open_image, save_image, to_pil, to_tensor
from nst.optimize import Frame, OptimizeSettings, optimize
from nst.ui import parts
from nst.ui.parts import PAGE, Upload
from nst.ui.zerogpu import on_gpu

NO_PHOTO = "There is no photo yet: upload one, take a snapshot or pick a pair."
NO_PAINTING = "There is no painting yet: upload one, or pick a pair."
EVERY = 0.3  # seconds between two looks at the canvas
PLOT_EVERY = 1.0  # seconds; a plot takes a browser longer than a picture
QUEUE: dict[str, Any] = {"concurrency_id": "custom", "concurrency_limit": 1}
LIVE = 1024  # px, the long side of what is shown while the work goes on
POINTS = 120  # of a curve at most, so that a long run does not send more and more
FLOOR = 1e-4  # a loss below is as good as none, as that of a canvas which is still the photo
LINES = {"content": "#5b7f95", "style": "#b0563a", "total": "#9a8f80"}


def build() -> None:
    """The tab's components and events; goes into the `gr.Blocks` that is open."""
    stopping: set[str] = set()  # the sessions that pressed Stop while their picture was being painted
    pairs = _pairs()
    gr.HTML("<p>Any painting, and a canvas that is repainted before your eyes; it takes seconds to minutes.</p>")
    with gr.Row(elem_classes="room"):
        with gr.Column(scale=5, min_width=300):
            gr.HTML("<h2>The pictures</h2>")
            with gr.Row(elem_classes="pair"):
                photo = parts.picture_in("Photo", "a photo", height=230, min_width=140, elem_id="custom-photo")
                painting = parts.picture_in(
                    "Painting", "a painting", height=230, min_width=140, elem_id="custom-painting"
                )
            examples = parts.shelf(
                [(_side_by_side(*pair), " · ".join(map(parts.title_of, pair))) for pair in pairs],
                "Example pairs",
                columns=3,
                elem_id="pairs",
                elem_classes="shelf plain",
                visible=bool(pairs),
            )
            gr.HTML("<h2>The work</h2>")
            with gr.Group():
                controls = {
                    "size": parts.control(OptimizeSettings, "size", "Size", elem_id="size"),
                    "steps": parts.control(OptimizeSettings, "steps", "Steps", elem_id="steps"),
                    "style_weight": parts.control(
                        OptimizeSettings, "style_weight", "Weight of the painting (style weight)"
                    ),
                    "content_weight": parts.control(
                        OptimizeSettings, "content_weight", "Weight of the photo (content weight)"
                    ),
                    "keep_colors": parts.control(
                        OptimizeSettings, "keep_colors", "Keep the photo’s colours", "Only light and dark are painted."
                    ),
                }
                with gr.Accordion("Fine tuning", open=False):
                    controls |= _fine_tuning()
        with gr.Column(scale=7, min_width=300, elem_classes="wall"):
            gr.HTML("<h2>The canvas</h2>")
            canvas = gr.Image(
                label="Canvas",
                show_label=False,
                interactive=False,
                buttons=["fullscreen"],
                height=560,
                alt_text="The canvas as it is being painted",
                elem_id="canvas",
                elem_classes="frame",
            )
            status = gr.HTML(_status("Choose two pictures and press Start: the canvas repaints as the work goes on."))
            with gr.Row(elem_classes="pair"):
                start = gr.Button("Start", variant="primary", elem_id="start", min_width=140)
                leave = gr.Button("Stop", visible=False, elem_id="leave", min_width=140)
                stop = gr.Button("Stop", visible=False, elem_id="stop", min_width=140)
                download = gr.DownloadButton("Download PNG", interactive=False, elem_id="custom-png", min_width=140)
            gr.HTML(
                "<h3>Losses</h3><p>How far the canvas is from the photo (content), from the painting (style), "
                "and both by their weights (total). Each finer scale starts a little worse.</p>"
            )
            curve = gr.LinePlot(
                x="step",
                y="loss",
                color="part",
                color_map=LINES,
                color_title=" ",
                x_title="step",
                y_title="loss, log₁₀",
                height=240,
                elem_id="curve",
            )
    # What only clients use.
    file = gr.Image(label="picture", type="filepath", visible=False)
    endpoint = gr.Button(visible=False)

    def at_rest() -> dict[Any, Any]:
        return {start: gr.Button(visible=True), leave: gr.Button(visible=False), stop: gr.Button(visible=False)}

    def begin(upload: Upload, art: Upload, request: gr.Request) -> Any:
        with parts.told():
            if not upload or not art:
                raise UserError(" ".join(text for have, text in ((upload, NO_PHOTO), (art, NO_PAINTING)) if not have))
            stopping.discard(str(request.session_hash))
            return {
                start: gr.Button(visible=False),
                leave: gr.Button(visible=True),
                status: _status("Waiting for the easel …"),
                download: gr.DownloadButton(interactive=False),
                curve: None,
            }
        raise gr.Error(visible=False, print_exception=False)  # so that the work does not begin

    def run(data: dict[Any, Any], request: gr.Request) -> Iterator[Any]:
        session = str(request.session_hash)
        yield {
            leave: gr.Button(visible=False),
            stop: gr.Button("Stop", visible=True, interactive=True),
            status: _status("Preparing …"),
        }
        with parts.told():
            settings = _settings({name: data[component] for name, component in controls.items()})
            plotted, folder = 0.0, parts.fresh_folder()
            for look in _looks(data[photo], data[painting], settings, lambda: session in stopping):
                frame = look.frame
                update: dict[Any, Any] = {canvas: _preview(frame, folder), status: _status(_progress(look), frame)}
                if look.last:
                    png = _saved(data[photo], frame, settings)
                    update |= {canvas: png, download: gr.DownloadButton(value=png, interactive=True)}
                if look.last or time.monotonic() - plotted > PLOT_EVERY:
                    plotted = time.monotonic()
                    update[curve] = _plotted(look.losses)
                yield update
            return
        yield {status: _status("Nothing was painted.")}

    def left() -> dict[Any, Any]:
        return at_rest() | {status: _status("Left the queue.")}

    def ask_to_stop(request: gr.Request) -> gr.Button:
        stopping.add(str(request.session_hash))
        # Not the status: this answer may reach the page after the last word of the run.
        return gr.Button("Stopping …", interactive=False)

    def example(event: gr.SelectData) -> tuple[str, str]:
        pair = pairs[event.index]
        return str(pair[0]), str(pair[1])

    def call(
        photo: Upload,
        painting: Upload,
        size: int,
        steps: int,
        style_weight: float,
        content_weight: float,
        keep_colors: bool,
        tv_weight: float,
        init: str,
        optimizer: str,
        encoder: str,
        content_layers: str,
        style_layers: str,
        style_layer_weights: str,
        seed: int,
    ) -> Iterator[Any]:
        """A photo in the style of a painting: a stream of previews, and at last the picture as a PNG."""
        values = {name: value for name, value in locals().items() if name in controls}
        with parts.refused():
            settings, folder = _settings(values), parts.fresh_folder()
            for look in _looks(photo, painting, settings, lambda: False):
                yield _saved(photo, look.frame, settings) if look.last else _preview(look.frame, folder)

    page: dict[str, Any] = {"show_progress": "hidden", **PAGE}
    begun = start.click(
        begin, [photo, painting], [start, leave, status, download, curve], concurrency_limit=None, **page
    )
    work = begun.success(
        run, {photo, painting, *controls.values()}, [canvas, status, curve, download, leave, stop], **page, **QUEUE
    )
    work.then(at_rest, None, [start, leave, stop], queue=False, **page)
    leave.click(left, None, [start, leave, stop, status], cancels=work, queue=False, **page)
    stop.click(ask_to_stop, None, stop, queue=False, **page)
    examples.select(example, None, [photo, painting], queue=False, **page)
    for place in (photo, painting):
        place.input(parts.admit, place, place, concurrency_id="quick", **page)
    endpoint.click(call, [photo, painting, *controls.values()], file, api_name="optimize", preprocess=False, **QUEUE)


def _fine_tuning() -> dict[str, Any]:
    """The settings that most people leave alone, by field."""

    def control(name: str, label: str, info: str | None = None, **rest: Any) -> Any:
        return parts.control(OptimizeSettings, name, label, info, **rest)

    names = "Names with commas between them; empty takes the encoder’s own."
    starts = [("The photo", "content"), ("Noise", "noise"), ("The painting", "style"), ("Photo and noise", "blend")]
    optimizers = [("L-BFGS: fewer, better steps", "lbfgs"), ("Adam: many small steps", "adam")]
    encoders = [
        ("Compact: bundled, fast", "compact"),
        ("VGG-19: the classic, 575 MB ☁", "vgg19"),
        ("SqueezeNet: 5 MB ☁", "squeezenet"),
    ]
    return {
        "tv_weight": control("tv_weight", "Smoothness (total variation)"),
        "init": control("init", "First canvas (init)", choices=starts),
        "optimizer": control("optimizer", "Way of painting (optimizer)", choices=optimizers),
        "encoder": control("encoder", "Eye (encoder)", choices=encoders),
        "content_layers": control(
            "content_layers",
            "Layers for the photo (content layers)",
            names,
            placeholder=", ".join(CompactEncoder.content_layers),
        ),
        "style_layers": control(
            "style_layers",
            "Layers for the painting (style layers)",
            names,
            placeholder=", ".join(CompactEncoder.style_layers),
        ),
        "style_layer_weights": control(
            "style_layer_weights",
            "Their weights (style layer weights)",
            "A number for each style layer, with commas; empty weighs all alike.",
            placeholder="1, 1, 1, 1, 1",
        ),
        "seed": control("seed", "Seed"),
    }


def _settings(values: dict[str, Any]) -> OptimizeSettings:
    """The settings of the page's controls, where lists are text."""
    lists = {name: _listed(values[name]) for name in ("content_layers", "style_layers")}
    try:
        weights = tuple(float(item) for item in _listed(values["style_layer_weights"]))
    except ValueError:
        raise UserError("Style layer weights are numbers with commas between them, as in 1, 0.5, 0.5.") from None
    return parts.settings_from(OptimizeSettings, values | lists | {"style_layer_weights": weights})


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(item for part in (text or "").split(",") if (item := part.strip()))


_optimize = on_gpu(optimize, seconds=60)


class Look(NamedTuple):
    """What there is to see of an optimisation at one moment."""

    frame: Frame
    losses: Sequence[tuple[float, ...]]  # content, style and total of every step so far
    last: bool


def _looks(photo: Upload, painting: Upload, settings: OptimizeSettings, stopped: Callable[[], bool]) -> Iterator[Look]:
    """A few looks a second at the optimisation, and one at its end, which `stopped` brings after the current step."""
    canvas = to_tensor(parts.opened(photo, NO_PHOTO, settings.size))
    model = to_tensor(parts.opened(painting, NO_PAINTING, settings.size))
    losses: list[tuple[float, ...]] = []
    seen = 0.0
    with closing(_optimize(canvas, model, settings)) as frames:
        for frame in frames:
            losses.append((frame.content_loss, frame.style_loss, frame.total_loss))
            last = frame.step == frame.of or stopped()
            if last or time.monotonic() - seen > EVERY:
                seen = time.monotonic()
                yield Look(frame, losses, last)
            if last:
                return


def _plotted(losses: Sequence[tuple[float, ...]]) -> pd.DataFrame:
    """A row for each point of the curves; on a logarithmic scale, or the first steps would hide all others."""
    rows = [
        (step, math.log10(max(value, FLOOR)), part)
        for step in range(1, len(losses) + 1, 1 + len(losses) // POINTS)
        for part, value in zip(LINES, losses[step - 1], strict=True)
    ]
    return pd.DataFrame(rows, columns=["step", "loss", "part"])


def _saved(upload: Upload, frame: Frame, settings: OptimizeSettings) -> str:
    """The path of the frame's picture as a PNG with its settings."""
    path = parts.fresh_folder() / f"{parts.stem(upload)}-custom.png"
    save_image(frame.picture, path, dataclasses.asdict(settings) | {"steps_done": frame.step})
    return str(path)


def _preview(frame: Frame, folder: Path) -> str:
    """The path of a picture that is quick to send. Not left to gradio: it would write a frame that comes again anew."""
    picture, path = to_pil(frame.picture), folder / f"{frame.step}.jpg"
    picture.thumbnail((LIVE, LIVE))
    save_image(picture, path)
    return str(path)


def _progress(look: Look) -> str:
    frame = look.frame
    if not look.last:
        return f"Step {frame.step} of {frame.of} · {_duration(frame.seconds_left)} left"
    height, width = frame.picture.shape[2:]
    done = "Finished" if frame.step == frame.of else f"Stopped at step {frame.step} of {frame.of}"
    return f"{done} after {_duration(frame.seconds)} · {width} × {height} px"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _status(text: str, frame: Frame | None = None) -> str:
    """The line below the canvas, over a bar that is as long as what is done."""
    done, of = (frame.step, frame.of) if frame else (0, 1)
    return (
        f'<div class="status"><progress value="{done}" max="{of}" aria-label="Progress"></progress><p>{text}</p></div>'
    )


def _pairs() -> list[tuple[Path, Path]]:
    """Example photos with example paintings, every painting once."""
    photos = parts.example_photos()
    return [(photos[i % len(photos)], painting) for i, painting in enumerate(parts.example_paintings()) if photos]


def _side_by_side(photo: Path, painting: Path) -> Image.Image:
    """A thumbnail of a pair."""
    sheet = Image.new("RGB", (320, 160), "white")
    for i, path in enumerate((photo, painting)):
        sheet.paste(ImageOps.fit(open_image(path, 480), (159, 160)), (161 * i, 0))
    return sheet
