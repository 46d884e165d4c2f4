import torch
from torch import nn

from nst.training.base import Base
from nst.training.muon import Muon, optimizers, orthogonal


def test_every_direction_of_an_update_is_about_as_long() -> None:
    torch.manual_seed(0)
    for shape in ((16, 48), (64, 256), (128, 48)):
        values = torch.linalg.svdvals(orthogonal(torch.randn(shape) * torch.linspace(1, 4, shape[1])))
        assert 0.5 < values.min() <= values.max() < 1.4


def test_it_finds_the_convolution_that_made_the_targets() -> None:
    torch.manual_seed(0)
    goal, learner = nn.Conv2d(8, 8, 3), nn.Conv2d(8, 8, 3)
    inputs = torch.randn(4, 8, 12, 12)
    descent = optimizers(learner, lr=3e-3)
    assert isinstance(descent[0], Muon)
    losses = []
    for _ in range(120):
        loss = (learner(inputs) - goal(inputs).detach()).pow(2).mean()
        learner.zero_grad()
        loss.backward()
        for each in descent:
            each.step()
        losses.append(loss.item())
    assert losses[-1] < 0.02 * losses[0]


def test_tables_learn_ten_times_as_fast_and_what_is_frozen_does_not() -> None:
    base = Base(["a", "b"])
    descent = optimizers(base, lr=1e-3)
    rates = {id(p): group["lr"] for each in descent for group in each.param_groups for p in group["params"]}
    assert len(rates) == sum(len(group["params"]) for each in descent for group in each.param_groups)
    assert rates.keys() == {id(parameter) for parameter in base.parameters() if parameter.requires_grad}
    for name, parameter in base.named_parameters():
        if parameter.requires_grad:
            assert rates[id(parameter)] == (1e-3 if name.endswith("bias") and "tables" not in name else 1e-2), name
