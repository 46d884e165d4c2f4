"""Pictures in bands of rows are the pictures without bands, and take little memory."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path

import gradio
import pytest
import torch
import torch.nn.functional as F
from nets import random_network
from torch import Tensor

from nst import StylizeSettings, load_image, stylize
from nst.common.images import as_float, as_type, resize
from nst.common.runtime import precision
from nst.common.weights import bundled
from nst.quick import bands
from nst.quick.bands import by_bands, normalize
from nst.quick.checkpoints import load_network
from nst.quick.networks import StyleNet, TransformerNet, doubled

MEDIA = Path(gradio.__file__).parent / "media_assets" / "images"
FEW = 2**12  # values in a band, which are 16 rows then, the fewest there can be
SIZES = [(203, 131), (130, 257), (97, 64), (16, 301)]


@pytest.fixture(scope="module")
def photo() -> Tensor:
    return load_image(MEDIA / "tower.jpg", 320)


@pytest.fixture(scope="module")
def style() -> StyleNet:
    network = load_network(bundled("networks/starry-night.safetensors"))
    assert isinstance(network, StyleNet)
    return network


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Bands of 16 rows."""
    monkeypatch.setattr(bands, "VALUES", FEW)
    return monkeypatch


# One layer


@pytest.mark.parametrize("height", [64, 150, 16, 17])
@pytest.mark.parametrize(
    ("size", "stride", "before"),
    [(9, 1, 1), (3, 1, 1), (3, 2, 1), (5, 1, 0.5), (3, 1, 2)],
    ids=["wide", "narrow", "strided", "deepened", "doubled"],
)
@torch.inference_mode()
def test_a_layer_in_bands_is_the_layer(
    many: pytest.MonkeyPatch, height: int, size: int, stride: int, before: float
) -> None:
    torch.manual_seed(0)
    x, rows = torch.randn(1, 8, 2 * height, 60), []
    conv = torch.nn.Conv2d(8 if before >= 1 else 32, 6, size, stride, size // 2, padding_mode="reflect")

    def work(x: Tensor) -> Tensor:
        rows.append(x.shape[2])
        return conv(doubled(x) if before == 2 else F.pixel_unshuffle(x, 2) if before == 0.5 else x)

    result, whole = by_bands(work, x), work(x)
    assert result.shape == whole.shape
    assert torch.allclose(result, whole, atol=1e-5)
    assert len(rows) == -(-2 * height // 16) + 1  # all of it at once is the last
    assert max(rows[:-1]) <= 16 + 2 * bands.REACH


@torch.inference_mode()
def test_a_result_may_take_the_place_of_what_it_is_made_of(many: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    conv = torch.nn.Conv2d(8, 8, 9, 1, 4, padding_mode="reflect")
    for height in (15, 16, 100):
        x = torch.randn(1, 8, height, 60)
        whole = conv(x)
        result = by_bands(conv, x, over=True)
        assert torch.allclose(result, whole, atol=1e-5)
        assert (result.data_ptr() == x.data_ptr()) == (height > 16)
        x, y = torch.randn(2, 1, 8, height, 60)
        assert torch.equal(by_bands(torch.add, x.clone(), y, reach=0, over=True), x + y)


@pytest.mark.parametrize("factor", [1, 2, 8])
@torch.inference_mode()
def test_maps_of_lower_resolution_go_along(many: pytest.MonkeyPatch, factor: int) -> None:
    torch.manual_seed(0)
    x, coarse = torch.randn(1, 3, 120, 64), torch.randn(1, 3, 120 // factor, 64 // factor)

    def work(x: Tensor, coarse: Tensor) -> Tensor:
        return x + F.interpolate(coarse, scale_factor=factor, mode="bicubic")

    result = by_bands(work, x, coarse, reach=4 * factor)
    assert (result - work(x, coarse)).abs().max() < 1e-5


def test_with_gradients_all_is_done_at_once(many: pytest.MonkeyPatch) -> None:
    """Training goes through the same layers: in one piece, with the gradients that it had before there were bands."""
    torch.manual_seed(0)
    network = StyleNet(width=8, blocks=2)
    picture, rows = torch.rand(2, 3, 88, 72), []
    network.stem.register_forward_hook(lambda _, args, __: rows.append(args[0].shape[2]))

    def gradients() -> list[Tensor]:
        network.zero_grad()
        network(picture).square().mean().backward()
        return [parameter.grad.clone() for parameter in network.parameters()]

    banded = gradients()
    many.undo()
    assert rows == [44]
    assert all(gradient.isfinite().all() for gradient in banded)
    assert all(
        gradient.abs().max() > 0
        for name, gradient in zip(dict(network.named_parameters()), banded, strict=True)
        if "bias" not in name or name.startswith("out")
    )
    assert all(torch.equal(one, other) for one, other in zip(banded, gradients(), strict=True))


# Normalisation


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("height", [8, 33, 160])
def test_normalisation_is_exact_however_many_bands_measure_it(
    monkeypatch: pytest.MonkeyPatch, layout: torch.memory_format, height: int
) -> None:
    monkeypatch.setattr(bands, "MEASURED", FEW)
    torch.manual_seed(0)
    means = torch.linspace(-1000, 1000, 8).view(1, 8, 1, 1)
    x = means + torch.randn(1, 8, height, 50) * torch.linspace(0.5, 3, height)[:, None]  # no two bands are alike
    x = x.contiguous(memory_format=layout)
    scale, shift = torch.randn(2, 1, 8)
    expected = F.instance_norm(x.double(), weight=scale[0].double(), bias=shift[0].double(), eps=1e-3)
    with torch.inference_mode():
        assert (normalize(x.clone(memory_format=layout), scale, shift, 1e-3) - expected).abs().max() < 2e-3
        low = normalize((x - means).bfloat16(), scale, shift, 1e-3)
    assert low.dtype == torch.bfloat16
    assert (low - expected).abs().max() < 0.1


@torch.inference_mode()
def test_normalisation_does_not_depend_on_the_number_of_bands(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    x, (scale, shift) = 5 + torch.randn(1, 16, 171, 60), torch.randn(2, 1, 16)
    whole = normalize(x.clone(), scale, shift, 1e-5)
    for values in (FEW, 3 * FEW, 8 * FEW):
        monkeypatch.setattr(bands, "MEASURED", values)
        assert (normalize(x.clone(), scale, shift, 1e-5) - whole).abs().max() < 1e-5


# Whole pictures


def painted(network: StyleNet | TransformerNet, photo: Tensor) -> Tensor:
    with torch.inference_mode():
        return network(photo)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["uint8", "float32"])
@pytest.mark.parametrize("network", ["style", "style in bfloat16", "transformer"])
def test_a_picture_in_bands_is_the_picture(
    monkeypatch: pytest.MonkeyPatch, style: StyleNet, photo: Tensor, network: str, kind: str, size: tuple[int, int]
) -> None:
    photo = as_type(getattr(torch, kind), resize(photo, *size))
    if network == "transformer":
        paint: StyleNet | TransformerNet = random_network()
    else:
        paint = copy.deepcopy(style).to(torch.bfloat16 if "bfloat16" in network else torch.float32)
    whole = painted(paint, photo)
    monkeypatch.setattr(bands, "VALUES", FEW)
    in_bands = painted(paint, photo)
    assert in_bands.shape == whole.shape == photo.shape
    assert in_bands.dtype == whole.dtype == photo.dtype
    exact = kind == "float32" and "bfloat16" not in network
    assert (as_float(in_bands) - as_float(whole)).abs().max() <= (1e-4 if exact else 1 / 255)


@pytest.mark.parametrize("kind", ["uint8", "float32"])
@pytest.mark.parametrize(
    "settings",
    [
        StylizeSettings(),
        StylizeSettings(texture_size=100),
        StylizeSettings("storm-wave", "woodcut", 0.3, strength=0.6, keep_colors=True, size=203),
        StylizeSettings(strength=1.5, texture_size=64),
    ],
    ids=["as it is", "broad strokes", "mixed", "beyond the style"],
)
def test_a_photo_in_bands_is_painted_as_it_is_without(
    monkeypatch: pytest.MonkeyPatch, photo: Tensor, kind: str, settings: StylizeSettings
) -> None:
    """With all that comes before the network and after it: strokes of two sizes, the photo and its colours."""
    photo = as_type(getattr(torch, kind), photo[:, :, :-3])
    photo[:, :, 100:200] = photo[:, :, :1, :1]  # a clear sky
    whole = stylize(photo, settings)
    monkeypatch.setattr(bands, "VALUES", FEW)
    difference = 255 * as_float(stylize(photo, settings)) - 255 * as_float(whole)
    assert difference.abs().max() < 1.5  # one step of 255, as floats have it


def test_there_is_no_seam_between_bands(monkeypatch: pytest.MonkeyPatch, photo: Tensor) -> None:
    """Not even where the statistics are taken band by band, which rounds otherwise."""
    settings = StylizeSettings(texture_size=160)
    whole = stylize(photo, settings)
    monkeypatch.setattr(bands, "VALUES", FEW)
    monkeypatch.setattr(bands, "MEASURED", FEW)
    in_bands = stylize(photo, settings)
    assert (in_bands - whole).abs().mean() < 2 / 255
    steps = [(picture[:, :, 1:] - picture[:, :, :-1]).abs().mean((0, 1, 3)) for picture in (whole, in_bands)]
    borders = torch.arange(bands.GRID - 1, len(steps[0]), bands.GRID)
    assert (steps[1][borders] / steps[0][borders] - 1).abs().max() < 0.1


# Large photos

LARGE = """
import json, re, sys
from pathlib import Path
from nst import StylizeSettings, stylize
from nst.common.images import as_float, open_image, resize, to_bytes
def most():  # of memory so far, in kB; what resource gives includes that of the process which started this one
    return int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
photo = to_bytes(open_image(sys.argv[1]).resize((3456, 2304)))
before = most()
large = stylize(photo, StylizeSettings())
peak = most()
photo, reduced = (resize(picture, 683, 1024) for picture in (photo, large))
small = stylize(photo, StylizeSettings())
apart, change = ((as_float(small) - as_float(other)).abs().mean().item() for other in (reduced, photo))
print(json.dumps([before, peak, large.shape, str(large.dtype), apart, change]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in other units elsewhere")
@pytest.mark.skipif(precision() != torch.bfloat16, reason="without bfloat16 it takes twice the time and the memory")
def test_8_megapixels_take_less_than_a_gigabyte_and_are_painted_like_a_small_photo() -> None:
    """The bench holds 24 megapixels to 1.5 GB; a third of them take a third of what comes on top of the program."""
    done = subprocess.run(
        [sys.executable, "-c", LARGE, str(MEDIA / "tower.jpg")],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=150,
    )
    before, peak, shape, dtype, apart, change = json.loads(done.stdout)
    assert shape == [1, 3, 2304, 3456]
    assert dtype == "torch.uint8"
    assert before < peak < 940_000  # kB
    assert apart < 0.15 * change
