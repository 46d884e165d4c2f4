"""How well the bundled presets paint: a table of distances, and a contact sheet to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean

import torch
import torch.nn.functional as F
from torch import Tensor

from nst.common.encoders import Encoder, load_encoder
from nst.common.errors import UserError
from nst.common.images import find_pictures, load_image, resize, save_image
from nst.common.losses import TINY, Statistics, statistics
from nst.common.runtime import place
from nst.common.weights import STYLES
from nst.quick.feedforward import StylizeSettings, stylize
from nst.quick.presets import Preset, catalogue

CELL = 320  # px, the long side of a picture on the contact sheet
Features = Mapping[str, Tensor]


def evaluate(photos: Path, paintings: Path, sheet: Path, size: int = 512) -> None:
    """Prints how near every bundled preset comes to its painting and stays to the photos of a folder, at `size` px.

    Paintings are found by slug in their folder or among the drawn ones. Writes the contact sheet: a row for every
    preset, a column for every photo. Raises `UserError` where a painting is missing.
    """
    encoder = load_encoder("compact")
    originals = {path.stem: load_image(path, size) for path in find_pictures(photos)}
    presets = [preset for preset in catalogue() if preset.bundled]
    works = {preset.slug: load_image(_painting(preset, paintings), size) for preset in presets}
    features = {name: _look(encoder, photo) for name, photo in originals.items()}
    print(f"{'':24}{'style':>8}{'before':>8}{'content':>9}   nearest other preset")
    rows, looks, means = [list(originals.values())], {}, []
    for preset in presets:
        goal = _style(_look(encoder, works[preset.slug]))
        painted = [stylize(photo, _settings(preset)) for photo in originals.values()]
        seen = [_look(encoder, picture) for picture in painted]
        looks[preset.slug] = [_style(each) for each in seen]
        means.append([
            fmean([style_distance(look, goal) for look in looks[preset.slug]]),
            fmean([style_distance(_style(photo), goal) for photo in features.values()]),
            fmean([content_distance(a, b) for a, b in zip(seen, features.values(), strict=True)]),
        ])  # fmt: skip
        rows.append(painted)
    for preset, (style, before, content) in zip(presets, means, strict=True):
        other, distance = _nearest(preset.slug, looks)
        print(f"{preset.slug:24}{style:8.3f}{before:8.3f}{content:9.3f}   {distance:.3f} {other}")
    style, before, content = (fmean(column) for column in zip(*means, strict=True))
    print(f"{'mean':24}{style:8.3f}{before:8.3f}{content:9.3f}")
    save_image(_sheet(rows), sheet)
    print(sheet)


def style_distance(one: Sequence[Statistics], other: Sequence[Statistics]) -> float:
    """0 to 1, 0 where the statistics of all layers are equal: their squared distance by the sum of their squares."""
    errors = [
        ((a - b).pow(2).sum() / (a.pow(2).sum() + b.pow(2).sum()).clamp_min(TINY)).item()
        for pair in zip(one, other, strict=True)
        for a, b in zip(*pair, strict=True)
    ]
    return fmean(errors)


def content_distance(one: Features, other: Features) -> float:
    """0 to 2, 0 for the same things in the same places: the cosine distance of the features at relu4_1."""
    return 1 - F.cosine_similarity(one["relu4_1"], other["relu4_1"], dim=1).mean().item()


@torch.inference_mode()
def _look(encoder: Encoder, picture: Tensor) -> Features:
    return {name: value.float() for name, value in encoder(place(picture), encoder.style_layers).items()}


def _style(features: Features) -> list[Statistics]:
    return [statistics(value) for value in features.values()]


def _settings(preset: Preset) -> StylizeSettings:
    return StylizeSettings(style=preset.slug, strength=preset.strength)


def _painting(preset: Preset, folder: Path) -> Path:
    for path in [*find_pictures(folder), *find_pictures(STYLES / "artwork")]:
        if path.stem == preset.slug:
            return path
    raise UserError(f"There is no picture named {preset.slug} in {folder}.")


def _nearest(slug: str, looks: Mapping[str, list[list[Statistics]]]) -> tuple[str, float]:
    """The preset whose results are the most like this one's, and how far they are apart."""
    distances = {
        other: fmean([style_distance(a, b) for a, b in zip(looks[slug], theirs, strict=True)])
        for other, theirs in looks.items()
        if other != slug
    }
    nearest = min(distances, key=distances.__getitem__, default="")
    return nearest, distances.get(nearest, 0.0)


def _sheet(rows: Sequence[Sequence[Tensor]]) -> Tensor:
    """Rows of pictures as one, each cut to a square."""
    return torch.cat([torch.cat([_square(picture) for picture in row], 3) for row in rows], 2)


def _square(picture: Tensor) -> Tensor:
    height, width = picture.shape[2:]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return resize(picture[:, :, top : top + side, left : left + side], CELL, CELL)
