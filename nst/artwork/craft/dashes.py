"""Forms filled with dashes that leave slivers of the ground between them, and contours brushed round them."""

from __future__ import annotations

import numpy as np

from nst.artwork.craft.strokes import Flow
from nst.artwork.craft.tools import Array

Point = tuple[float, float]


class Dashes(Flow):
    """For each place its form and, as a dash takes them, direction, tone, scale of pigments and size."""

    def __init__(self, width: int, height: int, seed: int) -> None:
        super().__init__(width, height, seed)
        self.form, self.kind = np.zeros((2, height, width), np.int32)
        self.angle, self.tone, self.size = np.zeros((3, height, width), np.float32)
        self.scales: list[Array] = []
        self.count = 0
        self.taken = np.zeros((height, width), bool)
        self.lines: list[tuple[Array, float, int]] = []
        self.windows: list[tuple[float, float, int]] = []

    def put(self, inside: Array, angle: Array | float, tone: Array | float, pigments: Array, size: float = 1.0) -> None:
        """Lays a form over what is there."""
        self.count += 1
        self.form[inside], self.kind[inside], self.size[inside] = self.count, len(self.scales), size
        self.scales.append(pigments)
        for field, value in ((self.angle, angle), (self.tone, tone)):
            field[inside] = np.broadcast_to(np.asarray(value, np.float32), field.shape)[inside]

    def contour(self, width: float, *points: Point) -> None:
        """Plans a contour of the forms so far."""
        self.lines.append((np.array(points, float), width, self.count))

    def contours(self, colours: Array) -> None:
        """Brushes what no form in front hides."""
        for points, width, count in self.lines:
            way = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
            at = np.arange(0, way[-1] + 3, 3.0)
            dense = np.stack([np.interp(at, way, axis) for axis in points.T], 1)
            seen = self.form[self.cells(dense)] <= count
            for run in np.split(np.arange(len(at)), np.flatnonzero(np.diff(seen)) + 1):
                if seen[run[0]] and len(run) > 3:
                    self.line(dense[run], width, colours)

    def openings(self, shutters: Array, light: Array, dark: Array) -> None:
        """Paints the windows that no form in front hides."""
        for x, y, count in self.windows:
            if self.form[self.cells(np.array([[x, y]]))][0] <= count:
                colours = np.stack([shutters[int(self.rng.integers(len(shutters)))], light, dark])
                spots = np.array([(x - 4.5, y), (x + 4.5, y), (x, y)])
                self.strokes.add(spots, np.pi / 2, (19, 19, 17), (5.5, 5.5, 7), colours)

    def fill(self, number: int, long: tuple[float, float], wide: tuple[float, float], accents: Array) -> None:
        """Sets dashes wherever they find room, so that slivers of the ground stay between them."""
        rng = self.rng
        place = rng.uniform((0, 0), self.form.shape[::-1], (number, 2))
        i, j = self.cells(place)
        angle = self.angle[i, j] + rng.normal(0, 0.2, number)
        size = self.size[i, j] * np.exp(rng.normal(0, 0.14, number))
        length, width = rng.uniform(*long, number) * size, rng.uniform(*wide, number) * size
        cos, sin = np.cos(angle), np.sin(angle)
        probes = np.array([(a, b) for a in (-0.5, -0.25, 0, 0.25, 0.5) for b in (-0.5, 0, 0.5)])
        u, v = probes[:, :1] * length, probes[:, 1:] * width
        spots = np.stack([place[:, 0] + cos * u - sin * v, place[:, 1] + sin * u + cos * v], -1)
        rows, columns = self.cells(spots.reshape(-1, 2))
        at = (rows * self.form.shape[1] + columns).reshape(len(probes), number).T
        own = (self.form.ravel()[at] == self.form[i, j][:, None]).mean(1) > 0.75
        taken, chosen = self.taken.ravel(), []
        for k in np.flatnonzero(own):
            if taken[at[k]].sum() <= 3:
                chosen.append(k)
                self._mark(place[k], cos[k], sin[k], length[k], width[k])
        pick = np.array(chosen)
        tone = self.tone[i, j][pick] + rng.normal(0, 0.1, len(pick))
        scales = (self.scales[kind] for kind in self.kind[i, j][pick])
        chosen_tones = zip(scales, tone.clip(0, 0.999), strict=True)
        colour = np.array([scale[int(t * len(scale))] for scale, t in chosen_tones])
        odd = rng.random(len(pick)) < 0.05
        colour[odd] = accents[rng.integers(0, len(accents), int(odd.sum()))]
        other = (colour * rng.uniform(0.82, 1.2, (len(pick), 1)) + rng.normal(0, 0.05, colour.shape)).clip(0, 1)
        self.strokes.add(place[pick], angle[pick], length[pick] * 1.06 + 1, width[pick] + 1.4, colour, other)

    def _mark(self, at: Array, cos: float, sin: float, length: float, width: float) -> None:
        reach = int(0.5 * (length + width)) + 2
        i, j = int(at[1]), int(at[0])
        part = np.s_[max(i - reach, 0) : i + reach, max(j - reach, 0) : j + reach]
        dx, dy = self.x[part] - at[0], self.y[part] - at[1]
        long, across = np.abs(cos * dx + sin * dy), np.abs(cos * dy - sin * dx)
        self.taken[part] |= (long < length / 2) & (across < width / 2)


def triangle(x: Array, y: Array, *corners: Point) -> list[Array]:
    """How far each place is from each side, the first corners' first: 1 at the corner opposite."""
    parts = []
    for k in range(3):
        (ax, ay), (bx, by), (cx, cy) = corners[k], corners[(k + 1) % 3], corners[(k + 2) % 3]
        turn = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        parts.append(((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / turn)
    return parts
