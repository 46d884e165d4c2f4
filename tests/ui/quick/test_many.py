"""What is refused of many photos."""

from __future__ import annotations

from typing import Any

import pytest

from nst import UserError
from nst.ui.quick.many import MOST, paint


@pytest.mark.parametrize(
    ("count", "suffix", "words"),
    [(MOST + 1, "jpg", f"These are more than {MOST} photos"), (1, "bmp", "The format cannot be 'bmp'")],
)
def test_what_cannot_be_done_is_said_before_the_first_is_painted(count: int, suffix: str, words: str) -> None:
    uploads: list[dict[str, Any]] = [{"path": f"{number}.jpg"} for number in range(count)]
    with pytest.raises(UserError, match=words):
        next(paint(lambda: False, uploads, suffix, (), "woodcut", "", 0.5, 1.0, False, 64, 512))
