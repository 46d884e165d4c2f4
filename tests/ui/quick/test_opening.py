"""The wall does not begin empty: an example photo in a style, another pair each day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image
from serving import picture

from nst.common import examples
from nst.common.examples import own_photos
from nst.quick.presets import catalogue
from nst.ui.quick import opening

DAY = date(2026, 3, 20)


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with small photos in place of those that `PAIRS` names."""
    (tmp_path / "photos").mkdir()
    for name, _ in opening.PAIRS:
        picture(tmp_path / "photos" / f"{name}.jpg")
    monkeypatch.setattr(examples, "STYLES", tmp_path)


@pytest.fixture
def kept(uploads: Path) -> Iterator[None]:
    opening._days.clear()
    yield
    opening._days.clear()


def test_the_days_take_turns_with_what_comes_with_the_project() -> None:
    styles = {preset.slug for preset in catalogue() if preset.bundled}
    photos = {path.stem for path in own_photos()}
    assert all(photo in photos and slug in styles for photo, slug in opening.PAIRS)
    pairs = [opening.pair(DAY + timedelta(days)) for days in range(30)]
    for before, after in pairwise(pairs):
        assert before[1] != after[1]


@pytest.mark.usefixtures("kept", "photos")
def test_a_day_is_painted_once_and_kept_until_the_day_after_is_over() -> None:
    first, second = opening.painting(DAY), opening.painting(DAY + timedelta(1))
    assert opening.painting(DAY) is first
    with Image.open(first.before) as before, Image.open(first.after) as after:
        assert before.size == after.size == (1024, 683)
    assert opening.painting(DAY + timedelta(2))
    assert not Path(first.png).exists()
    assert Path(second.png).is_file()


@pytest.mark.usefixtures("kept", "photos")
def test_who_arrives_sees_the_painting_of_the_day_or_gets_the_style_of_the_link() -> None:
    come = opening.arrive(SimpleNamespace(query_params={}))
    today = opening.painting(date.today())
    assert come["compare"] == (today.before, today.after)
    assert (come["chosen"], come["example"]) == (today.values[0], today.photo)
    assert "linked" not in come

    come = opening.arrive(SimpleNamespace(query_params={"style": "woodcut"}))
    assert (come["chosen"], come["linked"], come["example"]) == ("woodcut", "?style=woodcut", today.photo)
    assert "compare" not in come
    assert "Painting at 1024 px in the style of <cite>Woodcut" in come["label"]
    come = opening.arrive(SimpleNamespace(query_params={"style": "woodcut", "size": "2048"}))
    assert come["size"] == 2048  # for the visitor's own photo; the example is there sooner
    assert "Painting at 1024 px" in come["label"]
    cloud = next(preset.slug for preset in catalogue() if not preset.bundled)
    assert "linked" not in opening.arrive(SimpleNamespace(query_params={"style": cloud}))
    assert "compare" in opening.arrive(SimpleNamespace(query_params={"style": "no-such-style"}))
