"""What a run will take is told from what runs took."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_pre_hook

from nst import OptimizeSettings, optimize
from nst.custom import optimization
from nst.custom.pace import SETUP, Pace, labour

SKETCH, MASTERPIECE = OptimizeSettings(size=320, steps=64), OptimizeSettings(size=1024, steps=136)


def test_labour_is_that_of_the_frames_that_come() -> None:
    photo, settings = torch.rand(1, 3, 90, 120), OptimizeSettings(size=200, steps=7)
    areas = [frame.picture.shape[2] * frame.picture.shape[3] for frame in optimize(photo, photo, settings)]
    setups = SETUP * sum(set(areas))
    planned = labour(120, 90, settings)
    assert planned.steps == 7 + 2 * SETUP
    assert planned.megapixels == pytest.approx((sum(areas) + setups) / 1e6, rel=0.02)
    stopped = labour(120, 90, settings, steps=2)
    assert stopped.megapixels == pytest.approx((2 + SETUP) * areas[0] / 1e6, rel=0.02)
    onward = labour(120, 90, settings, start_side=200)
    count = len(list(optimize(photo, photo, settings, start=torch.rand(1, 3, 150, 200))))
    assert onward.megapixels == pytest.approx((count + SETUP) * areas[-1] / 1e6, rel=0.02)


def test_nothing_is_told_before_anything_is_known() -> None:
    pace = Pace()
    assert pace.seconds("compact", labour(4, 3, SKETCH)) is None
    pace.record("vgg19", labour(4, 3, SKETCH), 90)
    pace.record("compact", labour(4, 3, SKETCH, steps=1), 90)
    assert pace.seconds("compact", labour(4, 3, SKETCH)) is None


def test_a_run_tells_of_itself_and_of_others() -> None:
    pace, sketch, masterpiece = Pace(), labour(4, 3, SKETCH), labour(4, 3, MASTERPIECE)
    pace.record("compact", sketch, 2.0)
    assert pace.seconds("compact", sketch) == pytest.approx(2)
    assert pace.seconds("compact", sketch.times(3)) == pytest.approx(6)
    assert 12 < (pace.seconds("compact", masterpiece) or 0) < 24


def test_runs_correct_what_is_told() -> None:
    pace, sketch = Pace(), labour(4, 3, SKETCH)
    pace.try_out()
    tried = pace.seconds("compact", sketch)
    assert tried
    pace.record("compact", sketch, 10 * tried)
    assert pace.seconds("compact", sketch) == pytest.approx(10 * tried)
    for seconds in (2.0, 2.2, 60.0, 1.8, 2.0):  # in one of them others had the machine
        pace.record("compact", sketch, seconds)
    assert pace.seconds("compact", sketch) == pytest.approx(2)
    pace.record("compact", labour(4, 3, MASTERPIECE), 80)
    assert pace.seconds("compact", sketch) == pytest.approx(2)  # what is of another size tells less
    assert pace.seconds("compact", labour(4, 3, MASTERPIECE)) == pytest.approx(80)


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A clock for `optimize` that goes on with what the encoder has to do, and with nothing else."""
    now = [0.0]

    def work(layer: nn.Module, given: tuple[Tensor, ...]) -> None:
        if isinstance(layer, nn.Conv2d):
            now[0] += 0.001 + 1e-9 * given[0].numel() * layer.weight.numel() / layer.in_channels

    monkeypatch.setattr(optimization, "time", SimpleNamespace(monotonic=lambda: now[0]))
    hook = register_module_forward_pre_hook(work)
    yield
    hook.remove()


@pytest.mark.usefixtures("worked")
def test_a_trial_tells_how_long_runs_of_any_size_take() -> None:
    pace = Pace()
    pace.try_out()
    for size in (96, 200, 320):
        settings = OptimizeSettings(size=size, steps=6)
        *_, last = optimize(torch.rand(1, 3, 90, 120), torch.rand(1, 3, 120, 120), settings)
        assert pace.seconds("compact", labour(4, 3, settings)) == pytest.approx(last.seconds, rel=0.2)
