import sys
from pathlib import Path

import gradio
import pytest
import torch
from nets import original_state, random_bank, random_network, write_bank
from torch import Tensor

from nst import StylizeSettings, UserError, catalogue, load_image, stylize
from nst.checkpoints import load_network
from nst.colors import luminance
from nst.images import as_type, resize
from nst.losses import total_variation
from nst.networks import StyleBank, finished
from nst.presets import Preset, find, presets_in
from nst.stylize import stylizing, with_clouds
from nst.weights import bundled

BUNDLED = [preset.slug for preset in catalogue() if preset.bundled]
MEDIA = Path(gradio.__file__).parent / "media_assets" / "images"


@pytest.fixture(scope="module")
def photo() -> Tensor:
    return load_image(MEDIA / "tower.jpg", 192)


@pytest.fixture
def more(tmp_path: Path) -> list[Preset]:
    """A network of one's own, "own", and two styles of a bank of one's own, "one" and "two"."""
    torch.save(original_state(random_network()), tmp_path / "own.pth")
    write_bank(tmp_path / "bank.safetensors", random_bank())
    return [*presets_in(tmp_path / "own.pth"), *presets_in(tmp_path / "bank.safetensors")]


def apart(one: Tensor, other: Tensor) -> float:
    return (one - other).abs().mean().item()


def test_every_bundled_preset_paints_and_each_in_its_own_way(photo: Tensor) -> None:
    painted = {slug: stylize(photo, StylizeSettings(style=slug)) for slug in BUNDLED}
    for slug, picture in painted.items():
        assert picture.shape == photo.shape
        assert picture.isfinite().all()
        assert (picture - photo).abs().mean() > 0.03, slug
    for index, one in enumerate(BUNDLED):
        for other in BUNDLED[:index]:
            assert (painted[one] - painted[other]).abs().mean() > 0.03, (one, other)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (7, 5), (3, 2), (65, 130), (255, 257)])
def test_any_size_comes_back_at_its_own_size(shape: tuple[int, int]) -> None:
    picture = stylize(torch.rand(1, 3, *shape))
    assert picture.shape[2:] == shape
    assert picture.isfinite().all()


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_flat_photo_stays_finite_and_is_not_black(value: float) -> None:
    for slug in BUNDLED:
        picture = stylize(torch.full((1, 3, 64, 64), value), StylizeSettings(style=slug))
        assert picture.isfinite().all()
        assert 0 <= picture.min() <= picture.max() <= 1
        if value:
            assert picture.mean() > 0.02, slug


def test_strength_goes_from_the_photo_to_the_style(photo: Tensor) -> None:
    none, half, full = (stylize(photo, StylizeSettings(strength=strength)) for strength in (0, 0.5, 1))
    assert torch.equal(none, photo)
    assert (half - photo).abs().mean() < 0.7 * (full - photo).abs().mean()
    assert (half - full).abs().mean() < 0.7 * (full - photo).abs().mean()


def test_a_strength_above_1_goes_beyond_the_style(photo: Tensor) -> None:
    """Away from what all styles of the bank have in common, step by step, and it stays a picture."""
    bank = load_network(bundled("bank.safetensors"))
    with torch.inference_mode():
        common = bank(with_clouds(photo), torch.full((1, len(bank.styles)), 1 / len(bank.styles)))
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


def test_what_all_styles_have_in_common_stays_at_any_strength(photo: Tensor, tmp_path: Path) -> None:
    bank = random_bank()
    for name, table in bank.named_parameters():
        if name.endswith(("scale", "shift")):
            table[1] = table[0]
    write_bank(tmp_path / "bank.safetensors", bank)
    one, two = presets_in(tmp_path / "bank.safetensors")
    full, beyond = (stylize(photo, StylizeSettings("one", strength=strength), [one, two]) for strength in (1, 1.5))
    assert apart(full, photo) > 0.05
    assert apart(full, beyond) < 0.01


def test_a_network_of_ones_own_goes_beyond_its_picture_too(photo: Tensor, more: list[Preset]) -> None:
    full, beyond = (stylize(photo, StylizeSettings("own", strength=strength), more) for strength in (1, 1.4))
    assert torch.allclose(beyond, photo.lerp(full, 1.4).clamp(0, 1), atol=1e-5)
    assert apart(beyond, photo) > 1.1 * apart(full, photo)
    assert 0 <= beyond.min() <= beyond.max() <= 1


PAIRS = [("starry-night", "woodcut"), ("great-wave", "own"), ("own", "two"), ("one", "two")]


@pytest.mark.parametrize("strength", [0.7, 1, 1.3])
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_mix_goes_from_one_style_to_the_other(
    photo: Tensor, more: list[Preset], first: str, second: str, strength: float
) -> None:
    """Of one bank, of two networks, and of two kinds of networks."""

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
    for first, second in (("own", "two"), ("two", "own"), ("great-wave", "own"), ("one", "great-wave")):
        ends = [stylize(photo, StylizeSettings(slug), more) for slug in (first, second)]
        mixed = stylize(photo, StylizeSettings(first, second, 0.3), more)
        assert torch.allclose(mixed, ends[0].lerp(ends[1], 0.3), atol=1e-4)


