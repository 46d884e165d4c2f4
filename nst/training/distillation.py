"""Distilling the compact encoder from a VGG-19.

The encoder has to pull a picture where VGG-19 would, so what it learns is just that: the gradients of the losses at the
picture (Czarnecki et al., "Sobolev Training for Neural Networks", 2017), on pictures that are on their way from a photo
to a painting's style as the student itself paints them; where it sees what the teacher does not, such a picture goes,
and so does the training. Features come first, as gradients mean little before they are about right: those of the
teacher in the basis of their leading principal components (uncentred, so that Gram matrices keep their distances).

The teacher sees every such picture a few pixels aside, each another way. So the grid that its pooling leaves in its
gradients averages out, and is nothing that the student could learn.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor

from nst.common.encoders import CompactEncoder, Encoder
from nst.common.losses import Statistics, content_loss, gram_matrix, style_loss
from nst.common.runtime import channels_last, precision
from nst.training.data import choose, load_folder, random_crop, uniform
from nst.training.loop import SAVE_EVERY, Losses, train

Features = Mapping[str, Tensor]
LAYERS = CompactEncoder.layers
CONTENT_LAYERS = ("relu2_1", "relu3_1", "relu4_1")  # those that pictures may be held to the photo by
ASIDE = 8  # px, the coarsest that the teacher's layers up to relu4_1 pool to
LOSSES = (*(f"{name} style" for name in LAYERS), *(f"{name} content" for name in CONTENT_LAYERS))
LONGEST_WALK = 60  # steps
FEATURES_FIRST = 0.3  # of all steps; before, the student's gradients lead nowhere
GRADIENTS = 4.0  # how much their errors count beside those of features


@dataclass(frozen=True)
class Settings:
    """How the encoder is distilled; stored in the metadata of the result."""

    steps: int = 2600
    batch: int = 4
    crop: int = 160
    lr: float = 1.5e-3
    seed: int = 0

    @property
    def features_until(self) -> int:
        """How many steps there are before gradients are learned as well, which takes longer."""
        return math.ceil(FEATURES_FIRST * self.steps)


class ReducedTeacher:
    """A VGG-19 whose features have unit energy in all, with the bases that the student gives them in."""

    def __init__(self, network: Encoder, samples: Sequence[Tensor]) -> None:
        """Finds the bases over samples `(1, 3, H, W)`: those of the second moments."""
        self.network = network
        self.bases: dict[str, Tensor] = {}  # `(components, channels)`
        self.energies: dict[str, Tensor] = {}  # of the components, summing to at most 1
        with torch.no_grad():
            grams = [{name: gram_matrix(f)[0].double() for name, f in self(sample).items()} for sample in samples]
        for name, (_, components) in CompactEncoder.projections.items():
            mean = torch.stack([gram[name] for gram in grams]).mean(0)
            values, vectors = torch.linalg.eigh(mean / mean.trace())
            self.bases[name] = (vectors.flip(1)[:, :components].T / mean.trace().sqrt()).float()
            self.energies[name] = values.flip(0)[:components].float()

    def __call__(self, pictures: Tensor) -> dict[str, Tensor]:
        return self.network(pictures.contiguous(memory_format=torch.channels_last), LAYERS)

    def projected(self, features: Features) -> dict[str, Tensor]:
        """What the student's heads should give."""
        return {name: F.conv2d(features[name].float(), basis[:, :, None, None]) for name, basis in self.bases.items()}


class Walk:
    """A picture `(1, 3, H, W)` on its way from a photo to a painting's style, one step of Adam at a time."""

    def __init__(self, start: Tensor, work: Tensor, teacher: ReducedTeacher, generator: torch.Generator) -> None:
        """`start` and `work`, the painting, are of one shape; the length of the way is drawn, and how it is seen."""
        self.start, self.work, self.picture = start, work, start.clone()
        self.momentum, self.squares = torch.zeros_like(start), torch.zeros_like(start)
        self.taken, self.length = 0, int(torch.randint(1, LONGEST_WALK + 1, (), generator=generator))
        self.aside: list[int] = torch.randint(ASIDE, (2,), generator=generator).tolist()
        with torch.no_grad():
            self.style, self.content = moments(teacher(self.moved(work))), teacher(self.moved(start))

    def moved(self, picture: Tensor) -> Tensor:
        """The picture as the teacher sees it, a few pixels aside."""
        down, right = self.aside
        return F.pad(picture, (right, ASIDE - right, down, ASIDE - down), mode="reflect")

    def step(self, gradient: Tensor) -> None:
        """Goes one step (Kingma and Ba 2015) against the gradient, shorter and shorter towards the end."""
        self.taken += 1
        self.momentum.lerp_(gradient, 0.1)
        self.squares.lerp_(gradient.square(), 0.01)
        mean, square = self.momentum / (1 - 0.9**self.taken), self.squares / (1 - 0.99**self.taken)
        rate = 0.002 + 0.028 * (1 - self.taken / self.length)
        self.picture = (self.picture - rate * mean / square.sqrt().clamp_min(1e-12)).clamp_(0, 1)


