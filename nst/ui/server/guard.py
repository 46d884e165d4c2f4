"""What stands between the network and the page: what nobody may ask for, and how much one visitor may.

Gradio brings routes that this page does not need, takes bodies of any size at any pace, and lets every other page on
the web read what it answers.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from gradio.utils import get_upload_folder
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nst.common.files import lacks_room
from nst.common.images import Limits
from nst.ui import parts
from nst.ui.server.visitors import Allowance, Visitors

LOG = logging.getLogger(__name__)

API = "/gradio_api/"
UPLOAD, FILE = f"{API}upload", f"{API}file="
# What the page and clients need of gradio's API. The rest of it runs code, fetches addresses or writes files.
OPEN = {
    "api", "app_id", "call", "cancel", "heartbeat", "info", "login_check", "mcp", "openapi.json", "queue", "reset",
    "run", "startup-events", "stream", "theme.css", "token", "upload", "upload_progress", "user",
}  # fmt: skip
CLOSED = ("/monitoring", "/openapi.json", "/pwa_icon", f"{API}mcp/sse", f"{API}mcp/messages")

BODY = 8e6  # bytes of a request that uploads nothing: the frame of a camera is one, as text
TOGETHER = 20  # times the largest upload, in one request, and of one visitor in an hour
HOUR = 3600  # seconds
SPARE = 1e9  # bytes of the disk that uploads leave free, or a twentieth of a small disk
AT_ONCE = 200  # requests of one visitor; an open page holds two
PATIENCE = 30.0  # seconds in which a body arrives, and more for every
SLOWEST = 10e3  # bytes of it


@dataclass(frozen=True)
class Refusal:
    """Why a request is not answered."""

    status: HTTPStatus
    sentence: str

    def to(self, path: str) -> Response:
        """As the page shows it: the text of what became of an upload, and the `error` or `detail` of all else."""
        headers = {"Connection": "close", "X-Content-Type-Options": "nosniff"}
        if self.status == HTTPStatus.TOO_MANY_REQUESTS:
            headers["Retry-After"] = "10"
        if path == UPLOAD:
            return PlainTextResponse(self.sentence, self.status, headers)
        return JSONResponse({"error": self.sentence, "detail": self.sentence}, self.status, headers)


NOTHING_HERE = Refusal(HTTPStatus.NOT_FOUND, "There is nothing here.")
NO_ADDRESSES = Refusal(HTTPStatus.FORBIDDEN, "Addresses are not fetched here: download the file, then upload it.")
FROM_ELSEWHERE = Refusal(HTTPStatus.FORBIDDEN, "Other pages cannot use this one: open it by its own address.")
TOO_OFTEN = Refusal(HTTPStatus.TOO_MANY_REQUESTS, "That was too much at once: wait a moment, then try again.")
TOO_MUCH = Refusal(HTTPStatus.TOO_MANY_REQUESTS, "You uploaded a great deal within an hour: try again later.")
TOO_LARGE = Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "That is too large: give less at once.")
TOO_SLOW = Refusal(HTTPStatus.REQUEST_TIMEOUT, "That came too slowly: try again with a better connection.")
NO_ROOM = Refusal(HTTPStatus.INSUFFICIENT_STORAGE, parts.NO_ROOM)
FAILED = Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "That did not work: reload the page, then try again.")


class Guard:
    """Refuses what may not go on to the app, and watches what does."""

    def __init__(self, app: ASGIApp) -> None:
        limits = Limits()
        self._app, self.visitors = app, Visitors()
        self._together = TOGETHER * limits.upload_megabytes * 1e6
        self._bytes = Allowance(self._together, HOUR)
        self._requests = Allowance(limits.requests, 60) if limits.requests > 0 else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visitor = self.visitors.of(scope)
        with self.visitors.served(visitor) as at_once:
            refusal = TOO_OFTEN if at_once > AT_ONCE else self._seen_from_outside(scope, visitor)
            if not refusal:
                refusal = await self._watched(scope, receive, send, visitor)
            if refusal:
                await refusal.to(scope["path"])(scope, receive, send)

    def _seen_from_outside(self, scope: Scope, visitor: str) -> Refusal | None:
        """What is wrong with a request of which nothing but the headers is there."""
        path, headers = scope["path"], Headers(scope=scope)
        if path.startswith(FILE):
            return NO_ADDRESSES if path[len(FILE) :].lower().startswith(("http:", "https:")) else None
        if path.startswith(CLOSED) or (path.startswith(API) and path.split("/")[2] not in OPEN):
            return NOTHING_HERE
        if scope["method"] not in ("GET", "HEAD") and _is_foreign(headers):
            return FROM_ELSEWHERE
        if path.startswith((API, "/login")) and self._requests and not self._requests.take(visitor, 1):
            return TOO_OFTEN
        length = headers.get("content-length", "")
        size = int(length) if length.isdecimal() else 0  # in parts, where it does not say
        if path != UPLOAD:
            return TOO_LARGE if size > BODY else None
        if size > self._together:
            return TOO_LARGE
        if size > self._bytes.left(visitor):
            return TOO_MUCH
        return None if _has_room(size) else NO_ROOM

    async def _watched(self, scope: Scope, receive: Receive, send: Send, visitor: str) -> Refusal | None:
        """The app's answer, or why there is none: what the request brings is too large, or too slow."""
        uploads = scope["path"] == UPLOAD

        def pay(size: int, so_far: int) -> Refusal | None:
            if so_far > (self._together if uploads else BODY):
                return TOO_LARGE
            return TOO_MUCH if uploads and not self._bytes.take(visitor, size) else None

        body, foreign, begun = _Body(receive, pay), _is_foreign(Headers(scope=scope)), False

        async def answer(message: Message) -> None:
            nonlocal begun
            if body.refusal:
                return
            if message["type"] == "http.response.start":
                if _is_bare_failure(message):
                    body.refusal = FAILED
                    return
                begun = True
                _mend(message, foreign)
            await send(message)

        try:
            await self._app(scope, body.receive, answer)
        except Exception as error:
            if uploads and lacks_room(error):
                body.refusal = NO_ROOM
            if not body.refusal:
                raise
            if body.refusal is FAILED:
                LOG.exception("A request failed.")
        return None if begun else body.refusal


