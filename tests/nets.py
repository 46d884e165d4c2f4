"""Networks that nobody trained, and the files that others would keep them in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

from nst.common.encoders import Vgg19
from nst.common.weights import bundled
from nst.quick.checkpoints import load_network, save_style
from nst.quick.networks import StyleNet, TransformerNet


def random_network(width: int = 4) -> TransformerNet:
    torch.manual_seed(0)
    network = TransformerNet(width).eval().requires_grad_(False)
    for parameter in network.parameters():
        if parameter.ndim == 1:  # away from ones and zeros, lest a mix-up of scales and shifts go unseen
            parameter.add_(torch.randn_like(parameter) * 0.3)
    network.deconv3.weight.mul_(20)
    network.deconv3.bias.add_(127)
    return network


def random_style(width: int = 8, blocks: int = 1, base: str = "", number: int = 0) -> StyleNet:
    """A style; those of one shape and base are kin, as styles are that were trained from one network."""
    torch.manual_seed(0)
    network = StyleNet(width, blocks).eval().requires_grad_(False)
    for parameter in network.parameters():
        if parameter.ndim == 1:
            parameter.add_(torch.randn_like(parameter) * 0.3)
    network.out.weight.mul_(10)
    torch.manual_seed(number)
    for parameter in network.parameters() if number else ():
        parameter.add_(torch.randn_like(parameter) * 0.3 * parameter.abs().mean())
    network.base = base
    return network


def base_that_ships() -> StyleNet:
    network = load_network(bundled("base.safetensors"))
    assert isinstance(network, StyleNet)
    return network


def write_style(path: Path, network: StyleNet | None = None) -> Path:
    save_style(path, network or random_style(), {})
    return path


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


def random_vgg() -> dict[str, Tensor]:
    """A slim VGG-19 with random weights."""
    weights, inputs = {"input.weight": torch.eye(3)[:, :, None, None], "input.bias": torch.zeros(3)}, 3
    for block, depth in enumerate(Vgg19.depths, 1):
        for index in range(1, depth + 1):
            weights[f"conv{block}_{index}.weight"] = torch.randn(4, inputs, 3, 3)
            weights[f"conv{block}_{index}.bias"], inputs = torch.zeros(4), 4
    return weights


def slim_vgg(depths: tuple[int, ...] = (2, 2, 3, 1), width: int = 8) -> dict[str, Tensor]:
    """A VGG-19 with so many convolutions in each block, of random weights that keep features of one size."""
    torch.manual_seed(0)
    weights, inputs = {"input.weight": 2 * torch.eye(3)[:, :, None, None], "input.bias": torch.full((3,), -1.0)}, 3
    for block, depth in enumerate(depths, 1):
        for index in range(1, depth + 1):
            weights[f"conv{block}_{index}.weight"] = torch.randn(width, inputs, 3, 3) * (2 / 9 / inputs) ** 0.5
            weights[f"conv{block}_{index}.bias"], inputs = 0.1 * torch.randn(width), width
    return weights


def random_squeezenet() -> dict[str, Tensor]:
    import torchvision

    return torchvision.models.squeezenet1_1().state_dict()
