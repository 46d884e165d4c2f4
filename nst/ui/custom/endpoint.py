"""The endpoint `/optimize`, for clients."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import gradio as gr

from nst.custom.optimization import OptimizeSettings
from nst.ui import parts
from nst.ui.custom.painting import paint
from nst.ui.custom.plans import anew
from nst.ui.events import EASEL
from nst.ui.jobs import Line, admitted
from nst.ui.parts import Upload


def build(page: gr.Blocks, values: Mapping[str, Any]) -> None:
    """The endpoint; its parameters are those components of the page, and a mask."""
    given = {**values, "mask": gr.Image(label="mask", type="filepath", visible=False)}
    file = gr.Image(label="picture", type="filepath", visible=False)
    gr.Button(visible=False).click(
        call,
        [given[name] for name in inspect.signature(call).parameters],
        file,
        api_name="optimize",
        preprocess=False,
        validator=admitted(Line(EASEL), page),
        **EASEL,
    )


def call(
    photo: Upload,
    painting: Upload,
    weight_1: float,
    weight_2: float,
    weight_3: float,
    style_weight: float,
    content_weight: float,
    style_scale: float,
    colors: str,
    outside: str,
    feather: float,
    size: int,
    enlarge: bool,
    steps: int,
    tv_weight: float,
    look: str,
    init: str,
    seamless: bool,
    optimizer: str,
    encoder: str,
    content_layers: str,
    style_layers: str,
    style_layer_weights: str,
    seed: int,
    painting_2: Upload = None,
    painting_3: Upload = None,
    mask: Upload = None,
    grain: float = OptimizeSettings().grain,
    brushwork: float = OptimizeSettings().brushwork,
    coherence: bool = OptimizeSettings().coherence,
) -> Iterator[Any]:
    """A photo in the style of paintings: a stream of previews, and at last the picture as a PNG."""
    values = locals() | {"mask": mask["path"] if mask else ""}
    with parts.refused():
        for news in paint(values, anew(values), [], "", lambda: False):
            if news.look:
                yield news.png or news.shown
