"""What an optimisation shows after every step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from nst.common.colors import keep_colors
from nst.custom.coherence import REACH, coherent


@dataclass(frozen=True)
class Finish:
    """How what the steps have painted, `(1, 3, H, W)`, becomes a picture to be seen."""

    coherence: bool
    seamless: bool = False
    photo: Tensor | None = None  # of that shape, for what shows it
    mask: Tensor | None = None  # (1, 1, H, W) in [0, 1], where something is painted; elsewhere is the photo
    own_colors: bool = False  # the photo's, in place of the painted ones

    def on_cpu(self) -> Finish:
        """The same for what is painted there."""
        photo, mask = (None if each is None else each.cpu() for each in (self.photo, self.mask))
        return replace(self, photo=photo, mask=mask)

    def __call__(self, painted: Tensor) -> Tensor:
        if self.coherence:
            painted = _coherent_round(painted) if self.seamless else coherent(painted)
        if self.photo is not None and self.mask is not None:
            painted = self.photo.lerp(painted, self.mask)
        if self.photo is not None and self.own_colors:
            painted = keep_colors(painted, self.photo)
        return painted


def _coherent_round(painted: Tensor) -> Tensor:
    """`coherent` of a picture that goes on at its opposite edges."""
    rows, columns = (torch.arange(-REACH, side + REACH) % side for side in painted.shape[2:])
    return coherent(painted[:, :, rows][:, :, :, columns])[:, :, REACH:-REACH, REACH:-REACH]


@dataclass(frozen=True)
class Frame:
    """One step of an optimisation."""

    step: int  # from 1
    of: int
    painted: Tensor  # (1, 3, H, W) in [0, 1]; smaller than the result while the scale is coarse
    finish: Finish
    content_loss: float
    style_loss: float
    total_loss: float  # what is descended: the weighted sum with total variation
    seconds: float  # since the start
    seconds_left: float  # an estimate
    note: str = ""  # a sentence about what went wrong at this step, where something did

    @cached_property
    def picture(self) -> Tensor:
        """What there is to see: `(1, 3, H, W)` in [0, 1] on the CPU. Made when asked for: it is not cheap."""
        try:
            return self.finish(self.painted).cpu()
        except torch.OutOfMemoryError:
            return self.finish.on_cpu()(self.painted.cpu())
