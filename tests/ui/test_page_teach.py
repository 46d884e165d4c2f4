"""The tab that teaches, in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser import give, playwright, saved, toast, undescribed, wait_for_results
from serving import picture

from nst import presets_in

pytestmark = pytest.mark.timeout(400)
CANVAS = "#teach-canvas img"


@pytest.fixture(scope="module")
def painting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return picture(tmp_path_factory.mktemp("painting") / "old_harbour.png", (120, 80))


def to_teach(page: playwright.Page, painting: Path) -> None:
    page.get_by_role("tab", name="Teach").click()
    give(page, "#teach-painting", painting)
    page.locator("#teach-painting img").first.wait_for()


def test_who_comes_second_waits_until_a_page_is_closed_and_learns_a_style_that_joins_the_gallery(
    second: playwright.Page, begun: playwright.Page, url: str, painting: Path, tmp_path: Path
) -> None:
    first, page = second, begun
    page.get_by_role("tab", name="Teach").click()
    page.locator("#teach-start").click()
    assert "There is no painting yet" in toast(page)
    to_teach(page, painting)
    first.goto(f"{url}/?tab=teach")
    first.get_by_role("tab", name="Teach", selected=True).wait_for()
    to_teach(first, painting)
    first.locator("#teach-start").click()
    first.locator("#teach-stop").wait_for()
    page.locator("#teach-start").click()
    page.locator("#teach-status", has_text="another style is learned first").wait_for()
    page.locator("#teach-leave").click()
    page.locator("#teach-status", has_text="Left the queue").wait_for()
    page.locator("#teach-start").click()
    page.locator("#teach-status", has_text="You are number 2").wait_for()
    first.close()
    page.locator("#teach-stop").wait_for()

    page.locator(CANVAS).wait_for(timeout=120_000)
    first = page.locator(CANVAS).get_attribute("src")
    page.wait_for_function("([at, first]) => document.querySelector(at).src != first", arg=[CANVAS, first])
    page.locator("#teach-status", has_text=re.compile(r"step \d+ · .* left")).wait_for()
    page.locator("#teach-stop").click()
    page.locator("#teach-status", has_text="hangs in the gallery of the Quick tab: Old harbour").wait_for()
    playwright.expect(page.locator("#teach-start")).to_be_focused()
    assert page.locator("#teach-curve svg").is_visible()

    name = page.get_by_label("Name of the style")
    playwright.expect(name).to_have_value("Old harbour")
    name.fill("Woodcut")
    name.press("Enter")
    playwright.expect(name).to_have_value("Woodcut 2")
    page.locator("#styles button", has_text="Woodcut 2").wait_for(state="attached")
    [preset] = presets_in(saved(page, "#teach-download", tmp_path))
    assert (preset.slug, preset.title) == ("woodcut-2", "Woodcut 2")

    page.get_by_role("tab", name="Quick").click()
    page.get_by_role("button", name="Woodcut 2", exact=True).click()
    assert "harbour, Woodcut 2" in wait_for_results(page, 2)[0]
    page.locator("#second input").click()
    page.get_by_role("option", name="Woodcut", exact=True).click()
    assert "Woodcut 2 and Woodcut (50%)" in wait_for_results(page, 3)[0]
    assert not undescribed(page)
