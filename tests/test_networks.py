"""The transformer network: every size of photo, every kind of weight file, and the same numbers as the original."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

from nst.checkpoints import transformer_from_onnx, transformer_from_pth, transformer_from_state
from nst.errors import UserError
from nst.images import load_image, resize
from nst.networks import InstanceNorm, TransformerNet, pad_to_multiple, without_grid

CHECKPOINTS = ("candy-16ch", "mosaic-16ch", "rain-princess-16ch", "udnie-16ch")


def random_network(width: int = 4) -> TransformerNet:
    torch.manual_seed(0)
    network = TransformerNet(width).eval().requires_grad_(False)
    for parameter in network.parameters():
        if parameter.ndim == 1:  # away from ones and zeros, lest a mix-up of scales and shifts go unseen
            parameter.add_(torch.randn_like(parameter) * 0.3)
    network.deconv3.weight.mul_(20)
    network.deconv3.bias.add_(127)
    return network


def original_state(network: TransformerNet) -> dict[str, Tensor]:
    """A state dict as pytorch/examples saved it at first, under its names and with running statistics."""
    state: dict[str, Tensor] = {}
    for key, value in network.state_dict().items():
        layer, part = key.rsplit(".", 1)
        state[f"{layer}.conv2d.{part}" if "conv" in layer.split(".")[-1] else key] = value
        if layer.split(".")[-1].startswith("in") and part == "bias":
            state |= {f"{layer}.running_mean": torch.zeros_like(value), f"{layer}.running_var": torch.ones_like(value)}
    return state


def write_onnx(path: Path, network: TransformerNet, names: Callable[[int, str], str], size: int = 32) -> None:
    """The network as a graph of ONNX operators for pictures of one size, in 0..255; `names` gives its arrays' names."""
    state = network.state_dict()
    arrays = {key: names(number, key) for number, key in enumerate(state, 1)}
    nodes: list[onnx.NodeProto] = []

    def add(operator: str, *inputs: str, **attributes: object) -> str:
        nodes.append(helper.make_node(operator, list(inputs), [f"t{len(nodes)}"], **attributes))
        return nodes[-1].output[0]

    def conv(x: str, layer: str) -> str:
        kernel = state[f"{layer}.weight"].shape[2]
        stride, edge = 2 if layer in ("conv2", "conv3") else 1, kernel // 2
        x = add("Pad", x, mode="reflect", pads=[0, 0, edge, edge] * 2)
        return add("Conv", x, arrays[f"{layer}.weight"], arrays[f"{layer}.bias"], strides=[stride, stride])

    def norm(x: str, layer: str) -> str:
        return add("InstanceNormalization", x, arrays[f"{layer}.weight"], arrays[f"{layer}.bias"], epsilon=1e-5)

    x = "input"
    for index in ("1", "2", "3"):
        x = add("Relu", norm(conv(x, f"conv{index}"), f"in{index}"))
    for index in ("1", "2", "3", "4", "5"):
        y = add("Relu", norm(conv(x, f"res{index}.conv1"), f"res{index}.in1"))
        x = add("Add", x, norm(conv(y, f"res{index}.conv2"), f"res{index}.in2"))
    for index, number in (("1", "4"), ("2", "5")):
        scales = add("Constant", value=numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32)))
        x = add("Relu", norm(conv(add("Upsample", x, scales, mode="nearest"), f"deconv{index}"), f"in{number}"))
    x = conv(x, "deconv3")

    shape = [1, 3, size, size]
    graph = helper.make_graph(
        nodes,
        "transformer",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(state[key].numpy(), name) for key, name in arrays.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 9)], ir_version=4), path)


def original_name(_: int, key: str) -> str:
    layer, part = key.rsplit(".", 1)
    return f"{layer}.conv2d.{part}" if "conv" in layer.split(".")[-1] else key


def run_onnx(path: Path, picture: Tensor) -> Tensor:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (result,) = session.run(None, {session.get_inputs()[0].name: (255 * picture).numpy()})
    return torch.from_numpy(result).div(255).clamp(0, 1)


# The network


def test_full_width_is_the_published_one() -> None:
    assert sum(parameter.numel() for parameter in TransformerNet(32).parameters()) == 1_679_235
    assert sum(parameter.numel() for parameter in TransformerNet(16).parameters()) == 424_899


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (7, 5), (8, 8), (31, 33), (64, 48)])
@torch.inference_mode()
def test_every_size_comes_back_as_it_went_in(size: tuple[int, int]) -> None:
    picture = torch.rand(2, 3, *size)
    result = random_network()(picture)
    assert result.shape == picture.shape
    assert result.isfinite().all()
    assert result.min() >= 0
    assert result.max() <= 1


