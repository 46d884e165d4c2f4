import gc
import itertools
import weakref
from dataclasses import replace
from pathlib import Path

import gradio
import pytest
import torch
from torch import Tensor

from nst import UserError, optimize
from nst.encoders import load_encoder
from nst.images import load_image, luminance
from nst.losses import statistics, style_loss
from nst.optimize import Frame, OptimizeSettings, schedule
from nst.runtime import place
from nst.weights import STYLES

MEDIA = Path(gradio.__file__).parent / "media_assets" / "images"
QUICK = OptimizeSettings(size=64, steps=12)


@pytest.fixture(scope="module")
def photo() -> Tensor:
    return load_image(MEDIA / "tower.jpg", 256)


@pytest.fixture(scope="module")
def painting() -> Tensor:
    return load_image(STYLES / "artwork" / "stained-glass.jpg", 256)


def last(photo: Tensor, painting: Tensor, settings: OptimizeSettings) -> Frame:
    *_, frame = optimize(photo, painting, settings)
    return frame


def style_distance(picture: Tensor, painting: Tensor) -> float:
    """How far the picture is from the painting's style, at the layers of the compact encoder."""
    encoder = load_encoder("compact")
    a, b = (encoder(place(p), encoder.style_layers) for p in (picture, painting))
    return sum(style_loss(statistics(a[name]), statistics(b[name])).item() for name in a)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_the_losses_fall(photo: Tensor, painting: Tensor, optimizer: str) -> None:
    frames = list(optimize(photo, painting, replace(QUICK, optimizer=optimizer, steps=20)))
    assert frames[-1].style_loss < 0.5 * frames[0].style_loss
    assert frames[-1].total_loss < 0.7 * frames[0].total_loss
    assert style_distance(frames[-1].picture, painting) < style_distance(photo, painting)


def test_frames_count_and_grow_to_the_size_asked_for(photo: Tensor, painting: Tensor) -> None:
    frames = list(optimize(photo, painting, OptimizeSettings(size=200, steps=10)))
    assert [frame.step for frame in frames] == list(range(1, 11))
    assert {frame.of for frame in frames} == {10}
    sides = [max(frame.picture.shape[2:]) for frame in frames]
    assert sides == sorted(sides)
    assert sides[0] == 100
    assert sides[-1] == 200
    assert all(frame.picture.min() >= 0 and frame.picture.max() <= 1 for frame in frames)
    assert frames[0].seconds_left > 0
    assert frames[-1].seconds_left == 0


@pytest.mark.parametrize(("side", "size", "steps"), [(512, 512, 120), (4000, 1024, 1), (50, 512, 7), (300, 200, 100)])
def test_the_schedule_spends_all_steps_and_ends_at_the_size(side: int, size: int, steps: int) -> None:
    plan = schedule(side, OptimizeSettings(size=size, steps=steps))
    assert sum(count for _, count in plan) == steps
    assert [scale for scale, _ in plan] == sorted(scale for scale, _ in plan)
    assert plan[-1][0] == min(side, size)


@pytest.mark.parametrize("init", ["content", "noise", "style", "blend"])
def test_a_seed_repeats_the_picture(photo: Tensor, painting: Tensor, init: str) -> None:
    settings = replace(QUICK, init=init, steps=3)
    first, again = (last(photo, painting, settings).picture for _ in range(2))
    assert torch.equal(first, again)
    other = last(photo, painting, replace(settings, seed=1)).picture
    assert torch.equal(first, other) == (init in ("content", "style"))


def test_the_start_shows_in_the_first_frame(photo: Tensor, painting: Tensor) -> None:
    first = {
        init: next(iter(optimize(photo, painting, replace(QUICK, init=init)))).picture
        for init in ("content", "noise", "style", "blend")
    }
    for one, other in itertools.combinations(first.values(), 2):
        assert (one - other).abs().mean() > 0.02


