"""A breaker curls before a sunset, and a small boat sails on: thick strokes of a palette knife, bent with the water."""

from __future__ import annotations

import numpy as np
from PIL import Image

from nst.artwork.craft.brush import spline
from nst.artwork.craft.strokes import Flow, Tool, paint, pick
from nst.artwork.craft.tools import Array, Sheet, rgb, smoothstep

WIDTH, HEIGHT = 768, 608
HORIZON = 262
SUN = (214.0, 176.0)
EYE = (478.0, 338.0)  # what the breaker rolls round
KNIFE = Tool(corner=0.45, ragged=0.05, uneven=0.17, streak=0.6, ridge=0.2, shadow=0.5, hairs=0.22)
PETROL = rgb("04222e", "06303c", "083c4a", "0a2c44")
SKY = rgb(
    "fff4c4", "ffd850", "ffb43c", "ff8c58", "ff6c58", "f89c84", "ffc8a8", "fff0dc", "a4dcd0", "4cb4b4", "1c8498",
    "0c566c",
)  # fmt: skip
SEA = rgb("05303e", "08485a", "0a6472", "0c8484", "14a494", "38c4b0", "80dcc8", "d0f4e4")
FACE = rgb("04283a", "06404e", "08606a", "0c8480", "10a890", "30ccb4", "7ce4cc", "c8f8e4")
FOAM = rgb("4cb4b4", "98d8cc", "ffc4a8", "e4f4e8", "fff8ec", "ffffff", "fffaf0")
GLITTER = rgb("e8503c", "ff7850", "ff9c50", "ffbc44", "ffd84c", "fff4bc")
# Strokes of foam from the back to the front: how far out, tilt, length, width, bend, tone and pigments.
PLUMES = (
    (0, 0.2, 46, 15, -0.4, 0.25, SEA[:5]), (30, 0.8, 44, 15, -1.1, 0.6, SEA), (24, 0.65, 48, 15, -1.1, 0.85, FOAM),
    (9, 0.35, 50, 16, -0.8, 0.6, FOAM), (-6, 0.1, 46, 14, -0.5, 0.9, FOAM), (-18, -0.3, 42, 13, -0.3, 0.1, FOAM),
)  # fmt: skip
CREST = np.array([800 + 250j, 720 + 196j, 640 + 150j, 560 + 128j, 480 + 140j, 412 + 186j, 372 + 254j, 366 + 316j])
FACE_EDGE = np.array(
    [394 + 290j, 428 + 250j, 480 + 236j, 532 + 262j, 556 + 318j, 540 + 386j, 480 + 432j, 380 + 462j, 250 + 476j,
     -20 + 480j]
)  # fmt: skip


def _inside(x: Array, y: Array, outline: Array) -> Array:
    """Whether each place lies within an outline."""
    within = np.zeros(x.shape, bool)
    for a, b in zip(outline.tolist(), np.roll(outline, -1).tolist(), strict=True):
        if a.imag != b.imag:
            cut = a.real + (y - a.imag) * (b.real - a.real) / (b.imag - a.imag)
            within ^= ((a.imag > y) != (b.imag > y)) & (x < cut)
    return within


def _table(line: Array) -> Array:
    """Complex points as rows of x and y."""
    return np.stack([line.real, line.imag], 1)


