import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from nst.checkpoints import load_network
from nst.training import bank, encoder

BANK = bank.Settings(steps=4, batch=2, crop=32, painting_size=64, width=16, blocks=1)


@pytest.fixture
def pictures(tmp_path: Path, image: Image.Image) -> Path:
    """A folder with two pictures."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    image.save(folder / "one.png")
    image.rotate(180).save(folder / "two.png")
    return folder


def test_a_bank_learns_and_is_written(tmp_path: Path, pictures: Path) -> None:
    out, settings = tmp_path / "bank.safetensors", replace(BANK, steps=30, lr=1e-2)
    said: list[str] = []
    bank.train_bank(pictures, [pictures], out, tmp_path / "run", settings, said.append)
    trained = load_network(out)
    assert trained.styles == ("one", "two")
    assert all(parameter.isfinite().all() for parameter in trained.parameters())
    assert (tmp_path / "run" / "samples.jpg").exists()
    assert "min left" in said[-1]


def test_a_stopped_run_ends_where_an_unbroken_one_does(tmp_path: Path, pictures: Path) -> None:
    class Stop(Exception):
        pass

    def stop_at_step_2(line: str) -> None:
        if line.startswith("step 2 "):
            raise Stop

    def run(name: str, say: object = lambda _: None) -> dict[str, torch.Tensor]:
        out = tmp_path / f"{name}.safetensors"
        bank.train_bank(pictures, [pictures], out, tmp_path / name, BANK, say, save_every=1)  # type: ignore[arg-type]
        return load_file(out)

    unbroken = run("unbroken")
    with pytest.raises(Stop):
        run("broken", stop_at_step_2)
    resumed = run("broken")
    assert unbroken.keys() == resumed.keys()
    for key, value in unbroken.items():
        assert torch.allclose(value, resumed[key], atol=2e-3), key
    log = [json.loads(line) for line in (tmp_path / "broken" / "log.jsonl").read_text().splitlines()]
    assert log[-1]["step"] == BANK.steps


def test_an_encoder_is_distilled_and_written(tmp_path: Path, pictures: Path) -> None:
    weights, inputs = {"input.weight": torch.eye(3)[:, :, None, None], "input.bias": torch.zeros(3)}, 3
    for block, (depth, width) in enumerate(zip((2, 2, 4, 4, 1), (16, 32, 64, 128, 128), strict=True), 1):
        for index in range(1, depth + 1):
            weights[f"conv{block}_{index}.weight"] = torch.randn(width, inputs, 3, 3) / (3 * inputs**0.5)
            weights[f"conv{block}_{index}.bias"], inputs = torch.zeros(width), width
        channels = (64, 128, 256, 512, 512)[block - 1]
        weights[f"head{block}_1.weight"] = torch.randn(channels, width, 1, 1)
        weights[f"head{block}_1.bias"] = torch.zeros(channels)
    save_file(weights, tmp_path / "teacher.safetensors")
    out = tmp_path / "encoder.safetensors"
    settings = encoder.Settings(steps=3, batch=1, crop=32)
    encoder.distil(tmp_path / "teacher.safetensors", pictures, pictures, out, tmp_path / "run", settings, say=str)
    from nst.encoders import CompactEncoder

    CompactEncoder().load_state_dict(load_file(out))


@pytest.mark.parametrize("styles", [1, 3, 5])
def test_styles_take_turns(styles: int) -> None:
    shown = torch.cat([bank.take_turns(first, 4, styles, seed=0) for first in range(0, 60 * styles, 4)])
    assert torch.bincount(shown, minlength=styles).tolist() == [60] * styles
