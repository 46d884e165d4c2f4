"""The formats that the weights of feed-forward networks come in. No code in a file is run."""

from __future__ import annotations

import pickletools
import re
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from nst.common.archives import entries
from nst.common.errors import UserError
from nst.common.files import write_whole
from nst.common.runtime import channels_last
from nst.quick.networks import StyleNet, TransformerNet

Network = StyleNet | TransformerNet
N = TypeVar("N", StyleNet, TransformerNet)

WIDEST = 256  # channels; a file may claim any number
LONGEST_HEADER = 1_000_000  # bytes of what a file says of its arrays
PICKLES = 5  # in a file of the older format: magic number, version, system, state dict, keys
NAMES = re.compile(r"collections OrderedDict|torch\._utils _rebuild_(tensor_v2|parameter)|torch \w+Storage")
FORMATS = (
    "a network of pytorch/examples' fast_neural_style (.pth, .onnx, .safetensors; any width) or a style of this "
    "program (.safetensors)"
)


def load_network(path: Path) -> Network:
    """The network of a file, whatever it is called, ready to run in fp32.

    Raises `UserError` with what was expected for a file that holds no network of the formats below.
    """
    try:
        with path.open("rb") as file:
            start = file.read(9)
        if start[8:] == b"{":  # first, since a safetensors file may start with any byte: with how long its header is
            return _from_safetensors(path)
        if start[:2] == b"PK" or start[:1] == b"\x80":
            return transformer_from_pth(path)
        return transformer_from_onnx(path)
    except OSError as error:
        raise UserError(f"{path.name} cannot be used: {error.strerror}. What can be used is {FORMATS}.") from error
    except UserError as error:
        raise UserError(f"{path.name} cannot be used. {error} What can be used is {FORMATS}.") from error


def transformer_from_state(state: Mapping[str, Tensor]) -> TransformerNet:
    """The network of a state dict of pytorch/examples, of whatever width, ready to run.

    The running statistics that old files hold were never used, and are dropped. Raises `UserError` for anything else
    that is missing, superfluous, misshapen or not finite.
    """
    unused = (".running_mean", ".running_var", ".num_batches_tracked")
    weights = {key.replace(".conv2d.", "."): value for key, value in state.items() if not key.endswith(unused)}
    width = weights["conv1.bias"].numel() if "conv1.bias" in weights else 32
    if width > WIDEST:
        raise _foreign(f"{WIDEST} channels at most were expected, not {width}")
    network = _blank(width)
    expected = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    for key, shape in expected.items():
        if key not in weights or tuple(weights[key].shape) != shape:
            raise _foreign(f"{key} of shape {shape} was expected")
    if unknown := weights.keys() - expected.keys():
        raise _foreign(f"{min(unknown)} was not expected")
    try:
        return _ready(network, weights)
    except ValueError as error:
        raise _foreign(str(error)) from error


def _ready(network: N, weights: Mapping[str, Tensor]) -> N:
    """A blank network with weights of its shapes, ready to run; `ValueError` for values that are no finite numbers."""
    exact = {}
    for key, value in weights.items():
        if value.layout != torch.strided or value.is_meta or not value.dtype.is_floating_point:
            raise ValueError(f"{key} as an array of floating-point numbers was expected")
        exact[key] = value.float()
        if not exact[key].isfinite().all():
            raise ValueError(f"{key} holds values that are not finite")
    network.load_state_dict(exact, assign=True)
    return channels_last(network.eval().requires_grad_(False))


def transformer_from_pth(path: Path) -> TransformerNet:
    """`transformer_from_state` of a file that was written by `torch.save`; no code in it is run."""
    try:
        _check_pickles(path)
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # it raises whatever it stumbles over
        raise UserError(f"{path.name} is not a file of PyTorch weights that can be read.") from error
    if not isinstance(state, dict) or not all(isinstance(k, str) and isinstance(v, Tensor) for k, v in state.items()):
        raise _foreign("a state dict was expected")
    return transformer_from_state(state)


def _check_pickles(path: Path) -> None:
    """An exception for a file that is larger than it looks, or whose pickles ask for more than a state dict needs.

    With `weights_only` no foreign code is run, but a few bytes can still ask for an array of any size.
    """
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            start = BytesIO(file.read(LONGEST_HEADER))
        for _ in range(PICKLES):
            _check_names(start)
        return
    inside = entries(path)
    # Otherwise entries are compressed, or share their data.
    if sum(entry.file_size for entry in inside) > path.stat().st_size:
        raise ValueError
    with zipfile.ZipFile(path) as archive:
        for entry in inside:
            if entry.filename.endswith("data.pkl"):
                _check_names(BytesIO(archive.read(entry)[:LONGEST_HEADER]))


