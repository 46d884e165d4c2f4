"""A video in a style: one file in, one MP4 out, with its sound."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr

from nst.common.errors import UserError
from nst.common.images import Limits, save_image, to_pil
from nst.quick.feedforward import stylizing
from nst.quick.networks import finished
from nst.quick.video import PaintedFrame, paint_video
from nst.ui import jobs, parts
from nst.ui.events import Update
from nst.ui.jobs import Controls, Stopped
from nst.ui.quick import styling
from nst.ui.quick.styling import Choice, Styling
from nst.ui.server import journal
from nst.ui.server.cores import CORES
from nst.ui.zerogpu import on_gpu

if TYPE_CHECKING:
    from torch import Tensor

NO_VIDEO = "There is no video yet: upload one."
SIZES = {"360 px": 360, "640 px": 640, "960 px": 960, "1280 px": 1280}
SIZE = 640
EVERY = 15  # frames from one that is shown to the next
A_SECOND = 1.5  # seconds that one of a video takes on a GPU that is lent, generously


class News(NamedTuple):
    """What a page is told while a video is painted."""

    status: str
    frame: str = ""  # path of a painted frame
    video: str = ""  # path of the painted video, at last


def source() -> gr.Video:
    """The place for the video."""
    return gr.Video(
        label=f"Video, of {Limits().seconds:g} seconds at most", sources=["upload"], height=300, elem_id="video"
    )


@dataclass(frozen=True)
class Wall(Controls):
    """What hangs on the wall."""

    frame: gr.Image
    result: gr.Video


def lay_out(video: gr.Video, style: Styling) -> None:
    """The wall, with its events."""
    gr.HTML("<h2>The painted film</h2>")
    frame = parts.framed(
        "Painted frame", buttons=[], height=480, alt_text="The latest painted frame", elem_id="video-frame"
    )
    result = gr.Video(
        label="Painted video", show_label=False, interactive=False, buttons=[], visible=False, height=480,
        elem_id="video-result", elem_classes="frame",
    )  # fmt: skip
    status = gr.HTML(parts.status("Choose a video, pick a style and press Start."), elem_id="video-status")
    with gr.Row(elem_classes="pair"):
        start = gr.Button("Start", variant="primary", elem_id="video-start", min_width=140)
        stop = gr.Button("Stop", visible=False, elem_id="video-stop", min_width=140)
        download = gr.DownloadButton("Download MP4", interactive=False, elem_id="video-mp4", min_width=140)
        size = gr.Dropdown(
            list(SIZES.items()), value=SIZE, label="Long side", show_label=False, container=False, min_width=100
        )
    wall = Wall(start, stop, download, status, frame, result)
    outputs = [frame, result, status, download]
    jobs.start_and_stop(wall, paint, inputs=[video, size, *style.inputs], outputs=outputs)


def paint(stopped: Stopped, upload: parts.Upload, size: int, *values: Any) -> Iterator[Update]:
    """Paints a video in the chosen style, with a frame to see now and then."""
    yield {"frame": gr.Image(visible=True), "result": gr.Video(visible=False)}
    chosen = styling.choice(*values).sized(size)
    yield from ({"status": news} for news in styling.fetched(chosen))
    with closing(paint_into_mp4(upload, chosen, stopped)) as stream:
        for news in stream:
            update: Update = {"status": news.status}
            if news.frame:
                update["frame"] = news.frame
            if news.video:
                update |= {
                    "frame": gr.Image(visible=False),
                    "result": gr.Video(news.video, visible=True),
                    "download": gr.DownloadButton(value=news.video, interactive=True),
                }
            yield update


def paint_into_mp4(upload: parts.Upload, chosen: Choice, stopped: Stopped) -> Generator[News, None, None]:
    """Paints a video into an MP4; when it is stopped, there is none."""
    with journal.job("video", stopped, preset=chosen.logged, size=chosen.settings.size) as work:
        yield from _paint(upload, chosen, work.stopped)


def _paint(upload: parts.Upload, chosen: Choice, stopped: Stopped) -> Iterator[News]:
    if not upload:
        raise UserError(NO_VIDEO)
    folder = parts.fresh_folder()
    out = folder / f"{parts.stem(upload)}-{chosen.slug}.mp4"
    notes: list[str] = []
    with closing(_painting(Path(upload["path"]), out, chosen, Limits().seconds, notes.append)) as frames:
        for painted in frames:
            words = f"Frame {painted.frame} of {painted.of} · {parts.duration(painted.seconds_left)} left"
            words = " · ".join([words, *notes[-1:]])
            shown = ""
            if painted.frame % EVERY == 1:
                shown = str(folder / f"{painted.frame}.jpg")
                save_image(to_pil(painted.picture), shown)
            yield News(parts.status(words, painted.frame, painted.of), shown)
            if stopped():
                raise UserError("The video was stopped.")
    yield News(parts.status(f"Finished · {painted.frame} frames", 1, 1), video=str(out))


def _stream(
    source: Path, out: Path, chosen: Choice, longest: float, say: Callable[[str], None]
) -> Generator[PaintedFrame, None, None]:
    each = chosen.sized(None).settings

    def paint(seen: Tensor) -> Tensor:
        return finished(stylizing(seen, each, chosen.more, seed=0), say)

    yield from paint_video(source, out, paint, chosen.settings.size, longest)


def _seconds(source: Path, out: Path, chosen: Choice, longest: float, say: Callable[[str], None]) -> float:
    return A_SECOND * longest


_painting = CORES.patient(on_gpu(_stream, _seconds))
