"""Who waits for whom."""

from __future__ import annotations

from types import SimpleNamespace

import gradio as gr
import pytest
from gradio.queueing import EventQueue

from nst import UserError
from nst.ui.teach import turns


@pytest.fixture
def page() -> gr.Blocks:
    with gr.Blocks() as blocks:
        pass
    return blocks


def line(page: gr.Blocks, name: str, running: int, *sessions: str) -> None:
    """Puts so many events of a name to work, and those of some sessions behind them."""
    queue = EventQueue(name, 1)
    queue.queue = [SimpleNamespace(session_hash=session) for session in sessions]  # type: ignore[misc]
    page._queue.event_queue_per_concurrency_id[name] = queue
    works = [SimpleNamespace(session_hash=f"{number}", concurrency_id=name) for number in range(running)]
    page._queue.active_jobs = [[work] for work in works]  # type: ignore[list-item]


@pytest.mark.parametrize("name", ["quick", "custom", "long", "camera"])
def test_all_shorter_work_counts_as_soon_as_it_waits(page: gr.Blocks, name: str) -> None:
    line(page, "teach", 1, "another")
    assert not turns.others_work(page)
    line(page, name, 1)
    assert turns.others_work(page)
    line(page, name, 0, "somebody")
    assert turns.others_work(page)
    line(page, name, 0)
    assert not turns.others_work(page)


def test_who_waits_is_told_the_place() -> None:
    assert "Preparing" in turns.place(0)
    assert "another style is learned first" in turns.place(1)
    assert "2 other styles are learned first" in turns.place(2)
    assert "number 3" in turns.place(2)
    assert "in about 4 min" in turns.place(2, "4 min")


def test_nobody_waits_behind_too_many(page: gr.Blocks) -> None:
    line(page, "teach", 1, *"abcd")
    with pytest.raises(UserError, match="5 styles are to be learned before yours"):
        turns.LINE.admit(page, "one more")


def test_a_visitor_has_one_work_at_a_time(page: gr.Blocks) -> None:
    line(page, "teach", 1, "a")
    turns.LINE.admit(page, "b")
    for session in ("0", "a"):
        with pytest.raises(UserError, match="One work of yours"):
            turns.LINE.admit(page, session)
