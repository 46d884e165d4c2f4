"""Two cranes, one with its wings up, and lotus, as outlines for shards."""

from __future__ import annotations

import numpy as np

from nst.artwork.craft.brush import ribbon, spline
from nst.artwork.craft.shards import Field, Porcelain
from nst.artwork.craft.tools import Array, rgb

WHITE = rgb("fffdf6", "fff8ea", "fffdf6", "fdf1dc", "e6f0f4", "d0e2f0")
PLUME = rgb("fffdf6", "fff8ea", "fffdf6", "fdf3e0", "fffaf0", "fbe6d0", "dcebf4", "6f9fe0", "1e2030", "17171f")
COVERT = rgb("fffdf6", "fff4e4", "fffaf0", "fde0d0", "f7b9b4", "f08a94")
NECK = rgb("fffaf0", "e8eef0", "2c56b8", "1e2030", "17171f")
NIGHT = rgb("1e2030", "17171f", "23408c", "1e2030")
CROWN, BEAK = rgb("e8432c", "d22c2c"), rgb("f2b03c", "e08a2c", "f6cf6a")
LEAF = rgb("d3ead0", "a6d4b0", "6dbb9c", "37a09a", "1f7c8c", "2b58b4")
PETAL = rgb("fff6e6", "fde0d8", "f8b7bc", "ef8a9e", "dd5578")
BLUES = rgb("2450b4", "2f78cc", "17908f", "d8482f", "fff6e0", "d98a1e")
LIGHTS = rgb("fff6e0", "f2c04c", "e8432c", "8fd0e0")
Points = tuple[tuple[float, float], ...]


def _away(root: complex, long: float) -> Field:
    """A tone that goes from a root to the tips."""
    return lambda x, y: np.hypot(x - root.real, y - root.imag) / long - 0.03


def path(points: Points, steps: int = 8) -> Array:
    return spline(np.array([complex(*point) for point in points]), steps)


def closed(points: Points) -> Array:
    return spline(np.array([complex(*point) for point in points]), 8, closed=True)


def _fan(
    clay: Porcelain, root: complex, angles: Array, lengths: Array, broad: float, glazes: Array, lean: float
) -> None:
    """Feathers from a root, each over the one before."""
    t = np.linspace(0, 1, 18)
    for angle, long in zip(angles.tolist(), lengths.tolist(), strict=True):
        way = np.exp(1j * (angle + lean * (t - 0.4)))
        line = root + np.concatenate([[0], np.cumsum(way[:-1])]) * long / 17
        width = broad * np.minimum(0.35 + 1.3 * t, 1) * (1 - t**5 * 0.75)
        clay.put(ribbon(line, width), glazes, _away(root, long), BLUES, size=0.8, adorned=0.16)


def _tail(clay: Porcelain, root: complex, angles: Array, lengths: Array, lean: float) -> None:
    _fan(clay, root, angles, lengths, 28, PLUME[[8, 9, 7, 8, 9]], lean)


def _leg(clay: Porcelain, points: Points) -> None:
    line = path(points)
    clay.put(ribbon(line, np.full(len(line), 9.0)), NIGHT, 0.4, LIGHTS, size=0.6, adorned=0.0)


def _head(
    clay: Porcelain, neck: Points, widths: tuple[float, float], beak: Points, crown: Points, eye: complex
) -> None:
    line = path(neck)
    clay.put(closed(beak), BEAK, 0.5, BLUES, size=0.8)
    top, foot = neck[-1][1], neck[0][1]
    outline = ribbon(line, np.linspace(*widths, len(line)))
    clay.put(outline, NECK, lambda x, y: (foot - y) / (foot - top) * 1.1 - 0.12, LIGHTS, size=0.8, adorned=0.2)
    clay.put(closed(crown), CROWN, 0.5, LIGHTS, size=0.7)
    clay.put(eye + 5.5 * np.exp(2j * np.pi * np.arange(16) / 16), WHITE, 0.0, LIGHTS, adorned=0.0)


