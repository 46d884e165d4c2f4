"""A graphics processor whose memory is not enough: what was begun there is finished on the CPU."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from nst import OptimizeSettings, StylizeSettings, optimize, stylize
from nst.common import runtime
from nst.common.runtime import GONE_ON
from nst.quick.feedforward import stylizing
from nst.quick.networks import finished

CONVOLUTIONS = (torch.ops.aten.convolution.default, torch.ops.aten.conv2d.default)
SETTINGS = OptimizeSettings(size=96, steps=12)


class Card(TorchFunctionMode):
    """In place of CUDA's device: it holds weights and pictures, as torch's own `meta` does, but computes nothing."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        def there(value: Any) -> Any:
            return torch.device("meta") if value == torch.device("cuda") else value

        return func(*map(there, args), **{name: there(value) for name, value in (kwargs or {}).items()})


class Full(TorchDispatchMode):
    """Has no memory for one convolution, the n-th, or for all of those on the card."""

    def __init__(self, nth: int = 0) -> None:
        super().__init__()
        self.nth, self.count, self.refused = nth, 0, 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in CONVOLUTIONS:
            self.count += 1
            if args[0].is_meta or self.count == self.nth:
                self.refused += 1
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return func(*args, **(kwargs or {}))


@pytest.fixture(autouse=True)
def unlogged() -> None:
    runtime._log.cache_clear()


@contextmanager
def own_device(name: str) -> Iterator[None]:
    """As if that were the device of this machine."""
    kept = runtime._own_device
    runtime._own_device = lambda: torch.device(name)  # type: ignore[assignment]
    try:
        yield
    finally:
        runtime._own_device = kept


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Iterator[Full]:
    """A machine with a graphics processor that has room for weights and pictures, and for nothing else."""
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda: (9, 0))
    with own_device("cuda"), Card(), Full() as full:
        yield full


def test_a_photo_is_painted_again_as_the_cpu_paints_it(
    photo: Tensor, card: Full, caplog: pytest.LogCaptureFixture
) -> None:
    with own_device("cpu"):
        expected = stylize(photo, StylizeSettings("woodcut"))
    said: list[str] = []
    painted = finished(stylizing(photo, StylizeSettings("woodcut")), said.append)
    assert card.refused == 1
    assert torch.equal(painted, expected)
    assert said == [GONE_ON]
    assert torch.equal(stylize(photo, StylizeSettings("woodcut")), expected)  # the next one tries the card again
    assert card.refused == 2
    assert [record.getMessage() for record in caplog.records] == [GONE_ON]  # once, not for every frame of a film


def test_what_has_no_room_from_the_start_is_painted_on_the_cpu(photo: Tensor, card: Full) -> None:
    with own_device("cpu"):
        *_, expected = optimize(photo, photo.flip(3), SETTINGS)
    first, *_, last = optimize(photo, photo.flip(3), SETTINGS)
    assert card.refused == 1
    assert (first.note, last.note, last.step) == (GONE_ON, "", 12)
    assert torch.equal(last.picture, expected.picture)


def test_what_runs_out_midway_goes_on_from_there(photo: Tensor) -> None:
    """The device computes as the CPU does, until it has no memory for one step."""
    painting = photo.flip(3)
    with Full() as whole:
        *_, expected = optimize(photo, painting, SETTINGS)
    with own_device("cpu:0"), Full(whole.count // 2) as full:
        frames = list(optimize(photo, painting, SETTINGS))
    assert full.refused == 1
    assert [frame.step for frame in frames] == [*range(1, 13)]
    [gone_on] = [frame for frame in frames if frame.note]
    assert gone_on.note == GONE_ON
    before = frames[gone_on.step - 2]
    assert before.step > 2
    assert frames[-1].total_loss < before.total_loss
    assert (frames[-1].picture - expected.picture).abs().mean() < 0.02


def test_other_errors_are_told(photo: Tensor) -> None:
    with own_device("meta"), pytest.raises((NotImplementedError, RuntimeError)):
        stylize(photo, StylizeSettings("woodcut"))
