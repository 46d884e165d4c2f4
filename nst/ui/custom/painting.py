"""A picture is painted before the visitor's eyes, of what the page holds."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import gradio as gr
from torch import Tensor

from nst.common.encoders import download_encoder
from nst.common.errors import UserError
from nst.common.images import open_image, read_settings, save_image, to_tensor
from nst.custom.history import Run, Sources, from_record, run_of, to_record
from nst.custom.optimization import OptimizeSettings, optimize
from nst.custom.pace import labour
from nst.ui import canvas, formats, jobs, parts, times, visit
from nst.ui.canvas import Look
from nst.ui.custom import keeping
from nst.ui.custom.plans import PAINTINGS, Plan, Values, enlarging, told
from nst.ui.events import Update
from nst.ui.jobs import Stopped, timed
from nst.ui.parts import Upload
from nst.ui.server import journal
from nst.ui.server.cores import CORES
from nst.ui.visit import Kept
from nst.ui.zerogpu import on_gpu

NO_PHOTO = "There is no photo yet: upload one, or pick a pair of examples."
NO_PAINTING = "There is no painting yet: upload one, or pick a pair of examples."
PLOT_EVERY = 1.0  # seconds; a plot takes a browser longer than a picture


def _seconds(
    photo: Tensor,
    paintings: Tensor | Sequence[Tensor],
    settings: OptimizeSettings,
    *,
    mask: Tensor | None = None,
    start: Tensor | None = None,
) -> float:
    start_side = max(start.shape[2:]) if start is not None else 0
    return times.where_lent(labour(photo.shape[3], photo.shape[2], settings, start_side))


_optimize = CORES.patient(on_gpu(optimize, _seconds))


def begin(values: Values) -> Update:
    """What changes when a run is begun; `UserError` where there is no photo or no painting."""
    _sources(values)
    return {
        "onward": gr.Button(visible=False),
        "further": gr.Column(visible=False),
        "share": gr.Button(interactive=False),
    }


def show(stopped: Stopped, values: Values, plan: Plan, start: str, history: list[Kept]) -> Iterator[Update]:
    """Paints as planned, anew or from `start`, the PNG of a picture that was painted here; it joins the strip."""
    runs = from_record(read_settings(start)) if start else []
    plot_due = 0.0
    for news in paint(values, plan(values, runs), runs, start, stopped):
        update: Update = {"status": news.status}
        if news.look:
            update["canvas"] = news.shown
        if news.look and news.png:
            made = keeping.painted(values, news.shown, news.png, news.status, canvas.is_whole(news.look))
            update |= {"done": news.png, "share": keeping.shared(made)}
            update |= {**keeping.leading(made.whole), **visit.keep(history, made)}
        if news.look and (news.png or time.monotonic() > plot_due):
            # In a component: of bare data gradio's client takes the parts away while there is none to send.
            update["curve"] = gr.LinePlot(canvas.plotted(news.look.losses))
            plot_due = time.monotonic() + PLOT_EVERY
        yield update


def rest(done: str, suffix: str, photo: Upload, encoder: str, size: float, steps: float) -> Update:
    """What changes when nothing is painted any more; `done` is the PNG of what was, if anything."""
    there = Path(done).is_file()
    return {
        **({"download": formats.to_download(done, suffix), **enlarging(done)} if there else {}),
        **told(photo, encoder, size, steps),
        "start": gr.Button("Start anew" if done else "Start", visible=True),
        "onward": gr.Button(visible=bool(done)),
        "further": gr.Column(visible=bool(done)),
        "share": gr.Button(interactive=bool(done)),
    }


class News(NamedTuple):
    """What a page is told while it paints."""

    status: str
    look: Look | None = None
    shown: str = ""  # paths of the picture: one that is quick to send, and at last the PNG
    png: str = ""


def paint(
    values: Values, settings: OptimizeSettings, runs: Sequence[Run], start: str, stopped: Stopped
) -> Generator[News, None, None]:
    """Paints from the page's values; `start` is the PNG of the last of the runs so far, which it goes on from."""
    with journal.job("custom", stopped, size=settings.size, steps=settings.steps, encoder=settings.encoder) as work:
        yield from _paint(values, settings, runs, start, work.stopped)


def _paint(
    values: Values, settings: OptimizeSettings, runs: Sequence[Run], start: str, stopped: Stopped
) -> Iterator[News]:
    sources = _sources(values)
    with closing(download_encoder(settings.encoder)) as downloaded:
        for done, of in downloaded:
            yield News(parts.status(f"Downloading the encoder: {done / 1e6:.0f} of {of / 1e6:.0f} MB", done, of))
            if stopped():
                raise UserError("The download was stopped. Next time it goes on from there.")
    photo, paintings, mask = sources.load(settings)
    begun = to_tensor(open_image(start, limits=parts.OWN)) if start else None
    shape, start_side = (photo.shape[3], photo.shape[2]), max(begun.shape[2:]) if begun is not None else 0
    goal = settings.size if settings.enlarge else min(settings.size, max(shape))
    folder = parts.fresh_folder()
    frames = _optimize(photo, paintings, settings, mask=mask, start=begun)
    with closing(canvas.looks(frames, timed(stopped))) as looks:
        for look in looks:
            if look.last and not canvas.is_whole(look) and not stopped():
                look = look._replace(notes=[*look.notes, jobs.time_over()])
            shown, png = canvas.preview(look.frame.picture, folder, look.frame.step), ""
            if look.last:
                png = str(folder / keeping.file_name(values))
                run = run_of(sources, settings, look.frame.step)
                work = labour(*shape, settings, start_side, run.steps)
                times.PACE.record(settings.encoder, work, look.frame.seconds)
                save_image(look.frame.picture, png, to_record([*runs, run]))
            yield News(canvas.progress(look, goal, bool(start)), look, shown, png)


def _sources(values: Values) -> Sources:
    photo, *paintings = (values[name] for name in ("photo", *PAINTINGS))
    given = tuple(Path(painting["path"]) for painting in paintings if painting)
    if not photo or not given:
        raise UserError(" ".join(text for have, text in ((photo, NO_PHOTO), (given, NO_PAINTING)) if not have))
    return Sources(Path(photo["path"]), given, Path(values["mask"]) if values["mask"] else None)
