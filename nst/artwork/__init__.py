"""Twenty-one original pictures, drawn by program: examples to begin with, and styles to learn from."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from nst.artwork import (
    art_nouveau,
    bauhaus,
    carnival,
    comic_ink,
    coral_surf,
    fauve_harbour,
    folk_flowers,
    golden_garden,
    ink_wash,
    jungle,
    kintsugi,
    midnight_chalk,
    mosaic,
    palette_knife,
    pointillist,
    prisms,
    red_horses,
    stained_glass,
    storm_wave,
    wheat_field,
    woodcut,
)

# Each draws its picture with the long side that it is given; the same pixels every time.
ARTWORKS: dict[str, Callable[[int], Image.Image]] = {
    "peacock-mosaic": mosaic.draw,
    "carnival": carnival.draw,
    "stained-glass": stained_glass.draw,
    "pointillist": pointillist.draw,
    "woodcut": woodcut.draw,
    "bauhaus": bauhaus.draw,
    "ink-wash": ink_wash.draw,
    "palette-knife": palette_knife.draw,
    "wheat-field": wheat_field.draw,
    "fauve-harbour": fauve_harbour.draw,
    "folk-flowers": folk_flowers.draw,
    "prisms": prisms.draw,
    "comic-ink": comic_ink.draw,
    "golden-garden": golden_garden.draw,
    "midnight-chalk": midnight_chalk.draw,
    "storm-wave": storm_wave.draw,
    "kintsugi": kintsugi.draw,
    "jungle": jungle.draw,
    "coral-surf": coral_surf.draw,
    "red-horses": red_horses.draw,
    "art-nouveau": art_nouveau.draw,
}


def encode(picture: Image.Image, limit: int = 250_000) -> bytes:
    """A progressive JPEG of quality 90, or of the best quality that stays within a number of bytes."""
    for quality in range(90, 60, -1):
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=quality, progressive=True, optimize=True)
        if file.tell() <= limit:
            break
    return file.getvalue()


def draw_all(folder: Path, size: int = 768) -> None:
    """Draws every picture into a folder, as `<slug>.jpg`."""
    folder.mkdir(parents=True, exist_ok=True)
    for slug, draw in ARTWORKS.items():
        (folder / f"{slug}.jpg").write_bytes(encode(draw(size)))
