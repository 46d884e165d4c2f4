"""Fruit, a glazed jug and a linen cloth on an old table, in the light of a window at the left.

Lengths are in decimetres; the table top is at height 0, the camera looks along -z.
"""

from __future__ import annotations

import itertools

import numpy as np
from PIL import Image

from nst.artwork.craft import solids as s
from nst.artwork.craft.solids import Noise, Point, Vector, ellipsoid, limb, union, within
from nst.artwork.craft.tools import Array, luma, mix, ramp, rgb, smoothstep

NOISE = Noise(23)
EDGE = 1.95  # of the table, towards the camera
WINDOW: Array = np.array((-7.5, 3.9, 2.2), np.float32)
PANES = (2.3, 1.9)  # half its height and half its depth
KEY: Array = np.array((5.4, 5.0, 4.45), np.float32)
SKY: Array = np.array((0.13, 0.14, 0.155), np.float32)
BOUNCE: Array = np.array((0.15, 0.105, 0.07), np.float32)
JUG = (-1.35, -0.35)
LEMON = (-0.42, 0.42, 1.30)
PEARS = ((0.42, 0.0, -0.25), (0.05, 0.6, -0.10)), ((2.16, 0.64, 0.28), (0.0, -0.80, -1.47))
APPLES = ((1.50, 0.43, 0.02), (0.25, 0.4, -0.2)), ((-2.28, 0.40, 0.85), (-0.3, 1.9, 0.35))


def _grapes() -> tuple[Array, Array]:
    """Where the grapes of a bunch lie and how thick they are: thrown in a heap, then pushed apart."""
    rng = np.random.default_rng(5)
    along = np.sort(rng.uniform(0, 1, 38)) ** 0.9
    centres = np.outer(1 - along, (1.75, 0.42, 0.95)) + np.outer(along, (0.42, 0.10, 1.55))
    centres += rng.normal(0, 1, (38, 3)) * (0.26 * (1.25 - along))[:, None] * (1, 0.6, 0.8)
    radii = rng.uniform(0.165, 0.205, 38)
    for _ in range(80):
        apart = centres[:, None] - centres[None]
        gap = np.sqrt((apart**2).sum(2)) + 1e-6
        push = (0.93 * (radii[:, None] + radii[None]) - gap).clip(0) * (gap > 1e-3)
        centres += (apart / gap[..., None] * push[..., None]).sum(1) * 0.35
        centres[:, 1] = np.maximum(centres[:, 1] - 0.008, radii + 0.05)
    return centres.astype(np.float32), radii.astype(np.float32)


CENTRES, RADII = _grapes()


def _fold(x: Array, way: Array) -> Array:
    """The height of the cloth's folds; `way` runs over the table top and down its front."""
    bend = NOISE(0.7 * x, 0.5 * way, 0 * x + 3, 2)
    drop = smoothstep(-0.4, 1.0, way - EDGE)
    ridge = np.sqrt(np.sin(3.1 * (x + 0.25 * way) + 1.2 * bend) ** 2 + 0.01)
    crease = np.sqrt(np.sin(2.2 * (0.5 * x - way) + 1.7 * bend) ** 2 + 0.004)
    small = NOISE(2.6 * x + 2 * bend, 1.8 * way, 0 * x + 8, 2)
    height: Array = 0.03 + (0.04 + 0.20 * drop) * ridge + (0.11 - 0.08 * drop) * (1 - crease) ** 2 + 0.016 * small
    return height


def _table(x: Array, y: Array, z: Array) -> Array:
    """Three old planks with worn edges."""
    dent = 0.010 * NOISE(1.5 * x, 1.5 * y, 1.5 * z, 2) + 0.006 * NOISE(1.2 * x, 6 * y, 9 * z)
    q, r = y + 0.22, np.abs(z + 0.8) - (EDGE + 0.8)
    top = np.hypot(np.maximum(np.abs(q) - 0.14, 0), np.maximum(r + 0.08, 0)) - 0.08
    top = np.maximum(top, np.maximum(np.abs(q) - 0.22, r))
    seam = (z + 0.06 * NOISE(0.3 * x, 0 * x, 0 * x) + 0.55) % 1.25 - 0.625
    groove = 0.030 * np.exp(-((seam / 0.018) ** 2))
    return top + dent + groove


