"""Whose turn it is: one style is taught at a time, and lets all other work go first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from nst.common.errors import UserError
from nst.ui import parts
from nst.ui.events import EASEL, LONG, QUICK, TEACH, Update
from nst.ui.quick import camera

OTHERS = [queue["concurrency_id"] for queue in (QUICK, EASEL, LONG, camera.QUEUE)]
MOST = 4  # visitors that may wait; one waits minutes for each before


def others_work(page: gr.Blocks) -> bool:
    """Whether anything but a style is worked at, or waits for that."""
    return any(queue.current_concurrency or queue.queue for queue in _queues(page, OTHERS))


def begin(page: gr.Blocks) -> Update:
    """What is said of a wish that comes now; `UserError` where too many wait already."""
    waiting = sum(queue.current_concurrency + len(queue.queue) for queue in _own(page))
    if waiting > MOST:
        raise UserError(f"{waiting} styles are to be learned before yours, one after the other: try again later.")
    return {"status": parts.status(_words(waiting))}


def tick(page: gr.Blocks, request: gr.Request) -> Update:
    """What is said while the visitor waits."""
    for queue in _own(page):
        sessions = [event.session_hash for event in queue.queue]
        if request.session_hash in sessions:
            ahead = queue.current_concurrency + sessions.index(request.session_hash)
            return {"status": parts.status(_words(ahead))}
    return {}


def _words(ahead: int) -> str:
    if not ahead:
        return "Preparing …"
    others = "another style is" if ahead == 1 else f"{ahead} other styles are"
    return f"Waiting: {others} learned first, one at a time. You are number {ahead + 1}."


def _own(page: gr.Blocks) -> list[Any]:
    return _queues(page, [TEACH["concurrency_id"]])


def _queues(page: gr.Blocks, names: Sequence[str]) -> list[Any]:
    """Gradio's queues of these names; one that nothing came into yet is not there."""
    queues = page._queue.event_queue_per_concurrency_id
    return [queues[name] for name in names if name in queues]
