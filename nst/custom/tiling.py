"""A large picture in parts that a network can look at one by one, as if it saw the whole."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

GRID = 16  # px, the coarsest stride of a network: tiles start at its multiples, so that all of them sample alike
LARGEST = 1024  # px, the side of a picture that is not cut
CORE = 0.75  # of that: the side of a core, where a picture is; a smaller tile holds fewer activations

Span = tuple[int, int]  # the first pixel, and the first that is not in it


class Tile(NamedTuple):
    """What the network sees of a picture, and the core of it, which belongs to no other tile."""

    rows: Span
    columns: Span
    core_rows: Span
    core_columns: Span

    def of(self, picture: Tensor) -> Tensor:
        """What is seen of a picture `(N, C, H, W)`: a view."""
        return picture[:, :, slice(*self.rows), slice(*self.columns)]

    def core(self, features: Tensor) -> Tensor:
        """The core of feature maps `(N, C, h, w)` of what is seen, at any stride up to `GRID`: a view."""
        for dim, seen, core in ((2, self.rows, self.core_rows), (3, self.columns, self.core_columns)):
            if seen != core:
                step = stride(seen[1] - seen[0], features.shape[dim])
                start = (core[0] - seen[0]) // step
                end = features.shape[dim] if core[1] == seen[1] else (core[1] - seen[0]) // step
                features = features.narrow(dim, start, end - start)
        return features

    def padded(self, core: Tensor, seen: Tensor) -> Tensor:
        """Feature maps `(N, C, h, w)` of the core, with zeros around them: of the shape of those of what is seen."""
        if core.shape == seen.shape:
            return core
        whole = torch.zeros_like(seen)
        self.core(whole).copy_(core)
        return whole


def tiles(height: int, width: int, overlap: int, border: int = 0, largest: int = LARGEST) -> Iterator[Tile]:
    """Tiles whose cores cover a picture but for `border` px at each edge, and see `overlap` px beyond those cores.

    `overlap` and `border` are multiples of `GRID`.
    """
    if max(height, width) - 2 * border > largest:
        largest = int(CORE * largest)
    for core_rows in _cores(height, border, largest):
        for core_columns in _cores(width, border, largest):
            seen = [
                (max(0, start - overlap), min(side, end + overlap))
                for (start, end), side in ((core_rows, height), (core_columns, width))
            ]
            yield Tile(seen[0], seen[1], core_rows, core_columns)


def stride(side: int, places: int) -> int:
    """How many pixels of a side each of its features stands for: a power of 2, from 1 up."""
    return max(1, 2 ** round(math.log2(side / places)))


def _cores(side: int, border: int, largest: int) -> Iterator[Span]:
    """About equal parts of a side without its borders."""
    inner = side - 2 * border
    step = math.ceil(inner / math.ceil(inner / largest) / GRID) * GRID
    for start in range(border, side - border, step):
        yield start, min(start + step, side - border)
