"""The tab that looks inside, in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser import give, playwright, saved, sources, toast, undescribed
from PIL import Image, ImageChops

from nst.common.encoders import CompactEncoder
from nst.common.images import read_settings

pytestmark = pytest.mark.timeout(400)
LAYERS = CompactEncoder.layers


def begin(page: playwright.Page, photo: Path, *, style: bool = False, seamless: bool = False, size: int = 256) -> None:
    page.get_by_role("tab", name="Look inside").click()
    give(page, "#inside-picture", photo)
    page.locator("#inside-picture img").first.wait_for()
    if style:
        page.get_by_label("How it is painted").check()
    if seamless:
        page.get_by_label("Let it tile").check()
    page.locator("#inside-size").get_by_label(f"{size} px").check()
    page.locator("#inside-start").click()


def wait_for(page: playwright.Page, words: str | re.Pattern[str]) -> None:
    page.locator(".status:visible", has_text=words).wait_for(timeout=180_000)


def rest(page: playwright.Page) -> None:
    page.locator("#inside-stop").click()
    page.locator("#inside-start").wait_for()


def shown(page: playwright.Page, alt: str) -> dict[str, int]:
    """The size of the picture that is seen large, as soon as it is the one so described."""
    page.wait_for_function(
        "alt => { const image = document.querySelector('#large img');"
        " return image?.alt.startsWith(alt) && image.complete && image.naturalWidth; }",
        arg=alt,
    )
    return page.evaluate(
        "(({ naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight])(document.querySelector('#large img'))"
    )


def test_layers_paint_the_photo_one_after_the_other_and_each_can_be_had(
    page: playwright.Page, photo: Path, tmp_path: Path
) -> None:
    page.get_by_role("tab", name="Look inside").click()
    page.locator("#inside-start").click()
    assert "There is no picture yet" in toast(page)
    page.locator("#inside-start").wait_for()
    begin(page, photo, size=512)  # which takes longer than a page that is busy to get there
    row, seen = page.locator("#layers img"), sources(page, "#layers img")
    wait_for(page, re.compile("layer [2-5] of 5", re.I))
    assert len(seen()) > 2  # nothing, the first layer, and what is at work
    assert [image.get_attribute("alt").split("(")[1] for image in row.all()] == [f"{layer})" for layer in LAYERS]
    rest(page)
    wait_for(page, "Stopped at layer")
    last = re.search("Layer [2-5]:", page.locator("#large img").get_attribute("alt"))[0]
    assert shown(page, last) in ([128, 85], [256, 170], [512, 341])  # of the scale at which it was stopped

    page.locator("#layers button").nth(0).focus()
    page.keyboard.press("Enter")
    assert shown(page, "Layer 1:") == [512, 341]
    first = saved(page, "#inside-png", tmp_path)
    assert first.name == "harbour-content-relu1_1.png"
    assert {"size": 512, "layer": "relu1_1", "steps_done": 100}.items() <= read_settings(first).items()
    with Image.open(first) as painted, Image.open(photo) as small:
        original = small.convert("RGB").resize(painted.size)
        difference = ImageChops.difference(painted, original).resize((1, 1)).getpixel((0, 0))
    assert max(difference) < 12  # the first layer holds all of it

    page.get_by_label("How it is painted").check()
    page.locator("#layers img[alt^='+ layer 2:']").wait_for()
    assert page.locator("#large img").count() == 0
    page.get_by_label("What it shows").check()
    shown(page, last)


def test_a_seamless_texture_is_seen_laid_and_stop_keeps_it_on_a_narrow_page(
    page: playwright.Page, photo: Path, tmp_path: Path
) -> None:
    page.set_viewport_size({"width": 375, "height": 740})
    begin(page, photo, style=True, seamless=True)
    wait_for(page, "layer 2 of 5")
    page.locator("#layers button").first.click()
    assert shown(page, "Layer 1:") == [512, 512]
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    rest(page)
    playwright.expect(page.locator("#inside-start")).to_be_focused()
    wait_for(page, "Stopped at")
    assert shown(page, "Layer 1:") == [512, 512]  # what was picked stays
    assert not undescribed(page)
    result = saved(page, "#inside-png", tmp_path)
    assert result.name == "harbour-style-relu1_1.png"
    assert {"seamless": True, "layers": ["relu1_1"]}.items() <= read_settings(result).items()
    with Image.open(result) as painted:
        assert painted.size == (256, 256)

    page.locator("#layers button").last.click()  # which was not painted
    page.locator("#inside-png[disabled], #inside-png.disabled, #inside-png [disabled]").first.wait_for()
    assert page.locator("#large img").count() == 0
