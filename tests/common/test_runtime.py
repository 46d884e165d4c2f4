"""The precision that the environment asks for."""

from __future__ import annotations

import pytest
import torch

from nst import UserError
from nst.common import runtime
from nst.common.runtime import PRECISION_VARIABLE, device


def fresh() -> torch.dtype:
    """Past the cache, which holds what was asked for when the tests began."""
    return runtime._precision.__wrapped__(device().type)


def test_the_environment_may_ask_for_fp32(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PRECISION_VARIABLE, "float32")
    assert fresh() == torch.float32


def test_without_a_wish_it_is_what_the_hardware_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PRECISION_VARIABLE, raising=False)
    own = fresh()
    monkeypatch.setenv(PRECISION_VARIABLE, "")
    assert fresh() == own


@pytest.mark.parametrize("wanted", ["bfloat16", "fp32", "FLOAT32", " "])
def test_a_precision_that_there_is_not_is_refused(wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PRECISION_VARIABLE, wanted)
    with pytest.raises(UserError, match=f"must be float32 or nothing, not {wanted!r}[.]"):
        fresh()
