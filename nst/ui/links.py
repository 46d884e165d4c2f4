"""Settings in the address of the page, and out of it; what is wrong there is left aside."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from nst.common.settings import Option

Parameters = Mapping[str, str]  # of an address


def query(said: Mapping[str, Any]) -> str:
    """What stands behind the address for these values: text, numbers, or whether something is so."""
    return f"?{urlencode({name: _written(value) for name, value in said.items()})}"


def number(parameters: Parameters, name: str, option: Option, usually: float) -> float:
    """A number within the range of a setting."""
    try:
        given = float(parameters.get(name, usually))
    except ValueError:
        return usually
    if not math.isfinite(given):
        return usually
    return option.nearest(round(given) if option.whole else given)


def _written(value: Any) -> str:
    return f"{value:g}" if isinstance(value, bool | float) else str(value)
