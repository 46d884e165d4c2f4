"""A lithograph of circles, arcs, bars and grids in red, yellow, blue and black on cream."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.tools import Array, Sheet, mix, rgb, smoothstep

WIDTH, HEIGHT = 624, 768
CREAM = rgb("efe2c4")
INKS = dict(
    zip(
        ("red", "yellow", "blue", "black", "grey", "sky", "rose", "ochre"),
        rgb("cf2f20", "f0b71e", "1f4c94", "1b1a1c", "8d8878", "7fa9b8", "e3a08c", "c98a3a"),
        strict=True,
    )
)


class Plate:
    """A print in the making. Shapes are fields of signed distance, negative inside, in units."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        # Stones and rollers: edges waver by a hair, ink lies unevenly.
        self.x = sheet.x + 0.35 * sheet.noise(40, 2)
        self.y = sheet.y + 0.35 * sheet.noise(40, 2)
        self.pulp = 0.5 * sheet.noise(2.4) + 0.6 * sheet.noise(12, 3)
        self.tooth = 0.85 * sheet.noise(1.7) + 0.5 * sheet.noise(3.0)
        self.roller = 0.7 * sheet.noise(60, 3, (1, 1.6)) + 0.5 * sheet.noise(7, 2)
        self.spatter = np.minimum(self._drops(3.3, 0.95), self._drops(4.6, 1.5))
        self.picture: Array = CREAM * (1 + 0.02 * self.pulp - 0.05 * sheet.fibres(1100))[..., None]

    def _drops(self, cell: float, radius: float) -> Array:
        """Drops strewn over the sheet: for each pixel, the density in [0, 1] from which on it is covered."""
        u, v = self.sheet.x / np.float32(cell), self.sheet.y / np.float32(cell)
        shape = (int(HEIGHT / cell) + 4, int(WIDTH / cell) + 4)
        offset_x, offset_y, rank, size = self.sheet.rng.random((4, *shape), np.float32)
        level = np.full(u.shape, 2, np.float32)
        for down in (0, 1, 2):
            for right in (0, 1, 2):
                i, j = u.astype(int) + right, v.astype(int) + down
                away = np.hypot(i - 1 + offset_x[j, i] - u, j - 1 + offset_y[j, i] - v) * np.float32(cell)
                reach = radius * (0.55 + 0.8 * size[j, i])
                np.minimum(level, rank[j, i] + 0.7 * (away - reach).clip(0, None), out=level)
        return level

    def axes(self, at: tuple[float, float], degrees: float) -> tuple[Array, Array]:
        """Coordinates about a point, turned by an angle."""
        c, s = np.float32(np.cos(np.radians(degrees))), np.float32(np.sin(np.radians(degrees)))
        u, v = self.x - at[0], self.y - at[1]
        return u * c + v * s, v * c - u * s

    def disc(self, at: tuple[float, float], radius: float) -> Array:
        return np.hypot(self.x - at[0], self.y - at[1]) - radius

    def bar(self, at: tuple[float, float], long: float, wide: float, degrees: float = 0) -> Array:
        u, v = self.axes(at, degrees)
        return np.maximum(np.abs(u) - long / 2, np.abs(v) - wide / 2)

    def polygon(self, *corners: tuple[float, float]) -> Array:
        """A convex polygon, corners clockwise."""
        field = np.full(self.x.shape, -np.inf, np.float32)
        for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
            length = np.hypot(bx - ax, by - ay)
            field = np.maximum(field, ((self.x - ax) * (by - ay) - (self.y - ay) * (bx - ax)) / length)
        return field

    def ink(self, field: Array, name: str, strength: float | Array = 1.0, over: bool = False) -> None:
        """Prints a shape: transparently, multiplying what is below, or over it as body colour."""
        part = _frame(field)
        field, picture, tooth, roller = field[part], self.picture[part], self.tooth[part], self.roller[part]
        film = 0.93 + 0.035 * roller + 0.03 * self.pulp[part]
        # Pits that took no ink, and the ridge of ink along the edge.
        film = film - 0.35 * smoothstep(2.1, 3.0, tooth + 0.5 * roller) + 0.05 * smoothstep(-1.6, -0.4, field)
        film = film * (strength if isinstance(strength, float) else strength[part])
        colour = INKS[name]
        wet = colour if over else picture / CREAM * colour * 0.82 + 0.18 * colour
        self.picture[part] = mix(picture, wet, smoothstep(0.35, -0.35, field) * film.clip(0, 1))

    def spray(self, field: Array, name: str, density: Array) -> None:
        """Spatter from a brush over a sieve, masked by a shape: drops that crowd as density nears 1."""
        self.ink(field, name, smoothstep(-0.12, 0.12, density - self.spatter))

    def clear(self, field: Array) -> None:
        part = _frame(field)
        paper = CREAM * (1 + 0.02 * self.pulp[part])[..., None]
        self.picture[part] = mix(self.picture[part], paper, smoothstep(0.35, -0.35, field[part]))


