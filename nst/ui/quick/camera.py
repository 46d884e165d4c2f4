"""The camera: its frames, painted as they come, and a snapshot."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import gradio as gr

from nst.common.errors import UserError
from nst.common.images import save_image, to_pil
from nst.quick.camera import Camera
from nst.ui import parts, visit
from nst.ui.events import HIDDEN, Update, handler
from nst.ui.quick import labels, photo, strip, styling
from nst.ui.quick.strip import Result
from nst.ui.quick.styling import Styling
from nst.ui.server import journal
from nst.ui.server.cores import CORES
from nst.ui.visit import Kept

WIDTH, HEIGHT = 320, 240  # px, what two cores paint fluently
EVERY = 0.05  # seconds, the least from one frame to the next
LONGEST = 120  # seconds, after which others get their turn
QUEUE: dict[str, Any] = {"concurrency_id": "camera", "concurrency_limit": 2}
BEFORE = "<p>Pick a style, let the page see your camera, and press its record button.</p>"
NO_PICTURE = "There is no picture from a camera yet: let the page see yours first, and press its record button."


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


@dataclass(frozen=True)
class Wall:
    """What hangs on the wall."""

    camera: gr.State  # a `Camera`; no event puts it out, so that it is not copied
    film: gr.HTML
    snapshot: gr.Button
    snapshot_png: gr.DownloadButton


def lay_out(stream: gr.Image, style: Styling) -> Wall:
    """The wall, with the events of the stream."""
    camera = gr.State(Camera())
    gr.HTML("<h2>Live</h2>")
    film = gr.HTML(BEFORE, elem_id="film")
    with gr.Row(elem_classes="pair"):
        snapshot = gr.Button("Snapshot", variant="primary", elem_id="snapshot", min_width=140)
        download = gr.DownloadButton("Download PNG", interactive=False, elem_id="snapshot-png", min_width=140)
    wall = Wall(camera, film, snapshot, download)
    stream.stream(
        handler(paint, vars(wall)),
        [stream, camera, *style.inputs],
        film,
        stream_every=EVERY,
        time_limit=LONGEST,
        **QUEUE,
        **HIDDEN,
    )
    return wall


def paint(frame: parts.Upload, camera: Camera, *values: Any) -> Update:
    """What the camera sees is painted."""
    if not frame:
        return {}
    chosen = styling.choice(*values).sized(max(WIDTH, HEIGHT))
    if not all(preset.downloaded for preset in chosen.presets):
        raise UserError(f"{chosen.title} must be downloaded first: pick it with a photo.")
    # There are many a second.
    with CORES.share(), journal.job("frame", lambda: False, logging.DEBUG, preset=chosen.logged):
        painted = camera.paint(_decoded(frame.get("url") or ""), chosen.settings, chosen.more)
    # As data in the page: every file would lie in the cache for an hour.
    source = f"data:image/jpeg;base64,{_encoded(painted)}"
    return {"film": f'<div class="frame film"><img alt="What the camera sees, painted" src="{source}"></div>'}


def snap(camera: Camera, history: list[Kept], own: Sequence[str], *values: Any) -> Update:
    """The latest frame joins the results of the visit, painted and as a PNG."""
    if camera.latest is None:
        raise UserError(NO_PICTURE)
    chosen, folder = styling.choice(own, *values).sized(max(WIDTH, HEIGHT)), parts.fresh_folder()
    before, after = map(to_pil, camera.latest)
    png = str(folder / f"camera-{chosen.slug}.png")
    save_image(after, png, asdict(chosen.settings))
    shown = photo.preview(before, folder / "before.jpg"), photo.preview(after, folder / "after.jpg")
    label = labels.wall_label(chosen)
    made = Result(*shown, png, strip.words_of("camera", chosen), label, "", values)
    return visit.keep(history, made) | {"snapshot_png": gr.DownloadButton(value=png, interactive=True)}


def _decoded(url: str) -> bytes:
    """The file in a data URL."""
    try:
        return base64.b64decode(url.partition("base64,")[2], validate=True)
    except (binascii.Error, ValueError):
        return b""


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()
