"""Every kind of weight file, and what is none: the same numbers as the original, or a sentence."""

from __future__ import annotations

import io
import pickle
import random
import resource
import sys
import time
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from pathlib import Path

import onnx
import onnxruntime
import pytest
import torch
from nets import original_name, original_state, random_network, random_style, write_onnx, write_style
from onnx import TensorProto
from safetensors.torch import save_file
from torch import Tensor

from nst.common.errors import UserError
from nst.common.images import load_image, resize
from nst.quick.checkpoints import (
    FORMATS,
    load_network,
    save_style,
    transformer_from_onnx,
    transformer_from_pth,
    transformer_from_state,
)
from nst.quick.networks import StyleNet, TransformerNet

CHECKPOINTS = ("candy-16ch", "mosaic-16ch", "rain-princess-16ch", "udnie-16ch")
PLAN = {"width": "8", "blocks": "1", "base": "somebody's"}  # what a file of `random_style` says of itself


def write_legacy(path: Path, network: TransformerNet) -> None:
    torch.save(original_state(network), path, _use_new_zipfile_serialization=False)


WRITERS: dict[str, Callable[[Path, TransformerNet], None]] = {
    "pth": lambda path, network: torch.save(original_state(network), path),
    "pth of old": write_legacy,
    "onnx, named": lambda path, network: write_onnx(path, network, original_name),
    "onnx, numbered": lambda path, network: write_onnx(path, network, lambda number, _: str(number)),
    "safetensors": lambda path, network: save_file(network.state_dict(), path),
    "safetensors, old names": lambda path, network: save_file(original_state(network), path),
}


def refusal(path: Path) -> str:
    """What is said of a file that is refused: one line, which ends in what was expected."""
    with pytest.raises(UserError) as caught:
        load_network(path)
    message = str(caught.value)
    assert message.startswith(f"{path.name} cannot be used")
    assert message.endswith(f"{FORMATS}.")
    assert str(path.parent) not in message
    assert len(message.splitlines()) == 1
    assert len(message) < 600
    return message


def run_onnx(path: Path, picture: Tensor) -> Tensor:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (result,) = session.run(None, {session.get_inputs()[0].name: (255 * picture).numpy()})
    return torch.from_numpy(result).div(255).clamp(0, 1)


# Files of one format


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


@pytest.fixture
def two_threads() -> Iterator[None]:
    """One thread alone adds up all pixels in a row, and loses half a digit more."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@torch.inference_mode()
def test_trained_checkpoint_is_steady_in_a_clear_sky(shared: Path, two_threads: None) -> None:
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


# Any file


@pytest.mark.parametrize("name", ["net.pth", "net.onnx", "net.safetensors", "net", "net.jpg"])
@pytest.mark.parametrize("kind", WRITERS)
def test_a_network_is_read_whatever_its_file_is_called(tmp_path: Path, kind: str, name: str) -> None:
    network = random_network(3)
    WRITERS[kind](tmp_path / name, network)
    read = load_network(tmp_path / name)
    assert isinstance(read, TransformerNet)
    assert not read.training
    assert all(torch.equal(read.state_dict()[key], value) for key, value in network.state_dict().items())


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("width", [1, 7, 16])
@torch.inference_mode()
def test_a_network_of_any_width_paints_as_before(tmp_path: Path, photo: Tensor, kind: str, width: int) -> None:
    network = random_network(width)
    WRITERS[kind](tmp_path / "net", network)
    read = load_network(tmp_path / "net")
    assert read.conv1.out_channels == width
    assert (read(photo) - network(photo)).abs().max() < 1 / 255


@pytest.mark.parametrize("name", ["net.safetensors", "net.pth", "net"])
@pytest.mark.parametrize(("width", "blocks"), [(2, 0), (8, 3), (32, 5)])
@torch.inference_mode()
def test_a_style_is_read_as_it_was_written(tmp_path: Path, photo: Tensor, name: str, width: int, blocks: int) -> None:
    style = random_style(width, blocks, "naïve")
    save_style(tmp_path / name, style.to(memory_format=torch.channels_last), {"note": "x", "width": "not of this"})
    read = load_network(tmp_path / name)
    assert isinstance(read, StyleNet)
    assert (read.width, read.blocks, read.base) == (width, blocks, "naïve")
    assert not read.training
    assert not any(parameter.requires_grad for parameter in read.parameters())
    assert read.down.weight.is_contiguous(memory_format=torch.channels_last)
    for key, value in style.state_dict().items():
        assert torch.equal(read.state_dict()[key], value.half().float()), key
    assert (read(photo) - style(photo)).abs().mean() < 0.01  # it is kept in fp16


def test_a_style_that_is_written_again_is_the_same_file(tmp_path: Path) -> None:
    once, twice = write_style(tmp_path / "once", random_style(base="somebody's")), tmp_path / "twice"
    read = load_network(once)
    assert isinstance(read, StyleNet)
    write_style(twice, read)
    again = load_network(twice)
    assert isinstance(again, StyleNet)
    assert again.base == read.base == "somebody's"
    assert all(torch.equal(again.state_dict()[key], value) for key, value in read.state_dict().items())


def test_a_safetensors_file_is_one_however_long_its_header_is(tmp_path: Path) -> None:
    """The file begins with that length, whose lowest byte may be the first of a pickle's."""
    network, begun = random_network(1), set()
    for length in range(0, 256, 8):
        save_file(network.state_dict(), tmp_path / "net", metadata={"note": "x" * length})
        begun.add((tmp_path / "net").read_bytes()[0])
        assert isinstance(load_network(tmp_path / "net"), TransformerNet)
    assert 0x80 in begun


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_floating_point_numbers_of_any_kind_will_do(tmp_path: Path, dtype: torch.dtype) -> None:
    network = random_network(2)
    torch.save({key: value.to(dtype) for key, value in network.state_dict().items()}, tmp_path / "net.pth")
    for key, value in load_network(tmp_path / "net.pth").state_dict().items():
        assert value.dtype == torch.float32
        assert torch.equal(value, network.state_dict()[key].to(dtype).float())


