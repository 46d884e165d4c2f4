"""The name of a style that was learned, and its place in the gallery of the visit."""

from __future__ import annotations

import html
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import gradio as gr

from nst.quick.checkpoints import load_network, read_notes, save_style
from nst.quick.networks import StyleNet
from nst.quick.presets import LONGEST_TITLE, Preset, catalogue, plain_title, slug_of
from nst.ui import parts
from nst.ui.events import Update
from nst.ui.quick import styling
from nst.ui.teach.learning import Visit

LONGEST = LONGEST_TITLE - 4  # characters of a name, as it may get a number
NAMELESS = "Style"


def rest(own: Sequence[str], visit: Visit) -> Update:
    """What changes when nothing is learned any more: a new style has its name, and is in the gallery."""
    update: Update = {"start": gr.Button("Start anew" if visit.hung or visit.learned else "Start", visible=True)}
    update["waiting"] = gr.Timer(active=False)
    if visit.learned:
        update |= _hung(own, visit)
    elif visit.hung:
        update |= {"made": gr.Column(visible=True), "download": gr.DownloadButton(interactive=True)}
    return update


def rename(own: Sequence[str], visit: Visit, name: str) -> Update:
    """The latest style gets another name; in this visit's gallery it is found by what it was called first."""
    path = Path(visit.hung)
    if visit.hung not in own or not path.is_file():
        return {}
    [preset] = styling.own_presets([visit.hung])
    others = styling.own_presets([each for each in own if each != visit.hung])
    if plain_title(name) in ("", preset.title):
        return {"name": preset.title}
    title = free_title(name, [*catalogue(), *others])
    renamed, download = (written(path, title, stem) for stem in (path.stem, slug_of(title)))
    own = [renamed if each == visit.hung else each for each in own]
    visit.hung = renamed
    return {"name": title, **styling.offered(own), "download": gr.DownloadButton(value=download)}


def free_title(wish: str, presets: Sequence[Preset]) -> str:
    """A clean title, with a number where one of the presets has it already."""
    return _free(plain_title(wish)[:LONGEST].strip() or NAMELESS, [preset.title for preset in presets], " ")


def written(path: Path, title: str, stem: str) -> str:
    """The path of a new file of that name with the style of another, under that title."""
    network = load_network(path)
    assert isinstance(network, StyleNet)
    new = parts.fresh_folder() / f"{stem}.safetensors"
    save_style(new, network, {**read_notes(path), "title": title})
    parts.delete_when_old([str(path), str(new)])
    return str(new)


def _hung(own: Sequence[str], visit: Visit) -> Update:
    """The style that was learned hangs in the gallery."""
    presets = [*catalogue(), *styling.own_presets(own)]
    title = free_title(visit.wish, presets)
    path = written(Path(visit.learned), title, _free(slug_of(title), [preset.slug for preset in presets], "-"))
    visit.learned, visit.hung = "", path
    [preset] = styling.own_presets([path])
    return {
        **styling.offered([*own, path]),
        "made": gr.Column(visible=True),
        "thumbnail": gr.Image(parts.thumb(preset.thumbnail), alt_text=f"A photo in the style of {title}"),
        "name": title,
        "download": gr.DownloadButton(value=path, interactive=True),
        "status": parts.status(f"{visit.words}. It hangs in the gallery of the Quick tab: {html.escape(title)}.", 1, 1),
    }


def _free(wish: str, taken: Sequence[str], gap: str) -> str:
    """The wish, with the first number behind it that makes it another than those, in small letters or large."""
    others = {each.casefold() for each in taken}
    numbered = (wish if number == 1 else f"{wish}{gap}{number}" for number in count(1))
    return next(each for each in numbered if each.casefold() not in others)