def test_a_mix_of_a_style_with_itself_is_the_style(photo: Tensor, tmp_path: Path) -> None:
    """Be it named twice, or be there two presets of it."""
    settings = StylizeSettings("starry-night", "starry-night", 0.3)
    assert torch.equal(stylize(photo, settings), stylize(photo, StylizeSettings("starry-night")))
    write_bank(tmp_path / "bank.safetensors", random_bank())
    (one, _) = presets_in(tmp_path / "bank.safetensors")
    again = Preset("again", "Again", one.source, one.style)
    mixed = stylize(photo, StylizeSettings("one", "again", 0.3), [one, again])
    assert (mixed - stylize(photo, StylizeSettings("one"), [one])).abs().max() < 0.02


def test_a_mix_needs_both_of_its_styles(photo: Tensor) -> None:
    with pytest.raises(UserError, match="'nobody'"):
        stylize(photo, StylizeSettings("starry-night", "nobody"))
    stylize(photo, StylizeSettings("starry-night", "nobody", 0))  # which is no mix


@pytest.mark.parametrize(
    "settings",
    [
        StylizeSettings(),
        StylizeSettings(size=100),
        StylizeSettings(texture_size=64),
        StylizeSettings("own"),
        StylizeSettings("own", "woodcut", strength=1.5),
        StylizeSettings(strength=0.4, keep_colors=True),
    ],
    ids=["plain", "small", "broad strokes", "own network", "mixed, beyond", "half, in its colours"],
)
def test_a_photo_of_bytes_gives_bytes(photo: Tensor, more: list[Preset], settings: StylizeSettings) -> None:
    pixels = as_type(torch.uint8, photo)
    before = pixels.clone()
    painted, exact = stylize(pixels, settings, more), stylize(pixels.float() / 255, settings, more)
    assert painted.dtype == torch.uint8
    assert painted.shape == exact.shape
    assert apart(painted.float() / 255, exact) < 2 / 255
    assert (painted.float() / 255 - exact).abs().max() < 0.1
    assert torch.equal(pixels, before)
    assert torch.equal(stylize(pixels, StylizeSettings(strength=0)), pixels)


def test_the_photo_stays_as_it_was(photo: Tensor, more: list[Preset]) -> None:
    before = photo.clone()
    for settings in (StylizeSettings("own", "woodcut", texture_size=64), StylizeSettings(keep_colors=True, size=90)):
        stylize(photo, settings, more)
    assert torch.equal(photo, before)


