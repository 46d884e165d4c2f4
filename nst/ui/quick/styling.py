"""What every source of the quick tab shares: the gallery of styles, and how the picture is painted."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr

from nst.common.errors import UserError
from nst.common.weights import HubFile, download
from nst.quick.feedforward import StylizeSettings
from nst.quick.presets import BLANK, Preset, catalogue, find, presets_in
from nst.ui import parts
from nst.ui.events import PAGE, Update

WHOLE = "whole"  # the photo's own size
# A page should answer at once, so it does not start with the whole of a large photo.
SIZES: dict[str, int | str] = {
    "Small, 512 px": 512,
    "Medium, 1024 px": 1024,
    "Large, 2048 px": 2048,
    "As the photo": WHOLE,
}
SIZE = 1024
STROKES = {"Broad": 512, "Medium": 1024, "Fine": 2048}  # by the texture size
WEIGHTS = [".pth", ".pt", ".model", ".onnx", ".safetensors"]
# The fields of `Styling` that stand for those of `StylizeSettings`.
FIELDS = {
    "chosen": "style",
    "second": "second",
    "blend": "blend",
    "strength": "strength",
    "keep": "keep_colors",
    "size": "size",
    "strokes": "texture_size",
}
STYLE = ("chosen", "second", "blend", "strength")  # the first of them, which say what style, or mix, it is
NO_STYLE = "There is no style yet: pick one."


class Choice(NamedTuple):
    """What the visitor chose."""

    settings: StylizeSettings
    more: Sequence[Preset]  # beside the catalogue: the visitor's own

    @property
    def presets(self) -> list[Preset]:
        return [preset for preset, _ in self.styles]

    @property
    def styles(self) -> list[tuple[Preset, float]]:
        """With their shares."""
        return [(find(slug, self.more), share) for slug, share in self.settings.shares.items()]

    @property
    def title(self) -> str:
        return " and ".join(preset.title for preset in self.presets)

    @property
    def slug(self) -> str:
        return "-".join(self.settings.shares)

    @property
    def logged(self) -> str:
        """Their names for the log, which names none that a visitor brought."""
        known = {preset.slug for preset in catalogue()}
        return "+".join(slug if slug in known else "own" for slug in self.settings.shares)

    def sized(self, size: int | None) -> Choice:
        return self._replace(settings=replace(self.settings, size=size))


@dataclass(frozen=True)
class Styling:
    """The components."""

    own: gr.State  # paths of the visitor's files of weights
    chosen: gr.State  # slug
    second: gr.Dropdown
    blend: gr.Slider
    strength: gr.Slider
    keep: gr.Checkbox
    size: gr.Radio
    strokes: gr.Radio
    gallery: gr.Gallery

    @property
    def inputs(self) -> list[Any]:
        """Those whose values `choice` wants."""
        return [self.own, *self.settings]

    @property
    def settings(self) -> list[Any]:
        """Those of `FIELDS`."""
        return [getattr(self, name) for name in FIELDS]

    @property
    def style(self) -> list[Any]:
        """Those of `STYLE`."""
        return [getattr(self, name) for name in STYLE]

    @property
    def sliders(self) -> list[Any]:
        """Those of them that repaint when they are moved."""
        return self.settings[1:]


def choice(own: Sequence[str], style: str, *values: Any) -> Choice:
    """What the values of `Styling.inputs` say; `UserError` where no style is chosen."""
    if not style:
        raise UserError(NO_STYLE)
    given = dict(zip(FIELDS.values(), (style, *values), strict=True))
    size = None if given["size"] == WHOLE else given["size"]
    return Choice(parts.settings_from(StylizeSettings, given | {"size": size}), own_presets(own))


def usual(preset: Preset) -> tuple[Any, ...]:
    """The values of the controls when a style is picked first."""
    return preset.slug, "", StylizeSettings.blend, preset.strength, False, SIZE, StylizeSettings.texture_size


def own_presets(own: Sequence[str]) -> list[Preset]:
    """The presets in a visitor's own files."""
    return [preset for path in own for preset in _presets_of(path)]


def shelf(own: Sequence[str]) -> list[tuple[str, str]]:
    """All presets as thumbnails; what must be downloaded first has a cloud."""
    return [
        (_thumb(preset), preset.title if preset.downloaded else f"{preset.title}\u00a0☁") for preset in _presets(own)
    ]


def framed(own: Sequence[str], slug: str) -> gr.Gallery:
    """The gallery with the frame around that style."""
    return gr.Gallery(selected_index=[preset.slug for preset in _presets(own)].index(slug))


