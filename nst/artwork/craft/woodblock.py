"""A colour woodblock's tools: bands that shade from ink to ink, tongues along them, key lines, claws of foam."""

from __future__ import annotations

import numpy as np

from nst.artwork.craft.brush import Canvas, ribbon, spline
from nst.artwork.craft.tools import Array, ramp, rgb

INK, PRUSSIAN, INDIGO, AZURE, CELADON, PALE, CREAM, OCHRE, APRICOT, VERMILION, CRIMSON, ROSE = rgb(
    "0b1428", "123a7c", "1d2a58", "2f7ec0", "6fbfa6", "b9e2d8", "fdf1d3", "eeb03a", "f58d4c", "e03a22", "a81e2c",
    "f3b8a0",
)  # fmt: skip
Inks = tuple[Array, ...]


class Block:
    """What is printed from the back to the front."""

    def __init__(self, size: int, width: int, height: int, seed: int) -> None:
        self.canvas = Canvas(size, width, height, INK)
        self.rng = np.random.default_rng(seed)

    def line(self, path: Array, width: float) -> None:
        """A key line: cut to swell and thin on the way and to end in points."""
        rng, t = self.rng, np.linspace(0, 1, len(path))
        swell = 0.7 + 0.3 * np.sin(rng.uniform(8, 16) * t + rng.uniform(0, 6)) + 0.15 * np.sin(29 * t)
        self.canvas.fill(ribbon(path, width * swell * (0.25 + 0.75 * np.sin(np.pi * t) ** 0.5)), INK)

    def bands(self, near: Array, far: Array, pairs: tuple[Inks, ...], tongues: Inks, key: float = 3.2) -> None:
        """Bands between two lines, each shading from the one ink of its pair to the other, with tongues along them."""
        rng, number, t = self.rng, len(pairs), np.linspace(0, 1, len(near))
        cuts = np.concatenate([[0], np.cumsum(rng.uniform(0.75, 1.35, number))])
        cuts = (cuts / cuts[-1])[:, None] * np.ones(len(t))
        for k in range(1, number):
            cuts[k] += 0.28 / number * np.sin(2 * np.pi * rng.integers(1, 4) * t + rng.uniform(0, 6))
        edges = near + (far - near) * cuts
        for k, (first, other) in enumerate(pairs):
            # Once there and back, so that bands may close in rings.
            shades = ramp(np.stack([first, other]), 0.5 + 0.5 * np.sin(2 * np.pi * t + rng.uniform(0, 6)))
            for i in range(len(t) - 1):
                quad = np.array([edges[k, i], edges[k, i + 1], edges[k + 1, i + 1], edges[k + 1, i]])
                self.canvas.fill(quad, shades[i])
            self._lick(edges[k], edges[k + 1], shades, tongues)
        for k in range(number + 1):
            self.line(edges[k], key * rng.uniform(0.8, 1.3))

    def _lick(self, near: Array, far: Array, shades: Array, tongues: Inks) -> None:
        """Tongues one behind the other, in inks that stand out from what they lie on."""
        rng, middle, wide = self.rng, (near + far) / 2, np.abs(far - near)
        way = np.concatenate([[0], np.cumsum(np.abs(np.diff(middle)))])
        at = rng.uniform(-30, 20)
        while at < way[-1] - 20:
            long = rng.uniform(45, 125)
            spots = np.linspace(max(at, 0), min(at + long, way[-1]), 14)
            path = np.interp(spots, way, middle.real) + 1j * np.interp(spots, way, middle.imag)
            here = int(np.searchsorted(way, spots[7]))
            apart = np.array([np.abs(ink - shades[here]).sum() for ink in tongues])
            choice = rng.permutation(np.argsort(apart)[-3:])[0]
            t = np.linspace(0, 1, 14)
            body = np.interp(spots, way, wide) * rng.uniform(0.36, 0.56) * np.sin(np.pi * t**0.7) ** 0.8
            self.canvas.fill(ribbon(path, body + 0.1), tongues[choice])
            at += long * rng.uniform(0.95, 1.35)

    def foam(self, spine: Array, thick: Array, reach: Array, lean: float, curl: float) -> None:
        """A lace of foam along a line: fingers that split into claws and all bend one way, in one outline."""
        rng, fingers = self.rng, [(spine, thick)]
        ahead = np.gradient(spine) / np.abs(np.gradient(spine))
        way = np.concatenate([[0], np.cumsum(np.abs(np.diff(spine)))])
        at = rng.uniform(2, 8)
        while at < way[-1]:
            i = int(np.searchsorted(way, at))
            long = reach[i] * rng.choice([0.55, 0.85, 1.0, 1.3]) * rng.uniform(0.85, 1.15)
            fingers += self._claw(spine[i], ahead[i] * np.exp(1j * (lean + rng.normal(0, 0.2))), long, curl)
            at += rng.uniform(0.4, 0.8) * reach[i]
        for path, wide in fingers:
            self.canvas.fill(ribbon(path, wide + 5.4), INK)
        for path, wide in fingers:
            self.canvas.fill(ribbon(path, wide + 0.2), CREAM)
        side = 0.5j * ahead * thick
        self._lick(spine - side, spine + side, np.broadcast_to(CREAM, (len(spine), 3)), (PALE, CELADON, AZURE))
        for path, wide in fingers[1:]:
            if wide[0] > 11:
                off = -0.16 * wide * np.sign(curl) * 1j * np.gradient(path) / np.abs(np.gradient(path))
                body = 0.46 * wide * np.linspace(0, 1.3, 12).clip(0, 1)
                self.canvas.fill(ribbon((path + off)[:-2], body[:-2]), (CELADON, PALE, AZURE)[rng.integers(3)])

    def _claw(self, foot: complex, ahead: complex, reach: float, curl: float) -> list[tuple[Array, Array]]:
        t = np.linspace(0, 1, 12)

        def finger(start: complex, heading: complex, long: float, broad: float) -> tuple[Array, Array]:
            steps = heading * np.exp(1j * curl * t**1.2)
            return start + np.concatenate([[0], np.cumsum(steps[:-1])]) * long / 11, broad * (1 - t) ** 0.6

        main = finger(foot, ahead, reach, 5 + 0.24 * reach)
        twigs = []
        for joint, turn, part in ((4, -0.75, 0.5), (6, 0.7, 0.42)):
            heading = main[0][joint + 1] - main[0][joint]
            heading *= np.exp(1j * turn * np.sign(curl)) / abs(heading)
            twigs.append(finger(main[0][joint], heading, part * reach, 3 + 0.12 * reach))
        return [main, *twigs] if reach > 24 else [main]


def curve(*points: tuple[float, float], steps: int = 12) -> Array:
    """A smooth line through points."""
    return spline(np.array([complex(*point) for point in points]), steps)


def even(path: Array, number: int) -> Array:
    """The same line in points at even distances."""
    way = np.concatenate([[0], np.cumsum(np.abs(np.diff(path)))])
    at = np.linspace(0, way[-1], number)
    return np.interp(at, way, path.real) + 1j * np.interp(at, way, path.imag)
