"""The files that a visitor may name: what was uploaded or made here, and the examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder, is_in_or_equal, is_static_file

from nst.common.errors import UserError
from nst.ui import parts

ADDRESS = "Addresses are not fetched here: download the file, then upload it."
DATA = "A file cannot come as text: upload it."
STRANGE = "That file is not here, or not any more: upload it again."


class Page(gr.Blocks):
    """Blocks whose events take no other files.

    Gradio would fetch what is named by an address, and fails without words on all else.
    """

    async def preprocess_data(self, block_fn: Any, inputs: list[Any], *rest: Any, **named: Any) -> list[Any]:
        with parts.refused():
            for path in _paths(inputs):
                _check(path)
        return await super().preprocess_data(block_fn, inputs, *rest, **named)


def _paths(values: Any) -> Iterator[Any]:
    """What files are named by in values from a browser or client, which may be anything."""
    left = [values]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            if value.get("path") is not None:
                yield value["path"] if _is_file(value) else None
            left += value.values()
        elif isinstance(value, list):
            left += value


def _is_file(value: dict[str, Any]) -> bool:
    return isinstance(value.get("path"), str) and value.get("meta") == {"_type": "gradio.FileData"}


def _check(path: Any) -> None:
    """Raises `UserError` for what is no such file."""
    start = str(path)[:8].lower()
    if start.startswith(("http:", "https:")):
        raise UserError(ADDRESS)
    if start.startswith("data:"):
        raise UserError(DATA)
    try:
        here = path and Path(path).is_file() and (is_in_or_equal(path, get_upload_folder()) or is_static_file(path))
    except (OSError, ValueError):  # a name that cannot be one
        here = False
    if not here:
        raise UserError(STRANGE)
