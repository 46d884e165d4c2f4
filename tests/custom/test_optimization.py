"""Every setting does to the picture what it says."""

from __future__ import annotations

import functools
import gc
import itertools
import weakref
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio
import pytest
import torch
from torch import Tensor

from nst import UserError, optimize
from nst.common.colors import luminance
from nst.common.encoders import load_encoder
from nst.common.images import load_image, resize
from nst.common.losses import content_loss, statistics, style_loss
from nst.common.runtime import place
from nst.common.weights import STYLES
from nst.custom import canvas, optimization
from nst.custom.coherence import coherent
from nst.custom.frame import Finish, Frame
from nst.custom.objective import Losses, Objective
from nst.custom.optimization import GIVEN_UP, RESTARTED, OptimizeSettings, schedule
from nst.custom.style import flat, measure
from nst.custom.tiling import Tile, tiles

MEDIA = Path(gradio.__file__).parent / "media_assets" / "images"
QUICK = OptimizeSettings(size=64, steps=12, style_scale=1.0)


@pytest.fixture(scope="module")
def photo() -> Tensor:
    return load_image(MEDIA / "tower.jpg", 256)


@pytest.fixture(scope="module")
def painting() -> Tensor:
    return work("stained-glass")


@functools.cache
def work(name: str) -> Tensor:
    return load_image(STYLES / "artwork" / f"{name}.jpg", 256)


def shrunk(picture: Tensor, long_side: int) -> Tensor:
    scale = long_side / max(picture.shape[2:])
    return resize(picture, *(max(1, round(side * scale)) for side in picture.shape[2:]))


def last(
    photo: Tensor, paintings: Tensor | Sequence[Tensor], settings: OptimizeSettings, mask: Tensor | None = None,
    start: Tensor | None = None,
) -> Frame:  # fmt: skip
    *_, frame = optimize(photo, paintings, settings, mask=mask, start=start)
    return frame


def style_distance(picture: Tensor, painting: Tensor) -> float:
    """How far the picture is from the painting's style, at the layers of the compact encoder."""
    encoder = load_encoder("compact")
    a, b = (encoder(place(p), encoder.style_layers) for p in (picture, painting))
    return sum(style_loss(statistics(a[name]), statistics(b[name])).item() for name in a)


def color_distance(picture: Tensor, other: Tensor) -> float:
    """How far the mean colours are apart."""
    return (picture.mean((0, 2, 3)) - other.mean((0, 2, 3))).norm().item()


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


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 120])
@pytest.mark.parametrize(("side", "size"), [(512, 512), (4000, 1024), (50, 512), (300, 200), (4000, 4096)])
@pytest.mark.parametrize("start", [0, 64, 200, 5000])
def test_the_schedule_goes_from_coarse_to_fine_and_ends_at_the_size(
    side: int, size: int, steps: int, start: int
) -> None:
    settings = OptimizeSettings(size=size, steps=steps)
    plan = schedule(side, settings, start)
    assert plan[-1][0] == min(side, size)
    assert all(count > 0 for _, count in plan)
    assert [scale for scale, _ in plan] == sorted({scale for scale, _ in plan})
    assert all(scale >= min(start, side, size) for scale, _ in plan)
    whole = schedule(side, settings)
    assert sum(count for _, count in whole) == steps
    from_noise = schedule(side, replace(settings, init="noise"))
    assert sum(count for _, count in from_noise) == steps
    assert plan == (from_noise[-len(plan) :] if start else whole)


@pytest.mark.parametrize("init", ["content", "noise"])
def test_the_schedule_spends_most_steps_where_they_are_cheap(init: str) -> None:
    plan = schedule(1024, OptimizeSettings(size=1024, steps=136, init=init))
    assert [scale for scale, _ in plan] == [128, 256, 512, 1024]
    assert plan[0][1] > 2 * plan[-1][1]
    assert all(coarse >= fine - 1 for (_, coarse), (_, fine) in itertools.pairwise(plan))


