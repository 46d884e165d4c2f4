"""The drawn pictures: the same every time, full of texture, unlike each other."""

from __future__ import annotations

import io
import itertools
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from nst.artwork import ARTWORKS, encode

SIZE = 192


@cache
def drawing(slug: str) -> Image.Image:
    return ARTWORKS[slug](SIZE)


def tiles(pixels: npt.NDArray[np.float32], parts: int) -> npt.NDArray[np.float32]:
    """`(H, W, C)` cut into parts x parts tiles: `(parts * parts, pixels, C)`."""
    high, wide = pixels.shape[0] // parts, pixels.shape[1] // parts
    cut = pixels[: high * parts, : wide * parts].reshape(parts, high, parts, wide, -1)
    return cut.transpose(0, 2, 1, 3, 4).reshape(parts * parts, high * wide, -1)


@pytest.mark.parametrize("slug", ARTWORKS)
def test_has_the_size_asked_for(slug: str) -> None:
    picture = drawing(slug)
    assert picture.mode == "RGB"
    assert max(picture.size) == SIZE
    assert min(picture.size) > 0.7 * SIZE


@pytest.mark.parametrize("slug", ARTWORKS)
def test_is_the_same_every_time(slug: str) -> None:
    assert ARTWORKS[slug](SIZE).tobytes() == drawing(slug).tobytes()


@pytest.mark.parametrize("slug", ARTWORKS)
def test_has_texture_everywhere(slug: str) -> None:
    grey = np.asarray(drawing(slug).convert("L"), np.float32)[..., None]
    contrast = tiles(grey, 12).std((1, 2))
    assert (contrast > 3).mean() > 0.95
    assert np.median(contrast) > 8


def test_pictures_differ() -> None:
    """Their colours, told apart to a sixth of each channel, overlap by less than three fifths."""

    @cache
    def traits(slug: str) -> npt.NDArray[np.float32]:
        small = drawing(slug).resize((96, 96), Image.Resampling.BOX)
        pixels = np.asarray(small, np.float32) / 255
        colours = np.histogramdd(pixels.reshape(-1, 3), bins=6, range=[(0, 1)] * 3)[0].ravel() / pixels[..., 0].size
        return np.asarray(colours, np.float32)

    apart = {pair: np.abs(traits(pair[0]) - traits(pair[1])).sum() / 2 for pair in itertools.combinations(ARTWORKS, 2)}
    assert min(apart.values()) > 0.4, apart


def test_encode_keeps_to_the_limit() -> None:
    data = encode(drawing("golden-garden"), limit=20_000)
    assert len(data) <= 20_000
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "JPEG"
        assert image.info.get("progressive")
