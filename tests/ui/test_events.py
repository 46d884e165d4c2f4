"""Functions of plain values become events."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import gradio as gr
import pytest
from gradio.route_utils import delete_files_created_by_app
from gradio.utils import get_type_hints

from nst import UserError
from nst.ui import page, parts
from nst.ui.events import Update, handler

PLACES = {"name": "the box", "count": "the number"}  # any values stand in for components


def count(request: gr.Request, to: int) -> Iterator[Update]:
    for number in range(to):
        if number == 2:
            raise UserError("Two is too many.")
        yield {"count": number}


def greet(name: str) -> Update:
    if not name:
        raise UserError("There is no name.")
    return {} if name == "nobody" else {"name": f"Hello {name}", "count": 1}


def test_updates_go_to_the_components_of_their_names() -> None:
    assert handler(greet, PLACES)("you") == {"the box": "Hello you", "the number": 1}
    assert list(handler(count, PLACES)(None, 2)) == [{"the number": 0}, {"the number": 1}]


def test_no_update_changes_nothing() -> None:
    assert handler(greet, PLACES)("nobody") == gr.skip()


def test_what_cannot_be_done_is_told_and_ends_it() -> None:
    with pytest.warns(UserWarning, match="There is no name"):
        assert handler(greet, PLACES)("") == gr.skip()
    with pytest.warns(UserWarning, match="Two is too many"):
        assert len(list(handler(count, PLACES)(None, 9))) == 2


def test_gradio_sees_what_a_function_wants() -> None:
    stream = handler(count, PLACES)
    assert inspect.isgeneratorfunction(stream)
    assert list(inspect.signature(stream).parameters) == ["request", "to"]
    assert get_type_hints(stream)["request"] is gr.Request


@pytest.mark.usefixtures("uploads")
def test_files_that_no_component_shows_are_deleted_in_time() -> None:
    path = parts.fresh_folder() / "mask.png"
    path.write_bytes(b"")
    parts.delete_when_old([str(path)])
    demo = page.build()
    delete_files_created_by_app(demo, 3600)
    assert path.exists()
    delete_files_created_by_app(demo, 0)
    assert not path.exists()
