"""A town with a church by the sea, and sails, broken into planes of light as the cubists of 1915 saw them."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.facets import AMBER, ICE, NIGHT, PETROL, ROSE, VIOLET, Crystal, Hues, shine
from nst.artwork.craft.tools import Array, Sheet

WIDTH, HEIGHT = 656, 768
SUN, HORIZON = (404.0, 226.0), 508.0
COOL: Hues = (NIGHT, PETROL, VIOLET, ICE)
WARM: Hues = (VIOLET, ROSE, AMBER, AMBER)


def _rays(crystal: Crystal, at: tuple[float, float], number: int, pitch: float) -> tuple[Array, Array]:
    """Sectors round a place, each cut across by its own straight steps; returns the cut and the sector."""
    rng = crystal.sheet.rng
    edges = np.cumsum(rng.uniform(0.5, 1.5, number))
    edges = edges / edges[-1] * 2 * np.pi - np.pi
    u, v = crystal.x - at[0], crystal.y - at[1]
    sector = np.searchsorted(edges, np.angle((u + 1j * v) * np.exp(0.42j))).clip(0, number - 1)
    middle = edges - 0.42 - np.pi / number + rng.normal(0, 0.35, number)
    step = pitch * rng.uniform(0.7, 1.5, number)
    along = u * np.cos(middle)[sector] + v * np.sin(middle)[sector] + rng.uniform(0, pitch, number)[sector]
    return sector * 64 + np.floor(along / step[sector]).clip(0, 63).astype(np.int64), sector


def _sky(crystal: Crystal) -> None:
    cut, sector = _rays(crystal, SUN, 31, 50)
    away = np.hypot(crystal.x - SUN[0], crystal.y - SUN[1])
    beam = crystal.sheet.rng.uniform(-0.12, 0.12, 31)[sector] + 0.12 * (sector % 2)
    light = 0.10 + 0.74 * np.exp(-((away / 300) ** 1.4)) + beam
    crystal.put(away >= 0, cut, light, (NIGHT, PETROL, VIOLET, NIGHT, ICE, VIOLET, ROSE, AMBER, AMBER))
    # The sun is a stone with a table and two rows of facets.
    turn = np.arctan2(crystal.y - SUN[1], crystal.x - SUN[0]) / (2 * np.pi)
    for radius, number, offset, lights, hues in (
        (92, 13, 0.0, (0.62, 0.8), (ROSE, AMBER)), (62, 9, 0.03, (0.86, 0.7), (AMBER, AMBER)),
        (34, 5, 0.0, (0.96, 0.86), (AMBER, ICE)),
    ):  # fmt: skip
        part = (turn + offset) * number
        straight = radius * np.cos(np.pi / number) / np.cos(2 * np.pi / number * (part % 1 - 0.5))
        index = np.floor(part).astype(np.int64) + number
        crystal.put(away < straight, index, np.asarray(lights)[index % 2], hues)


def _sea(crystal: Crystal) -> None:
    x, y, rng = crystal.x, crystal.y, crystal.sheet.rng
    down = (y - HORIZON).clip(0, None)
    row = np.floor(5.6 * np.log1p(down / 60) + 0.0022 * (x - 300)).clip(0, 31).astype(np.int64)
    wide, shift = rng.uniform(44, 96, 32)[row], rng.uniform(0, 96, 32)[row]
    lean = np.where(row % 2 == 0, 1.5, -1.1)
    one = np.floor((x + lean * down + shift) / wide).astype(np.int64) % 16
    two = np.where(row % 3 == 1, np.floor((x - 0.8 * lean * down + 2 * shift) / (1.7 * wide)), 0).astype(np.int64) % 8
    road = np.exp(-(((x - SUN[0] + 0.1 * down) / (42 + 0.34 * down)) ** 2))
    light = 0.30 + 0.46 * road - 0.08 * down / 260 + 0.24 * ((row + one) % 2 - 0.5)
    crystal.put(y > HORIZON, row * 128 + one * 8 + two, light, (NIGHT, PETROL, VIOLET, PETROL, ICE, ROSE, AMBER, AMBER))


def _house(
    crystal: Crystal, at: float, wide: float, eaves: float, foot: float, rise: float, lean: float, warm: bool
) -> None:
    """A gable that faces us, and a flank that leads back, with lit windows."""
    x, y = crystal.x, crystal.y

    def put(corners: tuple[tuple[float, float], ...], cut: Array | int, light: Array | float, hues: Hues) -> None:
        """A shape of the house, in parts of its width and in units down, leaning."""
        crystal.put(crystal.polygon(*((at + a * wide + lean * (foot - b), b) for a, b in corners)), cut, light, hues)

    slant = (
        np.floor((x + 0.45 * y) / 36).astype(np.int64) % 32 * 32 + np.floor((y - 0.3 * x) / 48).astype(np.int64) % 32
    )
    dark, bright, tiles = (COOL, WARM, (ROSE, AMBER)) if warm else ((NIGHT, VIOLET), (PETROL, ICE, ICE), (VIOLET, ROSE))
    put(
        ((0, foot), (0, eaves), (0.24, eaves - rise), (0.48, eaves), (0.48, foot)),
        slant,
        0.3 + 0.001 * (foot - y),
        dark,
    )
    put(((0.48, foot), (0.48, eaves), (1, eaves + 7), (1, foot)), slant, 0.6 + 0.0015 * (foot - y), bright)
    put(((0.24, eaves - rise), (0.48, eaves), (1.04, eaves + 7), (0.8, eaves - rise + 5)),
        np.floor((x + 0.7 * y) / 26).astype(np.int64) % 64, 0.56, tiles)  # fmt: skip
    for row in range(int((foot - eaves) / 40)):
        for k, a in enumerate((0.13, 0.33, 0.62, 0.84)):
            if (3 * row + k + int(at)) % 4 == 0:
                continue
            top, half = eaves + 12 + 40 * row + 6 * (k > 1), 5.5 / wide
            lit = (row + k + int(at)) % 3 > 0
            put(((a - half, top + 3), (a + half, top), (a + half, top + 20), (a - half, top + 21)), 0,
                0.8 if lit == (k < 2) else 0.12, (AMBER,) if k < 2 else (NIGHT, ICE))  # fmt: skip


def _church(crystal: Crystal) -> None:
    """Bright against the dark half of the sky, dark against the bright one."""
    x, y = crystal.x, crystal.y
    steps = np.floor((y + 0.5 * x) / 42).astype(np.int64) % 64
    shaft = np.floor((y - 0.6 * x) / 38).astype(np.int64) % 64
    crystal.put(
        crystal.polygon((176, 520), (186, 250), (244, 242), (244, 520)), steps * 2 + (x > 214), 0.56, (PETROL, ICE, ICE)
    )
    crystal.put(
        crystal.polygon((244, 520), (244, 242), (296, 252), (302, 520)),
        shaft * 2 + (x > 271),
        0.40,
        (VIOLET, ROSE, ROSE),
    )
    crystal.put(crystal.polygon((172, 258), (244, 26), (244, 246)), steps, 0.58, (PETROL, ICE, ICE))
    crystal.put(crystal.polygon((244, 246), (244, 26), (308, 262)), shaft, 0.38, (NIGHT, VIOLET, ROSE))
    for left, right, hue in ((200, 230, NIGHT), (258, 284, AMBER)):
        middle = (left + right) / 2
        for top in (280, 366):
            arch = crystal.polygon(
                (left, top + 54), (left, top + 18), (middle, top), (right, top + 18), (right, top + 54)
            )
            crystal.put(arch, (x > middle).astype(np.int64), 0.2 if hue == NIGHT else 0.8, (hue,))


def _boat(crystal: Crystal, at: float, foot: float, tall: float, main: Hues, jib: Hues) -> None:
    x, y = crystal.x, crystal.y
    top, wide = foot - tall, 0.42 * tall
    belly = np.floor((np.hypot(x - at + 0.7 * tall, y - foot - 0.1 * tall)) / (0.13 * tall + 10)).astype(np.int64) % 64
    fan = np.floor(np.arctan2(y - top + 1, x - at) * 9).astype(np.int64) % 64
    # What the water gives back, row by row, each row pushed aside by its wave.
    down = y - foot - 12
    row = np.floor(down / 17 + 0.012 * (x - at)).astype(np.int64)
    aside = x - at + 15 * ((row * 7 % 5) / 4 - 0.5) + 0.5 * (down % 17 - 8) * (-1.0) ** row
    for side, reach, hues in ((1, 0.62, main), (-0.72, 0.5, jib)):
        across = aside / (side * wide)
        glass = (down > 0) & (across > 0.02) & (across < 1 - down / (reach * tall)) & (row % 4 != 3)
        crystal.put(
            glass, row % 64 * 4 + np.floor(aside / 38).astype(np.int64) % 4, 0.5 - 0.1 * (row % 2), hues, drawn=False
        )
    sail = crystal.polygon((at + 3, foot - 10), (at + 3, top), (at + wide, foot - 16))
    crystal.put(sail, belly * 64 + fan, 0.5 + 0.4 * (y - top) / tall, main)
    sail = crystal.polygon((at - 4, foot - 12), (at - 3, top + 0.1 * tall), (at - 0.72 * wide, foot - 14))
    crystal.put(sail, belly * 64 + fan, 0.46 + 0.36 * (y - top) / tall, jib)
    hull = crystal.polygon(
        (at - 0.8 * wide, foot - 8),
        (at + 1.1 * wide, foot - 10),
        (at + 0.8 * wide, foot + 13),
        (at - 0.6 * wide, foot + 13),
    )
    crystal.put(hull, np.floor((x + y) / 36).astype(np.int64) % 64, 0.2 + 0.2 * (y < foot), (NIGHT, ROSE, PETROL))


def _veils(crystal: Crystal) -> None:
    """Planes that go on from the spire, the roofs, the sails and the sun through all the rest."""
    for hue, lift, *corners in (
        (ICE, 0.12, (246, 34), (60, 768), (176, 768)),
        (AMBER, 0.12, (246, 34), (470, 768), (372, 768)),
        (VIOLET, -0.10, (0, 150), (246, 34), (0, 330)),
        (AMBER, 0.16, SUN, (656, 20), (656, 110)),
        (ROSE, 0.12, SUN, (656, 300), (656, 400)),
        (PETROL, -0.12, (656, 120), (656, 260), (470, 420)),
        (ICE, 0.14, SUN, (210, 0), (330, 0)),
        (VIOLET, -0.12, (420, 0), (540, 0), (450, 190)),
        (ROSE, 0.10, SUN, (0, 400), (0, 480)),
        (ICE, 0.12, SUN, (330, 768), (440, 768)),
        (NIGHT, -0.14, (0, 560), (220, 768), (0, 768)),
        (NIGHT, -0.14, (656, 600), (656, 768), (520, 768)),
        (VIOLET, -0.08, (520, 250), (656, 560), (590, 640), (470, 640)),
        (PETROL, -0.08, (0, 330), (150, 300), (90, 600), (0, 640)),
    ):  # fmt: skip
        crystal.veil(crystal.polygon(*corners), hue, lift)


def draw(size: int = 768) -> Image.Image:
    crystal = Crystal(Sheet(size, WIDTH, HEIGHT, seed=15, oversample=1.6))
    _sky(crystal)
    for house in (
        (-24, 128, 366, 520, 56, 0.05, False), (318, 96, 388, 514, 50, -0.06, True),
        (88, 104, 336, 520, 60, -0.03, True),
    ):  # fmt: skip
        _house(crystal, *house)
    _church(crystal)
    for house in (
        (20, 128, 424, 528, 50, -0.05, True), (128, 82, 444, 526, 40, 0.06, False),
        (272, 92, 432, 524, 44, 0.04, False),
        (350, 84, 458, 520, 34, -0.04, True),
    ):  # fmt: skip
        _house(crystal, *house)
    _sea(crystal)
    quay = crystal.polygon((0, 507), (436, 505), (412, 521), (250, 524), (236, 533), (0, 535))
    crystal.put(quay, np.floor((crystal.x + 1.4 * crystal.y) / 27).astype(np.int64), 0.3, (NIGHT, VIOLET, ROSE))
    _boat(crystal, 596, 540, 150, (ICE, ICE, ROSE), (VIOLET, ICE))
    _boat(crystal, 486, 590, 330, (ROSE, AMBER, ICE, ICE), (VIOLET, ROSE, ICE))
    _boat(crystal, 150, 664, 236, (PETROL, ICE, AMBER), (NIGHT, VIOLET, ROSE))
    _veils(crystal)
    return shine(crystal, SUN)
