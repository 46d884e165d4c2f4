"""How a picture of the custom path was made, kept in its PNG, and made again from there."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from torch import Tensor

from nst.common.errors import UserError
from nst.common.images import load_image, load_mask, to_pil, to_tensor
from nst.custom.frame import Frame
from nst.custom.optimization import OptimizeSettings, optimize

DEFAULTS = OptimizeSettings()


@dataclass(frozen=True)
class Sources:
    """The files that a picture is painted from."""

    photo: Path
    paintings: tuple[Path, ...]
    mask: Path | None = None

    def load(self, settings: OptimizeSettings) -> tuple[Tensor, list[Tensor], Tensor | None]:
        """What `optimize` takes, as large as the settings have use for. Raises `UserError` as `load_image` does."""
        return (
            load_image(self.photo, settings.size, enlarge=settings.enlarge),
            [load_image(painting, settings.painting_size) for painting in self.paintings],
            load_mask(self.mask, settings.size) if self.mask else None,
        )


class Run(NamedTuple):
    """One optimisation, which goes on from the picture of the one before it. Files are known by `digest`."""

    settings: OptimizeSettings
    steps: int  # that were done, which are fewer than the settings' where it was stopped
    photo: str
    paintings: tuple[str, ...]
    mask: str | None


def run_of(sources: Sources, settings: OptimizeSettings, steps: int) -> Run:
    return Run(
        settings,
        steps,
        digest(sources.photo),
        tuple(map(digest, sources.paintings)),
        digest(sources.mask) if sources.mask else None,
    )


def digest(path: Path) -> str:
    """What a file is known by: half of its sha256, in hexadecimal."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:32]
    except OSError as error:
        raise UserError(f"{path.name} is not a file that can be opened.") from error


def to_record(runs: Sequence[Run]) -> dict[str, Any]:
    """What a PNG carries: the settings and files of the last run, and the runs before it."""
    *before, last = (
        {**asdict(run.settings), "files": [run.photo, run.paintings, run.mask], "steps_done": run.steps} for run in runs
    )
    return last | ({"before": before} if before else {})


def from_record(record: Mapping[str, Any]) -> list[Run]:
    """The runs in order. Raises `UserError` if the record is not one of the custom path's."""
    last = {name: value for name, value in record.items() if name != "before"}
    try:
        return [_run(each) for each in (*record.get("before", ()), last)]
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise UserError("This picture does not say how it was painted: give a PNG of the custom path.") from error


def _run(record: Mapping[str, Any]) -> Run:
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in record.items()}
    photo, paintings, mask = values.pop("files")
    steps = int(values.pop("steps_done"))
    for name, value in values.items():
        known = type(getattr(DEFAULTS, name))
        if known in (bool, tuple) and type(value) is not known:  # which the settings do not check
            raise TypeError(name)
    return Run(OptimizeSettings(**values), steps, photo, tuple(paintings), mask)


def replay(runs: Iterable[Run], files: Iterable[Path]) -> Generator[Frame, None, None]:
    """Does the runs again from the files, whatever their order; a stream as of `optimize`.

    The last picture is the same, byte for byte, on the same machine. Raises `UserError` for a file that is missing.
    """
    known = {digest(path): path for path in files}

    def find(name: str, what: str) -> Path:
        if name not in known:
            raise UserError(f"The {what} that this picture was painted from is not among the files that were given.")
        return known[name]

    start = None
    for run in runs:
        mask = find(run.mask, "mask") if run.mask else None
        sources = Sources(find(run.photo, "photo"), tuple(find(name, "painting") for name in run.paintings), mask)
        photo, paintings, shape = sources.load(run.settings)
        frames = optimize(photo, paintings, run.settings, mask=shape, start=start)
        for frame in frames:
            yield frame
            if frame.step == run.steps:
                frames.close()
        start = as_start(frame.picture)


def as_start(picture: Tensor) -> Tensor:
    """A picture as its PNG holds it, from which a next run goes on."""
    return to_tensor(to_pil(picture))
