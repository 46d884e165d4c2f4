"""Commands that measure: how well the styles paint, and how fast this machine is."""

from __future__ import annotations

import argparse
from pathlib import Path

from nst.cli.arguments import Command
from nst.common.images import check_path
from nst.measure.load import measure_load
from nst.measure.quality import evaluate
from nst.measure.speed import bench


def add_to(command: Command) -> None:
    made = command("evaluate", _evaluate, "Measure how well the ready-made styles that come with it paint.")
    made.add_argument("--photos", type=Path, required=True, help="a folder of photographs")
    made.add_argument("--paintings", type=Path, required=True, help="a folder of the paintings, named by style")
    made.add_argument("-o", "--out", type=Path, default=Path("evaluation.jpg"), help="the contact sheet to write")

    command("bench", lambda _: bench(), "Measure seconds and memory on this machine.")

    made = command("load", _load, "Measure how the app bears many visitors at once.")
    made.add_argument("--address", help="that of an app which runs on this machine (default: one is started)")
    made.add_argument("--visitors", type=int, default=20, help="how many there are (default 20)")
    made.add_argument("--every", type=float, default=5.0, help="seconds from one picture of theirs to the next (5)")
    made.add_argument("--minutes", type=float, default=5.0, help="how long that goes on (5)")


def _load(parsed: argparse.Namespace) -> int:
    return 0 if measure_load(parsed.address, parsed.visitors, parsed.every, parsed.minutes) else 1


def _evaluate(parsed: argparse.Namespace) -> None:
    check_path(parsed.out)
    evaluate(parsed.photos, parsed.paintings, parsed.out)
