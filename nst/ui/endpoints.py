"""Endpoints for programs. Where gradio's extra `mcp` is installed, each is a tool for agents, too."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, TypeVar

import gradio as gr

from nst.common.settings import Option, options

F = TypeVar("F", bound=Callable[..., Any])

TOOLS = find_spec("mcp") is not None  # whether agents can be served
TEXT = "as a data: URL"  # how a file comes from an agent: the page fetches no addresses


def described(settings: type, **words: str) -> Callable[[F], F]:
    """Tells of each parameter in the docstring, where gradio looks for that: its words, or those of the setting."""

    def describe(function: F) -> F:
        known = {name: _told(option) for name, option in options(settings).items()} | words
        given = inspect.signature(function).parameters.items()
        files = {name: f"{known[name]}, {TEXT}" for name, each in given if each.annotation == "Upload"}
        lines = [f"    {name}: {(known | files)[name]}." for name, _ in given]
        function.__doc__ = "\n".join([inspect.getdoc(function) or "", "", "Args:", *lines])
        return function

    return describe


def publish(
    function: Callable[..., Any],
    inputs: Sequence[Any],
    outputs: Any,
    queue: Mapping[str, Any],
    validator: Callable[..., Any] | None = None,
) -> None:
    """Makes the function an endpoint, and a tool, of its own name; its parameters are called as those of the function.

    Files come as `parts.Upload`, all other values as they were sent. The validator is asked before work waits.
    """
    gr.Button(visible=False).click(
        function,
        inputs,
        outputs,
        api_name=function.__name__,
        preprocess=False,
        validator=validator,
        **queue,
    )


def _told(option: Option) -> str:
    """What a setting is, and what it may be."""
    if option.choices:
        return f"{option.words}; one of {', '.join(option.choices)}"
    return option.words if option.low is None else f"{option.words}; from {option.low:.10g} to {option.high:.10g}"
