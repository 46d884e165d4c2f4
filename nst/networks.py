"""Feed-forward networks, which turn a picture into a painting in one pass, and the formats their weights come in."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from nst.errors import UserError
from nst.runtime import channels_last


class InstanceNorm(nn.GroupNorm):
    """Every channel of every picture to mean 0 and variance 1, then by a learned scale and shift (Ulyanov et al. 2016).

    Groups of one channel, because that stays channels_last. But there its variance is E[x^2] - E[x]^2, which in fp32 is
    noise where a channel is nearly constant, as in a clear sky; so the mean is taken away first.
    """

    def __init__(self, width: int) -> None:
        super().__init__(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x - x.mean((2, 3), keepdim=True))


def reflect_conv(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Conv2d:
    """A convolution that mirrors the picture at its borders, and so leaves no frame around the result."""
    return nn.Conv2d(inputs, outputs, size, stride, size // 2, padding_mode="reflect")


def pad_to_multiple(picture: Tensor, multiple: int) -> Tensor:
    """Repeats the last row and column until each side is a multiple, and at least twice as much.

    Shrunk by that factor, a side then still has the two pixels that mirroring needs.
    """
    height, width = picture.shape[2:]
    bottom, right = (max(2, -(-side // multiple)) * multiple - side for side in (height, width))
    return F.pad(picture, (0, right, 0, bottom), mode="replicate")


class Residual(nn.Module):
    """`(N, C, H, W)` to the same shape."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1, self.in1 = reflect_conv(width, width, 3), InstanceNorm(width)
        self.conv2, self.in2 = reflect_conv(width, width, 3), InstanceNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = F.relu(self.in1(self.conv1(x)))
        y = self.in2(self.conv2(y))
        return x + y


class TransformerNet(nn.Module):
    """The network of one style; takes and gives `(N, 3, H, W)` in [0, 1], of any size.

    Johnson, Alahi and Fei-Fei, "Perceptual Losses for Real-Time Style Transfer" (2016), as in pytorch/examples'
    fast_neural_style, which works on 0..255 and is 32 channels wide. Layers have the names that they have there.
    """

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.conv1, self.in1 = reflect_conv(3, width, 9), InstanceNorm(width)
        self.conv2, self.in2 = reflect_conv(width, 2 * width, 3, stride=2), InstanceNorm(2 * width)
        self.conv3, self.in3 = reflect_conv(2 * width, 4 * width, 3, stride=2), InstanceNorm(4 * width)
        self.res1, self.res2, self.res3, self.res4, self.res5 = (Residual(4 * width) for _ in range(5))
        self.deconv1, self.in4 = reflect_conv(4 * width, 2 * width, 3), InstanceNorm(2 * width)
        self.deconv2, self.in5 = reflect_conv(2 * width, width, 3), InstanceNorm(width)
        self.deconv3 = reflect_conv(width, 3, 9)

    def forward(self, picture: Tensor) -> Tensor:
        x: Tensor = pad_to_multiple(picture, 4)
        # The first normalisation would take any constant away; without the mean, there is less to round.
        x = 255 * (x - x.mean((2, 3), keepdim=True)).to(self.conv1.weight.dtype)
        x = F.relu(self.in1(self.conv1(x)))
        x = F.relu(self.in2(self.conv2(x)))
        x = F.relu(self.in3(self.conv3(x)))
        x = self.res5(self.res4(self.res3(self.res2(self.res1(x)))))
        x = F.relu(self.in4(self.deconv1(F.interpolate(x, scale_factor=2))))
        x = F.relu(self.in5(self.deconv2(F.interpolate(x, scale_factor=2))))
        x = self.deconv3(x).float() / 255
        return x[:, :, : picture.shape[2], : picture.shape[3]].clamp(0, 1)


