"""The picture of one scale while it is painted: what moves it, and how far a step may go."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from nst.custom.lbfgs import Lbfgs
from nst.custom.objective import Losses, Objective

HISTORY = 10  # steps that L-BFGS remembers at most
HISTORY_BYTES = 400e6  # that its memory of them takes at most
LONGEST_STEP = 0.1  # by which a pixel changes on average
ADAM_RATE = 0.03
DIVERGED = 10.0  # times the total loss that a scale began with: no overshoot comes back from there
COLOR = 0.6  # times as strong as one of light is a change of colour


def spread(change: Tensor) -> Tensor:
    """A change of a picture, what is coarse in it twice as strong as what is fine, and light more than colour.

    So natural pictures are made (Field, "Relations between the statistics of natural images and the response
    properties of cortical cells", 1987), and so their pixels come near in the fewest steps: a loss is steepest along
    colour that is the same over an area. What is flat and grey stays as strong as it is.
    """
    # Three times as wide as its stride: that leaves no grid.
    half = F.avg_pool2d(change, 6, 2, padding=2, ceil_mode=True, count_include_pad=False)
    soft = change.lerp(F.interpolate(half, change.shape[2:], mode="bilinear"), 0.5)
    return soft.mean(1, keepdim=True).lerp(soft, COLOR)


class Canvas:
    """The picture of one scale, and the optimiser that paints it where the mask lets it; elsewhere is the photo.

    It is painted by a change that is spread: left to single pixels, the steps would end in a weave of dashes before
    they moved a colour (as in Olah et al., "Feature Visualization", 2017).
    """

    def __init__(
        self,
        picture: Tensor,
        photo: Tensor,
        mask: Tensor | None,
        objective: Objective,
        *,
        optimizer: str,
        fine: bool,
        first_step: float,
        caution: float,
    ) -> None:
        """`fine` leaves every pixel to itself; the first step moves them by `first_step` times `caution` on average."""
        # The optimisers flatten their vectors: they want them contiguous, while the network wants channels_last.
        self.before = picture.clone(memory_format=torch.contiguous_format)
        self.change = torch.zeros_like(self.before)
        self.outside, self.objective = None if mask is None else (photo, mask), objective
        self.kind, self.fine, self.first_step = optimizer, fine, first_step
        self.begin(caution)
        self.losses, self.gradient = self._evaluate()
        # A loss of 1 is as far away as nothing at all.
        self.limit = DIVERGED * max(objective.weights.content + objective.weights.style, self.losses.total)

    def begin(self, caution: float) -> None:
        """A new optimiser, whose steps are those of the old one times `caution` at first."""
        self.optimizer: Lbfgs | torch.optim.Optimizer
        if self.kind == "lbfgs":
            history = min(HISTORY, max(1, int(HISTORY_BYTES / 4 / self.change.numel() - 1) // 2))
            self.optimizer = Lbfgs(self.change, history, caution * self.first_step, caution * LONGEST_STEP)
        else:
            self.optimizer = torch.optim.Adam([self.change], lr=caution * ADAM_RATE, betas=(0.9, 0.99))

    def improve(self) -> bool:
        """Paints one step; where that leads astray, leaves the picture as it was and returns False."""
        before = self.change.clone()
        self._move()
        losses, gradient = self._evaluate()
        if not losses.total <= self.limit:  # as what is not a number is not
            self.change.copy_(before)
            _, self.gradient = self._evaluate()
            return False
        self.losses, self.gradient = losses, gradient
        return True

    def _move(self) -> None:
        """Goes against the gradient, which then makes room for the next."""
        if isinstance(self.optimizer, Lbfgs):
            self.optimizer.step(self.gradient)
        else:
            self.change.grad = self.gradient
            self.optimizer.step()
            self.change.grad = None
        del self.gradient

    def shown(self) -> Tensor:
        """What there is to see: `(1, 3, H, W)` in [0, 1]."""
        return self._composed(self.change).clamp(0, 1)

    def _composed(self, change: Tensor) -> Tensor:
        picture = self.before + (change if self.fine else spread(change))
        if self.outside is None:
            return picture
        photo, mask = self.outside
        return photo.lerp(picture, mask)

    def _evaluate(self) -> tuple[Losses, Tensor]:
        """The losses, and the gradient at the change."""
        change = self.change.detach().requires_grad_()
        picture = self._composed(change)
        losses, gradient = self.objective.evaluate(picture.detach())
        return losses, torch.autograd.grad(picture, change, gradient)[0]