def fallback(own: Sequence[str], worked: tuple[Any, ...] | None, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values with the style, or mix, that `worked`, and its strength, in place of one that cannot be had."""
    if not worked or not all(preset.downloaded for preset in choice(own, *worked).presets):
        worked = usual(next(preset for preset in catalogue() if preset.downloaded))
    kept = len(STYLE)
    return *worked[:kept], *values[kept:]


def chosen_again(own: Sequence[str], values: tuple[Any, ...]) -> Update:
    """The controls of the style as these values say."""
    return {**dict(zip(STYLE, values, strict=False)), "gallery": framed(own, values[0])}


def fetched(chosen: Choice) -> Iterator[str]:
    """Downloads what is not here yet, telling how far that is in HTML."""
    for preset in chosen.presets:
        if isinstance(preset.source, HubFile):
            with closing(download(preset.source, preset.title)) as progress:
                for done, of in progress:
                    yield parts.status(f"Downloading {preset.title}: {done / 1e6:.1f} of {of / 1e6:.1f} MB", done, of)


def _thumb(preset: Preset) -> str:
    try:
        return parts.thumb(preset.thumbnail)
    except UserError:  # of a collection that somebody else made
        return parts.thumb(BLANK)


def build_gallery() -> tuple[gr.State, gr.State, gr.Gallery, gr.File]:
    """Slug of the chosen style, the visitor's own files, the gallery, and the place where own files are put."""
    chosen, own = gr.State(""), gr.State([])
    gr.HTML(
        "<h2>The style</h2><p>Those with a ☁ are downloaded when they are first picked.</p>",
        elem_id="styles-words",
    )
    gallery = parts.shelf(shelf([]), "Styles", columns=5, elem_id="styles", elem_classes="shelf")
    with gr.Accordion("A network of your own", open=False, elem_id="own"):
        gr.HTML(
            "<p>A feed-forward network that you trained or have: one of pytorch/examples’ fast_neural_style (.pth, "
            ".onnx) or a style of this program (.safetensors). It joins the gallery for this visit.</p>"
        )
        file = gr.File(label="Weights", file_types=WEIGHTS, height=150, elem_id="own-file")
    return chosen, own, gallery, file


def build_settings(chosen: gr.State, own: gr.State, gallery: gr.Gallery) -> Styling:
    """The controls below the picture."""
    with gr.Group():
        strength = parts.control(
            StylizeSettings,
            "strength",
            "Strength",
            "0 is the photo, 1 the style, more goes beyond it.",
            elem_id="strength",
        )
        with gr.Row(elem_classes="pair"):
            second = gr.Dropdown(
                _titles([]), value="", label="Mix with", info="A second style.", elem_id="second", min_width=140
            )
            blend = parts.control(
                StylizeSettings, "blend", "How much of it", " ", elem_id="blend", visible=False, min_width=140
            )
        keep = parts.control(
            StylizeSettings, "keep_colors", "Keep the photo’s colours", "Only light and dark are painted."
        )
        strokes = gr.Radio(
            list(STROKES.items()),
            value=StylizeSettings.texture_size,
            label="Strokes",
            info="How large the texture is, in pictures that are large enough to hold it.",
            elem_id="strokes",
        )
        size = gr.Radio(
            [*SIZES.items()],
            value=SIZE,
            label="Size",
            info="The painting’s longer side. A smaller photo is enlarged; larger takes longer.",
            elem_id="quick-size",
        )
    second.change(lambda slug: gr.Slider(visible=bool(slug)), second, blend, queue=False, **PAGE)
    return Styling(own, chosen, second, blend, strength, keep, size, strokes, gallery)


def pick(event: gr.SelectData, own: Sequence[str]) -> Update:
    """A style of the gallery is chosen."""
    preset = _presets(own)[event.index]
    return {"chosen": preset.slug, "strength": preset.strength}


def join(upload: parts.Upload, own: Sequence[str]) -> Update:
    """A file of the visitor's joins the gallery, and the first style in it is chosen."""
    if not upload:
        return {}
    presets, index = presets_in(Path(upload["path"])), len(shelf(own))
    shown = offered([*own, upload["path"]])
    return shown | {"chosen": presets[0].slug, "gallery": gr.Gallery(shown["gallery"], selected_index=index)}


def offered(own: Sequence[str]) -> Update:
    """The styles to pick from, with the visitor's own."""
    return {"own": own, "gallery": shelf(own), "second": gr.Dropdown(_titles(own))}


@functools.lru_cache(maxsize=64)
def _presets_of(path: str) -> tuple[Preset, ...]:
    return presets_in(Path(path))


def _titles(own: Sequence[str]) -> list[tuple[str, str]]:
    return [("Nothing", ""), *((preset.title, preset.slug) for preset in _presets(own))]


def _presets(own: Sequence[str]) -> list[Preset]:
    """Those in the gallery, in its order."""
    return [*catalogue(), *own_presets(own)]
