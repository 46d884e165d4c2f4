"""Trainings that begin, or say why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from nst.cli import main


def test_a_training_that_cannot_begin_gets_one_sentence(
    files: Path, own: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    given = ["--photos", str(files), "-o", "out.safetensors", "--run", "run", "--teacher"]
    for arguments, said in (
        (["style", "painting.png", *given, str(own / "two.safetensors")], "These are not weights of a VGG-19"),
        (["base", "--paintings", str(files), *given, str(files / "text.jpg")], "text.jpg is not a safetensors file"),
        (["style", "painting.png"], "-o"),
        (["thumbnails"], "-o"),
    ):
        assert main(["train", *arguments]) == 2
        printed = capsys.readouterr()
        assert said in printed.err
        assert len(printed.err.splitlines()) == 1
    assert not Path("out.safetensors").exists()
    assert not Path("run").exists()
