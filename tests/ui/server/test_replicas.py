"""Two of the app behind nginx, as the README says: visitors are spread, and each stays where their work is."""

from __future__ import annotations

import getpass
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from gradio_client import Client, handle_file
from PIL import Image
from serving import ROOT, picture, served

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
README = (ROOT / "README.md").read_text(encoding="utf-8")

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.skipif(not NGINX, reason="there is no nginx on this machine"),
]


@pytest.fixture(scope="module")
def front(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of nginx before two replicas."""
    folder = tmp_path_factory.mktemp("nginx")
    with served(tmp_path_factory.mktemp("replica")) as second, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        (folder / "nginx.conf").write_text(configuration(folder, port, url, second))
        command = [str(NGINX), "-p", str(folder), "-c", "nginx.conf", "-e", "error.log", "-g", "daemon off;"]
        process = subprocess.Popen(command)
        try:
            while process.poll() is None and socket.socket().connect_ex(("127.0.0.1", port)):
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def configuration(folder: Path, port: int, *replicas: str) -> str:
    """The README's passages, with these replicas in place of its own, as a whole configuration of files in a folder."""
    shared, both, start = re.findall(r"```nginx\n(.+?)```", README, re.DOTALL)
    both = re.sub(r"127\.0\.0\.1:786(\d)", lambda at: replicas[int(at[1])].removeprefix("http://"), both)
    shared = shared.replace("proxy_pass http://127.0.0.1:7860;", "proxy_pass http://nst;")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder / kind};\n" for kind in kinds)
    return f"""
user {getpass.getuser()};
pid {folder / "pid"};
worker_processes 1;
events {{}}
http {{
access_log off;
{temporary}
{both}
server {{
listen 127.0.0.1:{port};
{shared}
{start}
}}
}}
"""


def replica_of(visitor: httpx.Client) -> str:
    return str(visitor.get("/config").json()["app_id"])


def test_visitors_are_spread_and_each_finds_their_work_again(front: str, tmp_path: Path) -> None:
    photo = picture(tmp_path / "photo.jpg").read_bytes()
    workers: dict[str, httpx.Client] = {}
    for _ in range(40):
        visitor = httpx.Client(base_url=front, timeout=90)
        visitor.get("/").raise_for_status()
        workers.setdefault(replica_of(visitor), visitor)
        if len(workers) == 2:
            break
    assert len(workers) == 2
    for replica, visitor in workers.items():
        assert {replica_of(visitor) for _ in range(5)} == {replica}
        [path] = visitor.post("/gradio_api/upload", files={"files": ("photo.jpg", photo)}).json()
        asked = {"photo": {"path": path, "meta": {"_type": "gradio.FileData"}}, "style": "woodcut", "size": 64}
        event = visitor.post("/gradio_api/call/v2/stylize", json=asked).json()["event_id"]
        said = visitor.get(f"/gradio_api/call/stylize/{event}").text
        [address] = re.findall(r'"url": "(.+?)"', said)
        assert address.startswith(front)
        (tmp_path / "painted.png").write_bytes(visitor.get(address).content)
        assert max(Image.open(tmp_path / "painted.png").size) == 64


def test_programs_stay_where_they_are_without_a_cookie(front: str, tmp_path: Path) -> None:
    assert len({str(httpx.get(f"{front}/config").json()["app_id"]) for _ in range(5)}) == 1
    client = Client(front, verbose=False, download_files=str(tmp_path / "results"))
    photo = handle_file(str(picture(tmp_path / "photo.jpg")))
    painted = client.predict(photo, style="woodcut", size=64, api_name="/stylize")
    assert max(Image.open(painted).size) == 64
