"""What the C library keeps of memory that is free."""

from __future__ import annotations

import ctypes
from contextlib import suppress

# Parameters of glibc's mallopt, whose header numbers them so: M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_ARENA_MAX.
MALLOPT = {-3: 32 << 20, -1: 128 << 20, -8: 1}
OTHERS = (AttributeError, OSError, TypeError)  # another C library, or Windows, which opens none without a name


def keep_memory() -> None:
    """Has glibc keep what tensors of up to 32 MB leave for the next ones, 128 MB of it even at the end of its heap.

    Else that goes back to the system at once, and pages that it has to zero anew cost an eighth of what painting costs.
    All threads share one heap, if they start afterwards: what one of them keeps is no use to the others.
    """
    with suppress(*OTHERS):
        for parameter, value in MALLOPT.items():
            ctypes.CDLL(None).mallopt(parameter, value)


def give_back() -> None:
    """Lets the system have the memory that is free: glibc keeps it in pieces that larger tensors do not fit into."""
    with suppress(*OTHERS):
        ctypes.CDLL(None).malloc_trim(0)
