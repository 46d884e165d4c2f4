"""The tab: what is on it, and which of its events does what."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import gradio as gr

from nst.ui import jobs, parts
from nst.ui.events import HIDDEN, PROMPT, QUICK, Update, handler
from nst.ui.jobs import Stopped
from nst.ui.quick.styling import Styling
from nst.ui.teach import endpoint, learning, naming, publishing, turns
from nst.ui.teach.layout import Lesson, Wall, example, lay_out
from nst.ui.teach.learning import Visit

SETTINGS = ("minutes", "painting_size", "style_weight")


def build(page: gr.Blocks, style: Styling, doors: gr.Tabs) -> None:
    """The tab's components and events.

    `page` is the `gr.Blocks` that is open, `doors` are its tabs, `style` is the gallery that styles join.
    """
    lesson, wall = lay_out()
    visit = gr.State(Visit())
    _wire_pictures(lesson)
    _wire_work(page, lesson, wall, style, visit)
    if publishing.is_possible():
        with wall.made:
            publishing.build(page, doors, wall, style, visit)
    endpoint.build(page, lesson.painting)


def _wire_pictures(lesson: Lesson) -> None:
    for place in (lesson.painting, lesson.painting_2, lesson.painting_3, lesson.photo):
        place.input(parts.admit, place, place, **QUICK, **HIDDEN)
    lesson.examples.select(handler(example, vars(lesson)), None, lesson.painting, queue=False, **HIDDEN)


def _wire_work(page: gr.Blocks, lesson: Lesson, wall: Wall, style: Styling, visit: gr.State) -> None:
    places = vars(lesson) | vars(wall) | vars(style)
    paintings = [lesson.painting, lesson.painting_2, lesson.painting_3]
    gallery = [style.own, style.gallery, style.second]

    def check(_: Visit, *values: Any) -> Update:
        return learning.begin(*values[: len(paintings)])

    def job(stopped: Stopped, visit: Visit, *values: Any) -> Iterator[Update]:
        *uploads, photo = values[: len(paintings) + 1]
        settings = dict(zip(SETTINGS, values[len(paintings) + 1 :], strict=True))
        return learning.show(stopped, partial(turns.others_work, page), visit, settings, photo, *uploads)

    jobs.at_the_easel(
        page,
        wall,
        places,
        jobs=[(wall.start.click, job)],
        check=check,
        rest=naming.rest,
        inputs=[visit, *paintings, lesson.photo, *[getattr(lesson, name) for name in SETTINGS]],
        state=[style.own, visit],
        outputs=[wall.start, wall.leave, wall.stop, wall.status, wall.download, wall.canvas, wall.curve, wall.made,
                 wall.thumbnail, wall.name, wall.waiting, *gallery],
        line=turns.LINE,
    )  # fmt: skip
    gr.on(
        [wall.name.submit, wall.name.blur],
        handler(naming.rename, places),
        [style.own, visit, wall.name],
        [wall.name, wall.download, *gallery],
        **PROMPT,
    )
