"""A bed to plant: what is painted takes a place that is still free, and all turns round one centre."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from nst.artwork.craft.brush import Canvas
from nst.artwork.craft.tools import Array, rgb
from nst.artwork.motifs.birds import CENTRE
from nst.artwork.motifs.blossoms import Brush

SIDE = 768
NIGHT = rgb("080b26")


class Garden:
    """The picture and where it is still free, on a grid of one cell a unit."""

    def __init__(self, size: int) -> None:
        self.canvas = Canvas(size, SIDE, SIDE, NIGHT)
        self.brush = Brush(self.canvas, 7)
        self.rng = np.random.default_rng(19)
        self.plan = Image.new("1", (SIDE, SIDE), 0)
        self.taken = np.zeros((SIDE, SIDE), bool)

    def take(self, outline: Array, margin: float = 2.5) -> None:
        pen, points = ImageDraw.Draw(self.plan), [(p.real, p.imag) for p in outline]
        pen.polygon(points, fill=1)
        pen.line([*points, points[0]], fill=1, width=round(2 * margin))

    def see(self) -> None:
        self.taken = np.array(self.plan)

    def free(self, outline: Array) -> bool:
        """Whether nothing stands within an outline; what goes over the picture's edge may."""
        middle = outline.mean()
        points = np.concatenate([middle + s * (outline - middle) for s in (0.15, 0.45, 0.75, 1.0)])
        i, j = points.imag.astype(int), points.real.astype(int)
        inside = (i >= 0) & (j >= 0) & (i < SIDE) & (j < SIDE)
        return bool(inside.mean() > 0.4) and not self.taken[i[inside], j[inside]].any()

    def settle(self, outline: Array, margin: float = 2.5) -> bool:
        """Takes the place if it is free."""
        if not self.free(outline):
            return False
        self.take(outline, margin)
        self.see()
        return True

    def spots(self, number: int) -> list[complex]:
        """Places that are free now."""
        rows, columns = np.nonzero(~self.taken)
        chosen = self.rng.integers(0, len(rows), number)
        return [complex(x, y) for x, y in zip(columns[chosen], rows[chosen], strict=True)]


def circle(at: complex, radius: float) -> Array:
    outline: Array = at + radius * np.exp(1j * np.linspace(0, 2 * np.pi, 20, endpoint=False))
    return outline


def swirl(at: complex) -> float:
    """The way that everything turns: round the centre and a little outwards."""
    return float(np.angle((at - CENTRE) * np.exp(0.36j * np.pi)))


def dusk(at: complex) -> float:
    """How much darker the paints are towards the corners."""
    return float(0.26 * np.clip((abs(at - CENTRE + 40 + 40j) - 150) / 330, 0, 1) ** 1.5)
