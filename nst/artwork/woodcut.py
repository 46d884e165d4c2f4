"""A moonlit valley cut in wood and printed in four inks, lightest first."""

from __future__ import annotations

import copy

import numpy as np
from PIL import Image

from nst.artwork.craft.tools import Array, Sheet, mix, noise_at, rgb, smoothstep

WIDTH, HEIGHT = 768, 640
MOON = (268.0, 158.0, 66.0)
PAPER, OCHRE, RED, TEAL, KEY = rgb("f3e6c8", "eab04c", "d6502c", "3d8a8a", "181c2c")


class Blocks:
    """The carved blocks: how much ink each leaves, in [0, 1]. What is cut later lies in front."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.x, self.y = sheet, sheet.x, sheet.y
        self.table = sheet.grid()
        self.ink = {name: np.zeros(sheet.shape, np.float32) for name in ("ochre", "red", "teal", "key")}
        self.wobble = 1.1 * sheet.noise(22, 2)

    def window(self, left: float, top: float, right: float, bottom: float) -> Blocks:
        """A part of the same blocks: cutting it cuts these."""
        part = copy.copy(self)
        across = slice(max(int(left * self.sheet.scale), 0), max(int(right * self.sheet.scale), 1))
        down = slice(max(int(top * self.sheet.scale), 0), max(int(bottom * self.sheet.scale), 1))
        part.x, part.y, part.wobble = self.x[down, across], self.y[down, across], self.wobble[down, across]
        part.ink = {name: ink[down, across] for name, ink in self.ink.items()}
        return part

    def hatch(self, phase: Array, along: Array, dark: float | Array, stroke: float = 30) -> Array:
        """Lines where `phase` passes a whole number, each swelling and thinning by itself along its length."""
        line = np.floor(phase)
        offset = np.abs(phase - line - 0.5) * 2
        swell = 0.15 * noise_at(self.table, along / stroke + line * 5.31, line * 7.37)
        nick = 0.07 * noise_at(self.table, along / 4.5 + line * 3.7, line * 1.93 + 40)
        return smoothstep(-0.13, 0.13, dark + swell + nick - offset)

    def cut(self, inside: Array, key: Array, **colours: float | Array) -> None:
        """Clears an area on every block, then leaves the key's lines and the colours given there."""
        # Colour blocks never sit exactly under the key block.
        shifts = {"ochre": (2, -2), "red": (-2, -1), "teal": (1, 2), "key": (0, 0)}
        for name, ink in self.ink.items():
            moved = _shift(inside, [round(s * 0.4 * self.sheet.scale) for s in shifts[name]])
            ink += (np.asarray(key if name == "key" else colours.get(name, 0.0), np.float32) - ink) * moved


def _shift(inside: Array, by: list[int]) -> Array:
    """The area moved down and right by some pixels; its borders are drawn out, not wrapped."""
    rows, columns = (np.clip(np.arange(n) - step, 0, n - 1) for n, step in zip(inside.shape, by, strict=True))
    moved: Array = inside[rows[:, None], columns]
    return moved


