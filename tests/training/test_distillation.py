"""The compact encoder learns, from a teacher that was never taught, to pull where that does."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path

import torch
import torch.nn.functional as F
from nets import slim_vgg
from safetensors.torch import load_file
from torch import Tensor

from nst.common.encoders import CompactEncoder, Vgg19
from nst.common.losses import content_loss, statistics, style_loss
from nst.common.runtime import prepare
from nst.training import distillation


def vgg_with_heads() -> dict[str, Tensor]:
    """Random weights of a slim VGG-19 with heads that give VGG-19's own channels."""
    weights = slim_vgg((2, 2, 4, 4, 1))
    for block, channels in enumerate((64, 128, 256, 512, 512), 1):
        weights[f"head{block}_1.weight"] = torch.randn(channels, weights[f"conv{block}_1.weight"].shape[0], 1, 1)
        weights[f"head{block}_1.bias"] = torch.zeros(channels)
    return weights


def test_an_encoder_is_distilled_and_written(tmp_path: Path, pictures: Path) -> None:
    out, said = tmp_path / "encoder.safetensors", list[str]()
    settings = distillation.Settings(steps=4, batch=2, crop=32)
    network = prepare(Vgg19(vgg_with_heads(), "reflect"))
    distillation.distil(network, [pictures], [pictures], out, tmp_path / "run", settings, said.append, save_every=2)
    CompactEncoder().load_state_dict(load_file(out))
    first, second = map(json.loads, (tmp_path / "run" / "log.jsonl").read_text().splitlines())
    gradients = [key for key in second if key.endswith("gradient")]
    assert gradients  # once features are about right
    assert not [key for key in first if key in gradients]
    assert all(isfinite(value) for value in second.values())


def test_what_it_says_of_the_time_is_of_steps_of_one_kind(tmp_path: Path, pictures: Path) -> None:
    """Those that learn gradients as well take longer than the first ones."""
    out, said = tmp_path / "encoder.safetensors", list[str]()
    settings = distillation.Settings(steps=20, batch=1, crop=32)
    network = prepare(Vgg19(vgg_with_heads(), "reflect"))
    distillation.distil(network, [pictures], [pictures], out, tmp_path / "run", settings, said.append)
    begun = [(line.split(",")[0], "to step 6" in line) for line in said]
    assert begun == [("step 5 of 20", True), ("step 11 of 20", False), ("step 20 of 20", False)]


def test_a_student_that_is_its_teacher_pulls_where_the_teacher_does() -> None:
    """The gradients that are compared are those of the losses in use, which `autograd` finds."""
    network = Vgg19(slim_vgg((2, 2, 4, 4, 1))).requires_grad_(False)
    picture, photo, work = (torch.rand(2, 3, 32, 32) for _ in range(3))
    picture.requires_grad_()
    contents, styles = network(photo, distillation.LAYERS), distillation.moments(network(work, distillation.LAYERS))
    weights = torch.rand(2, len(distillation.LOSSES))
    found = distillation.gradients(picture, network(picture, distillation.LAYERS), styles, contents, weights)
    features = network(picture, distillation.LAYERS)
    losses = [style_loss(statistics(features[name]), styles[name]) for name in distillation.LAYERS]
    losses += [content_loss(features[name], contents[name]) for name in distillation.CONTENT_LAYERS]
    (weights * torch.stack(losses, 1)).sum().backward()
    assert picture.grad is not None
    assert torch.allclose(found, picture.grad, rtol=1e-3, atol=1e-3 * float(picture.grad.abs().max()))
    found.square().sum().backward()  # and can be descended themselves


def test_walks_arrive_nearer_to_the_painting() -> None:
    network = Vgg19(slim_vgg((2, 2, 4, 4, 1))).requires_grad_(False)
    photo, work = torch.rand(1, 3, 32, 32), torch.rand(1, 3, 4, 4)
    work = F.interpolate(work, scale_factor=8)
    teacher = distillation.ReducedTeacher(network, [photo, work])
    walk = distillation.Walk(photo, work, teacher, torch.Generator().manual_seed(3))
    weights = torch.tensor([[1.0] * len(distillation.LAYERS) + [0.0] * len(distillation.CONTENT_LAYERS)])
    goals = distillation.moments(network(work, distillation.LAYERS))

    def away(picture: Tensor) -> float:
        found = distillation.moments(network(picture, distillation.LAYERS))
        return sum(style_loss(found[name], goals[name]).item() for name in distillation.LAYERS)

    for _ in range(walk.length):
        picture = walk.picture.requires_grad_()
        features = network(picture, distillation.LAYERS)
        walk.step(distillation.gradients(picture, features, goals, features, weights).detach())
    assert away(walk.picture) < 0.5 * away(photo)
    assert walk.picture.min() >= 0
    assert walk.picture.max() <= 1
