"""The quick tab in a browser: mixes, many photos, the camera, videos, own networks, what stays of a visit."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from browser import PAINTED, begin, captions, give, playwright, saved, sources, toast, wait_for_results
from PIL import Image
from serving import picture

from nst.common.images import read_settings
from nst.quick.networks import TransformerNet
from nst.quick.presets import catalogue

pytestmark = pytest.mark.timeout(400)
SLUGS = [preset.slug for preset in catalogue()]
WOODCUT = SLUGS.index("woodcut")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of video at 10 frames a second, 128 x 96."""
    return filmed(tmp_path_factory.mktemp("clip") / "harbour.mp4", 10, 128)


def filmed(path: Path, frames: int, side: int) -> Path:
    """A video at 10 frames a second of something that moves, four by three."""
    pixels = np.asarray(Image.open(picture(path.with_suffix(".png"), (side + 10, side * 3 // 4))).convert("RGB"))
    with av.open(path, "w") as file:
        stream = file.add_stream("libx264", rate=10, width=side, height=side * 3 // 4, pix_fmt="yuv420p")
        stream.options = {"preset": "ultrafast"}
        for number in range(frames):
            moved = np.ascontiguousarray(pixels[:, number % 10 : number % 10 + side])
            file.mux(stream.encode(av.VideoFrame.from_ndarray(moved, format="rgb24")))
        file.mux(stream.encode())
    return path


def pick(page: playwright.Page, index: int = 0) -> None:
    page.locator("#styles button").nth(index).click()


def source(page: playwright.Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def move_the_handle(page: playwright.Page) -> None:
    """The one between before and after, by keyboard."""
    page.wait_for_function("document.querySelectorAll('#compare img').length == 2")
    page.wait_for_function("[...document.querySelectorAll('#compare img')].every(each => each.naturalWidth)")
    handle = page.get_by_role("slider", name="Before and after")
    handle.focus()
    cut = "element => parseFloat(element.parentElement.querySelector('img.fixed').style.clipPath.split(' ').at(-1))"
    cuts = [handle.evaluate(cut)]
    keys = ("ArrowRight", "PageDown", "Home", "ArrowLeft", "End", "ArrowDown")
    for key, percent in zip(keys, (52, 42, 0, 0, 100, 98), strict=True):
        page.keyboard.press(key)
        playwright.expect(handle).to_have_attribute("aria-valuenow", str(percent))
        cuts.append(handle.evaluate(cut))
    assert handle.get_attribute("aria-valuetext") == "98 % photo, 2 % painting"
    middle, right, left, first, at_first, last, before_last = cuts
    assert first == at_first < left < middle < right < before_last < last


def walk_past_a_list(page: playwright.Page) -> None:
    """All through the list of second styles and on, by keyboard: none of them is picked."""
    second = page.locator("#second input")
    page.get_by_role("link", name="To the painting").press("Enter")
    playwright.expect(page.locator("#compare")).to_be_focused()
    for _ in range(20):
        page.keyboard.press("Tab")
        if second.evaluate("each => each == document.activeElement"):
            break
    page.get_by_role("listbox").wait_for()
    for _ in range(len(SLUGS)):
        page.keyboard.press("ArrowDown")
    active = page.locator("#second [role=option].active")
    playwright.expect(active).to_be_in_viewport(ratio=0.9)
    assert active.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
    page.keyboard.press("Tab")
    page.wait_for_timeout(1000)
    assert not page.get_by_role("listbox").count()


def test_the_page_opens_with_a_painting_that_is_no_result_and_is_used_by_keyboard(
    browser: playwright.Browser, page: playwright.Page, url: str, tmp_path: Path
) -> None:
    page.locator(PAINTED).wait_for()
    page.locator(".wall-label:visible", has_text="Give a photo, and it is painted in the style of").wait_for()
    assert not captions(page)
    first = page.locator(PAINTED).get_attribute("src")
    with browser.new_context() as context:  # where nothing was loaded before
        other, sent = context.new_page(), dict[str, int]()
        other.on("response", lambda each: sent.update({each.url: int(each.headers.get("content-length", 0))}))
        other.goto(url)
        assert other.locator(PAINTED).get_attribute("src") == first
        other.wait_for_function("[...document.querySelectorAll('#compare img')].every(each => each.naturalWidth)")
        assert sum(sent.values()) < 2.5e6
        assert {address for address, size in sent.items() if size > 4e5} == set()
    with Image.open(saved(page, "#quick-download", tmp_path)) as image:
        assert max(image.size) == 1024
    move_the_handle(page)
    walk_past_a_list(page)
    assert not captions(page)
    assert not page.locator("#quick-label .busy").count()
    pick(page, WOODCUT)
    assert ", Woodcut" in wait_for_results(page, 1)[0]


def test_on_a_phone_the_painting_stays_in_sight_and_the_styles_are_a_thumb_away(
    blank: playwright.Page, url: str
) -> None:
    page = blank
    page.emulate_media(reduced_motion="reduce")  # so that it is there at once
    page.set_viewport_size({"width": 375, "height": 667})
    page.goto(url)
    frame, chosen = page.locator("#compare"), page.locator("#styles .selected")
    playwright.expect(frame).to_be_in_viewport(ratio=1)
    playwright.expect(chosen).to_be_in_viewport(ratio=0.9)  # of the day's, wherever in the row it is
    back = page.get_by_role("link", name="The styles")
    playwright.expect(back).to_be_hidden()
    assert page.locator("#quick-download").evaluate("each => each.scrollWidth <= each.clientWidth")

    with page.expect_file_chooser():
        page.get_by_role("link", name="Give a photo").click()
    place = page.locator("#quick-photo")
    playwright.expect(place).to_be_in_viewport(ratio=0.9)
    assert place.bounding_box()["y"] > frame.bounding_box()["y"] + frame.bounding_box()["height"]
    for icon in place.locator(".source-selection button").all():
        assert min(icon.bounding_box()[side] for side in ("width", "height")) >= 40

    page.locator("#strokes").get_by_label("Broad").check()
    assert "broad strokes" in wait_for_results(page, 1)[0]
    playwright.expect(frame).to_be_in_viewport(ratio=1)
    back.click()
    playwright.expect(back).to_be_hidden()
    playwright.expect(chosen).to_be_in_viewport(ratio=0.9)
    assert chosen.bounding_box()["y"] > frame.bounding_box()["y"] + frame.bounding_box()["height"]
    pick(page, WOODCUT)
    assert "Woodcut" in wait_for_results(page, 2)[0]
    playwright.expect(frame).to_be_in_viewport(ratio=1)
    playwright.expect(chosen).to_be_in_viewport(ratio=0.9)


def test_a_link_names_a_style_and_a_photo_is_enough(blank: playwright.Page, url: str, photo: Path) -> None:
    page = blank
    page.goto(f"{url}/?style=woodcut")
    page.locator(".wall-label:visible", has_text="Give a photo, and it is painted in the style of Woodcut").wait_for()
    assert "selected" in page.locator("#styles button").nth(WOODCUT).get_attribute("class")
    page.locator(PAINTED).wait_for()
    assert not captions(page)
    give(page, "#quick-photo", photo)
    page.get_by_text("In the style of Woodcut").wait_for()
    assert "harbour, Woodcut" in wait_for_results(page, 1)[0]
    assert page.locator("#share").get_attribute("href") == "?style=woodcut"


def test_two_styles_are_mixed_and_shared_by_a_link(
    second: playwright.Page, begun: playwright.Page, url: str, photo: Path, tmp_path: Path
) -> None:
    before = begun.url
    begun.locator("#second input").click()
    begun.get_by_role("option", name="The Starry Night").click()
    assert "The Starry Night (50%)" in wait_for_results(begun, 2)[0]
    begun.locator("#blend input[type=range]").focus()
    begun.keyboard.press("ArrowRight")
    assert "The Starry Night (55%)" in wait_for_results(begun, 3)[0]
    begun.locator(".wall-label", has_text="In the style of Woodcut (45%)").wait_for()
    assert begun.get_by_role("button", name="The Starry Night", description="Mixed in").count() == 1
    result = saved(begun, "#quick-download", tmp_path)
    assert result.name == "harbour-woodcut-starry-night-512.png"
    assert {"second": "starry-night", "blend": 0.55}.items() <= read_settings(result).items()

    begun.locator("#strokes").get_by_label("Broad").check()
    wait_for_results(begun, 4)
    begun.get_by_role("link", name="Share").click()
    begun.get_by_text("Link copied").wait_for()
    link = begun.evaluate("navigator.clipboard.readText()")
    assert link == f"{url}/?style=woodcut&second=starry-night&blend=0.55&size=512&texture_size=512"
    assert begun.url == before  # as a reload shall not bring back what was shared

    second.goto(f"{link.replace('0.55', 'much')}&strength=7")
    second.locator(PAINTED).wait_for()
    second.locator(".wall-label", has_text="and of The Starry Night (50%)").wait_for()
    give(second, "#quick-photo", photo)
    [painted] = wait_for_results(second, 1)
    assert "The Starry Night (50%) · 512 px · strength 1.5 · broad strokes" in painted


def test_what_was_painted_stays_with_its_settings_and_serves_again(begun: playwright.Page, tmp_path: Path) -> None:
    assert "Woodcut" in captions(begun)[0]
    pick(begun, SLUGS.index("starry-night"))
    wait_for_results(begun, 2)
    begun.locator("#strength input[type=range]").focus()
    begun.keyboard.press("ArrowRight")
    assert "strength 1.05" in wait_for_results(begun, 3)[0]

    begun.locator("#quick-size").get_by_label("Medium").check()
    assert "512 px" not in wait_for_results(begun, 4)[0]

    begun.locator("#visit button.thumbnail-item").last.click()
    begun.get_by_text("In the style of Woodcut").wait_for()
    playwright.expect(begun.locator("#strength input[type=number]")).to_have_value("1")
    playwright.expect(begun.locator("#quick-size").get_by_label("Small")).to_be_checked()
    result = saved(begun, "#quick-download", tmp_path)
    assert result.name == "harbour-woodcut-512.png"
    assert read_settings(result)["strength"] == 1

    chosen, kept = begun.locator("#styles .selected"), begun.locator("#visit button.thumbnail-item")
    playwright.expect(chosen).to_contain_text("Woodcut")
    begun.get_by_label("Keep the photo’s colours").first.check()
    assert "Woodcut" in wait_for_results(begun, 5)[0]
    kept.last.click()
    playwright.expect(kept.last).to_contain_class("selected")
    pick(begun, SLUGS.index("prisms"))
    wait_for_results(begun, 6)
    playwright.expect(begun.locator("#visit .selected")).to_have_count(0)
    kept.last.click()
    playwright.expect(chosen).to_contain_text("Woodcut")
    pick(begun, SLUGS.index("starry-night"))  # which is in the strip, too
    playwright.expect(kept.nth(4)).to_contain_class("selected")

    begun.locator("#quick-as-photo").click()
    name = "/harbour-starry-night-512.png"
    begun.wait_for_function("name => document.querySelector('#quick-photo img')?.src.endsWith(name)", arg=name)
    begun.locator("#to-custom").click()
    begun.get_by_role("tab", name="Custom", selected=True).wait_for()
    begun.wait_for_function("name => document.querySelector('#custom-photo img')?.src.endsWith(name)", arg=name)


def test_a_large_photo_is_painted_small_at_once_and_then_whole(
    blank: playwright.Page, url: str, tmp_path: Path
) -> None:
    begin(blank, url, picture(tmp_path / "large.jpg", (3000, 2200)))
    seen = sources(blank, PAINTED)
    blank.locator("#quick-size").get_by_label("As the photo").check()
    blank.locator(".wall-label", has_text="Painting at full size").wait_for()
    playwright.expect(blank.locator("#quick-download")).to_be_disabled()
    asked = []
    blank.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    blank.evaluate("location.reload()")
    assert "full size" in wait_for_results(blank, 2)[0]  # for who stays; the small one before it is no result
    assert any("first" in source for source in seen())
    assert asked == ["beforeunload"]
    blank.evaluate("location.reload()")  # which would lose what was painted
    assert asked == ["beforeunload"] * 2
    assert "3000 × 2200 px" in blank.locator("#quick-label").inner_text()
    result = saved(blank, "#quick-download", tmp_path)
    assert result.name == "large-woodcut-3000.png"
    with Image.open(result) as image:
        assert image.size == (3000, 2200)
    blank.reload()  # which asks nothing now
    assert asked == ["beforeunload"] * 2


def test_an_own_network_joins_the_gallery(begun: playwright.Page, tmp_path: Path) -> None:
    torch.manual_seed(0)
    torch.save(TransformerNet(4).state_dict(), tmp_path / "my_net.pth")
    (tmp_path / "wrong.pth").write_text("no weights")
    begun.locator("#own button").first.click()
    give(begun, "#own-file", tmp_path / "wrong.pth")
    assert "What can be used is" in toast(begun)
    begun.locator("#own-file [aria-label=Clear], #own-file [aria-label='Remove this file']").first.click()
    give(begun, "#own-file", tmp_path / "my_net.pth")
    assert "My net" in wait_for_results(begun, 2)[0]
    assert begun.locator("#styles button", has_text="My net").count() == 1


def test_many_photos_come_back_in_a_zip_file(page: playwright.Page, photo: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_text("no picture")
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as file:
        file.write(picture(tmp_path / "boat.png"), "trip/boat.png")
        file.write(tmp_path / "bad.jpg", "trip/bad.jpg")
    source(page, "Many")
    pick(page, WOODCUT)
    page.locator("#many-files input[type=file]").set_input_files([photo, tmp_path / "more.zip"])
    playwright.expect(page.locator("#many-files tr.file")).to_have_count(2)
    page.locator("#many-start").click()
    page.get_by_text(re.compile(r"2 of 3 painted in")).wait_for()
    page.get_by_text("bad.jpg is not in a format that can be read").wait_for()
    with zipfile.ZipFile(saved(page, "#many-zip", tmp_path)) as file:
        assert sorted(file.namelist()) == ["boat-woodcut.jpg", "harbour-woodcut.jpg"]
        with file.open("harbour-woodcut.jpg") as entry, Image.open(entry) as image:
            assert image.size == (1024, 683)
    page.locator("#many-start").wait_for()


def begin_video(page: playwright.Page, video: Path) -> None:
    source(page, "Video")
    pick(page, WOODCUT)
    give(page, "#video", video)
    page.locator("#video video").wait_for()
    page.locator("#video-start").click()


def test_a_video_is_painted_and_stops_when_it_is_asked_to_and_when_the_page_is_closed(
    second: playwright.Page, page: playwright.Page, url: str, clip: Path, tmp_path: Path
) -> None:
    source(page, "Video")
    page.locator("#video-start").click()
    assert "no video yet" in toast(page)
    page.locator("#video-start").wait_for()

    second.goto(url)
    begin_video(second, filmed(tmp_path / "long.mp4", 300, 640))
    second.get_by_text(re.compile("Frame .* of 300")).wait_for()
    second.locator("#video-stop").press("Enter")
    assert "stopped" in toast(second)
    second.locator("#video-start").click()
    second.get_by_text(re.compile("Frame .* of 300")).wait_for()
    second.close()
    begin_video(page, clip)
    page.get_by_text("Finished · 10 frames").wait_for()  # sooner than the long one, which takes minutes
    page.locator("#video-result video").wait_for()
    result = saved(page, "#video-mp4", tmp_path)
    assert result.name == "harbour-woodcut.mp4"
    with av.open(result) as file:
        stream = file.streams.video[0]
        assert (stream.frames, stream.width, stream.height, float(stream.average_rate)) == (10, 128, 96, 10)


def test_the_camera_is_painted_live_and_gives_a_snapshot(page: playwright.Page, tmp_path: Path) -> None:
    source(page, "Camera")
    pick(page, WOODCUT)
    page.locator("#camera").get_by_text("Click to Access Webcam").click()
    page.locator("#camera button[aria-label='capture photo']").click()
    frame = page.locator("#film img")
    frame.wait_for()
    frames = set()
    while len(frames) < 5:
        frames.add(frame.get_attribute("src"))
        page.wait_for_timeout(50)
    page.locator("#snapshot").click()
    assert "camera, Woodcut" in wait_for_results(page, 1)[0]
    result = saved(page, "#snapshot-png", tmp_path)
    assert result.name == "camera-woodcut.png"
    with Image.open(result) as image:
        assert max(image.size) == 320


def test_a_camera_that_is_not_there_is_said(page: playwright.Page) -> None:
    source(page, "Camera")
    page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError')); }"
    )
    page.locator("#camera").get_by_text("Click to Access Webcam").click()
    page.get_by_text("No camera was found").wait_for()
    give_one = page.get_by_role("link", name="Give a photo")
    playwright.expect(give_one).to_be_hidden(timeout=45_000)  # as there is no place for one here
