"""Thousands of photos on Ray Data: a task for each, done again where its worker is lost."""

from __future__ import annotations

import functools
import pickle
from collections.abc import Generator, Sequence
from pathlib import PurePosixPath
from typing import Any

from nst.common.cluster import connected
from nst.common.errors import UserError
from nst.common.images import SUFFIXES, Limits
from nst.quick.batch import Done, Photo, named, stylize_all
from nst.quick.feedforward import StylizeSettings
from nst.quick.presets import Preset

MISSING = 'Ray Data is not installed: pip install "ray[data]", or leave out --ray.'


def photos_at(address: str, style: str) -> list[Photo]:
    """The photos of a bucket's folder, as in `s3://bucket/photos`, sorted; see `photos_in`.

    Raises `UserError` where there are none, and where it cannot be read.
    """
    try:
        from pyarrow import fs
    except ImportError as error:
        raise UserError(MISSING) from error
    try:
        system, folder = fs.FileSystem.from_uri(address)
        paths = [each.path for each in system.get_file_info(fs.FileSelector(folder)) if each.is_file]
    except Exception as error:  # each kind of bucket has its own
        said, *_ = f"{error}\n".splitlines()
        raise UserError(f"{address} cannot be read: {said}") from error
    found = sorted(path for path in map(PurePosixPath, paths) if path.suffix.lower() in SUFFIXES)
    shown = [path for path in found if not path.name.startswith(".")]
    if not shown:
        raise UserError(f"There is no picture in {address}.")
    return named([(path.name, functools.partial(_fetch, address, str(path))) for path in shown], style)


def stylize_side_by_side(
    photos: Sequence[Photo], settings: StylizeSettings, more: Sequence[Preset] = ()
) -> Generator[Done, None, None]:
    """What `stylize_all` does, on all cores or GPUs of a cluster, in the order in which they are done.

    All machines of a cluster must have this project, and photos of folders at the same place. Raises `UserError` as
    `connected` does.
    """
    with connected() as ray:
        try:
            from ray import data
        except ImportError as error:
            raise UserError(MISSING) from error
        data.DataContext.get_current().enable_progress_bars = False
        share = {"num_gpus": 1} if ray.cluster_resources().get("GPU") else {"num_cpus": 1}
        rows = [{"index": index, "photo": pickle.dumps(photo)} for index, photo in enumerate(photos)]
        begun = data.from_items(rows, override_num_blocks=len(rows))  # what is lost with a worker is one photo
        for row in begun.map(_paint, fn_args=(settings, more), **share).iter_rows():
            yield pickle.loads(row["done"])._replace(photo=photos[row["index"]])


def _paint(row: dict[str, Any], settings: StylizeSettings, more: Sequence[Preset]) -> dict[str, Any]:
    (done,) = stylize_all([pickle.loads(row["photo"])], settings, more)
    return {"index": row["index"], "done": pickle.dumps(done)}


def _fetch(address: str, path: str) -> bytes:
    """One file of a bucket, or as much of it as tells that it is too large."""
    from pyarrow import fs

    try:
        system, _ = fs.FileSystem.from_uri(address)
        with system.open_input_stream(path) as file:
            data: bytes = file.read(int(Limits().megabytes * 1e6) + 1)
            return data
    except OSError as error:
        raise UserError(f"{PurePosixPath(path).name} cannot be read from {address}.") from error
