"""Facets of light: a picture cut into flat shapes, each shaded in strokes from its dark edge to its bright one."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.tools import Array, Sheet, borders, mix, rgb, smoothstep

NIGHT, PETROL, VIOLET, ROSE, ICE, AMBER = range(6)
# Each hue from its deepest to its most luminous.
RAMPS = np.stack(
    [
        rgb("040622", "0c1c5c", "2048b4", "4d86e8", "a8d4ff"),
        rgb("02121e", "06425a", "0c90a0", "3cd0c8", "c4fff0"),
        rgb("0e0630", "38178a", "7a48dc", "b48cff", "ecdcff"),
        rgb("28041e", "8a1450", "e63c74", "ff8c9c", "ffe4dc"),
        rgb("06203c", "1a5c9c", "58b0e4", "a8e4fa", "f8ffff"),
        rgb("2a0a04", "9c3c06", "f48a10", "ffc844", "fff6c8"),
    ]
)
EDGE = rgb("06041a")
Hues = tuple[int, ...]


class Crystal:
    """What is cut so far: for each place its facet's number, its light in [0, 1] and the hues to choose from."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.x, self.y = sheet, sheet.x, sheet.y
        self.code = np.zeros(sheet.shape, np.int64)
        self.shape = np.zeros(sheet.shape, np.int32)
        self.outlined = np.zeros(sheet.shape, np.int32)
        self.light = np.zeros(sheet.shape, np.float32)
        self.hues: list[Hues] = [(NIGHT,)]
        self.film = np.full(sheet.shape, -1, np.int32)

    def polygon(self, *corners: tuple[float, float]) -> Array:
        image, pen = self.sheet.mask()
        pen.polygon([(a * self.sheet.scale, b * self.sheet.scale) for a, b in corners], fill=1)
        return np.asarray(image, bool)

    def put(self, inside: Array, cut: Array | int, light: Array | float, hues: Hues, drawn: bool = True) -> None:
        """Lays a shape over what is there, cut into facets by number; with an outline if it is to be drawn."""
        self.shape[inside] = len(self.hues)
        if drawn:
            self.outlined[inside] = len(self.hues)
        self.code[inside] = np.broadcast_to(np.asarray(cut, np.int64), self.code.shape)[inside] + 4096 * len(self.hues)
        self.light[inside] = np.broadcast_to(np.asarray(light, np.float32), self.code.shape)[inside]
        self.hues.append(hues)

    def veil(self, inside: Array, hue: int, lift: float) -> None:
        """A transparent plane: cuts all that lies under it and tints it."""
        self.code = 2 * self.code + inside
        self.light += np.float32(lift) * inside
        self.film[inside] = hue


def chance(codes: Array, turn: int) -> Array:
    """A number in [0, 1) for each facet that depends on nothing but its code."""
    mixed = (codes.astype(np.uint64) + np.uint64(turn)) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return (mixed >> np.uint64(40)).astype(np.float64) / 2**24


def _merge(sheet: Sheet, codes: Array, facet: Array, least: float) -> Array:
    """Gives slivers to their neighbours; numbers the others anew."""
    small = np.bincount(facet.ravel(), minlength=len(codes)) < least * sheet.scale**2
    facet = np.where(small[facet], -1, facet)
    for _ in range(round(14 * sheet.scale)):
        open_ = facet < 0
        if not open_.any():
            break
        for part, other in (
            (np.s_[1:], np.s_[:-1]), (np.s_[:-1], np.s_[1:]),
            (np.s_[:, 1:], np.s_[:, :-1]), (np.s_[:, :-1], np.s_[:, 1:]),
        ):  # fmt: skip
            np.copyto(facet[part], facet[other], where=facet[part] < 0)
    return facet.clip(0, None)


def _extent(facet: Array, value: Array, number: int) -> Array:
    """Where each place lies between the ends of its facet, from 0 to 1."""
    flat = facet.ravel()
    count = np.bincount(flat, minlength=number).clip(1, None)
    mean = np.bincount(flat, value.ravel(), number) / count
    away = value - mean[facet].astype(np.float32)
    spread = np.sqrt(np.bincount(flat, (away**2).ravel(), number) / count).clip(0.5, None)
    return (0.5 + away / (3.3 * spread[facet]).astype(np.float32)).clip(0, 1)


def shine(crystal: Crystal, source: tuple[float, float]) -> Image.Image:
    """Shades every facet across, away from the source of light, in strokes; draws the edges."""
    sheet = crystal.sheet
    codes, facet = np.unique(crystal.code, return_inverse=True)
    facet = _merge(sheet, codes, facet.reshape(sheet.shape), 150)
    number, flat = len(codes), facet.ravel()
    count = np.bincount(flat, minlength=number).clip(1, None)
    middle = [np.bincount(flat, axis.ravel(), number) / count for axis in (sheet.x, sheet.y)]
    light = np.bincount(flat, crystal.light.ravel(), number) / count
    shape, film = np.zeros(number, np.int32), np.zeros(number, np.int32)
    shape[flat], film[flat] = crystal.shape.ravel(), crystal.film.ravel()
    # Across the ray of light or along it, and turned a little: neighbours never agree.
    ray = np.arctan2(middle[1] - source[1], middle[0] - source[0])
    angle = ray + np.pi / 2 * np.floor(4 * chance(codes, 1)) + 0.9 * (chance(codes, 2) - 0.5)
    along = sheet.x * np.cos(angle).astype(np.float32)[facet] + sheet.y * np.sin(angle).astype(np.float32)[facet]
    t = _extent(facet, along, number)
    wide = np.sqrt(count) / sheet.scale
    strokes = np.round(wide / 10).clip(2, 6).astype(np.float32)[facet]
    stepped = (np.floor(t * strokes) + 0.5) / strokes
    t = 0.42 * t + 0.58 * stepped.clip(0, 1)
    light = light + 0.16 * (chance(codes, 3) - 0.5)
    first = np.zeros(number, np.int32)
    for k, hues in enumerate(crystal.hues):
        here = shape == k
        place = light[here] * len(hues) + 1.3 * (chance(codes[here], 4) - 0.5)
        first[here] = np.asarray(hues)[place.clip(0, len(hues) - 1).astype(int)]
    second = np.where((film >= 0) & (chance(codes, 5) < 0.75), film, first)
    reach = (0.30 + 0.16 * chance(codes, 6)).astype(np.float32)[facet]
    value = (light.astype(np.float32)[facet] + reach * (2 * t - 1)).clip(0, 0.95)
    # From the dark in one hue to the light in the other.
    colour = mix(_hue(first[facet], value), _hue(second[facet], value), smoothstep(0.15, 0.85, t))
    cut = sheet.distance(borders(facet), 6)
    outline = sheet.distance(borders(crystal.outlined), 6) + 0.5 * sheet.noise(40)
    edge = np.maximum(smoothstep(1.9, 0.9, cut) * smoothstep(0.55, 0.3, t), smoothstep(2.0, 1.0, outline))
    colour = mix(colour, np.ones(3, np.float32), 0.22 * smoothstep(2.4, 1.4, cut) * smoothstep(0.75, 0.95, t))
    return sheet.finish(mix(colour, EDGE, 0.92 * edge))


def _hue(kind: Array, value: Array) -> Array:
    """The colour of a hue at a value."""
    place = value * (RAMPS.shape[1] - 1)
    low = np.minimum(place.astype(np.int32), RAMPS.shape[1] - 2)
    return mix(RAMPS[kind, low], RAMPS[kind, low + 1], place - low)
