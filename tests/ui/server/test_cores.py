"""Short work goes first, and what is at work together shares the cores."""

from __future__ import annotations

from collections.abc import Generator
from threading import Thread

import pytest
import torch

from nst.ui.server import cores
from nst.ui.server.cores import Cores


@pytest.fixture
def four() -> Generator[Cores, None, None]:
    before = torch.get_num_threads()
    yield Cores(4)
    torch.set_num_threads(before)


def threads(times: int) -> Generator[int, None, None]:
    for _ in range(times):
        yield torch.get_num_threads()


def test_what_is_at_work_together_shares_the_threads(four: Cores) -> None:
    shared = four.shared(threads)
    assert list(shared(2)) == [4, 4]
    seen: list[int] = []
    other = Thread(target=lambda: seen.extend(shared(1)))
    with four.share():
        other.start()
        other.join()
        assert list(shared(1)) == [2]
        with four.share(), four.share(), four.share(), four.share():
            assert torch.get_num_threads() == 1
    assert seen == [2]
    assert list(shared(1)) == [4]


def test_who_is_patient_has_all_cores_whoever_else_is_there(four: Cores) -> None:
    with four.share(), four.share():
        assert list(four.patient(threads)(2)) == [4, 4]


def test_short_work_goes_first_and_the_patient_goes_on_all_the_same(
    four: Cores, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = four.patient(threads)(3)
    waited: list[bool] = []
    monkeypatch.setattr(cores.time, "sleep", lambda _: waited.append(True))
    monkeypatch.setattr(cores, "PATIENCE", 0.01)
    next(patient)
    assert not waited
    with four.first():
        next(patient)
        assert waited
        waited.clear()
    next(patient)
    assert not waited


def test_work_that_is_left_is_closed_and_counts_no_more(four: Cores) -> None:
    closed: list[bool] = []

    def endless() -> Generator[int, None, None]:
        try:
            while True:
                yield 1
        finally:
            closed.append(True)

    work = four.shared(endless)()
    next(work)
    work.close()
    assert closed
    assert list(four.shared(threads)(1)) == [4]
