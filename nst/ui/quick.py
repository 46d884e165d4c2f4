"""The quick tab: a photo in the style of a preset, as soon as one is picked."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import gradio as gr

from nst.images import save_image, to_pil, to_tensor
from nst.presets import Preset, catalogue, find
from nst.stylize import StylizeSettings, stylize
from nst.ui import parts
from nst.ui.parts import PAGE, Upload
from nst.ui.zerogpu import on_gpu

if TYPE_CHECKING:
    from torch import Tensor

NO_PHOTO = "There is no photo yet: upload one, take a snapshot or pick an example."
# A page should answer at once, so it does not start with the whole of a large photo; 0 is the photo's own size.
SIZES = {"Small, 512 px": 512, "Medium, 1024 px": 1024, "Large, 2048 px": 2048, "As the photo": 0}
SIZE = 1024
STROKES = {"Broad": 512, "Medium": 1024, "Fine": 2048}  # by the texture size
QUEUE: dict[str, Any] = {"concurrency_id": "quick", "concurrency_limit": 1}


def build(page: gr.Blocks) -> None:
    """The tab's components and events; `page` is the `gr.Blocks` that is open."""
    chosen = gr.State("")
    gr.HTML("<p>A ready-made style, in a moment: pick one, and the photo is painted at once.</p>")
    with gr.Row(elem_classes="room"):
        with gr.Column(scale=5, min_width=300):
            gr.HTML("<h2>The photo</h2>")
            photo = parts.picture_in("Photo", "a photo", height=300, elem_id="quick-photo")
            photos = parts.example_photos()
            examples = parts.shelf(
                [(str(path), parts.title_of(path)) for path in photos],
                "Example photos",
                columns=6,
                elem_id="quick-examples",
                elem_classes="shelf plain",
                visible=bool(photos),
            )
            gr.HTML("<h2>The style</h2><p>Those with a ☁ are downloaded when they are first picked.</p>")
            styles = parts.shelf(_gallery(), "Styles", columns=5, elem_id="styles", elem_classes="shelf")
        with gr.Column(scale=7, min_width=300, elem_classes="wall"):
            gr.HTML("<h2>The painting</h2>")
            with gr.Tabs(elem_classes="views"):
                with gr.Tab("Before and after"):
                    compare = gr.ImageSlider(
                        label="Before and after",
                        show_label=False,
                        interactive=False,
                        buttons=["fullscreen"],
                        max_height=620,
                        elem_id="compare",
                        elem_classes="frame",
                    )
                with gr.Tab("Painting alone"):
                    alone = gr.Image(
                        label="Painting",
                        show_label=False,
                        interactive=False,
                        buttons=["fullscreen"],
                        height=620,
                        elem_id="painting",
                        elem_classes="frame",
                    )
            label = gr.HTML(_wall_label(None))
            download = gr.DownloadButton("Download PNG", interactive=False, variant="primary", elem_id="quick-png")
            with gr.Group():
                strength = parts.control(StylizeSettings, "strength", "Strength", elem_id="strength")
                keep = parts.control(
                    StylizeSettings, "keep_colors", "Keep the photo’s colours", "Only light and dark are painted."
                )
                size = gr.Radio(
                    list(SIZES.items()),
                    value=SIZE,
                    label="Size limit",
                    info="The painting’s longer side at most; larger takes longer. A photo is never enlarged.",
                )
                strokes = gr.Radio(
                    list(STROKES.items()),
                    value=StylizeSettings.texture_size,
                    label="Strokes",
                    info="How large the texture is, in pictures that are large enough to hold it.",
                    elem_id="strokes",
                )

    # What only clients use.
    slug = gr.Dropdown([preset.slug for preset in catalogue()], label="style", visible=False)
    limit = gr.Number(SIZE, label="size", precision=0, visible=False)
    texture = gr.Number(StylizeSettings.texture_size, label="texture_size", precision=0, visible=False)
    file = gr.Image(label="picture", type="filepath", visible=False)
    endpoint = gr.Button(visible=False)

    def show(upload: Upload, style: str, strength: float, keep_colors: bool, size: int, texture_size: int) -> Any:
        if not style:
            return gr.skip()
        with parts.told():
            preset = find(style)
            was_here = preset.downloaded
            before, after, png = _painted(upload, style, strength, keep_colors, size or None, texture_size)
            return {
                compare: (before, after),
                alone: gr.Image(after, alt_text=f"{parts.stem(upload)} in the style of {preset.title}"),
                label: _wall_label(preset),
                download: gr.DownloadButton(value=png, interactive=True),
                **({} if was_here else {styles: _gallery()}),
            }
        return gr.skip()

    def refresh(upload: Upload, *rest: Any) -> Any:
        return show(upload, *rest) if upload else gr.skip()

    def pick(event: gr.SelectData) -> tuple[str, float]:
        preset = catalogue()[event.index]
        return preset.slug, preset.strength

    def example(event: gr.SelectData) -> str:
        return str(photos[event.index])

    @parts.refused()
    def call(
        photo: Upload, style: str, strength: float, keep_colors: bool, size: int | None, texture_size: int | None
    ) -> str:
        """A photo in the style of a preset, as a PNG; `size` limits its longer side, null keeps the photo's own."""
        return _painted(photo, style, strength, keep_colors, size, texture_size)[-1]

    def then(happened: Any, function: Any) -> None:
        happened(
            function,
            [photo, chosen, strength, keep, size, strokes],
            [compare, alone, label, download, styles],
            show_progress_on=[compare, alone],
            trigger_mode="always_last",
            **QUEUE,
            **PAGE,
        )

    page.load(_gallery, None, styles, queue=False, **PAGE)  # others may have downloaded some
    then(styles.select(pick, None, [chosen, strength], queue=False, trigger_mode="multiple", **PAGE).then, show)
    then(examples.select(example, None, photo, queue=False, **PAGE).then, refresh)
    then(photo.input(parts.admit, photo, photo, **QUEUE, **PAGE).then, refresh)
    for change in (strength.input, keep.input, size.input, strokes.input):
        then(change, refresh)
    endpoint.click(
        call, [photo, slug, strength, keep, limit, texture], file, api_name="stylize", preprocess=False, **QUEUE
    )


