"""What this machine computes with: device, precision, memory layout, threads."""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Callable, Generator
from contextvars import ContextVar, copy_context
from typing import TypeVar

import torch
from torch import Tensor, nn

from nst.common.errors import UserError

PRECISION_VARIABLE = "NST_PRECISION"  # of the environment: "float32" computes as a machine without bfloat16 does
GONE_ON = "The memory of the graphics processor was not enough: the CPU paints on, which takes longer."
M = TypeVar("M", bound=nn.Module)
T = TypeVar("T")
R = TypeVar("R")

_spared: ContextVar[bool] = ContextVar("spared", default=False)  # whether the device of this machine is left alone


def device() -> torch.device:
    """CUDA where there is a GPU, else Apple's MPS, else the CPU; the CPU for work that the other had no memory for."""
    return torch.device("cpu") if _spared.get() else _own_device()


@functools.cache
def _own_device() -> torch.device:
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def finished_on_cpu(begin: Callable[[str], Generator[T, None, R]]) -> Generator[T, None, R]:
    """The work that begins there; where its device has no memory left for it, what begins anew, done on the CPU.

    What begins is given a sentence to say of that, at first an empty one. The first time it goes to the log, too, which
    the command line prints.
    """
    try:
        return (yield from begin(""))
    except RuntimeError as error:  # torch's own kind is one; libraries below it raise others
        if "out of memory" not in str(error):
            raise
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    _log()
    return (yield from _on_cpu(begin(GONE_ON)))


@functools.cache
def _log() -> None:
    logging.getLogger(__name__).warning(GONE_ON)


def _on_cpu(work: Generator[T, None, R]) -> Generator[T, None, R]:
    """The work, every step of which has the CPU for its device."""
    context = copy_context()
    context.run(_spared.set, True)
    try:
        while True:
            try:
                value = context.run(next, work)
            except StopIteration as end:
                result: R = end.value
                return result
            yield value
    finally:
        context.run(work.close)


def precision() -> torch.dtype:
    """bfloat16 where the device multiplies it (AVX-512 BF16 or AMX, Ampere or newer), else float32.

    Raises `UserError` for an `NST_PRECISION` that there is not.
    """
    return _precision(device().type)


@functools.cache
def _precision(kind: str) -> torch.dtype:
    wanted = os.environ.get(PRECISION_VARIABLE, "")
    if wanted not in ("", "float32"):
        raise UserError(f"{PRECISION_VARIABLE} must be float32 or nothing, not {wanted!r}.")
    if wanted:
        return torch.float32
    if kind == "cuda":
        return torch.bfloat16 if torch.cuda.get_device_capability()[0] >= 8 else torch.float32
    if kind == "cpu" and (torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()):
        return torch.bfloat16
    return torch.float32


def mixed_precision() -> torch.autocast:
    """In which a network that learns is run: its weights stay in fp32, its convolutions are done in `precision`."""
    return torch.autocast(device().type, precision(), enabled=precision() != torch.float32)


def prepare(network: M, dtype: torch.dtype | None = None) -> M:
    """The network frozen and ready to run here: on the device, in its precision or `dtype`, channels_last."""
    return channels_last(network.eval().requires_grad_(False).to(device(), dtype or precision()))


def channels_last(network: M) -> M:
    """The network with its weights laid out for channels_last, which convolutions are fastest in."""
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def place(picture: Tensor) -> Tensor:
    """The picture on the device, in fp32 and channels_last."""
    return picture.to(device=device(), dtype=torch.float32, memory_format=torch.channels_last)
