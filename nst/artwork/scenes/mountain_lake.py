"""A mountain lake at dawn: first light on the peaks, mist on the water, a jetty among stones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from nst.artwork.craft.landscape import Lens, bumps, light, noise, normals, sample, soften, unit
from nst.artwork.craft.tools import Array, mix, ramp, smoothstep

# Metres: the ground's table covers x from -WEST to WEST and z from NEAR to FAR, its cells at least CELL wide.
WEST, NEAR, FAR, CELL = 3900.0, 150.0, 6300.0, 7.0
# Where each peak stands, its height, its reach, and the direction of its ridges.
PEAKS = (
    (660, 4000, 1270, 1800, 0.5),
    (-950, 4800, 1180, 1900, 1.9),
    (-1800, 3500, 850, 1400, 2.6),
    (1950, 3600, 900, 1400, 0.2),
    (-100, 5900, 1150, 1700, 0.9),
)
SUN = unit(-0.87, 0.225, -0.38)
SUNLIGHT = np.array((2.95, 1.25, 0.74), np.float32)
SKYLIGHT = np.array((0.30, 0.40, 0.62), np.float32)
HAZE = np.array((0.36, 0.40, 0.54), np.float32)
MIST = np.array((0.52, 0.52, 0.60), np.float32)


@dataclass
class View:
    """What the camera has seen so far: light, how far away it came from, and whether anything is there."""

    colour: Array
    far: Array


def gullies(x: Array, z: Array, steep: tuple[Array, Array], seed: int) -> tuple[Array, Array, Array]:
    """Waves that run down a slope, like the furrows of water, and their gradient; one cell a unit."""
    cell_x, cell_z = np.floor(x).astype(np.int32), np.floor(z).astype(np.int32)
    table = np.random.default_rng(seed).random((128, 128, 2)).astype(np.float32)
    along, across = -steep[1], steep[0]
    total = [np.zeros(x.shape, np.float32) for _ in range(4)]
    for i in range(-1, 3):
        for j in range(-1, 3):
            offset = table[(cell_z + j) & 127, (cell_x + i) & 127] * 0.5
            dx, dz = x - (cell_x + i) + offset[..., 0] - 0.25, z - (cell_z + j) + offset[..., 1] - 0.25
            weight = np.exp(-2 * (dx * dx + dz * dz))
            phase = 2 * np.pi * (dx * along + dz * across)
            sine = np.sin(phase) * weight
            for part, value in zip(total, (weight, np.cos(phase) * weight, -sine * along, -sine * across), strict=True):
                part += value
    return total[1] / total[0], total[2] / total[0], total[3] / total[0]


def massif(x: Array, z: Array) -> Array:
    """The peaks as they were before water ran down them."""
    bent_x = x + 150 * noise(x / 700, z / 700, 3, seed=1)
    bent_z = z + 150 * noise(x / 700, z / 700, 3, seed=2)
    height = np.zeros(x.shape, np.float32)
    for px, pz, top, reach, turn in PEAKS:
        dx, dz = bent_x - px, bent_z - pz
        arms = 1 + 0.26 * np.cos(3 * (np.arctan2(dz, dx) - turn)) + 0.1 * np.cos(5 * (np.arctan2(dz, dx) + turn))
        away = np.sqrt(dx * dx + dz * dz + 90**2) * arms / reach
        cone = top * np.exp(-1.7 * away**1.02)
        height = np.maximum(height, cone) + 0.12 * np.minimum(height, cone)
    crags = noise(x / 420, z / 420, 5, seed=3, gain=0.44, ridged=True)
    return height + crags * height * 0.09


def ground_table(cell: float) -> Array:
    """Heights of the ground, one for each cell: peaks furrowed by water, the sides of the valley, the lake's bed."""
    z, x = np.mgrid[NEAR : FAR + 1 : cell, -WEST : WEST + 1 : cell].astype(np.float32)
    height = massif(x, z) * smoothstep(1500, 3100, z)
    swell = noise(x / 260, z / 260, 4, seed=4)
    left = ((-x - 175 - 0.05 * z + 30 * swell).clip(0, None) * 0.62) * smoothstep(420, 700, z)
    right = ((x - 250 - 0.12 * z + 40 * swell).clip(0, None) * 0.66) * smoothstep(700, 1000, z)
    side = np.minimum(left, 520 + 60 * swell) + np.minimum(right, 560 + 70 * swell)
    height = np.maximum(height, side) + 0.25 * np.minimum(height, side)
    down, over = np.gradient(soften(height, 40 / cell), cell)
    strength, scale = 0.05 * height * smoothstep(80, 420, height), 1 / 420
    steep = [over * 1.6, down * 1.6]
    for octave in range(4):
        wave, *slope = gullies(x * scale, z * scale, (steep[0], steep[1]), octave)
        height = height + wave * strength
        steep = [s + 0.55 * g for s, g in zip(steep, slope, strict=True)]
        strength, scale = strength * 0.44, scale * 2
    shore = 640 + 70 * noise(x / 170, z / 900, 3, seed=5)
    height = height + ((z - shore) * 0.03).clip(-8, 40) + swell * 2 * smoothstep(0, 60, z - shore)
    # A spit of land comes in from the right.
    spit = 1 - np.hypot((x - 190) / 105, (z - 330 + 12 * swell) / 42)
    return np.maximum(height, np.minimum(spit * 9, 3.5 + 0.6 * swell)).astype(np.float32)


