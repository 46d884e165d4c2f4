"""The catalogue of ready-made styles in `styles/`: one record a preset."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from nst.errors import UserError
from nst.weights import STYLES, HubFile, is_cached


@dataclass(frozen=True)
class Preset:
    """One style of the gallery. Without a checkpoint it lives in the bundled bank, under its slug."""

    slug: str
    title: str
    artist: str
    year: str
    license: str
    strength: float = 1.0  # recommended, 0 to 1
    checkpoint: HubFile | None = None

    @property
    def thumbnail(self) -> Path:
        return STYLES / "thumbnails" / f"{self.slug}.jpg"

    @property
    def downloaded(self) -> bool:
        """Whether the preset can be used without a network."""
        return self.checkpoint is None or is_cached(self.checkpoint)


@functools.cache
def catalogue() -> tuple[Preset, ...]:
    """Every preset, in the gallery's order, from `styles/presets.toml`."""
    records = tomllib.loads((STYLES / "presets.toml").read_text(encoding="utf-8"))["preset"]
    return tuple(_preset(record) for record in records)


def find(slug: str) -> Preset:
    """The preset of that slug; `UserError` with the slugs there are if it is none of them."""
    for preset in catalogue():
        if preset.slug == slug:
            return preset
    raise UserError(f"There is no style {slug!r}. Choose one of {', '.join(preset.slug for preset in catalogue())}.")


def _preset(record: dict[str, object]) -> Preset:
    checkpoint = record.pop("checkpoint", None)
    file = HubFile(**checkpoint) if isinstance(checkpoint, dict) else None
    return Preset(**record, checkpoint=file)  # type: ignore[arg-type]
