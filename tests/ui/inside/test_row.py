"""A row of layers: what begins it, what is left of it when it is stopped, and what is seen of it later."""

from __future__ import annotations

import itertools
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from serving import picture

from nst import UserError
from nst.common.encoders import CompactEncoder
from nst.common.images import read_settings
from nst.ui.inside import row
from nst.ui.inside.row import Visit

pytestmark = pytest.mark.usefixtures("uploads")


@pytest.fixture
def upload(tmp_path: Path) -> dict[str, str]:
    return {"path": str(picture(tmp_path / "harbour.jpg"))}


def stopped_row(visit: Visit, upload: dict[str, str], kind: str, seamless: bool = False) -> dict[str, Any]:
    """What is seen of a row that was stopped at its first step."""
    row.begin(visit, upload)
    *_, last = row.paint(lambda: True, visit, upload, kind, 64, seamless)
    return last


def picked(index: int) -> Any:
    return SimpleNamespace(index=index)


def test_a_row_wants_a_picture_and_a_kind_that_there_is(upload: dict[str, str]) -> None:
    with pytest.raises(UserError, match="There is no picture yet"):
        row.begin(Visit(), None)
    with pytest.raises(UserError, match="Look for one of content, style"):
        next(row.paint(lambda: True, Visit(), upload, "meaning", 64, False))


def test_a_row_that_is_stopped_keeps_the_piece_that_was_on_the_easel(upload: dict[str, str]) -> None:
    visit = Visit()
    last = stopped_row(visit, upload, "content")
    assert "Stopped at layer 1 of 5 (relu1_1)" in last["status"]
    result = last["download"].value
    assert Path(result["path"] if isinstance(result, dict) else result).name == "harbour-content-relu1_1.png"
    first, *others = visit.rows["content"]
    assert {"layer": "relu1_1", "steps": 100, "steps_done": 1}.items() <= read_settings(Path(first.png)).items()
    assert not any(piece.png for piece in others)
    assert row.pick(picked(3), visit, "content")["download"].interactive is False


def test_a_row_is_seen_as_it_grows_a_few_times_a_second(upload: dict[str, str]) -> None:
    visit, asked = Visit(), itertools.count()
    row.begin(visit, upload)
    first, *others = row.paint(lambda: next(asked) == 20, visit, upload, "content", 64, False)
    assert "Layer 1 of 5" in first["status"]
    assert 1 <= len(others) < 20
    assert "Stopped at layer 1" in others[-1]["status"]


@pytest.mark.parametrize("kind", ["content", "style"])
def test_a_row_that_is_not_stopped_has_a_piece_of_every_layer(
    upload: dict[str, str], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row, "STEPS", 2)
    visit = Visit()
    row.begin(visit, upload)
    *_, last = row.paint(lambda: False, visit, upload, kind, 64, False)
    assert "Finished after" in last["status"]
    assert [Path(piece.png).name for piece in visit.rows[kind]] == [
        f"harbour-{kind}-{layer}.png" for layer in CompactEncoder.layers
    ]
    assert last["large"].alt_text.startswith(("Layer 5:", "+ layer 5:"))


def test_each_kind_has_a_row_of_its_own(upload: dict[str, str]) -> None:
    visit = Visit()
    stopped_row(visit, upload, "content")
    stopped_row(visit, upload, "style", seamless=True)
    assert not visit.rows["content"][0].laid
    assert visit.rows["style"][0].laid
    turned = row.turn(visit, "content")
    assert turned["download"].interactive is True
    assert turned["seamless"].visible is False


def test_a_row_whose_files_were_deleted_is_seen_bare(upload: dict[str, str]) -> None:
    visit = Visit()
    stopped_row(visit, upload, "content")
    Path(visit.rows["content"][0].png).unlink()
    assert row.turn(visit, "content")["download"].interactive is False
