"""A breaking wave claws round a red sun above two boats: a colour woodblock in the manner of the floating world."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.brush import ribbon
from nst.artwork.craft.tools import Array
from nst.artwork.craft.woodblock import (
    APRICOT,
    AZURE,
    CELADON,
    CREAM,
    CRIMSON,
    INDIGO,
    INK,
    OCHRE,
    PALE,
    PRUSSIAN,
    ROSE,
    VERMILION,
    Block,
    curve,
    even,
)

WIDTH, HEIGHT = 640, 768
SUN, RADIUS = 278 + 372j, 82.0
HOLLOW = curve(
    (-20, 604), (90, 626), (210, 630), (330, 600), (430, 530), (486, 430), (486, 330), (436, 250), (356, 206),
    (268, 204), (196, 236), (152, 296),
)  # fmt: skip
BACK = curve(
    (-40, 800), (120, 830), (300, 840), (480, 830), (650, 760), (740, 600), (736, 400), (660, 210), (540, 96),
    (400, 52), (270, 64), (166, 126), (104, 216), (96, 300),
)  # fmt: skip


def _sky(block: Block) -> None:
    turn = np.exp(1j * np.linspace(0.1, 0.1 + 2 * np.pi, 180))
    wavy = 1 + 0.016 * np.sin(9 * np.angle(turn)) + 0.03 * np.sin(4 * np.angle(turn) + 1)
    pairs = (
        (CREAM, OCHRE), (OCHRE, APRICOT), (ROSE, CREAM), (CREAM, OCHRE), (APRICOT, ROSE), (PALE, CREAM), (OCHRE, CREAM),
        (ROSE, PALE), (CREAM, PALE), (OCHRE, ROSE), (CELADON, PALE), (CREAM, ROSE), (PALE, CELADON), (APRICOT, OCHRE),
        (CREAM, PALE), (CELADON, AZURE), (PALE, CREAM), (AZURE, CELADON), (CELADON, PALE), (PRUSSIAN, AZURE),
        (PALE, CELADON), (AZURE, PRUSSIAN), (CELADON, PALE), (PRUSSIAN, INDIGO), (INDIGO, PRUSSIAN),
    )  # fmt: skip
    block.bands(
        SUN + 84 * turn, SUN + 570 * turn * wavy, pairs, (CREAM, OCHRE, APRICOT, PALE, CELADON, ROSE, VERMILION), 2.6
    )


def _sun(block: Block) -> None:
    turn = np.exp(1j * np.linspace(0, 2 * np.pi, 90))
    block.canvas.disc(SUN, RADIUS + 5, INK)
    pairs = (
        (VERMILION, CRIMSON),
        (VERMILION, VERMILION),
        (CRIMSON, VERMILION),
        (VERMILION, CRIMSON),
        (VERMILION, APRICOT),
    )
    block.bands(SUN + RADIUS * turn, SUN + 15 * turn, pairs, (VERMILION, CRIMSON, APRICOT, OCHRE), 3.0)
    block.canvas.disc(SUN, 17, INK)
    block.canvas.disc(SUN, 14, VERMILION)


def _wave(block: Block) -> None:
    pairs = (
        (PRUSSIAN, INDIGO), (CELADON, PRUSSIAN), (INDIGO, AZURE), (PALE, CELADON), (PRUSSIAN, AZURE),
        (INDIGO, PRUSSIAN), (AZURE, PALE), (PRUSSIAN, AZURE), (CREAM, PALE), (INDIGO, PRUSSIAN), (CELADON, AZURE),
        (PRUSSIAN, INDIGO), (AZURE, CELADON), (INDIGO, PRUSSIAN), (PALE, AZURE), (PRUSSIAN, INDIGO),
        (CELADON, PRUSSIAN),
    )  # fmt: skip
    block.bands(even(HOLLOW, 120), even(BACK, 120), pairs, (CREAM, PALE, CELADON, AZURE, INDIGO, PRUSSIAN), 3.6)


def _sea(block: Block) -> None:
    t = np.linspace(0, 1, 120)
    horizon, low = (-20 + 560 * t + 1j * (level + 5 * np.sin(14 * t)) for level in (502, 660))
    pairs = (
        (PALE, OCHRE), (PRUSSIAN, AZURE), (CELADON, PALE), (INDIGO, PRUSSIAN), (AZURE, CELADON), (PALE, CREAM),
        (PRUSSIAN, INDIGO), (AZURE, CELADON), (PRUSSIAN, AZURE), (INDIGO, PRUSSIAN),
    )  # fmt: skip
    block.bands(horizon, low, pairs, (CREAM, VERMILION, OCHRE, APRICOT, CELADON, PALE), 3.0)


def _crest(block: Block) -> None:
    """Foam where the wave breaks, from its back to the lip over the hollow."""
    inner, outer = even(HOLLOW, 160), even(BACK, 160)
    for s, first, long, lean, curl in (
        (1.0, 88, 46, 1.0, -1.5), (0.72, 124, 40, 1.0, -1.3), (0.48, 130, 44, -0.9, 1.2), (0.24, 118, 50, -1.1, 1.3),
        (0.02, 92, 92, -0.8, -1.35),
    ):  # fmt: skip
        spine = (inner + (outer - inner) * s)[first:]
        t = np.linspace(0, 1, len(spine))
        swell = 0.75 + 0.25 * np.sin(block.rng.uniform(9, 14) * t)
        block.foam(spine, (3 + 19 * t**0.6) * swell, (14 + long * t**0.7) * swell, lean, curl)


def _boat(block: Block, at: complex, turn: complex, size: float, rowers: int) -> None:
    def place(*points: tuple[float, float]) -> Array:
        return at + turn * size * curve(*points, steps=6)

    for k in range(rowers):
        spot = -40 + 84 * k / max(rowers - 1, 1)
        coat = place((spot - 10, 0), (spot - 9, -16), (spot + 5, -20), (spot + 11, 0))
        block.canvas.fill(coat, (VERMILION, CREAM, CELADON, APRICOT)[k % 4], 2.4, INK)
        block.canvas.fill(place((spot - 15, -17), (spot - 1, -33), (spot + 13, -17)), OCHRE, 2.4, INK)
    hull = place(
        (-96, -26), (-54, -6), (0, -2), (52, -8), (106, -42), (84, -2), (52, 15), (0, 19), (-58, 13), (-96, -26)
    )
    block.canvas.fill(hull, OCHRE, 3, INK)
    for points, ink, wide in (
        (((-86, -19), (-54, 0), (0, 5), (54, -1), (98, -33)), VERMILION, 8),
        (((-70, -2), (-50, 9), (0, 13), (50, 8), (80, -8)), CREAM, 4),
    ):
        path = place(*points)
        t = np.sin(np.pi * np.linspace(0.03, 0.97, len(path))) ** 0.5
        block.canvas.fill(ribbon(path, (wide + 4.5) * t * size), INK)
        block.canvas.fill(ribbon(path, wide * t * size), ink)
    for k in range(rowers):
        spot = -40 + 84 * k / max(rowers - 1, 1)
        oar = place((spot, -8), (spot - 24, 18), (spot - 46, 44))
        block.canvas.fill(ribbon(oar, np.linspace(3, 9, len(oar)) * size), APRICOT, 2.4, INK)


def _sail(block: Block, foot: complex, turn: complex) -> None:
    block.line(foot + turn * np.linspace(16j, -190j, 20), 12)
    left = foot + turn * curve((-44, -26), (-62, -76), (-46, -140))
    right = foot + turn * curve((40, -20), (62, -76), (46, -146))
    block.canvas.fill(np.concatenate([left, right[::-1]]), CREAM, 4, INK)
    pairs = (
        (CREAM, OCHRE),
        (VERMILION, APRICOT),
        (CREAM, ROSE),
        (VERMILION, CRIMSON),
        (CREAM, OCHRE),
        (VERMILION, APRICOT),
    )
    block.bands(left, right, pairs, (CREAM, VERMILION, PALE), 4.0)
    for edge in ((left[0], right[0]), (left[-1], right[-1])):
        block.line(np.linspace(*edge, 16), 8)


def _swell(block: Block) -> None:
    """A lesser wave in front that breaks the other way."""
    crest = even(curve((-60, 760), (30, 704), (104, 664), (176, 654), (240, 690), (276, 800)), 90)
    foot = even(curve((-60, 930), (60, 910), (180, 900), (300, 890), (390, 870), (340, 830)), 90)
    pairs = ((CELADON, PALE), (PRUSSIAN, AZURE), (CREAM, PALE), (INDIGO, PRUSSIAN), (AZURE, CELADON), (PALE, CREAM),
             (PRUSSIAN, INDIGO), (CELADON, AZURE), (INDIGO, PRUSSIAN))  # fmt: skip
    block.bands(crest, foot, pairs, (CREAM, PALE, CELADON, PRUSSIAN, INDIGO), 3.4)
    t = np.linspace(0, 1, 70)
    inside = (crest + (foot - crest) * 0.1)[20:]
    block.foam(inside, 4 + 12 * t, 16 + 26 * t, 1.3, 0.7)
    block.foam(crest[20:], 4 + 16 * t, 18 + 34 * t, -0.9, 1.0)


def _spray(block: Block) -> None:
    """Drops that the claws throw ahead of them."""
    rng = block.rng
    for turn in rng.uniform(2.98, 3.55, 20):
        at, radius = SUN + rng.uniform(160, 272) * np.exp(1j * turn), rng.choice([2.5, 3.5, 5.0, 7.0])
        block.canvas.disc(at, radius + 2.6, INK)
        block.canvas.disc(at, radius, CREAM)


def draw(size: int = 768) -> Image.Image:
    block = Block(size, WIDTH, HEIGHT, seed=31)
    _sky(block)
    _sun(block)
    _sea(block)
    _sail(block, 104 + 586j, np.exp(-0.08j))
    _boat(block, 104 + 590j, np.exp(-0.08j), 1.0, 0)
    _wave(block)
    _boat(block, 330 + 588j, np.exp(-0.3j), 1.1, 4)
    _crest(block)
    _swell(block)
    _spray(block)
    return block.canvas.finish()
