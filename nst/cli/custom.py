"""Commands of the custom path: photos in the style of any paintings, and looks inside the network that sees them."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Iterable
from pathlib import Path

from tqdm import tqdm

from nst.cli.arguments import Command, Parser, add_settings, settings_of, tuple_of
from nst.cli.progress import followed, show_download
from nst.common.encoders import download_encoder
from nst.common.errors import UserError
from nst.common.images import check_path, load_image, read_settings, save_image
from nst.custom.frame import Frame
from nst.custom.history import Run, Sources, from_record, replay, run_of, to_record
from nst.custom.inside import reconstruct, texture
from nst.custom.optimization import OptimizeSettings, optimize

INSIDE = ("size", "steps", "tv_weight", "encoder", "optimizer", "seed")  # settings that looks inside have use for


def add_to(command: Command) -> None:
    made = command("optimize", _optimize, "Paint a photo in the style of any paintings.")
    made.add_argument("photo", type=Path)
    made.add_argument("painting", type=Path, nargs="+")
    made.add_argument("--mask", type=Path, help="a picture of where the style goes: white or opaque, to black or clear")
    made.add_argument("--start", type=Path, help="a PNG that was painted before, to go on from")
    add_settings(made, OptimizeSettings)
    made.add_argument("-o", "--out", type=Path, required=True, help="the picture to write: .png, .jpg or .webp")

    made = command("enlarge", _enlarge, "Carry a painted picture to a larger size.")
    _add_files(made)
    made.add_argument("--size", type=int, default=2048, help="long side of the result in pixels (default 2048)")
    made.add_argument("-o", "--out", type=Path, required=True, help="the picture to write: .png, .jpg or .webp")

    made = command("replay", _replay, "Paint a picture again as the settings in its PNG say.")
    _add_files(made)
    made.add_argument("-o", "--out", type=Path, help="the picture to write (default: PICTURE-again.png)")

    made = command("reconstruct", _reconstruct, "Show what a layer of the encoder holds of a photo.")
    made.add_argument("photo", type=Path)
    made.add_argument("--layer", default="relu4_1", help="the layer (default relu4_1)")
    add_settings(made, OptimizeSettings, INSIDE)
    made.add_argument("-o", "--out", type=Path, help="the picture to write (default: PHOTO-LAYER.png)")

    made = command("texture", _texture, "Paint the texture that layers of the encoder hold of a painting.")
    made.add_argument("painting", type=Path)
    made.add_argument("--layers", type=tuple_of(str), default=(), help="the layers; none: the encoder's own")
    add_settings(made, OptimizeSettings, (*INSIDE, "style_layer_weights", "seamless"))
    made.add_argument("-o", "--out", type=Path, help="the picture to write (default: PAINTING-texture.png)")


def _add_files(parser: Parser) -> None:
    """A picture that was painted, and what it was painted from."""
    parser.add_argument("picture", type=Path)
    parser.add_argument("--content", type=Path, required=True, help="the photo")
    parser.add_argument("--style", type=Path, nargs="+", required=True, help="the paintings")
    parser.add_argument("--mask", type=Path, help="the mask, where there was one")


def _optimize(parsed: argparse.Namespace) -> None:
    runs = from_record(read_settings(parsed.start)) if parsed.start else []
    settings = settings_of(OptimizeSettings, parsed)
    _go_on(Sources(parsed.photo, tuple(parsed.painting), parsed.mask), settings, runs, parsed.start, parsed.out)


def _enlarge(parsed: argparse.Namespace) -> None:
    runs = from_record(read_settings(parsed.picture))
    settings = dataclasses.replace(runs[-1].settings, size=parsed.size, enlarge=True)
    _go_on(Sources(parsed.content, tuple(parsed.style), parsed.mask), settings, runs, parsed.picture, parsed.out)


def _go_on(sources: Sources, settings: OptimizeSettings, runs: list[Run], start: Path | None, out: Path) -> None:
    """Paints and saves a picture; `runs` are those that led to the start."""
    check_path(out)
    photo, paintings, mask = sources.load(settings)
    show_download(download_encoder(settings.encoder))
    begun = load_image(start) if start else None
    last = _last(optimize(photo, paintings, settings, mask=mask, start=begun))
    save_image(last.picture, out, to_record([*runs, run_of(sources, settings, last.step)]))
    print(out)


def _replay(parsed: argparse.Namespace) -> None:
    runs = from_record(read_settings(parsed.picture))
    out = parsed.out or Path(f"{parsed.picture.stem}-again.png")
    check_path(out)
    for run in runs:
        show_download(download_encoder(run.settings.encoder))
    last = _last(replay(runs, [parsed.content, *parsed.style, *([parsed.mask] if parsed.mask else [])]))
    save_image(last.picture, out, to_record(runs))
    same = out.read_bytes() == parsed.picture.read_bytes()
    print(f"{out} ({'the same, byte for byte' if same else 'not the same: another machine or version made the first'})")


def _reconstruct(parsed: argparse.Namespace) -> None:
    settings = settings_of(OptimizeSettings, parsed)
    frames = reconstruct(load_image(parsed.photo, settings.size, enlarge=True), parsed.layer, settings)
    out = parsed.out or Path(f"{parsed.photo.stem}-{parsed.layer}.png")
    _look_inside(frames, settings, {"layer": parsed.layer}, out)


def _texture(parsed: argparse.Namespace) -> None:
    settings = settings_of(OptimizeSettings, parsed)
    frames = texture(load_image(parsed.painting, settings.size), parsed.layers, settings)
    out = parsed.out or Path(f"{parsed.painting.stem}-texture.png")
    _look_inside(frames, settings, {"layers": parsed.layers}, out)


def _look_inside(frames: Iterable[Frame], settings: OptimizeSettings, layers: dict[str, object], out: Path) -> None:
    check_path(out)
    show_download(download_encoder(settings.encoder))
    save_image(_last(frames).picture, out, dataclasses.asdict(settings) | layers)
    print(out)


def _last(frames: Iterable[Frame]) -> Frame:
    """The last frame of a stream, or the one at which Ctrl-C stopped it."""
    last: Frame | None = None
    try:
        for last in followed(frames, lambda frame: (frame.step, frame.of), _words):
            if last.note:
                tqdm.write(last.note, file=sys.stderr)
    except KeyboardInterrupt:
        if last is None:
            raise
        print(f"Stopped at step {last.step}; what is there is kept.", file=sys.stderr)
    if last is None:
        raise UserError("Nothing was painted.")
    return last


def _words(frame: Frame) -> str:
    """The losses, and the time by the frame's own estimate: a step at full size takes much longer than a coarse one."""
    losses = f"content {frame.content_loss:.3f}, style {frame.style_loss:.5f}, total {frame.total_loss:.3f}"
    return f"{losses}, {frame.seconds_left:.0f} s left"
