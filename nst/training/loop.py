"""A training loop that can be stopped at any time and goes on where it was."""

from __future__ import annotations

import copy
import json
import math
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from statistics import fmean
from typing import Any

import torch
from torch import Tensor, nn

from nst.common.errors import UserError
from nst.common.files import make_folder, write_whole
from nst.common.runtime import device
from nst.training.muon import optimizers

Losses = dict[str, float]
State = dict[str, Any]
STATE = "state.pt"
RISE, FIRST_RATE = 0.1, 0.04  # share of a run in which the learning rate rises, and what of the highest it begins with
SURE = 10  # steps after which a state was a good one
SAFER = 0.25  # times the learning rate, after going back
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


def one_cycle(share: float) -> float:
    """The learning rate, of its highest, when so much of a run is done: a short rise and a long fall, both cosines.

    Smith and Topin, "Super-Convergence" (2019).
    """
    if share < RISE:
        return 1 - (1 - FIRST_RATE) * (1 + math.cos(math.pi * share / RISE)) / 2
    return (1 + math.cos(math.pi * (min(share, 1) - RISE) / (1 - RISE))) / 2


class Descent:
    """A network on its way down a loss: Muon, a one-cycle learning rate, averaged weights, a way back."""

    def __init__(self, model: nn.Module, lr: float, ema_decay: float = 0.998) -> None:
        self.model, self.optimizers = model, optimizers(model, lr)
        self.rates = [[group["lr"] for group in each.param_groups] for each in self.optimizers]
        self.ema, self.taken, self.caution = Ema(model, ema_decay), 0, 1.0
        self.good = self.state()

    def step(self, loss: Tensor, share: float) -> bool:
        """Goes a step down the loss, when so much of the whole way is done.

        Where the loss or its gradient is no number it goes back to the last good state instead, from which its steps
        are smaller, and returns False.
        """
        self.model.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        if not (loss.isfinite() and norm.isfinite()):
            caution = SAFER * self.caution
            self.restore(self.good)
            self.caution = caution
            return False
        for each, rates in zip(self.optimizers, self.rates, strict=True):
            for group, rate in zip(each.param_groups, rates, strict=True):
                group["lr"] = self.caution * one_cycle(share) * rate
            each.step()
        self.ema.update(self.model, self.taken)
        self.taken += 1
        if self.taken % SURE == 0:
            self.good = self.state()
        return True

    def state(self) -> State:
        """All that is needed to go on, as copies."""
        descent = [each.state_dict() for each in self.optimizers]
        state = {"model": self.model.state_dict(), "descent": descent, "ema": self.ema.weights}
        return copy.deepcopy({**state, "taken": self.taken, "caution": self.caution})

    def restore(self, state: State) -> None:
        """Goes on from a state."""
        state = copy.deepcopy(state)  # which the next steps change
        self.model.load_state_dict(state["model"])
        for each, saved in zip(self.optimizers, state["descent"], strict=True):
            each.load_state_dict(saved)
        self.ema.weights, self.taken, self.caution = state["ema"], state["taken"], state["caution"]
        self.good = self.state()


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
    say: Callable[[str], None] = print,
) -> None:
    """Trains with Muon and a one-cycle learning rate.

    `step(n, generator)` gives the loss to descend and the figures to log; its generator depends on seed and step
    number alone, so that a resumed run draws what an unbroken one would. The state goes to `folder/state.pt`, the
    figures to `folder/log.jsonl`, every `save_every` steps, when `on_save` also gets the averaged weights.
    `changes` are the numbers of steps after which another kind of them begins, which takes another time.
    Raises `UserError` where a loss is no number.
    """
    make_folder(folder)
    descent = Descent(model, lr)
    if (folder / STATE).exists():
        descent.restore(torch.load(folder / STATE, device(), weights_only=True))
        say(f"Going on from step {descent.taken}.")
    recent: defaultdict[str, list[float]] = defaultdict(list)
    pace = Pace([*changes, steps])
    for n in range(descent.taken, steps):
        loss, figures = step(n, torch.Generator().manual_seed(seed * 1_000_003 + n))
        if not descent.step(loss, n / steps):
            raise UserError(f"The loss of step {n + 1} is no number: start again with a lower learning rate.")
        pace.note(done := n + 1)
        for key, value in figures.items():
            recent[key].append(value)
        if done % save_every == 0 or done == steps:
            means = log(folder / "log.jsonl", done, recent)
            recent.clear()
            save_state(folder / STATE, descent.state())
            on_save(done, descent.ema.weights)
            say(f"{pace.words(done)}: {means}")
        elif pace.seen == SOON:
            say(pace.words(done))


def log(path: Path, step: int, recent: Mapping[str, Sequence[float]]) -> Losses:
    """Writes a line with the means of recent figures, which it gives; `UserError` where it cannot."""
    means = {key: round(fmean(values), 5) for key, values in sorted(recent.items())}
    try:
        with path.open("a") as file:
            file.write(json.dumps({"step": step, **means}) + "\n")
    except OSError as error:
        raise UserError(f"{path} cannot be written to: {error.strerror}.") from error
    return means


def save_state(path: Path, state: State) -> None:
    """Writes the state of a run, whole or not at all."""
    file = BytesIO()
    torch.save(state, file)
    write_whole(path, file.getvalue())
