"""Training feed-forward networks: the common base, and from it one network for every style.

Johnson, Alahi and Fei-Fei, "Perceptual Losses for Real-Time Style Transfer" (2016). The base learns all styles at once:
they share its convolutions, and each has norms of its own (Dumoulin et al. 2017). A style's network starts as the base
with that style's norms, and then learns with all its weights. Losses are relative to their targets, so that no style
starves for having small ones.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from nst.common.brushwork import STRENGTH, strokes
from nst.common.encoders import Encoder
from nst.common.errors import UserError
from nst.common.images import find_pictures, fit, resize, save_image
from nst.common.losses import Statistics, content_loss, statistics, style_loss, total_variation
from nst.common.runtime import channels_last, precision
from nst.quick.checkpoints import load_network, save_style
from nst.quick.networks import InstanceNorm, StyleNet
from nst.training.data import choose, load_folder, load_painting, random_crop
from nst.training.loop import SAVE_EVERY, Losses, train

Weights = Mapping[str, Tensor]
GRID = 8  # px, the coarsest that the teacher pools to
SAMPLES, SIDE = 3, 384  # photos that are painted as training goes, and their long side in pixels


@dataclass(frozen=True)
class Settings:
    """How a network is trained; stored in the metadata of the result."""

    steps: int
    batch: int = 4
    crop: int = 256
    lr: float = 1.5e-3
    style_weight: float = 9.0
    joint: float = 0.75  # share of the style loss that judges the pictures of a step as one
    content_weight: float = 1.0
    tv_weight: float = 1.0
    painting_size: int = 800  # px, long side: sets how large the strokes are
    grain: float = 0.07  # by how much of [0, 1] canvas and paper differ; soft paintings want less
    seed: int = 0


BASE = Settings(steps=1200, style_weight=8.0, joint=0.0, painting_size=512)
STYLE = Settings(steps=150)


class Base(nn.Module):
    """The convolutions that all styles share, and tables of scales and shifts with a row for each style."""

    def __init__(self, styles: Sequence[str]) -> None:
        super().__init__()
        self.styles, self.network = tuple(styles), StyleNet()
        self.tables = nn.ParameterDict()
        for name, value in _norms(self.network):
            value.requires_grad_(False)
            self.tables[name.replace(".", "/")] = nn.Parameter(value.repeat(len(styles), 1))

    def forward(self, pictures: Tensor, chosen: Tensor) -> Tensor:
        """Pictures `(N, 3, H, W)`, each painted in the style of its number in `chosen`, `(N,)`."""
        own = {key.replace("/", "."): table[chosen] for key, table in self.tables.items()}
        painted: Tensor = torch.func.functional_call(self.network, own, (pictures,))
        return painted


def _norms(network: StyleNet) -> Iterator[tuple[str, nn.Parameter]]:
    """The scales and shifts of a network, with their names in its state dict."""
    for name, module in network.named_modules():
        if isinstance(module, InstanceNorm):
            yield from module.named_parameters(name)


def networks_of(weights: Weights, styles: Sequence[str]) -> dict[str, StyleNet]:
    """The network of every style from the weights of a `Base`; under "" the one of none, with the mean of all norms."""
    shared = {key.removeprefix("network."): value for key, value in weights.items() if key.startswith("network.")}
    tables = {
        key.removeprefix("tables.").replace("/", "."): value
        for key, value in weights.items()
        if key.startswith("tables.")
    }
    rows = {"": {key: table.mean(0) for key, table in tables.items()}}
    rows |= {style: {key: table[number] for key, table in tables.items()} for number, style in enumerate(styles)}
    name = hashlib.sha256(
        b"".join(value.half().numpy().tobytes() for value in (shared | rows[""]).values())
    ).hexdigest()
    networks = {style: _network(shared | row, StyleNet()) for style, row in rows.items()}
    for network in networks.values():
        network.base = name[:16]
    return networks


def _network(weights: Weights, network: StyleNet) -> StyleNet:
    """A network with these weights, ready to run."""
    network.load_state_dict(weights)
    return channels_last(network.eval().requires_grad_(False))


class StyleLesson:
    """Photos to paint, and how far their paintings are from what they should be."""

    def __init__(self, photos: Sequence[Path], works: Sequence[Tensor], teacher: Encoder, settings: Settings) -> None:
        """`photos` are folders; `works` the paintings, uint8 `(3, H, W)`, as large as their strokes are learned at."""
        self.pool = [photo for folder in photos for photo in load_folder(folder, 640).values()]
        self.teacher, self.settings = teacher, settings
        self.targets = _targets(works, teacher)

    @property
    def samples(self) -> list[Tensor]:
        """Some of the photos, `(1, 3, H, W)` in [0, 1]."""
        chosen = [photo[None].float() / 255 for photo in self.pool[:: -(-len(self.pool) // SAMPLES)]]
        return [resize(photo, *reversed(fit(photo.shape[3], photo.shape[2], SIDE))) for photo in chosen]

    def photos(self, generator: torch.Generator) -> Tensor:
        """The photos of one step, `(batch, 3, crop, crop)`."""
        crop = self.settings.crop
        crops = [
            random_crop(choose(self.pool, generator), crop, (0.5, 1.25), generator) for _ in range(self.settings.batch)
        ]
        return torch.cat(crops).contiguous(memory_format=torch.channels_last)

    def brushed(self, photos: Tensor, generator: torch.Generator) -> Tensor:
        """The photos as the network gets them: with soft strokes, or fainter ones, or up to twice as strong."""
        strengths = 2 * STRENGTH * torch.rand(len(photos), 1, 1, 1, generator=generator)
        soft = strokes(photos, torch.eye(len(photos)), generator)
        return (photos + strengths * soft).clamp_(0, 1).contiguous(memory_format=torch.channels_last)

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
        variation, weights = total_variation(painted), self.settings
        loss = weights.content_weight * content + weights.style_weight * styles.mean() + weights.tv_weight * variation
        figures = {"content": content.item(), "style": styles.mean().item(), "variation": variation.item()}
        layers = zip(self.targets, styles.tolist(), strict=True)
        return loss, figures | {f"style {name}": value for name, value in layers}

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
        return own.lerp(together, self.settings.joint)


def pooled(found: Statistics) -> Statistics:
    """The statistics of several pictures of one size as of one picture, `(1, C)` and `(1, C, C)`."""
    mean = found.mean.mean(0, keepdim=True)
    around = found.mean - mean
    return Statistics(mean, found.covariance.mean(0, keepdim=True) + (around.T @ around / len(around))[None])


@torch.no_grad()
def _targets(works: Sequence[Tensor], teacher: Encoder) -> dict[str, Statistics]:
    """The statistics of every painting, by layer, in the paintings' order."""
    found: dict[str, list[Statistics]] = {name: [] for name in teacher.style_layers}
    for work in works:
        picture = (work[None].float() / 255).contiguous(memory_format=torch.channels_last)
        for name, value in teacher(picture, teacher.style_layers).items():
            found[name].append(statistics(value))
    return {name: Statistics(*map(torch.cat, zip(*each, strict=True))) for name, each in found.items()}


