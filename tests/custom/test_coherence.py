import pytest
import torch
from torch import Tensor

from nst.custom.coherence import BAND, coherent


def stripes(height: int, width: int, step: int) -> Tensor:
    """Slanted stripes whose edges go in steps, as of a network that pools."""
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    light = 0.5 + 0.4 * torch.sin((columns + step * (rows // step)) / 6)
    return light.expand(1, 3, height, width).clone()


def roughness(picture: Tensor, step: int = 1) -> float:
    """How much the picture changes along its slant."""
    return float((picture[:, :, step:, :-step] - picture[:, :, :-step, step:]).std())


def contrast(picture: Tensor) -> float:
    return float(picture.std())


def test_edges_that_go_in_steps_come_out_smooth_and_as_sharp() -> None:
    rough = stripes(120, 160, 4)
    smooth = coherent(rough)
    assert roughness(smooth) < 0.5 * roughness(rough)
    assert contrast(smooth) > 0.95 * contrast(rough)


def test_what_is_flat_stays_as_it_is() -> None:
    flat = torch.full((1, 3, 40, 30), 0.3)
    assert torch.allclose(coherent(flat), flat, atol=1e-6)


@pytest.mark.parametrize("shape", [(1, 1), (2, 67), (90, 31)])
def test_a_picture_of_any_shape_keeps_it_and_its_range(shape: tuple[int, int]) -> None:
    result = coherent(torch.rand(1, 3, *shape))
    assert result.shape == (1, 3, *shape)
    assert result.min() >= 0
    assert result.max() <= 1


def test_a_large_picture_has_no_seam() -> None:
    tall = torch.rand(1, 3, BAND + 100, 24, generator=torch.Generator().manual_seed(0))
    from_middle = coherent(tall[:, :, BAND - 100 : BAND + 100])
    assert torch.allclose(coherent(tall)[:, :, BAND - 80 : BAND + 80], from_middle[:, :, 20:180], atol=1e-4)
