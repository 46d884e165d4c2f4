"""The page: its frame, its tabs, and how it is served."""

from __future__ import annotations

from threading import Thread
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from nst.common.images import Limits
from nst.ui import parts, theme, times, visit
from nst.ui.custom import tab as custom
from nst.ui.delivery import Delivery
from nst.ui.inside import tab as inside
from nst.ui.quick import opening
from nst.ui.quick import tab as quick
from nst.ui.teach import tab as teach
from nst.ui.zerogpu import is_lent

TITLE = "Neural Style Transfer"
HEADER = f"""
<header class="masthead">
  <h1>{TITLE}</h1>
  <p>A photo goes in, a painting comes out. Your pictures are painted on this server, are sent nowhere else,
  and are deleted after about an hour.</p>
</header>
"""


def build() -> gr.Blocks:
    """The whole page with its events, ready to launch."""
    # Served where they are; all else that the page shows is copied to gradio's cache.
    examples = [*parts.example_photos(), *parts.example_paintings()]
    gr.set_static_paths([*examples, parts.THUMBS.name, opening.KEPT.name])
    demo = gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(900, 3600), fill_width=True)
    demo.temp_file_sets.append(parts.FILES)
    with demo:
        gr.HTML(HEADER)
        doors = gr.Tabs(elem_classes="doors")
        strip, known = visit.lay_out(doors), times.watch(demo)
        with doors:
            with gr.Tab("Quick", id="quick"):
                style = quick.build(demo, strip)
            with gr.Tab("Custom", id="custom"):
                custom.build(demo, strip, known)
            with gr.Tab("Look inside", id="inside"):
                inside.build(demo, known)
            if Limits().teach_minutes > 0 and not is_lent():  # a GPU is lent for seconds
                with gr.Tab("Teach", id="teach"):
                    teach.build(demo, style)
        strip.visit.render()  # type: ignore[no-untyped-call]
    demo.queue(max_size=24)
    return demo


def prepare() -> None:
    """Gets ready, beside serving, what the first visitor sees first."""
    if not is_lent():  # a GPU is lent to visitors only
        Thread(target=opening.paint_ahead, daemon=True).start()


def serving() -> dict[str, Any]:
    """The arguments for `launch()` that belong to the page."""
    return {
        "theme": theme.THEME,
        "css_paths": theme.CSS,
        "head": theme.HEAD,
        "footer_links": ["api"],
        "max_file_size": int(Limits().upload_megabytes * 1e6),
        "run_history": False,
        "enable_monitoring": False,
        "show_error": False,
        "app_kwargs": {"middleware": [Middleware(Delivery)]},
    }
