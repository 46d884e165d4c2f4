"""Painting in round dabs of pure pigment: forms filled in rows, dab touching dab, on a dark ground."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image

from nst.artwork.craft.tools import Array, Sheet, borders, mix, rgb, smoothstep

WIDTH, HEIGHT = 768, 608
CREAM, YELLOW, ORANGE, VERMILION, ROSE, VIOLET, ULTRAMARINE, COBALT, TURQUOISE, EMERALD, LIME, INDIGO = range(12)
PIGMENTS = rgb(
    "fff6d8", "ffdc22", "ff9c18", "ff4a22", "ff5ca8", "9040e4", "3a3cec", "3488ff", "2cdce0", "0cac6c",
    "b8ea38", "3020a0",
)  # fmt: skip
# What stands on the other side of the wheel.
OPPOSITE = np.array(
    [COBALT, VIOLET, ULTRAMARINE, TURQUOISE, LIME, YELLOW, ORANGE, ORANGE, VERMILION, ROSE, ROSE, VERMILION]
)
GROUND = rgb("120e26")
Kinds = tuple[int, ...]


class Form(NamedTuple):
    """How a form is filled: in rows that are a pitch apart, with pigments in the order of `tone`, from 0 to 1."""

    row: Array
    kinds: Kinds
    pitch: float
    tone: Array


class Dabs(NamedTuple):
    place: Array
    radius: Array
    kind: Array


class Scene:
    """What is to be painted, on a grid of one cell a unit: for each place its form, the last one on top."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.x, self.y = sheet, sheet.x, sheet.y
        self.form = np.zeros(sheet.shape, np.int32)
        self.forms: list[Form] = []

    def put(self, inside: Array, along: Array, kinds: Kinds, pitch: float, tone: Array | None = None) -> None:
        """Lays a form over what is there, with rows along the lines of equal `along`; by default a pigment a row."""
        row = (along / pitch).astype(np.float32)
        self.form[inside] = len(self.forms)
        turn = (np.floor(row) % len(kinds) + 0.5) / len(kinds)
        self.forms.append(Form(row, kinds, pitch, turn if tone is None else tone))

    def disc(self, at_x: float, at_y: float, radius: float, kinds: Kinds, pitch: float) -> None:
        """Rings from the rim inwards."""
        away = np.hypot(self.x - at_x, self.y - at_y)
        self.put(away < radius, radius - away, kinds, pitch)

    def shape(self, inside: Array, kinds: Kinds, pitch: float) -> None:
        """Rows along the outline, one within the other."""
        self.put(inside, self.sheet.distance(~inside, 90), kinds, pitch)


