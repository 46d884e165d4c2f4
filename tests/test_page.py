"""The page in a browser: what a visitor sees, does and is told."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from PIL import Image, ImageChops
from serving import picture, served

from nst.images import read_settings
from nst.presets import catalogue

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
BROWSER = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), "")
QUIET = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(not BROWSER, reason="there is no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("page")) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
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


def give(page: playwright.Page, place: str, path: Path) -> None:
    page.locator(f"{place} input[type=file]").set_input_files(path)


def saved(page: playwright.Page, button: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.locator(button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


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


def test_quick_paints_as_soon_as_a_style_is_picked(page: playwright.Page, photo: Path, tmp_path: Path) -> None:
    give(page, "#quick-photo", photo)
    page.locator("#quick-photo img").first.wait_for()
    page.locator("#styles button").nth(1).click()
    after = page.locator("#compare img.fixed")
    after.wait_for()
    first = after.get_attribute("src")
    alts = [image.get_attribute("alt") for image in page.locator("#compare img").all()]
    assert alts == ["The photo", "The painting"]

    result = saved(page, "#quick-download", tmp_path)
    style = catalogue()[1].slug
    assert result.name == f"harbour-{style}.png"
    assert Image.open(result).size == (1024, 683)
    assert read_settings(result)["style"] == style

    page.get_by_label("Keep the photo’s colours").first.check()
    page.wait_for_function("first => document.querySelector('#compare img.fixed')?.src != first", arg=first)
    page.get_by_role("tab", name="Painting alone").click()
    alone = page.locator("#painting img")
    alone.wait_for()
    assert alone.get_attribute("alt") == f"harbour in the style of {catalogue()[1].title}"


def test_the_keyboard_picks_a_style_and_its_strength(page: playwright.Page, photo: Path) -> None:
    give(page, "#quick-photo", photo)
    page.locator("#quick-photo img").first.wait_for()
    page.locator("#quick-examples button").last.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('#styles')")
    page.keyboard.press("Enter")
    after = page.locator("#compare img.fixed")
    after.wait_for()

    first = after.get_attribute("src")
    page.locator("#strength input[type=range]").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("first => document.querySelector('#compare img.fixed')?.src != first", arg=first)


def test_what_is_missing_or_wrong_is_said_and_the_page_goes_on(
    page: playwright.Page, photo: Path, tmp_path: Path
) -> None:
    page.locator("#styles button").first.click()
    assert "There is no photo yet" in toast(page)

    (tmp_path / "text.jpg").write_text("no picture at all")
    give(page, "#quick-photo", tmp_path / "text.jpg")
    assert "text.jpg is not in a format that can be read" in toast(page)

    page.get_by_role("tab", name="Custom").click()
    page.locator("#start").click()
    words = toast(page)
    assert "no photo" in words
    assert "no painting" in words

    page.get_by_role("tab", name="Quick").click()
    give(page, "#quick-photo", photo)
    page.locator("#compare img.fixed").wait_for()  # in the style that was picked before


def test_a_cloud_style_without_a_network_is_refused_in_words(page: playwright.Page, photo: Path) -> None:
    give(page, "#quick-photo", photo)
    page.locator("#quick-photo img").first.wait_for()
    start = time.monotonic()
    page.locator("#styles button", has_text="☁").first.click()
    assert "could not be downloaded" in toast(page)
    assert time.monotonic() - start < 6
    page.locator("#styles button").first.click()
    page.locator("#compare img.fixed").wait_for()


def test_what_browsers_cannot_show_becomes_what_they_can(page: playwright.Page, tmp_path: Path) -> None:
    give(page, "#quick-photo", picture(tmp_path / "scan.tiff"))
    page.wait_for_function("document.querySelector('#quick-photo img')?.src.endsWith('/scan.jpg')")


def test_custom_repaints_live_and_stop_keeps_the_picture(page: playwright.Page, painting: Path, tmp_path: Path) -> None:
    # Large enough for the run to outlast a slow browser.
    to_custom(page, picture(tmp_path / "harbour.jpg", (720, 480)), painting, steps=2000)
    page.locator("#start").click()
    canvas = page.locator("#canvas img")
    canvas.wait_for()
    sources = set()
    while len(sources) < 3:
        sources.add(canvas.get_attribute("src"))
        page.wait_for_timeout(200)
    page.locator("#curve svg").wait_for()
    page.locator("#stop").click()
    page.get_by_text("Stopped at step").wait_for()
    page.locator("#start").wait_for()

    result = saved(page, "#custom-png", tmp_path)
    assert result.name == "harbour-custom.png"
    settings = read_settings(result)
    assert settings["steps"] == 2000
    assert 0 < int(str(settings["steps_done"])) < 2000
    with Image.open(result) as kept:
        assert max(kept.size) in (128, 256, 512)  # of the scale at which it was stopped

    page.locator("#continue").click()
    page.locator(".status p", has_text=re.compile("^Step ")).wait_for()
    page.locator("#stop").click()
    page.locator("#enlarge-2048").click()
    page.locator(".status p", has_text=re.compile("^Step ")).wait_for()
    page.locator("#stop").click()
    page.locator("#enlarge-2048").wait_for()
    settings = read_settings(saved(page, "#custom-png", tmp_path))
    assert settings["size"] == 2048
    assert [run["size"] for run in settings["before"]] == [512, 512]


def test_qualities_set_size_and_steps(page: playwright.Page) -> None:
    page.get_by_role("tab", name="Custom").click()
    page.locator("#fine button").first.click()
    size, steps = (page.locator(f"#{name} input[type=number]") for name in ("size", "steps"))
    page.get_by_label("Sketch").check()
    playwright.expect(size).to_have_value("320")
    playwright.expect(steps).to_have_value("80")
    size.fill("400")
    page.keyboard.press("Tab")
    playwright.expect(page.get_by_label("Sketch")).not_to_be_checked()


def test_the_style_goes_where_the_brush_went(page: playwright.Page, painting: Path, tmp_path: Path) -> None:
    photo = picture(tmp_path / "harbour.png", (320, 213))
    to_custom(page, photo, painting)
    page.get_by_label("Sketch").check()
    page.locator("#where button").first.click()
    canvas = page.locator("#mask canvas").first
    canvas.scroll_into_view_if_needed()
    page.wait_for_timeout(1500)  # for the editor to have laid itself out
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"] + 12, box["y"] + 0.5 * box["height"], steps=4)
    page.mouse.up()
    page.wait_for_timeout(1500)  # for the editor to have sent what was painted
    page.locator("#start").click()
    page.get_by_text("Finished").wait_for()
    with Image.open(saved(page, "#custom-png", tmp_path)) as result, Image.open(photo) as before:
        change = ImageChops.difference(result.convert("L"), before.convert("L"))
    assert max(change.crop((0, 0, 60, 213)).getextrema()) <= 1
    assert max(change.crop((140, 86, 180, 126)).getextrema()) > 8


def test_closing_the_page_makes_room_for_the_next_visitor(
    browser: playwright.Browser, url: str, photo: Path, painting: Path
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(url)
    to_custom(page, photo, painting, steps=2000)
    page.locator("#start").click()
    page.locator("#canvas img").wait_for()
    context.close()

    start = time.monotonic()
    given = {"photo": handle_file(str(photo)), "painting": handle_file(str(painting)), "size": 64, "steps": 2}
    Client(url, verbose=False).predict(**given, api_name="/optimize")
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("tab", ["Quick", "Custom"])
def test_a_narrow_page_does_not_scroll_sideways(page: playwright.Page, tab: str) -> None:
    page.set_viewport_size({"width": 375, "height": 740})
    page.get_by_role("tab", name=tab).click()
    page.wait_for_timeout(500)
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_every_picture_has_a_description(page: playwright.Page) -> None:
    page.locator("#quick-examples button").first.click()
    page.locator("#styles button").first.click()
    page.locator("#compare img.fixed").wait_for()
    page.get_by_role("tab", name="Custom").click()
    if (pairs := page.locator("#pairs button")).count():
        pairs.first.click()
        page.locator("#custom-painting img").first.wait_for()
    assert page.evaluate("[...document.images].filter(image => !image.alt).map(image => image.outerHTML)") == []
