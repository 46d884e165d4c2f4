"""Where a weight file is: bundled with the project, in the Hub's cache, or on the Hub."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import httpx2
import torch
from huggingface_hub import (
    get_session,
    get_token,
    hf_hub_download,
    hf_hub_url,
    hf_raise_for_status,
    try_to_load_from_cache,
)
from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from nst.errors import UserError

ASSETS = Path(__file__).parent / "assets"
STYLES = Path(__file__).parent.parent / "styles"

PATIENCE = 4.0  # seconds in which the Hub must answer before a download is begun


@dataclass(frozen=True)
class HubFile:
    """One version of one file on the Hub; `sha256` is that of its content, in hexadecimal."""

    repo: str
    filename: str
    revision: str
    sha256: str


def bundled(name: str) -> Path:
    """The file that comes with the project. Raises `UserError` if it is not there."""
    for folder in (ASSETS, STYLES):
        if (path := folder / name).is_file():
            return path
    raise UserError(f"{name}, which comes with this project, is missing: get the project's files again.")


def is_cached(file: HubFile) -> bool:
    """Whether `fetch` needs no network."""
    return _cached(file) is not None


def fetch(file: HubFile, what: str) -> Path:
    """The file from the Hub's cache, or else downloaded to it. `what` names it in messages.

    Raises `UserError` if it cannot be had, within 5 s where the Hub does not answer, and if its content is not what it
    should be; such a file is removed from the cache.
    """
    path = _cached(file) or _download(file, what)
    _verify(path, file.sha256, what)
    return path


def fetch_url(url: str, what: str) -> Path:
    """The file from torch's cache, or else downloaded to it; its name ends in the first digits of its sha256.

    Raises `UserError` as `fetch` does.
    """
    path = Path(torch.hub.get_dir(), "checkpoints", url.rpartition("/")[2])
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        with _explained(what):
            _ask(url, {})
            torch.hub.download_url_to_file(url, str(path), path.stem.rpartition("-")[2], progress=False)
    return path


def read_safetensors(path: Path) -> dict[str, Tensor]:
    """All tensors of a file, by name. Raises `UserError` if it cannot be read."""
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise UserError(f"{path.name} is not a safetensors file that can be read.") from error


def _cached(file: HubFile) -> Path | None:
    path = try_to_load_from_cache(file.repo, file.filename, revision=file.revision)
    return Path(path) if isinstance(path, str) else None


def _download(file: HubFile, what: str) -> Path:
    headers = {"Authorization": f"Bearer {token}"} if (token := get_token()) else {}
    with _explained(what):
        _ask(hf_hub_url(file.repo, file.filename, revision=file.revision), headers)
        return Path(hf_hub_download(file.repo, file.filename, revision=file.revision, etag_timeout=PATIENCE))


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """Turns what can go wrong with a download into a sentence."""
    try:
        yield
    except (OSError, RuntimeError, httpx2.HTTPError) as error:  # RuntimeError is what the fast transfers raise
        if isinstance(error, OfflineModeIsEnabled):
            reason = "offline mode is on"
        elif isinstance(error, HfHubHTTPError):
            reason = f"the server answered {error.response.status_code}"
        else:
            reason = getattr(error, "strerror", None) or "its server cannot be reached"
        raise UserError(
            f"{what} could not be downloaded ({reason}): try again later, or pick one of the bundled ones."
        ) from error


def _ask(url: str, headers: Mapping[str, str]) -> None:
    """Asks for a file's first byte, from wherever it is kept; raises what went wrong within `PATIENCE` seconds.

    The libraries would wait and retry for minutes. A thread, because the time for looking up a name and for trying one
    dead address after another is not bounded by the client's timeout.
    """
    answer: Future[None] = Future()

    def ask() -> None:
        try:
            asked = {"Range": "bytes=0-0", **headers}
            with get_session().stream("GET", url, headers=asked, timeout=PATIENCE) as response:
                hf_raise_for_status(response)
        except Exception as error:
            answer.set_exception(error)
        else:
            answer.set_result(None)

    threading.Thread(target=ask, daemon=True).start()
    answer.result(PATIENCE)


@cache  # once per process, for what does not raise
def _verify(path: Path, sha256: str, what: str) -> None:
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() == sha256:
            return
    with suppress(OSError):  # a cache that cannot be written to
        _remove(path)
    raise UserError(f"{what} is not the file that was expected, and was removed: try again, or pick a bundled one.")


def _remove(path: Path) -> None:
    """Deletes a file together with the links that lead to it, as the Hub's cache has them."""
    while path.is_symlink():
        target = path.parent / path.readlink()
        path.unlink()
        path = target
    path.unlink()
