"""Commands that teach styles, and train what the project ships with."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from tqdm import tqdm

from nst.cli.arguments import Command, Parser, add_settings, flag, settings_of
from nst.cli.progress import followed, show_download
from nst.common.encoders import download_encoder
from nst.common.errors import UserError
from nst.common.files import make_folder
from nst.common.images import find_pictures
from nst.training import base, distillation
from nst.training.side_by_side import Made, make_styles
from nst.training.teacher import load_teacher
from nst.training.teaching import Moment, TeachSettings
from nst.training.thumbnails import write_thumbnails
from nst.training.workshop import Task, make_style


def add_to(command: Command) -> None:
    train = command("train", None, "Teach styles of your own, and train what the project ships with.").commands("WHAT")

    made = train("encoder", _encoder, "Distil the compact encoder.")
    made.add_argument("--paintings", type=Path, required=True, nargs="+", help="folders of paintings")
    _add_lesson(made, distillation.Settings())

    made = train("base", _base, "Train the base of all styles.")
    made.add_argument("--paintings", type=Path, required=True, nargs="+", help="folders of paintings, a style each")
    _add_lesson(made, base.Settings())

    made = train("style", _style, "Teach a style of your own, from any painting, in minutes.")
    made.add_argument("painting", type=Path, nargs="+", help="a painting; of several, what they have in common")
    made.add_argument("-o", "--out", type=Path, required=True, help="the style to write: .safetensors")
    made.add_argument(
        "--run", dest="folder", type=Path, help="a folder for the state, the log and samples (default: OUT.run)"
    )
    _add_teaching(made)

    made = train("styles", _styles, "Teach a style for every painting of a folder.")
    made.add_argument("paintings", type=Path, help="the folder")
    made.add_argument("-o", "--out", type=Path, required=True, help="the folder to write to; what is there is skipped")
    made.add_argument(
        "--ray",
        action="store_true",
        help="teach them side by side, on the Ray cluster that RAY_ADDRESS names, or else on this machine",
    )
    _add_teaching(made)

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
    teacher, settings = load_teacher(parsed.teacher), settings_of(base.Settings, parsed)
    base.train_base(parsed.photos, parsed.paintings, teacher, parsed.out, parsed.folder, settings)


def _add_teaching(parser: Parser) -> None:
    """How a style is taught."""
    add_settings(parser, TeachSettings)
    parser.add_argument("--steps", type=int, help="how many steps are taken, however long that is")
    parser.add_argument(
        "--photos", type=Path, nargs="+", default=[], help="folders of photographs (default: what comes with this)"
    )
    parser.add_argument("--base", type=Path, help="the network to start from (default: the base that comes with this)")
    parser.add_argument(
        "--teacher", type=Path, nargs="+", default=[], help="weights of VGG-19 or parts of it, in place of an encoder"
    )


def _task(parsed: argparse.Namespace, paintings: Sequence[Path], out: Path, run: Path | None = None) -> Task:
    settings, photos, teacher = settings_of(TeachSettings, parsed), tuple(parsed.photos), tuple(parsed.teacher)
    if parsed.steps is not None and parsed.steps < 1:
        raise UserError(f"Steps cannot be {parsed.steps}. It is a whole number from 1 on.")
    if not teacher:
        show_download(download_encoder(settings.encoder))
    return Task(tuple(paintings), out, settings, photos, parsed.base, teacher, parsed.steps, run)


def _style(parsed: argparse.Namespace) -> None:
    _follow(_task(parsed, parsed.painting, parsed.out, parsed.folder))


def _styles(parsed: argparse.Namespace) -> None:
    """Teaches a style for every painting; one that cannot be learned is named, and the others go on."""
    paintings, tasks = find_pictures(parsed.paintings), dict[Path, Task]()
    make_folder(parsed.out)
    for painting in paintings:
        task = _task(parsed, [painting], parsed.out / f"{painting.stem}.safetensors")
        if not task.is_done:
            tasks.setdefault(task.out, task)
    problems = 0
    way = _side_by_side if parsed.ray and tasks else _in_turn
    with closing(way(list(tasks.values()))) as made:
        for task, problem in made:
            if problem:
                problems += 1
                tqdm.write(f"{task.paintings[0].name}: {problem}", file=sys.stderr)
    if problems:
        raise UserError(f"{problems} of {len(paintings)} could not be learned; the others are in {parsed.out}.")


def _in_turn(tasks: Sequence[Task]) -> Generator[Made, None, None]:
    """Makes one style after the other."""
    for task in tasks:
        try:
            _follow(task)
        except UserError as error:
            yield Made(task, str(error))


def _side_by_side(tasks: Sequence[Task]) -> Generator[Made, None, None]:
    """Makes styles on Ray, telling which are done."""
    for task in tasks:
        print(f"{task.out.stem}: {task.folder} shows how it goes.", file=sys.stderr)
    try:
        with closing(make_styles(tasks)) as styles:
            for _, made in followed(enumerate(styles, 1), lambda at: (at[0], len(tasks)), unit="style"):
                if not made.problem:
                    tqdm.write(str(made.task.out))
                yield made
    except KeyboardInterrupt:
        print(f"\n{tasks[0].out.parent} has the styles so far; the same command goes on.", file=sys.stderr, end="")
        raise


def _follow(task: Task) -> None:
    """Makes a style, telling how it goes."""
    try:
        with closing(make_style(task)) as moments:
            shown = followed(moments, lambda moment: (moment.step, moment.of), _words, desc=task.out.stem)
            for count, moment in enumerate(shown):
                if not count:
                    left = f"about {moment.seconds_left / 60:.1f} minutes"
                    tqdm.write(f"{task.out.stem}: {left}; {task.folder} shows how it goes.", file=sys.stderr)
                if moment.note:
                    tqdm.write(moment.note, file=sys.stderr)
    except KeyboardInterrupt:
        if task.out.exists():
            print(f"\n{task.out} is the style so far; the same command goes on.", file=sys.stderr, end="")
        raise
    print(task.out)


def _words(moment: Moment) -> str:
    losses = ", ".join(f"{key} {value:.3f}" for key, value in moment.losses.items())
    return f"{losses}, {moment.seconds_left:.0f} s left"


def _thumbnails(parsed: argparse.Namespace) -> None:
    write_thumbnails(parsed.out, parsed.networks)
