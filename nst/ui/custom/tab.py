"""The tab: what is on it, and which of its events does what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import gradio as gr

from nst.ui import formats, jobs, parts, visit
from nst.ui.custom import balance, endpoint, keeping, links, mask, pairs, plans
from nst.ui.custom.layout import Desk, Wall, invite, lay_out
from nst.ui.custom.painting import begin, rest, show
from nst.ui.custom.plans import PAINTINGS, Plan, Values
from nst.ui.events import HIDDEN, PROMPT, QUICK, Update, handler
from nst.ui.jobs import Job, Stopped
from nst.ui.visit import Kept, Strip


def build(page: gr.Blocks, strip: Strip, known: gr.State) -> gr.Image:
    """The tab's components and events, and of them the place of its photo; `page` is the `gr.Blocks` that is open."""
    desk, wall = lay_out()
    _wire_pictures(desk, wall)
    _wire_work(page, desk, wall, strip)
    _wire_results(desk, wall, strip)
    _wire_quality(page, desk, known)
    endpoint.build(page, desk.values)
    photo: gr.Image = desk.values["photo"]
    return photo


def _wire_pictures(desk: Desk, wall: Wall) -> None:
    values, places = desk.values, {**vars(desk), **desk.values, "status": wall.status}
    photo = values["photo"]
    pictures = [values[name] for name in ("photo", *PAINTINGS)]
    for place in pictures:
        place.input(parts.admit, place, place, **QUICK, **HIDDEN)
        place.change(handler(invite, places), [wall.status, *pictures], wall.status, queue=False, **HIDDEN)
    photo.change(handler(mask.give, places), photo, [desk.editor, desk.brushing], **QUICK, **HIDDEN)
    pair = [photo, values["painting"]]
    desk.pairs.select(handler(pairs.pick, places), None, pair, queue=False, **HIDDEN)
    gr.on([place.change for place in pair], handler(pairs.mark, places), pair, desk.pairs, queue=False, **HIDDEN)
    weights = [values["style_weight"], values["content_weight"]]
    _moved([desk.balance], handler(balance.weigh, places), desk.balance, weights)
    _moved(weights, handler(balance.follow, places), weights, desk.balance)


def _wire_quality(page: gr.Blocks, desk: Desk, known: gr.State) -> None:
    places = {**vars(desk), **desk.values}
    made = photo, encoder, size, steps = _made(desk)
    told, seen = handler(plans.told, places), [desk.balance, desk.quality, *desk.values.values()]
    arrived = page.load(handler(links.arrive, places), None, seen, queue=False, **HIDDEN)
    arrived.then(told, made, desk.quality, queue=False, **HIDDEN)
    gr.on([known.change, photo.change, encoder.input], told, made, desk.quality, queue=False, **HIDDEN)
    chosen, numbers = [desk.quality, photo, encoder], [desk.quality, size, steps]
    desk.quality.input(handler(plans.choose, places), chosen, numbers, queue=False, **HIDDEN)
    _moved([size, steps], handler(plans.follow, places), made, desk.quality)


def _made(desk: Desk) -> list[Any]:
    """What tells how long a painting takes."""
    return [desk.values[name] for name in ("photo", "encoder", "size", "steps")]


def _moved(sliders: Sequence[gr.Slider], function: Callable[..., Any], inputs: Any, outputs: Any) -> None:
    """What happens when a person moves a slider, or presses its reset button, which counts as a release alone."""
    happened = [each for slider in sliders for each in (slider.input, slider.release)]
    gr.on(happened, function, inputs, outputs, queue=False, trigger_mode="always_last", **HIDDEN)


def _wire_work(page: gr.Blocks, desk: Desk, wall: Wall, strip: Strip) -> None:
    names = ("mask", *desk.values)

    def named(values: tuple[Any, ...]) -> Values:
        return dict(zip(names, values, strict=True))

    def job(plan: Plan, anew: bool) -> Job:
        def paint(stopped: Stopped, history: list[Kept], done: str, *values: Any) -> Iterator[Update]:
            return show(stopped, named(values), plan, "" if anew else done, history)

        return paint

    buttons = [
        (wall.start, job(plans.anew, anew=True)),
        (wall.onward, job(plans.continued, anew=False)),
        *((button, job(plans.enlarged(size), anew=False)) for size, button in wall.enlarge.items()),
    ]
    # The editor's picture comes in pieces, which only gradio's own preparation puts together.
    masked: dict[str, Any] = {**PROMPT, "preprocess": True}
    take_mask = handler(mask.take, vars(desk))
    jobs.at_the_easel(
        page,
        wall,
        vars(wall) | vars(desk) | vars(strip),
        jobs=[(button.click, paint) for button, paint in buttons],
        # Last: a browser takes seconds to send the editor's picture.
        ahead=lambda begun: begun.success(take_mask, desk.editor, desk.mask, **masked),
        check=lambda _, __, *values: begin(named(values)),
        rest=rest,
        inputs=[strip.history, wall.done, desk.mask, *desk.values.values()],
        state=[wall.done, wall.suffix, *_made(desk)],
        outputs=[wall.start, wall.onward, wall.further, wall.enlarging, wall.leave, wall.waiting, wall.stop,
                 wall.status, wall.download, wall.share, wall.canvas, wall.curve, wall.done, desk.quality, strip.past,
                 strip.visit],
    )  # fmt: skip


def _wire_results(desk: Desk, wall: Wall, strip: Strip) -> None:
    """What becomes of a painting."""
    places = {**vars(wall), **vars(desk), **desk.values, **vars(strip)}
    wall.suffix.input(handler(formats.change, places), [wall.done, wall.suffix], wall.download, **PROMPT)
    again = [wall.canvas, wall.status, wall.done, wall.download, wall.share, wall.start, wall.onward, wall.enlarging,
             desk.quality, desk.balance, *desk.values.values()]  # fmt: skip
    visit.when_picked(strip, keeping.look_back, places, [wall.suffix], again)
    for button, place in ((wall.as_photo, "photo"), (wall.as_painting, "painting")):
        leading = [desk.values[place], wall.start, wall.onward]
        button.click(handler(keeping.used_as(place), places), wall.done, leading, **PROMPT)
