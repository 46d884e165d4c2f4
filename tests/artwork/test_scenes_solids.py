"""The scenes built of solids: each is a picture of its size, the same every time."""

from __future__ import annotations

import importlib

import pytest
from PIL import Image, ImageStat

SIZE = 64


@pytest.mark.parametrize("name", ["bust", "still_life", "night_street"])
def test_scene_is_a_picture_and_the_same_every_time(name: str) -> None:
    render = importlib.import_module(f"nst.artwork.scenes.{name}").render
    picture: Image.Image = render(SIZE)
    assert picture.mode == "RGB"
    assert max(picture.size) == SIZE
    assert min(picture.size) > 0.6 * SIZE
    assert min(ImageStat.Stat(picture).stddev) > 15
    assert render(SIZE).tobytes() == picture.tobytes()
