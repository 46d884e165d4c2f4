"""The catalogue of ready-made styles: those in `styles/`, and the collections that a host adds to them.

A collection is a folder or a repository on the Hub with a `presets.toml`, one record a preset, as the README says.
"""

from __future__ import annotations

import base64
import functools
import logging
import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

from nst.common.errors import UserError
from nst.common.files import temporary_folder
from nst.common.images import Limits, open_image, save_image
from nst.common.weights import STYLES, HubFile, fetch, is_cached, resolve
from nst.quick.checkpoints import load_network, read_notes

STYLES_VARIABLE = "NST_STYLES"  # of the environment: further collections, with commas between them
BLANK = STYLES / "thumbnails" / "blank.jpg"

LONGEST_TITLE = 60  # characters of a title in a file's record
LARGEST_THUMBNAIL = 200_000  # characters of a thumbnail there
THUMBNAIL_SIDE = 240  # px

_THUMBNAILS = temporary_folder("nst-styles-")  # those that came within files
_REPO = re.compile(r"\w[\w.-]*/\w[\w.-]*")

Find = Callable[[str], Path | HubFile]  # a file of a collection, by its name there


@dataclass(frozen=True)
class Preset:
    """One style of the gallery."""

    slug: str
    title: str
    source: Path | HubFile  # the file that its network is in
    artist: str = ""
    year: str = ""
    license: str = ""
    strength: float = 1.0  # recommended, above 0 to 1.5
    thumbnail: Path = BLANK

    @property
    def bundled(self) -> bool:
        """Whether it comes with this project."""
        return isinstance(self.source, Path) and self.source.is_relative_to(STYLES)

    @property
    def downloaded(self) -> bool:
        """Whether it can be used without a network."""
        return isinstance(self.source, Path) or is_cached(self.source)


def catalogue() -> tuple[Preset, ...]:
    """Every preset, in the gallery's order; collections that cannot be read are left out, and logged."""
    return _catalogue(os.environ.get(STYLES_VARIABLE, ""))


def find(slug: str, more: Sequence[Preset] = ()) -> Preset:
    """The preset of that slug, in `more` or the catalogue; `UserError` with the slugs there are if it is in neither."""
    known = (*more, *catalogue())
    for preset in known:
        if preset.slug == slug:
            return preset
    raise UserError(f"There is no style {slug!r}. Choose one of {', '.join(preset.slug for preset in known)}.")


def presets_in(source: str | Path) -> tuple[Preset, ...]:
    """The presets of a collection, or the one of a file of weights.

    `source` is a file, a folder with a `presets.toml` or of style files alone, or a repository on the Hub that has a
    `presets.toml`, as "owner/name" or "owner/name@revision". Raises `UserError` for what is none of these, cannot be
    had, or does not keep to the format.
    """
    path = Path(source)
    if path.is_file():
        return (_read(path),)
    if path.is_dir():
        own = [] if (path / "presets.toml").is_file() else sorted(path.glob("*.safetensors"))
        return tuple(map(_read, own)) or _collection(path, lambda name: path / name)
    repo, _, revision = str(source).partition("@")
    if not (_REPO.fullmatch(repo) and _is_inside(revision)):
        raise UserError(f"{source} is no file, no folder, and no repository on the Hub (owner/name).")
    revision = resolve(repo, revision or "main")

    def find_on_hub(name: str) -> HubFile:
        return HubFile(repo, name, revision)

    return _collection(fetch(find_on_hub("presets.toml"), repo).parent, find_on_hub)


def to_record(title: str, thumbnail: bytes, strength: float = 1.0) -> dict[str, str]:
    """What a style's file says of the style in its notes; the thumbnail is a JPEG."""
    return {"title": title, "strength": str(strength), "thumbnail": base64.b64encode(thumbnail).decode()}


def _read(path: Path) -> Preset:
    """The preset of a file of weights; what its record says that cannot be is left out."""
    load_network(path)  # which says what is wrong with it
    record, preset = read_notes(path), Preset(slug_of(path.stem), title_of(path.stem), path, artist=path.name)
    title = plain_title(record.get("title", ""))
    with suppress(ValueError):
        if 0 < (strength := float(record.get("strength", ""))) <= 1.5:
            preset = replace(preset, strength=strength)
    return replace(preset, title=title or preset.title, thumbnail=_shown(record.get("thumbnail", "")))


