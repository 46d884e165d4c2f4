"""A harbour at sunset in round dabs of pure pigment that run along the forms, on a dark ground."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.dabs import (
    COBALT,
    CREAM,
    EMERALD,
    HEIGHT,
    INDIGO,
    LIME,
    ORANGE,
    ROSE,
    TURQUOISE,
    ULTRAMARINE,
    VERMILION,
    VIOLET,
    WIDTH,
    YELLOW,
    Kinds,
    Scene,
    paint,
    set_dabs,
)
from nst.artwork.craft.tools import Sheet, smoothstep

HORIZON, SUN = 322.0, (452.0, 226.0)


def _sky(scene: Scene) -> None:
    x, y, sheet = scene.x, scene.y, scene.sheet
    away = np.hypot(x - SUN[0], y - SUN[1])
    turn = np.arctan2(y - SUN[1], x - SUN[0])
    rings = away + 7 * np.sin(turn * 7) * smoothstep(70, 200, away)
    ring = np.floor(rings / 15)
    tone = rings / 490 + 0.03 * sheet.noise(70, 2) + 0.07 * (ring % 2)
    # Every fifth ring comes from the other end of the scale: warm within cool and cool within warm.
    tone = np.where(ring % 5 == 3, 0.9 - tone, tone)
    kinds = (
        YELLOW, ORANGE, YELLOW, ORANGE, VERMILION, ORANGE, ROSE, VERMILION, VIOLET, ROSE, COBALT, VIOLET, ULTRAMARINE,
        INDIGO,
    )  # fmt: skip
    scene.put(y > -1, rings, kinds, 15, tone)
    for at_x, at_y, radius, flip in (
        (84, 84, 62, 0), (150, 106, 46, 1), (20, 122, 46, 1), (562, 70, 46, 1), (622, 92, 34, 0), (500, 84, 34, 0),
    ):  # fmt: skip
        r = np.hypot(x - at_x, (y - at_y) * 1.15)
        rims = ((CREAM, TURQUOISE, COBALT, ULTRAMARINE), (CREAM, ROSE, VIOLET, ROSE))[flip]
        scene.put((r < radius) & (y < at_y + 0.45 * radius), radius - r, rims, 13.5)
    scene.disc(*SUN, 66, (VERMILION, ORANGE, YELLOW, CREAM, CREAM, CREAM), 13)


def _land(scene: Scene) -> None:
    x, y = scene.x, scene.y
    for crest, kinds in (
        (318 - 96 * np.exp(-(((x - 40) / 130) ** 2)) - 34 * np.sin(x / 60).clip(0, 1) * (x < 330),
         (ROSE, VIOLET, ULTRAMARINE, VIOLET, COBALT)),
        (318 - 108 * np.exp(-(((x - 720) / 92) ** 2)), (LIME, EMERALD, TURQUOISE, EMERALD, INDIGO)),
    ):  # fmt: skip
        scene.put((y > crest) & (y < HORIZON) & (crest < HORIZON - 14), y - crest, kinds, 13)
    # The lighthouse.
    half = 19 + 0.05 * (y - 120)
    tower = (np.abs(x - 690) < half) & (y > 128) & (y < 330)
    scene.put(tower, y - 128, (CREAM, CREAM, ULTRAMARINE, COBALT), 12.5)
    scene.shape((np.abs(x - 690) < 31) & (y > 116) & (y < 130), (INDIGO,), 12)
    scene.put((np.abs(x - 690) < 17) & (y > 90) & (y < 117), y - 90, (YELLOW,), 13)
    scene.put((np.abs(x - 690) < 1.0 * (y - 66)) & (y > 66) & (y < 92), y - 66, (VERMILION,), 12)


def _sea(scene: Scene) -> None:
    x, y, sheet = scene.x, scene.y, scene.sheet
    depth = (y - HORIZON) / (HEIGHT - HORIZON)
    swell = y - HORIZON + (2 + 7 * depth) * np.sin(x / (22 + 24 * depth) + 2 * np.sin(y / 40))
    tone = 0.06 + 0.7 * depth + 0.16 * sheet.noise(30, 2, (3, 0.8)) + 0.12 * (np.floor(swell / 14) % 2)
    sea = (y > HORIZON) & (swell > -3)
    kinds = (TURQUOISE, COBALT, TURQUOISE, EMERALD, COBALT, ULTRAMARINE, ULTRAMARINE, INDIGO)
    scene.put(sea, swell, kinds, 14, tone)
    # The sun's road, broken by the swell.
    off = np.abs(x - SUN[0] - 12 * np.sin(y / 19)) / (40 + 72 * depth)
    road = sea & (off + 0.62 * np.sin(y / 9.5 + 0.8 * sheet.noise(60)) * smoothstep(0, 0.3, depth) < 0.72)
    scene.put(road, swell, (CREAM, YELLOW, ORANGE, VERMILION, ROSE), 14, 0.12 + 0.35 * depth + 0.5 * off)


def _boat(scene: Scene, at: float, foot: float, tall: float, main: Kinds, jib: Kinds, hull: Kinds) -> None:
    x, y, pitch = scene.x, scene.y, 11.5
    up = (foot - y) / tall
    # What the swell leaves of the sails below the hull.
    drift = 8 * np.sin(y / 8.5)
    for lean, kinds in ((0.5, main), (-0.34, jib)):
        edge = (x - at + drift) / (tall * lean)
        below = (up < -0.15) & (up > -0.8) & (edge > 0) & (edge < 1 + up) & (np.sin(y / 8.5 + 1) > -0.35)
        below &= y > HORIZON
        scene.put(below, y - HORIZON, kinds, 13)
    for lean, kinds in ((0.5, main), (-0.34, jib)):
        edge = (x - at) / (tall * lean)
        belly = 1 - up.clip(0, 1) ** 1.3
        scene.shape((up > 0.07) & (up < 1) & (edge > 0.035) & (edge < belly), kinds, pitch)
    wide = 0.46 * tall * (1 + 2.6 * up.clip(-0.2, 0.05))
    scene.put((np.abs(x - at - 0.05 * tall) < wide) & (up < 0.05) & (up > -0.13), foot + 0.05 * tall - y, hull, 11.5)


def _shore(scene: Scene) -> None:
    """A bank of flowers in front."""
    x, y = scene.x, scene.y
    crest = 560 - 46 * np.exp(-(((x - 40) / 120) ** 2)) - 60 * np.exp(-(((x - 740) / 110) ** 2)) + 5 * np.sin(x / 24)
    scene.put(y > crest, y - crest, (LIME, EMERALD, EMERALD, INDIGO), 13)
    blooms = ((ROSE, CREAM, YELLOW), (VERMILION, YELLOW, INDIGO), (YELLOW, ORANGE, VIOLET), (CREAM, ROSE, VERMILION))
    for k, (at_x, up, radius) in enumerate(
        (
            (26, 30, 32), (92, 44, 28), (150, 16, 25), (60, 86, 24), (212, 34, 26), (276, 16, 22), (398, 20, 24),
            (340, 34, 22), (520, 22, 23), (586, 30, 26), (650, 50, 29), (716, 34, 32), (748, 96, 27), (690, 100, 22),
        )
    ):  # fmt: skip
        scene.disc(at_x, HEIGHT - up, radius, blooms[k % 4], 11)


def draw(size: int = 768) -> Image.Image:
    # The scene is worked out on a grid of its own, so that every size has the same dabs in the same places.
    scene = Scene(Sheet(WIDTH, WIDTH, HEIGHT, seed=5, oversample=1))
    _sky(scene)
    _land(scene)
    _sea(scene)
    _boat(scene, 330, 376, 100, (CREAM, ROSE), (TURQUOISE, CREAM), (INDIGO, VERMILION))
    _boat(scene, 574, 420, 190, (VIOLET, ROSE, YELLOW), (CREAM, TURQUOISE, CREAM), (INDIGO, EMERALD, LIME))
    _boat(
        scene,
        176,
        462,
        330,
        (CREAM, YELLOW, ORANGE, VERMILION),
        (CREAM, TURQUOISE, EMERALD),
        (INDIGO, VERMILION, CREAM),
    )
    _shore(scene)
    return paint(Sheet(size, WIDTH, HEIGHT, seed=21), set_dabs(scene))
