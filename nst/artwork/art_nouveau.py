"""A poster panel of 1900: a woman's head before a halo, her hair in the wind, and irises, all in flowing ribbons."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.brush import comma
from nst.artwork.craft.inking import Panel
from nst.artwork.craft.tools import rgb
from nst.artwork.craft.tresses import draw_bundle
from nst.artwork.motifs.irises import draw_iris, draw_leaf

WIDTH, HEIGHT = 592, 768
INK = rgb("3a1c1a")
SKY = rgb("f8ecd0", "9cc0c0", "7aa2b8", "dcdcb0", "a4b880", "f0d8a4", "e4b09c")
HAIR = rgb("bc4c28", "e09c38", "7c2c2c", "ecbc54", "cc6838", "f4d890", "a83c2c")
SKIN = rgb("fcecd0", "fadcba", "f6ccaa", "f8e4c4")
GOWN = rgb("c87878", "e4a898", "f4dcc0", "a85868", "d89088", "704058")
HALO = rgb("e8c060", "f6e4b4", "d0a040", "f0d48c")
AUBERGINE = rgb("5c2c4c")
Locks = tuple[tuple[list[complex], list[complex], int], ...]
# What the wind throws up behind the hair, and what falls in front of it: between two lines, so many ribbons.
THROWN: Locks = (
    ([276 + 196j, 196 + 100j, 112 + 84j, 44 + 140j, 40 + 222j, 104 + 256j, 148 + 214j, 116 + 184j],
     [276 + 196j, 206 + 140j, 124 + 126j, 84 + 160j, 80 + 206j, 106 + 220j, 124 + 204j, 116 + 184j], 3),
    ([320 + 216j, 326 + 88j, 420 + 66j, 508 + 138j, 552 + 70j, 506 + 6j, 450 + 22j, 440 + 56j, 466 + 66j],
     [320 + 216j, 346 + 146j, 410 + 116j, 520 + 186j, 606 + 70j, 522 - 42j, 420 - 12j, 404 + 62j, 466 + 66j], 4),
)  # fmt: skip
FALLEN: Locks = (
    ([330 + 226j, 410 + 330j, 430 + 440j, 500 + 490j, 550 + 440j, 524 + 394j, 486 + 404j, 476 + 434j, 500 + 448j],
     [330 + 226j, 356 + 340j, 386 + 466j, 500 + 552j, 602 + 446j, 536 + 344j, 456 + 368j, 440 + 440j, 500 + 448j], 4),
    ([220 + 206j, 286 + 172j, 372 + 300j, 394 + 460j, 352 + 590j, 250 + 664j, 146 + 646j, 110 + 584j, 142 + 530j,
      196 + 534j, 196 + 574j],
     [220 + 206j, 258 + 232j, 290 + 314j, 320 + 450j, 300 + 550j, 240 + 606j, 180 + 608j, 146 + 586j, 158 + 558j,
      184 + 554j, 196 + 574j], 5),
)  # fmt: skip


def _sky(panel: Panel) -> None:
    guides = [
        [-30 - 40j, 120 - 20j, 300 - 70j, 460 - 20j, 640 - 60j],
        [-30 + 120j, 90 + 60j, 220 + 130j, 420 + 90j, 640 + 130j],
        [-30 + 250j, 70 + 290j, 200 + 210j, 400 + 280j, 640 + 220j],
        [-30 + 440j, 90 + 380j, 210 + 450j, 420 + 400j, 640 + 440j],
        [-30 + 600j, 100 + 640j, 240 + 560j, 430 + 620j, 640 + 570j],
        [-30 + 810j, 120 + 780j, 300 + 830j, 450 + 790j, 640 + 820j],
    ]
    draw_bundle(panel, guides, 58, SKY)


def _halo(panel: Panel, middle: complex) -> None:
    turn = np.linspace(0.5 * np.pi, 2.5 * np.pi, 17)
    rings = [[complex(middle + radius * np.exp(1j * a)) for a in turn] for radius in (20, 205)]
    draw_bundle(panel, rings, 12, HALO)
    rings = [[complex(middle + radius * np.exp(1j * a)) for a in turn] for radius in (205, 240)]
    draw_bundle(panel, rings, 1, AUBERGINE[None], 5)
    for k in range(26):
        at = middle + 222.5 * np.exp(2j * np.pi * k / 26)
        ring = np.exp(2j * np.pi * np.arange(16) / 16)
        panel.shape(at + 13 * ring, HALO[k % 2 * 3], 2.4)
        panel.shape(at + 6 * ring, GOWN[0] if k % 2 else SKY[2], 2)


def _hair(panel: Panel) -> None:
    tops = [
        [214 + 214j, 236 + 160j, 300 + 118j, 390 + 122j, 452 + 190j, 520 + 222j, 640 + 150j],
        [250 + 226j, 300 + 180j, 366 + 200j, 400 + 270j, 450 + 330j, 530 + 330j, 640 + 270j],
        [262 + 290j, 320 + 270j, 356 + 320j, 380 + 400j, 440 + 452j, 520 + 440j, 640 + 390j],
        [272 + 360j, 316 + 372j, 336 + 440j, 370 + 520j, 440 + 570j, 530 + 560j, 640 + 500j],
    ]
    draw_bundle(panel, tops, 27, HAIR)


def _locks(panel: Panel, locks: Locks) -> None:
    for one, other, count in locks:
        draw_bundle(panel, [one, other], count, HAIR)


def _bust(panel: Panel) -> None:
    neck = [
        [244 + 380j, 254 + 440j, 230 + 500j, 150 + 548j, 60 + 600j],
        [330 + 370j, 336 + 440j, 350 + 520j, 300 + 600j, 240 + 680j],
    ]
    draw_bundle(panel, neck, 7, SKIN, 2.6)
    gown = [
        [-30 + 640j, 60 + 590j, 150 + 574j, 240 + 606j, 350 + 566j, 470 + 620j, 640 + 600j],
        [-30 + 860j, 80 + 790j, 170 + 780j, 260 + 830j, 350 + 790j, 470 + 840j, 640 + 830j],
    ]
    draw_bundle(panel, gown, 15, GOWN)


def _face(panel: Panel) -> None:
    """A profile with closed eyes, turned to the left."""
    profile = np.array([
        226 + 200j, 212 + 222j, 205 + 246j, 209 + 262j, 200 + 284j, 186 + 306j, 184 + 314j, 192 + 321j, 203 + 325j,
        197 + 336j, 199 + 341j, 208 + 344j, 201 + 352j, 204 + 360j, 210 + 366j, 205 + 380j, 212 + 394j, 228 + 400j,
        262 + 388j, 296 + 366j, 320 + 320j, 320 + 250j, 280 + 190j,
    ])  # fmt: skip
    edge = panel.shape(profile, SKIN[0], 4, smooth=True)
    panel.within(edge, [comma(300 + 210j, 226 + 404j, -0.26, 40)], SKIN[1])
    panel.within(edge, [comma(306 + 230j, 240 + 402j, -0.24, 26)], SKIN[2])
    panel.line(np.array([288 + 300j, 276 + 346j, 250 + 376j, 232 + 388j]), 2.6)
    lips = np.array([197 + 336j, 206 + 337j, 222 + 343j, 210 + 355j, 202 + 353j, 207 + 345j])
    panel.flat(lips, GOWN[0])
    lid = np.array([217 + 278j, 228 + 270j, 242 + 274j, 246 + 283j, 231 + 289j])
    panel.flat(lid, GOWN[1])
    for knots, width in (
        ([222 + 260j, 236 + 252j, 256 + 259j], 6.0), ([216 + 279j, 229 + 288j, 247 + 283j], 5.0),
        ([222 + 274j, 231 + 270j, 244 + 275j], 2.4), ([204 + 344j, 214 + 344j, 224 + 342j], 3.4),
        ([200 + 318j, 205 + 311j, 202 + 305j], 3.0), ([222 + 286j, 219 + 292j, 214 + 294j], 2.6),
        ([229 + 288j, 227 + 295j, 223 + 299j], 2.6), ([237 + 287j, 236 + 294j, 233 + 299j], 2.6),
    ):  # fmt: skip
        panel.line(np.array(knots), width)


def _garden(panel: Panel) -> None:
    for root, tip, bend, width in (
        (10 + 800j, 24 + 540j, 0.16, 32), (60 + 800j, 190 + 640j, -0.25, 28), (130 + 810j, 96 + 590j, 0.2, 30),
        (560 + 800j, 580 + 520j, -0.14, 34), (500 + 800j, 400 + 640j, 0.22, 30), (440 + 810j, 470 + 600j, -0.2, 30),
        (250 + 810j, 300 + 690j, 0.25, 26), (330 + 810j, 350 + 660j, -0.2, 28), (400 + 810j, 420 + 700j, 0.2, 26),
    ):  # fmt: skip
        draw_leaf(panel, root, tip, bend, width)
    for at, size, lean in (
        (56 + 590j, 0.82, -0.2), (520 + 612j, 1.0, 0.22), (126 + 690j, 0.86, 0.14), (402 + 700j, 0.72, -0.16),
    ):  # fmt: skip
        draw_iris(panel, at, size, lean)


def draw(size: int = 768) -> Image.Image:
    panel = Panel(size, WIDTH, HEIGHT, 7, SKY[0], INK)
    _sky(panel)
    _halo(panel, 286 + 286j)
    _bust(panel)
    _locks(panel, THROWN)
    _hair(panel)
    _face(panel)
    _locks(panel, FALLEN)
    _garden(panel)
    return panel.canvas.finish()
