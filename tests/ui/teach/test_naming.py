"""A style that was learned hangs in the gallery of the visit, by a name that is its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from nets import random_style

from nst import load_image, presets_in, stylize
from nst.quick.checkpoints import save_style
from nst.quick.feedforward import StylizeSettings
from nst.quick.presets import LONGEST_TITLE, catalogue, plain_title, to_record
from nst.training.teaching import STROKES
from nst.training.thumbnails import thumbnail_of
from nst.ui.quick import labels, styling
from nst.ui.teach.learning import Visit
from nst.ui.teach.naming import free_title, rename, rest

pytestmark = pytest.mark.usefixtures("uploads")


def learned(folder: Path, wish: str) -> Visit:
    """A visit at the end of a lesson."""
    network, path = random_style(), folder / "learned.safetensors"
    save_style(path, network, to_record(wish, thumbnail_of(network), painting_size=STROKES["Broad"]))
    return Visit(learned=str(path), wish=wish, words="Learned")


def test_a_style_joins_the_gallery_and_a_file_of_it_is_taken_as_it_is(tmp_path: Path) -> None:
    own: list[str] = []
    for title in ("Old harbour", "Old harbour 2"):
        visit = learned(tmp_path, "Old harbour")
        update = rest(own, visit)
        own = update["own"]
        assert title in update["status"]
        assert update["name"] == update["gallery"][-1][1] == title
        [preset] = presets_in(update["download"].value["path"])
        assert preset.title == title
    first, second = styling.own_presets(own)
    assert (first.slug, second.slug) == ("old-harbour", "old-harbour-2")
    assert "learned with broad strokes" in labels.wall_label(styling.Choice(StylizeSettings(first.slug), [first]))
    photo = load_image(catalogue()[0].thumbnail, 64)
    assert stylize(photo, StylizeSettings(style=first.slug, second="woodcut"), [first]).shape == photo.shape
    assert "own" not in rest(own, visit)  # nothing new was learned


def test_another_name_is_seen_in_the_gallery_and_on_the_file(tmp_path: Path) -> None:
    visit = learned(tmp_path, "Old harbour")
    own = rest([], visit)["own"]
    update = rename(own, visit, "  <b>Woodcut</b>\n")
    assert update["name"] == update["gallery"][-1][1] == "<b>Woodcut</b>"
    assert Path(update["download"].value["path"]).name == "b-woodcut-b.safetensors"
    [preset] = styling.own_presets(update["own"])
    assert preset.slug == "old-harbour"  # so that what was painted in it is found
    assert rename(update["own"], visit, "woodcut")["name"] == "woodcut 2"
    own = rest(update["own"], Visit())
    assert rename(update["own"], visit, "  ") == rename(update["own"], visit, "x") == {}


@pytest.mark.parametrize("wish", ["", "\x00", "  ", "harbour " * 30, "星月夜", "../etc", "Woodcut"])
def test_titles_are_clean_and_nobody_elses(wish: str) -> None:
    title = free_title(wish, catalogue())
    assert title == plain_title(title) != ""
    assert len(title) <= LONGEST_TITLE
    assert title not in [preset.title for preset in catalogue()]
