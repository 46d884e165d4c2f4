"""How a picture of the custom path was made, kept in its PNG, and made again from there."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from nst.errors import UserError
from nst.images import load_image, load_mask, to_pil, to_tensor
from nst.optimize import Frame, OptimizeSettings, optimize


class Run(NamedTuple):
    """One optimisation, which goes on from the picture of the one before it."""

    settings: OptimizeSettings
    steps: int  # that were done, which are fewer than the settings' where it was stopped


def to_record(runs: Sequence[Run]) -> dict[str, Any]:
    """What a PNG carries: the settings of the last run, and those of the runs before it."""
    *before, last = ({**asdict(run.settings), "steps_done": run.steps} for run in runs)
    return last | ({"before": before} if before else {})


def from_record(record: Mapping[str, Any]) -> list[Run]:
    """The runs in order. Raises `UserError` if the record is not one of the custom path's."""
    try:
        return [_run(each) for each in (*record.get("before", ()), {k: v for k, v in record.items() if k != "before"})]
    except (AttributeError, KeyError, TypeError) as error:
        raise UserError("This picture does not say how it was painted: give a PNG of the custom path.") from error


def _run(record: Mapping[str, Any]) -> Run:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in record.items()
    }
    steps = int(values.pop("steps_done"))
    return Run(OptimizeSettings(**values), steps)


def replay(
    runs: Sequence[Run], photo: Path, paintings: Sequence[Path], mask: Path | None = None
) -> Generator[Frame, None, None]:
    """Does the runs again with the same files, byte for byte on the same machine; a stream as of `optimize`."""
    start = None
    for run in runs:
        settings = run.settings
        frames = optimize(
            load_image(photo, settings.size),
            [load_image(painting, settings.painting_size) for painting in paintings],
            settings,
            mask=load_mask(mask, settings.size) if mask else None,
            start=start,
        )
        for frame in frames:
            yield frame
            if frame.step == run.steps:
                frames.close()
        start = to_tensor(to_pil(frame.picture))  # as the PNG held it from which the next run went on
