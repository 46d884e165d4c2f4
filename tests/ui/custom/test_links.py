"""A link says how a painting was made; what it says wrong is left aside."""

from __future__ import annotations

import urllib.parse
from types import SimpleNamespace
from typing import Any

import pytest

from nst import OptimizeSettings
from nst.ui.custom import links, pairs
from nst.ui.custom.balance import weigh

BUST, GARDEN = (str(path) for path in pairs._pairs()[0])
OWN = {"photo": {"path": "bust.jpg"}, "painting": {"path": "my.jpg"}, "painting_2": None, "painting_3": None}

CHANGED = {"size": 1024, "steps": 200, "style_scale": 0.5, "colors": "luminance", "enlarge": False, "seed": 123456789}


def read(query: str) -> dict[str, Any]:
    return links.read(dict(urllib.parse.parse_qsl(query.removeprefix("?"), keep_blank_values=True)))


@pytest.mark.parametrize(
    ("settings", "query", "values"),
    [
        ({}, "?tab=custom", {}),
        (
            CHANGED,
            "?tab=custom&size=1024&enlarge=0&steps=200&style_scale=0.5&colors=luminance&seed=123456789",
            CHANGED,
        ),
        (
            weigh(70) | {"style_layers": ("relu1_1", "relu2_1"), "style_layer_weights": (1, 0.5)},
            "?tab=custom&style_weight=5.88&content_weight=0.12&style_layers=relu1_1%2C+relu2_1"
            "&style_layer_weights=1%2C+0.5",
            weigh(70) | {"style_layers": "relu1_1, relu2_1", "style_layer_weights": "1, 0.5"},
        ),
    ],
)
def test_a_link_says_what_is_not_as_usual_and_is_read_again(
    settings: dict[str, Any], query: str, values: dict[str, Any]
) -> None:
    assert links.query(OptimizeSettings(**settings), OWN) == query
    assert read(query) == values


def test_a_link_names_examples_and_shares_but_no_picture_of_the_visitor() -> None:
    given = {**OWN, "photo": {"path": BUST}, "painting": {"path": GARDEN}, "painting_3": {"path": "my.jpg"}}
    query = links.query(OptimizeSettings(painting_weights=(1, 2.5)), given)
    assert query == "?tab=custom&photo=bust&painting=golden-garden&weight_3=2.5"
    assert read(query) == {"photo": BUST, "painting": GARDEN, "weight_3": 2.5}


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("", {}),
        ("size=1024&steps=9", {}),
        ("tab=inside&size=1024", {}),
        ("tab=custom&size=99999&steps=-4&weight_1=1e9&seed=2.6", {"size": 4096, "steps": 1, "weight_1": 4, "seed": 3}),
        (
            "tab=custom&size=nan&colors=gold&enlarge=perhaps&style_scale=&style_layers=%3Cb%3E&photo=../secret&no=1",
            {"size": 512, "colors": "painting", "enlarge": True, "style_scale": 1.25, "style_layers": ""},
        ),
        ("tab=custom&style_weight=0&content_weight=0", {}),
    ],
)
def test_what_is_wrong_in_a_link_is_left_aside_or_clamped(query: str, values: dict[str, Any]) -> None:
    assert read(query) == values


def test_who_opens_a_link_sees_its_quality_and_balance() -> None:
    query = {"tab": "custom", "size": "320", "steps": "64", **{name: str(v) for name, v in weigh(80).items()}}
    come = links.arrive(SimpleNamespace(query_params=query))
    assert (come["quality"].value, come["balance"], come["size"]) == ("Sketch", 80, 320)
    assert links.arrive(SimpleNamespace(query_params={})) == {}