class Ground:
    """The land beyond the lake."""

    def __init__(self, cell: float) -> None:
        self.table = ground_table(cell)
        self.end = ((self.table.shape[1] - 1) * cell, (self.table.shape[0] - 1) * cell)

    def coarse(self, x: Array, z: Array) -> Array:
        return sample(self.table, (x + WEST) / self.end[0], (z - NEAR) / self.end[1])

    def height(self, x: Array, z: Array) -> Array:
        """With crags smaller than the table's cells."""
        low = self.coarse(x, z)
        return low + noise(x / 46, z / 46, 5, seed=6, gain=0.55, ridged=True) * (0.6 + 8 * smoothstep(200, 700, low))

    def sunlit(self, x: Array, height: Array, z: Array) -> Array:
        """The share of the sun that reaches a point past the mountains, and past a ridge out of the picture."""
        open_sky = np.full(x.shape, 1.0, np.float32)
        for t in np.geomspace(12, 2600, 44).astype(np.float32):
            room = height + 2 + t * SUN[1] - self.coarse(x + t * SUN[0], z + t * SUN[2])
            open_sky = np.minimum(open_sky, 0.5 + room / (0.03 * t + 4))
        edge = 330 + 55 * noise(x / 330, z / 330, 4, seed=7) + 0.02 * (z - 3000)
        return open_sky.clip(0, 1) * smoothstep(-60, 75, height - edge)


def sky(lens: Lens) -> Array:
    """Dawn: peach above the ridges, blue above, thin clouds that have the sun already."""
    up = lens.slope + 0.03 * noise(lens.x * 3, lens.y * 5, 2, seed=8)
    colours = light("e9b9a0", "e6c3b4", "b9c0d2", "86a3cb", "5f86bb")
    scene = ramp(colours, up / 0.42, (0.0, 0.3, 0.58, 0.8, 1.0)) * (1.05 - 0.35 * lens.x)[..., None]
    plane = 1 / (lens.slope + 0.12).clip(0.02, None)
    u, v = lens.across * plane * 2.4 + 0.5 * plane, plane * 4.2
    u = u + 0.5 * noise(u, v, 3, seed=9)
    veil = smoothstep(
        -0.2, 2.1, noise(u * 0.55, v * 1.1, 7, seed=10, gain=0.58) + 0.4 * noise(u * 0.3, v * 0.3, seed=9)
    )
    return mix(scene, light("ffd2bd") * 1.25, 0.85 * veil)


def rock_and_snow(ground: Ground, lens: Lens, far: Array) -> Array:
    """Light from the land without its trees; `far` holds distances of the pixels asked for."""
    seen = np.isfinite(far)
    z = far[seen]
    x, height = lens.across[seen] * z, lens.eye + lens.slope[seen] * z
    normal = normals(ground.height, x, z, 1.1 * z / (lens.focal * lens.width))
    broad = normals(ground.coarse, x, z, 25.0)
    grit = noise(x / 9, z / 9 + height / 5, 5, seed=11, gain=0.6)
    strata = noise(x / 160 + height / 90, height / 11 + x / 130, 4, seed=12)
    stone = ramp(light("3a3432", "6a5f58", "8d8178"), 0.5 + 0.17 * grit + 0.16 * strata)
    turf = ramp(light("23281c", "3a3c26", "565036"), 0.5 + 0.25 * grit)
    colour = mix(
        stone, turf, smoothstep(0.62, 0.8, broad[:, 1] + 0.04 * grit) * smoothstep(720, 430, height + 50 * grit)
    )
    lie = 0.4 * normal[:, 1] + 0.6 * broad[:, 1] + 0.03 * grit + 0.03 * strata
    level = smoothstep(380, 900, height + 60 * noise(x / 150, z / 150, 4, seed=13))
    snow = smoothstep(0.64, 0.72, lie + 0.16 * level) * smoothstep(0.1, 0.5, level)
    colour = mix(colour, np.array((0.86, 0.87, 0.90), np.float32), snow)
    sun = (normal @ SUN).clip(0, 1) * ground.sunlit(x, height, z)
    open_sky = 0.55 + 0.45 * normal[:, 1]
    # Snow in the sun lights the slopes that face it.
    shine = colour * (
        SUNLIGHT * sun[:, None] + SKYLIGHT * open_sky[:, None] + np.array((0.07, 0.045, 0.04)) * level[:, None]
    )
    scene = np.zeros((*far.shape, 3), np.float32)
    scene[seen] = shine
    return scene