# What is none


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"Dear reader, these are no weights.",
        b'12345678{"a": 1}',
        b"\xff" * 8 + b"{",
        b"\0" * 7 + b"\x01{" + b" " * 99,
        b"\x80\x02}.",
        b"\x80",
        b"PK\x03\x04",
        b"\x89PNG\r\n\x1a\n",
    ],
)
@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
def test_what_is_no_weights_is_refused_with_what_is(tmp_path: Path, data: bytes) -> None:
    for name in ("net.pth", "net.onnx", "net.safetensors"):
        (tmp_path / name).write_bytes(data)
        refusal(tmp_path / name)


def test_a_zip_file_without_weights_is_refused(tmp_path: Path) -> None:
    for content in ({}, {"letter.txt": "Dear reader"}, {"archive/data.pkl": "no pickle"}):
        with zipfile.ZipFile(tmp_path / "net.pth", "w") as file:
            for name, text in content.items():
                file.writestr(name, text)
        refusal(tmp_path / "net.pth")


def test_a_file_that_is_not_there_is_said_to_be_not_there(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "gone.pth")
    (tmp_path / "folder.pth").mkdir()
    assert "directory" in refusal(tmp_path / "folder.pth")


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize("new", [True, False])
def test_no_code_in_a_file_is_run(tmp_path: Path, new: bool, capsys: pytest.CaptureFixture[str]) -> None:
    state = original_state(random_network(1)) | {"conv1.conv2d.bias": Unsafe()}
    torch.save(state, tmp_path / "net.onnx", _use_new_zipfile_serialization=new)
    refusal(tmp_path / "net.onnx")
    assert not capsys.readouterr().out


ODD: dict[str, Callable[[Tensor], Tensor]] = {
    "whole": lambda value: value.int(),
    "complex": lambda value: value.to(torch.complex64),
    "meta": lambda value: value.to("meta"),
    "sparse": lambda value: value.to_sparse(),
    "infinite in fp32": lambda value: value.double() + 1e300,
    "NaN": lambda value: value / 0 * 0,
    "huge": lambda value: torch.zeros(()).expand(2**30, 2**30),
    "not square": lambda value: torch.zeros(()).expand(2**30, *value.shape[1:]),
    "empty": lambda value: value[:0],
}


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("key", ["conv1.weight", "conv1.bias", "in3.weight", "another.weight"])
@pytest.mark.filterwarnings("ignore:.*(S|s)parse")
def test_tensors_that_cannot_be_are_refused_at_once(tmp_path: Path, kind: str, key: str) -> None:
    state = random_network(2).state_dict()
    torch.save(state | {key: ODD[kind](state.get(key, torch.ones(2)))}, tmp_path / "net.pth")
    start = time.process_time()
    refusal(tmp_path / "net.pth")
    assert time.process_time() - start < 2


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e6])  # the last is not finite in fp16
def test_a_style_with_values_that_are_not_finite_is_refused(tmp_path: Path, value: float) -> None:
    style = random_style()
    style.down_norm.weight[3] = value
    refusal(write_style(tmp_path / "style.safetensors", style))


