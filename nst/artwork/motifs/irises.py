"""Irises and their leaves."""

from __future__ import annotations

import numpy as np

from nst.artwork.craft.brush import ribbon, spline
from nst.artwork.craft.inking import Panel
from nst.artwork.craft.tools import Array, rgb

PETALS = rgb("5c2c4c", "84507c", "bc94b0", "7ea4bc", "a0487c")
THROAT = rgb("f0c050")
LEAVES = rgb("6c8458", "98a878", "4c6448", "c0c890")


def draw_leaf(panel: Panel, root: complex, tip: complex, bend: float, width: float) -> None:
    """A blade in two halves, light and dark, that bends over."""
    t = np.linspace(0, 1, 15)
    path = root + (tip - root) * (t + 1j * bend * np.sin(np.pi * t))
    swell = width * (1 - t) ** 0.6 + 1
    outline = ribbon(path, swell)
    light, dark = LEAVES[panel.rng.permutation(4)[:2]]
    panel.shape(outline, light, 3.6)
    ahead = np.gradient(path)
    panel.within(outline, [ribbon(path + 0.25j * swell * ahead / np.abs(ahead), 0.55 * swell)], dark)
    panel.line(path[::3], 3)


def _petal(panel: Panel, at: complex, knots: Array, size: float, kind: int) -> None:
    """A petal with a vein-like fold along its middle."""
    outline = at + size * knots
    edge = panel.shape(outline, PETALS[kind], 3.6, smooth=True)
    root, tip = at, at + size * knots[len(knots) // 2]
    for side, colour in ((-0.22, PETALS[(kind + 1) % 5]), (0.24, PETALS[(kind + 2) % 5])):
        t = np.linspace(0.1, 0.92, 9)
        path = root + (tip - root) * (t + 1j * side * np.sin(np.pi * t))
        mark = ribbon(path, 11 * size * np.sin(np.pi * np.linspace(0.02, 0.98, 9)))
        panel.within(edge, [mark], colour)
        panel.line(path[::2], 2.2 * size)


def draw_iris(panel: Panel, at: complex, size: float, lean: float) -> None:
    """Three petals that stand, three that hang."""
    stem = spline(np.array([at, at + size * (6 + 60j), at + size * (-4 + 200j)]), 8)
    panel.shape(ribbon(stem, np.full(len(stem), 15 * size)), LEAVES[1], 3.4)
    kinds = panel.rng.permutation(5)
    left = [0j, -30 - 22j, -66 - 14j, -84 + 24j, -70 + 58j, -46 + 40j, -30 + 16j]
    middle = [0j, -26 + 24j, -30 + 60j, 0 + 88j, 30 + 60j, 26 + 24j]
    up = [0j, -34 - 30j, -40 - 72j, -4 - 98j, 30 - 70j, 26 - 28j]
    mirrored = [complex(-knot.real, knot.imag) for knot in left]
    for knots, kind in (
        ([knot * np.exp(-0.5j) for knot in up], 1), ([knot * np.exp(0.5j) for knot in up], 0), (up, 2),
        (left, 3), (mirrored, 4), (middle, 0),
    ):  # fmt: skip
        shaken = np.array(knots) * np.exp(1j * (lean + panel.rng.normal(0, 0.08))) * panel.rng.uniform(0.92, 1.1)
        _petal(panel, at, shaken, size, int(kinds[kind]))
    for turn in (1.57, 2.6, 0.5):
        path = at + size * np.exp(1j * (turn + lean)) * np.linspace(2, 34, 9)
        panel.shape(ribbon(path, 11 * size * np.sin(np.pi * np.linspace(0.05, 0.95, 9))), THROAT, 2.6)
