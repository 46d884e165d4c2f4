import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nst.cli import main
from nst.images import read_settings


@pytest.fixture
def files(tmp_path: Path, image: Image.Image) -> Path:
    """A folder with photo.jpg and painting.png, and room for more."""
    image.save(tmp_path / "photo.jpg")
    image.rotate(90, expand=True).save(tmp_path / "painting.png")
    (tmp_path / "text.jpg").write_text("no picture")
    return tmp_path


def test_styles_lists_every_preset(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["styles"]) == 0
    printed = capsys.readouterr().out
    assert "starry-night" in printed
    assert "mosaic" in printed


def test_stylize_writes_a_picture_that_carries_its_settings(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = files / "out.png"
    arguments = ["--style", "stained-glass", "--strength", "0.7", "--keep-colors", "--size", "80"]
    assert main(["stylize", str(files / "photo.jpg"), *arguments, "-o", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    with Image.open(out) as picture:
        assert max(picture.size) == 80
    expected = {"style": "stained-glass", "strength": 0.7, "keep_colors": True, "size": 80}
    assert expected.items() <= read_settings(out).items()


def test_optimize_writes_a_picture_that_carries_its_settings(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = files / "out.png"
    arguments = ["--size", "64", "--steps", "3", "--init", "noise", "--optimizer", "adam", "--seed", "5"]
    arguments += ["--style-layers", "relu1_1,relu2_1", "--style-layer-weights", "1,0.5", "--content-weight", "2"]
    assert main(["optimize", str(files / "photo.jpg"), str(files / "painting.png"), *arguments, "-o", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    settings = json.loads(json.dumps(read_settings(out)))
    expected = {"size": 64, "steps": 3, "init": "noise", "optimizer": "adam", "seed": 5, "content_weight": 2.0}
    assert expected.items() <= settings.items()
    assert settings["style_layers"] == ["relu1_1", "relu2_1"]


def test_a_picture_goes_on_is_enlarged_and_is_made_again(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo, painting, mask = (str(files / name) for name in ("photo.jpg", "painting.png", "mask.png"))
    half = Image.new("L", (96, 64))
    half.paste(255, (0, 0, 48, 64))
    half.save(mask)
    first, second, third = (str(files / f"{name}.png") for name in ("first", "second", "third"))
    small = ["--size", "64", "--steps", "4"]
    given = ["--content", photo, "--style", painting, "--mask", mask]
    assert main(["optimize", photo, painting, "--mask", mask, *small, "-o", first]) == 0
    onward = ["--start", first, "--style-weight", "40", *small, "-o", second]
    assert main(["optimize", photo, painting, "--mask", mask, *onward]) == 0
    assert main(["enlarge", second, *given, "--size", "144", "-o", third]) == 0
    with Image.open(third) as picture:
        assert picture.size == (144, 96)
    assert [run["style_weight"] for run in read_settings(third)["before"]] == [15, 40]

    capsys.readouterr()
    again = files / "again.png"
    assert main(["replay", third, *given, "-o", str(again)]) == 0
    assert "byte for byte" in capsys.readouterr().out
    assert again.read_bytes() == Path(third).read_bytes()
    assert main(["replay", third, "--content", photo, "--style", painting, "-o", str(again)]) == 2
    assert "mask" in capsys.readouterr().err


def test_several_paintings_share_a_picture(files: Path) -> None:
    photo, painting, other = (str(files / name) for name in ("photo.jpg", "painting.png", "other.png"))
    noise = np.random.default_rng(0).integers(0, 256, (60, 60, 1))
    Image.fromarray((noise * [1, 0.3, 0.3]).astype(np.uint8)).save(other)
    small = ["--size", "64", "--steps", "100", "--style-weight", "100", "--painting-weights"]
    red = []
    for weights in ("1,0", "0,1"):
        out = files / f"{weights}.png"
        assert main(["optimize", photo, painting, other, *small, weights, "-o", str(out)]) == 0
        with Image.open(out) as picture:
            channels = [sum(band.getdata()) for band in picture.split()]
        red.append(channels[0] / sum(channels))
    assert red[1] > red[0] + 0.05


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["reconstruct", "photo.jpg", "--layer", "relu2_1"], "photo-relu2_1.png"),
        (["texture", "painting.png", "--layers", "relu1_1,relu2_1", "--seamless"], "painting-texture.png"),
    ],
)
def test_looks_inside_are_saved_under_their_own_names(
    files: Path, command: list[str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    assert main([*command, "--size", "64", "--steps", "3"]) == 0
    with Image.open(files / name) as picture:
        assert max(picture.size) == 64


@pytest.mark.parametrize(
    "arguments",
    [
        ["stylize", "photo.jpg", "--style", "nobody"],
        ["stylize", "photo.jpg", "--size", "0"],
        ["stylize", "photo.jpg", "--strength", "nan"],
        ["stylize", "text.jpg"],
        ["stylize", "missing.jpg"],
        ["stylize"],
        ["optimize", "photo.jpg"],
        ["optimize", "photo.jpg", "text.jpg"],
        ["optimize", "photo.jpg", "painting.png", "--size", "-1"],
        ["optimize", "photo.jpg", "painting.png", "--size", "large"],
        ["optimize", "photo.jpg", "painting.png", "--style-weight", "nan"],
        ["optimize", "photo.jpg", "painting.png", "--encoder", "resnet"],
        ["optimize", "photo.jpg", "painting.png", "--style-layers", "relu9_9"],
        ["optimize", "photo.jpg", "painting.png", "--style-layer-weights", "1,x"],
        ["optimize", "photo.jpg", "painting.png", "--painting-weights", "1,2"],
        ["optimize", "photo.jpg", "painting.png", "--mask", "text.jpg"],
        ["optimize", "photo.jpg", "painting.png", "--mask", "photo.jpg", "--outside", "painting"],
        ["optimize", "photo.jpg", "painting.png", "--start", "painting.png"],
        ["enlarge", "painting.png", "--content", "photo.jpg", "--style", "painting.png"],
        ["replay", "painting.png", "--content", "photo.jpg", "--style", "painting.png"],
        ["replay", "text.jpg", "--content", "photo.jpg", "--style", "painting.png"],
        ["reconstruct", "photo.jpg", "--layer", "relu9_9"],
        ["texture", "painting.png", "--layers", "relu1_1,relu9_9"],
        ["fly"],
    ],
)
def test_bad_input_gets_exit_2_and_one_sentence_and_nothing_is_written(
    files: Path, arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    before = sorted(files.iterdir())
    assert main([*arguments, "-o", "out.png"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.strip().splitlines()) == 1
    assert "Traceback" not in printed.err
    assert sorted(files.iterdir()) == before


def test_a_result_that_cannot_be_written_is_said_before_the_work(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo, painting = str(files / "photo.jpg"), str(files / "painting.png")
    for out in ("nowhere/out.png", "out.xyz"):
        assert main(["optimize", photo, painting, "--steps", "2000", "-o", str(files / out)]) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_it_runs_as_a_module(files: Path) -> None:
    command = [sys.executable, "-m", "nst", "stylize", str(files / "text.jpg"), "-o", str(files / "out.png")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1], check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
