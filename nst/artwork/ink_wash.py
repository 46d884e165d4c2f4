"""Mountains in mist, pines and a fisherman: ink and thin colour on paper."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from nst.artwork.craft.tools import Array, Sheet, noise_at, rgb, smoothstep

WIDTH, HEIGHT = 592, 768
PAPER = rgb("f0e7d2")
# What each pigment takes away from red, green and blue.
INK, INDIGO, MALACHITE, OCHRE, CINNABAR = (
    np.array(w, np.float32)
    for w in ((2.5, 2.42, 2.25), (1.9, 1.05, 0.55), (1.5, 0.62, 0.95), (0.25, 0.75, 1.5), (0.2, 1.5, 1.7))
)


class Scroll:
    """Wet paper: the optical density that washes have built up, channel by channel."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.density = np.zeros((*sheet.shape, 3), np.float32)
        # Edges creep along the fibres; pigment settles into the paper's hollows.
        self.creep_x = 3.2 * sheet.noise(26, 4)
        self.creep_y = 3.2 * sheet.noise(26, 4)
        self.settle = 0.55 * sheet.noise(2.6) + 0.6 * sheet.noise(9, 2) + 0.4 * sheet.noise(40, 2)
        self.dry = 0.8 * sheet.noise(2.2, 1, (2.5, 1)) + 0.6 * sheet.noise(6, 2)
        self.table = sheet.grid()

    def wash(self, amount: Array, pigment: Array, part: tuple[slice, slice] = np.s_[:, :]) -> None:
        grained = (amount * (1 + 0.16 * self.settle[part])).clip(0, None)
        self.density[part] += grained[..., None] * pigment

    def lift(self, amount: Array, part: tuple[slice, slice] = np.s_[:, :]) -> None:
        self.density[part] *= (1 - amount)[..., None]

    def pen(self, draw: Image.Image, soft: float) -> Array:
        """Coverage by brushwork drawn on a mask, softened as wet paper does."""
        cover = np.asarray(draw, np.float32) / 255
        return self.sheet.blur(cover, soft)


def _peak(
    scroll: Scroll, at: float, top: float, wide: float, power: float, foot: float, tone: float, near: float
) -> None:
    """One mountain: a wash that thins into mist, folds that run down from the summit, and a broken contour."""
    sheet = scroll.sheet
    seed = sheet.rng.uniform(0, 200, 6).tolist()
    margin = wide * 1.9 + 20
    part = np.s_[
        max(int((top - 40) * sheet.scale), 0) : int(min(foot + 45, HEIGHT) * sheet.scale),
        max(int((at - margin) * sheet.scale), 0) : max(int((at + margin) * sheet.scale), 1),
    ]
    x = sheet.x[part] + scroll.creep_x[part] * 0.3
    y = sheet.y[part] + scroll.creep_y[part] * 0.3
    if x.size == 0:
        return
    tall = foot - top
    seat = np.abs(x - at) / wide
    ridge = noise_at(scroll.table, x / 34 + seed[0], x * 0 + seed[1], 5)
    steps = np.abs(noise_at(scroll.table, x / 19 + seed[2], x * 0 + seed[4], 3))
    crest = top + tall * 0.62 * seat**power + (7 * ridge + 6 * steps) * (0.45 + 1.3 * seat.clip(0, 1.2))
    down = y - crest
    inside = smoothstep(-0.6 - 0.8 * (1 - near), 0.9, down) * smoothstep(foot + 40, foot - 0.2 * tall, y)
    deep = (down / tall).clip(0, 1)
    # Folds run down from the summit, leaning out, and break into the short dry strokes of a slanted brush.
    bend = noise_at(scroll.table, x / 70 + seed[2], y / 90, 2)
    fan = (x - at) / (0.30 * wide + 0.20 * (y - top).clip(0, None)) + 0.16 * bend
    fold = noise_at(scroll.table, fan * 2.6 + seed[3], y / 110 + seed[4], 3)
    crack = noise_at(scroll.table, fan * 7 + 0.5 * fold + seed[4], (y + 5 * bend) / 38 + seed[5], 2)
    fine = noise_at(scroll.table, fan * 17 + 0.8 * fold + seed[5], (y + 9 * bend) / 13 + seed[3], 2)
    mist = smoothstep(0.95, 0.22, deep + 0.09 * noise_at(scroll.table, x / 90 + seed[1], y / 45 + seed[2], 3))
    body = (0.30 + 0.30 * np.exp(-down.clip(0, None) / 22) + 0.42 * smoothstep(-0.2, 1.4, fold)) * mist
    dry = smoothstep(-0.6, 0.8, scroll.dry[part] + 0.6 * crack)
    ridged = smoothstep(0.26, 0.04, np.abs(crack)) * smoothstep(-0.6, 0.8, fold)
    strokes = ridged * (0.2 + 0.8 * dry) + 0.6 * smoothstep(0.7, 1.35, fine + 0.5 * fold) * dry
    strokes = strokes * mist * smoothstep(0, 7, down)
    press = 0.55 + 0.45 * noise_at(scroll.table, x / 26 + seed[3], y / 26 + seed[0], 2)
    contour = np.exp(-((down - 1.2) ** 2) / (1.0 + 1.2 * near)) * press.clip(0, 1.3) * (0.3 + 0.7 * dry)
    scroll.lift(inside * (0.45 + 0.5 * smoothstep(0.0, 0.35, mist)), part)
    ink = (
        tone
        * inside
        * ((0.62 + 0.25 * near**2) * body + (0.42 + 0.75 * near) * strokes + (0.35 + 0.75 * near) * contour * mist)
    )
    scroll.wash(ink, INK * near + (0.5 * INK + 0.55 * INDIGO) * (1 - near), part)
    # Mineral colour over dry ink, on the shoulders; earth at the foot.
    blot = smoothstep(0.0, 1.3, noise_at(scroll.table, x / 55 + seed[5], y / 55 + seed[1], 3) + 0.4 - deep)
    tide = smoothstep(0.16, 0.0, np.abs(blot - 0.5)) * 0.25
    scroll.wash(inside * mist * (blot + tide) * 0.34 * tone, MALACHITE if seed[0] > 90 else INDIGO, part)
    scroll.wash(inside * mist * smoothstep(0.25, 0.6, deep) * 0.16, OCHRE, part)
    _moss(scroll, at, wide, near, part, crest)


