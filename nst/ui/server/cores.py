"""The cores of this machine: short work goes first, and what is at work together shares them.

A photo is painted in less time than anybody notices, and an optimisation takes a minute: so before each of its steps it
lets photos go first. Threads beyond the cores would stand in each other's way, waiting at the end of every operation
for one that has no core: so photos that are painted together share the threads, and one that is alone has them all.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import ParamSpec, TypeVar

import torch

P = ParamSpec("P")
T = TypeVar("T")

Stream = Callable[P, Generator[T, None, None]]

PATIENCE = 1.0  # seconds that a step lets short work go first at most, so that it goes on on a busy server, too
PULSE = 0.01  # seconds from one look whether there is any to the next


class Cores:
    """Who is at work. Threads share it."""

    def __init__(self, count: int | None = None) -> None:
        self._count = count or torch.get_num_threads()
        self._at_work = self._short = 0
        self._lock = threading.Lock()

    def share(self) -> AbstractContextManager[None]:
        """What this thread computes until it is left has its share of the cores."""
        return self._working(lambda at_work: self._count // at_work)

    def all(self) -> AbstractContextManager[None]:
        """What this thread computes until it is left has all cores: its result shall not depend on who else is here."""
        return self._working(lambda _: self._count)

    @contextmanager
    def _working(self, threads: Callable[[int], int]) -> Iterator[None]:
        with self._lock:
            self._at_work += 1
            torch.set_num_threads(max(1, threads(self._at_work)))  # of this thread alone, and of those to come
        try:
            yield
        finally:
            with self._lock:
                self._at_work -= 1

    @contextmanager
    def first(self) -> Iterator[None]:
        """Short work, which all that is `patient` lets go first."""
        with self._lock:
            self._short += 1
        try:
            yield
        finally:
            with self._lock:
                self._short -= 1

    def give_way(self) -> None:
        """Returns when there is no short work, or when that has taken long."""
        due = time.monotonic() + PATIENCE
        while self._short and time.monotonic() < due:
            time.sleep(PULSE)

    def shared(self, stream: Stream[P, T]) -> Stream[P, T]:
        """A generator function each of whose steps has its share."""
        return self._stepwise(stream, self.share)

    def patient(self, stream: Stream[P, T]) -> Stream[P, T]:
        """A generator function each of whose steps gives way, and then has all cores."""
        return self._stepwise(stream, self.all, self.give_way)

    def _stepwise(
        self,
        stream: Stream[P, T],
        cores: Callable[[], AbstractContextManager[None]],
        before: Callable[[], object] = lambda: None,
    ) -> Stream[P, T]:
        def steps(*args: P.args, **kwargs: P.kwargs) -> Generator[T, None, None]:
            with closing(stream(*args, **kwargs)) as values:
                while True:
                    before()
                    try:
                        with cores():  # anew each time, as the thread may be another
                            value = next(values)
                    except StopIteration:
                        return
                    yield value

        return steps


CORES = Cores()
