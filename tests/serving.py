"""The real app as a process of its own, for the tests of the page and of its endpoints."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]


@contextmanager
def served(folder: Path, **environment: str) -> Iterator[str]:
    """The address of an app that finds no downloads and may make none; what it writes goes into `folder`."""
    with running(folder, **environment) as (_, url):
        yield url


@contextmanager
def running(
    folder: Path, within: Sequence[str] = (), **environment: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The process of such an app, and its address; `within` is a command that runs another."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    homes = {name: str(folder / name) for name in ("HF_HOME", "TORCH_HOME", "GRADIO_TEMP_DIR")}
    url = f"http://127.0.0.1:{port}"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*within, sys.executable, "app.py", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, **homes, "HF_HUB_OFFLINE": "1", "no_proxy": "*", **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(process, url, folder / "log")
            yield process, url
        finally:
            process.terminate()
            process.wait(20)


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{url}/config", timeout=5).close()
        except urllib.error.HTTPError:  # it wants a password
            return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the app did not start:\n{log.read_text()}")


def picture(path: Path, size: tuple[int, int] = (96, 64)) -> Path:
    """A small picture with edges and colours, as a file of the path's format."""
    ramp = Image.linear_gradient("L").resize(size)
    disc = Image.radial_gradient("L").resize(size)
    Image.merge("RGB", (ramp, disc, ramp.transpose(Image.Transpose.ROTATE_180))).save(path)
    return path