def _cloth(x: Array, y: Array, z: Array) -> Array:
    way = np.where(z > EDGE, EDGE - y.clip(-9, 0), z)
    lift = _fold(x, way)
    q, r = y + 0.12, z - (EDGE - 0.12)
    corner = np.hypot(np.maximum(q, 0), np.maximum(r, 0)) + np.minimum(np.maximum(q, r), 0) - 0.14
    shell = np.maximum(corner - lift, -0.09 - corner + lift * 0.6)
    rim = 0.10 * NOISE(0.9 * x, 0.9 * way, 0 * x + 5, 2)
    side = np.maximum(0.72 - 0.22 * (way - 1.2) - x + rim, x - 4.05 - 0.1 * way)
    ends = np.maximum(-0.15 + 0.20 * x - way + rim, way - 3.35 - 0.06 * x)
    return 0.6 * np.maximum(shell, np.maximum(side, ends))


def _profile(y: Array, heights: Array, radii: Array) -> Array:
    """A smooth curve through a potter's measures."""
    fine = np.linspace(heights[0], heights[-1], 160)
    curve = np.interp(fine, heights, radii)
    for _ in range(3):
        curve = np.convolve(np.pad(curve, 4, mode="edge"), np.ones(9) / 9, "valid")
    return np.interp(y, fine, curve).astype(np.float32)


JUG_HEIGHTS = np.array((0, 0.1, 0.5, 1.0, 1.5, 1.95, 2.35, 2.7, 2.95, 3.1), np.float32)
JUG_RADII = np.array((0.60, 0.66, 0.90, 1.07, 1.08, 0.88, 0.60, 0.49, 0.53, 0.62), np.float32)


# The handle leaves the rim upwards and comes back to the belly: a cubic curve.
CURVE = [(float(t), float(1 - t)) for t in np.linspace(0, 1, 17)]
BOW = [
    (
        -0.46 * u**3 - 3.95 * u * u * t - 5.60 * u * t * t - 0.92 * t**3,
        2.78 * u**3 + 9.55 * u * u * t + 5.75 * u * t * t + 1.35 * t**3,
    )
    for t, u in CURVE
]


def _jug(x: Array, y: Array, z: Array) -> Array:
    p, r = x - JUG[0], z - JUG[1]
    lip = smoothstep(2.5, 3.1, y) * np.exp(-((np.arctan2(r, p - 0.02) + 0.35) ** 2) / 0.16) * 0.20
    around = np.hypot(p, r)
    wall = (
        _profile(y, JUG_HEIGHTS, JUG_RADII)
        + 0.0028 * np.sin(31 * y + 1.5 * np.sin(3 * y)) * (1 + 0.5 * np.sin(5 * y))
        + lip
    )
    wall = wall + 0.018 * NOISE(0.9 * x, 0.9 * y, 0.9 * z)
    outside = np.maximum(np.maximum(around - wall, y - 3.1), -y)
    body = -union(-outside, around - wall + 0.085, 0.06)
    handle = np.full(x.shape, 9.0, np.float32)
    p, r = p * np.float32(0.94) - r * np.float32(0.34), r * np.float32(0.94) + p * np.float32(0.34)
    for a, b in itertools.pairwise(BOW):
        handle = np.minimum(handle, limb(p, y, 0.8 * r, (*a, 0), (*b, 0), 0.11, 0.11))
    return 0.7 * union(body, handle, 0.10)


