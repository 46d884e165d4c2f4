"""The camera: its frames, painted as they come, and a snapshot."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import gradio as gr

from nst.common.errors import UserError
from nst.quick.camera import Camera
from nst.ui import parts, styling
from nst.ui.parts import PAGE
from nst.ui.styling import Styling

WIDTH, HEIGHT = 320, 240  # px, what two cores paint fluently
EVERY = 0.05  # seconds, the least from one frame to the next
LONGEST = 120  # seconds, after which others get their turn
QUEUE: dict[str, Any] = {"concurrency_id": "camera", "concurrency_limit": 2}
BEFORE = "<p>Pick a style, let the page see your camera, and press its record button.</p>"


def source() -> gr.Image:
    """The place where the camera looks out."""
    constraints = {"video": {"width": {"ideal": WIDTH}, "height": {"ideal": HEIGHT}}}
    return gr.Image(
        label="Camera",
        sources=["webcam"],
        streaming=True,
        type="filepath",
        image_mode=None,
        height=300,
        webcam_options=gr.WebcamOptions(mirror=True, constraints=constraints),
        elem_id="camera",
    )


def wall(stream: gr.Image, style: Styling) -> tuple[gr.State, gr.Button, gr.DownloadButton]:
    """What hangs on the wall, and the events. Gives the state that holds the `Camera`, and what a snapshot needs."""
    camera = gr.State(Camera())  # no event puts it out, so that it is not copied
    gr.HTML("<h2>Live</h2>")
    film = gr.HTML(BEFORE, elem_id="film")
    with gr.Row(elem_classes="pair"):
        snapshot = gr.Button("Snapshot", variant="primary", elem_id="snapshot", min_width=140)
        download = gr.DownloadButton("Download PNG", interactive=False, elem_id="snapshot-png", min_width=140)

    def paint(frame: parts.Upload, camera: Camera, *values: Any) -> Any:
        # As data in the page: every file would lie in the cache for an hour.
        with parts.told():
            if not frame:
                return gr.skip()
            chosen = styling.choice(*values).sized(max(WIDTH, HEIGHT))
            if not all(preset.downloaded for preset in chosen.presets):
                raise UserError(f"{chosen.title} must be downloaded first: pick it with a photo.")
            painted = camera.paint(_decoded(frame.get("url") or ""), chosen.settings, chosen.more)
            source = f"data:image/jpeg;base64,{_encoded(painted)}"
            return f'<div class="frame film"><img alt="What the camera sees, painted" src="{source}"></div>'
        return gr.skip()

    stream.stream(
        paint,
        [stream, camera, *style.inputs],
        film,
        stream_every=EVERY,
        time_limit=LONGEST,
        show_progress="hidden",
        **QUEUE,
        **PAGE,
    )
    return camera, snapshot, download


def _decoded(url: str) -> bytes:
    """The file in a data URL."""
    try:
        return base64.b64decode(url.partition("base64,")[2], validate=True)
    except (binascii.Error, ValueError):
        return b""


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()
