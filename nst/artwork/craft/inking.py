"""A comic panel's tools: flat printing colours, a brush that swells, feathered hatching and Ben Day dots."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from nst.artwork.craft.brush import Canvas, comma, paint, ribbon, spline
from nst.artwork.craft.tools import Array, rgb

INK, NAVY, CYAN, TEAL, PALE, MAGENTA, RED, ORANGE, YELLOW, VIOLET, CREAM = rgb(
    "0a0612", "1054aa", "18b4ec", "0a7894", "a4e6f4", "ec1c74", "f03428", "ff8a1c", "ffd91c", "6a34b4", "fff4d0"
)


class Panel:
    """What is drawn from the back to the front."""

    def __init__(
        self, size: int, width: int, height: int, seed: int, ground: Array = NAVY, ink: Array = INK
    ) -> None:  # fmt: skip
        self.canvas = Canvas(size, width, height, ground)
        self.ink, self.rng = ink, np.random.default_rng(seed)

    def flat(self, outline: Array, colour: Array) -> None:
        self.canvas.fill(outline, colour)

    def line(self, points: Array, width: float, smooth: bool = True) -> None:
        """A stroke of the brush in ink: pressed down on the way, lifted at its ends."""
        path = spline(points, 8) if smooth else np.concatenate([np.linspace(a, b, 8) for a, b in _pairs(points)])
        t = np.linspace(0, 1, len(path))
        press = (
            0.45 + 0.55 * np.sin(np.pi * t) ** 0.7 + 0.14 * np.sin(self.rng.uniform(4, 9) * t + self.rng.uniform(0, 6))
        )
        self.canvas.fill(ribbon(path, width * press), self.ink)

    def shape(self, outline: Array, colour: Array, width: float = 4.0, smooth: bool = False) -> Array:
        """A flat colour in an ink outline that is heavier below and on the right."""
        edge = spline(outline, 8, closed=True) if smooth else outline
        self.flat(edge, colour)
        path = np.append(edge, edge[:1])
        for a, b in _pairs(path):
            side = (b - a) * -1j / max(abs(b - a), 1e-6)
            # Which way is out depends on the way round.
            heavy = float((side * np.conj(0.6 + 0.8j)).real) * np.sign(_area(edge))
            self.canvas.fill(ribbon(np.array([a, b]), np.full(2, width * (1.0 + 0.4 * heavy))), self.ink)
        return edge

    def within(self, outline: Array, marks: list[Array], colour: Array) -> None:
        """Marks in a colour, cut off at an outline."""
        image, scale, drawn = self.canvas.image, self.canvas.scale, np.concatenate(marks)
        ends = []
        for axis, limit in (("real", image.width), ("imag", image.height)):
            a, b = getattr(outline, axis), getattr(drawn, axis)
            ends += [int(max(a.min(), b.min(), 0) * scale), int(min(min(a.max(), b.max()) * scale + 2, limit))]
        left, right, top, bottom = ends
        if right <= left or bottom <= top:
            return
        masks = []
        for shapes in ([outline], marks):
            mask = Image.new("L", (right - left, bottom - top), 0)
            pen = ImageDraw.Draw(mask)
            for shape in shapes:
                pen.polygon([(p.real * scale - left, p.imag * scale - top) for p in shape], fill=255)
            masks.append(mask)
        image.paste(paint(colour), (left, top), ImageChops.multiply(*masks))

    def hatch(self, outline: Array, angle: float, pitch: float, width: float, colour: Array = INK,
              reach: float = 0.65) -> None:  # fmt: skip
        """Feathering: strokes that come in from one side of a shape and end in points."""
        turn = np.exp(1j * angle)
        turned = outline * np.conj(turn)
        low, span = turned.real.min(), np.ptp(turned.real)
        marks = []
        for across in np.arange(turned.imag.min() + 0.4 * pitch, turned.imag.max(), pitch):
            start = low - 4 + 1j * (across + self.rng.normal(0, 0.12 * pitch))
            long = span * reach * self.rng.uniform(0.6, 1.25) + 4
            marks.append(turn * comma(start, start + long + 1j * self.rng.normal(0, 1), 0.05, 1.35 * width))
        if marks:
            self.within(outline, marks, colour)

    def dots(self, outline: Array, colour: Array, pitch: float = 8.0, radius: float = 2.5) -> None:
        """Ben Day dots, on a grid that stands at the printer's angle and is the same all over the panel."""
        step = pitch * np.exp(0.26j)
        turned = outline / step
        low, high = turned.real.min() - 1, turned.real.max() + 1
        ring = radius * np.exp(2j * np.pi * np.arange(10) / 10)
        marks = [
            (k + 1j * row + 0.5 * (row % 2)) * step + ring
            for row in range(int(turned.imag.min()) - 1, int(turned.imag.max()) + 2)
            for k in range(int(low), int(high) + 1)
        ]
        self.within(outline, marks, colour)


def _pairs(points: Array) -> list[tuple[complex, complex]]:
    return list(zip(points[:-1].tolist(), points[1:].tolist(), strict=True))


def _area(points: Array) -> float:
    after = np.roll(points, -1)
    return float((points.conj() * after).imag.sum())


def box(left: float, top: float, right: float, bottom: float) -> Array:
    return np.array([left + 1j * top, right + 1j * top, right + 1j * bottom, left + 1j * bottom])
