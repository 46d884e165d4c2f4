"""Two people who hold each other in one golden mantle."""

from __future__ import annotations

import numpy as np

from nst.artwork.craft.brush import Canvas, ribbon, spline
from nst.artwork.craft.tools import Array, rgb
from nst.artwork.motifs.gilding import (
    BLACK,
    BRONZE,
    CORAL,
    EMERALD,
    GARNET,
    GOLD,
    IVORY,
    LEAF,
    LEMON,
    OCHRE,
    TURQUOISE,
    Place,
    flower,
    rings,
    spread,
)

FAIR, WARM, COPPER, RAVEN = rgb("ffdcb4", "e8a878", "d8501c", "1c1214")
# From the shoulders to the hem: left and right edges.
MANTLE = (
    (-6 - 266j, -62 - 238j, -88 - 160j, -94 - 70j, -108 + 8j),
    (16 - 266j, 70 - 234j, 96 - 154j, 100 - 66j, 116 + 8j),
)
HIS = ((-40 - 212j, -56 - 170j, -58 - 90j, -70 + 6j), (2 - 210j, 8 - 156j, 2 - 80j, 4 + 12j))
HERS = ((12 - 184j, 8 - 140j, 4 - 80j, 4 + 12j), (42 - 182j, 56 - 136j, 62 - 76j, 78 + 6j))
GOLDEN = (GOLD, LEMON, GOLD, GOLD, OCHRE), (OCHRE, LEMON, EMERALD, BLACK)
SQUARES = (IVORY, LEMON, IVORY, TURQUOISE, BRONZE), (BLACK, BLACK, GOLD, IVORY)
BLOOMS = (CORAL, EMERALD, GARNET, TURQUOISE, CORAL), (LEMON, IVORY, GOLD)


def _between(at: complex, edges: tuple[tuple[complex, ...], tuple[complex, ...]]) -> tuple[Place, Array]:
    """The surface between two edges, and its outline."""
    left, right = (at + spline(np.array(edge), 10) for edge in edges)
    t = np.linspace(0, 1, len(left))

    def place(u: Array, v: Array) -> Array:
        a, b = (np.interp(v, t, edge.real) + 1j * np.interp(v, t, edge.imag) for edge in (left, right))
        return np.asarray(a + (b - a) * u + 7j * np.sin(np.pi * u) * v)

    return place, np.concatenate([left, right[::-1]])


def _robe(
    canvas: Canvas,
    rng: np.random.Generator,
    at: complex,
    edges: tuple[tuple[complex, ...], tuple[complex, ...]],
    paints: tuple[tuple[Array, ...], tuple[Array, ...]],
    rows: int,
    rim: Array,
) -> None:
    place, outline = _between(at, edges)
    canvas.fill(outline, BLACK, 7, BLACK)
    canvas.fill(outline, BLACK, 4, rim)

    def chosen(_: complex) -> tuple[Array, Array]:
        first, second = (scale[int(rng.integers(len(scale)))] for scale in paints)
        return first, second

    spread(canvas, rng, place, chosen, np.linspace(0, 1, rows + 1), 17)


def _head(canvas: Canvas, at: complex, lean: float, skin: Array, hair: Array, side: int) -> None:
    """A face with closed eyes that is turned to one side, below its hair."""

    def place(points: Array) -> Array:
        return np.asarray(at + 1.3 * np.exp(1j * lean) * (side * points.real + 1j * points.imag))

    around = np.exp(2j * np.pi * np.arange(24) / 24)
    canvas.fill(place(-4 - 4j + 18.5 * around.real + 19.5j * around.imag), hair, 2.6, BLACK)
    canvas.fill(place(2 + 1.5j + 12.5 * around.real + 16j * around.imag), skin, 2.2, BLACK)
    fringe = np.array([-13 + 4j, -10 - 14j, 3 - 19j, 15 - 9j, 5 - 11j, -6 - 4j])
    canvas.fill(place(spline(fringe, 6, closed=True)), hair, 1.6, BLACK)
    bow = np.linspace(-1, 1, 7)
    for x in (-3.5, 6.5):
        canvas.fill(ribbon(place(x + 3 * bow + 1j * (2.1 - 1.6 * bow**2)), np.full(7, 1.9)), BLACK)
        canvas.fill(ribbon(place(x + 3.2 * bow - 1j * (3.4 - 1.2 * bow**2)), np.full(7, 1.3)), BLACK)
    canvas.disc(complex(place(np.array(3 + 10j))), 2.7, GARNET)
    canvas.disc(complex(place(np.array(-5 + 7j))), 3.2, 0.55 * skin + 0.45 * CORAL)


def _sleeve(canvas: Canvas, knots: Array, paint: Array, skin: Array) -> None:
    """An arm in a sleeve with beads, and its hand."""
    line = spline(knots, 8)
    canvas.disc(complex(line[-1]), 9, BLACK)
    canvas.disc(complex(line[-1]), 6.6, skin)
    canvas.fill(ribbon(line[:-2], np.linspace(24, 15, len(line) - 2)), paint, 3, BLACK)
    for spot in line[2:-3:3]:
        canvas.disc(complex(spot), 4.8, BLACK)
        canvas.disc(complex(spot), 3.0, IVORY)


def couple(canvas: Canvas, rng: np.random.Generator, at: complex) -> None:
    """The two of them, standing at a place."""
    _robe(canvas, rng, at, MANTLE, GOLDEN, 14, LEMON)
    _robe(canvas, rng, at, HERS, BLOOMS, 11, GARNET)
    _robe(canvas, rng, at, HIS, SQUARES, 12, TURQUOISE)
    _head(canvas, at - 17 - 232j, 0.3, WARM, RAVEN, 1)
    _head(canvas, at + 26 - 208j, -0.3, FAIR, COPPER, -1)
    for away, paints in (
        (44 - 230j, (IVORY, GOLD, CORAL)), (29 - 237j, (TURQUOISE, IVORY, GOLD)), (53 - 213j, (LEMON, GARNET, IVORY)),
    ):  # fmt: skip
        flower(canvas, at + away, 10, 0.4, paints)
    for turn in np.linspace(-2.7, -0.9, 5):
        rings(canvas, at - 21 - 235j + 22 * np.exp(1j * turn), 4.6, (LEAF, LEMON))
    _sleeve(canvas, at + np.array([-52 - 166j, -22 - 134j, 32 - 146j]), GOLD, WARM)
    _sleeve(canvas, at + np.array([50 - 146j, 26 - 116j, -16 - 152j]), CORAL, FAIR)
