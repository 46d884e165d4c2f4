"""How long a run will take is said soon, and is true; and a run can go back to where it was good."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn

from nst import UserError
from nst.training import loop
from nst.training.loop import Descent


class Stop(Exception):
    pass


def said(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    seconds: Sequence[float],
    *,
    changes: Sequence[int] = (),
    save_every: int = 100,
    saving: float = 0,
    stop_at: int = 0,
) -> list[str]:
    """What a run says whose steps, and savings, take so many seconds; it may break off after one of them."""
    now, lines = [1000.0], list[str]()
    monkeypatch.setattr(loop, "time", SimpleNamespace(monotonic=lambda: now[0]))
    model = nn.Conv2d(3, 3, 1)

    def step(n: int, generator: torch.Generator) -> tuple[Tensor, loop.Losses]:
        if stop_at and n == stop_at:
            raise Stop
        now[0] += seconds[n]
        return model(torch.rand(1, 3, 4, 4, generator=generator)).square().mean(), {"loss": 1.0}

    def save(done: int, weights: dict[str, Tensor]) -> None:
        now[0] += saving

    try:
        loop.train(model, step, folder=folder, steps=len(seconds), lr=1e-3, seed=0, on_save=save,
                   save_every=save_every, changes=changes, say=lines.append)  # fmt: skip
    except Stop:
        lines.append("stopped")
    return lines


def test_a_run_says_after_a_few_steps_how_long_it_will_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By all of them but the first, which takes longer."""
    first, *rest = said(tmp_path, monkeypatch, [30, *[6] * 119])
    assert first == "step 5 of 120, 6.00 s a step, 12 min left"
    assert [line.partition(":")[0] for line in rest] == [
        "step 100 of 120, 6.00 s a step, 2 min left",
        "step 120 of 120, 6.00 s a step, 0 min left",
    ]


def test_what_it_says_when_it_saves_counts_the_saving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, tenth, twentieth, *_ = said(tmp_path, monkeypatch, [6] * 100, save_every=10, saving=27)
    assert tenth.startswith("step 10 of 100, 6.00 s a step, 9 min left: ")
    assert twentieth.startswith("step 20 of 100, 7.42 s a step, 10 min left: ")


def test_a_run_that_goes_on_says_it_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(tmp_path, monkeypatch, [6] * 100, save_every=20, stop_at=47)[-1] == "stopped"
    assert said(tmp_path, monkeypatch, [12] * 100, save_every=20)[:2] == [
        "Going on from step 40.",
        "step 45 of 100, 12.00 s a step, 11 min left",
    ]


def test_no_kind_of_steps_is_judged_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = said(tmp_path, monkeypatch, [*[6] * 30, *[30] * 70], changes=[30], save_every=40)
    assert [line.partition(": ")[0] for line in lines] == [
        "step 5 of 100, 6.00 s a step, 2 min left to step 30; those after it take another time",
        "step 35 of 100, 30.00 s a step, 32 min left",
        "step 40 of 100, 30.00 s a step, 30 min left",
        "step 80 of 100, 30.00 s a step, 10 min left",
        "step 100 of 100, 30.00 s a step, 0 min left",
    ]


def test_a_short_run_speaks_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for steps in (1, 4, 5):
        (line,) = said(tmp_path / str(steps), monkeypatch, [6] * steps)
        assert re.match(rf"step {steps} of {steps}, 6\.00 s a step, 0 min left: ", line)


def test_the_learning_rate_rises_and_then_falls_to_nothing() -> None:
    rates = [loop.one_cycle(share / 1000) for share in range(1001)]
    peak = rates.index(max(rates))
    assert rates[:peak] == sorted(rates[:peak])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)
    assert 0 < rates[0] < 0.1
    assert max(rates) == pytest.approx(1)
    assert rates[-1] == pytest.approx(0)


def test_a_run_whose_loss_is_no_number_stops_with_a_sentence(tmp_path: Path) -> None:
    model = nn.Conv2d(3, 3, 1)

    def step(n: int, generator: torch.Generator) -> tuple[Tensor, loop.Losses]:
        loss = model(torch.rand(1, 3, 4, 4, generator=generator)).square().mean()
        return loss * (float("nan") if n == 2 else 1), {}

    with pytest.raises(UserError, match="The loss of step 3 is no number"):
        loop.train(model, step, folder=tmp_path, steps=5, lr=1e-3, seed=0, on_save=lambda *_: None, save_every=1)
    assert all(value.isfinite().all() for value in model.state_dict().values())


def test_the_good_state_stays_as_it_was_when_steps_go_on_from_it() -> None:
    torch.manual_seed(0)
    model = nn.Conv2d(3, 3, 1)
    descent = Descent(model, 0.1)

    def go() -> bool:
        return descent.step(model(torch.ones(1, 3, 2, 2)).square().mean(), 0.5)

    for _ in range(3):
        assert go()
    descent.restore(descent.state())
    before = copy.deepcopy(descent.good)
    assert go()
    assert all(torch.equal(value, before["ema"][key]) for key, value in descent.good["ema"].items())
    assert not descent.step(model(torch.full((1, 3, 2, 2), torch.nan)).mean(), 0.5)
    for key, value in model.state_dict().items():
        assert torch.equal(value, before["model"][key])
        assert torch.equal(descent.ema.weights[key], before["ema"][key])
