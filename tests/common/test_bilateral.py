"""Paintings without their grain."""

from __future__ import annotations

import torch

from nst.common.bilateral import without_grain


def test_grain_goes_and_strokes_keep_their_edges() -> None:
    """Two strokes of paint on a canvas whose threads show."""
    painting = torch.full((1, 3, 60, 80), 0.3)
    painting[..., 40:] = 0.6
    threads = 0.03 * (torch.arange(60)[:, None] % 3 - 1) * (torch.arange(80) % 3 - 1)
    cleaned = without_grain(painting + threads, 0.07)
    assert (cleaned - painting).abs().mean() < threads.abs().mean() / 5
    assert (cleaned[..., 40] - cleaned[..., 39]).min() > 0.25


def test_what_has_no_grain_stays() -> None:
    painting = torch.linspace(0, 1, 90).expand(1, 3, 40, 90)
    assert (without_grain(painting, 0.07) - painting)[..., 8:-8].abs().max() < 1e-3
    assert without_grain(torch.zeros(1, 3, 2, 1), 0.07).shape == (1, 3, 2, 1)
    assert without_grain(painting, 0) is painting
