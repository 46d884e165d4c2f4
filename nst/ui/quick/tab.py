"""The tab: what is on it, and which of its events does what."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any

import gradio as gr

from nst.ui import visit
from nst.ui.events import HIDDEN, PAGE, PROMPT, QUICK, Update, handler
from nst.ui.parts import Upload
from nst.ui.quick import camera, endpoint, many, opening, styling, video, wall
from nst.ui.quick.layout import Tab, example, give, lay_out
from nst.ui.quick.painting import Wishes, show
from nst.ui.quick.styling import Styling
from nst.ui.visit import Kept, Strip


def build(page: gr.Blocks, strip: Strip) -> Styling:
    """The tab's components and events; `page` is the `gr.Blocks` that is open. Gives the gallery of styles."""
    tab = lay_out(strip)
    with tab.wall.many_wall:
        many.lay_out(tab.sources.files, tab.style)
    with tab.wall.camera_wall:
        live = camera.lay_out(tab.sources.stream, tab.style)
    with tab.wall.video_wall:
        video.lay_out(tab.sources.video, tab.style)
    _wire_painting(page, tab)
    _wire_results(tab, live)
    endpoint.build(tab.sources.photo, tab.style)
    return tab.style


def _wire_painting(page: gr.Blocks, tab: Tab) -> None:
    """All that ends in a painted photo."""
    photo, style, strip, hung, places = tab.sources.photo, tab.style, tab.strip, tab.wall, tab.places
    asked, said = [tab.sources.source, photo, hung.example], [hung.label, hung.download, hung.suffix, hung.share]
    canvas = [*hung.hung, strip.past, strip.visit, style.gallery]
    wishes = Wishes()

    def paint(
        request: gr.Request, history: list[Kept], source: str, upload: Upload, example: str, *rest: Any
    ) -> Generator[Update, None, None]:
        given = upload or ({"path": example} if example else None)
        yield from show(wishes.since_now(request), history, source, given, *rest)

    def repaint(
        request: gr.Request, history: list[Kept], source: str, upload: Upload, example: str, *rest: Any
    ) -> Iterator[Update]:
        yield from paint(request, history, source if upload or example else "", upload, example, *rest)

    def welcome(request: gr.Request, _: object, *rest: Any) -> Iterator[Update]:
        """The strip of the visit gets none of it: it keeps what a visitor asked for."""
        yield from opening.hung_only(paint(request, [], *rest))

    def then(happened: Callable[..., Any], function: Callable[..., Iterator[Update]]) -> None:
        happened(
            handler(function, places),
            [strip.history, *asked, hung.suffix, hung.hanging, *style.inputs],
            canvas,
            show_progress="minimal",  # as the full one would hide the first small painting
            show_progress_on=[hung.compare, hung.alone],
            trigger_mode="always_last",
            **QUICK,
            **PAGE,
        )

    def soon(happened: Callable[..., Any]) -> Callable[..., Any]:
        """What happens after a wish is noted, which ends the painting that is going on, and announced."""
        noted = handler(wishes.note_and_say, places)
        return happened(noted, [*asked, *style.inputs], said, queue=False, trigger_mode="multiple", **HIDDEN).then

    seen_first = [style.gallery, *style.settings, *hung.hung, hung.example, hung.linked]
    page.load(handler(opening.arrive, places), None, seen_first, queue=False, **PAGE)
    page.unload(wishes.forget)
    pick, chosen = handler(styling.pick, places), [style.chosen, style.strength]
    picked = style.gallery.select(pick, style.own, chosen, queue=False, trigger_mode="multiple", **PAGE)
    joined = tab.own_file.upload(
        handler(styling.join, places),
        [tab.own_file, style.own],
        [style.chosen, style.own, style.gallery, style.second],
        **PAGE,
    )
    taken = tab.sources.examples.select(handler(example, places), None, photo, queue=False, **PAGE)
    ended = photo.input(wishes.note, None, None, queue=False, trigger_mode="multiple", **PAGE)
    given = ended.then(handler(give, places), photo, [photo, hung.example], **QUICK, **PAGE)
    then(hung.linked.change, welcome)
    then(soon(picked.then), paint)
    then(joined.then, repaint)
    then(soon(taken.then), repaint)
    then(soon(given.then), repaint)
    for control in style.sliders:
        then(soon(control.input), repaint)


def _wire_results(tab: Tab, live: camera.Wall) -> None:
    """What becomes of a painting, and which wall is seen."""
    sources, style, strip, hung, places = tab.sources, tab.style, tab.strip, tab.wall, tab.places
    seen = [sources.source, hung.downloads, *hung.walls]
    for name, door in sources.tabs.items():
        door.select(
            handler(lambda name=name: wall.seen_at(name), places), None, [*seen, style.size], queue=False, **PAGE
        )
    hung.suffix.input(handler(wall.change, places), [hung.hanging, hung.suffix], hung.download, **PROMPT)
    again = [*hung.hung, sources.photo, sources.sources, *style.settings, *seen]
    visit.when_picked(strip, wall.look_back, places, [hung.suffix], again)
    live.snapshot.click(
        handler(camera.snap, places | vars(live)),
        [live.camera, strip.history, *style.inputs],
        [strip.past, strip.visit, live.snapshot_png],
        **PROMPT,
    )