def _frame(field: Array) -> tuple[slice, slice]:
    """The smallest frame that holds a shape."""
    inside = field < 0.35
    rows, columns = (np.flatnonzero(inside.any(axis)) for axis in (1, 0))
    return (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)) if len(rows) else np.s_[:0, :0]


def _stripes(u: Array, period: float, share: float) -> Array:
    """Bars across `u`, as signed distance."""
    return (np.abs(u / period - np.round(u / period)) - share / 2) * period


def _ground(plate: Plate) -> None:
    """A patchwork of tinted papers under everything, so that no part is bare."""
    x, y = plate.x, plate.y
    slant = x * 0.94 - y * 0.34
    plate.spray(slant - 40, "sky", 0.62 - 0.5 * smoothstep(-240, 60, slant))
    plate.spray(330 - slant, "rose", 0.10 + 0.55 * smoothstep(320, 520, slant))
    plate.spray(560 - (y + 0.3 * x), "ochre", 0.12 + 0.5 * smoothstep(560, 900, y + 0.3 * x))
    plate.spray(plate.polygon((0, 0), (300, 0), (150, 250), (0, 300)), "yellow", 0.75 - (np.hypot(x, y) / 420))
    # Squared paper, ruled music, and a field of dots.
    u, v = plate.axes((500, 120), -18)
    plate.ink(
        np.maximum(
            np.maximum(np.abs(u) - 150, np.abs(v) - 130), np.minimum(_stripes(u, 17, 0.07), _stripes(v, 17, 0.07))
        ),
        "blue",
        0.75,
    )
    u, v = plate.axes((130, 600), 24)
    plate.ink(np.maximum(np.maximum(np.abs(u) - 170, np.abs(v) - 120), _stripes(v, 11, 0.14)), "black", 0.75)
    u, v = plate.axes((470, 640), 45)
    dots = np.hypot(u - 15 * np.round(u / 15), v - 15 * np.round(v / 15)) - 3.4
    plate.ink(np.maximum(dots, np.maximum(np.abs(u) - 150, np.abs(v) - 150)), "red", 0.9)
    u, v = plate.axes((90, 330), -33)
    dots = np.hypot(u - 12 * np.round(u / 12), v - 12 * np.round(v / 12)) - 1.0 - 3.2 * smoothstep(-90, 100, u)
    plate.ink(np.maximum(dots, np.hypot(u, v) - 118), "blue", 0.9)


def _masses(plate: Plate) -> None:
    """What lies behind the wheel."""
    plate.ink(plate.polygon((0, 318), (150, 250), (190, 420), (0, 452)), "rose")
    u, v = plate.axes((560, 430), 62)
    plate.ink(np.maximum(np.hypot(u, v) - 118, v), "blue")
    plate.ink(np.maximum(np.maximum(np.hypot(u, v) - 118, -v), _stripes(np.hypot(u, v), 12, 0.45)), "black")
    u, v = plate.axes((214, 522), -52)
    plate.ink(np.maximum(np.abs(u) - 96, np.abs(v) - 62), "ochre")


