"""What hangs beside a picture in a museum, for the styles."""

from __future__ import annotations

import html
from collections.abc import Sequence

from nst.quick.presets import Preset

NOTHING_YET = '<div class="wall-label"><p>Choose a photo, then a style: the painting hangs here.</p></div>'

Styles = Sequence[tuple[Preset, float]]  # each with its share


def wall_label(styles: Styles, size: tuple[int, int] | None = None) -> str:
    """Beside what was painted in these styles, of that width and height."""
    return _label("In the style of", styles, f" {size[0]} × {size[1]} px." if size else "")


def invitation(styles: Styles) -> str:
    """Beside an example that was painted in these styles, for a visitor who has just come."""
    return _label('<a href="#quick-photo">Give a photo</a>, and it is painted in the style of', styles)


def announcement(styles: Styles, size: int | None) -> str:
    """Beside what is about to be painted in these styles, with a long side of that size or the photo's own."""
    return busy(_label(f"Painting at {f'{size} px' if size else 'full size'} in the style of", styles))


def busy(label: str) -> str:
    """The label while something is painted; page.css and page.js know of it."""
    return f'<div class="busy">{label}</div>'


def _label(said: str, styles: Styles, more: str = "") -> str:
    mixed = len(styles) > 1
    names = ", and of ".join(_name(preset, f" ({share:.0%})" if mixed else "") for preset, share in styles)
    licenses = " · ".join(dict.fromkeys(html.escape(preset.license) for preset, _ in styles))
    return f'<div class="wall-label"><p>{said} {names}.{more} <small>{licenses}</small></p></div>'


def _name(preset: Preset, share: str) -> str:
    about = "".join(f", {html.escape(text)}" for text in (preset.artist, preset.year) if text)
    return f"<cite>{html.escape(preset.title)}</cite>{share}{about}"
