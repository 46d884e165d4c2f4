"""Petals, leaves, buds and berries as a furniture painter makes them: a dark rim, bands, and comma strokes."""

from __future__ import annotations

import numpy as np

from nst.artwork.craft.brush import Canvas, comma, ribbon, spline
from nst.artwork.craft.tools import Array, ramp, rgb

VERMILION, PINK, GOLD, TURQUOISE, LEAF, CREAM, BLUE = range(7)
# Each paint from its shadow to its light.
PAINTS = np.stack(
    [
        rgb("7a0d16", "d4201a", "ff5a34", "ffb48c"),
        rgb("86104e", "e02c7c", "ff74ac", "ffd4e0"),
        rgb("9a4a06", "ee940c", "ffc62e", "fff2a6"),
        rgb("064a5c", "0a949e", "3cd2c8", "c0f8e6"),
        rgb("08402a", "1f8638", "7ccc3a", "dcf48c"),
        rgb("a87848", "f2d6a0", "fff0cc", "fffdf2"),
        rgb("0e1c64", "2448c4", "5a94f4", "c4e2ff"),
    ]
)
INK = rgb("060514")
ROUND = np.array([0, 0.28 + 0.26j, 0.66 + 0.5j, 0.93 + 0.33j, 1.02, 0.93 - 0.33j, 0.66 - 0.5j, 0.28 - 0.26j])
HEART = np.array([0, 0.3 + 0.25j, 0.7 + 0.52j, 0.99 + 0.34j, 0.9, 0.99 - 0.34j, 0.7 - 0.52j, 0.3 - 0.25j])
POINTED = np.array([0, 0.2 + 0.3j, 0.5 + 0.48j, 0.8 + 0.24j, 1.08, 0.8 - 0.24j, 0.5 - 0.48j, 0.2 - 0.3j])
LIGHT = np.exp(-0.7j * np.pi)  # where the light comes from


def tone(kind: int, value: float) -> Array:
    """A paint in a light between 0 and 1."""
    return ramp(PAINTS[kind], np.array(value))


