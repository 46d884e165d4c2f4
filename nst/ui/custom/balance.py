"""One slider between the photo and the painting, which sets the weights of both."""

from __future__ import annotations

import math

import gradio as gr

from nst.custom.optimization import OptimizeSettings
from nst.ui.events import Update

END = 100  # of the slider, where there is nothing but the painting
MIDDLE = END / 2  # where the weights are the defaults
TOTAL = OptimizeSettings.style_weight + OptimizeSettings.content_weight  # of both, wherever the slider is
RATIO = OptimizeSettings.style_weight / OptimizeSettings.content_weight  # in the middle
# By how much that is divided at the photo's end, where a painting begins to be seen, and multiplied at the painting's,
# where the photo is only just there: a face loses its eyes from about five times on.
TAMER, WILDER = 17.0, 300.0


def slider() -> gr.Slider:
    """It stands in the middle; the style sheet writes "Photo" and "Painting" at its ends."""
    return gr.Slider(
        0,
        END,
        value=MIDDLE,
        step=1,
        label="Between photo and painting",
        info="Left, faces stay as they are; right, the painting takes over.",
        buttons=["reset"],
        elem_id="balance",
    )


def weigh(balance: float) -> Update:
    """The weights where the slider is."""
    ratio = RATIO * (WILDER if balance > MIDDLE else TAMER) ** (balance / MIDDLE - 1)
    content = TOTAL / (1 + ratio)
    return {"style_weight": round(TOTAL - content, 2), "content_weight": round(content, 3)}


def words_of(style_weight: float, content_weight: float) -> str:
    """What is said of a painting with these weights; empty where they are the usual ones."""
    place = follow(style_weight, content_weight)["balance"]
    weights = {"style_weight": style_weight, "content_weight": content_weight}
    if weigh(place) != weights:
        return f"style weight {style_weight:g}, content weight {content_weight:g}"
    return "" if place == MIDDLE else f"{place / END:.0%} painting"


def follow(style_weight: float, content_weight: float) -> Update:
    """Where the slider is, for weights that were set by hand."""
    if not style_weight or not content_weight:
        return {"balance": END if style_weight else 0}
    change = math.log(style_weight / content_weight / RATIO)
    place = MIDDLE * (1 + change / math.log(WILDER if change > 0 else TAMER))
    return {"balance": round(min(END, max(0, place)))}
