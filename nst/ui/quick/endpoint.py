"""The endpoints `/stylize`, `/stylize_many` and `/stylize_video`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import gradio as gr

from nst.quick.batch import FORMATS
from nst.quick.feedforward import StylizeSettings
from nst.quick.presets import catalogue
from nst.ui import parts
from nst.ui.endpoints import described, publish
from nst.ui.events import LONG, QUICK
from nst.ui.parts import Upload
from nst.ui.quick import styling
from nst.ui.quick.many import paint_into_zip
from nst.ui.quick.photo import whole
from nst.ui.quick.styling import Styling
from nst.ui.quick.video import SIZE, paint_into_mp4
from nst.ui.server.cores import CORES


def build(photo: gr.Image, video: gr.Video, style: Styling) -> None:
    """The endpoints, with the components that only clients use."""
    slugs = [preset.slug for preset in catalogue()]
    slug = gr.Dropdown(slugs, label="style", visible=False)
    size = gr.Number(styling.SIZE, label="size", precision=0, visible=False)
    texture_size = gr.Number(StylizeSettings.texture_size, label="texture_size", precision=0, visible=False)
    second = gr.Dropdown(["", *slugs], value="", label="second", visible=False)
    settings = [slug, style.strength, style.keep, size, texture_size, second, style.blend]
    publish(stylize, [photo, *settings], gr.Image(label="picture", type="filepath", visible=False), QUICK)

    photos = gr.File(label="photos", file_types=[".zip"], visible=False)
    suffix = gr.Dropdown(FORMATS, value="jpg", label="format", visible=False)
    problems = gr.Textbox(label="problems", visible=False)
    made = [gr.File(label="pictures", visible=False), problems]
    publish(stylize_many, [photos, *settings, suffix], made, LONG)

    settings[settings.index(size)] = gr.Number(SIZE, label="size", precision=0, visible=False)
    publish(stylize_video, [video, *settings], gr.File(label="video", visible=False), LONG)


@described(StylizeSettings, photo="The photo to paint")
@parts.refused()
def stylize(
    photo: Upload,
    style: str,
    strength: float,
    keep_colors: bool,
    size: int | None,
    texture_size: int | None,
    second: str,
    blend: float,
) -> str:
    """Paints a photo in a ready-made style, in a second or some: a PNG. Null as its size keeps the photo's own."""
    chosen = styling.choice([], style, second, blend, strength, keep_colors, size, texture_size)
    with CORES.first():
        return whole(photo, chosen)


@described(
    StylizeSettings, photos="A ZIP file of photos", format=f"What the paintings are saved as: {', '.join(FORMATS)}"
)
def stylize_many(
    photos: Upload,
    style: str,
    strength: float,
    keep_colors: bool,
    size: int | None,
    texture_size: int | None,
    second: str,
    blend: float,
    format: str,
) -> Iterator[tuple[str | None, str]]:
    """Paints all photos of a ZIP file in a ready-made style: a ZIP file of paintings, and of each photo that could not
    be painted a sentence why. After each photo come null and these sentences.
    """
    with parts.refused():
        chosen = styling.choice([], style, second, blend, strength, keep_colors, size, texture_size)
        given = [photos] if photos else []
        with closing(paint_into_zip(given, format, chosen, lambda: False)) as stream:
            for news in stream:
                yield news.archive or None, "\n".join(news.problems)


@described(StylizeSettings, video="The video to paint")
def stylize_video(
    video: Upload,
    style: str,
    strength: float,
    keep_colors: bool,
    size: int | None,
    texture_size: int | None,
    second: str,
    blend: float,
) -> Iterator[str | None]:
    """Paints a video in a ready-made style, which takes far longer than it plays: an MP4 with its sound, never larger
    than the video was. After each frame comes null.
    """
    with parts.refused():
        chosen = styling.choice([], style, second, blend, strength, keep_colors, size, texture_size)
        with closing(paint_into_mp4(video, chosen, lambda: False)) as stream:
            for news in stream:
                yield news.video or None
