"""What is painted over a photo becomes a mask."""

from __future__ import annotations

import pytest
from PIL import Image

from nst.ui.custom import mask

pytestmark = pytest.mark.usefixtures("uploads")


def test_the_mask_is_white_where_the_brush_was() -> None:
    layers = [Image.new("RGBA", (30, 20)) for _ in range(2)]
    layers[0].paste((176, 86, 58, 178), (0, 0, 10, 20))  # the brush lets the photo shine through
    layers[1].paste((176, 86, 58, 178), (20, 0, 30, 20))
    with Image.open(mask.take({"layers": layers})["mask"]) as painted:
        assert painted.size == (30, 20)
        grey = painted.convert("L")
    assert [grey.getpixel((x, 10)) for x in (5, 15, 25)] == [255, 0, 255]


@pytest.mark.parametrize("painted", [None, {"layers": []}, {"layers": [Image.new("RGBA", (30, 20))]}])
def test_where_nothing_was_painted_there_is_no_mask(painted: dict[str, list[Image.Image]] | None) -> None:
    assert mask.take(painted) == {"mask": ""}
