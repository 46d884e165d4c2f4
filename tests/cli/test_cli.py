"""What all commands have in common."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from nst.cli import GROUPS, main
from nst.cli.arguments import Parser, Run


@pytest.mark.parametrize("command", ["stylize", "optimize"])
def test_the_size_asked_for_is_the_size_that_comes(files: Path, command: str) -> None:
    """The photo has 96 x 64 pixels."""
    photo, out = str(files / "photo.jpg"), files / "out.png"
    given = [photo] if command == "stylize" else [photo, str(files / "painting.png"), "--steps", "2"]
    own = [] if command == "stylize" else ["--no-enlarge"]
    for more, size in ((["--size", "64"], (64, 43)), (["--size", "144"], (144, 96)), (own, (96, 64))):
        assert main([command, *given, *more, "-o", str(out)]) == 0
        with Image.open(out) as picture:
            assert picture.size == size


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


def test_a_command_refuses_a_wrong_precision_in_one_sentence(tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    photo = next((Path(__file__).parents[2] / "styles" / "artwork").glob("*.jpg"))
    done = subprocess.run(
        [sys.executable, "-m", "nst", "stylize", str(photo), "--size", "32", "-o", str(out)],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"NST_PRECISION": "double"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "NST_PRECISION must be float32 or nothing, not 'double'.\n"
    assert not out.exists()


@pytest.mark.parametrize("group", GROUPS)
def test_every_command_is_found_in_its_module(group: str) -> None:
    parser = Parser()
    added = []

    def add(name: str, run: Run | None, words: str) -> Parser:
        added.append(name)
        return command(name, run, words)

    command = parser.commands("COMMAND")
    importlib.import_module(f"nst.cli.{group}").add_to(add)
    assert tuple(added) == GROUPS[group]


def test_a_command_loads_nothing_that_others_need() -> None:
    words = "import sys; from nst.cli import main; main(['styles']); print(*sys.modules, file=sys.stderr)"
    folder = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", words], cwd=folder, capture_output=True, text=True, check=True)
    others = {"av", "gradio", "httpx", "ray", "torchvision", "nst.training", "nst.publishing"}
    assert not others & {*done.stderr.split()}


def unread(folder: Path, arguments: list[str], stderr: int, unbuffered: str = "") -> subprocess.CompletedProcess[str]:
    """A command whose output goes where nobody reads any more."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as nobody:
        return subprocess.run(
            [sys.executable, "-m", "nst", *arguments],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": unbuffered},
            stdout=nobody,
            stderr=stderr,
            text=True,
            check=False,
        )


@pytest.mark.parametrize(
    ("arguments", "unbuffered", "code"),
    [
        (["styles"], "1", 141),  # every line is written at once
        (["--help"], "", 141),  # all is written at the end
        (["--help"], "1", 0),  # argparse looks away
        (["stylize", "photo.jpg", "--size", "32", "-o", "out.png"], "", 141),
    ],
)
def test_it_ends_quietly_where_nobody_reads_what_it_says(
    files: Path, arguments: list[str], unbuffered: str, code: int
) -> None:
    done = unread(files, arguments, subprocess.PIPE, unbuffered)
    assert done.stderr == ""
    assert done.returncode == code
    assert (files / "out.png").is_file() == ("stylize" in arguments)  # the work is done first


def test_it_ends_quietly_where_nobody_reads_what_is_wrong_either(files: Path) -> None:
    """As in `2>&1 | head`."""
    assert unread(files, ["stylize", "text.jpg", "-o", "out.png"], subprocess.STDOUT).returncode == 141


def test_it_does_without_any_output(files: Path) -> None:
    command = f"exec {sys.executable} -m nst styles >&- 2>&-"
    assert subprocess.run(["bash", "-c", command], cwd=Path(__file__).parents[2], check=False).returncode == 0
