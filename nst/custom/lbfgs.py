"""L-BFGS for pictures: many variables, dear gradients, no line search."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor


class Lbfgs:
    """Limited-memory BFGS with unit steps (Liu and Nocedal 1989).

    Its two loops run on inner products alone (Chen et al. 2014), so that a step reads the history twice, however long
    that is. The first step has no history: it goes against the gradient, and moves those variables that have one by
    `first_step` on average. None moves them by more than `longest` on average: where a loss is nearly a plane, as that
    of noise is, the steps of L-BFGS would lead anywhere.
    """

    def __init__(self, x: Tensor, history: int, first_step: float, longest: float = math.inf) -> None:
        self.x, self.history, self.first_step, self.longest = x.view(-1), history, first_step, longest
        # Rows: the gradient, then the last steps, each before what it changed of the gradient.
        self.rows = x.new_zeros((2 * history + 1, x.numel()))
        self.products = torch.zeros((2 * history + 1, 2 * history + 1), dtype=torch.float64)
        self.age: list[int] = []  # of the rows of steps, oldest first
        self.moved: Tensor | None = None

    def step(self, gradient: Tensor) -> None:
        """Moves `x` by one step; `gradient` is the one where it is."""
        gradient = gradient.reshape(-1)
        fresh = [0]
        if self.moved is not None:
            fresh += self._remember(self.moved, gradient - self.rows[0])
        self.rows[0] = gradient
        used = 1 + 2 * len(self.age)
        for row in fresh:
            found = torch.mv(self.rows[:used], self.rows[row]).double().cpu()
            self.products[row, :used] = self.products[:used, row] = found
        self.moved = self._direction() @ self.rows[:used]
        self.moved *= min(1, self.longest / max(_mean(self.moved), 1e-30))
        self.x += self.moved

    def _remember(self, step: Tensor, change: Tensor) -> list[int]:
        """Takes a step and what it changed of the gradient into the history; returns the rows that are new."""
        if step @ change <= 1e-10 * step.norm() * change.norm():
            return []  # curvature that is not positive would turn the next step uphill
        row = 1 + 2 * len(self.age) if len(self.age) < self.history else self.age.pop(0)
        self.age.append(row)
        self.rows[row], self.rows[row + 1] = step, change
        return [row, row + 1]

    def _direction(self) -> Tensor:
        """The next step as weights of the rows in use."""
        used = 1 + 2 * len(self.age)
        products, weights = self.products[:used, :used].numpy(), np.zeros(used)
        weights[0] = -1
        if not self.age:
            weights[0] = -self.first_step / max(_mean(self.rows[0]), 1e-30)
            return torch.from_numpy(weights).to(self.rows)
        shares = {}
        for row in reversed(self.age):
            shares[row] = (products[row] @ weights) / products[row, row + 1]
            weights[row + 1] -= shares[row]
        newest = self.age[-1]
        weights *= products[newest, newest + 1] / products[newest + 1, newest + 1]
        for row in self.age:
            weights[row] += shares[row] - (products[row + 1] @ weights) / products[row, row + 1]
        return torch.from_numpy(weights).to(self.rows)


def _mean(vector: Tensor) -> float:
    """The mean size of what is not 0."""
    return vector.abs().sum().item() / max(1, vector.count_nonzero().item())
