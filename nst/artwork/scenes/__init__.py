"""Scenes that read as photographs, rendered by program: something to paint, without anyone's picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from nst.artwork.scenes import autumn_wood, bust, lighthouse, mountain_lake, night_street, still_life

# Each renders its picture with the long side that it is given; the same pixels every time.
SCENES: dict[str, Callable[[int], Image.Image]] = {
    "bust": bust.render,
    "mountain-lake": mountain_lake.render,
    "night-street": night_street.render,
    "lighthouse": lighthouse.render,
    "still-life": still_life.render,
    "autumn-wood": autumn_wood.render,
}


def render_all(folder: Path, size: int = 1600) -> None:
    """Renders every scene into a folder, as `<slug>.jpg`; each takes a minute or two."""
    folder.mkdir(parents=True, exist_ok=True)
    for slug, render in SCENES.items():
        render(size).save(folder / f"{slug}.jpg", quality=88, progressive=True, optimize=True)
