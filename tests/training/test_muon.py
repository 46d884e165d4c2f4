import copy

import torch
from torch import nn

from nst.training.base import Base
from nst.training.muon import Adam, Muon, optimizers, orthogonal


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


def test_adam_goes_where_torchs_own_goes_also_after_a_break() -> None:
    torch.manual_seed(0)
    mine, other = (nn.Parameter(torch.linspace(-1, 1, 12)) for _ in range(2))
    adam = Adam([{"params": [mine], "lr": 0.1}])
    reference = torch.optim.Adam([other], lr=0.1, betas=(0.9, 0.99))
    for number in range(6):
        mine.grad = other.grad = torch.randn(12)
        if number == 3:
            state = reference.state_dict()  # which older runs left behind
            adam = Adam([{"params": [mine], "lr": 0.5}])
            adam.load_state_dict(copy.deepcopy(state))
        adam.step()
        reference.step()
        assert torch.allclose(mine, other, rtol=0, atol=1e-6)
