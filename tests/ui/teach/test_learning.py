"""A lesson as the page follows it: what it lets go first, how it ends, what it is refused for."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from serving import picture

from nst import UserError
from nst.quick.presets import BLANK, presets_in
from nst.training.teaching import TeachSettings
from nst.ui.teach import learning
from nst.ui.teach.learning import News, Visit, learn

pytestmark = pytest.mark.usefixtures("little", "uploads")
VALUES = {"minutes": 1, "painting_size": 128, "style_weight": 9}


@pytest.fixture
def painting(tmp_path: Path) -> dict[str, str]:
    return {"path": str(picture(tmp_path / "old_harbour.png"))}


def nobody() -> bool:
    return False


def lesson(*paintings: Any, looks: int, others_work: Any = nobody) -> list[News]:
    """The news of a lesson that is stopped when it was asked so often whether it is."""
    asked = count(1)
    settings = TeachSettings(**VALUES)
    return list(learn(paintings, settings, lambda: next(asked) >= looks, others_work))


def test_it_learns_step_by_step_until_it_is_stopped(painting: dict[str, str]) -> None:
    news = lesson(painting, looks=3)
    assert [each.moment.step for each in news] == [1, 2, 3, 3]
    assert [each.last for each in news] == [False, False, False, True]
    assert len(news[-1].losses) == 3
    assert not any(each.waits for each in news)


def test_others_go_first_and_it_goes_on_on_a_busy_server_too(
    painting: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "PULSE", 0.01)
    monkeypatch.setattr(learning, "PATIENCE", 0.1)
    news = lesson(painting, looks=20, others_work=lambda: True)
    first, *waits = (each.waits for each in news if each.moment.step == 1)
    assert not first
    assert waits
    assert all(waits)
    assert news[-1].moment.step > 1


def test_the_page_sees_the_photo_change_and_the_visit_gets_the_style(painting: dict[str, str]) -> None:
    asked, visit = count(1), Visit()
    updates = list(learning.show(lambda: next(asked) >= 2, nobody, visit, VALUES, painting, painting, None, painting))
    pictures = [update["canvas"] for update in updates if "canvas" in update]
    assert len(set(pictures)) == 2
    assert all(Path(path).is_file() for path in pictures)
    [preset] = presets_in(visit.learned)
    assert visit.wish == preset.title == "Old harbour and Old harbour"
    assert preset.thumbnail != BLANK


def test_what_there_is_nothing_to_learn_of_is_said(
    painting: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("RGB", (90, 90), "teal").save(tmp_path / "flat.png")
    wrong = {
        "There is no painting yet": None,
        "too small or too narrow": {"path": str(picture(tmp_path / "tiny.png", (40, 40)))},
        "of one colour": {"path": str(tmp_path / "flat.png")},
    }
    for words, upload in wrong.items():
        with pytest.raises(UserError, match=words):
            lesson(upload, looks=1)
    with pytest.raises(UserError, match="There is no painting yet"):
        learning.begin(None, None, None)
    monkeypatch.setenv("NST_TEACH_MINUTES", "0.5")
    with pytest.raises(UserError, match=r"Minutes cannot be 1\. Here a style has 0\.5 at most"):
        lesson(painting, looks=1)
