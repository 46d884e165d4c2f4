"""The files of the app that a Space runs."""

from __future__ import annotations

from pathlib import Path

from nst.common.errors import UserError

ROOT = Path(__file__).parents[2]
FILES = ("README.md", "LICENSE", "requirements.txt", "app.py")
FOLDERS = ("nst", "styles")
KINDS = (".py", ".md", ".js", ".css", ".toml", ".safetensors", ".pth", ".onnx", ".jpg", ".png")


def files_of_app(root: Path = ROOT) -> dict[str, Path]:
    """The files by their names; no caches, no hidden ones, no runs of a training. `UserError` where one is missing."""
    files = {name: root / name for name in FILES}
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            inside = path.relative_to(root)
            if path.is_file() and path.suffix in KINDS and not any(map(_is_left, inside.parts)):
                files[inside.as_posix()] = path
    for name in (*FILES, "nst/__init__.py", "styles/presets.toml"):
        if not (root / name).is_file():
            raise UserError(f"{name}, which comes with this project, is missing: get the project's files again.")
    return files


def _is_left(part: str) -> bool:
    return part.startswith(".") or part == "__pycache__" or part.endswith(".run")
