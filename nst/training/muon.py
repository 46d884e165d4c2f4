"""The optimiser of the training runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import overload

import torch
from torch import Tensor, nn


class Muon(torch.optim.Optimizer):
    """Momentum made orthogonal, so that every direction of a weight matrix learns at one pace (Jordan et al. 2024).

    For the weights of convolutions, `(O, I, h, w)`, seen as matrices `(O, I * h * w)`; `lr` is the spectral norm of a
    step. Where Adam follows the few strong directions, this needs a fraction of the steps. Steps that are all of one
    length add up, so weights decay, by `lr * decay` a step, and are held to a norm of `1 / decay`.
    """

    def __init__(self, params: Iterable[Tensor], lr: float, momentum: float = 0.95, decay: float = 0.1) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "decay": decay})

    @overload
    def step(self, closure: None = None) -> None: ...
    @overload
    def step(self, closure: Callable[[], float]) -> float: ...
    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        loss = None if closure is None else closure()
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                momentum = self.state[weight].setdefault("momentum", torch.zeros_like(weight))
                momentum.lerp_(weight.grad, 1 - group["momentum"])
                nesterov = weight.grad.lerp(momentum, group["momentum"])
                update = orthogonal(nesterov.flatten(1))
                update *= max(1.0, update.shape[0] / update.shape[1]) ** 0.5
                weight.mul_(1 - group["lr"] * group["decay"]).sub_(update.view_as(weight), alpha=group["lr"])
        return loss


def orthogonal(matrix: Tensor) -> Tensor:
    """About U V^T of the matrix's singular value decomposition U S V^T, by five Newton-Schulz iterations.

    The quintic's coefficients are those of Jordan et al.: singular values end between 0.7 and 1.2, near enough.
    """
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    x = (wide / wide.norm().clamp_min(1e-7)).bfloat16()
    for _ in range(5):
        gram = x @ x.T
        x = 3.4445 * x + (2.0315 * gram @ gram - 4.7750 * gram) @ x
    return (x if wide is matrix else x.T).to(matrix.dtype)


def optimizers(model: nn.Module, lr: float) -> list[torch.optim.Optimizer]:
    """Muon at ten times `lr` for the weights of convolutions; Adam at `lr` for biases, scales and shifts.

    Tables, which have a row for each style, get Adam at ten times `lr`: a row is seen only when its turn comes.
    """
    params = [param for param in model.parameters() if param.requires_grad]
    convolutions, tables, rest = ([p for p in params if p.ndim in dims] for dims in ((4,), (2,), (0, 1)))
    groups = [{"params": rest, "lr": lr}, {"params": tables, "lr": 10 * lr}]
    return [
        Muon(convolutions, 10 * lr),
        torch.optim.Adam([group for group in groups if group["params"]], betas=(0.9, 0.99)),
    ]
