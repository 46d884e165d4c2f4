import functools
from pathlib import Path

import pytest
import torch
from nets import random_squeezenet, random_vgg
from safetensors import safe_open
from torch import Tensor

from nst import OptimizeSettings, UserError, optimize
from nst.common.encoders import CompactEncoder, Encoder, SqueezeNet, Vgg19, from_torchvision, load_encoder
from nst.common.images import load_image, resize
from nst.common.losses import Statistics, statistics, style_loss
from nst.common.runtime import place, prepare
from nst.common.weights import bundled, read_safetensors
from nst.custom.objective import Losses, Objective, Region, Weights
from nst.custom.style import measure
from nst.custom.tiling import tiles


def test_the_compact_encoder_is_small_and_says_how_it_was_made() -> None:
    path = bundled("encoder.safetensors")
    assert path.stat().st_size <= 6_000_000
    with safe_open(path, framework="pt") as file:
        assert file.metadata()["settings"]
        assert all(file.get_tensor(key).dtype == torch.float16 for key in file.keys())  # noqa: SIM118


def test_it_computes_no_deeper_than_asked() -> None:
    encoder, seen = CompactEncoder(), []
    for name, stage in encoder.stages.items():
        stage.register_forward_hook(lambda *_, name=name: seen.append(name))
    assert set(encoder(torch.rand(1, 3, 32, 32), ["relu2_1"])) == {"relu2_1"}
    assert seen == ["relu1_1", "relu2_1"]


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (7, 5), (33, 64)])
def test_any_size_goes_through_every_encoder(shape: tuple[int, int]) -> None:
    squeezenet = SqueezeNet(random_squeezenet())
    for encoder in (CompactEncoder(), Vgg19(random_vgg()), squeezenet):
        features = encoder(torch.rand(1, 3, *shape), encoder.layers)
        assert set(features) == set(encoder.layers)
        assert all(value.isfinite().all() for value in features.values())


def test_low_precision_gives_the_features_of_full_precision() -> None:
    full, low = CompactEncoder(), CompactEncoder()
    for encoder in (full, low):
        encoder.load_state_dict(read_safetensors(bundled("encoder.safetensors")))
    picture = torch.rand(1, 3, 64, 64)
    expected, given = full(picture, full.layers), low.bfloat16()(picture, low.layers)
    for name, value in expected.items():
        assert (given[name].float() - value).pow(2).sum() < 1e-3 * value.pow(2).sum(), name


def test_torchvision_keys_give_torchvisions_features() -> None:
    import torchvision

    torch.manual_seed(0)
    theirs = torchvision.models.vgg19().eval()
    ours = Vgg19(from_torchvision(theirs.state_dict()))
    assert ours.layers[-1] == "relu5_4"
    picture = torch.rand(1, 3, 64, 64)
    normalise = torchvision.transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    with torch.no_grad():
        expected = theirs.features[:12](normalise(picture))  # up to the first ReLU of the third block
        assert torch.allclose(ours(picture, ["relu3_1"])["relu3_1"], expected, atol=1e-5)


def test_unknown_names_are_refused_with_those_there_are() -> None:
    with pytest.raises(UserError, match="compact"):
        load_encoder("resnet")
    with pytest.raises(UserError, match="relu4_1"):
        CompactEncoder()(torch.rand(1, 3, 8, 8), ["relu4_2"])


def test_the_compact_encoder_agrees_with_its_teacher_about_styles(shared: Path, photo: Tensor) -> None:
    """Which of the paintings two pictures are near to is what the encoder is for: both networks must rank alike."""
    teacher = prepare(Vgg19(read_safetensors(shared / "weights" / "vgg19_teacher.safetensors"), "reflect"))
    pictures = [load_image(path, 256) for path in sorted((shared / "paintings").glob("*.jpg"))[:6]]

    def distances(encoder: Vgg19 | CompactEncoder) -> Tensor:
        found = [{k: statistics(v) for k, v in encoder(p, ["relu3_1", "relu4_1"]).items()} for p in pictures]
        return torch.tensor([[sum(style_loss(a[k], b[k]).item() for k in a) for b in found] for a in found])

    compact = load_encoder("compact")
    assert isinstance(compact, CompactEncoder)
    pairs = torch.stack([distances(teacher).flatten(), distances(compact).flatten()])
    assert torch.corrcoef(pairs)[0, 1] > 0.8