def _wheel(plate: Plate) -> None:
    x, y, hub = plate.x, plate.y, (352.0, 322.0)
    away = np.hypot(x - hub[0], y - hub[1])
    turn = np.degrees(np.arctan2(y - hub[1], x - hub[0])) % 360
    plate.clear(away - 196)
    plate.spray(away - 196, "ochre", 0.16 + 0.5 * smoothstep(80, 200, away + 0.5 * (y - hub[1])))
    plate.ink(np.abs(away - 190) - 9, "black", over=True)
    plate.ink(np.maximum(np.abs(away - 158) - 19, np.abs(turn - 215) * 2 - 120), "blue")
    plate.ink(
        np.maximum(np.abs(away - 158) - 19, _stripes(turn - 3, 6, 0.5) * 2.6),
        "black",
        1.0 * ((turn > 10) & (turn < 150)),
    )
    plate.ink(np.maximum(np.abs(away - 158) - 19, np.abs(turn - 300) * 2 - 80), "yellow")
    plate.ink(np.minimum.reduce([np.abs(away - r) - 1.1 for r in (130, 122, 114, 106)]), "black")
    plate.spray(away - 100, "red", 0.98 - 0.75 * smoothstep(0, 150, np.hypot(x - hub[0] - 50, y - hub[1] - 60)))
    plate.ink(np.maximum(away - 100, (x - hub[0]) * 0.5 - (y - hub[1]) * 0.87 + 8), "red")
    plate.ink(np.maximum(away - 62, -((x - hub[0]) * 0.5 - (y - hub[1]) * 0.87) - 4), "black", over=True)
    plate.ink(np.maximum(np.abs(away - 40) - 3, -((x - hub[0]) * 0.5 - (y - hub[1]) * 0.87) - 2), "yellow", over=True)


def _diagonals(plate: Plate) -> None:
    """Beams that carry the eye."""
    plate.ink(plate.bar((300, 470), 720, 30, -52), "yellow")
    plate.ink(plate.bar((318, 490), 700, 5, -52), "black", over=True)
    plate.ink(plate.bar((250, 380), 640, 15, 28), "black", over=True)
    plate.ink(plate.bar((262, 362), 600, 3, 28), "red", over=True)
    plate.ink(plate.bar((470, 470), 300, 42, 28), "red")
    u, v = plate.axes((470, 470), 28)
    plate.ink(np.maximum(np.maximum(np.abs(u) - 150, np.abs(v) - 21), _stripes(u, 14, 0.42)), "black")


def _top(plate: Plate) -> None:
    x, y = plate.x, plate.y
    # In the middle a sail of ruled arcs behind the stair.
    sail = plate.polygon((196, 6), (400, 22), (300, 132))
    fan = np.hypot(x - 300, y - 150)
    plate.ink(sail, "sky")
    plate.ink(np.maximum(sail, _stripes(fan, 9, 0.22)), "black", 0.85)
    plate.ink(plate.polygon((330, 0), (470, 0), (424, 70), (350, 96)), "red")
    # Left a sun of rings and a stair.
    for radius, name in ((88, "red"), (70, "yellow"), (52, "blue"), (34, "rose"), (18, "black")):
        plate.clear(plate.disc((104, 112), radius))
        plate.ink(plate.disc((104, 112), radius), name)
    plate.ink(np.maximum(plate.disc((104, 112), 88), -(x - 104) * 0.6 - (y - 112) * 0.8), "black", 0.28)
    for k in range(7):
        plate.ink(
            plate.bar((222 + 20 * k, 34 + 11 * k), 12, 58 - 4 * k, 0),
            ("black", "red", "black", "blue")[k % 4],
            over=True,
        )
    # Right a quarter-turn of arcs and a chequered board.
    for k in range(6):
        ring = np.abs(plate.disc((624, 0), 62 + 24 * k)) - 7
        plate.ink(ring, ("black", "yellow", "blue", "red", "black", "sky")[k])
    u, v = plate.axes((540, 232), -18)
    board = np.maximum(np.abs(u) - 64, np.abs(v) - 48)
    plate.clear(board)
    check = np.where((np.floor(u / 16) + np.floor(v / 16)) % 2 == 0, board, 9.0)
    plate.ink(check, "black", over=True)
    plate.ink(np.abs(board) - 2, "black", over=True)


