"""What all tabs are made of: pictures in, controls from settings, sentences for people, how far work is, files out."""

from __future__ import annotations

import functools
import html
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr
from PIL import Image

from nst.common.errors import UserError
from nst.common.files import lacks_room, temporary_folder
from nst.common.images import Limits, fit, open_image, save_image
from nst.common.settings import options
from nst.common.weights import STYLES

R = TypeVar("R")

SHOWN_BY_BROWSERS = ("JPEG", "MPO", "PNG", "WEBP", "AVIF", "GIF", "BMP")
SLIDER_END = 10_000  # a larger range is for typing
PREVIEW = 1600  # px, the long side of what is shown of a larger result
THUMB = 192  # px, the side of a picture on a shelf; those of the styles and examples are shown at less than half
NO_ROOM = "This server can save no pictures now, as its disk is full or may not be written to: try again later."
TINY = 64  # px, a long side below which there is hardly anything to paint

OWN = Limits(megapixels=1000, megabytes=1000)  # of files that were written here


class _Files(set[str]):
    """Paths that gradio looks through while others join them."""

    def __iter__(self) -> Iterator[str]:
        return iter(frozenset(self))  # which copies them at once


FILES: set[str] = _Files()  # see `delete_when_old`
THUMBS = temporary_folder("nst-thumbs-")  # outside of gradio's cache, where nothing lasts

Upload = Mapping[str, Any] | None  # a picture as the browser names it: `path` in gradio's cache, `orig_name`


@contextmanager
def told() -> Iterator[None]:
    """Ends quietly at a `UserError`, which the visitor reads in a toast; all other errors go to the server's log."""
    try:
        with _roomy():
            yield
    except UserError as error:
        gr.Warning(_html(error), duration=8)


@contextmanager
def refused() -> Iterator[None]:
    """Turns a `UserError` into the error that clients get."""
    try:
        with _roomy():
            yield
    except UserError as error:
        raise gr.Error(_html(error), print_exception=False) from error


@contextmanager
def _roomy() -> Iterator[None]:
    """Says in words for visitors that a file cannot be written."""
    try:
        yield
    except Exception as error:
        if lacks_room(error):
            raise UserError(NO_ROOM) from error
        raise


def control(settings: type, name: str, label: str, info: str | None = None, **rest: Any) -> Any:
    """The component for one field of a settings dataclass: its default, its range or choices, its words."""
    option, default = options(settings)[name], getattr(settings, name)
    rest = {"label": label, "info": info or f"{option.words}.".replace("'", "’"), **rest}
    if isinstance(default, bool):
        return gr.Checkbox(default, **rest)
    if option.choices:
        return gr.Dropdown(rest.pop("choices", option.choices), value=default, **rest)
    if option.low is None or option.high is None:
        return gr.Textbox("", **rest)
    if option.high > SLIDER_END:
        return gr.Number(default, precision=0, minimum=option.low, maximum=option.high, **rest)
    return gr.Slider(option.low, option.high, value=default, step=option.step, buttons=["reset"], **rest)


def settings_from(settings: type[R], values: Mapping[str, Any]) -> R:
    """The settings dataclass with these values, which come from a browser or client and may be anything.

    A field that was left empty has its default.
    """

    known = options(settings)

    def plain(name: str, value: Any) -> Any:
        # JSON does not tell 64 from 64.0.
        return int(value) if known[name].whole and isinstance(value, float) and value.is_integer() else value

    return settings(**{name: plain(name, value) for name, value in values.items() if value is not None})


def listed(text: str | None) -> tuple[str, ...]:
    """What stands between the commas of a text."""
    return tuple(item for part in (text or "").split(",") if (item := part.strip()))


def picture_in(label: str, what: str, **rest: Any) -> gr.Image:
    """A place to put a picture: a file, a snapshot, the clipboard. Something else is never decoded, see `admit`."""
    return gr.Image(
        label=label,
        sources=["upload", "webcam", "clipboard"],
        type="filepath",
        image_mode=None,
        placeholder=f"Drop {what} here\n– or –\nclick to choose a file",
        alt_text=label,
        buttons=["fullscreen"],
        webcam_options=gr.WebcamOptions(mirror=False),
        elem_classes="place",
        **rest,
    )


