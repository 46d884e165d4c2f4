"""A path through a beech wood in autumn, the low sun ahead: shafts of light in haze, leaves on the ground."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw

from nst.artwork.craft.landscape import Lens, light, noise, normals, sample, soften
from nst.artwork.craft.tools import Array, mix, ramp, smoothstep

# Where the sun stands, as slopes of the view.
SUN_X, SUN_Y = -0.125, 0.205
SUNLIGHT = np.array((3.4, 2.15, 1.0), np.float32)
SKYLIGHT = np.array((0.44, 0.42, 0.36), np.float32)
# Metres until haze has taken two thirds of what is seen.
CLEAR = 48.0
NEAREST, FARTHEST = 1.9, 130.0
# Trees that are placed by hand, for the picture's sake: x, z, radius.
HEROES = (
    (-2.75, 6.2, 0.40),
    (3.35, 7.6, 0.33),
    (-4.7, 9.8, 0.27),
    (2.7, 13.0, 0.26),
    (-2.9, 15.5, 0.24),
    (5.9, 11.0, 0.30),
)
HANGING = light("f4b41f", "ec8d15", "dd6a1a", "b9371a", "fbc135", "c0a530")
FALLEN = light("8d5024", "b56a26", "cf9140", "6b3f22", "9a4422", "d9ab54", "7d5f43")
LEAF = np.array(((-1, 0), (-0.45, 0.40), (0.3, 0.42), (1.05, 0.0), (0.3, -0.42), (-0.45, -0.40)), np.float32)


def path(z: Array) -> Array:
    """The middle of the path."""
    return 0.2 + 1.6 * np.sin(z / 9) - 0.11 * z


def ground(x: Array, z: Array) -> Array:
    """The floor of the wood: the path worn into it, humps and banks beside."""
    away = np.abs(x - path(z))
    bank = 0.42 * smoothstep(0.8, 2.4, away) + 0.05 * (away - 2).clip(0, 12)
    return (
        bank
        + 0.16 * noise(x / 5, z / 5, 3, seed=1) * smoothstep(0.5, 2.5, away)
        + 0.02 * noise(x / 0.7, z / 0.7, 3, seed=2)
    )


def trees() -> Array:
    """Where the trees stand (x, z), their radius, lean and bend, the farthest first."""
    rng = np.random.default_rng(4)
    stand = [(x, z, r, 0.0, 0.1) for x, z, r in HEROES]
    while len(stand) < 190:
        z = 8 + 90 * rng.random() ** 0.8
        x = rng.uniform(-0.62, 0.62) * z
        radius = rng.uniform(0.08, 0.33)
        clear = abs(x - float(path(np.array(z)))) > 1.9 + radius
        if clear and all((x - a) ** 2 + (z - b) ** 2 > (1.5 + 2 * r) ** 2 for a, b, r, _, _ in stand):
            stand.append((x, z, radius, rng.normal(0, 0.035), rng.normal(0, 0.22)))
    table = np.array(stand, np.float32)
    return table[np.argsort(-table[:, 1])]


class Air:
    """The haze: its colour where nothing is before it, brightest round the sun."""

    def __init__(self, lens: Lens) -> None:
        self.away: Array = np.hypot(lens.across - SUN_X, (lens.slope - SUN_Y) * 1.15)
        wisps = 1 + 0.16 * noise(lens.across * 5, lens.slope * 5, 5, seed=3)
        warm = np.exp(-self.away / 0.16)[..., None] * np.array((1.9, 1.22, 0.56), np.float32)
        wide = np.exp(-self.away / 0.5)[..., None] * np.array((0.56, 0.40, 0.21), np.float32)
        self.colour: Array = (warm + wide + np.array((0.07, 0.068, 0.056), np.float32)) * wisps[..., None]

    def before(self, colour: Array, z: Array | float, box: tuple[slice, ...] = (slice(None),)) -> Array:
        """A colour as it is seen through the haze over a distance, in a part of the picture."""
        return mix(colour, self.colour[box], 1 - np.exp(-((np.asarray(z) / CLEAR) ** 1.15)))


def sunlit(x: Array, z: Array, stand: Array) -> Array:
    """The share of the sun that reaches the ground between trunks and leaves."""
    # The way to the sun along the ground.
    way = np.array((SUN_X, 1.0)) / np.hypot(SUN_X, 1.0)
    share = np.ones(x.shape, np.float32)
    for tx, tz, radius, _, _ in stand:
        along = (tx - x) * way[0] + (tz - z) * way[1]
        aside = np.abs((tx - x) * way[1] - (tz - z) * way[0])
        blur = 0.02 + 0.009 * along.clip(0, None)
        share *= np.where(along > 0, smoothstep(-blur, blur, aside - radius), 1)
    leaves = noise((x - z * SUN_X) / 0.9, z / 3.4, 5, seed=5, gain=0.6) + 0.5 * noise(x / 4, z / 9, 2, seed=6)
    return share * smoothstep(-0.25, 0.9, leaves)


def floor(lens: Lens, air: Air, stand: Array) -> tuple[Array, Array, Array]:
    """Light from the ground, how far away it is, and how much sun lies on it."""
    far = lens.march(ground, np.geomspace(NEAREST, FARTHEST, 1100))
    seen = np.isfinite(far)
    z = far[seen]
    x = lens.across[seen] * z
    sun = sunlit(x, z, stand)
    normal = normals(ground, x, z, 0.02 + 0.002 * z)
    mottle = noise(x * 9, z * 9, 6, seed=7, gain=0.72)
    patch = noise(x / 1.7, z / 1.7, 4, seed=8)
    litter = ramp(FALLEN[[3, 0, 1, 2]], 0.45 + 0.22 * mottle + 0.10 * patch)
    crumbs = mottle + 0.9 * noise(x * 45, z * 30, 4, seed=19, gain=0.8) * smoothstep(14, 4, z)
    earth = ramp(light("241c14", "4a392c", "8a7054"), 0.45 + 0.17 * crumbs)
    worn = smoothstep(1.3, 0.7, np.abs(x - path(z)) + 0.22 * patch)
    colour = mix(litter, earth, 0.8 * worn)
    # Low sun from ahead shines through upright leaves and glances off flat ones.
    gleam = (0.34 + 0.25 * mottle.clip(-1, 2)) * (0.8 + 2.0 * -normal[:, 2].clip(-0.3, 0.2))
    lit = colour * (SUNLIGHT * (sun * gleam)[:, None] * 1.3 + SKYLIGHT * (0.75 + 0.25 * mottle.clip(-1, 1))[:, None])
    scene, share = np.zeros((*lens.shape, 3), np.float32), np.zeros(lens.shape, np.float32)
    scene[seen], share[seen] = lit, sun
    return scene, far, share


def drawn(
    lens: Lens, outlines: Array, colours: Array, lines: list[tuple[list[float], int, int]]
) -> tuple[Array, Array]:
    """Branches (points, width, tone) and leaves (outlines in pixels) on an empty sheet: their light and coverage."""
    sheet, shape = Image.new("RGB", lens.shape[::-1]), Image.new("L", lens.shape[::-1])
    pen, cut = ImageDraw.Draw(sheet), ImageDraw.Draw(shape)
    for points, width, tone in lines:
        pen.line(points, fill=(tone, int(tone * 0.93), int(tone * 0.86)), width=width)
        cut.line(points, fill=255, width=width)
    # Leaves smaller than a pixel are drawn as one, so only a share of them is.
    size = np.ptp(outlines, axis=1).max(1) if len(outlines) else np.zeros(0)
    kept = np.random.default_rng(1).random(len(size)) < (size / 1.6) ** 2
    tones = (np.sqrt(colours.clip(0, 4) / 4) * 255).astype(np.uint8)
    for points, tone in zip(outlines[kept].reshape(-1, 12).tolist(), tones[kept].tolist(), strict=True):
        pen.polygon(points, fill=tuple(tone))
        cut.polygon(points, fill=255)
        if abs(points[0] - points[6]) + abs(points[1] - points[7]) > 7:
            # One half of a leaf lies in another light, and the rib is pale.
            pen.polygon(points[:8], fill=tuple(int(0.86 * t) for t in tone))
            pen.line([*points[:2], *points[6:8]], fill=tuple(int(0.5 * t + 0.5 * min(1.12 * t, 255)) for t in tone))
    grain = 1 + 0.20 * noise(lens.x * 260, lens.y * 260, 3, seed=18, gain=0.8)
    return (np.asarray(sheet, np.float32) / 255) ** 2 * 4 * grain[..., None], np.asarray(shape, np.float32) / 255


def litter(lens: Lens, scene: Array, far: Array, share: Array) -> None:
    """Single fallen leaves, as far as they can be told apart."""
    rng = np.random.default_rng(6)
    z = NEAREST * 1.02 * (16 / NEAREST) ** rng.random(52000)
    x = rng.uniform(-0.53, 0.53, z.size) * z
    keep = np.abs(x - path(z)) + rng.normal(0, 0.22, z.size) > 1.25 * rng.random(z.size) ** 0.45
    x, z = x[keep].astype(np.float32), z[keep].astype(np.float32)
    order = np.argsort(-z)
    x, z = x[order], z[order]
    turn, tilt, roll = rng.uniform(0, 6.28, z.size), rng.normal(0, 0.32, z.size), rng.normal(0, 0.5, z.size)
    half = rng.uniform(0.022, 0.046, z.size)
    long, wide = LEAF[:, 0] * half[:, None], LEAF[:, 1] * half[:, None]
    c, s = np.cos(turn)[:, None], np.sin(turn)[:, None]
    px, pz = x[:, None] + long * c - wide * s, z[:, None] + long * s + wide * c
    curl = 0.35 * np.abs(LEAF[:, 0]) ** 2 * half[:, None] * rng.random(z.size)[:, None]
    py = ground(x, z)[:, None] + 0.008 + long * tilt[:, None] + wide * roll[:, None] + curl
    columns, rows = lens.project(px, py, pz)
    spot = (
        np.clip(rows.mean(1), 0, lens.shape[0] - 1).astype(int),
        np.clip(columns.mean(1), 0, lens.width - 1).astype(int),
    )
    sun = share[spot]
    colour = FALLEN[rng.integers(0, len(FALLEN), z.size)] * rng.uniform(0.5, 1.25, (z.size, 1))
    # Leaves that lean towards the viewer have the sun behind them and glow; flat ones gleam a little.
    lean = (-tilt * s[:, 0] - roll * c[:, 0]).clip(-0.6, 0.8)
    shine = colour * (
        SUNLIGHT * (sun * (0.45 + 0.7 * lean.clip(-0.3, 1)) * 0.95)[:, None] + SKYLIGHT * (0.9 - 0.4 * lean)[:, None]
    )
    gloss = SUNLIGHT * (0.16 * sun * (np.abs(lean + 0.12) < 0.06))[:, None]
    tone, cover = drawn(lens, np.stack([columns, rows], -1).astype(np.float32), shine + gloss, [])
    below = np.roll(soften(cover, 0.0011 * lens.width), round(0.0012 * lens.width), 0)
    scene *= (1 - 0.55 * below * (1 - cover) * smoothstep(18, 6, np.where(np.isfinite(far), far, 99)))[..., None]
    scene += (tone - scene) * cover[..., None]


def trunk(lens: Lens, air: Air, scene: Array, tree: Array, number: int) -> None:
    """One beech: smooth grey bark with scars and moss, its edge towards the sun lit."""
    x0, z, radius, lean, bend = (float(v) for v in tree)
    foot = float(ground(np.array([x0], np.float32), np.array([z], np.float32))[0])
    reach = (radius * 2.4 + abs(lean) * 9 + abs(bend)) / z * lens.focal
    middle = (x0 + lean * 4) / z * lens.focal + 0.5
    left, right = (int(np.clip((middle + k * reach) * lens.width, 0, lens.width)) for k in (-1, 1))
    base = int(np.clip(lens.project(np.array(x0), np.array(foot - 0.25), np.array(z))[1], 0, lens.shape[0]))
    if right - left < 1 or base < 2:
        return
    box = (slice(0, base), slice(left, right))
    across, high = lens.across[box] * z, lens.eye + lens.slope[box] * z - foot
    up = high.clip(0, None)
    girth = (
        radius
        * (1 - 0.022 * up).clip(0.35, 1)
        * (1 + 0.75 * np.exp(-up / 0.32) + 0.05 * noise(up / 1.3, up * 0 + number, 3, seed=9))
    )
    middle_line = x0 + lean * up + bend * np.sin(up / 4.5 + number)
    girth = girth * (1 + 0.22 * np.exp(-up / 0.4) * noise(across / 0.25, up * 0 + number, 2, seed=10))
    aside = (across - middle_line) / girth
    turn = np.arcsin(aside.clip(-1, 1))
    u, v = turn * radius * 3 + number * 7.3, high
    fine = noise(u * 14, v * 9, 6, seed=11, gain=0.7)
    rings = smoothstep(0.9, 2.0, noise(u * 3.5, v * 26, 4, seed=12))
    blotch = noise(u * 2.2, v * 1.3, 5, seed=13)
    bark = ramp(light("2e2a26", "58524a", "857d70"), 0.45 + 0.15 * fine + 0.17 * blotch) * (1 - 0.45 * rings)[..., None]
    moss = smoothstep(0.35, 1.2, blotch + 0.35 * fine + 1.2 * np.exp(-up / 0.7) - 0.35 + 0.45 * np.sin(turn))
    bark = mix(bark, ramp(light("23280f", "4d5220"), 0.5 + 0.25 * fine), 0.8 * moss)
    side = np.sign(SUN_X * z - x0) if abs(SUN_X * z - x0) > 0.5 * radius else 0.0
    rim = smoothstep(0.55, 1.0, aside * side + 0.06 * fine) if side else smoothstep(0.75, 1.0, np.abs(aside))
    flicker = smoothstep(-0.5, 0.9, noise(up / 0.8 + number, up * 0 + z, 3, seed=14) + 0.3 * blotch)
    ambient = SKYLIGHT * (0.55 + 0.25 * np.sqrt((1 - aside**2).clip(0, 1)) + 0.25 * aside * side)[..., None]
    warm = np.array((0.20, 0.11, 0.04), np.float32) * np.exp(-up / 1.5)[..., None]
    shine = bark * (ambient + warm + SUNLIGHT * (0.62 * rim * flicker)[..., None])
    shine = air.before(shine, z, box)
    edge = z / (lens.focal * lens.width)
    # The near side of the foot meets the ground lower in the picture.
    ragged = 0.03 * noise(across * 22, high * 38, 2, seed=15) + 0.02
    ragged = ragged - 1.3 * radius * lens.eye / z * np.sqrt((1 - aside**2).clip(0, 1))
    cover = ((1 - np.abs(aside)) * girth / edge + 0.5).clip(0, 1) * ((high - ragged) / 0.03).clip(0, 1)
    scene[box] += (shine - scene[box]) * cover[..., None]


def branches(rng: np.random.Generator, tree: Array) -> list[Array]:
    """Boughs of one tree and the twigs on them, as lines of points (x, height, z, radius)."""
    x0, z, radius, lean, bend = (float(v) for v in tree)
    lines: list[Array] = []
    for _ in range(int(10 + 20 * radius + 6 * rng.random())):
        y = 2.2 + 12 * rng.random() ** 1.4
        turn, rise = rng.uniform(0, 6.28), rng.uniform(0.05, 0.7)
        length = rng.uniform(1.2, 3.8) * (1 - y / 26)
        t = np.linspace(0, 1, 13)
        wave = np.cumsum(rng.normal(0, 0.022, (13, 2)), 0) * length
        out, up = length * t, length * (rise * t - 0.42 * t**2)
        start = x0 + lean * y + bend * np.sin(y / 4.5) + 0.8 * radius * np.cos(turn)
        bough = np.stack(
            [
                start + np.cos(turn) * out + wave[:, 0],
                y + up + wave[:, 1] * 0.6,
                z + np.sin(turn) * out,
                (0.015 + 0.07 * radius) * (1 - 0.85 * t),
            ],
            -1,
        )
        lines.append(bough)
        for k in range(2, 13, 2):
            for side in (-1, 1):
                twig = rng.uniform(0.35, 0.95) * (1.1 - 0.5 * t[k])
                way = turn + side * rng.uniform(0.5, 1.1)
                s = np.linspace(0, twig, 4)
                lines.append(
                    np.stack(
                        [
                            bough[k, 0] + np.cos(way) * s,
                            bough[k, 1] + s * rng.normal(0.02, 0.16) - 0.16 * s**2,
                            bough[k, 2] + np.sin(way) * s,
                            np.full(4, 0.006),
                        ],
                        -1,
                    )
                )
    return lines


def leaves(rng: np.random.Generator, lines: list[Array], each: int) -> Array:
    """Leaves along the twigs, in flat sprays: x, height, z, half a length."""
    twigs = np.array([line for line in lines if len(line) == 4], np.float32)
    if not len(twigs):
        return np.zeros((0, 4), np.float32)
    pick = np.repeat(np.arange(len(twigs)), each)
    t = rng.random(pick.size)[:, None]
    spot = twigs[pick, 0, :3] * (1 - t) + twigs[pick, 3, :3] * t
    spot += rng.normal(0, (0.11, 0.035, 0.11), spot.shape)
    return np.concatenate([spot, rng.uniform(0.026, 0.052, (pick.size, 1))], 1).astype(np.float32)


def foliage(lens: Lens, air: Air, scene: Array, stand: Array, rng: np.random.Generator) -> None:
    """The boughs and leaves of trees that stand about as far away as each other."""
    z = float(stand[:, 1].mean())
    boughs = [line for tree in stand for line in branches(rng, tree)]
    spots = leaves(rng, boughs, int(np.interp(z, (5, 20, 60), (20, 18, 11))))
    # Farther leaves are fewer and larger, as clumps are told apart no more.
    spots[:, 3] *= np.interp(z, (10, 60), (1.0, 2.2))
    spots = spots[(spots[:, 2] > 2.2)]
    columns, rows = lens.project(spots[:, 0], spots[:, 1], spots[:, 2])
    half = spots[:, 3] / spots[:, 2] * lens.focal * lens.width
    inside = (columns > -20) & (columns < lens.width + 20) & (rows > -20) & (rows < lens.shape[0])
    columns, rows, half, spots = columns[inside], rows[inside], half[inside], spots[inside]
    turn, squash = rng.uniform(0, 6.28, half.size), rng.uniform(0.42, 1.0, half.size)
    long, wide = LEAF[:, 0] * half[:, None], LEAF[:, 1] * (half * squash)[:, None]
    c, s = np.cos(turn)[:, None], np.sin(turn)[:, None]
    outlines = np.stack([columns[:, None] + long * c - wide * s, rows[:, None] + (long * s + wide * c) * 0.8], -1)
    hue = noise(spots[:, 0] / 2.2, spots[:, 1] / 2.2 + spots[:, 2], 2, seed=16) + rng.normal(0, 0.6, half.size)
    colour = ramp(HANGING[[5, 4, 0, 1, 2, 3]], 0.53 + 0.22 * hue) * rng.uniform(0.55, 1.2, (half.size, 1))
    away = np.hypot(spots[:, 0] / spots[:, 2] - SUN_X, (spots[:, 1] - lens.eye) / spots[:, 2] - SUN_Y)
    through = smoothstep(-0.9, 0.9, noise(spots[:, 0] / 0.8, spots[:, 1] / 0.8 + spots[:, 2] / 2, 3, seed=17))
    glow = through * rng.uniform(0.3, 1.0, half.size) * (0.55 + 0.95 * np.exp(-away / 0.25))
    shine = colour * (SKYLIGHT * 0.75 + SUNLIGHT * glow[:, None])
    lines = []
    for line in boughs:
        column, row = lens.project(line[:, 0], line[:, 1], line[:, 2].clip(2, None))
        width = 2 * line[:, 3] / line[:, 2].clip(2, None) * lens.focal * lens.width
        if width[0] < 0.4 or row.max() < 0 or column.max() < 0 or column.min() > lens.width:
            continue
        points = np.stack([column, row], -1)
        for k in range(len(line) - 1):
            lines.append((points[k : k + 2].ravel().tolist(), max(round(float(width[k])), 1), 22))
    tone, cover = drawn(lens, outlines, shine, lines)
    # The nearest leaves are a little out of focus.
    blur = 0.0007 * smoothstep(9.0, 5.0, np.array(z)) * lens.width
    if blur > 0.8:
        tone, cover = soften(tone * cover[..., None], float(blur)), soften(cover, float(blur))
        tone /= np.maximum(cover, 1e-3)[..., None]
    scene += (air.before(tone, z) - scene) * cover[..., None]


def shafts(lens: Lens, air: Air, scene: Array, far: Array) -> Array:
    """Sunbeams in the haze: what is bright round the sun, drawn out away from it."""
    bright = (scene.mean(-1) - 0.8).clip(0, 1.8) * np.exp(-air.away / 0.16)
    sun = (SUN_X * lens.focal + 0.5, (lens.horizon - SUN_Y * lens.focal) * lens.width / lens.shape[0])
    u, v = lens.x + 0.5, lens.y * lens.width / lens.shape[0]
    beams = bright
    for step in (0.5, 0.2, 0.08):
        total = np.zeros(lens.shape, np.float32)
        for k in range(7):
            pull = 1 - step * k / 7
            total += sample(beams, sun[0] + (u - sun[0]) * pull, sun[1] + (v - sun[1]) * pull)
        beams = total / 7
    deep = 0.4 + 0.6 * smoothstep(4, 30, np.where(np.isfinite(far), far, 60))
    return scene + beams[..., None] * np.array((1.0, 0.66, 0.30), np.float32) * (3.2 * deep)[..., None]


def render(size: int = 1600) -> Image.Image:
    lens = Lens(size, horizon=0.56, focal=1.0, eye=1.6)
    air, stand, rng = Air(lens), trees(), np.random.default_rng(8)
    floor_light, far, share = floor(lens, air, stand)
    litter(lens, floor_light, far, share)
    sky = air.colour * 1.15 + (7 * np.exp(-((air.away / 0.028) ** 2)))[..., None] * np.array(
        (1, 0.85, 0.55), np.float32
    )
    scene = np.where(np.isfinite(far)[..., None], air.before(floor_light, np.where(np.isfinite(far), far, 1)), sky)
    depths = [200, 70, 52, 40, 31, 24, 18.5, 14.2, 10.8, 8.2, 4]
    for number, (end, start) in enumerate(pairwise(depths)):
        group = stand[(stand[:, 1] < end) & (stand[:, 1] >= start)]
        for k, tree in enumerate(group):
            trunk(lens, air, scene, tree, 37 * number + k)
        if len(group):
            foliage(lens, air, scene, group, rng)
    return lens.develop(shafts(lens, air, scene, far), exposure=1.2, glow=0.10)
