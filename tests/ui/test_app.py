"""The app's endpoints, through the client that people would use."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path
from typing import Any

import clips
import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image
from serving import picture

from nst.common.images import read_settings
from nst.quick.presets import catalogue

STYLE = next(preset.slug for preset in catalogue() if preset.bundled)
CLOUD = next(preset.slug for preset in catalogue() if not preset.bundled)

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def client(url: str, tmp_path_factory: pytest.TempPathFactory) -> Client:
    return Client(url, verbose=False, download_files=str(tmp_path_factory.mktemp("results")))


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Good arguments of all endpoints."""
    folder = tmp_path_factory.mktemp("pictures")
    photo = handle_file(str(picture(folder / "my photo.jpg")))
    painting = handle_file(str(picture(folder / "painting.png", (64, 80))))
    return {
        "/stylize": {"photo": photo, "style": STYLE},
        "/stylize_many": {"photos": handle_file(str(packed(folder / "photos.zip"))), "style": STYLE, "size": 48},
        "/stylize_video": {
            "video": handle_file(str(clips.write(folder / "clip.mp4", clips.moving(5)))),
            "style": STYLE,
        },
        "/optimize": {"photo": photo, "painting": painting, "size": 64, "steps": 6},
        "/enlarge": {"picture": photo, "photo": photo, "painting": painting, "size": 80},
        "/reconstruct": {"photo": photo, "size": 64, "steps": 4},
        "/texture": {"painting": painting, "size": 64, "steps": 4},
        "/teach": {"painting": painting, "minutes": 0.1},
    }


def packed(path: Path) -> Path:
    """A ZIP file of a photo and of one that is none."""
    with zipfile.ZipFile(path, "w") as file:
        file.write(picture(path.with_name("harbour.jpg")), "harbour.jpg")
        file.writestr("broken.jpg", "no picture at all")
    return path


def test_only_what_is_meant_for_clients_is_public(client: Client, given: dict[str, dict[str, Any]]) -> None:
    endpoints = client.view_api(print_info=False, return_format="dict")["named_endpoints"]
    assert set(endpoints) == set(given)
    names = [parameter["parameter_name"] for parameter in endpoints["/stylize"]["parameters"]]
    assert names == ["photo", "style", "strength", "keep_colors", "size", "texture_size", "second", "blend"]


def test_stylize_gives_a_png_that_carries_its_settings(client: Client, given: dict[str, dict[str, Any]]) -> None:
    result = Path(client.predict(**given["/stylize"], strength=0.5, size=48, api_name="/stylize"))
    assert result.name.endswith(f"photo-{STYLE}-48.png")
    assert Image.open(result).size == (48, 32)
    expected = {"style": STYLE, "strength": 0.5, "keep_colors": False, "size": 48}
    assert expected.items() <= read_settings(result).items()


def test_the_size_asked_for_is_the_size_that_comes(client: Client, given: dict[str, dict[str, Any]]) -> None:
    """The photo has 96 x 64 pixels."""
    asked = [
        ("/stylize", {}, (1024, 683)),
        ("/stylize", {"size": 144}, (144, 96)),
        ("/stylize", {"size": None}, (96, 64)),
        ("/optimize", {"size": 144}, (144, 96)),
        ("/optimize", {"size": 144, "enlarge": False}, (96, 64)),
    ]
    for endpoint, more, size in asked:
        with Image.open(client.predict(**given[endpoint] | more, api_name=endpoint)) as picture:
            assert picture.size == size


def test_stylize_mixes_two_styles(client: Client, given: dict[str, dict[str, Any]]) -> None:
    def painted(**more: object) -> np.ndarray:
        path = client.predict(**given["/stylize"] | {"size": 256} | more, api_name="/stylize")
        return np.asarray(Image.open(path), dtype=float)

    first, mixed, second = painted(), painted(second="woodcut", blend=0.5), painted(second="woodcut", blend=1)
    assert np.array_equal(second, painted(style="woodcut"))
    assert min(np.abs(mixed - each).mean() for each in (first, second)) > 2
    assert not np.allclose(mixed, (first + second) / 2, atol=2)  # one painting, not two on top of each other


