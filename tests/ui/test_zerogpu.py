import pickle
import sys
from collections.abc import Callable, Generator, Iterator
from types import ModuleType

import pytest

from nst import OptimizeSettings, UserError
from nst.custom.pace import labour
from nst.ui import page, times
from nst.ui.zerogpu import LONGEST, START, on_gpu


def count(to: int) -> Generator[int, None, None]:
    for number in range(to):
        if number == 3:
            raise UserError("Three is too many.")
        yield number


def test_elsewhere_it_is_the_function_itself() -> None:
    assert on_gpu(count, float) is count


@pytest.fixture
def durations(monkeypatch: pytest.MonkeyPatch) -> list[int]:  # of the calls
    """Puts a stand-in for `spaces` in place: values are pickled on their way, as between processes."""
    durations: list[int] = []

    def gpu(duration: Callable[..., int]) -> Callable[..., Callable[..., Iterator[object]]]:
        def decorate(function: Callable[..., Iterator[object]]) -> Callable[..., Iterator[object]]:
            def lent(*args: object, **kwargs: object) -> Iterator[object]:
                durations.append(duration(*args, **kwargs))
                for value in function(*args, **kwargs):
                    yield pickle.loads(pickle.dumps(value))

            return lent

        return decorate

    spaces = ModuleType("spaces")
    spaces.GPU = gpu  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "spaces", spaces)
    return durations


def test_values_come_back_and_errors_keep_their_words(durations: list[int]) -> None:
    lent = on_gpu(count, float)
    assert list(lent(3)) == [0, 1, 2]
    with pytest.raises(UserError, match="Three is too many"):
        list(lent(5))


def test_a_gpu_is_lent_for_as_long_as_the_work_takes(durations: list[int]) -> None:
    lent = on_gpu(count, float)
    for number in (0, 2, 3, 1000):
        next(lent(number), None)
    assert durations == [START, START + 2, START + 3, LONGEST]


def test_a_painting_asks_for_more_the_larger_it_is() -> None:
    seconds = [times.where_lent(labour(4, 3, OptimizeSettings(size=size))) for size in (256, 512, 1024, 2048)]
    assert seconds == sorted(seconds)
    assert 0 < seconds[0] < seconds[-1] < LONGEST


def test_closing_closes_what_runs_there(durations: list[int]) -> None:
    closed = []

    def endless() -> Generator[int, None, None]:
        try:
            while True:
                yield 0
        finally:
            closed.append(True)

    values = on_gpu(endless, lambda: 1)()
    next(values)
    values.close()
    assert closed


@pytest.mark.parametrize("lent", [False, True])
def test_there_are_camera_and_teaching_where_the_machine_is_its_own(
    lent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPACES_ZERO_GPU", "true" if lent else "")
    components = page.build().get_config_file()["components"]
    [camera] = [each["props"] for each in components if each["props"].get("id") == "camera"]
    assert camera["visible"] is not lent
    assert any(each["props"].get("id") == "teach" for each in components) is not lent


@pytest.mark.parametrize("minutes", ["0", "3"])
def test_a_host_bounds_the_minutes_of_teaching_or_turns_it_off(minutes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NST_TEACH_MINUTES", minutes)
    props = {
        props.get("elem_id"): props for each in page.build().get_config_file()["components"] if (props := each["props"])
    }
    offered = [value for _, value in props["teach-time"]["choices"]] if "teach-time" in props else []
    assert offered == ([2, 3] if minutes == "3" else [])
