"""A city street in a storm, as a panel of a comic of the sixties: brushed ink, flat colours, dots and rain."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.brush import comma, ribbon
from nst.artwork.craft.inking import CREAM, CYAN, INK, MAGENTA, NAVY, ORANGE, PALE, RED, TEAL, VIOLET, YELLOW, Panel
from nst.artwork.motifs.comic_cast import draw_car, draw_walker
from nst.artwork.motifs.comic_city import HEIGHT, VANISH, WIDTH, draw_bolt, draw_sky, draw_street_side, draw_tower


def _street(panel: Panel) -> None:
    panel.shape(np.array([VANISH - 8, VANISH + 8, 700 + 744j, 700 + 800j, -70 + 800j, -70 + 744j]), NAVY, 5)
    rng, y = panel.rng, 504.0
    while y < HEIGHT + 8:
        deep = (y - VANISH.imag) / (HEIGHT - VANISH.imag)
        high = 5 + 13 * deep
        half = 30 + 420 * deep
        x = VANISH.real - half + rng.uniform(0, 30)
        while x < VANISH.real + half:
            wide = rng.uniform(26, 60) * (0.5 + 1.1 * deep)
            off = (x + wide / 2 - VANISH.real) / half
            near = (CREAM, YELLOW, ORANGE) if abs(off) < 0.16 else (ORANGE, MAGENTA, YELLOW) if off < -0.45 else None
            near = near or (
                (VIOLET, MAGENTA, NAVY) if off < 0 else (CYAN, TEAL, PALE) if off > 0.4 else (VIOLET, CYAN, TEAL)
            )
            if abs(x + wide / 2 - 424) < 84 and 600 < y < 700:
                near = (RED, YELLOW, CREAM)
            swing = high * 0.35 * np.sin(np.linspace(0, 2 * np.pi, 9) + rng.uniform(0, 6))
            path = x + np.linspace(0, wide, 9) + 1j * (y + swing)
            swell = high * rng.uniform(0.55, 0.95) * np.sin(np.pi * np.linspace(0.05, 0.95, 9)) ** 0.6
            panel.flat(ribbon(path, swell + 4), INK)
            panel.flat(ribbon(path, swell), near[rng.integers(3)])
            x += wide + rng.uniform(4, 16)
        y += high * 0.98
    for side in (-1, 1):
        kerb = np.array([VANISH + side * 12, VANISH + side * 520 + 300j])
        panel.canvas.fill(ribbon(kerb, np.array([3.0, 22.0])), INK)
        panel.canvas.fill(ribbon(kerb - 2j, np.array([1.0, 9.0])), PALE)


def _rain(panel: Panel) -> None:
    rng, fall = panel.rng, np.exp(1j * 1.88)
    for k in range(120):
        at = complex(rng.uniform(-20, WIDTH + 160), rng.uniform(-60, HEIGHT))
        long = rng.uniform(34, 92)
        panel.flat(comma(at + long * fall + 3, at + 3, 0, 6.5), INK)
        panel.flat(comma(at + long * fall, at, 0, 5.5), (CREAM, PALE, CREAM, CYAN)[k % 4])
    for _ in range(16):
        at = complex(rng.uniform(0, WIDTH), rng.uniform(600, HEIGHT))
        for way in (-2.5, -1.9, -1.2, -0.6):
            panel.flat(comma(at + 6 * np.exp(1j * way), at + rng.uniform(18, 26) * np.exp(1j * way), 0.1, 7), CREAM)


def draw(size: int = 768) -> Image.Image:
    panel = Panel(size, WIDTH, HEIGHT, seed=31)
    draw_sky(panel)
    draw_tower(panel)
    draw_bolt(panel)
    left = (
        (4.2, 6.5, 620, ORANGE, RED, False), (2.6, 4.2, 780, VIOLET, NAVY, False),
        (1.6, 2.6, 560, MAGENTA, VIOLET, True),
        (0.72, 1.6, 500, ORANGE, RED, False),
    )  # fmt: skip
    right = (
        (4.4, 6.8, 720, MAGENTA, VIOLET, False), (2.7, 4.4, 560, CYAN, TEAL, True),
        (1.7, 2.7, 720, YELLOW, ORANGE, False),
        (0.74, 1.7, 470, CYAN, NAVY, False),
    )  # fmt: skip
    draw_street_side(panel, -1, left)
    draw_street_side(panel, 1, right)
    _street(panel)
    draw_car(panel, 424 + 612j, 78)
    _rain(panel)
    draw_walker(panel, 196 + 726j)
    return panel.canvas.finish()
