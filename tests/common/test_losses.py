import pytest
import torch

from nst.common.losses import content_loss, gram_matrix, statistics, style_loss, total_variation, unfounded_contrast


def test_gram_matrix_is_the_mean_of_outer_products() -> None:
    features = torch.rand(2, 3, 4, 5)
    positions = features.flatten(2).transpose(1, 2)  # (N, HW, C)
    expected = torch.stack([torch.stack([torch.outer(p, p) for p in picture]).mean(0) for picture in positions])
    assert torch.allclose(gram_matrix(features), expected, atol=1e-6)


def test_gram_matrix_does_not_see_places_nor_sizes() -> None:
    features = torch.rand(1, 8, 6, 6)
    shuffled = features.flatten(2)[:, :, torch.randperm(36)].view_as(features)
    twice = torch.cat([features, features], dim=3)
    assert torch.allclose(gram_matrix(features), gram_matrix(shuffled), atol=1e-6)
    assert torch.allclose(gram_matrix(features), gram_matrix(twice), atol=1e-6)


def test_content_of_low_precision_is_summed_in_high_precision() -> None:
    features, target = torch.rand(2, 1, 4, 300, 300).bfloat16()
    loss = content_loss(features, target)
    assert loss.dtype == torch.float32
    assert torch.allclose(loss, content_loss(features.float(), target.float()), rtol=1e-2)


def test_gram_matrix_of_low_precision_is_summed_in_high_precision() -> None:
    features = torch.rand(1, 4, 300, 300).bfloat16()
    assert gram_matrix(features).dtype == torch.float32
    assert torch.allclose(gram_matrix(features), gram_matrix(features.double().float()), rtol=1e-5)


def test_a_gram_matrix_is_the_sum_of_its_statistics() -> None:
    features = torch.rand(2, 3, 4, 5)
    mean, covariance = statistics(features)
    assert torch.allclose(gram_matrix(features), covariance + mean[:, :, None] * mean[:, None, :], atol=1e-6)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_statistics_and_their_gradient_are_those_of_the_plain_formula(layout: torch.memory_format) -> None:
    """The gradient is written down, not found by autograd."""
    torch.manual_seed(0)
    features = (3 * torch.randn(2, 5, 7, 6) + 1).contiguous(memory_format=layout).requires_grad_()
    exact = features.detach().double().requires_grad_()
    mean = exact.mean((2, 3))
    flat = (exact - mean[:, :, None, None]).flatten(2)
    expected = (mean, flat @ flat.transpose(1, 2) / flat.shape[2])
    found = statistics(features)
    pulls = [torch.randn_like(value) for value in found]  # not symmetric, as no loss would have it
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.dtype == torch.float32
        assert torch.allclose(ours.double(), theirs, rtol=1e-4, atol=1e-5)
    for parts in ([0], [1], [0, 1]):  # where only one of them is used as well
        (ours,) = torch.autograd.grad([found[i] for i in parts], features, [pulls[i] for i in parts], retain_graph=True)
        (theirs,) = torch.autograd.grad(
            [expected[i] for i in parts], exact, [pulls[i].double() for i in parts], retain_graph=True
        )
        assert torch.allclose(ours.double(), theirs, rtol=1e-4, atol=1e-6)


def test_the_gradient_of_statistics_is_near_in_low_precision() -> None:
    torch.manual_seed(0)
    features = torch.rand(1, 8, 40, 40)
    target = statistics(torch.rand(1, 8, 40, 40) ** 3)
    gradients = []
    for dtype in (torch.float32, torch.bfloat16):
        given = features.to(dtype, copy=True).requires_grad_()
        style_loss(statistics(given), target).sum().backward()
        assert given.grad is not None
        assert given.grad.dtype == dtype
        gradients.append(given.grad.float())
    assert (gradients[0] - gradients[1]).norm() < 0.05 * gradients[0].norm()


def test_losses_are_relative_to_their_targets() -> None:
    a, b = torch.rand(2, 4, 5, 5), torch.rand(2, 4, 5, 5)
    assert torch.allclose(content_loss(3 * a, 3 * b), content_loss(a, b))
    same, scaled = (style_loss(statistics(k * a), statistics(k * b)) for k in (1, 3))
    assert torch.allclose(same, scaled)
    assert content_loss(a, a).tolist() == [0, 0]
    assert style_loss(statistics(a), statistics(a)).tolist() == [0, 0]


def test_losses_are_finite_where_the_target_is_empty() -> None:
    nothing, something = torch.zeros(1, 4, 3, 3), torch.rand(1, 4, 3, 3)
    assert content_loss(something, nothing).isfinite().all()
    assert style_loss(statistics(something), statistics(nothing)).isfinite().all()


def test_total_variation_counts_neighbours() -> None:
    picture = torch.zeros(1, 3, 2, 2)
    picture[0, 0, 0, 0] = 1
    assert total_variation(picture).item() == pytest.approx(2 / 12)
    assert total_variation(torch.full((1, 3, 1, 1), 0.5)).item() == 0


@pytest.mark.parametrize("side", [48, 96])
def test_a_contrast_is_unfounded_where_the_photo_has_none(side: int) -> None:
    """A patch counts in a clear sky, and not along an edge of the photo; fine strokes never do."""
    sky, halves = torch.full((1, 3, side, side), 0.5), torch.full((1, 3, side, side), 0.3)
    halves[..., side // 2 :] = 0.7
    assert unfounded_contrast(halves, halves) == unfounded_contrast(sky, halves) == 0
    assert unfounded_contrast((halves - 0.3) * 2, halves) == 0  # twice as strong
    strokes, patched = sky.clone(), sky.clone()
    strokes[..., ::2] += 0.3
    patched[:, 0, side // 2 :] = 1.0
    assert unfounded_contrast(strokes, sky) == 0
    assert unfounded_contrast(patched, sky) > 1e-3


def test_pictures_too_small_for_patches_have_none() -> None:
    assert unfounded_contrast(torch.rand(1, 3, 20, 20), torch.rand(1, 3, 20, 20)) == 0
