"""Where a weight file is: bundled with the project, in the Hub's cache, or on the Hub."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import httpx2
import torch
from filelock import FileLock, Timeout
from huggingface_hub import constants, get_hf_file_metadata, get_session, get_token, hf_hub_url, hf_raise_for_status
from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled
from huggingface_hub.file_download import repo_folder_name
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from nst.common.errors import UserError

ASSETS = Path(__file__).parents[1] / "assets"
STYLES = Path(__file__).parents[2] / "styles"

PATIENCE = 4.0  # seconds in which the Hub must answer before a download is begun, and send more of the file after that
INTERVAL = 0.25  # seconds from one progress report to the next


@dataclass(frozen=True)
class HubFile:
    """One version of one file on the Hub; `sha256`, where it is known, is that of its content, in hexadecimal."""

    repo: str
    filename: str
    revision: str
    sha256: str | None = None

    @property
    def key(self) -> str:
        """A name for what has come of it so far."""
        return self.sha256 or hashlib.sha256(f"{self.revision}/{self.filename}".encode()).hexdigest()


class Progress(NamedTuple):
    """How many bytes of a file are there, of how many."""

    done: int
    of: int


def bundled(name: str) -> Path:
    """The file that comes with the project. Raises `UserError` if it is not there."""
    for folder in (ASSETS, STYLES):
        if (path := folder / name).is_file():
            return path
    raise UserError(f"{name}, which comes with this project, is missing: get the project's files again.")


def is_cached(file: HubFile) -> bool:
    """Whether `fetch` needs no network."""
    return _path(file).is_file()


def fetch(file: HubFile, what: str) -> Path:
    """The file from the Hub's cache, or else downloaded to it. `what` names it in messages.

    Raises `UserError` if it cannot be had, within 5 s where the Hub does not answer, and if its content is not what it
    should be; such a file is removed from the cache.
    """
    for _ in download(file, what):
        pass
    return _path(file)


def download(file: HubFile, what: str) -> Generator[Progress, None, None]:
    """What `fetch` does, telling a few times a second how far it is; nothing of a file that is in the cache.

    Close it to stop. However it ends, what has come is kept, and the next download of the file begins there.
    """
    with _explained(what):
        if not is_cached(file):
            yield from _download(file)
        if file.sha256:
            _verify(_path(file), file.sha256, what)


def resolve(repo: str, revision: str) -> str:
    """The commit that a branch or tag of a repository stands for now, or else when it was last asked for.

    Raises `UserError` where the Hub does not know or cannot be asked, and never was.
    """
    seen = _folder(repo) / "refs" / revision
    try:
        with _explained(repo):
            url = hf_hub_url(repo, "presets.toml", revision=revision)
            _ask(url, _authorization())
            commit = get_hf_file_metadata(url, timeout=PATIENCE).commit_hash or revision
    except UserError:
        if not seen.is_file():
            raise
        return seen.read_text(encoding="utf-8")
    with suppress(OSError):  # a cache that cannot be written to
        seen.parent.mkdir(parents=True, exist_ok=True)
        seen.write_text(commit, encoding="utf-8")
    return commit


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


def _folder(repo: str) -> Path:
    """Of a repository in the Hub's cache."""
    return Path(constants.HF_HUB_CACHE, repo_folder_name(repo_id=repo, repo_type="model"))


def _authorization() -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if (token := get_token()) else {}


def _path(file: HubFile) -> Path:
    """Where the file is once it is in the Hub's cache."""
    return _folder(file.repo) / "snapshots" / file.revision / file.filename


def _download(file: HubFile) -> Generator[Progress, None, None]:
    """Brings the file to the Hub's cache, unchecked.

    Not by `hf_hub_download`, which begins every download anew.
    """
    url = hf_hub_url(file.repo, file.filename, revision=file.revision)
    headers = _authorization()
    _ask(url, headers)
    size = get_hf_file_metadata(url, timeout=PATIENCE).size or 0
    folder = _folder(file.repo)
    partial = folder / "blobs" / f"{file.key}.incomplete"
    # One download at a time, in all processes; the lock belongs to no thread, as generators go from one to another.
    lock = FileLock(folder.parent / ".locks" / folder.name / f"{file.key}.lock", thread_local=False)
    for path in (partial, _path(file), Path(lock.lock_file)):
        path.parent.mkdir(parents=True, exist_ok=True)
    yield from _acquire(lock, partial, size)
    try:
        if not is_cached(file):
            yield from _transfer(url, headers, partial, size)
            partial.replace(_path(file))
    finally:
        lock.release()


def _acquire(lock: FileLock, partial: Path, size: int) -> Generator[Progress, None, None]:
    """Waits for the lock, telling how far the download is that holds it."""
    while True:
        with suppress(Timeout):
            lock.acquire(timeout=INTERVAL)
            return
        with suppress(FileNotFoundError):
            yield Progress(partial.stat().st_size, size)


def _transfer(url: str, headers: Mapping[str, str], partial: Path, size: int) -> Generator[Progress, None, None]:
    """Appends to a file what it lacks."""
    with partial.open("ab") as out:
        done = out.tell()
        if done < size:
            asked = {"Range": f"bytes={done}-", "Accept-Encoding": "identity", **headers}
            with get_session().stream("GET", url, headers=asked, timeout=PATIENCE) as response:
                hf_raise_for_status(response)
                if response.status_code != httpx2.codes.PARTIAL_CONTENT:  # a server that sends all of it
                    done = out.truncate(0)
                due = 0.0
                for chunk in response.iter_bytes():
                    out.write(chunk)
                    done += len(chunk)
                    if time.monotonic() >= due:
                        yield Progress(done, size)
                        due = time.monotonic() + INTERVAL
            if done < size:  # the client has not noticed, as it was not told how much there would be
                raise ConnectionError
    yield Progress(size, size)


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """Turns what can go wrong with a download into a sentence."""
    try:
        yield
    except (OSError, RuntimeError, httpx2.HTTPError) as error:  # RuntimeError is torch's of a checksum
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