def moments(features: Features) -> dict[str, Statistics]:
    """`nst.common.losses.statistics` of every layer, by operations that can be differentiated twice."""
    found = {}
    for name, value in features.items():
        flat = value.flatten(2).float()
        mean = flat.mean(2)
        centred = flat - mean[:, :, None]
        found[name] = Statistics(mean, centred @ centred.transpose(1, 2) / flat.shape[2])
    return found


def draw_weights(count: int, generator: torch.Generator) -> Tensor:
    """What of the losses counts for each of `count` pictures, `(N, style layers + content layers)`.

    One time in two all layers' style and one's content, as in use; otherwise one loss alone, so that each is learned.
    """
    weights = torch.zeros(count, len(LAYERS) + len(CONTENT_LAYERS))
    for row in weights:
        if uniform(generator) < 0.5:
            row[: len(LAYERS)] = 2 * 15 ** uniform(generator) / len(LAYERS)
            row[len(LAYERS) + int(torch.randint(len(CONTENT_LAYERS), (), generator=generator))] = 1
        else:
            row[int(torch.randint(len(row), (), generator=generator))] = 1
    return weights


def gradients(
    pictures: Tensor, features: Features, styles: Mapping[str, Statistics], contents: Features, weights: Tensor
) -> Tensor:
    """The gradient at the pictures `(N, 3, H, W)` of the weighted losses, which can be differentiated again."""
    found = moments(features)
    losses = [style_loss(found[name], styles[name]) for name in LAYERS]
    losses += [content_loss(features[name].float(), contents[name].float()) for name in CONTENT_LAYERS]
    total = (weights * torch.stack(losses, 1)).sum()
    (gradient,) = torch.autograd.grad(total, [pictures], create_graph=True)
    return gradient


class EncoderLesson:
    """What the student is shown, and how far it is from what it should see and where it should pull."""

    def __init__(
        self,
        network: Encoder,
        photos: Sequence[Path],
        paintings: Sequence[Path],
        student: CompactEncoder,
        settings: Settings,
    ) -> None:
        self.student, self.settings = student, settings
        self.photos = [picture for folder in photos for picture in load_folder(folder, 640).values()]
        self.paintings = [work for folder in paintings for work in load_folder(folder, 1024).values()]
        generator = torch.Generator().manual_seed(settings.seed)
        pools = [self.photos, self.paintings] * 32
        self.teacher = ReducedTeacher(
            network, [random_crop(choose(p, generator), 256, (0.5, 1.5), generator) for p in pools]
        )
        self.walks: list[Walk] = []

    def prepare(self) -> None:
        """Gives the student's heads the teacher's bases, which they keep, or the scale of its features."""
        for name, (channels, _) in CompactEncoder.projections.items():
            if channels:
                projection = self.student.heads[name].get_submodule("2").requires_grad_(False)
                projection.load_state_dict({"weight": self.teacher.bases[name][:, :, None, None]})
            else:
                with torch.no_grad():
                    self.student.heads[name].get_parameter("0.weight").mul_(0.1)

    def step(self, n: int, generator: torch.Generator) -> tuple[Tensor, Losses]:
        """The loss of step `n` and its figures."""
        if n < self.settings.features_until:
            pictures = torch.cat([self._mixture(generator) for _ in range(self.settings.batch)])
            return compare(self._see(pictures), self._targets(pictures), self.teacher.energies)
        kept = [walk for walk in self.walks if walk.taken < walk.length]
        self.walks = kept + [self._walk(generator) for _ in range(self.settings.batch - len(kept))]
        return self._go(draw_weights(self.settings.batch, generator))

    def _go(self, weights: Tensor) -> tuple[Tensor, Losses]:
        """One step of all walks: how far the student's features are from the teacher's, and its gradients from its."""
        pictures = torch.cat([walk.picture for walk in self.walks]).requires_grad_()
        seen = [walk.moved(picture[None]) for walk, picture in zip(self.walks, pictures, strict=True)]
        right = gradients(pictures, self.teacher(torch.cat(seen)), *self._goals(), weights).detach()
        with torch.no_grad():
            contents = self._see(torch.cat([walk.start for walk in self.walks]))
        styles = moments(self._see(torch.cat([walk.work for walk in self.walks])))
        features = self._see(pictures)
        own = gradients(pictures, features, styles, contents, weights)
        # Relative to both, which is at most 2, or pictures that have nearly arrived would be all that counts.
        size = right.square().sum((1, 2, 3)) + own.detach().square().sum((1, 2, 3))
        errors = (own - right).square().sum((1, 2, 3)) / size.clamp_min(1e-20)
        loss, figures = compare(features, self._targets(pictures.detach()), self.teacher.energies)
        for walk, gradient, row, error in zip(self.walks, own.detach(), weights, errors.tolist(), strict=True):
            walk.step(gradient[None])
            alone = row.nonzero().flatten().tolist()
            figures[f"{LOSSES[alone[0]]} gradient" if len(alone) == 1 else "gradient"] = error
        return loss + GRADIENTS * errors.mean(), figures

    def _goals(self) -> tuple[dict[str, Statistics], dict[str, Tensor]]:
        """The teacher's statistics of all walks' paintings, and its features of their photos."""
        styles = {
            name: Statistics(*map(torch.cat, zip(*(walk.style[name] for walk in self.walks), strict=True)))
            for name in LAYERS
        }
        return styles, {name: torch.cat([walk.content[name] for walk in self.walks]) for name in CONTENT_LAYERS}

    def _walk(self, generator: torch.Generator) -> Walk:
        work = random_crop(choose(self.paintings, generator), self.settings.crop, (0.3, 1.5), generator)
        return Walk(self._mixture(generator), work, self.teacher, generator)

    def _mixture(self, generator: torch.Generator) -> Tensor:
        return mixture(self.photos, self.paintings, self.settings.crop, generator)

    def _see(self, pictures: Tensor) -> dict[str, Tensor]:
        with torch.autocast("cpu", precision()):
            return self.student(pictures.contiguous(memory_format=torch.channels_last), LAYERS)

    @torch.no_grad()
    def _targets(self, pictures: Tensor) -> dict[str, Tensor]:
        return self.teacher.projected(self.teacher(pictures))


