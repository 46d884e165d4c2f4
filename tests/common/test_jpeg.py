"""A JPEG loses its blocks, and keeps what was in it."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from nst.common.images import open_image
from nst.common.jpeg import without_blocks


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def scene(side: int = 128) -> Image.Image:
    """Soft hills of colour with edges between them, and no noise."""
    y, x = np.mgrid[:side, :side] / side
    hills = [np.sin(9 * x + 5 * y + 2 * third) + np.cos(7 * y - 3 * x * third) for third in range(3)]
    pixels = np.stack(hills, axis=2) * 50 + np.where((x - 0.5) ** 2 + (y - 0.4) ** 2 < 0.06, 90, 150)[..., None]
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("subsampling", [0, 2])
@pytest.mark.parametrize("quality", [10, 25, 50])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_jpeg_is_enlarged_without_its_blocks(mode: str, quality: int, subsampling: int) -> None:
    """It is nearer to what it was made of than by plain enlarging, and most of all at the borders of its blocks."""
    clean = scene().convert(mode)
    data = encoded(clean, "JPEG", quality=quality, subsampling=subsampling)
    own = open_image(data)
    truth, plain = (
        np.asarray(i.convert("RGB").resize((512, 512), Image.Resampling.LANCZOS), float) for i in (clean, own)
    )
    found = np.asarray(open_image(data, 512, enlarge=True), float)
    assert ((found - truth) ** 2).mean() < 0.96 * ((plain - truth) ** 2).mean()
    steps = [np.abs(np.diff(picture - truth, axis=0))[31::32].mean() for picture in (plain, found)]
    assert steps[1] < 0.85 * steps[0]
    assert np.array_equal(np.asarray(open_image(encoded(own, "PNG"), 512, enlarge=True)), plain)


def test_a_jpeg_is_enlarged_whatever_numbers_its_tables_have() -> None:
    data = encoded(scene(), "JPEG", quality=50, subsampling=0)
    changed, tables, frame = bytearray(data), data.split(b"\xff\xdb"), data.index(b"\xff\xc0")
    for number in (1, 2):
        changed[len(b"\xff\xdb".join(tables[:number])) + 4] += 2
    for component in range(3):
        changed[frame + 12 + 3 * component] += 2
    with Image.open(io.BytesIO(changed)) as image:
        assert set(image.quantization) == {2, 3}
    with Image.open(io.BytesIO(data)) as one, Image.open(io.BytesIO(changed)) as other:
        assert np.array_equal(without_blocks(one), without_blocks(other))


@pytest.mark.parametrize(("form", "mode"), [("PNG", "RGB"), ("WEBP", "RGB"), ("JPEG", "CMYK")])
def test_any_other_picture_stays_as_it_is(form: str, mode: str) -> None:
    with Image.open(io.BytesIO(encoded(scene().convert(mode), form))) as image:
        assert without_blocks(image) is image