def test_weights_pull_their_way(photo: Tensor, painting: Tensor) -> None:
    faithful = last(photo, painting, replace(QUICK, style_weight=1, content_weight=10))
    painterly = last(photo, painting, replace(QUICK, style_weight=100, content_weight=0.1))
    assert faithful.content_loss < painterly.content_loss
    assert painterly.style_loss < faithful.style_loss


def test_total_variation_smooths(photo: Tensor, painting: Tensor) -> None:
    def roughness(settings: OptimizeSettings) -> float:
        return last(photo, painting, settings).picture.diff(dim=3).pow(2).mean().item()

    rough, smooth = (roughness(replace(QUICK, steps=40, tv_weight=weight)) for weight in (0, 50))
    assert smooth < 0.8 * rough


def test_layers_and_their_weights_change_the_picture(photo: Tensor, painting: Tensor) -> None:
    every = last(photo, painting, QUICK).picture
    shallow = last(photo, painting, replace(QUICK, style_layers=("relu1_1", "relu2_1"))).picture
    weighted = last(photo, painting, replace(QUICK, style_layer_weights=(1, 0, 0, 0, 0))).picture
    content = last(photo, painting, replace(QUICK, content_layers=("relu2_1",))).picture
    for one, other in itertools.combinations([every, shallow, weighted, content], 2):
        assert (one - other).abs().mean() > 0.005


def test_colours_can_be_kept(photo: Tensor, painting: Tensor) -> None:
    small = last(photo, painting, QUICK).picture
    kept = last(photo, painting, replace(QUICK, keep_colors=True)).picture
    shown = torch.nn.functional.interpolate(photo, size=kept.shape[2:], mode="bicubic", antialias=True).clamp(0, 1)

    def chroma_distance(picture: Tensor) -> float:
        return ((picture - luminance(picture)) - (shown - luminance(shown))).abs().mean().item()

    assert chroma_distance(kept) < 0.5 * chroma_distance(small)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (7, 5), (3, 2)])
def test_tiny_and_thin_photos_come_back_at_their_size(painting: Tensor, shape: tuple[int, int]) -> None:
    picture = last(torch.rand(1, 3, *shape), painting, OptimizeSettings(size=300, steps=4)).picture
    assert picture.shape[2:] == shape
    assert picture.isfinite().all()


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_flat_pictures_stay_finite(photo: Tensor, painting: Tensor, value: float) -> None:
    flat = torch.full((1, 3, 48, 48), value)
    for content, style in [(flat, painting), (photo, flat), (flat, flat)]:
        picture = last(content, style, QUICK).picture
        assert picture.isfinite().all()
        if value:
            assert picture.mean() > 0.02  # not black


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": 0},
        {"size": -1},
        {"steps": 0},
        {"style_weight": float("nan")},
        {"content_weight": -1},
        {"tv_weight": float("inf")},
        {"encoder": "resnet"},
        {"optimizer": "sgd"},
        {"init": "black"},
        {"style_weight": 0, "content_weight": 0},
    ],
)
def test_settings_that_cannot_be_are_refused_with_what_can(wrong: dict[str, object]) -> None:
    with pytest.raises(UserError, match=r"is one of|from .* to|both"):
        OptimizeSettings(**wrong)


def test_layers_that_are_not_there_are_refused_with_those_that_are(photo: Tensor, painting: Tensor) -> None:
    with pytest.raises(UserError, match="relu5_1"):
        next(iter(optimize(photo, painting, replace(QUICK, style_layers=("relu9_1",)))))
    with pytest.raises(UserError, match="5 numbers"):
        next(iter(optimize(photo, painting, replace(QUICK, style_layer_weights=(1.0,)))))


def test_closing_the_stream_frees_its_memory(photo: Tensor, painting: Tensor) -> None:
    stream = optimize(photo, painting, replace(QUICK, steps=1000))
    canvas = weakref.ref(next(stream).picture)
    stream.close()
    gc.collect()
    assert canvas() is None
    assert next(iter(optimize(photo, painting, QUICK))).step == 1
