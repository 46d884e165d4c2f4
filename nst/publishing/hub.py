"""The Hub, as one that is written to: all of it in one commit, or a sentence on why not."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import httpx2
from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationDelete,
    HfApi,
    constants,
    get_session,
    get_token,
    hf_raise_for_status,
)
from huggingface_hub.errors import (
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
)
from huggingface_hub.utils import disable_progress_bars, validate_repo_id  # type: ignore[attr-defined]

from nst.common.errors import UserError

Files = Mapping[str, Path | bytes]  # what a repository shall hold, by the names that it has there
Kind = Literal["model", "space"]

PATIENCE = 10.0  # seconds in which the Hub must answer whose token this is
REFUSED = "the Hub refused the token ({}): it must be one that may write there"


def check_name(repo: str) -> None:
    """Raises `UserError` for what cannot be the name of a repository on the Hub."""
    try:
        validate_repo_id(repo)
        owner, name = repo.split("/")
    except ValueError as error:  # HFValidationError is one
        what = str(error).rstrip(".") if isinstance(error, HFValidationError) else "there is no owner"
        raise UserError(f"{repo!r} is no name of a repository on the Hub, as OWNER/NAME: {what}.") from error
    if not (owner and name):
        raise UserError(f"{repo!r} is no name of a repository on the Hub, as OWNER/NAME.")


def check_token() -> None:
    """Raises `UserError` where there is no token, where the Hub does not take it, and where it cannot be asked."""
    if not (token := get_token()):
        raise UserError("There is no token for the Hub: log in with `hf auth login`, or set HF_TOKEN.")
    account(token)


def account(token: str) -> str:
    """Whose token this is; `UserError` where the Hub does not take it, and where it cannot be asked."""
    with _explained("Nothing was sent to the Hub"):
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{constants.ENDPOINT}/api/whoami-v2"  # not by `whoami`, which would wait for ever
        response = get_session().get(url, headers=headers, timeout=PATIENCE)
        hf_raise_for_status(response)
        return str(response.json()["name"])


def check_free(repo: str, token: str) -> None:
    """Raises `UserError` where a model repository of that name holds anything, and where the Hub cannot be asked.

    One that is empty is as good as none: it is what is left of an upload that was cut off.
    """
    with _explained("Nothing was sent to the Hub"):
        try:
            there = HfApi(token=token).model_info(repo, timeout=PATIENCE).siblings or []
        except RepositoryNotFoundError:
            return
    if {file.rfilename for file in there} - {".gitattributes"}:
        raise UserError(f"There is a repository {repo} already: choose another name.")


def holds(repo: str, name: str) -> bool:
    """Whether there is a model repository with that file; `UserError` where the Hub cannot be asked."""
    with _explained(f"{repo} could not be read"):
        return HfApi().file_exists(repo, name)


def upload(
    repo: str,
    files: Files,
    kind: Kind,
    message: str,
    *,
    private: bool = False,
    folders: Sequence[str] = (),
    token: str | None = None,
) -> str:
    """Puts files into a repository, in one commit, and gives its address. Where there is none it is made.

    In `folders` nothing else stays. Without a `token` it is that of who is logged in here. Raises `UserError` where
    that cannot be, as where a `private` one is wanted and there is a public one; the repository then holds what it held
    before.
    """
    if not sys.stderr.isatty():  # nobody sees how far it is
        disable_progress_bars()
    api = HfApi(token=token)
    with _explained(f"Nothing was written to {repo}"):
        sdk = "gradio" if kind == "space" else None
        address = api.create_repo(repo, repo_type=kind, private=private or None, space_sdk=sdk, exist_ok=True)
        if private and not api.repo_info(repo, repo_type=kind).private:
            raise UserError(f"{repo} is there already, for everybody to see: make it private on the Hub first.")
        operations = [CommitOperationAdd(name, content) for name, content in files.items()]
        there = api.list_repo_files(repo, repo_type=kind) if folders else []
        gone = [name for name in there if name not in files and name.partition("/")[0] in folders]
        removals = [CommitOperationDelete(name) for name in gone]
        api.create_commit(repo, [*operations, *removals], commit_message=message, repo_type=kind)
    return str(address)


@contextmanager
def _explained(outcome: str) -> Iterator[None]:
    """Turns what can go wrong on the way to the Hub into a sentence."""
    try:
        yield
    except UserError:
        raise
    except (OSError, RuntimeError, ValueError, LookupError, httpx2.HTTPError) as error:
        raise UserError(f"{outcome}: {_reason(error)}.") from error


def _reason(error: BaseException) -> str:
    if isinstance(error, RuntimeError) and error.__cause__:  # of a file; the cause is in the one below
        error = error.__cause__
    if isinstance(error, OfflineModeIsEnabled):
        return "offline mode is on"
    if isinstance(error, HfHubHTTPError):
        status, said = error.response.status_code, " ".join((error.server_message or "").split()).rstrip(".")
        if status in (401, 403):
            return REFUSED.format(status)
        return f"the Hub answered {status}{f' ({said})' if said else ''}"
    if isinstance(error, PermissionError):  # of the storage for large files
        return REFUSED.format("its storage did")
    if isinstance(error, (httpx2.HTTPError, OSError)):
        return "the connection to the Hub failed; try again"
    return " ".join(str(error).split())[:300].rstrip(".") or type(error).__name__
