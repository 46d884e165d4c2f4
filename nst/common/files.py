"""Files that are written whole or not at all."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from nst.common.errors import UserError


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file in place of any that is there; where that fails, as on a full disk, all stays as it was.

    Raises `UserError` then.
    """
    partial = path.with_name(f".{uuid4().hex}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        raise UserError(f"{path.name} cannot be saved in {path.parent}: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):  # it is gone where all went well
            partial.unlink()


def make_folder(path: Path) -> None:
    """Makes a folder where there is none; raises `UserError` where that cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{path} cannot be made a folder: {error.strerror}.") from error