def test_many_photos_come_back_in_a_zip_file_with_words_on_those_that_cannot(
    client: Client, given: dict[str, dict[str, Any]]
) -> None:
    archive, problems = client.predict(**given["/stylize_many"], format="png", api_name="/stylize_many")
    assert problems.startswith("broken.jpg ")
    with zipfile.ZipFile(archive) as file, file.open(f"harbour-{STYLE}.png") as painted:
        assert len(file.namelist()) == 1
        assert Image.open(painted).size == (48, 32)


def test_a_video_comes_back_painted(client: Client, given: dict[str, dict[str, Any]]) -> None:
    painted = Path(client.predict(**given["/stylize_video"], api_name="/stylize_video"))
    assert painted.name == f"clip-{STYLE}.mp4"
    assert len(clips.read(painted).pictures) == 5


def test_what_was_painted_is_enlarged(client: Client, given: dict[str, dict[str, Any]]) -> None:
    small = client.predict(**given["/optimize"], api_name="/optimize")
    large = client.predict(**given["/enlarge"] | {"picture": handle_file(small)}, api_name="/enlarge")
    assert Image.open(large).size == (80, 53)
    settings = read_settings(large)
    assert (settings["size"], settings["before"][0]["size"]) == (80, 64)  # type: ignore[index]


def test_what_layers_hold_comes_as_a_png_that_says_which(client: Client, given: dict[str, dict[str, Any]]) -> None:
    held = client.predict(**given["/reconstruct"], layer="relu2_1", api_name="/reconstruct")
    assert Path(held).name.endswith("photo-relu2_1.png")
    assert {"layer": "relu2_1", "steps_done": 4}.items() <= read_settings(held).items()
    held = client.predict(**given["/texture"], layers="relu1_1, relu2_1", seamless=True, api_name="/texture")
    assert Image.open(held).size == (64, 64)
    assert {"layers": ["relu1_1", "relu2_1"], "seamless": True}.items() <= read_settings(held).items()


def test_optimize_streams_previews_and_ends_with_the_png(client: Client, given: dict[str, dict[str, Any]]) -> None:
    job = client.submit(**given["/optimize"] | {"steps": 60}, api_name="/optimize")
    result = Path(job.result(timeout=120))
    previews = [Path(path) for path in job.outputs()[:-1]]
    assert previews
    assert {path.suffix for path in previews} == {".jpg"}
    assert Image.open(result).size == (64, 43)
    assert {"size": 64, "steps": 60, "steps_done": 60}.items() <= read_settings(result).items()


