"""Jungle plants in the hand of a naive painter: every leaf in two halves, with a dark edge and a light vein."""

from __future__ import annotations

import numpy as np

from nst.artwork.craft.brush import Canvas, comma, ribbon, spline
from nst.artwork.craft.tools import Array, rgb

INK = rgb("03110f")
# Each set: the shaded half, the lit half and the vein, some of each.
Greens = tuple[tuple[Array, Array, Array], ...]


def greens(*codes: str) -> Greens:
    return tuple((rgb(code[:6]), rgb(code[7:13]), rgb(code[14:])) for code in codes)


NIGHT = greens("062a1c/0b4a2a/3f9a3c", "08301f/126038/7cc247", "04241f/0a4c44/2fa08a", "0c3a16/1f6a1c/a8c83a")
DEEP = greens("0a4426/16743a/74c850", "0a4a3e/148068/6cd4b0", "1c5414/3f8c1e/c2dc4a", "083c30/0f6a4c/58c490")
BRIGHT = greens("14702e/3aac3c/c4ea62", "2f7c18/78be2c/e6f486", "0f7658/2cb48a/b4f0d0", "5a8412/a8ca28/f4f498")
LIME = greens("4c9a1c/a4d834/f6fa9c", "7aa414/d2e23c/fcfabc", "1c9460/5cd494/d8fae0", "a8a018/ece04a/fffcc8")
FAR = greens("1c7c74/46b4a0/b8ecd8", "2c8c68/6cc694/d4f4d0", "186c70/3498a0/9adcdc", "4c9c5c/9cd47c/ecf8c8")


