"""The endpoints `/reconstruct` and `/texture`."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from typing import Any

import gradio as gr
from torch import Tensor

from nst.common.images import save_image, to_tensor
from nst.custom.frame import Frame
from nst.custom.inside import reconstruct as reconstruction
from nst.custom.inside import texture as textures
from nst.custom.optimization import OptimizeSettings
from nst.custom.pace import labour
from nst.ui import canvas, parts, times
from nst.ui.endpoints import described, publish
from nst.ui.events import EASEL
from nst.ui.inside.row import NO_PICTURE, STEPS
from nst.ui.inside.words import HELD, LAYERS
from nst.ui.jobs import Line, admitted, timed
from nst.ui.parts import Upload
from nst.ui.server import journal
from nst.ui.server.cores import CORES
from nst.ui.zerogpu import on_gpu

SIZE = 512
ONE = "The layer, {}".format(", ".join(map(" which holds ".join, zip(LAYERS, HELD["content"], strict=True))))
SOME = f"Layers with commas between them, of {', '.join(LAYERS)}; more and deeper ones hold larger forms; none: all"


def _seconds(picture: Tensor, seen: str | Sequence[str], settings: OptimizeSettings) -> float:
    return times.where_lent(labour(settings.size, settings.size, settings))


_reconstruct = CORES.patient(on_gpu(reconstruction, _seconds))
_texture = CORES.patient(on_gpu(textures, _seconds))


def build(page: gr.Blocks, picture: gr.Image) -> None:
    """The endpoints, with the components that only clients use; `page` is the `gr.Blocks` that is open."""
    layer = gr.Dropdown(LAYERS, value=LAYERS[3], label="layer", visible=False)
    layers = gr.Textbox("", label="layers", visible=False)
    size = gr.Number(SIZE, label="size", precision=0, visible=False)
    steps = gr.Number(STEPS, label="steps", precision=0, visible=False)
    seamless = gr.Checkbox(OptimizeSettings.seamless, label="seamless", visible=False)
    seed = gr.Number(OptimizeSettings.seed, label="seed", precision=0, visible=False)
    waits = admitted(Line(EASEL), page)
    made = gr.Image(label="picture", type="filepath", visible=False)
    publish(reconstruct, [picture, layer, size, steps, seed], made, EASEL, waits)
    publish(texture, [picture, layers, size, steps, seamless, seed], made, EASEL, waits)


@described(OptimizeSettings, photo="The photo to look at", layer=ONE)
def reconstruct(photo: Upload, layer: str, size: int, steps: int, seed: int) -> Iterator[str]:
    """Shows what one layer of the network that sees pictures holds of a photo: previews, and at last a PNG."""
    with parts.refused():
        settings = parts.settings_from(OptimizeSettings, {"size": size, "steps": steps, "seed": seed})
        seen = to_tensor(parts.opened(photo, NO_PICTURE, settings.size, enlarge=True))
        record = asdict(settings) | {"layer": layer}
        yield from _shown(_reconstruct(seen, layer, settings), f"{parts.stem(photo)}-{layer}", record)


@described(OptimizeSettings, painting="The painting, or anything with a texture", layers=SOME)
def texture(painting: Upload, layers: str, size: int, steps: int, seamless: bool, seed: int) -> Iterator[str]:
    """Paints a square of a painting's texture, which can be laid like tiles if it is seamless: previews, and at last
    a PNG.
    """
    with parts.refused():
        values = {"size": size, "steps": steps, "seamless": seamless, "seed": seed}
        settings, chosen = parts.settings_from(OptimizeSettings, values), parts.listed(layers)
        seen = to_tensor(parts.opened(painting, NO_PICTURE, settings.size, enlarge=False))
        record = asdict(settings) | {"layers": chosen}
        yield from _shown(_texture(seen, chosen, settings), f"{parts.stem(painting)}-texture", record)


def _shown(frames: Generator[Frame, None, None], name: str, record: dict[str, Any]) -> Iterator[str]:
    """Paths of previews, and of the PNG of that name at last."""
    folder = parts.fresh_folder()
    kind = "content" if "layer" in record else "style"
    with (
        journal.job("inside", lambda: False, size=record["size"], kind=kind) as work,
        closing(canvas.looks(frames, timed(work.stopped))) as looks,
    ):
        for look in looks:
            if look.last:
                png = folder / f"{name}.png"
                save_image(look.frame.picture, png, record | {"steps_done": look.frame.step})
                yield str(png)
            else:
                yield canvas.preview(look.frame.picture, folder, look.frame.step)
