"""Convolutions that mirror or repeat a picture at its borders, and keep no copy of it that does."""

from __future__ import annotations

from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Mode = Literal["reflect", "replicate"]


class PaddedConv(nn.Conv2d):
    """`nn.Conv2d` with an odd kernel and the padding mode "reflect" or "replicate", which keeps the picture's size.

    It gives what that gives to the last bit, and the same gradients up to rounding. But for them it keeps what it is
    given, which whatever made it often keeps as well, and pads it again. A map too small to be mirrored is repeated.
    """

    def __init__(self, inputs: int, outputs: int, size: int, stride: int = 1, *, mode: Mode) -> None:
        super().__init__(inputs, outputs, size, stride, size // 2, padding_mode=mode)

    def forward(self, x: Tensor) -> Tensor:
        padding = self.kernel_size[0] // 2
        mode = self.padding_mode if min(x.shape[2:]) > padding else "replicate"
        if not torch.is_grad_enabled():
            return F.conv2d(F.pad(x, [padding] * 4, mode), self.weight, self.bias, self.stride)
        given = x, self.weight, self.bias, self.stride, padding, mode
        convolved: Tensor = _Convolved.apply(*given)  # type: ignore[no-untyped-call]
        return convolved


class _Convolved(torch.autograd.Function):
    """The convolution of a map `(N, C, H, W)` that is padded by so much on all sides."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, stride: tuple[int, ...], padding: int, mode: str
    ) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.stride, ctx.sides, ctx.mode = stride, [padding] * 4, mode
        return F.conv2d(F.pad(x, ctx.sides, mode), weight, bias, stride)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        at_padded, *others = _gradients(ctx, gradient, x, weight)
        at_x = None if at_padded is None else _folded(at_padded.to(x.dtype), ctx.sides[0], ctx.mode)
        return at_x, *others, None, None, None


def _gradients(ctx: Any, gradient: Tensor, x: Tensor, weight: Tensor) -> list[Tensor | None]:
    """Those at the padded map, the weight and the bias, where they are wanted."""
    if ctx.needs_input_grad[1]:
        padded = F.pad(x, ctx.sides, ctx.mode).to(gradient.dtype)
    else:  # no more than its shape is read
        height, width = (side + 2 * ctx.sides[0] for side in x.shape[2:])
        padded = gradient.new_empty(1).expand(*x.shape[:2], height, width)
    # Where it was done in mixed precision, the weight is in a higher one than the gradient.
    found = torch.ops.aten.convolution_backward(
        gradient, padded, weight.to(gradient.dtype), [len(weight)], ctx.stride, [0, 0], [1, 1], False, [0, 0], 1,
        ctx.needs_input_grad[:3],
    )  # fmt: skip
    return [None if each is None else each.to(weight.dtype) for each in found]


def _folded(gradient: Tensor, padding: int, mode: Mode) -> Tensor:
    """The gradient at a map, a view, from that at the padded one, which is changed at its borders alone.

    torch's own functions copy it, on one core where there is one picture.
    """
    for dim in (2, 3):
        for outside in range(padding):  # as many rows from either end, and the one that each of them repeats
            inside = padding if mode == "replicate" else 2 * padding - outside
            for to, of in ((inside, outside), (-1 - inside, -1 - outside)):
                gradient.select(dim, to).add_(gradient.select(dim, of))
        gradient = gradient.narrow(dim, padding, gradient.shape[dim] - 2 * padding)
    return gradient
