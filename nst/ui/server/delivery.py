"""The page on its way to a browser: its first script put in, and all of it compressed."""

from __future__ import annotations

from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What gradio's `head` holds runs only after gradio itself, which is too late for some.
FIRST = f"<script>{Path(__file__).with_name('first.js').read_text(encoding='utf-8')}</script>".encode()


class Delivery:
    """Leaves all but the page itself alone; gradio compresses the scripts and styles by itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._packed = app, GZipMiddleware(self._opened, compresslevel=6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self._packed if scope.get("path") == "/" else self._app)(scope, receive, send)

    async def _opened(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun: list[Message] = []
        parts: list[bytes] = []

        async def put_in(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            page = b"".join(parts).replace(b"<head>", b"<head>" + FIRST, 1)
            if page:  # there is none where only the headers were asked for
                MutableHeaders(raw=begun[0]["headers"])["Content-Length"] = str(len(page))
            await send(begun[0])
            await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, put_in)
