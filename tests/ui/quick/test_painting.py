"""A photo is painted once for each wish; its paintings stay, each with its settings."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from hub import Hub
from nets import random_network
from PIL import Image
from serving import picture

from nst import UserError
from nst.common.images import read_settings
from nst.quick.presets import catalogue
from nst.ui import visit
from nst.ui.quick import labels, styling, wall
from nst.ui.quick.painting import Wishes, announced, show
from nst.ui.quick.strip import Result
from nst.ui.quick.styling import NO_STYLE, choice, shelf
from nst.ui.visit import Kept

pytestmark = pytest.mark.usefixtures("uploads")

WOODCUT = ("woodcut", "", 0.5, 0.8, False, 64, 512)  # the values of the controls


@pytest.fixture
def upload(tmp_path: Path) -> dict[str, str]:
    return {"path": str(picture(tmp_path / "harbour.jpg"))}


def shown(upload: Any, results: list[Kept], *, stopped: bool = False, **more: Any) -> dict[str, Any]:
    """All that changed on the page in the end."""
    given = {"source": "photo", "hanging": None, "values": WOODCUT} | more
    page: dict[str, Any] = {}
    asked = (results, given["source"], upload, "png", given["hanging"], ())
    for update in show(lambda: stopped, *asked, *given["values"]):
        page |= update
    return page


def test_a_painting_hangs_on_the_wall_and_stays_in_the_strip(upload: dict[str, str]) -> None:
    results: list[Any] = []
    page = shown(upload, results)
    [result] = results
    assert page["compare"] == (result.before, result.after)
    assert page["hanging"] == result
    assert page["download"].interactive
    assert "Strength 0.8, broad strokes. 64 × 43 px." in page["label"]
    assert "#quick-photo" not in page["label"]  # where it is an own photo
    assert Path(result.png).name == "harbour-woodcut-64.png"
    assert result.words == "harbour, Woodcut · 64 px · strength 0.8 · broad strokes"
    assert {"style": "woodcut", "strength": 0.8, "size": 64}.items() <= read_settings(Path(result.png)).items()


def test_a_photo_can_be_painted_at_its_own_size(upload: dict[str, str]) -> None:
    result = shown(upload, [], values=(*WOODCUT[:5], "whole", 512))["hanging"]
    with Image.open(result.png) as image:
        assert image.size == (96, 64)


def test_a_style_on_the_hub_is_downloaded_when_it_is_picked(
    upload: dict[str, str], hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save(random_network().state_dict(), tmp_path / "net.pth")
    folder, hub.stop_at = f"/someone/paintings/resolve/{hub.commit}", 10**9
    hub.files = {
        "/someone/paintings/resolve/main/presets.toml": b"",
        f"{folder}/presets.toml": b'[[preset]]\nslug = "mine"\ntitle = "Mine"\nfile = "net.pth"\n',
        f"{folder}/net.pth": (tmp_path / "net.pth").read_bytes(),
    }
    monkeypatch.setenv("NST_STYLES", "someone/paintings")
    assert shelf([])[-1][1] == "Mine\u00a0☁"
    updates = list(show(lambda: False, [], "photo", upload, "png", None, (), "mine", *WOODCUT[1:]))
    assert any("Downloading Mine" in update.get("label", "") for update in updates)
    [gallery] = [update["gallery"] for update in updates if "gallery" in update]
    assert gallery[-1][1] == "Mine"
    assert updates[-1]["hanging"].words.startswith("harbour, Mine")


def test_what_is_in_the_strip_is_not_painted_again(upload: dict[str, str]) -> None:
    results: list[Kept] = []
    shown(upload, results)
    again = shown(upload, results)
    assert again["hanging"] == results[0]
    assert len(results) == 1
    assert again["past"].selected_index == 0
    shown(upload, results, values=("woodcut", "", 0.5, 1, False, 64, 512))
    assert len(results) == 2
    unkept: list[Kept] = []
    assert shown(upload, unkept, hanging=results[0], values=results[0].values)["hanging"] == results[0]  # type: ignore[attr-defined]
    assert not unkept
    Path(results[1].png).unlink()
    shown(upload, results)
    assert len(results) == 3


def test_a_painting_that_is_no_longer_wished_for_is_not_kept(upload: dict[str, str]) -> None:
    results: list[Kept] = []
    assert "hanging" not in shown(upload, results, stopped=True)
    assert not results


def test_what_hangs_is_not_given_out_while_another_is_painted(upload: dict[str, str]) -> None:
    page = shown(upload, [], stopped=True)
    assert "Painting at 64 px in the style of <cite>Woodcut" in page["label"]
    assert not any(page[name].interactive for name in ("download", "suffix", "share"))
    assert announced("photo", True, (), *WOODCUT).keys() == page.keys()
    assert announced("photo", False, (), *WOODCUT) == {}
    assert announced("many", True, (), *WOODCUT).keys() == {"elsewhere"}


def test_the_wall_is_as_it_was_where_nothing_comes_of_a_wish(upload: dict[str, str], tmp_path: Path) -> None:
    results: list[Any] = []
    before = shown(upload, results)
    for gone in ({"source": ""}, {"source": "video"}, {"values": ("", *WOODCUT[1:])}):
        page = shown(upload, results, hanging=results[0], **gone)
        assert page["hanging"] == results[0]
        assert page["download"].interactive
        assert page.get("label", before["label"]) == before["label"]
    updates = show(lambda: False, [], "photo", {"path": str(tmp_path / "gone.jpg")}, "png", results[0], (), *WOODCUT)
    seen = [next(updates)]
    with pytest.raises(UserError):
        seen.extend(updates)
    assert [update["download"].interactive for update in seen] == [False, True]
    assert seen[-1]["label"] == before["label"]


def test_nothing_is_painted_without_a_style_or_for_another_source(upload: dict[str, str]) -> None:
    results: list[Kept] = []
    shown(upload, results, values=("", *WOODCUT[1:]))
    shown(upload, results, source="video")
    assert not results
    with pytest.raises(UserError, match="There is no photo yet"):
        shown(None, [])
    with pytest.raises(UserError, match=NO_STYLE):
        choice((), "", *WOODCUT[1:])


@pytest.mark.parametrize("worked", [WOODCUT, None])
def test_a_style_that_cannot_be_had_gives_way_to_the_last_one_that_could(
    upload: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, worked: tuple[Any, ...] | None
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    cloud = next(preset.slug for preset in catalogue() if not preset.bundled)
    hanging = Result("", "", "", "", "", "another.jpg", worked) if worked else None
    with pytest.warns(UserWarning, match="could not be downloaded"):
        page = shown(upload, [], hanging=hanging, values=(cloud, "", 0.5, 1.2, False, 64, 1024))
    last = worked or styling.usual(catalogue()[0])
    assert page["hanging"].values == (*last[:4], False, 64, 1024)
    assert (page["chosen"], page["strength"]) == (last[0], last[3])
    assert page["gallery"].selected_index == [preset.slug for preset in catalogue()].index(last[0])


def test_what_is_wished_for_again_ends_nothing() -> None:
    wishes, mine = Wishes(), SimpleNamespace(session_hash="mine")
    wish = ("photo", None, "bust.jpg", None, (), *WOODCUT)
    assert "Woodcut" in wishes.note_and_say(mine, *wish)["label"]
    first = wishes.since_now(mine)
    assert wishes.note_and_say(mine, *wish) == {}
    assert not first()
    assert wishes.note_and_say(mine, *wish[:-1], 1024)
    assert first()


def test_who_paints_an_example_is_asked_for_a_photo_and_two_styles_are_said_as_one() -> None:
    mixed = choice((), "coral-surf", "prisms", 0.45, 1.0, True, 64, 1024)
    label = labels.wall_label(mixed, (64, 43), example=True)
    assert "#quick-photo" in label
    assert label.count("drawn by this project") == 1
    assert "The photo’s colours. 64 × 43 px." in label


def test_a_wish_ends_the_painting_of_its_session_only() -> None:
    wishes, mine, other = Wishes(), SimpleNamespace(session_hash="mine"), SimpleNamespace(session_hash="other")
    wishes.note(mine)
    first = wishes.since_now(mine)
    wishes.note(other)
    assert not first()
    wishes.note(mine)
    assert first()
    assert not wishes.since_now(mine)()


def test_the_strip_gives_back_a_painting_with_its_settings(upload: dict[str, str]) -> None:
    results: list[Kept] = []
    shown(upload, results)
    event = SimpleNamespace(index=0)
    back = wall.look_back(event, results, "jpg", ())
    assert back["gallery"].selected_index == [preset.slug for preset in catalogue()].index("woodcut")
    assert (back["chosen"], back["strength"], back["size"].value) == ("woodcut", 0.8, 64)
    assert (back["photo"], back["source"]) == (upload["path"], "photo")
    Path(upload["path"]).unlink()
    assert "photo" not in wall.look_back(event, results, "jpg", ())
    Path(results[0].png).unlink()
    with pytest.raises(UserError, match="This one is gone"):
        wall.look_back(event, results, "jpg", ())


def test_the_strip_begins_with_the_newest_and_has_an_end() -> None:
    results: list[Kept] = []
    for number in range(visit.KEPT + 2):
        made = Result("before.jpg", "after.jpg", f"{number}.png", "words", "label", "", ())
        visit.keep(results, made)
    assert [result.png for result in results[:2]] == [f"{visit.KEPT + 1}.png", f"{visit.KEPT}.png"]
    assert len(results) == visit.KEPT


def test_what_hangs_on_the_wall_is_given_out_in_the_format_asked_for(upload: dict[str, str]) -> None:
    hanging = shown(upload, [])["hanging"]
    assert wall.change(hanging, "webp").keys() == {"download"}
    with Image.open(Path(hanging.png).with_suffix(".webp")) as image:
        assert (image.format, image.size) == ("WEBP", (64, 43))
    with pytest.raises(UserError, match="The format cannot be 'bmp'"):
        wall.offer(hanging, "bmp")
    assert wall.change(None, "jpg") == {}