def train_base(
    photos: Sequence[Path],
    paintings: Sequence[Path],
    teacher: Encoder,
    out: Path,
    folder: Path,
    settings: Settings = BASE,
    say: Callable[[str], None] = print,
    save_every: int = SAVE_EVERY,
) -> None:
    """Trains the base on folders of photos and of paintings, and writes it to `out`.

    `folder` keeps the state, the log and samples, and for every style its network so far, as `SLUG.safetensors`.
    """
    torch.manual_seed(settings.seed)
    works = {
        path.stem: load_painting(path, settings.painting_size, settings.grain)
        for folder in paintings
        for path in find_pictures(folder)
    }
    lesson = StyleLesson(photos, list(works.values()), teacher, settings)
    base = channels_last(Base(list(works)))
    say(f"{len(works)} styles, {len(lesson.pool)} photos, {sum(p.numel() for p in base.parameters())} parameters.")

    def step(n: int, generator: torch.Generator) -> tuple[Tensor, Losses]:
        pictures = lesson.photos(generator)
        chosen = take_turns(n * settings.batch, settings.batch, len(works), settings.seed)
        with torch.autocast("cpu", precision()):
            painted = base(lesson.brushed(pictures, generator), chosen)
        return lesson.loss(painted, pictures, chosen, generator)

    def save(done: int, weights: Weights) -> None:
        networks = networks_of(weights, base.styles)
        save_style(out, networks.pop(""), _notes(settings, done))
        for style, network in networks.items():
            save_style(folder / f"{style}.safetensors", network, _notes(settings, done))
        save_image(_sheet(list(networks.values()), lesson.samples), folder / "samples.jpg")

    train(base, step, folder=folder, steps=settings.steps, lr=settings.lr, seed=settings.seed, on_save=save, say=say,
          save_every=save_every)  # fmt: skip


