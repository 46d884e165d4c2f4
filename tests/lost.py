"""A worker of Ray's is lost, for the tests of work on many of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def losing_a_worker(name: str) -> Iterator[None]:
    """Meanwhile the first worker of this process at work on the function `ray::name` is killed."""
    killed: list[str] = []
    killer = threading.Thread(target=_kill_a_worker, args=(name, killed))
    killer.start()
    yield
    killer.join()
    assert killed


def _kill_a_worker(name: str, killed: list[str]) -> None:
    import psutil  # which comes with Ray

    until = time.monotonic() + 120
    while not killed and time.monotonic() < until:
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):  # it has ended
                if "".join(process.cmdline()).startswith(f"ray::{name}"):
                    process.kill()
                    killed.append(name)
                    return
        time.sleep(0.02)
