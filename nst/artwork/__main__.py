"""`python -m nst.artwork OUT_DIR` draws the pictures."""

from __future__ import annotations

import argparse
from pathlib import Path

from nst.artwork import draw_all

parser = argparse.ArgumentParser(prog="python -m nst.artwork", description="Draws the example pictures.")
parser.add_argument("folder", type=Path, metavar="OUT_DIR")
parser.add_argument("--size", type=int, default=768, help="long side in pixels")
args = parser.parse_args()
draw_all(args.folder, args.size)
