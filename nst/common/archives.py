"""ZIP files that somebody else made: what is in them, if they are no larger than they should be."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import BinaryIO, cast

from nst.common.errors import UserError

MOST = 2_000_000  # bytes of a directory: ten thousand entries with long names


class _Bounded:
    """A file for `zipfile`, which reads the whole directory at once, whatever its size."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self.name = file, name
        self.seek, self.tell, self.seekable, self.close = file.seek, file.tell, file.seekable, file.close

    def read(self, size: int = -1) -> bytes:
        if size > MOST:
            raise UserError(f"{self.name} holds too many files: give fewer at once.")
        return self._file.read(size if size >= 0 else MOST)  # to the end, which `zipfile` asks for only near it


def entries(path: Path, name: str | None = None) -> list[zipfile.ZipInfo]:
    """What is in a ZIP file, by its directory; nothing of it is unpacked. `name` is what messages call it.

    Raises `UserError` for a file that is none, or whose directory is above `MOST`.
    """
    name = name or path.name
    try:
        with path.open("rb") as file, zipfile.ZipFile(cast(BinaryIO, _Bounded(file, name))) as archive:
            return archive.infolist()
    except UserError:
        raise
    except Exception as error:  # it raises whatever it stumbles over
        raise UserError(f"{name} is not a ZIP file that can be read.") from error
