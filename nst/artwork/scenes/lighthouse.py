"""A lighthouse on dark rocks in a storm: surf, spray, and a gap of light under the clouds."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from nst.artwork.craft.landscape import Lens, light, noise, normals, sample, soften, unit
from nst.artwork.craft.tools import Array, mix, ramp, smoothstep

SUN = unit(-0.9, 0.2, -0.28)
SUNLIGHT = np.array((2.2, 1.52, 0.95), np.float32)
SKYLIGHT = np.array((0.36, 0.42, 0.50), np.float32)
HAZE = np.array((0.40, 0.42, 0.44), np.float32)
# Metres: where the tower stands (x, its foot's height, z).
TOWER = (15.0, 9.6, 130.0)
# Swells: wavelength, height and direction.
SWELLS = ((52, 1.5, 0.30), (31, 0.85, -0.15), (17, 0.45, 0.55), (9.5, 0.22, -0.5), (5.5, 0.12, 0.2))
# Breakers: how far away at the middle, slant, height, and from where to where along x.
BREAKERS = ((60, 0.22, 2.6, -40, -2), (86, 0.12, 3.1, -70, -9), (122, 0.3, 2.8, -95, -14), (182, 0.1, 3.0, -60, 8))
# Bursts of spray: x, height and z of the foot, how high and how broad it flies, how many drops.
BURSTS = (
    (1.5, 0.5, 112.0, 15.0, 5.5, 42000),
    (-3.0, 0.0, 118.0, 9.0, 4.5, 24000),
    (13.0, 0.5, 99.0, 7.5, 5.0, 24000),
    (24.0, 0.5, 92.0, 6.0, 4.0, 16000),
    (6.0, 0.0, 53.0, 3.2, 2.4, 16000),
    (12.5, 0.0, 48.5, 2.2, 1.8, 9000),
)


def mass(x: Array, z: Array) -> Array:
    """The rocks in the large: a headland under the tower and reefs before it, falling away into the sea."""
    bend = 7 * noise(x / 24, z / 24, 3, seed=1)
    head = 15.5 - 15.5 * np.hypot(
        (x - 32 + bend).clip(None, 0) / 34 + (x - 32).clip(0, None) / 200, (z - 136 + bend) / 30
    )
    reef = 4.6 - 7 * np.hypot((x - 17 + 0.4 * bend) / 12, (z - 50 + 0.5 * bend) / 8)
    skerry = 2.6 - 5 * np.hypot((x + 9 + 0.3 * bend) / 5, (z - 101) / 5)
    spur = 4.5 - 6 * np.hypot((x - 24 + 0.5 * bend) / 14, (z - 92 + 0.4 * bend) / 9)
    return np.maximum(np.maximum(np.minimum(head, 9.6 + 0.12 * head), spur), np.maximum(reef, skerry))


def rocks(x: Array, z: Array) -> Array:
    """Height of the rocks: tilted beds of stone broken into ledges and clefts."""
    base = mass(x, z)
    flat = smoothstep(9.0, 10.5, base) * 0.7
    rugged = (
        noise(x / 11, z / 9, 4, seed=2, gain=0.42, ridged=True) * 2.0
        + noise(x / 3.4, z / 3.4, 5, seed=3, gain=0.5, ridged=True) * 0.4
    )
    height = base + rugged * (1 - flat) - 0.8
    tilt = 0.55 * x + 0.25 * z + 1.6 * noise(x / 9, z / 9, 4, seed=4)
    bed = (height + tilt) / 0.9
    step = np.floor(bed)
    ledge = (step + smoothstep(0.45, 0.95, bed - step)) * 0.9 - tilt
    cleft = smoothstep(0.82, 1.05, noise(x / 5.5 + 0.4 * z / 5.5, z / 9, 3, seed=5, ridged=True))
    return height + 0.5 * (ledge - height) * (1 - flat) - 0.9 * cleft * (1 - flat)


def swell(x: Array, z: Array) -> Array:
    """Waves with sharp crests, and the breakers among them."""
    total = np.zeros(np.broadcast(x, z).shape, np.float32)
    for number, (length, high, turn) in enumerate(SWELLS):
        along = (x * np.sin(turn) + z * np.cos(turn)) / length
        phase = 2 * np.pi * along + 1.5 * noise(x / (1.7 * length), z / (1.7 * length), 2, seed=10 + number)
        crest = (0.5 + 0.5 * np.sin(phase)) ** 1.8
        total += (
            high
            * (2 * crest - 0.75)
            * (0.75 + 0.4 * noise(x / (2.2 * length), z / (1.5 * length), 2, seed=20 + number))
        )
    for number, (middle, slant, high, start, end) in enumerate(BREAKERS):
        total += high * breaker(x, z, number, middle, slant, start, end)[0]
    return total + 0.085 * noise(x / 2.6, z / 2.0, 6, seed=30, gain=0.60)


def breaker(
    x: Array, z: Array, number: int, middle: float, slant: float, start: float, end: float
) -> tuple[Array, Array]:
    """The shape of one breaking wave in [0, 1], and how far behind its crest a place lies."""
    wander = 3.0 * noise(x / 16, z / 60, 3, seed=40 + number) + 0.5 * noise(x / 2.4, z / 9, 3, seed=50 + number)
    behind = z - middle - slant * x - wander
    wide = np.where(behind > 0, 9.0, 2.1)
    hold = (
        smoothstep(start, start + 12, x)
        * smoothstep(end, end - 9, x)
        * (0.8 + 0.25 * noise(x / 9, z / 80, 2, seed=60 + number))
    )
    return np.exp(-((behind / wide) ** 2)) * hold, behind


def foam(x: Array, z: Array, height: Array) -> Array:
    """How white the water is: crests, the fronts of breakers, lace drifting between, and surf round the rocks."""
    bend_x, bend_z = x + 1.5 * noise(x / 5, z / 5, 3, seed=70), z + 1.5 * noise(x / 5, z / 5, 3, seed=71)
    web = noise(bend_x / 3.4, bend_z / 2.6, 7, seed=72, gain=0.68, ridged=True)
    grain = noise(x / 1.4, z / 1.4, 6, seed=73, gain=0.7)
    patch = noise(x / 19, z / 26, 3, seed=74) - 0.45
    lace = smoothstep(0.75 - 0.35 * patch, 1.7 - 0.35 * patch, web) * smoothstep(-1.2, 0.8, patch)
    crest = smoothstep(2.2, 3.2, height + 0.55 * grain + 0.5 * patch)
    white = np.maximum(0.85 * lace, crest)
    for number, (middle, slant, _, start, end) in enumerate(BREAKERS):
        shape, behind = breaker(x, z, number, middle, slant, start, end)
        front = smoothstep(0.22, 0.6, shape + 0.12 * grain) * smoothstep(1.6, -0.3, behind + 0.5 * grain)
        wash = (
            smoothstep(-13, -2, behind)
            * smoothstep(1, -1, behind)
            * smoothstep(start + 3, start + 15, x)
            * smoothstep(end, end - 9, x)
        )
        white = np.maximum(white, np.maximum(front, wash * smoothstep(0.0, 0.9, web + 0.35)))
    surf = smoothstep(-5.5, -0.6, mass(x, z) + 1.2 * grain + 0.6 * patch)
    return np.maximum(white, surf * smoothstep(-0.9, 0.7, web + 1.5 * surf - 0.6)).clip(0, 1)


def sky(lens: Lens) -> Array:
    """Storm clouds, lit from below where they end at the horizon."""
    up = lens.slope
    plane = 1 / (up + 0.24).clip(0.03, None)
    u, v = lens.across * plane * 2.6, plane * 3.4
    u, v = u + 0.07 * noise(u, v, 3, seed=80), v + 0.07 * noise(u, v, 3, seed=81)

    def density(a: Array, b: Array) -> Array:
        return noise(a * 0.55, b * 0.8, 8, seed=88, gain=0.54)

    thick = density(u, v)
    # Towards the light there is less cloud before a place that is lit.
    before = np.mean([density(u - 0.09 * k, v + 0.10 * k) for k in (1, 2, 3)], 0)
    relief = thick - before
    scud = smoothstep(0.3, 1.7, noise(u * 1.1 + 3, v * 2.2, 7, seed=87, gain=0.55))
    tone = 0.47 - 0.13 * thick + 0.30 * relief - 0.16 * scud - 0.25 * (lens.across + 0.1) + 0.5 * (0.12 - up)
    colour = ramp(light("12161b", "262e36", "49535c", "7d868c", "c4c2bc", "ece2d2"), tone)
    edge = 0.045 + 0.022 * noise(lens.across * 4, up * 4, 3, seed=84) - 0.045 * lens.across
    gap = smoothstep(
        0.035, -0.012, up - edge + 0.026 * noise(lens.across * 7, up * 40, 7, seed=85, gain=0.6)
    ) * smoothstep(0.4, -0.15, lens.across)
    glow = (
        ramp(light("ffd3a0", "fbb981", "dca88c", "9c9fa6"), up / 0.12)
        * (0.9 + 0.13 * noise(lens.across * 3, up * 30, 5, seed=89))[..., None]
    )
    warm = np.exp(-((up - edge).clip(0, None) / 0.07)) * smoothstep(0.35, -0.3, lens.across)
    colour = colour + light("c98f55") * (0.75 * warm * (0.35 + 0.9 * relief.clip(-0.3, 1)))[..., None].clip(0, None)
    colour = mix(colour, glow * 1.15, gap)
    rain = smoothstep(0.2, 1.2, noise(lens.across * 5 + 0.5 * up, up * 0.9, 4, seed=86)) * smoothstep(0.16, 0.02, up)
    return mix(colour, np.array((0.22, 0.25, 0.28), np.float32), 0.5 * rain * (1 - gap))


def sea(lens: Lens, far: Array, heaven: Array) -> Array:
    """Light from the water, for the pixels that see it."""
    seen = np.isfinite(far)
    z, across = far[seen], lens.across[seen]
    x = across * z
    height = swell(x, z)
    texel = z / (lens.focal * lens.width)
    # Far off a pixel covers more of the water along the view than across it.
    normal = normals(swell, x, z, (1.3 * texel + 0.7 * texel * z / lens.eye).clip(0.05, None))
    way = np.stack([across, lens.slope[seen], np.ones_like(z)], -1)
    way /= np.linalg.norm(way, axis=-1, keepdims=True)
    facing = -(way * normal).sum(-1)
    mirror = way + 2 * facing[:, None] * normal
    ahead = np.abs(mirror[:, 2]) + 0.15
    column = mirror[:, 0] / ahead * lens.focal * 0.8 + 0.5
    row = (lens.horizon - np.abs(mirror[:, 1]) / ahead * lens.focal) * lens.width / lens.shape[0]
    above = sample(soften(heaven, 0.006 * lens.width), column, row)
    fresnel = 0.02 + 0.98 * (1 - facing.clip(0, 1)) ** 5
    body = (
        np.array((0.014, 0.028, 0.032), np.float32)
        + np.array((0.024, 0.068, 0.060), np.float32)
        * (smoothstep(0.6, 3.6, height) * (0.4 + 0.6 * normal[:, 2].clip(-1, 0) * -1))[:, None]
    )
    colour = mix(body, above, fresnel.clip(0, 1) * 0.75)
    white = foam(x, z, height)
    lumps = normals(
        lambda a, b: 0.20 * noise(a / 1.3, b / 1.3, 6, seed=75, gain=0.56), x, z, (1.3 * texel).clip(0.05, None)
    )
    lit = ((0.5 * normal + 0.5 * lumps) @ SUN).clip(0, 1) * (1 - 0.35 * smoothstep(0, 2.6, -height))
    cream = np.array((0.80, 0.84, 0.84), np.float32) * (
        SUNLIGHT * 0.68 * lit[:, None] + SKYLIGHT * (0.5 + 0.6 * lumps[:, 1:2] ** 2)
    )
    scene = np.zeros((*far.shape, 3), np.float32)
    scene[seen] = mix(colour, cream, white * (0.75 + 0.25 * white))
    return scene


def land(lens: Lens, far: Array) -> Array:
    """Light from the rocks: dry and lichened above, black and wet below."""
    seen = np.isfinite(far)
    z = far[seen]
    x, height = lens.across[seen] * z, lens.eye + lens.slope[seen] * z
    normal = normals(rocks, x, z, (1.2 * z / (lens.focal * lens.width)).clip(0.03, None))
    # Stone is rough the same way on every side, which a height alone cannot be.
    ups = [noise((x + k * height) / 1.3, (height * 1.2 + z * k) / 1.1, 7, seed=94 + k, gain=0.74) for k in (0, 1, 2)]
    normal = normal + 0.30 * np.stack(ups, -1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    grit = noise(x / 0.9, z / 0.9 + height * 1.1, 7, seed=90, gain=0.76)
    beds = noise(x / 7 + height / 5, height / 0.5 + 0.6 * x, 4, seed=91)
    colour = ramp(light("262729", "3c3c3c", "565452", "77736d"), 0.42 + 0.17 * grit + 0.10 * beds)
    lichen = smoothstep(0.5, 1.5, noise(x / 2.6, z / 2.6 + height / 2, 5, seed=92)) * smoothstep(5.0, 7.5, height)
    colour = mix(colour, light("85753f"), 0.45 * lichen)
    turf = smoothstep(8.6, 9.6, height + 0.25 * grit) * smoothstep(0.72, 0.88, normal[:, 1])
    colour = mix(colour, ramp(light("2a2f18", "4c4a26", "6f6636"), 0.5 + 0.2 * grit), turf)
    wet = smoothstep(5.2, 2.2, height + 1.2 * noise(x / 6, z / 6, 4, seed=93))
    colour = colour * (1 - 0.62 * wet)[:, None]
    shade = np.full(z.shape, 1.0, np.float32)
    for t in np.geomspace(0.5, 18, 14).astype(np.float32):
        room = height + t * SUN[1] - rocks(x + t * SUN[0], z + t * SUN[2])
        shade = np.minimum(shade, 0.7 + room / (0.10 * t + 0.15))
    hollow = np.exp(-(mass(x, z) + 0.4 - height).clip(0, 3) * 0.45)
    sun = (normal @ SUN).clip(0, 1) * shade.clip(0, 1)
    shine = colour * (SUNLIGHT * 0.66 * sun[:, None] + SKYLIGHT * ((0.42 + 0.65 * normal[:, 1]) * hollow)[:, None])
    way = np.stack([lens.across[seen], lens.slope[seen], np.ones_like(z)], -1)
    facing = -(way * normal).sum(-1) / np.linalg.norm(way, axis=-1)
    gloss = wet * (0.02 + 0.25 * (1 - facing.clip(0, 1)) ** 5) * (0.4 + 0.6 * smoothstep(-0.5, 1, grit))
    half = unit(*(SUN + unit(0, 0.1, -1)))
    glint = wet * (normal @ half).clip(0, 1) ** 40 * shade.clip(0, 1)
    scene = np.zeros((*far.shape, 3), np.float32)
    scene[seen] = shine + SKYLIGHT * gloss[:, None] * 0.8 + SUNLIGHT * (0.25 * glint)[:, None]
    return scene


# Metres above the foot of the tower: its outline, and the colour of each part.
OUTLINE = (
    (0.0, 3.7, "base"), (0.9, 3.6, "base"), (0.95, 3.3, "white"), (5.2, 2.98, "white"), (5.2, 2.98, "red"),
    (9.2, 2.68, "red"), (9.2, 2.68, "white"), (13.2, 2.4, "white"), (13.2, 2.4, "red"), (16.6, 2.2, "red"),
    (16.6, 2.2, "white"), (17.1, 2.5, "white"), (17.3, 3.15, "white"), (17.65, 3.2, "base"), (17.65, 1.75, "red"),
    (18.6, 1.75, "red"), (18.6, 1.62, "glass"), (20.9, 1.62, "glass"), (20.9, 2.05, "red"), (21.15, 2.0, "red"),
    (22.0, 1.45, "red"), (22.6, 0.75, "red"), (22.9, 0.25, "red"), (23.1, 0.3, "red"), (23.35, 0.28, "red"),
    (23.5, 0.07, "base"), (25.0, 0.05, "base"),
)  # fmt: skip
PAINT = {"base": "5d5a55", "white": "d8d5cc", "red": "8e2a20", "glass": "1c2226"}


def tower(lens: Lens, scene: Array) -> Array:
    """The lighthouse, painted long ago and weathered since, its lamp lit."""
    x0, foot, z0 = TOWER
    high = lens.eye + lens.slope * z0 - foot
    heights = np.array([h for h, _, _ in OUTLINE]) + np.arange(len(OUTLINE)) * 1e-5
    radius = np.interp(high, heights, np.array([r for _, r, _ in OUTLINE])).astype(np.float32)
    aside = (lens.across * z0 - x0) / radius
    part = np.searchsorted(heights, high).clip(1, len(OUTLINE) - 1)
    paint = light(*[PAINT[name] for _, _, name in OUTLINE])[part]
    round_ = np.sqrt((1 - aside**2).clip(0, 1))
    turn = np.arcsin(aside.clip(-1, 1))
    # Rust and green run down from the gallery, salt and dirt lie in patches.
    runs = noise(turn * 5, high / 9, 5, seed=100, gain=0.6)
    patch = noise(turn * 1.6, high / 2.4, 6, seed=101, gain=0.6)
    paint = paint * (1 + 0.14 * patch + 0.06 * noise(turn * 9, high * 3, 4, seed=102))[..., None]
    paint = mix(paint, light("6b5a45"), 0.62 * smoothstep(0.4, 1.8, runs + 0.6 * patch))
    paint = mix(paint, light("57604a"), 0.6 * smoothstep(3.5, 0.0, high + 1.2 * patch))
    pane = (np.abs(np.mod(turn * 2.2 + 0.3, 1) - 0.5) > 0.44) | (np.abs(high - 19.75) < 0.05)
    glass = (high > 18.6) & (high < 20.9)
    for level, side in ((3.6, -0.25), (7.6, 0.15), (11.6, -0.1), (15.0, 0.12)):
        frame = np.maximum(np.abs(turn - side) / 0.17, np.abs(high - level) / 0.75)
        paint = np.where((frame < 1.35)[..., None], light("cfc9bb"), paint)
        paint = np.where((frame < 1)[..., None], light("14181b"), paint)
    normal = np.stack([aside, np.full_like(aside, 0.12), -round_], -1)
    wrap = (normal @ SUN).clip(0, 1) * 1.1
    under = 1 - 0.65 * smoothstep(15.2, 17.2, high) * (high < 17.2) - 0.5 * (np.abs(high - 20.6) < 0.3)
    ambient = SKYLIGHT * (0.50 + 0.16 * round_ - 0.26 * aside)[..., None]
    shine = paint * (SUNLIGHT * (wrap * under)[..., None] + ambient * under[..., None])
    lamp = np.exp(-((aside / 0.42) ** 2) - ((high - 19.7) / 0.55) ** 2)
    room = sample(scene, lens.x + 0.5, lens.y * 0 + 0.25) * 0.5 + light("ffcf80") * (5.5 * lamp + 0.25)[..., None]
    shine = np.where((glass & ~pane)[..., None], room, shine)
    edge = z0 / (lens.focal * lens.width)
    cover = ((radius * (1 - np.abs(aside))) / edge + 0.5).clip(0, 1) * (high > -2) * (high < 25)
    return mix(scene, shine, cover)


def ironwork(lens: Lens, scene: Array) -> Array:
    """The railing of the gallery."""
    x0, foot, z0 = TOWER
    fine = 3
    image = Image.new("L", (lens.width * fine, lens.shape[0] * fine), 0)
    pen = ImageDraw.Draw(image)
    unit_ = z0 / (lens.focal * lens.width * fine)

    def line(*points: tuple[float, float]) -> None:
        places = [lens.project(np.array(x0 + a), np.array(foot + b), np.array(z0)) for a, b in points]
        pen.line([(float(c) * fine, float(r) * fine) for c, r in places], fill=255, width=max(round(0.055 / unit_), 1))

    for turn in np.linspace(-1.5, 1.5, 15):
        line((3.1 * np.sin(turn), 17.6), (3.1 * np.sin(turn), 18.75))
    for level in (18.15, 18.75):
        line((-3.12, level), (3.12, level))
    cover = np.asarray(image.resize(lens.shape[::-1], Image.Resampling.BOX), np.float32) / 255
    return mix(scene, light("2a2725"), cover)


def house(lens: Lens, scene: Array) -> Array:
    """The keeper's cottage: a gable in the sun, a slate roof, two windows and a door."""
    x0, foot, z0 = TOWER[0] + 6.4, TOWER[1] - 0.4, TOWER[2] + 1
    a, b = lens.across * z0 - x0, lens.eye + lens.slope * z0 - foot
    streak = noise(a * 0.7, b / 2.5, 6, seed=110, gain=0.6)
    wall = light("d9d4c8") * (1 + 0.09 * streak - 0.3 * smoothstep(0.9, 0.1, b + 0.3 * streak))[..., None]
    slate = ramp(light("2c3035", "454a50", "5e625f"), 0.45 + 0.13 * noise(a * 3.0, b * 5, 4, seed=111) + 0.2 * streak)
    slate = slate * (1 - 0.35 * (np.mod(b / 0.24, 1) < 0.2))[..., None]
    lean = 0.75 * (b - 3.0)
    gable = (a > -2.2) & (a < 0) & (b < 3.0 + 2.3 * (1 - np.abs(a + 1.1) / 1.1))
    front, roof = (a >= 0) & (a < 9.5) & (b < 3.0), (b >= 2.85) & (b < 5.3) & (a > lean - 1.35) & (a < 9.8)
    chimney = (np.abs(a - 7.9) < 0.5) & (b > 4.6) & (b < 6.6)

    def pick(mask: Array, colour: Array) -> Array:
        return np.where(mask[..., None], colour, scene)

    scene = pick(chimney & (b > -1), wall * (SKYLIGHT * 0.6 + SUNLIGHT * np.where(a < 7.65, 0.5, 0.02)[..., None]))
    scene = pick(gable & (b > -2), wall * (SKYLIGHT * 0.5 + SUNLIGHT * 0.72))
    scene = pick(
        front & (b > -2), wall * (SKYLIGHT * (0.66 - 0.25 * smoothstep(2.3, 3.0, b))[..., None] + SUNLIGHT * 0.16)
    )
    scene = pick(roof, slate * (SKYLIGHT * 1.0 + SUNLIGHT * 0.30))
    for place, wide, low, top in ((1.9, 0.5, 0.95, 2.15), (7.2, 0.5, 0.95, 2.15), (4.6, 0.5, 0.0, 2.1)):
        hole = (np.abs(a - place) < wide) & (b > low) & (b < top)
        bar = (np.abs(a - place) < 0.05) | (np.abs(b - (low + top) / 2) < 0.05)
        pane = light("ffb659") * 0.9 if low > 0 and place > 5 else light("20262b")
        scene = pick(hole, np.where(bar[..., None], light("b9b4a8") * 0.4, pane))
    return scene


