"""A peacock in smalti: rows of glass and gold tesserae that follow the drawing, set in dark grout."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PIL import Image

from nst.artwork.craft.tools import Array, Sheet, borders, mix, ramp, rgb, smoothstep

GOLD, LAPIS, AZURE, TURQUOISE, VERMILION, CREAM, EMERALD, MOSS, OCHRE, INK = range(10)
# Each kind of glass from its darkest to its lightest melt.
MELTS = np.stack(
    [
        rgb("b87708", "e09a12", "f7c22e", "ffe68a"),
        rgb("0b1450", "14268a", "1f3cb4", "3a5fd6"),
        rgb("1257a6", "1b78cc", "3296e4", "6abcf2"),
        rgb("067a7e", "0fa3a0", "2cc2b6", "7fe0d0"),
        rgb("a5150f", "d42a14", "ee4522", "ff7442"),
        rgb("d9c091", "efdcb0", "fbf0cf", "fffaea"),
        rgb("063d2c", "0a5c3f", "137d50", "2ea368"),
        rgb("03262e", "063a44", "0b5058", "1a6c70"),
        rgb("a8480c", "d06a12", "ea8a1e", "f8ac48"),
        rgb("0a0a18", "14142a", "1e2038", "30344e"),
    ]
)
GROUT = rgb("2b211c")
CENTRE = (384.0, 414.0)


class Plan:
    """What the setter is told: for each place its shape, its row within the shape and its kind of glass."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        # A hand-drawn cartoon is never quite true.
        self.x, self.y = sheet.x + 1.3 * sheet.noise(80), sheet.y + 1.3 * sheet.noise(80)
        self.shape = np.zeros(sheet.shape, np.int32)
        self.row = np.zeros(sheet.shape, np.float32)
        self.kind = np.zeros(sheet.shape, np.int32)
        self.pitch = [15.0]

    def put(self, inside: Array, row: Array, kinds: tuple[int, ...], pitch: float, by: Array | None = None) -> None:
        """Lays a shape over what is there; its glass goes through `kinds` row by row, or by another count."""
        turn = np.floor(row if by is None else by).astype(np.int32) % len(kinds)
        self.shape[inside] = len(self.pitch)
        self.row[inside] = row[inside]
        self.kind[inside] = np.asarray(kinds)[turn[inside]]
        self.pitch.append(pitch)

    def disc(self, at: tuple[float, float], kinds: tuple[int, ...], pitch: float) -> None:
        """Rings round one tile in the middle."""
        row = np.hypot(self.x - at[0], self.y - at[1]) / pitch + 0.5
        self.put(row < len(kinds), row, kinds, pitch)

    def strip(self, line: list[tuple[float, float]], kinds: tuple[int, ...], width: float) -> None:
        """A single row of tiles along a line."""
        away = np.full(self.shape.shape, np.inf, np.float32)
        for (ax, ay), (bx, by) in pairwise(line):
            along = ((self.x - ax) * (bx - ax) + (self.y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
            along = along.clip(0, 1)
            away = np.minimum(away, np.hypot(self.x - ax - along * (bx - ax), self.y - ay - along * (by - ay)))
        self.put(away < width / 2, np.full_like(away, 0.5) + 0.49 * away / width, kinds, width)


def _surroundings(plan: Plan) -> None:
    """The gold ground, the corner stars, the water and the frame."""
    x, y = plan.x, plan.y
    r = np.hypot(x - CENTRE[0], y - CENTRE[1])
    plan.put(r > 0, r / 15, (GOLD,), 15)
    for at_x, at_y in ((112, 112), (656, 112)):
        turn = np.arctan2(y - at_y, x - at_x)
        away = np.hypot(x - at_x, y - at_y) * (1 + 0.16 * np.cos(8 * turn))
        row = away / 13 + 0.5
        plan.put(row < 4.5, row, (CREAM, VERMILION, LAPIS, CREAM, VERMILION), 13)
    for line in range(5):
        for place in range(-1, 8):
            at = place * 112 + 56 * (line % 2) - 8
            away = np.hypot(x - at, y - 632 - 36 * line)
            row = (66 - away) / 13.2
            plan.put((row > 0) & (y > 560), row, (CREAM, TURQUOISE, AZURE, LAPIS, INK), 13.2)
    edge = np.minimum(np.minimum(x, 768 - x), np.minimum(y, 768 - y))
    side = np.where(np.minimum(x, 768 - x) < np.minimum(y, 768 - y), y, x)
    edge = edge.clip(0, None)
    plan.put(edge < 61, edge / 15, (LAPIS, VERMILION, VERMILION, CREAM), 15)
    # Dog's tooth, mitred at the corners.
    tooth = 15 + 30 * np.abs((side - 384) / 52 % 1 - 0.5) * 2
    plan.put((edge > tooth) & (edge < 46), edge / 15, (CREAM,), 15)
    plan.put((edge > 45) & (edge < 60), edge / 15, (LAPIS,), 15)


def _fan(plan: Plan) -> None:
    """The tail: three tiers of eyes on quills."""
    x, y = plan.x - CENTRE[0], plan.y - CENTRE[1]
    r, turn = np.hypot(x, y), np.arctan2(x, -y)
    reach = 2.08
    plan.put((r < 300) & (np.abs(turn) < reach + 0.08), r / 14, (EMERALD, MOSS), 14)
    tiers = (
        (268.0, 12, (LAPIS, TURQUOISE, GOLD, VERMILION), 13.4),
        (182.0, 8, (LAPIS, AZURE, CREAM, VERMILION), 11.6),
        (108.0, 5, (INK, TURQUOISE, GOLD, OCHRE), 10.4),
    )
    for far, number, *_ in tiers:
        for angle in np.linspace(-reach, reach, number):
            tip = (CENTRE[0] + far * np.sin(angle), CENTRE[1] - far * np.cos(angle))
            plan.strip([CENTRE, tip], (GOLD if far > 200 else TURQUOISE,), 10)
    for far, number, kinds, pitch in tiers:
        for angle in np.linspace(-reach, reach, number):
            plan.disc((CENTRE[0] + far * np.sin(angle), CENTRE[1] - far * np.cos(angle)), kinds, pitch)


def _bird(plan: Plan) -> None:
    x, y, sheet = plan.x, plan.y, plan.sheet
    for side in (-1, 1):
        foot = 384 + 26 * side
        plan.strip([(384 + 20 * side, 540), (foot, 640)], (OCHRE,), 12)
        plan.strip([(foot - 24, 652), (foot, 640), (foot + 24, 652)], (OCHRE,), 12)
        u, v = (x - 384 - 66 * side) * side, y - 476
        a, b = 0.86 * u - 0.51 * v, 0.51 * u + 0.86 * v
        wing = np.hypot(a / 44, b / 92)
        plan.put(wing < 1, (1 - wing) * 4.2, (CREAM, VERMILION, OCHRE, VERMILION, GOLD), 11)
    for lean in (-0.34, 0.0, 0.34):
        tip = (374 + 82 * np.sin(lean), 282 - 82 * np.cos(lean))
        plan.strip([(374, 282), tip], (GOLD,), 7)
        plan.disc(tip, (CREAM,), 20)
    # Body, neck and head are one silhouette, and its rows run inwards from the outline.
    body = np.hypot((x - 384) / (62 + 0.10 * (y - 480).clip(-60, 40)), (y - 474) / 92) < 1
    t = ((y - 296) / 140).clip(0, 1)
    neck = (np.abs(x - 377 - 14 * np.sin(t * 3.3 - 0.6)) < 25 + 24 * t**1.6) & (y > 296) & (y < 450)
    head = np.hypot(x - 371, y - 296) < 39
    plan.put((x < 350) & (x > 292) & (np.abs(y - 314 + 0.22 * (x - 292)) < (x - 292) * 0.38), x / 17, (OCHRE,), 17)
    figure = body | neck | head
    depth = sheet.distance(~figure, 70)
    plan.put(figure, depth / 10.6, (GOLD, LAPIS, AZURE, LAPIS, TURQUOISE, CREAM), 10.6)
    plan.disc((362, 292), (INK, CREAM), 10)


def _walk(points: Array, spacing: float) -> Array:
    """Tiles at even steps along a row, from its farthest end."""
    free = np.ones(len(points), bool)
    now = points[((points - points.mean(0)) ** 2).sum(1).argmax()]
    seeds = []
    while True:
        seeds.append(now)
        away = ((points - now) ** 2).sum(1)
        free &= away > spacing**2
        if not free.any():
            break
        now = points[np.where(free, away, np.inf).argmin()]
    tiles = np.array(seeds)
    for _ in range(6):
        near = ((points[:, None] - tiles) ** 2).sum(2).argmin(1)
        tiles = np.stack([points[near == k].mean(0) if (near == k).any() else tiles[k] for k in range(len(tiles))])
    return tiles


def _seeds(plan: Plan) -> tuple[Array, Array, Array]:
    """The middles of the tiles, the row (of all rows in the picture) that each stands in, and the rows' map."""
    sheet = plan.sheet
    step = max(round(sheet.scale), 1)
    key = plan.shape * 64 + np.floor(plan.row).astype(np.int32).clip(0, 63)
    pitch = np.array(plan.pitch)
    near = np.abs(plan.row % 1 - 0.5) * pitch[plan.shape] < max(0.9, 0.75 / sheet.scale)
    near[np.arange(len(near)) % step > 0] = False
    near[:, np.arange(near.shape[1]) % step > 0] = False
    where = np.stack([sheet.x[near], sheet.y[near]], 1).astype(np.float64)
    order = np.argsort(key[near], kind="stable")
    values, starts = np.unique(key[near][order], return_index=True)
    seeds, rows = [], []
    for value, points in zip(values, np.split(where[order], starts[1:]), strict=True):
        tiles = _walk(points, pitch[value // 64] * sheet.rng.uniform(1.0, 1.25))
        seeds.append(tiles)
        rows.append(np.full(len(tiles), value))
    return np.concatenate(seeds), np.concatenate(rows), key


def _fill(sheet: Sheet, seeds: Array, rows: Array, key: Array, tile: Array, reach: float) -> Array:
    """Gives each free place to the nearest tile of its own row."""
    best = np.where(tile < 0, np.inf, -1).astype(np.float32)
    span = int(reach * sheet.scale) + 2
    for k, ((at_x, at_y), row) in enumerate(zip(seeds, rows, strict=True)):
        i, j = int(at_y * sheet.scale), int(at_x * sheet.scale)
        part = np.s_[max(i - span, 0) : i + span, max(j - span, 0) : j + span]
        away = (sheet.x[part] - at_x) ** 2 + (sheet.y[part] - at_y) ** 2
        closer = (key[part] == row) & (away < best[part])
        best[part][closer] = away[closer]
        tile[part][closer] = k
    return tile


def _tiles(plan: Plan) -> tuple[Array, Array]:
    """Cuts the rows into tiles: a number of its own for each, and its middle."""
    sheet = plan.sheet
    seeds, rows, key = _seeds(plan)
    tile = _fill(sheet, seeds, rows, key, np.full(sheet.shape, -1, np.int32), 26)
    # Slivers go to their neighbours, within the shape first.
    area = np.bincount(tile[tile >= 0], minlength=len(seeds)) / sheet.scale**2
    small = area < 0.36 * np.array(plan.pitch)[rows // 64] ** 2
    tile[(tile >= 0) & small[tile]] = -1
    keep = np.flatnonzero(~small)
    tile = np.where(tile >= 0, np.searchsorted(keep, tile), -1).astype(np.int32)
    seeds, rows = seeds[keep], rows[keep]
    tile = _fill(sheet, seeds, rows // 64, key // 64, tile, 26)
    tile = _fill(sheet, seeds, np.zeros_like(rows), np.zeros_like(key), tile, 60)
    return tile, seeds


def _set(plan: Plan, tile: Array, seeds: Array) -> Image.Image:
    """Colours the tiles, tilts each a little in its bed and lets the light fall on them."""
    sheet, rng, number = plan.sheet, plan.sheet.rng, len(seeds)
    rows, columns = ((seeds[:, k] * sheet.scale).astype(int).clip(0, sheet.shape[1 - k] - 1) for k in (1, 0))
    kind = plan.kind[rows, columns]
    # Gold leaf catches the light or does not; glass varies by the melt.
    spread = np.where(kind == GOLD, 0.30, 0.20)
    melt = (0.5 + spread * rng.standard_normal(number)).clip(0, 1)
    tones = np.stack([ramp(MELTS[k], melt) for k in range(len(MELTS))])[kind, np.arange(number)]
    tones = tones * (1 + 0.05 * rng.standard_normal((number, 3)))
    tilt = rng.standard_normal((number, 2)) * 0.010
    lean = tilt[:, 0][tile] * (sheet.x - seeds[:, 0][tile]) + tilt[:, 1][tile] * (sheet.y - seeds[:, 1][tile])
    cut = sheet.distance(borders(tile), 8)
    # Nippers leave no edge quite straight and no corner sharp.
    inside = sheet.blur(smoothstep(0.7, 1.5, cut + 0.35 * sheet.noise(5, 2)), 1.0)
    body = smoothstep(0.52, 0.72, inside)
    height = sheet.blur(np.minimum(cut, 3.2), 0.6) + 0.16 * sheet.noise(6, 2)
    shine = sheet.relief(height, 0.22)
    streak = 0.045 * sheet.noise(7, 3) + 0.03 * sheet.noise(2.2)
    colour = tones[tile].astype(np.float32) * (1 + lean + streak + 0.55 * shine)[..., None]
    colour = colour + (0.22 * shine.clip(0, 1) ** 1.5)[..., None]
    grout = GROUT * (1 + 0.22 * sheet.noise(4, 3))[..., None]
    return sheet.finish(mix(grout, colour.clip(0, 1), body))


def draw(size: int = 768) -> Image.Image:
    sheet = Sheet(size, 768, 768, seed=52)
    plan = Plan(sheet)
    _surroundings(plan)
    _fan(plan)
    _bird(plan)
    tile, seeds = _tiles(plan)
    return _set(plan, tile, seeds)
