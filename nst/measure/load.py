"""How the app bears a crowd: visitors who each want a quick picture now and then, beside a custom job without end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import torch
from gradio_client import Client, handle_file
from gradio_client.utils import QueueError

from nst.common.errors import UserError
from nst.common.examples import own_photos
from nst.common.images import open_image, save_image
from nst.common.runtime import precision

ROOT = Path(__file__).parents[2]
LOOPBACK = ("127.0.0.1", "localhost", "::1")
STYLE, SIZE = "starry-night", 512
UPLOADED = 1024  # px, the long side of the photo that is sent
START = 120.0  # seconds in which the app must answer
KEPT = 60.0  # seconds that the app keeps files while it is measured
BURST = 2  # times as many visitors come at once at the end

SLOWEST = {torch.bfloat16: 3.0, torch.float32: 6.0}  # seconds, of 95 % of the quick pictures
LEAST_RATE = 0.75  # of the pictures that visitors want
GROWTH = 1.1  # times the most memory of the first minute
MINUTE = 60.0  # seconds, over which the most memory is taken: it rises and falls with each step of a custom job


@dataclass
class Answers:
    """What became of the wishes of a crowd. Threads may share it."""

    waits: list[float] = field(default_factory=list)  # seconds from the wish to the picture
    refused: int = 0
    errors: list[str] = field(default_factory=list)

    def ask(self, wish: Callable[[], object]) -> None:
        begun = time.monotonic()
        try:
            wish()
        except QueueError:
            self.refused += 1
        except Exception as error:
            self.errors.append(f"{type(error).__name__}: {error}")
        else:
            self.waits.append(time.monotonic() - begun)

    @property
    def slow(self) -> float:
        """The seconds in which 95 % were served."""
        return sorted(self.waits)[int(0.95 * len(self.waits))] if self.waits else float("nan")


class App(NamedTuple):
    """An app that is measured; of one that was not started here only the address is known."""

    address: str
    process: int | None = None
    files: Path | None = None  # the folder of all that it writes for visitors
    own: frozenset[Path] = frozenset()  # what of that is there before any comes, and stays

    def megabytes(self) -> float | None:
        """Its resident memory, where the system tells it as Linux does."""
        if self.process is None or not sys.platform.startswith("linux"):
            return None
        pages = int(Path(f"/proc/{self.process}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def left(self) -> int | None:
        """How many files are there when all are older than they are kept."""
        if self.files is None:
            return None
        time.sleep(1.5 * KEPT)  # they are looked through four times as often
        return len(_files(self.files) - self.own)


@dataclass
class Memory:
    """The app's resident memory in MB, second by second, as long as this is watched; nothing where none is told."""

    app: App
    seen: list[float] = field(default_factory=list)

    @contextmanager
    def watched(self) -> Iterator[None]:
        left = threading.Event()

        def look() -> None:
            while (now := self.app.megabytes()) is not None and not left.wait(1):
                self.seen.append(now)

        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield
        finally:
            left.set()
            thread.join()

    def ends(self) -> tuple[float, float] | None:
        """The most in the first minute and in the last, or in the two halves of what is shorter."""
        count = min(int(MINUTE), len(self.seen) // 2)
        return (max(self.seen[:count]), max(self.seen[-count:])) if count else None


def measure_load(address: str | None = None, visitors: int = 20, every: float = 5.0, minutes: float = 5.0) -> bool:
    """Prints how visitors are served who each want a quick picture every so many seconds, and whether that will do.

    A visitor waits for a picture before the next. At the end twice as many come at once. Without an address the app is
    started for it, and ended. Raises `UserError` for an address that is not this machine's own.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nst-load-")))
        app = stack.enter_context(_serving(folder)) if address is None else App(_checked(address))
        photo = folder / "photo.jpg"
        save_image(open_image(own_photos()[0], UPLOADED), photo)
        clients = [_client(app, folder) for _ in range(visitors)]
        _quick(clients[0], photo)()  # what is loaded once is loaded
        customs, crowd, burst, memory = Answers(), Answers(), Answers(), Memory(app)
        with _without_end(_custom(_client(app, folder), photo), customs):
            with memory.watched():
                _crowd(clients, photo, every, 60 * minutes, crowd)
            print(f"{visitors} visitors, a quick picture every {every:g} s, for {minutes:g} min, beside custom jobs")
            clients += [_client(app, folder) for _ in range((BURST - 1) * visitors)]
            with ThreadPoolExecutor(len(clients)) as pool:
                list(pool.map(lambda client: burst.ask(_quick(client, photo)), clients))
        rates = len(crowd.waits) / (60 * minutes), visitors / every
        left = app.left()
        return _report(crowd, burst, customs, rates, memory.ends(), app.megabytes(), left)


def _checked(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or parts.hostname not in LOOPBACK:
        raise UserError(f"{address} cannot be measured: give an address of this machine, as http://127.0.0.1:7860.")
    return address


@contextmanager
def _serving(folder: Path) -> Iterator[App]:
    """The app as a process of its own, which writes into the folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    files, log = folder / "files", folder / "log"
    files.mkdir()
    environment = os.environ | {"GRADIO_TEMP_DIR": str(files), "NST_KEEP_MINUTES": str(KEPT / 60)}
    environment["NST_MAX_REQUESTS"] = "0"  # all visitors have one address here
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py", "--port", str(port)], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
        app = App(f"http://127.0.0.1:{port}", process.pid, files)
        try:
            due = time.monotonic() + START
            while not _answers(app):
                if process.poll() is not None or time.monotonic() > due:
                    raise UserError(f"The app did not start: {log.read_text(errors='replace')[-500:]}")
                time.sleep(0.2)
            yield app._replace(own=_files(files))
        finally:
            process.terminate()
            process.wait(20)


def _files(folder: Path) -> frozenset[Path]:
    return frozenset(path for path in folder.rglob("*") if path.is_file())


def _answers(app: App) -> bool:
    try:
        return httpx.get(f"{app.address}/config", timeout=5).is_success
    except httpx.HTTPError:
        return False


def _client(app: App, folder: Path) -> Client:
    # Not to look at certificates, as there are none here, halves what a client costs this machine.
    return Client(app.address, verbose=False, ssl_verify=False, download_files=str(folder / "results"))


def _quick(client: Client, photo: Path) -> Callable[[], object]:
    return lambda: client.predict(handle_file(str(photo)), style=STYLE, size=SIZE, api_name="/stylize")


def _custom(client: Client, photo: Path) -> Callable[[], Any]:
    given = handle_file(str(photo)), handle_file(str(ROOT / "styles" / "artwork" / "storm-wave.jpg"))
    return lambda: client.submit(*given, size=SIZE, api_name="/optimize")


@contextmanager
def _without_end(submit: Callable[[], Any], answers: Answers) -> Iterator[None]:
    """One custom job after the other, until this is left."""
    left, jobs = threading.Event(), []

    def wish() -> None:
        jobs.append(submit())
        try:
            jobs[-1].result()
        except Exception:
            if not left.is_set():  # else it was cancelled
                raise

    def work() -> None:
        while not left.is_set():
            answers.ask(wish)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        left.set()
        jobs[-1].cancel()
        thread.join()


def _crowd(clients: list[Client], photo: Path, every: float, seconds: float, answers: Answers) -> None:
    """Lets visitors come one after the other, and wish until the time is over."""
    begun = time.monotonic()

    def visit(number: int) -> None:
        due = begun + every * number / len(clients)
        while due < begun + seconds:
            time.sleep(max(0.0, due - time.monotonic()))
            answers.ask(_quick(clients[number], photo))
            due = max(due + every, time.monotonic())

    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(visit, range(len(clients))))


