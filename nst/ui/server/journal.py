"""The log: a line of JSON for every job, which says what it was and how it ended, and nothing of who wanted it."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from nst.common.errors import UserError
from nst.common.files import lacks_room
from nst.ui.server import closing
from nst.ui.server.figures import Figures, resident

FIGURES = Figures()  # of this process

_log = logging.getLogger(__name__)


class Line(logging.Formatter):
    """A record as one JSON object: its time, level and message, and the `facts` that it was given."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {"time": when, "level": record.levelname.lower(), "event": record.getMessage()}
        return json.dumps(said | getattr(record, "facts", {}), ensure_ascii=False)


def write() -> None:
    """Writes the log of all of `nst` to standard error from now on."""
    handler, log = logging.StreamHandler(), logging.getLogger("nst")
    handler.setFormatter(Line())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


class Work:
    """A job that goes on. `facts` are what the log says of it: numbers, and names that are no visitor's."""

    def __init__(self, asked: Callable[[], bool], facts: dict[str, Any]) -> None:
        self.facts = facts
        self._asked = asked
        self.cut_short = False

    def stopped(self) -> bool:
        """Whether it shall end now, as the visitor has asked, or as the server is being closed."""
        self.cut_short = self.cut_short or self._asked() or closing.is_closing()
        return self.cut_short


@contextmanager
def job(name: str, stopped: Callable[[], bool], level: int = logging.INFO, **facts: Any) -> Iterator[Work]:
    """Counts and logs a job. The outcome is one of done, stopped, refused (with a sentence), left (by a visitor who
    closed the page), failed.

    Raises `UserError` where the server is being closed: at once, or when that has cut the job short.
    """
    if closing.is_closing():
        raise UserError(closing.WORDS)
    work, begun, outcome = Work(stopped, facts), time.monotonic(), "done"
    FIGURES.begin(name)
    try:
        yield work
    except GeneratorExit:
        outcome = "left"
        raise
    except Exception as error:
        outcome = "refused" if isinstance(error, UserError) and not lacks_room(error) else "failed"
        if outcome == "failed":
            work.facts["error"] = "no room on the disk" if lacks_room(error) else type(error).__name__
        raise
    finally:
        outcome = "stopped" if work.cut_short and outcome != "failed" else outcome
        seconds = time.monotonic() - begun
        FIGURES.end(name, outcome, seconds)
        told = {name: value for name, value in work.facts.items() if value is not None}
        told |= {"seconds": round(seconds, 3), "memory_mb": round(resident() / 1e6), "outcome": outcome}
        _log.log(level, "job", extra={"facts": {"job": name, **told}})
    if work.cut_short and closing.is_closing():
        raise UserError(closing.WORDS)