def transformer_from_state(state: Mapping[str, Tensor]) -> TransformerNet:
    """The network of a state dict of pytorch/examples, of whatever width, ready to run.

    The running statistics that old files hold were never used, and are dropped. Raises `UserError` for anything else
    that is missing, superfluous, misshapen or not finite.
    """
    unused = (".running_mean", ".running_var", ".num_batches_tracked")
    weights = {key.replace(".conv2d.", "."): value for key, value in state.items() if not key.endswith(unused)}
    network = _blank(weights["conv1.bias"].numel() if "conv1.bias" in weights else 32)
    expected = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    for key, shape in expected.items():
        if key not in weights or tuple(weights[key].shape) != shape:
            raise _foreign(f"{key} of shape {shape} was expected")
        if not weights[key].isfinite().all():
            raise _foreign(f"{key} holds values that are not finite")
    if unknown := weights.keys() - expected.keys():
        raise _foreign(f"{min(unknown)} was not expected")
    network.load_state_dict({key: value.float() for key, value in weights.items()}, assign=True)
    return channels_last(network.eval().requires_grad_(False))


def transformer_from_pth(path: Path) -> TransformerNet:
    """`transformer_from_state` of a file that was written by `torch.save`; no code in it is run."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError, LookupError, EOFError, pickle.UnpicklingError) as error:
        raise UserError(f"{path.name} is not a file of PyTorch weights that can be read.") from error
    if not isinstance(state, dict) or not all(isinstance(k, str) and isinstance(v, Tensor) for k, v in state.items()):
        raise _foreign("a state dict was expected")
    return transformer_from_state(state)


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
    if "conv1.conv2d.weight" not in arrays:
        names = list(_blank(1).state_dict())
        if len(arrays) != len(names):
            raise _foreign(f"{len(names)} arrays were expected, not {len(arrays)}")
        arrays = dict(zip(names, arrays.values(), strict=True))
    return transformer_from_state(arrays)


def _blank(width: int) -> TransformerNet:
    """The shapes of a network without memory for its weights, so that any width is cheap."""
    with torch.device("meta"):
        return TransformerNet(max(1, width))


def _foreign(wrong: str) -> UserError:
    return UserError(f"These are not the weights of a transformer network of pytorch/examples: {wrong}.")


# Large, so that a channel which is all but constant, as in a clear sky, is not blown up to noise.
EPSILON = 1e-3


class ConditionalNorm(nn.Module):
    """Instance normalisation whose scale and shift belong to a style, or are mixed from several.

    Dumoulin, Shlens and Kudlur, "A Learned Representation for Artistic Style" (2017).
    """

    def __init__(self, width: int, styles: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(styles, width))
        self.shift = nn.Parameter(torch.zeros(styles, width))

    def forward(self, x: Tensor, mix: Tensor) -> Tensor:
        """`x` is `(N, width, H, W)`, `mix` the share of each style in each picture, `(N, styles)`."""
        scale, shift = (mix @ table for table in (self.scale, self.shift))
        if len(x) == 1 and not torch.is_grad_enabled():  # the fastest, but its gradient is the slowest
            return F.group_norm(x, x.shape[1], scale[0].to(x.dtype), shift[0].to(x.dtype), EPSILON)
        x = x - x.mean((2, 3), keepdim=True)
        variance = x.square().mean((2, 3), keepdim=True)
        scale, shift = (value[:, :, None, None].to(x.dtype) for value in (scale, shift))
        return torch.addcmul(shift, x, scale * torch.rsqrt(variance + EPSILON))


class ConditionalConv(nn.Module):
    """A convolution and its conditional normalisation."""

    def __init__(self, inputs: int, outputs: int, size: int, styles: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = reflect_conv(inputs, outputs, size, stride)
        self.norm = ConditionalNorm(outputs, styles)

    def forward(self, x: Tensor, mix: Tensor) -> Tensor:
        return self.norm(self.conv(x), mix)


def without_grid(picture: Tensor) -> Tensor:
    """`(N, 3, H, W)` in [0, 1] without what changes from each pixel to the next, the grid that depth to space leaves.

    A low-pass filter whose response is 0 at that frequency, and as flat as five taps can be at all lower ones.
    """
    taps = picture.new_tensor([-1, 4, 10, 4, -1]) / 16
    for kernel, padding in ((taps.view(1, 1, 5, 1), (0, 0, 2, 2)), (taps.view(1, 1, 1, 5), (2, 2, 0, 0))):
        padded = F.pad(picture, padding, mode="replicate")
        picture = F.conv2d(padded, kernel.expand(picture.shape[1], -1, -1, -1), groups=picture.shape[1])
    return picture.clamp(0, 1)


class ConditionalResidual(nn.Module):
    """`(N, width, H, W)` to the same shape."""

    def __init__(self, width: int, styles: int) -> None:
        super().__init__()
        self.first, self.second = (ConditionalConv(width, width, 3, styles) for _ in range(2))

    def forward(self, x: Tensor, mix: Tensor) -> Tensor:
        y: Tensor = self.second(F.relu(self.first(x, mix)), mix)
        return x + y


class StyleBank(nn.Module):
    """One network for many styles, by name; takes and gives `(N, 3, H, W)` in [0, 1], of any size.

    In place of `TransformerNet`'s costly ends at full resolution: space to depth on the way in, depth to space on the
    way out, and a last small convolution that evens out the grid. Most of the work is done on an eighth of the
    resolution, which is cheap and sees far, so that strokes are large; what was there on the way down is added on the
    way up, so that edges stay sharp (Ronneberger et al. 2015).
    """

    def __init__(self, styles: Sequence[str], width: int = 32, blocks: int = 4) -> None:
        super().__init__()
        self.styles, self.width = tuple(styles), width
        count = len(self.styles)
        half, quarter, eighth = width, 2 * width, 3 * width
        self.stem = ConditionalConv(12, half, 5, count)
        self.down1 = ConditionalConv(half, quarter, 3, count, stride=2)
        self.down2 = ConditionalConv(quarter, eighth, 3, count, stride=2)
        self.coarse = nn.ModuleList(ConditionalResidual(eighth, count) for _ in range(blocks))
        self.up2 = ConditionalConv(eighth, quarter, 3, count)
        self.fine = nn.ModuleList(ConditionalResidual(quarter, count) for _ in range(blocks // 2))
        self.up1 = ConditionalConv(quarter, half, 3, count)
        self.spread = ConditionalConv(half, half, 3, count)
        self.out = reflect_conv(half // 4, 3, 3)

    def forward(self, picture: Tensor, mix: Tensor) -> Tensor:
        """`mix` is `(N, styles)`, as `mix` makes it; what it weighs more than 1 in all goes beyond the style."""
        x = pad_to_multiple(picture, 8) - 0.5
        x = F.pixel_unshuffle(x, 2).to(memory_format=torch.channels_last)
        x = F.relu(self.stem(x.to(self.out.weight.dtype), mix))
        seen = x = F.relu(self.down1(x, mix))
        x = F.relu(self.down2(x, mix))
        for block in self.coarse:
            x = block(x, mix)
        x = seen + F.relu(self.up2(F.interpolate(x, scale_factor=2), mix))
        for block in self.fine:
            x = block(x, mix)
        x = F.relu(self.up1(F.interpolate(x, scale_factor=2), mix))
        x = F.relu(self.spread(x, mix))
        x = self.out(F.pixel_shuffle(x, 2).to(memory_format=torch.channels_last)).float().sigmoid()
        return without_grid(x)[:, :, : picture.shape[2], : picture.shape[3]]

    def mix(self, weights: Mapping[str, float]) -> Tensor:
        """The shares `(1, styles)` of the styles that are named; `KeyError` for one that the bank has not."""
        shares = dict.fromkeys(self.styles, 0.0)
        for style, weight in weights.items():
            shares[style] += weight
        return self.out.weight.new_tensor([list(shares.values())])


def save_bank(path: Path, weights: Mapping[str, Tensor], bank: StyleBank, notes: Mapping[str, str]) -> None:
    """Writes weights of the bank's shapes to a safetensors file, in fp16, with what `load_bank` must know."""
    half = {key: value.half().contiguous() for key, value in weights.items()}
    plan = {"styles": json.dumps(bank.styles), "width": str(bank.width), "blocks": str(len(bank.coarse))}
    save_file(half, path, metadata={**notes, **plan})


def load_bank(path: Path) -> StyleBank:
    """The style bank of a file of `save_bank`."""
    with safe_open(path, framework="pt") as file:  # type: ignore[no-untyped-call]
        plan = file.metadata()
        bank = StyleBank(json.loads(plan["styles"]), int(plan["width"]), int(plan["blocks"]))
        bank.load_state_dict({key: file.get_tensor(key).float() for key in file.keys()})  # noqa: SIM118
    return bank
