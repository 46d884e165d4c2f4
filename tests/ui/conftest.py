"""What the tests in a browser share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from serving import picture, served

if TYPE_CHECKING:
    from playwright import sync_api as playwright


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("page")) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    from browser import BROWSER, CAMERA, QUIET, playwright  # here, since not all tests of this folder need it

    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=BROWSER, args=["--no-sandbox", "--no-first-run", *QUIET, *CAMERA]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: playwright.Browser, url: str) -> Iterator[playwright.Page]:
    """The page in a new session, which must leave no error in the console and ask nobody but the app."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(45_000)
    visited = context.new_page()
    faults: list[str] = []
    visited.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    visited.on("pageerror", lambda error: faults.append(str(error)))
    visited.on("request", lambda request: None if _is_local(request.url, url) else faults.append(request.url))
    visited.goto(url)
    visited.locator("#styles button").first.wait_for()
    yield visited
    context.close()
    assert not faults


def _is_local(address: str, url: str) -> bool:
    return address.startswith((url, "data:", "blob:"))


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return picture(tmp_path_factory.mktemp("photo") / "harbour.jpg", (120, 80))


@pytest.fixture(scope="module")
def painting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return picture(tmp_path_factory.mktemp("painting") / "painting.png", (64, 80))


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Gradio's folder of files, empty."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    return tmp_path / "uploads"
