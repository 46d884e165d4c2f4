"""Three horses among hills of arcs and wedges, as the expressionists painted them before 1914."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.brush import ribbon, spline
from nst.artwork.craft.tools import Sheet, rgb
from nst.artwork.craft.wedges import Wedges
from nst.artwork.motifs.horses import BOWED, RAISED, Coat, Horse

WIDTH, HEIGHT = 768, 672
# From dark to light.
VERMILION = rgb("6a0c14", "a81420", "dc2418", "f43c14", "ff5420", "ff7c38")
CADMIUM = rgb("a45408", "d88408", "f4ac08", "ffcc10", "ffe23c", "fff2a4")
VIRIDIAN = rgb("063430", "0a5a4c", "128468", "2aac86", "6ccca0", "b4e0b0")
COBALT = rgb("081444", "10288c", "1c48c8", "3874e8", "5c98f4", "98c4f8")
PINK = rgb("942c54", "d05484", "ee80a4", "f6a4b8", "f8c4c8", "fbe8dc")
OCHRE = rgb("4c2008", "84400c", "b86c18", "d89438", "ecbc70", "f8e4b8")
MEADOW = np.concatenate([VIRIDIAN[2:5], CADMIUM[2:4], VIRIDIAN[4:], CADMIUM[4:5]])
LIGHT = rgb("f8a0b8", "fcc8c8", "fff4dc", "fff4dc", "ffe88c", "fff4dc")
BLACK = rgb("0b0810", "18142c", "0c2c2c")


def _hills(wedges: Wedges) -> None:
    x, y = wedges.x, wedges.y
    sky = np.concatenate([COBALT[2:5], PINK[2:5], LIGHT[1:4], CADMIUM[3:5], VERMILION[3:5]])
    wedges.put(y > -99, wedges.rings(300 + 620j), 0.12 + 0.001 * x, sky, 24, 2.6, 0.2)
    for knots, middle, tone, pigments in (
        ([400 + 700j, 440 + 260j, 540 + 100j, 640 + 44j, 740 + 90j, 860 + 240j, 900 + 700j], 640 + 480j, 0.42, COBALT),
        ([-60 + 700j, -40 + 160j, 60 + 70j, 160 + 110j, 260 + 260j, 330 + 700j], 90 + 380j, 0.5, VIRIDIAN),
        ([150 + 700j, 210 + 250j, 300 + 130j, 390 + 110j, 490 + 190j, 590 + 700j], 370 + 380j, 0.55, PINK),
        ([520 + 700j, 560 + 360j, 660 + 250j, 760 + 230j, 900 + 300j, 900 + 700j], 780 + 520j, 0.55, PINK),
        ([-80 + 700j, -80 + 330j, 40 + 270j, 150 + 310j, 300 + 480j, 330 + 700j], 40 + 520j, 0.6, CADMIUM),
    ):
        lit = tone - 0.0012 * (y - middle.imag) - 0.0008 * (x - middle.real)
        wedges.put(wedges.inside(np.array(knots)), wedges.rings(middle), lit, pigments, 20, 2.2)


def _beams(wedges: Wedges) -> None:
    """Wedges of light that fall across the hills."""
    for corners, pigments in (
        ((560 - 20j, 670 - 20j, 404 + 330j), np.concatenate([CADMIUM[3:], LIGHT[1:3]])),
        ((-20 - 20j, 70 - 20j, 150 + 330j), np.concatenate([VERMILION[2:], PINK[2:4]])),
        ((800 + 236j, 800 + 300j, 420 + 300j), VIRIDIAN[2:]),
    ):
        angle = float(np.angle(corners[2] - corners[0]))
        wedges.put(wedges.inside(np.array(corners), smooth=False), wedges.lines(angle), 0.6, pigments, 19, 3.0)


def _ground(wedges: Wedges) -> None:
    x, y = wedges.x, wedges.y
    for knots, middle, tone, pigments in (
        ([-80 + 760j, -80 + 470j, 90 + 486j, 230 + 446j, 400 + 440j, 560 + 470j, 690 + 508j, 860 + 480j, 860 + 760j],
         330 + 1000j, 0.62, MEADOW),
        ([300 + 760j, 420 + 590j, 600 + 540j, 860 + 560j, 860 + 760j], 640 + 860j, 0.5, OCHRE),
    ):  # fmt: skip
        lit = tone + 0.0003 * (x - y)
        wedges.put(wedges.inside(np.array(knots)), wedges.rings(middle), lit, pigments, 18, 2.4, 0.3)


def _plants(wedges: Wedges) -> None:
    for root, tip, bend, width, pigments in (
        (10 + 740j, 70 + 530j, 44, 74, COBALT), (-40 + 660j, 40 + 580j, 40, 60, VERMILION),
        (60 + 740j, 176 + 590j, 60, 74, VIRIDIAN), (190 + 740j, 130 + 640j, -24, 50, PINK),
        (700 + 740j, 604 + 606j, -50, 74, VIRIDIAN), (800 + 690j, 712 + 560j, -50, 76, COBALT),
        (740 + 740j, 700 + 626j, -30, 60, VERMILION), (380 + 750j, 462 + 630j, 40, 60, VIRIDIAN),
        (470 + 750j, 390 + 656j, -30, 50, PINK), (540 + 750j, 520 + 650j, -20, 50, COBALT),
    ):  # fmt: skip
        across = 1j * (tip - root) / abs(tip - root)
        path = spline(np.array([root, 0.5 * (root + tip) + bend * across, tip]), 8)
        swell = width * np.sin(np.pi * np.linspace(0.12, 1, len(path))) ** 0.8 + 1
        wedges.put(wedges.inside(ribbon(path, swell), smooth=False), wedges.lines(float(np.angle(tip - root))), 0.5,
                   pigments, 17, 1.8, 0.35)  # fmt: skip


def _tree(wedges: Wedges) -> None:
    bark = np.concatenate([BLACK, OCHRE[:2], VERMILION[:3]])
    for knots, thick, thin in (
        ([296 + 420j, 330 + 240j, 350 + 110j, 410 - 40j], 46, 26),
        ([336 + 200j, 300 + 120j, 236 + 60j, 200 - 30j], 26, 14),
        ([352 + 120j, 440 + 70j, 520 - 20j], 20, 12),
    ):  # fmt: skip
        path = spline(np.array(knots), 8)
        wedges.put(wedges.inside(ribbon(path, np.linspace(thick, thin, len(path))), smooth=False),
                   wedges.lines(float(np.angle(knots[-1] - knots[0]))), 0.4, bark, 13, 3.0, 0.5)  # fmt: skip


def draw(size: int = 768) -> Image.Image:
    accents = np.stack([VERMILION[3], CADMIUM[4], VIRIDIAN[3], COBALT[2], PINK[2], LIGHT[2], OCHRE[2]])
    wedges = Wedges(Sheet(size, WIDTH, HEIGHT, seed=12, oversample=1.8), accents, 0.05)
    _hills(wedges)
    _beams(wedges)
    _tree(wedges)
    _ground(wedges)
    Horse(wedges, 340 + 520j, 0.8, 1, Coat(COBALT, VERMILION[2:5], -0.16)).draw(RAISED)
    Horse(wedges, 466 + 560j, 0.8, -1, Coat(CADMIUM, BLACK, -0.06)).draw(RAISED)
    Horse(wedges, 410 + 645j, 0.88, 1, Coat(VERMILION, COBALT[1:4], -0.04)).draw(BOWED)
    _plants(wedges)
    return wedges.finish()