@functools.lru_cache(maxsize=256)
def _shown(thumbnail: str) -> Path:
    """A file with the thumbnail of a record, while this process lives; the blank one where it is no picture."""
    with suppress(ValueError, UserError):
        if 0 < len(thumbnail) <= LARGEST_THUMBNAIL:
            picture = open_image(base64.b64decode(thumbnail, validate=True), THUMBNAIL_SIDE, Limits(megapixels=1))
            path = Path(_THUMBNAILS.name, f"{uuid4().hex}.jpg")
            save_image(picture, path, light=True)  # drawn anew, with nothing in it but the picture
            return path
    return BLANK


@functools.cache
def _catalogue(sources: str) -> tuple[Preset, ...]:
    log = logging.getLogger(__name__)
    presets = {preset.slug: preset for preset in presets_in(STYLES)}
    for source in filter(None, map(str.strip, sources.split(","))):
        try:
            found = presets_in(source)
        except UserError as error:
            log.warning("%s", error)
            continue
        for preset in found:
            if presets.setdefault(preset.slug, preset) is not preset:
                log.warning("%s has a style %r, and so has what was read before it.", source, preset.slug)
    return tuple(presets.values())


def _collection(folder: Path, find_file: Find) -> tuple[Preset, ...]:
    """The presets of the `presets.toml` in a folder; `find_file` finds the files that it names."""
    try:
        records = tomllib.loads((folder / "presets.toml").read_text(encoding="utf-8"))["preset"]
        return tuple(_preset(dict(record), find_file) for record in records)
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        reason: object = error
        if isinstance(error, FileNotFoundError):
            reason = "there is none"
        elif isinstance(error, KeyError):
            reason = f"{error} is missing"
        raise UserError(f"{folder.name}/presets.toml could not be read: {reason}.") from error


def _preset(record: dict[str, Any], find_file: Find) -> Preset:
    """The preset of one record; `ValueError`, `LookupError` or `TypeError` for what does not keep to the format."""
    slug = record["slug"]
    if not isinstance(slug, str) or slug != slug_of(slug):
        raise ValueError(f"the slug {slug!r} is not of small letters, digits and hyphens")
    file, checkpoint = record.pop("file", f"networks/{slug}.safetensors"), record.pop("checkpoint", None)
    source = _on_hub(**checkpoint) if checkpoint else find_file(_checked(file))
    if isinstance(source, Path) and not source.is_file():
        raise ValueError(f"{slug} is in {file}, which is not there")
    thumbnail = _thumbnail(find_file, record.pop("thumbnail", f"thumbnails/{slug}.jpg"))
    kinds: Mapping[str, type | tuple[type, ...]] = {"strength": (int, float)}
    for name, value in record.items():
        if name not in {field.name for field in fields(Preset)} or not isinstance(value, kinds.get(name, str)):
            raise ValueError(f"{slug} has {name} = {value!r}")
    preset = Preset(**record, source=source, thumbnail=thumbnail)
    if not 0 < preset.strength <= 1.5:
        raise ValueError(f"{slug} has strength = {preset.strength}")
    return preset


def _on_hub(**names: str) -> HubFile:
    """A file of any repository; its names become part of a path here, which may not leave the Hub's cache."""
    file = HubFile(**names)
    if not (all(isinstance(name, str) for name in names.values()) and _REPO.fullmatch(file.repo)):
        raise ValueError(f"{names} is not a file on the Hub")
    _checked(file.filename)
    _checked(file.revision)
    return file


def _thumbnail(find_file: Find, name: str) -> Path:
    file = find_file(_checked(name))
    with suppress(UserError):  # a gallery can do without
        path = file if isinstance(file, Path) else fetch(file, name)
        if path.is_file():
            return path
    return BLANK


def _checked(name: str) -> str:
    """The name of a file, which may not lie outside of its collection."""
    if not _is_inside(name):
        raise ValueError(f"{name} is not a file of this collection")
    return name


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not (path.is_absolute() or ".." in path.parts or "\\" in name)


def slug_of(name: str) -> str:
    """A slug made of a name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "style"


def plain_title(text: str) -> str:
    """A title as somebody wrote it, on one line and not too long."""
    return " ".join("".join(filter(str.isprintable, text)).split())[:LONGEST_TITLE]


def title_of(name: str) -> str:
    """A title made of the name of a file."""
    return re.sub(r"[\W_]+", " ", name).strip().capitalize() or "Style"
