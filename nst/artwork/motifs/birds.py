"""Two birds of a folk painter, scaled, winged and crested, whose tails sweep round the middle of the picture."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nst.artwork.craft.brush import comma, ribbon, spline
from nst.artwork.craft.tools import Array
from nst.artwork.motifs.blossoms import BLUE, CREAM, GOLD, INK, LIGHT, PINK, TURQUOISE, VERMILION, Brush, tone

CENTRE = 384 + 384j
BODY = np.array(
    [96 - 52j, 84 - 78j, 54 - 84j, 28 - 62j, -18 - 46j, -84 - 10j, -92 + 16j, -40 + 34j, 14 + 38j, 58 + 18j, 84 - 18j]
)


class Bird(NamedTuple):
    """Where it is, its heading as a unit, whether it is seen from its other side, and paints from coat to tail."""

    place: complex
    turn: complex
    mirrored: bool
    kinds: tuple[int, ...]

    def at(self, points: Array) -> Array:
        outline: Array = self.place + self.turn * (np.conj(points) if self.mirrored else points)
        return outline

    def feathers(self) -> list[Array]:
        """The tail's lines, from the root to the tips, that sweep round the centre."""
        root = self.at(np.array([-70 + 6j]))[0] - CENTRE
        t = np.linspace(0, 1, 16)
        lines = []
        for k in range(7):
            reach = (0.86, 1.0, 1.1, 1.13, 1.08, 0.97, 0.8)[k]
            radius = abs(root) + (176 + 29 * k - abs(root)) * np.sin(np.pi * t / 2)
            lines.append(CENTRE + radius * np.exp(1j * (np.angle(root) - reach * t)))
        return lines


BIRDS = (
    Bird(CENTRE - 212 + 22j, np.exp(-0.22j * np.pi), False, (TURQUOISE, VERMILION, GOLD, PINK)),
    Bird(CENTRE + 236 - 34j, np.exp(0.78j * np.pi), True, (GOLD, BLUE, VERMILION, TURQUOISE)),
)


def paint_tail(brush: Brush, bird: Bird) -> None:
    """Feathers with barbs on both sides of a quill and an eye at the tip."""
    canvas, (coat, wing, trim, tail) = brush.canvas, bird.kinds
    swell = 23 * np.sin(np.pi * np.linspace(0.12, 0.9, 16) ** 1.3) + 4
    for k, line in enumerate(bird.feathers()):
        paint, other = ((tail, GOLD), (trim, CREAM), (wing, PINK))[k % 3]
        canvas.fill(ribbon(line, swell), tone(paint, 0.22), 2, INK)
        for j in range(15, 1, -1):
            ahead = (line[j] - line[j - 1]) / abs(line[j] - line[j - 1])
            for side in (1j, -1j):
                tip = line[j] + ahead * (3 + side * 0.40 * swell[j])
                bright = 0.9 if (ahead * side * np.conj(LIGHT)).real > 0 else 0.5
                barb = comma(tip, line[j - 1] - 3 * ahead, 0.12 * side.imag, 8)
                canvas.fill(barb, tone(other if j % 3 == 0 else paint, bright - 0.15 * (j % 2)))
        canvas.fill(ribbon(line, np.linspace(2.4, 3.4, 16)), tone(CREAM, 0.7))
        brush.eye(line[-1], 13, (GOLD, VERMILION, coat)[k % 3], (VERMILION, CREAM, PINK)[k % 3])


def paint_bird(brush: Brush, bird: Bird) -> None:
    canvas, (coat, wing, trim, tail) = brush.canvas, bird.kinds
    body = spline(BODY, 6, closed=True)
    canvas.fill(bird.at(np.array([90 - 72j, 130 - 52j, 90 - 42j])), tone(GOLD, 0.5), 2.2, INK)
    canvas.fill(bird.at(body), tone(coat, 0.3), 2.6, INK)
    # The breast is laid like tiles.
    for row in range(7):
        for k in range(5):
            at = 70 - 22 * row + 1j * (-34 + 15 * k + 7 * (row % 2) + 1.2 * row)
            if row * 0.5 + k * 0.4 > 4.2:
                continue
            paint = (trim, coat, CREAM)[(row + k) % 3]
            canvas.fill(bird.at(comma(at + 8 + 1j, at - 16, 0.15, 12)), tone(paint, 0.55), 1.4, INK)
            canvas.fill(bird.at(comma(at + 7, at - 9, 0.15, 5)), tone(paint, 0.95))
    for row, (number, long, broad) in enumerate(((6, 100, 20), (5, 70, 18), (4, 42, 15))):
        for k in range(number):
            foot = 22 - 8 * k + 1j * (-26 + 5 * k)
            tip = foot + long * (1 - 0.04 * k) * np.exp(1j * (-2.05 - 0.2 * k - 0.06 * row))
            paint = ((wing, tail), (trim, wing), (CREAM, trim))[row][k % 2]
            canvas.fill(bird.at(comma(tip, foot, 0.16, broad)), tone(paint, 0.36), 1.8, INK)
            canvas.fill(bird.at(comma(tip * 0.94 + foot * 0.06, foot, 0.16, 0.5 * broad)), tone(paint, 0.85))
    for k in range(4):
        crest = 70 - 12 * k - 80j
        plume = comma(crest + 32 * np.exp(1j * (-1.2 - 0.3 * k)), crest, 0.2, 12)
        canvas.fill(bird.at(plume), tone((trim, wing, tail, GOLD)[k], 0.6), 1.8, INK)
    # Strokes that run from the eye down the neck.
    for k, way in enumerate(np.linspace(0.3, 3.3, 9)):
        away = np.exp(1j * way)
        reach = (15, 24, 30, 33, 33, 31, 28, 22, 17)[k]
        stroke = comma(70 - 58j + (13 + reach) * away, 70 - 58j + 12 * away, 0.15, 9)
        canvas.fill(bird.at(stroke), tone((coat, trim, CREAM)[k % 3], 0.72), 1.2, INK)
    eye = complex(bird.at(np.array([72 - 58j]))[0])
    for radius, colour in ((15, INK), (12.5, tone(CREAM, 0.8)), (8.5, tone(wing, 0.4)), (5, INK)):
        canvas.disc(eye, radius, colour)
    canvas.disc(eye + 2.2 * LIGHT, 2.2, tone(CREAM, 1))