def test_a_finer_scale_begins_with_the_photos_details(painting: Tensor) -> None:
    grain = torch.rand((1, 3, 192, 192), generator=torch.Generator().manual_seed(0))
    settings = replace(QUICK, size=192, steps=2, style_weight=0, tv_weight=0, brushwork=0)
    coarse, fine = (frame.painted for frame in optimize(grain, painting, settings))
    assert coarse.shape[2:] == (96, 96)
    assert (fine - grain).abs().mean() < 0.3 * (resize(coarse, 192, 192) - grain).abs().mean()


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
    weighted = last(photo, painting, replace(QUICK, style_layer_weights=(1, 0, 0, 0))).picture
    content = last(photo, painting, replace(QUICK, content_layers=("relu2_1",))).picture
    for one, other in itertools.combinations([every, shallow, weighted, content], 2):
        assert (one - other).abs().mean() > 0.005


@pytest.mark.parametrize("name", ["woodcut", "storm-wave"])
def test_neighbours_draw_places_to_places_of_the_painting(photo: Tensor, name: str) -> None:
    """As far as their features are from the nearest in the painting, by another's eye than the objective's: relu2_1."""
    encoder, settings, layers = load_encoder("compact"), replace(QUICK, size=160, steps=40), ("relu2_1",)
    places = measure(place(shrunk(work(name), 160)), encoder, (), layers).places["relu2_1"].float()

    def away(neighbors: float) -> float:
        picture = last(photo, work(name), replace(settings, neighbors=neighbors)).picture
        features = flat(encoder(place(picture), layers)["relu2_1"]).float()
        return torch.cdist(features, places).amin(1).mean().item()

    assert away(settings.neighbors) < 0.97 * away(0)


@pytest.mark.parametrize("name", ["coral-surf", "storm-wave"])
def test_the_border_is_about_as_calm_as_the_rest(name: str) -> None:
    """Where a network repeats the border's pixels beyond it, it dots them: twice as rough."""
    sky = torch.linspace(0.3, 0.9, 256).view(1, 1, -1, 1) * torch.tensor([0.6, 0.8, 1.0]).view(1, 3, 1, 1)
    settings = OptimizeSettings(size=256, steps=40, coherence=False)
    picture = last(sky.expand(1, 3, 256, 256), load_image(STYLES / "artwork" / f"{name}.jpg", 512), settings).picture
    for dim in (2, 3):
        rough = picture.diff(dim=dim).abs().mean((0, 1, dim))
        assert max(rough[0], rough[-1]) < 1.45 * rough[4:-4].mean()


# Colours


def chroma(picture: Tensor) -> Tensor:
    return picture - luminance(picture)


def test_colours_are_the_paintings_or_the_photos(photo: Tensor) -> None:
    other, shown = work("bauhaus"), shrunk(photo, 64)
    found = {
        colors: last(photo, other, replace(QUICK, steps=20, colors=colors)).picture
        for colors in ("painting", "histogram", "luminance")
    }
    away = {colors: color_distance(picture, shown) for colors, picture in found.items()}
    assert away["painting"] > 0.1
    assert away["histogram"] < 0.3 * away["painting"]
    assert away["luminance"] < 0.3 * away["painting"]
    moved = {colors: (chroma(picture) - chroma(shown)).abs().mean().item() for colors, picture in found.items()}
    assert moved["luminance"] < 0.002  # what is clamped at black and white
    assert moved["histogram"] > 0.02  # the painting's own hues, in the photo's range
    assert moved["painting"] > 1.2 * moved["histogram"]
    assert (luminance(found["luminance"]) - luminance(shown)).abs().mean() > 0.05  # painted all the same


def test_the_look_of_colours_alone_leaves_things_as_they_are(photo: Tensor) -> None:
    other, shown = work("woodcut"), shrunk(photo, 96)
    full, colors = (
        last(photo, other, replace(QUICK, size=96, steps=30, look=look)).picture for look in ("full", "colors")
    )
    spread = [torch.cov(picture[0].flatten(1)) for picture in (colors, shown, other)]
    assert color_distance(colors, other) < 0.25 * color_distance(shown, other)
    assert (spread[0] - spread[2]).norm() < 0.5 * (spread[1] - spread[2]).norm()
    encoder = load_encoder("compact")
    things = [encoder(place(picture), ["relu4_1"])["relu4_1"] for picture in (full, colors, shown)]
    assert content_loss(things[1], things[2]) < 0.5 * content_loss(things[0], things[2])
    assert (colors - shown).abs().mean() > 0.05


