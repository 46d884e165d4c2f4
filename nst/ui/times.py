"""How long work will take on this server, which the page says once it is known."""

from __future__ import annotations

import time

import gradio as gr

from nst.custom.optimization import OptimizeSettings
from nst.custom.pace import Labour, Pace
from nst.ui import parts
from nst.ui.events import HIDDEN, PROMPT
from nst.ui.zerogpu import is_lent

PACE = Pace()  # of this machine, for all visitors
USUAL = (4, 3)  # shape of a photo
EVERY = 2.0  # seconds from one look whether the server is idle to the next
MOMENT = 0.3  # seconds that such a look takes
LENT_STEP, LENT_MEGAPIXEL = 0.02, 0.1  # seconds on a GPU that is lent, generously: a step, and its pixels
IDLE = 0.2  # of a core, which this process keeps busy at most where it is idle


def watch(page: gr.Blocks) -> gr.State:
    """What changes as soon as the pace was tried, on the page that is open."""
    ticking, tried = gr.Timer(EVERY, active=False), gr.State(False)
    page.load(_begin, None, ticking, queue=False, **HIDDEN)
    ticking.tick(_tick, None, [ticking, tried], **PROMPT)
    return tried


def of(work: Labour, encoder: str = OptimizeSettings.encoder) -> str:
    """The time in words, not more exact than it is; empty where nothing is known."""
    seconds = PACE.seconds(encoder, work)
    if seconds is None:
        return ""
    unit = next(unit for least, unit in ((120, 30), (20, 5), (0, 1)) if seconds >= least)
    return parts.duration(max(1, round(seconds / unit) * unit))


def where_lent(work: Labour) -> float:
    """The seconds that work takes on a GPU that is lent, at most."""
    return LENT_STEP * work.steps + LENT_MEGAPIXEL * work.megapixels


def _begin() -> gr.Timer:
    # A GPU that is lent tells its pace by the runs on it alone.
    return gr.Timer(active=not PACE.is_tried and not is_lent())


def _tick() -> tuple[gr.Timer, bool]:
    if not PACE.is_tried and _is_idle():
        PACE.try_out()
    return gr.Timer(active=not PACE.is_tried), PACE.is_tried


def _is_idle() -> bool:
    """Whether this process does next to nothing for a moment: no visitor shall wait for a trial."""
    before = time.process_time()
    time.sleep(MOMENT)
    return time.process_time() - before < IDLE * MOMENT
