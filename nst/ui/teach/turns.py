"""Whose turn it is: one style is taught at a time, and lets all other work go first."""

from __future__ import annotations

import gradio as gr

from nst.ui.events import EASEL, LONG, QUICK, TEACH
from nst.ui.jobs import Line
from nst.ui.quick import camera

OTHERS = [Line(queue) for queue in (QUICK, EASEL, LONG, camera.QUEUE)]
MOST = 4  # visitors that may wait; one waits minutes for each before


def others_work(page: gr.Blocks) -> bool:
    """Whether anything but a style is worked at, or waits for that."""
    return any(line.length(page) for line in OTHERS)


def full(ahead: int) -> str:
    """What is said to who cannot even wait."""
    return f"{ahead} styles are to be learned before yours, one after the other: try again later."


def place(ahead: int, wait: str = "") -> str:
    """What is said to who waits, of the styles that come before, and of the time that they take if it is known."""
    if not ahead:
        return "Preparing …"
    others = "another style is" if ahead == 1 else f"{ahead} other styles are"
    known = f", in about {wait}" if wait else ""
    return f"Waiting: {others} learned first, one at a time. You are number {ahead + 1}{known}."


LINE = Line(TEACH, place, "Nothing was learned.", full, MOST)