def test_optimize_takes_several_paintings_and_a_mask(
    client: Client, given: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    mask, noise = Image.new("L", (96, 64)), np.random.default_rng(0).integers(0, 256, (60, 60, 1))
    mask.paste(255, (0, 0, 48, 64))
    mask.save(tmp_path / "mask.png")
    Image.fromarray((noise * [0.3, 0.3, 1]).astype(np.uint8)).save(tmp_path / "blue.png")
    more = {"mask": handle_file(str(tmp_path / "mask.png")), "painting_2": handle_file(str(tmp_path / "blue.png"))}
    given = given["/optimize"] | more | {"steps": 200, "style_weight": 100, "outside": "painting"}
    result = client.predict(**given, api_name="/optimize")
    with Image.open(result) as picture:
        left, right = (picture.crop((x, 0, x + 28, 43)).resize((1, 1)).getpixel((0, 0)) for x in (0, 36))
    assert right[2] / sum(right) > left[2] / sum(left) + 0.05
    assert {"outside": "painting", "painting_weights": [1]}.items() <= read_settings(result).items()


@pytest.mark.parametrize(
    ("endpoint", "wrong", "words"),
    [
        ("/stylize", {"photo": None}, "no photo"),
        ("/stylize", {"style": "no-such-style"}, "no style"),
        ("/stylize", {"size": 0}, "Size cannot be 0"),
        ("/stylize", {"size": -1}, "Size cannot be -1"),
        ("/stylize", {"strength": 2}, "Strength cannot be 2"),
        ("/stylize", {"second": "no-such-style"}, "no style"),
        ("/stylize", {"style": ["woodcut"]}, "Style cannot be"),
        ("/stylize", {"second": STYLE, "blend": 2}, "Blend cannot be 2"),
        ("/stylize", {"strength": "a lot"}, "Strength cannot be"),
        ("/optimize", {"painting": None}, "no painting"),
        ("/optimize", {"size": 0}, "Size cannot be 0"),
        ("/optimize", {"steps": 0}, "Steps cannot be 0"),
        ("/optimize", {"style_weight": "NaN"}, "Style weight cannot be"),
        ("/optimize", {"optimizer": "magic"}, "Optimizer cannot be"),
        ("/optimize", {"style_layers": "relu9_9"}, "no layer"),
        ("/optimize", {"style_layer_weights": "a, b"}, "numbers with commas"),
        ("/optimize", {"weight_1": 0}, "Painting weights"),
        ("/optimize", {"colors": "green"}, "Colors cannot be"),
        ("/stylize_many", {"photos": None}, "no photo"),
        ("/stylize_many", {"format": "gif"}, "format cannot be"),
        ("/stylize_video", {"video": None}, "no video"),
        ("/enlarge", {"picture": None}, "no picture"),
        ("/enlarge", {}, "carries no settings"),
        ("/reconstruct", {"layer": "relu9_9"}, "no layer"),
        ("/texture", {"layers": "relu9_9"}, "no layer"),
        ("/teach", {"painting": None}, "no painting"),
        ("/teach", {"minutes": 20}, "Here a style has 10 at most"),
        ("/teach", {"painting_size": 1}, "Painting size cannot be 1"),
    ],
)
def test_what_is_wrong_is_said(
    client: Client, given: dict[str, dict[str, Any]], endpoint: str, wrong: dict[str, Any], words: str
) -> None:
    with pytest.raises(AppError, match=words):
        client.predict(**given[endpoint] | wrong, api_name=endpoint)


def test_not_a_number_is_refused(client: Client, given: dict[str, dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match="JSON"):
        client.predict(**given["/optimize"] | {"style_weight": float("nan")}, api_name="/optimize")


@pytest.mark.parametrize("wrong", ["text", "truncated"])
def test_what_is_no_picture_is_refused(
    client: Client, given: dict[str, dict[str, Any]], tmp_path: Path, wrong: str
) -> None:
    path = tmp_path / f"{wrong}.jpg"
    if wrong == "text":
        path.write_text("no picture at all")
    else:
        path.write_bytes(picture(tmp_path / "whole.jpg", (400, 300)).read_bytes()[:900])
    with pytest.raises(AppError, match="give a PNG, JPEG"):
        client.predict(**given["/stylize"] | {"photo": handle_file(str(path))}, api_name="/stylize")


@pytest.mark.parametrize(("endpoint", "cloud"), [("/stylize", {"style": CLOUD}), ("/optimize", {"encoder": "vgg19"})])
def test_without_a_network_downloads_fail_in_words(
    client: Client, given: dict[str, dict[str, Any]], endpoint: str, cloud: dict[str, Any]
) -> None:
    with pytest.raises(AppError, match="could not be downloaded"):
        client.predict(**given[endpoint] | cloud, api_name=endpoint)


def test_a_cancelled_job_makes_room_at_once(client: Client, given: dict[str, dict[str, Any]]) -> None:
    job = client.submit(**given["/optimize"] | {"size": 1024, "steps": 2000}, api_name="/optimize")
    while not job.outputs():
        time.sleep(0.1)
    job.cancel()
    client.submit(**given["/optimize"], api_name="/optimize").result(timeout=100)  # the other takes far longer
