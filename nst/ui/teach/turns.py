"""Whose turn it is: one style is taught at a time, and lets all other work go first."""

from __future__ import annotations

import gradio as gr

from nst.common.errors import UserError
from nst.ui.events import EASEL, LONG, QUICK, TEACH
from nst.ui.jobs import Line
from nst.ui.quick import camera

OTHERS = [Line(queue) for queue in (QUICK, EASEL, LONG, camera.QUEUE)]
MOST = 4  # visitors that may wait; one waits minutes for each before


def others_work(page: gr.Blocks) -> bool:
    """Whether anything but a style is worked at, or waits for that."""
    return any(line.length(page) for line in OTHERS)


def admit(page: gr.Blocks) -> None:
    """Lets a visitor wait; `UserError` where too many wait already."""
    waiting = LINE.length(page)
    if waiting > MOST:
        raise UserError(f"{waiting} styles are to be learned before yours, one after the other: try again later.")


def place(ahead: int) -> str:
    """What is said to who waits, of the styles that come before."""
    if not ahead:
        return "Preparing …"
    others = "another style is" if ahead == 1 else f"{ahead} other styles are"
    return f"Waiting: {others} learned first, one at a time. You are number {ahead + 1}."


LINE = Line(TEACH, place, "Nothing was learned.")
