"""The command line: arguments, files and progress bars."""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from nst.common.encoders import download_encoder
from nst.common.errors import UserError
from nst.common.images import check_path, find_pictures, load_image, open_image, read_settings, save_image, to_bytes
from nst.common.settings import options
from nst.common.weights import HubFile, Progress, bundled, download
from nst.custom.history import Run, Sources, from_record, replay, run_of, to_record
from nst.custom.inside import reconstruct, texture
from nst.custom.optimization import Frame, OptimizeSettings, optimize
from nst.measure.quality import evaluate
from nst.measure.speed import bench
from nst.quick.batch import FORMATS, photos_in, stylize_all
from nst.quick.feedforward import StylizeSettings, stylize
from nst.quick.presets import Preset, catalogue, find, presets_in
from nst.quick.video import check_video_path, paint_video
from nst.training import encoder, style
from nst.training.teacher import load_teacher
from nst.training.thumbnails import write_thumbnails

INSIDE = ("size", "steps", "tv_weight", "encoder", "optimizer", "seed")  # settings that looks inside have use for


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. 0 on success; 2 and one sentence on stderr for what a person can mend; 130 after Ctrl-C."""
    try:
        parsed = _parser().parse_args(arguments)
        parsed.run(parsed)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
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

    _add_styles(command("styles", _styles, "List the ready-made styles."))

    made = command("stylize", _stylize, "Paint a photo, or all photos of a folder, in a ready-made style.")
    made.add_argument("photo", type=Path, help="a picture, a ZIP file of pictures, or a folder")
    _add_settings(made, StylizeSettings)
    _add_styles(made)
    made.add_argument(
        "-o", "--out", type=Path, required=True, help="the picture to write (.png, .jpg or .webp); of many, the folder"
    )
    made.add_argument("--format", choices=FORMATS, default="png", help="of many pictures (default png)")

    made = command("video", _video, "Paint a video in a ready-made style.")
    made.add_argument("video", type=Path)
    _add_settings(made, StylizeSettings)
    _add_styles(made)
    made.add_argument("-o", "--out", type=Path, required=True, help="the video to write: .mp4")

    made = command("optimize", _optimize, "Paint a photo in the style of any paintings.")
    made.add_argument("photo", type=Path)
    made.add_argument("painting", type=Path, nargs="+")
    made.add_argument("--mask", type=Path, help="a picture of where the style goes: white or opaque, to black or clear")
    made.add_argument("--start", type=Path, help="a PNG that was painted before, to go on from")
    _add_settings(made, OptimizeSettings)
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
    _add_settings(made, OptimizeSettings, INSIDE)
    made.add_argument("-o", "--out", type=Path, help="the picture to write (default: PHOTO-LAYER.png)")

    made = command("texture", _texture, "Paint the texture that layers of the encoder hold of a painting.")
    made.add_argument("painting", type=Path)
    made.add_argument("--layers", type=_tuple_of(str), default=(), help="the layers; none: the encoder's own")
    _add_settings(made, OptimizeSettings, (*INSIDE, "style_layer_weights", "seamless"))
    made.add_argument("-o", "--out", type=Path, help="the picture to write (default: PAINTING-texture.png)")

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
    _add_training(made, encoder.Settings())
    made = kinds.add_parser("base", help="train the base of all styles")
    made.set_defaults(train=_train_base)
    made.add_argument("--paintings", type=Path, required=True, nargs="+", help="folders of paintings, a style each")
    _add_lesson(made, style.BASE)
    made = kinds.add_parser("style", help="train the network of one style from the base")
    made.set_defaults(train=_train_style)
    made.add_argument("painting", type=Path)
    made.add_argument("--base", type=Path, help="the network to start from (default: the base that comes with this)")
    _add_lesson(made, style.STYLE)
    made = kinds.add_parser("thumbnails", help="paint the gallery's thumbnails")
    made.set_defaults(train=lambda parsed: write_thumbnails(parsed.out, parsed.networks))
    made.add_argument("--networks", type=Path, help="a folder with networks of the presets that do not come with this")
    made.add_argument("-o", "--out", type=Path, required=True, help="the folder to write to")
    return parser


def _add_styles(parser: _Parser) -> None:
    parser.add_argument(
        "--styles",
        action="append",
        default=[],
        metavar="SOURCE",
        help="further styles: a file of weights, a folder or a Hub repository with a presets.toml; may be repeated",
    )


def _add_files(parser: _Parser) -> None:
    """A picture that was painted, and what it was painted from."""
    parser.add_argument("picture", type=Path)
    parser.add_argument("--content", type=Path, required=True, help="the photo")
    parser.add_argument("--style", type=Path, nargs="+", required=True, help="the paintings")
    parser.add_argument("--mask", type=Path, help="the mask, where there was one")


def _add_settings(parser: _Parser, settings: type, names: Collection[str] = ()) -> None:
    """An option for every field of a settings dataclass or some, with its words, its choices and its default."""
    known = options(settings)
    for field in dataclasses.fields(settings):
        if names and field.name not in names:
            continue
        option = known[field.name]
        if isinstance(field.default, bool):
            action = argparse.BooleanOptionalAction if field.default else "store_true"
            parser.add_argument(_flag(field.name), action=action, default=field.default, help=option.words)
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


def _add_lesson(parser: _Parser, defaults: style.Settings) -> None:
    parser.add_argument("--photos", type=Path, required=True, nargs="+", help="folders of photographs")
    parser.add_argument(
        "--teacher", type=Path, nargs="+", default=[], help="weights of VGG-19 or parts of it (default: from the Hub)"
    )
    _add_training(parser, defaults)


def _add_training(parser: _Parser, defaults: Any) -> None:
    """Where a training writes, and an option for every field of its settings."""
    parser.add_argument("-o", "--out", type=Path, required=True, help="the weights to write (safetensors)")
    parser.add_argument("--run", dest="folder", type=Path, required=True, help="a folder for the state and the log")
    for field in dataclasses.fields(defaults):
        value = getattr(defaults, field.name)
        parser.add_argument(_flag(field.name), type=type(value), default=value, help=f"(default {value})")


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _tuple_of(kind: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    def parse(text: str) -> tuple[Any, ...]:
        return tuple(kind(item) for item in text.split(",") if item)

    parse.__name__ = "list"  # for the message about a value that is none
    return parse


def _settings(kind: Any, parsed: argparse.Namespace) -> Any:
    return kind(**{f.name: getattr(parsed, f.name) for f in dataclasses.fields(kind) if hasattr(parsed, f.name)})


def _styles(parsed: argparse.Namespace) -> None:
    for preset in (*catalogue(), *_more(parsed.styles)):
        words = ", ".join(filter(None, (preset.title, preset.artist, preset.year)))
        note = "" if preset.downloaded else "  (downloaded when first used)"
        print(f"{preset.slug:24}{words}{note}")


def _more(sources: Iterable[str]) -> list[Preset]:
    return [preset for source in sources for preset in presets_in(source)]


def _quick(parsed: argparse.Namespace) -> tuple[StylizeSettings, list[Preset]]:
    """The settings, and the presets beside the catalogue's; a style may be named by its file of weights."""
    more = _more(parsed.styles)
    for name in ("style", "second"):
        if (path := Path(getattr(parsed, name))).is_file():
            own = presets_in(path)
            if name == "second" and own[0].slug == parsed.style:  # as the names of their files may be the same
                own = (dataclasses.replace(own[0], slug=f"{own[0].slug}-2"), *own[1:])
            setattr(parsed, name, own[0].slug)
            more = [*own, *more]
    settings = _settings(StylizeSettings, parsed)
    for slug in settings.shares:
        preset = find(slug, more)
        if isinstance(preset.source, HubFile):
            _show(download(preset.source, preset.title))
    return settings, more


