"""What is done at half the resolution is what would be done at the whole, but for the outermost pixels."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from nst.quick.subpixel import over_halves, over_smoothly_doubled


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("size", [(9, 7), (2, 5)])
def test_a_convolution_over_a_doubled_map(size: tuple[int, int], bias: bool) -> None:
    torch.manual_seed(0)
    conv, x = nn.Conv2d(6, 4, 3, padding=1, bias=bias), torch.randn(2, 6, *size)
    found = F.pixel_shuffle(over_smoothly_doubled(conv, x), 2)
    expected = conv(F.interpolate(x, scale_factor=2, mode="bilinear"))
    assert found.shape == expected.shape
    assert torch.allclose(found[:, :, 1:-1, 1:-1], expected[:, :, 1:-1, 1:-1], atol=1e-5)


@pytest.mark.parametrize("bias", [True, False])
def test_a_convolution_over_a_map_that_is_kept_in_halves(bias: bool) -> None:
    torch.manual_seed(0)
    conv, x = nn.Conv2d(6, 3, 5, padding=2, bias=bias), torch.randn(2, 24, 9, 7)
    found, expected = F.pixel_shuffle(over_halves(conv, x), 2), conv(F.pixel_shuffle(x, 2))
    assert found.shape == expected.shape
    assert torch.allclose(found[:, :, 2:-2, 2:-2], expected[:, :, 2:-2, 2:-2], atol=1e-5)


def test_what_is_flat_stays_flat_up_to_its_borders() -> None:
    torch.manual_seed(0)
    three, five = nn.Conv2d(6, 4, 3), nn.Conv2d(4, 3, 5)
    picture = over_halves(five, over_smoothly_doubled(three, torch.ones(1, 6, 4, 5)))
    assert F.pixel_shuffle(picture, 2).std((2, 3)).max() < 1e-6


def test_gradients_reach_kernel_and_map() -> None:
    torch.manual_seed(0)
    conv, x = nn.Conv2d(2, 1, 3).double(), torch.randn(1, 2, 4, 3, dtype=torch.float64, requires_grad=True)

    def run(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(Doubled(conv), {"conv.weight": weight}, x)

    assert torch.autograd.gradcheck(run, (x, conv.weight))


class Doubled(nn.Module):
    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        self.conv = conv

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return over_smoothly_doubled(self.conv, x)
