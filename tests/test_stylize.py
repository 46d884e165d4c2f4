from pathlib import Path

import gradio
import pytest
import torch
from torch import Tensor

from nst import StylizeSettings, UserError, catalogue, load_image, stylize
from nst.checkpoints import load_bank
from nst.colors import luminance
from nst.images import resize
from nst.losses import total_variation
from nst.networks import StyleBank
from nst.stylize import with_clouds
from nst.weights import bundled

BUNDLED = [preset.slug for preset in catalogue() if preset.bundled]
MEDIA = Path(gradio.__file__).parent / "media_assets" / "images"


@pytest.fixture(scope="module")
def photo() -> Tensor:
    return load_image(MEDIA / "tower.jpg", 192)


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


def test_colours_can_be_kept(photo: Tensor) -> None:
    plain, kept = (stylize(photo, StylizeSettings(keep_colors=keep)) for keep in (False, True))

    def chroma_distance(picture: Tensor) -> float:
        return ((picture - luminance(picture)) - (photo - luminance(photo))).abs().mean().item()

    assert chroma_distance(kept) < 0.3 * chroma_distance(plain)
    assert (luminance(kept) - luminance(plain)).abs().mean() < 0.05


def test_size_bounds_the_long_side_and_never_enlarges(photo: Tensor) -> None:
    assert max(stylize(photo, StylizeSettings(size=100)).shape[2:]) == 100
    assert stylize(photo, StylizeSettings(size=5000)).shape == photo.shape


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


def test_low_precision_gives_the_picture_of_full_precision(photo: Tensor) -> None:
    bank = load_bank(bundled("bank.safetensors")).eval()
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
    "wrong", [{"strength": float("nan")}, {"strength": 1.6}, {"size": 0}, {"size": -1}, {"size": 10**6}]
)
def test_settings_that_cannot_be_are_refused_with_what_can(wrong: dict[str, object]) -> None:
    with pytest.raises(UserError, match=r"from .* to"):
        StylizeSettings(**wrong)


def test_an_unknown_style_is_refused_with_those_there_are(photo: Tensor) -> None:
    with pytest.raises(UserError, match="starry-night"):
        stylize(photo, StylizeSettings(style="nobody"))
