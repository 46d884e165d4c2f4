"""Trainings that begin, or say why not."""

from __future__ import annotations

import shutil
import sys
from functools import partial
from pathlib import Path

import pytest
from nets import slim_vgg
from PIL import Image
from safetensors.torch import save_file

from nst.cli import main, training
from nst.quick.checkpoints import load_network
from nst.quick.networks import StyleNet
from nst.quick.presets import presets_in
from nst.training import teaching
from nst.training.lesson import Terms


def test_a_training_that_cannot_begin_gets_one_sentence(
    files: Path, own: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    given = ["--photos", str(files), "-o", "out.safetensors", "--run", "run", "--teacher"]
    for arguments, said in (
        (["style", "painting.png", *given, str(own / "two.safetensors")], "These are not weights of a VGG-19"),
        (["base", "--paintings", str(files), *given, str(files / "text.jpg")], "text.jpg is not a safetensors file"),
        (["style", "painting.png"], "-o"),
        (["style", "painting.png", "-o", "out.safetensors", "--steps", "0"], "Steps cannot be 0"),
        (["style", "painting.png", "-o", "out.safetensors", "--minutes", "0"], "Minutes cannot be 0"),
        (["style", "missing.png", "-o", "out.safetensors"], "missing.png does not exist"),
        (["styles", "nowhere", "-o", "made"], "There is no picture in nowhere"),
        (["thumbnails"], "-o"),
    ):
        assert main(["train", *arguments]) == 2
        printed = capsys.readouterr()
        assert said in printed.err
        assert len(printed.err.splitlines()) == 1
    assert not Path("out.safetensors").exists()
    assert not Path("run").exists()


@pytest.fixture
def taught(files: Path, own: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Options with which a style is taught at once."""
    monkeypatch.chdir(files)
    monkeypatch.setattr(teaching, "Terms", partial(Terms, batch=1, crop=48))
    (files / "photos").mkdir()
    (files / "photo.jpg").rename(files / "photos" / "photo.jpg")
    return ["--steps", "1", "--photos", "photos", "--painting-size", "128", "--base", str(own / "two.safetensors")]


def test_a_style_is_taught_and_painted_with(taught: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "style", "painting.png", "-o", "sea.safetensors", *taught]) == 0
    assert capsys.readouterr().out == "sea.safetensors\n"
    assert main(["stylize", "photos/photo.jpg", "--style", "sea.safetensors", "-o", "painted.png"]) == 0
    assert main(["train", "style", "painting.png", "-o", "sea.safetensors", *taught]) == 2
    assert "sea.safetensors is there already" in capsys.readouterr().err


def test_ctrl_c_keeps_what_was_learned(
    taught: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def words(_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "_words", words)
    assert main(["train", "style", "painting.png", "-o", "sea.safetensors", *taught]) == 130
    assert "the same command goes on" in capsys.readouterr().err
    assert presets_in("sea.safetensors")
    assert Path("sea.run", "state.pt").is_file()


def test_a_style_for_every_painting_of_a_folder(taught: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    Path("works").mkdir()
    Path("painting.png").rename("works/b.png")
    Image.new("RGB", (90, 90), "navy").save("works/a.png")
    assert main(["train", "styles", "works", "-o", "made", *taught]) == 2
    printed = capsys.readouterr()
    assert printed.out == "made/b.safetensors\n"
    *_, last = said = printed.err.splitlines()
    assert "a.png: The painting is of one colour: there are no strokes to learn." in said
    assert last == "1 of 2 could not be learned; the others are in made."
    before = Path("made/b.safetensors").stat().st_mtime_ns
    Path("works/a.png").unlink()
    assert main(["train", "styles", "works", "-o", "made", *taught]) == 0
    assert Path("made/b.safetensors").stat().st_mtime_ns == before


def test_without_ray_it_says_how_to_get_it(
    taught: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main(["train", "styles", ".", "-o", "made", *taught, "--ray"]) == 2
    assert "Ray is not installed: pip install ray" in capsys.readouterr().err


def test_a_cluster_that_does_not_answer_gets_a_sentence(
    taught: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray", reason="Ray is not installed")
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:9")
    assert main(["train", "styles", ".", "-o", "made", *taught, "--ray"]) == 2
    assert "Ray cannot be reached at 127.0.0.1:9" in capsys.readouterr().err


def test_a_base_is_trained_and_a_style_from_it(taught: list[str]) -> None:
    save_file(slim_vgg(), "vgg.safetensors")
    Path("paintings").mkdir()
    shutil.copy("painting.png", "paintings")
    small = ["--batch", "1", "--crop", "32", "--painting-size", "64", "--steps", "1"]
    eye = ["--photos", "photos", "--teacher", "vgg.safetensors"]
    assert (
        main(["train", "base", "--paintings", "paintings", *eye, *small, "--run", "run", "-o", "base.safetensors"]) == 0
    )
    assert (
        main(["train", "style", "painting.png", *taught, *eye, "--base", "base.safetensors", "-o", "own.safetensors"])
        == 0
    )
    assert isinstance(load_network(Path("own.safetensors")), StyleNet)
