"""A row of pieces, one for each layer of the network: how it is painted, and what is seen of it."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr
from PIL import Image

from nst.common.errors import UserError
from nst.common.images import fit, save_image, to_tensor
from nst.custom import pace
from nst.custom.frame import Frame
from nst.custom.inside import reconstruct, texture
from nst.custom.optimization import OptimizeSettings
from nst.custom.pace import Labour
from nst.ui import canvas, parts, times
from nst.ui.events import Update
from nst.ui.inside import words
from nst.ui.inside.words import HELD, LAYERS
from nst.ui.jobs import Stopped, timed
from nst.ui.parts import Upload
from nst.ui.server import journal
from nst.ui.server.cores import CORES
from nst.ui.zerogpu import on_gpu

if TYPE_CHECKING:
    from torch import Tensor

NO_PICTURE = "There is no picture yet: upload one, or pick an example."
STEPS = 100  # for each layer
SIZES = {"256 px": 256, "512 px": 512, "1024 px": 1024}
SHARE = 0.65  # of the time of a painting takes what asks for a layer or some, on average over the row
UNKNOWN = "A larger row shows more, and takes longer."


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


def begin(visit: Visit, upload: Upload, *_: Any) -> Update:
    """What changes when a row is begun; `UserError` where there is no picture."""
    if not upload:
        raise UserError(NO_PICTURE)
    visit.picked = None
    return {"kind": gr.Radio(interactive=False)}


def paint(stopped: Stopped, visit: Visit, upload: Upload, kind: str, size: int, seamless: bool) -> Iterator[Update]:
    """Paints the visitor's row of a kind anew."""
    settings = parts.settings_from(OptimizeSettings, {"size": size, "steps": STEPS})
    if kind not in HELD:
        raise UserError(f"Look for one of {', '.join(HELD)}.")
    if kind == "style":
        settings = replace(settings, seamless=bool(seamless))
    with journal.job("inside", stopped, size=settings.size, kind=kind) as work:
        for look in _looks(work.stopped, visit, upload, kind, settings):
            pieces = visit.rows[kind]
            parts.delete_when_old(path for piece in pieces for path in piece.files())
            index = look.at if visit.picked is None else visit.picked
            yield _seen(pieces, kind, index) | {"status": look.status}


def rest(kind: str) -> Update:
    """What changes when nothing is painted any more."""
    return {"start": gr.Button(visible=True), "kind": gr.Radio(interactive=True), **told(kind)}


def pick(event: gr.SelectData, visit: Visit, kind: str) -> Update:
    """A piece of the row is seen large."""
    visit.picked = event.index
    return _seen_large(_kept(visit, kind), kind, event.index)


def turn(visit: Visit, kind: str) -> Update:
    """The row of the other kind is seen."""
    pieces = _kept(visit, kind)
    index = max((i for i, piece in enumerate(pieces) if piece.large), default=0)
    return _seen(pieces, kind, index) | {"seamless": gr.Checkbox(visible=kind == "style")}


def bare(folder: Path | None = None, width: int = 1, height: int = 1) -> list[Piece]:
    """A row of that shape with nothing on it; clear, for the passe-partout to show."""
    path = (folder or parts.fresh_folder()) / "bare.png"
    save_image(Image.new("LA", fit(width, height, 64)), path)
    return [Piece(str(path))] * len(LAYERS)


def hung(pieces: list[Piece], kind: str) -> list[tuple[str, str]]:
    """The row as a gallery takes it."""
    return [(piece.small, words.caption(kind, index)) for index, piece in enumerate(pieces)]


def _kept(visit: Visit, kind: str) -> list[Piece]:
    """The visitor's row of that kind, unless there is none or its files were old and are deleted."""
    pieces = visit.rows.get(kind, [])
    whole = all(Path(path).is_file() for piece in pieces for path in piece.files())
    return pieces if pieces and whole else bare()


