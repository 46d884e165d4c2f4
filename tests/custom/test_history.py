"""A picture says how it was made, and is made again from there, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from nst import UserError, optimize
from nst.common.images import encode_png, load_image, read_settings, save_image
from nst.custom.frame import Frame
from nst.custom.history import Run, Sources, as_start, digest, from_record, replay, run_of, to_record
from nst.custom.optimization import OptimizeSettings
from nst.quick.feedforward import StylizeSettings

FIRST = OptimizeSettings(size=64, steps=8, init="blend", seed=3, style_scale=1.5, painting_weights=(1, 0.5))


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """A photo, two paintings and a mask, of noise that is coarse enough to show."""
    folder, random = tmp_path_factory.mktemp("sources"), np.random.default_rng(0)
    for name in ("photo.png", "first.png", "second.png"):
        small = Image.fromarray(random.integers(0, 256, (9, 12, 3), dtype=np.uint8))
        small.resize((96, 72), Image.Resampling.BICUBIC).save(folder / name)
    mask = np.zeros((60, 80), np.uint8)
    mask[:, :50] = 255
    Image.fromarray(mask).save(folder / "mask.png")
    return Sources(folder / "photo.png", (folder / "first.png", folder / "second.png"), folder / "mask.png")


def files(sources: Sources) -> list[Path]:
    return [*sources.paintings, sources.photo, *([sources.mask] if sources.mask else [])]


def painted(sources: Sources, settings: OptimizeSettings, stop: int, start: Tensor | None) -> Tensor:
    """As an app does it: it loads the files, and leaves the stream when somebody presses Stop."""
    photo, paintings, mask = sources.load(settings)
    for frame in optimize(photo, paintings, settings, mask=mask, start=start):
        picture = frame.picture
        if frame.step == stop:
            break
    return picture


def last(frames: Iterable[Frame]) -> Tensor:
    *_, frame = frames
    return frame.picture


@pytest.fixture(scope="module")
def history(sources: Sources) -> tuple[list[Run], Tensor]:
    """A run that was stopped, one that went on with other settings and without the mask, one that enlarged the picture;
    and the picture that came of it."""
    second = replace(FIRST, steps=4, style_weight=40, colors="histogram", painting_weights=(0, 1))
    steps = [
        (sources, FIRST, 5),
        (replace(sources, mask=None), second, 4),
        (replace(sources, mask=None), replace(second, size=112), 4),
    ]
    runs: list[Run] = []
    picture = None
    for files, settings, stop in steps:
        picture = painted(files, settings, stop, None if picture is None else as_start(picture))
        runs.append(run_of(files, settings, stop))
    assert picture is not None
    assert picture.shape == (1, 3, 84, 112)
    return runs, picture


def test_a_record_comes_back_from_json_as_the_runs_that_it_was_made_of(history: tuple[list[Run], Tensor]) -> None:
    runs, _ = history
    assert from_record(json.loads(json.dumps(to_record(runs)))) == runs
    assert from_record(json.loads(json.dumps(to_record(runs[:1])))) == runs[:1]


def test_a_png_carries_its_record(history: tuple[list[Run], Tensor], tmp_path: Path) -> None:
    runs, picture = history
    save_image(picture, tmp_path / "painted.png", to_record(runs))
    settings = read_settings(tmp_path / "painted.png")
    assert from_record(settings) == runs
    assert settings["steps_done"] == 4
    assert settings["size"] == 112
    assert settings["enlarge"] is True
    assert torch.equal(load_image(tmp_path / "painted.png"), as_start(picture))


def test_runs_done_again_give_the_same_bytes(history: tuple[list[Run], Tensor], sources: Sources) -> None:
    runs, picture = history
    expected = encode_png(picture, to_record(runs))
    for order in (files(sources), files(sources)[::-1]):
        again = from_record(json.loads(json.dumps(to_record(runs))))
        assert encode_png(last(replay(again, order)), to_record(again)) == expected


def test_a_picture_of_a_photo_that_was_left_as_it_is_is_made_again(sources: Sources) -> None:
    """As all were that were painted before photos were enlarged."""
    settings = replace(FIRST, size=112, enlarge=False)
    picture, runs = painted(sources, settings, 3, None), [run_of(sources, settings, 3)]
    assert picture.shape == (1, 3, 72, 96)
    assert torch.equal(last(replay(from_record(json.loads(json.dumps(to_record(runs)))), files(sources))), picture)


def test_a_replay_streams_every_step_that_was_done(history: tuple[list[Run], Tensor], sources: Sources) -> None:
    runs, _ = history
    assert [frame.step for frame in replay(runs, files(sources))] == [1, 2, 3, 4, 5, 1, 2, 3, 4, 1, 2, 3, 4]


def test_what_was_done_first_shows_in_the_end(history: tuple[list[Run], Tensor], sources: Sources) -> None:
    """So a replay that left out a run, its settings or its end would not give the same picture."""
    runs, picture = history
    other: list[Sequence[Run]] = [
        runs[1:],
        [runs[0]._replace(steps=4), *runs[1:]],
        [runs[0]._replace(mask=None), *runs[1:]],
        [runs[0]._replace(settings=replace(FIRST, seed=4)), *runs[1:]],
        [runs[0]._replace(paintings=runs[0].paintings[::-1]), *runs[1:]],
    ]
    for changed in other:
        assert (last(replay(changed, files(sources))) - picture).abs().max() > 1 / 255


def test_a_file_that_is_missing_or_was_changed_is_named(
    history: tuple[list[Run], Tensor], sources: Sources, tmp_path: Path
) -> None:
    runs, _ = history
    for missing, word in ((sources.photo, "photo"), (sources.paintings[1], "painting"), (sources.mask, "mask")):
        given = [path for path in files(sources) if path != missing]
        changed = tmp_path / "changed.png"
        Image.new("RGB", (8, 8)).save(changed)
        for names in (given, [*given, changed]):
            with pytest.raises(UserError, match=f"The {word} that"):
                next(replay(runs, names))
    with pytest.raises(UserError, match=r"gone\.png is not a file"):
        next(replay(runs, [*files(sources), tmp_path / "gone.png"]))


def test_a_file_is_known_by_what_is_in_it(sources: Sources, tmp_path: Path) -> None:
    copy = tmp_path / "another name.png"
    copy.write_bytes(sources.photo.read_bytes())
    assert digest(copy) == digest(sources.photo) != digest(sources.paintings[0])


def changed(record: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {name: value for name, value in (record | values).items() if value is not None}


@pytest.mark.parametrize(
    "values",
    [
        {"steps_done": None},  # there is none
        {"files": None},
        {"files": ["photo"]},
        {"files": "photo"},
        {"steps_done": "many"},
        {"steps_done": float("inf")},
        {"keep_colors": True},  # of an older version
        {"colour": "red"},
        {"size": "large"},
        {"size": -1},
        {"colors": ["painting"]},
        {"seamless": "yes"},
        {"style_layers": "relu1_1"},
        {"painting_weights": 3},
        {"before": 3},
        {"before": [3]},
        {"before": [{}]},
        {"before": "abc"},
    ],
)
def test_a_record_that_says_something_else_is_refused(
    history: tuple[list[Run], Tensor], values: dict[str, Any]
) -> None:
    record = json.loads(json.dumps(to_record(history[0][:1])))
    assert from_record(record) == history[0][:1]
    with pytest.raises(UserError, match="PNG of the custom path"):
        from_record(changed(record, **values))


def test_records_of_other_kinds_are_refused() -> None:
    for record in ({}, vars(StylizeSettings()), {"style": "woodcut", "steps_done": 3}):
        with pytest.raises(UserError, match="PNG of the custom path"):
            from_record(record)
