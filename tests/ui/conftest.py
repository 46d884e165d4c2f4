"""What the tests in a browser share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from serving import picture, served

if TYPE_CHECKING:
    from playwright import sync_api as playwright

# Of a page that is being left, gradio says that its connections were cut, which is no fault.
FAREWELL = "addEventListener('beforeunload', () => { console.error = () => {} })"


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("page")) as address:
        yield address


@pytest.fixture(scope="module")  # one that many files have used stands still now and then
def browser() -> Iterator[playwright.Browser]:
    from browser import LAUNCHED, playwright  # here, since not all tests of this folder need it

    with playwright.sync_playwright() as driver, driver.chromium.launch(**LAUNCHED) as chromium:
        yield chromium


@pytest.fixture(scope="module")
def window(browser: playwright.Browser) -> playwright.BrowserContext:
    """Where pages are opened, one at a time: what all of them load is loaded and compiled once."""
    return _window(browser)


@pytest.fixture(scope="module")
def other_window(browser: playwright.Browser) -> Iterator[playwright.BrowserContext]:
    """The window of a second visitor, who has a browser of their own: of two pages in one, one may stand still."""
    from browser import LAUNCHED

    with browser.browser_type.launch(**LAUNCHED) as other:
        yield _window(other)


@pytest.fixture
def blank(window: playwright.BrowserContext, url: str) -> Iterator[playwright.Page]:
    """A new session at no address yet, which must leave no error in the console and ask nobody but the app."""
    visited = window.new_page()
    faults: list[str] = []
    visited.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    visited.on("pageerror", lambda error: faults.append(str(error)))
    visited.on("request", lambda request: None if _is_local(request.url, url) else faults.append(request.url))
    yield visited
    visited.close()
    assert not faults


@pytest.fixture
def page(blank: playwright.Page, url: str) -> playwright.Page:
    """The page as it is opened first, in such a session."""
    blank.goto(url)
    blank.locator("#styles button").first.wait_for()
    return blank


@pytest.fixture
def second(other_window: playwright.BrowserContext) -> Iterator[playwright.Page]:
    """The session of a second visitor, at no address yet."""
    with other_window.new_page() as visited:
        yield visited


@pytest.fixture
def begun(blank: playwright.Page, url: str, photo: Path) -> playwright.Page:
    """The page in such a session, with a photo that is painted small in the style of Woodcut."""
    from browser import begin

    begin(blank, url, photo)
    return blank


def _window(browser: playwright.Browser) -> playwright.BrowserContext:
    from browser import PATIENCE

    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    context.grant_permissions(["clipboard-read", "clipboard-write", "camera"])
    context.add_init_script(FAREWELL)
    return context


def _is_local(address: str, url: str) -> bool:
    return address.startswith((url, "data:", "blob:"))


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return picture(tmp_path_factory.mktemp("photo") / "harbour.jpg", (120, 80))


@pytest.fixture(scope="session")
def painting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return picture(tmp_path_factory.mktemp("painting") / "painting.png", (64, 80))


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Gradio's folder of files, empty."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    return tmp_path / "uploads"
