"""A camera's frames: steady where nothing moves, new at once where something does, whatever comes between."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from pathlib import Path

import gradio
import pytest
import torch
from nets import original_state, random_network
from PIL import Image
from torch import Tensor

from nst import StylizeSettings, UserError, load_image, stylize
from nst.common.images import resize, to_pil
from nst.quick.camera import Camera
from nst.quick.presets import presets_in

MEDIA = Path(gradio.__file__).parent / "media_assets" / "images"
NOISE = 4 / 255  # of a small camera indoors
SETTINGS = StylizeSettings("woman-with-a-hat")


@pytest.fixture(scope="module")
def scene() -> Tensor:
    return resize(load_image(MEDIA / "tower.jpg", 256), 144, 192)


def shot(scene: Tensor, seed: int) -> bytes:
    """The scene with the noise of one moment, as a page sends it."""
    noise = NOISE * torch.randn(scene.shape, generator=torch.Generator().manual_seed(seed))
    return encoded(scene + noise)


def encoded(picture: Tensor, format: str = "JPEG") -> bytes:
    file = BytesIO()
    to_pil(picture).save(file, format=format, quality=90)
    return file.getvalue()


def unrest(pictures: list[Tensor]) -> float:
    """How much changes from one picture to the next."""
    return sum((one - other).abs().mean().item() for one, other in pairwise(pictures)) / (len(pictures) - 1)


def test_a_still_scene_stays_still_when_it_is_painted(scene: Tensor) -> None:
    camera, shots = Camera(), [shot(scene, seed) for seed in range(12)]
    painted = [load_image(camera.paint(frame, SETTINGS)) for frame in shots]
    alone = [stylize(load_image(frame), SETTINGS, seed=0) for frame in shots]
    assert unrest(painted[6:]) < 0.35 * unrest(alone)
    assert unrest(painted[6:]) < unrest(painted[:4])
    clean = stylize(scene, SETTINGS, seed=0)
    assert (painted[-1] - clean).abs().mean() < 0.1 * (painted[-1] - scene).abs().mean()


def test_the_latest_frame_is_kept_as_it_came_and_as_it_was_painted(scene: Tensor) -> None:
    camera = Camera()
    assert camera.latest is None
    for seed in range(3):
        painted = camera.paint(shot(scene, seed), SETTINGS)
        assert camera.latest is not None
        assert torch.equal(camera.latest[0], load_image(shot(scene, seed)))
        assert (camera.latest[1] - load_image(painted)).abs().mean() < 0.02


def test_another_scene_is_there_at_once(scene: Tensor) -> None:
    camera, other = Camera(), shot(scene.flip(3), 9)
    for seed in range(4):
        camera.paint(shot(scene, seed), SETTINGS)
    assert camera.paint(other, SETTINGS) == Camera().paint(other, SETTINGS)


@pytest.mark.parametrize(
    "changed",
    [
        StylizeSettings("storm-wave"),
        StylizeSettings("woman-with-a-hat", strength=0.5),
        StylizeSettings("woman-with-a-hat", keep_colors=True),
        StylizeSettings("woman-with-a-hat", size=96),
        StylizeSettings("woman-with-a-hat", "storm-wave", 0.3),
    ],
    ids=["style", "strength", "colours", "size", "mix"],
)
def test_other_settings_begin_anew_at_once(scene: Tensor, changed: StylizeSettings) -> None:
    camera = Camera()
    for seed in range(3):
        camera.paint(shot(scene, seed), SETTINGS)
    frame = shot(scene, 9)
    went_on = camera.paint(frame, changed)
    assert went_on == Camera().paint(frame, changed)
    assert went_on != camera.paint(shot(scene, 10), changed)  # and goes on from there
    assert camera.paint(frame, SETTINGS) == Camera().paint(frame, SETTINGS)


def test_the_same_settings_made_anew_go_on(scene: Tensor, tmp_path: Path) -> None:
    torch.save(original_state(random_network()), tmp_path / "net.pth")
    kept, anew = Camera(), Camera()
    settings, more = StylizeSettings("net"), presets_in(tmp_path / "net.pth")
    for seed in range(3):
        frame = shot(scene, seed)
        expected = kept.paint(frame, settings, more)
        assert anew.paint(frame, StylizeSettings("net"), presets_in(tmp_path / "net.pth")) == expected
    assert expected != Camera().paint(frame, settings, more)


def test_a_camera_that_turns_begins_anew(scene: Tensor) -> None:
    camera = Camera()
    camera.paint(shot(scene, 0), SETTINGS)
    upright = shot(scene.transpose(2, 3), 1)
    assert camera.paint(upright, SETTINGS) == Camera().paint(upright, SETTINGS)
    assert load_image(camera.paint(upright, SETTINGS)).shape == (1, 3, 192, 144)


def test_frames_are_as_large_as_is_asked_for_but_never_enlarged(scene: Tensor) -> None:
    camera = Camera()
    for size, shape in ((96, (72, 96)), (5000, (144, 192)), (None, (144, 192))):
        painted = camera.paint(encoded(scene, "WEBP"), StylizeSettings(size=size))
        with Image.open(BytesIO(painted)) as image:
            assert image.format == "JPEG"
            assert image.size == shape[::-1]


@pytest.mark.parametrize("bad", [b"", b"Dear reader", b"cut short", b"large", b"heavy"])
def test_a_frame_that_is_no_picture_is_refused_and_the_camera_goes_on(scene: Tensor, bad: bytes) -> None:
    if bad == b"cut short":
        bad = shot(scene, 0)[:900]
    elif bad == b"large":
        bad = encoded(torch.zeros(1, 3, 2300, 4600))
    elif bad == b"heavy":
        bad = shot(scene, 0) + bytes(4_000_000)
    camera, undisturbed = Camera(), Camera()
    for seed in range(4):
        frame = shot(scene, seed)
        assert camera.paint(frame, SETTINGS) == undisturbed.paint(frame, SETTINGS)
        latest = camera.latest
        with pytest.raises(UserError, match="picture"):
            camera.paint(bad, SETTINGS)
        assert camera.latest is latest


def test_a_style_that_is_not_there_is_refused_and_the_camera_goes_on(scene: Tensor) -> None:
    camera = Camera()
    with pytest.raises(UserError, match="starry-night"):
        camera.paint(shot(scene, 0), StylizeSettings("nobody"))
    frame = shot(scene, 1)
    assert camera.paint(frame, SETTINGS) == Camera().paint(frame, SETTINGS)
