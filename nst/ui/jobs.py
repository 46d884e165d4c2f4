"""Long work: a visitor starts it, may have to wait for it, and stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from nst.ui import parts
from nst.ui.events import EASEL, HIDDEN, LONG, PROMPT, Update, handler

WAITING = "Preparing … Where another picture is being painted, this one waits."
NOTHING = "Nothing was painted."

Stopped = Callable[[], bool]
Job = Callable[..., Iterator[Update]]  # takes a `Stopped`, which it looks at often, and the values of its inputs


@dataclass(frozen=True)
class Controls:
    """What every long work has on the page."""

    start: gr.Button
    stop: gr.Button
    download: gr.DownloadButton
    status: gr.HTML


@dataclass(frozen=True)
class Queued(Controls):
    """What it has where it waits for the easel."""

    leave: gr.Button  # the queue


class Stops:
    """The sessions that asked for their work to be stopped."""

    def __init__(self) -> None:
        self._sessions: set[str] = set()

    def forget(self, request: gr.Request) -> None:
        self._sessions.discard(str(request.session_hash))

    def ask(self, request: gr.Request) -> gr.Button:
        """Has the session's work stopped; the Stop button as it is until that has happened.

        Nothing else of the page: this answer may reach it after the last word of the work.
        """
        self._sessions.add(str(request.session_hash))
        return gr.Button("Stopping …", interactive=False)

    def asked(self, request: gr.Request) -> bool:
        return str(request.session_hash) in self._sessions

    def stream(
        self, job: Job, ready: Callable[[], Update] = dict, nothing: str = NOTHING
    ) -> Callable[..., Iterator[Update]]:
        """The job for an event: what changes when its turn has come, its updates, and words where it cannot be done."""

        def stream(request: gr.Request, *values: Any) -> Iterator[Update]:
            if not self.asked(request):  # before its turn came
                yield ready() | {"status": parts.status("Preparing …")}
                with parts.told():
                    yield from job(lambda: self.asked(request), *values)
                    return
            yield {"status": parts.status(nothing)}

        return stream


def start_and_stop(controls: Controls, job: Job, *, inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
    """The events of long work: one button takes the place of the other while it goes on, or waits."""
    stops = Stops()

    def begin(request: gr.Request) -> Update:
        stops.forget(request)
        return {"start": gr.Button(visible=False), "stop": gr.Button("Stop", visible=True, interactive=True)}

    def end(request: gr.Request) -> Update:
        stops.forget(request)
        return {"start": gr.Button(visible=True), "stop": gr.Button(visible=False)}

    places, buttons = vars(controls), [controls.start, controls.stop]
    begun = controls.start.click(handler(begin, places), None, buttons, queue=False, **HIDDEN)
    done = begun.then(handler(stops.stream(job), places), inputs, outputs, **LONG, **HIDDEN)
    done.then(handler(end, places), None, buttons, queue=False, **HIDDEN)
    controls.stop.click(stops.ask, None, controls.stop, queue=False, **HIDDEN)


def at_the_easel(
    controls: Queued,
    places: Mapping[str, Any],
    *,
    jobs: Iterable[tuple[Callable[..., Any], Job]],
    check: Callable[..., Update],
    rest: Callable[..., Update],
    inputs: Sequence[Any],
    state: Sequence[Any],
    outputs: Sequence[Any],
    ahead: Callable[[Any], Any] = lambda begun: begun,
    queue: Mapping[str, Any] = EASEL,
    nothing: str = NOTHING,
) -> None:
    """The events of work that waits for the easel: `jobs` are events with what each of them starts.

    `check` and the jobs get the values of `inputs`, `rest` those of `state`. `check` gives what else changes when work
    begins, or raises the `UserError` for which it does not; `rest` gives what changes when it has ended. They name the
    components in `places`, where the `controls` are, too. `ahead` takes the event by which work begins, and gives that
    which the work comes after. `queue` is another than that of the easel, and `nothing` the words for work that came
    to nothing.
    """
    stops = Stops()

    def begin(request: gr.Request, *values: Any) -> Update:
        with parts.told():
            changed = check(*values)
            stops.forget(request)
            return {
                "start": gr.Button(visible=False),
                "leave": gr.Button(visible=True),
                "download": gr.DownloadButton(interactive=False),
                "status": parts.status(WAITING),
            } | changed
        raise gr.Error(visible=False, print_exception=False)  # so that the work does not begin

    def ready() -> Update:
        return {"leave": gr.Button(visible=False), "stop": gr.Button("Stop", visible=True, interactive=True)}

    def end(*values: Any) -> Update:
        return rest(*values) | {"leave": gr.Button(visible=False), "stop": gr.Button(visible=False)}

    def left(request: gr.Request, *values: Any) -> Update:
        stops.ask(request)  # what is ahead of the work may go on until then
        return end(*values) | {"status": parts.status("Left the queue.")}

    def event(function: Callable[..., Any]) -> Callable[..., Any]:
        return handler(function, places)

    works = []
    for happened, job in jobs:
        begun = happened(event(begin), inputs, outputs, **PROMPT)
        work = ahead(begun).success(event(stops.stream(job, ready, nothing)), inputs, outputs, **queue, **HIDDEN)
        work.then(event(end), state, outputs, queue=False, **HIDDEN)
        works.append(work)
    controls.leave.click(event(left), state, outputs, cancels=works, queue=False, **HIDDEN)
    controls.stop.click(stops.ask, None, controls.stop, queue=False, **HIDDEN)
