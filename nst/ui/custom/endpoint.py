"""The endpoints `/optimize` and `/enlarge`."""

from __future__ import annotations

import inspect
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from typing import Any

import gradio as gr

from nst.common.images import read_settings
from nst.custom.history import from_record
from nst.custom.optimization import OptimizeSettings
from nst.ui import parts
from nst.ui.custom.painting import News, paint
from nst.ui.custom.plans import ENLARGED, PAINTINGS, anew, enlarged
from nst.ui.endpoints import described, publish
from nst.ui.events import EASEL
from nst.ui.jobs import Line, admitted
from nst.ui.parts import Upload

NO_PICTURE = "There is no picture yet: give a PNG that was painted here."
SHARE = "How much there is of {}, beside the others, 0 to 4"
WORDS = {
    "photo": "The photo to paint",
    "painting": "The painting, in whose style",
    "painting_2": "Another painting, if any",
    "painting_3": "And another, if any",
    "mask": "Where the style goes, if not everywhere: a picture that is white or opaque there",
    **{share: SHARE.format(painting) for painting, share in PAINTINGS.items()},
}


def build(page: gr.Blocks, values: Mapping[str, Any]) -> None:
    """The endpoints; their parameters are those components of the page, and some that only clients use."""
    waits = admitted(Line(EASEL), page)
    mask, picture = (gr.Image(label=label, type="filepath", visible=False) for label in ("mask", "picture"))
    size = gr.Number(ENLARGED[0], label="size", precision=0, visible=False)
    given = {**values, "mask": mask}
    made = gr.Image(label="picture", type="filepath", visible=False)
    publish(optimize, [given[name] for name in inspect.signature(optimize).parameters], made, EASEL, waits)
    sources = [given[name] for name in ("photo", *PAINTINGS, "mask")]
    publish(enlarge, [picture, *sources[:2], size, *sources[2:]], made, EASEL, waits)


@described(OptimizeSettings, **WORDS)
def optimize(
    photo: Upload,
    painting: Upload,
    weight_1: float,
    weight_2: float,
    weight_3: float,
    style_weight: float,
    content_weight: float,
    style_scale: float,
    colors: str,
    outside: str,
    feather: float,
    size: int,
    enlarge: bool,
    steps: int,
    tv_weight: float,
    look: str,
    init: str,
    seamless: bool,
    optimizer: str,
    encoder: str,
    content_layers: str,
    style_layers: str,
    style_layer_weights: str,
    seed: int,
    painting_2: Upload = None,
    painting_3: Upload = None,
    mask: Upload = None,
    grain: float = OptimizeSettings().grain,
    brushwork: float = OptimizeSettings().brushwork,
    coherence: bool = OptimizeSettings().coherence,
    neighbors: float = OptimizeSettings().neighbors,
) -> Iterator[Any]:
    """Paints a photo in the style of one to three paintings, in a minute or so: previews, and at last a PNG, which
    carries its settings.
    """
    values = locals() | {"mask": mask["path"] if mask else ""}
    with parts.refused():
        yield from _shown(paint(values, anew(values), [], "", lambda: False))


@described(OptimizeSettings, **WORDS, picture="A PNG of /optimize or of the page")
def enlarge(
    picture: Upload,
    photo: Upload,
    painting: Upload,
    size: int,
    painting_2: Upload = None,
    painting_3: Upload = None,
    mask: Upload = None,
) -> Iterator[Any]:
    """Carries a picture that was painted before to a larger size, given what it was painted from: previews, and at last
    a PNG. Its other settings are those in the picture.
    """
    values = locals() | {"mask": mask["path"] if mask else ""}
    with parts.refused():
        parts.opened(picture, NO_PICTURE, None, enlarge=False)  # within the limits, which do not hold for our own
        start = str(picture["path"]) if picture else ""
        runs = from_record(read_settings(start))
        yield from _shown(paint(values, enlarged(size)(values, runs), runs, start, lambda: False))


def _shown(stream: Generator[News, None, None]) -> Iterator[str]:
    with closing(stream) as news:
        for each in news:
            if each.look:
                yield each.png or each.shown
