"""Memory that is kept for the next tensors, and given back."""

from __future__ import annotations

import platform
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from nst.common.memory import give_back

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told what to keep")
PAGE = resource.getpagesize()  # bytes
PROGRAM = """
import ctypes, threading, nst

libc, met = ctypes.CDLL(None), threading.Barrier(3)
for _ in range(2):
    threading.Thread(target=lambda: (bytearray(100_000), met.wait())).start()
met.wait()
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


def test_all_threads_share_one_heap() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True)
    assert done.stdout.count("<heap nr=") == 1


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
