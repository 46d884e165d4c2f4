"""Many photos on a real Ray of two workers, one of which is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from lost import losing_a_worker
from PIL import Image

from nst import StylizeSettings, UserError
from nst.cli import main
from nst.common.images import load_image, read_settings
from nst.quick.batch import photos_in, stylize_all
from nst.quick.fleet import photos_at, stylize_side_by_side

SETTINGS = StylizeSettings("woodcut", size=256)


@pytest.fixture
def ray() -> Iterator[Any]:
    ray = pytest.importorskip("ray", reason="Ray is not installed")
    pytest.importorskip("ray.data", reason="Ray Data is not installed")
    ray.init("local", num_cpus=2, num_gpus=0, include_dashboard=False, log_to_driver=False)
    yield ray
    ray.shutdown()


@pytest.fixture
def folder(tmp_path: Path, image: Image.Image) -> Path:
    """Four photos, one of which is none."""
    folder = tmp_path / "my photos"
    folder.mkdir()
    for number in range(3):
        image.rotate(90 * number, expand=True).save(folder / f"{number}.png")
    (folder / "3.jpg").write_text("no picture at all")
    return folder


def test_photos_are_painted_as_by_one_process_though_a_worker_is_lost(
    ray: Any, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = photos_in([(path.name, path) for path in sorted(folder.iterdir())], "woodcut")
    with losing_a_worker("Map(_paint)"):
        painted = {done.photo: done for done in stylize_side_by_side(photos, SETTINGS)}
    assert len(painted) == len(photos)
    for done in stylize_all(photos, SETTINGS):
        other = painted[done.photo]
        assert other.problem == done.problem
        assert (other.painting is None) == (done.painting is None)
        assert done.painting is None or torch.equal(torch.as_tensor(other.painting), done.painting)

    command = ["stylize", folder.as_uri(), "--style", "woodcut", "--size", "256", "-o", str(tmp_path / "out"), "--ray"]
    assert main(command) == 2
    assert "1 of 4 could not be painted" in capsys.readouterr().err
    made = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in made] == [f"{number}-woodcut.png" for number in range(3)]
    assert {"style": "woodcut", "size": 256}.items() <= read_settings(made[0]).items()
    expected = painted[photos[0]].painting
    assert expected is not None
    assert torch.equal(load_image(made[0]), expected / 255)


def test_a_bucket_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="Ray Data is not installed")
    for address, words in ((tmp_path.as_uri(), "no picture in"), ("nosuch://photos", "cannot be read: ")):
        with pytest.raises(UserError, match=words):
            photos_at(address, "woodcut")


def test_a_bucket_wants_ray(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stylize", "s3://bucket/photos", "-o", str(tmp_path / "out")]) == 2
    assert "which --ray reads" in capsys.readouterr().err
