"""The eye that judges while a style is learned: the best perceptual network that there is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from torch import Tensor

from nst.common.encoders import Encoder, Vgg19, load_encoder
from nst.common.errors import UserError
from nst.common.runtime import prepare
from nst.common.weights import read_safetensors

STYLE_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_1")
CONTENT_LAYERS = ("relu2_2", "relu3_3")  # these keep edges crisp


class Teacher(Encoder):
    """Several networks of VGG-19's plan as one: every layer is that of the first network that has it."""

    style_layers = STYLE_LAYERS
    content_layers = CONTENT_LAYERS

    def __init__(self, networks: Sequence[Encoder]) -> None:
        super().__init__()
        self.networks = networks
        self.owners = {name: network for network in reversed(networks) for name in network.layers}
        self.layers = tuple(sorted(self.owners))
        self.check(STYLE_LAYERS)

    def forward(self, picture: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        self.check(layers)
        features: dict[str, Tensor] = {}
        for network in self.networks:
            if own := [name for name in layers if self.owners[name] is network]:
                features |= network(picture, own)
        return features


def load_teacher(sources: Sequence[Path]) -> Teacher:
    """The teacher of weight files that hold VGG-19 or a part of it, the truest first; without any, VGG-19 from the Hub.

    Raises `UserError` where a layer that the losses need is in none of them.
    """
    if not sources:
        return Teacher([load_encoder("vgg19")])
    try:
        return Teacher([prepare(Vgg19(read_safetensors(path), "reflect")) for path in sources])
    except KeyError as error:
        raise UserError(f"These are not weights of a VGG-19: {error} is missing.") from error
