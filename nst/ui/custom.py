"""The custom tab: a photo and any paintings, painted before the visitor's eyes, who may stop, change and go on."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr
from PIL import Image, ImageChops, ImageOps

from nst.common.encoders import download_encoder
from nst.common.errors import UserError
from nst.common.images import Limits, open_image, read_settings, save_image, to_tensor
from nst.common.settings import options
from nst.custom.history import Run, Sources, from_record, run_of, to_record
from nst.custom.optimization import OptimizeSettings, optimize
from nst.ui import easel, parts
from nst.ui.easel import Look
from nst.ui.parts import PAGE, Upload
from nst.ui.zerogpu import on_gpu

NO_PHOTO = "There is no photo yet: upload one, take a snapshot or pick a pair."
NO_PAINTING = "There is no painting yet: upload one, or pick a pair."
PLOT_EVERY = 1.0  # seconds; a plot takes a browser longer than a picture
QUEUE: dict[str, Any] = {"concurrency_id": "custom", "concurrency_limit": 1}
PAINTINGS = {"painting": "weight_1", "painting_2": "weight_2", "painting_3": "weight_3"}  # with their shares
QUALITIES = {"Sketch": (320, 80), "Painting": (512, 150), "Masterpiece": (1024, 200)}  # size in px, and steps
ENLARGED = (2048, 4096)  # px
EDITOR = 768  # px, the long side of the photo that one paints a mask on

Values = Mapping[Any, Any]  # of components, or of settings by name

_optimize = on_gpu(optimize, seconds=60)


def build() -> None:
    """The tab's components and events; goes into the `gr.Blocks` that is open."""
    stops = parts.Stops()
    pairs = _pairs()
    gr.HTML("<p>Any painting, and a canvas that is repainted before your eyes. Stop it, change something, go on.</p>")
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
            with gr.Accordion("More paintings", open=False, elem_id="more"):
                with gr.Row(elem_classes="pair"):
                    others = [
                        parts.picture_in(f"{nth} painting", "a painting", height=200, min_width=140, elem_id=name)
                        for nth, name in (("Second", "painting-2"), ("Third", "painting-3"))
                    ]
                weights = [_share(nth) for nth in ("first", "second", "third")]
            with gr.Accordion("Where the style goes", open=False, elem_id="where"):
                editor = gr.ImageEditor(
                    label="Paint over what shall be painted (mask)",
                    type="pil",
                    image_mode="RGBA",
                    sources=(),
                    transforms=(),
                    layers=False,
                    brush=gr.Brush(default_size=48, colors=[("#b0563a", 0.7)], color_mode="fixed"),
                    eraser=gr.Eraser(default_size=48),
                    height=380,
                    elem_id="mask",
                )
                outside = _control("outside", "Elsewhere is", choices=[
                    ("the photo, untouched", "photo"), ("the last of the paintings", "painting"),
                ])  # fmt: skip
                feather = _control("feather", "Softness of the edges (feather), %")
            gr.HTML("<h2>The work</h2>")
            with gr.Group():
                quality = gr.Radio(
                    list(QUALITIES),
                    value="Painting",
                    label="Quality",
                    info="A sketch takes about 2 seconds, a painting 7, a masterpiece half a minute on two cores.",
                    elem_id="quality",
                )
                controls = {
                    "style_weight": _control("style_weight", "Weight of the painting (style weight)", elem_id="style"),
                    "content_weight": _control("content_weight", "Weight of the photo (content weight)"),
                    "style_scale": _control("style_scale", "Size of the brush strokes (style scale)"),
                    "colors": _control("colors", "Colours", "Whose colours the picture has.", choices=[
                        ("The painting’s", "painting"),
                        ("The painting’s, moved to the photo’s (histogram)", "histogram"),
                        ("The photo’s; only light and dark are painted (luminance)", "luminance"),
                    ]),
                    "outside": outside,
                    "feather": feather,
                }  # fmt: skip
                with gr.Accordion("Fine tuning", open=False, elem_id="fine"):
                    controls |= _fine_tuning()
        with gr.Column(scale=7, min_width=300, elem_classes="wall"):
            gr.HTML("<h2>The canvas</h2>")
            canvas = parts.framed("Canvas", height=560, alt_text="The canvas as it is being painted", elem_id="canvas")
            status = gr.HTML(
                easel.status("Choose two pictures and press Start: the canvas repaints as the work goes on.")
            )
            with gr.Row(elem_classes="pair"):
                start = gr.Button("Start", variant="primary", elem_id="start", min_width=140)
                onward = gr.Button("Continue", visible=False, elem_id="continue", min_width=140)
                leave = gr.Button("Stop", visible=False, elem_id="leave", min_width=140)
                stop = gr.Button("Stop", visible=False, elem_id="stop", min_width=140)
                download = gr.DownloadButton("Download PNG", interactive=False, elem_id="custom-png", min_width=140)
            with gr.Row(elem_classes="pair", visible=False) as larger:
                enlarge = {
                    size: gr.Button(f"Enlarge to {size} px", elem_id=f"enlarge-{size}", min_width=140)
                    for size in ENLARGED
                }
            gr.HTML(
                "<h3>Losses</h3><p>How far the canvas is from the photo (content), from the painting (style), "
                "and both by their weights (total). Each finer scale starts a little worse.</p>"
            )
            curve = gr.LinePlot(
                x="step",
                y="loss",
                color="part",
                color_map=easel.LINES,
                color_title=" ",
                x_title="step",
                y_title="loss, log₁₀",
                height=240,
                elem_id="curve",
            )
    mask = gr.State("")  # the path of the mask that was painted
    done = gr.State("")  # the path of the last picture as a PNG
    # What only clients use.
    masked = gr.Image(label="mask", type="filepath", visible=False)
    file = gr.Image(label="picture", type="filepath", visible=False)
    endpoint = gr.Button(visible=False)
    given = {
        "photo": photo,
        "painting": painting,
        **dict(zip(PAINTINGS.values(), weights, strict=True)),
        **controls,
        "painting_2": others[0],
        "painting_3": others[1],
    }

    def named(data: Values) -> dict[str, Any]:
        return {name: data[component] for name, component in given.items()} | {"mask": data.get(mask)}

    def at_rest(png: str) -> dict[Any, Any]:
        return {
            start: gr.Button("Start anew" if png else "Start", visible=True),
            onward: gr.Button(visible=bool(png)),
            larger: gr.Row(visible=bool(png)),
            leave: gr.Button(visible=False),
            stop: gr.Button(visible=False),
        }

    def take_mask(painted: Mapping[str, Any] | None) -> str:
        return kept(_saved_mask(painted))

    def to_paint_on(upload: Upload) -> Any:
        """The editor with the photo, and no mask yet."""
        with parts.told():
            if upload:
                path = parts.fresh_folder() / "photo.jpg"
                save_image(open_image(upload["path"], EDITOR), path)
                return {"background": kept(str(path)), "layers": [], "composite": None}
        return None

    def kept(path: str) -> str:
        """Lets gradio know of a file, for it to be deleted when it is old."""
        if path:
            editor.temp_files.add(path)
        return path

    def begin(data: dict[Any, Any], request: gr.Request) -> Any:
        with parts.told():
            _sources(named(data))
            stops.forget(request)
            return {
                start: gr.Button(visible=False),
                onward: gr.Button(visible=False),
                larger: gr.Row(visible=False),
                leave: gr.Button(visible=True),
                status: easel.status("Waiting for the easel …"),
                download: gr.DownloadButton(interactive=False),
                curve: None,
            }
        raise gr.Error(visible=False, print_exception=False)  # so that the work does not begin

    def painter(plan: Callable[[Values, Sequence[Run]], OptimizeSettings], anew: bool) -> Any:
        """The event that paints: `plan` makes the settings of the page's values and of the runs so far."""

        def paint(data: dict[Any, Any], request: gr.Request) -> Iterator[Any]:
            values = named(data)
            yield {
                leave: gr.Button(visible=False),
                stop: gr.Button("Stop", visible=True, interactive=True),
                status: easel.status("Preparing …"),
            }
            with parts.told():
                start_from = "" if anew else data[done]
                runs = from_record(read_settings(start_from)) if start_from else []
                settings, plot_due = plan(values, runs), 0.0
                for news in _paint(values, settings, runs, start_from, lambda: stops.asked(request)):
                    update: dict[Any, Any] = {status: news.status}
                    if news.look:
                        update[canvas] = news.shown
                    if news.png:
                        update |= {done: news.png, download: gr.DownloadButton(value=news.png, interactive=True)}
                    if news.look and (news.png or time.monotonic() > plot_due):
                        update[curve], plot_due = easel.plotted(news.look.losses), time.monotonic() + PLOT_EVERY
                    yield update
                return
            yield {status: easel.status("Nothing was painted.")}

        return paint

    def left(png: str) -> dict[Any, Any]:
        return at_rest(png) | {status: easel.status("Left the queue.")}

    def example(event: gr.SelectData) -> tuple[str, str]:
        pair = pairs[event.index]
        return str(pair[0]), str(pair[1])

    def call(
        photo: Upload,
        painting: Upload,
        weight_1: float,
        weight_2: float,
        weight_3: float,
        style_weight: float,
        content_weight: float,
        style_scale: float,
        colors: str,
        outside: str,
        feather: float,
        size: int,
        enlarge: bool,
        steps: int,
        tv_weight: float,
        look: str,
        init: str,
        seamless: bool,
        optimizer: str,
        encoder: str,
        content_layers: str,
        style_layers: str,
        style_layer_weights: str,
        seed: int,
        painting_2: Upload = None,
        painting_3: Upload = None,
        mask: Upload = None,
    ) -> Iterator[Any]:
        """A photo in the style of paintings: a stream of previews, and at last the picture as a PNG."""
        values = {name: value for name, value in locals().items() if name in given}
        values["mask"] = mask["path"] if mask else ""
        with parts.refused():
            for news in _paint(values, _settings(values), [], "", lambda: False):
                if news.look:
                    yield news.png or news.shown

    page: dict[str, Any] = {"show_progress": "hidden", **PAGE}
    inputs = {*given.values(), mask, done}
    resting, works = [start, onward, larger, leave, stop], []
    for button, plan, anew in (
        (start, lambda values, _: _settings(values), True),
        (onward, _continued, False),
        *((button, _enlarged(size), False) for size, button in enlarge.items()),
    ):
        # The editor's picture comes in pieces, which only gradio's own preparation puts together.
        begun = button.click(
            take_mask, editor, mask, api_visibility="private", show_progress="hidden", concurrency_limit=None
        ).then(begin, inputs, [*resting, status, download, curve], concurrency_limit=None, **page)
        work = begun.success(
            painter(plan, anew), inputs, [canvas, status, curve, download, leave, stop, done], **page, **QUEUE
        )
        work.then(at_rest, done, resting, queue=False, **page)
        works.append(work)
    leave.click(left, done, [*resting, status], cancels=works, queue=False, **page)
    stop.click(stops.ask, None, stop, queue=False, **page)
    examples.select(example, None, [photo, painting], queue=False, **page)
    for place in (photo, painting, *others):
        place.input(parts.admit, place, place, concurrency_id="quick", **page)
    photo.change(to_paint_on, photo, editor, concurrency_id="quick", **page)
    quality.input(lambda name: QUALITIES[name], quality, [controls["size"], controls["steps"]], queue=False, **page)
    for finer in (controls["size"], controls["steps"]):
        finer.input(lambda: None, None, quality, queue=False, **page)
    endpoint.click(call, [*given.values(), masked], file, api_name="optimize", preprocess=False, **QUEUE)


