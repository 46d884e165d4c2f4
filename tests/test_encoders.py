from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from torch import Tensor

from nst import UserError
from nst.encoders import CompactEncoder, SqueezeNet, Vgg19, from_torchvision, load_encoder
from nst.losses import statistics, style_loss
from nst.runtime import prepare
from nst.weights import bundled, read_safetensors


def test_the_compact_encoder_is_small_and_says_how_it_was_made() -> None:
    path = bundled("encoder.safetensors")
    assert path.stat().st_size <= 2_500_000
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
    from nst.images import load_image

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


def random_vgg() -> dict[str, Tensor]:
    """A slim VGG-19 with random weights."""
    weights, inputs = {"input.weight": torch.eye(3)[:, :, None, None], "input.bias": torch.zeros(3)}, 3
    for block, depth in enumerate(Vgg19.depths, 1):
        for index in range(1, depth + 1):
            weights[f"conv{block}_{index}.weight"] = torch.randn(4, inputs, 3, 3)
            weights[f"conv{block}_{index}.bias"], inputs = torch.zeros(4), 4
    return weights


def random_squeezenet() -> dict[str, Tensor]:
    import torchvision

    return torchvision.models.squeezenet1_1().state_dict()
