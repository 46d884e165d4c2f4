"""What keeps painted films still: what nothing moves in is averaged over time, before it is painted and after."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

Paint = Callable[[Tensor], Tensor]  # a frame (1, 3, H, W) in [0, 1] to the painted frame of the same shape

_CELL = 8  # px, what motion is told apart by
_PATIENCE = 16  # frames that are averaged at most where nothing moves
_NEAR, _FAR = 1, 3  # cells around motion that are seen anew, and painted anew, since strokes reach further
_SHIFT = 3 / 255, 6 / 255  # of the mean colour around a cell, from noise to motion
_CHANGE = 8 / 255, 13 / 255  # of a cell's pixels, root mean square at half size, from noise to motion
_EXPLAINED = 0.12, 0.3  # share of the change around a cell that a small shift of the picture explains, likewise
_INVISIBLE = 2 / 255  # change, root mean square, that is noise whatever explains it
_CUT = 0.8  # share of the picture that moves from which on everything is new


class Steadier:
    """Paints the frames of one video, or of one camera, so that what stands still in them stands still when painted.

    A network answers the noise of a camera, and whatever moves elsewhere, with other strokes in every frame. So both
    what it sees and what it paints are averaged over time, but only where nothing moves: what moves is seen and painted
    at once, and leaves no trail. Frames of another size begin anew.
    """

    def __init__(self) -> None:
        self._seen: _Average | None = None
        self._painted: _Average | None = None

    @torch.inference_mode()
    def paint(self, frame: Tensor, paint: Paint) -> Tensor:
        """The next frame `(1, 3, H, W)` in [0, 1] painted; `paint` is called once."""
        if self._seen is None or self._painted is None or self._seen.picture.shape != frame.shape:
            self._seen, self._painted = _Average(frame), _Average(paint(frame))
            return self._painted.picture
        motion = _motion(self._seen.picture, frame)
        seen = self._seen.follow(frame, _spread(motion, _NEAR))
        return self._painted.follow(paint(seen), _spread(motion, _FAR))


class _Average:
    """A picture that is averaged over time where nothing moves, and new where something does."""

    def __init__(self, picture: Tensor) -> None:
        self.picture = picture
        self.age = torch.ones(())  # of each cell, the frames that it has been averaged over

    def follow(self, picture: Tensor, motion: Tensor) -> Tensor:
        """The average with the next picture; `motion` is `(1, 1, h, w)` in [0, 1], one value for each cell."""
        self.age = (self.age * (1 - motion) + 1).clamp_max(_PATIENCE)
        weight = F.interpolate(torch.maximum(motion, 1 / self.age), scale_factor=_CELL, mode="bilinear")
        self.picture = self.picture.lerp(picture, weight[:, :, : picture.shape[2], : picture.shape[3]])
        return self.picture


def _motion(before: Tensor, now: Tensor) -> Tensor:
    """How surely something moved, or became another, in each cell of the picture: `(1, 1, h, w)` in [0, 1].

    Noise changes every pixel, but not what it is on average over an area (a change of light does), never by much, and
    not in the way a shift of the picture does: against its gradient.
    """
    grey_before, grey_now = (
        F.avg_pool2d(picture.mean(1, keepdim=True), 2, ceil_mode=True) for picture in (before, now)
    )
    change = grey_now - grey_before
    down, right = _gradient(grey_before + grey_now)
    shifted = _cells(now - before, _CELL)
    parts = torch.cat([change.square(), down.square(), right.square(), down * right, down * change, right * change], 1)
    parts = _cells(parts, _CELL // 2)
    jump = parts[:, :1].sqrt()
    energy, yy, xx, xy, y, x = _around(parts).chunk(6, 1)
    yy, xx = yy + _INVISIBLE**2, xx + _INVISIBLE**2
    explained = (yy * x.square() - 2 * xy * x * y + xx * y.square()) / (yy * xx - xy.square())
    motion = torch.maximum(
        torch.maximum(_ramp(_around(shifted).abs().amax(1, keepdim=True), _SHIFT), _ramp(jump, _CHANGE)),
        _ramp(explained / (energy + _INVISIBLE**2), _EXPLAINED),
    )
    return torch.ones_like(motion) if motion.mean() > _CUT else motion


def _gradient(picture: Tensor) -> tuple[Tensor, Tensor]:
    """By y and by x, of the same shape; 0 along the border."""
    down, right = torch.zeros_like(picture), torch.zeros_like(picture)
    down[:, :, 1:-1] = picture[:, :, 2:] - picture[:, :, :-2]
    right[..., 1:-1] = picture[..., 2:] - picture[..., :-2]
    return down, right


def _cells(values: Tensor, side: int) -> Tensor:
    """The mean over each cell of `side` px."""
    return F.avg_pool2d(values, side, ceil_mode=True)


def _around(cells: Tensor) -> Tensor:
    """The mean over each cell and those next to it."""
    return F.avg_pool2d(cells, 3, stride=1, padding=1, count_include_pad=False)


def _spread(motion: Tensor, cells: int) -> Tensor:
    return F.max_pool2d(motion, 2 * cells + 1, stride=1, padding=cells)


def _ramp(value: Tensor, ends: tuple[float, float]) -> Tensor:
    """0 up to the first end, 1 from the second."""
    return ((value - ends[0]) / (ends[1] - ends[0])).clamp(0, 1)
