"""Trainings that begin, or say why not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from nets import slim_vgg
from safetensors.torch import save_file

from nst.cli import main
from nst.quick.checkpoints import load_network
from nst.quick.networks import StyleNet


def test_a_training_that_cannot_begin_gets_one_sentence(
    files: Path, own: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    given = ["--photos", str(files), "-o", "out.safetensors", "--run", "run", "--teacher"]
    for arguments, said in (
        (["style", "painting.png", *given, str(own / "two.safetensors")], "These are not weights of a VGG-19"),
        (["base", "--paintings", str(files), *given, str(files / "text.jpg")], "text.jpg is not a safetensors file"),
        (["style", "painting.png"], "--photos"),
        (["thumbnails"], "-o"),
    ):
        assert main(["train", *arguments]) == 2
        printed = capsys.readouterr()
        assert said in printed.err
        assert len(printed.err.splitlines()) == 1
    assert not Path("out.safetensors").exists()
    assert not Path("run").exists()


def test_a_base_and_from_it_a_style_are_trained(
    files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    save_file(slim_vgg(), "vgg.safetensors")
    for name in ("photos", "paintings"):
        Path(name).mkdir()
        shutil.copy("painting.png", name)
    given = ["--photos", "photos", "--teacher", "vgg.safetensors", "--steps", "1", "--batch", "1", "--crop", "32"]
    given += ["--painting-size", "64"]
    for what, more in (
        ("base", ["--paintings", "paintings"]),
        ("style", ["painting.png", "--base", "base.safetensors"]),
    ):
        assert main(["train", what, *given, *more, "-o", f"{what}.safetensors", "--run", what]) == 0
    assert isinstance(load_network(Path("style.safetensors")), StyleNet)
