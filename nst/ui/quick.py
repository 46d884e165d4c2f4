"""The quick tab: photos, a camera or a video in ready-made styles, painted as soon as one is picked."""

from __future__ import annotations

import dataclasses
import html
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from nst.common.errors import UserError
from nst.common.images import save_image, to_pil
from nst.quick.camera import Camera
from nst.quick.feedforward import StylizeSettings
from nst.quick.presets import Preset, catalogue
from nst.ui import camera, film, many, parts, still, strip, styling
from nst.ui.parts import PAGE, Upload
from nst.ui.strip import Result
from nst.ui.styling import Choice
from nst.ui.zerogpu import is_lent

QUEUE: dict[str, Any] = {"concurrency_id": "quick", "concurrency_limit": 1}
SOURCES = ("photo", "many", "camera", "video")


def build(page: gr.Blocks) -> None:
    """The tab's components and events; `page` is the `gr.Blocks` that is open."""
    wishes: defaultdict[str, int] = defaultdict(int)  # how often each session asked for something else
    gr.HTML("<p>A ready-made style, in a moment: pick one, and the photo is painted at once.</p>")
    with gr.Row(elem_classes="room"):
        with gr.Column(scale=5, min_width=300):
            with gr.Tabs(elem_classes="views", elem_id="sources") as sources:
                with gr.Tab("Photo", id="photo") as photo_tab:
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
                with gr.Tab("Many", id="many") as many_tab:
                    files = many.source()
                # A GPU that is lent anew for every frame would come too late.
                with gr.Tab("Camera", id="camera", visible=not is_lent()) as camera_tab:
                    stream = camera.source()
                with gr.Tab("Video", id="video") as video_tab:
                    video = film.source()
            chosen, own, gallery, own_file = styling.build_gallery()
        with gr.Column(scale=7, min_width=300, elem_classes="wall"):
            with gr.Column(visible=True) as photo_wall:
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
                        alone = parts.framed("Painting", height=620, elem_id="painting")
            many_wall, camera_wall, video_wall = (gr.Column(visible=False) for _ in range(3))
            label = gr.HTML(_wall_label(None))
            with gr.Row(elem_classes="pair") as downloads:
                download = gr.DownloadButton(
                    "Download PNG", interactive=False, variant="primary", elem_id="quick-download", min_width=140
                )
                suffix = gr.Dropdown(
                    list(strip.FORMATS.items()), value="png", show_label=False, label="Format", min_width=140,
                    container=False, elem_id="format",
                )  # fmt: skip
            style = styling.build_settings(chosen, own, gallery)
    with gr.Column(visible=False, elem_id="visit") as visit:
        gr.HTML("<h2>This visit</h2><p>Everything you painted; pick one to have it back with its settings.</p>")
        past = parts.shelf([], "Paintings of this visit", columns=8, elem_classes="shelf")
    history, source = gr.State([]), gr.State("photo")
    hanging = gr.State("")  # the PNG of what is on the wall
    walls = dict(zip(SOURCES, (photo_wall, many_wall, camera_wall, video_wall), strict=True))
    with many_wall:
        many.wall(files, style)
    with camera_wall:
        eye, snapshot, snapshot_png = camera.wall(stream, style)
    with video_wall:
        film.wall(video, style)
    # What only clients use.
    slugs = [preset.slug for preset in catalogue()]
    hidden = {
        "style": gr.Dropdown(slugs, label="style", visible=False),
        "size": gr.Number(styling.SIZE, label="size", precision=0, visible=False),
        "texture_size": gr.Number(StylizeSettings.texture_size, label="texture_size", precision=0, visible=False),
        "second": gr.Dropdown(["", *slugs], value="", label="second", visible=False),
    }
    file = gr.Image(label="picture", type="filepath", visible=False)
    endpoint = gr.Button(visible=False)
    canvas = [compare, alone, label, download, hanging, history, past, visit, gallery]

    def wish(request: gr.Request) -> None:
        wishes[str(request.session_hash)] += 1

    def hang(result: Result, suffix: str) -> dict[Any, Any]:
        """A result on the wall."""
        return {
            compare: (result.before, result.after),
            alone: gr.Image(result.after, alt_text=result.words),
            label: result.label,
            **offer(result.png, suffix),
        }

    def offer(png: str, suffix: str) -> dict[Any, Any]:
        """The result on the wall for download."""
        return {hanging: png, download: strip.to_download(png, suffix)}

    def keep(results: list[Result], made: Result) -> dict[Any, Any]:
        """A result in the strip."""
        download.temp_files.add(made.png)  # for gradio to delete it when it is old
        kept = strip.with_result(results, made)
        return {history: kept, past: strip.shown(kept), visit: gr.Column(visible=True)}

    def leave(request: gr.Request) -> None:
        wishes.pop(str(request.session_hash), None)

    def show(
        request: gr.Request,
        source: str,
        upload: Upload,
        suffix: str,
        results: list[Result],
        own: list[str],
        *values: Any,
    ) -> Iterator[Any]:
        session = str(request.session_hash)
        wished = wishes[session]
        yield gr.skip()  # a stream of nothing would empty all that it may put out
        if source != "photo" or not values[0]:
            return
        with parts.told():
            made_of = (upload["path"] if upload else "", values)
            if same := next((result for result in results if result.is_of(*made_of)), None):
                yield hang(same, suffix)
                return
            chosen = styling.choice(own, *values)
            clouds = [preset for preset in chosen.presets if not preset.downloaded]
            yield from ({label: news} for news in styling.fetched(chosen))
            if clouds:
                yield {gallery: styling.shelf(own), label: _wall_label(chosen)}
            for painted in still.painted(upload, chosen, lambda: wishes[session] != wished):
                if painted is None:
                    yield gr.skip()
                    continue
                before, after, png = painted
                name = parts.stem(upload)
                update: dict[Any, Any] = {
                    compare: (before, after),
                    alone: gr.Image(after, alt_text=f"{name} in the style of {chosen.title}"),
                    label: _wall_label(chosen),
                }
                if png:
                    words = strip.words_of(name, chosen)
                    made = Result(before, after, png, words, update[label], made_of[0], values)
                    update |= keep(results, made) | offer(png, suffix)
                yield update

    def refresh(request: gr.Request, source: str, upload: Upload, *rest: Any) -> Iterator[Any]:
        yield from show(request, source if upload else "", upload, *rest)

    def pick(event: gr.SelectData, own: list[str]) -> tuple[str, float, str]:
        preset = (*catalogue(), *styling.own_presets(own))[event.index]
        return preset.slug, preset.strength, _words(preset, "In the style of")

    def example(event: gr.SelectData) -> str:
        return str(photos[event.index])

    def look_back(event: gr.SelectData, results: list[Result], suffix: str) -> Any:
        result = results[event.index]
        with parts.told():
            if not Path(result.png).is_file():
                raise UserError("This one is gone: pictures are deleted after about an hour.")
            values = dict(zip(style.settings, result.values, strict=True))
            return {
                **hang(result, suffix),
                **({photo: result.photo} if Path(result.photo).is_file() else {}),
                sources: gr.Tabs(selected="photo"),
                **at("photo"),
                **values,
                style.size: gr.Radio(value=values[style.size], visible=True),
            }
        return gr.skip()

    def at(place: str) -> dict[Any, Any]:
        return {
            source: place,
            downloads: gr.Row(visible=place == "photo"),
            style.size: gr.Radio(visible=place in ("photo", "many")),  # the others have sizes of their own
            **{wall: gr.Column(visible=name == place) for name, wall in walls.items()},
        }

    def arrive(request: gr.Request) -> Any:
        """The gallery as it is now, with the style that the link names."""
        asked = request.query_params.get("style", "")
        index = next((index for index, preset in enumerate(catalogue()) if preset.slug == asked), None)
        preset = None if index is None else catalogue()[index]
        return {
            gallery: gr.Gallery(styling.shelf([]), selected_index=index),
            **({chosen: preset.slug, style.strength: preset.strength, label: _invitation(preset)} if preset else {}),
        }

    def change_format(png: str, suffix: str) -> Any:
        with parts.told():
            return strip.to_download(png, suffix) if png else gr.skip()
        return gr.skip()

    def snap(eye: Camera, results: list[Result], own: list[str], *values: Any) -> Any:
        with parts.told():
            if eye.latest is None:
                raise UserError("There is no picture yet: press the record button of the camera.")
            chosen, folder = styling.choice(own, *values).sized(max(camera.WIDTH, camera.HEIGHT)), parts.fresh_folder()
            before, after = map(to_pil, eye.latest)
            png = folder / f"camera-{chosen.slug}.png"
            save_image(after, png, dataclasses.asdict(chosen.settings))
            words = strip.words_of("camera", chosen)
            shown = still.preview(before, folder / "before.jpg"), still.preview(after, folder / "after.jpg")
            made = Result(*shown, str(png), words, _wall_label(chosen), "", values)
            return keep(results, made) | {snapshot_png: gr.DownloadButton(value=str(png), interactive=True)}
        return gr.skip()

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
        *_, last = (painted for painted in still.painted(photo, chosen, lambda: False, at_once=False) if painted)
        return last[-1]

    def then(happened: Any, function: Any) -> None:
        happened(
            function,
            [source, photo, suffix, history, *style.inputs],
            canvas,
            show_progress="minimal",  # as the full one would hide the first small painting
            show_progress_on=[compare, alone],
            trigger_mode="always_last",
            **QUEUE,
            **PAGE,
        )

    def soon(happened: Any) -> Any:
        """What happens after a wish is noted, which ends the painting that is going on."""
        return happened(wish, None, None, queue=False, trigger_mode="multiple", **PAGE).then

    page.load(arrive, None, [gallery, chosen, style.strength, label], queue=False, **PAGE)
    page.unload(leave)
    picked = gallery.select(pick, own, [chosen, style.strength, label], queue=False, trigger_mode="multiple", **PAGE)
    then(soon(picked.then), show)
    styling.wire_own(style, own_file, lambda event: then(event.then, refresh))
    then(soon(examples.select(example, None, photo, queue=False, **PAGE).then), refresh)
    then(soon(photo.input)(parts.admit, photo, photo, **QUEUE, **PAGE).then, refresh)
    for control in style.sliders:
        then(soon(control.input), refresh)
    snapshot.click(snap, [eye, history, *style.inputs], [history, past, visit, snapshot_png], queue=False, **PAGE)
    suffix.input(change_format, [hanging, suffix], download, queue=False, **PAGE)
    past.select(
        look_back,
        [history, suffix],
        [compare, alone, label, download, hanging, photo, *style.settings, sources, source, downloads, *walls.values()],
        queue=False,
        **PAGE,
    )
    for name, tab in zip(SOURCES, (photo_tab, many_tab, camera_tab, video_tab), strict=True):
        tab.select(
            lambda name=name: at(name), None, [source, downloads, style.size, *walls.values()], queue=False, **PAGE
        )
    endpoint.click(
        call,
        [photo, hidden["style"], style.strength, style.keep, hidden["size"], hidden["texture_size"], hidden["second"],
         style.blend],
        file,
        api_name="stylize",
        preprocess=False,
        **QUEUE,
    )  # fmt: skip


def _wall_label(chosen: Choice | None) -> str:
    """What hangs beside a picture in a museum."""
    if chosen is None:
        return '<div class="wall-label"><p>Choose a photo, then a style: the painting hangs here.</p></div>'
    return "".join(_words(preset, "In the style of") for preset in chosen.presets)


def _invitation(preset: Preset) -> str:
    """For a visitor whose link names a style."""
    return _words(preset, "Give a photo, and it is painted in the style of")


def _words(preset: Preset, said: str) -> str:
    title, slug = html.escape(preset.title), html.escape(preset.slug)
    about = "".join(f", {html.escape(text)}" for text in (preset.artist, preset.year) if text)
    link = f' <a href="?style={slug}">Link to this style</a>' if preset in catalogue() else ""
    small = f"<small>{html.escape(preset.license)}{link}</small>"
    return f'<div class="wall-label"><p>{said} <cite>{title}</cite>{about}. {small}</p></div>'
