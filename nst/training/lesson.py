"""What a network learns a style by: photos to paint, and how far its paintings are from what they should be.

Johnson, Alahi and Fei-Fei, "Perceptual Losses for Real-Time Style Transfer" (2016). Losses are relative to their
targets, so that no style starves for having small ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from nst.common.brushwork import STRENGTH, brushed, strokes
from nst.common.encoders import Encoder
from nst.common.images import as_float, fit, resize
from nst.common.losses import Statistics, content_loss, statistics, style_loss, total_variation, unfounded_contrast
from nst.common.runtime import channels_last, mixed_precision, place
from nst.quick.networks import StyleNet
from nst.training.data import choose, random_crop
from nst.training.loop import Losses

GRID = 8  # px, the coarsest that the teacher pools to
SAMPLES, SIDE = 3, 384  # photos that are painted as training goes, and their long side in pixels


@dataclass(frozen=True)
class Terms:
    """What counts in a lesson, and how much is seen at a step."""

    batch: int = 4
    crop: int = 256
    style_weight: float = 9.0
    joint: float = 0.75  # share of the style loss that judges the pictures of a step as one
    content_weight: float = 1.0
    tv_weight: float = 1.0
    patch_weight: float = 8.0  # of contrasts that the photo does not call for

    def total(self, parts: Mapping[str, Tensor]) -> Tensor:
        """What is descended: the parts of a loss by their weights."""
        return (
            self.content_weight * parts["content"]
            + self.style_weight * parts["style"]
            + self.tv_weight * parts["variation"]
            + self.patch_weight * parts["patches"]
        )


def network_with(weights: Mapping[str, Tensor], network: StyleNet) -> StyleNet:
    """A network with these weights, ready to run."""
    network.load_state_dict(weights)
    return channels_last(network.eval().requires_grad_(False))


class StyleLesson:
    """Photos to paint, and how far their paintings are from what they should be."""

    def __init__(
        self, pool: Sequence[Tensor], targets: Mapping[str, Statistics], teacher: Encoder, terms: Terms
    ) -> None:
        """`pool` has the photos, uint8 `(3, H, W)`; `targets` the styles' statistics by layer, as of `targets_of`."""
        self.pool, self.targets, self.teacher, self.terms = pool, targets, teacher, terms

    def step(
        self, paint: Callable[[Tensor], Tensor], chosen: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Losses]:
        """`loss` of some photos, which `paint` is given with their strokes."""
        photos = self.photos(generator)
        with mixed_precision():
            painted = paint(self.brushed(photos, generator))
        return self.loss(painted, photos, chosen, generator)

    def photos(self, generator: torch.Generator) -> Tensor:
        """The photos of one step, `(batch, 3, crop, crop)`."""
        crops = [
            random_crop(choose(self.pool, generator), self.terms.crop, (0.5, 1.25), generator)
            for _ in range(self.terms.batch)
        ]
        return place(torch.cat(crops))

    def brushed(self, photos: Tensor, generator: torch.Generator) -> Tensor:
        """The photos as the network gets them: with soft strokes, or fainter ones, or up to twice as strong."""
        strengths = 2 * STRENGTH * torch.rand(len(photos), 1, 1, 1, generator=generator)
        soft = strokes(photos.cpu(), torch.eye(len(photos)), generator)
        return place((photos + place(strengths * soft)).clamp_(0, 1))

    def loss(
        self, painted: Tensor, photos: Tensor, chosen: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Losses]:
        """The loss to descend and its parts, for photos that were painted in the styles `chosen`, `(N,)`.

        The teacher sees them from a corner that is drawn anew each time: it pools, and pictures that were always in
        step with its grid would come to show it.
        """
        down, right = torch.randint(GRID, (2,), generator=generator).tolist()
        painted, photos = (
            each[:, :, down : each.shape[2] - GRID + down, right : each.shape[3] - GRID + right].contiguous(
                memory_format=torch.channels_last
            )
            for each in (painted, photos)
        )
        with torch.no_grad():
            goals = self.teacher(photos, self.teacher.content_layers)
        features = self.teacher(painted, self.teacher.style_layers)
        content = torch.stack([content_loss(features[name], goal) for name, goal in goals.items()]).mean()
        styles = torch.stack([
            self._style(statistics(features[name]), target, chosen) for name, target in self.targets.items()
        ])  # fmt: skip
        parts = {
            "content": content,
            "style": styles.mean(),
            "variation": total_variation(painted),
            "patches": unfounded_contrast(painted, photos),
        }
        layers = {f"style {name}": loss for name, loss in zip(self.targets, styles, strict=True)}
        return self.terms.total(parts), {name: loss.item() for name, loss in (parts | layers).items()}

    def _style(self, found: Statistics, target: Statistics, chosen: Tensor) -> Tensor:
        """How far pictures are from the styles `chosen`: a part each for itself, a part those of one style together.

        Each for itself has all colours of its painting to show, a clear sky too: they come out in patches that belong
        to nothing. Together, what is blue can be in one picture and what is red in another.
        """
        own = style_loss(found, Statistics(*(part[chosen] for part in target))).mean()
        together = own.new_zeros(())
        for style in set(chosen.tolist()):
            alike = chosen == style
            one = pooled(Statistics(*(part[alike] for part in found)))
            loss = style_loss(one, Statistics(*(part[style][None] for part in target))).sum()
            together = together + loss * alike.sum() / len(chosen)
        return own.lerp(together, self.terms.joint)


def pooled(found: Statistics) -> Statistics:
    """The statistics of several pictures of one size as of one picture, `(1, C)` and `(1, C, C)`."""
    mean = found.mean.mean(0, keepdim=True)
    around = found.mean - mean
    return Statistics(mean, found.covariance.mean(0, keepdim=True) + (around.T @ around / len(around))[None])


@torch.no_grad()
def targets_of(works: Sequence[Tensor], teacher: Encoder) -> dict[str, Statistics]:
    """The statistics of paintings, uint8 `(3, H, W)`, by layer, in their order."""
    found: dict[str, list[Statistics]] = {name: [] for name in teacher.style_layers}
    for work in works:
        for name, value in teacher(place(work[None].float() / 255), teacher.style_layers).items():
            found[name].append(statistics(value))
    return {name: Statistics(*map(torch.cat, zip(*each, strict=True))) for name, each in found.items()}


@torch.inference_mode()
def contact_sheet(networks: Sequence[StyleNet], photos: Sequence[Tensor]) -> Tensor:
    """A row for every network, a column for each of some photos, uint8 `(3, H, W)`, cut to squares."""
    samples = [as_float(photo[None]) for photo in photos[:: -(-len(photos) // SAMPLES)]]
    samples = [resize(photo, *reversed(fit(photo.shape[3], photo.shape[2], SIDE))) for photo in samples]
    side = min(min(sample.shape[2:]) for sample in samples)
    rows = [torch.cat([network(brushed(sample))[:, :, :side, :side] for sample in samples], 3) for network in networks]
    return torch.cat(rows, 2)
