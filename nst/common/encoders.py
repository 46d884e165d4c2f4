"""Perceptual networks by name: what the losses compare pictures with.

Every encoder takes pictures `(N, 3, H, W)`, sRGB in [0, 1], normalises them itself, and returns the feature maps of the
layers that are asked for, by name, computing no layer deeper than the deepest of them.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Generator, Mapping
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nst.common.errors import UserError
from nst.common.padded import PaddedConv
from nst.common.pooling import OverlappingPool
from nst.common.runtime import device, prepare
from nst.common.weights import HubFile, Progress, bundled, download, fetch, fetch_url, read_safetensors

ENCODERS = ("compact", "vgg19", "squeezenet")
VGG19 = HubFile(
    repo="timm/vgg19.tv_in1k",
    filename="model.safetensors",
    revision="128d4708565b3a414bcbb9bbad440b2fe37b9f18",
    sha256="11aea017b543ff59233749d8f1cf544cda749378f5790d2fedab841fb86b7669",
)
SQUEEZENET = "https://download.pytorch.org/models/squeezenet1_1-b8a52dc0.pth"  # IMAGENET1K_V1
Padding = Literal["zeros", "reflect", "replicate", "circular"]
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet, as torchvision normalises


class Encoder(nn.Module):
    """A frozen feature extractor. `layers` are its names in order of depth; the defaults are those the losses use."""

    layers: tuple[str, ...]
    style_layers: tuple[str, ...]
    content_layers: tuple[str, ...]

    def reach(self, layers: Collection[str]) -> int:
        """How many px around a place the features of these layers depend on: a multiple of the coarsest stride."""
        return 128

    def check(self, layers: Collection[str]) -> None:
        """Raises `UserError` if a name is not one of this encoder's layers."""
        for name in layers:
            if name not in self.layers:
                raise UserError(f"This encoder has no layer {name!r}. It has {', '.join(self.layers)}.")


class CompactEncoder(Encoder):
    """A small network that was trained to see what a VGG-19 sees, and to pull a picture where that would.

    Each stage ends at the depth of one of VGG-19's relu{b}_1 layers. From the second on, a head then makes VGG-19's own
    channels of it, projected onto their leading principal components over natural pictures and paintings, which nearly
    keeps distances between Gram matrices while making them far smaller. Overlapping average pooling (Zhang, "Making
    Convolutional Networks Shift-Invariant Again", 2019) leaves less of a grid in gradients. Borders are mirrored:
    repeated ones pull at their pixels several times over, which dots them.
    """

    layers = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
    style_layers = layers[:4]  # the fifth, of large shapes, takes things apart
    content_layers = ("relu3_1",)  # which keeps eyes and windows; relu4_1 lets them go
    reaches: Mapping[str, int] = {"relu1_1": 16, "relu2_1": 16, "relu3_1": 32, "relu4_1": 48, "relu5_1": 96}
    # Widths of the 3x3 convolutions of each stage; "pool" halves the picture.
    plan: Mapping[str, tuple[int | str, ...]] = {
        "relu1_1": (24,),
        "relu2_1": ("pool", 40, 40),
        "relu3_1": ("pool", 96, 96),
        "relu4_1": (96, "pool", 128, 128),
        "relu5_1": (128, "pool", 160, 128),
    }
    # Channels between stage and projection (none: the projection takes the stage's own), and principal components.
    projections: Mapping[str, tuple[int, int]] = {
        "relu2_1": (0, 64),
        "relu3_1": (256, 128),
        "relu4_1": (512, 128),
        "relu5_1": (512, 128),
    }

    def __init__(self) -> None:
        super().__init__()
        self.stages, self.heads = nn.ModuleDict(), nn.ModuleDict()
        width = 3
        for name, stage in self.plan.items():
            modules: list[nn.Module] = []
            for item in stage:
                if isinstance(item, int):
                    modules += [PaddedConv(width, item, 3, mode="reflect"), nn.ReLU(inplace=True)]
                    width = item
                else:
                    modules.append(OverlappingPool())
            self.stages[name] = nn.Sequential(*modules)
            self.heads[name] = nn.Identity()
            if name in self.projections:
                channels, components = self.projections[name]
                before = [nn.Conv2d(width, channels, 1), nn.ReLU(inplace=True)] if channels else []
                self.heads[name] = nn.Sequential(
                    *before, nn.Conv2d(channels or width, components, 1, bias=not channels)
                )
        for module in self.modules():
            if isinstance(module, nn.Conv2d):  # He et al. 2015, without which the deep stages start out silent
                nn.init.kaiming_normal_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, picture: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        self.check(layers)
        features: dict[str, Tensor] = {}
        x = self.enter(picture)
        for name, stage in self.stages.items():
            if len(features) == len(set(layers)):
                break
            x = stage(x)
            if name in layers:
                features[name] = self.heads[name](x)
        return features

    def reach(self, layers: Collection[str]) -> int:
        return max((self.reaches[name] for name in layers), default=0)

    def enter(self, picture: Tensor) -> Tensor:
        """What the first stage gets: the picture with about unit variance."""
        return 4 * _centred(picture, self)


