"""The page: its frame, its tabs, and how it is served."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Container
from pathlib import Path
from threading import Thread
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from nst.common.examples import own_photos
from nst.common.images import Limits
from nst.ui import colophon, parts, theme, times, visit
from nst.ui.custom import tab as custom
from nst.ui.endpoints import TOOLS
from nst.ui.events import HIDDEN, PAGE
from nst.ui.inside import tab as inside
from nst.ui.quick import opening
from nst.ui.quick import tab as quick
from nst.ui.server import cache
from nst.ui.server.delivery import Delivery
from nst.ui.server.probes import Probes
from nst.ui.server.upkeep import kept_up
from nst.ui.server.uploads import Page
from nst.ui.server.visitors import accounts
from nst.ui.teach import tab as teach
from nst.ui.zerogpu import is_lent

TITLE = "Neural Style Transfer"
WAITING = 32  # events, of all queues: who comes then is told that it is full
HEADER = """
<header class="masthead">
  <a id="skip" href="#photo-wall">To the painting</a>
  <h1>{title}</h1>
  <p>A photo goes in, a painting comes out. Your pictures are painted on this server, are sent nowhere else,
  and are deleted after about {kept}.</p>
</header>
"""


def build() -> gr.Blocks:
    """The whole page with its events, ready to launch."""
    # Served where they are; all else that the page shows is copied to gradio's cache.
    # Gradio looks for a file by one after the other: where most of those that are shown lie goes first.
    examples = [*own_photos(), *parts.example_paintings()]
    gr.set_static_paths([parts.THUMBS.name, opening.KEPT.name, *examples])
    kept = round(60 * Limits().keep_minutes)
    demo = Page(title=TITLE, analytics_enabled=False, delete_cache=(max(1, kept // cache.LOOKS), kept), fill_width=True)
    demo.temp_file_sets.append(parts.FILES)
    with demo:
        gr.HTML(HEADER.format(title=TITLE, kept=parts.kept()))
        doors = gr.Tabs(elem_classes="doors")
        strip, known = visit.lay_out(doors), times.watch(demo)
        with doors:
            with gr.Tab("Quick", id="quick") as quick_door:
                began = quick.build(demo, strip)
            with gr.Tab("Custom", id="custom") as custom_door:
                quick.lead_on(began, custom.build(demo, strip, known))
            with gr.Tab("Look inside", id="inside") as inside_door:
                inside.build(demo, known)
            made = [quick_door, custom_door, inside_door]
            if Limits().teach_minutes > 0 and not is_lent():  # a GPU is lent for seconds
                with gr.Tab("Teach", id="teach") as teach_door:
                    teach.build(demo, began.style, doors)
                made.append(teach_door)
        for door in made:
            door.select(None, js=f"() => noteTab('{door.id}')", **PAGE)
        demo.load(_arrival({door.id for door in made}), None, doors, queue=False, **HIDDEN)
        strip.visit.render()  # type: ignore[no-untyped-call]
        colophon.lay_out()
    demo._queue.max_size = WAITING  # of the queue that it has: `demo.queue()` would make its routes once more
    # Gradio keeps figures of every event, and counts them all anew after each: nobody is shown them.
    demo._queue.ANALYTICS_MAX_EVENTS, demo._queue.ANAYLTICS_CACHE_FREQUENCY = 1, sys.maxsize
    return demo


def _arrival(made: Container[object]) -> Callable[[gr.Request], gr.Tabs | None]:
    """Opens the tab that the address asks for, where it was made."""

    def arrive(request: gr.Request) -> gr.Tabs | None:
        asked = request.query_params.get("tab")
        return gr.Tabs(selected=asked) if asked in made else gr.skip()

    return arrive


def prepare(demo: gr.Blocks) -> None:
    """Gets ready, beside serving, what the first visitor sees first, and deletes what has become old."""
    own = {path for block in demo.blocks.values() for path in getattr(block, "keep_in_cache", ())}
    Thread(target=cache.keep_tidy, args=(Path(gr.utils.get_upload_folder()), own), daemon=True).start()
    if not is_lent():  # a GPU is lent to visitors only
        Thread(target=opening.paint_ahead, daemon=True).start()


def serving() -> dict[str, Any]:
    """The arguments for `launch()` that belong to the page; from then on, the server believes no proxy by itself."""
    os.environ["FORWARDED_ALLOW_IPS"] = ""  # uvicorn believes all of this machine; `Visitors` believes `NST_PROXIES`
    return {
        "theme": theme.THEME,
        "css_paths": theme.CSS,
        "head": theme.HEAD,
        "footer_links": ["api"],
        "mcp_server": TOOLS and not accounts(),  # whose routes ask nobody to log in
        "max_file_size": int(Limits().upload_megabytes * 1e6),
        "run_history": False,
        "enable_monitoring": False,
        "show_error": False,
        "strict_cors": True,
        "auth": accounts(),
        "_frontend": False,  # or a busy machine does not start it: gradio gives its own page 3 s to answer
        "app_kwargs": {"middleware": [Middleware(Probes), Middleware(Delivery)], "lifespan": kept_up},
    }
