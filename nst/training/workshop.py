"""A style of one's own, from files to a file: how it went is written down, and a run that broke off goes on."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

from nst.common.errors import UserError
from nst.common.files import make_folder
from nst.common.images import find_pictures, load_image, open_image, save_image, to_bytes
from nst.common.runtime import device
from nst.quick.checkpoints import load_network
from nst.quick.networks import StyleNet
from nst.quick.presets import title_of
from nst.training.lesson import contact_sheet
from nst.training.loop import STATE, State, log, save_state
from nst.training.material import SIDE, photographs
from nst.training.teacher import load_teacher
from nst.training.teaching import Moment, TeachSettings, load_base, teach

SAVE_EVERY = 25.0  # seconds
MOST = 1000  # photos that are held in memory, half a megabyte each


@dataclass(frozen=True)
class Task:
    """What a style is made of."""

    paintings: tuple[Path, ...]
    out: Path
    settings: TeachSettings
    photos: tuple[Path, ...] = ()  # folders; none: the photos that come with the project
    base: Path | None = None  # the network to start from; none: the base that comes with the project
    teacher: tuple[Path, ...] = ()  # weights of VGG-19 or parts of it; none: the settings' encoder
    steps: int | None = None  # in place of minutes
    run: Path | None = None  # a folder for the state, the log and samples

    @property
    def folder(self) -> Path:
        return self.run or self.out.with_suffix(".run")

    @property
    def is_done(self) -> bool:
        return self.out.exists() and not (self.folder / STATE).exists()

    @property
    def fingerprint(self) -> str:
        """Tells runs apart that cannot go on as one another, however long they shall take."""
        works = [hashlib.sha256(path.read_bytes()).hexdigest() for path in self.paintings]
        others = [str(path) for path in (*self.photos, self.base, *self.teacher)]
        settings = {key: value for key, value in asdict(self.settings).items() if key != "minutes"}
        return json.dumps([works, others, settings])


def make_style(task: Task) -> Generator[Moment, None, None]:
    """Teaches a network, yielding its moments, and writes it; however it ends, what was learned by then is written.

    A run that broke off goes on when it is made again with all the same. Raises `UserError` where there is no such
    folder, picture or network, nothing to learn, a file of that name that is finished or another's, or no room.
    """
    paintings = [load_image(path, task.settings.painting_size) for path in task.paintings]
    state = _begin(task)
    start, teacher = _start(task.base), load_teacher(task.teacher) if task.teacher else None
    photos = _photos(task.photos)
    samples = photos or photographs()
    moments = teach(
        paintings, task.settings, [photo[None] for photo in photos], start=start, teacher=teacher, steps=task.steps,
        state=state,
    )  # fmt: skip
    last: Moment | None = None
    saved, recent = state["seconds"] if state else 0.0, defaultdict[str, list[float]](list)
    try:
        for last in moments:
            for key, value in last.losses.items():
                recent[key].append(value)
            if last.seconds >= saved + SAVE_EVERY:
                _save(task, last, recent, samples)
                saved = last.seconds
            yield last
    finally:
        if last and last.step:
            _save(task, last, recent, samples)
    (task.folder / STATE).unlink(missing_ok=True)


def _begin(task: Task) -> State | None:
    """The state to go on from, where there is one; `UserError` where nothing may or could be written."""
    if task.out.suffix != ".safetensors":
        raise UserError(f"{task.out.name} cannot be written: its name must end in .safetensors.")
    if not task.out.parent.is_dir():
        raise UserError(f"{task.out.name} cannot be written: there is no folder {task.out.parent}.")
    if task.is_done:
        raise UserError(f"{task.out} is there already: give another name, or remove it.")
    path = task.folder / STATE
    if not path.exists():
        return None
    try:
        state: State = torch.load(path, device(), weights_only=True)
        fits = state["fingerprint"] == task.fingerprint
    except Exception as error:  # it raises whatever it stumbles over
        raise UserError(f"{path} cannot be read: remove it to begin anew.") from error
    if not fits:
        raise UserError(
            f"{task.folder} holds a run that broke off, of other paintings or settings: repeat those to go on with it, "
            "give another name, or remove it."
        )
    return state


def _photos(folders: Sequence[Path]) -> list[Tensor]:
    """Photos of folders, uint8 `(3, H, W)`, spread where there are many; `UserError` where none can be read."""
    paths = [path for folder in folders for path in find_pictures(folder)]
    photos, wrong = [], None
    for path in paths[:: -(-len(paths) // MOST) or 1]:
        try:
            photos.append(to_bytes(open_image(path, SIDE))[0])
        except UserError as error:
            wrong = error
    if wrong and not photos:
        raise wrong
    return photos


def _start(base: Path | None) -> StyleNet:
    network = load_network(base) if base else load_base()
    if not isinstance(network, StyleNet):
        raise UserError(f"{base.name if base else ''} is no base to train from: it is a network of another kind.")
    return network


def _save(task: Task, moment: Moment, recent: dict[str, list[float]], samples: Sequence[Tensor]) -> None:
    """Writes what there is at a moment: the state, a line of the log, samples, and the style."""
    make_folder(task.folder)
    save_state(task.folder / STATE, {**moment.state(), "fingerprint": task.fingerprint})
    if recent:
        log(task.folder / "log.jsonl", moment.step, recent)
        recent.clear()
    save_image(contact_sheet([moment.network()], samples), task.folder / "samples.jpg")
    moment.save(task.out, title_of(task.out.stem), task.settings)
