"""Porcelain that was broken and mended: forms cracked into glazed, painted shards, with gold in the seams."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from PIL import Image

from nst.artwork.craft.tools import LONG_SIDE, Array, Sheet, borders, mix, ramp, rgb, smoothstep

Field = Callable[[Array, Array], Array]
Warp = Callable[[Array, Array], tuple[Array, Array]]
SEAM, GOLD = rgb("1c1626"), rgb("8a5412", "d99a26", "f7cf5c", "fff3bc")
NONE = np.zeros((0, 3), np.float32)
PLAIN, STRIPES, BLOSSOM, SPRIG, DOTS, RIM = range(6)


class Form(NamedTuple):
    """An outline (none: all the sheet), glazes in the order of `tone`, paints, how it cracks, how much is painted."""

    outline: Array | None
    glazes: Array
    tone: Field
    paints: Array
    warp: Warp
    size: float
    adorned: float
    jewels: Array


def straight(x: Array, y: Array) -> tuple[Array, Array]:
    return x, y


class Porcelain:
    """Forms from the back to the front."""

    def __init__(self, size: int, width: int, height: int, seed: int) -> None:
        self.sheet = Sheet(size, width, height, seed, oversample=1.7)
        # Cracks are planned on a grid of one cell a unit, so that every size has the same.
        self.plan = Sheet(LONG_SIDE, width, height, seed, oversample=1)
        self.rng = np.random.default_rng(seed)
        self.forms: list[Form] = []

    def put(self, outline: Array | None, glazes: Array, tone: Field | float, paints: Array,
            warp: Warp = straight, size: float = 1.0, adorned: float = 0.5, jewels: Array = NONE) -> None:  # fmt: skip
        """Lays a form over what is there."""
        field = tone if callable(tone) else lambda x, y: np.full(np.shape(x), tone)
        self.forms.append(Form(outline, glazes, field, paints, warp, size, adorned, jewels))

    def _lay(self, sheet: Sheet) -> Array:
        """The number of the form at each place."""
        image = Image.new("I", sheet.shape[::-1], 0)
        for number, form in enumerate(self.forms):
            if form.outline is not None:
                mask, pen = sheet.mask()
                pen.polygon([(p.real * sheet.scale, p.imag * sheet.scale) for p in form.outline.tolist()], fill=255)
                image.paste(number, mask=mask)
        return np.asarray(image, np.int32)

    def crack(self) -> tuple[Array, Array, Array, Array]:
        """Forms and shards by place, and for each shard its form and its middle."""
        form, shard = self._lay(self.sheet), np.zeros(self.sheet.shape, np.int32)
        x, y = (axis + 0.5 * self.sheet.noise(16, 2) for axis in (self.sheet.x, self.sheet.y))
        planned = self._lay(self.plan)
        owner: list[int] = []
        middle: list[tuple[float, float]] = []
        for number, kind in enumerate(self.forms):
            here, fine = np.nonzero(planned.ravel() == number)[0], np.nonzero(form.ravel() == number)[0]
            coarse = np.stack(kind.warp(self.plan.x.ravel()[here], self.plan.y.ravel()[here]))
            dense = np.stack(kind.warp(x.ravel()[fine], y.ravel()[fine]))
            stack = [(np.arange(len(here)), np.arange(len(fine)))] if len(here) else []
            while stack:
                piece, part = stack.pop()
                if len(piece) < kind.size * np.exp(self.rng.uniform(6.2, 7.15)):
                    shard.ravel()[fine[part]] = len(owner)
                    owner.append(number)
                    middle.append((self.plan.x.ravel()[here[piece]].mean(), self.plan.y.ravel()[here[piece]].mean()))
                    continue
                spots = coarse[:, piece]
                turn = (
                    np.linalg.eigh(np.cov(spots))[1][:, 1] @ np.array([1, 1j]) * np.exp(1j * self.rng.normal(0, 0.33))
                )
                normal = np.array([turn.real, turn.imag])
                cut = np.quantile(normal @ spots, self.rng.uniform(0.36, 0.64))
                near, other = normal @ spots < cut, normal @ dense[:, part] < cut
                stack += [(piece[near], part[other]), (piece[~near], part[~other])]
        return form, shard, np.array(owner), np.array(middle)

    def _glaze(self, owner: Array, middle: Array) -> tuple[Array, Array]:
        """For each shard its glaze, and what is painted on it."""
        rng = self.rng
        glaze, paint = np.zeros((2, len(owner), 3), np.float32)
        for number, form in enumerate(self.forms):
            mine = np.flatnonzero(owner == number)
            if len(mine) == 0:
                continue
            tone = form.tone(middle[mine, 0], middle[mine, 1]) + rng.normal(0, 0.13, len(mine))
            glaze[mine] = form.glazes[(tone.clip(0, 0.999) * len(form.glazes)).astype(int)]
            if len(form.jewels):
                rare = mine[rng.random(len(mine)) < 0.085]
                glaze[rare] = form.jewels[rng.integers(len(form.jewels), size=len(rare))]
            apart = np.abs(form.paints[None] - glaze[mine][:, None]).sum(2)
            paint[mine] = form.paints[((apart > 0.5) * rng.random(apart.shape)).argmax(1)]
        return glaze * (1 + rng.normal(0, 0.035, (len(owner), 1))), paint

    def fire(self) -> Image.Image:
        """Glazes and paints the shards and fills the seams."""
        sheet, rng = self.sheet, self.rng
        form, shard, owner, middle = self.crack()
        number = len(owner)
        glaze, paint = self._glaze(owner, middle)
        # Where a glaze runs together it is deeper.
        pool = glaze.clip(0, 1) ** rng.uniform(1.0, 1.4, (number, 1))
        depth, outline = sheet.distance(borders(shard), 16), sheet.distance(borders(form), 8)
        u, v = (axis - middle[shard, k].astype(np.float32) for k, axis in enumerate((sheet.x, sheet.y)))
        turn = rng.uniform(0, 2 * np.pi, number).astype(np.float32)
        cos, sin = np.cos(turn)[shard], np.sin(turn)[shard]
        a, b = cos * u + sin * v, cos * v - sin * u
        colour = mix(glaze[shard], pool[shard], smoothstep(-14, 16, a + 0.5 * sheet.noise(20)))
        kinds = rng.choice(np.arange(1, 6), number, p=[0.3, 0.16, 0.25, 0.12, 0.17])
        kinds[rng.random(number) > np.array([form.adorned for form in self.forms])[owner]] = PLAIN
        colour = mix(colour, paint[shard], 0.9 * _painted(kinds[shard], a, b, depth))
        dome = np.sqrt(1 - (1 - (depth / 6).clip(0, 1)) ** 2) * 2
        light = sheet.relief(sheet.blur(dome, 0.8), 0.35)
        colour = colour * (1 + 0.14 * light)[..., None] + (0.10 * light.clip(0, 1))[..., None]
        return sheet.finish(self._mend(colour.clip(0, 1), depth, outline))

    def _mend(self, colour: Array, depth: Array, outline: Array) -> Array:
        """Lacquer in the seams, and gold upon it."""
        sheet = self.sheet
        swell = 0.25 * sheet.noise(36, 2)
        wide = np.maximum(1.75 + swell - depth, 2.9 + swell - outline)
        colour = mix(colour, SEAM, smoothstep(-0.35, 0.35, wide))
        shine = 0.5 + 0.16 * sheet.noise(24, 2) + 0.28 * sheet.relief(sheet.blur(wide.clip(-1, 3), 0.5), 0.5)
        return mix(colour, ramp(GOLD, shine.clip(0, 1)), smoothstep(0.95, 1.45, wide))


def _painted(kind: Array, a: Array, b: Array, depth: Array) -> Array:
    """Where the brush has painted, for each kind of ornament."""
    r, side = np.hypot(a, b), np.abs(b)
    off = np.select(
        [kind == STRIPES, kind == BLOSSOM, kind == SPRIG, kind == DOTS, kind == RIM],
        [
            np.abs((a + 0.02 * b * b) % 9 - 4.5) - 1.5,
            np.minimum(np.abs(r - 6.2 - 1.7 * np.cos(5 * np.arctan2(b, a))) - 1.2, r - 2.3),
            np.minimum(np.abs((a - 0.8 * side) % 10 - 5) + 0.75 * np.abs(side - 5) - 2.9, side - 1.0),
            np.hypot(a % 10 - 5, (b + 5 * (np.floor(a / 10) % 2)) % 10 - 5) - 2.5,
            np.abs(depth - 5.2) - 1.1,
        ],
        9.0,
    )
    amount: Array = smoothstep(0.5, -0.5, off) * smoothstep(3.0, 4.2, depth)
    return amount
