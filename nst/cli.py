"""The command line: arguments, files and progress bars."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from nst.bench import bench
from nst.errors import UserError
from nst.evaluate import evaluate
from nst.images import check_path, load_image, save_image
from nst.optimize import Frame, OptimizeSettings, optimize
from nst.presets import catalogue
from nst.settings import options
from nst.stylize import StylizeSettings, stylize
from nst.training import bank, encoder
from nst.training.thumbnails import write_thumbnails


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. 0 on success; 2 and one sentence on stderr for what a person can mend."""
    try:
        parsed = _parser().parse_args(arguments)
        parsed.run(parsed)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message[:1].upper()}{message[1:]}. See {self.prog} --help.")


def _parser() -> _Parser:
    parser = _Parser(prog="python -m nst", description="Turn photographs into paintings.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, run: Callable[[argparse.Namespace], None], words: str) -> _Parser:
        made = commands.add_parser(name, help=words, description=words)
        made.set_defaults(run=run)
        return made

    command("styles", _styles, "List the ready-made styles.")

    made = command("stylize", _stylize, "Paint a photo in a ready-made style.")
    made.add_argument("photo", type=Path)
    _add_settings(made, StylizeSettings)
    made.add_argument("-o", "--out", type=Path, required=True, help="the picture to write: .png, .jpg or .webp")

    made = command("optimize", _optimize, "Paint a photo in the style of any painting.")
    made.add_argument("photo", type=Path)
    made.add_argument("painting", type=Path)
    _add_settings(made, OptimizeSettings)
    made.add_argument("-o", "--out", type=Path, required=True, help="the picture to write: .png, .jpg or .webp")

    made = command("evaluate", _evaluate, "Measure how well the ready-made styles that come with it paint.")
    made.add_argument("--photos", type=Path, required=True, help="a folder of photographs")
    made.add_argument("--paintings", type=Path, required=True, help="a folder of the paintings, named by style")
    made.add_argument("-o", "--out", type=Path, default=Path("evaluation.jpg"), help="the contact sheet to write")

    command("bench", lambda _: bench(), "Measure seconds and memory on this machine.")

    made = command("train", lambda parsed: parsed.train(parsed), "Train what the project ships with.")
    kinds = made.add_subparsers(required=True, metavar="WHAT", parser_class=_Parser)
    made = kinds.add_parser("encoder", help="distil the compact encoder")
    made.set_defaults(train=_train_encoder)
    made.add_argument("--teacher", type=Path, required=True, help="weights of a slim VGG-19 with heads (safetensors)")
    made.add_argument("--photos", type=Path, required=True, help="a folder of photographs")
    made.add_argument("--paintings", type=Path, required=True, help="a folder of paintings")
    _add_training(made, encoder.Settings)
    made = kinds.add_parser("bank", help="train the style bank")
    made.set_defaults(train=_train_bank)
    made.add_argument("--photos", type=Path, required=True, help="a folder of photographs")
    made.add_argument("--paintings", type=Path, required=True, nargs="+", help="folders of paintings, a style each")
    _add_training(made, bank.Settings)
    made = kinds.add_parser("thumbnails", help="paint the gallery's thumbnails with the bank")
    made.set_defaults(train=lambda parsed: write_thumbnails(parsed.out))
    made.add_argument("-o", "--out", type=Path, required=True, help="the folder to write to")
    return parser


def _add_settings(parser: _Parser, settings: type) -> None:
    """An option for every field of a settings dataclass, with its words, its choices and its default."""
    known = options(settings)
    for field in dataclasses.fields(settings):
        option = known[field.name]
        if isinstance(field.default, bool):
            parser.add_argument(_flag(field.name), action="store_true", help=option.words)
            continue
        words = option.words + (f": {', '.join(option.choices)}" if option.choices else "")
        shown = "" if field.default in (None, ()) else f" (default {field.default})"
        kind = _tuple_of(float if "weights" in field.name else str) if field.default == () else type(field.default)
        parser.add_argument(
            _flag(field.name),
            type=int if field.default is None else kind,
            default=field.default,
            metavar=field.name.split("_")[-1].upper(),
            help=(words + shown).replace("%", "%%"),
        )


def _add_training(parser: _Parser, settings: type) -> None:
    parser.add_argument("-o", "--out", type=Path, required=True, help="the weights to write (safetensors)")
    parser.add_argument("--run", dest="folder", type=Path, required=True, help="a folder for the state and the log")
    for field in dataclasses.fields(settings):
        parser.add_argument(_flag(field.name), type=type(field.default), default=field.default)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _tuple_of(kind: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    def parse(text: str) -> tuple[Any, ...]:
        return tuple(kind(item) for item in text.split(",") if item)

    parse.__name__ = "list"  # for the message about a value that is none
    return parse


def _settings(kind: Any, parsed: argparse.Namespace) -> Any:
    return kind(**{field.name: getattr(parsed, field.name) for field in dataclasses.fields(kind)})


def _styles(_: argparse.Namespace) -> None:
    for preset in catalogue():
        note = "" if preset.downloaded else "  (downloaded when first used)"
        print(f"{preset.slug:24}{preset.title}, {preset.artist}, {preset.year}{note}")


def _stylize(parsed: argparse.Namespace) -> None:
    settings: StylizeSettings = _settings(StylizeSettings, parsed)
    check_path(parsed.out)
    picture = stylize(load_image(parsed.photo, settings.size), settings)
    save_image(picture, parsed.out, dataclasses.asdict(settings))
    print(parsed.out)


def _optimize(parsed: argparse.Namespace) -> None:
    settings: OptimizeSettings = _settings(OptimizeSettings, parsed)
    check_path(parsed.out)
    photo, painting = (load_image(path, settings.size) for path in (parsed.photo, parsed.painting))
    last: Frame | None = None
    try:
        for last in optimize(photo, painting, settings):
            _progress(last)
    except KeyboardInterrupt:
        if last is None:
            raise
        print(f"\nStopped at step {last.step}; what is there is kept.", file=sys.stderr)
    if last is not None:
        save_image(last.picture, parsed.out, dataclasses.asdict(settings) | {"steps_done": last.step})
        print(parsed.out)


def _progress(frame: Frame) -> None:
    """One line on stderr that is written over and over, where somebody can see it."""
    if not sys.stderr.isatty():
        return
    filled = round(24 * frame.step / frame.of)
    bar = "█" * filled + "░" * (24 - filled)
    losses = f"content {frame.content_loss:.3f}  style {frame.style_loss:.5f}  total {frame.total_loss:.3f}"
    end = "\n" if frame.step == frame.of else ""
    line = f"\r{bar} {frame.step}/{frame.of}  {losses}  {frame.seconds_left:.0f} s left "
    print(line, end=end, file=sys.stderr, flush=True)


def _evaluate(parsed: argparse.Namespace) -> None:
    check_path(parsed.out)
    evaluate(parsed.photos, parsed.paintings, parsed.out)


def _train_encoder(parsed: argparse.Namespace) -> None:
    settings = _settings(encoder.Settings, parsed)
    encoder.distil(parsed.teacher, parsed.photos, parsed.paintings, parsed.out, parsed.folder, settings)


def _train_bank(parsed: argparse.Namespace) -> None:
    bank.train_bank(parsed.photos, parsed.paintings, parsed.out, parsed.folder, _settings(bank.Settings, parsed))
