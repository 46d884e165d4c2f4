"""What the tests of the custom tab share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from serving import picture

from nst import OptimizeSettings
from nst.ui.custom.plans import PAINTINGS


@pytest.fixture
def values(tmp_path: Path) -> dict[str, Any]:
    """What a page holds with a photo and a painting, of a run that is small and long."""
    text = dict.fromkeys(("content_layers", "style_layers", "style_layer_weights"), "")
    pictures = {
        "photo": {"path": str(picture(tmp_path / "my harbour.jpg"))},
        "painting": {"path": str(picture(tmp_path / "painting.png", (64, 80)))},
        "painting_2": None,
        "painting_3": None,
    }
    shares = dict.fromkeys(PAINTINGS.values(), 1)
    return vars(OptimizeSettings(size=48, steps=500)) | text | pictures | shares | {"mask": ""}
