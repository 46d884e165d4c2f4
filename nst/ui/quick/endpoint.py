"""The endpoint `/stylize`, for clients."""

from __future__ import annotations

import gradio as gr

from nst.quick.feedforward import StylizeSettings
from nst.quick.presets import catalogue
from nst.ui import parts
from nst.ui.cores import CORES
from nst.ui.events import QUICK
from nst.ui.parts import Upload
from nst.ui.quick import styling
from nst.ui.quick.photo import whole
from nst.ui.quick.styling import Styling


def build(photo: gr.Image, style: Styling) -> None:
    """The endpoint, with the components that only clients use."""
    slugs = [preset.slug for preset in catalogue()]
    slug = gr.Dropdown(slugs, label="style", visible=False)
    size = gr.Number(styling.SIZE, label="size", precision=0, visible=False)
    texture_size = gr.Number(StylizeSettings.texture_size, label="texture_size", precision=0, visible=False)
    second = gr.Dropdown(["", *slugs], value="", label="second", visible=False)
    file = gr.Image(label="picture", type="filepath", visible=False)
    gr.Button(visible=False).click(
        call,
        [photo, slug, style.strength, style.keep, size, texture_size, second, style.blend],
        file,
        api_name="stylize",
        preprocess=False,
        **QUICK,
    )


@parts.refused()
def call(
    photo: Upload,
    style: str,
    strength: float,
    keep_colors: bool,
    size: int | None,
    texture_size: int | None,
    second: str,
    blend: float,
) -> str:
    """A photo in the style of a preset, as a PNG; `size` is its longer side, null keeps the photo's own.

    `second` is a preset to mix in, as much as `blend` says, 0 to 1. `strength` is 0 to 1.5.
    """
    chosen = styling.choice([], style, second, blend, strength, keep_colors, size, texture_size)
    with CORES.first():
        return whole(photo, chosen)