def spray(lens: Lens, scene: Array, far: Array) -> Array:
    """Water thrown up where the swell meets the rocks, and the mist that hangs there afterwards."""
    rng = np.random.default_rng(21)
    for number, (x, y, z, high, broad, count) in enumerate(BURSTS):
        jets, count = 150, count * 4
        jet = rng.integers(0, jets, count)
        speed = np.sqrt(2 * 9.8 * high) * (0.25 + 0.75 * rng.random(jets))[jet]
        aim = (rng.normal(0, 0.30, jets) + 0.16)[jet]
        time = (rng.random(jets)[jet] * 0.5 + 0.5 * rng.random(count)) * 1.5 * np.sqrt(2 * high / 9.8)
        loose = time * rng.normal(0, 0.24, count) * np.sqrt(high) * 0.45
        start = rng.normal(0, broad * 0.5, jets)[jet]
        side = x + start + np.sin(aim) * speed * time * 0.8 + loose + 0.5 * time**2
        up = y + (np.cos(aim) * speed * time - 4.9 * time**2) * rng.uniform(0.9, 1.1, count) + 0.5 * loose
        up = np.where(
            up < y, y - 0.4 + rng.normal(0, 0.09 * high, count) * (1.2 - 0.2 * np.abs(start)).clip(0.2, None), up
        )
        columns, rows = lens.project(side, up, np.full(count, z))
        inside = (columns >= 0) & (columns < lens.width) & (rows >= 0) & (rows < lens.shape[0])
        spot = rows[inside].astype(np.int64) * lens.width + columns[inside].astype(np.int64)
        fallen = np.bincount(spot, rng.exponential(1, inside.sum()), lens.width * lens.shape[0])
        drops = fallen.reshape(lens.shape).astype(np.float32) * np.float32((lens.width / 2240) ** 2)
        fine, cloud = soften(drops, 0.0004 * lens.width), soften(drops, 0.0035 * lens.width)
        veil = soften(drops, 0.011 * lens.width)
        puff = 1 + 0.55 * noise(lens.x * 60, lens.y * 60, 5, seed=120 + number)
        body = (1.1 * fine + 1.5 * cloud * puff.clip(0.1, None) + 0.5 * veil) * (0.55 if z > 80 else 0.36)
        dense = 1 - np.exp(-body)
        shade = np.exp(-1.9 * np.roll(soften(body, 0.008 * lens.width), round(0.012 * lens.width), 1).clip(0, 3))
        glow = (
            SKYLIGHT * (1.0 + 0.10 * puff)[..., None] * (0.75 + 0.25 * shade)[..., None]
            + SUNLIGHT * (0.08 + 0.72 * shade)[..., None]
        )
        scene = mix(scene, 0.66 * glow, dense * 0.96 * (far > z - 2.5))
    return scene


def render(size: int = 1600) -> Image.Image:
    lens = Lens(size, horizon=0.58, focal=1.3, eye=9.0)
    scene = heaven = sky(lens)
    wave = lens.march(swell, np.concatenate([np.geomspace(30, 400, 1300), np.geomspace(401, 6000, 700)]))
    wave[np.isinf(wave) & (lens.slope < 0)] = 6000
    rock = lens.march(rocks, np.arange(30, 185, 0.11))
    far = np.minimum(wave, rock)
    built = house(lens, tower(lens, scene))
    built = ironwork(lens, built)
    scene = np.where((far > TOWER[2])[..., None], built, scene)
    scene = np.where((np.isfinite(wave) & (wave < rock))[..., None], sea(lens, wave, heaven), scene)
    scene = np.where((rock < wave)[..., None], land(lens, rock), scene)
    air = np.where(np.isfinite(far), 1 - np.exp(-(far - 60).clip(0, None) / 2200), 0)
    scene = mix(scene, HAZE * (1.1 - 0.9 * lens.across)[..., None], air)
    return lens.develop(spray(lens, scene, far), exposure=1.2)