def conifer(rng: np.random.Generator, tall: int) -> Array:
    """A spruce, `(tall, wide, 2)`: how light each place is, and where it is."""
    wide = int(tall * 0.5)
    tone, shape = Image.new("L", (wide, tall), 0), Image.new("L", (wide, tall), 0)
    pens = ImageDraw.Draw(tone), ImageDraw.Draw(shape)
    girth, bare = rng.uniform(0.15, 0.23), rng.uniform(0.0, 0.08)
    middle, lean = wide / 2, rng.normal(0, 0.012) * tall

    def stroke(points: list[tuple[float, float]], shade: float, width: int) -> None:
        pens[0].line(points, fill=int(np.clip(shade, 4, 255)), width=width)
        pens[1].line(points, fill=255, width=width)

    stroke([(middle + lean, 2), (middle, tall - 1)], 26, max(round(tall * 0.012), 1))
    whorls = int(rng.uniform(34, 44))
    for step in range(whorls):
        t = (step + rng.uniform(0, 0.8)) / whorls
        y = tall * (0.01 + (0.97 - bare) * t)
        for _ in range(7):
            out = rng.uniform(-1, 1)
            reach = tall * (0.012 + girth * t**0.85 * rng.uniform(0.55, 1.1)) * out
            fall = abs(reach) * (0.15 + 0.45 * t) * rng.uniform(0.6, 1.2)
            x = middle + lean * (1 - t)
            tip = (x + reach, y + fall)
            shade = 40 + 120 * rng.random() * (0.4 + 0.6 * abs(out)) - 40 * out * 0.5
            stroke([(x, y), (x + reach * 0.6, y + fall * 0.75), tip], shade * 0.8, max(round(tall * 0.009), 1))
            for k in range(6):
                part = rng.uniform(0.25, 1)
                at = (x + reach * part, y + fall * part)
                end = (
                    at[0] + 0.02 * tall * rng.normal() * (0.3 + t),
                    at[1] + tall * rng.uniform(0.006, 0.03) * (0.4 + t),
                )
                stroke([at, end], shade + 12 * (k - 3), max(round(tall * 0.006), 1))
    return np.stack([np.asarray(tone, np.float32), np.asarray(shape, np.float32)], -1) / 255


