"""A small Hub on this machine."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from huggingface_hub import constants

from nst.common.weights import HubFile

CONTENT = bytes(range(256)) * 4000
SIZE, HALF = len(CONTENT), len(CONTENT) // 2
REVISION = "0123456789" * 4
FILE = HubFile("someone/net", "net.onnx", REVISION, hashlib.sha256(CONTENT).hexdigest())


@dataclass
class Hub:
    """What the server gives, and what it was asked for."""

    content: bytes = CONTENT
    status: int = 200
    paths: set[str] = field(default_factory=lambda: {f"/{FILE.repo}/resolve/{FILE.revision}/{FILE.filename}"})
    files: dict[str, bytes] = field(default_factory=dict)  # what else there is, by path
    commit: str = REVISION  # that all revisions stand for
    location: str = ""  # where file contents are redirected to
    asked: list[str] = field(default_factory=list)
    in_ranges: bool = True  # whether it can send a part of the content
    ranges: list[str] = field(default_factory=list)  # what it was asked for, in downloads
    stop_at: int = SIZE  # where it stops sending
    hangs_up: bool = False  # whether it closes the connection there, and does not wait for the client to do so
    tells_length: bool = True  # whether it says beforehand how much it is about to send
    left: threading.Event = field(default_factory=threading.Event)  # set when the client has closed it


class Handler(BaseHTTPRequestHandler):
    hub: Hub

    def do_HEAD(self) -> None:
        hub = self.hub
        hub.asked.append(f"{self.command} {self.path}")
        content = hub.files.get(self.path, hub.content)
        status = hub.status if self.path in hub.paths | hub.files.keys() else 404
        start, stop = 0, len(content)
        if status == 200 and hub.location and self.command == "GET":
            status = 302
        elif status == 200 and (asked := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))):
            if not asked[2]:
                hub.ranges.append(asked[0])
            if hub.in_ranges:
                status, start, stop = 206, int(asked[1]), int(asked[2] or stop - 1) + 1
        self.send_response(status)
        if status == 302:
            self.send_header("Location", hub.location)
        if status == 206:
            self.send_header("Content-Range", f"bytes {start}-{stop - 1}/{len(content)}")
        self.send_header("X-Repo-Commit", hub.commit)
        self.send_header("ETag", '"0123abcd"')
        if self.command == "HEAD" or hub.tells_length:
            self.send_header("Content-Length", str(stop - start if status in (200, 206) else 0))
        self.end_headers()
        if self.command == "GET" and status in (200, 206):
            with suppress(ConnectionError):  # a client that wants no more
                end = min(stop, hub.stop_at)
                self.wfile.write(content[start:end])
                if end < stop and not hub.hangs_up:
                    self.rfile.read(1)
                    hub.left.set()

    do_GET = do_HEAD

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[tuple[Hub, str]]:
    """A Hub, and its address."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OneHub", (Handler,), {"hub": hub}))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield hub, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def use_endpoint(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """What HF_ENDPOINT does, which is read only when huggingface_hub is imported."""
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}")
