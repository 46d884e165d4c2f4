"""Large feature maps in bands of rows: what happens to one band takes little memory, and all of them make the whole.

A network that normalises by the statistics of the whole picture cannot paint one tile after the other. It can do one
layer after the other, each band by band: then nothing but the layer's own map is as large as the picture, the
statistics are those of the whole, and no band differs from what it would be without bands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

REACH = 4  # rows that a layer may look beyond a band; an even number, so that strides of 2 stay in step
GRID = 16  # rows, what bands start at multiples of
VALUES = 2**20  # of a map in a band, about: 2 MB in bfloat16
MEASURED = 2**22  # of those that are summed at once: sums of many more are not exact in fp32


def by_bands(work: Callable[..., Tensor], *maps: Tensor, reach: int = REACH, over: bool = False) -> Tensor:
    """`work(*maps)` for maps `(N, C, H, W)`, a band of rows at a time where the first is large.

    `work` may look `reach` rows of the first map beyond what it makes, and may change the resolution by a power of 2.
    The other maps are as high as the first or a whole number of times lower. With `over` the result, of the same shape,
    takes the first map's place. With gradients all is done at once.
    """
    first = maps[0]
    height, bands = first.shape[2], list(_bands(first, VALUES))
    if len(bands) == 1 or torch.is_grad_enabled():
        return work(*maps)
    result, before = (first if over else None), None
    for start, end in bands:
        low, high = max(0, start - reach), min(height, end + reach)
        seen = [_rows(m, low, high, height) for m in maps]
        if over and before is not None:  # the rows above this band are gone
            seen[0] = torch.cat([before, first[:, :, start:high]], 2)
        made = work(*seen)
        if over:
            before = first[:, :, end - reach : end].clone()
        if result is None:
            result = _empty(made, round(height * made.shape[2] / (high - low)))
        core = _rows(made, start - low, end - low, high - low)
        _rows(result, start, end, height).copy_(core)
    assert result is not None
    return result


def normalize(x: Tensor, scale: Tensor, shift: Tensor, epsilon: float) -> Tensor:
    """Every channel of every picture `(N, C, H, W)` to mean 0 and variance 1, then by `scale` and `shift` `(N, C)`.

    Instance normalisation (Ulyanov et al. 2016). Without gradients, a large `x` is overwritten with the result.
    """
    if len(x) > 1 or torch.is_grad_enabled():
        scale, shift = (value[:, :, None, None].to(x.dtype) for value in (scale, shift))
        x = x - x.mean((2, 3), keepdim=True)
        return torch.addcmul(shift, x, scale * torch.rsqrt(x.square().mean((2, 3), keepdim=True) + epsilon))
    # Of one picture it is batch normalisation, which is fast in channels_last and rounds but once.
    exact = torch.promote_types(x.dtype, torch.float32)
    weight, bias = scale[0].to(exact), shift[0].to(exact)
    bands = list(_bands(x, MEASURED))  # not those of `by_bands`: however large they are, the statistics are the same
    if len(bands) == 1:
        return F.batch_norm(x, None, None, weight, bias, True, 0, epsilon)
    mean, variance = _statistics([x[:, :, start:end] for start, end in bands])
    for start, end in bands:
        band = x[:, :, start:end]
        band.copy_(F.batch_norm(band, mean, variance, weight, bias, False, 0, epsilon))
    return x


def _bands(x: Tensor, values: int) -> Iterator[tuple[int, int]]:
    """The first row of every band, and the first that is not in it."""
    height = x.shape[2]
    count = max(1, round(x[0].numel() / values))
    step = -(-height // count // GRID) * GRID
    for start in range(0, height, step):
        yield start, min(start + step, height)


def _rows(x: Tensor, low: int, high: int, of: int) -> Tensor:
    """The rows of a map that stand for those from `low` to `high` of a map that has `of`: a view."""
    height = x.shape[2]
    return x[:, :, low * height // of : high * height // of]


def _empty(like: Tensor, height: int) -> Tensor:
    shape = (*like.shape[:2], height, like.shape[3])
    return torch.empty(shape, dtype=like.dtype, device=like.device, memory_format=torch.channels_last)


def _statistics(bands: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Mean and variance of every channel over all bands, from those of each (Chan, Golub and LeVeque 1979)."""
    count, mean, squares = 0, torch.zeros(()), torch.zeros(())
    for band in bands:
        exact = torch.promote_types(band.dtype, torch.float32)
        its_mean, its_variance = (band.new_zeros(band.shape[1], dtype=exact) for _ in range(2))
        F.batch_norm(band, its_mean, its_variance, training=True, momentum=1)  # the fastest that measures both
        its_count = band[:, 0].numel()
        gap = its_mean - mean
        squares = squares + its_variance * (its_count - 1) + gap.square() * (count * its_count / (count + its_count))
        count += its_count
        mean = mean + gap * (its_count / count)
    return mean, squares / count
