"""The networks: every size of photo, and of the published one the numbers of the original."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from nets import random_network, random_style
from torch import Tensor

from nst.quick.networks import InstanceNorm, TransformerNet, pad_to_multiple

NETWORKS = {"transformer": random_network, "style": random_style}


def test_full_width_is_the_published_one() -> None:
    assert sum(parameter.numel() for parameter in TransformerNet(32).parameters()) == 1_679_235
    assert sum(parameter.numel() for parameter in TransformerNet(16).parameters()) == 424_899


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (7, 5), (8, 8), (31, 33), (64, 48)])
@torch.inference_mode()
def test_every_size_comes_back_as_it_went_in(kind: str, size: tuple[int, int]) -> None:
    picture = torch.rand(2, 3, *size)
    result = NETWORKS[kind]()(picture)
    assert result.shape == picture.shape
    assert result.isfinite().all()
    assert result.min() >= 0
    assert result.max() <= 1


def test_padding_repeats_the_last_row_and_column() -> None:
    picture = torch.rand(1, 3, 13, 2)
    padded = pad_to_multiple(picture, 4)
    assert padded.shape == (1, 3, 16, 8)
    assert torch.equal(padded[:, :, :13, :2], picture)
    assert torch.equal(padded[:, :, 15, 7], picture[:, :, 12, 1])
    whole = torch.rand(1, 3, 12, 8)
    assert torch.equal(pad_to_multiple(whole, 4), whole)


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("level", [0.0, 0.7, 1.0])
@torch.inference_mode()
def test_a_picture_of_one_colour_stays_of_one_colour(kind: str, level: float) -> None:
    result = NETWORKS[kind]()(torch.full((1, 3, 40, 52), level))
    assert result.isfinite().all()
    assert (result - result[:, :, :1, :1]).abs().max() < 1 / 255


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_instance_norm_is_exact_where_a_channel_hardly_varies(layout: torch.memory_format) -> None:
    torch.manual_seed(0)
    norm = InstanceNorm(16).requires_grad_(False)
    norm.weight.copy_(torch.randn(16))
    norm.bias.copy_(torch.randn(16))
    x = (1000 + torch.randn(2, 16, 64, 64)).contiguous(memory_format=layout)
    expected = F.instance_norm(x.double(), weight=norm.weight.double(), bias=norm.bias.double())
    assert (norm(x) - expected).abs().max() < 1e-3


@pytest.mark.parametrize("kind", NETWORKS)
@torch.inference_mode()
def test_bfloat16_gives_nearly_the_same_picture(photo: Tensor, kind: str) -> None:
    network = NETWORKS[kind]()
    exact = network(photo)
    rounded = network.to(torch.bfloat16)(photo)
    assert rounded.dtype == torch.float32
    assert (rounded - exact).abs().mean() < 0.02


@pytest.mark.parametrize("kind", NETWORKS)
@torch.inference_mode()
def test_pictures_of_a_batch_are_painted_as_they_are_alone(photo: Tensor, kind: str) -> None:
    network, pictures = NETWORKS[kind](), torch.cat([photo, photo.flip(2), 1 - photo])
    for together, alone in zip(network(pictures), pictures, strict=True):
        assert torch.allclose(together, network(alone[None])[0], atol=1e-4)


@pytest.mark.parametrize("kind", NETWORKS)
@torch.inference_mode()
def test_bytes_come_back_as_bytes(photo: Tensor, kind: str) -> None:
    network, pixels = NETWORKS[kind](), (photo * 255).round().byte()
    painted = network(pixels)
    assert painted.dtype == torch.uint8
    assert torch.equal(painted, (network(pixels.float() / 255) * 255).round().byte())
