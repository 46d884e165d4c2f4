"""Training the style bank: one feed-forward network that learns every painting of a folder at once.

Johnson et al. 2016 with conditional instance normalisation (Dumoulin et al. 2017). Each picture of a batch is painted
in another style; style losses are relative to their targets, so that no style starves for having small ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from nst.checkpoints import save_bank
from nst.encoders import Encoder, load_encoder
from nst.images import fit, resize, save_image
from nst.losses import Statistics, content_loss, statistics, style_loss, total_variation
from nst.networks import StyleBank
from nst.runtime import channels_last, precision
from nst.training.data import choose, load_folder, random_crop
from nst.training.loop import train


@dataclass(frozen=True)
class Settings:
    """How a bank is trained; stored in the metadata of the result."""

    steps: int = 6000
    batch: int = 4
    crop: int = 256
    lr: float = 1.5e-3
    style_weight: float = 5.0
    content_weight: float = 1.0
    tv_weight: float = 0.5
    painting_size: int = 512  # px, long side: sets how large the strokes are
    width: int = 32
    blocks: int = 4
    seed: int = 0


def train_bank(
    photos: Path,
    paintings: list[Path],
    out: Path,
    folder: Path,
    settings: Settings = Settings(),
    say: Callable[[str], None] = print,
    save_every: int = 250,
) -> None:
    """Trains on two kinds of folders and writes the bank to `out`; `folder` keeps the state, the log and samples."""
    torch.manual_seed(settings.seed)
    pool = list(load_folder(photos, 640).values())
    works = {slug: work for path in paintings for slug, work in load_folder(path, settings.painting_size).items()}
    names = list(works)
    encoder = load_encoder("compact")
    targets = _targets(list(works.values()), encoder)
    bank = channels_last(StyleBank(names, settings.width, settings.blocks))
    say(f"{len(works)} styles, {sum(p.numel() for p in bank.parameters())} parameters.")

    def step(n: int, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        pictures = torch.cat(
            [random_crop(choose(pool, generator), settings.crop, (0.5, 1.25), generator) for _ in range(settings.batch)]
        ).contiguous(memory_format=torch.channels_last)
        chosen = take_turns(n * settings.batch, settings.batch, len(works), settings.seed)
        mix = F.one_hot(chosen, len(works)).float()
        with torch.autocast("cpu", precision()):
            painted = bank(pictures, mix)
        with torch.no_grad():
            content_targets = encoder(pictures, encoder.content_layers)
        features = encoder(painted, encoder.style_layers)
        contents = [content_loss(features[name], target) for name, target in content_targets.items()]
        styles = [
            style_loss(statistics(features[name]), Statistics(*(part[chosen] for part in target)))
            for name, target in targets.items()
        ]
        content, style = torch.stack(contents).mean(0), torch.stack(styles).mean(0)
        variation = total_variation(painted)
        loss = settings.content_weight * content + settings.style_weight * style
        figures = {"content": content.mean().item(), "style": style.mean().item(), "variation": variation.item()}
        figures |= {
            f"style {names[which]}": value for which, value in zip(chosen.tolist(), style.tolist(), strict=True)
        }
        return loss.mean() + settings.tv_weight * variation, figures

    samples = [picture[None].float() / 255 for picture in pool[:: max(1, len(pool) // 3)][:3]]

    def save(done: int, weights: dict[str, Tensor]) -> None:
        save_bank(out, weights, bank, {"settings": json.dumps(asdict(settings)), "steps_done": str(done)})
        average = StyleBank(names, settings.width, settings.blocks)
        average.load_state_dict(weights)
        save_image(_sheet(channels_last(average), samples), folder / "samples.jpg")

    train(
        bank,
        step,
        folder=folder,
        steps=settings.steps,
        lr=settings.lr,
        seed=settings.seed,
        on_save=save,
        say=say,
        save_every=save_every,
    )


@torch.no_grad()
def _targets(works: list[Tensor], encoder: Encoder) -> dict[str, Statistics]:
    """The statistics of every painting, by layer, in the paintings' order."""
    found: dict[str, list[Statistics]] = {name: [] for name in encoder.style_layers}
    for work in works:
        picture = (work[None].float() / 255).contiguous(memory_format=torch.channels_last)
        for name, value in encoder(picture, encoder.style_layers).items():
            found[name].append(statistics(value))
    return {name: Statistics(*map(torch.cat, zip(*each, strict=True))) for name, each in found.items()}


def take_turns(first: int, count: int, styles: int, seed: int) -> Tensor:
    """Which styles are painted now: each once in every round, the rounds shuffled, so that none comes short."""
    order = [
        torch.randperm(styles, generator=torch.Generator().manual_seed(seed + 7919 * round_))
        for round_ in range(first // styles, (first + count - 1) // styles + 1)
    ]
    return torch.cat(order)[first % styles :][:count]


@torch.no_grad()
def _sheet(bank: StyleBank, samples: list[Tensor], side: int = 192) -> Tensor:
    """A contact sheet: a column for every style, a row for every sample."""
    rows = []
    for sample in samples:
        width, height = fit(sample.shape[3], sample.shape[2], 2 * side)
        photo = resize(sample, height, width).contiguous(memory_format=torch.channels_last)
        painted = [bank(photo, bank.mix({style: 1.0})) for style in bank.styles]
        rows.append(torch.cat([resize(picture, side, side) for picture in [photo, *painted]], dim=3))
    return torch.cat(rows, dim=2)
