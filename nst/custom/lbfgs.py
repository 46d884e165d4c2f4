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
        # Rows: the last steps, then what they changed of the gradient, then the gradient.
        self.rows = x.new_zeros((2 * history + 1, x.numel()))
        self.products = torch.zeros((2 * history + 1, 2 * history + 1), dtype=torch.float64)
        self.age: list[int] = []  # of the rows in use, oldest first
        self.moved: Tensor | None = None

    def step(self, gradient: Tensor) -> None:
        """Moves `x` by one step; `gradient` is the one where it is."""
        gradient = gradient.reshape(-1)
        fresh = [-1]
        if self.moved is not None:
            fresh += self._remember(self.moved, gradient - self.rows[-1])
        self.rows[-1] = gradient
        for row in fresh:
            found = torch.mv(self.rows, self.rows[row]).double().cpu()
            self.products[row] = self.products[:, row] = found
        self.moved = self._direction() @ self.rows
        self.moved *= min(1, self.longest / max(_mean(self.moved), 1e-30))
        self.x += self.moved

    def _remember(self, step: Tensor, change: Tensor) -> list[int]:
        """Takes a step and what it changed of the gradient into the history; returns the rows that are new."""
        if step @ change <= 1e-10 * step.norm() * change.norm():
            return []  # curvature that is not positive would turn the next step uphill
        row = len(self.age) if len(self.age) < self.history else self.age.pop(0)
        self.age.append(row)
        self.rows[row], self.rows[self.history + row] = step, change
        return [row, self.history + row]

    def _direction(self) -> Tensor:
        """The next step as weights of the rows."""
        m, products = self.history, self.products.numpy()
        weights = np.zeros(2 * m + 1)
        weights[-1] = -1
        if not self.age:
            weights[-1] = -self.first_step / max(_mean(self.rows[-1]), 1e-30)
            return torch.from_numpy(weights).to(self.rows)
        shares = {}
        for row in reversed(self.age):
            shares[row] = (products[row] @ weights) / products[row, m + row]
            weights[m + row] -= shares[row]
        newest = self.age[-1]
        weights *= products[newest, m + newest] / products[m + newest, m + newest]
        for row in self.age:
            weights[row] += shares[row] - (products[m + row] @ weights) / products[row, m + row]
        return torch.from_numpy(weights).to(self.rows)


def _mean(vector: Tensor) -> float:
    """The mean size of what is not 0."""
    return vector.abs().sum().item() / max(1, vector.count_nonzero().item())
