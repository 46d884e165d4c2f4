"""Many styles at once, on Ray: a task for each, done again where its worker is lost."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from nst.common.cluster import connected
from nst.common.errors import UserError
from nst.training.workshop import Task, make_style

CORES = 2  # for a style, where there is no GPU; more would serve two styles better than one
RETRIES = 3  # times that a style is begun again, or gone on with from its folder
FAREWELL = 60.0  # seconds in which styles that are stopped can be written


class Made(NamedTuple):
    """What became of one style."""

    task: Task
    problem: str  # a sentence, where it could not be made


def make_styles(tasks: Sequence[Task]) -> Generator[Made, None, None]:
    """Makes styles side by side, as many as there are GPUs or pairs of cores, and yields each when it has ended.

    Closing the generator stops them all; as with `make_style`, what they learned by then is written. All machines of a
    cluster must have this project, and the tasks' folders at the same place. Raises `UserError` as `connected` does.
    """
    with connected() as ray:
        nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
        if any(node.get("GPU") for node in nodes):
            share = {"num_gpus": 1}
        else:
            share = {"num_cpus": min(CORES, max(int(node.get("CPU", 0)) for node in nodes))}
        make = ray.remote(**share, max_retries=RETRIES)(_make)
        running = {make.remote(task, Path.cwd()): task for task in tasks}
        try:
            while running:
                (ended,), _ = ray.wait(list(running))
                task = running.pop(ended)
                try:
                    problem = ray.get(ended)
                except ray.exceptions.RayTaskError as error:  # which ends with what was raised
                    problem = str(error).splitlines()[-1]
                except ray.exceptions.RayError as error:
                    problem = f"Its worker was lost {RETRIES + 1} times. {str(error).splitlines()[0]}"
                yield Made(task, problem)
        finally:
            for each in running:
                ray.cancel(each)
            if running:
                ray.wait(list(running), num_returns=len(running), timeout=FAREWELL)


def _make(task: Task, folder: Path) -> str:
    """Makes a style on a worker, with paths that begin in a folder; a sentence where it cannot be made."""
    try:
        os.chdir(folder)
        with closing(make_style(task)) as moments:
            for _ in moments:
                pass
    except FileNotFoundError:
        return f"{folder} is not on all machines of the cluster."
    except UserError as error:
        return str(error)
    return ""
