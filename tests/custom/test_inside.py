"""What layers hold of a picture is painted from noise."""

from __future__ import annotations

from pathlib import Path

import gradio
import pytest
import torch
from torch import Tensor

from nst import UserError
from nst.common.encoders import load_encoder
from nst.common.images import load_image, resize
from nst.common.losses import Statistics, statistics, style_loss
from nst.common.runtime import place
from nst.common.weights import STYLES
from nst.custom.frame import Frame
from nst.custom.inside import reconstruct, texture
from nst.custom.optimization import OptimizeSettings

MEDIA = Path(gradio.__file__).parent / "media_assets" / "images"
QUICK = OptimizeSettings(size=64, steps=25)


@pytest.fixture(scope="module")
def photo() -> Tensor:
    return load_image(MEDIA / "tower.jpg", 64)


@pytest.fixture(scope="module")
def painting() -> Tensor:
    return load_image(STYLES / "artwork" / "pointillist.jpg", 64)


def test_a_reconstruction_comes_near_to_the_photo_and_the_less_the_deeper_its_layer(photo: Tensor) -> None:
    strays = []
    for layer in ("relu1_1", "relu2_1", "relu4_1"):
        frames = list(reconstruct(photo, layer, QUICK))
        assert frames[-1].content_loss < 0.1 * frames[0].content_loss
        assert frames[-1].picture.shape == photo.shape
        strays.append((frames[-1].picture - photo).abs().mean().item())
    noise = (torch.rand(photo.shape) - photo).abs().mean()
    assert strays[0] < 0.15 * noise
    assert 1.5 * strays[0] < strays[1]
    assert 1.5 * strays[1] < strays[2] < noise


def test_a_reconstruction_asks_for_nothing_but_its_layer(photo: Tensor) -> None:
    """Whatever else the settings say of paintings, weights and colours."""
    *_, expected = reconstruct(photo, "relu2_1", QUICK)
    odd = OptimizeSettings(
        size=64,
        steps=25,
        style_weight=200,
        painting_weights=(1, 2),
        style_layers=("relu1_1",),
        style_layer_weights=(1, 2, 3),
        content_layers=("relu5_1",),
        colors="luminance",
        init="style",
    )
    *_, found = reconstruct(photo, "relu2_1", odd)
    assert torch.equal(found.picture, expected.picture)


def held(picture: Tensor, *layers: str) -> list[Statistics]:
    found = load_encoder("compact")(place(picture), layers)
    return [statistics(found[layer]) for layer in layers]


def away(picture: Tensor, painting: Tensor, layer: str) -> float:
    return style_loss(held(picture, layer)[0], held(painting, layer)[0]).item()


def test_a_texture_has_the_paintings_style_and_the_size_asked_for(painting: Tensor) -> None:
    for size in (64, 96):
        settings = OptimizeSettings(size=size, steps=25)
        frames: list[Frame] = list(texture(painting, settings=settings))
        assert frames[-1].picture.shape == (1, 3, size, size)
        assert frames[-1].style_loss < 0.25 * frames[0].style_loss
        # In its own size, however large the square is.
        smaller, larger = (resize(painting, *(round(k * side) for side in painting.shape[2:])) for k in (0.5, 1.5))
        near = sum(away(frames[-1].picture, painting, layer) for layer in ("relu2_1", "relu3_1"))
        for other in (smaller, larger):
            assert near < 0.7 * sum(away(frames[-1].picture, other, layer) for layer in ("relu2_1", "relu3_1"))


def test_a_texture_is_not_a_copy(painting: Tensor) -> None:
    """Its things are anywhere: nothing is where the painting has it."""
    *_, frame = texture(painting, settings=QUICK)
    other = resize(painting, 64, 64)
    pair = torch.stack([picture.mean(1).flatten() for picture in (frame.picture, other)])
    assert torch.corrcoef(pair)[0, 1].abs() < 0.3


def test_a_texture_has_the_style_of_the_layers_that_are_named(painting: Tensor) -> None:
    *_, shallow = texture(painting, ("relu1_1",), QUICK)
    *_, deep = texture(painting, ("relu4_1", "relu5_1"), QUICK)
    assert away(shallow.picture, painting, "relu1_1") < 0.1 * away(deep.picture, painting, "relu1_1")
    assert away(deep.picture, painting, "relu4_1") < 0.5 * away(shallow.picture, painting, "relu4_1")


def test_a_texture_keeps_the_paintings_colours_whatever_the_settings_say(painting: Tensor) -> None:
    *_, expected = texture(painting, settings=QUICK)
    *_, found = texture(
        painting, settings=OptimizeSettings(size=64, steps=25, colors="histogram", painting_weights=(1, 1))
    )
    assert torch.equal(found.picture, expected.picture)


def test_a_seamless_texture_tiles_a_plane() -> None:
    painting = load_image(STYLES / "artwork" / "stained-glass.jpg", 96)
    ratios = []
    for seamless in (False, True):
        *_, frame = texture(painting, settings=OptimizeSettings(size=96, steps=25, seamless=seamless))
        laid = frame.picture.tile(1, 1, 2, 2)
        rows, columns = (laid.diff(dim=dim).abs().mean((0, 1, 5 - dim)) for dim in (2, 3))
        ratios.append([(steps[95] / steps[torch.arange(191) != 95].mean()).item() for steps in (rows, columns)])
    assert min(ratios[0]) > 1.5
    assert max(ratios[1]) < 1.3


def test_a_layer_that_is_not_there_is_refused_with_those_that_are(photo: Tensor) -> None:
    with pytest.raises(UserError, match="relu5_1"):
        next(reconstruct(photo, "relu9_1", QUICK))
    with pytest.raises(UserError, match="relu5_1"):
        next(texture(photo, ("relu1_1", "relu9_1"), QUICK))
