from pathlib import Path

import gradio
import pytest
import torch
from torch import Tensor

from nst import StylizeSettings, UserError, catalogue, load_image, stylize
from nst.common.colors import luminance
from nst.common.images import as_type, resize
from nst.common.losses import total_variation
from nst.common.runtime import prepare
from nst.common.weights import bundled
from nst.quick import feedforward
from nst.quick.checkpoints import load_network
from nst.quick.feedforward import stylizing
from nst.quick.networks import StyleNet, finished
from nst.quick.presets import Preset, find

BUNDLED = [preset.slug for preset in catalogue() if preset.bundled]
MEDIA = Path(gradio.__file__).parent / "media_assets" / "images"


@pytest.fixture(scope="module")
def photo() -> Tensor:
    return load_image(MEDIA / "tower.jpg", 192)


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


@pytest.mark.parametrize("strength", [1, 1.5])
@pytest.mark.parametrize("slug", ["starry-night", "own"])
def test_a_large_photo_of_bytes_is_painted_as_one_of_floats(more: list[Preset], slug: str, strength: float) -> None:
    """Where strokes are coarser than pixels, two pictures are added up."""
    large, settings = load_image(MEDIA / "tower.jpg", 500), StylizeSettings(slug, strength=strength, texture_size=128)
    exact = stylize(large, settings, more)
    painted = stylize(as_type(torch.uint8, large), settings, more)
    assert exact.mean() > 0.1
    assert apart(painted.float() / 255, exact) < 2 / 255


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


@pytest.mark.parametrize("noise", [0, 1, 3])  # in 255ths, as of a camera
def test_a_clear_sky_is_not_one_mark_over_and_over(photo: Tensor, noise: float) -> None:
    """Marks in rows look alike after a shift by their distance; brush strokes do not."""
    grains = torch.randn((1, 3, 192, photo.shape[3]), generator=torch.Generator().manual_seed(0))
    sky = photo.new_tensor([0.55, 0.7, 0.9]).view(1, 3, 1, 1) + noise / 255 * grains
    scene = torch.cat([sky.clamp(0, 1), photo], 2)
    for slug in BUNDLED:
        marks = luminance(stylize(scene, StylizeSettings(style=slug)))[0, 0, 16:128, 16:-16]
        marks = marks - marks.mean()
        if marks.std() < 1 / 255:  # nothing to be seen
            continue
        likeness = torch.fft.irfft2(torch.fft.rfft2(marks).abs().square()) / marks.square().sum()
        likeness = likeness[: marks.shape[0] // 2, : marks.shape[1] // 2]
        assert likeness[24:, 24:].max() < 0.7, slug


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
    for name in ("starry-night", "own", "one"):
        settings = StylizeSettings(style=name)
        network = load_network(Path(str(find(name, more).source)))
        if isinstance(network, StyleNet):
            prepare(network)  # in the precision that it is run in, which counts
        whole = as_type(torch.uint8, resize(photo, 160, 128))
        with monkeypatch.context() as patch:
            patch.setattr(feedforward, "HELD", network.bytes_per_pixel * whole[0, 0].numel() / 16)
            limited = stylize(whole, settings, more)
        small = stylize(resize(whole, 40, 32), settings, more)
        assert (limited.dtype, limited.shape) == (torch.uint8, whole.shape)
        assert (resize(limited, 40, 32).float() - small.float()).abs().mean() < 6


def test_low_precision_gives_the_picture_of_full_precision(photo: Tensor) -> None:
    for slug in BUNDLED:
        network = load_network(bundled(f"networks/{slug}.safetensors"))
        with torch.inference_mode():
            full = network(photo)
            low = network.bfloat16()(photo)
        assert low.dtype == torch.float32
        assert (full - low).abs().mean() < 2 / 255, slug


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
