"""Trees of an avenue in lamplight, in dabs of a palette knife: trunks with lit rims, boughs, leaves that radiate."""

from __future__ import annotations

import numpy as np

from nst.artwork.craft.strokes import Strokes, pick
from nst.artwork.craft.tools import Array, rgb

WIDTH, HEIGHT = 640, 768
VANISH = np.array((338.0, 452.0))  # where the avenue ends
DEEP = HEIGHT - VANISH[1]
KERB = 262  # half the width of the path, where it is nearest
LEAVES = (
    rgb("48104c", "901c38", "c83418", "e04c0c", "fa7408", "ffa018", "ffcc30", "ffec84"),
    rgb("3c1060", "80105c", "b01048", "d01430", "f03424", "ff6428", "ff9c38", "ffd868"),
    rgb("281078", "5020b0", "8830c0", "b02ca0", "e03c80", "ff6464", "ff9c4c", "ffd46c"),
    rgb("0a2c54", "0c5868", "0c8460", "3c983c", "94ac20", "e0b818", "ffdc40", "fff090"),
)
RIM = rgb("241c6c", "3c2c98", "5c2ca0", "1c4c94")
BARK = rgb("06061c", "0a0a2c", "140836", "22103c", "0a1a48")


def _lamps() -> Array:
    """The lamps' (x and y of the light, y of the foot, share of full size), the farthest first."""
    rows = ((8.5, -1), (6.4, 1), (4.9, -1), (3.7, 1), (2.75, -1), (2.0, 1), (1.4, -1))
    return np.array(
        [(VANISH[0] + side * KERB / far, VANISH[1] - 215 / far, VANISH[1] + 290 / far, 1 / far) for far, side in rows]
    )


LAMPS = _lamps()


def light(place: Array) -> Array:
    """How much of the lamps' light falls on each place, in [0, 1)."""
    away = np.hypot(*(place[:, None] - LAMPS[:, :2]).transpose(2, 0, 1))
    lit = np.exp(-away / (16 + 105 * LAMPS[:, 3])).sum(1)
    distance = np.hypot(*((place - VANISH + (0, 18)) / (1, 1.25)).T)
    total: Array = 1 - np.exp(-0.9 * lit - 0.9 * np.exp(-distance / 64))
    return total


class Grove:
    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.strokes = Strokes()
        self.mirrored: list[tuple[Array, float]] = []

    def dabs(self, place: Array, angle: Array, colour: Array, size: float = 1.0, foot: float | None = None) -> None:
        """Lays dabs; the wet path is to mirror those of things that stand on a foot."""
        rng, number = self.rng, len(place)
        much = size * np.exp(rng.normal(0, 0.2, number))
        length, width = rng.uniform(14, 22, number) * much, rng.uniform(8.5, 12.5, number) * much
        other = colour * rng.uniform(0.7, 1.3, (number, 1)) + rng.normal(0, 0.06, (number, 3))
        row = self.strokes.add(place, angle + rng.normal(0, 0.2, number), length, width, colour, other.clip(0, 1))
        if foot is not None:
            self.mirrored.append((row, foot))

    def tree(self, far: float, side: int, kind: int) -> None:
        rng, s = self.rng, 1 / far
        foot = VANISH + np.array((side * 312 * s, 330 * s))
        fork = foot + np.array((-side * 30 * s, -590 * s))
        crown, limbs = [], [(foot, fork, 46 * s)]
        for angle in np.linspace(-1.35, 1.35, 9) + rng.normal(0, 0.1, 9):
            start = fork + (foot - fork) * rng.uniform(0, 0.2)
            # The boughs reach farther over the path than away from it.
            reach = s * rng.uniform(170, 270) * (1.15 if far < 1.5 else 1) * (1.05 - 0.35 * side * np.sin(angle))
            tip = start + reach * np.array((np.sin(angle), -np.cos(angle) * 0.9 + 0.12))
            limbs.append((start, tip, 15 * s))
            crown += [start + (tip - start) * t + rng.normal(0, 24 * s, 2) for t in (0.5, 0.78, 1.02)]
        crown.sort(key=lambda at: float(at[1]))
        for k, middle in enumerate(crown):
            self.cluster(middle, 66 * s, kind, foot[1])
            # Boughs show between the leaves.
            if k == len(crown) * 3 // 5:
                for start, tip, wide in limbs:
                    self.limb(start, tip, wide, foot[1])

    def limb(self, start: Array, tip: Array, wide: float, foot: float) -> None:
        rng, way = self.rng, tip - start
        length = float(np.hypot(*way))
        steps = np.linspace(0, 1, max(int(length / 9), 3))
        normal = np.array((-way[1], way[0])) / length
        lanes = max(round(wide / 8), 1)
        for lane in range(lanes):
            off = ((lane + 0.5) / lanes - 0.5) * wide * (1 + 0.5 * (1 - steps) ** 6 - 0.4 * steps)
            bow = 0.05 * length * np.sin(steps * 4.2)
            place = start + steps[:, None] * way + (off + bow)[:, None] * normal
            # A warm rim towards the lamps, a cool one away from them.
            rim = lane in (0, lanes - 1) and lanes > 2
            inner = (place[:, 0] < VANISH[0]) == (off * normal[0] > 0)
            lit = light(place) * np.where(rim & inner, 1.2, 0.15) + 0.35 * (rim & inner)
            cool = (rim & ~inner) & (rng.random(len(place)) < 0.6)
            bark = pick(rng, BARK, rng.random(len(place)))
            bark = np.where(cool[:, None], pick(rng, RIM, rng.random(len(place))), bark)
            warm = pick(rng, LEAVES[0], 0.1 + lit * 0.7)
            colour = np.where((lit > rng.uniform(0.15, 0.8, len(lit)))[:, None], warm, bark)
            self.dabs(place, np.full(len(place), np.arctan2(way[1], way[0])), colour, min(1.0, 0.45 + wide / 26), foot)

    def cluster(self, middle: Array, radius: float, kind: int, foot: float) -> None:
        """Leaves that radiate from a twig, those towards the lamps the lightest and laid last."""
        rng = self.rng
        number = int(4 + 17 * min(radius / 60, 1.15) ** 1.6)
        turn, share = rng.uniform(0, 2 * np.pi, number), np.sqrt(rng.random(number))
        out = np.stack([np.cos(turn), np.sin(turn)], 1) * share[:, None]
        to = LAMPS[:, :2] - middle
        far = np.hypot(*to.T)
        pull = (to / (far + 1)[:, None] * np.exp(-far / 90)[:, None]).sum(0)
        side = out @ (pull / (np.hypot(*pull) + 1e-6) + (0, -0.35))
        order = np.argsort(side + rng.normal(0, 0.3, number))
        out, turn, side = out[order], turn[order], side[order]
        place = middle + out * radius
        tone = 0.36 + 0.46 * light(place) + 0.2 * side + rng.normal(0, 0.06)
        scale = LEAVES[int(rng.integers(4)) if rng.random() < 0.14 else kind]
        self.dabs(place, turn, pick(rng, scale, tone, 0.09), 0.6 + min(radius / 120, 0.55), foot)
