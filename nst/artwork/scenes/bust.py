"""A marble bust of a young woman in a museum's side light, before a dark red wall.

One unit is half the height of her head; the head's own frame has its origin between the eyes, x to her left.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft import solids as s
from nst.artwork.craft.solids import Noise, Vector, cut, ellipsoid, limb, union
from nst.artwork.craft.tools import Array, smoothstep

EYE = (0.270, 0.0, 0.562)
TURN = (0.06, 0.42, -0.07)  # of the head against the shoulders
NECK = (0.0, -0.55, -0.2)  # where it turns
NOISE = Noise(11)
EYEPOINT = (-0.5, -0.45, 9.2)
WINDOW: Array = np.array((4.7, 3.4, 2.2), np.float32)
WALL = -2.6
KEY: Array = np.array((1.34, 1.21, 1.04), np.float32)
AMBIENT: Array = np.array((0.062, 0.066, 0.078), np.float32)
BOUNCE: Array = np.array((0.120, 0.046, 0.038), np.float32)
BACK: Array = np.array((0.22, 0.21, 0.21), np.float32)
WARM: Array = np.array((1.0, 0.965, 0.90), np.float32)
RIM = (-0.858, 0.303, -0.424)


def _face(a: Array, y: Array, z: Array) -> Array:
    """The skull and the large forms of the face; `a` is the distance from its middle plane."""
    d = ellipsoid(a, y, z, (0, 0.30, -0.10), (0.64, 0.70, 0.86))
    d = union(d, ellipsoid(a, y, z, (0, 0.30, 0.20), (0.54, 0.56, 0.575)), 0.12)
    d = union(d, ellipsoid(a, y, z, (0, -0.28, 0.20), (0.49, 0.66, 0.50)), 0.15)
    d = union(d, limb(a, y, z, (0.385, -0.48, 0.0), (0.05, -0.86, 0.56), 0.11, 0.12), 0.26)
    d = union(d, ellipsoid(a, y, z, (0, -0.87, 0.68), (0.13, 0.115, 0.13)), 0.15)
    d = union(d, ellipsoid(a, y, z, (0.345, -0.20, 0.42), (0.17, 0.13, 0.20), (0, 0.5, 0.2)), 0.24)
    d = union(d, ellipsoid(a, y, z, (0.26, -0.42, 0.46), (0.22, 0.26, 0.20)), 0.20)
    d = union(d, ellipsoid(a, y, z, (0, -0.60, 0.585), (0.25, 0.24, 0.225)), 0.18)
    d = cut(d, ellipsoid(a, y, z, (0.275, 0.015, 0.815), (0.185, 0.105, 0.155), (0, 0.30, 0)), 0.15)
    inner = limb(a, y, z, (0.08, 0.13, 0.690), (0.32, 0.212, 0.608), 0.046, 0.042)
    return union(d, union(inner, limb(a, y, z, (0.32, 0.212, 0.608), (0.56, 0.00, 0.26), 0.042, 0.01), 0.1), 0.12)


def _eyes(d: Array, a: Array, y: Array, z: Array) -> Array:
    """Eyeballs between lids of stone, a shallow iris carved into them."""
    p, q, r = s.turned(a - EYE[0], y - EYE[1], z - EYE[2], (0.04, 0.16, 0.05))
    reach = np.sqrt(p * p + q * q + r * r)
    ball = reach - 0.139
    t = (p / 0.150).clip(-1, 1)
    arch = 1 - t * t
    upper = 0.050 * np.sqrt(arch) * (1 - 0.12 * t) - 0.006 * t
    lower = -0.043 * arch * (1 + 0.15 * t) - 0.006 * t
    gap = np.maximum(np.maximum(q - upper, lower - q), np.abs(p) - 0.148)
    front = np.where(r > 0, np.float32(1), np.float32(0))
    lids = np.maximum(reach - 0.164 - 0.008 * smoothstep(0.05, 0.0, q - upper) * front, -0.02 - r)
    crease = (q - upper - 0.050 - 0.020 * arch) / 0.016
    lids = lids + 0.014 * np.exp(-crease * crease) * smoothstep(1.15, 0.8, np.abs(t)) * front
    # The upper lid stands out under its fold, the lower one goes over into the cheek.
    d = union(d, lids, 0.075 - 0.045 * smoothstep(-0.03, 0.05, q) * smoothstep(1.25, 0.75, t))
    d = cut(d, np.maximum(np.maximum(gap, -r), reach - 0.24), 0.012)
    iris = np.sqrt((p + 0.004) ** 2 + (q - 0.012) ** 2)
    ring = (iris - 0.058) / 0.006
    ball = ball + (0.0025 * np.exp(-ring * ring) + 0.010 * smoothstep(0.028, 0.010, iris)) * front
    return np.minimum(d, ball)


def _nose(d: Array, a: Array, y: Array, z: Array) -> Array:
    """A straight Greek nose that goes on from the forehead."""
    d = union(d, ellipsoid(a, y, z, (0, -0.20, 0.66), (0.125, 0.25, 0.16), (0.14, 0, 0)), 0.10)
    d = union(d, limb(a, y, z, (0, 0.22, 0.710), (0, -0.28, 0.890), 0.060, 0.060), 0.09)
    d = union(d, ellipsoid(a, y, z, (0, -0.310, 0.895), (0.070, 0.062, 0.080)), 0.07)
    d = union(d, ellipsoid(a, y, z, (0.082, -0.338, 0.800), (0.042, 0.048, 0.075), (0, 0.25, 0)), 0.055)
    d = union(d, limb(a, y, z, (0, -0.355, 0.905), (0, -0.42, 0.78), 0.026, 0.030), 0.04)
    return cut(d, ellipsoid(a, y, z, (0.050, -0.392, 0.835), (0.022, 0.026, 0.045), (0.2, 0.3, 0)), 0.022)


def _mouth(d: Array, a: Array, y: Array, z: Array) -> Array:
    """Full, closed lips with a hint of a smile."""
    d = cut(d, limb(a, y, z, (0, -0.43, 0.880), (0, -0.525, 0.890), 0.022, 0.032), 0.035)
    d = cut(d, ellipsoid(a, y, z, (0, -0.770, 0.90), (0.15, 0.040, 0.06)), 0.09)
    line = y + 0.612 + 0.011 * np.exp(-((a / 0.045) ** 2)) - 0.35 * a * a
    upper = ellipsoid(a, y, z, (0.060, -0.575, 0.770), (0.122, 0.053, 0.088), (0.1, 0.46, -0.20))
    upper = union(upper, ellipsoid(a, y, z, (0, -0.590, 0.815), (0.045, 0.040, 0.050)), 0.03)
    lower = ellipsoid(a, y, z, (0.040, -0.660, 0.762), (0.108, 0.060, 0.090), (-0.1, 0.40, 0.20))
    d = union(d, np.maximum(upper, -line), 0.030)
    d = union(d, np.maximum(lower, line), 0.030)
    seam = line / (0.010 + 0.010 * smoothstep(0.05, 0.2, a))
    return d + 0.020 * np.exp(-seam * seam) * smoothstep(0.215, 0.14, a) * smoothstep(0.55, 0.68, z)


def _ear(d: Array, a: Array, y: Array, z: Array) -> Array:
    """What the hair leaves to be seen of the ears."""
    return union(d, ellipsoid(a, y, z, (0.535, -0.31, -0.06), (0.045, 0.10, 0.065), (0.3, -0.3, 0.1)), 0.05)


def _waves(x: Array, y: Array, z: Array) -> Array:
    """The height of carved locks: strands run from the parting over the ears to the nape."""
    a = np.sqrt(x * x + 0.0004)
    around = np.arctan2(y + 0.32, z + 0.72)
    # Along a strand, locks swing to and fro together: the finger waves of an ancient hairdresser.
    beat = 10.5 * a + 2.2 * around
    swing = 0.055 * np.sin(beat) * smoothstep(0.03, 0.25, a)
    flow = around + swing + 0.03 * NOISE(2.2 * x, 2.2 * y, 2.2 * z)
    lock = np.abs(np.sin(19 * flow + 0.8 * NOISE(3 * x + 5, 3 * y, 3 * z)))
    strand = np.abs(np.sin(67 * flow + 1.2 * NOISE(4 * x, 4 * y + 9, 4 * z)))
    fine = np.sin(170 * flow + 2.0 * NOISE(5 * x, 5 * y, 5 * z + 4))
    crest = np.sin(beat + 1.1) * smoothstep(0.05, 0.3, a)
    height: Array = (
        (0.066 * np.sqrt(lock + 0.01) + 0.018 * strand) * (0.3 + 0.7 * smoothstep(0.0, 0.10, a))
        + 0.003 * fine
        + 0.020 * crest
    )
    return height


def _hair(x: Array, y: Array, z: Array) -> Array:
    a = np.sqrt(x * x + 0.0004)
    cap = ellipsoid(a, y, z, (0, 0.31, -0.13), (0.69, 0.735, 0.91))
    cap = union(cap, ellipsoid(a, y, z, (0.50, 0.06, -0.12), (0.20, 0.36, 0.44), (0.6, 0.1, 0)), 0.15)
    # The hairline is a curve from the parting round the temples to the ears.
    line = z - 0.20 - 0.90 * (y - 0.16) + 0.10 * a - 0.10 * smoothstep(0.3, 0.0, a)
    nape = -0.40 - y + 0.5 * (z + 0.2) + 0.04 * np.sin(9 * z)
    cap = -union(-cap, -np.maximum(line * 0.7, nape * 0.8), 0.10)
    smooth = cap
    cap = cap - _waves(x, y, z) + 0.014 + 0.02 * np.exp(-((x / 0.022) ** 2))
    p, q, r = x, y - 0.0, z + 1.05
    spiral = np.arctan2(q, p) + 9 * np.sqrt(p * p + q * q)
    bun = ellipsoid(p, q, r, (0, 0, 0), (0.34, 0.32, 0.28))
    bun = bun - 0.035 * np.abs(np.sin(1.5 * spiral)) - 0.01 * np.abs(np.sin(6 * spiral))
    cap = union(cap, bun, 0.05)
    band = np.abs(s.turned(x, y - 0.42, z - 0.1, (-0.32, 0, 0))[2] + 0.10) - 0.055
    return union(cap, -union(0.062 - smooth, -band, 0.025), 0.012)


def head(x: Array, y: Array, z: Array) -> Array:
    # No face is quite the same on both sides.
    skewed = x + 0.010 * np.sin(2.1 * y + 0.6)
    a = np.sqrt(skewed * skewed + np.float32(0.0003))
    d = _face(a, y, z)
    d = _nose(d, a, y, z)
    d = _mouth(d, a, y, z)
    d = _eyes(d, a, y, z)
    d = _ear(d, a, y, z)
    return union(d, _hair(skewed, y, z), 0.018)


def _body(x: Array, y: Array, z: Array) -> Array:
    a = np.sqrt(x * x + 0.002)
    d = limb(x, y, z, (0, -0.35, -0.24), (0, -1.75, -0.22), 0.335, 0.40)
    d = union(d, limb(a, y, z, (0.0, -1.62, -0.32), (1.20, -2.12, -0.28), 0.24, 0.30), 0.38)
    d = union(d, ellipsoid(a, y, z, (0, -2.45, -0.15), (1.00, 0.78, 0.62)), 0.35)
    d = union(d, ellipsoid(a, y, z, (0.46, -2.75, 0.30), (0.42, 0.42, 0.34)), 0.25)
    d = union(d, limb(a, y, z, (0.10, -1.83, 0.165), (0.95, -1.80, 0.0), 0.035, 0.05), 0.13)
    return cut(d, ellipsoid(x, y, z, (0, -1.80, 0.29), (0.09, 0.09, 0.08)), 0.14)


def _tendons(d: Array, x: Array, y: Array, z: Array) -> Array:
    """The muscles from behind the ears to the breastbone, the one that turns the head stands out."""
    d = union(d, limb(x, y, z, (-0.40, -0.50, -0.20), (-0.09, -1.80, 0.13), 0.07, 0.045), 0.14)
    return union(d, limb(x, y, z, (0.36, -0.62, -0.36), (0.09, -1.80, 0.13), 0.07, 0.035), 0.14)


def _cloth(x: Array, y: Array, z: Array, body: Array) -> Array:
    """A chiton that hangs from both shoulders: its folds are ellipses about the brooches there."""
    depth = 0.35 * (z - 0.1) ** 2
    hang = (np.sqrt((x - 0.98) ** 2 + (y + 1.74) ** 2 + depth) + np.sqrt((x + 0.98) ** 2 + (y + 1.74) ** 2 + depth)) / 2
    wander = NOISE(1.1 * x + 3, 0.8 * y, z, 2)
    across = hang + 0.030 * wander + 0.05 * x
    folds = np.abs(np.sin(17 * across + 0.9 * NOISE(0.8 * x, 1.3 * y + 4, z)))
    lean = np.abs(np.sin(43 * across + 2.5 * x + 2 * wander))
    swell = 0.65 + 0.35 * NOISE(1.6 * x + 7, 1.6 * y, z).clip(-1.5, 1.5)
    height = 0.115 * swell * np.sqrt(folds + 0.004) + 0.024 * np.sqrt(lean + 0.01) * swell
    shell = 0.7 * (body - 0.01 - height)
    return np.maximum(-union(-shell, hang - 1.21 + 0.02 * wander, 0.04), y + 1.58)


def figure(x: Array, y: Array, z: Array) -> Array:
    p, q, r = s.turned(x - NECK[0], y - NECK[1], z - NECK[2], TURN)
    d = head(p + NECK[0], q + NECK[1], r + NECK[2])
    y = y - np.float32(0.08)
    body = _tendons(_body(x, y, z), x, y, z)
    d = union(d, body, 0.09)
    return union(d, _cloth(x, y, z, body), 0.015)


def tooled(x: Array, y: Array, z: Array) -> Array:
    """The figure with what chisel, polish and two thousand years left on its surface."""
    wear = 0.0007 * NOISE(13 * x, 13 * y, 13 * z, 2) + 0.0002 * NOISE(70 * x, 70 * y, 70 * z)
    return figure(x, y, z) - wear


class Studio:
    """The figure in its light: a tall window at the left, a weak lamp behind, a dark red wall."""

    def __init__(self, size: int) -> None:
        width, height = round(size * 0.8), size
        self.camera = s.Camera(EYEPOINT, (0.16, -0.70, 0.0), 0.216, width, height)
        self.volume = s.Volume(figure, (-1.75, -3.2, -1.5), (1.75, 1.3, 1.25), max(0.022, 5 / size))
        self.window = [WINDOW + np.array((0.3 * i, 0.9 * j, -0.5 * i), np.float32) for i in (-1, 1) for j in (-1, 0, 1)]

    def light(self, at: Vector, normal: Vector) -> tuple[Array, Array]:
        """Light that falls in from the window, and the whole of the light, red by red, green and blue."""
        key: Array = np.zeros(at[0].shape, np.float32)
        for lamp in self.window:
            way = s.towards(lamp, at)
            # Light enters the stone a little before it turns away from the lamp.
            facing = ((s.dot(normal, way) + 0.08) / 1.08).clip(0)
            lit = np.flatnonzero(facing > 0)
            seen = s.shadow(self.volume, s.pick(at, lit), s.pick(way, lit), 4.0, 0.13)
            key[lit] += facing[lit] * seen / len(self.window)
        sky = s.openness(self.volume, at, normal, 0.5)
        small = s.openness(self.volume, at, normal, 0.08, 3)
        back = (s.dot(normal, RIM)).clip(0) ** 1.5 * sky
        ambient = (0.5 + 0.35 * normal[1] + 0.15 * normal[0]).clip(0) * sky
        bounce = (0.45 - 0.4 * normal[2] - 0.3 * normal[0]).clip(0) * sky
        total = key[:, None] * KEY + ambient[:, None] * AMBIENT + bounce[:, None] * BOUNCE + back[:, None] * BACK
        return key, total * (0.35 + 0.65 * small)[:, None]

    def wall(self, way: Vector) -> Array:
        """Painted plaster far enough behind to be a little out of focus."""
        t = (WALL - self.camera.eye[2]) / way[2]
        x, y, z = s.move(self.camera.eye, way, t)
        spot = np.exp(-(((x + 1.5) / 1.9) ** 2) - ((y + 0.6) / 2.2) ** 2)
        dim = 0.07 + 0.42 * spot
        cloud = NOISE(0.8 * x, 0.8 * y, 0 * z, 4)
        grain = NOISE(16 * x, 11 * y, 0 * z, 4) + 0.7 * smoothstep(0.8, 1.8, NOISE(5 * x, 4 * y, 0 * z + 6, 3))
        way_back = s.towards(WINDOW, (x, y, z))
        seen = s.shadow(self.volume, (x, y, z), way_back, 6.0, 0.22, 24)
        tone = dim * (1 + 0.13 * cloud + 0.085 * grain) * (0.35 + 0.65 * seen)
        hue = np.array((0.115, 0.0135, 0.0125), np.float32) * (1 + 0.12 * cloud[:, None] * np.array((0.2, 1, 1)))
        return (tone[:, None] * hue * 2.2).astype(np.float32)

    def stone(self, at: Vector, normal: Vector, way: Vector) -> Array:
        """What the camera sees of the marble: light from inside of it, and the sheen of its polish."""
        x, y, z = at
        vein = NOISE(1.1 * x + 2, 1.6 * y, 1.3 * z, 4)
        thin = np.exp(-((vein / 0.07) ** 2)) * smoothstep(-0.3, 0.8, NOISE(0.9 * x, 0.9 * y, 0.9 * z + 8))
        cloud = NOISE(2.5 * x, 2.5 * y, 2.5 * z, 3)
        speck = NOISE(60 * x, 60 * y, 60 * z, 2)
        albedo = 0.79 + 0.030 * cloud + 0.014 * speck - 0.20 * thin
        dust = smoothstep(0.25, 0.0, s.openness(self.volume, at, normal, 0.05, 3) - 0.55)
        colour = albedo[:, None] * (WARM - dust[:, None] * np.array((0.16, 0.22, 0.30), np.float32))
        key, light = self.light(at, normal)
        half = s.unit(*(a - b for a, b in zip(s.towards(WINDOW, at), way, strict=True)))
        gleam = s.dot(normal, half).clip(0)
        rough = 1 + 0.25 * speck
        sheen = key * (0.16 * gleam**26 + 0.30 * gleam**110) * rough
        edge = (1 + s.dot(normal, way)).clip(0) ** 5
        return np.concatenate([colour * light, (sheen + 0.10 * edge * key)[:, None] * KEY], 1)

    def shade(self, column: Array, row: Array) -> Array:
        """Light, then the part of it from inside of the stone, that from its polish, and how much is stone."""
        way = self.camera.rays(column, row)
        out: Array = np.zeros((column.size, 10), np.float32)
        near, far = np.full(column.size, 7.6, np.float32), np.full(column.size, 11.0, np.float32)
        t = s.march(self.volume, self.camera.eye, way, near, far, 60, 0.006)
        hit = np.flatnonzero(np.isfinite(t))
        gone = np.flatnonzero(~np.isfinite(t))
        if gone.size:
            out[gone, :3] = self.wall(s.pick(way, gone))
        if hit.size:
            ray = s.pick(way, hit)
            at = s.move(self.camera.eye, ray, t[hit])
            for _ in range(3):
                at = s.move(at, ray, 0.8 * figure(*at))
            both = self.stone(at, s.normals(tooled, at, 0.0018), ray)
            out[hit, :3], out[hit, 3:9], out[hit, 9] = both[:, :3] + both[:, 3:], both, 1
        return out


def render(size: int = 1600) -> Image.Image:
    studio = Studio(size)
    picture = s.expose(studio.shade, studio.camera.width, studio.camera.height, 0.05)
    inner, sheen, stone = picture[..., 3:6], picture[..., 6:9], picture[..., 9:]
    glow = np.zeros_like(sheen)
    # Light wanders under the surface, red light the furthest: shadows in marble have warm edges.
    for share, reach in ((np.array((0.40, 0.46, 0.48)), 0.002), (np.array((0.30, 0.20, 0.13)), 0.009)):
        soft = s.blur(picture[..., 3:], reach * size)
        glow += (soft[..., :3] / np.maximum(soft[..., 6:], 0.02) * share).astype(np.float32)
    body = inner * np.array((0.30, 0.34, 0.39), np.float32) + glow * stone
    wall = s.blur(np.concatenate([picture[..., :3] - inner - sheen, 1 - stone], 2), 0.002 * size)
    light = body + sheen + (1 - stone) * wall[..., :3] / np.maximum(wall[..., 3:], 0.02)
    return s.develop(light, 1.05, 0.05, 0.35)