def _seen(pieces: list[Piece], kind: str, index: int) -> Update:
    return {"row": gr.Gallery(hung(pieces, kind), selected_index=index), **_seen_large(pieces, kind, index)}


def _seen_large(pieces: list[Piece], kind: str, index: int) -> Update:
    piece = pieces[index]
    return {
        "large": gr.Image(piece.large or None, alt_text=words.caption(kind, index)),
        "label": words.wall_label(kind, index, piece.laid),
        "download": gr.DownloadButton(value=piece.png or None, interactive=bool(piece.png)),
    }


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


def told(kind: str) -> Update:
    """What is said of the sizes: how long a row takes."""
    words = [times.of(labour(kind, OptimizeSettings(size=size, steps=STEPS))) for size in SIZES.values()]
    if not all(words):
        return {"size": gr.Radio(info=UNKNOWN)}
    each = ", ".join(f"{said} at {name}" for said, name in zip(words, SIZES, strict=True))
    return {"size": gr.Radio(info=f"A row takes about {each}, on this server.")}


def labour(kind: str, settings: OptimizeSettings, shape: tuple[int, int] = times.USUAL) -> Labour:
    """That of a row of a picture of that shape."""
    width, height = shape if kind == "content" else (settings.size, settings.size)
    return pace.labour(width, height, settings).times(SHARE * len(LAYERS))


def _seconds(picture: Tensor, kind: str, settings: OptimizeSettings) -> float:
    return times.where_lent(labour(kind, settings, (picture.shape[3], picture.shape[2])))


_painted = CORES.patient(on_gpu(_all_layers, _seconds))


def _looks(stopped: Stopped, visit: Visit, upload: Upload, kind: str, settings: OptimizeSettings) -> Iterator[Look]:
    """Paints a row anew: a few looks a second, and one whenever a piece is done or the visitor stops it."""
    picture = parts.opened(upload, NO_PICTURE, settings.size, enlarge=kind == "content")
    folder = parts.fresh_folder()
    blank = picture.size if kind == "content" else (settings.size, settings.size)
    pieces = visit.rows[kind] = bare(folder, *blank)
    began, seen, notes, stopped = time.monotonic(), 0.0, [], timed(stopped)
    with closing(_painted(to_tensor(picture), kind, settings)) as frames:
        for index, frame in frames:
            notes += [f"{LAYERS[index]}: {frame.note}"] if frame.note else []
            last = stopped()
            done = last or frame.step == frame.of
            if done or time.monotonic() - seen > canvas.EVERY:
                pieces[index] = _piece(folder / LAYERS[index], frame, settings.seamless)
                if done:
                    png = folder / f"{parts.stem(upload)}-{kind}-{LAYERS[index]}.png"
                    save_image(frame.picture, png, _record(kind, index, frame, settings))
                    pieces[index] = pieces[index]._replace(png=str(png))
                said = " · ".join([words.progress(index, frame, time.monotonic() - began, last), *notes])
                yield Look(index, parts.status(said, index + frame.step / frame.of, len(LAYERS)))
                seen = time.monotonic()
            if last:
                return
    if not settings.seamless:  # which takes longer, as nothing else here does
        times.PACE.record(settings.encoder, labour(kind, settings, picture.size), time.monotonic() - began)


def _piece(folder: Path, frame: Frame, seamless: bool) -> Piece:
    folder.mkdir(exist_ok=True)
    small = canvas.preview(frame.picture, folder, frame.step)
    if not seamless:
        return Piece(small, small)
    laid = folder / "laid"
    laid.mkdir(exist_ok=True)
    return Piece(small, canvas.preview(frame.picture.tile(1, 1, 2, 2), laid, frame.step), laid=True)


def _record(kind: str, index: int, frame: Frame, settings: OptimizeSettings) -> dict[str, Any]:
    """What the PNG carries, as those of the command line do."""
    layers = {"layer": LAYERS[index]} if kind == "content" else {"layers": LAYERS[: index + 1]}
    return asdict(settings) | layers | {"steps_done": frame.step}
