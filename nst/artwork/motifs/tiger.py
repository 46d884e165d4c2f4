"""A tiger that walks out of the leaves and looks at whoever looks at it."""

from __future__ import annotations

import numpy as np

from nst.artwork.craft.brush import Canvas, comma, ribbon, spline
from nst.artwork.craft.tools import Array, rgb

INK = rgb("0c0808")
COAT = rgb("ffb818", "ff9c10", "ffcc30", "f88410", "ffd848")
PALE = rgb("fff4d0", "ffe8a8")
ROSE, IRIS = rgb("f06a7c", "c8f040")
# One half of the face: the coat's strokes round the eye, pale ones on the cheek, and stripes with their widths.
COAT_STROKES = (
    (8 - 46j, 7 - 12j), (22 - 44j, 17 - 26j), (36 - 38j, 27 - 25j), (54 - 16j, 40 - 12j), (60 - 2j, 44 - 2j),
    (66 + 12j, 44 + 6j),
)  # fmt: skip
CHEEK_STROKES = ((70 + 24j, 38 + 16j), (62 + 34j, 34 + 24j), (50 + 43j, 28 + 32j), (34 + 53j, 20 + 38j))
STRIPES = (
    (15 - 49j, 5 - 30j, 7), (28 - 46j, 14 - 33j, 7), (44 - 38j, 26 - 33j, 7), (60 - 20j, 44 - 20j, 7),
    (66 + 4j, 48 + 2j, 8), (70 + 17j, 46 + 12j, 8), (58 + 38j, 40 + 29j, 6),
)  # fmt: skip


