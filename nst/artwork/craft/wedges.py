"""Forms cut into curved wedges of thick paint: streaks of the brush inside, broken dark outlines round them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image

from nst.artwork.craft.brush import spline
from nst.artwork.craft.facets import chance
from nst.artwork.craft.tools import Array, Sheet, borders, mix, noise_at, rgb, smoothstep

INK = rgb("160a0c")


class Grain(NamedTuple):
    """Which way a form is cut: rows at equal `across`, each cut along its length; the rows may be rings."""

    across: Array
    along: Array
    rings: bool


class Cut(NamedTuple):
    """A form that is laid: its pigments from dark to light, and how far a wedge may stray from its tone."""

    pigments: Array
    stray: float


class Wedges:
    """What is laid so far: for each place its wedge, its form, its tone and the run of the brush.

    A share of the wedges, the strange ones, takes an accent instead of its form's pigments.
    """

    def __init__(self, sheet: Sheet, accents: Array, strange: float) -> None:
        self.sheet, self.rng, self.accents, self.strange = sheet, sheet.rng, accents, strange
        self.x, self.y = (axis + 6 * sheet.noise(110, 2) for axis in (sheet.x, sheet.y))
        self.wedge = np.zeros(sheet.shape, np.int64)
        self.form = np.zeros(sheet.shape, np.int32)
        self.tone, self.across, self.along, self.ridge = np.zeros((4, *sheet.shape), np.float32)
        self.cuts: list[Cut] = []

    def inside(self, knots: Array, smooth: bool = True) -> Array:
        """The places within an outline through the knots."""
        edge = spline(knots, 8, closed=True) if smooth else knots
        image, pen = self.sheet.mask()
        pen.polygon([(p.real * self.sheet.scale, p.imag * self.sheet.scale) for p in edge], fill=1)
        return np.asarray(image, bool)

    def rings(self, middle: complex, squeeze: float = 1.0, turn: float = 0.0) -> Grain:
        """Arcs round a point; squeezed, they are ellipses whose long side is turned."""
        z = ((self.x - middle.real) + 1j * (self.y - middle.imag)) * np.exp(-1j * turn)
        z = z.real + 1j * z.imag * squeeze
        return Grain(np.abs(z).astype(np.float32), np.angle(z).astype(np.float32), True)

    def lines(self, angle: float) -> Grain:
        cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
        return Grain(cos * self.y - sin * self.x, cos * self.x + sin * self.y, False)

    def put(
        self, inside: Array, grain: Grain, tone: Array | float, pigments: Array, pitch: float = 17.0, long: float = 2.2,
        stray: float = 0.22,
    ) -> None:  # fmt: skip
        """Lays a form over what is there."""
        rng, number = self.rng, 160
        edges = np.cumsum(pitch * rng.uniform(0.65, 1.35, number))
        edges -= 0 if grain.rings else edges[number // 2]
        step, shift, lean = pitch * long * rng.uniform(0.7, 2.0, number), rng.random(number), rng.normal(0, 0.8, number)
        across, along = grain.across[inside], grain.along[inside]
        row = np.searchsorted(edges, across).clip(0, number - 1)
        middle = edges[row] - 0.5 * pitch
        if grain.rings:
            along = along * middle.clip(0.5 * pitch, None)
            # An even number of wedges goes round each ring.
            rounds = 2 * np.pi * (edges - 0.5 * pitch).clip(0.5 * pitch, None)
            step = rounds / np.maximum(np.round(rounds / step), 1)
        column = np.floor((along + lean[row] * (across - middle)) / step[row] + shift[row])
        if grain.rings:
            column %= np.round(rounds / step)[row]
        ridge = (edges[row] - across) / np.diff(edges, prepend=edges[0] - pitch)[row]
        self.ridge[inside] = ridge if len(self.cuts) % 2 else 1 - ridge
        # What has but one colour is one wedge.
        part = row * 512 + column.astype(np.int64) % 512 if len(pigments) > 1 else 0
        self.wedge[inside] = len(self.cuts) * number * 512 + part
        self.form[inside] = len(self.cuts) + 1
        self.tone[inside] = np.broadcast_to(np.asarray(tone, np.float32), self.tone.shape)[inside]
        self.across[inside], self.along[inside] = across, along
        self.cuts.append(Cut(pigments, stray))

    def _colours(self) -> tuple[Array, Array, Array]:
        """The two colours of each place's wedge, and a random number of the wedge."""
        codes, wedge = np.unique(self.wedge, return_inverse=True)
        flat = wedge.ravel()
        count = np.bincount(flat)
        tone = np.bincount(flat, self.tone.ravel()) / count
        form = np.zeros(len(codes), np.int32)
        form[flat] = self.form.ravel()
        pair = np.zeros((2, len(codes), 3), np.float32)
        for k, cut in enumerate(self.cuts):
            here = form == k + 1
            for turn, colours in enumerate(pair):
                place = tone[here] + cut.stray * (2 * chance(codes[here], 11 + turn) - 1)
                colours[here] = cut.pigments[(place * len(cut.pigments)).clip(0, len(cut.pigments) - 1).astype(int)]
        plain = np.array([True, *(len(cut.pigments) == 1 for cut in self.cuts)])
        strange = (chance(codes, 23) < self.strange) & ~plain[form]
        pair[0, strange] = self.accents[(chance(codes[strange], 29) * len(self.accents)).astype(int)]
        wedge = wedge.reshape(self.wedge.shape)
        return pair[0][wedge], pair[1][wedge], chance(codes, 5).astype(np.float32)[wedge]

    def finish(self) -> Image.Image:
        sheet = self.sheet
        first, other, odd = self._colours()
        streak = noise_at(sheet.grid(), self.across / 4.6 + 31 * odd, self.along / 52 + 17 * odd, 2)
        colour = mix(first, 0.45 * first + 0.55 * other, smoothstep(-0.1, 0.6, streak + 2.2 * (self.ridge - 0.6)))
        colour = colour * (1 + 0.12 * streak.clip(-1.6, 1.6) + 0.3 * (self.ridge - 0.5).clip(-0.6, 0.6))[..., None]
        press, wobble = sheet.noise(30, 2), 0.4 * sheet.noise(8)
        seam = sheet.distance(borders(self.wedge), 5) + wobble
        edge = sheet.distance(borders(self.form), 9) + wobble
        # A brush that runs dry: the seams come and go, the outlines only swell.
        ink = smoothstep(0.5, -0.5, seam - (0.6 + 1.4 * press).clip(None, 2.6))
        ink = np.maximum(ink, smoothstep(0.5, -0.5, edge - (2.4 + 1.0 * press).clip(1.1, 4.5)))
        return sheet.finish(mix(colour, INK, ink))
