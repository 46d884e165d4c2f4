"""A training loop that can be stopped at any time and goes on where it was."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import torch
from torch import Tensor, nn

from nst.training.muon import optimizers

Losses = dict[str, float]
STATE = "state.pt"
SAVE_EVERY = 100  # steps
SOON = 5  # steps of one kind, after which a run says how long it will take


class Ema:
    """An exponential moving average of a network's weights, held in fp32 (Polyak averaging)."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay = decay
        self.weights = {key: value.detach().clone() for key, value in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        decay = min(self.decay, (1 + step) / (10 + step))  # follow closely at first, when the weights mean little
        for key, value in model.state_dict().items():
            self.weights[key].lerp_(value, 1 - decay)


class Pace:
    """How long steps take, and those that are left of their kind; what another kind will take is not known yet."""

    def __init__(self, ends: Sequence[int]) -> None:
        """`ends` are the numbers of steps that are done when each kind has ended, in order."""
        self.ends = ends
        self.end, self.seen, self.seconds = 0, 0, 0.0
        self.first = self.latest = time.monotonic()

    def note(self, done: int) -> None:
        """Another step is done, so many in all. A kind's first, which has to get going, counts while it is alone."""
        now, end = time.monotonic(), next(end for end in self.ends if done <= end)
        if end != self.end:
            self.end, self.seen, self.seconds, self.first = end, 1, now - self.latest, now
        else:
            self.seconds = (now - self.first) / self.seen
            self.seen += 1
        self.latest = now

    def words(self, done: int) -> str:
        left = f"{self.seconds * (self.end - done) / 60:.0f} min left"
        if self.end < self.ends[-1]:
            left += f" to step {self.end}; those after it take another time"
        return f"step {done} of {self.ends[-1]}, {self.seconds:.2f} s a step, {left}"


def train(
    model: nn.Module,
    step: Callable[[int, torch.Generator], tuple[Tensor, Losses]],
    *,
    folder: Path,
    steps: int,
    lr: float,
    seed: int,
    on_save: Callable[[int, dict[str, Tensor]], None],
    save_every: int,
    changes: Sequence[int] = (),
    ema_decay: float = 0.998,
    say: Callable[[str], None] = print,
) -> dict[str, Tensor]:
    """Trains with Muon and a one-cycle learning rate; returns the averaged weights.

    `step(n, generator)` gives the loss to descend and the figures to log; its generator depends on seed and step
    number alone, so that a resumed run draws what an unbroken one would. The state goes to `folder/state.pt`, the
    figures to `folder/log.jsonl`, every `save_every` steps, when `on_save` also gets the averaged weights.
    `changes` are the numbers of steps after which another kind of them begins, which takes another time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descent = optimizers(model, lr)
    schedules = [
        torch.optim.lr_scheduler.OneCycleLR(
            each,
            max_lr=[group["lr"] for group in each.param_groups],
            total_steps=steps + 1,
            pct_start=0.1,
            cycle_momentum=False,
        )
        for each in descent
    ]
    stateful: list[Any] = [*descent, *schedules]
    ema = Ema(model, ema_decay)
    if first := _restore(folder / STATE, model, stateful, ema):
        say(f"Going on from step {first}.")
    recent: defaultdict[str, list[float]] = defaultdict(list)
    pace = Pace([*changes, steps])
    for n in range(first, steps):
        loss, figures = step(n, torch.Generator().manual_seed(seed * 1_000_003 + n))
        model.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for each in stateful:
            each.step()
        ema.update(model, n)
        pace.note(done := n + 1)
        for key, value in figures.items():
            recent[key].append(value)
        if done % save_every == 0 or done == steps:
            means = _log(folder / "log.jsonl", done, recent)
            recent.clear()
            _keep(folder / STATE, model, stateful, ema, done)
            on_save(done, ema.weights)
            say(f"{pace.words(done)}: {means}")
        elif pace.seen == SOON:
            say(pace.words(done))
    return ema.weights


def _log(path: Path, step: int, recent: Mapping[str, Sequence[float]]) -> Losses:
    """Writes a line with the means of recent figures, which it gives."""
    means = {key: round(fmean(values), 5) for key, values in sorted(recent.items())}
    with path.open("a") as log:
        log.write(json.dumps({"step": step, **means}) + "\n")
    return means


def _restore(path: Path, model: nn.Module, stateful: list[Any], ema: Ema) -> int:
    """Takes up the state of a run; returns how many steps it has done, 0 where there is none."""
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    for each, saved in zip(stateful, state["descent"], strict=True):
        each.load_state_dict(saved)
    ema.weights = state["ema"]
    return int(state["step"])


def _keep(path: Path, model: nn.Module, stateful: list[Any], ema: Ema, step: int) -> None:
    """Writes the state of a run, whole or not at all."""
    state = {"model": model.state_dict(), "ema": ema.weights, "step": step}
    state["descent"] = [each.state_dict() for each in stateful]
    torch.save(state, partial := path.with_suffix(".partial"))
    partial.replace(path)
