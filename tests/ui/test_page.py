"""The page in a browser: what a visitor sees, does and is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser import PAINTED, give, playwright, saved, to_custom, toast, undescribed, wait_for_results
from PIL import Image, ImageChops
from serving import picture

from nst.common.images import read_settings
from nst.quick.presets import catalogue

STROKES = 10  # at most, until the brush leaves something

pytestmark = pytest.mark.timeout(400)


def test_quick_paints_as_soon_as_a_style_is_picked_by_pointer_or_keyboard(
    begun: playwright.Page, tmp_path: Path
) -> None:
    assert begun.get_by_role("button", name="Woodcut", pressed=True, exact=True).count() == 1
    style, title = catalogue()[1].slug, catalogue()[1].title
    begun.get_by_role("button", name=title, exact=True).click()
    wait_for_results(begun, 2)
    begun.get_by_role("button", name=title, pressed=True, exact=True).wait_for()
    first = begun.locator(PAINTED).get_attribute("src")
    alts = [image.get_attribute("alt") for image in begun.locator("#compare img").all()]
    assert alts == ["The photo", "The painting"]

    for name, kind in (("JPEG", "JPEG"), ("WebP", "WEBP"), ("PNG", "PNG")):
        begun.locator("#format input").click()
        begun.get_by_role("option", name=name).click()
        begun.locator("#quick-download", has_text=f"Download {name}").wait_for()
        result = saved(begun, "#quick-download", tmp_path)
        assert result.stem == f"harbour-{style}-512"
        with Image.open(result) as image:
            assert (image.format, image.size) == (kind, (512, 341))
    assert result.suffix == ".png"
    assert read_settings(result)["style"] == style

    begun.get_by_label("Keep the photo’s colours").first.check()
    begun.wait_for_function("first => document.querySelector('#compare img.fixed')?.src != first", arg=first)
    wait_for_results(begun, 3)
    begun.get_by_role("tab", name="Painting alone").click()
    alone = begun.locator("#painting img")
    alone.wait_for()
    assert alone.get_attribute("alt") == f"harbour in the style of {title}"
    assert not undescribed(begun)

    begun.locator("#quick-examples button").last.focus()
    begun.keyboard.press("Tab")
    assert begun.evaluate("!!document.activeElement.closest('#styles')")
    begun.keyboard.press("Enter")
    assert catalogue()[0].title in wait_for_results(begun, 4)[0]

    begun.locator("#strength input[type=range]").focus()
    begun.keyboard.press("ArrowLeft")
    assert "strength 0.95" in wait_for_results(begun, 5)[0]


def test_what_is_missing_or_wrong_is_said_and_the_page_goes_on(
    page: playwright.Page, photo: Path, tmp_path: Path
) -> None:
    (tmp_path / "text.jpg").write_text("no picture at all")
    give(page, "#quick-photo", tmp_path / "text.jpg")
    assert "text.jpg is not in a format that can be read" in toast(page)
    (tmp_path / "note.txt").write_text("no picture either")
    give(page, "#quick-photo", tmp_path / "note.txt")
    assert "note.txt cannot be used here: give a picture." in toast(page)
    page.locator("#styles button").first.click()
    assert "There is no photo yet" in toast(page)

    page.get_by_role("tab", name="Custom").click()
    page.locator("#start").click()
    words = toast(page)
    assert "no photo" in words
    assert "no painting" in words
    give(page, "#custom-photo", picture(tmp_path / "dot.png", (3, 3)))
    assert "dot.png is tiny, 3 × 3 pixels" in toast(page)
    page.locator("#start").click()
    page.locator(".toast-body").wait_for()
    page.locator("#pairs button").first.click()
    page.locator(".toast-body").wait_for(state="detached", timeout=8000)  # sooner than by itself, in 10 s

    page.get_by_role("tab", name="Quick").click()
    give(page, "#quick-photo", photo)
    assert catalogue()[0].title in wait_for_results(page, 1)[0]  # the style that was picked before


def test_a_cloud_style_without_a_network_is_refused_in_words(page: playwright.Page, tmp_path: Path) -> None:
    """The photo is one that browsers cannot show: it becomes one that they can."""
    give(page, "#quick-photo", picture(tmp_path / "scan.tiff"))
    page.wait_for_function("document.querySelector('#quick-photo img')?.src.endsWith('/scan.jpg')")
    page.locator("#styles button", has_text="☁").first.click()
    assert "could not be downloaded" in toast(page)
    assert "scan" in wait_for_results(page, 1)[0]  # in the style that hung there
    assert "☁" not in page.locator("#styles .selected").inner_text()
    page.locator("#styles button").first.click()
    page.get_by_text(f"In the style of {catalogue()[0].title}").wait_for()


def going_on(page: playwright.Page) -> None:
    page.locator(".status p", has_text=re.compile("^Going on: step ")).wait_for()


def test_custom_repaints_live_and_stop_keeps_the_picture_and_who_leaves_makes_room(
    second: playwright.Page, page: playwright.Page, url: str, photo: Path, painting: Path, tmp_path: Path
) -> None:
    second.goto(url)
    to_custom(second, photo, painting, steps=2000)
    # Large enough for the run to outlast a slow browser.
    to_custom(page, picture(tmp_path / "harbour.jpg", (720, 480)), painting, steps=2000)
    page.locator("#quality").get_by_text("on this server").wait_for()  # so that the times are known
    assert not page.locator("#losses").is_visible()
    page.locator("#start").click()
    page.get_by_role("tab", name="Quick").click()  # where nothing is seen of the work
    page.locator("#curve svg").wait_for(state="attached")
    page.get_by_role("tab", name="Custom").click()
    canvas = page.locator("#canvas img")
    canvas.wait_for()
    sources = set()
    while len(sources) < 3:
        sources.add(canvas.get_attribute("src"))
        page.wait_for_timeout(200)
    page.locator("#curve svg").wait_for()
    # To events that have not begun, gradio answers that there is nothing to cancel, an error to the browser.
    second.locator("#start").click()
    second.locator("#leave").click()
    second.get_by_text("Left the queue").wait_for()
    playwright.expect(second.locator("#start")).to_be_visible()
    page.locator("#stop").click()
    page.get_by_text("Stopped at step").first.wait_for()
    playwright.expect(page.locator("#continue")).to_be_focused()

    result = saved(page, "#custom-download", tmp_path)
    assert result.name == "harbour-painting.png"
    settings = read_settings(result)
    assert settings["steps"] == 2000
    assert 0 < int(str(settings["steps_done"])) < 2000
    with Image.open(result) as kept:
        assert max(kept.size) in (128, 256, 512)  # of the scale at which it was stopped

    page.get_by_text(re.compile("Enlarging takes about .* to 2048 px and about .* to 4096 px")).wait_for()
    page.locator("#continue").press("Enter")
    going_on(page)
    playwright.expect(page.locator("#stop")).to_be_focused()
    second.locator("#start").click()
    second.locator("#leave").wait_for()
    page.locator("#stop").click()
    second.locator("#canvas img").wait_for()
    page.locator("#enlarge-2048").click()
    page.locator("#leave").wait_for()
    second.close()
    going_on(page)  # sooner than the other is done
    page.locator("#stop").click()
    page.locator("#enlarge-2048").wait_for()
    settings = read_settings(saved(page, "#custom-download", tmp_path))
    assert settings["size"] == 2048
    assert [run["size"] for run in settings["before"]] == [512, 512]


def test_qualities_set_size_and_steps_and_one_slider_both_weights(page: playwright.Page) -> None:
    page.get_by_role("tab", name="Custom").click()
    page.locator("#quality").get_by_text(re.compile("About .* for a sketch, .* on this server")).wait_for()
    page.locator("#fine button").first.click()
    size, steps = (page.locator(f"#{name} input[type=number]") for name in ("size", "steps"))
    page.get_by_label("Sketch").check()
    playwright.expect(size).to_have_value("320")
    playwright.expect(steps).to_have_value("64")
    size.fill("400")
    page.keyboard.press("Tab")
    playwright.expect(page.get_by_label("Sketch")).not_to_be_checked()
    page.locator("#quality").get_by_text("Your own: 400 px, 64 steps").wait_for()
    size.fill("320")
    page.keyboard.press("Tab")
    playwright.expect(page.get_by_label("Sketch")).to_be_checked()

    balance = page.locator("#balance input[type=range]")
    balance.focus()
    page.keyboard.press("ArrowRight")
    style, content = (page.locator(f"#{name} input[type=number]") for name in ("style", "content"))
    playwright.expect(style).to_have_value("5.09")
    playwright.expect(content).to_have_value("0.909")
    content.fill("20")
    page.keyboard.press("Tab")
    playwright.expect(balance).to_have_value("0")
    playwright.expect(style).to_have_value("5.09")
    page.locator("#balance [aria-label='Reset to default value']").click()
    playwright.expect(content).to_have_value("1")


def brush(page: playwright.Page) -> None:
    """A short stroke in the middle of the mask, once the editor has laid itself out."""
    canvas = page.locator("#mask canvas:visible").first
    canvas.scroll_into_view_if_needed()
    before = b""
    while before != (before := canvas.screenshot()):
        page.wait_for_timeout(500)
    for _ in range(STROKES):  # as a hand would, where the editor was not ready for the first one yet
        box = canvas.bounding_box()
        x, y = box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"]
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 12, y, steps=4)
        page.mouse.up()
        page.mouse.move(0, 0)
        for _ in range(10):
            if before != canvas.screenshot():
                return
            page.wait_for_timeout(200)
    raise AssertionError("The brush left nothing.")


def test_the_style_goes_where_the_brush_went_and_paintings_stay_and_serve_for_the_next(
    page: playwright.Page, painting: Path, tmp_path: Path
) -> None:
    photo = picture(tmp_path / "harbour.png", (160, 106))
    to_custom(page, photo, painting, size=160, steps=30)
    page.locator("#where button").first.click()
    brush(page)
    page.locator("#start").click()
    page.get_by_text("Finished").wait_for()
    with Image.open(saved(page, "#custom-download", tmp_path)) as result, Image.open(photo) as before:
        change = ImageChops.difference(result.convert("L"), before.convert("L"))
    assert max(change.crop((0, 0, 30, 106)).getextrema()) <= 1
    assert max(change.crop((70, 43, 90, 63)).getextrema()) > 8

    page.locator("#custom-format input").click()
    page.get_by_role("option", name="WebP").click()
    page.locator("#custom-download", has_text="Download WebP").wait_for()
    with Image.open(saved(page, "#custom-download", tmp_path)) as image:
        assert (image.format, image.size) == ("WEBP", (160, 106))

    page.get_by_role("link", name="Share").click()
    page.get_by_text("Link copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").endswith("/?tab=custom&size=160&steps=30")

    page.locator("#as-photo").click()
    assert "This is the photo now" in toast(page)
    page.wait_for_function("document.querySelector('#custom-photo img')?.src.endsWith('/harbour-painting.png')")
    page.locator("#style input[type=number]").fill("50")
    page.locator("#start").click()
    kept = page.locator("#visit button.thumbnail-item")
    kept.nth(1).wait_for()

    page.get_by_role("tab", name="Quick").click()
    kept.last.click()
    page.get_by_role("tab", name="Custom", selected=True).wait_for()
    playwright.expect(page.locator("#canvas")).to_be_in_viewport()
    page.wait_for_function("document.querySelector('#custom-photo img')?.src.endsWith('/harbour.png')")
    playwright.expect(page.locator("#style input[type=number]")).to_have_value("5")


def test_a_link_leads_to_custom_and_start_is_in_sight_on_a_phone(blank: playwright.Page, url: str) -> None:
    page = blank
    page.set_viewport_size({"width": 375, "height": 667})
    page.goto(f"{url}/?tab=custom&size=320&steps=64&style_scale=9")
    page.get_by_role("tab", name="Custom", selected=True).wait_for()
    playwright.expect(page.get_by_label("Sketch")).to_be_checked()
    page.get_by_text("Choose a photo and a painting").wait_for()
    page.locator("#where button").first.click()
    page.get_by_text("Give a photo first").wait_for()
    assert not page.locator("#mask").count()

    page.locator("#pairs button").first.click()
    page.get_by_text("Press Start").wait_for()
    page.locator("#mask canvas:visible").first.wait_for()
    assert not undescribed(page)
    page.evaluate("scrollTo(0, 0)")
    playwright.expect(page.locator("#start")).to_be_in_viewport(ratio=1)
    page.locator("#fine").scroll_into_view_if_needed()
    playwright.expect(page.locator("#start")).to_be_in_viewport(ratio=1)

    page.get_by_role("tab", name="Look inside").click()
    page.reload()
    page.get_by_role("tab", name="Look inside", selected=True).wait_for()