class Forest:
    """Single spruces, each a shrunken picture of one of a few."""

    def __init__(self, seed: int = 5) -> None:
        self.rng = np.random.default_rng(seed)
        self.models = [conifer(self.rng, 300) for _ in range(10)]
        self.shrunk: dict[tuple[int, int, int], Array] = {}

    def model(self, kind: int, wide: int, tall: int) -> Array:
        key = (kind, wide, tall)
        if key not in self.shrunk:
            # Light is weighed by coverage, so that the edges do not darken.
            tone, shape = self.models[kind][..., 0], self.models[kind][..., 1]
            planes = [Image.fromarray(p).resize((wide, tall), Image.Resampling.BOX) for p in (tone * shape, shape)]
            held = np.asarray(planes[1])
            self.shrunk[key] = np.stack([np.asarray(planes[0]) / np.maximum(held, 1e-3), held], -1)
        return self.shrunk[key]

    def places(self, ground: Ground) -> Array:
        """x, height, z and the tree's own height, the farthest first."""
        z = 280 + 2700 * self.rng.random(90000) ** 1.3
        x = self.rng.uniform(-0.56, 0.56, z.size) * z
        x, z = x.astype(np.float32), z.astype(np.float32)
        height, steep = ground.coarse(x, z), normals(ground.coarse, x, z, 12.0)[:, 1]
        line = 350 + 70 * noise(x / 120, z / 120, 3, seed=14)
        wood = 1.1 * noise(x / 70, z / 70, 4, seed=15) + 1.3 - 2.6 * smoothstep(-160, 30, height - line)
        tall = self.rng.uniform(0.35, 1.2, z.size) * (1 + 0.18 * noise(x / 40, z / 40, 2, seed=17))
        stands = (height > 1.2) & (steep > 0.66) & (wood > self.rng.uniform(-0.4, 1.3, z.size))
        tall = tall * (25 - 12 * smoothstep(-250, 30, height - line))
        table = np.stack([x, height, z, tall], -1)[stands]
        return table[np.argsort(-table[:, 2])]

    def grow(self, view: View, ground: Ground, lens: Lens) -> None:
        """Draws the trees into the view, from the farthest to the nearest."""
        trees = self.places(ground)
        lit = ground.sunlit(trees[:, 0], trees[:, 1] + trees[:, 3] * 0.7, trees[:, 2])
        columns, feet = lens.project(trees[:, 0], trees[:, 1] - 0.5, trees[:, 2])
        kinds = self.rng.integers(0, len(self.models), len(trees))
        stand = noise(trees[:, 0] / 150, trees[:, 2] / 150, 3, seed=16)
        dry = (0.4 + 0.3 * stand + self.rng.normal(0, 0.3, len(trees))).clip(0, 1)
        pale = (1 + 0.16 * stand + self.rng.normal(0, 0.22, len(trees))).clip(0.5, 1.7)
        dark, bright = light("1b2620", "252a1c"), light("6c7c62", "87835a")
        for column, foot, sun, kind, own, bloom, tree in zip(columns, feet, lit, kinds, dry, pale, trees, strict=True):
            tall = max(round(float(tree[3] / tree[2] * lens.focal * lens.width)), 2)
            wide = max(round(tall * 0.5), 1)
            top, left = round(float(foot)) - tall, round(float(column)) - wide // 2
            cut, end = max(-left, 0), min(left + wide, lens.width)
            if top < 0 or left + cut >= end or top + tall > lens.shape[0]:
                continue
            model = self.model(int(kind), wide, tall)[:, cut : end - left]
            box = (slice(top, top + tall), slice(left + cut, end))
            held = model[..., 1] * (view.far[box] > tree[2] - 12)
            leaf = mix(dark[0] + (dark[1] - dark[0]) * own, bright[0] + (bright[1] - bright[0]) * own, model[..., 0])
            shine = leaf * float(bloom) * (SKYLIGHT * 1.25 + SUNLIGHT * (0.75 * sun * model[..., :1]))
            view.colour[box] += (shine - view.colour[box]) * held[..., None]
            view.far[box] = np.where(held > 0.4, tree[2], view.far[box])


def distant(lens: Lens) -> View:
    """The mountains, the wood and the sky, with the air between."""
    ground = Ground(CELL * max(2240 / lens.width, 1))
    reach = np.concatenate([np.geomspace(NEAR, 1500, 700), np.linspace(1504, FAR, 1100)])
    far = lens.march(lambda x, z: np.maximum(ground.height(x, z), -0.01), reach)
    far[lens.slope <= 0] = np.inf
    view = View(rock_and_snow(ground, lens, far), far)
    open_air = ~np.isfinite(far)
    view.colour[open_air] = sky(lens)[open_air]
    Forest().grow(view, ground, lens)
    hazy(view, lens)
    return view


def hazy(view: View, lens: Lens) -> None:
    """The air between: blue over miles, and mist that lies in the valley and drifts off the water."""
    far = np.where(np.isfinite(view.far), view.far, 60000).astype(np.float32)
    height = lens.eye + lens.slope * np.minimum(far, 5000)
    air = HAZE * (1 - 0.5 * lens.x)[..., None]
    view.colour = mix(
        view.colour, air, np.where(np.isfinite(view.far), 1 - np.exp(-(far - 300).clip(0, None) / 15000), 0)
    )
    drift = noise(lens.across * 9, lens.slope * 70, 6, seed=23, gain=0.55)
    cloud = noise(lens.across * 5, lens.slope * 22, 6, seed=22, gain=0.6)
    rise = 16 + 13 * noise(lens.across * 7, lens.slope * 8, 4, seed=21)
    low = np.exp(-((height.clip(0, None) / rise.clip(4, None)) ** 1.5)) * smoothstep(-1.6, 1.2, drift)
    valley = 0.22 * np.exp(-height.clip(0, None) / 130) * smoothstep(500, 2300, far)
    banks = (
        0.3
        * np.exp(-(((height - 110 - 40 * cloud) / 34) ** 2))
        * smoothstep(-0.4, 2.4, cloud)
        * smoothstep(500, 900, far)
    )
    thick = 1 - (1 - 0.8 * low * smoothstep(240, 640, far)) * (1 - valley) * (1 - banks)
    view.colour = mix(view.colour, MIST * (1.02 - 0.4 * lens.x)[..., None], thick * (lens.slope > 0))


