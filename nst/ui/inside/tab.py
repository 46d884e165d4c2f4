"""The tab: what is on it, and which of its events does what."""

from __future__ import annotations

import gradio as gr

from nst.ui import jobs, parts
from nst.ui.events import HIDDEN, QUICK, handler
from nst.ui.inside import endpoint, row
from nst.ui.inside.layout import example, lay_out
from nst.ui.inside.row import Visit


def build(page: gr.Blocks, known: gr.State) -> None:
    """The tab's components and events; `page` is the `gr.Blocks` that is open."""
    visit = gr.State(Visit())
    question, answer = lay_out()
    places = vars(question) | vars(answer)
    picture, kind, seen_large = question.picture, question.kind, [answer.large, answer.label, answer.download]
    jobs.at_the_easel(
        page,
        answer,
        places,
        jobs=[(answer.start.click, row.paint)],
        check=row.begin,
        rest=row.rest,
        inputs=[visit, picture, kind, question.size, question.seamless],
        state=[kind],
        outputs=[answer.start, answer.leave, answer.waiting, answer.stop, answer.status, kind, question.size,
                 answer.row, *seen_large],
    )  # fmt: skip
    answer.row.select(handler(row.pick, places), [visit, kind], seen_large, queue=False, **HIDDEN)
    kind.input(
        handler(row.turn, places),
        [visit, kind],
        [answer.row, question.seamless, *seen_large],
        queue=False,
        **HIDDEN,
    )
    gr.on([page.load, known.change, kind.input], handler(row.told, places), kind, question.size, queue=False, **HIDDEN)
    question.examples.select(handler(example, places), None, picture, queue=False, **HIDDEN)
    picture.input(parts.admit, picture, picture, **QUICK, **HIDDEN)
    endpoint.build(page, picture)
