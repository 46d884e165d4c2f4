import torch

from nst.custom.lbfgs import Lbfgs


def quadratic() -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    root = torch.randn(40, 40)
    return root @ root.T / 40 + 0.1 * torch.eye(40), torch.randn(40)


def test_it_finds_the_minimum_of_a_quadratic() -> None:
    matrix, vector = quadratic()
    x = torch.zeros(40)
    descent = Lbfgs(x, history=10, first_step=0.01)
    for _ in range(60):
        descent.step(matrix @ x - vector)
    assert torch.allclose(x, torch.linalg.solve(matrix, vector), atol=1e-2)


def test_it_takes_the_steps_of_the_two_loops() -> None:
    """As torch's own, which begins by another step."""
    matrix, vector = quadratic()
    x = torch.zeros(40)
    ours = Lbfgs(x, history=10, first_step=1 / 40)
    theirs = torch.zeros(40, requires_grad=True)
    reference = torch.optim.LBFGS([theirs], max_iter=1, history_size=10, tolerance_grad=0, tolerance_change=0)

    def loss() -> torch.Tensor:
        theirs.grad = matrix @ theirs.detach() - vector
        return 0.5 * theirs.detach() @ theirs.grad

    for _ in range(8):
        ours.step(matrix @ x - vector)
        reference.step(loss)
    assert torch.allclose(x, theirs.detach(), atol=1e-3)


def test_no_step_is_longer_than_asked_and_the_minimum_is_found_all_the_same() -> None:
    matrix, vector = quadratic()
    goal = torch.linalg.solve(matrix, vector)

    def lengths(longest: float) -> list[float]:
        x = torch.zeros(40)
        descent, found = Lbfgs(x, 10, 0.01, longest), []
        for _ in range(100):
            before = x.clone()
            descent.step(matrix @ x - vector)
            found.append((x - before).abs().mean().item())
        assert torch.allclose(x, goal, atol=1e-2)
        return found

    assert max(lengths(0.1)) <= 0.1001
    assert max(lengths(float("inf"))) > 0.2


def test_the_first_step_is_as_long_as_was_asked_and_no_gradient_is_no_step() -> None:
    x = torch.zeros(2, 3)
    Lbfgs(x, history=3, first_step=0.01).step(torch.randn(2, 3))
    assert torch.isclose(x.abs().mean(), torch.tensor(0.01), atol=1e-4)
    y = torch.ones(4)
    descent = Lbfgs(y, history=3, first_step=0.01)
    for _ in range(3):
        descent.step(torch.zeros(4))
    assert torch.equal(y, torch.ones(4))
