"""Many photos in one style, one after the other: files, and what is in ZIP files."""

from __future__ import annotations

import functools
import zipfile
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from torch import Tensor

from nst.common.archives import entries
from nst.common.errors import UserError
from nst.common.images import SUFFIXES, Limits, open_image, to_bytes
from nst.quick.feedforward import StylizeSettings, stylize
from nst.quick.presets import Preset

FORMATS = ("png", "jpg", "webp")
BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # of the others, a few bytes at a time may become gigabytes
LONGEST = 150  # bytes of a photo's name that its painting's name has


@dataclass(frozen=True)
class Photo:
    """A photo that has yet to be read."""

    name: str
    result: str  # what the painting shall be called, without an ending
    read: Callable[[], Path | bytes]


class Done(NamedTuple):
    """What became of one photo."""

    photo: Photo
    painting: Tensor | None  # (1, 3, H, W), uint8
    problem: str = ""  # a sentence, where there is no painting


def photos_in(files: Iterable[tuple[str, Path]], style: str, most: int | None = None) -> list[Photo]:
    """The photos among files, each with its name, and in the ZIP files among them; results are PHOTO-STYLE, all unlike.

    What does not end like a picture within a ZIP file is passed over. Raises `UserError` if there is no photo at all,
    for more than `most`, and for a ZIP file that cannot be read.
    """
    found: list[tuple[str, Callable[[], Path | bytes]]] = []
    for name, path in files:
        if name.lower().endswith(".zip"):
            found += [(entry, functools.partial(_read_zipped, path, entry)) for entry in _entries(name, path)]
        else:
            found.append((name, functools.partial(Path, path)))
        if most is not None and len(found) > most:
            raise UserError(f"These are more than {most} photos: give {most} at most at once.")
    if not found:
        raise UserError("There is no photo yet: give pictures, or ZIP files with pictures in them.")
    results = _unlike(f"{_shortened(PurePosixPath(name).stem)}-{style}" for name, _ in found)
    return [Photo(name, result, read) for (name, read), result in zip(found, results, strict=True)]


def stylize_all(
    photos: Iterable[Photo], settings: StylizeSettings, more: Sequence[Preset] = ()
) -> Generator[Done, None, None]:
    """Paints one photo after the other; one that cannot be painted does not stop the rest."""
    for photo in photos:
        try:
            image = open_image(photo.read(), settings.size, name=photo.name, enlarge=True)
            yield Done(photo, stylize(to_bytes(image), settings, more))
        except UserError as error:
            yield Done(photo, None, str(error))


def _unlike(names: Iterable[str]) -> list[str]:
    """The names, with a number to those that were there before, be it in other letters, large or small."""
    seen: dict[str, int] = {}  # how often
    made = []
    for name in names:
        other = name
        while other.casefold() in seen:
            seen[name.casefold()] = seen.get(name.casefold(), 1) + 1
            other = f"{name}-{seen[name.casefold()]}"
        seen[other.casefold()] = 1
        made.append(other)
    return made


def _shortened(stem: str) -> str:
    """What leaves room in the name of a file for a style and an ending."""
    return stem.encode(errors="surrogateescape")[:LONGEST].decode(errors="ignore")


def _entries(name: str, path: Path) -> list[str]:
    """The pictures in a ZIP file, but for those that a Mac or a hidden folder adds."""
    names = [entry.filename for entry in entries(path, name) if not entry.is_dir()]
    return sorted(each for each in names if _is_picture(PurePosixPath(each)))


def _is_picture(path: PurePosixPath) -> bool:
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
    return path.suffix.lower() in SUFFIXES and not hidden


def _read_zipped(path: Path, entry: str) -> bytes:
    """One file in a ZIP file, or as much of it as tells that it is too large, whatever its header says."""
    try:
        with zipfile.ZipFile(path) as file, file.open(entry) as opened:
            if file.getinfo(entry).compress_type not in BOUNDED:
                raise NotImplementedError
            return opened.read(int(Limits().megabytes * 1e6) + 1)
    except Exception as error:  # it is encrypted, or damaged, of which every compression has its own exception
        raise UserError(f"{entry} cannot be taken out of its ZIP file.") from error