def test_painting_pauses_often_and_can_be_closed_midway(photo: Tensor, more: list[Preset]) -> None:
    settings = StylizeSettings("woodcut", "own", texture_size=64)
    expected, pauses = stylize(photo, settings, more), sum(1 for _ in stylizing(photo, settings, more))
    assert pauses > 20
    for stop in (1, pauses // 2, pauses):
        painting = stylizing(photo, settings, more)
        for _ in range(stop):
            next(painting)
            assert torch.is_grad_enabled()  # nothing leaks out to who waits
            assert not torch.is_inference_mode_enabled()
        painting.close()
        assert not list(painting)
    assert torch.equal(finished(stylizing(photo, settings, more)), expected)


def test_two_paintings_at_once_do_not_disturb_each_other(photo: Tensor) -> None:
    settings = [StylizeSettings("woodcut"), StylizeSettings("starry-night", texture_size=64)]
    expected = [stylize(photo, one) for one in settings]
    both = [stylizing(photo, one) for one in settings]
    painted: list[Tensor | None] = [None, None]
    while any(picture is None for picture in painted):
        for index, painting in enumerate(both):
            try:
                next(painting)
            except StopIteration as end:
                painted[index] = painted[index] if end.value is None else end.value
    assert all(torch.equal(one, other) for one, other in zip(painted, expected, strict=True))


def test_colours_can_be_kept(photo: Tensor) -> None:
    plain, kept = (stylize(photo, StylizeSettings(keep_colors=keep)) for keep in (False, True))

    def chroma_distance(picture: Tensor) -> float:
        return ((picture - luminance(picture)) - (photo - luminance(photo))).abs().mean().item()

    assert chroma_distance(kept) < 0.3 * chroma_distance(plain)
    assert (luminance(kept) - luminance(plain)).abs().mean() < 0.05


@pytest.mark.parametrize("strength", [0, 1])
def test_the_size_asked_for_is_the_size_that_comes(photo: Tensor, more: list[Preset], strength: float) -> None:
    for size in (100, 192, 300):
        height, width = stylize(photo, StylizeSettings("own", size=size, strength=strength), more).shape[2:]
        assert (height, width) == (size, round(size * photo.shape[3] / photo.shape[2]))
    assert stylize(photo, StylizeSettings("own", strength=strength), more).shape == photo.shape


@pytest.mark.parametrize(("shape", "large"), [((1, 1), (64, 64)), ((1, 600), (1, 64)), ((4, 3), (64, 48))])
def test_a_tiny_photo_becomes_a_picture(more: list[Preset], shape: tuple[int, int], large: tuple[int, int]) -> None:
    picture = stylize(torch.rand(1, 3, *shape), StylizeSettings("own", size=64), more)
    assert picture.shape[2:] == large
    assert picture.isfinite().all()


def test_a_clear_sky_is_not_one_mark_over_and_over() -> None:
    """Marks in rows look alike after a shift by their distance; brush strokes do not."""
    sky = torch.full((1, 3, 192, 192), 0.7)
    for slug in BUNDLED:
        marks = luminance(stylize(sky, StylizeSettings(style=slug)))[0, 0, 32:-32, 32:-32]
        marks = marks - marks.mean()
        likeness = torch.fft.irfft2(torch.fft.rfft2(marks).abs().square()) / marks.square().sum()
        likeness = likeness[: marks.shape[0] // 2, : marks.shape[1] // 2]
        assert likeness[24:, 24:].max() < 0.7, slug


def test_what_has_detail_goes_into_the_network_as_it_is() -> None:
    detailed, flat = torch.rand(1, 3, 65, 130), torch.full((1, 3, 65, 130), 0.5)
    assert (with_clouds(detailed) - detailed).abs().mean() < 1e-3
    assert (with_clouds(flat) - flat).std() > 0.03
    assert torch.equal(with_clouds(flat), with_clouds(flat))


def test_strokes_are_those_of_the_texture_size(photo: Tensor) -> None:
    """A large picture, made small, is the small picture; and it is sharper than that, enlarged."""
    small = stylize(resize(photo, 64, 48), StylizeSettings())
    large = stylize(resize(photo, 192, 144), StylizeSettings(texture_size=64))
    finest = stylize(resize(photo, 192, 144), StylizeSettings())
    assert (resize(large, 64, 48) - small).abs().mean() < 0.2 * (resize(finest, 64, 48) - small).abs().mean()
    assert total_variation(large) > 2 * total_variation(resize(small, 192, 144))


def test_a_photo_too_large_for_a_network_is_painted_smaller_and_enlarged(
    photo: Tensor, more: list[Preset], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The networks hold feature maps of a sixteenth of the photo; at its texture size that is the same picture."""
    for name in ("starry-night", more[0].slug):
        settings = StylizeSettings(style=name)
        network = load_network(Path(str(find(name, more).source)))
        whole = as_type(torch.uint8, resize(photo, 160, 128))
        with monkeypatch.context() as patch:
            patch.setattr(sys.modules["nst.stylize"], "HELD", network.bytes_per_pixel * whole[0, 0].numel() / 16)
            limited = stylize(whole, settings, more)
        small = stylize(resize(whole, 40, 32), settings, more)
        assert (limited.dtype, limited.shape) == (torch.uint8, whole.shape)
        assert (resize(limited, 40, 32).float() - small.float()).abs().mean() < 6


def test_low_precision_gives_the_picture_of_full_precision(photo: Tensor) -> None:
    bank = load_network(bundled("bank.safetensors")).eval()
    mix = bank.mix({BUNDLED[0]: 1.0})
    with torch.inference_mode():
        full = bank(photo, mix)
        low = bank.bfloat16()(photo, mix.bfloat16()).float()
    assert (full - low).abs().mean() < 2 / 255


def test_a_batch_in_several_styles_gives_the_pictures_of_one_by_one(photo: Tensor) -> None:
    torch.manual_seed(0)
    bank = StyleBank(["a", "b"], width=16, blocks=1).eval()
    for table in (p for name, p in bank.named_parameters() if name.endswith(("scale", "shift"))):
        torch.nn.init.normal_(table)
    mixes = [bank.mix({"a": 1.0}), bank.mix({"a": 0.3, "b": 0.7})]
    with torch.inference_mode():
        together = bank(photo.expand(2, -1, -1, -1), torch.cat(mixes))
        for picture, mix in zip(together, mixes, strict=True):
            assert torch.allclose(picture[None], bank(photo, mix), atol=1e-4)


@pytest.mark.parametrize(
    "wrong",
    [
        {"strength": float("nan")},
        {"strength": 1.6},
        {"blend": -0.1},
        {"blend": 1.1},
        {"size": 0},
        {"size": -1},
        {"size": 10**6},
        {"texture_size": 63},
    ],
)
def test_settings_that_cannot_be_are_refused_with_what_can(wrong: dict[str, object]) -> None:
    with pytest.raises(UserError, match=r"from .* to"):
        StylizeSettings(**wrong)


def test_an_unknown_style_is_refused_with_those_there_are(photo: Tensor) -> None:
    with pytest.raises(UserError, match="starry-night"):
        stylize(photo, StylizeSettings(style="nobody"))
