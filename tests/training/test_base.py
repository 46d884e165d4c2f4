"""The base is trained, on a few small pictures: all goes as it would at full size."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor

from nst.quick.checkpoints import load_network
from nst.quick.networks import InstanceNorm, StyleNet
from nst.training.base import Base, Settings, networks_of, take_turns, train_base
from nst.training.teacher import Teacher

SETTINGS = Settings(steps=4, batch=2, crop=32, painting_size=64)


def notes(path: Path) -> dict[str, str]:
    with safe_open(path, "pt") as file:
        return dict(file.metadata())


def losses(folder: Path) -> list[float]:
    """The loss at every line of the log."""
    log = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    return [
        SETTINGS.style_weight * line["style"]
        + SETTINGS.content_weight * line["content"]
        + SETTINGS.tv_weight * line["variation"]
        for line in log
    ]


def style_of(path: Path) -> StyleNet:
    network = load_network(path)
    assert isinstance(network, StyleNet)
    return network


def random_base() -> Base:
    """A base of three styles whose tables are all unlike."""
    torch.manual_seed(0)
    base = Base(["a", "b", "c"]).eval().requires_grad_(False)
    for table in base.tables.values():
        table.add_(0.3 * torch.randn_like(table))
    return base


def norms(network: StyleNet) -> set[str]:
    """The names of the scales and shifts in the state dict."""
    return {
        f"{name}.{part}"
        for name, module in network.named_modules()
        if isinstance(module, InstanceNorm)
        for part in ("weight", "bias")
    }


def test_every_style_of_a_base_becomes_a_network_with_its_own_norms() -> None:
    base = random_base()
    networks = networks_of(base.state_dict(), base.styles)
    assert list(networks) == ["", "a", "b", "c"]
    assert norms(base.network) == {key.replace("/", ".") for key in base.tables}
    for number, slug in enumerate(networks):
        state = networks[slug].state_dict()
        assert state.keys() == base.network.state_dict().keys()
        for key, value in state.items():
            if key in norms(base.network):
                table = base.tables[key.replace(".", "/")]
                assert torch.equal(value, table[number - 1] if slug else table.mean(0)), key
            else:
                assert torch.equal(value, base.network.state_dict()[key]), key
        assert not networks[slug].training
        assert not any(parameter.requires_grad for parameter in networks[slug].parameters())


@torch.no_grad()
def test_a_base_paints_what_the_networks_of_its_styles_paint(photo: Tensor) -> None:
    base, pictures = random_base(), torch.cat([photo, photo.flip(3), photo, 1 - photo])
    networks = networks_of(base.state_dict(), base.styles)
    together = base(pictures, torch.tensor([2, 0, 0, 1]))
    for picture, painted, slug in zip(pictures, together, "caab", strict=True):
        assert torch.allclose(painted, networks[slug](picture[None])[0], atol=1e-4)
    assert (together[0] - together[2]).abs().mean() > 0.01


def test_styles_that_were_learned_together_tell_so_and_no_others() -> None:
    base = random_base()
    weights = {key: value.clone() for key, value in base.state_dict().items()}
    (name,) = {network.base for network in networks_of(weights, base.styles).values()}
    assert name
    assert networks_of(weights, base.styles)["a"].base == name
    for key in ("network.stem.weight", "tables.stem_norm/weight"):
        other = weights | {key: weights[key] + 0.1}
        assert networks_of(other, base.styles)["a"].base != name


def test_a_base_learns_its_convolutions_and_its_tables() -> None:
    base = Base(["a", "b"])
    picture = torch.rand(1, 3, 32, 32)
    (base(picture, torch.tensor([1])) - picture).square().mean().backward()
    for name, parameter in base.named_parameters():
        if name.startswith("tables."):
            assert parameter.grad is not None, name
            assert not parameter.grad[0].any(), name  # a style whose turn it is not
            assert parameter.grad[1].any(), name
        else:
            assert parameter.requires_grad == (name.removeprefix("network.") not in norms(base.network)), name


@pytest.mark.parametrize("styles", [1, 3, 5])
def test_styles_take_turns(styles: int) -> None:
    shown = torch.cat([take_turns(first, 4, styles, seed=0) for first in range(0, 60 * styles, 4)])
    assert torch.bincount(shown, minlength=styles).tolist() == [60] * styles
    for round_ in shown.split(styles):
        assert sorted(round_.tolist()) == list(range(styles))


def test_a_base_is_trained(tmp_path: Path, pictures: Path, teacher: Teacher) -> None:
    folder, out, said = tmp_path / "base", tmp_path / "base.safetensors", list[str]()
    settings = replace(SETTINGS, steps=40)
    train_base([pictures, pictures], [pictures], teacher, out, folder, settings, said.append, save_every=10)
    assert said[0].startswith("2 styles, 4 photos")
    assert "min left" in said[-1]
    assert (folder / "samples.jpg").is_file()
    base = style_of(out)
    rows = [style_of(folder / f"{slug}.safetensors") for slug in ("one", "two")]
    assert base.base
    assert {row.base for row in rows} == {base.base}
    for key, value in base.state_dict().items():
        assert torch.allclose(value, (rows[0].state_dict()[key] + rows[1].state_dict()[key]) / 2, atol=2e-3), key
    assert any(not torch.equal(value, rows[1].state_dict()[key]) for key, value in rows[0].state_dict().items())
    assert json.loads(notes(out)["settings"]) == asdict(settings)
    assert notes(out)["steps_done"] == "40"
    first, *_, last = losses(folder)
    assert last < 0.8 * first


Say = Callable[[str], None]


def test_a_stopped_run_ends_where_an_unbroken_one_does(tmp_path: Path, pictures: Path, teacher: Teacher) -> None:
    class Stop(Exception):
        pass

    def stop_at_step_2(line: str) -> None:
        if line.startswith("step 2 "):
            raise Stop

    def run(name: str, say: Say = lambda _: None) -> dict[str, Tensor]:
        out, folder = tmp_path / f"{name}.safetensors", tmp_path / name
        train_base([pictures], [pictures], teacher, out, folder, SETTINGS, say, save_every=1)
        return load_file(out)

    unbroken = run("unbroken")
    with pytest.raises(Stop):
        run("broken", stop_at_step_2)
    assert notes(tmp_path / "broken.safetensors")["steps_done"] == "2"
    resumed = run("broken")
    assert unbroken.keys() == resumed.keys()
    for key, value in unbroken.items():
        assert torch.equal(value, resumed[key]), key
    assert notes(tmp_path / "broken.safetensors") == notes(tmp_path / "unbroken.safetensors")
    logs = [(tmp_path / name / "log.jsonl").read_text() for name in ("unbroken", "broken")]
    assert logs[0] == logs[1]
    assert len(logs[0].splitlines()) == SETTINGS.steps
