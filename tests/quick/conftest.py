"""What the tests of the quick path share."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from nets import base_that_ships, original_state, random_network, random_style, write_style

from nst.quick.presets import Preset, presets_in


@pytest.fixture
def more(tmp_path: Path) -> list[Preset]:
    """Networks of one's own: "own" of the published kind, "one" and "two" of one base, and "alone" of none.

    "stranger" says that it is of the base of "one", and "liar" that it is of the one that ships.
    """
    torch.save(original_state(random_network()), tmp_path / "own.pth")
    write_style(tmp_path / "one.safetensors", random_style(base="mine"))
    write_style(tmp_path / "two.safetensors", random_style(base="mine", number=1))
    write_style(tmp_path / "alone.safetensors", random_style(number=2))
    write_style(tmp_path / "stranger.safetensors", random_style(width=6, base="mine"))
    write_style(tmp_path / "liar.safetensors", random_style(base=base_that_ships().base))
    return [preset for path in sorted(tmp_path.iterdir()) for preset in presets_in(path)]
