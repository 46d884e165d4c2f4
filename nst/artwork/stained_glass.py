"""A rose window: leaded panes of streaky, luminous glass."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.tools import Array, Sheet, borders, mix, noise_at, rgb, smoothstep

CENTRE = 384.0  # of the window, across and down
RUBY, ROSE, AMBER, GOLD, EMERALD, TEAL, AZURE, COBALT, VIOLET, MILK = range(10)
# Each kind of glass from its thick, dark parts to its thin, bright ones.
DEEP = rgb("4d0414", "6f1140", "8a2a04", "b0660a", "04381f", "043a45", "0a3a7c", "070f4a", "220a4a", "b98a4a")
BODY = rgb("c40f2a", "d8407f", "ee8412", "f8c02a", "0f9150", "0c98a0", "2a86dc", "1a3cbe", "6a2fb0", "f7e3a6")
THIN = rgb("ff6a4a", "ffa6bd", "ffd36a", "fff0a0", "8fe08a", "86e6d4", "b0e2ff", "5f9cf8", "c08af0", "fffbe8")


class Design:
    """The window's regions: for each pixel a number of its own for each, and what kind of glass it is planned in."""

    def __init__(self, sheet: Sheet) -> None:
        # A hand-cut pattern is never quite round.
        self.x, self.y = (axis - CENTRE + 3.2 * sheet.noise(110) for axis in (sheet.x, sheet.y))
        self.r = np.hypot(self.x, self.y) / CENTRE  # from the window's middle, 1 at its sides
        self.turn = np.arctan2(self.y, self.x) / (2 * np.pi) + 0.5
        self.region, self.glass = np.zeros(sheet.shape, np.int32), np.full(sheet.shape, GOLD, np.int32)
        self.one = np.zeros(sheet.shape, np.int32)  # a sector for what is not cut up
        self.count = 1

    def put(self, inside: Array, sector: Array, number: int, *kinds: int) -> None:
        """Lays regions over what is there: a number of sectors, with kinds of glass in turn."""
        self.region[inside] = self.count + (sector % number)[inside]
        self.glass[inside] = np.asarray(kinds)[(sector % number % len(kinds))[inside]]
        self.count += number

    def ring(self, number: int, offset: float = 0.0) -> tuple[Array, Array]:
        """The sector that a pixel is in, and its signed distance along the arc from the sector's middle."""
        turned = self.turn * number + offset
        sector = np.floor(turned).astype(np.int32)
        return sector, (turned - sector - 0.5) * (2 * np.pi * self.r / number)


def _arch(t: Array, power: float) -> Array:
    """The outline of a petal from its foot at 0 to its tip at 1."""
    height: Array = np.sin(np.pi * t.clip(0, 1)).clip(0, 1) ** power
    return height


def _sky(design: Design) -> None:
    """What is outside of the wheel: night with a small rose in each corner."""
    x, y = design.x, design.y
    design.put(np.ones(x.shape, bool), design.one, 1, COBALT)
    u, v = np.abs(x) / CENTRE - 0.835, np.abs(y) / CENTRE - 0.835
    corner = (x > 0).astype(np.int32) + 2 * (y > 0)
    rr = np.hypot(u, v)
    leaf = np.floor((np.arctan2(v, u) / (2 * np.pi) + 0.5) * 8).astype(np.int32)
    design.put(rr < 0.15, corner * 8 + leaf, 32, VIOLET, ROSE)
    design.put(rr < 0.092, corner, 4, AMBER)
    design.put(rr < 0.045, corner, 4, RUBY)