def _triangles(plate: Plate) -> None:
    """Yellow sharp, blue soft."""
    plate.ink(plate.polygon((24, 448), (206, 520), (20, 600)), "blue")
    plate.ink(plate.polygon((66, 420), (226, 470), (120, 588)), "yellow")
    plate.ink(plate.polygon((560, 330), (624, 300), (624, 470)), "blue")
    plate.spray(plate.polygon((430, 560), (560, 500), (590, 640)), "black", 0.15 + 0.8 * smoothstep(420, 600, plate.x))


def _bottom(plate: Plate) -> None:
    """Half discs and a ladder."""
    for at, radius, name, tilt in (
        ((150, 690), 74, "red", 20), ((300, 640), 52, "blue", -35), ((540, 690), 84, "blue", 200),
        ((392, 716), 44, "black", 160),
    ):  # fmt: skip
        u, v = plate.axes(at, tilt)
        plate.clear(np.hypot(u, v) - radius)
        plate.ink(np.maximum(np.hypot(u, v) - radius, v), name)
        plate.ink(
            np.maximum(np.maximum(np.hypot(u, v) - radius, -v), _stripes(v, 8.5, 0.4)),
            "black" if name != "black" else "red",
        )
        plate.ink(np.abs(np.hypot(u, v) - radius) - 1.2, "black", over=True)
    u, v = plate.axes((430, 600), -52)
    plate.ink(
        np.maximum(np.maximum(np.abs(u) - 74, np.abs(v) - 15), _stripes(u, 12, 0.5)),
        "red",
        over=True,
    )


def _planets(plate: Plate) -> None:
    for at, radius, name in (
        ((258, 214), 20, "yellow"), ((222, 250), 11, "red"), ((500, 372), 26, "black"), ((512, 366), 12, "yellow"),
        ((70, 262), 24, "red"), ((46, 236), 9, "black"), ((300, 560), 26, "yellow"), ((300, 560), 10, "black"),
        ((588, 568), 18, "red"), ((232, 742), 13, "yellow"), ((430, 38), 15, "red"), ((464, 300), 9, "blue"),
        ((30, 388), 14, "black"),
    ):  # fmt: skip
        plate.clear(plate.disc(at, radius + 2.2))
        plate.ink(plate.disc(at, radius), name)


def _wires(plate: Plate) -> None:
    """Thin lines over everything."""
    for ax, ay, bx, by in (
        (0, 250, 624, 96), (20, 768, 460, 0), (0, 420, 624, 690), (590, 240, 240, 768), (0, 186, 420, 768),
    ):  # fmt: skip
        length, angle = float(np.hypot(bx - ax, by - ay)), float(np.degrees(np.arctan2(by - ay, bx - ax)))
        plate.ink(plate.bar(((ax + bx) / 2, (ay + by) / 2), length, 1.7, angle), "black", over=True)
    arc = np.hypot(plate.x + 60, plate.y - 500)
    for radius in (330, 338, 346):
        plate.ink(np.abs(arc - radius) - 0.9, "black", over=True)


def draw(size: int = 768) -> Image.Image:
    sheet = Sheet(size, WIDTH, HEIGHT, seed=19)
    plate = Plate(sheet)
    for part in (_ground, _masses, _wheel, _diagonals, _top, _triangles, _bottom, _planets, _wires):
        part(plate)
    return sheet.finish(plate.picture)
