"""The pairs that Custom offers."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from nst.ui import parts
from nst.ui.custom import pairs


def test_every_pair_is_there_and_no_painting_twice() -> None:
    assert len(pairs._pairs()) == len(pairs.PAIRS) == len({painting for _, painting in pairs.PAIRS})


def test_without_a_file_its_pair_alone_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    gone, second = pairs.PAIRS[0][1], pairs.PAIRS[1]
    rest = [path for path in parts.example_paintings() if path.stem != gone]
    monkeypatch.setattr(parts, "example_paintings", lambda: rest)
    assert len(pairs._pairs()) == len(pairs.PAIRS) - 1
    picked = pairs.pick(SimpleNamespace(index=0))
    assert [picked[name].rpartition("/")[2] for name in ("photo", "painting")] == [f"{stem}.jpg" for stem in second]


def test_a_pair_is_framed_as_long_as_both_are_there() -> None:
    photo, painting = ({"path": str(path)} for path in pairs._pairs()[2])
    assert pairs.mark(photo, painting)["pairs"].selected_index == 2
    assert pairs.mark(photo, {"path": "own/wheat-field.jpg"})["pairs"].selected_index is None
    assert pairs.mark(photo, None)["pairs"].selected_index is None
