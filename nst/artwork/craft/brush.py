"""A canvas for flat paint: smooth outlines and brush strokes that swell and taper, as complex points `x + y*1j`."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from nst.artwork.craft.tools import LONG_SIDE, Array


class Canvas:
    """A picture that is painted from the back to the front; lengths are in units of 1/768 of the long side."""

    def __init__(self, size: int, width: int, height: int, ground: Array) -> None:
        self.final = (round(size * width / LONG_SIDE), round(size * height / LONG_SIDE))
        self.scale = max(size * 2.5, 480.0) / LONG_SIDE
        self.image = Image.new("RGB", (round(width * self.scale), round(height * self.scale)), paint(ground))
        self.pen = ImageDraw.Draw(self.image)

    def fill(self, outline: Array, colour: Array, rim: float = 0.0, ink: Array | None = None) -> None:
        """A flat shape, and first a rim of ink round it."""
        pixels = self._pixels(outline)
        if rim > 0 and ink is not None:
            edge = paint(ink)
            self.pen.polygon(pixels, fill=edge)
            self.pen.line([*pixels, pixels[0], pixels[1]], edge, round(2 * rim * self.scale), joint="curve")
        self.pen.polygon(pixels, fill=paint(colour))

    def disc(self, at: complex, radius: float, colour: Array) -> None:
        box = [v * self.scale for v in (at.real - radius, at.imag - radius, at.real + radius, at.imag + radius)]
        self.pen.ellipse(box, fill=paint(colour))

    def _pixels(self, points: Array) -> list[tuple[float, float]]:
        return [(float(p.real) * self.scale, float(p.imag) * self.scale) for p in points]

    def finish(self) -> Image.Image:
        return self.image.resize(self.final, Image.Resampling.LANCZOS)


def paint(colour: Array) -> tuple[int, int, int]:
    red, green, blue = (int(v * 255 + 0.5) for v in colour.clip(0, 1))
    return red, green, blue


def spline(knots: Array, steps: int = 6, closed: bool = False) -> Array:
    """A smooth line through the knots."""
    knots = np.asarray(knots, np.complex128)
    padded = np.concatenate([knots[-1:], knots, knots[:2]] if closed else [knots[:1], knots, knots[-1:]])
    before, a, b, after = padded[:-3, None], padded[1:-2, None], padded[2:-1, None], padded[3:, None]
    t = np.arange(steps) / steps
    piece = (
        2 * a + (b - before) * t + (2 * before - 5 * a + 4 * b - after) * t**2 + (3 * (a - b) + after - before) * t**3
    )
    line = piece.ravel() / 2
    return line if closed else np.append(line, knots[-1])


def ribbon(path: Array, width: Array) -> Array:
    """The outline of a stroke along a path, as wide at each of its points as is said, with a round head."""
    ahead = np.gradient(path)
    ahead = ahead / np.maximum(np.abs(ahead), 1e-9)
    side = 0.5j * width * ahead
    turn = np.exp(1j * np.linspace(np.pi / 2, -np.pi / 2, 7))[1:-1]
    head = path[-1] + 0.5 * width[-1] * ahead[-1] * turn
    tail = path[0] - 0.5 * width[0] * ahead[0] * turn
    outline: Array = np.concatenate([path + side, head, (path - side)[::-1], tail])
    return outline


def comma(start: complex, end: complex, bend: float, width: float) -> Array:
    """A brush that is pressed down at the start, swings aside and is lifted to a point at the end."""
    t = np.linspace(0, 1, 11)
    path = start + (end - start) * (t + 1j * bend * np.sin(np.pi * t) * (1 - 0.4 * t))
    swell = np.minimum(1, 0.55 + 2.2 * t) * (1 - t) ** 0.8
    return ribbon(path, width * swell)