def framed(label: str, **rest: Any) -> gr.Image:
    """A picture that hangs on the wall, where nobody can put another."""
    rest = {"buttons": ["fullscreen"], "elem_classes": "frame", **rest}
    return gr.Image(label=label, show_label=False, interactive=False, **rest)


def admit(upload: Upload) -> Any:
    """The value for a picture's place after a person put something there.

    A picture that browsers cannot show, or hardly, becomes one that they can; what is no picture is taken away with a
    sentence.
    """
    path = _path(upload)
    if path is None:
        return gr.skip()
    with told():
        picture = open_image(path)
        if max(picture.size) < TINY:
            gr.Warning(html.escape(_tiny(Path(path).name, *picture.size), quote=False), duration=8)
        # One that was decoded smaller is kept so: a browser would have to hold all of it.
        with suppress(Image.DecompressionBombError), Image.open(path) as image:
            if image.format in SHOWN_BY_BROWSERS and sorted(image.size) == sorted(picture.size):
                return gr.skip()
        copy = fresh_folder() / f"{Path(path).stem}.jpg"
        save_image(picture, copy)
        return str(copy)
    return None


def opened(upload: Upload, missing: str, long_side: int | None, *, enlarge: bool) -> Image.Image:
    """The uploaded picture, as `open_image` gives it; `missing` is said where there is none."""
    path = _path(upload)
    if path is None:
        raise UserError(missing)
    return open_image(path, long_side, enlarge=enlarge)


def stem(upload: Upload) -> str:
    """A short plain name for a result, from the name of what was uploaded."""
    name = re.sub(r"[^\w-]+", "-", Path(_path(upload) or "").stem).strip("-")[:40]
    return name or "photo"


def fresh_folder() -> Path:
    """A new folder in gradio's cache, from which files are served, and deleted when they are old."""
    cache = Path(gr.utils.get_upload_folder())
    cache.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(dir=cache))


def delete_when_old(paths: Iterable[str]) -> None:
    """Lets gradio know of files that no component shows, as it deletes only those of which it knows."""
    FILES.update(paths)


def example_paintings() -> list[Path]:
    return sorted((STYLES / "artwork").glob("*.jpg"))


def title_of(path: Path) -> str:
    """What an example shows."""
    return path.stem.replace("-", " ").capitalize()


@functools.lru_cache(maxsize=512)
def thumb(path: Path) -> str:
    """The path of a small square of a picture, for a shelf."""
    picture = open_image(path)
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    box = (left, top, left + side, top + side)
    small = Path(tempfile.mkdtemp(dir=THUMBS.name)) / f"{path.stem}.jpg"
    size = fit(side, side, THUMB)
    save_image(picture.resize(size, Image.Resampling.LANCZOS, box, reducing_gap=2), small, light=True)
    return str(small)


def shelf(value: Any, label: str, **rest: Any) -> gr.Gallery:
    """A row of small pictures to pick from."""
    return gr.Gallery(
        value,
        label=label,
        show_label=False,
        format="jpeg",
        allow_preview=False,
        interactive=False,
        object_fit="cover",
        height="auto",
        buttons=[],
        fit_columns=False,
        **rest,
    )


def status(text: str, done: float = 0, of: float = 1) -> str:
    """A line about work that goes on, below a bar that is as long as what is done."""
    return (
        f'<div class="status"><progress value="{done}" max="{of}" aria-label="Progress"></progress><p>{text}</p></div>'
    )


def duration(seconds: float) -> str:
    """In words, as of the time that is left."""
    minutes, rest = divmod(round(seconds), 60)
    return " ".join([f"{minutes} min"] * bool(minutes) + [f"{rest} s"] * bool(rest or not minutes))


def kept() -> str:
    """In words, how long files are kept."""
    minutes = Limits().keep_minutes
    return "an hour" if minutes == 60 else duration(60 * minutes)


def _html(error: UserError) -> str:
    """The sentence for gradio's toasts, which show HTML."""
    return html.escape(str(error), quote=False)


def _tiny(name: str, width: int, height: int) -> str:
    return f"{name} is tiny, {width} × {height} pixels: there is little in it to paint. Give a larger picture."


def _path(upload: Upload) -> str | None:
    return upload.get("path") if upload else None
