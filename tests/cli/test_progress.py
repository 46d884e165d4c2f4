"""A bar for those who can see it, and for nobody else."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator

import pytest
from tqdm import tqdm

from nst.cli.progress import followed


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def work(steps: int) -> Iterator[int]:
    for step in range(1, steps + 1):
        time.sleep(0.15)
        yield step


def test_a_terminal_shows_how_far_it_is_and_what_there_is_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    for step in followed(work(3), lambda step: (step, 3), lambda step: f"step {step} is done"):
        if step == 2:
            tqdm.write("All is well.", file=terminal)
    shown = terminal.getvalue().splitlines()
    assert any("2/3, step 2 is done" in line for line in shown)
    assert "All is well." in shown
    assert "3/3" in shown[-1]


def test_what_is_done_at_once_and_what_nobody_sees_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, steps in ((Terminal(), 0), (io.StringIO(), 2)):
        monkeypatch.setattr("sys.stderr", stream)
        assert list(followed(work(steps), lambda step: (step, 2))) == list(range(1, steps + 1))
        assert not stream.getvalue()
