"""What becomes of a painting: it is in the strip of the visit, is shown again, and serves for the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import gradio as gr

from nst.common.errors import UserError
from nst.common.images import read_settings
from nst.custom.history import Run, from_record
from nst.custom.optimization import OptimizeSettings
from nst.ui import formats, parts, visit
from nst.ui.custom import balance, plans
from nst.ui.custom.plans import PAINTINGS, Values
from nst.ui.events import Update
from nst.ui.parts import Upload
from nst.ui.visit import Kept

PICTURES = ("photo", *PAINTINGS)
# Where the words list settings: what they say otherwise, or what nobody wants to know.
UNSAID = {"size", "steps", "style_weight", "content_weight", "enlarge", "painting_weights", "seed"}


class Painted(NamedTuple):
    """A painting of this tab."""

    after: str  # a preview
    png: str  # the whole, called photo-custom.png, which carries its settings
    words: str  # what it is, for people
    status: str  # HTML
    pictures: Mapping[str, Upload]  # that it was painted from, by the names of their places


def painted(values: Values, shown: str, png: str, status: str) -> Painted:
    """The painting that was made of the page's values."""
    pictures = {name: values[name] for name in PICTURES}
    return Painted(shown, png, words_of(pictures, _runs(png)[-1]), status, pictures)


def words_of(pictures: Mapping[str, Upload], run: Run) -> str:
    """The names of the pictures, and the settings that are not the usual ones."""
    photo, *paintings = (parts.stem(upload) for upload in pictures.values() if upload)
    settings, usual = run.settings, asdict(OptimizeSettings())
    stopped = f"{run.steps} of " if run.steps < settings.steps else ""
    quality = "" if stopped else plans.quality_of(settings)
    said = [
        f"{photo} like {' and '.join(paintings)}",
        quality or f"{settings.size} px, {stopped}{settings.steps} steps",
        balance.words_of(settings.style_weight, settings.content_weight),
    ]
    for name, value in asdict(settings).items():
        if value != usual[name] and name not in UNSAID:
            text = ", ".join(map(str, value)) if isinstance(value, tuple) else f"{value}"
            said.append(name.replace("_", " ") + ("" if value is True else f" {text}"))
    if run.mask:
        said.append("masked")
    return " · ".join(filter(None, said))


def look_back(event: gr.SelectData, history: Sequence[Kept], suffix: str) -> Update:
    """A painting of the strip is on the canvas again, with its pictures and its settings."""
    made = visit.picked(event, history, Painted)
    if made is None:
        return {}
    settings = _runs(made.png)[-1].settings
    there = {name: upload for name, upload in made.pictures.items() if not upload or Path(upload["path"]).is_file()}
    return {
        "doors": gr.Tabs(selected="custom"),
        "canvas": made.after,
        "status": made.status,
        "done": made.png,
        "download": formats.to_download(made.png, suffix),
        "quality": plans.quality_of(settings),
        **balance.follow(settings.style_weight, settings.content_weight),
        **plans.values_of(settings, made.pictures),
        **{name: upload["path"] if upload else None for name, upload in there.items()},
    }


def used_as(place: str) -> Callable[[str], Update]:
    """What puts the painting on the canvas into the place of a picture, and says so."""

    def use(done: str) -> Update:
        if not Path(done).is_file():
            raise UserError(visit.GONE)
        gr.Info(f"This is the {place} now: press “Start anew”.", duration=4)
        return {place: done}

    return use


def _runs(png: str) -> list[Run]:
    return from_record(read_settings(png))