class Vgg19(Encoder):
    """VGG-19 without its classifier (Simonyan and Zisserman 2014), or a slimmer network of the same plan.

    `input` is a 1x1 convolution that turns RGB in [0, 1] into what the first layer expects. Keys are
    `conv{block}_{index}`; where the weights hold `head{block}_1` (1x1 convolutions), those give the features.
    """

    depths = (2, 2, 4, 4, 4)
    style_layers = CompactEncoder.style_layers
    content_layers = CompactEncoder.content_layers

    def __init__(self, weights: Mapping[str, Tensor], padding: Padding = "zeros") -> None:
        super().__init__()
        self.convs, self.heads = nn.ModuleDict(), nn.ModuleDict()
        for block, depth in enumerate(self.depths, 1):
            for index in range(1, depth + 1):
                name = f"{block}_{index}"
                if f"conv{name}.weight" in weights:
                    self.convs[f"relu{name}"] = _conv(weights, f"conv{name}", padding)
                if f"head{name}.weight" in weights:
                    self.heads[f"relu{name}"] = _conv(weights, f"head{name}", padding)
        # It gets centred pictures, so what 0.5 would give is its bias.
        bias = weights["input.bias"] + 0.5 * weights["input.weight"].sum((1, 2, 3))
        self.input = _conv({**weights, "input.bias": bias}, "input", padding)
        self.layers = tuple(self.convs)

    def forward(self, picture: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        activations = self.activations(picture, layers)
        return {name: F.relu(self.heads[name](x)) if name in self.heads else x for name, x in activations.items()}

    def activations(self, picture: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """The layers themselves, without their heads."""
        self.check(layers)
        activations: dict[str, Tensor] = {}
        x, block = self.input(_centred(picture, self)), "1"
        for name, conv in self.convs.items():
            if len(activations) == len(set(layers)):
                break
            if name[4] != block:
                x, block = F.max_pool2d(x, 2, ceil_mode=True), name[4]
            x = conv(x).relu_()
            if name in layers:
                activations[name] = x
        return activations


def _centred(picture: Tensor, encoder: Encoder) -> Tensor:
    """The picture in [-0.5, 0.5], where low precision is at its finest, in the precision of the encoder's weights."""
    return (picture - 0.5).to(next(encoder.parameters()).dtype)


def _conv(weights: Mapping[str, Tensor], key: str, padding: Padding) -> nn.Conv2d:
    """The convolution whose weights stand under `key`, at the size that they have; 3x3 ones keep the picture's size."""
    weight, bias = weights[f"{key}.weight"], weights[f"{key}.bias"]
    size = weight.shape[2]
    conv = nn.Conv2d(weight.shape[1], weight.shape[0], size, padding=size // 2, padding_mode=padding)
    conv.load_state_dict({"weight": weight.float(), "bias": bias.float()})
    return conv


class SqueezeNet(Encoder):
    """SqueezeNet (Iandola et al. 2016) up to its last fire module, from torchvision's state dict of either version."""

    style_layers = ("relu1", "fire3", "fire4", "fire5")
    content_layers = ("fire4",)
    smallest = 32  # px that the valid convolutions and poolings need

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        super().__init__()
        import torchvision  # here, since nothing else needs it, and it is slow to load

        version = "1_0" if weights["features.0.weight"].shape[0] == 96 else "1_1"
        network = torchvision.models.SqueezeNet(version)
        network.load_state_dict({key: value.float() for key, value in weights.items()})
        self.features = network.features
        fires = [name for name, module in self.features.named_children() if hasattr(module, "squeeze")]
        self.names = {"1": "relu1"} | {index: f"fire{n}" for n, index in enumerate(fires, 2)}
        self.layers = tuple(self.names.values())

    def forward(self, picture: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        self.check(layers)
        missing = [max(0, self.smallest - side) for side in (picture.shape[3], picture.shape[2])]
        x = (picture - picture.new_tensor(MEAN)[:, None, None]) / picture.new_tensor(STD)[:, None, None]
        x = F.pad(x, (0, missing[0], 0, missing[1]), mode="replicate").to(next(self.parameters()).dtype)
        features: dict[str, Tensor] = {}
        for index, module in self.features.named_children():
            if len(features) == len(set(layers)):
                break
            x = module(x)
            if index in self.names and self.names[index] in layers:
                features[self.names[index]] = x
        return features


def load_encoder(name: str) -> Encoder:
    """The encoder of that name (`ENCODERS`), ready to run here. Raises `UserError` if its weights cannot be had."""
    return _load_encoder(name, device())


@functools.cache
def _load_encoder(name: str, _: torch.device) -> Encoder:
    if name == "compact":
        compact = CompactEncoder()
        compact.load_state_dict(read_safetensors(bundled("encoder.safetensors")))
        return prepare(compact)
    if name == "vgg19":
        return prepare(Vgg19(from_torchvision(read_safetensors(fetch(VGG19, "VGG-19")))))
    if name == "squeezenet":
        return prepare(SqueezeNet(torch.load(fetch_url(SQUEEZENET, "SqueezeNet"), weights_only=True)))
    raise UserError(f"There is no encoder {name!r}. Choose one of {', '.join(ENCODERS)}.")


def download_encoder(name: str) -> Generator[Progress, None, None]:
    """Downloads what `load_encoder` would, telling how far it is, as `nst.common.weights.download` does."""
    if name == "vgg19":
        yield from download(VGG19, "VGG-19")
    elif name == "squeezenet":  # small enough to say nothing
        fetch_url(SQUEEZENET, "SqueezeNet")


def from_torchvision(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """torchvision's VGG-19 state dict (`features.N.*`) under the names that `Vgg19` reads."""
    names = [f"conv{block}_{i}" for block, depth in enumerate(Vgg19.depths, 1) for i in range(1, depth + 1)]
    numbers = sorted({int(key.split(".")[1]) for key in weights if key.startswith("features.")})
    named = {
        f"{name}.{part}": weights[f"features.{number}.{part}"]
        for name, number in zip(names, numbers, strict=False)
        for part in ("weight", "bias")
    }
    mean, std = torch.tensor(MEAN), torch.tensor(STD)
    return named | {"input.weight": torch.diag(1 / std)[:, :, None, None], "input.bias": -mean / std}