# The shore at the photographer's feet: metres along z, and x for each metre of z; its table is denser close by.
FIRST, LAST, SIDE = 4.6, 21.0, 0.53


def shore_table(side: int) -> tuple[Array, Array]:
    """Heights of the stony shore above the water, and a random number for each stone."""
    v, u = np.mgrid[0 : 1 : side * 1j, -SIDE : SIDE : side * 1j].astype(np.float32)
    z = (FIRST * (LAST / FIRST) ** v).astype(np.float32)
    x = u * z
    lie = 0.06 - 0.062 * (z - 6.4) + 0.035 * (x - 0.6).clip(0, 4) + 0.09 * noise(x / 2.6, z / 2.6, 3, seed=30)
    lie = lie - 0.1 * smoothstep(0, -3, x)
    height, tint = lie, np.zeros_like(x)
    rough = 0.02 * noise(x * 5, z * 5, 4, seed=31, gain=0.6)
    for seed, (cell, fill, flat) in enumerate(
        [(1.35, 0.3, 0.5), (0.55, 0.55, 0.6), (0.22, 0.8, 0.66), (0.1, 0.95, 0.7)]
    ):
        bend = 0.16 * cell
        u = (x + bend * noise(x / cell * 1.3, z / cell * 1.3, 3, seed=32 + seed)) / cell
        v = (z + bend * noise(x / cell * 1.3, z / cell * 1.3, 3, seed=36 + seed)) / cell
        rise, own = bumps(u, v, 40 + seed, fill, flat)
        rise = rise * smoothstep(4.8, 6.3, z + 1.2 * (cell < 0.3))
        top = lie - 0.08 * cell + cell * rise + rough * min(cell, 0.8)
        tint = np.where((top > height) & (rise > 0), own, tint)
        height = np.where(rise > 0, np.maximum(height, top), height)
    return height.astype(np.float32), tint.astype(np.float32)


class Shore:
    """Stones by the water and under it."""

    def __init__(self, side: int) -> None:
        self.table, self.tints = shore_table(side)
        dents = soften(self.table, side / 260) + 0.6 * soften(self.table, side / 80) - 1.6 * self.table
        self.shade: Array = np.exp(-(dents * 9).clip(-0.15, 3)).astype(np.float32)

    def read(self, table: Array, x: Array, z: Array) -> Array:
        return sample(table, x / z / (2 * SIDE) + 0.5, np.log(z / FIRST) / np.log(LAST / FIRST))

    def height(self, x: Array, z: Array) -> Array:
        return self.read(self.table, x, z)

    def rough(self, x: Array, z: Array) -> Array:
        return self.height(x, z) + 0.010 * noise(x * 9, z * 9, 7, seed=50, gain=0.56, ridged=True)

    def light(self, x: Array, z: Array) -> Array:
        """Light from the stones under the open sky, the sun still behind the mountains."""
        height, tint = self.height(x, z), self.read(self.tints, x, z)
        normal = normals(self.rough, x, z, 0.006)
        fleck = 0.7 * noise(x * 40, z * 40, 5, seed=51, gain=0.75) + 0.5 * noise(x * 4, z * 4, 4, seed=53)
        stone = (
            ramp(light("45443f", "7a7468", "5e5244", "948b7c", "3a3935", "6b6a66"), tint) * (1 + 0.2 * fleck)[..., None]
        )
        lichen = smoothstep(1.0, 1.7, noise(x * 6, z * 6, 5, seed=52)) * smoothstep(0.05, 0.2, height)
        stone = mix(stone, light("8d8b78"), 0.4 * lichen)
        wet = smoothstep(0.045, 0.012, height + 0.012 * fleck)
        stone = stone * (1 - 0.55 * wet)[..., None]
        sky_part = SKYLIGHT * (0.25 + 0.75 * normal[..., 1:2].clip(0, 1)) * np.array((1.75, 1.5, 1.3), np.float32)
        glow = np.array((0.62, 0.42, 0.34), np.float32) * (normal @ unit(-0.75, 0.35, 0.35)).clip(0, 1)[..., None]
        gloss = 0.10 * wet * smoothstep(0.5, 1.0, normal @ unit(-0.1, 0.62, -0.6))
        return (stone * (sky_part + glow) + SKYLIGHT * gloss[..., None]) * self.read(self.shade, x, z)[..., None]