class Surf(Flow):
    long, wide = (44.0, 92.0), (13.0, 21.0)

    def sky(self) -> None:
        x, y = self.x, self.y
        away = np.hypot(x - SUN[0], (y - SUN[1]) * 1.12)
        psi = away + 10 * np.sin(x / 74 + y / 50) * smoothstep(60, 200, away) + 12 * self.sheet.noise(90)
        down, right = np.gradient(psi)
        angle = np.arctan2(-right, down)
        band = np.sin(psi / 13 + 0.5 * self.sheet.noise(120))
        tone = away / 640 + 0.1 * band + 0.04 * self.sheet.noise(50)
        inside = y < HORIZON + 10
        self.lay(inside, angle, tone + 0.12, SKY, 1.1, 21)
        self.lay(inside, angle, tone, SKY, 1.0, 16)
        cool = inside & (away > 120) & (np.sin(psi / 21 + 2 * self.sheet.noise(150)) > 0.86)
        self.lay(cool, angle, 0.72 + 0.08 * band + away / 2400, SKY, 0.9, 17)
        warm = inside & (away > 330) & (np.sin(psi / 17 + 2 * self.sheet.noise(150)) > 0.84)
        self.lay(warm, angle, 0.35 + 0.2 * band, SKY, 0.9, 16)
        self.lay(away < 46, angle, 0.01 + away / 420, SKY, 0.72, 9)
        turn = np.linspace(0, 2 * np.pi, 50)
        ring = SUN[0] + 50 * np.cos(turn) + 1j * (SUN[1] + 47 * np.sin(turn))
        self.line(_table(ring), 8, rgb("f04c38", "ff6c3c", "e83c40"))

    def sea(self) -> None:
        x, y = self.x, self.y
        deep = ((y - HORIZON) / (HEIGHT - HORIZON)).clip(0, 1)
        wave = np.sin((y - HORIZON) / (5 + 24 * deep) + x / 130 + 1.2 * np.sin(x / 150) + 0.5 * self.sheet.noise(120))
        angle = 0.22 * np.cos(x / (46 + 60 * deep) + y / 40) + 0.08 * self.sheet.noise(80)
        inside = y > HORIZON
        size = 0.6 + 0.5 * deep
        tone = 0.42 + 0.3 * wave + 0.06 * self.sheet.noise(40)
        self.lay(inside, angle, tone - 0.15, SEA, size * 1.1, 18)
        self.lay(inside, angle, tone, SEA, size, 12)
        lit = np.exp(-(((x - SUN[0]) / (34 + 120 * deep)) ** 2)) + 0.25 * wave
        self.lay(inside & (lit > 0.55), angle, 0.25 + 0.5 * lit, GLITTER, size * 0.85, 15)
        self.lay(inside & (wave > 0.8) & (deep > 0.12), angle, 0.6 + 0.2 * wave, FOAM, size * 0.75, 17)
        self.line(_table(np.linspace(-10, WIDTH + 10, 60) + 1j * (HORIZON + 2)), 7, PETROL)

    def breaker(self) -> None:
        x, y = self.x, self.y
        crest, edge = spline(CREST, 10), spline(FACE_EDGE, 10)
        body = _inside(x, y, np.concatenate([crest, edge, [-20 + 640j, 800 + 640j]]))
        u, v = (x - EYE[0]) / 1.12, y - EYE[1]
        away, turn = np.hypot(u, v), np.arctan2(v, u)
        # It turns round the eye; to the left, in front, the water lies in swells.
        swell = smoothstep(10, -190, u) * smoothstep(-10, 60, v)
        rolling = v + 15 * np.sin(x / 52 + v / 70) + 7 * np.sin(x / 27 - v / 50)
        psi = (
            away + 9 * np.sin(3 * turn + away / 40) * (1 - swell) + (rolling - away) * swell + 4 * self.sheet.noise(60)
        )
        down, right = np.gradient(psi)
        angle = np.arctan2(-right, down)
        band = np.sin(psi / 12.5 + 0.6 * self.sheet.noise(90))
        top = smoothstep(60, -160, v)
        tone = 0.3 + 0.27 * band + 0.3 * top + 0.1 * smoothstep(150, 300, away)
        self.lay(body, angle, tone - 0.12, FACE, 1.15, 19)
        self.lay(body, angle, tone, FACE, 1.0, 13)
        self.lay(body & (band > 0.72) & (away > 120), angle, 0.5 + 0.4 * self.sheet.noise(40), FOAM, 0.8, 18)
        warm = body & (np.sin(psi / 12.5 + 2.4 + 1.2 * self.sheet.noise(110)) > 0.82) & (self.sheet.noise(120) > -0.3)
        self.lay(warm, angle, 0.4 + 0.3 * self.sheet.noise(60), GLITTER, 0.8, 17)
        self.line(_table(edge[6:52]), 7, PETROL[:2])
        path = body & (swell > 0.3) & (band > -0.2) & (np.abs(x - 176 - 24 * np.sin(y / 21)) < 62)
        self.lay(path, angle, 0.55 + 0.35 * band, GLITTER, 0.85, 17)
        self.foam(crest, 1.2)
        front = np.linspace(470, -40, 70)
        self.foam(front + 1j * (474 - 15 * np.sin(front / 47) - front / 40), 0.8)

    def foam(self, line: Array, scale: float) -> None:
        """White water along a crest: bent strokes that lap over each other on the way to its tip, as feathers do."""
        rng = self.rng
        far = np.concatenate([[0], np.cumsum(np.abs(np.diff(line)))])
        heads = np.gradient(line)
        for way in np.arange(0, far[-1], 12.5 * scale):
            k = int(np.searchsorted(far, way))
            ahead = heads[k] / abs(heads[k])
            gust = scale * (1 + 0.3 * np.sin(way / (19 * scale)) + 0.15 * np.sin(way / (7 * scale) + 1))
            for out, tilt, length, width, bend, tone, pigments in PLUMES:
                if rng.random() < 0.25:
                    continue
                at = line[k] + gust * (out + rng.normal(0, 3)) * 1j * ahead
                angle = float(np.angle(ahead)) + tilt + rng.normal(0, 0.14)
                colour, other = pick(rng, pigments, np.array([tone, tone + 0.08]), 0.13)
                spot, long = _table(np.array([at])), gust * length * rng.uniform(0.85, 1.2)
                wide = max(scale, 0.75) * width * rng.uniform(0.85, 1.2)
                self.strokes.add(spot, angle, long, wide, colour, other, bend * rng.uniform(0.7, 1.2))

    def boat(self, at: float, foot: float, tall: float) -> None:
        x, y = self.x, self.y
        up = (foot - y) / tall
        mast, boom = complex(at, foot - 0.98 * tall), complex(at, foot - 0.13 * tall)
        for side, reach, colours in ((-1, 0.36, SKY[3:7]), (1, 0.54, FOAM[2:])):
            off = side * (x - at) / tall
            sail = (off > 0.02) & (up > 0.14) & (off < reach * (0.98 - up) * (1.1 + 0.6 * up))
            self.lay(sail, np.full_like(x, 1.5 - 0.35 * side) + 0.6 * off, 0.15 + 2.2 * off, colours, 0.62, 9)
            clew = boom + side * reach * 0.95 * tall
            belly = 0.5 * (mast + clew) + side * 0.05 * tall
            self.line(_table(spline(np.array([mast, belly, clew]), 12)), 6, PETROL)
            self.spar(boom, clew, 6)
        hull = (up < 0.11) & (up > -0.1) & (np.abs(x - at - 6) < tall * (0.36 + 1.4 * up))
        self.lay(hull, 0.0 * x, 0.35 + 5 * up, rgb("04222e", "0a3c4c", "c02c38", "f0503c"), 0.66, 7)
        self.spar(mast - 8j, boom + 12j, 7)

    def spar(self, start: complex, end: complex, width: float) -> None:
        middle, long = 0.5 * (start + end), end - start
        self.strokes.add(_table(np.array([middle])), float(np.angle(long)), abs(long), width, PETROL[:1], PETROL[1:2])


def draw(size: int = 768) -> Image.Image:
    surf = Surf(WIDTH, HEIGHT, seed=63)
    surf.sky()
    surf.sea()
    surf.boat(104, 352, 150)
    surf.breaker()
    sheet = Sheet(size, WIDTH, HEIGHT, seed=12, oversample=1.5)
    return paint(sheet, surf.strokes, PETROL[0], KNIFE)
