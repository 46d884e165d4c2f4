"""A link says what was painted; what it says wrong is left aside."""

from __future__ import annotations

import urllib.parse
from typing import Any

import pytest

from nst.quick.presets import catalogue, find
from nst.ui.quick import links
from nst.ui.quick.styling import choice, usual

WOODCUT = usual(find("woodcut"))


def read(query: str) -> tuple[Any, ...] | None:
    return links.read(dict(urllib.parse.parse_qsl(query.removeprefix("?"), keep_blank_values=True)))


@pytest.mark.parametrize(
    ("values", "query"),
    [
        (WOODCUT, "?style=woodcut"),
        (("woodcut", "", 0.3, 1.0, False, 2048, 1024), "?style=woodcut&size=2048"),  # no second style, no share of it
        (
            ("woodcut", "prisms", 0.3, 1.25, True, "whole", 512),
            "?style=woodcut&second=prisms&blend=0.3&strength=1.25&keep_colors=1&size=whole&texture_size=512",
        ),
        (("my-net", "", 0.5, 1.0, False, 1024, 1024), ""),  # which nobody else has
        (("woodcut", "my-net", 0.5, 1.0, False, 1024, 1024), ""),
    ],
)
def test_a_link_says_what_is_not_as_usual_and_is_read_again(values: tuple[Any, ...], query: str) -> None:
    assert links.query(values) == query
    if query:
        back = read(query)
        assert back
        assert links.query(back) == query
        assert choice((), *back)


def test_every_style_of_the_gallery_can_be_linked() -> None:
    assert all(read(links.query(usual(preset))) == usual(preset) for preset in catalogue())


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("", None),
        ("style=no-such-style&strength=0.5", None),
        ("style=woodcut&second=no-such-style&blend=0.9", WOODCUT),
        ("style=woodcut&strength=nan&texture_size=7&keep_colors=maybe&size=99999&__theme=dark", WOODCUT),
        ("style=woodcut&strength=&texture_size=&second=&blend=", WOODCUT),
        ("style=woodcut&strength=9", ("woodcut", "", 0.5, 1.5, False, 1024, 1024)),
        ("style=woodcut&second=prisms&blend=-4&strength=-1e9", ("woodcut", "prisms", 0, 0, False, 1024, 1024)),
    ],
)
def test_what_is_wrong_in_a_link_is_left_aside_or_clamped(query: str, values: tuple[Any, ...] | None) -> None:
    assert read(query) == values
