"""Settings as frozen dataclasses whose fields know their own words, ranges and choices.

The command line's options and the page's controls are made from these fields, so that a default stands in one place,
and no settings object can hold a value that the work cannot use.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from nst.common.errors import UserError


@dataclasses.dataclass(frozen=True)
class Option:
    """What a person is told of one setting, and what it may be. Where `low` and `high` are None there is no range."""

    words: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    whole: bool = False  # whether only whole numbers will do
    choices: tuple[str, ...] = ()

    def check(self, name: str, value: object) -> None:
        """Raises `UserError` with the allowed values if the value is not one of them."""
        if self.choices and value not in self.choices:
            raise UserError(f"{_spoken(name)} cannot be {value!r}. It is one of {', '.join(self.choices)}.")
        if self.low is not None and self.high is not None and value is not None:
            kinds = int if self.whole else (int, float)
            number = float(value) if isinstance(value, kinds) and not isinstance(value, bool) else math.nan
            if not self.low <= number <= self.high:  # so is what is not a number
                kind = "whole number" if self.whole else "number"
                raise UserError(
                    f"{_spoken(name)} cannot be {value}. It is a {kind} from {self.low:g} to {self.high:g}."
                )

    def nearest(self, number: float) -> float:
        """The number, or the end of the range that it is beyond."""
        return number if self.low is None or self.high is None else min(max(number, self.low), self.high)


def option(default: Any, words: str, **limits: Any) -> Any:
    """A dataclass field with a default and an `Option`."""
    return dataclasses.field(default=default, metadata={"option": Option(words, **limits)})


def options(settings: type) -> dict[str, Option]:
    """The options of a settings dataclass by field name, in order."""
    return {field.name: field.metadata["option"] for field in dataclasses.fields(settings)}


class Checked:
    """A base for settings dataclasses: every value is checked when the object is made."""

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(field.default, str) and not isinstance(value, str):
                raise UserError(f"{_spoken(field.name)} cannot be {value!r}. It is text.")
            field.metadata["option"].check(field.name, value)


def _spoken(name: str) -> str:
    return name.replace("_", " ").capitalize()
