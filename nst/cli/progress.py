"""How far the work is: a bar on stderr, where somebody can see it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Any, TypeVar

from tqdm import tqdm

from nst.common.weights import Progress

T = TypeVar("T")
WORDS = "{percentage:3.0f}%|{bar:24}| {n_fmt}/{total_fmt}{postfix}"  # a bar whose words tell of the time that is left


def followed(
    items: Iterable[T], place: Callable[[T], tuple[int, int]], words: Callable[[T], str] | None = None, **form: Any
) -> Generator[T, None, None]:
    """The items as they come; `place` says how far each of them is, of how much, and `form` is what tqdm takes."""
    # Nothing is shown of what is done at once, as of a file that is here already.
    with tqdm(disable=None, delay=0.1, bar_format=WORDS if words else None, **form) as bar:
        for item in items:
            done, bar.total = place(item)
            if words:
                bar.set_postfix_str(words(item), refresh=False)
            bar.update(done - bar.n)
            yield item


def show_download(progress: Iterable[Progress]) -> None:
    """Downloads, telling how far it is."""
    for _ in followed(progress, lambda at: (at.done, at.of), unit="B", unit_scale=True):
        pass
