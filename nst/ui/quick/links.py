"""Links to a result: its styles and settings, as the query of the page's address."""

from __future__ import annotations

from typing import Any

from nst.common.settings import options
from nst.quick.feedforward import StylizeSettings
from nst.quick.presets import catalogue
from nst.ui import links
from nst.ui.links import Parameters
from nst.ui.quick.styling import FIELDS, SIZES, STROKES, usual


def query(values: tuple[Any, ...]) -> str:
    """What stands behind the address for these values of `FIELDS`: the style, and what is not as it usually is.

    Nothing for a style that is not in everybody's gallery.
    """
    presets = {preset.slug: preset for preset in catalogue()}
    given = dict(zip(FIELDS, values, strict=True))
    if given["chosen"] not in presets or given["second"] not in ("", *presets):
        return ""
    usually = dict(zip(FIELDS, usual(presets[given["chosen"]]), strict=True))
    left_out = set() if given["second"] else {"blend"}
    said = {"style": given["chosen"]} | {
        FIELDS[name]: value
        for name, value in given.items()
        if value not in (None, usually[name]) and name not in left_out
    }
    return links.query(said)


def read(parameters: Parameters) -> tuple[Any, ...] | None:
    """The values of `FIELDS` that an address asks for; none where it names no style that there is.

    All else in it that there is not, or not any more, is as usual; numbers that are out of range are at its end.
    """
    presets = {preset.slug: preset for preset in catalogue()}
    preset = presets.get(parameters.get("style", ""))
    if preset is None:
        return None
    values = dict(zip(FIELDS, usual(preset), strict=True))
    if parameters.get("second") in presets:
        values["second"] = parameters["second"]
        values["blend"] = _number(parameters, "blend", values["blend"])
    values["strength"] = _number(parameters, "strength", values["strength"])
    values["keep"] = parameters.get("keep_colors") == "1"
    for name, offered in (("size", SIZES.values()), ("strokes", STROKES.values())):
        known = {str(size): size for size in offered}
        values[name] = known.get(parameters.get(FIELDS[name], ""), values[name])
    return tuple(values.values())


def _number(parameters: Parameters, name: str, usually: float) -> float:
    return links.number(parameters, name, options(StylizeSettings)[name], usually)
