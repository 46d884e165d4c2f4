"""What several test files share."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hub import TOKEN, Hub, serving, use_endpoint
from huggingface_hub import constants
from PIL import Image
from torch import Tensor
from xdist.scheduler import LoadScopeScheduling

from nst.common import weights
from nst.publishing import collection
from nst.training import teaching
from nst.training.lesson import Terms

# Files that start the same, an app or a browser, which take seconds: one worker runs all of them.
TOGETHER = {
    "browser": "ui/test_page",
    "client": "ui/(test_app|test_programs|server/test_replicas)",
    "stranger": "security/",
    "host": "hosting/",
    "crowd": "measure/test_load",
}


def pytest_configure() -> None:
    """Workers that run side by side share the cores, and so do the programs that they start."""
    threads = max(1, (os.cpu_count() or 1) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1)))
    os.environ["OMP_NUM_THREADS"] = str(threads)
    torch.set_num_threads(threads)


class Shared(LoadScopeScheduling):
    """Gives the workers one file after the other, or one of `TOGETHER`."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Shared:
    return Shared(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first: the other worker fills the gaps with the small files."""
    order = {name: number for number, name in enumerate(TOGETHER)}
    items.sort(key=lambda item: order.get(group(item.nodeid), len(order)))


def group(nodeid: str) -> str:
    """What a test goes along with."""
    file = nodeid.split("::")[0]
    return next((name for name, files in TOGETHER.items() if re.search(files, file)), file)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Trained weights and pictures that do not come with the project."""
    folder = Path(__file__).parents[1].parent / "shared"
    if not folder.is_dir():
        pytest.skip("there is no ../shared with trained weights and pictures")
    return folder


@pytest.fixture
def image() -> Image.Image:
    """96 x 64 pixels of RGB without symmetry: a hue that turns from left to right, darker towards the bottom."""
    x, y = np.meshgrid(np.linspace(0, 1, 96), np.linspace(0, 1, 64))
    hues = [0.5 + 0.5 * np.cos(2 * np.pi * (0.8 * x + third / 3)) for third in range(3)]
    pixels = np.stack(hues, axis=2) * (1 - 0.7 * y)[..., None]
    return Image.fromarray((pixels * 255).round().astype(np.uint8))


@pytest.fixture
def photo(image: Image.Image) -> Tensor:
    """`image` as a tensor `(1, 3, 64, 96)` in [0, 1]."""
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)[None] / 255


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """A style is taught on few and small crops."""
    monkeypatch.setattr(teaching, "Terms", partial(Terms, batch=2, crop=64))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and a process that has checked no file yet."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    weights._verify.cache_clear()
    return tmp_path / "cache"


@pytest.fixture
def hub(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A Hub that everything is asked of, nothing of which is in the cache."""
    with serving() as (hub, address):
        use_endpoint(monkeypatch, address)
        yield hub


@pytest.fixture
def open_hub(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A Hub that takes uploads of who is logged in here, large files by the older of its two ways; small samples."""
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(collection, "PAINTED", 48)
    monkeypatch.setattr(collection, "SIDE", 32)
    return hub


@pytest.fixture
def black_hole() -> Iterator[str]:
    """An address that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
