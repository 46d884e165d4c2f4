"""The losses and the gradient that are written down are those of `nst.common.losses`, which autograd derives."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from copy import deepcopy

import pytest
import torch
import torch.nn.functional as F
from nets import random_squeezenet
from torch import Tensor

from nst.common.encoders import Encoder, SqueezeNet, load_encoder
from nst.common.losses import Statistics, content_loss, statistics, style_loss, total_variation
from nst.common.runtime import place
from nst.custom.objective import Losses, Objective, Region, Weights
from nst.custom.style import flat, measure
from nst.custom.tiling import tiles

EVEN = {"relu1_1": 0.1, "relu2_1": 0.2, "relu3_1": 0.3, "relu4_1": 0.3, "relu5_1": 0.1}
PLACES = ("relu3_1", "relu5_1")  # whose nearest neighbours count
WEIGHTS = Weights(1.5, 20.0, 3.0, ("relu3_1", "relu4_1"), EVEN, 7.0, PLACES)
STYLE_ALONE = Weights(0.0, 1.0, 0.0, (), EVEN)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The compact encoder in full precision."""
    return deepcopy(load_encoder("compact")).float()


def noise(seed: int, height: int, width: int) -> Tensor:
    """Noise that is coarse and fine at once, as pictures are."""
    torch.manual_seed(seed)
    layers = [F.interpolate(torch.rand(1, 3, -(-height // n), -(-width // n)), (height, width)) for n in (1, 4, 16)]
    return place(torch.stack(layers).mean(0))


def left_half(height: int, width: int, edge: int) -> Tensor:
    """A mask whose edge is that many pixels wide."""
    return ((width / 2 - torch.arange(width)) / edge + 0.5).clamp(0, 1).expand(1, 1, height, width).contiguous()


def reference(
    picture: Tensor, content: Tensor, regions: Sequence[Region], encoder: Encoder, weights: Weights, border: int = 0
) -> tuple[Losses, Tensor]:
    """The same by autograd: the network sees the picture, the losses are those of `nst.common.losses`.

    The content's neighbours are those of the picture.
    """
    picture = picture.clone().requires_grad_()
    wrapped, goal = (F.pad(p, 4 * (border,), mode="circular") for p in (picture, content))
    layers = {*weights.content_layers, *weights.style_layers, *weights.neighbor_layers}

    def look(seen: Tensor) -> dict[str, Tensor]:
        features = encoder(seen, layers)
        for name, value in features.items():
            cut = border * value.shape[3] // seen.shape[3]
            features[name] = value[:, :, cut : value.shape[2] - cut, cut : value.shape[3] - cut]
        return features

    features, goals = look(wrapped), look(goal)
    contents = [content_loss(features[name], goals[name].detach()) for name in weights.content_layers]
    content_part = torch.stack(contents).mean() if contents else torch.zeros(())
    areas = [1.0 if region.mask is None else region.mask.mean().item() for region in regions]
    style_part = torch.zeros(())
    for region, area in zip(regions, areas, strict=True):
        for name, share in weights.style_layers.items():
            found = weighted_statistics(features[name], region.mask)
            style_part = (
                style_part + area / sum(areas) * share * style_loss(found, region.style.statistics[name]).squeeze()
            )
    total = weights.content * content_part + weights.style * style_part
    for name in weights.neighbor_layers:
        nearest, mask = neighbors_of(goals[name].detach(), regions, name)
        loss = content_loss(mask.sqrt() * features[name], mask.sqrt() * nearest).squeeze()
        total = total + weights.neighbors * loss / len(weights.neighbor_layers)
    if border:
        smooth = sum(((picture.roll(1, dim) - picture) ** 2).sum() for dim in (2, 3)) / picture.numel()
    else:
        smooth = total_variation(picture)
    total = total + weights.total_variation * smooth
    total.backward()
    assert picture.grad is not None
    return Losses(content_part.item(), style_part.item(), total.item()), picture.grad


def neighbors_of(features: Tensor, regions: Sequence[Region], layer: str) -> tuple[Tensor, Tensor]:
    """The nearest of the styles' places for all features, mixed by the regions' masks, and the sum of those."""
    found, masks = [], []
    for region in regions:
        places = region.style.places[layer]
        angles = F.cosine_similarity(
            (flat(features) - flat(features).mean(0))[:, None], (places - places.mean(0))[None], dim=2
        )
        found.append(places[angles.argmax(1)].T.reshape(features.shape))
        mask = torch.ones_like(features[:, :1]) if region.mask is None else region.mask
        masks.append(F.interpolate(mask, features.shape[2:], mode="area"))
    mixed = torch.stack([part * mask for part, mask in zip(found, masks, strict=True)]).sum(0)
    return mixed / sum(masks).clamp_min(1e-12), sum(masks)


def weighted_statistics(features: Tensor, mask: Tensor | None) -> Statistics:
    """The statistics of features that count as much as the mask lets them."""
    if mask is None:
        return statistics(features)
    weight = F.interpolate(mask, features.shape[2:], mode="area")
    mean = (weight * features).sum((2, 3), keepdim=True) / weight.sum()
    flat = (weight.sqrt() * (features - mean)).flatten(2)
    return Statistics(mean.flatten(1), flat @ flat.transpose(1, 2) / weight.sum())


def assert_alike(found: tuple[Losses, Tensor], expected: tuple[Losses, Tensor], tolerance: float = 1e-4) -> None:
    assert found[0] == pytest.approx(expected[0], rel=tolerance)
    assert found[1].shape == expected[1].shape
    assert (found[1] - expected[1]).norm() < tolerance * expected[1].norm()
    assert (found[1] - expected[1]).abs().max() < 10 * tolerance * expected[1].abs().max()


@pytest.mark.parametrize("size", [(64, 96), (75, 101), (9, 33), (1, 1)])
def test_losses_and_gradient_are_those_of_autograd(encoder: Encoder, size: tuple[int, int]) -> None:
    picture, content = noise(0, *size), noise(1, *size)
    region = Region(measure(noise(2, 80, 72), encoder, EVEN, PLACES))
    found = Objective(content, [region], encoder, WEIGHTS).evaluate(picture)
    assert_alike(found, reference(picture, content, [region], encoder, WEIGHTS))


def test_a_style_is_measured_as_the_losses_do(encoder: Encoder) -> None:
    painting = noise(0, 75, 101)
    found, features = measure(painting, encoder, EVEN).statistics, encoder(painting, EVEN)
    assert set(found) == set(EVEN)
    for name, value in found.items():
        for part, expected in zip(value, statistics(features[name]), strict=True):
            assert torch.allclose(part, expected, rtol=1e-3, atol=1e-4 * expected.abs().max().item()), name


def test_losses_and_gradient_of_masked_regions_are_those_of_autograd(encoder: Encoder) -> None:
    picture, content = noise(0, 64, 96), noise(1, 64, 96)
    mask = left_half(64, 96, 20)
    regions = [
        Region(measure(noise(2, 80, 72), encoder, EVEN, PLACES), mask),
        Region(measure(noise(3, 64, 64) ** 3, encoder, EVEN, PLACES), 1 - mask),
    ]
    found = Objective(content, regions, encoder, WEIGHTS).evaluate(picture)
    assert_alike(found, reference(picture, content, regions, encoder, WEIGHTS))


def test_losses_and_gradient_of_a_seamless_picture_are_those_of_autograd(encoder: Encoder) -> None:
    picture, content = noise(0, 112, 96), noise(1, 112, 96)
    region = Region(measure(noise(2, 80, 72), encoder, EVEN, PLACES))
    found = Objective(content, [region], encoder, WEIGHTS, seamless=True).evaluate(picture)
    assert_alike(found, reference(picture, content, [region], encoder, WEIGHTS, border=encoder.reach(EVEN)))


@pytest.mark.parametrize("part", ["content", "style"])
def test_what_counts_nothing_changes_nothing(encoder: Encoder, part: str) -> None:
    picture, content = noise(0, 48, 64), noise(1, 48, 64)
    region = Region(measure(noise(2, 64, 64), encoder, EVEN, PLACES))
    weights = Weights(2.0 * (part == "content"), 5.0 * (part == "style"), 0.0, ("relu4_1",), EVEN)
    losses, gradient = Objective(content, [region], encoder, weights).evaluate(picture)
    assert (losses.content > 0) == (part == "content")
    assert (losses.style > 0) == (part == "style")
    assert losses.total == pytest.approx(2 * losses.content + 5 * losses.style, rel=1e-5)
    both = Objective(content, [region], encoder, Weights(2.0, 5.0, 0.0, ("relu4_1",), EVEN)).evaluate(picture)[1]
    assert 0.01 * both.norm() < (both - gradient).norm() < both.norm() + gradient.norm()


def test_nothing_is_left_to_do_where_the_picture_is_there(encoder: Encoder) -> None:
    picture = noise(0, 64, 64)
    weights = Weights(1.0, 1.0, 0.0, ("relu4_1",), EVEN)
    objective = Objective(picture, [Region(measure(picture, encoder, EVEN, PLACES))], encoder, weights)
    losses, gradient = objective.evaluate(picture)
    assert losses.total < 1e-8
    assert gradient.norm() < 1e-3 * objective.evaluate(noise(1, 64, 64))[1].norm()


def test_the_gradient_in_low_precision_leads_the_same_way(encoder: Encoder) -> None:
    picture, content = noise(0, 96, 96), noise(1, 96, 96)
    exact, coarse = (
        Objective(content, [Region(measure(noise(2, 96, 96), eye, EVEN, PLACES))], eye, WEIGHTS).evaluate(picture)
        for eye in (encoder, deepcopy(encoder).bfloat16())
    )
    assert coarse[0] == pytest.approx(exact[0], rel=0.02)
    assert F.cosine_similarity(coarse[1].flatten(), exact[1].flatten(), dim=0) > 0.99


# Tiles


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    cut(monkeypatch)


def cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cuts pictures and paintings into small tiles from now on."""
    for module in ("objective", "style"):
        monkeypatch.setattr(f"nst.custom.{module}.tiles", functools.partial(tiles, largest=64))


@pytest.mark.parametrize("size", [(150, 203), (64, 129), (200, 70)])
@pytest.mark.parametrize("seamless", [False, True])
def test_tiles_give_what_the_whole_gives(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], seamless: bool
) -> None:
    if seamless:
        size = (size[0] // 16 * 16, size[1] // 16 * 16)
    picture, content, painting = noise(0, *size), noise(1, *size), noise(2, 141, 77)

    def evaluate() -> tuple[Objective, tuple[Losses, Tensor]]:
        region = Region(measure(painting, encoder, EVEN, PLACES))
        objective = Objective(content, [region], encoder, WEIGHTS, seamless)
        return objective, objective.evaluate(picture)

    whole, expected = evaluate()
    assert len(whole.tiles) == 1
    cut(monkeypatch)
    tiled, found = evaluate()
    assert len(tiled.tiles) >= 2
    assert_alike(found, expected)


@pytest.mark.parametrize("size", [(128, 192), (150, 203)])
def test_tiles_give_what_the_whole_gives_under_masks(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    picture, content = noise(0, *size), noise(1, *size)
    mask = F.interpolate(torch.rand(1, 1, 12, 16).round(), size, mode="bicubic").clamp(0, 1)
    regions = [
        Region(measure(noise(2, 80, 72), encoder, EVEN, PLACES), mask),
        Region(measure(noise(3, 64, 64) ** 3, encoder, EVEN, PLACES), 1 - mask),
    ]
    expected = Objective(content, regions, encoder, WEIGHTS).evaluate(picture)
    cut(monkeypatch)
    found = Objective(content, regions, encoder, WEIGHTS).evaluate(picture)
    assert_alike(found, expected)


# Masks


@pytest.mark.usefixtures("small_tiles")
def test_a_style_does_not_reach_beyond_its_region(encoder: Encoder) -> None:
    picture = noise(0, 32, 320)
    mask = torch.zeros(1, 1, 32, 320)
    mask[..., :96] = 1
    region = Region(measure(noise(2, 80, 72), encoder, EVEN, PLACES), mask)
    _, gradient = Objective(picture, [region], encoder, STYLE_ALONE).evaluate(picture)
    strength = gradient.abs().sum((0, 1, 2))
    assert strength[96 + encoder.reach(EVEN) :].max() == 0
    assert strength[:96].min() > 0


def test_two_regions_of_one_style_that_share_every_place_are_one(encoder: Encoder) -> None:
    picture = noise(0, 64, 80)
    style = measure(noise(2, 80, 72), encoder, EVEN, PLACES)
    mask = torch.full((1, 1, 64, 80), 0.3)
    expected = Objective(picture, [Region(style)], encoder, STYLE_ALONE).evaluate(picture)
    found = Objective(picture, [Region(style, mask), Region(style, 1 - mask)], encoder, STYLE_ALONE).evaluate(picture)
    assert_alike(found, expected)


def test_two_halves_of_one_texture_are_near_to_the_whole(encoder: Encoder) -> None:
    """The halves of a texture have nearly its statistics, and so nearly its loss."""
    torch.manual_seed(0)
    picture, mask = place(torch.rand(1, 3, 96, 128)), left_half(96, 128, 1)
    style = measure(noise(2, 96, 96), encoder, EVEN, PLACES)
    whole, _ = Objective(picture, [Region(style)], encoder, STYLE_ALONE).evaluate(picture)
    regions = [Region(style, mask), Region(style, 1 - mask)]
    halves, _ = Objective(picture, regions, encoder, STYLE_ALONE).evaluate(picture)
    assert halves.style == pytest.approx(whole.style, rel=0.05)


def test_an_empty_region_counts_nothing(encoder: Encoder) -> None:
    picture = noise(0, 48, 48)
    style, other = (measure(noise(seed, 64, 64), encoder, EVEN, PLACES) for seed in (1, 2))
    mask = torch.ones(1, 1, 48, 48)
    expected = Objective(picture, [Region(style)], encoder, STYLE_ALONE).evaluate(picture)
    found = Objective(picture, [Region(style, mask), Region(other, 0 * mask)], encoder, STYLE_ALONE).evaluate(picture)
    assert_alike(found, expected)
    losses, gradient = Objective(picture, [Region(other, 0 * mask)], encoder, STYLE_ALONE).evaluate(picture)
    assert losses.style == 0
    assert gradient.isfinite().all()


def test_masks_fit_networks_that_give_fewer_features_and_tiny_pictures_that_give_more() -> None:
    torch.manual_seed(0)
    encoder = SqueezeNet(random_squeezenet()).eval().requires_grad_(False)
    weights = Weights(0.0, 1.0, 0.0, (), {"relu1": 0.5, "fire5": 0.5})
    for size in ((1, 1), (20, 90), (75, 101)):
        picture = noise(0, *size)
        style, everywhere = measure(noise(1, 60, 60), encoder, weights.style_layers), torch.ones(1, 1, *size)
        expected = Objective(picture, [Region(style)], encoder, weights).evaluate(picture)
        assert_alike(Objective(picture, [Region(style, everywhere)], encoder, weights).evaluate(picture), expected)


# Seamless


@pytest.mark.parametrize("shift", [(16, 0), (0, 48), (32, -16)])
def test_what_is_seamless_has_no_edge(encoder: Encoder, shift: tuple[int, int]) -> None:
    """Wherever the picture is cut open, its loss and its gradient are the same; without `seamless` they are not."""
    picture, content = noise(0, 64, 80), noise(1, 64, 80)
    region = Region(measure(noise(2, 80, 72), encoder, EVEN, PLACES))

    def rolled_back(seamless: bool) -> tuple[Losses, Tensor]:
        rolled = Objective(content.roll(shift, (2, 3)), [region], encoder, WEIGHTS, seamless)
        losses, gradient = rolled.evaluate(picture.roll(shift, (2, 3)))
        return losses, gradient.roll((-shift[0], -shift[1]), (2, 3))

    expected = Objective(content, [region], encoder, WEIGHTS, seamless=True).evaluate(picture)
    assert_alike(rolled_back(seamless=True), expected)
    plain = Objective(content, [region], encoder, WEIGHTS).evaluate(picture)[1]
    assert (rolled_back(seamless=False)[1] - plain).norm() > 0.01 * plain.norm()
