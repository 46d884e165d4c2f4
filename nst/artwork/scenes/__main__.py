"""`python -m nst.artwork.scenes OUT_DIR` renders the scenes."""

from __future__ import annotations

import argparse
from pathlib import Path

from nst.artwork.scenes import render_all

parser = argparse.ArgumentParser(prog="python -m nst.artwork.scenes", description="Renders the example photographs.")
parser.add_argument("folder", type=Path, metavar="OUT_DIR")
parser.add_argument("--size", type=int, default=1600, help="long side in pixels")
args = parser.parse_args()
render_all(args.folder, args.size)
