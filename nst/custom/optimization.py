"""The custom path: any photo in the style of any paintings, by optimising pixels from coarse to fine.

Gatys, Ecker and Bethge, "A Neural Algorithm of Artistic Style" (2015), with the spatial control of Gatys et al.,
"Controlling Perceptual Factors in Neural Style Transfer" (2017).
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from nst.common.bilateral import without_grain
from nst.common.brushwork import brushed
from nst.common.colors import luminance, match_colors, match_luminance
from nst.common.encoders import ENCODERS, Encoder, load_encoder
from nst.common.errors import UserError
from nst.common.images import fit, resize
from nst.common.memory import give_back
from nst.common.runtime import finished_on_cpu, place
from nst.common.settings import Checked, option
from nst.custom.canvas import Canvas
from nst.custom.frame import Finish, Frame
from nst.custom.objective import Objective, Region, Weights
from nst.custom.style import measure, mix
from nst.custom.tiling import GRID

COARSEST = 96  # px; no scale has a shorter long side unless the picture itself does
DECAY = 0.75  # steps of a scale by those of the next coarser one: what is coarse is cheap, and decides the most
DETAILED_DECAY = 1 / 3  # where a scale begins with the photo's details
DETAILED_LEAST = 0.3  # times the coarsest scale's steps: no scale has fewer
FIRST_STEP = 0.01  # of each scale, by which a pixel changes on average
FIRST_STEP_ONWARD = 0.001  # where a run goes on from a picture, which it would spoil
SKETCHED = 640  # px, the long side at which a photo gets its strokes
GRAINY = 768  # px, the long side of paintings whose grain is as strong as the setting says
NEIGHBORS_DECAY = 0.4  # times as much as at the next coarser scale count neighbours, which decide what goes where
NEIGHBORS_SCALES = 3  # the coarsest, after which that is decided
SAFER = 0.25  # times those first steps, after a restart
RESTARTED = "The picture came apart: it went back to the last good one, and goes on with smaller steps."
GIVEN_UP = "The picture came apart again: the last good one stands."


@dataclass(frozen=True)
class OptimizeSettings(Checked):
    """How a painting is made; every value is checked when the object is made (`UserError`)."""

    size: int = option(512, "Long side of the result in pixels", low=16, high=4096, step=16, whole=True)
    enlarge: bool = option(True, "Enlarge a smaller photo to that size; otherwise the result is as large as the photo")
    steps: int = option(100, "How often the picture is improved, over all scales", low=1, high=2000, step=1, whole=True)
    style_weight: float = option(5.0, "How much the painting counts", low=0, high=200, step=0.1)
    content_weight: float = option(1.0, "How much the photo counts", low=0, high=20, step=0.01)
    neighbors: float = option(
        2.4, "How much every place is drawn to what of the painting is most like it; 0 leaves them to the whole alone",
        low=0, high=20, step=0.1,
    )  # fmt: skip
    tv_weight: float = option(
        5.0, "How much flat and smooth areas are favoured (total variation)", low=0, high=100, step=0.5
    )
    style_scale: float = option(
        1.25, "Size of the painting's texture; 2 doubles it, as far as the painting is large enough", low=0.25, high=4,
        step=0.05,
    )  # fmt: skip
    grain: float = option(
        0.07, "How much of a painting is taken for canvas, paper and print, which are left out", low=0, high=0.3,
        step=0.01,
    )  # fmt: skip
    brushwork: float = option(
        0.03, "How strong soft strokes are that the photo gets first, along its forms, for the brush to follow", low=0,
        high=0.2, step=0.01,
    )  # fmt: skip
    coherence: bool = option(True, "Smooth strokes along their lines and sharpen them across")
    colors: str = option(
        "painting",
        "Whose colours: the painting's, the photo's by matching the painting to them (histogram), or the photo's own "
        "with only light and dark painted (luminance)",
        choices=("painting", "histogram", "luminance"),
    )
    look: str = option(
        "full",
        "What of the painting: all of it, or its colours and finest grain alone",
        choices=("full", "colors"),
    )
    painting_weights: tuple[float, ...] = option((), "A weight for each painting; none: all alike")
    outside: str = option(
        "photo",
        "What is outside of the mask: the photo as it is, or the last of several paintings",
        choices=("photo", "painting"),
    )
    feather: float = option(2.0, "How soft the mask's edges are, in percent of the long side", low=0, high=20, step=0.5)
    seamless: bool = option(False, "Let the result's opposite edges fit together, so that it can be laid like tiles")
    init: str = option("content", "What the canvas shows first", choices=("content", "noise", "style", "blend"))
    optimizer: str = option("lbfgs", "How the pixels are improved", choices=("lbfgs", "adam"))
    encoder: str = option("compact", "The network that looks at the pictures", choices=ENCODERS)
    content_layers: tuple[str, ...] = option((), "Layers that compare with the photo; none: the encoder's own")
    style_layers: tuple[str, ...] = option((), "Layers that compare with the painting; none: the encoder's own")
    style_layer_weights: tuple[float, ...] = option((), "A weight for each style layer; none: all alike")
    seed: int = option(0, "Which noise to start from", low=0, high=2**31 - 1, step=1, whole=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.content_weight == self.style_weight == 0:
            raise UserError("Content weight and style weight cannot both be 0.")

    @property
    def painting_size(self) -> int:
        """The long side in pixels beyond which a painting brings nothing more."""
        return math.ceil(self.size * max(1.0, self.style_scale))


def optimize(
    photo: Tensor,
    paintings: Tensor | Sequence[Tensor],
    settings: OptimizeSettings = OptimizeSettings(),
    *,
    mask: Tensor | None = None,
    start: Tensor | None = None,
) -> Generator[Frame, None, None]:
    """Paints the photo `(1, 3, H, W)` like the paintings, each `(1, 3, h, w)`, yielding a frame after every step.

    The last frame's picture is the result. Closing the iterator ends the work and frees its memory. `mask`,
    `(1, 1, h, w)` in [0, 1], is where the style goes. `start` is a picture to go on from, at the scale that it has, in
    place of the first canvas. Where a GPU has no memory left, the CPU goes on from the last frame, and the next has a
    note about that. Raises `UserError` for layers that the encoder has not, for weights that are not one for each
    painting, and where the encoder's weights cannot be had.
    """
    last: Frame | None = None

    def begin(note: str) -> Generator[Frame, None, None]:
        nonlocal last
        for frame in _optimize(photo, paintings, settings, mask, start, last):
            last = replace(frame, note=f"{note} {frame.note}".strip())
            note = ""
            yield last

    yield from finished_on_cpu(begin)


def _optimize(
    photo: Tensor,
    paintings: Tensor | Sequence[Tensor],
    settings: OptimizeSettings,
    mask: Tensor | None,
    start: Tensor | None,
    last: Frame | None,
) -> Generator[Frame, None, None]:
    """What `optimize` does, from a frame on where it was interrupted."""
    clock = time.monotonic() - (last.seconds if last else 0)
    encoder = load_encoder(settings.encoder)
    settings = _with_layers(settings, encoder)
    if settings.enlarge and max(photo.shape[2:]) < settings.size:
        photo = resize(photo, *reversed(fit(photo.shape[3], photo.shape[2], settings.size, enlarge=True)))
    sketch = place(_sketched(photo, settings))
    photo = place(photo)
    works = _recolored([paintings] if isinstance(paintings, Tensor) else paintings, photo, settings)
    plan = schedule(max(photo.shape[2:]), settings, max(start.shape[2:]) if start is not None else 0)
    # A step's cost: its pixels, and some for what each step costs however small the picture is.
    costs = [(long_side / plan[-1][0]) ** 2 + 0.05 for long_side, steps in plan for _ in range(steps)]
    step, restarts, begun = (last.step, 0, last.painted) if last else (0, 0, start)
    picture, onward = None if begun is None else _to_compare(place(begun), settings), begun is not None
    ahead = list(_after(step, plan))
    sizes = [_shape(photo, long_side, GRID if settings.seamless else 1) for long_side, _ in ahead]
    views = [(resize(photo, *size), _to_compare(resize(sketch, *size), settings)) for size in sizes]
    del photo, sketch  # as everything of the last scale is that large
    for (_, steps), size in zip(ahead, sizes, strict=True):
        plain, content = views.pop(0)
        soft_mask = None if mask is None else _soft(place(mask), size, settings.feather)
        begun = None if picture is None else _enlarged(picture, content, settings)
        objective = _objective(content, begun, works, soft_mask, encoder, settings)
        picture = _initial(content, works[0], settings) if begun is None else begun
        free = soft_mask if settings.outside == "photo" else None
        first_step = FIRST_STEP_ONWARD if onward else FIRST_STEP
        onward = start is not None
        canvas = Canvas(picture, _to_compare(plain, settings), free, objective, optimizer=settings.optimizer,
                        fine=_is_fine(settings), first_step=first_step, caution=SAFER**restarts)  # fmt: skip
        finish = _finish(plain, free, settings)
        del plain, content, begun
        for _ in range(steps):
            note = ""
            if not canvas.improve():
                restarts += 1
                note = RESTARTED if restarts == 1 else GIVEN_UP
                canvas.begin(SAFER**restarts)
            step += 1
            of = step if note == GIVEN_UP else len(costs)
            seconds = time.monotonic() - clock
            left = seconds * sum(costs[step:of]) / sum(costs[:step])
            picture = canvas.shown()
            yield Frame(step, of, picture, finish, *canvas.losses, seconds, left, note)
            if note == GIVEN_UP:
                return
        del canvas, objective
        give_back()


def _after(done: int, plan: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is left of a plan when so many of its steps are done."""
    for long_side, steps in plan:
        if steps > done:
            yield long_side, steps - done
        done = max(0, done - steps)