def _wheel(design: Design) -> None:
    """From its rim to its heart."""
    r = design.r
    sector, _ = design.ring(56)
    design.put(r < 0.985, sector, 56, RUBY, GOLD, COBALT, GOLD)
    sector, s = design.ring(16, 0.5)
    design.put(r < 0.925, sector, 16, TEAL, EMERALD)
    roundel = np.hypot(s, r - 0.79)
    lobe = np.floor((np.arctan2(s, r - 0.79) / (2 * np.pi) + 0.5) * 6).astype(np.int32)
    design.put(roundel < 0.118, sector * 6 + lobe, 96, *([RUBY] * 6 + [VIOLET] * 6))
    design.put(roundel < 0.06, sector, 16, AMBER, MILK)
    sector, _ = design.ring(48)
    design.put(r < 0.655, sector, 48, MILK, AZURE, AMBER, AZURE)
    sector, s = design.ring(16)
    design.put(r < 0.61, sector, 16, VIOLET, COBALT)
    t = ((r - 0.34) / 0.27).clip(0, 1)
    design.put((r < 0.61) & (np.abs(s) < 0.088 * _arch(t**0.85, 0.62)), sector, 16, AZURE, TEAL)
    design.put((r < 0.61) & (np.abs(s) < 0.047 * _arch((t - 0.2) / 0.62, 0.7)), sector, 16, ROSE, GOLD)
    sector, _ = design.ring(32)
    design.put(r < 0.365, sector, 32, EMERALD, GOLD)
    sector, s = design.ring(8, 0.5)
    design.put(r < 0.325, sector, 8, COBALT)
    t = ((r - 0.07) / 0.255).clip(0, 1)
    design.put((r < 0.325) & (np.abs(s) < 0.098 * _arch(t**1.15, 0.55)), sector, 8, RUBY)
    design.put((r < 0.325) & (np.abs(s) < 0.047 * _arch((t - 0.22) / 0.6, 0.7)), sector, 8, AMBER)
    sector, _ = design.ring(8, 0.5)
    design.put(r < 0.115, sector, 8, GOLD, MILK)
    design.put(r < 0.055, design.one, 1, RUBY)


def _panes(sheet: Sheet, region: Array) -> Array:
    """Cuts each region into relaxed Voronoi cells, the sky (region 1) most finely; returns a number for each pane."""
    order = np.argsort(region, axis=None, kind="stable")
    values, starts = np.unique(region.ravel()[order], return_index=True)
    panes = np.zeros(region.size, np.int32)
    total = 0
    for value, pixels in zip(values, np.split(order, starts[1:]), strict=True):
        wanted = round(len(pixels) / ((820 if value == 1 else 1350) * sheet.scale**2))
        if wanted >= 2:
            here = np.stack([sheet.x.ravel()[pixels], sheet.y.ravel()[pixels]], 1)
            sample = here[sheet.rng.integers(0, len(here), min(60 * wanted, 12000))]
            seeds = sample[:wanted].copy()
            for _ in range(6):
                near = ((sample[:, None] - seeds) ** 2).sum(2).argmin(1)
                for k in range(wanted):
                    if (near == k).any():
                        seeds[k] = sample[near == k].mean(0)
            best, label = np.full(len(here), np.inf, np.float32), np.zeros(len(here), np.int32)
            for k, seed in enumerate(seeds):
                squared = ((here - seed) ** 2).sum(1)
                closer = squared < best
                best[closer], label[closer] = squared[closer], k
            panes[pixels] = total + label
        else:
            panes[pixels] = total
        total += max(wanted, 1)
    return panes.reshape(region.shape)