def train_style(
    photos: Sequence[Path],
    painting: Path,
    base: Path,
    teacher: Encoder,
    out: Path,
    folder: Path,
    settings: Settings = STYLE,
    say: Callable[[str], None] = print,
    save_every: int = SAVE_EVERY,
) -> None:
    """Trains the network of one style on folders of photos, starting from a base, and writes it to `out`.

    `folder` keeps the state, the log and samples. Raises `UserError` where `base` is no network of this program.
    """
    torch.manual_seed(settings.seed)
    lesson = StyleLesson(photos, [load_painting(painting, settings.painting_size, settings.grain)], teacher, settings)
    network = load_network(base)
    if not isinstance(network, StyleNet):
        raise UserError(f"{base.name} is no base to train from: it is a network of another kind.")
    network.requires_grad_(True)
    chosen = torch.zeros(settings.batch, dtype=torch.long)

    def step(n: int, generator: torch.Generator) -> tuple[Tensor, Losses]:
        pictures = lesson.photos(generator)
        with torch.autocast("cpu", precision()):
            painted = network(lesson.brushed(pictures, generator))
        return lesson.loss(painted, pictures, chosen, generator)

    def save(done: int, weights: Weights) -> None:
        average = _network(weights, StyleNet(network.width, network.blocks))
        average.base = network.base
        save_style(out, average, _notes(settings, done))
        save_image(_sheet([average], lesson.samples), folder / "samples.jpg")

    train(network, step, folder=folder, steps=settings.steps, lr=settings.lr, seed=settings.seed, on_save=save,
          say=say, save_every=save_every)  # fmt: skip


def take_turns(first: int, count: int, styles: int, seed: int) -> Tensor:
    """Which styles are painted now: each once in every round, the rounds shuffled, so that none comes short."""
    order = [
        torch.randperm(styles, generator=torch.Generator().manual_seed(seed + 7919 * round_))
        for round_ in range(first // styles, (first + count - 1) // styles + 1)
    ]
    return torch.cat(order)[first % styles :][:count]


def _notes(settings: Settings, done: int) -> dict[str, str]:
    return {"settings": json.dumps(asdict(settings)), "steps_done": str(done)}


@torch.no_grad()
def _sheet(networks: Sequence[StyleNet], samples: Sequence[Tensor]) -> Tensor:
    """A contact sheet: a row for every network, a column for every sample, cut to squares."""
    rows = []
    for network in networks:
        painted = [network(sample.contiguous(memory_format=torch.channels_last)) for sample in samples]
        side = min(min(picture.shape[2:]) for picture in painted)
        rows.append(torch.cat([picture[:, :, :side, :side] for picture in painted], 3))
    return torch.cat(rows, 2)