def schedule(photo_long_side: int, settings: OptimizeSettings, start_side: int = 0) -> list[tuple[int, int]]:
    """The scales of a run as (long side, steps), coarse to fine, the steps adding up to the settings'.

    Where the start has a long side already, the scales below that are left out, and their steps with them; more of the
    steps are then left for the others.
    """
    final = min(settings.size, photo_long_side)
    sides = [final]
    while sides[0] // 2 >= COARSEST:
        sides.insert(0, sides[0] // 2)
    if _has_details(settings) and not start_side:
        shares = [max(DETAILED_LEAST, DETAILED_DECAY**n) for n in range(len(sides))]
    else:
        shares = [DECAY**n for n in range(len(sides))]
    ends = [int(settings.steps * sum(shares[: n + 1]) / sum(shares)) for n in range(len(sides) - 1)]
    counts = [end - begin for begin, end in zip([0, *ends], [*ends, settings.steps], strict=True)]
    return [
        (side, count)
        for side, count in zip(sides, counts, strict=True)
        if count and (side >= start_side or side == final)
    ]


def _finish(photo: Tensor, mask: Tensor | None, settings: OptimizeSettings) -> Finish:
    own_colors = settings.colors == "luminance"
    behind = photo if own_colors or mask is not None else None
    coherence = settings.coherence and settings.look == "full"  # a photo in other colours keeps its own lines
    return Finish(coherence, settings.seamless, behind, mask, own_colors)


def _sketched(photo: Tensor, settings: OptimizeSettings) -> Tensor:
    """The photo with soft strokes; their size goes with its own, so that a small painting can go on as a large one."""
    if not settings.brushwork or settings.look == "colors":
        return photo
    small = resize(photo, *_shape(photo, SKETCHED))
    strokes = brushed(small, strength=settings.brushwork) - small
    return (photo + F.interpolate(strokes, photo.shape[2:], mode="bicubic")).clamp(0, 1)


def _is_fine(settings: OptimizeSettings) -> bool:
    """Whether each pixel has to move alone: out of noise, and where edges shall fit together."""
    return settings.seamless or settings.init in ("noise", "blend")


def _has_details(settings: OptimizeSettings) -> bool:
    """Whether a scale begins with what its photo has more than the coarser one: half of its steps would go into that.

    Only where the picture began as the photo, and where its edges need not fit together.
    """
    return settings.init == "content" and not settings.seamless


def _to_compare(picture: Tensor, settings: OptimizeSettings) -> Tensor:
    """The picture, in grey where only light and dark are painted."""
    return luminance(picture) if settings.colors == "luminance" else picture


def _recolored(paintings: Iterable[Tensor], photo: Tensor, settings: OptimizeSettings) -> list[Tensor]:
    """The paintings where the work is done, with the colours that they shall have there."""
    works = map(place, paintings)
    if settings.colors == "histogram":
        return [match_colors(work, photo) for work in works]
    if settings.colors == "luminance":
        return [match_luminance(work, photo) for work in works]
    return list(works)


def _shape(picture: Tensor, long_side: float, grid: int = 1) -> tuple[int, int]:
    """Height and width of the picture with that long side, in multiples of `grid`; its own where it is smaller."""
    scale = min(1, long_side / max(picture.shape[2:]))
    height, width = (max(1, round(side * scale / grid)) * grid for side in picture.shape[2:])
    return height, width


def _with_layers(settings: OptimizeSettings, encoder: Encoder) -> OptimizeSettings:
    """The settings with the encoder's own layers where none are named."""
    own = encoder.style_layers, encoder.content_layers
    if settings.look == "colors":  # which the deepest layers care least about
        own = encoder.style_layers[:2], encoder.style_layers[-1:]
    style, content = settings.style_layers or own[0], settings.content_layers or own[1]
    encoder.check([*style, *content])
    shares = _shares(settings.style_layer_weights, len(style), "Style layer weights", "style layer")
    return replace(settings, style_layers=style, content_layers=content, style_layer_weights=shares)


def _shares(weights: Sequence[float], count: int, name: str, what: str) -> tuple[float, ...]:
    """The weights as shares of 1; all alike where there are none."""
    weights = weights or (1.0,) * count
    numbers = [weight for weight in weights if isinstance(weight, int | float) and 0 <= weight < math.inf]
    if not len(weights) == len(numbers) == count or not sum(numbers):
        raise UserError(f"{name}: there must be {count} here, one for each {what}, from 0 up and not all 0.")
    return tuple(weight / sum(weights) for weight in weights)


def _objective(
    content: Tensor,
    begun: Tensor | None,
    paintings: Sequence[Tensor],
    mask: Tensor | None,
    encoder: Encoder,
    settings: OptimizeSettings,
) -> Objective:
    """The objective of one scale, where something is `begun` already or not.

    What is like what, that and the photo tell half each: from the photo alone nothing would follow the strokes that
    are there, and from the picture alone no place would find back from where it once went.
    """
    long_side = max(content.shape[2:])
    weights = _weights(settings, long_side)
    regions = _regions(paintings, long_side, mask, encoder, weights, settings)
    alike = content if begun is None else content.lerp(begun, 0.5)
    return Objective(content, regions, encoder, weights, settings.seamless, alike)


def _weights(settings: OptimizeSettings, long_side: int) -> Weights:
    """Those of one scale."""
    scale = max(0, math.floor(math.log2(long_side / COARSEST)))  # 0 is the coarsest
    # Where there is no photo, or only its colours change, there is nothing to be like.
    finds = settings.look == "full" and settings.content_weight > 0 and scale < NEIGHBORS_SCALES
    shares = dict(zip(settings.style_layers, settings.style_layer_weights, strict=True))
    return Weights(
        content=settings.content_weight,
        style=settings.style_weight,
        total_variation=settings.tv_weight,
        content_layers=settings.content_layers,
        style_layers=shares,
        neighbors=settings.neighbors * settings.style_weight * NEIGHBORS_DECAY**scale * finds,
        neighbor_layers=tuple(name for name, share in shares.items() if share)[-2:],
    )


def _regions(
    paintings: Sequence[Tensor],
    long_side: int,
    mask: Tensor | None,
    encoder: Encoder,
    weights: Weights,
    settings: OptimizeSettings,
) -> list[Region]:
    """The styles of one scale, each in its place."""
    layers = weights.style_layers, weights.neighbor_layers if weights.neighbors else ()
    sizes = (_shape(work, settings.style_scale * long_side) for work in paintings)
    works = (_cleaned(resize(work, *size), settings.grain) for work, size in zip(paintings, sizes, strict=True))
    styles = [measure(work, encoder, *layers) for work in works]
    outside = [Region(styles[-1], 1 - mask)] if mask is not None and settings.outside == "painting" else []
    inside = styles[: len(styles) - len(outside)]
    if not inside:
        raise UserError("A second painting is needed for what is outside of the mask.")
    shares = _shares(settings.painting_weights, len(inside), "Painting weights", "painting that is mixed")
    return [Region(mix(inside, shares), mask), *outside]


def _cleaned(painting: Tensor, grain: float) -> Tensor:
    """The painting of one scale without its grain, which averages out the smaller it is."""
    return without_grain(painting, grain * min(1, max(painting.shape[2:]) / GRAINY))


def _soft(mask: Tensor, size: Sequence[int], feather: float) -> Tensor:
    """The mask at that size, its edges softened over `feather` percent of the long side."""
    if feather:
        mask = resize(mask, *_shape(mask, max(1, round(100 / feather))))
    return resize(mask, *size)


def _enlarged(picture: Tensor, content: Tensor, settings: OptimizeSettings) -> Tensor:
    """The picture of another scale at the size of this one's content, with what only that shows."""
    size = content.shape[2:]
    if settings.seamless:
        return _resize_seamless(picture, *size)
    larger = resize(picture, *size)
    if not _has_details(settings):
        return larger
    return larger + content - resize(resize(content, *picture.shape[2:]), *size)


def _resize_seamless(picture: Tensor, height: int, width: int) -> Tensor:
    """`resize` of a picture that goes on at its opposite edges."""
    borders = [round(GRID * new / old) for new, old in zip((height, width), picture.shape[2:], strict=True)]
    rows, columns = (torch.arange(-GRID, side + GRID) % side for side in picture.shape[2:])
    larger = resize(picture[:, :, rows][:, :, :, columns], height + 2 * borders[0], width + 2 * borders[1])
    return larger[:, :, borders[0] : borders[0] + height, borders[1] : borders[1] + width]


def _initial(content: Tensor, painting: Tensor, settings: OptimizeSettings) -> Tensor:
    """The first canvas, of the content's shape."""
    if settings.init == "content":
        return content.clone()
    if settings.init == "style":
        return resize(painting, *content.shape[2:])
    generator = torch.Generator().manual_seed(settings.seed)
    noise = torch.rand(content.shape, generator=generator).to(content)
    return noise if settings.init == "noise" else content.lerp(noise, 0.5)
