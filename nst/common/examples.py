"""Photographs that need no network: those that come with the project, and those that come with gradio."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

from nst.common.weights import STYLES

FROM_GRADIO = ("tower.jpg", "lion.jpg", "cheetah1.jpg", "cheetah.jpg")
GRADIO = Path(str(distribution("gradio").locate_file("gradio/media_assets/images")))
THUMBNAIL_PHOTO = GRADIO / "cheetah1.jpg"  # that every style is shown on


def own_photos() -> list[Path]:
    """Those that come with the project, by name."""
    return sorted((STYLES / "photos").glob("*.jpg"))


def gradio_photos() -> list[Path]:
    """Those of gradio's that are photographs, as far as they are there."""
    return [path for name in FROM_GRADIO if (path := GRADIO / name).is_file()]