def _stylize(parsed: argparse.Namespace) -> None:
    if parsed.photo.is_dir():
        _stylize_all(find_pictures(parsed.photo), parsed)
    elif parsed.photo.suffix.lower() == ".zip":
        _stylize_all([parsed.photo], parsed)
    else:
        check_path(parsed.out)
        settings, more = _quick(parsed)
        picture = stylize(to_bytes(open_image(parsed.photo, settings.size, enlarge=True)), settings, more)
        save_image(picture, parsed.out, dataclasses.asdict(settings))
        print(parsed.out)


def _stylize_all(paths: Sequence[Path], parsed: argparse.Namespace) -> None:
    """Paints photos into a folder; those that were painted before with these settings stay as they are."""
    if parsed.photo.is_dir() and parsed.out.resolve() == parsed.photo.resolve():
        raise UserError(f"{parsed.out} is where the photos are: give another folder, lest paintings be painted.")
    settings, more = _quick(parsed)
    record = dataclasses.asdict(settings)
    photos = photos_in([(path.name, path) for path in paths], "-".join(settings.shares))
    outs = {photo: parsed.out / f"{photo.result}.{parsed.format}" for photo in photos}
    left = [photo for photo in photos if not _is_done(outs[photo], record)]
    _make_folder(parsed.out)
    problems, ready, start = 0, len(photos) - len(left), time.monotonic()
    for count, done in enumerate(stylize_all(left, settings, more), 1):
        if done.painting is None:
            problems += 1
            print(done.problem, file=sys.stderr)
        else:
            save_image(done.painting, outs[done.photo], record)
            print(outs[done.photo])
        seconds = (time.monotonic() - start) / count * (len(left) - count)
        _bar((ready + count) / len(photos), f"{ready + count} of {len(photos)}  {seconds:.0f} s left")
    if problems:
        raise UserError(f"{problems} of {len(photos)} could not be painted; the others are in {parsed.out}.")
    print(f"{len(photos)} in {parsed.out}; {ready} of them were there before", file=sys.stderr)


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{path} cannot be made a folder: {error.strerror}.") from error


