"""What is kept of paintings, and which of it the places of a picture are most like."""

from __future__ import annotations

from copy import deepcopy

import pytest
import torch

from nst.common.encoders import Encoder, load_encoder
from nst.common.images import load_image
from nst.common.runtime import place
from nst.common.weights import STYLES
from nst.custom.neighbors import CHUNK, nearest
from nst.custom.style import PLACES, flat, measure, mix

LAYERS = ("relu2_1", "relu4_1")


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The compact encoder in full precision."""
    return deepcopy(load_encoder("compact")).float()


def painting(name: str, long_side: int) -> torch.Tensor:
    return place(load_image(STYLES / "artwork" / f"{name}.jpg", long_side))


def test_places_are_all_over_the_painting_and_no_more_than_are_wanted(encoder: Encoder) -> None:
    small, large = painting("bauhaus", 96), painting("bauhaus", 600)
    features = encoder(small, LAYERS)
    for name, places in measure(small, encoder, (), LAYERS).places.items():
        assert torch.allclose(places, flat(features[name]), atol=1e-5)
    for places in measure(large, encoder, (), LAYERS).places.values():
        assert PLACES / 4 < len(places) <= 1.1 * PLACES
    assert not measure(large, encoder, LAYERS).places


def test_a_mix_has_of_each_painting_as_much_as_its_share(encoder: Encoder) -> None:
    first, second = (measure(painting(name, 128), encoder, LAYERS, LAYERS) for name in ("bauhaus", "woodcut"))
    mixed = mix([first, second], (0.25, 0.75))
    for name, places in mixed.places.items():
        of_first = (places[:, None] == first.places[name][None]).all(2).any(1).float().mean()
        assert of_first == pytest.approx(0.25, abs=0.02)
    for name, (mean, covariance) in mixed.statistics.items():
        ours, theirs = first.statistics[name], second.statistics[name]
        assert torch.allclose(mean, 0.25 * ours.mean + 0.75 * theirs.mean)
        assert torch.allclose(covariance, 0.25 * ours.covariance + 0.75 * theirs.covariance)


def test_a_picture_finds_itself_also_in_other_light() -> None:
    torch.manual_seed(0)
    places = torch.randn(2 * CHUNK + 5, 16)
    order = torch.randperm(2 * CHUNK)
    features = places[order].T.reshape(1, 16, 2, CHUNK)
    assert torch.equal(flat(nearest(features, places.mean(0), places)), places[order])
    lighter = 0.5 * features + 3  # which does not change where it lies beside the rest of its picture
    assert torch.equal(flat(nearest(lighter, 0.5 * places.mean(0) + 3, places)), places[order])
