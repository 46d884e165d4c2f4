"""A crowd is served by an app that is started for it."""

from __future__ import annotations

import pytest

from nst import UserError
from nst.measure import load as measured
from nst.measure.load import Answers, measure_load


@pytest.mark.timeout(240)
def test_a_small_crowd_is_served_and_its_files_go(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured, "KEPT", 6.0)
    measure_load(visitors=2, every=1, minutes=0.05)
    printed = {line[:28].strip(): line[28:].split() for line in capsys.readouterr().out.splitlines()[1:]}
    assert int(printed["served"][0]) >= 2
    assert printed["at once: served"] == ["4"]
    assert [printed[row][0] for row in ("refused", "errors", "files left")] == ["0", "0", "0"]


@pytest.mark.parametrize("address", ["http://example.org", "example.org:7860", "http://192.168.1.2:7860"])
def test_an_app_elsewhere_is_left_alone(address: str) -> None:
    with pytest.raises(UserError, match="give an address of this machine"):
        measure_load(address)


def test_answers_are_counted_by_what_they_are() -> None:
    answers = Answers()

    def fail() -> None:
        raise ValueError("no")

    for wish in (fail, lambda: None, lambda: None):
        answers.ask(wish)
    assert answers.errors == ["ValueError: no"]
    assert len(answers.waits) == 2
    assert 0 <= answers.slow < 1
