"""What is said of the layers, and of a row of them."""

from __future__ import annotations

from nst.common.encoders import CompactEncoder
from nst.custom.frame import Frame
from nst.ui import parts

LAYERS = CompactEncoder.layers
HELD = {  # by each layer, and in a style by those before it
    "content": (
        "every point",
        "every edge",
        "nearly all; flat colours shift",
        "shapes and lines; colours shift",
        "things and their places",
    ),
    "style": (
        "colours and grain",
        "spots and short edges",
        "small patterns",
        "larger forms",
        "pieces of things, anywhere",
    ),
}
HOW = {
    "content": "Noise, repainted until this layer answers to it as it does to your picture.",
    "style": "Noise, repainted until the features of these layers occur together as in your picture, "
    "no matter where (Gram matrices).",
}
LAID = " Laid 2 × 2: its edges fit together."


def caption(kind: str, index: int) -> str:
    """What stands below a piece of the row."""
    layer = "+ layer" if kind == "style" and index else "Layer"
    return f"{layer} {index + 1}: {HELD[kind][index]} ({LAYERS[index]})"


def progress(index: int, frame: Frame, seconds: float, stopped: bool) -> str:
    """How far the row is, which took so many seconds."""
    at = f"layer {index + 1} of {len(LAYERS)} ({LAYERS[index]})"
    height, width = frame.painted.shape[2:]
    if frame.step == frame.of and index == len(LAYERS) - 1:
        return f"Finished after {parts.duration(seconds)} · {width} × {height} px · pick one to see it large"
    if stopped:
        return f"Stopped at {at}, after {parts.duration(seconds)}"
    return f"{at.capitalize()} · step {frame.step} of {frame.of}"


def wall_label(kind: str, index: int | None, laid: bool = False) -> str:
    """What hangs beside a piece in a museum."""
    if index is None:
        words = "What is being painted hangs here, or what you pick of the row."
    else:
        several = kind == "style" and index > 0
        layers, verb = (f"layers 1 to {index + 1}", "hold") if several else (f"layer {index + 1}", "holds")
        names = f"{LAYERS[0]} to {LAYERS[index]}" if several else LAYERS[index]
        how = HOW[kind] + (LAID if laid else "")
        words = f"What <cite>{layers}</cite> ({names}) {verb}: {HELD[kind][index]}. <small>{how}</small>"
    return f'<div class="wall-label"><p>{words}</p></div>'
