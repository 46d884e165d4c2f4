"""The mask, which the visitor paints over the photo: where the style goes."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import gradio as gr
from PIL import ImageChops

from nst.common.images import open_image, save_image
from nst.ui import parts
from nst.ui.events import Update
from nst.ui.parts import Upload

NO_PHOTO = "<p>Give a photo first: then you brush over the part of it that shall be painted.</p>"
BRUSHING = "<p>Brush over the part that shall be painted; with the eraser it goes again.</p>"
LONG_SIDE = 768  # px, of the photo that one paints on


def editor() -> gr.ImageEditor:
    """The place to paint it, once there is a photo."""
    return gr.ImageEditor(
        label="Brush over that part (mask)",
        type="pil",
        image_mode="RGBA",
        sources=(),
        transforms=(),
        layers=False,
        brush=gr.Brush(default_size=48, colors=[("#b0563a", 0.7)], color_mode="fixed"),
        eraser=gr.Eraser(default_size=48),
        height=380,
        visible=False,
        elem_id="mask",
    )


def give(upload: Upload) -> Update:
    """The editor gets a photo, and has no mask yet."""
    with parts.told():
        if upload:
            path = str(parts.fresh_folder() / "photo.jpg")
            save_image(open_image(upload["path"], LONG_SIDE), path)
            parts.delete_when_old([path])
            sheet: Any = {"background": path, "layers": [], "composite": None}
            return {"editor": gr.ImageEditor(sheet, visible=True), "brushing": BRUSHING}
    return {"editor": gr.ImageEditor(None, visible=False), "brushing": NO_PHOTO}


def take(painted: Mapping[str, Any] | None) -> Update:
    """The path of what was painted in the editor as a mask, white where it is; empty where nothing was."""
    layers = [layer.getchannel("A") for layer in (painted or {}).get("layers", ())]
    if not any(layer.getbbox() for layer in layers):
        return {"mask": ""}
    path = str(parts.fresh_folder() / "mask.png")
    # The brush lets the photo shine through, but paints all of the mask.
    save_image(functools.reduce(ImageChops.lighter, layers).point(lambda alpha: min(255, 2 * alpha)), path)
    parts.delete_when_old([path])
    return {"mask": path}