def _report(
    crowd: Answers,
    burst: Answers,
    customs: Answers,
    rates: tuple[float, float],
    memory: tuple[float, float] | None,
    rest: float | None,
    left: int | None,
) -> bool:
    """Prints the table; whether every floor was kept. `rates` are the pictures a second that came and were wanted."""
    (rate, wanted), slowest = rates, SLOWEST[precision()]
    least = LEAST_RATE * wanted
    errors = [*crowd.errors, *burst.errors, *customs.errors]
    for error in sorted(set(errors)):
        print(f"  {error}")
    rows: list[tuple[str, str, str, bool]] = [
        ("served", f"{len(crowd.waits)}", "", True),
        ("refused", f"{crowd.refused}", "0", not crowd.refused),
        ("errors", f"{len(errors)}", "0", not errors),
        ("median, s", f"{median(crowd.waits or [float('nan')]):.2f}", "", True),
        ("p95, s", f"{crowd.slow:.2f}", f"{slowest:g}", crowd.slow <= slowest),
        ("pictures a second", f"{rate:.2f}", f"{least:.2f}", rate >= least),
        ("custom jobs", f"{len(customs.waits)}", "", True),
        ("at once: served", f"{len(burst.waits)}", "", True),
        ("at once: refused", f"{burst.refused}", "", True),
    ]
    if memory and rest is not None:
        most = GROWTH * memory[0]
        rows.append(("memory, first minute, MB", f"{memory[0]:.0f}", "", True))
        rows.append(("memory, last minute, MB", f"{memory[1]:.0f}", f"{most:.0f}", memory[1] <= most))
        rows.append(("memory at rest, MB", f"{rest:.0f}", f"{most:.0f}", rest <= most))
    if left is not None:
        rows.append(("files left", f"{left}", "0", not left))
    for name, value, limit, kept in rows:
        print(f"{name:28}{value:>8}{limit:>8}{'' if kept else '  missed'}")
    return all(kept for *_, kept in rows)