def _sky(blocks: Blocks) -> None:
    sheet, x, y = blocks.sheet, blocks.x, blocks.y
    flow = sheet.noise(150, 2, (1.7, 0.8))
    away = np.hypot(x - MOON[0], y - MOON[1])
    turn = np.arctan2(y - MOON[1], x - MOON[0])
    # Rings round the moon that loosen into wind.
    phase = away / 7.4 + 1.5 * flow * smoothstep(70, 260, away) + 0.10 * blocks.wobble
    dark = 0.16 + 0.62 * smoothstep(60, 400, away) + 0.10 * flow
    # Rays cut across the rings.
    ray = np.abs(turn * 36 / np.pi / 2 % 1 - 0.5) * 2
    dark = dark - 0.5 * smoothstep(0.72, 1.0, ray + 0.10 * blocks.wobble) * smoothstep(300, 90, away)
    key = blocks.hatch(phase, turn * away, dark, 46)
    glow = smoothstep(230, 90, away + 14 * flow)
    blocks.cut(np.ones(sheet.shape, np.float32), key, teal=0.95 - 0.95 * glow, ochre=0.95 * glow)
    # Long clouds, scalloped above and combed flat below.
    for at_x, at_y, wide, high, puffs in (
        (560, 96, 190, 36, 6.0), (90, 62, 130, 22, 5.0), (418, 212, 170, 20, 7.0), (712, 206, 150, 28, 5.0),
        (60, 208, 150, 22, 6.0), (330, 34, 110, 14, 5.0),
    ):  # fmt: skip
        part = blocks.window(at_x - wide - 8, at_y - 1.2 * high - 8, at_x + wide + 8, at_y + high + 8)
        x, y = part.x, part.y
        u, v = (x - at_x) / wide, (y - at_y) / high
        top = -np.sqrt((1 - u**2).clip(0, 1)) * (0.62 + 0.38 * np.abs(np.sin(u * puffs * 1.7 + at_x)))
        inside = smoothstep(-0.03, 0.03, np.minimum(v - top, 0.34 * (1 - u**2) - v + 0.03 * part.wobble))
        depth = v - top
        lines = part.hatch(depth * high / 5.6 + 0.1 * part.wobble, x, 0.08 + 0.62 * smoothstep(0.15, 1.25, depth), 40)
        edge = smoothstep(2.0 / high, 1.0 / high, depth) * 0.95
        warm = float(np.clip(1.25 - np.hypot(at_x - MOON[0], at_y - MOON[1]) / 420, 0, 1))
        part.cut(
            inside, np.maximum(lines, edge), ochre=0.55 * warm * smoothstep(0.2, 0.9, depth), teal=0.25 * (1 - warm)
        )
    # The moon: bare paper and a few gouges for its seas.
    x, y = blocks.x, blocks.y
    disc = smoothstep(0.8, -0.8, away - MOON[2] + 0.5 * blocks.wobble)
    seas = smoothstep(-0.35, 0.9, sheet.noise(34, 2) + 0.35 * (x - MOON[0] + 10) / MOON[2])
    lines = blocks.hatch((x * 0.5 + y) / 5.2 + 0.15 * blocks.wobble, x - 0.5 * y, 0.62 * seas - 0.12, 20)
    rim = smoothstep(2.6, 1.6, np.abs(away - MOON[2] + 1.4 + 0.5 * blocks.wobble))
    blocks.cut(disc, rim, red=0.0, ochre=0.9 * lines)


def _hill(
    blocks: Blocks, crest: Array, apex: tuple[float, float], fields: tuple[float, float], steep: float, tone: float
) -> None:
    """A hill under a crest line: a quilt of fields, each hatched its own way as the ground runs."""
    sheet = blocks.sheet
    blocks = blocks.window(0, float(crest.min()) - 6, WIDTH, HEIGHT)
    x, y, rows = blocks.x, blocks.y, slice(-len(blocks.x), None)
    crest = crest[rows] + 0.8 * blocks.wobble
    down = y - crest
    # Furrows fan out from a point behind the crest; bands run along it.
    fan = np.arctan2(x - apex[0] + 7 * sheet.noise(80)[rows], down.clip(0, None) + apex[1]) * fields[0]
    band = np.log1p(down.clip(0, None) / steep) * fields[1] + 0.16 * sheet.noise(90)[rows] + 0.06 * fan
    row = np.floor(band)
    column = np.floor(fan + 0.37 * row)
    pick = sheet.rng.permutation(997)[(row * 31 + column * 7).astype(int) % 997]
    style, ground, shade = pick % 4, pick // 4 % 5, (pick // 20 % 7) / 7
    slope = np.gradient(crest, axis=1)
    # The side towards the moon is cut away the most.
    lit = 0.30 * np.tanh(3 * slope * np.sign(MOON[0] - apex[0]) * -1) + 0.24 * smoothstep(0, 120, down)
    dark = (tone + 0.30 * (shade - 0.5) + lit).clip(0.14, 0.86)
    span = (down.clip(0, None) + apex[1]) / fields[0]
    furrows = blocks.hatch(fan * 9, down, dark)
    contours = blocks.hatch(band * 6.5 + 0.12 * blocks.wobble, x, dark)
    slanted = blocks.hatch(fan * 5.5 + band * 4.5, down + x, dark)
    dots = np.minimum(blocks.hatch(fan * 6, down, dark + 0.30), blocks.hatch(band * 6, x, dark + 0.30))
    lines = np.choose(style.astype(int), [furrows, contours, slanted, dots])
    near = np.minimum(np.abs(fan + 0.37 * row - column - 0.5) * -2 + 1, 1) * span * 0.5
    hedge = np.minimum(near, (0.5 - np.abs(band - row - 0.5)) * (down.clip(0, None) + steep) / fields[1])
    lines = np.where(hedge < 2.6, 0.0, lines)
    lines = np.maximum(lines, smoothstep(1.5, 0.9, hedge + 0.35 * blocks.wobble))
    lines = np.where(down < 3.4, 0.0, lines)
    lines = np.maximum(lines, smoothstep(2.0, 1.2, down))
    patch = [
        np.array(w, np.float32)[ground] for w in ([0.95, 0, 0.95, 0, 0.2], [0, 0, 0.8, 0.9, 0], [0, 0.95, 0, 0, 0.6])
    ]
    body = smoothstep(3.0, 4.2, down)
    inside = smoothstep(-0.5, 0.5, down)
    blocks.cut(inside, lines, ochre=patch[0] * body, red=patch[1] * body, teal=patch[2] * body)


