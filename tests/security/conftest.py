"""The running app as a stranger meets it: behind a proxy, with a password, in a folder with a secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import served
from stranger import LARGEST, PROXY, REQUESTS, Visitor


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Its address, and its folder, where a secret lies beside the uploads."""
    folder = tmp_path_factory.mktemp("app")
    (folder / "secret.txt").write_text("the secret")
    settings = {
        "NST_AUTH": "ann:one, bob:two",
        "NST_PROXIES": PROXY,
        "NST_MAX_UPLOAD_MEGABYTES": str(LARGEST),
        "NST_MAX_REQUESTS": str(REQUESTS),
    }
    with served(folder, **settings) as url:
        yield url, folder


@pytest.fixture
def visitor(app: tuple[str, Path]) -> Iterator[Visitor]:
    someone = Visitor(*app)
    yield someone
    someone.http.close()
