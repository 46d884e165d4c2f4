"""The precision that the environment asks for, and memory that is kept and given back."""

from __future__ import annotations

import platform
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from nst import UserError
from nst.common import runtime
from nst.common.memory import give_back
from nst.common.runtime import PRECISION_VARIABLE, device

glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told what to keep")
PAGE = resource.getpagesize()  # bytes


def fresh() -> torch.dtype:
    """Past the cache, which holds what was asked for when the tests began."""
    return runtime._precision.__wrapped__(device().type)


def test_the_environment_may_ask_for_fp32(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PRECISION_VARIABLE, "float32")
    assert fresh() == torch.float32


def test_without_a_wish_it_is_what_the_hardware_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PRECISION_VARIABLE, raising=False)
    own = fresh()
    monkeypatch.setenv(PRECISION_VARIABLE, "")
    assert fresh() == own


@pytest.mark.parametrize("wanted", ["bfloat16", "fp32", "FLOAT32", " "])
def test_a_precision_that_there_is_not_is_refused(wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PRECISION_VARIABLE, wanted)
    with pytest.raises(UserError, match=f"must be float32 or nothing, not {wanted!r}[.]"):
        fresh()


PROGRAM = """
import ctypes, threading, nst

libc, met = ctypes.CDLL(None), threading.Barrier(3)
for _ in range(2):
    threading.Thread(target=lambda: (bytearray(100_000), met.wait())).start()
met.wait()
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


@glibc
def test_all_threads_share_one_heap() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True)
    assert done.stdout.count("<heap nr=") == 1


@glibc
def test_what_tensors_leave_can_be_given_back() -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE

    give_back()  # what other tests have left
    large = [torch.ones(25_000_000, dtype=torch.uint8) for _ in range(4)]
    held = resident()
    del large
    assert held - resident() < 30e6
    give_back()
    assert held - resident() > 90e6
