"""The gallery's thumbnails."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from nets import original_state, random_network
from PIL import Image

from nst import UserError, catalogue
from nst.quick.presets import BLANK
from nst.training import thumbnails


def test_thumbnails_are_painted_with_the_networks_of_a_folder_where_they_are_not_here(
    tmp_path: Path, image: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    image.save(tmp_path / "photo.png")
    monkeypatch.setattr(thumbnails, "THUMBNAIL_PHOTO", tmp_path / "photo.png")
    cloud = [preset.slug for preset in catalogue() if not preset.bundled]
    assert len(cloud) > 1
    networks = tmp_path / "networks"
    networks.mkdir()
    torch.save(original_state(random_network()), networks / f"{cloud[0]}.pth")
    given, without = tmp_path / "given", tmp_path / "without"
    thumbnails.write_thumbnails(given, networks)
    thumbnails.write_thumbnails(without)
    names = {f"{preset.slug}.jpg" for preset in catalogue() if preset.bundled} | {BLANK.name, "sheet.jpg"}
    assert {path.name for path in without.iterdir()} == names
    assert {path.name for path in given.iterdir()} == names | {f"{cloud[0]}.jpg"}
    pixels = set()
    for path in given.iterdir():
        with Image.open(path) as picture:
            assert picture.size == (thumbnails.SIDE, thumbnails.SIDE) or path.name == "sheet.jpg"
            pixels.add(picture.tobytes())
    assert len(pixels) == len(names) + 1


def test_thumbnails_with_networks_of_no_folder_are_not_begun(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no folder"):
        thumbnails.write_thumbnails(tmp_path / "out", tmp_path / "nothing")
    assert not (tmp_path / "out").exists()