def _moss(scroll: Scroll, at: float, wide: float, near: float, part: tuple[slice, slice], crest: Array) -> None:
    """Dots of dark ink along a crest: far-off trees."""
    sheet = scroll.sheet
    rng, scale = sheet.rng, sheet.scale
    top, left = part[0].start, part[1].start
    draw, pen = sheet.mask()
    for x in rng.normal(at, wide * 0.62, int(wide * (0.5 + 0.8 * near))).tolist():
        fall, size = abs(rng.normal(0, 9)) * (rng.random() < 0.45), rng.uniform(0.9, 2.3) * (0.55 + 0.75 * near)
        tone, column = int(rng.integers(90, 255)), int(x * scale) - left
        if not 0 <= column < crest.shape[1]:
            continue
        first = int((sheet.y[part][:, column] > crest[:, column]).argmax())
        y = (top + first) / scale + fall - 1.5
        # Nothing grows where the crest has sunk into the mist.
        if 0 < first < 0.7 * len(crest) and y < HEIGHT - 12:
            box = (x - size * 0.8, y - size * 1.5, x + size * 0.8, y + size * 0.8)
            pen.ellipse([float(v) * scale for v in box], fill=tone)
    dots = sheet.blur(np.asarray(draw, np.float32)[part] / 255, 0.3)
    scroll.wash(dots * (0.22 + 0.62 * near), INK, part)


def _stroke(pen: ImageDraw.ImageDraw, points: Array, widths: Array, scale: float, fill: int) -> None:
    """A brush stroke of changing width along a path."""
    for (ax, ay), (bx, by), wide in zip(points[:-1], points[1:], widths[1:], strict=True):
        pen.line(
            [(float(ax * scale), float(ay * scale)), (float(bx * scale), float(by * scale))],
            fill=fill,
            width=max(round(float(wide) * scale), 1),
        )
        r = float(wide) * scale / 2
        pen.ellipse(
            [float(bx * scale) - r, float(by * scale) - r, float(bx * scale) + r, float(by * scale) + r], fill=fill
        )


