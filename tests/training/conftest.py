"""What the tests of training share: a few small pictures, and a teacher that was never taught."""

from __future__ import annotations

from pathlib import Path

import pytest
from nets import slim_vgg
from PIL import Image
from safetensors.torch import save_file

from nst.training.teacher import Teacher, load_teacher


@pytest.fixture
def pictures(tmp_path: Path, image: Image.Image) -> Path:
    """A folder with two pictures."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    image.save(folder / "one.png")
    image.rotate(180).save(folder / "two.png")
    return folder


@pytest.fixture
def teacher(tmp_path: Path) -> Teacher:
    save_file(slim_vgg(), tmp_path / "vgg.safetensors")
    return load_teacher([tmp_path / "vgg.safetensors"])
