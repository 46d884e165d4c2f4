"""Pictures to learn on that need no network: they are there, drawn the same each time, and no two alike."""

from __future__ import annotations

import torch

from nst.training.leaves import draw_leaves
from nst.training.material import pool


def test_there_are_pictures_that_are_large_enough_to_learn_on() -> None:
    pictures = pool(0)
    assert len(pictures) > 30
    for picture in pictures:
        assert picture.dtype == torch.uint8
        assert picture.ndim == 3
        assert min(picture.shape[1:]) >= 200


def test_drawn_pictures_are_their_seeds_and_no_two_are_alike() -> None:
    photo = (torch.rand(3, 40, 60, generator=torch.Generator().manual_seed(0)) * 255).byte()
    first, again, other = (draw_leaves([photo], 2, seed) for seed in (0, 0, 1))
    assert all(torch.equal(one, same) for one, same in zip(first, again, strict=True))
    assert not torch.equal(first[0], first[1])
    assert not torch.equal(first[0], other[0])


def test_drawn_pictures_have_edges_and_calm_places_as_photographs_have() -> None:
    """Their slopes are mostly small and some are steep: far more peaked than those of noise, whose kurtosis is 3."""
    photo = (torch.rand(3, 40, 60, generator=torch.Generator().manual_seed(0)) * 255).byte()
    for picture in draw_leaves([photo], 4, 0):
        slopes = picture.float().mean(0).diff(dim=1).flatten()
        assert slopes.std() > 2
        assert (slopes - slopes.mean()).pow(4).mean() / slopes.var() ** 2 > 6
