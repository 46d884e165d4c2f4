"""Ray, which spreads work over the cores and GPUs of this machine or of many; it is installed by who wants it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nst.common.errors import UserError


@contextmanager
def cluster() -> Iterator[Any]:
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
        ray.init(address, logging_level=logging.ERROR, log_to_driver=False, **own)
    except Exception as error:  # of its own and of others, by what is wrong
        raise UserError(f"Ray cannot be reached at {address}: {str(error).splitlines()[0]}") from error
    try:
        yield ray
    finally:
        ray.shutdown()