def _pear(x: Array, y: Array, z: Array) -> Array:
    """A pear that stands on the origin, its neck a little bent."""
    x = x - 0.10 * smoothstep(0.7, 1.9, y) * y
    d = ellipsoid(x, y, z, (0, 0.56, 0), (0.60, 0.56, 0.59))
    d = union(d, ellipsoid(x, y, z, (0.02, 1.15, 0), (0.33, 0.48, 0.32)), 0.42)
    d = s.cut(d, ellipsoid(x, y, z, (0.02, 1.68, 0), (0.07, 0.08, 0.07)), 0.08)
    d = d + 0.02 * NOISE(1.4 * x, 1.4 * y, 1.4 * z)
    return union(
        d,
        union(
            limb(x, y, z, (0.02, 1.55, 0), (0.0, 1.78, 0.02), 0.026, 0.022),
            limb(x, y, z, (0.0, 1.78, 0.02), (-0.14, 1.98, 0.06), 0.022, 0.036),
            0.03,
        ),
        0.03,
    )


def _apple(x: Array, y: Array, z: Array) -> Array:
    around = np.sqrt(x * x + z * z)
    lobes = 1 + 0.025 * np.cos(5 * np.arctan2(z, x)) * smoothstep(0.4, -0.6, y) + 0.02 * NOISE(x, y, z)
    squash = np.sqrt((around - 0.21) ** 2 + (y * (0.92 + 0.10 * smoothstep(0.3, -0.6, y))) ** 2) - 0.41 * lobes
    core = np.maximum(around - 0.21, np.abs(y) - 0.30)
    return union(0.85 * union(squash, core, 0.10), limb(x, y, z, (0, 0.2, 0), (0.10, 0.66, 0.03), 0.02, 0.032), 0.015)


def _lemon(x: Array, y: Array, z: Array) -> Array:
    """Half a lemon, its cut towards +z."""
    d = ellipsoid(x, y, z, (0, 0, -0.02), (0.43, 0.43, 0.60))
    d = union(d, ellipsoid(x, y, z, (0, 0, -0.60), (0.10, 0.10, 0.14)), 0.12)
    d = d + 0.006 * NOISE(14 * x, 14 * y, 14 * z)
    return -union(-d, -z - 0.012 * _flesh(x, y)[1], 0.03)


def _flesh(x: Array, y: Array) -> tuple[Array, Array]:
    """How far from the middle of the cut a point is, and how much it lies on a wall between segments."""
    r = np.hypot(x, y) / 0.43
    turn = np.arctan2(y, x) * 9 / (2 * np.pi) + 0.05 * np.sin(5 * r + 2 * np.sin(9 * np.arctan2(y, x)))
    wall = np.abs(turn - np.round(turn)) * 2 * np.pi / 9 * r
    return r, np.maximum(
        smoothstep(0.030, 0.008, wall), np.maximum(smoothstep(0.80, 0.86, r), smoothstep(0.13, 0.08, r))
    )


def _bunch(x: Array, y: Array, z: Array) -> Array:
    d: Array = np.full(x.shape, 9.0, np.float32)
    for (a, b, c), r in zip(CENTRES, RADII, strict=True):
        d = np.minimum(d, np.sqrt((x - a) ** 2 + (0.94 * (y - b)) ** 2 + (z - c) ** 2) - r)
    stalk = limb(x, y, z, (1.70, 0.60, 0.90), (2.05, 1.02, 0.72), 0.035, 0.045)
    return np.minimum(d, union(stalk, limb(x, y, z, (1.95, 0.90, 0.77), (2.25, 0.92, 0.95), 0.03, 0.03), 0.05))


def placed(solid: s.Field, at: Point, turn: Point, radius: float) -> s.Field:
    """A solid moved to a place and turned."""

    def field(x: Array, y: Array, z: Array) -> Array:
        return solid(*s.turned(x - at[0], y - at[1], z - at[2], turn))

    return within(field, at, radius)


LEMON_TURN = (0.30, -0.45, 0.3)
PARTS: list[s.Field] = [
    _table,
    _cloth,
    within(_jug, (JUG[0], 1.5, JUG[1]), 2.1),
    *(placed(_pear, at, turn, 2.2) for at, turn in PEARS),
    *(placed(_apple, at, turn, 0.85) for at, turn in APPLES),
    placed(_lemon, LEMON, LEMON_TURN, 0.85),
    within(_bunch, (1.15, 0.4, 1.2), 1.45),
]
TABLE, CLOTH, VESSEL, PEAR, PEAR2, APPLE, APPLE2, CITRUS, GRAPES = range(9)