class Brush:
    """The painter's hand: shapes are never quite the same twice, and paler where they face the light."""

    def __init__(self, canvas: Canvas, seed: int) -> None:
        self.canvas, self.rng = canvas, np.random.default_rng(seed)
        self.shade = 0.0

    def petal(self, at: complex, angle: float, size: tuple[float, float], kinds: tuple[int, ...], form: Array) -> None:
        """Rim, body, an inner band, a heart of the second paint, and strokes that are drawn in from the tip."""
        length, width = size
        angle += self.rng.normal(0, 0.05)
        turn = np.exp(1j * angle)
        lit = 0.40 + 0.19 * float((turn * np.conj(LIGHT)).real) + self.rng.normal(0, 0.03) - self.shade
        bend = self.rng.normal(0.1, 0.08)
        shape = (form.real * length * self.rng.uniform(0.95, 1.05) + 1j * form.imag * width) * (1 + 0.03j)

        def place(points: Array) -> Array:
            return at + points * np.exp(1j * bend * points.real / length) * turn

        outline = spline(shape, 6, closed=True)
        self.canvas.fill(place(outline), tone(kinds[0], lit), 0.9 + 0.016 * (length + width), INK)
        middle = 0.52 * length
        self.canvas.fill(place(middle + 0.76 * (outline - middle)), tone(kinds[0], lit + 0.27))
        self.canvas.fill(place(0.40 * length + 0.46 * (outline - middle)), tone(kinds[-1], lit - 0.12))
        if length < 17:
            return
        count = int(np.clip(width / 9, 2, 4))
        for k, across in enumerate(np.linspace(-1, 1, count)):
            tip = length * (0.87 - 0.13 * across**2) + 1j * width * 0.34 * across
            end = length * (0.34 + 0.1 * abs(across)) + 1j * width * 0.08 * across
            knife = comma(tip, end, 0.13 * across, min(0.66 * width / count, 7.5))
            second = kinds[1] if len(kinds) > 1 and k % 2 else kinds[0]
            self.canvas.fill(place(knife), tone(second, 0.98 - self.shade if k % 2 == 0 else 0.8 - self.shade))

    def ring(
        self, at: complex, number: int, inner: float, size: tuple[float, float], kinds: tuple[int, ...], form: Array
    ) -> None:
        """Petals side by side round a middle; every other one is laid over its neighbours."""
        start = self.rng.uniform(0, 2 * np.pi)
        for k in [*range(0, number, 2), *range(1, number, 2)]:
            angle = start + 2 * np.pi * k / number
            self.petal(at + inner * np.exp(1j * angle), angle, size, kinds, form)

    def eye(self, at: complex, radius: float, kind: int, second: int) -> None:
        """The middle of a flower: a dark rim, beads, and a light."""
        canvas = self.canvas
        canvas.disc(at, radius * 1.22, INK)
        canvas.disc(at, radius, tone(kind, 0.4))
        number = max(round(radius * 0.62), 5)
        for k in range(number):
            bead = at + 0.74 * radius * np.exp(2j * np.pi * k / number)
            canvas.disc(bead, 1.35 * radius / number, tone(CREAM if k % 2 else GOLD, 0.8))
        canvas.disc(at, 0.48 * radius, tone(second, 0.15))
        canvas.disc(at + 0.06 * radius * LIGHT, 0.36 * radius, tone(second, 0.5))
        canvas.disc(at + 0.16 * radius * LIGHT, 0.15 * radius, tone(second, 1))

    def blossom(self, at: complex, radius: float, kinds: tuple[int, ...], form: Array, number: int) -> None:
        """A full flower in up to three rings of petals; `kinds` from the outer ring to the middle."""
        rings = 3 if radius > 62 else 2 if radius > 30 else 1
        for k in range(rings):
            far, near = radius * (1 - 0.29 * k), radius * (0.34, 0.22, 0.16)[k] * (1 if rings > 1 else 0.7)
            count = number - 2 * k
            wide = 2.15 * np.pi * 0.75 * far / count
            self.ring(at, count, near, (far - near, wide), (kinds[k % len(kinds)], kinds[(k + 1) % len(kinds)]), form)
        eye = radius * (0.2 if rings == 3 else 0.26 if rings == 2 else 0.32)
        self.eye(at, eye, kinds[-1], kinds[0])

    def daisy(self, at: complex, radius: float, kinds: tuple[int, ...]) -> None:
        """Single strokes round an eye, each in two paints side by side."""
        number, start = int(np.clip(radius * 0.42, 6, 12)), self.rng.uniform(0, 6.3)
        for k in range(number):
            turn = np.exp(1j * (start + 2 * np.pi * k / number))
            broad = 1.1 * radius * 2 * np.pi / number * 0.72
            stroke = comma(at + 0.9 * radius * turn, at + 0.1 * radius * turn, 0.12, broad)
            lit = 0.4 + 0.13 * float((turn * np.conj(LIGHT)).real) - self.shade
            self.canvas.fill(stroke, tone(kinds[0], lit), 1.6, INK)
            inner = comma(at + 0.9 * radius * turn, at + 0.3 * radius * turn, 0.14, 0.52 * broad)
            self.canvas.fill(inner, tone(kinds[-1] if k % 2 else kinds[0], lit + 0.45))
        self.eye(at, 0.3 * radius, GOLD if kinds[0] != GOLD else VERMILION, kinds[-1])

    def tulip(self, at: complex, angle: float, size: float, kinds: tuple[int, ...]) -> None:
        """A flower from the side, opening along `angle`; `at` is its foot."""
        turn = np.exp(1j * angle)
        for lean in (-0.72, 0.72, -0.34, 0.34, 0.0):
            long = size * (1.0 if abs(lean) < 0.5 else 0.86)
            pair = kinds if abs(lean) != 0.34 else kinds[::-1]
            self.petal(at, angle + lean, (long, 0.44 * size), pair, POINTED)
        self.canvas.fill(at + turn * 0.17 * size * spline(ROUND * 1.6 - 0.8, 5, True), tone(LEAF, 0.5), 1.5, INK)

    def leaf(self, at: complex, angle: float, size: tuple[float, float], bend: float, kinds: tuple[int, int]) -> None:
        """Two halves, light and dark, a vein and strokes along it; `at` is its foot."""
        length, width = size
        t = np.linspace(0, 1, 16)
        spine = at + length * t * np.exp(1j * (angle + bend * (t - 0.3)))
        ahead = np.gradient(spine)
        side = 1j * ahead / np.abs(ahead) * width * 0.5 * np.sin(np.pi * t**0.8) ** 0.8
        low = -self.shade
        self.canvas.fill(np.concatenate([spine + side, (spine - side)[::-1]]), tone(kinds[0], 0.2), 1.8, INK)
        bright = 1 if (side[8] * np.conj(LIGHT)).real > 0 else -1
        self.canvas.fill(np.concatenate([spine + bright * side, spine[::-1]]), tone(kinds[0], 0.58 + low))
        for k in range(3, 13, 2):
            for way in (bright, -bright):
                foot, tip = spine[k - 2], spine[k] + 0.78 * way * side[k]
                paint = tone(kinds[1], 0.95 + low) if way == bright else tone(kinds[0], 0.5 + low)
                self.canvas.fill(comma(tip, foot, 0.1 * way, 0.11 * length), paint)
        vein = ribbon(spine[:14], np.linspace(2.6, 0.7, 14))
        self.canvas.fill(vein, tone(kinds[1], 0.85 + low))

    def scroll(self, at: complex, radius: float, angle: float, hand: int, kinds: tuple[int, int]) -> None:
        """A tendril that winds into a berry, with leaves like flames on its back."""
        t = np.linspace(0, 1, 30)
        line = at + radius * (0.84 - 0.62 * t) * np.exp(1j * (angle + hand * 6.6 * t))
        for j in range(2, 24, 4):
            out = (line[j] - at) / abs(line[j] - at)
            tip = line[j] + out * radius * 0.34 + 1j * hand * out * radius * 0.22
            self.stroke(tip, line[j - 2], 0.2 * hand, 0.36 * radius, kinds[1])
        self.stem(line, 0.3 * radius, kinds[0])
        self.berry(line[-1], 0.24 * radius, VERMILION)

    def berry(self, at: complex, radius: float, kind: int) -> None:
        self.canvas.disc(at, radius + 1.7, INK)
        self.canvas.disc(at, radius, tone(kind, 0.28 - self.shade))
        self.canvas.disc(at + 0.14 * radius * LIGHT, 0.78 * radius, tone(kind, 0.55 - self.shade))
        if radius > 3.5:
            self.canvas.disc(at + 0.36 * radius * LIGHT, 0.34 * radius, tone(kind, 1))

    def stroke(self, start: complex, end: complex, bend: float, width: float, kind: int) -> None:
        """A comma with a light on its back."""
        self.canvas.fill(comma(start, end, bend, width), tone(kind, 0.42 - self.shade), 1.5, INK)
        inner = start + 0.08 * (end - start)
        self.canvas.fill(comma(inner, start + 0.7 * (end - start), bend, 0.5 * width), tone(kind, 0.85 - self.shade))

    def stem(self, path: Array, width: float, kind: int) -> None:
        taper = np.linspace(width, 0.35 * width, len(path))
        self.canvas.fill(ribbon(path, taper), tone(kind, 0.3 - self.shade), 1.6, INK)
        self.canvas.fill(ribbon(path + 0.2 * width * LIGHT, 0.4 * taper), tone(kind, 0.72 - self.shade))