def _is_done(out: Path, record: dict[str, object]) -> bool:
    """Whether a painting is there; a PNG says with which settings."""
    with suppress(UserError):
        return out.is_file() and (out.suffix != ".png" or read_settings(out) == record)
    return False


def _video(parsed: argparse.Namespace) -> None:
    check_video_path(parsed.out)
    settings, more = _quick(parsed)
    each = dataclasses.replace(settings, size=None)
    frames = paint_video(parsed.video, parsed.out, lambda frame: stylize(frame, each, more), settings.size)
    for frame in frames:
        _bar(frame.frame / frame.of, f"{frame.frame} of {frame.of} frames  {frame.seconds_left:.0f} s left")
    print(parsed.out)


def _optimize(parsed: argparse.Namespace) -> None:
    runs = from_record(read_settings(parsed.start)) if parsed.start else []
    settings = _settings(OptimizeSettings, parsed)
    _go_on(Sources(parsed.photo, tuple(parsed.painting), parsed.mask), settings, runs, parsed.start, parsed.out)


def _enlarge(parsed: argparse.Namespace) -> None:
    runs = from_record(read_settings(parsed.picture))
    settings = dataclasses.replace(runs[-1].settings, size=parsed.size, enlarge=True)
    _go_on(Sources(parsed.content, tuple(parsed.style), parsed.mask), settings, runs, parsed.picture, parsed.out)


def _go_on(sources: Sources, settings: OptimizeSettings, runs: list[Run], start: Path | None, out: Path) -> None:
    """Paints and saves a picture; `runs` are those that led to the start."""
    check_path(out)
    photo, paintings, mask = sources.load(settings)
    _download(settings)
    begun = load_image(start) if start else None
    last = _last(optimize(photo, paintings, settings, mask=mask, start=begun))
    save_image(last.picture, out, to_record([*runs, run_of(sources, settings, last.step)]))
    print(out)


