"""The eye that judges while a style is learned."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from nets import random_network, slim_vgg
from safetensors.torch import save_file
from torch import Tensor

from nst import UserError
from nst.training.teacher import CONTENT_LAYERS, STYLE_LAYERS, Teacher, load_teacher


def test_a_teacher_has_the_layers_of_all_its_networks_the_truest_first(tmp_path: Path, photo: Tensor) -> None:
    whole, shallow = slim_vgg(), slim_vgg((2, 2), width=4)
    for name, weights in (("whole", whole), ("shallow", shallow)):
        save_file(weights, tmp_path / f"{name}.safetensors")
    alone, both = (
        load_teacher([tmp_path / f"{name}.safetensors" for name in names])
        for names in (["whole"], ["shallow", "whole"])
    )
    assert set(both.layers) >= {*STYLE_LAYERS, *CONTENT_LAYERS}
    with torch.no_grad():
        expected, found = alone(photo, STYLE_LAYERS), both(photo, STYLE_LAYERS)
    assert found.keys() == expected.keys() == set(STYLE_LAYERS)
    assert [found[name].shape[1] for name in STYLE_LAYERS] == [4, 4, 8, 8]
    for name in ("relu3_3", "relu4_1"):
        assert torch.equal(found[name], expected[name])


def test_a_teacher_without_a_layer_is_refused(tmp_path: Path) -> None:
    save_file(slim_vgg((2, 2, 3)), tmp_path / "vgg.safetensors")
    with pytest.raises(UserError) as caught:
        load_teacher([tmp_path / "vgg.safetensors"])
    assert "no layer 'relu4_1'" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_file_that_is_no_teacher_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "vgg.safetensors"
    lame = {key: value for key, value in slim_vgg().items() if key != "conv2_1.bias"}
    for weights in ({}, {"features.0.weight": torch.zeros(1)}, random_network().state_dict(), lame):
        save_file(weights, path)
        with pytest.raises(UserError) as caught:
            load_teacher([path])
        assert str(caught.value).startswith("These are not weights of a VGG-19: ")
        assert str(caught.value).endswith(" is missing.")
        assert len(str(caught.value).splitlines()) == 1
    path.write_text("Dear reader")
    for missing in (path, tmp_path / "gone.safetensors"):
        with pytest.raises(UserError, match="not a safetensors file that can be read"):
            load_teacher([missing])


def test_a_layer_that_a_teacher_has_not_is_named(teacher: Teacher) -> None:
    with pytest.raises(UserError, match="no layer 'relu5_1'"):
        teacher(torch.rand(1, 3, 32, 32), ["relu1_1", "relu5_1"])