def test_squeezenet_loads_real_weights(shared: Path) -> None:
    weights = read_safetensors(shared / "weights" / "squeezenet1_0.safetensors")
    encoder = SqueezeNet(weights)
    assert encoder.layers == ("relu1", "fire2", "fire3", "fire4", "fire5", "fire6", "fire7", "fire8", "fire9")
    features = encoder(torch.rand(1, 3, 64, 64), encoder.style_layers)
    assert list(features) == list(encoder.style_layers)
    assert all(value.max() > 0 for value in features.values())


def real_encoder(shared: Path, name: str) -> Encoder:
    """SqueezeNet 1.0, or the first blocks of VGG-19 itself."""
    if name == "squeezenet":
        return prepare(SqueezeNet(read_safetensors(shared / "weights" / "squeezenet1_0.safetensors")))
    encoder = Vgg19(read_safetensors(shared / "weights" / "vgg19_blocks1to3.safetensors"))
    encoder.style_layers, encoder.content_layers = ("relu1_1", "relu2_1", "relu3_1"), ("relu2_1",)
    return prepare(encoder)


@pytest.mark.parametrize("name", ["squeezenet", "vgg19"])
def test_larger_networks_paint(shared: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    encoder = real_encoder(shared, name)
    monkeypatch.setattr("nst.custom.optimization.load_encoder", lambda _: encoder)
    photo = load_image(shared / "photos" / "large" / "lion.jpg", 96)
    painting = load_image(shared / "paintings" / "starry-night.jpg", 96)
    frames = list(optimize(photo, painting, OptimizeSettings(size=96, steps=20, encoder=name)))
    assert frames[-1].style_loss < 0.4 * frames[0].style_loss
    assert not any(frame.note for frame in frames)
    picture = frames[-1].picture

    def away(other: Tensor) -> float:
        layers = ["relu2_1", "relu3_1"]
        a, b = (measure(place(p), load_encoder("compact"), layers).statistics for p in (other, painting))
        return sum(style_loss(a[key], b[key]).item() for key in a)

    assert away(picture) < 0.5 * away(photo)  # another network sees the painting in it, too
    pictures = (picture, photo, resize(painting, *photo.shape[2:]))
    things = [encoder(place(p), encoder.content_layers)[encoder.content_layers[0]] for p in pictures]
    assert (things[0] - things[1]).norm() < (things[2] - things[1]).norm()


@pytest.mark.parametrize("name", ["squeezenet", "vgg19"])
def test_tiles_of_larger_networks_give_what_the_whole_gives(
    shared: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Also where convolutions are valid: tiles end where the whole picture does, or where nobody looks."""
    size = (150, 203)
    encoder = real_encoder(shared, name).float()
    photo, painting, picture = (
        place(resize(load_image(shared / folder / file, 256), *size))
        for folder, file in (
            ("photos/large", "lion.jpg"),
            ("paintings", "starry-night.jpg"),
            ("photos/large", "tuebingen.jpg"),
        )
    )
    shares = dict.fromkeys(encoder.style_layers, 1 / len(encoder.style_layers))

    def evaluate() -> tuple[Losses, Tensor, dict[str, Statistics]]:
        style = measure(painting, encoder, shares)
        objective = Objective(photo, [Region(style)], encoder, Weights(1, 15, 0, encoder.content_layers, shares))
        return *objective.evaluate(picture), style.statistics

    losses, gradient, style = evaluate()
    for module in ("objective", "style"):
        monkeypatch.setattr(f"nst.custom.{module}.tiles", functools.partial(tiles, largest=64))
    tiled, tiled_gradient, tiled_style = evaluate()
    assert tiled == pytest.approx(losses, rel=1e-4)
    assert (tiled_gradient - gradient).norm() < 1e-4 * gradient.norm()
    for layer in shares:
        assert style_loss(tiled_style[layer], style[layer]) < 1e-8
