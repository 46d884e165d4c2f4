"""Commands, and options made from the fields of settings dataclasses."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable, Collection
from typing import Any, NoReturn

from nst.common.errors import UserError
from nst.common.settings import options

Run = Callable[[argparse.Namespace], int | None]  # the exit status where it is not 0
Command = Callable[[str, Run | None, str], "Parser"]  # adds one: its name, what runs it, a sentence on what it does


class Parser(argparse.ArgumentParser):
    """A parser that raises `UserError` where argparse would exit."""

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message[:1].upper()}{message[1:]}. See {self.prog} --help.")

    def commands(self, metavar: str) -> Command:
        """Lets commands follow, one of which must be named; returns what adds one and gives its parser."""
        commands = self.add_subparsers(required=True, metavar=metavar)

        def add(name: str, run: Run | None, words: str) -> Parser:
            made = commands.add_parser(name, help=words, description=words)
            made.set_defaults(run=run)
            return made

        return add


def add_settings(parser: Parser, settings: type, names: Collection[str] = ()) -> None:
    """An option for every field of a settings dataclass or some, with its words, its choices and its default."""
    known = options(settings)
    for field in dataclasses.fields(settings):
        if names and field.name not in names:
            continue
        option = known[field.name]
        if isinstance(field.default, bool):
            action = argparse.BooleanOptionalAction if field.default else "store_true"
            parser.add_argument(flag(field.name), action=action, default=field.default, help=option.words)
            continue
        words = option.words + (f": {', '.join(option.choices)}" if option.choices else "")
        shown = "" if field.default in (None, ()) else f" (default {field.default})"
        kind = tuple_of(float if "weights" in field.name else str) if field.default == () else type(field.default)
        parser.add_argument(
            flag(field.name),
            type=int if field.default is None else kind,
            default=field.default,
            metavar=field.name.split("_")[-1].upper(),
            help=(words + shown).replace("%", "%%"),
        )


def settings_of(kind: Any, parsed: argparse.Namespace) -> Any:
    """The settings dataclass with what was given for its fields."""
    return kind(**{f.name: getattr(parsed, f.name) for f in dataclasses.fields(kind) if hasattr(parsed, f.name)})


def flag(name: str) -> str:
    """The option of a field."""
    return "--" + name.replace("_", "-")


def tuple_of(kind: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    """What reads an option with commas in it."""

    def parse(text: str) -> tuple[Any, ...]:
        return tuple(kind(item) for item in text.split(",") if item)

    parse.__name__ = "list"  # for the message about a value that is none
    return parse
