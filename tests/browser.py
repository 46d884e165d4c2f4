"""The page in a browser, and what visitors do there. Where there is no browser, tests that import this are skipped."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
BROWSER = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), "")
QUIET = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
LAUNCHED = {"executable_path": BROWSER, "args": ["--no-sandbox", "--no-first-run", *QUIET, *CAMERA]}

PATIENCE = 45_000  # ms, also for a machine that others keep busy
playwright.expect.set_options(timeout=PATIENCE)

PAINTED = "#compare img.fixed"

if not BROWSER:
    pytest.skip("there is no Chromium on this machine", allow_module_level=True)


def give(page: playwright.Page, place: str, path: Path) -> None:
    page.locator(f"{place} input[type=file]").set_input_files(path)


def saved(page: playwright.Page, button: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.locator(button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def sources(page: playwright.Page, place: str) -> Callable[[], list[str]]:
    """From now on all sources that the images there come to have, however short they are seen."""
    page.evaluate(
        """place => {
            window.seen = [];
            const look = () => {
                for (const { src } of document.querySelectorAll(place)) if (!seen.includes(src)) seen.push(src);
            };
            const attributes = { attributes: true, attributeFilter: ["src"] };
            new MutationObserver(look).observe(document.body, { subtree: true, childList: true, ...attributes });
            look();
        }""",
        place,
    )
    return lambda: page.evaluate("window.seen")


def begin(page: playwright.Page, url: str, photo: Path) -> None:
    """A photo is painted small in the style of a link, Woodcut: the first result of the visit."""
    page.goto(f"{url}/?style=woodcut&size=512")
    page.locator(PAINTED).wait_for()
    give(page, "#quick-photo", photo)
    wait_for_results(page, 1)


def captions(page: playwright.Page) -> list[str]:
    return [str(caption.inner_text()) for caption in page.locator("#visit .caption-label").all()]


def wait_for_results(page: playwright.Page, count: int) -> list[str]:
    page.wait_for_function("n => document.querySelectorAll('#visit .caption-label').length == n", arg=count)
    return captions(page)


def to_custom(page: playwright.Page, photo: Path, painting: Path, **settings: int) -> None:
    page.get_by_role("tab", name="Custom").click()
    give(page, "#custom-photo", photo)
    give(page, "#custom-painting", painting)
    if settings:
        page.locator("#fine button").first.click()
    for name, value in settings.items():
        page.locator(f"#{name} input[type=number]").fill(str(value))
        page.keyboard.press("Tab")
    page.locator("#custom-photo img").first.wait_for()
    page.locator("#custom-painting img").first.wait_for()


def toast(page: playwright.Page) -> str:
    """The words of the toast that comes; it is closed again."""
    shown = page.locator(".toast-body").first
    shown.wait_for()
    words = str(shown.inner_text())
    shown.get_by_test_id("toast-close").click()
    shown.wait_for(state="detached")
    return words


def undescribed(page: playwright.Page) -> list[str]:
    """The pictures on the page that have no words for those who do not see them."""
    return list(page.evaluate("[...document.images].filter(image => !image.alt).map(image => image.outerHTML)"))
