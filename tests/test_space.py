"""What a Hugging Face Space needs of the repository."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huggingface_hub import RepoCard, SpaceHardware

from nst.common.encoders import VGG19
from nst.common.weights import STYLES, HubFile
from nst.publishing.card import LICENSES
from nst.quick.presets import presets_in

ROOT = Path(__file__).parents[1]
MATTER = RepoCard.load(ROOT / "README.md").data.to_dict()
PINS = dict(line.split("==") for line in (ROOT / "requirements.txt").read_text().split())


COLORS = ("red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray")

# What may stand there and what each may be, by the Hub's reference of the configuration of Spaces.
RULES: dict[str, Callable[[Any], object]] = {
    "title": lambda value: isinstance(value, str) and value,
    "emoji": lambda value: isinstance(value, str) and not value.isascii() and len(value) <= 2,
    "colorFrom": COLORS.__contains__,
    "colorTo": COLORS.__contains__,
    "sdk": "gradio".__eq__,
    "sdk_version": PINS["gradio"].__eq__,
    "python_version": lambda value: re.fullmatch(r"3\.1[1-9](\.\d+)?", value),
    "app_file": lambda value: (ROOT / value).is_file(),
    "short_description": lambda value: isinstance(value, str) and 0 < len(value) <= 60,
    "license": LICENSES.__contains__,
    "tags": lambda value: value and all(re.fullmatch(r"[a-z-]+", tag) for tag in value),
    "models": lambda value: value and len(value) == len(set(value)),
    "suggested_hardware": [each.value for each in SpaceHardware].__contains__,
    "hf_oauth": True.__eq__,
    "hf_oauth_scopes": ["contribute-repos"].__eq__,  # no more than `nst.ui.teach.publishing` needs
    "startup_duration_timeout": lambda value: re.fullmatch(r"\d+[mh]", value),
}


def test_the_front_matter_is_complete_and_nothing_in_it_unknown() -> None:
    assert MATTER.keys() == RULES.keys()
    assert [name for name, rule in RULES.items() if not rule(MATTER[name])] == []


def test_the_front_matter_names_the_models_that_are_downloaded() -> None:
    sources = [preset.source for preset in presets_in(STYLES)]
    repos = [source.repo for source in (VGG19, *sources) if isinstance(source, HubFile)]
    assert sorted(MATTER["models"]) == sorted(repos)


def test_pictures_of_the_readme_are_there() -> None:
    pictures = re.findall(r"!\[.+?\]\((.+?)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(pictures) >= 2
    assert all((ROOT / picture).is_file() for picture in pictures)
