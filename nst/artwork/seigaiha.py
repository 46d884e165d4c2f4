"""Blue sea waves (seigaiha) in indigo on washi, under a sun of gold leaf."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.tools import Array, Sheet, mix, noise_at, ramp, rgb, smoothstep

PAPER = rgb("f1e8d3")
INDIGO = rgb("a9c3cf", "6f9fbd", "3f78a6", "235690", "173c74", "0f2756", "0a173a")
GOLD = rgb("6e4a12", "a9761f", "d9a63a", "f3d57c", "fff3c4")
COPPER = rgb("f0b548", "c9741f", "a44a17", "6e2a12")
SUN = (520.0, 232.0, 178.0)


def _gold(sheet: Sheet) -> Array:
    """Gold leaf laid in squares: seams where the leaves overlap, creases, and wear."""
    x, y = sheet.x + 1.6 * sheet.noise(30, 2), sheet.y + 1.6 * sheet.noise(30, 2)
    across, down = x / 52 + 0.3, y / 52 + 0.6
    seam = np.minimum(np.abs(across - np.round(across)), np.abs(down - np.round(down))) * 52
    leaf = sheet.rng.permutation(997)[(np.floor(across) * 37 + np.floor(down) * 11).astype(int) % 997] / 997
    crease = 1 - np.abs(sheet.noise(38, 4))
    t = 0.60 + 0.16 * (leaf - 0.5) + 0.10 * sheet.noise(90, 2) + 0.05 * sheet.noise(5, 2)
    t = (
        t
        + 0.16 * smoothstep(3.2, 0.0, seam)
        + 0.15 * smoothstep(0.93, 1.0, crease)
        - 0.10 * smoothstep(0.6, 0.7, seam) * (seam < 1)
    )
    return ramp(GOLD, t.clip(0, 1))


class Cloth:
    """What the waves are painted on and with."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.table = sheet, sheet.grid()
        self.pulp, self.fibres = sheet.noise(2.4) * 0.4 + sheet.noise(14, 3), sheet.fibres(1500, 60)
        self.paper: Array = PAPER * (1 + 0.022 * self.pulp - 0.07 * self.fibres)[..., None]
        self.picture: Array = self.paper.copy()
        self.gold = _gold(sheet)
        self.wash = sheet.noise(150, 3)
        self.grain = 0.35 * sheet.noise(2.4) + 0.6 * sheet.noise(6, 2)
        # No hand draws a true circle.
        self.x, self.y = sheet.x + 0.8 * sheet.noise(24, 2), sheet.y + 0.8 * sheet.noise(24, 2)


def draw(size: int = 768) -> Image.Image:
    sheet = Sheet(size, 768, 768, seed=47)
    rng, scale = sheet.rng, sheet.scale
    cloth = Cloth(sheet)
    row, base = 0, -18.0
    while base < 768 + 60:
        # Waves grow towards us, and the sea heaves.
        radius = 35 + 33 * (max(base, 0) / 768) ** 1.15
        for k in rng.permutation(int(768 / (2 * radius)) + 3):
            at_x = (k - 1 + 0.5 * (row % 2)) * 2 * radius + rng.normal(0, 0.6)
            swell = 15 * np.sin(at_x / 128 + base / 210) + 9 * np.sin(at_x / 61 - base / 95 + 1)
            _wave(cloth, float(at_x), float(base + swell + rng.normal(0, 0.7)), radius * 1.035)
        base += radius * 0.5
        row += 1
    # Flecks of cut gold leaf, scattered by hand.
    flecks, pen = sheet.mask()
    for _ in range(150):
        x, y = rng.uniform(0, 768), 768 * rng.beta(1.6, 1.2)
        reach, turn = rng.uniform(1.0, 4.2), rng.uniform(0, 6.28)
        corners = (turn + np.cumsum(rng.uniform(0.9, 2.1, 4))).tolist()
        pen.polygon([((x + reach * np.cos(a)) * scale, (y + reach * np.sin(a)) * scale) for a in corners], fill=255)
    picture = mix(cloth.picture, cloth.gold * 1.05, 0.95 * np.asarray(flecks, np.float32) / 255)
    grain = sheet.relief(sheet.noise(4, 2) + 2 * cloth.fibres, 0.1)
    return sheet.finish(picture * (1 + 0.02 * cloth.pulp - 0.05 * cloth.fibres + 0.07 * grain)[..., None])