class Tiger:
    """Parts are given round the middle of the head."""

    def __init__(self, canvas: Canvas, place: complex, scale: float) -> None:
        self.canvas, self.place, self.scale = canvas, place, scale

    def at(self, points: Array) -> Array:
        moved: Array = self.place + self.scale * np.asarray(points, np.complex128)
        return moved

    def fill(self, outline: Array, colour: Array, rim: float = 0.0) -> None:
        self.canvas.fill(self.at(outline), colour, rim, INK)

    def tube(self, knots: Array, width: Array, pitch: float, belly: bool = False) -> None:
        """A striped limb along a path: bands of the coat, and stripes that come in from both sides to points."""
        path = spline(np.asarray(knots), 20)
        broad = np.interp(np.linspace(0, 1, len(path)), np.linspace(0, 1, len(width)), width)
        self.fill(ribbon(path, broad), COAT[1], 2.4)
        ahead = np.gradient(path)
        side = 0.5j * ahead / np.abs(ahead) * broad
        way = np.concatenate([[0], np.cumsum(np.abs(np.diff(path)))])
        marks = [int(np.searchsorted(way, far)) for far in np.arange(0.5 * pitch, way[-1] - 2, pitch)]
        for n, k in enumerate(marks):
            # A band's round ends stay within the limb.
            reach = max(1 - 0.4 * pitch / abs(side[k]), 0.1)
            curve = np.linspace(-reach, reach, 9)
            rib = path[k] + curve * side[k] + 0.44 * pitch * (1 - curve**2) * ahead[k] / abs(ahead[k])
            self.fill(ribbon(rib, np.full(9, 0.8 * pitch)), COAT[n % len(COAT)])
            if belly:
                low = rib[5:] if side[k].imag > 0 else rib[:4]
                self.fill(ribbon(low, np.full(4, 0.86 * pitch)), PALE[n % 2])
        for n, k in enumerate(marks[:-1]):
            j = (k + marks[n + 1]) // 2
            for way_in, deep in ((1, (1.15, 0.8)[n % 2]), (-1, (0.65, 0.95)[n % 2])):
                tip = path[j] + way_in * side[j] * (1 - deep) + 0.1 * pitch
                self.fill(comma(path[j] + 1.02 * way_in * side[j], tip, 0.16 * way_in, 0.62 * pitch), INK)
        rim = ribbon(path, broad)
        self.fill(ribbon(np.append(rim, rim[:1]), np.full(len(rim) + 1, 3.2)), INK)

    def body(self) -> None:
        self.tube(
            np.array([232 - 6j, 280 - 34j, 318 - 84j, 300 - 140j, 262 - 150j]), np.array([17, 16, 17, 18, 15]), 14
        )
        self.tube(np.array([178 + 40j, 192 + 88j, 176 + 138j]), np.array([44, 30, 26]), 14)
        self.tube(np.array([58 + 50j, 72 + 98j, 62 + 140j]), np.array([40, 28, 26]), 14)
        self.tube(
            np.array([20 + 20j, 70 + 6j, 130 + 10j, 190 + 4j, 226 + 22j]), np.array([92, 104, 94, 100, 66]), 17, True
        )
        self.tube(
            np.array([196 - 14j, 218 + 44j, 228 + 84j, 214 + 112j, 222 + 146j]),
            np.array([34, 66, 70, 52, 38, 30, 30]),
            15,
        )
        self.tube(np.array([24 + 40j, 16 + 92j, 24 + 144j]), np.array([56, 36, 30]), 15)

    def head(self) -> None:
        for way in (-1, 1):
            ear = spline(np.array([way * 26 - 40j, way * 34 - 64j, way * 54 - 62j, way * 58 - 34j]), 6, True)
            self.fill(ear, COAT[3], 2.6)
            self.fill(0.55 * (ear - (way * 43 - 46j)) + way * 43 - 46j, ROSE)
        skull = np.array(
            [
                -36 - 46j,
                -58 - 12j,
                -70 + 22j,
                -46 + 42j,
                -24 + 56j,
                24 + 56j,
                46 + 42j,
                70 + 22j,
                58 - 12j,
                36 - 46j,
                -52j,
            ]
        )
        self.fill(spline(skull, 6, True), COAT[0], 3)
        for way in (-1, 1):
            self._half(way)
        self._muzzle()

    def _half(self, way: int) -> None:
        def side(*points: complex) -> Array:
            array = np.array(points)
            return way * array.real + 1j * array.imag

        for n, (a, b) in enumerate(COAT_STROKES):
            start, end = side(a, b)
            self.fill(comma(start, end, 0.1 * way, 13), COAT[(4, 2, 3, 4, 1, 3)[n]], 0.8)
        for n, (a, b) in enumerate(CHEEK_STROKES):
            start, end = side(a, b)
            self.fill(comma(start, end, -0.14 * way, 15), PALE[n % 2], 1.2)
        for a, b, wide in STRIPES:
            start, end = side(a, b)
            self.fill(comma(start, end, 0.12 * way, wide), INK)
        self.fill(spline(side(8 - 15j, 17 - 24j, 34 - 25j, 40 - 16j, 24 - 12j), 5, True), PALE[0], 1.2)
        eye = side(7 - 5j, 16 - 16j, 30 - 17j, 39 - 13j, 29 - 5j, 17 - 2j)
        self.fill(spline(eye, 5, True), IRIS, 3)
        pupil = complex(self.at(side(24 - 10j))[0])
        self.canvas.disc(pupil, 5.6 * self.scale, INK)
        self.canvas.disc(pupil - (2 + 2j) * self.scale, 2.0 * self.scale, PALE[0])

    def _muzzle(self) -> None:
        self.fill(spline(np.array([-9 - 10j, -13 + 12j, 13 + 12j, 9 - 10j]), 5, True), COAT[2], 1)
        for way in (-1, 1):
            pad = spline(
                np.array([0 + 20j, way * 12 + 14j, way * 28 + 22j, way * 26 + 38j, way * 10 + 42j, 36j]), 6, True
            )
            self.fill(pad, PALE[0], 2.4)
        self.fill(spline(np.array([-15 + 42j, 0 + 38j, 15 + 42j, 8 + 54j, -8 + 54j]), 5, True), PALE[1], 2.2)
        self.fill(spline(np.array([-14 + 9j, 14 + 9j, 5 + 21j, 0 + 24j, -5 + 21j]), 5, True), ROSE, 2.6)
        for way in (-1, 1):
            for n in range(3):
                root = way * (13 + 5 * n) + 1j * (27 + 4 * (n % 2))
                self.canvas.disc(complex(self.at(np.array(root))), 1.7, INK)
                start, tip = way * 20 + 1j * (26 + 5 * n), way * (82 + 4 * n) + 1j * (14 + 16 * n)
                self.fill(comma(start, tip, -0.08 * way, 4), PALE[0], 0.9)