def dancing_crane(clay: Porcelain) -> None:
    """It stands on one leg, its wings up."""
    root = 392 + 424j
    _fan(clay, root - 14 - 8j, np.linspace(-1.9, -1.45, 5), np.linspace(190, 236, 5), 32, PLUME, -0.35)
    _fan(clay, root - 14 - 8j, np.linspace(-1.85, -1.5, 3), np.linspace(112, 136, 3), 34, COVERT, -0.3)
    _tail(clay, 430 + 448j, np.linspace(0.95, 0.05, 5), np.array([96, 120, 132, 126, 110]), 0.5)
    _leg(clay, ((404, 480), (420, 520), (452, 560), (430, 578), (392, 584)))
    _leg(clay, ((384, 480), (380, 540), (384, 600), (378, 700)))
    body = closed(((322, 428), (338, 398), (386, 388), (438, 412), (462, 452), (440, 484), (392, 496), (346, 474)))
    clay.put(body, WHITE, lambda x, y: (y - 390) / 120, BLUES, adorned=0.25)
    _fan(clay, root, np.linspace(-0.05, -1.4, 8), np.linspace(156, 262, 8), 38, PLUME, -0.3)
    _fan(clay, root, np.linspace(0.0, -1.35, 6), np.linspace(96, 146, 6), 36, COVERT, -0.25)
    _fan(clay, root, np.linspace(0.1, -1.4, 4), np.linspace(58, 78, 4), 36, WHITE, -0.2)
    _head(clay, ((342, 436), (318, 400), (322, 352), (336, 306), (320, 262), (284, 244), (262, 250)), (52, 25),
          ((268, 240), (228, 252), (176, 276), (226, 268), (266, 262)),
          ((252, 238), (264, 226), (288, 224), (300, 236), (278, 240)), 274 + 250j)  # fmt: skip


def quiet_crane(clay: Porcelain) -> None:
    """It stands with its wings folded and looks up."""
    _leg(clay, ((150, 590), (156, 640), (150, 720)))
    _leg(clay, ((122, 590), (118, 640), (124, 716)))
    _tail(clay, 120 + 552j, np.linspace(1.9, 2.75, 5), np.array([70, 96, 110, 104, 92]), -0.5)
    body = closed(((192, 528), (176, 502), (136, 500), (92, 524), (62, 566), (98, 596), (146, 600), (184, 572)))
    clay.put(body, WHITE, lambda x, y: (y - 500) / 110, BLUES, adorned=0.25)
    _fan(clay, 168 + 528j, np.linspace(2.2, 2.95, 5), np.linspace(96, 132, 5), 28, PLUME[:8], -0.2)
    _fan(clay, 172 + 526j, np.linspace(2.1, 2.95, 4), np.linspace(60, 76, 4), 27, COVERT, -0.2)
    _head(clay, ((176, 548), (204, 518), (208, 478), (190, 444), (186, 412), (206, 392)), (46, 23),
          ((202, 384), (236, 368), (272, 348), (240, 378), (210, 400)),
          ((188, 392), (194, 374), (214, 370), (222, 380), (204, 384)), 201 + 394j)  # fmt: skip


def lotus(clay: Porcelain, at: complex, reach: float, petals: int) -> None:
    """A flower seen from the side: petals behind, then those in front."""
    t = np.linspace(0, 1, 16)
    swell = np.sin(np.pi * t**0.8) ** 0.8
    for row, (spread, long) in enumerate(((1.15, 1.0), (1.45, 0.9), (0.75, 0.66))):
        turns = np.linspace(-spread, spread, petals - row)
        for turn in sorted(turns.tolist(), key=abs, reverse=row != 1):
            line = at + long * reach * t * np.exp(1j * (turn - np.pi / 2 - 0.35 * turn * (1 - t)))
            tone = _away(at, long * reach)
            clay.put(ribbon(line, 0.46 * reach * swell), PETAL, tone, BLUES[[0, 2, 4]], size=0.75)


def pad(clay: Porcelain, at: complex, wide: float, high: float, tilt: float) -> None:
    """A lotus leaf, cracked along its veins."""
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    rim = (1 + 0.05 * np.sin(5 * turn)) * (wide * np.cos(turn) + 1j * high * np.sin(turn)) * np.exp(1j * tilt)

    def veins(x: Array, y: Array) -> tuple[Array, Array]:
        u, v = (x - at.real) / wide, (y - at.imag) / high
        return np.hypot(u, v) * 50, np.arctan2(v, u) * 42

    def tone(x: Array, y: Array) -> Array:
        return np.asarray(1.05 - np.hypot((x - at.real) / wide, (y - at.imag) / high))

    clay.put(at + rim, LEAF, tone, LIGHTS[[0, 1, 1]], veins)
