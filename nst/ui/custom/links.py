"""Links to the settings of a painting, for pictures of one's own or the same examples."""

from __future__ import annotations

import re
from typing import Any

import gradio as gr

from nst.common.settings import Option, options
from nst.custom.optimization import OptimizeSettings
from nst.ui import links
from nst.ui.custom import balance, pairs, plans
from nst.ui.custom.plans import LARGEST, PAINTINGS, Values
from nst.ui.events import Update
from nst.ui.links import Parameters

TAB = "custom"  # its name in the address
SHARE = Option("Of a painting", low=0, high=LARGEST)
LIST = re.compile(r"[\w., ]{,200}")  # names or numbers
_USUAL = plans.values_of(OptimizeSettings(), dict.fromkeys(PAINTINGS, True))


def query(settings: OptimizeSettings, pictures: Values) -> str:
    """What stands behind the address: the examples among the pictures, and the settings that are not as usual."""
    examples = {name: path.stem for name in ("photo", "painting") if (path := pairs.example(pictures[name]))}
    values = plans.values_of(settings, pictures)
    said = {name: value for name, value in values.items() if value != _USUAL[name]}
    return links.query({"tab": TAB, **examples, **said})


def read(parameters: Parameters) -> Update:
    """The values of the page that an address asks for; none where it does not lead to this tab.

    What is wrong in it is left out, and numbers that are out of range are at its end.
    """
    if parameters.get("tab") != TAB:
        return {}
    known = {**options(OptimizeSettings), **dict.fromkeys(PAINTINGS.values(), SHARE)}
    values = {name: _value(parameters, name, known[name]) for name in _USUAL if name in parameters}
    if values.get("style_weight") == 0 == values.get("content_weight"):  # which nothing can be painted with
        del values["style_weight"], values["content_weight"]
    return values | pairs.named(parameters)


def arrive(request: gr.Request) -> Update:
    """The page as the address asks for it."""
    values = read(request.query_params)
    if not values:
        return {}
    now = _USUAL | values
    photo = {"path": now["photo"]} if "photo" in now else None
    return {
        **values,
        **plans.follow(photo, now["encoder"], now["size"], now["steps"]),
        **balance.follow(now["style_weight"], now["content_weight"]),
    }


def _value(parameters: Parameters, name: str, option: Option) -> Any:
    """What an address says of a setting, or as it usually is."""
    given, usually = parameters[name], _USUAL[name]
    if isinstance(usually, bool):
        return {"0": False, "1": True}.get(given, usually)
    if option.choices:
        return given if given in option.choices else usually
    if isinstance(usually, str):
        return given if LIST.fullmatch(given) else usually
    return links.number(parameters, name, option, usually)
