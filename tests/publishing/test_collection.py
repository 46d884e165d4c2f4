"""What is published can be read back by the quick path, which paints the same with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hub import REVISION, Hub
from huggingface_hub import ModelCard
from nets import random_style, write_style
from PIL import Image
from torch import Tensor

from nst.common.errors import UserError
from nst.common.weights import HubFile
from nst.publishing.collection import files_of, joined, licensed, styles_in
from nst.publishing.hub import upload
from nst.quick.checkpoints import save_style
from nst.quick.feedforward import StylizeSettings, stylize
from nst.quick.presets import BLANK, Preset, presets_in, to_record

REPO = "someone/styles"
TITLE = 'Sea "and" <b>*sky*</b> | \\ ü \x7f'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A style with a record, one without, and a network of another kind."""
    own = tmp_path / "own"
    (own / "nets").mkdir(parents=True)
    Image.new("RGB", (240, 240), "red").save(tmp_path / "small.jpg")
    notes = {"settings": '{"painting_size": 800, "note": "a b"}', "steps_done": "150"}
    record = to_record("The Sea", (tmp_path / "small.jpg").read_bytes(), 0.8, 1120)
    save_style(own / "The Sea.safetensors", random_style(base="mine"), {**notes, **record})
    write_style(own / "plain.safetensors", random_style(base="mine", number=1))
    return own


def publish(presets: tuple[Preset, ...]) -> None:
    upload(REPO, files_of(REPO, joined(REPO, presets)), "model", "Styles")


def test_what_is_published_paints_as_before(open_hub: Hub, folder: Path, photo: Tensor) -> None:
    local = styles_in(folder)
    publish(local)
    assert open_hub.commits == ["Styles"]
    there = presets_in(REPO)
    assert [preset.slug for preset in there] == [preset.slug for preset in local] == ["the-sea", "plain"]
    for mine, read in zip(local, there, strict=True):
        assert (read.title, read.strength, read.license) == (mine.title, mine.strength, mine.license)
        assert read.painting_size == mine.painting_size
        settings = StylizeSettings(mine.slug)
        assert torch.equal(stylize(photo, settings, there), stylize(photo, settings, local))
        assert read.thumbnail != BLANK
        with Image.open(read.thumbnail) as thumbnail:
            assert thumbnail.size == (240, 240)


def test_what_is_published_says_what_it_is(open_hub: Hub, folder: Path) -> None:
    publish(licensed(styles_in(folder), "cc0-1.0"))
    content = open_hub.repos[f"models/{REPO}"]
    card = ModelCard(content["README.md"].decode())
    told = card.data.to_dict()
    assert (told["license"], told["library_name"]) == ("cc0-1.0", "nst")
    assert "style-transfer" in card.data.tags
    assert "150 steps, `painting_size` 800" in card.text
    assert "a b" not in card.text
    assert f"--styles {REPO} --style the-sea" in card.text
    pictures = [name for name in content if name.startswith("samples/")]
    assert pictures == ["samples/the-sea.jpg", "samples/plain.jpg", "samples/photos.jpg"]
    assert all(f"({name})" in card.text for name in pictures)


def test_a_further_style_joins_those_that_are_there(open_hub: Hub, folder: Path, tmp_path: Path, photo: Tensor) -> None:
    publish(licensed(styles_in(folder), "mit"))
    (tmp_path / "more").mkdir()
    painted = stylize(photo, StylizeSettings("the-sea"), presets_in(REPO))
    for number, name in enumerate(("new", "plain"), 2):
        write_style(tmp_path / "more" / f"{name}.safetensors", random_style(number=number))
    more = styles_in(tmp_path / "more")
    publish(more)
    there = presets_in(REPO)
    assert [(preset.slug, preset.license) for preset in there] == [("the-sea", "mit"), ("plain", ""), ("new", "")]
    assert torch.equal(stylize(photo, StylizeSettings("the-sea"), there), painted)
    for slug in ("new", "plain"):
        assert torch.equal(stylize(photo, StylizeSettings(slug), there), stylize(photo, StylizeSettings(slug), more))
    assert ModelCard(open_hub.repos[f"models/{REPO}"]["README.md"].decode()).data.license == "other"


def test_any_record_survives(open_hub: Hub, folder: Path) -> None:
    (preset, _) = styles_in(folder)
    strange = replace(preset, title=TITLE, artist="[x](y)", year="`1`", license='"')
    publish((strange,))
    (read,) = presets_in(REPO)
    assert (read.title, read.artist, read.year, read.license) == (TITLE, "[x](y)", "`1`", '"')
    text = ModelCard(open_hub.repos[f"models/{REPO}"]["README.md"].decode()).text
    assert "<b>" not in text
    assert "[x]" not in text


def test_a_network_of_another_repository_stays_there(open_hub: Hub, folder: Path, photo: Tensor) -> None:
    file = HubFile("other/nets", "a.safetensors", REVISION)
    data = (folder / "plain.safetensors").read_bytes()
    open_hub.files[f"/{file.repo}/resolve/{file.revision}/{file.filename}"] = data
    (plain,) = styles_in(folder / "plain.safetensors")
    publish((replace(plain, source=file),))
    (read,) = presets_in(REPO)
    assert read.source == file
    assert not any(name.startswith("networks/") for name in open_hub.repos[f"models/{REPO}"])


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ([], "nothing to publish"),
        (["a b.safetensors", "a-b.safetensors"], "called a-b"),
        (["text"], "cannot be used"),
        (["gone"], "no file or folder"),
        (["presets.toml"], "has no record"),
    ],
)
def test_what_cannot_be_published_gets_a_sentence(tmp_path: Path, made: list[str], said: str) -> None:
    source = tmp_path / "source"
    if made != ["gone"]:
        source.mkdir()
    for name in made:
        if name == "presets.toml":
            (source / name).write_text("preset = []")
        elif name == "text":
            (source / "a.safetensors").write_text("Dear reader")
        elif name != "gone":
            write_style(source / name)
    with pytest.raises(UserError, match=said) as caught:
        styles_in(source)
    assert len(str(caught.value).splitlines()) == 1
