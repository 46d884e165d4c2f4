"""The settings that a run has: of the page's values, and of the runs before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

import gradio as gr
from PIL import Image

from nst.common.errors import UserError
from nst.common.images import read_settings
from nst.common.settings import options
from nst.custom.history import Run, from_record
from nst.custom.optimization import OptimizeSettings
from nst.custom.pace import labour
from nst.ui import parts, times
from nst.ui.events import Update
from nst.ui.parts import Upload

PAINTINGS = {"painting": "weight_1", "painting_2": "weight_2", "painting_3": "weight_3"}  # with their shares
LARGEST = 4  # share of a painting, beside the others
QUALITIES = {"Sketch": (320, 64), "Painting": (512, 100), "Masterpiece": (1024, 136)}  # size in px, and steps
ENLARGED = (2048, 4096)  # px
SIZED = "The painting’s longer side."
UNKNOWN = f"{SIZED} A sketch comes soonest."

Values = Mapping[str, Any]  # of the page: uploads and settings by name, and the path of a mask or nothing
Plan = Callable[[Values, Sequence[Run]], OptimizeSettings]


def anew(values: Values, runs: Sequence[Run] = ()) -> OptimizeSettings:
    """The settings of the page's values, where lists are text and every painting has a share."""
    lists = {name: parts.listed(values[name]) for name in ("content_layers", "style_layers")}
    try:
        layer_weights = tuple(float(item) for item in parts.listed(values["style_layer_weights"]))
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


def quality_of(size: float, steps: float) -> str | None:
    """The quality of that size and those steps, if there is one."""
    return next((name for name, its in QUALITIES.items() if its == (size, steps)), None)


def choose(quality: str, photo: Upload, encoder: str) -> Update:
    """A quality is chosen: its size and steps."""
    size, steps = QUALITIES[quality]
    return {"size": size, "steps": steps, **told(photo, encoder, size, steps)}


def follow(photo: Upload, encoder: str, size: float, steps: float) -> Update:
    """The quality that size and steps make which were set by hand."""
    return {"quality": gr.Radio(value=quality_of(size, steps), info=words_of(photo, encoder, size, steps))}


def told(photo: Upload, encoder: str, size: float, steps: float) -> Update:
    """What is said of the qualities."""
    return {"quality": gr.Radio(info=words_of(photo, encoder, size, steps))}


def words_of(photo: Upload, encoder: str, size: float, steps: float) -> str:
    """What is chosen by hand, and how long each quality takes, for this photo or one of a usual shape."""
    shape = times.USUAL
    with suppress(OSError, Image.DecompressionBombError):
        if photo:
            with Image.open(photo["path"]) as picture:
                shape = picture.size

    own = "" if quality_of(size, steps) else _own(shape, encoder, size, steps)
    settings = [OptimizeSettings(size=size, steps=steps) for size, steps in QUALITIES.values()]
    words = [times.of(labour(*shape, each), encoder) for each in settings]
    if not all(words):
        return own + UNKNOWN
    first, *others = (f"{each} for a {name.lower()}" for each, name in zip(words, QUALITIES, strict=True))
    return f"{own}{SIZED} About {first}, {', '.join(others)}, on this server."


def _own(shape: tuple[int, int], encoder: str, size: float, steps: float) -> str:
    """What is said of size and steps that were set by hand; nothing of those that are only half typed."""
    with suppress(UserError):
        settings = parts.settings_from(OptimizeSettings, {"size": size, "steps": steps})
        time = times.of(labour(*shape, settings), encoder)
        return f"Your own: {settings.size} px, {settings.steps} steps{f', about {time}' if time else ''}. "
    return ""


def enlarging(png: str) -> Update:
    """What is said of enlarging that painting: how long it takes, once that is known."""
    settings = from_record(read_settings(png))[-1].settings
    with Image.open(png) as picture:
        width, height = picture.size
    larger = [replace(settings, size=size, enlarge=True) for size in ENLARGED]
    words = [times.of(labour(width, height, each, max(width, height)), each.encoder) for each in larger]
    said = " and ".join(f"about {time} to {size} px" for time, size in zip(words, ENLARGED, strict=True) if time)
    return {"enlarging": f"<p>Enlarging takes {said}, on this server.</p>" if said else ""}


def continued(values: Values, runs: Sequence[Run]) -> OptimizeSettings:
    """The page's settings, but never smaller than what was painted at just its size."""
    settings, last = anew(values), runs[-1].settings
    return replace(settings, size=max(settings.size, last.size), enlarge=True) if last.enlarge else settings


def enlarged(size: int) -> Plan:
    """The settings of the last run, at another size."""
    return lambda _, runs: replace(runs[-1].settings, size=size, enlarge=True)