# Several paintings


def test_paintings_are_mixed_by_their_weights(photo: Tensor) -> None:
    pair = [work("ink-wash"), work("pointillist")]
    settings = replace(QUICK, steps=25, content_weight=0.3)
    away = []
    for weights in ((1, 0), (0.5, 0.5), (0, 1)):
        picture = last(photo, pair, replace(settings, painting_weights=weights)).picture
        away.append([style_distance(picture, shrunk(one, 64)) for one in pair])
    to_first, to_second = zip(*away, strict=True)
    assert 1.3 * to_first[0] < to_first[1] < to_first[2] / 1.3
    assert 1.3 * to_second[2] < to_second[1] < to_second[0] / 1.3


def test_a_painting_of_no_weight_is_not_there_and_none_named_are_all_alike(photo: Tensor) -> None:
    first, second = work("ink-wash"), work("pointillist")

    def painted(paintings: list[Tensor], *weights: float) -> Tensor:
        return last(photo, paintings, replace(QUICK, steps=3, painting_weights=weights)).picture

    assert torch.equal(painted([first, second], 1, 0), painted([first]))
    assert torch.equal(painted([first, second], 0, 7), painted([second]))
    assert torch.equal(painted([first, second]), painted([first, second], 2, 2))
    assert not torch.equal(painted([first, second]), painted([first, second], 2, 3))


@pytest.mark.parametrize("weights", [(1.0,), (1.0, 1.0, 1.0), (0.0, 0.0), (1.0, -1.0), (1.0, float("nan")), ("a", "b")])
def test_weights_that_do_not_fit_the_paintings_are_refused(
    photo: Tensor, painting: Tensor, weights: tuple[Any, ...]
) -> None:
    with pytest.raises(UserError, match="Painting weights: there must be 2"):
        next(optimize(photo, [painting, painting], replace(QUICK, painting_weights=weights)))


# The painting's texture


