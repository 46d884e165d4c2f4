"""Long work goes on until it is done, or until its visitor stops it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from nst import UserError
from nst.ui.events import Update
from nst.ui.jobs import Stopped, Stops, place_in_line, timed


def visitor(name: str) -> Any:
    return SimpleNamespace(session_hash=name)


def endless(stopped: Stopped, first: int) -> Iterator[Update]:
    for number in count(first):
        yield {"number": number}
        if stopped():
            return


def test_a_visitor_stops_only_the_own_work() -> None:
    stops, mine, other = Stops(), visitor("mine"), visitor("other")
    work = stops.stream(endless)(mine, 5)
    assert "Preparing" in next(work)["status"]
    stops.ask(other)
    assert [next(work), next(work)] == [{"number": 5}, {"number": 6}]
    stops.ask(mine)
    assert list(work) == []
    stops.forget(mine)
    assert not stops.asked(mine)
    assert stops.asked(other)


def test_who_left_before_the_turn_came_is_not_painted_for() -> None:
    stops, visitor_ = Stops(), visitor("mine")
    stops.ask(visitor_)
    [only] = stops.stream(endless)(visitor_, 5)
    assert "Nothing was painted" in only["status"]


def test_work_that_cannot_be_done_says_so() -> None:
    def refused(stopped: Stopped) -> Iterator[Update]:
        yield {"number": 1}
        raise UserError("There is no more.")

    with pytest.warns(UserWarning, match="There is no more"):
        *_, last = Stops().stream(refused)(visitor("mine"))
    assert "Nothing was painted" in last["status"]


@pytest.mark.parametrize(("before", "words"), [(0, "Starting"), (1, "^One picture is"), (2, "^2 pictures are")])
def test_who_waits_is_told_how_many_come_before(before: int, words: str) -> None:
    assert re.search(words, place_in_line(before))
    assert ("20 s" in place_in_line(before, "20 s")) == (before > 0)


def test_work_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = count()
    assert not timed(lambda: False)()
    assert timed(lambda: next(asked) == 0)()
    monkeypatch.setenv("NST_WORK_MINUTES", "0")
    assert timed(lambda: False)()
