"""Many styles at once, on a real Ray of two workers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from lost import losing_a_worker
from nets import random_style, write_style
from PIL import Image
from safetensors.torch import load_file

from nst.training.side_by_side import CORES, Made, make_styles
from nst.training.teaching import TeachSettings
from nst.training.workshop import Task, make_style


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Ray with room for two styles at a time, whatever this machine has."""
    monkeypatch.setenv("RAY_worker_niceness", "0")  # else whatever else is tried meanwhile goes first
    ray = pytest.importorskip("ray", reason="Ray is not installed")
    ray.init("local", num_cpus=2 * CORES, num_gpus=0, include_dashboard=False, log_to_driver=False)
    yield ray
    ray.shutdown()


@pytest.fixture
def tasks(tmp_path: Path, pictures: Path, teacher: object) -> list[Task]:
    """Two styles that can be learned in a few steps, and one that cannot."""
    base = write_style(tmp_path / "base.safetensors", random_style(8, 1, "somebody's"))
    Image.new("RGB", (80, 80), "teal").save(pictures / "teal.png")
    settings = TeachSettings(painting_size=128)
    return [
        Task((pictures / f"{name}.png",), tmp_path / f"{name}.safetensors", settings, (pictures,), base,
             (tmp_path / "vgg.safetensors",), steps=3)
        for name in ("one", "teal", "two")
    ]  # fmt: skip


def test_styles_are_made_side_by_side_though_a_worker_is_lost(ray: Any, tasks: list[Task]) -> None:
    with losing_a_worker("_make"):
        made = sorted(make_styles(tasks), key=lambda each: tasks.index(each.task))
    flat = "The painting is of one colour: there are no strokes to learn."
    assert made == [Made(tasks[0], ""), Made(tasks[1], flat), Made(tasks[2], "")]
    for task in (tasks[0], tasks[2]):
        alone = replace(task, out=task.out.with_name("alone.safetensors"))
        list(make_style(alone))
        weights = load_file(task.out)
        for key, value in load_file(alone.out).items():
            assert torch.equal(value, weights[key]), key
        alone.out.unlink()
