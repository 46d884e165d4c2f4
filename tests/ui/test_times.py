"""The page names times once they are known, and not before."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from serving import picture

from nst import OptimizeSettings
from nst.custom.pace import Pace, labour
from nst.ui import times
from nst.ui.custom import plans
from nst.ui.inside import row


@pytest.fixture(autouse=True)
def pace(monkeypatch: pytest.MonkeyPatch) -> Pace:
    """A machine that nothing is known of."""
    fresh = Pace()
    monkeypatch.setattr(times, "PACE", fresh)
    return fresh


def words(photo: Path | None = None, size: float = 512, steps: float = 100) -> tuple[str, str]:
    """What is said of the qualities, and of the rows."""
    upload = {"path": str(photo)} if photo else None
    return plans.told(upload, "compact", size, steps)["quality"].info, row.told("content")["size"].info


def test_there_is_no_number_before_anything_is_known() -> None:
    assert not re.search(r"\d", "".join(words()))


def test_a_run_gives_times_to_all(pace: Pace, tmp_path: Path) -> None:
    pace.record("compact", labour(4, 3, OptimizeSettings(size=512, steps=100)), 7.0)
    qualities, rows = words()
    assert re.fullmatch(
        "The painting’s longer side. About [23] s for a sketch, 7 s for a painting, 25 s for a masterpiece, .*",
        qualities,
    )
    assert re.fullmatch("A row takes about \\d+ s at 256 px, .* at 512 px, .* at 1024 px, on this server.", rows)
    square, _ = words(picture(tmp_path / "square.png", (60, 60)))
    assert "9 s for a painting" in square


def test_what_is_set_by_hand_is_named_once_it_makes_sense(pace: Pace) -> None:
    assert words(size=320)[0].startswith("Your own: 320 px, 100 steps. ")
    assert words(size=320, steps=64) == words(size=3) == words()  # a quality, and what is only half typed
    pace.record("compact", labour(4, 3, OptimizeSettings(size=512, steps=100)), 7.0)
    assert words(steps=200)[0].startswith("Your own: 512 px, 200 steps, about 13 s. ")
    assert "25 s for a masterpiece" in words(steps=200)[0]


def test_a_run_tells_nothing_of_pictures_that_are_much_larger(pace: Pace) -> None:
    pace.record("compact", labour(4, 3, OptimizeSettings(size=96, steps=20)), 1.0)
    assert not times.of(labour(4, 3, OptimizeSettings(size=2048)))
    assert times._begin().active  # so there is a trial yet
    pace.try_out()
    assert times.of(labour(4, 3, OptimizeSettings(size=2048)))


def test_a_trial_waits_until_the_server_is_idle(pace: Pace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert times._begin().active
    with monkeypatch.context() as busy:
        busy.setattr(time, "process_time", time.monotonic)  # which goes on as of one who works
        ticking, known = times._tick()
        assert (ticking.active, known) == (True, False)
        assert not times.of(labour(4, 3, OptimizeSettings()))
    ticking, known = times._tick()
    assert (ticking.active, known) == (False, True)
    assert times.of(labour(4, 3, OptimizeSettings()))
    assert not times._begin().active