def ripples(lens: Lens, z: Array) -> tuple[Array, Array]:
    """How far the water leans along x and z: calm, with breaths of wind; finer in the picture the farther away."""
    x, depth = lens.across * z, np.log(z)
    breath = smoothstep(0.1, 1.3, noise(lens.across * 3, depth * 2.6, 3, seed=60))
    calm = 0.004 + 0.02 * breath + 0.004 * smoothstep(40, 10, z)
    near = smoothstep(45, 14, z)
    lean_z = noise(lens.across * 34, depth * 26, 4, seed=61) * (1 - near) + near * noise(x * 1.1, z * 2.4, 4, seed=62)
    lean_x = noise(lens.across * 34, depth * 26, 3, seed=63) * (1 - near) + near * noise(x * 1.1, z * 2.4, 3, seed=64)
    return lean_x * calm * 0.5, lean_z * calm


def reflected(picture: Array, lens: Lens, lean: tuple[Array, Array], below: Array, rough: float) -> Array:
    """A picture upside down in the water, broken by ripples, for the pixels `below` the horizon."""
    total = np.zeros((int(below.sum()), picture.shape[-1]), np.float32)
    for tap in (-1.4, -0.7, 0.0, 0.7, 1.4):
        slope = np.abs(-lens.slope[below] + 2 * lean[1][below] + tap * rough)
        column = (lens.across[below] + 2 * lean[0][below]) * lens.focal + 0.5
        row = (lens.horizon - slope * lens.focal) * lens.width / lens.shape[0]
        total += sample(picture, column, row) * np.float32(0.2)
    return total


def water(view: View, shore: Shore, lens: Lens) -> None:
    """The lake, and the stones that stand out of it or lie on its bed."""
    below = lens.slope < -1e-4
    level = np.where(below, lens.eye / np.maximum(-lens.slope, 1e-4), 1e4).astype(np.float32)
    lean = ripples(lens, level)
    mirror = reflected(view.colour, lens, lean, below, 0.004)
    near = lens.march(shore.height, np.geomspace(FIRST, LAST - 0.01, 1500))
    near = np.where(np.isfinite(near), near, LAST)
    z, across = near[below], lens.across[below]
    deep = lens.eye + lens.slope[below] * z
    bed = np.zeros_like(mirror)
    pier = jetty(lens, mirrored=True)[0]
    column = lens.x[below] + 0.5 + 0.8 * lens.focal * lean[0][below]
    row = (lens.y[below] + 0.8 * lens.focal * lean[1][below]) * lens.width / lens.shape[0]
    pier = sample(pier, column, row)
    mirror = mirror * (1 - pier[:, 3:]) + pier[:, :3]
    seen = z < LAST - 0.05
    bed[seen] = shore.light((across * z)[seen], z[seen])
    path = (-deep).clip(0, None) * 2.2 + 5 * (~seen)
    bed = bed * np.exp(-path[:, None] * np.array((2.6, 1.25, 1.3))) + np.array((0.012, 0.032, 0.036)) * (
        1 - np.exp(-path * 1.3)[:, None]
    )
    tilt = (-lens.slope[below] + lean[1][below]).clip(0.0, 1)
    fresnel = 0.02 + 0.98 * (1 - tilt / np.sqrt(1 + tilt**2)) ** 5
    colour = mix(bed, mirror, np.where(seen & (deep > 0), 0, fresnel))
    fog = (1 - np.exp(-(level[below] - 60).clip(0, None) / 900)) * (
        0.75 + 0.25 * noise(across * 8, np.log(level[below]) * 9, 4)
    )
    view.colour[below] = mix(colour, MIST * (1.02 - 0.4 * lens.x[below])[:, None], 0.85 * fog.clip(0, 1))


# Metres: where the jetty begins and ends, its height above the water and its width.
JETTY, DECK, BROAD = ((-3.45, 4.6), (-0.75, 17.5)), 0.5, 1.35


@dataclass
class Timber:
    """A piece of the jetty: its middle, half its length, height and breadth, how it is turned, and its own tint."""

    middle: Array
    half: Array
    turn: float
    roll: float
    tint: float


