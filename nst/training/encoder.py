"""Distilling the compact encoder from a slim VGG-19.

Every stage learns to give the teacher's activations at the same depth; at first from the teacher's own activations a
stage earlier, which lets the deep stages learn while the shallow ones are still wrong, then more and more from the
student's (scheduled sampling, Bengio et al. 2015). No stage is asked to serve the next. The heads learn the teacher's
heads in the basis of their leading principal components (uncentred, so that Gram matrices keep their distances). Errors
are those of activations (components weighted by the root of their inverse energy, lest the brightest drown the rest)
and of their statistics, on photographs, paintings, blends and noisy versions of them, and on pictures that are being
optimised through the student itself: where it sees what the teacher does not, an optimisation goes, and so does the
training.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor

from nst.common.encoders import CompactEncoder, Vgg19
from nst.common.errors import UserError
from nst.common.losses import content_loss, gram_matrix, statistics, style_loss
from nst.common.runtime import channels_last, precision, prepare
from nst.common.weights import read_safetensors
from nst.training.data import choose, load_folder, random_crop, uniform
from nst.training.loop import train


@dataclass(frozen=True)
class Settings:
    """How the encoder is distilled; stored in the metadata of the result."""

    steps: int = 6500
    batch: int = 4
    crop: int = 192
    lr: float = 1.5e-3
    style_weight: float = 1.0
    seed: int = 0


class Target(NamedTuple):
    """What the student should give at one layer: `(N, C, H, W)` each."""

    activation: Tensor  # at the end of its stage
    feature: Tensor  # from its head


class Teacher:
    """The slim VGG-19, with activations and features of unit energy a channel and of unit energy in all."""

    def __init__(self, path: Path) -> None:
        self.network = prepare(Vgg19(read_safetensors(path), "reflect"))
        self.activation_scales: dict[str, float] = {}
        self.activation_energies: dict[str, Tensor] = {}
        self.bases: dict[str, Tensor] = {}  # `(components, channels)`
        self.energies: dict[str, Tensor] = {}  # of the features' channels, summing to at most 1

    @torch.no_grad()
    def fit(self, samples: list[Tensor]) -> None:
        """Finds scales and bases: those of the second moments over the samples."""
        moments: dict[str, list[Target]] = {name: [] for name in CompactEncoder.layers}
        for sample in samples:
            for name, target in self._raw(sample).items():
                moments[name].append(Target(*(gram_matrix(value)[0].double() for value in target)))
        for name, found in moments.items():
            activation, feature = (torch.stack(each).mean(0) for each in zip(*found, strict=True))
            energy = activation.diagonal()
            stage = CompactEncoder.plan[name][-1]
            if len(energy) != stage:
                raise UserError(f"The teacher's {name} has {len(energy)} channels, and the encoder's {stage}.")
            self.activation_scales[name] = float(energy.mean().rsqrt())
            self.activation_energies[name] = (energy / energy.mean()).float()
            if name in CompactEncoder.projections:
                components = CompactEncoder.projections[name][1]
                values, vectors = torch.linalg.eigh(feature / feature.trace())
                self.bases[name] = (vectors.flip(1)[:, :components].T / feature.trace().sqrt()).float()
                self.energies[name] = values.flip(0)[:components].float()
            else:
                self.energies[name] = (energy / energy.sum()).float()

    @torch.no_grad()
    def __call__(self, pictures: Tensor) -> dict[str, Target]:
        targets = {}
        for name, (activation, feature) in self._raw(pictures).items():
            activation = self.activation_scales[name] * activation
            if name in self.bases:
                targets[name] = Target(activation, F.conv2d(feature, self.bases[name][:, :, None, None]))
            else:
                targets[name] = Target(activation, activation)
        return targets

    def _raw(self, pictures: Tensor) -> dict[str, Target]:
        targets = {}
        for name, value in self.network.activations(pictures, CompactEncoder.layers).items():
            feature = F.relu(self.network.heads[name](value)) if name in CompactEncoder.projections else value
            targets[name] = Target(value.float(), feature.float())
        return targets


def distil(
    teacher_path: Path,
    photos: Path,
    paintings: Path,
    out: Path,
    folder: Path,
    settings: Settings = Settings(),
    say: Callable[[str], None] = print,
) -> None:
    """Trains the compact encoder and writes it to `out` as fp16 safetensors; `folder` keeps the state and the log."""
    torch.manual_seed(settings.seed)
    pictures = list(load_folder(photos, 640).values())
    works = list(load_folder(paintings, 1024).values())
    teacher = Teacher(teacher_path)
    generator = torch.Generator().manual_seed(settings.seed)
    teacher.fit([random_crop(choose(pool, generator), 256, (0.5, 1.5), generator) for pool in [pictures, works] * 64])
    student = channels_last(CompactEncoder())
    for name, basis in teacher.bases.items():
        projection = student.heads[name].get_submodule("2").requires_grad_(False)
        projection.load_state_dict({"weight": basis[:, :, None, None]})
    walk = _Walk(student)

    def step(n: int, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        progress = n / settings.steps
        inputs = torch.cat([_input(pictures, works, settings.crop, generator) for _ in range(settings.batch)])
        if n % WALK == 0:
            walk.start(inputs[:1], random_crop(choose(works, generator), settings.crop, (0.3, 1.5), generator))
        if progress > 0.3:  # before, the student's gradients lead nowhere
            inputs[:1] = walk.step()
        inputs = inputs.contiguous(memory_format=torch.channels_last)
        loss = torch.zeros(())
        figures: dict[str, float] = {}
        x = student.enter(inputs)
        for name, target in teacher(inputs).items():
            with torch.autocast("cpu", precision()):
                x = student.stages[name](x)
                feature = student.heads[name](x).float()
            error = _relative_error(feature, target.feature, teacher.energies[name])
            style = style_loss(statistics(feature), statistics(target.feature)).mean()
            # A covariance does not see signs: matched before the features are about right, it would hold wrong ones.
            ramp = min(1.0, max(0.0, 4 * progress - 1))
            loss = loss + error.weighted + ramp * settings.style_weight * style
            if name in teacher.bases:
                loss = loss + _relative_error(x.float(), target.activation, teacher.activation_energies[name]).weighted
            figures |= {name: error.plain.item(), f"{name} style": style.item()}
            x = target.activation.to(x.dtype) if uniform(generator) > 2 * progress else x.detach()
        return loss, figures

    def save(done: int, weights: dict[str, Tensor]) -> None:
        note = {"settings": json.dumps(asdict(settings)), "steps_done": str(done)}
        half = {key: value.half().contiguous() for key, value in weights.items()}
        save_file(half, out, metadata=note)

    train(
        student,
        step,
        folder=folder,
        steps=settings.steps,
        lr=settings.lr,
        seed=settings.seed,
        on_save=save,
        say=say,
    )


class _Error(NamedTuple):
    plain: Tensor
    weighted: Tensor


def _relative_error(value: Tensor, target: Tensor, energies: Tensor) -> _Error:
    """Squared errors `(N, C, H, W)` relative to each picture's own energy, or the noisy ones would be all that counts.

    `energies` are those of the channels on average; by the root of their inverse the second figure is weighted.
    """
    size = target.pow(2).mean((2, 3)).sum(1, keepdim=True).clamp_min(0.1 * float(energies.sum()))
    errors = ((value - target).pow(2).mean((2, 3)) / size).mean(0)
    roots = energies.clamp_min(1e-5 * float(energies.sum())).sqrt()
    return _Error(errors.sum(), (errors / roots).sum() * energies.sum() / roots.sum())


WALK = 50  # steps; the state is saved at multiples of it


class _Walk:
    """A picture on its way to a painting's style as the student sees it, one step of Adam a call."""

    def __init__(self, student: CompactEncoder) -> None:
        self.student = student

    def start(self, picture: Tensor, painting: Tensor) -> None:
        """Sets out from the picture `(1, 3, H, W)` for the statistics of the painting, of the same shape."""
        self.picture = picture.clone().requires_grad_()
        self.optimizer = torch.optim.Adam([self.picture], lr=0.03, betas=(0.9, 0.99))
        with torch.no_grad():
            self.content = self._see(picture)["relu4_1"]
            self.style = {name: statistics(value) for name, value in self._see(painting).items()}

    def step(self) -> Tensor:
        """Goes one step and gives the picture as it was before."""
        before = self.picture.detach().clone()
        features = self._see(self.picture)
        styles = [style_loss(statistics(features[name]), goal) for name, goal in self.style.items()]
        loss = 15 * torch.stack(styles).mean() + content_loss(features["relu4_1"], self.content).mean()
        (self.picture.grad,) = torch.autograd.grad(loss, [self.picture])
        self.optimizer.step()
        with torch.no_grad():
            self.picture.clamp_(0, 1)
        return before

    def _see(self, picture: Tensor) -> dict[str, Tensor]:
        with torch.autocast("cpu", precision()):
            return self.student(picture.contiguous(memory_format=torch.channels_last), self.student.style_layers)


def _input(photos: list[Tensor], paintings: list[Tensor], crop: int, generator: torch.Generator) -> Tensor:
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
