"""What is said where nothing of the camera can be painted."""

from __future__ import annotations

import pytest

from nst import UserError
from nst.quick.camera import Camera
from nst.quick.presets import catalogue
from nst.ui.quick.camera import paint, snap

VALUES = ((), "woodcut", "", 0.5, 1.0, False, 64, 512)  # the visitor's own networks, and the values of the controls


def test_without_a_frame_there_is_nothing_to_paint() -> None:
    assert paint(None, Camera(), *VALUES) == {}
    with pytest.raises(UserError, match="There is no picture from a camera yet"):
        snap(Camera(), [], *VALUES)


@pytest.mark.parametrize("url", ["", "data:image/jpeg;base64,", "data:image/jpeg;base64,~~~~", "/etc/hostname"])
def test_a_frame_that_is_no_picture_is_refused(url: str) -> None:
    with pytest.raises(UserError):
        paint({"path": "", "url": url}, Camera(), *VALUES)


def test_a_style_that_is_not_here_yet_is_not_downloaded_between_frames() -> None:
    cloud = next(preset.slug for preset in catalogue() if not preset.bundled)
    with pytest.raises(UserError, match="must be downloaded first"):
        paint({"path": "", "url": "data:,"}, Camera(), (), cloud, *VALUES[2:])
