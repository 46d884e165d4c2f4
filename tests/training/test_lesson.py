"""How far paintings are from a style, and from their photos."""

from __future__ import annotations

import torch

from nst.common.losses import statistics
from nst.training.lesson import StyleLesson, Terms, pooled, targets_of
from nst.training.teacher import Teacher


def test_pictures_pooled_have_the_statistics_of_one_picture_of_them_all() -> None:
    features = torch.rand(3, 5, 8, 6)
    together = statistics(torch.cat(list(features), 1)[None])
    for one, other in zip(pooled(statistics(features)), together, strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_what_one_picture_lacks_another_may_have(teacher: Teacher) -> None:
    """A bright and a dark half of a painting are its style together, and each alone is not."""
    photo = torch.rand(1, 3, 48, 48)
    halves = torch.cat([0.3 * photo, 0.3 * photo + 0.7])
    painting = (torch.cat(list(halves), 1) * 255).byte()
    losses = {}
    for joint in (0.0, 1.0):
        lesson = StyleLesson([], targets_of([painting], teacher), teacher, Terms(joint=joint))
        generator, chosen = torch.Generator().manual_seed(0), torch.zeros(2, dtype=torch.long)
        losses[joint] = lesson.loss(halves, halves, chosen, generator)[1]["style"]
    assert losses[1.0] < 0.5 * losses[0.0]
