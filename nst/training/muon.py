"""The optimisers of the training runs.

They are few lines each; to make one of `torch.optim` loads a compiler, which takes 120 MB and a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

MOMENTUM, DECAY = 0.95, 0.1  # of Muon
BETAS = 0.9, 0.99  # of Adam
Group = dict[str, Any]  # "params", which learn at the rate "lr"


class Optimizer:
    """Parameters in groups, and what is remembered of each; states are laid out as those of `torch.optim`."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self.param_groups = list(groups)
        self.memories: list[dict[str, Tensor]] = [{} for group in groups for _ in group["params"]]

    @torch.no_grad()
    def step(self) -> None:
        """Moves the parameters that have a gradient, in place."""
        owned = ((weight, group["lr"]) for group in self.param_groups for weight in group["params"])
        for (weight, lr), memory in zip(owned, self.memories, strict=True):
            if weight.grad is not None:
                self.move(weight, weight.grad, lr, memory)

    def move(self, weight: Tensor, gradient: Tensor, lr: float, memory: dict[str, Tensor]) -> None:
        raise NotImplementedError

    def state_dict(self) -> dict[str, Any]:
        """What `load_state_dict` takes, not copied."""
        rates = [{"lr": group["lr"]} for group in self.param_groups]
        return {"state": dict(enumerate(self.memories)), "param_groups": rates}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        for group, saved in zip(self.param_groups, state["param_groups"], strict=True):
            group["lr"] = saved["lr"]
        self.memories = [state["state"].get(number, {}) for number in range(len(self.memories))]


class Muon(Optimizer):
    """Momentum made orthogonal, so that every direction of a weight matrix learns at one pace (Jordan et al. 2024).

    For the weights of convolutions, `(O, I, h, w)`, seen as matrices `(O, I * h * w)`; `lr` is the spectral norm of a
    step. Where Adam follows the few strong directions, this needs a fraction of the steps. Steps that are all of one
    length add up, so weights decay, by `lr * DECAY` a step, and are held to a norm of `1 / DECAY`.
    """

    def move(self, weight: Tensor, gradient: Tensor, lr: float, memory: dict[str, Tensor]) -> None:
        momentum = memory.setdefault("momentum", torch.zeros_like(weight))
        momentum.lerp_(gradient, 1 - MOMENTUM)
        nesterov = gradient.lerp(momentum, MOMENTUM)
        update = orthogonal(nesterov.flatten(1))
        update *= max(1.0, update.shape[0] / update.shape[1]) ** 0.5
        weight.mul_(1 - lr * DECAY).sub_(update.view_as(weight), alpha=lr)


class Adam(Optimizer):
    """Kingma and Ba (2015)."""

    def move(self, weight: Tensor, gradient: Tensor, lr: float, memory: dict[str, Tensor]) -> None:
        if not memory:
            memory |= {"step": torch.tensor(0.0), "exp_avg": torch.zeros_like(weight)}
            memory["exp_avg_sq"] = torch.zeros_like(weight)
        memory["step"] += 1
        memory["exp_avg"].lerp_(gradient, 1 - BETAS[0])
        memory["exp_avg_sq"].mul_(BETAS[1]).addcmul_(gradient, gradient, value=1 - BETAS[1])
        first, second = (1 - beta ** memory["step"].item() for beta in BETAS)
        size = (memory["exp_avg_sq"].sqrt() / second**0.5).add_(1e-8)
        weight.addcdiv_(memory["exp_avg"], size, value=-lr / first)


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


def optimizers(model: nn.Module, lr: float) -> list[Optimizer]:
    """Muon at ten times `lr` for the weights of convolutions; Adam at `lr` for biases, scales and shifts.

    Tables, which have a row for each style, get Adam at ten times `lr`: a row is seen only when its turn comes.
    """
    params = [param for param in model.parameters() if param.requires_grad]
    convolutions, tables, rest = ([p for p in params if p.ndim in dims] for dims in ((4,), (2,), (0, 1)))
    groups = [{"params": rest, "lr": lr}, {"params": tables, "lr": 10 * lr}]
    return [
        Muon([{"params": convolutions, "lr": 10 * lr}]),
        Adam([group for group in groups if group["params"]]),
    ]
