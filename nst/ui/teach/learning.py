"""A style is learned before the visitor's eyes: a photo is painted again and again with what is known by then."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, NamedTuple

import gradio as gr
import torch
from torch import Tensor

from nst.common.brushwork import brushed
from nst.common.errors import UserError
from nst.common.examples import own_photos
from nst.common.images import Limits, to_tensor
from nst.common.runtime import device, prepare
from nst.quick.presets import title_of
from nst.training.teaching import Moment, TeachSettings, teach
from nst.ui import canvas, parts
from nst.ui.events import Update
from nst.ui.jobs import Stopped
from nst.ui.parts import Upload
from nst.ui.server import journal
from nst.ui.server.cores import CORES

NO_PAINTING = "There is no painting yet: upload one, or pick an example."
NO_PHOTO = "There is no photo to paint: give one."
EXAMPLE = "lighthouse"  # the photo that is painted where a visitor gives none, by the name of its file
SHOWN = 640  # px, the long side of the photo that is painted
EVERY = 3.0  # seconds from one painting of it to the next
PATIENCE = 5.0  # seconds that a step lets others go first at most, so that it goes on on a busy server, too
PULSE = 0.25  # seconds in which a page that was closed is noticed meanwhile
STEADY = 0.2  # share of a step in the curve: the steps see other photos each, and jump


_teach = CORES.patient(teach)


@dataclass
class Visit:
    """What a visitor has learned. A state that no event puts out is not copied."""

    learned: str = ""  # the path of a style that does not hang in the gallery yet
    wish: str = ""  # what it would be called
    words: str = ""  # how it was learned
    hung: str = ""  # the path of the latest that hangs there
    publishes: bool = False  # now


class News(NamedTuple):
    """What there is to tell of a lesson."""

    moment: Moment
    losses: Sequence[tuple[float, ...]]  # content, style and total of every step so far, smoothed
    notes: Sequence[str]  # sentences about what went wrong so far
    waits: bool = False  # for others, who go first
    last: bool = False


def learn(
    paintings: Sequence[Upload], settings: TeachSettings, stopped: Stopped, others_work: Callable[[], bool]
) -> Iterator[News]:
    """News after every step, now and then while others go first, and the last where something was learned.

    Raises `UserError` where there is no painting, one to learn nothing of, or more minutes than the host gives.
    """
    with journal.job("teach", stopped, size=settings.painting_size, minutes=settings.minutes) as work:
        yield from _learn(paintings, settings, work.stopped, others_work)


def _learn(
    paintings: Sequence[Upload], settings: TeachSettings, stopped: Stopped, others_work: Callable[[], bool]
) -> Iterator[News]:
    most = Limits().teach_minutes
    if settings.minutes > most:
        raise UserError(f"Minutes cannot be {settings.minutes:g}. Here a style has {most:g} at most.")
    if not any(paintings):
        raise UserError(NO_PAINTING)
    opened = [parts.opened(each, NO_PAINTING, settings.painting_size, enlarge=False) for each in paintings if each]
    losses: list[tuple[float, ...]] = []
    notes: list[str] = []
    news = None
    with closing(_teach([to_tensor(painting) for painting in opened], settings)) as moments:
        for moment in moments:
            new = tuple(moment.losses.values())
            old = losses[-1] if losses else new
            losses.append(tuple(was + STEADY * (now - was) for was, now in zip(old, new, strict=True)))
            notes += [moment.note] if moment.note else []
            news = News(moment, losses, notes)
            yield news
            due = time.monotonic() + PATIENCE
            while others_work() and time.monotonic() < due and not stopped():
                yield news._replace(waits=True)
                time.sleep(PULSE)
            if stopped():
                break
    if news and news.moment.step:
        yield news._replace(last=True)


def begin(*paintings: Upload) -> Update:
    """What changes when a lesson is begun; `UserError` where there is no painting."""
    if not any(paintings):
        raise UserError(NO_PAINTING)
    return {"made": gr.Column(visible=False)}


def show(
    stopped: Stopped,
    others_work: Callable[[], bool],
    visit: Visit,
    values: dict[str, Any],
    photo: Upload,
    *paintings: Upload,
) -> Iterator[Update]:
    """Teaches a style by `values` of `TeachSettings`, seen on the photo; it is the visit's `learned` at last."""
    settings, folder = parts.settings_from(TeachSettings, values), parts.fresh_folder()
    seen = brushed(to_tensor(parts.opened(photo or _example(), NO_PHOTO, SHOWN, enlarge=True)))
    due = 0.0
    for news in learn(paintings, settings, stopped, others_work):
        update: Update = {"status": _progress(news)}
        if news.last or (time.monotonic() > due and not news.waits):
            update["canvas"] = canvas.preview(_painted(seen, news.moment), folder, news.moment.step)
            update["curve"] = gr.LinePlot(canvas.plotted(news.losses))
            due = time.monotonic() + EVERY
        if news.last:
            visit.wish = title_from(paintings)
            visit.words = f"Learned for {parts.duration(news.moment.seconds)}, {news.moment.step} steps"
            path = folder / "learned.safetensors"
            news.moment.save(path, visit.wish, settings)
            visit.learned = str(path)
        yield update


@torch.inference_mode()
def _painted(seen: Tensor, moment: Moment) -> Tensor:
    """The photo, as it is `seen` with its strokes, as the network paints it by now."""
    return prepare(moment.network())(seen.to(device())).float().cpu()


def _progress(news: News) -> str:
    moment = news.moment
    if news.last:
        text = "Hanging it in the gallery …"
    else:
        doing = "Others go first" if news.waits else f"Learning, step {moment.step}"
        text = f"{doing} · {parts.duration(moment.seconds_left)} left"
    return parts.status(" · ".join([text, *news.notes]), moment.seconds, moment.seconds + moment.seconds_left)


def title_from(paintings: Sequence[Upload]) -> str:
    """A title made of the names of the paintings' files."""
    return " and ".join(title_of(parts.stem(painting)) for painting in paintings if painting)


def _example() -> Upload:
    photos = {path.stem: str(path) for path in own_photos()}
    return {"path": photos.get(EXAMPLE) or next(iter(photos.values()))} if photos else None
