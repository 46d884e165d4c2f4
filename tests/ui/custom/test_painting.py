"""What Start refuses, what a run leaves when it is stopped, and how the next one goes on from there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from nst import OptimizeSettings, UserError, load_image, optimize
from nst.common.examples import own_photos
from nst.common.images import read_settings
from nst.common.weights import STYLES
from nst.ui.canvas import looks
from nst.ui.custom.painting import begin, rest, show
from nst.ui.custom.plans import anew, continued, enlarged

pytestmark = pytest.mark.usefixtures("uploads")


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (("photo",), "^There is no photo yet[^.]*[.]$"),
        (("painting",), "^There is no painting yet[^.]*[.]$"),
        (("photo", "painting"), "no photo yet.*no painting yet"),
    ],
)
def test_start_wants_a_photo_and_a_painting(values: dict[str, Any], missing: tuple[str, ...], words: str) -> None:
    with pytest.raises(UserError, match=words):
        begin(values | dict.fromkeys(missing))


def test_one_painting_is_enough_wherever_it_is(values: dict[str, Any]) -> None:
    values["painting"], values["painting_3"] = None, values["painting"]
    assert not begin(values)["further"].visible


def test_a_run_that_is_stopped_leaves_its_picture_and_the_next_goes_on_from_it(values: dict[str, Any]) -> None:
    history: list[Any] = []
    *_, stopped = show(lambda: True, values, anew, "", history)
    assert "Stopped at step 1 of 500 with 48 × 32 px<" in stopped["status"]
    assert Path(stopped["done"]).name == "my-harbour-painting.png"
    assert {"steps": 500, "steps_done": 1}.items() <= read_settings(stopped["done"]).items()

    *_, onward = show(lambda: True, values | {"size": 40, "style_weight": 30}, continued, stopped["done"], history)
    *_, larger = show(lambda: True, values, enlarged(72), onward["done"], history)
    with Image.open(larger["done"]) as result:
        assert max(result.size) == 72
    record = read_settings(larger["done"])
    assert record["style_weight"] == 30  # as it was painted, not as the page is by now
    assert [(run["size"], run["steps_done"]) for run in record["before"]] == [(48, 1), (48, 1)]


def test_the_first_look_is_at_a_painting() -> None:
    photo, painting = load_image(own_photos()[0], 96), load_image(STYLES / "artwork" / "stained-glass.jpg", 128)
    frames = list(optimize(photo, painting, OptimizeSettings(size=96, steps=12)))
    first, last = looks((frame for frame in frames), lambda: False)  # as from a machine that is quick
    assert first.frame.style_loss < frames[0].style_loss / 2
    assert (last.frame.step, len(last.losses)) == (12, 12)  # the curves miss nothing


def test_what_leads_on_and_what_is_said_depend_on_whether_it_was_stopped(values: dict[str, Any]) -> None:
    history: list[Any] = []
    *_, early = show(lambda: True, values | {"size": 192}, anew, "", history)
    assert "Stopped at step 1 of 500 with 96 × 64 px so far; Continue paints on to 192 px" in early["status"]
    assert (early["start"].variant, early["onward"].variant) == ("secondary", "primary")
    assert "96 px, stopped at step 1 of 500" in history[0].words

    values |= {"size": 192, "steps": 9}
    first, *_, onward = show(lambda: False, values, continued, early["done"], history)
    assert re.search("Going on: step [1-8] of 9", first["status"])
    assert "Finished" in onward["status"]
    assert (onward["start"].variant, onward["onward"].variant) == ("primary", "secondary")
    assert "192 px, 10 steps in all" in history[0].words


def test_what_can_be_done_depends_on_what_there_is() -> None:
    nothing, painted = (rest(done, "png", None, "compact", 512, 100) for done in ("", "painted.png"))
    assert (nothing["start"].value, nothing["onward"].visible, nothing["further"].visible) == ("Start", False, False)
    assert (painted["start"].value, painted["onward"].visible, painted["further"].visible) == ("Start anew", True, True)


def test_lists_are_text_and_every_painting_has_a_share(values: dict[str, Any]) -> None:
    text = {"style_layers": "relu1_1, relu2_1,", "style_layer_weights": "1, 0.5"}
    more = {"painting_3": values["painting"], "weight_2": 9, "weight_3": 0.5}
    settings = anew(values | text | more)
    assert settings.style_layers == ("relu1_1", "relu2_1")
    assert settings.style_layer_weights == (1, 0.5)
    assert settings.painting_weights == (1, 0.5)
    # The last painting is for what is elsewhere.
    assert anew(values | more | {"mask": "mask.png", "outside": "painting"}).painting_weights == (1,)
    with pytest.raises(UserError, match="numbers with commas"):
        anew(values | {"style_layer_weights": "1, a lot"})