@pytest.mark.parametrize(("scale", "least", "most"), [(0.5, 2, 3), (1, 4, 5), (2, 6, 9)])
def test_style_scale_is_the_size_of_the_texture(photo: Tensor, scale: float, least: int, most: int) -> None:
    """Stripes of 4 px come out as stripes of 2, 4 or 8: that far away light and dark have changed places."""
    columns = torch.arange(192)
    stripes = 0.1 + 0.8 * ((columns + columns[:, None]) // 8 % 2).expand(1, 3, 192, 192).float()
    settings = replace(QUICK, size=96, steps=30, init="noise", content_weight=0, style_scale=scale)
    grey = luminance(last(photo, stripes, settings).picture)[:, :1]
    grey = grey - grey.mean()
    alike = [
        ((grey[..., lag:] * grey[..., :-lag]).mean() + (grey[..., lag:, :] * grey[..., :-lag, :]).mean()).item()
        for lag in range(1, 13)
    ]
    assert least <= 1 + alike.index(min(alike)) <= most


def test_style_scale_brings_the_painting_in_at_that_size(photo: Tensor) -> None:
    other, settings = work("pointillist"), replace(QUICK, size=96, steps=25, init="noise", content_weight=0)
    sizes = {0.5: 48, 1.0: 96, 2.0: 192}
    for scale in sizes:
        picture = last(photo, other, replace(settings, style_scale=scale)).picture
        away = {each: style_distance(picture, shrunk(other, size)) for each, size in sizes.items()}
        assert min(away, key=away.__getitem__) == scale
        assert sorted(away.values())[1] > 1.4 * away[scale]


def test_style_scale_ends_where_the_painting_has_no_more(photo: Tensor, painting: Tensor) -> None:
    small = shrunk(painting, 64)
    pictures = [last(photo, small, replace(QUICK, steps=2, style_scale=scale)).picture for scale in (1, 1.5, 4)]
    assert torch.equal(pictures[0], pictures[1])
    assert torch.equal(pictures[0], pictures[2])
    assert OptimizeSettings(size=500, style_scale=1.5).painting_size == 750
    assert OptimizeSettings(size=500, style_scale=0.5).painting_size == 500


# Masks


def left_half() -> Tensor:
    mask = torch.zeros(1, 1, 128, 128)
    mask[..., :64] = 1
    return mask


def test_outside_of_the_mask_is_the_photo_and_feather_softens_its_edge(photo: Tensor) -> None:
    shown, edges = shrunk(photo, 96), []
    middle = shown.shape[3] // 2
    for feather in (0, 10, 20):
        settings = replace(QUICK, size=96, feather=feather)
        changed = (last(photo, work("bauhaus"), settings, left_half()).picture - shown).abs()
        assert changed[..., : middle // 2].mean() > 0.1
        assert changed[..., middle + 15 :].max() <= 1 / 255
        by_column = changed.amax((0, 1, 2))
        edges.append(int((by_column[middle:] > 2 / 255).sum()))
    assert edges[0] <= 1
    assert edges[0] + 2 <= edges[1] <= edges[2] - 2


def test_a_mask_of_nothing_leaves_the_photo_and_one_of_everything_none_of_it(photo: Tensor, painting: Tensor) -> None:
    settings, everywhere = replace(QUICK, steps=5), torch.ones(1, 1, 9, 7)
    assert torch.equal(last(photo, painting, settings, 0 * everywhere).picture, shrunk(photo, 64))
    free, masked = (last(photo, painting, settings, mask).picture for mask in (None, everywhere))
    assert (free - masked).abs().mean() < 0.1 * (free - shrunk(photo, 64)).abs().mean()


def test_a_soft_edge_does_not_mislead_the_steps(photo: Tensor) -> None:
    """What the mask lets through in part counts in part."""
    settings = replace(QUICK, size=96, steps=25, feather=15)
    for neighbors, share in ((0, 0.2), (settings.neighbors, 0.4)):  # no place is ever wholly its neighbour
        frames = list(optimize(photo, work("pointillist"), replace(settings, neighbors=neighbors), mask=left_half()))
        losses = [frame.total_loss for frame in frames]
        assert losses[-1] == min(losses)
        assert losses[-1] < share * losses[0]
        assert not any(frame.note for frame in frames)


def test_outside_of_the_mask_is_the_last_painting_of_several(photo: Tensor) -> None:
    inside, outside = work("bauhaus"), work("bauhaus").flip(1)  # red for blue
    settings = replace(QUICK, size=96, steps=25, content_weight=0.3, outside="painting")
    for paintings, weights in (([inside, outside], ()), ([inside, work("ink-wash"), outside], (1, 0))):
        picture = last(photo, paintings, replace(settings, painting_weights=weights), left_half()).picture
        left, right = picture[..., : picture.shape[3] // 2 - 3], picture[..., picture.shape[3] // 2 + 3 :]
        assert color_distance(left, inside) < 0.5 * color_distance(left, outside)
        assert color_distance(right, outside) < 0.5 * color_distance(right, inside)


def test_two_styles_want_two_paintings(photo: Tensor, painting: Tensor) -> None:
    settings = replace(QUICK, outside="painting")
    with pytest.raises(UserError, match="second painting"):
        next(optimize(photo, painting, settings, mask=left_half()))
    with pytest.raises(UserError, match="there must be 1"):
        next(optimize(photo, [painting, painting], replace(settings, painting_weights=(1, 1)), mask=left_half()))
    assert next(optimize(photo, painting, settings)).step == 1  # without a mask there is no outside


# Going on, and larger


def test_a_run_goes_on_from_a_picture_at_its_scale(photo: Tensor, painting: Tensor) -> None:
    settings = replace(QUICK, size=192, steps=30, coherence=False)
    frames = list(optimize(photo, painting, settings))
    stopped = [frame for frame in frames if max(frame.picture.shape[2:]) == 96][-1]
    on = list(optimize(photo, painting, settings, start=stopped.picture))
    assert on[0].picture.shape == stopped.picture.shape
    assert (on[0].picture - stopped.picture).abs().mean() < 0.02
    assert (stopped.picture - shrunk(photo, 96)).abs().mean() > 0.1
    assert [frame.step for frame in on] == list(range(1, len(on) + 1))
    done = list(optimize(photo, painting, settings, start=frames[-1].picture))
    assert {max(frame.picture.shape[2:]) for frame in done} == {192}
    assert len(done) == done[-1].of == schedule(192, settings, start_side=192)[-1][1] < 30
    assert done[-1].total_loss < 0.98 * frames[-1].total_loss


def test_settings_that_changed_change_the_picture_that_goes_on(photo: Tensor, painting: Tensor) -> None:
    settings = replace(QUICK, size=96, steps=20)
    start = last(photo, painting, settings).picture
    same = last(photo, painting, settings, start=start)
    faithful = last(photo, painting, replace(settings, content_weight=10, style_weight=1), start=start)
    other = last(photo, work("ink-wash"), settings, start=start)
    assert faithful.content_loss < 0.5 * same.content_loss
    ink = shrunk(work("ink-wash"), 96)
    assert style_distance(other.picture, ink) < 0.2 * style_distance(same.picture, ink)


@pytest.mark.parametrize("colors", ["painting", "luminance"])
def test_what_was_reached_is_not_lost_when_it_goes_on(
    photo: Tensor, monkeypatch: pytest.MonkeyPatch, colors: str
) -> None:
    """What goes on has the losses of what was stopped, before the first step is taken."""
    settings = replace(QUICK, size=96, steps=25, colors=colors, coherence=False)
    stopped = last(photo, work("bauhaus"), settings)
    monkeypatch.setattr(optimization, "FIRST_STEP_ONWARD", 1e-7)
    first = next(optimize(photo, work("bauhaus"), settings, start=stopped.picture))
    assert first.total_loss < 1.25 * stopped.total_loss
    assert (first.picture - stopped.picture).abs().mean() < 0.003


def test_a_start_of_another_shape_takes_the_photos(photo: Tensor, painting: Tensor) -> None:
    for shape in ((1, 1), (300, 20)):
        picture = last(photo, painting, replace(QUICK, steps=2), start=torch.rand(1, 3, *shape)).picture
        assert picture.shape == shrunk(photo, 64).shape


def test_enlarging_gives_the_size_and_keeps_the_look(photo: Tensor, painting: Tensor) -> None:
    small, settings = shrunk(photo, 128), replace(QUICK, size=128, steps=40, style_weight=20)
    start = last(small, painting, settings).picture
    large = last(small, painting, replace(settings, size=256), start=start).picture
    assert max(large.shape[2:]) == 256
    assert (resize(large, *start.shape[2:]) - start).norm() < 0.6 * (small - start).norm()
    # Finer than the start is, as bicubic alone would not make it.
    smooth = resize(start, *large.shape[2:])
    detail = [(p - resize(resize(p, *start.shape[2:]), *large.shape[2:])).pow(2).mean() for p in (large, smooth)]
    assert detail[0] > 4 * detail[1]


@pytest.mark.parametrize("seamless", [False, True])
def test_the_size_asked_for_is_the_size_that_comes(photo: Tensor, painting: Tensor, seamless: bool) -> None:
    small, settings = shrunk(photo, 80), replace(QUICK, steps=2, seamless=seamless)
    for size in (64, 80, 160):
        assert max(last(small, painting, replace(settings, size=size)).picture.shape[2:]) == size
    picture = last(small, painting, replace(settings, size=160, enlarge=False)).picture
    assert max(picture.shape[2:]) == 80


def test_a_photo_that_is_large_enough_is_never_enlarged(photo: Tensor, painting: Tensor) -> None:
    for size in (64, 256):
        pictures = [
            last(photo, painting, replace(QUICK, size=size, steps=2, enlarge=enlarge)).picture
            for enlarge in (False, True)
        ]
        assert torch.equal(*pictures)


def test_a_mask_follows_a_photo_that_is_enlarged(photo: Tensor, painting: Tensor) -> None:
    small, mask = shrunk(photo, 80), torch.zeros(1, 1, 80, 60)
    mask[..., :30] = 1
    picture = last(small, painting, replace(QUICK, size=160, feather=0), mask=mask).picture
    large = shrunk(small, 160)
    width = picture.shape[3]
    assert torch.allclose(picture[..., width // 2 + 4 :], large[..., width // 2 + 4 :], atol=1e-5)
    assert (picture - large)[..., : width // 2 - 4].abs().mean() > 0.02


# Edges


def steps_between(picture: Tensor, dim: int) -> Tensor:
    """How much neighbouring rows or columns differ; the last is the step to the opposite edge."""
    return (picture.roll(-1, dim) - picture).abs().mean((0, 1, 5 - dim))


def test_a_seamless_texture_goes_on_at_its_opposite_edge(photo: Tensor, painting: Tensor) -> None:
    square, ratios = photo[:, :, 60:188, 20:148], []
    for seamless in (False, True):
        settings = replace(QUICK, size=96, steps=25, content_weight=0, init="noise", seamless=seamless)
        picture = last(square, painting, settings).picture
        steps = [steps_between(picture, dim) for dim in (2, 3)]
        ratios.append([(step[-1] / step[:-1].mean()).item() for step in steps])
    assert min(ratios[0]) > 1.6
    assert max(ratios[1]) < 1.3


def test_a_seamless_picture_has_sides_that_the_network_can_wrap(painting: Tensor) -> None:
    for shape in ((100, 75), (75, 100), (10, 10), (300, 20)):
        photo = torch.rand(1, 3, *shape)
        picture = last(photo, painting, replace(QUICK, size=96, steps=1, seamless=True)).picture
        assert picture.shape[2] % 16 == picture.shape[3] % 16 == 0
        assert max(picture.shape[2:]) == 96


def test_a_seamless_photo_has_a_softer_edge(photo: Tensor) -> None:
    square, edges = photo[:, :, 60:188, 20:148], []
    for seamless in (False, True):
        picture = last(square, work("pointillist"), replace(QUICK, size=96, steps=30, seamless=seamless)).picture
        edges.append([(steps_between(picture, dim)[-1]).item() for dim in (2, 3)])
    assert sum(edges[1]) < 0.75 * sum(edges[0])


def test_a_seamless_picture_stays_so_when_it_is_enlarged(painting: Tensor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it is cut open, it is enlarged to the same picture."""
    monkeypatch.setattr(optimization, "FIRST_STEP_ONWARD", 1e-7)
    settings = replace(QUICK, size=160, content_weight=0, seamless=True, coherence=False)
    start = torch.rand(1, 3, 80, 80)

    def enlarged(start: Tensor) -> Tensor:
        return next(optimize(torch.rand(1, 3, 160, 160), painting, settings, start=start)).picture

    found = enlarged(start.roll((40, 7), (2, 3))).roll((-80, -14), (2, 3))
    assert (found - enlarged(start)).abs().max() < 1e-4


def test_strokes_are_smooth_where_something_is_painted_and_nothing_is_lost_by_it(photo: Tensor) -> None:
    mask = torch.zeros(1, 1, *photo.shape[2:])
    mask[:, :, :, photo.shape[3] // 2 :] = 1
    settings = replace(QUICK, size=96, feather=0.0)
    frame = last(photo, work("bauhaus"), settings, mask=mask)
    half = frame.picture.shape[3] // 2 - 1
    assert torch.equal(frame.picture[..., :half], shrunk(photo, 96)[..., :half])
    assert torch.allclose(frame.picture[..., half + 2 :], coherent(frame.painted)[..., half + 2 :], atol=1e-5)
    on = last(photo, work("bauhaus"), settings, mask=mask, start=frame.picture)
    assert on.total_loss < frame.total_loss


@pytest.mark.parametrize("turned", [(0, 0), (40, 8)])
def test_a_seamless_picture_is_smoothed_round_its_edges(turned: tuple[int, int]) -> None:
    painted = torch.rand(1, 3, 80, 64, generator=torch.Generator().manual_seed(0))
    smooth = Finish(coherence=True, seamless=True)
    found = smooth(painted.roll(turned, (2, 3))).roll((-turned[0], -turned[1]), (2, 3))
    assert torch.allclose(found, smooth(painted), atol=1e-4)
    assert not torch.allclose(found, coherent(painted), atol=0.1)


def test_tiles_leave_no_seam(photo: Tensor, monkeypatch: pytest.MonkeyPatch) -> None:
    square = photo[:, :, 60:188, 20:116]
    borders = [31, 63]  # the steps across them

    def seam(picture: Tensor) -> float:
        """How much neighbours differ across the borders of tiles, by how much they do elsewhere."""
        across, elsewhere = [], []
        for dim in (2, 3):
            steps = steps_between(picture, dim)[:95]
            across.append(steps[borders].mean())
            elsewhere.append(steps[[n for n in range(95) if n not in borders]].mean())
        return (torch.stack(across).mean() / torch.stack(elsewhere).mean()).item()

    def painted(cut: Callable[..., Iterable[Tile]]) -> Tensor:
        for module in ("objective", "style"):
            monkeypatch.setattr(f"nst.custom.{module}.tiles", cut)
        return last(square, work("pointillist"), replace(QUICK, size=128, steps=6)).picture

    monkeypatch.setattr(canvas, "spread", lambda change: change)  # changes that spread would hide a seam
    whole, tiled = painted(tiles), painted(functools.partial(tiles, largest=32))
    assert seam(tiled) == pytest.approx(seam(whole), rel=0.05)
    # Tiles that see nothing beyond their cores paint something else.
    blind = painted(lambda *a: tiles(a[0], a[1], 0, *a[3:], largest=32))
    assert (tiled - whole).abs().mean() < 0.2 * (blind - whole).abs().mean()


# Coming apart


def spoil(
    monkeypatch: pytest.MonkeyPatch,
    which: Callable[[int], bool],
    how: Callable[[Losses, Tensor], tuple[Losses, Tensor]],
) -> None:
    """Changes what some evaluations return, by their number; the first is of the canvas before any step."""
    evaluate, count = Objective.evaluate, itertools.count()

    def spoiled(self: Objective, picture: Tensor) -> tuple[Losses, Tensor]:
        found = evaluate(self, picture)
        return how(*found) if which(next(count)) else found

    monkeypatch.setattr(Objective, "evaluate", spoiled)


def nothing(losses: Losses, gradient: Tensor) -> tuple[Losses, Tensor]:
    return Losses(*(float("nan") for _ in losses)), torch.full_like(gradient, float("nan"))


def blown_up(losses: Losses, gradient: Tensor) -> tuple[Losses, Tensor]:
    return losses, 1000 * gradient


def assert_sound(frames: Sequence[Frame]) -> None:
    for frame in frames:
        assert frame.picture.isfinite().all()
        assert frame.total_loss == frame.total_loss


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_a_picture_that_came_apart_goes_on_from_the_last_good_one(
    photo: Tensor, painting: Tensor, monkeypatch: pytest.MonkeyPatch, optimizer: str
) -> None:
    spoil(monkeypatch, lambda number: number == 8, nothing)
    frames = list(optimize(photo, painting, replace(QUICK, steps=25, optimizer=optimizer)))
    assert_sound(frames)
    assert [frame.step for frame in frames if frame.note] == [8]
    assert frames[7].note == RESTARTED
    assert torch.equal(frames[7].picture, frames[6].picture)
    assert len(frames) == frames[-1].of == 25
    assert frames[-1].total_loss < 0.8 * frames[6].total_loss


def test_a_picture_that_comes_apart_again_is_given_up_at_the_last_good_one(
    photo: Tensor, painting: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(monkeypatch, lambda number: number >= 6, nothing)
    frames = list(optimize(photo, painting, QUICK))
    assert_sound(frames)
    assert [frame.note for frame in frames[5:]] == [RESTARTED, GIVEN_UP]
    assert frames[-1].step == frames[-1].of == 7
    assert frames[-1].seconds_left == 0
    assert torch.equal(frames[-1].picture, frames[4].picture)
    assert frames[-1].total_loss == frames[4].total_loss


@pytest.mark.parametrize("longest", [0.1, float("inf")])
def test_a_step_that_is_far_too_long_does_no_harm(
    photo: Tensor, monkeypatch: pytest.MonkeyPatch, longest: float
) -> None:
    """It is shortened; and were it not, it would be taken back."""
    monkeypatch.setattr(canvas, "LONGEST_STEP", longest)
    spoil(monkeypatch, lambda number: number == 8, blown_up)
    frames = list(optimize(photo, work("bauhaus"), replace(QUICK, steps=25, neighbors=0)))
    assert_sound(frames)
    assert [frame.note for frame in frames if frame.note] == ([] if longest == 0.1 else [RESTARTED])
    assert len(frames) == 25
    assert frames[-1].total_loss < 0.8 * frames[6].total_loss


def test_without_its_guards_a_picture_would_come_apart(photo: Tensor, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is, the tests above show something."""
    monkeypatch.setattr(canvas, "LONGEST_STEP", float("inf"))
    monkeypatch.setattr(canvas, "DIVERGED", float("inf"))
    spoil(monkeypatch, lambda number: number == 8, blown_up)
    frames = list(optimize(photo, work("bauhaus"), replace(QUICK, steps=10)))
    assert frames[-1].total_loss > 10 * frames[6].total_loss


@pytest.mark.parametrize("name", ["stained-glass", "bauhaus", "golden-garden"])
def test_noise_does_not_come_apart(photo: Tensor, name: str) -> None:
    """Its losses are nearly a plane, where steps by their curvature are far too long."""
    settings = replace(QUICK, size=96, steps=25, init="noise", content_weight=0, style_scale=2)
    frames = list(optimize(photo, work(name), settings))
    assert not any(frame.note for frame in frames)
    assert frames[-1].style_loss < 0.3 * frames[0].style_loss


# What nobody would give, and what is refused


@pytest.mark.parametrize("shape", [(1, 1), (1, 160), (160, 1), (7, 5), (3, 2)])
@pytest.mark.parametrize("enlarge", [False, True])
def test_tiny_and_thin_photos_become_pictures(painting: Tensor, shape: tuple[int, int], enlarge: bool) -> None:
    settings = OptimizeSettings(size=160, steps=4, enlarge=enlarge)
    picture = last(torch.rand(1, 3, *shape), painting, settings).picture
    assert picture.shape[2:] == (tuple(round(side * 160 / max(shape)) for side in shape) if enlarge else shape)
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
        {"colors": "green"},
        {"look": "none"},
        {"outside": "nothing"},
        {"style_scale": 0},
        {"feather": -1},
        {"style_weight": 0, "content_weight": 0},
    ],
)
def test_settings_that_cannot_be_are_refused_with_what_can(wrong: dict[str, object]) -> None:
    with pytest.raises(UserError, match=r"is one of|from .* to|both"):
        OptimizeSettings(**wrong)


def test_layers_that_are_not_there_are_refused_with_those_that_are(photo: Tensor, painting: Tensor) -> None:
    with pytest.raises(UserError, match="relu5_1"):
        next(iter(optimize(photo, painting, replace(QUICK, style_layers=("relu9_1",)))))
    with pytest.raises(UserError, match="there must be 4 here, one for each style layer"):
        next(iter(optimize(photo, painting, replace(QUICK, style_layer_weights=(1.0,)))))


def test_closing_the_stream_frees_its_memory(photo: Tensor, painting: Tensor) -> None:
    stream = optimize(photo, painting, replace(QUICK, steps=1000))
    canvas = weakref.ref(next(stream).picture)
    stream.close()
    gc.collect()
    assert canvas() is None
    assert next(iter(optimize(photo, painting, QUICK))).step == 1
