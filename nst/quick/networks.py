"""Feed-forward networks, which turn a picture into a painting in one pass."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nst.common.images import as_float, as_type
from nst.common.padded import PaddedConv
from nst.quick.bands import by_bands, normalize
from nst.quick.subpixel import over_halves, over_smoothly_doubled

T = TypeVar("T")


def finished(painting: Generator[str | None, None, T], say: Callable[[str], object] = id) -> T:
    """What a generator returns when it is through; `say` takes the sentences among what it gives before."""
    while True:
        try:
            if sentence := next(painting):
                say(sentence)
        except StopIteration as end:
            return end.value


def doubled(x: Tensor) -> Tensor:
    """`(N, C, H, W)` to `(N, C, 2 H, 2 W)`: every value four times."""
    return F.interpolate(x, scale_factor=2)


# Large, so that a channel which is all but constant, as in a clear sky, is not blown up to noise.
STEADY = 1e-3


class InstanceNorm(nn.Module):
    """Instance normalisation of `(N, width, H, W)` with a learned scale and shift (Ulyanov et al. 2016)."""

    def __init__(self, width: int, epsilon: float = 1e-5) -> None:
        super().__init__()
        self.epsilon = epsilon
        self.weight, self.bias = nn.Parameter(torch.ones(width)), nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        scale, shift = (value.expand(len(x), -1) for value in (self.weight, self.bias))
        return normalize(x, scale, shift, self.epsilon)


def reflect_conv(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Conv2d:
    """A convolution that mirrors the picture at its borders, and so leaves no frame around the result."""
    return PaddedConv(inputs, outputs, size, stride, mode="reflect")


def pad_to_multiple(picture: Tensor, multiple: int) -> Tensor:
    """Repeats the last row and column until each side is a multiple, and at least twice as much.

    Shrunk by that factor, a side then still has the two pixels that mirroring needs.
    """
    height, width = picture.shape[2:]
    bottom, right = (max(2, -(-side // multiple)) * multiple - side for side in (height, width))
    return F.pad(picture, (0, right, 0, bottom), mode="replicate") if bottom or right else picture


class Residual(nn.Module):
    """`(N, C, H, W)` to the same shape."""

    def __init__(self, width: int, epsilon: float = 1e-5) -> None:
        super().__init__()
        self.conv1, self.in1 = reflect_conv(width, width, 3), InstanceNorm(width, epsilon)
        self.conv2, self.in2 = reflect_conv(width, width, 3), InstanceNorm(width, epsilon)

    def forward(self, x: Tensor) -> Tensor:
        y = self.in1(by_bands(self.conv1, x)).relu_()
        return self.in2(by_bands(self.conv2, y, over=True)).add_(x)


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

    @property
    def bytes_per_pixel(self) -> int:
        """What it takes of memory for a large picture, about."""
        return 12 * self.conv1.out_channels

    def forward(self, picture: Tensor) -> Tensor:
        return finished(self.paint(picture))

    def paint(self, picture: Tensor) -> Generator[None, None, Tensor]:
        """What `forward` does, pausing after every layer."""
        height, width = picture.shape[2:]

        def enter(rows: Tensor) -> Tensor:
            return self.conv1(255 * (as_float(rows) - 0.5).to(self.conv1.weight.dtype))

        def leave(rows: Tensor) -> Tensor:
            return as_type(picture.dtype, (self.deconv3(rows).float() / 255).clamp(0, 1))

        x = self.in1(by_bands(enter, pad_to_multiple(picture, 4))).relu_()
        for conv, norm in ((self.conv2, self.in2), (self.conv3, self.in3)):
            yield
            x = norm(by_bands(conv, x)).relu_()
        for block in (self.res1, self.res2, self.res3, self.res4, self.res5):
            yield
            x = block(x)
        for conv, norm in ((self.deconv1, self.in4), (self.deconv2, self.in5)):
            yield
            x = norm(by_bands(lambda rows, conv=conv: conv(doubled(rows)), x)).relu_()
        yield
        return by_bands(leave, x)[:, :, :height, :width]


class StyleNet(nn.Module):
    """The network of one style; takes and gives `(N, 3, H, W)` in [0, 1], of any size.

    Johnson et al.'s network with cheaper ends: space to depth on the way in, most of the work at a quarter of the
    resolution, half the width of `TransformerNet`. Nothing is normalised at full resolution, so that large pictures
    need no map of that size. Styles that were trained from one base can be mixed by their weights (Wang et al., "Deep
    Network Interpolation", CVPR 2019).
    """

    base = ""  # what tells the base that it was trained from; styles of the same one can be mixed by their weights

    def __init__(self, width: int = 32, blocks: int = 5) -> None:
        super().__init__()
        self.width, self.blocks = width, blocks
        self.stem, self.stem_norm = reflect_conv(12, width, 5), InstanceNorm(width, STEADY)
        self.down, self.down_norm = reflect_conv(width, 2 * width, 3, stride=2), InstanceNorm(2 * width, STEADY)
        self.body = nn.ModuleList(Residual(2 * width, STEADY) for _ in range(blocks))
        self.up, self.up_norm = reflect_conv(2 * width, width, 3), InstanceNorm(width, STEADY)
        self.spread = reflect_conv(width, width // 2, 3)
        self.out = reflect_conv(width // 2, 3, 5)

    @property
    def bytes_per_pixel(self) -> int:
        """What it takes of memory for a large picture, about."""
        return 3 * self.width * self.out.weight.itemsize // 8

    def forward(self, picture: Tensor) -> Tensor:
        return finished(self.paint(picture))

    def paint(self, picture: Tensor) -> Generator[None, None, Tensor]:
        """What `forward` does, pausing after every layer."""
        height, width, dtype = *picture.shape[2:], picture.dtype
        x = self.stem_norm(by_bands(self._enter, pad_to_multiple(picture, 4))).relu_()
        del picture  # which may be large, and needed by nobody else
        yield
        x = self.down_norm(by_bands(self.down, x)).relu_()
        for block in self.body:
            yield
            x = block(x)
        yield
        x = self.up_norm(by_bands(self._enlarge, x)).relu_()
        yield
        return by_bands(lambda rows: as_type(dtype, self._leave(rows)), x)[:, :, :height, :width]

    def _enter(self, picture: Tensor) -> Tensor:
        """The first features `(N, width, H / 2, W / 2)` of the picture, centred."""
        x = F.pixel_unshuffle(as_float(picture) - 0.5, 2)
        return self.stem(x.to(self.out.weight.dtype, memory_format=torch.channels_last))

    def _enlarge(self, x: Tensor) -> Tensor:
        return F.pixel_shuffle(over_smoothly_doubled(self.up, x), 2)

    def _leave(self, x: Tensor) -> Tensor:
        """The picture `(N, 3, H, W)` of the last features `(N, width, H / 2, W / 2)`."""
        if len(x) > 1:  # one after the other, as no other map is as large as those of this
            return torch.cat([self._leave(each) for each in torch.split(x, 1)])
        halves = over_smoothly_doubled(self.spread, x).relu_()
        return F.pixel_shuffle(over_halves(self.out, halves), 2).float().sigmoid()