def _pine(scroll: Scroll, foot: tuple[float, float], tall: float, lean: float, tone: float) -> None:
    """A crooked pine: a scaly trunk, flat layers of needles."""
    sheet = scroll.sheet
    rng, scale = sheet.rng, sheet.scale
    trunk, trunk_pen = sheet.mask()
    needles, needle_pen = sheet.mask()
    cloud, cloud_pen = sheet.mask()
    t = np.linspace(0, 1, 26)
    crook = np.interp(t, np.linspace(0, 1, 6), rng.normal(0, 0.05, 6) * tall) * (4 * t).clip(0, 1)
    line = np.stack([foot[0] + lean * tall * t**1.4 + crook, foot[1] - tall * t], 1)
    _stroke(trunk_pen, line, tall * 0.052 * (1 - 0.72 * t), scale, 255)
    for k in range(12):
        start = int(9 + 16 * k / 11)
        side = (-1 if k % 2 else 1) * (1 if rng.random() < 0.85 else -1)
        reach = tall * (0.42 - 0.22 * k / 11) * rng.uniform(0.75, 1.25)
        s = np.linspace(0, 1, 10)
        limb = line[min(start, 25)] + np.stack(
            [side * reach * s, reach * (-0.10 * s + 0.20 * s**2 - 0.10 * np.sin(s * 5) * rng.uniform(0, 1))], 1
        )
        _stroke(trunk_pen, limb, tall * 0.018 * (1 - 0.75 * s), scale, 255)
        for spot in np.linspace(0.35, 1.08, 7):
            at = (
                limb[0]
                + (limb[-1] - limb[0]) * spot
                + (np.interp(spot, s, limb[:, 1]) - (limb[0] + (limb[-1] - limb[0]) * spot)[1]) * np.array([0, 1])
            )
            at = at + rng.normal(0, tall * 0.012, 2)
            wide = tall * rng.uniform(0.05, 0.085)
            cloud_pen.ellipse(
                [
                    float(v) * scale
                    for v in (at[0] - 1.2 * wide, at[1] - 0.8 * wide, at[0] + 1.2 * wide, at[1] + 0.25 * wide)
                ],
                fill=170,
            )
            for _ in range(3):
                heart = at + rng.normal(0, wide * 0.42, 2) * (1.3, 0.35)
                for angle in np.linspace(-np.pi * 1.04, np.pi * 0.04, 13) + rng.normal(0, 0.09, 13):
                    long = wide * rng.uniform(0.55, 0.95)
                    tip = heart + long * np.array([np.cos(angle), np.sin(angle) * 0.75])
                    ends = [(float(p[0]) * scale, float(p[1]) * scale) for p in (heart, tip)]
                    needle_pen.line(ends, fill=int(rng.integers(120, 255)), width=max(round(0.62 * scale), 1))
    bark = scroll.pen(trunk, 0.4)
    edge = (bark - scroll.sheet.blur(bark, 1.6)).clip(0, 1)
    scales = smoothstep(-0.2, 1.0, sheet.noise(4.6, 2, (1, 1.3)) + 0.3 * scroll.dry)
    scroll.lift(0.8 * bark)
    scroll.wash(bark * (0.30 + 0.55 * scales + 0.8 * edge) * tone, INK)
    scroll.wash(bark * 0.25 * tone, OCHRE)
    halo = scroll.pen(cloud, 2.2)
    scroll.lift(0.25 * halo)
    scroll.wash(0.24 * halo * tone, MALACHITE)
    scroll.wash(0.08 * halo * tone, INK)
    scroll.wash(0.70 * scroll.pen(needles, 0.3) * tone, INK)


def _water(scroll: Scroll, top: float) -> None:
    sheet = scroll.sheet
    x, y = sheet.x, sheet.y + 0.4 * scroll.creep_y
    down = (y - top).clip(0, None)
    ripple = noise_at(scroll.table, x / 70 + 11, np.log1p(down / 30) * 15, 2)
    crests = noise_at(scroll.table, x / 30 + 3, np.log1p(down / 30) * 40, 2)
    strokes = smoothstep(0.5, 1.5, crests + 0.35 * ripple + 0.3 * scroll.dry) * smoothstep(0, 60, down)
    scroll.wash(0.24 * strokes, 0.6 * INK + 0.5 * INDIGO)
    scroll.wash(0.10 * smoothstep(-0.5, 1.2, ripple) * smoothstep(0, 80, down), INDIGO)


