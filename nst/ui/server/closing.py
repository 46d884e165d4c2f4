"""How the server ends: what is being painted ends after its step, and the process soon after."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import threading
import time
from collections.abc import Callable

import gradio as gr

GRACE = 2.5  # seconds in which jobs end
LAST_WORDS = 0.3  # seconds in which what they say at last is sent
GOODBYE = 1  # seconds after that in which answers are sent
LATEST = 4.5  # seconds from the signal, after which the process is gone in any case
LOOK_EVERY = 0.05  # seconds
WORDS = "This server is being restarted: try again in a minute."

_asked = threading.Event()


def is_closing() -> bool:
    """Whether the process was told to end."""
    return _asked.is_set()


def listen() -> None:
    """SIGTERM, and Ctrl-C, close the server from now on; to be called on the main thread."""
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: _asked.set())


def serve(page: gr.Blocks, running: Callable[[], int]) -> None:
    """Keeps the page that was launched until the server is closed; `running` is the number of jobs."""
    _asked.wait()
    # By now the process ends well, whatever some thread of it still does.
    latest = threading.Timer(LATEST, os._exit, (0,))
    latest.daemon = True
    latest.start()
    logging.getLogger(__name__).info("closing", extra={"facts": {"running": running()}})
    due = time.monotonic() + GRACE
    while (running() or any(page._queue.active_jobs)) and time.monotonic() < due:
        time.sleep(LOOK_EVERY)
    time.sleep(LAST_WORDS)
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # it would print what it cancels
    page.server.config.timeout_graceful_shutdown = GOODBYE  # a page that is open keeps a connection open
    # Beside this thread: gradio waits for threads of its own that go on as long as a client is connected.
    end = threading.Thread(target=page.close, args=(False,), daemon=True)
    end.start()
    end.join(1.5 * GOODBYE)
    atexit._run_exitfuncs()  # temporary folders go
    os._exit(0)  # the interpreter would wait for threads that have nothing more to do
