"""What hangs beside a picture in a museum, for the styles."""

from __future__ import annotations

import html

from nst.quick.feedforward import StylizeSettings
from nst.quick.presets import Preset
from nst.training.teaching import STROKES as LEARNED
from nst.training.teaching import TeachSettings
from nst.ui.quick.styling import STROKES, Choice

NOTHING_YET = '<div class="wall-label"><p>Choose a photo, then a style: the painting hangs here.</p></div>'
NO_STYLE_YET = '<div class="wall-label"><p>Choose a style.</p></div>'
OWN_PHOTO = '<a href="#quick-photo">Give a photo of your own</a>; this example is in the style of'


def wall_label(chosen: Choice, size: tuple[int, int] | None = None, *, example: bool = False) -> str:
    """Beside what was painted as chosen, of that width and height; an example asks for a photo of one's own."""
    done = ", ".join(unusual(chosen.settings))
    more = [f"{done[0].upper()}{done[1:]}." if done else "", f"{size[0]} × {size[1]} px." if size else ""]
    return _label(OWN_PHOTO if example else "In the style of", chosen, " ".join(filter(None, more)))


def invitation(chosen: Choice) -> str:
    """Beside an example that was painted as chosen, for a visitor who has just come."""
    return _label('<a href="#quick-photo">Give a photo</a>, and it is painted in the style of', chosen)


def announcement(chosen: Choice) -> str:
    """Beside what is about to be painted as chosen."""
    size = chosen.settings.size
    return busy(_label(f"Painting at {f'{size} px' if size else 'full size'} in the style of", chosen))


def busy(label: str) -> str:
    """The label while something is painted; page.css and page.js know of it."""
    return f'<div class="busy">{label}</div>'


def unusual(settings: StylizeSettings) -> list[str]:
    """What is said of the settings that are not the usual ones, but for the size."""
    usual = type(settings)
    strokes = next((name.lower() for name, size in STROKES.items() if size == settings.texture_size), "other")
    said = [
        f"strength {settings.strength:g}" if settings.strength != usual.strength else "",
        "the photo’s colours" if settings.keep_colors else "",
        f"{strokes} strokes" if settings.texture_size != usual.texture_size else "",
    ]
    return list(filter(None, said))


def _label(said: str, chosen: Choice, more: str = "") -> str:
    styles = chosen.styles
    shares = [f" ({share:.0%})" if len(styles) > 1 else "" for _, share in styles]
    about = [_about(preset) for preset, _ in styles]
    together = len(styles) > 1 and len(set(about)) == 1
    names = ", and of ".join(
        f"<cite>{html.escape(preset.title)}</cite>{share}{'' if together else its}"
        for (preset, _), share, its in zip(styles, shares, about, strict=True)
    )
    if together and about[0]:
        names += f", both{about[0].removeprefix(',')}"
    licenses = " · ".join(dict.fromkeys(html.escape(preset.license) for preset, _ in styles if preset.license))
    small = f" <small>Licence of the {'styles' if len(styles) > 1 else 'style'}: {licenses}</small>" if licenses else ""
    return f'<div class="wall-label"><p>{said} {names}.{f" {more}" if more else ""}{small}</p></div>'


def _about(preset: Preset) -> str:
    return "".join(f", {html.escape(text)}" for text in (preset.artist, preset.year, _learned(preset)) if text)


def _learned(preset: Preset) -> str:
    """With which strokes a style was learned, where they are not the usual ones."""
    unusual = {size: name for name, size in LEARNED.items() if size != TeachSettings.painting_size}
    name = unusual.get(preset.painting_size)
    return f"learned with {name.lower()} strokes" if name else ""
