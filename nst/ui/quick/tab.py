"""The tab: what is on it, and which of its events does what."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from nst.ui import visit
from nst.ui.events import HIDDEN, PAGE, PROMPT, QUICK, Update, handler
from nst.ui.quick import camera, endpoint, many, opening, styling, video, wall
from nst.ui.quick.layout import Tab, example, give, lay_out, look_at, take_along
from nst.ui.quick.painting import Painter
from nst.ui.visit import Strip


def build(page: gr.Blocks, strip: Strip) -> Tab:
    """The tab's components, with their events; `page` is the `gr.Blocks` that is open."""
    tab = lay_out(strip)
    with tab.wall.many_wall:
        many.lay_out(tab.sources.files, tab.style)
    with tab.wall.camera_wall:
        live = camera.lay_out(tab.sources.stream, tab.style)
    with tab.wall.video_wall:
        video.lay_out(tab.sources.video, tab.style)
    _wire_painting(page, tab)
    _wire_results(tab, live)
    endpoint.build(tab.sources.photo, tab.sources.video, tab.style)
    return tab


def lead_on(tab: Tab, place: gr.Image) -> None:
    """The photo can be taken along to that place on the custom tab."""
    places, doors = {"place": place, "doors": tab.strip.doors}, [place, tab.strip.doors]
    taken = [tab.sources.photo, tab.wall.example]
    tab.wall.onward.click(handler(take_along, places), taken, doors, **PROMPT)


def _wire_painting(page: gr.Blocks, tab: Tab) -> None:
    """All that ends in a painted photo."""
    photo, style, strip, hung, places = tab.sources.photo, tab.style, tab.strip, tab.wall, tab.places
    asked = [tab.sources.source, photo, hung.example]
    said = [hung.label, hung.elsewhere, hung.download, hung.suffix, hung.share, hung.as_photo, strip.past]
    canvas = [*hung.hung, strip.past, strip.visit, style.gallery, *style.style]
    painter = Painter()
    wishes = painter.wishes

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
        return happened(
            noted, [*asked, hung.hanging, *style.inputs], said, queue=False, trigger_mode="multiple", **HIDDEN
        ).then

    seen_first = [style.gallery, *style.settings, *hung.hung, hung.example, hung.linked]
    page.load(handler(opening.arrive, places), None, seen_first, queue=False, **PAGE)
    page.unload(wishes.forget)
    seen = [tab.sources.source, hung.given, hung.elsewhere, *hung.walls, style.size]
    for name, door in tab.sources.tabs.items():
        look = handler(functools.partial(look_at, name), places)
        looked = door.select(look, style.inputs, seen, queue=False, **PAGE)
        if name == "photo":
            then(looked.then, painter.back)
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
    then(hung.linked.change, painter.welcome)
    then(soon(picked.then), painter.paint)
    then(joined.then, painter.repaint)
    then(soon(taken.then), painter.repaint)
    then(soon(given.then), painter.repaint)
    for control in style.sliders:
        then(soon(control.input), painter.repaint)


def _wire_results(tab: Tab, live: camera.Wall) -> None:
    """What becomes of a painting, and which wall is seen."""
    sources, style, strip, hung, places = tab.sources, tab.style, tab.strip, tab.wall, tab.places
    seen = [sources.source, hung.given, hung.elsewhere, *hung.walls]
    hung.suffix.input(handler(wall.change, places), [hung.hanging, hung.suffix], hung.download, **PROMPT)
    again = [*hung.hung, sources.photo, sources.sources, *style.settings, style.gallery, *seen]
    visit.when_picked(strip, wall.look_back, places, [hung.suffix, style.own], again)
    hung.as_photo.click(handler(wall.use_as_photo, places), hung.hanging, sources.photo, **PROMPT)
    live.snapshot.click(
        handler(camera.snap, places | vars(live)),
        [live.camera, strip.history, *style.inputs],
        [strip.past, strip.visit, live.snapshot_png],
        **PROMPT,
    )
