"""Ornaments of Vienna's golden years: tiles in bent rows, eyes, discs, triangles, lozenges and curled branches."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from nst.artwork.craft.brush import Canvas, ribbon
from nst.artwork.craft.tools import Array, rgb

BLACK, DEEP, TEAL, TURQUOISE, EMERALD, LEAF, BRONZE, OCHRE, GOLD, LEMON, IVORY, CORAL, GARNET = rgb(
    "0b0a0c", "06303e", "0a5a68", "22a8a4", "0b7a52", "6cb040", "74400e", "c47a12", "f4b41a", "ffdc6a", "fff4da",
    "f8643c", "a41a2c",
)  # fmt: skip
Place = Callable[[Array, Array], Array]  # from across and down, each in [0, 1], to the picture
Tiling = Callable[[complex], tuple[Array, Array]]  # two colours for the tile at a place
SQUARE = np.array([0, 0.5, 1, 1 + 0.5j, 1 + 1j, 0.5 + 1j, 1j, 0.5j])


def spread(canvas: Canvas, rng: np.random.Generator, place: Place, paints: Tiling, rows: Array, long: float) -> None:
    """Covers a bent surface with rows of tiles, about so long, between the given heights in [0, 1]."""
    for top, foot in itertools.pairwise(rows):
        t = np.linspace(0, 1, 60)
        way = np.concatenate([[0], np.cumsum(np.abs(np.diff(place(t, np.full(60, (top + foot) / 2)))))])
        number = max(round(way[-1] / long), 1)
        cuts = (np.arange(1, number) + rng.uniform(-0.32, 0.32, number - 1)) / number
        ends = np.interp(np.concatenate([[0], cuts, [1]]) * way[-1], way, t)
        for left, right in itertools.pairwise(ends):
            corners = SQUARE.real * (right - left) + left, SQUARE.imag * (foot - top) + top
            tile(canvas, rng, place(*corners), *paints(complex(place(*corners).mean())))


def tile(canvas: Canvas, rng: np.random.Generator, outline: Array, colour: Array, second: Array) -> None:
    """A tile that stays off its neighbours, with an ornament in it if there is room."""
    middle = outline.mean()
    reach = float(np.abs(outline[1::2] - middle).min())
    body = middle + (outline - middle) * max(1 - 1.5 / max(reach, 1.6), 0.3)
    canvas.fill(body, colour)
    kind = rng.random()
    if reach < 6 or kind < 0.3:
        return
    if kind < 0.5:
        canvas.fill(middle + 0.62 * (body - middle), second, 1.4, BLACK)
    elif kind < 0.66:
        canvas.fill(middle + 0.8 * (body - middle)[1::2], second, 1.2, BLACK)
    elif kind < 0.8:
        canvas.disc(middle, 0.62 * reach, BLACK)
        canvas.disc(middle, 0.44 * reach, second)
    else:
        canvas.fill(body[[0, 2, 5]] if kind < 0.9 else body[[1, 4, 6]], second, 1.0, BLACK)


def eye(canvas: Canvas, at: complex, size: float, angle: float, paints: tuple[Array, Array, Array]) -> None:
    """An almond with a ringed pupil; paints for the lids, the white and the iris."""
    t = np.linspace(-1, 1, 13)
    lid = t + 0.62j * (1 - t**2)
    almond = np.concatenate([lid, lid.conj()[::-1]]) * np.exp(1j * angle)
    canvas.fill(at + size * almond, paints[0], 2.2, BLACK)
    canvas.fill(at + 0.72 * size * almond, paints[1], 1.3, BLACK)
    for share, colour in ((0.4, BLACK), (0.3, paints[2]), (0.13, BLACK)):
        canvas.disc(at, share * size, colour)


def rings(canvas: Canvas, at: complex, radius: float, paints: tuple[Array, ...]) -> None:
    """A disc of rings, from the outside in."""
    canvas.disc(at, radius + 2.2, BLACK)
    for k, colour in enumerate(paints):
        share = 1 - k / len(paints)
        if k and radius > 8:
            canvas.disc(at, radius * share + 1.5, BLACK)
        canvas.disc(at, radius * share, colour)


def polygon(canvas: Canvas, at: complex, size: float, angle: float, corners: int, paints: tuple[Array, ...]) -> None:
    """Triangles (three corners) or long lozenges (four) within each other."""
    shape = np.exp(2j * np.pi * np.arange(corners) / corners)
    if corners == 4:
        shape = shape.real + 0.66j * shape.imag
    for k, colour in enumerate(paints):
        outline = at + size * (1 - 0.4 * k) * shape * np.exp(1j * angle)
        canvas.fill(outline, colour, 2.0 if k == 0 else 1.3, BLACK)


def flower(canvas: Canvas, at: complex, radius: float, angle: float, paints: tuple[Array, Array, Array]) -> None:
    """Round petals about a ringed middle."""
    number = 5 if radius < 13 else 7
    for k in range(number):
        petal = at + 0.62 * radius * np.exp(1j * (angle + 2 * np.pi * k / number))
        canvas.disc(petal, 0.4 * radius + 1.9, BLACK)
    for k in range(number):
        petal = at + 0.62 * radius * np.exp(1j * (angle + 2 * np.pi * k / number))
        canvas.disc(petal, 0.4 * radius, paints[0])
    rings(canvas, at, 0.4 * radius, paints[1:])


def curl(start: complex, heading: float, radius: float, hand: int, turns: float) -> Array:
    """A line that rolls up to one side of where it starts."""
    t = np.linspace(0, 1, int(18 * turns) + 8)
    centre = start + 1j * hand * radius * np.exp(1j * heading)
    away = radius * (1 - 0.86 * t ** (0.85))
    path: Array = centre + away * np.exp(1j * (heading - hand * np.pi / 2 + hand * 2 * np.pi * turns * t))
    return path


def branch(canvas: Canvas, path: Array, widths: tuple[float, float], paints: tuple[Array, Array]) -> None:
    """A branch in a dark rim, set with beads and bars."""
    width = np.linspace(*widths, len(path))
    width[:12] *= np.linspace(0.35, 1, 12)
    canvas.fill(ribbon(path, width + 5.5), BLACK)
    canvas.fill(ribbon(path, width), paints[0])
    way = np.concatenate([[0], np.cumsum(np.abs(np.diff(path)))])
    at, place, ahead = 5.0, path, np.gradient(path)
    while at < way[-1] - 4:
        wide = float(np.interp(at, way, width))
        spot = complex(np.interp(at, way, place.real), np.interp(at, way, place.imag))
        turn = complex(np.interp(at, way, ahead.real), np.interp(at, way, ahead.imag))
        turn /= max(abs(turn), 1e-9)
        across = spot + 0.5j * wide * turn * np.array([-1, 1])
        canvas.fill(ribbon(across, np.full(2, 1.8)), BLACK)
        if wide > 6:
            canvas.disc(spot + 0.55 * wide * turn, 0.3 * wide + 0.9, BLACK)
            canvas.disc(spot + 0.55 * wide * turn, 0.3 * wide, paints[1])
        at += 1.15 * wide + 3