def _check_names(pickle: BinaryIO) -> None:
    for operation, name, _ in pickletools.genops(pickle):
        if operation.name in ("STACK_GLOBAL", "INST", "EXT1", "EXT2", "EXT4"):  # which `torch.save` does not write
            raise ValueError
        if operation.name == "GLOBAL" and not NAMES.fullmatch(str(name)):
            raise ValueError


def transformer_from_onnx(path: Path) -> TransformerNet:
    """The network of an ONNX file that was exported from pytorch/examples: of its arrays, not of its graph.

    Exporters that number the arrays keep the order of the state dict. Raises `UserError` as `transformer_from_state`
    does, and where arrays lie outside of the file.
    """
    import onnx  # here, since nothing else needs it, and it is slow to load
    from google.protobuf.message import DecodeError

    try:
        graph = onnx.load(path, format="protobuf", load_external_data=False).graph
    except (OSError, DecodeError) as error:
        raise UserError(f"{path.name} is not an ONNX file that can be read.") from error
    arrays: dict[str, Tensor] = {}
    for array in graph.initializer:
        if array.data_type != onnx.TensorProto.FLOAT or array.data_location == onnx.TensorProto.EXTERNAL:
            raise _foreign(f"{array.name} as 32-bit floating point within the file was expected")
        try:
            arrays[array.name] = torch.from_numpy(onnx.numpy_helper.to_array(array).copy())
        except ValueError as error:
            raise _foreign(f"{array.name} is not as large as its shape says") from error
    if not all(isinstance(name, str) for name in arrays):  # bytes that are no text
        raise _foreign("arrays with names were expected")
    if "conv1.conv2d.weight" not in arrays:
        names = list(_blank(1).state_dict())
        if len(arrays) != len(names):
            raise _foreign(f"{len(names)} arrays were expected, not {len(arrays)}")
        arrays = dict(zip(names, arrays.values(), strict=True))
    return transformer_from_state(arrays)


def _blank(width: int) -> TransformerNet:
    """The shapes of a network without memory for its weights."""
    with torch.device("meta"):
        return TransformerNet(max(1, width))


def _foreign(wrong: str) -> UserError:
    return UserError(f"These are not the weights of a transformer network of pytorch/examples: {wrong}.")


def save_style(path: Path, network: StyleNet, notes: Mapping[str, str]) -> None:
    """Writes a style to a safetensors file, in fp16, with what `load_network` must know of it and further notes.

    All of it or nothing; raises `UserError` where it cannot be written.
    """
    half = {key: value.half().contiguous() for key, value in network.state_dict().items()}
    plan = {"width": str(network.width), "blocks": str(network.blocks), "base": network.base}
    write_whole(path, save(half, metadata={**notes, **plan}))


def read_notes(path: Path) -> dict[str, str]:
    """The notes that `save_style` wrote, or whatever a file claims; none where it has none."""
    with suppress(OSError, SafetensorError), _open_safely(path) as file:
        return dict(file.metadata() or {})
    return {}


def _open_safely(path: Path) -> Any:
    """The opened safetensors file; it would take minutes to read a header of 100 MB, which the format allows."""
    with path.open("rb") as file:
        if int.from_bytes(file.read(8), "little") > LONGEST_HEADER:
            raise SafetensorError("the header is too long")
    return safe_open(path, framework="pt")  # type: ignore[no-untyped-call]


def _from_safetensors(path: Path) -> Network:
    try:
        with _open_safely(path) as file:
            plan, state = file.metadata() or {}, {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise UserError(f"{path.name} is not a safetensors file that can be read.") from error
    if "base" not in plan:
        return transformer_from_state(state)
    try:
        width, blocks = int(plan["width"]), int(plan["blocks"])
        if not (2 <= width <= WIDEST and width % 2 == 0 and 0 <= blocks <= 64):
            raise ValueError
        with torch.device("meta"):
            network = StyleNet(width, blocks)
        network.base = plan["base"]
        return _ready(network, state)
    except (LookupError, RuntimeError, TypeError, ValueError) as error:
        raise UserError(f"{path.name} is not a style of this version.") from error
