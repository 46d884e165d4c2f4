"""One slider sets two weights, and follows them."""

from __future__ import annotations

import pytest

from nst import OptimizeSettings
from nst.ui.custom.balance import END, MIDDLE, follow, weigh, words_of


def test_its_middle_is_the_defaults_and_its_ends_are_settings() -> None:
    defaults = OptimizeSettings()
    assert weigh(MIDDLE) == {"style_weight": defaults.style_weight, "content_weight": defaults.content_weight}
    ratios = [each.style_weight / each.content_weight for each in (OptimizeSettings(**weigh(x)) for x in range(101))]
    assert ratios == sorted(ratios)
    assert ratios[0] < 0.5
    assert ratios[END] > 1000


@pytest.mark.parametrize("place", [0, 17, 33, 50, 67, 100])
def test_it_goes_back_to_where_the_weights_are_from(place: int) -> None:
    assert follow(**weigh(place)) == {"balance": place}


def test_weights_by_hand_have_a_place_too() -> None:
    assert follow(0, 1) == {"balance": 0}
    assert follow(200, 0) == {"balance": END}
    assert follow(10, 2) == {"balance": MIDDLE}


def test_a_painting_says_where_the_slider_was() -> None:
    assert words_of(**weigh(MIDDLE)) == ""
    assert words_of(**weigh(80)) == "80% painting"
    assert words_of(7, 1) == "style weight 7, content weight 1"
