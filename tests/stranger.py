"""Somebody who asks the running app for what its page would not."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from serving import ROOT

FULL = os.environ.get("NST_ATTACKS") == "full"  # attacks in their whole size, which takes minutes
PROXY = "127.0.0.2"  # an address of this machine that the app takes for a proxy
WORDS = {"username": "ann", "password": "one"}
LARGEST = 200 if FULL else 5  # MB of an upload
REQUESTS = 150  # a minute

_visitors = count(1)


@dataclass
class Visitor:
    """Somebody with an address and a session, who is let in."""

    url: str
    folder: Path  # of the app
    session: str = field(default_factory=lambda: f"session{next(_visitors)}")

    @cached_property
    def http(self) -> httpx.Client:
        who = {"X-Forwarded-For": f"198.51.100.{next(_visitors)}"}
        client = httpx.Client(
            base_url=self.url, headers=who, timeout=60, transport=httpx.HTTPTransport(local_address=PROXY)
        )
        assert client.post("/login", data=WORDS).status_code == 200
        return client

    @cached_property
    def config(self) -> dict[str, Any]:
        return dict(self.http.get("/config").json())

    def upload(self, name: str, data: bytes) -> dict[str, Any]:
        """An uploaded file, as the page names it."""
        answer = self.http.post("/gradio_api/upload", files={"files": (name, data)})
        assert answer.status_code == 200, answer.text
        return {"path": answer.json()[0], "orig_name": name, "meta": {"_type": "gradio.FileData"}}

    def call(self, endpoint: str, *data: Any) -> str:
        """All that a client is answered."""
        address = f"/gradio_api/call/{endpoint}"
        answer = self.http.post(address, json={"data": data})
        if answer.status_code != 200:
            return answer.text
        return self.http.get(f"{address}/{answer.json()['event_id']}").text

    def trigger(self, source: str, result: str, values: dict[str, Any], event: Any = None) -> str:
        """All that the page is told by the event that takes the component `source` and changes `result`."""
        names = {each["id"]: each["props"].get("elem_id") for each in self.config["components"]}
        found = (
            each
            for each in self.config["dependencies"]
            if source in [names[of] for of in each["inputs"]] + [names.get(of) for of, _ in each["targets"]]
            and result in [names[of] for of in each["outputs"]]
        )
        dependency = next(found)
        defaults = {each["id"]: each["props"].get("value") for each in self.config["components"]}
        data = [values.get(str(names[of]), defaults[of]) for of in dependency["inputs"]]
        body = {"data": data, "fn_index": dependency["id"], "session_hash": self.session, "event_data": event}
        answer = self.http.post("/gradio_api/queue/join", json=body)
        if answer.status_code != 200:
            return answer.text
        told = []
        with self.http.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                told.append(line)
                if '"msg":"close_stream"' in line or '"msg":"process_completed"' in line:
                    break
        return "\n".join(told)


def raw(url: str) -> socket.socket:
    """A connection on which nothing was said."""
    host, port = url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=60)


def speaks_plainly(text: str, *secrets: str) -> bool:
    """Whether an answer holds no place on the server, no trace and no secret."""
    telltale = ("Traceback", "site-packages", "the secret", "root:x:", str(ROOT), *secrets)
    return not any(each in text for each in telltale)


def sentences(told: str) -> list[str]:
    """What of an answer is shown to a person."""
    found = []
    for line in told.splitlines():
        if line.startswith("data: {"):
            message = json.loads(line.removeprefix("data: "))
            output = message.get("output") or {}
            found += [message.get("log"), message.get("error"), output.get("error")]
    return [each for each in found if each]
