"""How styles are mixed: those of one base by the weights of their networks, all others as pictures."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import torch

from nst.common.errors import UserError
from nst.common.runtime import device, prepare
from nst.common.weights import bundled, fetch
from nst.quick.checkpoints import Network, load_network
from nst.quick.networks import StyleNet, TransformerNet
from nst.quick.presets import Preset


class _Part(NamedTuple):
    """What a picture, or the weights that paint it, are mixed of."""

    path: Path
    age: int  # of the file, lest an older one be remembered
    share: float


def mix(styles: Sequence[tuple[Preset, float]], strength: float) -> Iterator[tuple[Network, float]]:
    """The networks whose pictures are the mix of presets, and the share of each picture; `styles` come with theirs.

    Networks that can go beyond their styles do so where the strength is above 1; see `goes_beyond`. Raises `UserError`
    for a preset that is not here and cannot be downloaded.
    """
    for parts in _by_base([(_file(preset), share) for preset, share in styles]):
        yield _mixed(parts, max(1.0, strength), device()), sum(part.share for part in parts)


def goes_beyond(network: Network) -> bool:
    """Whether the base that the network was trained from is the one that is here."""
    return _kin(network) is not None and _kin(network) == _kin(_base())


def _file(preset: Preset) -> tuple[Path, int]:
    """The file of a preset, downloaded if it is not here, and its age."""
    path = preset.source if isinstance(preset.source, Path) else fetch(preset.source, preset.title)
    if not path.is_file():
        raise UserError(f"{path.name}, which {preset.title} is in, is not there any more.")
    return path, path.stat().st_mtime_ns


def _by_base(files: Sequence[tuple[tuple[Path, int], float]]) -> list[tuple[_Part, ...]]:
    """Those together that are mixed by their weights, as they have one base; pictures are mixed of the others."""
    groups: dict[object, tuple[_Part, ...]] = {}
    for (path, age), share in files:
        key = _kin(_network(path, age)) or path
        groups[key] = (*groups.get(key, ()), _Part(path, age, share))
    return list(groups.values())


def _kin(network: Network) -> tuple[str, int, int] | None:
    """What networks have in common that can be mixed by their weights: base and shape; a file may claim any base."""
    if isinstance(network, StyleNet) and network.base:
        return network.base, network.width, network.blocks
    return None


@functools.lru_cache(maxsize=4)
def _mixed(parts: tuple[_Part, ...], strength: float, _: torch.device) -> Network:
    """One network of several that have one base, ready to run on the device; beyond their styles if the strength is
    above 1.

    Weights in between paint what is in between, and those further from the base paint more of what the styles have
    beyond it: Wang et al., "Deep Network Interpolation for Continuous Imagery Effect Transition" (CVPR 2019).
    """
    networks = [_network(part.path, part.age) for part in parts]
    network, total = copy.deepcopy(networks[0]), sum(part.share for part in parts)
    shares = [part.share / total for part in parts]
    if strength > 1 and goes_beyond(network):
        networks, shares = [*networks, _base()], [*(strength * share for share in shares), 1 - strength]
    states = [each.state_dict() for each in networks]
    for key, value in network.state_dict().items():
        value.copy_(sum(share * state[key] for share, state in zip(shares, states, strict=True)))
    # A transformer network's norms come before anything has bounded the values: bfloat16 would show in clear skies.
    return prepare(network, torch.float32 if isinstance(network, TransformerNet) else None)


@functools.lru_cache(maxsize=4)
def _network(path: Path, _: int) -> Network:
    """The network of a file of that age, in fp32."""
    return load_network(path)


@functools.cache
def _base() -> StyleNet:
    """The network that every style that comes with this project was trained from."""
    base = load_network(bundled("base.safetensors"))
    assert isinstance(base, StyleNet)
    return base
