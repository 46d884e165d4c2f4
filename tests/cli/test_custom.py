"""Photos in the style of any paintings, and looks inside."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torch import nn
from torch.nn.modules.module import register_module_forward_pre_hook

from nst.cli import main
from nst.common.encoders import Encoder
from nst.common.images import read_settings


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
    assert [run["style_weight"] for run in read_settings(third)["before"]] == [5, 40]

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


@pytest.mark.parametrize(("passes", "status"), [(60, 0), (1, 130)])
def test_ctrl_c_keeps_the_picture_as_far_as_it_is(
    files: Path, capsys: pytest.CaptureFixture[str], passes: int, status: int
) -> None:
    """Pressed when something has gone through the encoder that often; at the first there is no picture yet."""
    left = [passes]

    def press(module: nn.Module, _: object) -> None:
        left[0] -= isinstance(module, Encoder)
        if not left[0]:
            raise KeyboardInterrupt

    hook, out = register_module_forward_pre_hook(press), files / "out.png"
    try:
        arguments = ["optimize", str(files / "photo.jpg"), str(files / "painting.png"), "--size", "64", "-o", str(out)]
        assert main(arguments) == status
    finally:
        hook.remove()
    said = capsys.readouterr().err
    if status:
        assert said == "\nStopped.\n"
        assert not out.exists()
    else:
        assert "what is there is kept" in said
        assert 0 < int(str(read_settings(out)["steps_done"])) < 60


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
