"""Who is out in the storm: a walker under an umbrella, and a car, in ink and flat colours."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from nst.artwork.craft.brush import comma, ribbon, spline
from nst.artwork.craft.inking import CREAM, CYAN, INK, MAGENTA, ORANGE, PALE, RED, VIOLET, YELLOW, Panel
from nst.artwork.craft.tools import Array


def draw_car(panel: Panel, at: complex, size: float) -> None:
    def put(*points: complex) -> Array:
        return at + size * np.array(points)

    panel.flat(at + size * (spline(np.array([-1.2, 1.1j * 0.1 - 0.2, 1.2, 0.16j]), 8, True)) + 0.1j * size, INK)
    for side in (-1, 1):
        panel.flat(put(side * 0.92 - 0.3j, side * 0.6 - 0.3j, side * 0.62 + 0.1j, side * 0.9 + 0.1j), INK)
    roof = put(-0.62 - 0.78j, -0.5 - 1.24j, -0.3 - 1.36j, 0.3 - 1.36j, 0.5 - 1.24j, 0.62 - 0.78j)
    panel.shape(roof, RED, 5)
    glass = put(-0.52 - 0.8j, -0.42 - 1.18j, 0.42 - 1.18j, 0.52 - 0.8j)
    panel.shape(glass, CYAN, 4)
    panel.hatch(glass, np.pi / 2, 8, 5, INK, 0.6)
    body = put(-0.98 - 0.1j, -1.02 - 0.58j, -0.8 - 0.8j, 0.8 - 0.8j, 1.02 - 0.58j, 0.98 - 0.1j)
    panel.shape(body, RED, 6)
    panel.dots(put(-0.98 - 0.1j, -1.02 - 0.5j, 0.1 - 0.5j, 0.1 - 0.1j), MAGENTA)
    panel.hatch(body, -np.pi / 2, 10, 6, INK, 0.36)
    panel.canvas.fill(comma(complex(put(-0.7 - 0.74j)[0]), complex(put(0.5 - 0.7j)[0]), 0.04, 8), CREAM)
    panel.shape(put(-0.4 - 0.46j, 0.4 - 0.46j, 0.34 - 0.22j, -0.34 - 0.22j), INK, 3)
    for k in range(5):
        bar = put(-0.3 + 0.15 * k - 0.42j, -0.28 + 0.14 * k - 0.25j)
        panel.canvas.fill(ribbon(bar, np.full(2, 4.0)), PALE)
    panel.shape(put(-1.08 - 0.16j, 1.08 - 0.16j, 1.04 + 0.0j, -1.04 + 0.0j), CREAM, 4)
    for side in (-1, 1):
        lamp = complex(put(side * 0.68 - 0.42j)[0])
        for radius, colour in ((0.25, INK), (0.21, YELLOW), (0.13, CREAM)):
            panel.canvas.disc(lamp, radius * size, colour)
        for k in range(7):
            ray = np.exp(1j * (np.pi * (0.1 + k * 0.13)))
            panel.flat(comma(lamp + 0.34 * size * ray, lamp + (0.62 + 0.1 * (k % 2)) * size * ray, 0, 6), YELLOW)


def draw_walker(panel: Panel, at: complex) -> None:
    """Someone under an umbrella, seen from behind; `at` is where the feet are."""

    def put(*points: complex) -> Array:
        return at + np.array(points)

    panel.flat(
        at
        + 14j
        + 92 * np.exp(2j * np.pi * np.arange(24) / 24).real
        + 16j * np.exp(2j * np.pi * np.arange(24) / 24).imag,
        INK,
    )
    for foot in (-20, 18):
        leg = put(foot - 9 - 70j, foot + 9 - 70j, foot + 11, foot - 14)
        panel.shape(leg, INK, 3)
        panel.within(leg, [comma(complex(at + foot - 5 - 66j), complex(at + foot - 5 - 8j), 0, 7)], CYAN)
    coat = put(-34 - 208j, 30 - 210j, 44 - 180j, 62 - 56j, 30 - 48j, 2 - 56j, -30 - 46j, -64 - 58j, -48 - 178j)
    panel.shape(coat, YELLOW, 6)
    panel.dots(put(-48 - 178j, -10 - 200j, -12 - 50j, -64 - 58j), ORANGE)
    for x, y in ((-30, -70), (-14, -84), (12, -72), (-34, -150), (-18, -140), (6, -150), (22, -90)):
        panel.flat(comma(complex(at + x + 1j * y), complex(at + 0.7 * x + 1j * (y - 40)), 0.08, 8), ORANGE)
    panel.hatch(put(0 - 205j, 44 - 190j, 62 - 52j, 4 - 52j), np.pi, 9, 6, INK, 0.62)
    for x in (-42, -20, 6, 26, 44):
        panel.flat(comma(complex(at + x - 50j), complex(at + 0.5 * x - 146j), 0.05, 11), INK)
    panel.shape(put(-44 - 140j, 42 - 142j, 44 - 126j, -46 - 124j), RED, 4)
    panel.line(put(-40 - 196j, -66 - 150j, -58 - 112j), 9)
    panel.line(put(36 - 200j, 62 - 168j, 30 - 214j), 8)
    hair = put(-30 - 206j, -34 - 244j, -8 - 266j, 24 - 252j, 30 - 216j, 18 - 196j, -14 - 194j)
    panel.shape(hair, INK, 4, smooth=True)
    for k in range(4):
        panel.flat(comma(complex(at - 20 + 11 * k - 246j), complex(at - 24 + 14 * k - 208j), 0.2, 5), VIOLET)
    panel.shape(put(-36 - 212j, 30 - 214j, 36 - 196j, -4 - 190j, -40 - 198j), MAGENTA, 4, smooth=True)
    panel.line(put(40 - 200j, 22 - 340j), 7, False)
    _umbrella(panel, at + 12 - 262j)


def _umbrella(panel: Panel, at: complex) -> None:
    top, lean = at - 104j, np.exp(0.14j)
    ribs = [at + lean * complex(x, 0.0010 * x * x - 8) for x in np.linspace(-138, 138, 7)]
    for k, (a, b) in enumerate(pairwise(ribs)):
        t = np.linspace(0, 1, 10)

        def arch(end: complex, t: Array = t) -> Array:
            line: Array = (
                top + (end - top).real * np.sin(t * np.pi / 2) + 1j * (end - top).imag * (1 - np.cos(t * np.pi / 2))
            )
            return line

        scallop = spline(np.array([b, (a + b) / 2 - 12j * lean, a]), 6)
        cloth = np.concatenate([arch(a)[::-1], arch(b), scallop])
        panel.shape(cloth, RED if k % 2 else CREAM, 4)
        panel.hatch(
            cloth,
            -np.pi / 2 - 0.25 * (k - 2.5),
            9,
            6,
            INK if k > 2 else (MAGENTA if k % 2 == 0 else INK),
            0.5 + 0.07 * k,
        )
        if k < 3:
            panel.within(cloth, [comma(complex(arch((a + b) / 2)[6]), complex(arch((a + b) / 2)[2]), 0.1, 8)], YELLOW)
    panel.line(np.array([top + 6j, top - 16j]), 8, False)
