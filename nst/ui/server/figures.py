"""What was worked at so far, in numbers, as Prometheus reads them."""

from __future__ import annotations

import resource
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Lock

BUCKETS = (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000)  # seconds

_STATM = Path("/proc/self/statm")


class Figures:
    """Counts jobs that are begun and ended, by any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running = Counter[str]()
        self._ended = Counter[tuple[str, str]]()
        self._times = Counter[tuple[str, float]]()  # how many took at most so many seconds
        self._seconds = Counter[str]()

    @property
    def running(self) -> int:
        """How many jobs there are now."""
        return sum(self._running.values())

    def begin(self, job: str) -> None:
        with self._lock:
            self._running[job] += 1

    def end(self, job: str, outcome: str, seconds: float) -> None:
        with self._lock:
            self._running[job] -= 1
            self._ended[job, outcome] += 1
            self._times.update((job, most) for most in BUCKETS if seconds <= most)
            self._seconds[job] += seconds  # type: ignore[assignment]  # a counter of any number

    def text(self, waiting: int) -> str:
        """All of it in the text format 0.0.4 of Prometheus; `waiting` is how many wait for their turn."""
        with self._lock:
            return "".join(
                [
                    *_family("nst_jobs_running", "gauge", "Jobs that go on.", self._of_jobs(self._running)),
                    *_family("nst_jobs_total", "counter", "Jobs that ended.", self._outcomes()),
                    *_family("nst_job_seconds", "histogram", "How long jobs took.", self._histogram()),
                    *_family("nst_queue_length", "gauge", "Jobs that wait.", [("", "", waiting)]),
                    *_family("process_resident_memory_bytes", "gauge", "Memory.", [("", "", resident())]),
                ]
            )

    def _of_jobs(self, counts: Counter[str]) -> Iterator[Sample]:
        return (("", f'{{job="{job}"}}', count) for job, count in sorted(counts.items()))

    def _outcomes(self) -> Iterator[Sample]:
        for (job, outcome), count in sorted(self._ended.items()):
            yield "", f'{{job="{job}",outcome="{outcome}"}}', count

    def _histogram(self) -> Iterator[Sample]:
        for job, seconds in sorted(self._seconds.items()):
            count = sum(number for (each, _), number in self._ended.items() if each == job)
            for most in BUCKETS:
                yield "_bucket", f'{{job="{job}",le="{most:g}"}}', self._times[job, most]
            yield "_bucket", f'{{job="{job}",le="+Inf"}}', count
            yield "_sum", f'{{job="{job}"}}', round(seconds, 3)
            yield "_count", f'{{job="{job}"}}', count


Sample = tuple[str, str, float]  # what follows the name, its labels, its value


def resident() -> int:
    """Bytes of memory of this process; where the system does not tell, the most that there were."""
    try:
        return int(_STATM.read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _family(name: str, kind: str, words: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {words}\n# TYPE {name} {kind}\n"
    for suffix, labels, value in samples:
        yield f"{name}{suffix}{labels} {value}\n"