def scene(x: Array, y: Array, z: Array) -> Array:
    d = PARTS[0](x, y, z)
    for part in PARTS[1:]:
        d = np.minimum(d, part(x, y, z))
    return d


def _dots(x: Array, y: Array, z: Array, low: float) -> Array:
    """Small round specks: the peaks of a noise."""
    return smoothstep(low, low + 0.5, NOISE(x, y, z))


def _wood(x: Array, y: Array, z: Array) -> Array:
    plank = np.floor((z + 0.06 * NOISE(0.3 * x, 0 * x, 0 * x) + 0.55) / 1.25)
    across, shift = z + y, 7.7 * plank
    rings = NOISE(0.35 * x + shift, 2.6 * across, 0 * x + shift, 3)
    fibre = NOISE(1.6 * x + shift, 34 * across, 9 * y, 3)
    pore = smoothstep(0.9, 2.0, NOISE(4 * x, 60 * across, 0 * x + shift))
    tone = 0.5 + 0.20 * np.sin(5 * rings) + 0.10 * fibre + 0.10 * np.sin(9.1 * plank)
    colour = ramp(rgb("1d0f08", "4c2a15", "7d4c29", "a2703f"), tone.clip(0, 1))
    worn = smoothstep(0.4, 1.6, NOISE(0.8 * x, 0.8 * y, 0.8 * z, 3))
    return mix(colour, np.float32(0.75) * colour + rgb("241d18"), worn * 0.8) * (1 - 0.4 * pore)[:, None]


def _linen(x: Array, y: Array, z: Array) -> Array:
    way = np.where(z > EDGE, EDGE - y.clip(-9, 0), z)
    thread = np.sin(95 * x + 3 * NOISE(3 * x, 3 * way, 0 * x)) * np.sin(95 * way + 3 * NOISE(3 * x, 3 * way, 0 * x + 9))
    slub = NOISE(4 * x, 40 * way, 0 * x) + NOISE(40 * x, 4 * way, 0 * x + 4)
    tone = 0.80 + 0.035 * thread + 0.022 * slub + 0.03 * NOISE(1.2 * x, 1.2 * way, 0 * x, 2)
    hem = 3.0 + 0.06 * x - way
    stripe = np.maximum(smoothstep(0.10, 0.08, np.abs(hem - 0.45)), smoothstep(0.03, 0.015, np.abs(hem - 0.66)))
    return mix(tone[:, None] * rgb("f4ecdc"), tone[:, None] * rgb("33507e"), stripe * 0.85)


def _above_line(x: Array, y: Array, z: Array) -> Array:
    """How far above the edge of the glaze a point of the jug is."""
    turn = np.arctan2(z - JUG[1], x - JUG[0])
    p, q = np.cos(turn), np.sin(turn)
    drips = np.abs(NOISE(3.6 * p, 3.6 * q, 0 * x + 0.5))
    return y - 1.12 - 0.20 * NOISE(1.7 * p, 1.7 * q, 0 * x) + 0.20 * drips + 0.012 * NOISE(9 * x, 9 * y, 9 * z)


def _glaze(x: Array, y: Array, z: Array) -> Array:
    """Ochre glaze that ran down over red clay, darker where it is thick."""
    above = _above_line(x, y, z)
    thick = NOISE(1.5 * x, 0.6 * y, 1.5 * z, 4) + 0.35 * np.sin(31 * y + 1.5 * np.sin(3 * y))
    thick = thick + 0.35 * NOISE(8 * x, 5 * y, 8 * z, 3)
    glaze = ramp(rgb("1f2814", "4b4a20", "8a6a28", "ac8844"), (0.56 + 0.20 * thick).clip(0, 1))
    glaze = mix(glaze, rgb("2b1a0c"), _dots(34 * x, 34 * y, 34 * z, 1.9) * 0.5)
    clay = rgb("9a5433") * (1 + 0.10 * NOISE(5 * x, 9 * y, 5 * z, 3))[:, None]
    rim = smoothstep(0.09, 0.0, np.abs(above - 0.03))
    return mix(mix(clay, glaze, smoothstep(0.0, 0.03, above)), rgb("2a1c0e"), rim * 0.55)


