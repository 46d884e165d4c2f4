"""The rendered scenes: pictures of the size asked for, the same pixels every time."""

from __future__ import annotations

import pytest
from PIL import ImageStat

from nst.artwork.scenes import SCENES

SIZE = 64


@pytest.mark.parametrize("slug", SCENES)
def test_scene_is_a_picture_and_the_same_every_time(slug: str) -> None:
    picture = SCENES[slug](SIZE)
    assert picture.mode == "RGB"
    assert max(picture.size) == SIZE
    assert min(picture.size) > 0.6 * SIZE
    assert min(ImageStat.Stat(picture).stddev) > 15
    assert SCENES[slug](SIZE).tobytes() == picture.tobytes()
