"""How long a run takes on this machine: told from a moment's trial, and from the runs that were really made on it."""

from __future__ import annotations

import math
import threading
from collections import defaultdict, deque
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import torch

from nst.common.images import fit
from nst.custom.optimization import OptimizeSettings, optimize, schedule
from nst.custom.tiling import LARGEST

SETUP = 3  # steps' time that each scale takes before its first, to look at photo and paintings, and compare them
TILED = 1.5  # times as long takes a step over several tiles, which are all looked at twice
STEP = 0.01  # megapixels in whose time a step does what has nothing to do with its pixels; until that is tried
FEWEST = 10  # steps of a run that tells something
KEPT = 20  # runs that are remembered
LATEST = 5  # runs that count: of those that are alike, where there are any
ALIKE = 2  # times as large or small, at most, is the picture of such a run
FARTHEST = 6  # times as large or small, at most, is that of a run that counts before there was a trial
TRIED = (96, 256)  # px, the long sides of a trial
TRIALS = 8  # steps of a trial; the larger picture has half of them at its own scale


class Labour(NamedTuple):
    """What there is to do in a run, whatever does it."""

    steps: float
    megapixels: float  # of all steps together

    @property
    def size(self) -> float:
        """Megapixels of a step, on average."""
        return self.megapixels / self.steps

    def times(self, factor: float) -> Labour:
        return Labour(factor * self.steps, factor * self.megapixels)


def labour(
    width: int, height: int, settings: OptimizeSettings, start_side: int = 0, steps: int | None = None
) -> Labour:
    """That of a run over a photo of that shape, as `optimize` makes it; of its first steps alone where it is stopped.

    `start_side` is the long side of the picture that it goes on from.
    """
    width, height = fit(width, height, settings.size, enlarge=settings.enlarge)
    left, all_steps, megapixels = settings.steps if steps is None else steps, 0.0, 0.0
    for side, planned in schedule(max(width, height), settings, start_side):
        if left > 0:
            count, left = min(planned, left) + SETUP, left - planned
            area = width * height * (side / max(width, height)) ** 2 / 1e6
            all_steps += count
            megapixels += count * area * (TILED if side > LARGEST else 1)
    return Labour(all_steps, megapixels)


class Pace:
    """The pace of this machine, by encoder. Threads may share it."""

    def __init__(self) -> None:
        self._step = STEP
        self._trial: float | None = None  # seconds a megapixel, with the compact encoder
        self._runs: defaultdict[str, deque[tuple[Labour, float]]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._trying = threading.Lock()

    def record(self, encoder: str, done: Labour, seconds: float) -> None:
        """Takes in how long a run took."""
        if done.steps >= FEWEST:
            self._runs[encoder].append((done, seconds))

    def seconds(self, encoder: str, planned: Labour) -> float | None:
        """How long a run will take; None where nothing is known of this encoder.

        The middle one of the latest runs counts, as some shared the machine with others.
        """
        runs = tuple(self._runs[encoder])

        def within(factor: float) -> list[tuple[Labour, float]]:
            return [run for run in runs if 1 / factor <= run[0].size / planned.size <= factor]

        told = within(ALIKE) or within(math.inf if self.is_tried else FARTHEST)
        paces = [seconds / self._megapixels(done) for done, seconds in told[-LATEST:]]
        if not paces and encoder == OptimizeSettings.encoder and self._trial:
            paces = [self._trial]
        return median(paces) * self._megapixels(planned) if paces else None

    @property
    def is_tried(self) -> bool:
        """Whether there was a trial: until then, runs tell nothing of much larger or smaller pictures."""
        return self._trial is not None

    def try_out(self) -> None:
        """Paints a few steps of small noise, which takes a fraction of a second, unless that goes on already."""
        if self._trying.acquire(blocking=False):
            try:
                (few, quick), (many, slow) = map(_trial, TRIED)
                a_megapixel = max(slow - quick, 0.1 * slow) / (many - few)
                self._step = max(0.0, quick / a_megapixel - few)
                self._trial = slow / (self._step + many)
            finally:
                self._trying.release()

    def _megapixels(self, work: Labour) -> float:
        """What takes as long as the work."""
        return work.megapixels + work.steps * self._step


def _trial(side: int) -> tuple[float, float]:
    """The megapixels of a square, and the seconds of a step over it: the least, as what disturbs only ever adds."""
    noise = torch.rand((1, 3, side, side), generator=torch.Generator().manual_seed(0))
    frames = optimize(noise, noise, OptimizeSettings(size=side, steps=TRIALS), start=noise)
    ends = [frame.seconds for frame in frames]
    return side**2 / 1e6, min(end - begin for begin, end in pairwise(ends))
