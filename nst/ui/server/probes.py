"""What a host asks the server: `/healthz`, whether it is well, and `/metrics`, how much it did."""

from __future__ import annotations

import os

import gradio as gr
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from nst.ui import jobs
from nst.ui.quick import opening
from nst.ui.server import closing
from nst.ui.server.journal import FIGURES

METRICS = "NST_METRICS"  # of the environment: "1" where `/metrics` shall be answered
FORMAT = "text/plain; version=0.0.4"


class Probes:
    """Answers both beside the app, also while all of its threads work."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _ANSWERS.get(scope.get("path", ""))
        await (answer(scope["app"].get_blocks()) if answer else self._app)(scope, receive, send)


def _health(page: gr.Blocks) -> Response:
    """`ready` takes work, `warm` has its networks loaded and something on the wall, `queue` is how many jobs wait."""
    ready = not closing.is_closing()
    told = {"ready": ready, "warm": opening.is_painted(), "queue": jobs.waiting_on(page)}
    return JSONResponse(told, 200 if ready else 503, {"Cache-Control": "no-store"})


def _metrics(page: gr.Blocks) -> Response:
    if os.environ.get(METRICS) != "1":
        return PlainTextResponse("Not found", 404)
    return PlainTextResponse(FIGURES.text(jobs.waiting_on(page)), media_type=FORMAT)


_ANSWERS = {"/healthz": _health, "/metrics": _metrics}
