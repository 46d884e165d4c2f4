"""The tab that looks inside: what each layer of the network holds of a picture, side by side."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr
from PIL import Image

from nst.common.encoders import CompactEncoder
from nst.common.errors import UserError
from nst.common.images import fit, save_image, to_tensor
from nst.custom.inside import reconstruct, texture
from nst.custom.optimization import Frame, OptimizeSettings
from nst.ui import easel, parts
from nst.ui.parts import PAGE, Upload
from nst.ui.zerogpu import on_gpu

if TYPE_CHECKING:
    from torch import Tensor

NO_PICTURE = "There is no picture yet: upload one, take a snapshot or pick an example."
BEFORE = "Choose a picture and press Start: the row fills from the finest layer to the deepest."
LAYERS = CompactEncoder.layers
KINDS = {"What it shows (content)": "content", "How it is painted (style)": "style"}
HELD = {  # by each layer, and in a style by those before it
    "content": (
        "every point",
        "every edge",
        "nearly all; flat colours shift",
        "shapes and lines; colours shift",
        "things and their places",
    ),
    "style": (
        "colours and grain",
        "spots and short edges",
        "small patterns",
        "larger forms",
        "pieces of things, anywhere",
    ),
}
HOW = {
    "content": "Noise, repainted until this layer answers to it as it does to your picture.",
    "style": "Noise, repainted until the features of these layers occur together as in your picture, "
    "no matter where (Gram matrices).",
}
LAID = " Laid 2 × 2: its edges fit together."
SIZES = {"256 px": 256, "512 px": 512, "1024 px": 1024}
STEPS = 100  # for each layer
QUEUE: dict[str, Any] = {"concurrency_id": "custom", "concurrency_limit": 1}  # one easel for both tabs


class Piece(NamedTuple):
    """What one layer painted: the paths of pictures that are quick to send, and of the PNG once it is there."""

    small: str  # in the row
    large: str = ""  # the same, or laid like tiles
    png: str = ""
    laid: bool = False

    def files(self) -> list[str]:
        return [path for path in (self.small, self.large, self.png) if path]


@dataclass
class Visit:
    """What the events of one visitor share while one of them paints. A state that no event puts out is not copied."""

    rows: dict[str, list[Piece]] = field(default_factory=dict)  # by kind
    picked: int | None = None  # of the row, to be seen large
    stopped: bool = False


def build() -> None:
    """The tab's components and events; goes into the `gr.Blocks` that is open."""
    visit = gr.State(Visit())
    examples = [*parts.example_photos(), *parts.example_paintings()]
    gr.HTML(
        "<p>The network sees a picture layer by layer, from grain to things. "
        "Here each layer paints what it holds of yours.</p>"
    )
    with gr.Row(elem_classes="room"):
        with gr.Column(scale=4, min_width=300):
            gr.HTML("<h2>The picture</h2>")
            picture = parts.picture_in("Picture", "a photo or painting", height=260, elem_id="inside-picture")
            shelf = parts.shelf(
                [(str(path), parts.title_of(path)) for path in examples],
                "Example pictures",
                columns=5,
                elem_id="inside-examples",
                elem_classes="shelf plain",
                visible=bool(examples),
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
                    list(SIZES.items()),
                    value=256,
                    label="Size",
                    info="A row takes about 10 seconds at 256 px, 20 at 512 and 40 at 1024, on two cores.",
                    elem_id="inside-size",
                )
                seamless = gr.Checkbox(
                    False,
                    label="Let it tile seamlessly",
                    info="Opposite edges of the texture fit together; it takes twice as long.",
                    visible=False,
                    elem_id="inside-seamless",
                )
        with gr.Column(scale=8, min_width=300, elem_classes="wall"):
            gr.HTML("<h2>Layer by layer</h2>")
            row = parts.shelf(
                _hung(_bare(), "content"),
                "Layers",
                columns=len(LAYERS),
                elem_id="layers",
                elem_classes="shelf",
            )
            status = gr.HTML(easel.status(BEFORE))
            with gr.Row(elem_classes="pair"):
                start = gr.Button("Start", variant="primary", elem_id="inside-start", min_width=140)
                leave = gr.Button("Stop", visible=False, elem_id="inside-leave", min_width=140)
                stop = gr.Button("Stop", visible=False, elem_id="inside-stop", min_width=140)
                download = gr.DownloadButton("Download PNG", interactive=False, elem_id="inside-png", min_width=140)
            large = parts.framed("One of them, large", height=560, alt_text="One of the row, large", elem_id="large")
            label = gr.HTML(_wall_label("content", None))

    def seen_large(pieces: list[Piece], kind: str, index: int) -> dict[Any, Any]:
        piece = pieces[index]
        return {
            large: gr.Image(piece.large or None, alt_text=_caption(kind, index)),
            label: _wall_label(kind, index, piece.laid),
            download: gr.DownloadButton(value=piece.png or None, interactive=bool(piece.png)),
        }

    def at_rest() -> dict[Any, Any]:
        return {
            start: gr.Button(visible=True),
            leave: gr.Button(visible=False),
            stop: gr.Button(visible=False),
            kind: gr.Radio(interactive=True),
        }

    def begin(upload: Upload, visit: Visit) -> Any:
        with parts.told():
            if not upload:
                raise UserError(NO_PICTURE)
            visit.stopped, visit.picked = False, None
            return {
                start: gr.Button(visible=False),
                leave: gr.Button(visible=True),
                kind: gr.Radio(interactive=False),
                status: easel.status("Waiting for the easel …"),
                download: gr.DownloadButton(interactive=False),
            }
        raise gr.Error(visible=False, print_exception=False)  # so that the work does not begin

    def run(upload: Upload, asked: str, size: int, seamless: bool, visit: Visit) -> Iterator[Any]:
        yield {
            leave: gr.Button(visible=False),
            stop: gr.Button("Stop", visible=True, interactive=True),
            status: easel.status("Preparing …"),
        }
        with parts.told():
            settings = parts.settings_from(OptimizeSettings, {"size": size, "steps": STEPS})
            if asked not in HELD:
                raise UserError(f"Look for one of {', '.join(HELD)}.")
            if asked == "style":
                settings = replace(settings, seamless=bool(seamless))
            for look in _looks(upload, asked, settings, visit):
                # Gradio deletes what it showed when that is old: let it know of the rest.
                row.temp_files.update(path for piece in visit.rows[asked] for path in piece.files())
                index = look.at if visit.picked is None else visit.picked
                yield {
                    row: gr.Gallery(_hung(visit.rows[asked], asked), selected_index=index),
                    status: look.status,
                    **seen_large(visit.rows[asked], asked, index),
                }
            return
        yield {status: easel.status("Nothing was painted.")}

    def left() -> dict[Any, Any]:
        return at_rest() | {status: easel.status("Left the queue.")}

    def ask_to_stop(visit: Visit) -> gr.Button:
        visit.stopped = True
        # Not the status: this answer may reach the page after the last word of the run.
        return gr.Button("Stopping …", interactive=False)

    def pick(event: gr.SelectData, kind: str, visit: Visit) -> Any:
        visit.picked = event.index
        return seen_large(_kept(visit, kind), kind, event.index)

    def turn(kind: str, visit: Visit) -> dict[Any, Any]:
        """Shows the row of the other kind."""
        pieces = _kept(visit, kind)
        index = max((i for i, piece in enumerate(pieces) if piece.large), default=0)
        return seen_large(pieces, kind, index) | {
            row: gr.Gallery(_hung(pieces, kind), selected_index=index),
            seamless: gr.Checkbox(visible=kind == "style"),
        }

    def example(event: gr.SelectData) -> str:
        return str(examples[event.index])

    page: dict[str, Any] = {"show_progress": "hidden", **PAGE}
    resting = [start, leave, stop, kind]
    begun = start.click(begin, [picture, visit], [start, leave, kind, status, download], concurrency_limit=None, **page)
    work = begun.success(
        run,
        [picture, kind, size, seamless, visit],
        [row, large, label, status, download, leave, stop],
        **page,
        **QUEUE,
    )
    work.then(at_rest, None, resting, queue=False, **page)
    leave.click(left, None, [*resting, status], cancels=work, queue=False, **page)
    stop.click(ask_to_stop, visit, stop, queue=False, **page)
    row.select(pick, [kind, visit], [large, label, download], queue=False, **page)
    kind.input(turn, [kind, visit], [row, seamless, large, label, download], queue=False, **page)
    shelf.select(example, None, picture, queue=False, **page)
    picture.input(parts.admit, picture, picture, concurrency_id="quick", **page)


