"""Commands that train what the project ships with."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import Any

from nst.cli.arguments import Command, Parser, flag, settings_of
from nst.common.weights import bundled
from nst.training import distillation, style
from nst.training.teacher import load_teacher
from nst.training.thumbnails import write_thumbnails


def add_to(command: Command) -> None:
    train = command("train", None, "Train what the project ships with.").commands("WHAT")

    made = train("encoder", _encoder, "Distil the compact encoder.")
    made.add_argument("--paintings", type=Path, required=True, nargs="+", help="folders of paintings")
    _add_lesson(made, distillation.Settings())

    made = train("base", _base, "Train the base of all styles.")
    made.add_argument("--paintings", type=Path, required=True, nargs="+", help="folders of paintings, a style each")
    _add_lesson(made, style.BASE)

    made = train("style", _style, "Train the network of one style from the base.")
    made.add_argument("painting", type=Path)
    made.add_argument("--base", type=Path, help="the network to start from (default: the base that comes with this)")
    _add_lesson(made, style.STYLE)

    made = train("thumbnails", _thumbnails, "Paint the gallery's thumbnails.")
    made.add_argument("--networks", type=Path, help="a folder with networks of the presets that do not come with this")
    made.add_argument("-o", "--out", type=Path, required=True, help="the folder to write to")


def _add_lesson(parser: Parser, defaults: Any) -> None:
    """What is learned from, where a training writes, and an option for every field of its settings."""
    parser.add_argument("--photos", type=Path, required=True, nargs="+", help="folders of photographs")
    parser.add_argument(
        "--teacher", type=Path, nargs="+", default=[], help="weights of VGG-19 or parts of it (default: from the Hub)"
    )
    parser.add_argument("-o", "--out", type=Path, required=True, help="the weights to write (safetensors)")
    parser.add_argument("--run", dest="folder", type=Path, required=True, help="a folder for the state and the log")
    for field in dataclasses.fields(defaults):
        value = getattr(defaults, field.name)
        parser.add_argument(flag(field.name), type=type(value), default=value, help=f"(default {value})")


def _encoder(parsed: argparse.Namespace) -> None:
    teacher, settings = load_teacher(parsed.teacher), settings_of(distillation.Settings, parsed)
    distillation.distil(teacher, parsed.photos, parsed.paintings, parsed.out, parsed.folder, settings)


def _base(parsed: argparse.Namespace) -> None:
    teacher, settings = load_teacher(parsed.teacher), settings_of(style.Settings, parsed)
    style.train_base(parsed.photos, parsed.paintings, teacher, parsed.out, parsed.folder, settings)


def _style(parsed: argparse.Namespace) -> None:
    teacher, settings = load_teacher(parsed.teacher), settings_of(style.Settings, parsed)
    base = parsed.base or bundled("base.safetensors")
    style.train_style(parsed.photos, parsed.painting, base, teacher, parsed.out, parsed.folder, settings)


def _thumbnails(parsed: argparse.Namespace) -> None:
    write_thumbnails(parsed.out, parsed.networks)
