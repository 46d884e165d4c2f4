"""Many photos in one style: several files or ZIP files in, a ZIP file out."""

from __future__ import annotations

import html
import time
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import gradio as gr

from nst.common.errors import UserError
from nst.common.images import SUFFIXES, save_image, to_pil
from nst.quick.batch import FORMATS, Done, Photo, photos_in, stylize_all
from nst.quick.feedforward import StylizeSettings
from nst.quick.presets import Preset
from nst.ui import formats, jobs, parts
from nst.ui.events import Update
from nst.ui.jobs import Controls, Stopped
from nst.ui.quick import styling
from nst.ui.quick.styling import Choice, Styling
from nst.ui.server import journal
from nst.ui.server.cores import CORES
from nst.ui.zerogpu import on_gpu

MOST = 500  # photos at once
PREVIEW = 512  # px, the long side of what is shown of the latest
A_PHOTO = 3.0  # seconds that it takes on a GPU that is lent, generously
BEFORE = "Choose photos or ZIP files, pick a style and press Start."


def _seconds(photos: Sequence[Photo], settings: StylizeSettings, more: Sequence[Preset] = ()) -> float:
    return A_PHOTO * len(photos)


_stylize_all = CORES.patient(on_gpu(stylize_all, _seconds))


class News(NamedTuple):
    """What a page is told after each photo."""

    status: str
    latest: str = ""  # path of a small picture
    archive: str = ""  # path of the ZIP file, at last
    problems: Sequence[str] = ()  # a sentence for each photo so far that could not be painted


def source() -> gr.File:
    """The place for the photos."""
    return gr.File(
        label="Photos, or ZIP files of photos",
        file_count="multiple",
        file_types=[*SUFFIXES, ".zip"],
        height=300,
        elem_id="many-files",
    )


@dataclass(frozen=True)
class Wall(Controls):
    """What hangs on the wall."""

    latest: gr.Image


def lay_out(files: gr.File, style: Styling) -> None:
    """The wall, with its events."""
    gr.HTML("<h2>The paintings</h2>")
    latest = parts.framed(
        "Latest painting", buttons=[], height=480, alt_text="The latest painting", elem_id="many-latest"
    )
    status = gr.HTML(parts.status(BEFORE), elem_id="many-status")
    with gr.Row(elem_classes="pair"):
        start = gr.Button("Start", variant="primary", elem_id="many-start", min_width=140)
        stop = gr.Button("Stop", visible=False, elem_id="many-stop", min_width=140)
        download = gr.DownloadButton("Download ZIP", interactive=False, elem_id="many-zip", min_width=140)
        suffix = gr.Dropdown(
            list(formats.FORMATS.items()),
            value="jpg",
            label="Format",
            show_label=False,
            container=False,
            min_width=100,
        )
    wall = Wall(start, stop, download, status, latest)
    jobs.start_and_stop(wall, paint, inputs=[files, suffix, *style.inputs], outputs=[status, latest, download])


def paint(stopped: Stopped, uploads: Sequence[Any] | None, suffix: str, *values: Any) -> Iterator[Update]:
    """Paints photos in the chosen style, and shows the latest."""
    chosen = styling.choice(*values)
    yield from ({"status": news} for news in styling.fetched(chosen))
    with closing(paint_into_zip(uploads or (), suffix, chosen, stopped)) as stream:
        for news in stream:
            update: Update = {"status": news.status}
            if news.latest:
                update["latest"] = news.latest
            if news.archive:
                update["download"] = gr.DownloadButton(value=news.archive, interactive=True)
            yield update


def paint_into_zip(
    uploads: Sequence[Any], suffix: str, chosen: Choice, stopped: Stopped
) -> Generator[News, None, None]:
    """Paints the photos into a ZIP file; when it is stopped, it holds those that are done."""
    with (
        journal.job("photos", stopped, preset=chosen.logged, size=chosen.settings.size, photos=0) as work,
        closing(_paint(uploads, suffix, chosen, work.stopped)) as stream,
    ):
        for news in stream:
            work.facts["photos"] += bool(news.latest)
            yield news


def _paint(uploads: Sequence[Any], suffix: str, chosen: Choice, stopped: Stopped) -> Generator[News, None, None]:
    given = [(upload.get("orig_name") or Path(upload["path"]).name, Path(upload["path"])) for upload in uploads]
    photos = photos_in(given[: MOST + 1], chosen.slug, MOST)
    if suffix not in FORMATS:
        raise UserError(f"The format cannot be {suffix!r}. It is one of {', '.join(FORMATS)}.")
    folder, record = parts.fresh_folder(), asdict(chosen.settings)
    archive, problems, begun = folder / f"{chosen.slug}.zip", list[str](), time.monotonic()
    yield News(parts.status(f"0 of {len(photos)}", 0, len(photos)))
    count = 0
    with ExitStack() as stack:
        partial = folder / "partial"
        stack.callback(partial.unlink, missing_ok=True)  # when the page was closed
        stream = stack.enter_context(closing(_stylize_all(photos, chosen.settings, chosen.more)))
        file = stack.enter_context(zipfile.ZipFile(partial, "w"))
        for count, done in enumerate(stream, 1):
            seconds = (time.monotonic() - begun) / count * (len(photos) - count)
            words = [f"{count} of {len(photos)}", f"{parts.duration(seconds)} left", *done.notes]
            shown = _add(file, done, suffix, folder, record, count)
            if done.problem:
                problems.append(done.problem)
            yield News(_status(" · ".join(words), problems, count, len(photos)), shown, problems=problems)
            if stopped():
                break
        file.close()
        partial.replace(archive)
    painted = count - len(problems)
    ended = f"{painted} of {len(photos)} painted in {parts.duration(time.monotonic() - begun)}"
    yield News(_status(ended, problems, count, len(photos)), archive=str(archive), problems=problems)


def _add(file: zipfile.ZipFile, done: Done, suffix: str, folder: Path, record: dict[str, Any], count: int) -> str:
    """Puts a painting into the ZIP file; gives the path of a small one to be shown."""
    if done.painting is None:
        return ""
    path = folder / f"result.{suffix}"
    image = to_pil(done.painting)
    save_image(image, path, record)
    file.write(path, f"{PurePosixPath(done.photo.result).name}.{suffix}")
    path.unlink()
    small = folder / f"{count}.jpg"
    image.thumbnail((PREVIEW, PREVIEW))
    save_image(image, small)
    return str(small)


def _status(words: str, problems: Sequence[str], done: int, of: int) -> str:
    items = "".join(f"<li>{html.escape(problem)}</li>" for problem in problems)
    return parts.status(words, done, of) + (f'<ul class="problems">{items}</ul>' if items else "")