class _Body:
    """The body of a request as it comes, until there is a reason to refuse it."""

    def __init__(self, receive: Receive, pay: Callable[[int, int], Refusal | None]) -> None:
        self.refusal: Refusal | None = None
        self._receive, self._pay = receive, pay
        self._begun, self._size, self._whole = time.monotonic(), 0, False

    async def receive(self) -> Message:
        if self._whole:
            return await self._receive()
        late = self._begun + PATIENCE + self._size / SLOWEST - time.monotonic()
        try:
            message = await asyncio.wait_for(self._receive(), max(0.0, late))
        except TimeoutError:
            self.refusal = TOO_SLOW
            raise
        part = len(message.get("body", b""))
        self._size += part
        self._whole = not message.get("more_body")
        self.refusal = self._pay(part, self._size)
        if self.refusal:
            raise ConnectionError(self.refusal.sentence)
        return message


def _is_foreign(headers: Headers) -> bool:
    """Whether another page than this asks, by what browsers say: whence, or, without encryption, by its address."""
    if site := headers.get("sec-fetch-site"):
        return site in ("cross-site", "same-site")
    own = {headers.get("host", "").lower(), headers.get("x-forwarded-host", "").lower()}
    return "origin" in headers and urlsplit(headers["origin"].lower()).netloc not in own


def _has_room(size: int) -> bool:
    folder = Path(get_upload_folder())
    disk = shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists()))
    return disk.free - size > min(SPARE, disk.total / 20)


def _is_bare_failure(message: Message) -> bool:
    """Whether it says no more than that something went wrong."""
    plain = Headers(raw=message["headers"]).get("content-type", "").startswith("text/plain")
    return bool(message["status"] == HTTPStatus.INTERNAL_SERVER_ERROR) and plain


def _mend(message: Message, foreign: bool) -> None:
    """The headers of an answer as they should be."""
    headers = MutableHeaders(raw=message["headers"])
    headers["X-Content-Type-Options"] = "nosniff"
    if foreign:
        for name in [name for name in headers if name.startswith("access-control-")]:
            del headers[name]
    if message["status"] == HTTPStatus.PARTIAL_CONTENT:  # to which gradio adds all headers of the request
        for name in ("authorization", "connection", "cookie", "host", "transfer-encoding"):
            del headers[name]
