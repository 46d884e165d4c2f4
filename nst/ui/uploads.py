"""Uploads that find no room on the server's disk."""

from __future__ import annotations

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from nst.common.files import lacks_room
from nst.ui.parts import NO_ROOM


class Uploads:
    """Has them end with a sentence, which the page shows, and not with an error of the server's code."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except OSError as error:
            if not (lacks_room(error) and scope.get("path", "").endswith("/upload")):
                raise
            await PlainTextResponse(NO_ROOM, 507)(scope, receive, send)