def _replay(parsed: argparse.Namespace) -> None:
    runs = from_record(read_settings(parsed.picture))
    out = parsed.out or Path(f"{parsed.picture.stem}-again.png")
    check_path(out)
    for run in runs:
        _download(run.settings)
    last = _last(replay(runs, [parsed.content, *parsed.style, *([parsed.mask] if parsed.mask else [])]))
    save_image(last.picture, out, to_record(runs))
    same = out.read_bytes() == parsed.picture.read_bytes()
    print(f"{out} ({'the same, byte for byte' if same else 'not the same: another machine or version made the first'})")


def _reconstruct(parsed: argparse.Namespace) -> None:
    settings = _settings(OptimizeSettings, parsed)
    frames = reconstruct(load_image(parsed.photo, settings.size, enlarge=True), parsed.layer, settings)
    _show_inside(
        frames, settings, {"layer": parsed.layer}, parsed.out or Path(f"{parsed.photo.stem}-{parsed.layer}.png")
    )


def _texture(parsed: argparse.Namespace) -> None:
    settings = _settings(OptimizeSettings, parsed)
    frames = texture(load_image(parsed.painting, settings.size), parsed.layers, settings)
    _show_inside(frames, settings, {"layers": parsed.layers}, parsed.out or Path(f"{parsed.painting.stem}-texture.png"))


def _show_inside(frames: Iterable[Frame], settings: OptimizeSettings, layers: dict[str, object], out: Path) -> None:
    check_path(out)
    _download(settings)
    save_image(_last(frames).picture, out, dataclasses.asdict(settings) | layers)
    print(out)


def _download(settings: OptimizeSettings) -> None:
    """Fetches the encoder where it is not here."""
    _show(download_encoder(settings.encoder))


def _show(progress: Iterable[Progress]) -> None:
    """Tells how far a download is."""
    for done, of in progress:
        _bar(done / max(1, of), f"{done / 1e6:.0f} of {of / 1e6:.0f} MB")


def _last(frames: Iterable[Frame]) -> Frame:
    """The last frame of a stream, or the one at which Ctrl-C stopped it."""
    last: Frame | None = None
    try:
        for last in frames:
            _progress(last)
    except KeyboardInterrupt:
        if last is None:
            raise
        print(f"\nStopped at step {last.step}; what is there is kept.", file=sys.stderr)
    if last is None:
        raise UserError("Nothing was painted.")
    return last


def _progress(frame: Frame) -> None:
    losses = f"content {frame.content_loss:.3f}  style {frame.style_loss:.5f}  total {frame.total_loss:.3f}"
    words = f"{frame.step}/{frame.of}  {losses}  {frame.seconds_left:.0f} s left"
    _bar(frame.step / frame.of, words)
    if frame.note:
        print(f"\n{frame.note}", file=sys.stderr)


def _bar(done: float, words: str) -> None:
    """One line on stderr that is written over and over, where somebody can see it."""
    if sys.stderr.isatty():
        filled = round(24 * done)
        bar = "█" * filled + "░" * (24 - filled)
        print(f"\r{bar} {words} ", end="\n" if done == 1 else "", file=sys.stderr, flush=True)


def _evaluate(parsed: argparse.Namespace) -> None:
    check_path(parsed.out)
    evaluate(parsed.photos, parsed.paintings, parsed.out)


def _train_encoder(parsed: argparse.Namespace) -> None:
    settings = _settings(encoder.Settings, parsed)
    encoder.distil(parsed.teacher, parsed.photos, parsed.paintings, parsed.out, parsed.folder, settings)


def _train_base(parsed: argparse.Namespace) -> None:
    teacher, settings = load_teacher(parsed.teacher), _settings(style.Settings, parsed)
    style.train_base(parsed.photos, parsed.paintings, teacher, parsed.out, parsed.folder, settings)


def _train_style(parsed: argparse.Namespace) -> None:
    teacher, settings = load_teacher(parsed.teacher), _settings(style.Settings, parsed)
    base = parsed.base or bundled("base.safetensors")
    style.train_style(parsed.photos, parsed.painting, base, teacher, parsed.out, parsed.folder, settings)
