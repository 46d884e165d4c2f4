"""A style of one's own: the network of any painting, learned in minutes from one that knows styles already."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from nst.common.encoders import Encoder, load_encoder
from nst.common.errors import UserError
from nst.common.images import as_type, fit, resize
from nst.common.losses import Statistics
from nst.common.runtime import device
from nst.common.settings import Checked, option
from nst.common.weights import bundled
from nst.quick.checkpoints import load_network, save_style
from nst.quick.networks import StyleNet
from nst.quick.presets import to_record
from nst.training.data import prepare_painting
from nst.training.lesson import StyleLesson, Terms, network_with, targets_of
from nst.training.loop import Descent, State
from nst.training.material import SIDE, pool
from nst.training.thumbnails import thumbnail_of

STROKES = {"Fine": 560, "Medium": 800, "Broad": 1120}  # by the painting size
RATE = 1.5e-3  # the highest learning rate
LEAST = 48  # px, the short side of a painting below which there are no strokes to learn
FLAT = 0.01  # standard deviation of its colours in [0, 1] up to which a painting has nothing to learn
PATIENCE = 4  # times that it goes back to the last good state before it gives up
WENT_BACK = "The network came apart: it went back to the last good one, and learns more slowly."
GIVEN_UP = "The network came apart again and again: the last good one stands."


@dataclass(frozen=True)
class TeachSettings(Checked):
    """How a style is taught; every value is checked when the object is made (`UserError`)."""

    minutes: float = option(
        5.0, "How long it learns; it is as good as it gets in that time", low=0.1, high=600, step=0.1
    )
    painting_size: int = option(
        800, "Long side in pixels at which the painting is seen; more makes the strokes larger, as far as the painting "
        "is large enough", low=128, high=2048, step=16, whole=True,
    )  # fmt: skip
    style_weight: float = option(9.0, "How strongly the painting counts beside the photo", low=0.5, high=100, step=0.5)
    grain: float = option(
        0.07, "How much of a painting is taken for canvas, paper and print, which are left out", low=0, high=0.3,
        step=0.01,
    )  # fmt: skip
    encoder: str = option("compact", "The network that looks at the pictures", choices=("compact", "vgg19"))
    seed: int = option(0, "Which crops and strokes are drawn", low=0, high=2**31 - 1, step=1, whole=True)


@dataclass(frozen=True)
class Moment:
    """One step of a lesson."""

    step: int  # from 1
    of: int  # an estimate, where the time is given
    content_loss: float
    style_loss: float
    total_loss: float  # what is descended: the weighted sum with total variation
    seconds: float  # since the start
    seconds_left: float  # an estimate, where the steps are given
    note: str  # a sentence about what went wrong at this step, where something did
    descent: Descent = field(repr=False, compare=False)
    start: StyleNet = field(repr=False, compare=False)

    @property
    def losses(self) -> dict[str, float]:
        return {"content": self.content_loss, "style": self.style_loss, "total": self.total_loss}

    def network(self) -> StyleNet:
        """What has been learned by now, ready to run in fp32 on the CPU: a copy, with the weights averaged.

        To be asked for before the next step, which goes on with the same weights.
        """
        weights = {key: value.detach().cpu().clone() for key, value in self.descent.ema.weights.items()}
        network = network_with(weights, StyleNet(self.start.width, self.start.blocks))
        network.base = self.start.base
        return network

    def save(self, path: Path, title: str, settings: TeachSettings) -> None:
        """Writes `network()` to a safetensors file, with a record that the gallery shows it by.

        All of it or nothing; raises `UserError` where it cannot be written.
        """
        network = self.network()
        notes = {"settings": json.dumps(asdict(settings)), "steps_done": str(self.step)}
        record = to_record(title, thumbnail_of(network), painting_size=settings.painting_size)
        save_style(path, network, {**notes, **record})

    def state(self) -> State:
        """What `teach` needs to go on from here; to be asked for before the next step."""
        return {**self.descent.state(), "seconds": self.seconds}


def teach(
    paintings: Sequence[Tensor],
    settings: TeachSettings = TeachSettings(),
    photos: Sequence[Tensor] = (),
    *,
    start: StyleNet | None = None,
    teacher: Encoder | None = None,
    steps: int | None = None,
    state: State | None = None,
) -> Generator[Moment, None, None]:
    """Teaches a network to paint like the paintings, each `(1, 3, h, w)`, yielding a moment after every step.

    The network of the last moment is the result; closing the generator ends the work. Pictures are in [0, 1], or uint8
    in 0..255. It learns on `photos`, each `(1, 3, H, W)`; without any, on those that come with the project. It starts
    from the base of all styles, or another network (`start`), and is judged by the settings' encoder, or another one
    (`teacher`). With `steps` it takes so many, however long that is; else what is done between the steps takes nothing
    of the minutes. `state` is that of a moment to go on from, with the same of all else. Raises `UserError` for
    paintings that there is nothing to learn of, and where the encoder's weights cannot be had, and where no step led
    anywhere.
    """
    clock = time.monotonic() - (state["seconds"] if state else 0)
    works = [_prepared(work, settings) for work in paintings]
    if not works:
        raise UserError("There is no painting to learn from.")
    teacher = teacher or load_encoder(settings.encoder)
    shown = [_reduced(photo) for photo in photos] or pool(settings.seed)
    lesson = StyleLesson(shown, _mean(targets_of(works, teacher)), teacher, Terms(style_weight=settings.style_weight))
    start = start or load_base()
    network = network_with(start.state_dict(), StyleNet(start.width, start.blocks)).to(device()).requires_grad_(True)
    descent = Descent(network, RATE)
    if state:
        descent.restore(state)
    chosen, before, failures = torch.zeros(lesson.terms.batch, dtype=torch.long), time.monotonic(), 0
    first, total = descent.taken, 60 * settings.minutes
    while True:
        seconds = time.monotonic() - clock
        share = min(1.0, descent.taken / steps if steps else seconds / total)
        if share == 1 and (steps or descent.taken):  # one step at least, however slow the machine is
            return
        generator = torch.Generator().manual_seed(settings.seed * 1_000_003 + descent.taken + failures)
        loss, figures = lesson.step(network, chosen, generator)
        note = ""
        if not descent.step(loss, share):
            failures += 1
            note = WENT_BACK if failures < PATIENCE else GIVEN_UP
            if note == GIVEN_UP and not descent.taken:
                raise UserError("The network came apart before it had learned anything: try another painting.")
        now = time.monotonic()
        pace = (now - before) / max(1, descent.taken - first)
        left = (steps - descent.taken) * pace if steps else max(0.0, total - (now - clock))
        of = steps or descent.taken + round(left / pace)
        yield Moment(descent.taken, of, figures["content"], figures["style"], loss.item(), now - clock, left, note,
                     descent, start)  # fmt: skip
        away = time.monotonic() - now
        clock, before = clock + away, before + away
        if note == GIVEN_UP:
            return


def load_base() -> StyleNet:
    """The base of all styles that comes with the project."""
    network = load_network(bundled("base.safetensors"))
    assert isinstance(network, StyleNet)
    return network


def _prepared(painting: Tensor, settings: TeachSettings) -> Tensor:
    """The painting as it is learned from, uint8 `(3, h, w)`; `UserError` where it has nothing to learn."""
    work = prepare_painting(painting, settings.painting_size, settings.grain)
    if min(work.shape[1:]) < LEAST:
        height, width = painting.shape[2:]
        raise UserError(f"The painting is too small or too narrow to learn from: it has {width} x {height} pixels.")
    if (work / 255).std((1, 2)).max() < FLAT:
        raise UserError("The painting is of one colour: there are no strokes to learn.")
    return work


def _reduced(photo: Tensor) -> Tensor:
    """A photo for the pool, uint8 `(3, h, w)`."""
    small = resize(photo, *reversed(fit(photo.shape[3], photo.shape[2], SIDE)))
    return as_type(torch.uint8, small)[0]


def _mean(targets: Mapping[str, Statistics]) -> dict[str, Statistics]:
    """The mean of several paintings' statistics."""
    return {name: Statistics(*(part.mean(0, keepdim=True) for part in each)) for name, each in targets.items()}
