"""Ray, which spreads work over the cores and GPUs of this machine or of many; it is installed by who wants it."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nst.common.errors import UserError

PATIENCE = 10.0  # seconds in which a cluster must answer


@contextmanager
def connected() -> Iterator[Any]:
    """The module `ray`, connected for as long as the block runs.

    To the cluster that this process is connected to already, else to that of the variable `RAY_ADDRESS`, else to one of
    this machine alone, which ends with the block. Raises `UserError` where Ray is not installed, and where the cluster
    cannot be reached.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would tell its makers of every cluster that it starts
    try:
        import ray
    except ImportError as error:
        raise UserError("Ray is not installed: pip install ray, or leave out --ray.") from error
    if ray.is_initialized():
        yield ray
        return
    address = os.environ.get("RAY_ADDRESS") or "local"
    own = {"include_dashboard": False} if address == "local" else {}
    try:
        _knock(address)
        ray.init(address, logging_level=logging.ERROR, log_to_driver=False, **own)
    except Exception as error:  # of its own and of others, by what is wrong
        said, *_ = f"{error}\n".splitlines()
        raise UserError(f"Ray cannot be reached at {address}: {said}") from error
    try:
        yield ray
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """Raises `OSError` where nothing answers at `HOST:PORT` or `ray://HOST:PORT`, which Ray would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if port.isdigit():
        socket.create_connection((host, int(port)), timeout=PATIENCE).close()