def _lake(blocks: Blocks, shore: float) -> None:
    sheet, x, y = blocks.sheet, blocks.x, blocks.y
    down = (y - shore).clip(0, None)
    phase = 9.5 * np.log1p(down / 26) + 0.22 * sheet.noise(60, 2, (2, 0.5)) + 0.10 * np.sin(x / 13 + down / 5)
    path = np.abs(x - MOON[0]) / (34 + 0.55 * down)
    dark = (
        0.58
        - 0.62 * smoothstep(1.1, 0.3, path + 0.25 * sheet.noise(12, 1, (3, 0.5)))
        + 0.12 * sheet.noise(40, 1, (3, 0.5))
    )
    glow = smoothstep(1.25, 0.7, path + 0.2 * sheet.noise(9, 1, (3, 0.6)))
    blocks.cut(
        (y > shore).astype(np.float32), blocks.hatch(phase, x, dark, 22), teal=0.95 * (1 - glow), ochre=0.7 * glow
    )


def _tree(blocks: Blocks, at: float, foot: float, tall: float, lean: float, red: bool) -> None:
    """A cypress or a round tree, lit from the moon's side and combed along its form."""
    blocks = blocks.window(at - 0.6 * tall, foot - 1.1 * tall, at + 0.6 * tall, foot + 0.1 * tall)
    x, y = blocks.x, blocks.y
    t = (foot - y) / tall
    centre = at + lean * tall * t**2
    round_tree = tall < 40
    wide = tall * (
        0.36 * np.sqrt((1 - (2.1 * t - 1.25) ** 2).clip(0, 1))
        if round_tree
        else 0.17 * (np.sin(np.pi * t.clip(0, 1) ** 0.7)).clip(0, 1) ** 0.8
    )
    side = ((x - centre) / (wide + 0.01)).clip(-2, 2)
    edge = wide - np.abs(x - centre) + 1.0 * blocks.wobble + 0.10 * tall * 0.2 * np.sin(y * 0.9 + x * 0.4)
    inside = smoothstep(-0.4, 0.4, np.minimum(edge, wide * 4 - 1))
    trunk = smoothstep(0.4, -0.4, np.abs(x - centre) - 0.035 * tall - 0.4) * (t > -0.02) * (t < 0.4)
    blocks.cut(trunk, np.ones_like(x))
    to_moon = np.sign(MOON[0] - at)
    dark = 0.66 - 0.60 * side * to_moon
    lines = blocks.hatch(y / 4.4 + 0.8 * side**2 * (1 if round_tree else -2.2) + side * 0.9, x * 2, dark, 9)
    lines = np.maximum(lines, smoothstep(2.0, 1.2, edge))
    blocks.cut(inside, lines, red=0.9 * red, teal=0.9 * (not red))


def _house(blocks: Blocks, at: float, foot: float, wide: float) -> None:
    blocks = blocks.window(at - wide, foot - 1.2 * wide, at + wide, foot + 0.2 * wide)
    x, y = blocks.x, blocks.y
    u, v = (x - at) / wide, (foot - y) / wide
    wall = smoothstep(0.02, -0.02, np.maximum(np.abs(u) - 0.5, np.maximum(v - 0.55, -v)))
    boards = blocks.hatch(u * 9, y, 0.25 + 0.6 * (u > 0.12), 12)
    window = (np.maximum(np.abs(np.abs(u - 0.16) - 0.13) - 0.07, np.abs(v - 0.28) - 0.11) < 0).astype(np.float32)
    blocks.cut(wall, np.maximum(boards * (1 - window), smoothstep(0.44, 0.47, np.abs(u))), ochre=0.95 * window)
    roof = smoothstep(0.02, -0.02, np.maximum(np.abs(u) - 0.62 + (v - 0.5) * 0.62, np.maximum(0.5 - v, v - 1.0)))
    blocks.cut(roof, np.maximum(blocks.hatch(v * 14, x, 0.42, 12), smoothstep(0.07, 0.04, v - 0.5)), red=0.95)


