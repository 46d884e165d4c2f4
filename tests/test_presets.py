import pytest
from PIL import Image

from nst.presets import catalogue, find
from nst.checkpoints import load_bank
from nst.weights import STYLES


def test_the_catalogue_is_complete() -> None:
    slugs = [preset.slug for preset in catalogue()]
    assert len(slugs) == len(set(slugs))
    for preset in catalogue():
        assert find(preset.slug) is preset
        assert all((preset.title, preset.artist, preset.year, preset.license))
        assert 0 < preset.strength <= 1


def test_every_bundled_preset_is_in_the_bank_and_has_a_thumbnail() -> None:
    for preset in catalogue():
        if preset.bundled:
            assert preset.downloaded
            assert preset.slug in load_bank(STYLES / "bank.safetensors").styles
        with Image.open(preset.thumbnail) as image:
            assert min(image.size) >= 160


@pytest.mark.parametrize("limit", [4_000_000])
def test_the_bank_is_small(limit: int) -> None:
    assert (STYLES / "bank.safetensors").stat().st_size <= limit