def _wave(cloth: Cloth, at_x: float, at_y: float, radius: float) -> None:
    """Paints one scale over those behind it."""
    rng, scale, table = cloth.sheet.rng, cloth.sheet.scale, cloth.table
    seed = rng.uniform(0, 200, 4).astype(np.float32)
    kind, tone = rng.random(), rng.normal(0, 0.075)
    left, right = max(int((at_x - radius - 4) * scale), 0), int((at_x + radius + 4) * scale)
    top, bottom = max(int((at_y - radius - 4) * scale), 0), int((at_y + radius + 4) * scale)
    part = np.s_[top:bottom, left:right]
    if right <= 0 or bottom <= 0 or cloth.x[part].size == 0:
        return
    paper, gold, grain, wash = cloth.paper[part], cloth.gold[part], cloth.grain[part], cloth.wash[part]
    x, y = cloth.x[part] - at_x, cloth.y[part] - at_y
    away, turn = np.hypot(x, y), np.arctan2(y, x)
    r = away / radius * (1 + 0.012 * noise_at(table, turn * 2 + seed[0], away * 0 + seed[1]))
    inside = smoothstep(1.0 + 0.35 / radius, 1.0 - 0.35 / radius, r)

    sun = smoothstep(0.7, -0.7, np.hypot(x + at_x - SUN[0], y + at_y - SUN[1]) - SUN[2])
    # It sets behind the nearer waves.
    sun = sun * (at_y < SUN[1] + 0.72 * SUN[2])
    depth = float(np.clip(at_y / 768, 0, 1))
    rings = 5
    place = (1 - r) * rings + 0.10
    ring = np.floor(place)
    # A ring is one sweep of the brush: loaded at one end, dry at the other, darker where it presses its edges.
    sweep = noise_at(table, turn * 1.3 + ring * 3.1 + seed[2], ring + seed[3])
    bristle = noise_at(table, turn * 2.2 + seed[1], away / 1.15 + seed[2])
    thick = 0.70 + 0.10 * sweep - 0.03 * ring
    offset = np.abs(place - ring - 0.5) * 2
    soft = 1.3 * rings / radius
    line = smoothstep(-soft, soft, thick - offset)
    rim = smoothstep(0.30, 0.0, np.abs(thick - offset - 0.14)) * line
    t = 0.16 + 0.52 * depth + 0.10 * wash + tone + 0.34 * (1 - r) - 0.13 * (y / radius + 0.7)
    t = t + 0.09 * sweep + 0.055 * bristle + 0.07 * rim + 0.045 * grain
    ink = ramp(INDIGO, t.clip(0, 1))
    dry = smoothstep(0.9, 1.9, bristle + 0.45 * sweep + 0.35 * grain) * (0.75 - 0.3 * depth)
    ground = mix(paper, ramp(INDIGO, np.asarray(0.05 + 0.25 * depth)), 0.10 + 0.25 * depth)
    if kind < 0.075:
        # Here and there a wave is gold upon deep blue.
        ground, ink, dry = ramp(INDIGO, (t * 0 + 0.86 + 0.05 * grain).clip(0, 1)), gold, dry * 0.5
    elif kind < 0.20:
        dyed = ramp(INDIGO, (0.30 + 0.35 * depth + 0.06 * grain + 0.06 * wash).clip(0, 1))
        ground = mix(ground, dyed, 0.85)
        ink = ramp(INDIGO, (t + 0.25).clip(0, 1))
    elif kind < 0.28:
        # Reversed: pale lines left by resist in a dyed wave.
        ground, ink = ink, ground
        dry = dry * 0.3
    wave = mix(ground, ink, line * (1 - dry))
    # The sun's waves are copper drawn on leaf.
    copper = ramp(COPPER, (0.05 + 0.7 * (1 - r) + 0.10 * sweep + 0.08 * bristle).clip(0, 1))
    wave = mix(wave, mix(gold, copper, smoothstep(-soft, soft, thick - 0.26 - offset) * (1 - 0.8 * dry)), sun)
    # A paper edge in front, and the shade it throws on the wave behind.
    shade = smoothstep(1.0, 0.60, r)
    wave = wave * (1 - 0.10 * shade * smoothstep(-0.4, 0.3, y / radius))[..., None]
    edge = smoothstep(0.024, 0.010, np.abs(r - 0.985))
    trim = mix(paper, gold, float(kind > 0.55 or kind < 0.075))
    trim = mix(trim, rgb("fbe7a8"), sun)
    wave = mix(wave, trim, 0.9 * edge)
    cloth.picture[part] = mix(cloth.picture[part], wave, inside)