def draw(size: int = 768) -> Image.Image:
    sheet = Sheet(size, WIDTH, HEIGHT, seed=33)
    rng = sheet.rng
    blocks = Blocks(sheet)
    x = sheet.x
    _sky(blocks)

    def bumps(base: float, *hills: tuple[float, float, float]) -> Array:
        crest: Array = np.full_like(x, base)
        for at, wide, high in hills:
            crest -= high * np.exp(-(((x - at) / wide) ** 2))
        return crest

    far = bumps(292, (80, 90, 62), (250, 60, 20), (470, 120, 74), (700, 110, 92)) + 7 * sheet.noise(40, 3, (1, 60))
    _hill(blocks, far, (470, 60), (9, 2.2), 30, 0.62)
    shore = bumps(326, (-10, 150, 70), (560, 150, 50), (790, 120, 74))
    _hill(blocks, shore, (560, 44), (5, 2.4), 20, 0.42)
    _lake(blocks, 330)
    for at, tall in (
        (592, 44), (614, 56), (640, 38), (520, 34), (556, 30), (12, 50), (36, 42), (700, 36), (738, 62), (758, 48),
    ):  # fmt: skip
        foot = float(shore[0, int(at * sheet.scale)])
        _tree(blocks, at, foot + 5, tall, 0.02, bool(rng.random() < 0.3))
    middle = bumps(452, (640, 190, 92), (850, 90, 40), (60, 130, 46))
    _hill(blocks, middle, (640, 54), (4.2, 2.0), 24, 0.40)
    _house(blocks, 604, 388, 44)
    for at, foot, tall in (
        (548, 400, 66), (664, 376, 92), (690, 384, 74), (716, 386, 100), (636, 386, 36), (40, 424, 96), (70, 420, 74),
        (100, 424, 84), (132, 428, 38), (750, 394, 66), (470, 430, 36), (500, 424, 30),
    ):  # fmt: skip
        _tree(blocks, at, foot, tall, 0.03, bool(rng.random() < 0.3))
    front = bumps(566, (190, 210, 96), (800, 180, 60))
    _hill(blocks, front, (190, 50), (4, 2.1), 26, 0.38)
    for at, foot, tall in (
        (330, 530, 120), (362, 540, 92), (300, 508, 38), (20, 524, 84), (706, 540, 104), (738, 534, 130),
        (674, 552, 36), (520, 574, 36), (556, 578, 38), (430, 570, 66), (120, 540, 34), (160, 556, 38),
    ):  # fmt: skip
        _tree(blocks, at, foot, tall, 0.03, bool(rng.random() < 0.25))
    return _print(sheet, blocks)


def _print(sheet: Sheet, blocks: Blocks) -> Image.Image:
    """Inks the blocks and presses them onto warm paper one after another."""
    pulp = 0.55 * sheet.noise(2.2) + 0.6 * sheet.noise(8, 3)
    picture = PAPER * (1 + 0.018 * pulp - 0.05 * sheet.fibres(1500))[..., None]
    grain = sheet.noise(3.0, 2, (24, 0.8)) + 0.7 * sheet.noise(10, 2, (16, 0.7))
    for name, colour in (("ochre", OCHRE), ("red", RED), ("teal", TEAL), ("key", KEY)):
        ink = sheet.blur(blocks.ink[name], 0.45)
        # Ink fails in the paper's pits and in the open grain, and is squeezed to the edge of what prints.
        starved = smoothstep(1.75, 2.8, sheet.noise(2.0) + 0.45 * sheet.noise(30, 2) + 0.45 * grain)
        edge = ink - sheet.blur(ink, 1.8)
        film = (smoothstep(0.3, 0.7, ink) * (0.93 + 0.035 * pulp + 0.04 * grain) + 0.10 * edge.clip(0, 1)).clip(0, 1)
        film = film * (1 - (0.6 if name != "key" else 0.75) * starved)
        tint = np.asarray(colour) if name == "key" else 0.25 * colour + 0.75 * colour * picture / PAPER
        picture = mix(picture, tint, film * ink.clip(0, 1) if name != "key" else film)
    return sheet.finish(picture)
