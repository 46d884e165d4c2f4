"""Endpoints for programs. Where gradio's extra `mcp` is installed, each is a tool for agents, too."""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr
from gradio import mcp

from nst.common.settings import Option, options

F = TypeVar("F", bound=Callable[..., Any])

TOOLS = find_spec("mcp") is not None  # whether agents can be served
# Pictures that agents send as text: gradio writes them to its cache, but does not know of them there to delete them.
SENT = tempfile.TemporaryDirectory(prefix="nst-sent-")
mcp.DEFAULT_TEMP_DIR = SENT.name


class Sent(set[str]):
    """The paths of these pictures, for gradio to delete when they are old."""

    def __iter__(self) -> Iterator[str]:
        return (str(path) for path in Path(SENT.name).glob("*/*"))


def described(settings: type, **words: str) -> Callable[[F], F]:
    """Tells of each parameter in the docstring, where gradio looks for that: its words, or those of the setting."""

    def describe(function: F) -> F:
        known = {name: _told(option) for name, option in options(settings).items()} | words
        lines = [f"    {name}: {known[name]}." for name in inspect.signature(function).parameters]
        function.__doc__ = "\n".join([inspect.getdoc(function) or "", "", "Args:", *lines])
        return function

    return describe


def publish(function: Callable[..., Any], inputs: Sequence[Any], outputs: Any, queue: Mapping[str, Any]) -> None:
    """Makes the function an endpoint, and a tool, of its own name; its parameters are called as those of the function.

    Files come as `parts.Upload`, all other values as they were sent.
    """
    gr.Button(visible=False).click(
        function, inputs, outputs, api_name=function.__name__, preprocess=False, **queue
    )  # fmt: skip


def _told(option: Option) -> str:
    """What a setting is, and what it may be."""
    if option.choices:
        return f"{option.words}; one of {', '.join(option.choices)}"
    return option.words if option.low is None else f"{option.words}; from {option.low:.10g} to {option.high:.10g}"
