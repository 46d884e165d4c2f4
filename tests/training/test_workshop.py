"""A style of one's own, from files to a file."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path

import pytest
import torch
from nets import original_state, random_network, random_style, write_style
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file

from nst import StylizeSettings, UserError, load_image, presets_in, stylize
from nst.training.teaching import TeachSettings
from nst.training.workshop import Task, make_style

pytestmark = pytest.mark.usefixtures("little")


@pytest.fixture
def task(tmp_path: Path, pictures: Path, teacher: object) -> Task:
    """One of two steps, for networks that are small."""
    base = write_style(tmp_path / "base.safetensors", random_style(8, 1, "somebody's"))
    settings = TeachSettings(painting_size=128)
    return Task((pictures / "one.png",), tmp_path / "my-own.safetensors", settings, (pictures,), base,
                (tmp_path / "vgg.safetensors",), steps=2)  # fmt: skip


def notes(path: Path) -> dict[str, str]:
    with safe_open(path, "pt") as file:
        return dict(file.metadata())


def test_a_style_is_made_that_the_gallery_takes(task: Task) -> None:
    *_, last = make_style(task)
    assert last.step == 2
    (preset,) = presets_in(task.out)
    assert (preset.slug, preset.title, preset.strength, preset.painting_size) == ("my-own", "My own", 1.0, 128)
    assert load_image(preset.thumbnail).shape == (1, 3, 240, 240)
    assert json.loads(notes(task.out)["settings"]) == asdict(task.settings)
    assert {path.name for path in task.folder.iterdir()} == {"log.jsonl", "samples.jpg"}
    mix = [preset, *presets_in(task.base or "")]
    assert stylize(load_image(task.paintings[0]), StylizeSettings("my-own", "base", 0.5), mix).isfinite().all()


def test_what_is_finished_is_not_written_over(task: Task) -> None:
    task.out.write_text("mine")
    with pytest.raises(UserError, match="is there already: give another name, or remove it"):
        next(make_style(task))
    assert task.out.read_text() == "mine"


def test_what_broke_off_is_kept_and_goes_on(task: Task) -> None:
    unbroken = replace(task, out=task.out.with_name("unbroken.safetensors"))
    list(make_style(unbroken))
    with closing(make_style(task)) as moments:
        list(islice(moments, 1))
    assert notes(task.out)["steps_done"] == "1"
    other = replace(task, settings=replace(task.settings, style_weight=3.0))
    with pytest.raises(UserError, match="holds a run that broke off, of other paintings or settings"):
        next(make_style(other))
    (resumed,) = make_style(task)
    assert resumed.step == 2
    weights = load_file(task.out)
    for key, value in load_file(unbroken.out).items():
        assert torch.equal(value, weights[key]), key


def test_a_run_that_cannot_begin_writes_nothing(task: Task, tmp_path: Path) -> None:
    torch.save(original_state(random_network()), tmp_path / "net.pth")
    (tmp_path / "empty").mkdir()
    Image.new("RGB", (80, 80), "teal").save(tmp_path / "teal.png")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "photo.jpg").write_text("no picture")
    Image.new("1", (8000, 6300)).save(tmp_path / "huge.png")
    before = sorted(tmp_path.iterdir())
    for wrong, said in (
        ({"base": tmp_path / "net.pth"}, r"^net\.pth is no base to train from: it is a network of another kind\.$"),
        ({"photos": (tmp_path / "empty",)}, "There is no picture in"),
        ({"photos": (tmp_path / "broken",)}, "not in a format that can be read"),
        ({"paintings": (tmp_path / "teal.png",)}, "of one colour"),
        ({"paintings": (tmp_path / "huge.png",)}, r"has 50\.4 megapixels"),
        ({"paintings": (tmp_path / "missing.png",)}, "does not exist"),
        ({"out": tmp_path / "style.pth"}, r"must end in \.safetensors"),
        ({"out": tmp_path / "nowhere" / "style.safetensors"}, "there is no folder"),
    ):
        with pytest.raises(UserError, match=said):
            next(make_style(replace(task, **wrong)))
    assert sorted(tmp_path.iterdir()) == before


def test_a_full_disk_leaves_nothing_half_written(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_bytes(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    with pytest.raises(UserError, match=r"cannot be saved in .*: No space left on device"):
        list(make_style(task))
    assert not task.out.exists()
    assert not any(path.is_file() for path in task.folder.iterdir())
