"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from nst.common.errors import UserError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)


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


def lacks_room(error: BaseException) -> bool:
    """Whether this happened, or its cause did, because a disk is full or may not be written to."""
    cause = error if isinstance(error, OSError) else error.__cause__
    return isinstance(cause, OSError) and cause.errno in _NO_ROOM


def temporary_folder(prefix: str) -> TemporaryDirectory[str]:
    """A new folder for as long as the process lives; raises `UserError` where there is no place for one."""
    try:
        return TemporaryDirectory(prefix=prefix)
    except OSError as error:
        raise UserError("No temporary file can be written: set TMPDIR to a folder where there is room.") from error


def make_folder(path: Path) -> None:
    """Makes a folder where there is none; raises `UserError` where that cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{path} cannot be made a folder: {error.strerror}.") from error
