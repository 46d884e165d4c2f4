"""What a night market has: stalls with striped awnings, strings of lanterns, people in long coats."""

from __future__ import annotations

import itertools

import numpy as np

from nst.artwork.craft.dashes import Point
from nst.artwork.craft.tools import Array, rgb
from nst.artwork.motifs.chalk import BLACK, INK, Chalk

LEMON, MINT, CORAL, CREAM, ROSE, SCARLET, LEAF = rgb(
    "ffe838", "8cf0c0", "ff8058", "fff6dc", "ff90bc", "f02430", "48b860"
)
HAIR = rgb("a84c20", "8c3418", "d87030")


def stall(market: Chalk, left: float, right: float, top: float, hues: tuple[Array, Array]) -> None:
    """An awning in stripes with a scalloped hem, fruit under it and a cloth that hangs down in front."""
    hem, inner, foot = top + 66, top + 122, top + 192
    middle, half = (left + right) / 2, (right - left) / 2
    dark = market.shape(
        (left, top - 6), (right, top - 6), (right + 12, hem), (right, foot), (left, foot), (left - 12, hem)
    )
    market.hollow(dark)
    number = round(half / 9.5)
    for k, s in enumerate(np.linspace(-1, 1, number)):
        a, b = np.array([middle + 0.84 * s * half, top]), np.array([middle + s * half, hem])
        share = market.rng.uniform(0.45, 0.62)
        market.chalk(a + share * (b - a), b, 17.5, hues[k % 2][1:4])
        market.chalk(a, a + share * (b - a), 17, hues[k % 2][2:])
        market.touch((b[0], hem + 7), market.rng.normal(0, 0.3), 18, 17, hues[k % 2][1])
    for row, level in ((0, inner - 26), (1, inner - 12)):
        for k, at in enumerate(np.arange(left + 12 + 9 * row, right - 6, 19)):
            fruit = (CORAL, LEMON, SCARLET, LEAF, ROSE)[(int(k // 3) + 2 * row) % 5]
            width = market.rng.uniform(16, 18.5)
            market.touch((at, level + market.rng.normal(0, 2)), market.rng.normal(0.3, 0.4), width + 2, width, fruit)
    # The cloth hangs in swags.
    for at in np.arange(left + 4, right - 20, 46):
        for depth, hue in ((14, hues[1]), (32, hues[0]), (50, hues[1])):
            lows = [np.array([at + 23 * t, inner + depth + 12 * (1 - (t - 1) ** 2)]) for t in (0, 1, 2)]
            for a, b in itertools.pairwise(lows):
                market.chalk(a, b, 14, hue[1:4])


def lanterns(market: Chalk, start: Point, end: Point, sag: float, number: int) -> None:
    """A string of lanterns: each a round glow in a black rim."""
    t = np.linspace(0, 1, 60)
    line = np.stack([start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t + 4 * sag * t * (1 - t)], 1)
    market.trail([(a, b - 3) for a, b in line.tolist()], 17, 10, INK)
    market.trail([(a, b) for a, b in line.tolist()], 12, 3.4, rgb("fff6dc", "ffe0c8"))
    for k, s in enumerate(np.linspace(0.5 / number, 1 - 0.5 / number, number)):
        x, y = (float(np.interp(s, t, axis)) for axis in line.T)
        hue = (CORAL, LEMON, ROSE, MINT, SCARLET, CREAM)[k % 6]
        market.touch((x, y + 14), np.pi / 2, 36, 30, BLACK)
        market.touch((x, y + 14), np.pi / 2, 26, 21, hue)
        market.touch((x - 2, y + 12), np.pi / 2, 13, 9, CREAM if k % 6 != 5 else LEMON)


def walker(market: Chalk, at: float, foot: float, tall: float, coat: Array, hat: Array, band: Array) -> None:
    """Somebody in a long coat and a round hat who is seen from behind."""
    unit = tall / 10

    def place(across: float, up: float) -> Point:
        return at + across * unit, foot - up * unit

    rim = [place(*p) for p in ((-0.9, 8), (-1.7, 7.4), (-2, 5), (-2.8, 1), (2.8, 1), (2, 5), (1.7, 7.4), (0.9, 8))]
    dark = market.shape(*rim)
    market.hollow(dark)
    market.contour(1.0 * unit, *rim, rim[0])
    for side in (-0.8, 0.8):
        market.touch(place(side, 0.5), np.pi / 2, 1.5 * unit, 0.9 * unit, BLACK)
    wide = 0.72 * unit
    for level, spread, long in ((1.9, 2.35, 2.2), (4.2, 1.9, 2.6), (6.4, 1.45, 2.2)):
        number = max(round(2 * spread * unit / wide), 3)
        for s in np.linspace(-1, 1, number):
            shade = coat[int(np.clip(3.1 - 1.6 * s + market.rng.normal(0, 0.5), 1, len(coat) - 1))]
            x, y = place(s * spread, level + market.rng.normal(0, 0.15))
            market.touch((x, y), np.pi / 2 - 0.16 * s, long * unit, wide, shade)
    market.trail([place(-1.2, 7.9), place(0, 7.5), place(1.2, 7.9)], 0.9 * unit, 0.7 * unit, hat[1:3])
    for across in (-0.6, 0, 0.6):
        market.touch(place(across, 8.35), np.pi / 2 - 0.2 * across, 0.9 * unit, 0.6 * unit, HAIR[round(across + 1)])
    market.touch(place(0, 9.4), 0, 3.2 * unit, 2.9 * unit, BLACK)
    market.touch(place(0, 8.8), 0, 5.2 * unit, 1.2 * unit, BLACK)
    for up, wide, shade in ((10.2, 1.3, 4), (9.8, 2.0, 3), (9.4, 2.3, 2)):
        market.touch(place(0, up), market.rng.normal(0, 0.03), wide * unit, 0.55 * unit, hat[shade])
    market.touch(place(0, 9.05), 0.03, 2.3 * unit, 0.5 * unit, band)
    for across, shade in ((-1.5, 4), (0, 3), (1.5, 2)):
        market.touch(place(across, 8.6 - 0.05 * across**2), 0.12 * across, 1.6 * unit, 0.6 * unit, hat[shade])


def arm(market: Chalk, start: Point, end: Point, wide: float, colour: Array) -> None:
    """A sleeve from the shoulder to the hand."""
    angle, long = float(np.arctan2(end[1] - start[1], end[0] - start[0])), float(np.hypot(*np.subtract(end, start)))
    at = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    market.touch(at, angle, long + 10, wide + 9, BLACK)
    market.touch(at, angle, long, wide, colour)