def _boat(scroll: Scroll, at: tuple[float, float], long: float) -> None:
    sheet = scroll.sheet
    draw, pen = sheet.mask()
    s = np.linspace(-1, 1, 15)
    hull = np.stack([at[0] + long * s, at[1] - 0.16 * long * s**2], 1)
    _stroke(pen, hull, long * 0.085 * (1.15 - s**2), sheet.scale, 255)

    def at_(u: float, v: float) -> tuple[float, float]:
        return ((at[0] + long * u) * sheet.scale, (at[1] - long * v) * sheet.scale)

    pen.chord([at_(-0.52, 0.40), at_(0.12, -0.34)], 180, 360, fill=150)
    pen.polygon([at_(0.36, 0.0), at_(0.44, 0.36), at_(0.56, 0.34), at_(0.62, 0.0)], fill=235)
    pen.polygon([at_(0.34, 0.36), at_(0.50, 0.52), at_(0.68, 0.36)], fill=255)
    pen.line([at_(0.5, 0.3), at_(1.32, 0.62)], fill=220, width=max(round(0.7 * sheet.scale), 1))
    pen.line([at_(1.32, 0.62), at_(1.36, -0.06)], fill=130, width=1)
    scroll.wash(0.95 * scroll.pen(draw, 0.35), INK)
    under, pen = sheet.mask()
    for k in range(6):
        v = -0.10 - 0.055 * k
        pen.line(
            [at_(-0.8 + 0.09 * k, v), at_(0.85 - 0.12 * k, v)],
            fill=150 - 18 * k,
            width=max(round(0.9 * sheet.scale), 1),
        )
    scroll.wash(0.5 * scroll.pen(under, 0.8), INK)


def _seal(sheet: Sheet, at: tuple[float, float], side: float) -> Array:
    """A carved seal: strokes left standing in cinnabar, worn at the edge."""
    draw, pen = sheet.mask()

    def box(a: float, b: float, c: float, d: float, fill: int) -> None:
        corners = (at[0] + a * side, at[1] + b * side, at[0] + c * side, at[1] + d * side)
        pen.rectangle([v * sheet.scale for v in corners], fill=fill)

    box(0, 0, 1, 1, 255)
    # Two columns of meander, cut away.
    for left in (0.10, 0.54):
        for k in range(4):
            top = 0.10 + 0.21 * k
            box(left, top, left + 0.36, top + 0.055, 0)
            box(left + (0.30 if k % 2 else 0.0), top, left + (0.36 if k % 2 else 0.06), top + 0.21, 0)
            box(left + 0.15, top + 0.10, left + 0.21, top + 0.17, 0)
    worn = smoothstep(1.5, 0.7, sheet.noise(3, 2) + 0.4 * sheet.noise(12))
    return np.asarray(smoothstep(0.3, 0.7, sheet.blur(np.asarray(draw, np.float32) / 255, 0.5)) * worn)


def _sky(scroll: Scroll) -> Array:
    """Old paper, a first pale wash and the sun; returns where the clouds are."""
    sheet, x, y = scroll.sheet, scroll.sheet.x, scroll.sheet.y
    # Sky that was wetted and tilted.
    cloud = sheet.noise(170, 5, (1.7, 0.7))
    scroll.wash(0.10 * smoothstep(-0.6, 1.6, cloud) + 0.06 * smoothstep(260, 0, y), 0.5 * INK + 0.6 * INDIGO)
    tide = np.abs(sheet.noise(120, 4, (1.6, 0.8)))
    scroll.wash(0.018 * smoothstep(0.08, 0.0, tide) + 0.06 * smoothstep(0.9, 0.0, tide), OCHRE + 0.2 * INK)
    # The wide flat brush that laid it has left its tracks.
    drift = y + 26 * np.sin(x / 160 + 1) + 14 * cloud + 0.8 * scroll.creep_y
    tracks = noise_at(scroll.table, x / 150 + 0.5 * cloud, drift / 15, 3)
    hairs = noise_at(scroll.table, x / 55 + 60, drift / 3.2, 2)
    band = smoothstep(0.0, 1.3, tracks + 0.20 * hairs + 0.25 * scroll.dry * smoothstep(0.2, 1.0, tracks))
    scroll.wash(0.115 * band * smoothstep(640, 470, y), 0.55 * INK + 0.5 * INDIGO)
    away = np.hypot(x - 158 + 0.15 * scroll.creep_x, y - 128 + 0.15 * scroll.creep_y)
    scroll.wash(
        smoothstep(39, 37, away)
        * (0.60 + 0.10 * sheet.noise(30, 2) + 0.25 * smoothstep(34, 38, away))
        * smoothstep(190, 118, y + 8 * cloud),
        CINNABAR,
    )
    return cloud


