from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from nst import StylizeSettings, stylize
from nst.common.brushwork import STRENGTH, brushed, strokes
from nst.common.images import to_tensor
from nst.quick.checkpoints import load_network
from nst.quick.presets import find


def flat(value: float, side: int = 128) -> Tensor:
    return torch.full((1, 3, side, side), value)


def alike(one: Tensor, other: Tensor) -> float:
    return float(torch.corrcoef(torch.stack([one.flatten(), other.flatten()]))[0, 1])


def test_it_has_about_unit_variance_and_no_mean() -> None:
    values = strokes(torch.rand(4, 3, 300, 200), torch.eye(4), torch.Generator().manual_seed(0))
    assert values.shape == (4, 1, 300, 200)
    assert values.std().item() == pytest.approx(1, abs=0.1)
    assert abs(values.mean().item()) < 0.1


@pytest.mark.parametrize("shape", [(1, 1), (2, 67), (90, 31)])
@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
def test_a_photo_keeps_its_shape_and_kind(shape: tuple[int, int], dtype: torch.dtype) -> None:
    photo = torch.rand(1, 3, *shape) if dtype == torch.float32 else torch.full((1, 3, *shape), 250, dtype=dtype)
    result = brushed(photo)
    assert result.shape == photo.shape
    assert result.dtype == dtype
    if dtype == torch.float32:
        assert result.min() >= 0
        assert result.max() <= 1


def test_it_comes_from_the_photo_and_no_two_photos_share_it() -> None:
    one, other = (brushed(flat(value)) - flat(value) for value in (0.4, 0.6))
    assert torch.equal(one, brushed(flat(0.4)) - flat(0.4))
    assert abs(alike(one, other)) < 0.5
    assert one.std().item() == pytest.approx(STRENGTH, rel=0.3)


def test_the_same_photo_keeps_it_when_it_is_rounded(image: Image.Image) -> None:
    exact = to_tensor(image) * 0.8 + 0.1
    rounded = (exact * 255).round().byte()
    assert alike(brushed(exact) - exact, brushed(rounded).float() / 255 - rounded.float() / 255) > 0.98


@pytest.mark.parametrize("along", [2, 3])
def test_strokes_run_along_the_edges_of_the_photo(along: int) -> None:
    """Of two neighbours those are more alike that lie along the stripes."""
    wave = 0.5 + 0.3 * torch.sin(torch.arange(160) / 4)
    stripes = wave.expand(1, 3, 160, 160) if along == 2 else wave[:, None].expand(1, 3, 160, 160)
    values = strokes(stripes, torch.ones(1, 1), torch.Generator().manual_seed(0))
    with_, across = (alike(values.narrow(dim, 0, 150), values.narrow(dim, 10, 150)) for dim in (along, 5 - along))
    assert with_ > across + 0.3


def test_frames_of_a_film_share_it() -> None:
    one, other = (brushed(flat(value), seed=0) - flat(value) for value in (0.4, 0.6))
    assert torch.allclose(one, other, atol=1e-6)


def test_a_clear_sky_does_not_get_the_same_mark_over_and_over() -> None:
    """Beside itself, moved by what the network strides by, it is almost the same but for the grain."""
    sky, settings = flat(0.6, 192), StylizeSettings(style="starry-night")
    source = find(settings.style).source
    assert isinstance(source, Path)

    def repetition(painted: Tensor) -> float:
        marks = painted[:, :, 48:-48, 48:-48].mean(1)
        return alike(marks[:, :-8, :-8], marks[:, 8:, 8:])

    assert repetition(stylize(sky, settings)) < repetition(load_network(source)(sky)) - 0.2
