"""Hugging Face's ZeroGPU, which lends a GPU to a function for as long as it runs."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Generator
from contextlib import closing
from typing import ParamSpec, TypeVar

from nst.common.errors import UserError

P = ParamSpec("P")
T = TypeVar("T")

LONGEST = 120  # seconds, the most that a GPU is lent for at once
START = 15  # seconds, until networks are there and a first picture has been through

Stream = Callable[P, Generator[T, None, None]]


def is_lent() -> bool:
    """Whether this is a Space that lends its GPU call by call."""
    return os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")


def on_gpu(function: Stream[P, T], seconds: Callable[P, float]) -> Stream[P, T]:
    """The generator function as it runs where the `spaces` package is there: on a GPU that is lent; else itself.

    `seconds` tells of the same arguments how long the work takes there. Who asks for less waits less, and has more of
    the day's share left.
    """
    try:
        import spaces
    except ImportError:
        return function

    def duration(*args: P.args, **kwargs: P.kwargs) -> int:
        return min(LONGEST, math.ceil(START + seconds(*args, **kwargs)))

    @spaces.GPU(duration=duration)  # type: ignore[untyped-decorator]
    def there(*args: P.args, **kwargs: P.kwargs) -> Generator[T | UserError, None, None]:
        # A process of its own, from which values come back as they are, and errors without their words.
        try:
            yield from function(*args, **kwargs)
        except UserError as error:
            yield error

    def here(*args: P.args, **kwargs: P.kwargs) -> Generator[T, None, None]:
        with closing(there(*args, **kwargs)) as values:
            for value in values:
                if isinstance(value, UserError):
                    raise value
                yield value

    return here
