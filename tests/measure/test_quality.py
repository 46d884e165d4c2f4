import itertools
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from nst import catalogue, load_image
from nst.cli import main
from nst.common.encoders import CompactEncoder, load_encoder
from nst.common.losses import statistics
from nst.common.runtime import place
from nst.measure.quality import content_distance, style_distance
from nst.training.teacher import load_teacher

BUNDLED = [preset.slug for preset in catalogue() if preset.bundled]


@pytest.fixture
def folders(tmp_path: Path, image: Image.Image) -> Path:
    """Two photos, and a painting for every preset."""
    for name in ("photos", "paintings"):
        (tmp_path / name).mkdir()
    image.save(tmp_path / "photos" / "one.png")
    image.rotate(180).save(tmp_path / "photos" / "two.png")
    for slug in BUNDLED:
        image.rotate(90, expand=True).save(tmp_path / "paintings" / f"{slug}.png")
    return tmp_path


def test_every_preset_gets_a_line_and_a_row(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = folders / "sheet.png"
    given = ["--photos", str(folders / "photos"), "--paintings", str(folders / "paintings"), "-o", str(sheet)]
    assert main(["evaluate", *given]) == 0
    lines = capsys.readouterr().out.splitlines()
    for slug in BUNDLED:
        [line] = [line for line in lines if line.startswith(f"{slug} ")]
        style, before, content = map(float, line.split()[1:4])
        assert 0 < style < 1
        assert 0 < before < 1
        assert 0 < content < 2
        assert line.split()[-1] in BUNDLED
    with Image.open(sheet) as picture:
        assert picture.height / picture.width == (1 + len(BUNDLED)) / 2


def test_a_missing_painting_is_named(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folders / "paintings" / "starry-night.png").unlink()
    given = ["--photos", str(folders / "photos"), "--paintings", str(folders / "paintings")]
    assert main(["evaluate", *given, "-o", str(folders / "sheet.png")]) == 2
    assert "starry-night" in capsys.readouterr().err


def features(picture: Tensor) -> dict[str, Tensor]:
    encoder = load_encoder("compact")
    return {name: value.float() for name, value in encoder(place(picture), encoder.layers).items()}


def test_distances_are_nothing_to_oneself_and_alike_both_ways(photo: Tensor) -> None:
    one, other = features(photo), features(torch.rand_like(photo))
    a, b = ([statistics(value) for value in found.values()] for found in (one, other))
    assert style_distance(a, a) == 0
    assert 0.1 < style_distance(a, b) == style_distance(b, a) <= 1
    assert abs(content_distance(one, one)) < 1e-5
    assert content_distance(one, other) > 0.1


def test_distances_are_those_of_the_network_that_it_learned_from(shared: Path) -> None:
    """The figures of pictures as unlike as a photo and six paintings, by both networks."""
    weights = shared / "weights"
    teacher = load_teacher([weights / "vgg19_blocks1to3.safetensors", weights / "vgg19_teacher.safetensors"])
    paths = [shared / "photos" / "large" / "lion.jpg", *sorted((shared / "paintings").glob("*.jpg"))[:6]]
    pairs = list(itertools.combinations(range(len(paths)), 2))
    figures = []
    for encoder in (load_encoder("compact"), teacher):
        found = [encoder(load_image(path, 256), CompactEncoder.style_layers).values() for path in paths]
        looks = [[statistics(value) for value in layers] for layers in found]
        figures.append(torch.tensor([float(style_distance(looks[i], looks[j])) for i, j in pairs]))
    ours, theirs = figures
    assert torch.corrcoef(torch.stack(figures))[0, 1] > 0.97
    assert (ours / theirs).log().abs().mean() < 0.2
