"""Distilling the compact encoder from VGG-19 and a slim teacher of the same shape.

The targets are the teachers' activations in the basis of their leading principal components (uncentred, so that Gram
matrices keep their distances), scaled so that a feature vector has unit length on average. The student matches the
activations (components weighted by the root of their inverse energy, lest the brightest drown the rest) and their
statistics, on photographs and paintings, blends of them, and noisy versions such as an optimisation walks through.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor

from nst.encoders import CompactEncoder, Vgg19
from nst.losses import gram_matrix, statistics, style_loss
from nst.runtime import channels_last, prepare
from nst.training.data import choose, load_folder, random_crop, uniform
from nst.training.loop import train
from nst.weights import read_safetensors


@dataclass(frozen=True)
class Settings:
    """How the encoder is distilled; stored in the metadata of the result."""

    steps: int = 4200
    batch: int = 4
    crop: int = 192
    lr: float = 2e-3
    style_weight: float = 1.0
    seed: int = 0


class Teacher:
    """Targets for every layer, from the slim teacher and from VGG-19's own first blocks where they are given."""

    def __init__(self, slim: Path, first_blocks: Path | None) -> None:
        self.networks = [prepare(Vgg19(read_safetensors(slim), "reflect"))]
        if first_blocks:
            self.networks.append(prepare(Vgg19(read_safetensors(first_blocks), "reflect")))
        self.bases: dict[str, Tensor] = {}
        self.energies: dict[str, Tensor] = {}

    @torch.no_grad()
    def raw(self, pictures: Tensor) -> dict[str, list[Tensor]]:
        """The activations of every network that has the layer."""
        features: dict[str, list[Tensor]] = {name: [] for name in CompactEncoder.layers}
        for network in self.networks:
            for name, value in network(pictures, [name for name in features if name in network.layers]).items():
                features[name].append(value.float())
        return features

    def fit(self, samples: list[Tensor]) -> None:
        """Finds the basis of each layer: `(components, channels)`, from the second moments over the samples.

        Where two networks have the layer, both have the same say in it.
        """
        moments: dict[str, Tensor] = {name: torch.zeros(()) for name in CompactEncoder.layers}
        sizes: dict[str, list[int]] = {}
        for sample in samples:
            for name, values in self.raw(sample).items():
                moments[name] = moments[name] + gram_matrix(torch.cat(values, 1))[0].double() / len(samples)
                sizes[name] = [value.shape[1] for value in values]
        for name, (_, components) in CompactEncoder.plan.items():
            traces = [part.sum() for part in torch.split(moments[name].diagonal(), sizes[name])]
            scale = torch.cat([trace.rsqrt().expand(n) for trace, n in zip(traces, sizes[name], strict=True)])
            values, vectors = torch.linalg.eigh(moments[name] * scale[:, None] * scale / len(traces))
            basis = vectors.flip(1)[:, :components].T
            basis = basis * torch.where(basis.sum(1, keepdim=True) < 0, -1.0, 1.0)  # a sign that repeats
            self.bases[name] = (basis * scale / len(traces) ** 0.5).float()
            self.energies[name] = values.flip(0)[:components].float()

    def __call__(self, pictures: Tensor) -> dict[str, Tensor]:
        raw = self.raw(pictures)
        return {name: F.conv2d(torch.cat(raw[name], 1), basis[:, :, None, None]) for name, basis in self.bases.items()}


def distil(
    slim: Path,
    first_blocks: Path | None,
    photos: Path,
    paintings: Path,
    out: Path,
    folder: Path,
    settings: Settings = Settings(),
    start: Path | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """Trains the compact encoder and writes it to `out` as fp16 safetensors; `folder` keeps the state and the log.

    With `start`, an encoder's weights, it goes on from those.
    """
    torch.manual_seed(settings.seed)
    pictures = list(load_folder(photos, 640).values())
    works = list(load_folder(paintings, 1024).values())
    teacher = Teacher(slim, first_blocks)
    generator = torch.Generator().manual_seed(settings.seed)
    samples = [random_crop(choose(pool, generator), 256, (0.5, 1.5), generator) for pool in [pictures, works] * 64]
    teacher.fit(samples)
    student = channels_last(CompactEncoder())
    if start:
        student.load_state_dict(read_safetensors(start))

    def step(n: int, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        inputs = torch.cat([_input(pictures, works, settings.crop, generator) for _ in range(settings.batch)])
        inputs = inputs.contiguous(memory_format=torch.channels_last)
        targets = teacher(inputs)
        with torch.autocast("cpu", torch.bfloat16):
            features = student(inputs, student.layers)
        # A covariance does not see signs: matched before the features are about right, it would hold the wrong ones.
        ramp = 1.0 if start else min(1.0, max(0.0, 4 * n / settings.steps - 1))
        loss = torch.zeros(())
        figures: dict[str, float] = {}
        for name, target in targets.items():
            value, energy = features[name].float(), teacher.energies[name]
            # Relative to each picture's own energy, or the noisy ones would be all that counts.
            size = target.pow(2).mean((2, 3)).sum(1, keepdim=True).clamp_min(0.1)
            error = ((value - target).pow(2).mean((2, 3)) / size).mean(0)
            match = (error / energy.sqrt()).sum() / energy.sqrt().sum()
            style = style_loss(statistics(value), statistics(target)).mean()
            loss = loss + match + ramp * settings.style_weight * style
            figures |= {name: error.sum().item(), f"{name} style": style.item()}
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
