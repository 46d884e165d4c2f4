"""Cranes and lotus under a big moon, of broken porcelain in many glazes that was mended with gold."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.shards import Porcelain
from nst.artwork.craft.tools import Array, rgb
from nst.artwork.motifs.cranes import BLUES, dancing_crane, lotus, pad, quiet_crane

WIDTH, HEIGHT = 640, 768
MOON, RADIUS = 246 + 232j, 178.0
SKY = rgb(
    "d6f0e2", "b6e6d4", "fbeccf", "a0dccc", "cdeef2", "84d0cc", "fbdccd", "aee0f2", "86c8ec", "c4e6f6", "f8eed8",
    "5c98e0", "2450b4",
)  # fmt: skip
GLOW = rgb("fff8dc", "ffeeb0", "ffe184", "ffd07a", "ffe8bc", "ffb97c", "ffb49c")
WATER = rgb("e0f4ea", "b8e4da", "faecd4", "84d0cc", "d2ecf4", "58b8c4", "f8c8c0", "94c4ec", "3566c0")
WARM = rgb("d8482f", "c8326a", "fff6e0", "2450b4")
JEWELS = rgb("2450b4", "f0704e", "1e2030", "1f9aa0", "f2ac3e", "e0607e", "3f86d0")


def _rings(x: Array, y: Array) -> tuple[Array, Array]:
    """Round the moon, as even far away as near it, and cut open where a wing hides it."""
    away = x + 1j * y - MOON
    return 1.5 * np.log(np.abs(away) + 40), np.angle(away * np.exp(2.7j))


def _ripples(x: Array, y: Array) -> tuple[Array, Array]:
    return x * 0.6, y + 7 * np.sin(x / 46 + y / 30)


def _away(x: Array, y: Array) -> Array:
    far: Array = np.hypot(x - MOON.real, y - MOON.imag)
    return far


def draw(size: int = 768) -> Image.Image:
    clay = Porcelain(size, WIDTH, HEIGHT, seed=12)
    clay.put(None, SKY, lambda x, y: (_away(x, y) - 170) / 430, BLUES, _rings, jewels=JEWELS)
    clay.put(
        MOON + RADIUS * np.exp(2j * np.pi * np.arange(90) / 90),
        GLOW,
        lambda x, y: _away(x, y) / 190,
        WARM,
        _rings,
        jewels=JEWELS[[1, 4, 5]],
    )
    x = np.linspace(-10, 650, 60)
    shore = np.concatenate([x + 1j * (622 + 7 * np.sin(x / 50)), [660 + 800j, -20 + 800j]])
    clay.put(shore, WATER, lambda x, y: (y - 610) / 170, BLUES, _ripples, jewels=JEWELS)
    pad(clay, 560 + 664j, 118, 46, -0.08)
    quiet_crane(clay)
    dancing_crane(clay)
    pad(clay, 60 + 716j, 120, 46, 0.06)
    pad(clay, 330 + 742j, 108, 38, -0.05)
    lotus(clay, 530 + 664j, 104, 6)
    lotus(clay, 246 + 716j, 78, 6)
    return clay.fire()