def test_a_grid_of_pixels_is_taken_away_and_what_is_larger_stays() -> None:
    row = 0.5 + 0.2 * torch.cos(torch.linspace(0, 6, 64))
    smooth = (row[:, None] * row).expand(1, 3, -1, -1)
    signs = torch.tensor([1.0, -1.0]).repeat(32)
    for grid in (signs.expand(64, -1), signs[:, None].expand(-1, 64), signs[:, None] * signs):
        cleaned = without_grid(smooth + 0.05 * grid)
        assert (cleaned - smooth)[:, :, 4:-4, 4:-4].abs().max() < 0.002


def test_padding_repeats_the_last_row_and_column() -> None:
    picture = torch.rand(1, 3, 13, 2)
    padded = pad_to_multiple(picture, 4)
    assert padded.shape == (1, 3, 16, 8)
    assert torch.equal(padded[:, :, :13, :2], picture)
    assert torch.equal(padded[:, :, 15, 7], picture[:, :, 12, 1])
    whole = torch.rand(1, 3, 12, 8)
    assert torch.equal(pad_to_multiple(whole, 4), whole)


@pytest.mark.parametrize("level", [0.0, 0.7, 1.0])
@torch.inference_mode()
def test_a_picture_of_one_colour_stays_of_one_colour(level: float) -> None:
    result = random_network()(torch.full((1, 3, 40, 52), level))
    assert result.isfinite().all()
    assert (result - result[:, :, :1, :1]).abs().max() < 1 / 255


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_instance_norm_is_exact_where_a_channel_hardly_varies(layout: torch.memory_format) -> None:
    torch.manual_seed(0)
    norm = InstanceNorm(16).requires_grad_(False)
    norm.weight.copy_(torch.randn(16))
    norm.bias.copy_(torch.randn(16))
    x = (1000 + torch.randn(2, 16, 64, 64)).contiguous(memory_format=layout)
    expected = F.instance_norm(x.double(), weight=norm.weight.double(), bias=norm.bias.double())
    assert (norm(x) - expected).abs().max() < 1e-3


@torch.inference_mode()
def test_bfloat16_gives_nearly_the_same_picture(photo: Tensor) -> None:
    network = random_network()
    exact = network(photo)
    rounded = network.to(torch.bfloat16)(photo)
    assert rounded.dtype == torch.float32
    assert (rounded - exact).abs().mean() < 0.02


# Weight files


@pytest.mark.parametrize("names", [lambda number, _: str(number), original_name], ids=["numbered", "named"])
@torch.inference_mode()
def test_onnx_file_gives_what_its_graph_gives(tmp_path: Path, photo: Tensor, names: Callable[[int, str], str]) -> None:
    write_onnx(tmp_path / "net.onnx", random_network(), names)
    network = transformer_from_onnx(tmp_path / "net.onnx")
    picture = resize(photo, 32, 32)
    assert (network(picture) - run_onnx(tmp_path / "net.onnx", picture)).abs().max() < 1 / 255
    assert not network.training
    assert not any(parameter.requires_grad for parameter in network.parameters())
    assert network.res1.conv1.weight.is_contiguous(memory_format=torch.channels_last)


def test_named_arrays_may_stand_in_any_order(tmp_path: Path) -> None:
    network = random_network()
    write_onnx(tmp_path / "net.onnx", network, original_name)
    model = onnx.load(tmp_path / "net.onnx")
    arrays = sorted(model.graph.initializer, key=lambda array: array.name)
    del model.graph.initializer[:]
    model.graph.initializer.extend(arrays)
    onnx.save(model, tmp_path / "net.onnx")
    read = transformer_from_onnx(tmp_path / "net.onnx").state_dict()
    assert all(torch.equal(read[key], value) for key, value in network.state_dict().items())


@pytest.mark.parametrize("name", CHECKPOINTS)
@torch.inference_mode()
def test_trained_checkpoint_gives_what_its_graph_gives(shared: Path, name: str) -> None:
    path = shared / "checkpoints" / f"{name}.onnx"
    photo = resize(load_image(min((shared / "photos" / "train").glob("*.jpg"))), 256, 256)
    network = transformer_from_onnx(path)
    assert network.conv1.out_channels == 16
    assert (network(photo) - run_onnx(path, photo)).abs().max() < 1 / 255