def _control(name: str, label: str, info: str | None = None, **rest: Any) -> Any:
    return parts.control(OptimizeSettings, name, label, info, **rest)


def _share(nth: str) -> gr.Slider:
    return gr.Slider(
        0, 4, value=1, step=0.1, label=f"Share of the {nth}", info="Beside the others’.", buttons=["reset"]
    )


def _fine_tuning() -> dict[str, Any]:
    """The settings that most people leave alone, by field."""
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
        "size": _control("size", "Size", elem_id="size"),
        "enlarge": _control("enlarge", "Enlarge a smaller photo", "Otherwise the picture is as large as the photo is."),
        "steps": _control("steps", "Steps", elem_id="steps"),
        "tv_weight": _control("tv_weight", "Smoothness (total variation)"),
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


def _settings(values: Values) -> OptimizeSettings:
    """The settings of the page's values, where lists are text and every painting has a share."""
    lists = {name: _listed(values[name]) for name in ("content_layers", "style_layers")}
    try:
        layer_weights = tuple(float(item) for item in _listed(values["style_layer_weights"]))
    except ValueError:
        raise UserError("Style layer weights are numbers with commas between them, as in 1, 0.5, 0.5.") from None
    shares = tuple(values[share] for painting, share in PAINTINGS.items() if values[painting])
    if values["mask"] and values["outside"] == "painting":
        shares = shares[:-1]
    own = {"style_layer_weights": layer_weights, "painting_weights": shares}
    fields = {name: value for name, value in values.items() if name in options(OptimizeSettings)}
    return parts.settings_from(OptimizeSettings, fields | lists | own)


