"""Convolutions that pad what they are given once more, in place of keeping it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from nst.common.padded import Mode, PaddedConv


def run(conv: nn.Conv2d, x: Tensor, cast: bool) -> list[Tensor]:
    """The result, its gradients at all that has one, and the gradients of those at the input."""
    x = x.clone(memory_format=torch.channels_last).requires_grad_()
    with torch.autocast("cpu", torch.bfloat16, enabled=cast):
        made = conv(x)
    at = [x, *(each for each in conv.parameters() if each.requires_grad)]
    first = torch.autograd.grad(made.float().square().sum(), at, create_graph=True)
    (second,) = torch.autograd.grad(first[0].square().sum(), x)
    return [made, *first, second]


@pytest.mark.parametrize("mode", ["reflect", "replicate"])
@pytest.mark.parametrize(("size", "stride", "bias"), [(3, 1, True), (5, 2, True), (3, 2, False)])
@pytest.mark.parametrize("cast", [False, True])
@pytest.mark.parametrize("learns", [False, True])
def test_it_gives_what_a_plain_one_gives(
    mode: Mode, size: int, stride: int, bias: bool, cast: bool, learns: bool
) -> None:
    conv = PaddedConv(6, 8, size, stride, mode=mode).to(memory_format=torch.channels_last)
    plain = nn.Conv2d(6, 8, size, stride, size // 2, padding_mode=mode).to(memory_format=torch.channels_last)
    if not bias:
        conv.bias = plain.bias = None
    plain.load_state_dict(conv.state_dict())
    for each in (conv, plain):
        each.requires_grad_(learns)
    x = torch.rand(2, 6, 13, 18, generator=torch.Generator().manual_seed(0))
    mine, other = run(conv, x, cast), run(plain, x, cast)
    assert torch.equal(mine[0], other[0])
    torch.testing.assert_close(mine, other, rtol=1e-5, atol=1e-5)  # no more than fp32 rounds, of values about 1
    with torch.no_grad():
        assert torch.equal(conv(x), plain(x))


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (2, 1), (3, 2)])
@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_a_picture_of_hardly_any_pixels_gets_the_gradient_of_a_plain_one(
    shape: tuple[int, int], dtype: torch.dtype
) -> None:
    conv = PaddedConv(6, 8, 3, mode="replicate").to(dtype)
    plain = nn.Conv2d(6, 8, 3, padding=1, padding_mode="replicate").to(dtype)
    plain.load_state_dict(conv.state_dict())
    x = torch.rand(1, 6, *shape, generator=torch.Generator().manual_seed(0)).to(dtype)
    for mine, other in zip(run(conv, x, cast=False), run(plain, x, cast=False), strict=True):
        assert (mine - other).norm() <= (1e-12 if dtype == torch.float64 else 2e-2) * other.norm()


def test_it_keeps_no_more_than_it_is_given() -> None:
    conv, kept = PaddedConv(6, 8, 3, mode="reflect"), set[tuple[int, ...]]()

    def keep(tensor: Tensor) -> Tensor:
        kept.add(tuple(tensor.shape))
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        conv(torch.rand(2, 6, 13, 18))
    assert kept == {(2, 6, 13, 18), (8, 6, 3, 3)}
