"""What becomes of a painting: it is in the strip of the visit, is shown again, and serves for the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import gradio as gr
from PIL import Image

from nst.common.images import read_settings
from nst.custom.history import Run, from_record
from nst.custom.optimization import OptimizeSettings
from nst.ui import formats, parts, visit
from nst.ui.custom import balance, links, plans
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
    png: str  # the whole, called photo-painting.png, which carries its settings
    words: str  # what it is, for people
    status: str  # HTML
    pictures: Mapping[str, Upload]  # that it was painted from, by the names of their places
    whole: bool  # otherwise it was stopped
    query: str  # of a link to its settings


def painted(values: Values, shown: str, png: str, status: str, whole: bool) -> Painted:
    """The painting that was made of the page's values."""
    pictures = {name: values[name] for name in PICTURES}
    words, query = words_of(pictures, png, whole), links.query(_runs(png)[-1].settings, pictures)
    return Painted(shown, png, words, status, pictures, whole, query)


def file_name(values: Values) -> str:
    """What the PNG of these pictures is called."""
    photo, *paintings = (parts.stem(values[name]) for name in PICTURES if values[name])
    ending = f"-{'-'.join(paintings)}"
    return f"{photo.removesuffix(ending)}{ending}.png"  # which the photo has where it was painted of them before


def words_of(pictures: Mapping[str, Upload], png: str, whole: bool) -> str:
    """The names of the pictures, how large it is and how fine, and the settings that are not the usual ones."""
    photo, *paintings = (parts.stem(upload) for upload in pictures.values() if upload)
    runs = _runs(png)
    run, usual = runs[-1], asdict(OptimizeSettings())
    settings = run.settings
    with Image.open(png) as picture:
        side = max(picture.size)
    said = [
        f"{photo} like {' and '.join(paintings)}",
        f"{side} px, {_effort(runs, whole)}",
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
        **plans.follow(made.pictures["photo"], settings.encoder, settings.size, settings.steps),
        **plans.enlarging(made.png),
        "share": shared(made),
        **leading(made.whole),
        **balance.follow(settings.style_weight, settings.content_weight),
        **plans.values_of(settings, made.pictures),
        **{name: upload["path"] if upload else None for name, upload in there.items()},
    }


def leading(whole: bool) -> Update:
    """The button that leads on: after a painting the next one, after one that was stopped the rest of it."""
    return {
        "start": gr.Button("Start anew", variant="primary" if whole else "secondary"),
        "onward": gr.Button(variant="secondary" if whole else "primary"),
    }


def shared(made: Painted) -> gr.Button:
    """The button with the link to a painting's settings; the page copies it, see page.js."""
    return gr.Button(link=made.query, interactive=True)


def used_as(place: str) -> Callable[[str], Update]:
    """What puts the painting on the canvas into the place of a picture, and says what leads on from there."""

    def use(done: str) -> Update:
        said = f"This is the {place} now: press “Start anew”."
        return {**visit.used(done, place, said), **leading(whole=True)}

    return use


def _effort(runs: Sequence[Run], whole: bool) -> str:
    """The quality, or how many steps were done."""
    done, settings = sum(run.steps for run in runs), runs[-1].settings
    if len(runs) > 1:
        return f"{done} steps in all"
    if not whole:
        return f"stopped at step {done} of {settings.steps}"
    quality = plans.quality_of(settings.size, settings.steps)
    return quality.lower() if quality else f"{done} steps"


def _runs(png: str) -> list[Run]:
    return from_record(read_settings(png))
