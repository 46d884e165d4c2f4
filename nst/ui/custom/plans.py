"""The settings that a run has: of the page's values, and of the runs before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

import gradio as gr
from PIL import Image

from nst.common.errors import UserError
from nst.common.settings import options
from nst.custom.history import Run
from nst.custom.optimization import OptimizeSettings
from nst.custom.pace import labour
from nst.ui import parts, times
from nst.ui.events import Update
from nst.ui.parts import Upload

PAINTINGS = {"painting": "weight_1", "painting_2": "weight_2", "painting_3": "weight_3"}  # with their shares
QUALITIES = {"Sketch": (320, 80), "Painting": (512, 150), "Masterpiece": (1024, 200)}  # size in px, and steps
UNKNOWN = "How large and how fine; a sketch comes soonest."

Values = Mapping[str, Any]  # of the page: uploads and settings by name, and the path of a mask or nothing
Plan = Callable[[Values, Sequence[Run]], OptimizeSettings]


def anew(values: Values, runs: Sequence[Run] = ()) -> OptimizeSettings:
    """The settings of the page's values, where lists are text and every painting has a share."""
    lists = {name: _listed(values[name]) for name in ("content_layers", "style_layers")}
    try:
        layer_weights = tuple(float(item) for item in _listed(values["style_layer_weights"]))
    except ValueError:
        raise UserError("Style layer weights are numbers with commas between them, as in 1, 0.5, 0.5.") from None
    shares = tuple(values[share] for painting, share in PAINTINGS.items() if values[painting])
    if values["mask"] and values["outside"] == "painting":
        shares = shares[:-1]
    own = {"style_layer_weights": layer_weights, "painting_weights": shares}
    fields = {name: value for name, value in values.items() if name in options(OptimizeSettings)}
    return parts.settings_from(OptimizeSettings, fields | lists | own)


def values_of(settings: OptimizeSettings, pictures: Values) -> dict[str, Any]:
    """The page's values, but for the pictures, that `anew` makes those settings of."""
    shares = iter(settings.painting_weights)
    lists = ("content_layers", "style_layers", "style_layer_weights")
    return {
        **{name: value for name, value in asdict(settings).items() if name != "painting_weights"},
        **{name: ", ".join(map(str, getattr(settings, name))) for name in lists},
        **{share: next(shares, 1) for painting, share in PAINTINGS.items() if pictures[painting]},
    }


def quality_of(settings: OptimizeSettings) -> str | None:
    """The quality of that size and those steps, if there is one."""
    return next((name for name, its in QUALITIES.items() if its == (settings.size, settings.steps)), None)


def told(photo: Upload, encoder: str) -> Update:
    """What is said of the qualities: how long each of them takes, for this photo or one of a usual shape."""
    shape = times.USUAL
    with suppress(OSError, Image.DecompressionBombError):
        if photo:
            with Image.open(photo["path"]) as picture:
                shape = picture.size
    settings = [OptimizeSettings(size=size, steps=steps) for size, steps in QUALITIES.values()]
    words = [times.of(labour(*shape, each), encoder) for each in settings]
    if not all(words):
        return {"quality": gr.Radio(info=UNKNOWN)}
    first, *others = (f"{each} for a {name.lower()}" for each, name in zip(words, QUALITIES, strict=True))
    return {"quality": gr.Radio(info=f"About {first}, {', '.join(others)}, on this server.")}


def continued(values: Values, runs: Sequence[Run]) -> OptimizeSettings:
    """The page's settings, but never smaller than what was painted at just its size."""
    settings, last = anew(values), runs[-1].settings
    return replace(settings, size=max(settings.size, last.size), enlarge=True) if last.enlarge else settings


def enlarged(size: int) -> Plan:
    """The settings of the last run, at another size."""
    return lambda _, runs: replace(runs[-1].settings, size=size, enlarge=True)


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(item for part in (text or "").split(",") if (item := part.strip()))