class Foliage:
    """The painter's hand; places are complex, lengths in units."""

    def __init__(self, canvas: Canvas, seed: int) -> None:
        self.canvas, self.rng = canvas, np.random.default_rng(seed)

    def leaf(self, at: complex, angle: float, size: tuple[float, float], bend: float, sets: Greens) -> None:
        """Rooted at a place: its outline, its lit half, its vein, and strokes beside it where it is broad."""
        length, width = size
        dark, light, vein = sets[self.rng.integers(len(sets))]
        t = np.linspace(0, 1, 14)
        spine = at + length * t * np.exp(1j * (angle + bend * (t - 0.3)))
        ahead = np.gradient(spine)
        side = 0.5j * ahead / np.abs(ahead) * width * np.sin(np.pi * t**0.85) ** 0.85
        up = 1 if side[6].imag - 0.6 * side[6].real < 0 else -1
        tint = 1 + self.rng.normal(0, 0.07)
        self.canvas.fill(np.concatenate([spine + side, (spine - side)[::-1]]), dark * tint, 1.9, INK)
        self.canvas.fill(np.concatenate([spine + up * side, spine[::-1]]), light * tint)
        if width > 13:
            for k in range(3, 11, 2):
                tip = spine[k + 1] + 0.72 * up * side[k + 1]
                self.canvas.fill(comma(tip, spine[k - 1], 0.12 * up, 0.2 * width), vein)
        self.canvas.fill(ribbon(spine[:13], np.linspace(2.6, 1.0, 13)), vein)

    def blade(self, at: complex, tip: complex, bend: float, width: float, sets: Greens) -> None:
        """A long blade of grass, broad at its foot."""
        dark, light, vein = sets[self.rng.integers(len(sets))]
        t = np.linspace(0, 1, 18)
        path = at + (tip - at) * (t + 1j * bend * np.sin(np.pi * t * 0.85) * t)
        swell = width * np.minimum(1, 0.7 + 1.2 * t) * (1 - t) ** 0.6 + 0.5
        ahead = np.gradient(path)
        side = 0.5j * ahead / np.abs(ahead) * swell
        up = 1 if side[8].real < 0 else -1
        self.canvas.fill(np.concatenate([path + side, (path - side)[::-1]]), dark, 2.0, INK)
        self.canvas.fill(np.concatenate([path + up * side, (path - up * 0.1 * side)[::-1]]), light)
        self.canvas.fill(ribbon(path[:16] - 0.1 * up * side[:16], np.linspace(2.2, 0.9, 16)), vein)

    def tuft(self, at: complex, number: int, length: float, width: float, sets: Greens, spread: float = 1.1) -> None:
        """Blades that fan out from one foot, the outer ones first."""
        rng = self.rng
        for lean in sorted(np.linspace(-spread, spread, number), key=lambda way: -abs(way)):
            long = length * rng.uniform(0.72, 1.12) * (1 - 0.22 * abs(lean))
            tip = at + long * np.exp(1j * (lean - np.pi / 2 + rng.normal(0, 0.08)))
            self.blade(at + 7 * lean, tip, 0.34 * lean + rng.normal(0, 0.06), width * rng.uniform(0.8, 1.2), sets)

    def frond(self, knots: Array, length: float, width: float, sets: Greens) -> None:
        """Leaflets on both sides of a rib, long in the middle."""
        path = spline(np.asarray(knots), 24)
        way = np.concatenate([[0], np.cumsum(np.abs(np.diff(path)))])
        at = np.arange(0.12 * way[-1], way[-1], 0.82 * width)
        for far in at[::-1]:
            k = int(np.searchsorted(way, far)) - 1
            ahead = float(np.angle(path[k + 1] - path[k]))
            long = length * (np.sin(np.pi * (0.12 + 0.84 * far / way[-1])) ** 0.6) * self.rng.uniform(0.88, 1.1)
            for side in (1, -1):
                self.leaf(complex(path[k]), ahead + side * 0.95, (long, width), -0.5 * side, sets)
        dark, _, vein = sets[0]
        self.canvas.fill(ribbon(path, np.linspace(6, 2, len(path))), dark, 1.6, INK)
        self.canvas.fill(ribbon(path, np.linspace(2.4, 1, len(path))), vein)

    def banner(self, knots: Array, width: float, sets: Greens, pitch: float = 13) -> None:
        """A banana leaf: bands that run from the rib to a frayed edge."""
        rng = self.rng
        path = spline(np.asarray(knots), 30)
        way = np.concatenate([[0], np.cumsum(np.abs(np.diff(path)))])
        for far in np.arange(way[-1] - 6, 0.1 * way[-1], -pitch):
            k = int(np.searchsorted(way, far)) - 1
            ahead = (path[k + 1] - path[k]) / abs(path[k + 1] - path[k])
            half = 0.5 * width * np.sin(np.pi * (0.06 + 0.9 * far / way[-1]) ** 0.9) ** 0.6
            for side in (1, -1):
                angle = float(np.angle(ahead)) + side * 1.02
                long = half * rng.uniform(1.0, 1.22) + 5
                self.leaf(complex(path[k]), angle, (long, 1.45 * pitch), -0.45 * side, sets)
        self.canvas.fill(ribbon(path, np.linspace(8, 3, len(path))), sets[0][0], 1.8, INK)
        self.canvas.fill(ribbon(path, np.linspace(4, 1.4, len(path))), sets[-1][2])

    def bush(self, at: complex, size: tuple[float, float], leaf: tuple[float, float], sets: Greens) -> None:
        """Leaves that turn outwards from the foot of a bush, each row over the one behind."""
        rng, (wide, high) = self.rng, size
        turn = np.linspace(0, 2 * np.pi, 30)
        self.canvas.fill(at + 0.5 * wide * np.cos(turn) + 0.5j * high * np.sin(turn), INK)
        for up in np.arange(1, -1.05, -0.62 * leaf[0] / high):
            half = np.sqrt(max(1 - up * up, 0.05))
            for across in np.arange(-half, half + 0.01, 1.25 * leaf[1] / wide):
                u, v = across + rng.normal(0, 0.04), up + rng.normal(0, 0.04)
                place = at + 0.5 * wide * u - 0.5j * high * v
                angle = -np.pi / 2 + 1.15 * u + (0.9 * u if v < 0 else 0) + rng.normal(0, 0.2)
                long = leaf[0] * rng.uniform(0.85, 1.2)
                self.leaf(place, angle, (long, leaf[1] * rng.uniform(0.85, 1.15)), rng.normal(0, 0.3), sets)

    def trunk(self, knots: Array, wide: tuple[float, float], colours: Array) -> None:
        """A stem of rings that lap over each other."""
        path = spline(np.asarray(knots), 24)
        way = np.concatenate([[0], np.cumsum(np.abs(np.diff(path)))])
        for k, far in enumerate(np.arange(0, way[-1], 10.0)):
            j = min(int(np.searchsorted(way, far)), len(path) - 2)
            ahead = (path[j + 1] - path[j]) / abs(path[j + 1] - path[j])
            half = 0.5 * np.interp(far, (0, way[-1]), wide) * 1j * ahead
            ring = spline(path[j] + np.array([half, 9 * ahead + 1.05 * half, 9 * ahead - 1.05 * half, -half]), 4, True)
            self.canvas.fill(ring, colours[k % len(colours)], 1.8, INK)
            self.canvas.fill(comma(path[j] + 4 * ahead + 0.7 * half, path[j] + 4 * ahead - 0.4 * half, 0.1, 4),
                             colours[-1])  # fmt: skip

    def lotus(self, at: complex, radius: float, sets: Greens) -> None:
        """Petals that open upwards, the outer ones first."""
        for lean in (-1.7, 1.7, -1.25, 1.25, -0.8, 0.8, -0.4, 0.4, 0.0):
            long = radius * (1.05 - 0.1 * abs(lean)) * self.rng.uniform(0.94, 1.08)
            self.leaf(at, lean - np.pi / 2, (long, 0.46 * radius), 0.25 * lean, sets)
        self.leaf(at + 0.35j * radius, -np.pi / 2, (0.5 * radius, 0.5 * radius), 0.0, LIME)

    def daisy(self, at: complex, radius: float, sets: Greens, heart: Greens) -> None:
        """Petals all round a heart of small ones."""
        start = self.rng.uniform(0, 2)
        for k in (0, 2, 4, 6, 8, 1, 3, 5, 7, 9):
            turn = start + 2 * np.pi * k / 10
            self.leaf(at + 0.16 * radius * np.exp(1j * turn), turn, (0.9 * radius, 0.48 * radius), 0.3, sets)
        self.fruit(at, 0.3 * radius, heart)

    def fruit(self, at: complex, radius: float, sets: Greens) -> None:
        dark, light, shine = sets[self.rng.integers(len(sets))]
        self.canvas.disc(at, radius + 2, INK)
        self.canvas.disc(at, radius, dark)
        self.canvas.disc(at - (0.14 + 0.16j) * radius, 0.78 * radius, light)
        start, end = at - (0.6 - 0.1j) * radius, at + (0.25 - 0.62j) * radius
        self.canvas.fill(comma(start, end, -0.3, 0.34 * radius), shine)
