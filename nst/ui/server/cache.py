"""Gradio's cache, where visitors' pictures lie: a folder of the app's own, in which nothing gets old."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from gradio import mcp

from nst.common.errors import UserError
from nst.common.images import Limits

VARIABLE = "GRADIO_TEMP_DIR"  # of the environment, where gradio looks
LOOKS = 4  # at the files, in the time that they are kept


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


def keep_tidy(folder: Path, own: Collection[str]) -> None:
    """Deletes what has become old, now and then; never returns.

    Gradio does so as well, but only with what it knows: not with what a process left that was killed.
    `own` are files of the page itself, which never get old.
    """
    kept = 60 * Limits().keep_minutes
    while True:
        for path in own:
            with suppress(OSError):
                os.utime(path)
        tidy(folder, kept)
        time.sleep(kept / LOOKS)


def tidy(folder: Path, age: float) -> None:
    """Deletes all files in a folder that came there longer ago than these seconds, and the folders that are empty."""
    before = time.time() - age
    for path in sorted(folder.rglob("*"), reverse=True):  # what is in a folder before the folder
        with suppress(OSError):  # another process was faster, or something is in it
            if path.lstat().st_ctime < before:
                path.rmdir() if path.is_dir() else path.unlink()