def distil(
    network: Encoder,
    photos: Sequence[Path],
    paintings: Sequence[Path],
    out: Path,
    folder: Path,
    settings: Settings = Settings(),
    say: Callable[[str], None] = print,
    save_every: int = SAVE_EVERY,
) -> None:
    """Trains the compact encoder and writes it to `out` as fp16 safetensors; `folder` keeps the state and the log.

    `network` is the VGG-19 to learn from; `photos` and `paintings` are folders.
    """
    torch.manual_seed(settings.seed)
    student = channels_last(CompactEncoder())
    lesson = EncoderLesson(network, photos, paintings, student, settings)
    lesson.prepare()

    def save(done: int, weights: dict[str, Tensor]) -> None:
        note = {"settings": json.dumps(asdict(settings)), "steps_done": str(done)}
        half = {key: value.half().contiguous() for key, value in weights.items()}
        save_file(half, out, metadata=note)

    train(student, lesson.step, folder=folder, steps=settings.steps, lr=settings.lr, seed=settings.seed, on_save=save,
          say=say, save_every=save_every, changes=[settings.features_until])  # fmt: skip


def compare(features: Features, targets: Features, energies: Features) -> tuple[Tensor, Losses]:
    """How far the student's features are from what they should be, themselves and in their statistics."""
    loss = torch.zeros(())
    figures: Losses = {}
    found, goals = moments(features), moments(targets)
    for name, target in targets.items():
        plain, weighted = _errors(features[name].float(), target, energies[name])
        style = style_loss(found[name], goals[name]).mean()
        loss = loss + weighted + style
        figures |= {name: plain.item(), f"{name} statistics": style.item()}
    return loss, figures


def _errors(value: Tensor, target: Tensor, energies: Tensor) -> tuple[Tensor, Tensor]:
    """Squared errors `(N, C, H, W)` relative to each picture's own energy, or the noisy ones would be all that counts.

    `energies` are those of the channels on average; by the root of their inverse the second figure is weighted, lest
    the brightest components drown the rest.
    """
    size = target.pow(2).mean((2, 3)).sum(1, keepdim=True).clamp_min(0.1 * float(energies.sum()))
    errors = ((value - target).pow(2).mean((2, 3)) / size).mean(0)
    roots = energies.clamp_min(1e-5 * float(energies.sum())).sqrt()
    return errors.sum(), (errors / roots).sum() * energies.sum() / roots.sum()


def mixture(photos: list[Tensor], paintings: list[Tensor], crop: int, generator: torch.Generator) -> Tensor:
    """One training picture: a photo, a painting or a blend, sometimes with noise at a random strength and grain."""
    photo = random_crop(choose(photos, generator), crop, (0.5, 1.5), generator)
    painting = random_crop(choose(paintings, generator), crop, (0.3, 1.5), generator)
    blend = (0.0, 0.0, 1.0, uniform(generator))[int(torch.randint(4, (), generator=generator))]
    picture = photo.lerp(painting, blend)
    if uniform(generator) < 0.2:  # other colours, so that none is only ever seen on its usual things
        picture = picture[:, torch.randperm(3, generator=generator)]
    if uniform(generator) < 0.4:
        grain = 2 ** int(torch.randint(4, (), generator=generator))
        noise = torch.randn((1, 3, -(-crop // grain), -(-crop // grain)), generator=generator)
        noise = F.interpolate(noise, scale_factor=grain, mode="bilinear" if grain > 1 else "nearest")
        strength = 0.4 * uniform(generator) ** 2
        picture = (picture + strength * noise[:, :, :crop, :crop]).clamp(0, 1)
    return picture
