"""What the strip of the visit holds of this tab: a photo's painting, with its settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from nst.ui.quick import labels
from nst.ui.quick.styling import Choice


class Result(NamedTuple):
    """One result: paths of what is shown and kept, and what it was made of."""

    before: str  # previews, of one size
    after: str
    png: str  # the whole, called photo-style.png
    words: str  # what it is, for people
    label: str  # HTML
    photo: str  # the path of the upload; empty for a snapshot
    values: tuple[Any, ...]  # of the controls

    def is_of(self, photo: str, values: tuple[Any, ...]) -> bool:
        """Whether it is what would be painted of these, and is still there."""
        return bool(photo) and (self.photo, self.values) == (photo, values) and Path(self.png).is_file()


def words_of(name: str, chosen: Choice) -> str:
    """A photo's name, the size, and the settings that are not the usual ones."""
    settings = chosen.settings
    title = f"{chosen.title} ({settings.blend:.0%})" if len(settings.shares) > 1 else chosen.title
    size = f"{settings.size} px" if settings.size else "full size"
    return " · ".join([f"{name}, {title}", size, *labels.unusual(settings)])
