"""The rendered landscapes: the size asked for, and the same pixels every time."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest


@pytest.mark.parametrize("name", ["mountain_lake", "lighthouse", "autumn_wood"])
def test_is_the_same_every_time(name: str) -> None:
    scene = import_module(f"nst.artwork.scenes.{name}")
    picture = scene.render(64)
    assert picture.mode == "RGB"
    assert max(picture.size) == 64
    assert np.asarray(picture).std() > 20
    assert scene.render(64).tobytes() == picture.tobytes()
