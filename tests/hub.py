"""A small Hub on this machine."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from huggingface_hub import constants

from nst.common.weights import HubFile

CONTENT = bytes(range(256)) * 4000
SIZE, HALF = len(CONTENT), len(CONTENT) // 2
REVISION = "0123456789" * 4
TOKEN = "hf_of-someone"
FILE = HubFile("someone/net", "net.onnx", REVISION, hashlib.sha256(CONTENT).hexdigest())


@dataclass
class Hub:
    """What the server gives, and what it was asked for."""

    content: bytes = CONTENT
    delay: float = 0  # seconds until it answers
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
    repos: dict[str, dict[str, bytes]] = field(default_factory=dict)  # what was uploaded, as "models/owner/name"
    private: set[str] = field(default_factory=set)  # which of them are
    commits: list[str] = field(default_factory=list)  # the first lines of their messages
    objects: dict[str, bytes] = field(default_factory=dict)  # large files, by their sha256
    answers: dict[str, int] = field(default_factory=dict)  # statuses in place of answers, by a part of the path
    cut_at: str = ""  # a part of the path of what it hangs up on in the middle


class Handler(BaseHTTPRequestHandler):
    hub: Hub

    def do_HEAD(self) -> None:
        hub = self.hub
        hub.asked.append(f"{self.command} {self.path}")
        time.sleep(hub.delay)
        if self.path.startswith("/api/"):
            self.answer_api(b"")
            return
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
        if status == 404:
            folder = self.path.partition("/resolve/")[0] + "/"
            known = any(path.startswith(folder) for path in hub.files)
            self.send_header("X-Error-Code", "EntryNotFound" if known else "RepoNotFound")
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

    def do_POST(self) -> None:
        hub, length = self.hub, int(self.headers["Content-Length"])
        hub.asked.append(f"{self.command} {self.path}")
        if hub.cut_at and hub.cut_at in self.path:
            self.rfile.read(length // 2)
            self.connection.close()
        else:
            self.answer_api(self.rfile.read(length))

    do_PUT = do_POST

    def answer_api(self, body: bytes) -> None:
        """What the client asks in order to upload."""
        hub, path = self.hub, self.path.partition("?")[0]
        faults = [status for part, status in hub.answers.items() if part in path]
        if faults:
            return self.answer({"error": "Not today."}, faults[0])
        if self.command == "PUT":
            hub.objects[path.rpartition("/")[2]] = body
            return self.answer({})
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.answer({"error": "Invalid credentials in Authorization header"}, 401)
        if path == "/api/whoami-v2":
            return self.answer({"name": "someone"})
        if path == "/api/validate-yaml":
            return self.answer({})
        if path == "/api/repos/create":
            return self.create(json.loads(body))
        if path.endswith("/info/lfs/objects/batch"):
            return self.answer({"objects": [self.place(each) for each in json.loads(body)["objects"]]})
        _, _, kind, owner, name, *rest = (*path.split("/"), "", "")[: max(5, path.count("/") + 1)]
        repo = f"{kind}/{owner}/{name}"
        if repo not in hub.repos:
            return self.answer({"error": "Repository not found"}, 404, {"X-Error-Code": "RepoNotFound"})
        if rest[:1] == ["preupload"]:
            return self.answer({"files": [self.mode(each["path"]) for each in json.loads(body)["files"]]})
        if rest[:1] == ["commit"]:
            return self.commit(repo, [json.loads(line) for line in body.splitlines()])
        if rest[:1] == ["tree"]:
            there = [{"type": "file", "path": path, "size": 1, "oid": "0"} for path in hub.repos[repo]]
            return self.answer(there)
        files = [{"rfilename": path} for path in hub.repos[repo]]
        told = {"id": f"{owner}/{name}", "sha": hub.commit, "private": repo in hub.private, "siblings": files}
        return self.answer(told)

    def create(self, asked: dict[str, Any]) -> None:
        kind = f"{asked['type']}s"
        repo = f"{kind}/{asked['organization']}/{asked['name']}"
        status = 409 if repo in self.hub.repos else 200
        if status == 200:
            self.hub.repos[repo] = {}
            self.hub.private |= {repo} if asked.get("visibility") == "private" else set()
        assert kind != "spaces" or asked["sdk"] == "gradio"
        self.answer({"url": f"http://{self.headers['Host']}/{repo.removeprefix('models/')}"}, status)

    def place(self, large: dict[str, Any]) -> dict[str, Any]:
        """Where a large file goes that is not here."""
        upload = {"href": f"http://{self.headers['Host']}/objects/{large['oid']}"}
        return large if large["oid"] in self.hub.objects else {**large, "actions": {"upload": upload}}

    def mode(self, path: str) -> dict[str, Any]:
        """How a file shall come: large ones by themselves, the others within the commit."""
        large = path.endswith((".safetensors", ".pth", ".onnx"))
        return {"path": path, "uploadMode": "lfs" if large else "regular", "shouldIgnore": False}

    def commit(self, repo: str, lines: list[dict[str, Any]]) -> None:
        hub = self.hub
        content = dict(hub.repos[repo])
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                content[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                content[value["path"]] = hub.objects[value["oid"]]
            elif line["key"] == "deletedFile":
                del content[value["path"]]
            else:
                hub.commits.append(value["summary"])
        hub.repos[repo] = content
        if repo.startswith("models/"):
            hub.commit = hashlib.sha1(repr(content).encode()).hexdigest()
            for path, data in content.items():
                for revision in ("main", hub.commit):
                    hub.files[f"/{repo.removeprefix('models/')}/resolve/{revision}/{path}"] = data
        self.answer({"commitUrl": f"http://{self.headers['Host']}/{repo}/commit/0", "commitOid": hub.commit})

    def answer(self, content: object, status: int = 200, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        for key, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
            **(headers or {}),
        }.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(data)

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
