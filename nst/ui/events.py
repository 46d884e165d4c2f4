"""How functions of plain values become events: what they give by name goes to the components of that name."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any

import gradio as gr

from nst.ui import parts

# For events of the page: no clients call them, and uploads come as they are. Gradio's own preparation would open a
# picture before its size is checked, and fail without words on what is no picture; it checks the path either way.
PAGE: Mapping[str, Any] = {"api_visibility": "private", "preprocess": False}
HIDDEN: Mapping[str, Any] = {"show_progress": "hidden", **PAGE}
# Done at once, but in the queue: what leaves it out cannot show a sentence to the visitor.
PROMPT: Mapping[str, Any] = {"concurrency_limit": None, **HIDDEN}

# The queues: all that has to do with one photo, two events at a time, as one that is read or written leaves cores to
# the other; and one event at a time, work that is seen as it goes on, work on many photos or on a video, and a style
# that is taught. What is published waits for the Hub, some side by side.
QUICK: Mapping[str, Any] = {"concurrency_id": "quick", "concurrency_limit": 2}
EASEL: Mapping[str, Any] = {"concurrency_id": "custom", "concurrency_limit": 1}
LONG: Mapping[str, Any] = {"concurrency_id": "long", "concurrency_limit": 1}
TEACH: Mapping[str, Any] = {"concurrency_id": "teach", "concurrency_limit": 1}  # gives way to all others
PUBLISH: Mapping[str, Any] = {"concurrency_id": "publish", "concurrency_limit": 4}

Update = dict[str, Any]  # what changes on the page, by the names of components


def handler(function: Callable[..., Any], places: Mapping[str, Any]) -> Callable[..., Any]:
    """A function, or generator function, that gives `Update`s, as gradio wants it for an event.

    `places` are the components by name. A `UserError` is told to the visitor, and then nothing changes any more.
    """

    def placed(update: Update) -> Any:
        return {places[name]: value for name, value in update.items()} or gr.skip()

    @functools.wraps(function)
    def answer(*values: Any) -> Any:
        with parts.told():
            return placed(function(*values))
        return gr.skip()

    @functools.wraps(function)
    def stream(*values: Any) -> Iterator[Any]:
        with parts.told(), closing(function(*values)) as updates:
            for update in updates:
                yield placed(update)

    return stream if inspect.isgeneratorfunction(function) else answer
