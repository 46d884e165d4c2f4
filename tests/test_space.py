"""What a Hugging Face Space needs of the repository."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
MATTER = yaml.safe_load((ROOT / "README.md").read_text(encoding="utf-8").split("---")[1])
PINS = dict(line.split("==") for line in (ROOT / "requirements.txt").read_text().split())


def test_the_front_matter_is_complete() -> None:
    needed = {"title", "emoji", "colorFrom", "colorTo", "sdk", "sdk_version", "python_version", "app_file", "license"}
    assert needed <= MATTER.keys()
    assert MATTER["sdk"] == "gradio"
    assert MATTER["suggested_hardware"] == "cpu-basic"
    assert len(MATTER["short_description"]) <= 60
    colors = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
    assert {MATTER["colorFrom"], MATTER["colorTo"]} <= colors


def test_the_space_gets_the_versions_that_are_tested() -> None:
    assert MATTER["sdk_version"] == PINS["gradio"]
    assert (ROOT / MATTER["app_file"]).is_file()


def test_pictures_of_the_readme_are_there() -> None:
    pictures = re.findall(r"!\[.+?\]\((.+?)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(pictures) >= 2
    assert all((ROOT / picture).is_file() for picture in pictures)