def style_file(path: Path, plan: dict[str, str], state: Mapping[str, Tensor]) -> Path:
    save_file({key: value.contiguous() for key, value in state.items()}, path, metadata=plan)
    return path


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": "12"},
        {"width": "7"},
        {"width": "0"},
        {"width": "-8"},
        {"width": "8.0"},
        {"width": "eight"},
        {"width": ""},
        {"width": "9" * 5000},
        {"width": str(2**40)},
        {"width": "258"},
        {"blocks": "2"},
        {"blocks": "0"},
        {"blocks": "-1"},
        {"blocks": str(2**40)},
        {"blocks": "many"},
        {"width": "256", "blocks": "64"},
    ],
    ids=lambda wrong: str(wrong)[:30],
)
def test_a_style_that_says_what_it_is_not_is_refused_at_once(tmp_path: Path, wrong: dict[str, str]) -> None:
    state = random_style().state_dict()
    assert isinstance(load_network(style_file(tmp_path / "style", PLAN, state)), StyleNet)
    path = style_file(tmp_path / "style", PLAN | wrong, state)
    start = time.process_time()
    assert "style of this version" in refusal(path)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("width", [1, 7, 258])
def test_a_style_of_a_width_that_there_is_not_is_refused(tmp_path: Path, width: int) -> None:
    refusal(write_style(tmp_path / "style.safetensors", random_style(width, 0)))


@pytest.mark.parametrize("missing", PLAN)
def test_a_style_that_does_not_say_what_it_is_is_refused(tmp_path: Path, missing: str) -> None:
    plan = {key: value for key, value in PLAN.items() if key != missing}
    refusal(style_file(tmp_path / "style", plan, random_style().state_dict()))


def test_a_style_with_an_array_too_few_or_too_many_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    state = random_style().state_dict()
    key = "body.0.conv1.weight"
    for wrong in (
        {name: value for name, value in state.items() if name != key},
        state | {"another.weight": torch.zeros(1)},
        state | {key: state[key][:, :, :2]},
        state | {key: state[key].int()},
        {},
    ):
        assert "style of this version" in refusal(style_file(tmp_path / "style", PLAN, wrong))


VALUES = 2**22  # of each array in the files below, which are 16 MB


class Storage:
    """Stands in a pickle for what is in the file of that name."""

    def __init__(self, name: str) -> None:
        self.name = name


class Array(Storage):
    """Stands in a pickle for a tensor."""

    def __reduce__(self) -> tuple[object, ...]:
        shape = VALUES, 1
        return torch._utils._rebuild_tensor_v2, (Storage(self.name), 0, shape, (1, 1), False, OrderedDict())


class StoragePickler(pickle.Pickler):
    def persistent_id(self, thing: object) -> object:
        return ("storage", torch.FloatStorage, thing.name, "cpu", VALUES) if type(thing) is Storage else None


def write_large(path: Path, count: int, shared: bool) -> None:
    """Large arrays of zeros as `torch.save` writes them, but compressed, or all at the same place in the file."""
    pickled = io.BytesIO()
    StoragePickler(pickled, 2).dump({str(number): Array(str(number)) for number in range(count)})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED if shared else zipfile.ZIP_DEFLATED) as file:
        for name, data in (("data.pkl", pickled.getvalue()), ("version", b"3\n"), ("byteorder", b"little")):
            file.writestr(f"archive/{name}", data)
        for number in range(count):
            if number and shared:
                entry = copy(file.getinfo("archive/data/0"))
                entry.filename = entry.orig_filename = f"archive/data/{number}"
                file.filelist.append(entry)
            else:
                file.writestr(f"archive/data/{number}", bytes(4 * VALUES))


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in other units elsewhere")
@pytest.mark.parametrize("shared", [False, True])
def test_a_file_that_becomes_large_when_it_is_unpacked_is_not_unpacked(tmp_path: Path, shared: bool) -> None:
    path = tmp_path / "net.pth"
    write_large(path, 2, shared)
    assert {value.shape for value in torch.load(path, weights_only=True).values()} == {(VALUES, 1)}
    write_large(path, 60 if shared else 30, shared)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    refusal(path)
    assert time.process_time() - start < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


@pytest.mark.parametrize("kind", [*WRITERS, "style"])
@pytest.mark.filterwarnings("ignore")
def test_a_damaged_file_is_refused_or_a_network(tmp_path: Path, kind: str) -> None:
    """A byte is changed here and there, or what follows is gone."""
    path, chance = tmp_path / "net", random.Random(kind)
    if kind == "style":
        write_style(path, random_style(width=4))
    else:
        WRITERS[kind](path, random_network(1))
    data, refused = path.read_bytes(), 0
    for count in range(150):
        damaged = bytearray(data)
        if count % 5 == 0:
            del damaged[chance.randrange(len(data)) :]
        for _ in range(chance.choice((1, 3, 10))):
            damaged[chance.randrange(min(len(damaged), 4000))] = chance.choice((0, 0x80, 0xFF, chance.randrange(256)))
        path.write_bytes(damaged)
        try:
            assert isinstance(load_network(path), (StyleNet, TransformerNet))
        except UserError:
            refused += 1
    assert refused > 30
