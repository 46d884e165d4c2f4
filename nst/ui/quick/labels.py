"""What hangs beside a picture in a museum, for the styles."""

from __future__ import annotations

import html
from collections.abc import Sequence

from nst.quick.presets import Preset

NOTHING_YET = '<div class="wall-label"><p>Choose a photo, then a style: the painting hangs here.</p></div>'


def wall_label(presets: Sequence[Preset]) -> str:
    """Beside what was painted in these styles."""
    return "".join(_words(preset, "In the style of") for preset in presets)


def invitation(presets: Sequence[Preset]) -> str:
    """Beside an example that was painted in these styles, for a visitor who has just come."""
    given = '<a href="#quick-photo">Give a photo</a>, and it is painted in the style of'
    return "".join(_words(preset, "Mixed with" if others else given) for others, preset in enumerate(presets))


def _words(preset: Preset, said: str) -> str:
    title = html.escape(preset.title)
    about = "".join(f", {html.escape(text)}" for text in (preset.artist, preset.year) if text)
    small = f"<small>{html.escape(preset.license)}</small>"
    return f'<div class="wall-label"><p>{said} <cite>{title}</cite>{about}. {small}</p></div>'
