"""What a repository of styles says of itself: its README, which the Hub calls the model card."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from huggingface_hub import ModelCardData

from nst.quick.presets import Preset

LICENSES = (
    "cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "mit", "apache-2.0", "bsd-3-clause",
    "other", "unknown",
)  # fmt: skip
ALSO = {"cc0": "cc0-1.0"}  # what records call them
TAGS = ["style-transfer", "neural-style-transfer", "image-to-image", "art"]
PHOTOS = "samples/photos.jpg"

Notes = Mapping[str, str]


def sample_of(preset: Preset) -> str:
    """The name of the picture that shows a style."""
    return f"samples/{preset.slug}.jpg"


def model_card(repo: str, styles: Sequence[tuple[Preset, Notes]]) -> str:
    """The README of a repository with these styles, each with the notes of its file."""
    data = ModelCardData(
        license=_license([preset for preset, _ in styles]),
        library_name="nst",
        pipeline_tag="image-to-image",
        tags=TAGS,
    )
    title = _plain(repo.partition("/")[2])
    first = styles[0][0].slug
    parts = [
        f"---\n{data.to_yaml()}\n---\n\n# {title}\n",
        "Styles for nst, neural style transfer: each is a feed-forward network that paints a photo in one pass.\n",
        _usage(repo, first),
        f"## Styles\n\nThe photos, rendered by nst, that each has painted below:\n\n![Three photos]({PHOTOS})\n",
        *(_section(preset, notes) for preset, notes in styles),
    ]
    return "\n".join(parts)


def _usage(repo: str, slug: str) -> str:
    return f"""## Use

```bash
python -m nst stylize photo.jpg --styles {repo} --style {slug} -o painted.png
NST_STYLES={repo} python app.py
```

```python
from nst import StylizeSettings, load_image, presets_in, save_image, stylize

presets = presets_in("{repo}")
save_image(stylize(load_image("photo.jpg"), StylizeSettings("{slug}"), presets), "painted.png")
```
"""


def _section(preset: Preset, notes: Notes) -> str:
    of = ", ".join(filter(None, (preset.artist, preset.year)))
    named = " ".join(filter(None, (f"*{_plain(preset.title)}*", _plain(of and f"({of})"))))
    licensed = f" License: {_plain(preset.license)}." if preset.license else ""
    return (
        f"### {_plain(preset.title)}\n\n![Three photos in the style {_plain(preset.title)}]({sample_of(preset)})\n\n"
        f"`{preset.slug}`: taught from {named}. {_training(notes)}{licensed}\n"
    )


def _training(notes: Notes) -> str:
    """How a style was trained, as far as its file says."""
    try:
        settings = json.loads(notes.get("settings", "{}"))
        shown = [f"`{key}` {value}" for key, value in settings.items() if key != "steps" and _is_simple(key, value)]
    except (ValueError, AttributeError, RecursionError):
        shown = []
    steps = notes.get("steps_done", "")
    taken = f"{steps} steps" if steps.isascii() and steps.isdigit() else ""
    words = ", ".join(filter(None, (taken, *shown)))
    return f"Its training: {words}." if words else "Its file does not say how it was trained."


def _is_simple(key: str, value: object) -> bool:
    return bool(re.fullmatch(r"\w+", key)) and bool(re.fullmatch(r"[\w.+-]{1,40}", str(value)))


def _license(presets: Sequence[Preset]) -> str:
    """The Hub's word for what all styles stand under."""
    stated = {ALSO.get(preset.license.lower(), preset.license.lower()) for preset in presets}
    if stated == {""}:
        return "unknown"
    return stated.pop() if len(stated) == 1 and stated <= set(LICENSES) else "other"


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_\[\]<>#|!&])", r"\\\1", " ".join(text.split()))