class Palette:
    """The dabs as they are set, and how far each place is from the nearest."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.rng = scene, scene.sheet.rng
        # A dab may lap a little over the edge of its form.
        self.room = scene.sheet.distance(borders(scene.form), 16) + 1.2
        self.dabs: list[tuple[float, float, float, int]] = []

    def set(self, x: float, y: float, most: float, least: float) -> bool:
        """Sets as large a dab as there is room for, if that is large enough."""
        i, j = int(y), int(x)
        if not (0 <= i < HEIGHT and 0 <= j < WIDTH) or self.room[i, j] < least:
            return False
        radius = min(most, float(self.room[i, j]))
        form = self.scene.forms[self.scene.form[i, j]]
        jitter = self.rng.normal(0, 0.25)
        kind = form.kinds[int(np.clip(form.tone[i, j] * len(form.kinds) + jitter, 0, len(form.kinds) - 0.01))]
        self.dabs.append((x, y, radius, int(OPPOSITE[kind]) if self.rng.random() < 0.02 else kind))
        part = np.s_[max(i - 26, 0) : i + 27, max(j - 26, 0) : j + 27]
        away = np.hypot(self.scene.x[part] - x, self.scene.y[part] - y)
        self.room[part] = np.minimum(self.room[part], away - radius)
        return True

    def rows(self, number: int) -> None:
        """Fills a form row by row from its rim, dab touching dab."""
        form = self.scene.forms[number]
        slope = np.stack([np.gradient(form.row, axis=1), np.gradient(form.row, axis=0)], -1)
        middle = (self.scene.form == number) & (np.abs(form.row % 1 - 0.5) < 0.12)
        rows, columns = np.nonzero(middle)
        level = np.floor(form.row[rows, columns])
        for k in np.lexsort((columns, level)):
            start = np.array((columns[k] + 0.5, rows[k] + 0.5))
            if not self._dab(start, form):
                continue
            for way in (1, -1):
                at = start
                while True:
                    at = _step(form, slope, at, float(level[k]) + 0.5, way)
                    if not _within(at) or self.scene.form[int(at[1]), int(at[0])] != number or not self._dab(at, form):
                        break

    def _dab(self, at: Array, form: Form) -> bool:
        return self.set(at[0], at[1], form.pitch * self.rng.uniform(0.49, 0.55), 0.42 * form.pitch)

    def gaps(self, least: float) -> None:
        """Sets small dabs where there is still room, the widest gaps first."""
        while True:
            i, j = divmod(int(self.room.argmax()), WIDTH)
            if not self.set(j + 0.5, i + 0.5, 7, least):
                break


def _within(at: Array) -> bool:
    return bool(0 <= at[0] < WIDTH and 0 <= at[1] < HEIGHT)


def _step(form: Form, slope: Array, at: Array, level: float, way: int) -> Array:
    """From one dab to where the next is to be: along the row, then back onto its middle."""
    uphill = slope[int(at[1]), int(at[0])]
    steep = float(np.hypot(*uphill)) + 1e-6
    at = at + way * form.pitch / steep * np.array((-uphill[1], uphill[0]))
    if not _within(at):
        return at
    i, j = int(at[1]), int(at[0])
    uphill = slope[i, j]
    off = float(np.clip((form.row[i, j] - level) / (np.hypot(*uphill) + 1e-6), -4, 4))
    back: Array = at - off * uphill / (np.hypot(*uphill) + 1e-6)
    return back


def set_dabs(scene: Scene) -> Dabs:
    palette = Palette(scene)
    # What lies in front is set first, as its outline matters most.
    for number in reversed(range(len(scene.forms))):
        palette.rows(number)
    palette.gaps(3.0)
    table = np.array(palette.dabs)
    return Dabs(table[:, :2], table[:, 2], table[:, 3].astype(int))


def paint(sheet: Sheet, dabs: Dabs) -> Image.Image:
    """Presses the dabs onto the ground: each a little out of round, domed and lit from the upper left."""
    rng, number = sheet.rng, len(dabs.kind)
    depth = np.full(sheet.shape, -9, np.float32)
    which = np.zeros(sheet.shape, np.int32)
    phase, bulge = rng.uniform(0, 2 * np.pi, (2, number)), rng.normal(0, 0.035, (2, number))
    for k, ((at_x, at_y), radius) in enumerate(zip(dabs.place, dabs.radius, strict=True)):
        i, j, span = int(at_y * sheet.scale), int(at_x * sheet.scale), int((radius * 1.25 + 1) * sheet.scale) + 2
        part = np.s_[max(i - span, 0) : i + span, max(j - span, 0) : j + span]
        u, v = sheet.x[part] - np.float32(at_x), sheet.y[part] - np.float32(at_y)
        turn = np.arctan2(v, u)
        shape = bulge[0, k] * np.cos(2 * turn + phase[0, k]) + bulge[1, k] * np.cos(3 * turn + phase[1, k])
        inside = radius * (1 + shape) - np.hypot(u, v)
        nearer = inside > depth[part]
        depth[part][nearer], which[part][nearer] = inside[nearer], k
    tones = PIGMENTS[dabs.kind] * (1 + 0.07 * rng.standard_normal((number, 1))) + 0.02 * rng.standard_normal(
        (number, 3)
    )
    share = (depth / dabs.radius[which]).clip(0, 1)
    colour = mix(tones[which] * 0.95, tones[which] + 0.05, smoothstep(0.05, 0.75, share))
    height = np.sqrt((1 - (1 - share) ** 2).clip(0, 1)) * 1.5 + 0.3 * sheet.noise(3.5, 2)
    light = sheet.relief(sheet.blur(height, 0.6), 0.35)
    colour = colour * (1 + 0.4 * light)[..., None] + (0.18 * light.clip(0, 1) ** 2)[..., None]
    ground = GROUND * (1 + 0.4 * sheet.noise(5, 2))[..., None]
    return sheet.finish(mix(ground, colour.clip(0, 1), smoothstep(-0.2, 0.6, depth)))
