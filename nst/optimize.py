"""The custom path: any photo in the style of any painting, by optimising pixels from coarse to fine.

Gatys, Ecker and Bethge, "A Neural Algorithm of Artistic Style" (2015). Each loss is relative to the size of its target,
so that layers, scales and encoders can share one set of weights.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from nst.encoders import ENCODERS, Encoder, load_encoder
from nst.errors import UserError
from nst.images import fit, keep_colors, luminance, resize
from nst.lbfgs import Lbfgs
from nst.losses import Statistics, content_loss, statistics, style_loss, total_variation
from nst.runtime import place
from nst.settings import Checked, option

COARSEST = 96  # px; no scale has a shorter long side unless the picture itself does
HISTORY = 10  # steps that L-BFGS remembers
FIRST_STEP = 0.01  # of each scale, by which a pixel changes on average
SHARES = (0.45, 0.33, 0.22)  # of the steps for each scale, coarse to fine: what is coarse is cheap


@dataclass(frozen=True)
class OptimizeSettings(Checked):
    """How a painting is made; every value is checked when the object is made (`UserError`)."""

    size: int = option(
        512, "Long side of the result in pixels; a photo is never enlarged", low=16, high=4096, step=16, whole=True
    )
    steps: int = option(150, "How often the picture is improved, over all scales", low=1, high=2000, step=1, whole=True)
    style_weight: float = option(15.0, "How much the painting counts", low=0, high=200, step=1)
    content_weight: float = option(1.0, "How much the photo counts", low=0, high=20, step=0.1)
    tv_weight: float = option(
        3.0, "How much flat and smooth areas are favoured (total variation)", low=0, high=100, step=0.5
    )
    init: str = option("content", "What the canvas shows first", choices=("content", "noise", "style", "blend"))
    optimizer: str = option("lbfgs", "How the pixels are improved", choices=("lbfgs", "adam"))
    encoder: str = option("compact", "The network that looks at the pictures", choices=ENCODERS)
    content_layers: tuple[str, ...] = option((), "Layers that compare with the photo; none: the encoder's own")
    style_layers: tuple[str, ...] = option((), "Layers that compare with the painting; none: the encoder's own")
    style_layer_weights: tuple[float, ...] = option((), "A weight for each style layer; none: all alike")
    keep_colors: bool = option(False, "Keep the photo's colours; only light and dark are painted")
    seed: int = option(0, "Which noise to start from", low=0, high=2**31 - 1, step=1, whole=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.content_weight == self.style_weight == 0:
            raise UserError("Content weight and style weight cannot both be 0.")


@dataclass(frozen=True)
class Frame:
    """One step of an optimisation."""

    step: int  # from 1
    of: int
    picture: Tensor  # (1, 3, H, W) in [0, 1] on the CPU; smaller than the result while the scale is coarse
    content_loss: float
    style_loss: float
    total_loss: float  # what is descended: the weighted sum with total variation
    seconds: float  # since the start
    seconds_left: float  # an estimate


@dataclass(frozen=True)
class Targets:
    """What the picture of one scale is compared with, by layer."""

    content: Mapping[str, Tensor]  # feature maps
    style: Mapping[str, Statistics]
    style_weights: Mapping[str, float]  # sum to 1


def optimize(
    photo: Tensor, painting: Tensor, settings: OptimizeSettings = OptimizeSettings()
) -> Generator[Frame, None, None]:
    """Paints the photo `(1, 3, H, W)` like the painting `(1, 3, h, w)`, yielding a frame after every step.

    The last frame's picture is the result. Closing the iterator ends the work and frees its memory. Raises `UserError`
    for layers that the encoder has not, and where the encoder's weights cannot be had.
    """
    start = time.monotonic()
    encoder = load_encoder(settings.encoder)
    settings = _with_layers(settings, encoder)
    photo, painting = place(photo), place(painting)
    if settings.keep_colors:
        painting = luminance(painting)
    plan = schedule(max(photo.shape[2:]), settings)
    # A step's cost: its pixels, and some for what each step costs however small the picture is.
    costs = [(long_side / plan[-1][0]) ** 2 + 0.05 for long_side, steps in plan for _ in range(steps)]
    step = 0
    picture: Tensor | None = None
    for long_side, steps in plan:
        content = resize(photo, *_shape(photo, long_side))
        targets = _targets(content, resize(painting, *_shape(painting, long_side)), encoder, settings)
        picture = _initial(content, painting, settings) if picture is None else resize(picture, *content.shape[2:])
        canvas = _Canvas(picture, targets, encoder, settings)
        for _ in range(steps):
            losses = canvas.improve()
            step += 1
            seconds = time.monotonic() - start
            picture = shown = canvas.picture.detach().clamp(0, 1)
            shown = keep_colors(shown, content) if settings.keep_colors else shown
            left = seconds * sum(costs[step:]) / sum(costs[:step])
            yield Frame(step, len(costs), shown.cpu(), *losses, seconds, left)


def schedule(photo_long_side: int, settings: OptimizeSettings) -> list[tuple[int, int]]:
    """The scales of a run as (long side, steps), coarse to fine; the steps add up to the settings'."""
    final = min(settings.size, photo_long_side)
    sides = [final]
    while len(sides) < len(SHARES) and sides[0] // 2 >= COARSEST:
        sides.insert(0, sides[0] // 2)
    shares = (sum(SHARES[: len(SHARES) - len(sides) + 1]), *SHARES[len(SHARES) - len(sides) + 1 :])
    counts = [round(settings.steps * share) for share in shares]
    counts[-1] += settings.steps - sum(counts)
    return [(side, count) for side, count in zip(sides, counts, strict=True) if count > 0]


def _shape(picture: Tensor, long_side: int) -> tuple[int, int]:
    """Height and width of the picture with that long side, or its own where it is smaller."""
    width, height = fit(picture.shape[3], picture.shape[2], long_side)
    return height, width


def _with_layers(settings: OptimizeSettings, encoder: Encoder) -> OptimizeSettings:
    """The settings with the encoder's own layers where none are named."""
    style = settings.style_layers or encoder.style_layers
    content = settings.content_layers or encoder.content_layers
    encoder.check([*style, *content])
    weights = settings.style_layer_weights or (1.0,) * len(style)
    if len(weights) != len(style) or not all(0 <= weight < float("inf") for weight in weights) or not sum(weights):
        raise UserError(f"Style layer weights are {len(style)} numbers here, one for each style layer, not all 0.")
    return replace(settings, style_layers=style, content_layers=content, style_layer_weights=weights)


@torch.no_grad()
def _targets(content: Tensor, style: Tensor, encoder: Encoder, settings: OptimizeSettings) -> Targets:
    weights = zip(settings.style_layers, settings.style_layer_weights, strict=True)
    features = encoder(style, settings.style_layers)
    return Targets(
        content=encoder(content, settings.content_layers),
        style={name: statistics(value) for name, value in features.items()},
        style_weights={name: weight / sum(settings.style_layer_weights) for name, weight in weights},
    )


def _initial(content: Tensor, painting: Tensor, settings: OptimizeSettings) -> Tensor:
    """The first canvas, of the content's shape."""
    if settings.init == "content":
        return content.clone()
    if settings.init == "style":
        return resize(painting, *content.shape[2:])
    generator = torch.Generator().manual_seed(settings.seed)
    noise = torch.rand(content.shape, generator=generator).to(content)
    return noise if settings.init == "noise" else content.lerp(noise, 0.5)


class _Canvas:
    """The picture of one scale, and the optimiser that paints it."""

    def __init__(self, picture: Tensor, targets: Targets, encoder: Encoder, settings: OptimizeSettings) -> None:
        # L-BFGS flattens its vectors: it wants them contiguous, while the network wants channels_last.
        self.picture = picture.clone(memory_format=torch.contiguous_format).requires_grad_()
        self.targets, self.encoder, self.settings = targets, encoder, settings
        self.optimizer: Lbfgs | torch.optim.Optimizer
        if settings.optimizer == "lbfgs":
            self.optimizer = Lbfgs(self.picture.detach(), HISTORY, FIRST_STEP)
        else:
            self.optimizer = torch.optim.Adam([self.picture], lr=0.03, betas=(0.9, 0.99))

    def improve(self) -> tuple[float, float, float]:
        """Paints one step; returns the content, style and total loss that it started from."""
        losses, gradient = self._evaluate()
        if isinstance(self.optimizer, Lbfgs):
            self.optimizer.step(gradient)
        else:
            self.picture.grad = gradient.contiguous()
            self.optimizer.step()
        content, style, total = losses.tolist()
        return content, style, total

    def _evaluate(self) -> tuple[Tensor, Tensor]:
        """The losses (content, style, total) and the gradient of the total."""
        targets, settings = self.targets, self.settings
        features = self.encoder(
            self.picture.contiguous(memory_format=torch.channels_last), {*targets.content, *targets.style}
        )
        content = torch.stack([content_loss(features[name], target) for name, target in targets.content.items()]).mean()
        style = torch.stack([
            targets.style_weights[name] * style_loss(statistics(features[name]), target)
            for name, target in targets.style.items()
        ]).sum()  # fmt: skip
        total = settings.content_weight * content + settings.style_weight * style
        if settings.tv_weight:
            total = total + settings.tv_weight * total_variation(self.picture)
        return torch.stack([content, style, total]).detach(), torch.autograd.grad(total, self.picture)[0]