def _continued(values: Values, runs: Sequence[Run]) -> OptimizeSettings:
    """The page's settings, but never smaller than what was painted at just its size."""
    settings, last = _settings(values), runs[-1].settings
    return replace(settings, size=max(settings.size, last.size), enlarge=True) if last.enlarge else settings


def _enlarged(size: int) -> Callable[[Values, Sequence[Run]], OptimizeSettings]:
    return lambda _, runs: replace(runs[-1].settings, size=size, enlarge=True)


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(item for part in (text or "").split(",") if (item := part.strip()))


def _sources(values: Values) -> Sources:
    photo, *paintings = (values[name] for name in ("photo", *PAINTINGS))
    given = tuple(Path(painting["path"]) for painting in paintings if painting)
    if not photo or not given:
        raise UserError(" ".join(text for have, text in ((photo, NO_PHOTO), (given, NO_PAINTING)) if not have))
    return Sources(Path(photo["path"]), given, Path(values["mask"]) if values["mask"] else None)


class News(NamedTuple):
    """What a page is told while it paints."""

    status: str
    look: Look | None = None
    shown: str | None = None  # paths of the picture: one that is quick to send, and at last the PNG
    png: str | None = None


def _paint(
    values: Values, settings: OptimizeSettings, runs: Sequence[Run], start: str, stopped: Callable[[], bool]
) -> Iterator[News]:
    """Paints from the page's values; `start` is the PNG of the last of the runs so far, which it goes on from."""
    sources = _sources(values)
    with closing(download_encoder(settings.encoder)) as downloaded:
        for done, of in downloaded:
            yield News(easel.status(f"Downloading the encoder: {done / 1e6:.0f} of {of / 1e6:.0f} MB", done, of))
            if stopped():
                raise UserError("The download was stopped. Next time it goes on from there.")
    photo, paintings, mask = sources.load(settings)
    begun = to_tensor(open_image(start, limits=Limits(megabytes=1000))) if start else None
    folder = parts.fresh_folder()
    with closing(easel.looks(_optimize(photo, paintings, settings, mask=mask, start=begun), stopped)) as looks:
        for look in looks:
            shown, png = easel.preview(look.frame, folder), None
            if look.last:
                png = str(folder / f"{parts.stem(values['photo'])}-custom.png")
                run = run_of(sources, settings, look.frame.step)
                save_image(look.frame.picture, png, to_record([*runs, run]))
            yield News(easel.progress(look), look, shown, png)


def _saved_mask(painted: Mapping[str, Any] | None) -> str:
    """The path of what was painted over the photo as a mask, white where it is; empty where nothing was."""
    layers = [layer.getchannel("A") for layer in (painted or {}).get("layers", ())]
    if not any(layer.getbbox() for layer in layers):
        return ""
    path = parts.fresh_folder() / "mask.png"
    # The brush lets the photo shine through, but paints all of the mask.
    save_image(functools.reduce(ImageChops.lighter, layers).point(lambda alpha: min(255, 2 * alpha)), path)
    return str(path)


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