def _pear_skin(x: Array, y: Array, z: Array) -> Array:
    side = smoothstep(-0.2, 0.9, 0.8 * x + 0.5 * z + 0.25 * NOISE(2 * x, 2 * y, 2 * z, 3))
    colour = mix(rgb("a9a02c"), rgb("c9b040"), smoothstep(-1, 1, NOISE(1.5 * x, 1.5 * y, 1.5 * z + 3, 2)))
    colour = mix(colour, rgb("b0562a"), side * 0.75)
    russet = np.maximum(
        0.8 * _dots(38 * x, 38 * y, 38 * z, 1.3), smoothstep(1.35, 1.62, y + 0.1 * NOISE(5 * x, 5 * y, 5 * z))
    )
    colour = mix(colour, rgb("7a5a26"), russet * 0.6)
    return mix(colour, rgb("3a2716"), smoothstep(1.60, 1.66, y))


def _apple_skin(x: Array, y: Array, z: Array) -> Array:
    around = np.sqrt(x * x + z * z) + 1e-4
    p, q = x / around, z / around
    p, q = p + 0.022 * NOISE(4 * x, 4 * y, 4 * z, 2), q + 0.022 * NOISE(4 * x, 4 * y, 4 * z + 9, 2)
    streak = NOISE(9 * p, 1.8 * y, 9 * q, 3) + 0.8 * NOISE(26 * p, 3 * y, 26 * q, 2)
    red = smoothstep(-0.9, 1.0, 0.22 * streak + 0.8 * NOISE(1.2 * x + 4, 1.2 * y, 1.2 * z, 2) + 0.8 * x + 0.45)
    colour = mix(rgb("c2a046"), rgb("8e1a14"), red)
    colour = mix(colour, rgb("d9b87c"), _dots(34 * x, 34 * y, 34 * z, 1.9) * 0.4)
    hollow = smoothstep(0.24, 0.05, around) * (np.abs(y) > 0.2)
    return mix(mix(colour, rgb("8d8a34"), hollow * 0.8), rgb("38240f"), (around < 0.10) & (y > 0.24))


def _citrus(x: Array, y: Array, z: Array) -> Array:
    r, wall = _flesh(x, y)
    angle = np.arctan2(y, x)
    juice = NOISE(9 * np.cos(angle), 9 * np.sin(angle), 2.2 * r, 2)
    flesh = mix(rgb("c99a1c"), rgb("f0d564"), smoothstep(-1.3, 1.3, juice))
    flesh = mix(flesh, rgb("f1e6bd"), wall)
    peel = mix(rgb("dba514"), rgb("f0c62e"), smoothstep(-1, 1, NOISE(3 * x, 3 * y, 3 * z, 3)))
    face = mix(flesh, rgb("eab41a"), smoothstep(0.955, 0.985, r))
    return mix(peel, face, smoothstep(-0.05, -0.015, z))


