"""A network is taught: what it learns, how it ends, what it goes back to, and what there is nothing to learn of."""

from __future__ import annotations

import time
from itertools import islice

import pytest
import torch
from nets import random_style
from torch import Tensor

from nst import UserError
from nst.quick.networks import StyleNet
from nst.training import loop, teaching
from nst.training.data import prepare_painting
from nst.training.lesson import StyleLesson, targets_of
from nst.training.teacher import Teacher
from nst.training.teaching import Moment, TeachSettings, teach

pytestmark = pytest.mark.usefixtures("little")
QUICK = TeachSettings(painting_size=128)
START = random_style(8, 1, "somebody's")


@pytest.fixture
def painting() -> Tensor:
    """Coarse noise in three colours, `(1, 3, 64, 96)`."""
    generator = torch.Generator().manual_seed(3)
    return torch.rand(1, 3, 16, 24, generator=generator).repeat_interleave(4, 2).repeat_interleave(4, 3)


@torch.no_grad()
def far(network: StyleNet, photo: Tensor, painting: Tensor, teacher: Teacher) -> float:
    """How far a network's paintings of a photo are from what they should be, always of the same crops."""
    work = prepare_painting(painting, QUICK.painting_size, QUICK.grain)
    pool = [(photo[0] * 255).byte()]
    lesson = StyleLesson(pool, targets_of([work], teacher), teacher, teaching.Terms(style_weight=QUICK.style_weight))
    chosen = torch.zeros(lesson.terms.batch, dtype=torch.long)
    steps = [lesson.step(network, chosen, torch.Generator().manual_seed(seed)) for seed in (1, 2)]
    return sum(loss.item() for loss, _ in steps)


def test_it_paints_more_like_the_painting_than_before(photo: Tensor, painting: Tensor, teacher: Teacher) -> None:
    moments = list(teach([painting], QUICK, [photo], start=START, teacher=teacher, steps=12))
    assert [moment.step for moment in moments] == list(range(1, 13))
    assert all(moment.of == 12 and not moment.note for moment in moments)
    assert moments[-1].seconds_left == 0
    network = moments[-1].network()
    assert (network.width, network.blocks, network.base) == (8, 1, "somebody's")
    assert far(network, photo, painting, teacher) < 0.9 * far(START, photo, painting, teacher)
    assert not any(parameter.requires_grad for parameter in network.parameters())


def test_it_ends_when_its_time_is_over(photo: Tensor, painting: Tensor, teacher: Teacher) -> None:
    settings = TeachSettings(painting_size=128, minutes=0.1)
    moments = list(teach([painting], settings, [photo], start=START, teacher=teacher))
    assert moments[-1].seconds >= 6 > moments[-2].seconds
    assert [moment.seconds_left for moment in moments] == sorted((m.seconds_left for m in moments), reverse=True)
    assert moments[-1].seconds_left == 0
    assert moments[-1].of == len(moments)


def test_what_is_done_between_the_steps_takes_nothing_of_its_time(
    photo: Tensor, painting: Tensor, teacher: Teacher
) -> None:
    moments = teach([painting], QUICK, [photo], start=START, teacher=teacher)
    first, began = next(moments), time.monotonic()
    time.sleep(0.5)
    assert next(moments).seconds - first.seconds <= time.monotonic() - began - 0.5


def test_one_that_goes_on_ends_where_an_unbroken_one_does(photo: Tensor, painting: Tensor, teacher: Teacher) -> None:
    def go(count: int | None = None, state: dict[str, object] | None = None) -> Moment:
        moments = teach([painting], QUICK, [photo], start=START, teacher=teacher, steps=4, state=state)
        *_, last = islice(moments, count)
        return last

    unbroken, broken = go(), go(2)
    resumed = go(state=broken.state())
    assert resumed.step == 4
    assert resumed.seconds > broken.seconds
    other = resumed.network().state_dict()
    for key, value in unbroken.network().state_dict().items():
        assert torch.equal(value, other[key]), key


def test_several_paintings_are_learned_as_what_they_have_in_common(
    photo: Tensor, painting: Tensor, teacher: Teacher
) -> None:
    both, one, other = (
        next(teach(works, QUICK, [photo], start=START, teacher=teacher, steps=1)).style_loss
        for works in ([painting, 1 - painting], [painting], [1 - painting])
    )
    assert both not in (one, other)


def test_where_a_loss_is_no_number_it_goes_back_and_then_gives_up(
    photo: Tensor, painting: Tensor, teacher: Teacher, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, broken = StyleLesson.loss, [False]

    def loss(self: StyleLesson, painted: Tensor, *rest: Tensor) -> object:
        return real(self, painted * float("nan") if broken[0] else painted, *rest)

    monkeypatch.setattr(StyleLesson, "loss", loss)
    monkeypatch.setattr(loop, "SURE", 1)
    moments = teach([painting], QUICK, [photo], start=START, teacher=teacher, steps=100)
    good = next(moments)
    broken[0] = True
    assert next(moments).note == teaching.WENT_BACK
    broken[0] = False
    healed = next(moments)
    assert (healed.step, healed.note) == (good.step + 1, "")
    broken[0] = True
    *_, last = moments
    assert last.note == teaching.GIVEN_UP
    assert all(value.isfinite().all() for value in last.network().state_dict().values())
    with pytest.raises(UserError, match="came apart before it had learned anything"):
        list(teach([painting], QUICK, [photo], start=START, teacher=teacher, steps=100))


@pytest.mark.parametrize(
    ("works", "said"),
    [
        ([], "There is no painting to learn from."),
        ([torch.full((1, 3, 64, 64), 0.4)], "The painting is of one colour: there are no strokes to learn."),
        ([torch.rand(1, 3, 300, 8)], "The painting is too small or too narrow to learn from: it has 8 x 300 pixels."),
    ],
)
def test_what_there_is_nothing_to_learn_of_gets_a_sentence(works: list[Tensor], said: str) -> None:
    with pytest.raises(UserError) as error:
        next(teach(works, QUICK))
    assert str(error.value) == said
