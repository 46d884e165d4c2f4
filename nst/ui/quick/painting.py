"""A photo is painted as soon as a style is picked, and anew whenever something else is wished for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr

from nst.ui import parts, visit
from nst.ui.events import Update
from nst.ui.jobs import Stopped
from nst.ui.parts import Upload
from nst.ui.quick import labels, photo, strip, styling, wall
from nst.ui.quick.strip import Result
from nst.ui.visit import Kept


class Wishes:
    """How often each session wished for something else, which ends the painting that is going on."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, int] = defaultdict(int)

    def note(self, request: gr.Request) -> None:
        self._counts[str(request.session_hash)] += 1

    def note_and_say(self, request: gr.Request, source: str, upload: Upload, example: str, *rest: Any) -> Update:
        self.note(request)
        return announced(source, bool(upload or example), *rest)

    def forget(self, request: gr.Request) -> None:
        self._counts.pop(str(request.session_hash), None)

    def since_now(self, request: gr.Request) -> Stopped:
        """Whether the session has wished for something else since."""
        session = str(request.session_hash)
        count = self._counts[session]
        return lambda: self._counts[session] != count


def announced(source: str, given: bool, own: Sequence[str], *values: Any) -> Update:
    """What is said at once of a wish, which may have to wait for its turn; `given`: there is something to paint."""
    if not values[0]:
        return {}
    chosen = styling.choice(own, *values)
    if source != "photo":
        return {"label": labels.wall_label(chosen.styles)}
    return wall.announce(chosen) if given else {}


def show(
    stopped: Stopped,
    history: list[Kept],
    source: str,
    upload: Upload,
    suffix: str,
    hanging: Result | None,
    own: Sequence[str],
    *values: Any,
) -> Iterator[Update]:
    """Paints a photo, as `values` of `styling.FIELDS` say, for the wall and the strip; what is in the strip is not
    painted again. Where nothing comes of it, the wall is as it was, for something may have been announced.
    """
    before = wall.as_it_was(hanging, suffix)
    if source != "photo" or not values[0]:
        if source:
            del before["label"]  # which says what style the others are painted in
        yield before
        return
    try:
        yield from _show(stopped, history, upload, suffix, own, *values)
    except Exception:
        yield before
        raise


def _show(
    stopped: Stopped, history: list[Kept], upload: Upload, suffix: str, own: Sequence[str], *values: Any
) -> Iterator[Update]:
    path = upload["path"] if upload else ""
    results = (kept for kept in history if isinstance(kept, Result))
    if same := next((result for result in results if result.is_of(path, values)), None):
        yield wall.hang(same, suffix)
        return
    chosen = styling.choice(own, *values)
    yield wall.announce(chosen)
    clouds = [preset for preset in chosen.presets if not preset.downloaded]
    yield from ({"label": labels.busy(news)} for news in styling.fetched(chosen))
    if clouds:
        yield wall.announce(chosen) | {"gallery": styling.shelf(own)}
    for painted in photo.painted(upload, chosen, stopped):
        if painted is None:
            yield {}
            continue
        before, after, png, size = painted
        name = parts.stem(upload)
        update: Update = {
            "compare": (before, after),
            "alone": gr.Image(after, alt_text=f"{name} in the style of {chosen.title}"),
        }
        if png:
            label = labels.wall_label(chosen.styles, size)
            made = Result(before, after, png, strip.words_of(name, chosen), label, path, values)
            update |= {"label": label} | visit.keep(history, made) | wall.offer(made, suffix)
        yield update
