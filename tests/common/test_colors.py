import pytest
import torch
from torch import Tensor

from nst.common.colors import keep_colors, luminance, match_colors, match_luminance


def test_luminance_is_grey_and_weighs_green_most() -> None:
    colours = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]).view(4, 3, 1, 1)
    grey = luminance(colours)
    assert torch.allclose(grey[:, 0, 0, 0], torch.tensor([0.299, 0.587, 0.114, 1]))
    assert torch.equal(grey[:, 0], grey[:, 2])


def test_keep_colors(photo: Tensor) -> None:
    muted = 0.4 + 0.2 * photo  # far enough from black and white that nothing is clamped
    result = muted.flip(3)
    kept = keep_colors(result, muted)
    assert torch.allclose(luminance(kept), luminance(result), atol=1e-6)
    assert torch.allclose(kept - kept.mean(1, keepdim=True), muted - muted.mean(1, keepdim=True), atol=1e-6)
    assert torch.allclose(keep_colors(photo, photo), photo, atol=1e-6)


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_keep_colors_of_a_grey_photo_is_grey(photo: Tensor, level: float) -> None:
    kept = keep_colors(photo, torch.full_like(photo, level))
    assert kept.isfinite().all()
    assert torch.allclose(kept, luminance(photo), atol=1e-6)


def statistics(picture: Tensor) -> tuple[Tensor, Tensor]:
    pixels = picture[0].flatten(1)
    return pixels.mean(1), torch.cov(pixels)


def test_match_colors_gives_the_mean_and_covariance_of_the_photo(photo: Tensor) -> None:
    torch.manual_seed(0)
    muted, painting = 0.35 + 0.2 * photo, torch.rand(1, 3, 40, 50)  # far enough from black and white
    for value, goal in zip(statistics(match_colors(painting, muted)), statistics(muted), strict=True):
        assert torch.allclose(value, goal, atol=2e-3)
    assert torch.allclose(match_colors(muted, muted), muted, atol=1e-4)


@pytest.mark.parametrize("flat", ["painting", "photo", "both"])
def test_match_colors_of_grey_or_flat_pictures_is_finite(photo: Tensor, flat: str) -> None:
    grey, nothing = luminance(photo), torch.zeros(1, 3, 8, 8)
    for dull in (grey, nothing):
        matched = match_colors(photo if flat == "photo" else dull, photo if flat == "painting" else dull)
        assert matched.isfinite().all()
        assert matched.max() <= 1


def test_match_luminance_gives_the_mean_and_spread_of_the_photos(photo: Tensor) -> None:
    torch.manual_seed(0)
    muted = 0.4 + 0.2 * photo
    matched = match_luminance(torch.rand(1, 3, 40, 50), muted)
    assert torch.equal(matched[:, 0], matched[:, 2])
    assert torch.isclose(matched.mean(), luminance(muted).mean(), atol=1e-3)
    assert torch.isclose(matched.std(), luminance(muted).std(), atol=1e-3)
