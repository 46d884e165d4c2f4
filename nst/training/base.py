"""The base of all styles: one network that learns many paintings at once.

The styles share its convolutions, and each has norms of its own (Dumoulin et al., "A Learned Representation for
Artistic Style", 2017). A style's network starts as the base with that style's norms, or with the mean of all of them,
and then learns with all its weights.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from nst.common.encoders import Encoder
from nst.common.images import find_pictures, save_image
from nst.common.runtime import channels_last
from nst.quick.checkpoints import save_style
from nst.quick.networks import InstanceNorm, StyleNet
from nst.training.data import load_folder, load_painting
from nst.training.lesson import StyleLesson, Terms, contact_sheet, network_with, targets_of
from nst.training.loop import SAVE_EVERY, Losses, train

Weights = Mapping[str, Tensor]


@dataclass(frozen=True)
class Settings(Terms):
    """How the base is trained; stored in the metadata of the result."""

    style_weight: float = 8.0
    joint: float = 0.0
    patch_weight: float = 0.0
    steps: int = 1200
    lr: float = 1.5e-3
    painting_size: int = 512  # px, long side: sets how large the strokes are
    grain: float = 0.07  # by how much of [0, 1] canvas and paper differ; soft paintings want less
    seed: int = 0


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
    networks = {style: network_with(shared | row, StyleNet()) for style, row in rows.items()}
    for network in networks.values():
        network.base = name[:16]
    return networks


def train_base(
    photos: Sequence[Path],
    paintings: Sequence[Path],
    teacher: Encoder,
    out: Path,
    folder: Path,
    settings: Settings = Settings(),
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
    pool = [photo for folder in photos for photo in load_folder(folder, 640).values()]
    lesson = StyleLesson(pool, targets_of(list(works.values()), teacher), teacher, settings)
    base = channels_last(Base(list(works)))
    say(f"{len(works)} styles, {len(pool)} photos, {sum(p.numel() for p in base.parameters())} parameters.")

    def step(n: int, generator: torch.Generator) -> tuple[Tensor, Losses]:
        chosen = take_turns(n * settings.batch, settings.batch, len(works), settings.seed)
        return lesson.step(lambda photos: base(photos, chosen), chosen, generator)

    def save(done: int, weights: Weights) -> None:
        networks = networks_of(weights, base.styles)
        save_style(out, networks.pop(""), _notes(settings, done))
        for style, network in networks.items():
            save_style(folder / f"{style}.safetensors", network, _notes(settings, done))
        save_image(contact_sheet(list(networks.values()), pool), folder / "samples.jpg")

    train(base, step, folder=folder, steps=settings.steps, lr=settings.lr, seed=settings.seed, on_save=save, say=say,
          save_every=save_every)  # fmt: skip


def take_turns(first: int, count: int, styles: int, seed: int) -> Tensor:
    """Which styles are painted now: each once in every round, the rounds shuffled, so that none comes short."""
    order = [
        torch.randperm(styles, generator=torch.Generator().manual_seed(seed + 7919 * round_))
        for round_ in range(first // styles, (first + count - 1) // styles + 1)
    ]
    return torch.cat(order)[first % styles :][:count]


def _notes(settings: Settings, done: int) -> dict[str, str]:
    return {"settings": json.dumps(asdict(settings)), "steps_done": str(done)}