def _grape_skin(x: Array, y: Array, z: Array) -> Array:
    best, which = np.full(x.shape, 9.0, np.float32), np.zeros(x.shape, np.int32)
    for index, ((a, b, c), r) in enumerate(zip(CENTRES, RADII, strict=True)):
        d = np.sqrt((x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2) - r
        which, best = np.where(d < best, index, which), np.minimum(d, best)
    own = np.random.default_rng(8).uniform(0, 1, len(RADII)).astype(np.float32)[which]
    colour = ramp(rgb("1c0716", "3c0c24", "5a1428", "77252f"), own)
    bloom = smoothstep(-0.5, 1.3, NOISE(5 * x + 9 * own, 5 * y, 5 * z, 3) + 0.5)
    colour = mix(colour, rgb("6d6a8c"), bloom * 0.42)
    return mix(colour, rgb("5b4a22"), best > 0.03)


# For each part: its skin, its gloss, how far a highlight spreads, how much its shadows glow.
SKINS = (_wood, _linen, _glaze, _pear_skin, _pear_skin, _apple_skin, _apple_skin, _citrus, _grape_skin)
GLOSS: Array = np.array((0.15, 0.0, 1.0, 0.35, 0.35, 0.9, 0.9, 0.55, 0.75), np.float32)
SPREAD: Array = np.array((1.6, 2.0, 0.10, 0.8, 0.8, 0.16, 0.16, 0.35, 0.25), np.float32)
GLOW: Array = np.array((0.0, 0.12, 0.0, 0.10, 0.10, 0.06, 0.06, 0.20, 0.22), np.float32)
FRAMES = {PEAR: PEARS[0], PEAR2: PEARS[1], APPLE: APPLES[0], APPLE2: APPLES[1], CITRUS: (LEMON, LEMON_TURN)}


ROUGH: Array = np.array((14, 10, 3.5, 5, 5, 2.5, 2.5, 8, 1.5), np.float32) * np.float32(1e-4)


class Kitchen:
    """The table with all that stands on it, in the window's light."""

    def __init__(self, size: int) -> None:
        self.camera = s.Camera((0.6, 3.7, 11.0), (0.12, 0.90, 0.0), 0.233, size, round(size * 0.78))
        self.volume = s.Volume(scene, (-5.2, -1.9, -2.8), (5.2, 3.4, 2.7), max(0.042, 10 / size))
        spots = [(j, k) for j in (-0.8, 0, 0.8) for k in (-0.8, 0, 0.8)]
        self.lamps = [WINDOW + np.array((0, PANES[0] * j, PANES[1] * k), np.float32) for j, k in spots]

    def window(self, at: Vector, way: Vector, spread: Array) -> Array:
        """How bright the panes of the window are where rays leave for it."""
        t = (WINDOW[0] - at[0]) / np.minimum(way[0], -1e-3)
        j, k = (at[1] + way[1] * t - WINDOW[1]) / PANES[0], (at[2] + way[2] * t - WINDOW[2]) / PANES[1]
        bar = np.minimum(np.minimum(np.abs(j - 0.33), np.abs(j + 0.33)), np.abs(k))
        soft = spread + 0.03
        inside = smoothstep(1 + soft, 1 - soft, np.abs(j)) * smoothstep(1 + soft, 1 - soft, np.abs(k))
        return (
            inside
            * (1 - smoothstep(0.07 + 0.1 * soft, 0.02, bar) * (1 - spread).clip(0, 1))
            * (way[0] < 0)
            / (1 + spread)
        )

    def light(self, at: Vector, normal: Vector, glow: Array) -> Array:
        """Light from the window, and what the room gives back of it."""
        key: Array = np.zeros(at[0].shape, np.float32)
        for lamp in self.lamps:
            way = s.towards(lamp, at)
            away = (lamp[0] - at[0]) ** 2 + (lamp[1] - at[1]) ** 2 + (lamp[2] - at[2]) ** 2
            facing = ((s.dot(normal, way) + glow) / (1 + glow)).clip(0)
            lit = np.flatnonzero(facing > 0)
            seen = s.shadow(self.volume, s.pick(at, lit), s.pick(way, lit), 6.0, 0.09, 22, 0.05)
            key[lit] += facing[lit] * seen * (30 / away[lit]) / len(self.lamps)
        sky = s.openness(self.volume, at, normal, 0.9) * s.openness(self.volume, at, normal, 0.16, 3)
        up = (0.55 + 0.35 * normal[1] - 0.2 * normal[0]).clip(0) * sky
        down = (0.35 - 0.5 * normal[1] + 0.2 * normal[0]).clip(0) * (0.3 + 0.7 * sky)
        down = down * smoothstep(-0.6, 0.3, at[1])  # there is nothing bright below the table
        return key[:, None] * KEY * 0.42 + up[:, None] * SKY + down[:, None] * BOUNCE

    def surface(self, at: Vector, way: Vector) -> Array:
        ids = np.argmin(np.stack([part(*at) for part in PARTS]), 0)
        bare = (ids == VESSEL) & (_above_line(*at) < 0)  # clay does not shine
        rough = ROUGH[ids] * np.where(bare, 2.2, 1)
        # What is too fine for the rays still turns the light.
        normal = s.normals(lambda x, y, z: scene(x, y, z) - rough * NOISE(26 * x, 26 * y, 26 * z, 2), at, 0.0025)
        colour = np.zeros((ids.size, 3), np.float32)
        for index, skin in enumerate(SKINS):
            some = np.flatnonzero(ids == index)
            if some.size:
                here = s.pick(at, some)
                if index in FRAMES:
                    place, turn = FRAMES[index]
                    here = s.turned(here[0] - place[0], here[1] - place[1], here[2] - place[2], turn)
                colour[some] = skin(*here)
        colour = mix(luma(colour)[:, None], colour, 0.86)
        gloss, spread = GLOSS[ids] * np.where(bare, 0.12, 1), SPREAD[ids]
        light = self.light(at, normal, GLOW[ids])
        shine = s.mirror(way, normal)
        fresnel = 0.04 + 0.96 * (1 + s.dot(way, normal)).clip(0, 0.85) ** 5
        lit = s.shadow(self.volume, at, shine, 4.0, 0.10, 18, 0.05)
        panes = self.window(at, shine, spread) * lit
        room = (0.018 + 0.05 * smoothstep(0.3, -0.6, shine[0])) * (0.3 + 0.7 * lit)
        seen = (gloss * fresnel)[:, None] * (panes[:, None] * KEY * 1.5 + room[:, None] * KEY * 0.5)
        return colour**2.2 * light + seen

    def wall(self, way: Vector) -> Array:
        t = (-4.2 - self.camera.eye[2]) / np.minimum(way[2], -1e-3)
        x, y, _ = s.move(self.camera.eye, way, t)
        fall = np.exp(-(((x - 1.2) / 3.4) ** 2) - ((y - 2.4) / 2.6) ** 2)
        cloud = NOISE(0.5 * x, 0.5 * y, 0 * x, 5)
        patch = smoothstep(0.2, 1.2, NOISE(0.45 * x + 6, 0.45 * y, 0 * x, 4))
        tone = (0.010 + 0.050 * fall) * (1 + 0.10 * cloud - 0.10 * patch + 0.05 * NOISE(14 * x, 14 * y, 0 * x, 3))
        return (tone[:, None] * np.array((1.0, 0.80, 0.56), np.float32) * smoothstep(-1.0, 0.8, y)[:, None]).astype(
            np.float32
        )

    def shade(self, column: Array, row: Array) -> Array:
        way = self.camera.rays(column, row)
        out: Array = np.zeros((column.size, 4), np.float32)
        near, far = np.full(column.size, 7.5, np.float32), np.full(column.size, 15.5, np.float32)
        t = s.find(self.volume, scene, self.camera.eye, way, near, far)
        hit, gone = np.flatnonzero(np.isfinite(t)), np.flatnonzero(~np.isfinite(t))
        if gone.size:
            out[gone, :3] = self.wall(s.pick(way, gone))
        if hit.size:
            ray = s.pick(way, hit)
            out[hit, :3] = self.surface(s.move(self.camera.eye, ray, t[hit]), ray)
            out[hit, 3] = 1
        return out


def render(size: int = 1600) -> Image.Image:
    kitchen = Kitchen(size)
    picture = s.expose(kitchen.shade, kitchen.camera.width, kitchen.camera.height)
    return s.develop(picture[..., :3], 2.1, 0.06, 0.4)
