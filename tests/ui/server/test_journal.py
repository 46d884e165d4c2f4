"""Every job leaves a line in the log, and is counted."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from pathlib import Path

import pytest

from nst import UserError
from nst.common.files import write_whole
from nst.ui.server import cache, journal
from nst.ui.server.figures import BUCKETS, Figures
from nst.ui.server.journal import Line, job


def told(caplog: pytest.LogCaptureFixture) -> dict[str, object]:
    """The last line of the log."""
    line: dict[str, object] = json.loads(Line().format(caplog.records[-1]))
    return line


@pytest.fixture(autouse=True)
def seen(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "nst")


def test_a_job_that_is_done(caplog: pytest.LogCaptureFixture) -> None:
    with job("photo", lambda: False, preset="woodcut", size=None) as work:
        work.facts["size"] = 640
        assert not work.stopped()
    line = told(caplog)
    assert line.items() >= {"event": "job", "job": "photo", "preset": "woodcut", "size": 640, "outcome": "done"}.items()
    assert {"time", "level", "seconds", "memory_mb"} < line.keys()


def test_how_jobs_end_otherwise(caplog: pytest.LogCaptureFixture) -> None:
    def end(error: BaseException | None, stopped: bool = False) -> object:
        with suppress(UserError, GeneratorExit, ValueError), job("photo", lambda: stopped) as work:
            work.stopped()
            if error:
                raise error
        return told(caplog)["outcome"]

    assert end(None, stopped=True) == "stopped"
    assert end(UserError("Not so."), stopped=True) == "stopped"
    assert end(UserError("Not so.")) == "refused"
    assert end(GeneratorExit()) == "left"
    assert end(ValueError("secret")) == "failed"
    assert told(caplog)["error"] == "ValueError"
    assert "secret" not in caplog.text
    assert journal.FIGURES.running == 0


def test_figures_are_what_prometheus_reads() -> None:
    figures = Figures()
    for seconds in (0.2, 2, 20):
        figures.begin("photo")
        figures.end("photo", "done", seconds)
    figures.begin("photo")
    lines = [line for line in figures.text(3).splitlines() if not line.startswith("#")]
    values = {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}
    assert values['nst_jobs_total{job="photo",outcome="done"}'] == 3
    assert values['nst_jobs_running{job="photo"}'] == 1
    assert values["nst_queue_length"] == 3
    assert values["process_resident_memory_bytes"] > 1e7
    counts = [
        values[f'nst_job_seconds_bucket{{job="photo",le="{each}"}}'] for each in (*(f"{b:g}" for b in BUCKETS), "+Inf")
    ]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, 3)
    assert values['nst_job_seconds_sum{job="photo"}'] == pytest.approx(22.2)


def test_the_cache_is_a_folder_of_its_own_in_which_nothing_gets_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    (tmp_path / "of somebody else").touch()
    folder = cache.begin()
    assert folder.stat().st_mode & 0o777 == 0o700
    (folder / "visit").mkdir()
    write_whole(folder / "visit" / "photo.png", b"photo")
    cache.tidy(folder, 3600)
    assert (folder / "visit" / "photo.png").exists()
    cache.tidy(folder, 0)
    assert not (folder / "visit" / "photo.png").exists()
    cache.tidy(folder, 0)  # the folder, which has just changed, at the next look
    assert not list(folder.iterdir())
    assert (tmp_path / "of somebody else").exists()


def test_a_cache_that_cannot_be_written_to_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, "/dev/null/cache")
    with pytest.raises(UserError, match="set GRADIO_TEMP_DIR to a folder that can be written to"):
        cache.begin()