def _kinds(sheet: Sheet, region: Array, plan: Array, panes: Array) -> Array:
    """One kind of glass a pane: the plan's, now and then a neighbour's, for no two sheets are the same."""
    rng, number = sheet.rng, int(panes.max()) + 1
    kind = np.zeros(number, np.int32)
    kind[panes.ravel()] = plan.ravel()
    sky = np.zeros(number, bool)
    sky[panes[region == 1]] = True
    kind[sky] = rng.choice([COBALT, COBALT, COBALT, AZURE, VIOLET, TEAL, RUBY], sky.sum())
    swap = rng.random(number) < 0.06
    swap[panes[sheet.shape[0] // 2, sheet.shape[1] // 2]] = False
    kind[swap] = rng.choice([RUBY, ROSE, AMBER, EMERALD, TEAL, AZURE, VIOLET, GOLD], int(swap.sum()))
    return kind


def _glass(sheet: Sheet, kind: Array, panes: Array, cut: Array) -> Array:
    """The colour of every pane, lit from behind; `cut` is how far its edge is."""
    rng, number = sheet.rng, len(kind)
    second = np.array([ROSE, VIOLET, RUBY, AMBER, TEAL, AZURE, TEAL, VIOLET, COBALT, AMBER])[kind]
    level = rng.normal(0, 0.16, number).astype(np.float32)
    angle = rng.uniform(0, np.pi, number).astype(np.float32)
    origin = rng.uniform(0, 200, (number, 2)).astype(np.float32)
    # Streaks run one way through a pane, and bend as poured glass does.
    along, across = np.cos(angle)[panes], np.sin(angle)[panes]
    bend_x, bend_y = 9 * sheet.noise(46, 2), 9 * sheet.noise(46, 2)
    x, y = sheet.x + bend_x, sheet.y + bend_y
    u, v = x * along + y * across + origin[:, 0][panes], y * along - x * across + origin[:, 1][panes]
    grid = sheet.grid()
    streak = noise_at(grid, u / 44, v / 7, 3)
    flash = noise_at(grid, u / 60 + 90, v / 12 + 40, 2)
    ripple = noise_at(grid, u / 15 + 30, v / 3.4 + 70, 2)
    glow = 1 - np.exp(-cut / 9)
    centre = np.hypot(sheet.x - 384, sheet.y - 370) / 384
    t = 0.40 + 0.20 * streak + 0.30 * glow + level[panes] - 0.16 * (centre - 0.5) + 0.05 * ripple
    deep = mix(DEEP[kind][panes], DEEP[second][panes], smoothstep(0.3, 1.8, flash) * 0.75)
    body = mix(BODY[kind][panes], BODY[second][panes], smoothstep(0.3, 1.8, flash) * 0.75)
    thin = THIN[kind][panes]
    colour = mix(mix(deep, body, smoothstep(0.0, 0.5, t)), thin, smoothstep(0.52, 1.1, t))
    # Hammered texture: every dimple is a small lens. Seeds are bubbles in the glass.
    dimples = sheet.noise(7, 2) + 0.5 * ripple
    colour = colour * (1 + 0.55 * sheet.relief(dimples, 0.16))[..., None]
    seeds = sheet.noise(3.2)
    colour = colour + (smoothstep(2.6, 3.3, seeds) * 0.35)[..., None]
    # Grime gathers along the leads.
    return colour * (0.5 + 0.5 * smoothstep(1.0, 7.0, cut + 0.9 * sheet.noise(9, 2)))[..., None]


def _leaded(sheet: Sheet, colour: Array, lead: Array, cut: Array) -> Array:
    """The glass in lead: heavy round the regions, thin between panes, thick where strips meet and are soldered."""
    wobble = 0.45 * sheet.noise(26, 2)
    joint = sheet.blur((cut < 2.0).astype(np.float32), 3.2)
    solder = 1.5 * smoothstep(0.66, 0.95, joint)
    heavy = 3.3 + wobble + solder - lead
    light = 1.75 + 0.6 * wobble + solder - cut
    inside = np.maximum(heavy, light)
    width = np.where(heavy > light, 3.3, 1.75)
    rounded = np.sqrt(1 - (1 - (inside / width).clip(0, 1)) ** 2) * width
    rounded = sheet.blur(rounded, 0.5) + 0.10 * sheet.noise(4, 2)
    shine = sheet.relief(rounded, 0.55)
    metal = rgb("15151b") * (1 + 0.25 * sheet.noise(14, 3))[..., None]
    metal = metal + (shine.clip(0, 1) ** 1.6)[..., None] * rgb("a7aec2") * 0.95 - (shine.clip(-1, 0) * -0.05)[..., None]
    return mix(colour.clip(0, 1), metal, smoothstep(-0.35, 0.35, inside))


def draw(size: int = 768) -> Image.Image:
    sheet = Sheet(size, 768, 768, seed=11)
    design = Design(sheet)
    _sky(design)
    _wheel(design)
    panes = _panes(sheet, design.region)
    kind = _kinds(sheet, design.region, design.glass, panes)
    lead, cut = sheet.distance(borders(design.region), 30), sheet.distance(borders(panes), 30)
    lit = _leaded(sheet, _glass(sheet, kind, panes, cut), lead, cut)
    # Bright glass blooms over its leads.
    bloom = sheet.blur((lit - 0.55).clip(0, 1), 7)
    return sheet.finish(1 - (1 - lit.clip(0, 1)) * (1 - 0.9 * bloom.clip(0, 1)))