def _far_peaks(scroll: Scroll, cloud: Array) -> None:
    """Peaks behind the lake, and mist before them."""
    sheet, x, y = scroll.sheet, scroll.sheet.x, scroll.sheet.y
    for at, top, wide, power, foot, tone, near in (
        (70, 236, 62, 1.7, 430, 0.36, 0.0), (222, 186, 46, 2.2, 430, 0.38, 0.0), (300, 226, 50, 1.8, 430, 0.36, 0.0),
        (566, 160, 60, 1.9, 430, 0.38, 0.0), (146, 276, 44, 2.0, 450, 0.42, 0.1), (338, 156, 34, 2.4, 460, 0.50, 0.15),
        (474, 66, 48, 2.6, 480, 0.62, 0.28), (404, 118, 38, 2.6, 480, 0.66, 0.32), (540, 190, 50, 2.2, 490, 0.66, 0.38),
        (322, 262, 46, 2.0, 500, 0.70, 0.45), (18, 286, 60, 2.1, 530, 0.74, 0.48), (92, 342, 50, 2.0, 550, 0.80, 0.55),
        (436, 270, 62, 2.1, 570, 0.9, 0.62), (556, 316, 66, 2.0, 590, 0.95, 0.7),
    ):  # fmt: skip
        _peak(scroll, at, top, wide, power, foot, tone, near)
    # Mist drawn across with a wet brush.
    for level, deep in ((438, 36), (548, 34)):
        band = np.exp(-(((y - level + 16 * np.sin(x / 90 + level) + 8 * cloud) / deep) ** 2))
        scroll.lift(0.62 * band * smoothstep(-1.4, 0.8, sheet.noise(110, 3, (2.6, 0.6)) + 0.4))


def _shore(scroll: Scroll) -> None:
    """What is near: rocks and pines."""
    for at, top, wide, power, foot, tone, near in (
        (610, 566, 120, 1.5, 860, 1.0, 0.9), (470, 668, 110, 1.5, 960, 1.0, 1.0), (-6, 676, 100, 1.5, 960, 1.0, 1.0),
    ):  # fmt: skip
        _peak(scroll, at, top, wide, power, foot, tone, near)
    _pine(scroll, (560, 610), 210, -0.28, 0.6)
    _pine(scroll, (474, 690), 300, -0.22, 1.0)
    _pine(scroll, (26, 700), 96, 0.2, 0.8)


def _birds(scroll: Scroll) -> None:
    sheet = scroll.sheet
    birds, pen = sheet.mask()
    for k in range(7):
        bx, by, w = 232 + 15 * k + sheet.rng.normal(0, 3), 92 + 7 * abs(k - 2) + sheet.rng.normal(0, 2), 4.6 - 0.25 * k
        for side in (-1, 1):
            s = np.linspace(0, 1, 6)
            _stroke(
                pen,
                np.stack([bx + side * w * s, by - 0.55 * w * np.sin(s * 2.4)], 1),
                1.3 * (1 - 0.7 * s),
                sheet.scale,
                230,
            )
    scroll.wash(0.8 * scroll.pen(birds, 0.3), INK)


def _on_paper(scroll: Scroll) -> Image.Image:
    """The washes on their paper, with a seal."""
    sheet = scroll.sheet
    pulp = 0.5 * sheet.noise(2.4) + 0.7 * sheet.noise(10, 3)
    fibres = sheet.fibres(1500, 40)
    paper = PAPER * (1 + 0.022 * pulp - 0.06 * fibres)[..., None]
    # Fibres drink more ink than the pulp between them.
    picture = paper * np.exp(-scroll.density * (1 + 0.25 * fibres + 0.05 * pulp)[..., None])
    seal = _seal(sheet, (534, 28), 32)
    picture = picture * (1 - seal[..., None] * (1 - rgb("bf2a1c") / PAPER * 0.98))
    return sheet.finish(picture * (1 + 0.04 * sheet.relief(pulp + 2 * fibres, 0.1))[..., None])


def draw(size: int = 768) -> Image.Image:
    scroll = Scroll(Sheet(size, WIDTH, HEIGHT, seed=64))
    cloud = _sky(scroll)
    _far_peaks(scroll, cloud)
    _water(scroll, 540)
    _boat(scroll, (214, 640), 40)
    _shore(scroll)
    _birds(scroll)
    return _on_paper(scroll)
