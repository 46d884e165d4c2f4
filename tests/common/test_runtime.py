"""The precision that the environment asks for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nst.common import runtime


def started(wanted: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from nst.common.runtime import precision; print(precision())"],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"NST_PRECISION": wanted},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_environment_may_ask_for_fp32() -> None:
    assert started("float32").stdout.strip() == "torch.float32"


def test_without_a_wish_it_is_what_the_hardware_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(runtime.PRECISION_VARIABLE, raising=False)
    own = runtime.precision.__wrapped__()  # past the cache, which may hold what was asked for when the tests began
    assert started("").stdout.strip() == str(own)


@pytest.mark.parametrize("wanted", ["bfloat16", "fp32", "FLOAT32", " "])
def test_a_precision_that_there_is_not_is_refused(wanted: str) -> None:
    done = started(wanted)
    assert done.returncode != 0
    assert done.stderr.splitlines()[-1].endswith(f"NST_PRECISION must be float32 or nothing, not {wanted!r}.")
