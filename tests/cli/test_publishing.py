"""Styles and the app on their way to the Hub, or a sentence on why not."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from hub import TOKEN, Hub

from nst.cli import main
from nst.quick.presets import presets_in

REPO = "someone/styles"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_style_is_published_and_painted_with(
    open_hub: Hub, files: Path, own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--yes-i-may-share", "--private", "--license", "cc-by-4.0"]
    assert main(["publish", str(own / "two.safetensors"), REPO, *arguments]) == 0
    printed = capsys.readouterr()
    assert printed.out.endswith(f"/{REPO}\n")
    assert TOKEN not in printed.out + printed.err
    assert open_hub.private == {f"models/{REPO}"}
    assert open_hub.commits == ["Styles: Two"]
    (preset,) = presets_in(REPO)
    assert (preset.license, preset.artist) == ("cc-by-4.0", "")
    painted = ["stylize", str(files / "photo.jpg"), "--styles", REPO, "--style", "two", "-o", str(files / "out.png")]
    assert main(painted) == 0


@pytest.mark.parametrize(
    ("said", "published"), [("y\n", True), ("YES\n", True), ("\n", False), ("no\n", False), ("", False), (None, False)]
)
def test_nothing_is_published_that_nobody_says_may_be_shared(
    open_hub: Hub, own: Path, said: str | None, published: bool, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n") if said is None else Terminal(said))
    open_hub.answers["create"] = 500  # as far as it goes here
    assert main(["publish", str(own / "two.safetensors"), REPO]) == 2
    printed = capsys.readouterr()
    assert ("[y/N]" in printed.out) == (said is not None)
    assert ("answered 500" in printed.err) == published
    assert ("Nothing was published" in printed.err) != published
    assert bool(open_hub.asked) == published


def test_what_would_be_published_is_listed(
    open_hub: Hub, own: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_TOKEN")
    assert main(["publish", str(own), REPO, "--dry-run"]) == 0
    printed = capsys.readouterr().out
    for name in ("README.md", "presets.toml", "networks/two.safetensors", "networks/three.pth", "samples/two.jpg"):
        assert f"  {name}\n" in printed
    assert f"{(own / 'net.pth').stat().st_size:,}  networks/three.pth" in printed
    assert not [asked for asked in open_hub.asked if not asked.startswith(("GET", "HEAD"))]


def test_the_app_becomes_a_space(open_hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deploy", "someone/app", "--dry-run"]) == 0
    listed = capsys.readouterr().out
    assert not open_hub.asked
    open_hub.repos["spaces/someone/app"] = {"nst/of_old.py": b"", "mine.txt": b""}
    assert main(["deploy", "someone/app"]) == 0
    assert capsys.readouterr().out.endswith("/spaces/someone/app\n")
    there = open_hub.repos["spaces/someone/app"]
    assert "nst/of_old.py" not in there
    assert all(f"{len(content):,}  {name}\n" in listed for name, content in there.items() if name != "mine.txt")
    assert {"app.py", "README.md", "requirements.txt", "nst/assets/base.safetensors", "mine.txt"} <= there.keys()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["publish", "missing.safetensors", REPO], "There is no file or folder missing.safetensors"),
        (["publish", "two.safetensors", "styles"], "'styles' is no name of a repository"),
        (["publish", "two.safetensors", REPO, "--license", "mine"], "--license"),
        (["publish", "two.safetensors"], "OWNER/NAME"),
        (["deploy", "app"], "'app' is no name of a repository"),
        (["deploy", "someone/app"], "There is no token for the Hub"),
        (["publish", "two.safetensors", REPO, "--yes-i-may-share"], "There is no token for the Hub"),
    ],
)
def test_what_cannot_be_sent_gets_a_sentence(
    open_hub: Hub, own: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", "/nowhere")
    monkeypatch.chdir(own)
    assert main(arguments) == 2
    printed = capsys.readouterr().err
    assert said in printed
    assert len(printed.splitlines()) == 1
    assert not open_hub.asked
