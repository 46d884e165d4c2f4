"""An avenue in a park on an autumn night after rain: lamps, leaves and wet paving in dabs of a palette knife."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.strokes import Tool, paint, pick, scatter
from nst.artwork.craft.tools import Array, Sheet, rgb
from nst.artwork.motifs.grove import BARK, DEEP, HEIGHT, KERB, LAMPS, LEAVES, VANISH, WIDTH, Grove, light

KNIFE = Tool(corner=0.12, ragged=0.06, uneven=0.22, streak=0.25, ridge=0.28, shadow=0.22)
NIGHT = rgb("1c1c74", "142c94", "1848b8", "1068b8", "1490b8", "4030b8", "6c34cc")
GLOW = rgb("0a1046", "1c1c78", "48208c", "94208c", "d0285c", "f0482c", "ff7c18", "ffa820", "ffd044", "fff0a4")
LAWN = rgb("0a2054", "0c4474", "0c6870", "0c7c60", "34a048", "a0b428", "f8bc28")
WET = rgb("0c1458", "142c8c", "14369c", "1448a4", "1c70bc", "3c2ca0", "28a0c8")


class Park(Grove):
    def sky(self) -> None:
        rng = self.rng
        place = scatter(rng, (-8, -8, WIDTH + 8, VANISH[1] + 30), 10)
        away = place - VANISH
        tone = light(place)
        warm = pick(rng, GLOW, tone, 0.06)
        night = pick(rng, NIGHT, 0.15 + 0.75 * rng.random(len(place)) + 0.0004 * away[:, 1])
        colour = np.where((tone > rng.uniform(0.2, 0.45, len(tone)))[:, None], warm, night)
        self.dabs(place, np.arctan2(away[:, 1], away[:, 0]) + np.pi / 2, colour)

    def lamp(self, x: float, y: float, foot: float, s: float) -> None:
        rng = self.rng
        for ring, number, tone in ((88, 34, 0.62), (62, 28, 0.72), (38, 20, 0.84)):
            turn = np.linspace(0, 2 * np.pi, number, endpoint=False) + rng.normal(0, 0.1, number)
            away = (ring * s + 5) * rng.uniform(0.85, 1.2, number)
            place = np.stack([x + away * np.cos(turn), y + away * np.sin(turn)], 1)
            self.dabs(place, turn, pick(rng, GLOW, np.full(number, tone), 0.07), 0.5 + 0.5 * s)
        post = np.linspace(y, foot, max(int((foot - y) / 9), 3))
        place = np.stack([np.full(len(post), x), post], 1)
        self.strokes.add(place, np.pi / 2, 17, 3 + 8 * s, pick(rng, BARK, rng.random(len(post))))
        bulb = np.array([[x, y], [x - 5 * s, y - 6 * s], [x + 5 * s, y + 5 * s]])
        self.strokes.add(bulb, np.pi / 2, 8 + 30 * s, 6 + 18 * s, rgb("ffd84c", "fff0a0", "fffce8"))
        self.strokes.add(np.array([[x, y - 8 - 20 * s]]), 0.0, 9 + 34 * s, 4 + 8 * s, BARK[:1])

    def ground(self) -> None:
        rng = self.rng
        place = scatter(rng, (-8, VANISH[1] + 2, WIDTH + 8, HEIGHT + 8), 10)
        place = place[np.argsort(place[:, 1] + rng.normal(0, 6, len(place)))]
        down = (place[:, 1] - VANISH[1]) / DEEP
        across = (place[:, 0] - VANISH[0]) / (down + 0.02)
        number, tone = len(place), light(place)
        wet = pick(rng, WET, 0.8 * rng.random(number))
        warm = pick(rng, GLOW, 0.88 - 0.9 * down, 0.12)
        wet = np.where((rng.random(number) < 0.9 * np.exp(-down / 0.2))[:, None], warm, wet)
        lawn = pick(rng, LAWN, 0.12 + 0.62 * tone, 0.12)
        fallen = pick(rng, LEAVES[0], 0.3 + 0.5 * tone, 0.14)
        patch = 0.22 + 0.4 * np.sin(place[:, 0] / 37) * np.sin(place[:, 1] / 23)
        lawn = np.where((rng.random(number) < patch)[:, None], fallen, lawn)
        kerb = np.abs(np.abs(across) - KERB - 12) < 14
        lawn[kerb] = pick(rng, BARK, rng.random(int(kerb.sum())))
        angle = np.where(kerb, np.arctan2(DEEP, KERB * np.sign(across)), np.where(np.abs(across) > KERB, -0.3, 0.0))
        self.dabs(place, angle, np.where((np.abs(across) > KERB)[:, None], lawn, wet), 1.05)

    def hedge(self) -> None:
        """Bushes where the lawns end."""
        for k, x in enumerate(np.linspace(-10, WIDTH + 10, 26)):
            if abs(x - VANISH[0]) > 34:
                self.cluster(np.array((x, VANISH[1] - 12 + 9 * np.sin(2.3 * k))), 34, (3, 1, 3, 2, 0)[k % 5], VANISH[1])

    def couple(self, x: float, foot: float, tall: float) -> None:
        """Two people under one umbrella, from behind."""
        # Across and up, angle, length, width, colour.
        parts = (
            (-0.17, 0.12, 1.5, 0.26, 0.06, "0a0a30"), (-0.09, 0.12, 1.6, 0.26, 0.06, "14103c"),
            (0.09, 0.12, 1.5, 0.24, 0.05, "2c0c34"), (0.16, 0.13, 1.65, 0.24, 0.05, "1c0a34"),
            (-0.18, 0.36, 1.45, 0.32, 0.1, "102878"), (-0.1, 0.37, 1.6, 0.34, 0.1, "0c1850"),
            (-0.14, 0.55, 1.5, 0.24, 0.17, "1c3c9c"), (-0.23, 0.48, 1.3, 0.24, 0.06, "1450a8"),
            (0.08, 0.36, 1.6, 0.32, 0.12, "781038"), (0.17, 0.35, 1.45, 0.32, 0.11, "4c0c40"),
            (0.12, 0.53, 1.5, 0.24, 0.15, "b01c40"), (0.2, 0.47, 1.75, 0.22, 0.06, "e04c50"),
            (-0.12, 0.7, 1.5, 0.11, 0.1, "3c1420"), (0.09, 0.67, 1.5, 0.11, 0.1, "c8702c"),
        )  # fmt: skip
        ribs = np.linspace(-0.4, 0.4, 8)
        dome = zip(ribs, 1.0 - 1.15 * ribs**2, ribs * 2.6 + np.pi / 2, strict=True)
        reds = ("6c0828", "a81030", "d81828", "ff3c24", "ff6430", "f02c28", "b81030", "7c0830")
        crown = [(at, up - 0.02, angle, 0.23, 0.15, red) for (at, up, angle), red in zip(dome, reds, strict=True)]
        for at, up, angle, length, width, code in (*parts, *crown):
            row = self.strokes.add(
                np.array([[x + at * tall, foot - up * tall]]), angle, length * tall, width * tall, rgb(code)
            )
            self.mirrored.append((row, foot))

    def mirror(self, under: Park) -> None:
        """Lays what the wet path mirrors: broken upright dabs, darker than what they mirror."""
        rng = self.rng
        for row, foot in under.mirrored:
            self.upright(row[:, 0] + rng.normal(0, 3, len(row)), 2 * foot - row[:, 1], row[:, 6:9] * 0.85, 0.4)
        # The lights' own roads, and that of the glow in the distance.
        for x, top, long, wide in [(lamp[0], lamp[2], 620 * lamp[3], 8 + 16 * lamp[3]) for lamp in LAMPS] + [
            (VANISH[0] - 8, VANISH[1] + 6, 330, 26)
        ]:
            number = int(long * wide / 62)
            down = rng.random(number) ** 1.3
            tone = 0.9 - 0.45 * down
            at = x + rng.normal(0, 0.55, number) * wide * (0.6 + down)
            self.upright(at, top + long * down, pick(rng, GLOW, tone, 0.08), 0.9)
        # Ripples lie across.
        place = scatter(rng, (0, VANISH[1] + 40, WIDTH, HEIGHT), 36)
        down = (place[:, 1] - VANISH[1]) / DEEP
        place = place[np.abs(place[:, 0] - VANISH[0]) < 0.95 * KERB * down]
        self.dabs(place, np.zeros(len(place)), pick(rng, WET, 0.3 + 0.7 * rng.random(len(place))), 0.8)

    def upright(self, x: Array, y: Array, colour: Array, share: float) -> None:
        rng = self.rng
        keep = (np.abs(x - VANISH[0]) < KERB * (y - VANISH[1]) / DEEP) & (y < HEIGHT + 8) & (rng.random(len(x)) < share)
        place = np.stack([x, y], 1)[keep]
        length, width = rng.uniform(14, 27, len(place)), rng.uniform(7, 11, len(place))
        angle = np.pi / 2 + rng.normal(0, 0.1, len(place))
        self.strokes.add(place, angle, length, width, colour[keep], colour[keep] * 0.8)


def draw(size: int = 768) -> Image.Image:
    rng = np.random.default_rng(1955)
    park, things = Park(rng), Park(rng)
    park.sky()
    park.ground()
    things.hedge()
    trees = (
        (7.6, 1, 0), (5.6, -1, 2), (4.3, 1, 1), (3.2, -1, 0), (2.4, 1, 3), (1.75, -1, 1), (1.2, 1, 0), (1.0, -1, 2),
    )  # fmt: skip
    # Each lamp hangs before the boughs of the next nearer tree.
    for k, (far, side, kind) in enumerate(trees):
        things.tree(far, side, kind)
        if k:
            things.lamp(*LAMPS[k - 1].tolist())
    things.couple(372, 628, 138)
    park.mirror(things)
    park.strokes.rows += things.strokes.rows
    sheet = Sheet(size, WIDTH, HEIGHT, seed=8, oversample=1.5)
    return paint(sheet, park.strokes, rgb("080a26"), KNIFE)
