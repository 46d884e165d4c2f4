"""What nothing moves in stands still, and what moves leaves no trail."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import gradio
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from nst import StylizeSettings, load_image, stylize
from nst.quick.steadier import Steadier

MEDIA = Path(gradio.__file__).parent / "media_assets" / "images"


def same(frame: Tensor) -> Tensor:
    return frame


def noisy(pictures: Sequence[Tensor], sigma: float) -> list[Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [
        (picture + sigma / 255 * torch.randn(picture.shape, generator=generator)).clamp(0, 1) for picture in pictures
    ]


def unrest(frames: Sequence[Tensor]) -> float:
    """The mean change from one frame to the next."""
    return sum((after - before).abs().mean().item() for before, after in pairwise(frames))


@pytest.mark.parametrize("sigma", [2, 8])
@pytest.mark.parametrize("style", ["golden-garden", "woodcut"])
def test_a_still_scene_stands_still_under_noise(style: str, sigma: float) -> None:
    frames = noisy([load_image(MEDIA / "cheetah.jpg", 160)] * 16, sigma)

    def paint(frame: Tensor) -> Tensor:
        return stylize(frame, StylizeSettings(style=style))

    steadier = Steadier()
    steady = [steadier.paint(frame, paint) for frame in frames]
    assert unrest([paint(frame) for frame in frames]) > 1.5 * unrest(frames)  # which is what it is there for
    assert unrest(steady) < 0.5 * unrest(frames)
    assert (steady[-1] - paint(frames[0])).abs().mean() < (steady[-1] - paint(1 - frames[0])).abs().mean() / 3


def test_a_cut_is_instant() -> None:
    one, other = (load_image(MEDIA / name, 128)[:, :, :96, :80] for name in ("tower.jpg", "lion.jpg"))
    steadier = Steadier()
    for frame in noisy([one] * 5, 4):
        steadier.paint(frame, same)
    frame = noisy([other], 4)[0]
    assert (steadier.paint(frame, same) - frame).abs().max() < 1e-5


def test_frames_of_another_size_begin_anew() -> None:
    steadier = Steadier()
    for shape in ((64, 48), (48, 64), (1, 1), (7, 3), (48, 64)):
        frame = torch.rand(1, 3, *shape)
        assert torch.equal(steadier.paint(frame, same), frame)
        assert steadier.paint(frame, same).shape == frame.shape


@pytest.mark.parametrize("sigma", [0, 4])
def test_what_moves_leaves_no_trail(sigma: float) -> None:
    """Neither a thing before a background that stands still, nor a picture that moves as a whole."""
    background, thing = load_image(MEDIA / "cheetah.jpg", 240), load_image(MEDIA / "lion.jpg", 64)[:, :, 10:40, 10:40]
    clean = []
    for index in range(12):
        clean.append(background.clone())
        clean[-1][:, :, 60:90, 10 * index : 10 * index + 30] = thing
    pan = [background[:, :, :120, 2 * index : 2 * index + 160] for index in range(12)]
    for pictures in (clean, pan):
        steadier = Steadier()
        for picture, frame in zip(pictures, noisy(pictures, sigma), strict=True):
            error = (steadier.paint(frame, same) - picture).abs()
            assert error.mean() <= 1.1 * (frame - picture).abs().mean() + 0.5 / 255
            assert F.avg_pool2d(error, 8).max() < 8 / 255


def test_slow_changes_of_light_are_followed() -> None:
    photo = load_image(MEDIA / "lion.jpg", 96)
    pictures = [photo * (0.5 + 0.01 * index) for index in range(40)]
    steadier = Steadier()
    lags = [(steadier.paint(frame, same).mean() - frame.mean()).abs().item() for frame in noisy(pictures, 3)]
    assert max(lags) < 4 / 255


def test_steadying_costs_little_beside_painting() -> None:
    frames = noisy([torch.rand(1, 3, 360, 640)] * 6, 4)
    steadier = Steadier()
    steadier.paint(frames[0], same)
    begin = time.process_time()
    for frame in frames[1:]:
        steadier.paint(frame, same)
    assert (time.process_time() - begin) / 5 < 0.1
