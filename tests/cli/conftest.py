"""What the tests of the command line share."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from nets import original_state, random_network, write_style
from PIL import Image


@pytest.fixture
def files(tmp_path: Path, image: Image.Image) -> Path:
    """A folder with photo.jpg and painting.png, and room for more."""
    image.save(tmp_path / "photo.jpg")
    image.rotate(90, expand=True).save(tmp_path / "painting.png")
    (tmp_path / "text.jpg").write_text("no picture")
    return tmp_path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with a collection of two styles, in two.safetensors and net.pth."""
    folder = tmp_path / "own"
    folder.mkdir()
    torch.save(original_state(random_network()), folder / "net.pth")
    write_style(folder / "two.safetensors")
    records = '[[preset]]\nslug = "{0}"\ntitle = "My {0}"\nfile = "{1}"\n'
    text = records.format("two", "two.safetensors") + records.format("three", "net.pth")
    (folder / "presets.toml").write_text(text)
    return folder
