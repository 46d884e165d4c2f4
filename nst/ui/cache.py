"""Gradio's cache, where visitors' pictures lie: a folder of the app's own, in which nothing gets old."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from gradio import mcp

from nst.common.errors import UserError

VARIABLE = "GRADIO_TEMP_DIR"  # of the environment, where gradio looks
KEPT = 3600  # seconds that a file stays
EVERY = 900  # seconds from one look to the next


def begin() -> Path:
    """Makes the folder, for nobody else to read, and tells gradio of it; to be called before a page is built.

    It is within the folder that the environment names for it, or that for temporary files. Raises `UserError` where
    neither can be written to.
    """
    folder = Path(os.environ.get(VARIABLE) or tempfile.gettempdir()) / f"nst-{os.getuid()}"
    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        reason = f"Pictures cannot be kept in {folder} ({error.strerror})"
        raise UserError(f"{reason}: set {VARIABLE} to a folder that can be written to.") from error
    os.environ[VARIABLE] = mcp.DEFAULT_TEMP_DIR = str(folder)  # the latter holds what agents send
    return folder


def keep_tidy(folder: Path) -> None:
    """Deletes what has become old, every quarter of an hour; never returns.

    Gradio does so as well, but only with what it knows: not with what a process left that was killed.
    """
    while True:
        tidy(folder, KEPT)
        time.sleep(EVERY)


def tidy(folder: Path, age: float) -> None:
    """Deletes all files in a folder that came there longer ago than these seconds, and the folders that are empty."""
    before = time.time() - age
    for path in sorted(folder.rglob("*"), reverse=True):  # what is in a folder before the folder
        with suppress(OSError):  # another process was faster, or something is in it
            if path.lstat().st_ctime < before:
                path.rmdir() if path.is_dir() else path.unlink()
