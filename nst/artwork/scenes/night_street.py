"""A narrow street of an old town on a rainy night: lit windows, lanterns, wet cobbles, someone with an umbrella.

Lengths are in metres; the camera stands at the origin, 1.5 above the ground, and looks along -z.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from nst.artwork.craft import solids as s
from nst.artwork.craft.solids import Noise, Vector, ellipsoid, limb, union
from nst.artwork.craft.tools import Array, mix, rgb, smoothstep

NOISE = Noise(31)
GROUND, FLOOR, STOREY = 0.0, 3.15, 2.75  # the height of the street, of a shop and of each floor above it
WALLS = rgb("b58d5e", "a86a4c", "c9b48c", "7f8a86", "b9a07a", "94604f", "c2a468", "8c8f7a")
BOARDS = rgb("2c4a3c", "6b2320", "24405c", "4a3a28", "3d5a4a", "5c2a34")
SKY: Array = np.array((0.009, 0.017, 0.042), np.float32)
PERSON = (0.42, -8.6)


class Street:
    """Boxes: the houses on both sides with their eaves and gables, then lanterns and signs."""

    def __init__(self) -> None:
        rng = np.random.default_rng(12)
        self.low: list[tuple[float, float, float]] = []
        self.high: list[tuple[float, float, float]] = []
        self.kind: list[int] = []  # a house's number, or what else it is
        self.houses: list[tuple[float, float, int, float]] = []  # start, length, windows, the street side's x
        self.lamps: list[tuple[tuple[float, float, float], tuple[float, float, float]]] = []
        for side in (-1, 1):
            z = 2.5
            while z > -62:
                length = float(rng.uniform(4.0, 6.4))
                middle = z - length / 2
                inward = float(rng.uniform(-0.22, 0.28)) - 0.6 * max(0.0, (-middle - 30) / 30)
                face = -0.0026 * middle * middle + side * (2.75 + inward)
                self._house(side, z, length, face, int(rng.integers(2, 5)), rng)
                z -= length
        self._lanterns()

    def _box(self, low: tuple[float, float, float], high: tuple[float, float, float], kind: int) -> None:
        self.low.append(low)
        self.high.append(high)
        self.kind.append(kind)

    def _across(self, side: int, face: float, out: float, deep: float) -> tuple[float, float]:
        """The x of a box that stands out from a facade and goes back into it."""
        a, b = face - side * out, face + side * deep
        return min(a, b), max(a, b)

    def _house(self, side: int, z: float, length: float, face: float, floors: int, rng: np.random.Generator) -> None:
        number = len(self.houses)
        self.houses.append((z, length, max(2, round(length / 1.75)), face))
        top = FLOOR + STOREY * floors + float(rng.uniform(0.1, 0.7))
        x0, x1 = self._across(side, face, 0, 9)
        self._box((x0, -1, z - length), (x1, top, z), number)
        x0, x1 = self._across(side, face, 0.32, 3)
        self._box((x0, top, z - length + 0.03), (x1, top + 0.16, z - 0.03), EAVE)
        if rng.uniform() < 0.55:
            for step in range(4):
                inset = length * (0.10 + 0.10 * step)
                x0, x1 = self._across(side, face, 0.02, 0.5)
                low, high = top + 0.16 + 0.55 * step, top + 0.16 + 0.55 * (step + 1)
                self._box((x0, low, z - length + inset), (x1, high, z - inset), GABLE)
        x0, x1 = self._across(side, face, 0.07, 0.1)
        self._box((x0, FLOOR - 0.16, z - length), (x1, FLOOR, z), CORNICE)
        x0, x1 = self._across(side, face, 0.06, 0.1)
        self._box((x0, -1, z - length), (x1, 0.45, z), CORNICE)

    def _lanterns(self) -> None:
        for side, z, height in ((-1, -7.1, 3.75), (1, -12.5, 3.9), (-1, -19.5, 3.8), (1, -28.0, 3.9), (-1, -37.0, 3.8)):
            face = next(h[3] for h in self.houses if h[0] >= z > h[0] - h[1] and (h[3] > -0.0026 * z * z) == (side > 0))
            x = face - side * 0.85
            x0, x1 = min(x, face), max(x, face)
            self._box((x0, height + 0.52, z - 0.02), (x1, height + 0.56, z + 0.02), IRON)
            for low, high, wide, kind in (
                (0.0, 0.36, 0.13, LAMP),
                (0.36, 0.41, 0.19, IRON),
                (0.41, 0.47, 0.11, IRON),
                (0.47, 0.56, 0.03, IRON),
                (-0.05, 0.0, 0.10, IRON),
            ):
                self._box((x - wide, height + low, z - wide), (x + wide, height + high, z + wide), kind)
            self.lamps.append(((x, height + 0.18, z), (4.4, 2.5, 0.95)))
        for (x, y, z, wide, high), kind in zip(SIGNS, (SIGN, SIGN + 1, SIGN + 2), strict=True):
            self._box((x - wide, y - high, z - 0.05), (x + wide, y + high, z + 0.05), kind)

    def table(self) -> tuple[Array, Array, Array]:
        return np.array(self.low, np.float32), np.array(self.high, np.float32), np.array(self.kind)


EAVE, GABLE, CORNICE, IRON, LAMP, SIGN = 100, 101, 102, 103, 104, 110
SIGNS = ((-1.98, 2.95, -8.6, 0.48, 0.26), (1.95, 3.3, -15.2, 0.26, 0.75), (-2.2, 3.05, -15.5, 0.45, 0.28))
STREET = Street()
LOW, HIGH, KIND = STREET.table()
HOUSES: Array = np.array(STREET.houses, np.float32)
# Lanterns, then what shines out of the shops and from the signs.
LIGHTS = [
    *STREET.lamps,
    ((-2.0, 1.6, -9.5), (2.4, 1.5, 0.65)),
    ((2.0, 1.6, -6.0), (1.9, 1.25, 0.6)),
    ((1.7, 1.6, -14.0), (1.6, 1.15, 0.65)),
    ((-2.3, 1.6, -15.5), (2.2, 1.2, 0.45)),
    ((1.75, 3.3, -15.0), (1.7, 0.12, 0.22)),
    ((-1.8, 2.9, -8.3), (0.16, 0.85, 0.75)),
    ((-2.6, 1.8, -24.0), (2.6, 1.7, 0.8)),
    ((0.6, 1.8, -23.0), (2.0, 1.2, 0.5)),
]


def boxes(start: Vector, way: Vector) -> tuple[Array, Array, Array]:
    """How far rays go to the first box, which one it is, and the axis across the side that they meet."""
    inverse = [1 / np.where(np.abs(w) < 1e-6, np.float32(1e-6), w) for w in way]
    best = np.full(way[0].shape, np.inf, np.float32)
    which, axis = np.full(best.shape, -1, np.int32), np.zeros(best.shape, np.int8)
    for index, (low, high) in enumerate(zip(LOW, HIGH, strict=True)):
        enter, leave = [], []
        for c in range(3):
            a, b = (low[c] - start[c]) * inverse[c], (high[c] - start[c]) * inverse[c]
            enter.append(np.minimum(a, b))
            leave.append(np.maximum(a, b))
        t = np.maximum(np.maximum(enter[0], enter[1]), enter[2])
        nearer = (t < np.minimum(np.minimum(leave[0], leave[1]), leave[2])) & (t > 1e-3) & (t < best)
        if nearer.any():
            best[nearer], which[nearer] = t[nearer], index
            sides = np.where(enter[1] >= t, 1, np.where(enter[2] >= t, 2, 0))
            axis[nearer] = sides[nearer]
    return best, which, axis


def glow(at: Vector, normal: Vector) -> Array:
    """The light of all lamps on a surface."""
    total = np.zeros((at[0].size, 3), np.float32)
    for place, colour in LIGHTS:
        x, y, z = (np.float32(p) - c for p, c in zip(place, at, strict=True))
        far = x * x + y * y + z * z + 0.05
        facing = (s.dot(normal, (x, y, z)) / np.sqrt(far) + 0.06).clip(0)
        total += (facing / far)[:, None] * np.array(colour, np.float32)
    return total + SKY * (1.6 * (1.2 + normal[1]))[:, None]


def haze(start: Vector, way: Vector, t: Array) -> Array:
    """The light that rain in the air scatters towards the camera from each lamp, exactly."""
    total = np.zeros((t.size, 3), np.float32)
    far = np.minimum(t, 70)
    for place, colour in LIGHTS:
        off = [np.float32(p) - c for p, c in zip(place, start, strict=True)]
        along = s.dot(off, way)
        height = np.sqrt((s.dot(off, off) - along * along).clip(0) + 0.012)
        total += ((np.arctan((far - along) / height) + np.arctan(along / height)) / height)[:, None] * np.array(
            colour, np.float32
        )
    fog = (1 - np.exp(-t / 55)).clip(0, 1)[:, None] * np.array((0.012, 0.016, 0.032), np.float32)
    return total * np.float32(0.0022) + fog


def _random(number: Array, salt: float) -> Array:
    """A random number in [0, 1) for each whole number."""
    value = np.sin(number * 12.9898 + salt * 78.233) * 43758.547
    return (value - np.floor(value)).astype(np.float32)


def _room(number: Array, a: Array, b: Array) -> Array:
    """What is seen of a lit room through a window; `a` and `b` run over the panes from -1 to 1."""
    warm = _random(number, 3)[:, None]
    colour = mix(rgb("ff8a2c"), rgb("ffc470"), _random(number, 3)) * (0.55 + 0.9 * _random(number, 4)[:, None])
    fall = 0.55 + 0.45 * np.exp(-((a - 0.4 * warm[:, 0]) ** 2 + (b - 0.6) ** 2))
    curtain = smoothstep(0.45, 0.62, np.abs(a) + 0.05 * np.sin(9 * b) + 0.12 * b)
    pleats = 0.55 + 0.2 * np.sin(34 * a + 2 * np.sin(3 * b))
    plant = smoothstep(
        0.12, -0.05, b + 0.62 + 0.12 * np.abs(NOISE(5 * a + number, 4 * b, 0 * a, 2)) - 0.3 * _random(number, 6)
    )
    light = fall * np.where(_random(number, 5) < 0.6, 1 - curtain * (1 - pleats), 0.8 + 0.1 * pleats)
    return colour * (light * (1 - 0.75 * plant))[:, None]


def _display(number: Array, a: Array, b: Array) -> Array:
    """A shop window: shelves of goods under warm lamps."""
    shelf = np.floor((b + 1) * 2.2)
    item = np.floor(a * 7 + 3 * _random(shelf, 7))
    key = item + 17 * shelf + 131 * number
    hue = np.stack([0.6 + 0.4 * _random(key, 1), 0.35 + 0.4 * _random(key, 2), 0.12 + 0.3 * _random(key, 3)], -1)
    up = (b + 1) * 2.2 - shelf
    side = np.abs(a * 7 + 3 * _random(shelf, 7) - item - 0.5)
    there = (up < 0.35 + 0.5 * _random(key, 4)) & (side < 0.25 + 0.2 * _random(key, 5))
    back = rgb("ffb860") * (0.5 + 0.5 * up)[:, None] * (0.75 + 0.2 * NOISE(3 * a, 3 * b, 0 * a + number))[:, None]
    goods = hue * (0.25 + 0.6 * up)[:, None]
    seen = np.where(there[:, None], goods, back) * (0.45 + 0.55 * smoothstep(-1, 0.7, b))[:, None]
    return np.where((up > 0.93)[:, None], seen * 0.3, seen)


class Facade:
    """Where on its house each point lies, and what is there."""

    def __init__(self, at: Vector, way: Vector, number: Array, front: Array) -> None:
        start, length, bays, _ = HOUSES[number].T
        self.number, self.u, self.v = number, start - at[2], at[1]
        cell = length / bays
        self.bay = np.floor(self.u / cell).clip(0, bays - 1)
        floor = np.floor((self.v - FLOOR) / STOREY)
        self.front, self.shop = front, (self.v < FLOOR) & front
        self.window = number * 97 + self.bay * 11 + floor * 5
        self.a = self.u - (self.bay + 0.5) * cell
        self.b = np.where(self.shop, self.v - 1.5, self.v - FLOOR - floor * STOREY - 1.42)
        self.half = np.where(self.shop, cell / 2 - 0.22, np.float32(0.46)).astype(np.float32)
        self.tall = np.where(self.shop, np.float32(1.0), np.float32(0.78))
        door = self.shop & (_random(self.number * 7 + self.bay, 8) < 0.3)
        self.half, self.tall = np.where(door, 0.5, self.half), np.where(door, 1.15, self.tall)
        self.b = np.where(door, self.v - 1.15, self.b)
        self.door = door
        self.inside = front & (np.abs(self.a) < self.half) & (np.abs(self.b) < self.tall)
        # The panes lie behind the wall's face: look for where the ray gets to them.
        sink = np.where(self.shop, 0.11, 0.07) / np.maximum(np.abs(way[0]), 0.02)
        self.deep_a, self.deep_b = self.a - way[2] * sink, self.b + way[1] * sink
        self.pane = self.inside & (np.abs(self.deep_a) < self.half) & (np.abs(self.deep_b) < self.tall)
        chance = np.where(self.shop, 0.85, 0.55)
        self.lit = (_random(self.window, 2) < chance) & ~(door & (_random(self.window, 12) < 0.5))

    def shutters(self) -> Array:
        beside = np.abs(self.a) - self.half
        return (
            self.front
            & ~self.shop
            & (beside > 0.02)
            & (beside < 0.40)
            & (np.abs(self.b) < self.tall)
            & (_random(self.number, 9) < 0.45)
        )

    def paint(self, at: Vector) -> Array:
        """The colour of plaster, wood and stone, by day."""
        x, y, z = at
        wall = (
            WALLS[self.number % len(WALLS)]
            * (1 + 0.08 * NOISE(1.2 * x, 1.2 * y, 1.2 * z, 4) + 0.055 * NOISE(16 * x, 16 * y, 16 * z, 4))[:, None]
        )
        stain = smoothstep(0.2, 1.6, NOISE(2.2 * z, 0.25 * y, self.number * 3.1, 3)) * 0.45
        wall = wall * (1 - stain)[:, None]
        patch = smoothstep(1.0, 1.25, NOISE(0.7 * z, 0.7 * y, self.number * 1.7, 4))
        bricks = (np.abs((y / 0.085) % 1 - 0.5) < 0.38) & (
            np.abs((z / 0.24 + 0.5 * np.floor(y / 0.085)) % 1 - 0.5) < 0.44
        )
        wall = mix(wall, np.where(bricks[:, None], rgb("8a4a34"), rgb("8f8678")), patch * 0.8)
        board = BOARDS[self.number % len(BOARDS)]
        louvre = 0.75 + 0.25 * np.sin(2 * np.pi * self.b / 0.075)
        wall = np.where(self.shutters()[:, None], board * louvre[:, None], wall)
        frame = ~self.inside & (np.maximum(np.abs(self.a) - self.half, np.abs(self.b) - self.tall) < 0.09)
        wall = np.where((frame & self.front & ~self.shop)[:, None], rgb("b8aa92"), wall)
        front = board * (0.9 + 0.15 * NOISE(6 * z, 1.5 * y, self.number * 1.0))[:, None]
        wood = self.shop & (_random(self.number, 10) < 0.65)
        return np.where(wood[:, None], front, wall)

    def glass(self) -> Array:
        """The light of the windows."""
        a, b = self.deep_a / self.half, self.deep_b / self.tall
        goods = self.shop & (_random(self.number, 14) < 0.6)
        room = np.where(goods[:, None], _display(self.window, a * self.half, b) * 1.35, _room(self.window, a, b) * 1.15)
        bars = np.minimum(np.abs(a), np.abs(b - 0.3)) * np.minimum(self.half, self.tall)
        edge = np.minimum((1 - np.abs(a)) * self.half, (1 - np.abs(b)) * self.tall)
        frame = smoothstep(0.022, 0.034, bars) * smoothstep(0.045, 0.06, edge)
        dark = rgb("0a0d14") * (0.6 + 0.3 * b)[:, None]
        return np.where(self.lit[:, None], room * (0.10 + 0.90 * frame)[:, None], dark * frame[:, None])


def _lettering() -> list[Array]:
    """The writing on the three signs, as light: 0 to 1."""
    signs = []
    for text, size in (("CAFE", (192, 104)), ("V\nI\nN\nO", (104, 300)), ("BAR", (180, 112))):
        image = Image.new("L", size, 0)
        font = ImageFont.load_default(62 if "\n" in text else 72)
        pen = ImageDraw.Draw(image)
        pen.multiline_text((size[0] / 2, size[1] / 2), text, 255, font, anchor="mm", align="center", spacing=6)
        pen.rectangle((5, 5, size[0] - 6, size[1] - 6), outline=200, width=4)
        signs.append(np.asarray(image, np.float32) / 255)
    return signs


LETTERS = _lettering()
TUBES = rgb("5ff5e0", "ff3040", "ffc05a") ** 1.6 * np.float32(3.6)
PLATES = rgb("0e2a2c", "2a0d0d", "2b1c0c")


def _lantern(at: Vector) -> Array:
    """Four panes in an iron frame, the flame behind them."""
    best, across = np.full(at[0].shape, 9.0, np.float32), np.zeros(at[0].shape, np.float32)
    rise = np.zeros(at[0].shape, np.float32)
    for (x, y, z), _ in STREET.lamps:
        far = np.hypot(at[0] - np.float32(x), at[2] - np.float32(z))
        corner = np.minimum(np.abs(at[0] - np.float32(x)), np.abs(at[2] - np.float32(z)))
        across, rise = np.where(far < best, corner, across), np.where(far < best, at[1] - np.float32(y), rise)
        best = np.minimum(best, far)
    flame = 3.0 + 14 * np.exp(-((across / 0.06) ** 2) - (rise / 0.10) ** 2)
    pane = smoothstep(0.118, 0.108, across) * smoothstep(0.172, 0.160, np.abs(rise))
    return (flame * (0.02 + 0.98 * pane))[:, None] * np.array((1.0, 0.60, 0.26), np.float32)


def _sign(at: Vector, index: int) -> Array:
    x, y, _, wide, high = SIGNS[index]
    sheet = LETTERS[index]
    column = ((at[0] - x) / wide * 0.5 + 0.5) * sheet.shape[1] - 0.5
    row = (0.5 - (at[1] - y) / high * 0.5) * sheet.shape[0] - 0.5
    ink = sheet[row.clip(0, sheet.shape[0] - 1).astype(int), column.clip(0, sheet.shape[1] - 1).astype(int)]
    return mix(PLATES[index] * np.float32(0.5), TUBES[index], ink)


def seen(start: Vector, way: Vector) -> tuple[Array, Array]:
    """The light from houses, lamps and sky along rays, and how far they go."""
    t, which, axis = boxes(start, way)
    out = np.zeros((t.size, 3), np.float32)
    sky = np.flatnonzero(which < 0)
    up = way[1][sky].clip(0, 1)
    cloud = NOISE(4 * way[0][sky], 4 * up, 0 * up, 4)
    out[sky] = SKY * (1.0 + 1.6 * (1 - up) ** 4 + 0.30 * cloud)[:, None]
    hit = np.flatnonzero(which >= 0)
    if hit.size:
        ray, side, kind = s.pick(way, hit), axis[hit], KIND[which[hit]]
        at = s.move(s.pick(start, hit), ray, t[hit])
        normal: list[Array] = [np.where(side == c, -np.sign(ray[c]), 0).astype(np.float32) for c in range(3)]
        rough = [0.16 * NOISE(7 * at[0] + 9 * c, 7 * at[1], 7 * at[2], 2) for c in range(3)]
        turned = s.unit(normal[0] + rough[0], normal[1] + rough[1], normal[2] + rough[2])
        out[hit] = _paint(at, ray, side, kind) * glow(at, turned) + _shine(at, ray, side, kind)
    return out, np.where(which < 0, np.float32(200), t).astype(np.float32)


def _paint(at: Vector, way: Vector, side: Array, kind: Array) -> Array:
    colour = np.empty((kind.size, 3), np.float32)
    colour[:] = rgb("6e665a") * (1 + 0.15 * NOISE(3 * at[0], 3 * at[1], 3 * at[2], 3))[:, None]
    colour[kind == EAVE] = rgb("3a2c22")
    colour[kind >= IRON] = rgb("141414")
    house = np.flatnonzero(kind < EAVE)
    here = Facade(s.pick(at, house), s.pick(way, house), kind[house], side[house] == 0)
    face = np.where(here.inside[:, None], rgb("5a5046"), here.paint(s.pick(at, house)))
    face[here.pane] = 0.0
    colour[house] = face
    return colour**2.2 * np.float32(0.62)  # all is wet, and so darker


def _shine(at: Vector, way: Vector, side: Array, kind: Array) -> Array:
    light = np.zeros((kind.size, 3), np.float32)
    house = np.flatnonzero(kind < EAVE)
    here = Facade(s.pick(at, house), s.pick(way, house), kind[house], side[house] == 0)
    light[house] = np.where(here.pane[:, None], here.glass().clip(0) ** np.float32(1.7) * 1.9, 0)
    jamb = here.inside & ~here.pane & here.lit
    light[house[jamb]] = np.array((0.22, 0.12, 0.045), np.float32)
    lamp = kind == LAMP
    light[lamp] = _lantern(s.pick(at, np.flatnonzero(lamp)))
    for index in range(3):
        some = np.flatnonzero(kind == SIGN + index)
        if some.size:
            light[some] = _sign(s.pick(at, some), index)
    return light


def _umbrella(x: Array, y: Array, z: Array) -> Array:
    x, y, z = s.turned(x - 0.05, y - 1.78, z, (0.10, 0.0, 0.16))
    turn = np.arctan2(z, x) * 8 / (2 * np.pi)
    scallop = np.abs(turn - np.round(turn)) * 2
    r = np.hypot(x, z)
    dome = 0.40 - 0.62 * r * r - 0.02 * (1 - scallop * scallop) * r
    shell = np.maximum(np.abs(y - dome) * 0.75 - 0.008, r - 0.66 + 0.05 * (1 - (2 * scallop - 1).clip(0, 1) ** 2) * 0.6)
    stick = limb(x, y, z, (0, -0.65, 0), (0, 0.50, 0), 0.011, 0.011)
    return np.minimum(shell, stick)


def _walker(x: Array, y: Array, z: Array) -> Array:
    """Someone in a long coat who walks away."""
    d = limb(x, 1.1 * y, 1.15 * z, (0, 0.62, 0.02), (0, 1.38, 0), 0.235, 0.135)
    d = union(d, limb(x, y, z, (-0.12, 1.37, 0), (0.12, 1.37, 0), 0.075, 0.075), 0.12)
    d = union(d, limb(x, y, z, (0, 1.38, 0), (0, 1.52, 0), 0.06, 0.055), 0.08)
    d = np.maximum(d, 0.48 - y + 0.05 * np.sin(11 * x))
    legs = np.minimum(
        limb(x, y, z, (-0.085, 0.75, 0.0), (-0.10, 0.08, -0.16), 0.085, 0.052),
        limb(x, y, z, (0.085, 0.75, 0.0), (0.10, 0.10, 0.17), 0.085, 0.052),
    )
    shoes = np.minimum(
        ellipsoid(x, y, z, (-0.10, 0.045, -0.21), (0.05, 0.05, 0.13)),
        ellipsoid(x, y, z, (0.10, 0.075, 0.15), (0.05, 0.05, 0.13), (0.5, 0, 0)),
    )
    d = np.minimum(d, union(legs, shoes, 0.04))
    d = union(d, ellipsoid(x, y, z, (0.0, 1.63, -0.01), (0.085, 0.115, 0.10)), 0.06)
    arm = union(
        limb(x, y, z, (0.17, 1.37, 0), (0.25, 1.12, -0.04), 0.060, 0.055),
        limb(x, y, z, (0.25, 1.12, -0.04), (0.10, 1.24, -0.22), 0.055, 0.04),
        0.04,
    )
    d = union(d, arm, 0.04)
    d = union(d, limb(x, y, z, (-0.17, 1.37, 0), (-0.25, 0.88, 0.04), 0.060, 0.045), 0.05)
    return np.minimum(d, ellipsoid(x, y, z, (-0.30, 0.68, 0.05), (0.05, 0.13, 0.16)))


def person(x: Array, y: Array, z: Array) -> Array:
    x, z = x - np.float32(PERSON[0]), z - np.float32(PERSON[1])
    return np.minimum(_walker(x, y, z), _umbrella(x, y, z))


def _with_person(start: Vector, way: Vector) -> tuple[Array, Array]:
    """All that stands on the street, along rays."""
    light, t = seen(start, way)
    off = [np.float32(c) - o for c, o in zip((PERSON[0], 1.1, PERSON[1]), start, strict=True)]
    along = s.dot(off, way)
    close = np.flatnonzero((s.dot(off, off) - along * along < 1.35) & (along > -1.0))
    if close.size:
        origin, ray = s.pick(start, close), s.pick(way, close)
        d = s.march(
            person, origin, ray, (along[close] - 1.2).clip(0.02), np.minimum(along[close] + 1.3, t[close]), 50, 0.003
        )
        hit = np.flatnonzero(np.isfinite(d))
        if hit.size:
            at = s.move(s.pick(origin, hit), s.pick(ray, hit), d[hit])
            normal = s.normals(person, at, 0.004)
            own = (at[0] - np.float32(PERSON[0]), at[1], at[2] - np.float32(PERSON[1]))
            cloth = (_umbrella(*own) < _walker(*own))[:, None]
            turn = np.arctan2(own[2], own[0] - 0.05) * 8 / (2 * np.pi)
            panel = 0.55 + 0.45 * (1 - np.abs(2 * np.abs(turn - np.round(turn)) - 0.5) * 1.6) ** 2
            colour = np.where(cloth, rgb("8a1420") * panel[:, None], rgb("2b2a30")) ** 2.2
            # The lamps ahead shine through the umbrella.
            behind = glow(at, (-normal[0], -normal[1], -normal[2]))
            some = close[hit]
            light[some] = colour * (glow(at, normal) + np.where(cloth, 0.55, 0.0) * behind)
            t[some] = d[hit]
    return light, t


def _stones(x: Array, z: Array) -> tuple[Array, Array, Array]:
    """The height of the cobbles, a number for each, and how deep the joint is."""
    bent = z + 0.10 * np.cos(1.1 * x) + 0.035 * NOISE(0.8 * x, 0 * x, 0.8 * z)
    row = np.floor(bent / 0.135)
    wide = 0.16 + 0.035 * _random(row, 1)
    place = (x + 0.030 * NOISE(1.1 * x, 0 * x + 3, 1.1 * z)) / wide + _random(row, 2) * 5
    column = np.floor(place)
    number = row * 57 + column
    a = (place - column - 0.5) * 2
    b = (bent / 0.135 - row - 0.5) * 2
    dome = (1 - np.abs(a) ** 3.5).clip(0) * (1 - np.abs(b) ** 3.5).clip(0)
    tilt = 0.006 * ((_random(number, 3) - 0.5) * a + (_random(number, 4) - 0.5) * b)
    height = 0.022 * np.sqrt(dome + 0.02) + tilt + 0.006 * _random(number, 5) + 0.0016 * NOISE(22 * x, 0 * x, 22 * z, 2)
    return height.astype(np.float32), number, dome


class Night:
    def __init__(self, size: int) -> None:
        self.camera = s.Camera((0.25, 1.5, 0.0), (-0.25, 2.35, -10.0), 0.43, round(size * 0.8), size)

    def pavement(self, at: Vector, way: Vector, t: Array) -> Array:
        """Wet cobbles: dull where the light falls on stone, a mirror where water stands."""
        x, z = at[0], at[2]
        height, number, dome = _stones(x, z)
        step = np.float32(0.006) + 0.0006 * t
        pool = smoothstep(0.45, 1.1, NOISE(0.55 * x, 0 * x, 0.40 * z, 3) + 0.8 * np.exp(-((x - 0.2) ** 2) / 0.3) - 0.3)
        calm = (1 - 0.93 * pool) / (1 + (t / 16) ** 2)
        dx = (_stones(x + step, z)[0] - height) / step * calm
        dz = (_stones(x, z + step)[0] - height) / step * calm
        light = np.zeros((t.size, 3), np.float32)
        spread = (0.012 + 0.035 * (1 - pool)) * (1 + 0.02 * t)
        for tilt in (-1.6, -0.8, 0.0, 0.8, 1.6):
            normal = s.unit(-0.55 * dx, np.ones_like(dx), -0.55 * dz + tilt * spread)
            bounced = s.mirror(way, normal)
            bounced = s.unit(bounced[0], np.abs(bounced[1]) + np.float32(0.01), bounced[2])
            fresnel = 0.03 + 0.97 * (1 + s.dot(way, normal)).clip(0, 1) ** 5
            far, _ = _with_person((x, np.full_like(x, 0.03), z), bounced)
            light += np.minimum(far, 6.0) * fresnel[:, None] / 5
        normal = s.unit(-dx, np.ones_like(dx), -dz)
        stone = rgb("4c4844") ** 2.2 * (0.55 + 0.7 * _random(number, 6))[:, None]
        stone = mix(stone * np.float32(0.25), stone, smoothstep(0.0, 0.5, dome)) * (1 - 0.6 * pool)[:, None]
        return light * 2.4 + stone * glow(at, normal)

    def rain(self, column: Array, row: Array) -> Array:
        """Streaks of falling drops, near and far."""
        x, y = column / self.camera.height, row / self.camera.height
        total = np.zeros(column.shape, np.float32)
        for cells, length, slant, share in ((110, 14, 0.06, 0.6), (210, 24, 0.04, 0.45), (380, 40, 0.05, 0.4)):
            lane = (x + slant * y) * cells
            drop = NOISE(lane, y * length + 5 * _random(np.floor(lane), 2), 0 * x + cells)
            total += share * smoothstep(1.5, 2.8, drop)
        return total

    def shade(self, column: Array, row: Array) -> Array:
        way = self.camera.rays(column, row)
        eye: Vector = tuple(np.full(column.size, c, np.float32) for c in self.camera.eye)  # type: ignore[assignment]
        light, t = _with_person(eye, way)
        down = np.where(way[1] < 0, (GROUND - eye[1]) / np.minimum(way[1], -1e-4), np.float32(500))
        wet = np.flatnonzero(down < t)
        if wet.size:
            t[wet] = down[wet]
            ray = s.pick(way, wet)
            light[wet] = self.pavement(s.move(self.camera.eye, ray, t[wet]), ray, t[wet])
        air = haze(eye, way, t)
        total = light * np.exp(-t / 60)[:, None] + air * (1 + 0.9 * self.rain(column, row))[:, None]
        return np.concatenate([total, 0 * total[:, :1]], 1)


def render(size: int = 1600) -> Image.Image:
    night = Night(size)
    picture = s.expose(night.shade, night.camera.width, night.camera.height, 0.08)
    return s.develop(picture[..., :3], 1.45, 0.16, 0.4)
