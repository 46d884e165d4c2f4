"""What is kept of a visit, and whose paintings the styles were learned from: a note at the foot of the page."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Sequence

import gradio as gr

from nst.quick.presets import Preset, catalogue

PRIVACY = """
<p>Nothing is kept. What you give and what is made of it, pictures and styles, lies on this server for about an hour and
is then deleted; a thumbnail of a style stays until the server is restarted. Nothing is sent elsewhere. The app’s log
says of a painting how large it is, in which style and how long it took: no picture, no name, no address.</p>
"""
LICENCES = "<p>The app is under the MIT licence, and so are the example photos. The styles come from:</p>"


def lay_out() -> gr.HTML:
    """The note, closed."""
    said = f"{PRIVACY}{LICENCES}{sources(catalogue())}"
    return gr.HTML(f"<details class='colophon'><summary>Privacy and licences</summary>{said}</details>")


def sources(presets: Sequence[Preset]) -> str:
    """A list of those who made the paintings, or the styles themselves, by the gallery's records."""
    titles = defaultdict[tuple[str, ...], list[str]](list)
    for preset in presets:
        titles[preset.artist or "unknown", preset.year, preset.license].append(preset.title)
    items = (
        f"<li>{html.escape(_sentence(maker))}: <cite>{html.escape(', '.join(made))}</cite></li>"
        for maker, made in titles.items()
    )
    return f"<ul>{''.join(items)}</ul>"


def _sentence(parts: Sequence[str]) -> str:
    said = ", ".join(filter(None, parts))
    return said[:1].upper() + said[1:]