def _stylized(photo: Tensor, settings: StylizeSettings) -> Generator[Tensor, None, None]:
    yield stylize(photo, settings)


_stylize = on_gpu(_stylized, seconds=20)


def _painted(upload: Upload, *values: Any) -> tuple[str, str, str]:
    """Paths of a preview of the photo, one of the result, of the same size, and the whole result as a PNG.

    The values are those of `StylizeSettings`, in its order.
    """
    names = [field.name for field in dataclasses.fields(StylizeSettings)]
    settings = parts.settings_from(StylizeSettings, dict(zip(names, values, strict=True)))
    photo = parts.opened(upload, NO_PHOTO, settings.size)
    [painted] = _stylize(to_tensor(photo), settings)
    result = to_pil(painted)
    folder = parts.fresh_folder()
    paths = [folder / name for name in ("before.jpg", "after.jpg", f"{parts.stem(upload)}-{settings.style}.png")]
    save_image(result, paths[2], dataclasses.asdict(settings))
    for picture, path in zip((photo, result), paths, strict=False):
        picture.thumbnail((parts.PREVIEW, parts.PREVIEW))
        save_image(picture, path)
    before, after, png = map(str, paths)
    return before, after, png


def _gallery() -> list[tuple[str, str]]:
    """The presets as thumbnails; what must be downloaded first has a cloud."""
    return [
        (str(preset.thumbnail), preset.title if preset.downloaded else f"{preset.title}\u00a0☁")
        for preset in catalogue()
    ]


def _wall_label(preset: Preset | None) -> str:
    """What hangs beside a picture in a museum."""
    if preset is None:
        return '<div class="wall-label"><p>Choose a photo, then a style: the painting hangs here.</p></div>'
    title, artist, year, rights = map(html.escape, (preset.title, preset.artist, preset.year, preset.license))
    words = f"In the style of <cite>{title}</cite>, {artist}, {year}. <small>{rights}</small>"
    return f'<div class="wall-label"><p>{words}</p></div>'