def timbers(rng: np.random.Generator) -> list[Timber]:
    """Planks across two beams on posts, none quite like the next."""
    start, end = (np.array(point, np.float32) for point in JETTY)
    run = float(np.hypot(*(end - start)))
    ahead, aside = (end - start) / run, np.array((end - start)[::-1] * (1, -1), np.float32) / run
    yaw = float(np.arctan2(aside[1], aside[0]))
    parts, at = [], 0.0
    while at < run:
        broad = rng.uniform(0.13, 0.18)
        spot = start + ahead * (at + broad / 2) + aside * rng.normal(0, 0.025)
        half = np.array((BROAD / 2 + rng.normal(0, 0.02), 0.02, broad / 2), np.float32)
        middle = np.array((spot[0], DECK + rng.normal(0, 0.006), spot[1]), np.float32)
        parts.append(Timber(middle, half, yaw + rng.normal(0, 0.012), rng.normal(0, 0.008), rng.random()))
        at += broad + rng.uniform(0.008, 0.022) + (0.15 if rng.random() < 0.025 else 0)
    for side in (-0.5, 0.5):
        spot = (start + end) / 2 + aside * side
        middle, half = np.array((spot[0], DECK - 0.12, spot[1])), np.array((0.05, 0.09, run / 2))
        parts.append(Timber(middle.astype(np.float32), half.astype(np.float32), yaw, 0.0, 0.2))
        for step in np.arange(1.2, run, 2.35):
            spot = start + ahead * (step + rng.normal(0, 0.06)) + aside * side * (1.52 + rng.normal(0, 0.03))
            top = DECK + rng.uniform(0.16, 0.42)
            half = np.array((0.065, (top + 1) / 2, 0.065), np.float32)
            middle = np.array((spot[0], top - half[1], spot[1]), np.float32)
            parts.append(Timber(middle, half, yaw + rng.normal(0, 0.3), rng.normal(0, 0.035), rng.random()))
    return parts


def struck(part: Timber, eye: Array, ray: Array) -> tuple[Array, Array, Array]:
    """How far along each ray a piece of timber is hit (inf: not), where on it, and on which side, all in its frame."""
    c, s, k = np.cos(part.turn), np.sin(part.turn), part.roll
    frame = np.array(((c, k, s), (-k * c, 1, -k * s), (-s, 0, c)), np.float32)
    origin, way = frame @ (eye - part.middle), ray @ frame.T
    way = np.where(np.abs(way) < 1e-6, 1e-6, way)
    one, two = (-part.half - origin) / way, (part.half - origin) / way
    first, last = np.minimum(one, two), np.maximum(one, two)
    enter, leave = first.max(-1), last.min(-1)
    far = np.where((enter < leave) & (enter > 0), enter, np.inf).astype(np.float32)
    place = origin + way * np.where(np.isfinite(far), far, 0)[..., None]
    return far, place, first.argmax(-1)


def wood(part: Timber, place: Array, side: Array, high: Array) -> Array:
    """Light from weathered timber: grain along it, worn edges, green and wet near the water."""
    long = int(np.argmax(part.half))
    along, over = place[..., long], place[..., 0] + place[..., 1] + place[..., 2] - place[..., long]
    own = part.tint * 90
    bend = over + 0.02 * noise(along * 1.5 + own, over * 6 + own, 3, seed=70)
    grain = noise(along * 3 + own, bend * 120, 4, seed=71, gain=0.7)
    crack = smoothstep(1.5, 2.1, noise(along * 1.4 + own, bend * 55, 3, seed=72))
    stain = noise(along * 2.5 + own, over * 5 + own, 4, seed=73)
    base = ramp(light("5d564d", "8b857b", "766a5c", "a19b90"), np.full(grain.shape, part.tint))
    colour = base * (1 + 0.24 * grain + 0.14 * stain)[..., None].clip(0.15, 2) * (1 - 0.7 * crack[..., None])
    edge = np.abs(place / part.half)
    worn = np.sort(edge, -1)[..., 1]
    colour = colour * (1 - 0.45 * smoothstep(0.9, 1.0, worn))[..., None]
    wet = smoothstep(0.32, 0.05, high + 0.05 * stain)
    colour = mix(colour, light("20241a"), 0.8 * wet)
    up = (side == 1).astype(np.float32) + 0.0
    lamp = np.where(side == 1, 1.05, np.where(side == 0, 0.36, 0.24)) * (1 + 0.12 * grain)
    glow = np.array((0.30, 0.19, 0.14), np.float32) * (0.4 + 0.6 * up)[..., None]
    return colour * (SKYLIGHT * np.array((1.75, 1.55, 1.35), np.float32) * lamp[..., None] + glow)


