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

    def forget(self, request: gr.Request) -> None:
        self._counts.pop(str(request.session_hash), None)

    def since_now(self, request: gr.Request) -> Stopped:
        """Whether the session has wished for something else since."""
        session = str(request.session_hash)
        count = self._counts[session]
        return lambda: self._counts[session] != count


def show(
    stopped: Stopped,
    source: str,
    upload: Upload,
    suffix: str,
    history: list[Kept],
    own: Sequence[str],
    *values: Any,
) -> Iterator[Update]:
    """Paints a photo, as `values` of `styling.FIELDS` say, for the wall and the strip; what is in the strip is not
    painted again.
    """
    yield {}  # a stream of nothing would empty all that it may put out
    if source != "photo" or not values[0]:
        return
    path = upload["path"] if upload else ""
    results = (kept for kept in history if isinstance(kept, Result))
    if same := next((result for result in results if result.is_of(path, values)), None):
        yield wall.hang(same, suffix)
        return
    chosen = styling.choice(own, *values)
    label = labels.wall_label(chosen.presets)
    clouds = [preset for preset in chosen.presets if not preset.downloaded]
    yield from ({"label": news} for news in styling.fetched(chosen))
    if clouds:
        yield {"gallery": styling.shelf(own), "label": label}
    for painted in photo.painted(upload, chosen, stopped):
        if painted is None:
            yield {}
            continue
        before, after, png = painted
        name = parts.stem(upload)
        update: Update = {
            "compare": (before, after),
            "alone": gr.Image(after, alt_text=f"{name} in the style of {chosen.title}"),
            "label": label,
        }
        if png:
            made = Result(before, after, png, strip.words_of(name, chosen), label, path, values)
            update |= visit.keep(history, made) | wall.offer(png, suffix) | {"share": wall.shared(values)}
        yield update
