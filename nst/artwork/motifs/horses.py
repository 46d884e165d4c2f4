"""Horses, built of the great round masses of their bodies."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nst.artwork.craft.brush import comma
from nst.artwork.craft.tools import Array, rgb
from nst.artwork.craft.wedges import Wedges


class Part(NamedTuple):
    """A mass of the body: the middle of its arcs, how light it is, and knots of its outline."""

    middle: complex
    lift: float
    knots: tuple[complex, ...]


class Pose(NamedTuple):
    """How a horse holds its neck: the parts of it, the locks of its mane from root to tip, ears, eye and nostril."""

    parts: tuple[Part, ...]
    mane: tuple[tuple[complex, complex], ...]
    ears: tuple[tuple[complex, complex], ...]
    eye: complex
    nostril: complex


# It looks to the left and stands at 420+590j.
LIMBS = (
    Part(430 + 300j, -0.3, (470 + 330j, 540 + 340j, 528 + 400j, 552 + 452j, 540 + 520j, 548 + 588j, 508 + 590j,
                            512 + 520j, 518 + 456j, 480 + 400j)),
    Part(330 + 330j, -0.3, (252 + 340j, 310 + 350j, 262 + 430j, 236 + 456j, 232 + 520j, 236 + 580j, 196 + 584j,
                            202 + 520j, 204 + 450j, 222 + 410j)),
)  # fmt: skip
TRUNK = (
    Part(424 + 470j, 0.0, (292 + 206j, 340 + 236j, 400 + 250j, 462 + 236j, 528 + 208j, 584 + 234j, 606 + 300j,
                           588 + 370j, 520 + 392j, 450 + 410j, 370 + 412j, 290 + 388j, 246 + 330j, 250 + 260j)),
    Part(490 + 410j, 0.05, (520 + 208j, 572 + 226j, 606 + 280j, 606 + 350j, 598 + 404j, 624 + 446j, 620 + 480j,
                            600 + 530j, 606 + 594j, 560 + 596j, 568 + 530j, 574 + 484j, 560 + 446j, 516 + 414j,
                            482 + 372j, 466 + 310j, 482 + 246j)),
    Part(382 + 300j, 0.08, (292 + 210j, 334 + 258j, 346 + 320j, 334 + 372j, 316 + 416j, 308 + 456j, 302 + 520j,
                            310 + 594j, 264 + 596j, 270 + 520j, 272 + 456j, 258 + 410j, 236 + 366j, 230 + 314j,
                            246 + 256j)),
)  # fmt: skip
BOWED = Pose(
    (
        Part(150 + 300j, 0.06, (304 + 212j, 268 + 144j, 208 + 100j, 152 + 104j, 150 + 150j, 190 + 196j, 206 + 250j,
                                218 + 320j, 250 + 368j, 306 + 350j, 330 + 280j)),
        Part(236 + 110j, 0.16, (168 + 100j, 128 + 122j, 104 + 180j, 80 + 238j, 76 + 274j, 100 + 296j, 128 + 278j,
                                150 + 232j, 188 + 204j, 204 + 160j)),
    ),
    (
        (300 + 204j, 330 + 296j), (280 + 170j, 296 + 270j), (258 + 142j, 262 + 240j), (232 + 118j, 236 + 212j),
        (204 + 102j, 214 + 180j), (180 + 98j, 134 + 142j),
    ),
    ((166 + 108j, 150 + 52j), (190 + 106j, 190 + 50j)),
    140 + 176j,
    98 + 264j,
)  # fmt: skip
RAISED = Pose(
    (
        Part(120 + 280j, 0.06, (304 + 212j, 278 + 140j, 236 + 66j, 190 + 34j, 166 + 70j, 190 + 124j, 200 + 190j,
                                210 + 290j, 250 + 362j, 306 + 350j, 334 + 280j)),
        Part(236 + 170j, 0.16, (206 + 24j, 164 + 32j, 116 + 76j, 72 + 106j, 56 + 134j, 74 + 158j, 108 + 152j,
                               152 + 138j, 196 + 136j, 220 + 84j)),
    ),
    (
        (302 + 200j, 350 + 270j), (288 + 158j, 332 + 226j), (270 + 118j, 314 + 184j), (250 + 82j, 296 + 142j),
        (226 + 50j, 276 + 100j), (204 + 30j, 158 + 74j),
    ),
    ((186 + 36j, 170 - 22j), (210 + 36j, 216 - 20j)),
    152 + 72j,
    76 + 128j,
)  # fmt: skip
TAIL = ((582 + 236j, 664 + 500j, -0.34, 34), (578 + 232j, 700 + 450j, -0.42, 30), (584 + 240j, 636 + 540j, -0.22, 30))


HORN = rgb("18142c", "2c1a3c", "10288c")
HOOVES = (528, 214, 586, 286)


class Coat(NamedTuple):
    body: Array
    mane: Array
    lift: float = 0.0


class Horse:
    """One horse where it stands: its size, and the way it looks: 1 to the left, -1 to the right."""

    def __init__(self, wedges: Wedges, at: complex, size: float, way: int, coat: Coat) -> None:
        self.wedges, self.at, self.size, self.way, self.coat = wedges, at, size, way, coat

    def place(self, spot: complex) -> complex:
        return self.at + self.size * complex(self.way * (spot.real - 420), spot.imag - 590)

    def part(self, part: Part) -> None:
        wedges, middle = self.wedges, self.place(part.middle)
        down = (0.4 * (wedges.x - middle.real) + wedges.y - middle.imag) / self.size
        tone = 0.54 + self.coat.lift + part.lift - 0.0017 * down.clip(-180, 180)
        outline = wedges.inside(np.array([self.place(knot) for knot in part.knots]))
        wedges.put(outline, wedges.rings(middle), tone, self.coat.body, 21, 2.0)

    def hoof(self, at: float) -> None:
        wedges = self.wedges
        outline = np.array([self.place(at + knot) for knot in (-17 + 574j, 19 + 574j, 24 + 602j, -32 + 602j)])
        wedges.put(wedges.inside(outline, smooth=False), wedges.lines(0.2), 0.3, HORN, 14, 2.0)

    def lock(self, root: complex, tip: complex, bend: float, width: float, colour: Array) -> None:
        wedges = self.wedges
        outline = comma(self.place(root), self.place(tip), bend * self.way, width * self.size)
        wedges.put(wedges.inside(outline, smooth=False), wedges.lines(float(np.angle(tip - root))), 0.5, colour, 90, 3)

    def draw(self, pose: Pose) -> None:
        colours = self.coat.mane
        for limb in LIMBS:
            self.part(limb)
        for at in HOOVES[:2]:
            self.hoof(at)
        for k, (root, tip, bend, width) in enumerate(TAIL):
            self.lock(root, tip, bend, width, colours[k % len(colours)][None])
        for mass in (*TRUNK, *pose.parts):
            self.part(mass)
        for at in HOOVES[2:]:
            self.hoof(at)
        for root, tip in pose.ears:
            self.lock(root, tip, 0.1, 30, self.coat.body[-2:])
        for k, (root, tip) in enumerate(pose.mane):
            self.lock(root, tip, 0.24, 36, colours[k % len(colours)][None])
        for length, width, colour in ((36, 34, rgb("fff4dc")), (10, 10, rgb("0b0810"))):
            self.lock(pose.eye - 0.4 * length, pose.eye + 0.6 * length, 0.1, width, colour[None])
        self.lock(pose.nostril, pose.nostril + 10 + 8j, 0.3, 9, HORN[:1])
