"""A repository of styles, as `presets_in` reads it: their networks, records, thumbnails and samples, and a README."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps
from torch import Tensor

from nst.common.errors import UserError
from nst.common.examples import THUMBNAIL_PHOTO, own_photos
from nst.common.images import load_image, to_pil
from nst.common.weights import HubFile, fetch
from nst.publishing.card import PHOTOS, model_card, sample_of
from nst.publishing.hub import holds
from nst.quick.checkpoints import load_network, read_notes
from nst.quick.feedforward import StylizeSettings, stylize
from nst.quick.presets import BLANK, THUMBNAIL_SIDE, Preset, presets_in

PAINTED = 480  # px, the long side at which samples are painted
SIDE = 320  # px, of each of them


def styles_in(source: Path) -> tuple[Preset, ...]:
    """The styles of a file or folder; `UserError` where there is none, one cannot be read, or two have one name."""
    if not source.exists():
        raise UserError(f"There is no file or folder {source}.")
    if source.is_dir() and not ((source / "presets.toml").is_file() or any(source.glob("*.safetensors"))):
        raise UserError(f"There is nothing to publish in {source}: neither a presets.toml nor a style (.safetensors).")
    presets = presets_in(source)
    if not presets:
        raise UserError(f"There is nothing to publish in {source}: its presets.toml has no record.")
    slugs = [preset.slug for preset in presets]
    if twice := next((slug for slug in slugs if slugs.count(slug) > 1), ""):
        raise UserError(f"Two styles in {source} are called {twice}: give one of them another name.")
    for preset in presets:
        if isinstance(preset.source, Path):
            load_network(preset.source)
    return tuple(replace(each, artist="") if each.artist == Path(str(each.source)).name else each for each in presets)


def joined(repo: str, presets: Sequence[Preset]) -> tuple[Preset, ...]:
    """The styles that a repository has, if there is one, and these; of two of one name, the new one."""
    there = presets_in(repo) if holds(repo, "presets.toml") else ()
    return tuple({preset.slug: preset for preset in (*there, *presets)}.values())


def licensed(presets: Sequence[Preset], license: str) -> tuple[Preset, ...]:
    """The same, with a licence where none is stated."""
    return tuple(preset if preset.license else replace(preset, license=license) for preset in presets)


def files_of(repo: str, presets: Sequence[Preset]) -> dict[str, Path | bytes]:
    """All files of a repository with these styles, by name. Paints, for seconds.

    A network that is in another repository stays there, and is named in its record.
    """
    files: dict[str, Path | bytes] = {}
    records, styles = [], []
    photos = [load_image(photo, PAINTED) for photo in own_photos()[::2]]
    for preset in presets:
        path = _network(preset, repo)
        record = {"slug": preset.slug, "title": preset.title}
        if path:
            record["file"] = f"networks/{preset.slug}{path.suffix}"
            files[record["file"]] = path
        record["thumbnail"] = f"thumbnails/{preset.slug}{preset.thumbnail.suffix}"
        files[record["thumbnail"]] = _thumbnail(preset)
        files[sample_of(preset)] = _strip([_painted(photo, preset) for photo in photos])
        records.append(_record(preset, record))
        styles.append((preset, read_notes(path) if path else {}))
    files[PHOTOS] = _strip(list(map(to_pil, photos)))
    files["presets.toml"] = "\n".join(records).encode()
    files["README.md"] = model_card(repo, styles).encode()
    return files


def _network(preset: Preset, repo: str) -> Path | None:
    """The file of a style's network; none where it is in a repository other than this one."""
    if isinstance(preset.source, Path):
        return preset.source
    return fetch(preset.source, preset.title) if preset.source.repo == repo else None


def _record(preset: Preset, files: dict[str, str]) -> str:
    """A record of `presets.toml`."""
    words = files | {key: value for key in ("artist", "year", "license") if (value := getattr(preset, key))}
    lines = [f"{key} = {_quoted(value)}" for key, value in words.items()]
    if "file" not in files and isinstance(preset.source, HubFile):
        named = {key: value for key, value in vars(preset.source).items() if value}
        lines.append(f"checkpoint = {{ {', '.join(f'{key} = {_quoted(value)}' for key, value in named.items())} }}")
    if preset.painting_size:
        lines.append(f"painting_size = {preset.painting_size}")
    return "\n".join(["[[preset]]", *lines, f"strength = {preset.strength}", ""])


def _quoted(text: str) -> str:
    """A TOML string: one of JSON, but for a character that only TOML forbids."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _painted(photo: Tensor, preset: Preset) -> Image.Image:
    return to_pil(stylize(photo, StylizeSettings(style=preset.slug, strength=preset.strength), [preset]))


def _thumbnail(preset: Preset) -> bytes:
    """That of the style, or one of the photo that all styles are shown on."""
    if preset.thumbnail != BLANK:
        return preset.thumbnail.read_bytes()
    painted = _painted(load_image(THUMBNAIL_PHOTO, PAINTED), preset)
    return _jpeg(ImageOps.fit(painted, (THUMBNAIL_SIDE, THUMBNAIL_SIDE)))


def _strip(pictures: Sequence[Image.Image]) -> bytes:
    """Pictures side by side, cut to squares, as a JPEG."""
    strip = Image.new("RGB", (SIDE * len(pictures), SIDE))
    for number, picture in enumerate(pictures):
        strip.paste(ImageOps.fit(picture, (SIDE, SIDE)), (SIDE * number, 0))
    return _jpeg(strip)


def _jpeg(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, format="JPEG", quality=82, progressive=True)
    return file.getvalue()