class Look(NamedTuple):
    """What there is to tell of a row at one moment."""

    at: int  # of the piece that is on the easel
    status: str


def _all_layers(picture: Tensor, kind: str, settings: OptimizeSettings) -> Generator[tuple[int, Frame], None, None]:
    """The frames of one layer after the other, with the layer's number."""
    for index, layer in enumerate(LAYERS):
        if kind == "content":
            stream = reconstruct(picture, layer, settings)
        else:
            stream = texture(picture, LAYERS[: index + 1], settings)
        with closing(stream) as frames:
            for frame in frames:
                yield index, frame


_painted = on_gpu(_all_layers, seconds=60)


def _looks(upload: Upload, kind: str, settings: OptimizeSettings, visit: Visit) -> Iterator[Look]:
    """Paints a row anew: a few looks a second, and one whenever a piece is done or the visitor stops it."""
    picture = parts.opened(upload, NO_PICTURE, settings.size, enlarge=kind == "content")
    folder = parts.fresh_folder()
    canvas = picture.size if kind == "content" else (settings.size, settings.size)
    pieces = visit.rows[kind] = _bare(folder, *canvas)
    began, seen, notes = time.monotonic(), 0.0, []
    with closing(_painted(to_tensor(picture), kind, settings)) as frames:
        for index, frame in frames:
            notes += [f"{LAYERS[index]}: {frame.note}"] if frame.note else []
            stopped = visit.stopped
            done = stopped or frame.step == frame.of
            if done or time.monotonic() - seen > easel.EVERY:
                pieces[index] = _piece(folder / LAYERS[index], frame, settings.seamless)
                if done:
                    png = folder / f"{parts.stem(upload)}-{kind}-{LAYERS[index]}.png"
                    save_image(frame.picture, png, _record(kind, index, frame, settings))
                    pieces[index] = pieces[index]._replace(png=str(png))
                words = " · ".join([_progress(index, frame, time.monotonic() - began, stopped), *notes])
                yield Look(index, easel.status(words, index + frame.step / frame.of, len(LAYERS)))
                seen = time.monotonic()
            if stopped:
                return


