"""A photo and its painting: a small one at once, then the whole."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import gradio as gr
from PIL import Image

from nst.common.images import fit, save_image, to_bytes, to_pil
from nst.quick.feedforward import stylizing
from nst.quick.networks import finished
from nst.ui import parts
from nst.ui.jobs import Stopped
from nst.ui.parts import Upload
from nst.ui.quick.styling import SIZE, Choice
from nst.ui.server import journal
from nst.ui.server.cores import CORES
from nst.ui.server.journal import Work
from nst.ui.zerogpu import on_gpu

if TYPE_CHECKING:
    from torch import Tensor

NO_PHOTO = "There is no photo yet: upload one, take a snapshot or pick an example."
AT_ONCE = 1024  # px, the long side of what is painted first
PULSE = 0.5  # seconds in which a page that was closed is noticed
A_MEGAPIXEL = 1.0  # seconds that it takes on a GPU that is lent, generously


class Painted(NamedTuple):
    """Paths of a preview of the photo, one of the result, of the same size, and the whole result as a PNG."""

    before: str
    after: str
    png: str  # empty while there is only a small painting
    size: tuple[int, int]  # of the whole, width and height


def painted(upload: Upload, chosen: Choice, stopped: Stopped) -> Iterator[Painted | None]:
    """A photo's painting, and first a small one of a large photo. None comes now and then; ends when stopped."""
    with journal.job("photo", stopped, preset=chosen.logged, size=chosen.settings.size) as work:
        yield from _painted(upload, chosen, work)


def _painted(upload: Upload, chosen: Choice, work: Work) -> Generator[Painted | None, None, None]:
    size, folder, small = chosen.settings.size, parts.fresh_folder(), None
    if size is None or size > AT_ONCE:
        photo = parts.opened(upload, NO_PHOTO, AT_ONCE, enlarge=size is not None)
        small = yield from _paint(to_bytes(photo), chosen.sized(None), work.stopped)
        if small is None:
            return
        if max(small.size) == AT_ONCE:
            shown = preview(photo, folder / "first-before.jpg"), preview(small, folder / "first.jpg")
            yield Painted(*shown, "", small.size)
    photo = parts.opened(upload, NO_PHOTO, size, enlarge=True)
    work.facts["size"] = max(photo.size)
    before, pixels, done = preview(photo, folder / "before.jpg"), to_bytes(photo), small and small.size == photo.size
    del photo  # it may be large
    result = small if done else (yield from _paint(pixels, chosen, work.stopped))
    if result is not None:
        png = _save(result, folder, upload, chosen)
        yield Painted(before, preview(result, folder / "after.jpg"), png, result.size)


def whole(upload: Upload, chosen: Choice) -> str:
    """The path of a photo's painting as a PNG, and nothing beside it."""
    size = chosen.settings.size
    with journal.job("photo", lambda: False, preset=chosen.logged, size=size) as work:
        photo = parts.opened(upload, NO_PHOTO, size, enlarge=True)
        work.facts["size"] = max(photo.size)
        result = finished(_paint(to_bytes(photo), chosen, work.stopped))
        # There is none only where the server is being closed, which the job then says.
        return _save(result, parts.fresh_folder(), upload, chosen) if result else ""


def _save(result: Image.Image, folder: Path, upload: Upload, chosen: Choice) -> str:
    """The path of the result in a file whose name says the style, and the size where that is not the usual one."""
    sized = "" if chosen.settings.size == SIZE else f"-{max(result.size)}"
    png = folder / f"{parts.stem(upload)}-{chosen.slug}{sized}.png"
    save_image(result, png, dataclasses.asdict(chosen.settings))
    parts.delete_when_old([str(png)])  # also where the visitor leaves before it is shown
    return str(png)


def _paint(photo: Tensor, chosen: Choice, stopped: Stopped) -> Generator[None, None, Image.Image | None]:
    """The painting; None now and then, so that a page which was closed can end it, and None if it was stopped."""
    due = time.monotonic() + PULSE
    with closing(_stylizing(photo, chosen)) as steps:
        for painted in steps:
            if isinstance(painted, str):
                gr.Warning(painted)
            elif painted is not None:
                return to_pil(painted)
            if stopped():
                break
            if time.monotonic() > due:
                yield
                due = time.monotonic() + PULSE
    return None


def preview(picture: Image.Image, path: Path) -> str:
    """The path of what is quick to send of a picture."""
    shown = picture.resize(fit(*picture.size, parts.PREVIEW), Image.Resampling.LANCZOS, reducing_gap=2)
    save_image(shown, path, light=True)
    parts.delete_when_old([str(path)])
    return str(path)


def _stream(photo: Tensor, chosen: Choice) -> Generator[Tensor | str | None, None, None]:
    """`stylizing` with the picture at its end, where it has its pauses before."""
    yield (yield from stylizing(photo, chosen.settings, chosen.more))


def _seconds(photo: Tensor, chosen: Choice) -> float:
    return A_MEGAPIXEL * photo.shape[2] * photo.shape[3] / 1e6


_stylizing = CORES.shared(on_gpu(_stream, _seconds))
