"""Styles are mixed, and gone beyond: by weights where they have one base, as pictures where not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import gradio
import pytest
import torch
from nets import base_that_ships, original_name, original_state, random_network, random_style, write_onnx, write_style
from torch import Tensor

from nst import StylizeSettings, UserError, catalogue, load_image, stylize
from nst.common.brushwork import brushed
from nst.common.runtime import prepare
from nst.common.weights import bundled
from nst.quick import mixing
from nst.quick.checkpoints import load_network
from nst.quick.feedforward import stylizing
from nst.quick.mixing import goes_beyond, mix
from nst.quick.presets import Preset, find, presets_in

BUNDLED = [preset.slug for preset in catalogue() if preset.bundled]
MEDIA = Path(gradio.__file__).parent / "media_assets" / "images"


@pytest.fixture(scope="module")
def photo() -> Tensor:
    return load_image(MEDIA / "tower.jpg", 192)


def apart(one: Tensor, other: Tensor) -> float:
    return (one - other).abs().mean().item()


def test_a_strength_above_1_goes_beyond_the_style(photo: Tensor) -> None:
    """Away from what the base paints, step by step, and it stays a picture."""
    with torch.inference_mode():
        common = prepare(base_that_ships())(photo)
    for slug in BUNDLED:
        painted = [stylize(photo, StylizeSettings(slug, strength=strength)) for strength in (1, 1.25, 1.5)]
        distances = [apart(picture, common) for picture in painted]
        assert distances == sorted(distances), slug
        assert distances[2] > 1.1 * distances[0], slug
        for picture in painted:
            assert picture.isfinite().all()
            assert 0 <= picture.min() <= picture.max() <= 1
        nearly = stylize(photo, StylizeSettings(slug, strength=1.01))
        assert 0 < apart(painted[0], nearly) < 0.1 * apart(painted[0], painted[1]), slug


def test_what_a_style_has_in_common_with_the_base_stays_at_any_strength(photo: Tensor, tmp_path: Path) -> None:
    (style,) = presets_in(write_style(tmp_path / "style.safetensors", base_that_ships()))
    full, beyond = (stylize(photo, StylizeSettings("style", strength=strength), [style]) for strength in (1, 1.5))
    assert apart(full, photo) > 0.05
    assert apart(full, beyond) < 0.01


@pytest.mark.parametrize("slug", ["own", "one", "alone", "liar"])
def test_a_network_of_ones_own_goes_beyond_its_picture_too(photo: Tensor, more: list[Preset], slug: str) -> None:
    """Whatever it is; one may even say falsely that it comes from the base that ships."""
    full, beyond = (stylize(photo, StylizeSettings(slug, strength=strength), more) for strength in (1, 1.4))
    assert torch.allclose(beyond, photo.lerp(full, 1.4).clamp(0, 1), atol=1e-5)
    assert apart(beyond, photo) > 1.1 * apart(full, photo)
    assert 0 <= beyond.min() <= beyond.max() <= 1


KIN = [("starry-night", "woodcut"), ("one", "two")]  # of one base
PAIRS = [*KIN, ("storm-wave", "own"), ("own", "two"), ("one", "alone"), ("storm-wave", "liar")]


@pytest.mark.parametrize("strength", [0.7, 1, 1.3])
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_mix_goes_from_one_style_to_the_other(
    photo: Tensor, more: list[Preset], first: str, second: str, strength: float
) -> None:
    """Of one base, of two, and of two kinds of networks."""

    def mixed(blend: float) -> Tensor:
        return stylize(photo, StylizeSettings(first, second, blend, strength), more)

    ends = [stylize(photo, StylizeSettings(slug, strength=strength), more) for slug in (first, second)]
    assert torch.equal(mixed(0), ends[0])
    assert torch.equal(mixed(1), ends[1])
    path = [mixed(blend) for blend in (0, 0.05, 0.25, 0.5, 0.75, 0.95, 1)]
    whole = apart(*ends)
    assert whole > 0.02
    for picture in path[1:-1]:
        assert 0 <= picture.min() <= picture.max() <= 1
    assert min(apart(path[3], end) for end in ends) > 0.25 * whole
    assert max(apart(path[0], path[1]), apart(path[5], path[6])) < 0.15 * whole
    assert apart(mixed(0.5), mixed(0.51)) < 0.05 * whole
    assert [apart(picture, ends[0]) for picture in path] == sorted(apart(picture, ends[0]) for picture in path)


def test_a_mix_of_two_networks_is_the_mean_of_their_pictures(photo: Tensor, more: list[Preset]) -> None:
    pairs = [("own", "two"), ("two", "own"), ("storm-wave", "own"), ("one", "storm-wave"), ("alone", "one")]
    for first, second in [*pairs, ("one", "stranger"), ("storm-wave", "liar")]:
        ends = [stylize(photo, StylizeSettings(slug), more) for slug in (first, second)]
        mixed = stylize(photo, StylizeSettings(first, second, 0.3), more)
        assert torch.allclose(mixed, ends[0].lerp(ends[1], 0.3), atol=1e-4)


@pytest.mark.parametrize(("first", "second"), KIN)
def test_a_mix_of_one_base_is_one_network_with_weights_in_between(
    photo: Tensor, more: list[Preset], first: str, second: str
) -> None:
    networks = [load_network(Path(str(find(slug, more).source))) for slug in (first, second)]
    for key, value in networks[0].state_dict().items():
        value.lerp_(networks[1].state_dict()[key], 0.3)
    with torch.inference_mode():
        expected = prepare(networks[0])(brushed(photo))
    settings = StylizeSettings(first, second, 0.3)
    painted, ends = (
        stylize(photo, settings, more),
        [stylize(photo, StylizeSettings(slug), more) for slug in (first, second)],
    )
    assert apart(painted, expected) < 1 / 255  # which is not the mean of two pictures
    assert apart(painted, expected) < 0.5 * apart(ends[0].lerp(ends[1], 0.3), expected)
    alone = sum(1 for _ in stylizing(photo, StylizeSettings(first), more))
    assert sum(1 for _ in stylizing(photo, settings, more)) == alone  # it costs no more than one of them


def test_a_mix_of_two_bases_paints_two_pictures(photo: Tensor, more: list[Preset]) -> None:
    pauses = [
        sum(1 for _ in stylizing(photo, StylizeSettings(first, second, 0.3), more))
        for first, second in (("one", ""), ("alone", ""), ("one", "alone"))
    ]
    assert pauses[2] == pauses[0] + pauses[1]


def test_a_mix_goes_beyond_its_styles_by_the_same_weights(photo: Tensor) -> None:
    """Whether mixed first and then taken away from the base, or the other way round."""
    networks, common = (
        [load_network(bundled(f"networks/{slug}.safetensors")) for slug in KIN[0]],
        base_that_ships().state_dict(),
    )
    network, other = networks
    for key, value in network.state_dict().items():
        value.lerp_(other.state_dict()[key], 0.4).copy_(torch.lerp(common[key], value, 1.3))
    with torch.inference_mode():
        expected = prepare(network)(brushed(photo))
    assert apart(stylize(photo, StylizeSettings(*KIN[0], 0.4, 1.3)), expected) < 1 / 255


def test_a_mix_of_a_style_with_itself_is_the_style(photo: Tensor, tmp_path: Path) -> None:
    """Be it named twice, or be there two presets of it."""
    settings = StylizeSettings("starry-night", "starry-night", 0.3)
    assert torch.equal(stylize(photo, settings), stylize(photo, StylizeSettings("starry-night")))
    torch.save(original_state(random_network()), tmp_path / "own.pth")
    write_style(tmp_path / "alone.safetensors")
    write_style(tmp_path / "kin.safetensors", random_style(base="mine"))
    for name in ("own.pth", "alone.safetensors", "kin.safetensors"):
        (one,) = presets_in(tmp_path / name)
        mixed = stylize(photo, StylizeSettings(one.slug, "again", 0.3), [one, replace(one, slug="again")])
        assert (mixed - stylize(photo, StylizeSettings(one.slug), [one])).abs().max() < 0.02


def test_networks_stay_as_they_are_whatever_is_painted_with_them(photo: Tensor) -> None:
    """Mixing and going beyond work on copies."""
    before = stylize(photo, StylizeSettings("woodcut"))
    for settings in (
        StylizeSettings("woodcut", strength=1.5),
        StylizeSettings("woodcut", "starry-night", 0.7),
        StylizeSettings("starry-night", "woodcut", 0.2, strength=1.2),
    ):
        stylize(photo, settings)
    mixing._mixed.cache_clear()
    assert torch.equal(stylize(photo, StylizeSettings("woodcut")), before)


def test_a_mix_needs_both_of_its_styles(photo: Tensor) -> None:
    with pytest.raises(UserError, match="'nobody'"):
        stylize(photo, StylizeSettings("starry-night", "nobody"))
    stylize(photo, StylizeSettings("starry-night", "nobody", 0))  # which is no mix


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_one_network_is_run_for_each_base(more: list[Preset], first: str, second: str) -> None:
    """Their pictures count as much as the styles in them."""
    found = list(mix([(find(first, more), 0.3), (find(second, more), 0.7)], 1))
    if (first, second) in KIN:
        ((_, share),) = found
        assert share == pytest.approx(1)
    else:
        assert [share for _, share in found] == [0.3, 0.7]


def test_beyond_its_style_a_network_is_another_only_where_its_base_is_here(more: list[Preset]) -> None:
    for slug, beyond in (("starry-night", True), ("own", False), ("one", False), ("alone", False), ("liar", False)):
        (plain, _), (strong, _) = (next(mix([(find(slug, more), 1)], strength)) for strength in (1, 1.5))
        pairs = zip(plain.state_dict().values(), strong.state_dict().values(), strict=True)
        assert goes_beyond(plain) == goes_beyond(strong) == beyond
        assert all(torch.equal(one, other) for one, other in pairs) != beyond


def test_a_file_that_has_gone_since_is_said_to_have(tmp_path: Path, more: list[Preset]) -> None:
    (tmp_path / "own.pth").unlink()
    with pytest.raises(UserError, match=r"own\.pth.*not there any more"):
        next(mix([(find("own", more), 1)], 1))


def test_a_file_that_was_written_anew_is_read_anew(tmp_path: Path, photo: Tensor, more: list[Preset]) -> None:
    before = stylize(photo, StylizeSettings("own"), more)
    assert torch.equal(stylize(photo, StylizeSettings("own"), more), before)
    write_onnx(tmp_path / "own.pth", random_network(6), original_name)
    assert not torch.equal(stylize(photo, StylizeSettings("own"), more), before)
