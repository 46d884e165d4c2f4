"""What may befall a server: killed and told to end, a disk that is full or read-only, no home, a Hub that is not well.

Each is done to the real app, which must stay up or come back, and say in a sentence what is wrong.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from hub import HALF, SIZE, Hub, serving
from PIL import Image
from serving import picture, running

from nst.common.weights import HubFile
from nst.quick.presets import catalogue
from nst.ui.parts import NO_ROOM

STYLE = next(preset.slug for preset in catalogue() if preset.bundled)
CLOUD, CLOUD_FILE = next((preset.slug, preset.source) for preset in catalogue() if isinstance(preset.source, HubFile))
LONG = {"size": 512, "steps": 2000}
DISK = "disk"  # the folder that gradio writes to
SMALL = 'mount -t tmpfs -o size=16m tmpfs "$GRADIO_TEMP_DIR" && exec "$@"'

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("host")


@pytest.fixture(scope="module")
def hub() -> Iterator[tuple[Hub, str]]:
    with serving() as (hub, address):
        hub.paths = {f"/{CLOUD_FILE.repo}/resolve/{CLOUD_FILE.revision}/{CLOUD_FILE.filename}"}
        yield hub, address


@pytest.fixture(scope="module")
def environment(folder: Path, hub: tuple[Hub, str]) -> dict[str, str]:
    """An app that asks that Hub, and has no home."""
    for name in (DISK, "tmp"):
        (folder / name).mkdir()
    written = {"GRADIO_TEMP_DIR": str(folder / DISK), "TMPDIR": str(folder / "tmp"), "HOME": "/dev/null"}
    return {**written, "HF_HUB_OFFLINE": "0", "HF_ENDPOINT": hub[1], "NST_METRICS": "1"}


@pytest.fixture(scope="module")
def killed(folder: Path, environment: dict[str, str], hub: tuple[Hub, str]) -> dict[str, Any]:
    """What a first app says while all goes on; then it is killed, within a job and a download."""
    the_hub, said = hub[0], dict[str, Any]()
    with running(folder, **environment) as (process, url):
        client = Client(url, verbose=False, download_files=str(folder / "results"))
        given = {"photo": handle_file(str(picture(folder / "private-name.jpg"))), "api_name": "/stylize"}
        client.predict(**given, style=STYLE, size=64)
        for name, status, delay in (("500", 500, 0), ("slow", 200, 6)):
            the_hub.status, the_hub.delay = status, delay
            with pytest.raises(AppError) as caught:
                client.predict(**given, style=CLOUD)
            said[name] = str(caught.value)
        the_hub.status, the_hub.delay, the_hub.stop_at = 200, 0, HALF
        painting = {"painting": given["photo"], "api_name": "/optimize"}
        job = client.submit(photo=given["photo"], **painting, **LONG)
        until(job.outputs)
        said["health"] = httpx.get(f"{url}/healthz").json()
        said["metrics"] = httpx.get(f"{url}/metrics").text
        client.submit(**given, style=CLOUD)
        until(lambda: partial(folder))
        process.kill()
        process.wait()
    the_hub.stop_at = SIZE
    said["tmp"] = set((folder / "tmp").glob("nst-*"))
    said["log"] = (folder / "log").read_text()
    return said


@pytest.fixture(scope="module")
def again(
    folder: Path, environment: dict[str, str], killed: dict[str, Any]
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The app that is started in its place; its disk is a small one where this system lets a test have one."""
    within = ["unshare", "-rm", "sh", "-c", SMALL, "sh"] if small_disks() else []
    with running(folder, within, **environment) as (process, url):
        yield process, url


@pytest.fixture
def disk(again: tuple[subprocess.Popen[bytes], str], folder: Path) -> Path:
    if not small_disks():
        pytest.skip("this system lets no test mount a disk")
    return Path(f"/proc/{again[0].pid}/root{folder / DISK}")


def small_disks() -> bool:
    asked = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return (
        bool(shutil.which("unshare") and shutil.which("nsenter"))
        and not subprocess.run(asked, capture_output=True).returncode
    )


def until(true: Callable[[], object]) -> None:
    while not true():
        time.sleep(0.05)


def partial(folder: Path) -> int:
    """How many bytes there are of a download."""
    return sum(path.stat().st_size for path in folder.glob("HF_HOME/**/*.incomplete"))


def upload(url: str, path: Path) -> httpx.Response:
    return httpx.post(f"{url}/gradio_api/upload", files={"files": (path.name, path.read_bytes())}, timeout=60)


