"""The endpoint `/teach`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import gradio as gr

from nst.common.images import Limits
from nst.quick.presets import catalogue, slug_of
from nst.training.teaching import TeachSettings
from nst.ui import parts
from nst.ui.endpoints import described, publish
from nst.ui.events import TEACH
from nst.ui.jobs import admitted
from nst.ui.parts import Upload
from nst.ui.teach import turns
from nst.ui.teach.learning import learn, title_from
from nst.ui.teach.naming import free_title


def build(page: gr.Blocks, painting: gr.Image) -> None:
    """The endpoint, with the components that only clients use; `page` is the `gr.Blocks` that is open."""

    @described(TeachSettings, painting="The painting to learn from")
    def teach(painting: Upload, minutes: float, painting_size: int, style_weight: float) -> Iterator[str | None]:
        """Learns a style from a painting, in minutes: a safetensors file, which the page and the command line take for
        a style. After each step comes null.
        """
        values = {"minutes": minutes, "painting_size": painting_size, "style_weight": style_weight}
        with parts.refused():
            settings = parts.settings_from(TeachSettings, values)
            for news in learn([painting], settings, lambda: False, partial(turns.others_work, page)):
                if news.last:
                    title = free_title(title_from([painting]), catalogue())
                    path = parts.fresh_folder() / f"{slug_of(title)}.safetensors"
                    news.moment.save(path, title, settings)
                    yield str(path)
                else:
                    yield None

    given = [
        gr.Number(min(TeachSettings.minutes, Limits().teach_minutes), label="minutes", visible=False),
        gr.Number(TeachSettings.painting_size, label="painting_size", precision=0, visible=False),
        gr.Number(TeachSettings.style_weight, label="style_weight", visible=False),
    ]
    file = gr.File(label="style", visible=False)
    publish(teach, [painting, *given], file, TEACH, admitted(turns.LINE, page))
