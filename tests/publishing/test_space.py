"""A Space gets the app, all of it and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from nst.common.errors import UserError
from nst.publishing.space import FILES, FOLDERS, ROOT, files_of_app


def test_the_app_goes_up_whole() -> None:
    files = files_of_app()
    assert all(path == ROOT / name for name, path in files.items())
    skipped = {
        path.relative_to(ROOT).as_posix()
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    } - files.keys()
    assert not skipped
    assert {name for name in files if "/" not in name} == set(FILES)


def test_nothing_else_goes_up(tmp_path: Path) -> None:
    (tmp_path / "nst").mkdir()
    with pytest.raises(UserError, match="is missing"):
        files_of_app(tmp_path)
    wanted = {*FILES, "nst/__init__.py", "nst/ui/page.js", "styles/presets.toml", "styles/networks/mine.safetensors"}
    others = (
        "tests/test_a.py", ".venv/lib/a.py", "runs/a.jpg", "nst/__pycache__/a.py", "nst/.cache/a.py", "nst/.a.py",
        "nst/a.pyc", "styles/mine.run/samples.jpg", "styles/networks/.0a.partial", "styles/state.pt", ".git/config",
    )  # fmt: skip
    for name in (*wanted, *others):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert files_of_app(tmp_path).keys() == wanted
