"""Oil pastels on black paper: forms filled with strokes, and single strokes set on them at the end."""

from __future__ import annotations

import numpy as np

from nst.artwork.craft.dashes import Dashes, Point
from nst.artwork.craft.tools import Array, rgb

BLACK = rgb("08070c")
INK = rgb("08070c", "0a080e")
Rings = tuple[tuple[float, int, tuple[int, ...]], ...]  # radius, number of strokes, and their shades in turn


class Chalk(Dashes):
    """The forms, each over those that are put before it, and what is set on them."""

    def __init__(self, width: int, height: int, seed: int) -> None:
        super().__init__(width, height, seed)
        self.touches: list[tuple[Array, float, float, float, Array, int]] = []
        self.bare: list[int] = []

    def shape(self, *corners: Point) -> Array:
        """Where a polygon is."""
        image, pen = self.sheet.mask()
        pen.polygon(list(corners), fill=1)
        return np.asarray(image) > 0

    def hollow(self, inside: Array) -> None:
        """Leaves the paper black."""
        self.bare.append(len(self.scales))
        self.put(inside, 0, 0, INK)

    def stroke(self, gaps: Array, number: int, long: Point, wide: Point, accents: Array) -> None:
        """Sets a layer of strokes that leave gaps and what is hollow free."""
        self.taken = gaps | np.isin(self.kind, self.bare)
        self.fill(number, long, wide, accents)

    def touch(self, at: Point, angle: float, length: float, width: float, colour: Array) -> None:
        """Plans a single stroke on the forms so far."""
        self.touches.append((np.array([at], float), angle, length, width, colour, self.count))

    def chalk(self, start: Array, end: Array, width: float, shades: Array) -> None:
        """Plans a stroke from one place to another, by a hand that is not quite sure."""
        (x, y), (along, down) = (start + end) / 2 + self.rng.normal(0, 1, 2), end - start
        shade = shades[int(self.rng.integers(len(shades)))]
        length = float(np.hypot(along, down)) * self.rng.uniform(0.9, 1.1)
        angle = float(np.arctan2(down, along)) + self.rng.normal(0, 0.06)
        self.touch((x, y), angle, length, width * self.rng.uniform(0.85, 1.08), shade)

    def trail(self, points: list[Point], length: float, width: float, pigments: Array) -> None:
        """Plans a row of strokes along a line."""
        line = np.array(points, float)
        way = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
        for at in np.arange(0.5 * length, way[-1], 1.12 * length):
            (ax, ay), (bx, by) = (
                (np.interp(at + d, way, line[:, 0]), np.interp(at + d, way, line[:, 1])) for d in (-3, 3)
            )
            colour = pigments[int(self.rng.integers(len(pigments)))]
            self.touch(((ax + bx) / 2, (ay + by) / 2), float(np.arctan2(by - ay, bx - ax)), length, width, colour)

    def glow(self, at: Point, rings: Rings, pigments: Array) -> None:
        """Plans rings of strokes about a place."""
        for radius, number, shades in rings:
            for k, turn in enumerate(np.arange(number) * 2 * np.pi / number + 0.4 * radius):
                spot = at[0] + radius * np.cos(turn), at[1] + radius * np.sin(turn)
                shade = pigments[shades[(k * 5 + k // 3) % len(shades)]]
                long = 6.1 * radius / number if number > 2 else 28
                self.touch(spot, turn + np.pi / 2, long * self.rng.uniform(0.9, 1.02), self.rng.uniform(15, 17), shade)

    def finishing(self) -> None:
        """Sets the touches that no form in front hides."""
        for at, angle, length, width, colour, count in self.touches:
            if self.form[self.cells(at)][0] <= count:
                self.strokes.add(at, angle, length, width, colour[None], colour[None] * 0.94)