def stylize(url: str, uploaded: str, style: str = STYLE) -> str:
    """What comes of a photo on the server: the last event, as text."""
    address, photo = f"{url}/gradio_api/call/stylize", {"path": uploaded, "meta": {"_type": "gradio.FileData"}}
    event = httpx.post(address, json={"data": [photo, style, 1, False, 64, 1024, "", 0.5]}, timeout=60).json()[
        "event_id"
    ]
    return httpx.get(f"{address}/{event}", timeout=120).text


def test_a_hub_that_is_not_well_is_named(killed: dict[str, Any]) -> None:
    assert "answered 500" in killed["500"]
    assert "cannot be reached" in killed["slow"]
    assert all("bundled" in killed[name] for name in ("500", "slow"))


def test_probes_are_answered_while_it_works(killed: dict[str, Any]) -> None:
    assert killed["health"] == {"ready": True, "warm": killed["health"]["warm"], "queue": 0}
    assert 'nst_jobs_running{job="custom"} 1' in killed["metrics"]
    assert 'nst_jobs_total{job="photo",outcome="refused"} 2' in killed["metrics"]


def test_the_log_tells_of_jobs_and_not_of_visitors(killed: dict[str, Any]) -> None:
    lines = [json.loads(line) for line in killed["log"].splitlines() if line.startswith("{")]
    [painted] = [line for line in lines if line.get("size") == 64]
    assert painted.items() >= {"job": "photo", "preset": STYLE, "outcome": "done", "level": "info"}.items()
    assert painted["seconds"] > 0
    assert painted["memory_mb"] > 50
    # Lines with a star are gradio's, with the server's own address.
    told = "\n".join(line for line in killed["log"].splitlines() if not line.startswith("*"))
    assert "private-name" not in told
    assert not re.search(r"\d+\.\d+\.\d+\.\d+", told)


def test_what_was_killed_left_nothing_half_written(folder: Path, killed: dict[str, Any]) -> None:
    pictures = [path for path in (folder / DISK).rglob("*") if path.suffix in (".png", ".jpg", ".jpeg")]
    assert pictures
    for path in pictures:
        with Image.open(path) as image:
            image.load()


def test_it_comes_back_and_goes_on_with_a_download(
    again: tuple[subprocess.Popen[bytes], str], hub: tuple[Hub, str], folder: Path
) -> None:
    """Which is not the file that it should be, as this Hub has another."""
    photo, had = upload(again[1], picture(folder / "photo.jpg")).json()[0], partial(folder)
    assert 0 < had <= HALF
    assert "not the file that was expected" in stylize(again[1], photo, CLOUD)
    assert hub[0].ranges[-1] == f"bytes={had}-"
    assert not list(folder.glob("HF_HOME/**/*.onnx"))
    assert "event: complete" in stylize(again[1], photo)


def test_a_full_disk_is_named_and_may_have_room_again(
    again: tuple[subprocess.Popen[bytes], str], disk: Path, folder: Path
) -> None:
    photo = upload(again[1], picture(folder / "photo.jpg")).json()[0]
    with pytest.raises(OSError, match="No space"):
        (disk / "filler").write_bytes(bytes(16 << 20))
    try:
        assert NO_ROOM in stylize(again[1], photo)
        refused = upload(again[1], picture(folder / "another.png", (300, 200)))
        assert (refused.status_code, refused.text) == (507, NO_ROOM)
    finally:
        (disk / "filler").unlink()
    assert "event: complete" in stylize(again[1], photo)


def test_a_read_only_disk_is_named(again: tuple[subprocess.Popen[bytes], str], disk: Path, folder: Path) -> None:
    def remount(how: str) -> None:
        inside = ["nsenter", "-t", str(again[0].pid), "-U", "-m", "--preserve-credentials"]
        subprocess.run([*inside, "mount", "-o", f"remount,{how}", str(folder / DISK)], check=True)

    photo = upload(again[1], picture(folder / "photo.jpg")).json()[0]
    remount("ro")
    try:
        assert NO_ROOM in stylize(again[1], photo)
    finally:
        remount("rw")
    assert "event: complete" in stylize(again[1], photo)


def test_sigterm_ends_a_job_and_the_process_well(
    again: tuple[subprocess.Popen[bytes], str], folder: Path, killed: dict[str, Any]
) -> None:
    """The last of them, as it ends the app."""
    process, url = again
    given = handle_file(str(picture(folder / "photo.jpg")))
    job = Client(url, verbose=False).submit(photo=given, painting=given, **LONG, api_name="/optimize")
    until(job.outputs)
    process.terminate()
    assert process.wait(60) == 0
    assert set((folder / "tmp").glob("nst-*")) == killed["tmp"]  # a process that is killed leaves its own
    assert '"outcome": "stopped"' in (folder / "log").read_text()
