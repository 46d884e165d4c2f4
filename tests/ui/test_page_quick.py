"""The quick tab in a browser: mixes, many photos, the camera, videos, own networks, what stays of a visit."""

from __future__ import annotations

import re
import time
import zipfile
from pathlib import Path

import av
import hub
import numpy as np
import pytest
import torch
from browser import PAINTED, begin, captions, give, playwright, saved, toast, wait_for_results
from nets import random_network
from PIL import Image
from serving import picture, served

from nst.common.images import read_settings
from nst.quick.networks import TransformerNet
from nst.quick.presets import catalogue

pytestmark = pytest.mark.timeout(240)
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
        for number in range(frames):
            moved = np.ascontiguousarray(pixels[:, number % 10 : number % 10 + side])
            file.mux(stream.encode(av.VideoFrame.from_ndarray(moved, format="rgb24")))
        file.mux(stream.encode())
    return path


def pick(page: playwright.Page, index: int = 0) -> None:
    page.locator("#styles button").nth(index).click()


def source(page: playwright.Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def test_the_page_opens_with_a_painting_that_is_no_result_and_a_style_is_tried_on_it(
    browser: playwright.Browser, page: playwright.Page, url: str, tmp_path: Path
) -> None:
    opened = time.monotonic()
    page.locator(PAINTED).wait_for()
    assert time.monotonic() - opened < 5
    page.locator(".wall-label:visible", has_text="Give a photo, and it is painted in the style of").wait_for()
    assert not captions(page)
    first = page.locator(PAINTED).get_attribute("src")
    with browser.new_context() as context:
        other, sent = context.new_page(), dict[str, int]()
        other.on("response", lambda each: sent.update({each.url: int(each.headers.get("content-length", 0))}))
        other.goto(url)
        assert other.locator(PAINTED).get_attribute("src") == first
        other.wait_for_function("[...document.querySelectorAll('#compare img')].every(each => each.naturalWidth)")
        assert sum(sent.values()) < 2.5e6
        assert {address for address, size in sent.items() if size > 4e5} == set()
    with Image.open(saved(page, "#quick-download", tmp_path)) as image:
        assert max(image.size) == 1024
    pick(page, WOODCUT)
    assert ", Woodcut" in wait_for_results(page, 1)[0]


def test_the_handle_between_before_and_after_moves_by_keyboard(page: playwright.Page) -> None:
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


def test_on_a_phone_the_painting_stays_in_sight_and_the_styles_are_a_thumb_away(page: playwright.Page) -> None:
    page.emulate_media(reduced_motion="reduce")  # so that it is there at once
    page.set_viewport_size({"width": 375, "height": 667})
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
    assert "strokes 512" in wait_for_results(page, 1)[0]
    playwright.expect(frame).to_be_in_viewport(ratio=1)
    back.click()
    playwright.expect(back).to_be_hidden()
    playwright.expect(chosen).to_be_in_viewport(ratio=0.9)
    assert chosen.bounding_box()["y"] > frame.bounding_box()["y"] + frame.bounding_box()["height"]
    pick(page, WOODCUT)
    assert "Woodcut" in wait_for_results(page, 2)[0]
    playwright.expect(frame).to_be_in_viewport(ratio=1)
    playwright.expect(chosen).to_be_in_viewport(ratio=0.9)


def test_a_link_names_a_style_and_a_photo_is_enough(page: playwright.Page, url: str, photo: Path) -> None:
    page.goto(f"{url}/?style=woodcut")
    page.locator(".wall-label:visible", has_text="Give a photo, and it is painted in the style of Woodcut").wait_for()
    assert "selected" in page.locator("#styles button").nth(WOODCUT).get_attribute("class")
    page.locator(PAINTED).wait_for()
    assert not captions(page)
    give(page, "#quick-photo", photo)
    page.get_by_text("In the style of Woodcut").wait_for()
    assert "harbour, Woodcut" in wait_for_results(page, 1)[0]
    assert page.locator("#share").get_attribute("href") == "?style=woodcut"


def test_a_result_is_shared_by_a_link_with_its_settings(
    browser: playwright.Browser, page: playwright.Page, url: str, photo: Path
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    begin(page, url, photo, "starry-night")
    page.locator("#second input").click()
    page.get_by_role("option", name="Woodcut").click()
    wait_for_results(page, 2)
    page.locator("#strokes").get_by_label("Broad").check()
    wait_for_results(page, 3)
    page.locator("#quick-size").get_by_label("Small").check()
    wait_for_results(page, 4)
    page.get_by_role("link", name="Share").click()
    page.get_by_text("Link copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{url}/?style=starry-night&second=woodcut&size=512&texture_size=512"
    assert page.url == f"{url}/?style=starry-night"  # as a reload shall not bring back what was shared

    with browser.new_context(locale="en-GB") as context:
        other = context.new_page()
        other.goto(f"{link}&strength=7&blend=much")
        other.locator(".wall-label", has_text="Painting at 512 px in the style of").wait_for()
        other.locator(PAINTED).wait_for()
        other.locator(".wall-label", has_text="and of Woodcut (50%)").wait_for()
        give(other, "#quick-photo", photo)
        [painted] = wait_for_results(other, 1)
        assert "Woodcut (50%) · strength 1.5 · 512 px · strokes 512" in painted


def test_what_was_painted_stays_with_its_settings(page: playwright.Page, url: str, photo: Path, tmp_path: Path) -> None:
    begin(page, url, photo, "starry-night")
    assert "The Starry Night" in captions(page)[0]
    pick(page, WOODCUT)
    wait_for_results(page, 2)
    page.locator("#strength input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    assert "strength 1.05" in wait_for_results(page, 3)[0]

    page.locator("#quick-size").get_by_label("Small").check()
    assert "512 px" in wait_for_results(page, 4)[0]

    page.locator("#visit button.thumbnail-item").last.click()
    page.get_by_text("In the style of The Starry Night").wait_for()
    playwright.expect(page.locator("#strength input[type=number]")).to_have_value("1")
    playwright.expect(page.locator("#quick-size").get_by_label("Medium")).to_be_checked()
    result = saved(page, "#quick-download", tmp_path)
    assert result.name == "harbour-starry-night.png"
    assert read_settings(result)["strength"] == 1


def test_a_picture_is_not_painted_twice(page: playwright.Page, url: str, photo: Path) -> None:
    begin(page, url, photo, "starry-night")
    first = page.locator(PAINTED).get_attribute("src")
    pick(page, WOODCUT)
    wait_for_results(page, 2)
    pick(page, SLUGS.index("starry-night"))
    page.wait_for_function("src => document.querySelector('#compare img.fixed').src == src", arg=first)
    assert len(captions(page)) == 2


@pytest.mark.parametrize(("name", "kind"), [("JPEG", "JPEG"), ("WebP", "WEBP"), ("PNG", "PNG")])
def test_downloads_are_of_the_format_that_was_asked_for(
    page: playwright.Page, url: str, photo: Path, tmp_path: Path, name: str, kind: str
) -> None:
    begin(page, url, photo)
    page.locator("#format input").click()
    page.get_by_role("option", name=name).click()
    page.locator("#quick-download", has_text=f"Download {name}").wait_for()
    result = saved(page, "#quick-download", tmp_path)
    assert result.stem == "harbour-woodcut"
    with Image.open(result) as image:
        assert (image.format, image.size) == (kind, (1024, 683))


def test_two_styles_are_mixed(page: playwright.Page, url: str, photo: Path, tmp_path: Path) -> None:
    begin(page, url, photo, "starry-night")
    page.locator("#second input").click()
    page.get_by_role("option", name="Woodcut").click()
    assert "Woodcut (50%)" in wait_for_results(page, 2)[0]
    page.locator("#blend input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    assert "Woodcut (55%)" in wait_for_results(page, 3)[0]
    page.locator(".wall-label", has_text="In the style of The Starry Night (45%)").wait_for()
    assert page.get_by_role("button", name="Woodcut", description="Mixed in").count() == 1
    result = saved(page, "#quick-download", tmp_path)
    assert result.name == "harbour-starry-night-woodcut.png"
    assert {"second": "woodcut", "blend": 0.55}.items() <= read_settings(result).items()


def test_a_large_photo_is_painted_small_at_once_and_then_whole(page: playwright.Page, url: str, tmp_path: Path) -> None:
    begin(page, url, picture(tmp_path / "large.jpg", (2600, 1800)))
    page.locator("#quick-size").get_by_label("As the photo").check()
    page.locator(".wall-label", has_text="Painting at full size").wait_for()
    playwright.expect(page.locator("#quick-download")).to_be_disabled()
    page.locator(f"{PAINTED}[src*=first]").wait_for()
    assert len(captions(page)) == 1
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("location.reload()")
    assert "full size" in wait_for_results(page, 2)[0]  # for who stays
    assert asked == ["beforeunload"]
    page.evaluate("location.reload()")  # which would lose what was painted
    assert asked == ["beforeunload"] * 2
    assert "2600 × 1800 px" in page.locator("#quick-label").inner_text()
    result = saved(page, "#quick-download", tmp_path)
    assert result.name == "large-woodcut-2600.png"
    with Image.open(result) as image:
        assert image.size == (2600, 1800)
    page.reload()  # which asks nothing now
    assert asked == ["beforeunload"] * 2


def test_a_photo_can_be_painted_at_its_own_size(page: playwright.Page, url: str, photo: Path, tmp_path: Path) -> None:
    begin(page, url, photo)
    page.locator("#quick-size").get_by_label("As the photo").check()
    wait_for_results(page, 2)
    with Image.open(saved(page, "#quick-download", tmp_path)) as image:
        assert image.size == (120, 80)


def test_an_own_network_joins_the_gallery(page: playwright.Page, url: str, photo: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    torch.save(TransformerNet(4).state_dict(), tmp_path / "my_net.pth")
    (tmp_path / "wrong.pth").write_text("no weights")
    begin(page, url, photo)
    page.locator("#own button").first.click()
    give(page, "#own-file", tmp_path / "wrong.pth")
    assert "What can be used is" in toast(page)
    page.locator("#own-file [aria-label=Clear], #own-file [aria-label='Remove this file']").first.click()
    give(page, "#own-file", tmp_path / "my_net.pth")
    assert "My net" in wait_for_results(page, 2)[0]
    assert page.locator("#styles button", has_text="My net").count() == 1


def test_a_style_on_the_hub_is_downloaded_when_it_is_picked(
    browser: playwright.Browser, photo: Path, tmp_path: Path
) -> None:
    torch.save(random_network(32).state_dict(), tmp_path / "net.pth")
    with hub.serving() as (there, address):
        there.stop_at, folder = 10**9, f"/someone/paintings/resolve/{there.commit}"
        there.files = {
            "/someone/paintings/resolve/main/presets.toml": b"",
            f"{folder}/presets.toml": b'[[preset]]\nslug = "mine"\ntitle = "Mine"\nfile = "net.pth"\n',
            f"{folder}/net.pth": (tmp_path / "net.pth").read_bytes(),
        }
        offline = {"HF_HUB_OFFLINE": "0", "HF_ENDPOINT": address, "NST_STYLES": "someone/paintings"}
        with served(tmp_path, **offline) as url, browser.new_context(locale="en-GB") as context:
            page = context.new_page()
            page.goto(f"{url}/?style=mine")
            mine = page.locator("#styles button", has_text="Mine")
            assert "☁" in mine.inner_text()
            give(page, "#quick-photo", photo)
            assert "Mine" in wait_for_results(page, 1)[0]
            page.wait_for_function("!document.querySelector('#styles').innerText.includes('Mine\u00a0☁')")


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


def test_a_video_is_painted(page: playwright.Page, clip: Path, tmp_path: Path) -> None:
    source(page, "Video")
    pick(page, WOODCUT)
    give(page, "#video", clip)
    page.locator("#video video").wait_for()
    page.locator("#video-start").click()
    page.get_by_text("Finished · 10 frames").wait_for()
    page.locator("#video-result video").wait_for()
    result = saved(page, "#video-mp4", tmp_path)
    assert result.name == "harbour-woodcut.mp4"
    with av.open(result) as file:
        stream = file.streams.video[0]
        assert (stream.frames, stream.width, stream.height, float(stream.average_rate)) == (10, 128, 96, 10)


def test_a_video_stops_when_it_is_asked_to_and_when_the_page_is_closed(
    browser: playwright.Browser, page: playwright.Page, url: str, clip: Path, tmp_path: Path
) -> None:
    long = filmed(tmp_path / "long.mp4", 500, 640)

    def begin(page: playwright.Page, video: Path) -> None:
        source(page, "Video")
        pick(page, WOODCUT)
        give(page, "#video", video)
        page.locator("#video video").wait_for()
        page.locator("#video-start").click()

    with browser.new_context() as context:
        other = context.new_page()
        other.goto(url)
        begin(other, long)
        other.get_by_text(re.compile("Frame .* of 500")).wait_for()
        other.locator("#video-stop").click()
        assert "stopped" in toast(other)
        other.locator("#video-start").click()
        other.get_by_text(re.compile("Frame .* of 500")).wait_for()
    begin(page, clip)
    start = time.monotonic()
    page.get_by_text("Finished · 10 frames").wait_for()
    assert time.monotonic() - start < 15


def test_what_is_no_video_is_said(page: playwright.Page, tmp_path: Path) -> None:
    source(page, "Video")
    pick(page, WOODCUT)
    page.locator("#video-start").click()
    assert "no video yet" in toast(page)
    page.locator("#video-start").wait_for()


def test_the_camera_is_painted_live_and_gives_a_snapshot(page: playwright.Page, tmp_path: Path) -> None:
    page.context.grant_permissions(["camera"])
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


@pytest.mark.parametrize("name", ["Many", "Camera", "Video"])
def test_a_narrow_page_shows_every_source(page: playwright.Page, name: str) -> None:
    page.set_viewport_size({"width": 375, "height": 740})
    source(page, name)
    page.wait_for_timeout(500)
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
