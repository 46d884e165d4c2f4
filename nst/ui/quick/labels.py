"""What hangs beside a picture in a museum, for the styles."""

from __future__ import annotations

import html
from collections.abc import Sequence

from nst.quick.presets import Preset, catalogue

NOTHING_YET = '<div class="wall-label"><p>Choose a photo, then a style: the painting hangs here.</p></div>'


def wall_label(presets: Sequence[Preset]) -> str:
    """Beside what was painted in these styles."""
    return "".join(_words(preset, "In the style of") for preset in presets)


def invitation(preset: Preset) -> str:
    """For a visitor whose link names a style."""
    return _words(preset, '<a href="#quick-photo">Give a photo</a>, and it is painted in the style of')


def _words(preset: Preset, said: str) -> str:
    title, slug = html.escape(preset.title), html.escape(preset.slug)
    about = "".join(f", {html.escape(text)}" for text in (preset.artist, preset.year) if text)
    link = f' <a href="?style={slug}">Link to this style</a>' if preset in catalogue() else ""
    small = f"<small>{html.escape(preset.license)}{link}</small>"
    return f'<div class="wall-label"><p>{said} <cite>{title}</cite>{about}. {small}</p></div>'
