"""Feed-forward networks, which turn a picture into a painting in one pass."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nst.bands import by_bands, normalize
from nst.images import as_float, as_type

T = TypeVar("T")


Change = Callable[[Tensor], Tensor]


def finished(painting: Generator[None, None, T]) -> T:
    """What a generator returns when it is through."""
    while True:
        try:
            next(painting)
        except StopIteration as end:
            return end.value


def doubled(x: Tensor) -> Tensor:
    """`(N, C, H, W)` to `(N, C, 2 H, 2 W)`: every value four times."""
    return F.interpolate(x, scale_factor=2)


class InstanceNorm(nn.Module):
    """Instance normalisation of `(N, width, H, W)` with a learned scale and shift (Ulyanov et al. 2016)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(width)), nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        scale, shift = (value.expand(len(x), -1) for value in (self.weight, self.bias))
        return normalize(x, scale, shift, 1e-5)


def reflect_conv(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Conv2d:
    """A convolution that mirrors the picture at its borders, and so leaves no frame around the result."""
    return nn.Conv2d(inputs, outputs, size, stride, size // 2, padding_mode="reflect")


def pad_to_multiple(picture: Tensor, multiple: int) -> Tensor:
    """Repeats the last row and column until each side is a multiple, and at least twice as much.

    Shrunk by that factor, a side then still has the two pixels that mirroring needs.
    """
    height, width = picture.shape[2:]
    bottom, right = (max(2, -(-side // multiple)) * multiple - side for side in (height, width))
    return F.pad(picture, (0, right, 0, bottom), mode="replicate") if bottom or right else picture


class Residual(nn.Module):
    """`(N, C, H, W)` to the same shape."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1, self.in1 = reflect_conv(width, width, 3), InstanceNorm(width)
        self.conv2, self.in2 = reflect_conv(width, width, 3), InstanceNorm(width)

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
        return normalize(x, mix @ self.scale, mix @ self.shift, EPSILON)


class ConditionalConv(nn.Module):
    """A convolution and its conditional normalisation."""

    def __init__(self, inputs: int, outputs: int, size: int, styles: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = reflect_conv(inputs, outputs, size, stride)
        self.norm = ConditionalNorm(outputs, styles)

    def forward(self, x: Tensor, mix: Tensor, before: Change | None = None, over: bool = False) -> Tensor:
        """`before` is done to `x` first; with `over` the result may take the place of `x`."""
        conv = self.conv if before is None else lambda rows: self.conv(before(rows))
        return self.norm(by_bands(conv, x, over=over), mix)


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
        y = self.first(x, mix).relu_()
        return self.second(y, mix, over=True).add_(x)


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

    @property
    def bytes_per_pixel(self) -> int:
        """What it takes of memory for a large picture, about, in bfloat16."""
        return 3 * self.width // 4

    def forward(self, picture: Tensor, mix: Tensor) -> Tensor:
        """`mix` is `(N, styles)`, as `mix` makes it; what it weighs more than 1 in all goes beyond the style."""
        return finished(self.paint(picture, mix))

    def paint(self, picture: Tensor, mix: Tensor) -> Generator[None, None, Tensor]:
        """What `forward` does, pausing after every layer."""
        height, width, dtype = *picture.shape[2:], picture.dtype
        x = self.stem(pad_to_multiple(picture, 8), mix, before=self._deepened).relu_()
        del picture  # which may be large, and needed by nobody else
        yield
        seen = x = self.down1(x, mix).relu_()
        yield
        x = self.down2(x, mix).relu_()
        for block in self.coarse:
            yield
            x = block(x, mix)
        yield
        x = by_bands(torch.add, self.up2(x, mix, before=doubled).relu_(), seen, reach=0, over=True)
        del seen
        for block in self.fine:
            yield
            x = block(x, mix)
        yield
        x = self.up1(x, mix, before=doubled).relu_()
        yield
        x = self.spread(x, mix, over=True).relu_()
        yield
        return by_bands(lambda rows: as_type(dtype, self._flattened(rows)), x)[:, :, :height, :width]

    def _deepened(self, picture: Tensor) -> Tensor:
        """Space to depth: `(N, 3, H, W)` to `(N, 12, H / 2, W / 2)`, centred."""
        x = F.pixel_unshuffle(as_float(picture) - 0.5, 2)
        return x.to(self.out.weight.dtype, memory_format=torch.channels_last)

    def _flattened(self, x: Tensor) -> Tensor:
        """Depth to space: the picture `(N, 3, H, W)` of the last features `(N, width, H / 2, W / 2)`."""
        x = F.pixel_shuffle(x, 2).to(memory_format=torch.channels_last)
        return without_grid(self.out(x).float().sigmoid())

    def mix(self, weights: Mapping[str, float]) -> Tensor:
        """The shares `(1, styles)` of the styles that are named; `KeyError` for one that the bank has not."""
        shares = dict.fromkeys(self.styles, 0.0)
        for style, weight in weights.items():
            shares[style] += weight
        return self.out.weight.new_tensor([list(shares.values())])
