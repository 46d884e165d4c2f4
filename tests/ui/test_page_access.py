"""Everybody can use the page: axe finds nothing on any tab, by day or by night, on a desk or on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import begin, playwright

pytestmark = pytest.mark.timeout(400)
TABS = {  # with what is there when it is
    "Photo": "#quick-photo",
    "Many": "#many-files",
    "Camera": "#camera",
    "Video": "#video",
    "Custom": "#custom-painting",
    "Look inside": "#inside-picture",
    "Teach": "#teach-painting",
}
STILL = "*, *::before, *::after { transition: none !important; animation: none !important }"


def faults(page: playwright.Page) -> list[str]:
    """What axe finds, with the elements; what is only there while something loads is none."""
    page.evaluate("scrollTo(0, 0)")  # what is below a bar that stays in sight has no colours to be read
    for _ in range(3):
        if not (found := Axe().run(page).response["violations"]):
            break
        page.wait_for_timeout(1000)
    return [f"{fault['help']}: {[node['html'][:200] for node in fault['nodes']]}" for fault in found]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
def test_axe_finds_nothing_on_any_tab_and_none_scrolls_sideways(
    blank: playwright.Page, url: str, photo: Path, scheme: Literal["light", "dark"], width: int
) -> None:
    page = blank
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    begin(page, url, photo)
    assert page.evaluate("document.body.classList.contains('dark')") == (scheme == "dark")
    page.add_style_tag(content=STILL)  # for colours to be at once what they become
    page.get_by_text("Privacy and licences").click()
    found = {}
    for tab, place in TABS.items():
        page.get_by_role("tab", name=tab, exact=True).click()
        page.locator(place).wait_for()
        while (closed := page.locator("button.label-wrap:not(.open):visible")).count():
            closed.first.click()
        found[tab] = faults(page)
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    assert {tab: there for tab, there in found.items() if there} == {}
