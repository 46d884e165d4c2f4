"""Pooling that gives what torch's own gives, its gradient too."""

from __future__ import annotations

from itertools import product

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from nst.common.pooling import OverlappingPool


def plain(x: Tensor) -> Tensor:
    return F.avg_pool2d(x, 4, 2, padding=1, ceil_mode=True, count_include_pad=False)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize(("dtype", "rounding"), [(torch.float64, 1e-12), (torch.float32, 1e-6), (torch.bfloat16, 1e-2)])
def test_it_gives_what_torchs_own_gives(dtype: torch.dtype, rounding: float, layout: torch.memory_format) -> None:
    generator = torch.Generator().manual_seed(0)
    for height, width in product((1, 2, 3, 4, 5, 10, 13), repeat=2):
        x = torch.rand(2, 5, height, width, generator=generator).to(dtype=dtype, memory_format=layout).requires_grad_()
        mine, other = OverlappingPool()(x), plain(x)
        assert torch.equal(mine, other)
        outer = torch.rand(mine.shape, generator=generator).to(dtype=dtype, memory_format=layout)
        (at_mine,), (at_other,) = (torch.autograd.grad(made, x, outer) for made in (mine, other))
        assert at_mine.shape == x.shape
        assert at_mine.dtype == dtype
        assert (at_mine - at_other).norm() <= rounding * at_other.norm()


def test_its_gradient_has_one_too() -> None:
    x = torch.rand(1, 2, 5, 6, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradgradcheck(OverlappingPool(), x)