def _piece(folder: Path, frame: Frame, seamless: bool) -> Piece:
    folder.mkdir(exist_ok=True)
    small = easel.preview(frame, folder)
    if not seamless:
        return Piece(small, small)
    laid = folder / "laid"
    laid.mkdir(exist_ok=True)
    return Piece(small, easel.preview(replace(frame, picture=frame.picture.tile(1, 1, 2, 2)), laid), laid=True)


def _record(kind: str, index: int, frame: Frame, settings: OptimizeSettings) -> dict[str, Any]:
    """What the PNG carries, as those of the command line do."""
    layers = {"layer": LAYERS[index]} if kind == "content" else {"layers": LAYERS[: index + 1]}
    return asdict(settings) | layers | {"steps_done": frame.step}


def _bare(folder: Path | None = None, width: int = 1, height: int = 1) -> list[Piece]:
    """A row of that shape with nothing on it; clear, for the passe-partout to show."""
    path = (folder or parts.fresh_folder()) / "bare.png"
    save_image(Image.new("LA", fit(width, height, 64)), path)
    return [Piece(str(path))] * len(LAYERS)


def _kept(visit: Visit, kind: str) -> list[Piece]:
    """The visitor's row of that kind, unless there is none or its files were old and are deleted."""
    pieces = visit.rows.get(kind, [])
    whole = all(Path(path).is_file() for piece in pieces for path in piece.files())
    return pieces if pieces and whole else _bare()


def _hung(pieces: list[Piece], kind: str) -> list[tuple[str, str]]:
    return [(piece.small, _caption(kind, index)) for index, piece in enumerate(pieces)]


def _caption(kind: str, index: int) -> str:
    plus = "+ " if kind == "style" and index else ""
    return f"{plus}{LAYERS[index]}: {HELD[kind][index]}"


def _progress(index: int, frame: Frame, seconds: float, stopped: bool) -> str:
    at = f"{LAYERS[index]}, layer {index + 1} of {len(LAYERS)}"
    height, width = frame.picture.shape[2:]
    if frame.step == frame.of and index == len(LAYERS) - 1:
        return f"Finished after {easel.duration(seconds)} · {width} × {height} px · pick one to see it large"
    if stopped:
        return f"Stopped at {at}, after {easel.duration(seconds)}"
    return f"{at} · step {frame.step} of {frame.of}"


def _wall_label(kind: str, index: int | None, laid: bool = False) -> str:
    """What hangs beside a piece in a museum."""
    if index is None:
        words = "What is being painted hangs here, or what you pick of the row."
    else:
        layers = LAYERS[index] if kind == "content" or not index else f"{LAYERS[0]} to {LAYERS[index]}"
        verb = "holds" if layers == LAYERS[index] else "hold"
        how = HOW[kind] + (LAID if laid else "")
        words = f"What <cite>{layers}</cite> {verb}: {HELD[kind][index]}. <small>{how}</small>"
    return f'<div class="wall-label"><p>{words}</p></div>'
