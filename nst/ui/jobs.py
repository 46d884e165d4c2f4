"""Long work: a visitor starts it, may have to wait for it, and stops it."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from nst.common.errors import UserError
from nst.common.images import Limits
from nst.ui import parts
from nst.ui.events import EASEL, HIDDEN, LONG, PROMPT, Update, handler

LOOK_EVERY = 2.0  # seconds, at how many are waiting
NOTHING = "Nothing was painted."
ONE_EACH = "One work of yours goes on or waits already: wait for it, or stop it, before the next."

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
    waiting: gr.Timer  # active while the work waits in it


def waiting_on(page: gr.Blocks) -> int:
    """How many works wait for their turn, in all queues."""
    return sum(len(each.queue) for each in page._queue.event_queue_per_concurrency_id.values())


def waiting() -> gr.Timer:
    """The timer of `Queued`."""
    return gr.Timer(LOOK_EVERY, active=False)


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


def place_in_line(before: int, wait: str = "") -> str:
    """What is said to who waits, of the works that come before and the time that they take in words, if it is known."""
    if not before:
        return "Starting …"
    others = "One picture is" if before == 1 else f"{before} pictures are"
    return f"{others} painted before yours, which then starts by itself{f', in about {wait}' if wait else ''}."


def too_many(before: int) -> str:
    """What is said to who cannot even wait."""
    return f"The queue is full: {before} pictures are to be painted before yours. Try again in some minutes."


@dataclass(frozen=True)
class Line:
    """A queue of works that wait for each other, and what is said in it."""

    queue: Mapping[str, Any]
    place: Callable[[int, str], str] = place_in_line  # to who waits, by how many works come before and for how long
    nothing: str = NOTHING  # of work that came to nothing
    full: Callable[[int], str] = too_many  # to who comes where `most` wait
    most: int = 8

    def admit(self, page: gr.Blocks, session: str) -> None:
        """Lets a visitor wait; `UserError` where one work of theirs is in the line, or too many are."""
        working, waiting = self._works(page)
        if session in (*working, *waiting):
            raise UserError(ONE_EACH)
        if len(waiting) >= self.most:
            raise UserError(self.full(len(working) + len(waiting)))

    def said(self, page: gr.Blocks, before: int) -> str:
        """The place behind so many works, and about how long they take by those that were done before."""
        times = [time for fn, time in page._queue.process_time_per_fn.items() if fn.concurrency_id == self._name]
        count = sum(time.count for time in times)
        seconds = before * sum(time.process_time for time in times) / max(1, count) / self.queue["concurrency_limit"]
        return self.place(before, parts.duration(seconds) if seconds >= 1 else "")

    def length(self, page: gr.Blocks) -> int:
        """How many works are done now, or wait."""
        working, waiting = self._works(page)
        return len(working) + len(waiting)

    def arrive(self, page: gr.Blocks) -> Update:
        """The place of who comes now."""
        return {"status": parts.status(self.said(page, self.length(page)))}

    def look(self, page: gr.Blocks, session: str) -> Update:
        """The session's place in the line, as long as its work waits there."""
        working, waiting = self._works(page)
        if session not in waiting:
            return {}
        return {"status": parts.status(self.said(page, len(working) + waiting.index(session)))}

    @property
    def _name(self) -> str:
        return str(self.queue["concurrency_id"])

    def _works(self, page: gr.Blocks) -> tuple[list[str], list[str]]:
        """The sessions whose works are done now, and those whose works wait, the first of them first."""
        queue = page._queue.event_queue_per_concurrency_id.get(self._name)  # none before the first event
        working = [event for events in page._queue.active_jobs for event in events or []]
        return (
            [event.session_hash for event in working if event.concurrency_id == self._name],
            [event.session_hash for event in queue.queue] if queue else [],
        )


def admitted(line: Line, page: gr.Blocks) -> Callable[..., Any]:
    """The validator of an event for clients, who are told at once where they cannot even wait."""
    fine = gr.validate(True, "")

    def validate(request: gr.Request, *values: Any) -> list[Any]:
        try:
            line.admit(page, str(request.session_hash))
        except UserError as error:
            return [gr.validate(False, str(error)), *[fine] * (len(values) - 1)]  # one for each input
        return [fine] * len(values)

    return validate


def time_over() -> str:
    """What is said of work that has had all its time."""
    return f"That is the most that one work takes here, {parts.duration(60 * Limits().work_minutes)}"


def timed(stopped: Stopped) -> Stopped:
    """Whether work was stopped, or has had all the time that the host gives one."""
    due = time.monotonic() + 60 * Limits().work_minutes
    return lambda: stopped() or time.monotonic() > due


def _no_longer_waiting() -> Update:
    return {"leave": gr.Button(visible=False), "waiting": gr.Timer(active=False)}


def at_the_easel(
    page: gr.Blocks,
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
    line: Line = Line(EASEL),
) -> None:
    """The events of work that waits for the easel: `jobs` are events with what each of them starts.

    `check` and the jobs get the values of `inputs`, `rest` those of `state`. `check` gives what else changes when work
    begins, or raises the `UserError` for which it does not; `rest` gives what changes when it has ended. They name the
    components in `places`, where the `controls` are, too. `ahead` takes the event by which work begins, and gives that
    which the work comes after. `line` is where it waits.
    """
    stops = Stops()

    def begin(request: gr.Request, *values: Any) -> Update:
        with parts.told():
            line.admit(page, str(request.session_hash))
            changed = check(*values) | line.arrive(page)
            stops.forget(request)
            return changed | {
                "start": gr.Button(visible=False),
                "leave": gr.Button(visible=True),
                "waiting": gr.Timer(active=True),
                "download": gr.DownloadButton(interactive=False),
            }
        raise gr.Error(visible=False, print_exception=False)  # so that the work does not begin

    def look(request: gr.Request) -> Update:
        return line.look(page, str(request.session_hash))

    def ready() -> Update:
        return {**_no_longer_waiting(), "stop": gr.Button("Stop", visible=True, interactive=True)}

    def end(*values: Any) -> Update:
        return {**rest(*values), **_no_longer_waiting(), "stop": gr.Button(visible=False)}

    def left(request: gr.Request, *values: Any) -> Update:
        stops.ask(request)  # what is ahead of the work may go on until then
        return end(*values) | {"status": parts.status("Left the queue.")}

    event = functools.partial(handler, places=places)
    works = []
    for happened, job in jobs:
        begun = happened(event(begin), inputs, outputs, **PROMPT)
        paints = event(stops.stream(job, ready, line.nothing))
        work = ahead(begun).success(paints, inputs, outputs, **line.queue, **HIDDEN)
        work.then(event(end), state, outputs, queue=False, **HIDDEN)
        works.append(work)
    controls.waiting.tick(event(look), None, controls.status, **PROMPT)
    controls.leave.click(event(left), state, outputs, cancels=works, queue=False, **HIDDEN)
    controls.stop.click(stops.ask, None, controls.stop, queue=False, **HIDDEN)
