"""A painting joins the strip, comes back with what it was made of, and serves for the next."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from nst import UserError
from nst.common.images import read_settings
from nst.custom.history import from_record
from nst.ui.custom.keeping import look_back, used_as
from nst.ui.custom.painting import show
from nst.ui.custom.plans import anew
from nst.ui.quick.strip import Result
from nst.ui.visit import keep

pytestmark = pytest.mark.usefixtures("uploads")
FIRST = SimpleNamespace(index=0)


def painted(values: dict[str, Any], history: list[Any]) -> str:
    """The PNG of a painting of one step."""
    *_, last = show(lambda: True, values, anew, "", history)
    return str(last["done"])


def test_it_says_what_it_is(values: dict[str, Any]) -> None:
    history: list[Any] = []
    more = {"painting_2": values["painting"], "style_weight": 20, "seamless": True, "style_layers": "relu1_1"}
    painted(values | more, history)
    assert history[0].words == (
        "my-harbour like painting and painting · 48 px, stopped at step 1 of 500 · style weight 20, content weight 1 · "
        "seamless · style layers relu1_1"
    )


def test_it_comes_back_with_its_pictures_and_settings(values: dict[str, Any]) -> None:
    history: list[Any] = []
    more = {"painting_3": values["painting"], "painting": None, "weight_3": 0.5, "size": 320, "steps": 64}
    done = painted(values | more | {"style_layers": "relu1_1, relu2_1", "style_layer_weights": "1, 0.5"}, history)
    back = look_back(FIRST, history, "jpg")
    assert (back["done"], back["canvas"], back["quality"].value) == (done, history[0].after, "Sketch")
    assert (back["start"].variant, back["onward"].variant) == ("secondary", "primary")
    assert "160 px, stopped at step 1 of 64" in history[0].words
    assert "Stopped at step 1" in back["status"]
    with Image.open(Path(done).with_suffix(".jpg")) as image:
        assert (image.format, max(image.size)) == ("JPEG", 160)
    assert (back["photo"], back["painting"], back["painting_3"]) == (
        values["photo"]["path"], None, values["painting"]["path"]
    )  # fmt: skip
    [run] = from_record(read_settings(done))
    assert anew(values | more | back) == run.settings

    Path(done).unlink()
    with pytest.raises(UserError, match="This one is gone"):
        look_back(FIRST, history, "jpg")
    keep(history, Result("before.jpg", "after.jpg", "quick.png", "words", "label", "", ()))
    assert look_back(FIRST, history, "jpg") == {}  # which the other tab shows again


@pytest.mark.filterwarnings("ignore::UserWarning")  # words for the visitor, where there is none
def test_it_is_the_photo_of_the_next(values: dict[str, Any]) -> None:
    history: list[Any] = []
    done = painted(values, history)
    used = used_as("painting")(done)
    assert (used["painting"], used["start"].variant, used["onward"].variant) == (done, "primary", "secondary")
    values |= {"photo": {"path": used_as("photo")(done)["photo"]}}
    assert Path(painted(values, history)).name == "my-harbour-painting.png"
    with pytest.raises(UserError, match="This one is gone"):
        used_as("photo")("no-such.png")
