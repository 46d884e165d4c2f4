"""What is shown of a picture while an optimisation paints it: the canvas, its losses, how far it is."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import gradio as gr
import pandas as pd  # type: ignore[import-untyped]
from torch import Tensor

from nst.common.images import save_image, to_pil
from nst.custom.frame import Frame
from nst.ui import parts

EVERY = 0.3  # seconds between two looks at the canvas
SOON = 8  # steps after which a photo looks like a painting; small as it is then, they take little time
LATEST = 0.6  # seconds after which there is a first look, however few steps are done
LIVE = 1024  # px, the long side of what is shown while the work goes on
POINTS = 120  # of a curve at most, so that a long run does not send more and more
FLOOR = 1e-4  # a loss below is as good as none, as that of a canvas which is still the photo
LINES = {"content": "#5b7f95", "style": "#b0563a", "total": "#9a8f80"}


class Look(NamedTuple):
    """What there is to see of an optimisation at one moment."""

    frame: Frame
    losses: Sequence[tuple[float, ...]]  # content, style and total of every step so far
    notes: Sequence[str]  # sentences about what went wrong so far
    last: bool


def looks(frames: Generator[Frame, None, None], stopped: Callable[[], bool]) -> Generator[Look, None, None]:
    """A few looks a second at a stream, and one at its end, which `stopped` brings after the current step.

    The first waits for a painting: what there is after one step is nearly the photo.
    """
    losses: list[tuple[float, ...]] = []
    notes: list[str] = []
    due = time.monotonic() + LATEST
    with closing(frames):
        for frame in frames:
            losses.append((frame.content_loss, frame.style_loss, frame.total_loss))
            notes += [frame.note] if frame.note else []
            last = frame.step == frame.of or stopped()
            if last or frame.step == SOON or time.monotonic() > due:
                due = time.monotonic() + EVERY
                yield Look(frame, losses, notes, last)
            if last:
                return


def preview(painted: Tensor, folder: Path, step: int) -> str:
    """The path of a picture that is quick to send. Not left to gradio: it would write a frame that comes again anew."""
    picture, path = to_pil(painted), folder / f"{step}.jpg"
    picture.thumbnail((LIVE, LIVE))
    save_image(picture, path)
    parts.delete_when_old([str(path)])  # also where the visitor leaves before it is shown
    return str(path)


def plotted(losses: Sequence[tuple[float, ...]]) -> pd.DataFrame:
    """A row for each point of the curves; on a logarithmic scale, or the first steps would hide all others."""
    rows = [
        (step, math.log10(max(value, FLOOR)), part)
        for step in range(1, len(losses) + 1, 1 + len(losses) // POINTS)
        for part, value in zip(LINES, losses[step - 1], strict=True)
    ]
    return pd.DataFrame(rows, columns=["step", "loss", "part"])


def curve(elem_id: str) -> gr.LinePlot:
    """The place for the curves."""
    return gr.LinePlot(
        x="step",
        y="loss",
        color="part",
        color_map=LINES,
        color_title=" ",
        x_title="step",
        y_title="how far (loss, log₁₀)",
        height=240,
        elem_id=elem_id,
    )


def is_whole(look: Look) -> bool:
    """Whether all steps are done; otherwise it goes on, or was stopped."""
    return look.frame.step == look.frame.of


def progress(look: Look, goal: int, onward: bool) -> str:
    """The line about a look, and a bar; `goal` is the long side that the picture shall have, in pixels.

    `onward` says that the run goes on from an earlier one.
    """
    frame = look.frame
    height, width = frame.painted.shape[2:]
    steps, size = f"{frame.step} of {frame.of}", f"{width} × {height} px"
    if not look.last:
        text = f"{'Going on: step' if onward else 'Step'} {steps} · {parts.duration(frame.seconds_left)} left"
    elif is_whole(look):
        text = f"Finished after {parts.duration(frame.seconds)} · {size}"
    else:
        more = f" so far; Continue paints on to {goal} px" if max(width, height) < goal else ""
        text = f"Stopped at step {steps} with {size}{more}"
    return parts.status(" · ".join([text, *look.notes]), frame.step, frame.of)
