"""Weight files are found without a network, fetched with one, and checked; against a small Hub on this machine."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from pathlib import Path

import pytest
import torch
from hub import CONTENT, FILE, HALF, SIZE, Hub, use_endpoint
from huggingface_hub import constants, scan_cache_dir
from safetensors.torch import save_file

from nst.common import encoders, weights
from nst.common.errors import UserError
from nst.common.weights import HubFile, Progress, bundled, download, fetch, fetch_url, is_cached, read_safetensors

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """How long is waited for each connection that is tried; a connection at a time may take `PATIENCE`, a short one."""
    monkeypatch.setattr(weights, "PATIENCE", 0.5)
    waited, connect = [], socket.create_connection

    def counted(address: tuple[str, int], timeout: float | None = None, *more: object, **options: object) -> object:
        waited.append(timeout)
        return connect(address, timeout, *more, **options)

    monkeypatch.setattr(socket, "create_connection", counted)
    return waited


def files_in(cache: Path) -> list[Path]:
    paths = [path for folder in ("blobs", "snapshots") for path in cache.glob(f"models--*/{folder}/**/*")]
    return [path for path in paths if path.is_symlink() or path.is_file()]


def half_done(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Generator[Progress, None, None]:
    """A download that has got the first half, and gets no more."""
    monkeypatch.setattr(weights, "INTERVAL", 0)  # every chunk is reported
    hub.stop_at = HALF
    progress = download(FILE, "Mosaic")
    while next(progress).done < HALF:
        pass
    hub.stop_at = SIZE
    return progress


def failure(file: HubFile = FILE) -> str:
    with pytest.raises(UserError) as caught:
        fetch(file, "Mosaic")
    message = str(caught.value)
    assert message.startswith("Mosaic ")
    assert "bundled" in message
    assert message.endswith(".")
    assert message.count(". ") == 0  # one sentence
    return message


def test_a_file_is_downloaded_once(hub: Hub) -> None:
    assert not is_cached(FILE)
    path = fetch(FILE, "Mosaic")
    assert path.read_bytes() == CONTENT
    assert path.name == FILE.filename
    assert is_cached(FILE)
    asked = list(hub.asked)
    assert fetch(FILE, "Mosaic") == path
    assert hub.asked == asked


def test_a_cached_file_needs_no_network(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    path = fetch(FILE, "Mosaic")
    hub.asked.clear()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    weights._verify.cache_clear()
    assert fetch(FILE, "Mosaic") == path
    assert not hub.asked


def test_a_wrong_checksum_leaves_the_cache_clean(hub: Hub, cache: Path) -> None:
    hub.content = CONTENT[::-1]
    assert "not the file that was expected" in failure()
    assert not is_cached(FILE)
    assert not files_in(cache)
    report = scan_cache_dir(cache)
    assert report.size_on_disk == 0
    assert not report.warnings
    hub.content = CONTENT
    assert fetch(FILE, "Mosaic").read_bytes() == CONTENT


def test_a_file_that_was_damaged_in_the_cache_is_removed(hub: Hub) -> None:
    path = fetch(FILE, "Mosaic")
    path.write_bytes(b"damage")
    weights._verify.cache_clear()  # the next process
    assert "not the file that was expected" in failure()
    assert not is_cached(FILE)


def test_the_checksum_is_taken_once_in_a_process(hub: Hub) -> None:
    path = fetch(FILE, "Mosaic")
    path.write_bytes(b"unnoticed until the next process")
    assert fetch(FILE, "Mosaic") == path


def test_offline_mode(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "offline mode is on" in failure()
    assert not hub.asked


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_an_error_of_the_hub_is_told_at_once(hub: Hub, status: int) -> None:
    hub.status = status
    assert f"answered {status}" in failure()
    assert len(hub.asked) == 1


def test_a_hub_that_refuses_connections_is_asked_once(
    monkeypatch: pytest.MonkeyPatch, patience: list[float | None]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    use_endpoint(monkeypatch, f"http://127.0.0.1:{port}")
    assert "cannot be reached" in failure()
    assert patience == [weights.PATIENCE]


def test_a_hub_that_never_answers_is_asked_once(
    black_hole: str, monkeypatch: pytest.MonkeyPatch, patience: list[float | None]
) -> None:
    use_endpoint(monkeypatch, black_hole)
    assert "cannot be reached" in failure()
    assert patience == [weights.PATIENCE]


def test_a_name_that_takes_for_ever_to_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        released.wait()
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(weights, "PATIENCE", 0.5)
    use_endpoint(monkeypatch, "http://hub.invalid")
    assert "cannot be reached" in failure()  # and before it is released
    released.set()


def test_a_storage_host_that_never_answers(hub: Hub, black_hole: str, patience: list[float | None]) -> None:
    hub.location = black_hole + "/storage"
    assert "cannot be reached" in failure()
    assert patience == [weights.PATIENCE] * 2


def test_a_download_tells_how_far_it_is(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "INTERVAL", 0)
    told = list(download(FILE, "Mosaic"))
    assert len(told) > 5
    assert told == sorted(told)
    assert told[-1] == (SIZE, SIZE)
    assert {of for _, of in told} == {SIZE}
    assert is_cached(FILE)
    assert not list(download(FILE, "Mosaic"))


def test_a_closed_download_stops_and_is_resumed(hub: Hub, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = threading.active_count()
    progress = half_done(hub, monkeypatch)
    progress.close()
    assert hub.left.wait(60)
    assert not is_cached(FILE)
    for _ in range(100):  # the server's thread ends, too
        if threading.active_count() > threads:
            time.sleep(0.02)
    assert threading.active_count() <= threads
    assert scan_cache_dir(cache).incomplete_size_on_disk == HALF  # the Hub's tools know it for what it is
    told = list(download(FILE, "Mosaic"))
    assert hub.ranges == ["bytes=0-", f"bytes={HALF}-"]
    assert told[0].done > HALF
    assert told[-1] == (SIZE, SIZE)
    assert fetch(FILE, "Mosaic").read_bytes() == CONTENT
    assert len(files_in(cache)) == 1


def test_a_download_that_was_closed_at_its_very_end_has_nothing_left_to_ask_for(hub: Hub) -> None:
    for progress in (progresses := download(FILE, "Mosaic")):
        if progress.done == SIZE:
            break
    progresses.close()
    assert not is_cached(FILE)
    assert list(download(FILE, "Mosaic")) == [(SIZE, SIZE)]
    assert hub.ranges == ["bytes=0-"]
    assert fetch(FILE, "Mosaic").read_bytes() == CONTENT


@pytest.mark.parametrize("tells_length", [True, False])
def test_a_dropped_connection_is_told_and_the_download_resumed(hub: Hub, tells_length: bool) -> None:
    hub.stop_at, hub.hangs_up, hub.tells_length = HALF, True, tells_length
    assert "cannot be reached" in failure()
    assert not is_cached(FILE)
    hub.stop_at = SIZE
    assert fetch(FILE, "Mosaic").read_bytes() == CONTENT
    assert hub.ranges == ["bytes=0-", f"bytes={HALF}-"]


def test_a_server_that_stops_sending(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "PATIENCE", 0.5)
    hub.stop_at = HALF
    assert "cannot be reached" in failure()  # which the server, who waits for ever, has no part in
    assert hub.left.wait(60)
    hub.stop_at = SIZE
    assert fetch(FILE, "Mosaic").read_bytes() == CONTENT
    assert hub.ranges == ["bytes=0-", f"bytes={HALF}-"]


def test_a_server_that_sends_all_of_a_file_or_nothing(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    half_done(hub, monkeypatch).close()
    hub.in_ranges = False
    assert fetch(FILE, "Mosaic").read_bytes() == CONTENT


def test_a_wrong_checksum_after_a_resumption_leaves_the_cache_clean(
    hub: Hub, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_done(hub, monkeypatch).close()
    hub.content = CONTENT[::-1]
    assert "not the file that was expected" in failure()
    assert not files_in(cache)
    hub.content = CONTENT
    assert fetch(FILE, "Mosaic").read_bytes() == CONTENT
    assert hub.ranges == ["bytes=0-", f"bytes={HALF}-", "bytes=0-"]


def test_a_second_download_of_a_file_waits_for_the_first(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = half_done(hub, monkeypatch), download(FILE, "Mosaic")
    assert 0 < next(second).done <= HALF
    closing = threading.Thread(target=first.close)  # not the thread that it ran in so far
    closing.start()
    closing.join()
    assert list(second)[-1] == (SIZE, SIZE)
    assert fetch(FILE, "Mosaic").read_bytes() == CONTENT
    assert hub.ranges == ["bytes=0-", f"bytes={HALF}-"]


def test_encoders_are_downloaded_by_name(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path))
    monkeypatch.setattr(encoders, "VGG19", FILE)
    monkeypatch.setattr(encoders, "SQUEEZENET", f"{constants.ENDPOINT}/net-{FILE.sha256[:8]}.pth")
    hub.paths.add(f"/net-{FILE.sha256[:8]}.pth")
    assert not list(encoders.download_encoder("compact"))
    assert not hub.asked
    assert list(encoders.download_encoder("vgg19"))[-1] == (SIZE, SIZE)
    assert is_cached(FILE)
    assert not list(encoders.download_encoder("squeezenet"))
    assert (tmp_path / "checkpoints" / f"net-{FILE.sha256[:8]}.pth").read_bytes() == CONTENT


def test_the_endpoint_is_taken_from_the_environment(hub: Hub, tmp_path: Path) -> None:
    imports = "import sys; from nst.common.weights import HubFile, fetch"
    program = f"{imports}; print(fetch(HubFile(*sys.argv[1:]), 'Mosaic').read_bytes().hex())"
    environment = os.environ | {"HF_ENDPOINT": constants.ENDPOINT, "HF_HOME": str(tmp_path)}
    environment.pop("HF_HUB_CACHE", None)
    output = subprocess.run(
        [sys.executable, "-c", program, FILE.repo, FILE.filename, FILE.revision, FILE.sha256],
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout
    assert bytes.fromhex(output) == CONTENT


def test_a_file_of_torchvision_is_downloaded_once(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path))
    url = f"{constants.ENDPOINT}/models/net-{FILE.sha256[:8]}.pth"
    hub.paths.add(f"/models/net-{FILE.sha256[:8]}.pth")
    assert fetch_url(url, "The net").read_bytes() == CONTENT
    asked = len(hub.asked)
    assert fetch_url(url, "The net").read_bytes() == CONTENT
    assert len(hub.asked) == asked


def test_a_file_of_torchvision_with_a_wrong_checksum_is_not_kept(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path))
    hub.paths.add("/net-01234567.pth")
    with pytest.raises(UserError, match="The net could not be downloaded"):
        fetch_url(f"{constants.ENDPOINT}/net-01234567.pth", "The net")
    assert not list((tmp_path / "checkpoints").iterdir())


def test_a_file_of_torchvision_without_a_network(
    black_hole: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patience: list[float | None]
) -> None:
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path))
    with pytest.raises(UserError, match="bundled"):
        fetch_url(f"{black_hole}/net-01234567.pth", "The net")
    assert patience == [weights.PATIENCE]


def test_bundled_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "ASSETS", tmp_path)
    (tmp_path / "net.safetensors").touch()
    assert bundled("net.safetensors") == tmp_path / "net.safetensors"
    with pytest.raises(UserError, match=re.escape("gone.safetensors")):
        bundled("gone.safetensors")


def test_safetensors(tmp_path: Path) -> None:
    tensors = {"a": torch.rand(2, 3), "b": torch.arange(4)}
    save_file(tensors, tmp_path / "a.safetensors")
    read = read_safetensors(tmp_path / "a.safetensors")
    assert read.keys() == tensors.keys()
    assert all(torch.equal(read[key], tensors[key]) for key in tensors)
    for data in (b"", b"no tensors", (tmp_path / "a.safetensors").read_bytes()[:-3]):
        (tmp_path / "b.safetensors").write_bytes(data)
        with pytest.raises(UserError, match=r"b\.safetensors is not a safetensors file"):
            read_safetensors(tmp_path / "b.safetensors")
    for path in (tmp_path, tmp_path / "gone.safetensors"):
        with pytest.raises(UserError, match="not a safetensors file"):
            read_safetensors(path)