@torch.inference_mode()
def test_trained_checkpoint_is_steady_in_a_clear_sky(shared: Path) -> None:
    """A nearly flat picture, where normalisation magnifies every rounding: held against double precision."""
    sky = torch.full((1, 3, 128, 128), 0.7)
    sky[0, 0] += torch.linspace(0, 5 / 255, 128).mul(255).round().div(255)
    network = transformer_from_onnx(shared / "checkpoints" / "mosaic-16ch.onnx")
    result = network(sky)
    assert (result - network.double()(sky.double())).abs().max() < 1 / 255


@pytest.mark.parametrize("width", [1, 5])
def test_state_dict_of_any_width_with_running_statistics(tmp_path: Path, width: int) -> None:
    network = random_network(width)
    torch.save(original_state(network), tmp_path / "net.pth")
    for read in (transformer_from_state(original_state(network)), transformer_from_pth(tmp_path / "net.pth")):
        assert read.state_dict().keys() == network.state_dict().keys()
        assert all(torch.equal(read.state_dict()[key], value) for key, value in network.state_dict().items())


def test_foreign_state_dicts_are_refused() -> None:
    state = original_state(random_network())
    faults: dict[str, dict[str, Tensor]] = {
        "conv1.weight of shape (32, 3, 9, 9) was": {},
        "conv1.weight of shape (1, 3, 9, 9) was": {"conv1.conv2d.bias": torch.zeros(0)},
        "deconv3.bias of shape (3,) was": {key: value for key, value in state.items() if key != "deconv3.conv2d.bias"},
        "res2.in1.bias of shape (16,) was": state | {"res2.in1.bias": torch.zeros(15)},
        "conv3.weight of shape (16, 8, 3, 3) was": state
        | {"conv3.conv2d.weight": state["conv3.conv2d.weight"][:, :, :2]},
        "features.0.weight was not": state | {"features.0.weight": torch.zeros(1)},
        "in4.weight holds values that are not finite": state | {"in4.weight": torch.full((8,), float("nan"))},
        "256 channels at most were": state | {"conv1.conv2d.bias": torch.zeros(10**6)},
    }
    for wrong, weights in faults.items():
        with pytest.raises(UserError, match="transformer network") as caught:
            transformer_from_state(weights)
        assert wrong in str(caught.value)


class Unsafe:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("code in a weight file was run",)


@pytest.mark.parametrize("content", [Unsafe(), [1, 2], {1: torch.zeros(1)}, {"a": "b"}, {"a": torch.zeros(1)}])
def test_foreign_pth_files_are_refused(tmp_path: Path, content: object, capsys: pytest.CaptureFixture[str]) -> None:
    torch.save(content, tmp_path / "net.pth")
    with pytest.raises(UserError):
        transformer_from_pth(tmp_path / "net.pth")
    assert not capsys.readouterr().out


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize("load", [transformer_from_pth, transformer_from_onnx])
def test_files_that_hold_no_weights_are_refused(tmp_path: Path, load: Callable[[Path], TransformerNet]) -> None:
    path = tmp_path / "net.bin"
    for data in (b"", b"Dear reader, these are no weights.", b"\x80\x05\x95", b"PK\x03\x04" + b"\0" * 30):
        path.write_bytes(data)
        with pytest.raises(UserError):
            load(path)
    for missing in (tmp_path / "gone.bin", tmp_path):
        with pytest.raises(UserError, match="can be read"):
            load(missing)


def test_foreign_onnx_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    write_onnx(path, random_network(), lambda number, _: str(number))
    secret = tmp_path / "secret.bin"
    secret.write_bytes(b"\0" * 4 * 4 * 3 * 81)

    def check(change: Callable[[onnx.GraphProto], object], wrong: str) -> None:
        model = onnx.load(path)
        change(model.graph)
        (tmp_path / "changed.onnx").write_bytes(model.SerializeToString())
        with pytest.raises(UserError, match=wrong):
            transformer_from_onnx(tmp_path / "changed.onnx")

    def external(graph: onnx.GraphProto) -> None:
        array = graph.initializer[0]
        array.ClearField("raw_data")
        array.data_location = TensorProto.EXTERNAL
        array.external_data.add(key="location", value=str(secret))

    check(lambda graph: graph.initializer.pop(), "62 arrays were expected, not 61")
    check(lambda graph: graph.initializer[0].ClearField("raw_data"), "not as large as its shape says")
    check(lambda graph: setattr(graph.initializer[1], "data_type", TensorProto.INT32), "32-bit floating")
    check(lambda graph: graph.initializer[0].dims.reverse(), r"conv1\.weight of shape \(4, 3, 9, 9\)")
    check(lambda graph: graph.initializer.reverse(), "256 channels at most")
    check(external, "within the file")
