from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from nets import random_squeezenet, random_vgg

from nst.common.encoders import CompactEncoder, Encoder, SqueezeNet, Vgg19
from nst.custom.tiling import GRID, LARGEST, stride, tiles

SIZES = [(1, 1), (1, 300), (63, 64), (64, 65), (129, 17), (150, 203), (256, 128)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("border", [0, 48])
def test_cores_cover_every_pixel_once_and_no_border(size: tuple[int, int], border: int) -> None:
    height, width = (side + 2 * border for side in size)
    count = torch.zeros(height, width)
    for tile in tiles(height, width, 32, border, largest=64):
        count[slice(*tile.core_rows), slice(*tile.core_columns)] += 1
    assert torch.equal(count, F.pad(torch.ones(size), 4 * (border,)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("border", [0, 48])
def test_tiles_start_on_the_grid_and_see_as_far_as_they_must(size: tuple[int, int], border: int) -> None:
    height, width = (side + 2 * border for side in size)
    for tile in tiles(height, width, 32, border, largest=64):
        for (first, end), (core_first, core_end), side in (
            (tile.rows, tile.core_rows, height),
            (tile.columns, tile.core_columns, width),
        ):
            assert first % GRID == core_first % GRID == 0
            assert 0 < core_end - core_first <= 64
            assert first == max(0, core_first - 32)
            assert end == min(side, core_end + 32)


def test_what_is_small_enough_is_one_tile_that_sees_all_of_it() -> None:
    (tile,) = tiles(LARGEST, 100, 80)
    picture = torch.rand(1, 3, LARGEST, 100)
    assert tile.of(picture).shape == tile.core(picture).shape == picture.shape
    assert len(list(tiles(LARGEST + 1, 100, 80))) == 2


def test_cores_are_about_equally_large() -> None:
    """A last tile of a few pixels would cost nearly as much as a whole one, for what it sees around them."""
    rows = [tile.core_rows for tile in tiles(1100, 16, 80)]
    assert rows == [(0, 560), (560, 1100)]


@pytest.mark.parametrize("stride", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("size", [(150, 203), (128, 192)])
def test_cores_of_features_put_together_are_the_features_of_the_whole(size: tuple[int, int], stride: int) -> None:
    """Average pooling looks at no pixel outside of a feature's own: it shows where the cores lie."""
    picture = torch.rand(1, 3, *size)
    expected = F.avg_pool2d(picture, stride, ceil_mode=True)
    found = torch.full_like(expected, float("nan"))
    for tile in tiles(*size, overlap=32, largest=64):
        core = tile.core(F.avg_pool2d(tile.of(picture), stride, ceil_mode=True))
        row, column = tile.core_rows[0] // stride, tile.core_columns[0] // stride
        found[:, :, row : row + core.shape[2], column : column + core.shape[3]] = core
    assert torch.allclose(found, expected)


@pytest.mark.parametrize("name", ["compact", "vgg19", "squeezenet"])
def test_no_feature_of_an_encoders_own_layers_looks_farther_than_its_reach(name: str) -> None:
    """Or a tile's core would not hold what the whole picture gives."""
    torch.manual_seed(0)
    encoder: Encoder = {
        "compact": CompactEncoder,
        "vgg19": lambda: Vgg19({key: value.abs() for key, value in random_vgg().items()}),  # no ReLU is silent
        "squeezenet": lambda: SqueezeNet(random_squeezenet()),
    }[name]()
    row, side = 192, 448
    for layer in {*encoder.style_layers, *encoder.content_layers}:
        picture = torch.rand(1, 3, side, GRID, requires_grad=True)
        features = encoder(picture, [layer])[layer]
        place = row // stride(side, features.shape[2])
        (gradient,) = torch.autograd.grad(features[:, :, place].sum(), picture)
        seen = gradient.abs().sum((0, 1, 3)).nonzero().flatten()
        assert row - encoder.reach([layer]) <= seen[0], layer
        assert seen[-1] < row + GRID + encoder.reach([layer]), layer
