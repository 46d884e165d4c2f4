"""Bundles of flowing ribbons: hair, smoke, water and cloth, each ribbon with a shaded side and a swelling contour."""

from __future__ import annotations

import itertools

import numpy as np

from nst.artwork.craft.brush import spline
from nst.artwork.craft.inking import Panel
from nst.artwork.craft.tools import Array

# Points along a ribbon, and places across, for each gap between two knots or guides.
ALONG, ACROSS = 14, 40


def draw_bundle(panel: Panel, guides: list[list[complex]], count: int, colours: Array, width: float = 3.6) -> None:
    """Ribbons side by side that follow the guides, which have their knots abreast, from the first one to the last."""
    rng = panel.rng
    paths = np.stack([spline(np.array(knots), ALONG) for knots in guides])
    lines = np.stack([spline(column, ACROSS) for column in paths.T], 1)
    edges = np.cumsum(np.concatenate([[0], rng.uniform(0.65, 1.35, count)]))
    rows = np.round(edges / edges[-1] * (len(lines) - 1)).astype(int)
    kind, number = int(rng.integers(len(colours))), len(colours)
    for low, high in itertools.pairwise(rows):
        # Never the colour of the ribbon before, where there are others.
        kind = (kind + int(rng.integers(1, max(number, 2)))) % number
        _ribbon(panel, lines[low], lines[high], colours[kind], colours[(kind + 1) % number])
    for row in rows:
        panel.line(lines[row][:: ALONG // 2], width * rng.uniform(0.8, 1.25))


def _ribbon(panel: Panel, one: Array, other: Array, colour: Array, next_colour: Array) -> None:
    """A ribbon between two lines, with a shade along one side, and a lens of the next colour somewhere on its way."""
    rng, t = panel.rng, np.linspace(0, 1, len(one))
    panel.flat(np.concatenate([one, other[::-1]]), colour)
    start = int(rng.integers(0, len(one) // 2))
    part = slice(start, start + int(rng.integers(len(one) // 4, len(one) // 2)))
    swell = np.sin(np.pi * np.linspace(0, 1, len(one[part]))) ** 0.6
    if rng.random() < 0.6:
        inner = one[part] + (other - one)[part] * swell
        panel.flat(np.concatenate([one[part], inner[::-1]]), next_colour)
        panel.line(inner[::5], 2.6)
    swing = 0.26 + 0.12 * np.sin(2 * np.pi * (1.5 * t + rng.random()))
    panel.flat(np.concatenate([other + (one - other) * swing, other[::-1]]), colour * np.array([0.8, 0.76, 0.76]))
