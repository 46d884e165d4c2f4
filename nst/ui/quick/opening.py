"""What hangs on the wall when the page is opened: an example photo in a style, another pair each day."""

from __future__ import annotations

import shutil
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import gradio as gr

from nst.common.examples import own_photos
from nst.common.files import temporary_folder
from nst.quick.presets import Preset, catalogue, find
from nst.ui import parts
from nst.ui.events import Update
from nst.ui.quick import labels, links, photo, styling, wall
from nst.ui.quick.strip import Result

# Example photos, by the names of their files, in styles that become them.
PAIRS = (
    ("lighthouse", "coral-surf"),
    ("bust", "red-horses"),
    ("night-street", "palette-knife"),
    ("mountain-lake", "wheat-field"),
    ("still-life", "stained-glass"),
    ("autumn-wood", "jungle"),
    ("lighthouse", "storm-wave"),
    ("bust", "carnival"),
    ("mountain-lake", "golden-garden"),
    ("still-life", "folk-flowers"),
    ("night-street", "fauve-harbour"),
    ("lighthouse", "wheat-field"),
    ("bust", "art-nouveau"),
)
KEPT = temporary_folder("nst-opening-")  # outside of gradio's cache, which keeps nothing for a day

_lock = Lock()
_days: dict[date, Result] = {}


def pair(day: date) -> tuple[Path, Preset]:
    """The photo and the style of a day."""
    photos = {path.stem: path for path in own_photos()}
    name, slug = PAIRS[day.toordinal() % len(PAIRS)]
    return photos[name], find(slug)


def painting(day: date) -> Result:
    """The pair of a day, painted when it is first asked for; the day before is kept for who came shortly before."""
    with _lock:
        if day not in _days:
            for old in sorted(_days)[:-1]:
                shutil.rmtree(Path(_days.pop(old).png).parent)
            _days[day] = _paint(*pair(day), Path(KEPT.name) / day.isoformat())
        return _days[day]


def is_painted() -> bool:
    """Whether something hangs on the wall already."""
    return bool(_days)


def paint_ahead() -> None:
    """Paints the pair of every day as it begins, so that nobody waits for it; never returns."""
    while True:
        painting(date.today())
        midnight = datetime.combine(date.today() + timedelta(days=1), datetime.min.time())
        time.sleep((midnight - datetime.now()).total_seconds() + 1)


def arrive(request: gr.Request) -> Update:
    """The gallery as it is now, and the style and settings that the link asks for, or else the painting of the day."""
    day, presets = date.today(), catalogue()
    (path, preset), linked = pair(day), links.read(request.query_params)
    values = linked or styling.usual(preset)
    chosen = styling.choice((), *values)
    update: Update = dict(zip(styling.FIELDS, values, strict=True)) | {
        "example": str(path),
        "gallery": gr.Gallery(styling.shelf([]), selected_index=presets.index(find(values[0]))),
        "label": labels.invitation(chosen),
    }
    if linked:
        # What must be downloaded first is painted when a visitor asks for it.
        here = all(each.downloaded for each in chosen.presets)
        announced = wall.announce(styling.choice((), *sampled(linked)))
        return update | ({"linked": links.query(linked)} | announced if here else {})
    return update | wall.hang(painting(day), "png")


def sampled(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values by which an example is painted where a link asks for these: no larger than usual, to be there soon."""
    given = dict(zip(styling.FIELDS, values, strict=True))
    size = given["size"]
    return tuple((given | {"size": styling.SIZE if size == styling.WHOLE else min(size, styling.SIZE)}).values())


def hung_only(updates: Generator[Update, None, None], values: tuple[Any, ...]) -> Iterator[Update]:
    """The updates of an example that is painted for a link, as if by its values, with an invitation beside it.

    The strip gets none of it: it keeps what a visitor asked for.
    """
    with closing(updates):
        for update in updates:
            if result := update.get("hanging"):
                update |= {
                    "hanging": result._replace(values=values),
                    "label": labels.invitation(styling.choice((), *values)),
                    "share": wall.shared(values),
                }
            yield {name: value for name, value in update.items() if name not in ("past", "visit")}


def _paint(path: Path, preset: Preset, folder: Path) -> Result:
    values = styling.usual(preset)
    chosen = styling.choice((), *values)
    *_, painted = filter(None, photo.painted({"path": str(path)}, chosen, lambda: False))
    folder.mkdir()
    before, after, png = (str(shutil.move(each, folder)) for each in painted[:3])
    words = f"{parts.title_of(path)} in the style of {preset.title}"
    return Result(before, after, png, words, labels.invitation(chosen), str(path), values)