def jetty(lens: Lens, mirrored: bool = False) -> tuple[Array, Array]:
    """Light from the jetty, `(H, W, 4)` with its coverage, as seen directly or in the water; and how far it is."""
    sign = -1.0 if mirrored else 1.0
    eye = np.array((0, sign * lens.eye, 0), np.float32)
    layer, near = np.zeros((*lens.shape, 4), np.float32), np.full(lens.shape, np.inf, np.float32)
    for part in timbers(np.random.default_rng(9)):
        reach = np.stack(np.meshgrid(*[(-1.1, 1.1)] * 3), -1).reshape(-1, 3) * part.half
        c, s = np.cos(part.turn), np.sin(part.turn)
        x = part.middle[0] + reach[:, 0] * c - reach[:, 2] * s
        z = (part.middle[2] + reach[:, 0] * s + reach[:, 2] * c).clip(2, None)
        y = sign * (part.middle[1] + reach[:, 1] + 0.05 * np.sign(reach[:, 1]))
        columns, rows = lens.project(x, y, z)
        left, right = (int(v) for v in np.clip([columns.min() - 3, columns.max() + 4], 0, lens.width))
        top, bottom = (int(v) for v in np.clip([rows.min() - 3, rows.max() + 4], 0, lens.shape[0]))
        if left >= right or top >= bottom:
            continue
        box = (slice(top, bottom), slice(left, right))
        ray = np.stack([lens.across[box], sign * lens.slope[box], np.ones_like(lens.x[box])], -1)
        far, place, side = struck(part, eye, ray)
        high = eye[1] + ray[..., 1] * np.where(np.isfinite(far), far, 0)
        seen = (far < near[box]) & (high > 0)
        if seen.any():
            near[box][seen] = far[seen]
            shine = wood(part, place[seen], side[seen], high[seen])
            layer[box][seen] = np.concatenate([shine, np.ones((len(shine), 1), np.float32)], -1)
    return layer, near


# Where tufts of grass stand (x, z), how wide they spread, and how many blades they have.
TUFTS = ((3.3, 6.6, 0.5, 420), (2.35, 5.9, 0.35, 300), (4.6, 8.2, 0.6, 420), (0.4, 5.75, 0.25, 130))


def grass(view: View, shore: Shore, lens: Lens) -> None:
    """Tufts of last year's grass between the nearest stones, a little out of focus."""
    rng = np.random.default_rng(12)
    planes = [Image.new("L", (lens.width, lens.shape[0]), 0) for _ in range(2)]
    pens = [ImageDraw.Draw(plane) for plane in planes]
    roots = []
    for x, z, spread, count in TUFTS:
        for at in rng.normal((x, z), (spread, spread * 0.6), (count, 2)):
            roots.append((float(at[0]), max(float(at[1]), 5.2)))
    for x, z in sorted(roots, key=lambda root: -root[1]):
        foot = float(shore.height(np.array([x], np.float32), np.array([z], np.float32))[0])
        tall, lean, bow = rng.uniform(0.12, 0.5), rng.normal(0.04, 0.1), rng.normal(0.05, 0.14)
        t = np.linspace(0, 1, 7)
        rise = tall * (t - 0.75 * abs(bow) * t**3)
        columns, rows = lens.project(x + lean * t + bow * t**2, foot + rise, np.full(7, z))
        half = (1 - t) ** 0.7 * rng.uniform(0.0012, 0.0026) * lens.width / z * 1.2
        if foot < 0.01:
            continue
        outline = [*zip(columns - half, rows, strict=True), *zip((columns + half)[::-1], rows[::-1], strict=True)]
        points = [(float(a), float(b)) for a, b in outline]
        pens[0].polygon(points, fill=int(rng.integers(40, 255)))
        pens[1].polygon(points, fill=255)
    tone, cover = (soften(np.asarray(plane, np.float32) / 255, 0.0004 * lens.width) for plane in planes)
    blade = ramp(light("17170e", "3f3a24", "7d6f4c"), tone / np.maximum(cover, 1e-3))
    view.colour = mix(view.colour, blade * SKYLIGHT * np.array((2.0, 1.6, 1.3), np.float32), cover)


def render(size: int = 1600) -> Image.Image:
    lens = Lens(size, horizon=0.6, focal=1.0, eye=1.7)
    view, shore = distant(lens), Shore(min(lens.width // 2, 1200))
    water(view, shore, lens)
    layer, _ = jetty(lens)
    view.colour = mix(view.colour, layer[..., :3], layer[..., 3])
    grass(view, shore, lens)
    return lens.develop(view.colour, exposure=1.25)
