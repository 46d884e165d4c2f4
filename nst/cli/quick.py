"""Commands of the quick path: photos, folders and videos in ready-made styles."""

from __future__ import annotations

import argparse
import dataclasses
import functools
import sys
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path

from tqdm import tqdm

from nst.cli.arguments import Command, Parser, add_settings, settings_of
from nst.cli.progress import followed, show_download
from nst.common.errors import UserError
from nst.common.files import make_folder
from nst.common.images import check_path, find_pictures, open_image, read_settings, save_image, to_bytes
from nst.common.weights import HubFile, download
from nst.quick.batch import FORMATS, Photo, photos_in, stylize_all
from nst.quick.feedforward import StylizeSettings, stylize
from nst.quick.fleet import photos_at, stylize_side_by_side
from nst.quick.presets import Preset, catalogue, find, presets_in


def add_to(command: Command) -> None:
    _add_styles(command("styles", _styles, "List the ready-made styles."))

    made = command("stylize", _stylize, "Paint a photo, or all photos of a folder, in a ready-made style.")
    made.add_argument("photo", help="a picture, a ZIP file of pictures, or a folder; with --ray also one of a bucket")
    add_settings(made, StylizeSettings)
    _add_styles(made)
    made.add_argument(
        "-o", "--out", type=Path, required=True, help="the picture to write (.png, .jpg or .webp); of many, the folder"
    )
    made.add_argument("--format", choices=FORMATS, default="png", help="of many pictures (default png)")
    made.add_argument(
        "--ray",
        action="store_true",
        help="paint many side by side, on the Ray cluster that RAY_ADDRESS names, or else on this machine",
    )

    made = command("video", _video, "Paint a video in a ready-made style.")
    made.add_argument("video", type=Path)
    add_settings(made, StylizeSettings)
    _add_styles(made)
    made.add_argument("-o", "--out", type=Path, required=True, help="the video to write: .mp4")


def _add_styles(parser: Parser) -> None:
    parser.add_argument(
        "--styles",
        action="append",
        default=[],
        metavar="SOURCE",
        help="further styles: a file of weights, a folder or a Hub repository with a presets.toml; may be repeated",
    )


def _styles(parsed: argparse.Namespace) -> None:
    for preset in (*catalogue(), *_more(parsed.styles)):
        words = ", ".join(filter(None, (preset.title, preset.artist, preset.year)))
        note = "" if preset.downloaded else "  (downloaded when first used)"
        print(f"{preset.slug:24}{words}{note}")


def _more(sources: Iterable[str]) -> list[Preset]:
    return [preset for source in sources for preset in presets_in(source)]


def _chosen(parsed: argparse.Namespace) -> tuple[StylizeSettings, list[Preset]]:
    """The settings, and the presets beside the catalogue's; a style may be named by its file of weights."""
    more = _more(parsed.styles)
    for name in ("style", "second"):
        if (path := Path(getattr(parsed, name))).is_file():
            own = presets_in(path)
            if name == "second" and own[0].slug == parsed.style:  # as the names of their files may be the same
                own = (dataclasses.replace(own[0], slug=f"{own[0].slug}-2"), *own[1:])
            setattr(parsed, name, own[0].slug)
            more = [*own, *more]
    settings = settings_of(StylizeSettings, parsed)
    for slug in settings.shares:
        preset = find(slug, more)
        if isinstance(preset.source, HubFile):
            show_download(download(preset.source, preset.title))
    return settings, more


def _stylize(parsed: argparse.Namespace) -> None:
    photo = Path(parsed.photo)
    if "://" in parsed.photo:
        if not parsed.ray:
            raise UserError(f"{parsed.photo} is in a bucket, which --ray reads.")
        _stylize_all(functools.partial(photos_at, parsed.photo), parsed)
    elif photo.is_dir() or photo.suffix.lower() == ".zip":
        if photo.is_dir() and parsed.out.resolve() == photo.resolve():
            raise UserError(f"{parsed.out} is where the photos are: give another folder, lest paintings be painted.")
        paths = find_pictures(photo) if photo.is_dir() else [photo]
        _stylize_all(functools.partial(photos_in, [(path.name, path.resolve()) for path in paths]), parsed)
    else:
        check_path(parsed.out)
        settings, more = _chosen(parsed)
        picture = stylize(to_bytes(open_image(photo, settings.size, enlarge=True)), settings, more)
        save_image(picture, parsed.out, dataclasses.asdict(settings))
        print(parsed.out)


def _stylize_all(photos_for: Callable[[str], list[Photo]], parsed: argparse.Namespace) -> None:
    """Paints photos into a folder; those that were painted before with these settings stay as they are.

    The photos are called for the name of a style.
    """
    settings, more = _chosen(parsed)
    record = dataclasses.asdict(settings)
    photos = photos_for("-".join(settings.shares))
    outs = {photo: parsed.out / f"{photo.result}.{parsed.format}" for photo in photos}
    left = [photo for photo in photos if not _is_done(outs[photo], record)]
    make_folder(parsed.out)
    problems, ready = 0, len(photos) - len(left)
    way = stylize_side_by_side if parsed.ray and left else stylize_all
    with closing(way(left, settings, more)) as stream:
        results = enumerate(stream, ready + 1)
        for _, done in followed(results, lambda result: (result[0], len(photos)), initial=ready, unit="photo"):
            if done.painting is None:
                problems += 1
                tqdm.write(done.problem, file=sys.stderr)
            else:
                save_image(done.painting, outs[done.photo], record)
                tqdm.write(str(outs[done.photo]))
    if problems:
        raise UserError(f"{problems} of {len(photos)} could not be painted; the others are in {parsed.out}.")
    print(f"{len(photos)} in {parsed.out}; {ready} of them were there before", file=sys.stderr)


def _is_done(out: Path, record: dict[str, object]) -> bool:
    """Whether a painting is there; a PNG says with which settings."""
    with suppress(UserError):
        return out.is_file() and (out.suffix != ".png" or read_settings(out) == record)
    return False


def _video(parsed: argparse.Namespace) -> None:
    from nst.quick.video import check_video_path, paint_video  # here, since it is slow to load

    check_video_path(parsed.out)
    settings, more = _chosen(parsed)
    each = dataclasses.replace(settings, size=None)
    frames = paint_video(parsed.video, parsed.out, lambda frame: stylize(frame, each, more, seed=0), settings.size)
    for _ in followed(frames, lambda frame: (frame.frame, frame.of), unit="frame"):
        pass
    print(parsed.out)
