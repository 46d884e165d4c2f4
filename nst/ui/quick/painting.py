"""A photo is painted as soon as a style is picked, and anew whenever something else is wished for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr

from nst.common.examples import own_photos
from nst.ui import parts, visit
from nst.ui.events import Update
from nst.ui.jobs import Stopped
from nst.ui.parts import Upload
from nst.ui.quick import labels, opening, photo, strip, styling, wall
from nst.ui.quick.strip import Result
from nst.ui.quick.styling import FIELDS, Choice
from nst.ui.server.cores import CORES
from nst.ui.visit import Kept


class Wishes:
    """How often each session wished for something else, which ends the painting that is going on."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, int] = defaultdict(int)
        self._last: dict[str, tuple[Any, ...]] = {}
        self._painted: dict[str, tuple[Any, ...]] = {}

    def note(self, request: gr.Request) -> None:
        self._counts[str(request.session_hash)] += 1

    def note_and_say(
        self, request: gr.Request, source: str, upload: Upload, example: str, hanging: Result | None, *rest: Any
    ) -> Update:
        """Notes a wish, and what is said of it; nothing of what was wished for before, or hangs there with no wish.

        Gradio tells of a list as if it had been used where one only passes it by keyboard.
        """
        session, path = str(request.session_hash), upload["path"] if upload else example
        last, wish = self._last.get(session), (source, path, *rest)
        self._last[session] = wish
        if wish == last or (last is None and hanging and hanging.is_of(path, rest[1:])):
            return {}
        self.note(request)
        return announced(source, bool(path), *rest)

    def forget(self, request: gr.Request) -> None:
        self._counts.pop(str(request.session_hash), None)
        self._last.pop(str(request.session_hash), None)
        self._painted.pop(str(request.session_hash), None)

    def since_now(self, request: gr.Request) -> Stopped:
        """Whether the session has wished for something else since."""
        session = str(request.session_hash)
        count = self._counts[session]
        return lambda: self._counts[session] != count

    @contextmanager
    def taken_up(self, request: gr.Request, *wish: Any) -> Iterator[bool]:
        """Whether this is to be painted: not where it is being painted, as of one wish several events may tell."""
        session = str(request.session_hash)
        now = (self._counts[session], *wish)
        if self._painted.get(session) == now:
            yield False
            return
        self._painted[session] = now
        try:
            yield True
        finally:
            if self._painted.get(session) == now:
                del self._painted[session]


class Painter:
    """What the events of the page call, each with a visitor's history and with what `show` wants, but for the photo.

    In its place are the upload and the path of the example that is painted as long as there is none.
    """

    def __init__(self) -> None:
        self.wishes = Wishes()

    def paint(
        self, request: gr.Request, history: list[Kept], source: str, upload: Upload, example: str, *rest: Any
    ) -> Generator[Update, None, None]:
        given = upload or ({"path": example} if example else None)
        stopped = self.wishes.since_now(request)
        with self.wishes.taken_up(request, source, given and given["path"], *rest[3:]) as mine:
            for update in show(stopped, history, source, given, *rest) if mine else ({},):
                if not stopped():  # else the next, which may be painted beside this one, has the wall
                    yield update

    def repaint(
        self, request: gr.Request, history: list[Kept], source: str, upload: Upload, example: str, *rest: Any
    ) -> Iterator[Update]:
        """Something else changed than the style: where there is nothing to paint, nothing is said."""
        yield from self.paint(request, history, source if upload or example else "", upload, example, *rest)

    def welcome(self, request: gr.Request, _: object, *rest: Any) -> Iterator[Update]:
        """A link is followed."""
        given, values = rest[: -len(FIELDS)], rest[-len(FIELDS) :]
        yield from opening.hung_only(self.paint(request, [], *given, *opening.sampled(values)), values)

    def back(
        self, request: gr.Request, history: list[Kept], source: str, upload: Upload, example: str, *rest: Any
    ) -> Iterator[Update]:
        """The photo is seen again, in the style of now if that was changed meanwhile."""
        _, hanging, _, *values = rest
        if hanging and hanging.values != tuple(values):
            yield from self.repaint(request, history, source, upload, example, *rest)
        else:
            yield {}


def announced(source: str, given: bool, own: Sequence[str], *values: Any) -> Update:
    """What is said at once of a wish, which may have to wait for its turn; `given`: there is something to paint."""
    if not values[0]:
        return {}
    chosen = styling.choice(own, *values)
    if source != "photo":
        return {"elsewhere": labels.wall_label(chosen)}
    return wall.announce(chosen) | visit.unpicked() if given else {}


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
    painted again. Where a style cannot be had, it is painted in the last one that could. Where nothing comes of it, the
    wall is as it was, for something may have been announced.
    """
    before = wall.as_it_was(hanging, suffix)
    if source != "photo" or not values[0]:
        yield before
        return
    try:
        yield from _show(stopped, history, upload, suffix, hanging, own, *values)
    except Exception:
        yield before
        raise


def _show(
    stopped: Stopped,
    history: list[Kept],
    upload: Upload,
    suffix: str,
    hanging: Result | None,
    own: Sequence[str],
    *values: Any,
) -> Iterator[Update]:
    path = upload["path"] if upload else ""
    for result in (*history, hanging):
        if isinstance(result, Result) and result.is_of(path, values):
            yield wall.hang(result, suffix) | visit.framed(history, result)
            return
    chosen = styling.choice(own, *values)
    yield wall.announce(chosen) | visit.unpicked()
    if clouds := [preset for preset in chosen.presets if not preset.downloaded]:
        with parts.told():
            yield from ({"label": labels.busy(news)} for news in styling.fetched(chosen))
            yield wall.announce(chosen) | {"gallery": styling.shelf(own)}
            clouds = []
    if clouds:
        values = styling.fallback(own, hanging.values if hanging else None, values)
        yield styling.chosen_again(own, values)
        yield from _show(stopped, history, upload, suffix, hanging, own, *values)
        return
    yield from _painted(stopped, history, upload, suffix, chosen, values)


def _painted(
    stopped: Stopped, history: list[Kept], upload: Upload, suffix: str, chosen: Choice, values: tuple[Any, ...]
) -> Iterator[Update]:
    path = upload["path"] if upload else ""
    with CORES.first():
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
                label = labels.wall_label(chosen, size, example=Path(path) in own_photos())
                made = Result(before, after, png, strip.words_of(name, chosen), label, path, values)
                update |= {"label": label} | visit.keep(history, made) | wall.offer(made, suffix)
            yield update
