"""What goes on beside the page as long as it is served: the guard stands, idle connections and free memory go."""

from __future__ import annotations

import asyncio
import resource
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI

from nst.common.memory import give_back
from nst.ui.server.guard import PATIENCE, Guard

EVERY = 2.0  # seconds, from one look at connections to the next
IDLE = 100  # connections of one address without a request
MEMORY_EVERY = 20.0  # seconds, from one time that free memory goes back to the system to the next


@asynccontextmanager
async def kept_up(app: FastAPI) -> AsyncIterator[None]:
    """The app with a guard before all else in it, while it is served."""
    assert app.middleware_stack
    app.middleware_stack = guard = Guard(app.middleware_stack)
    _allow_many_connections()
    duties = [asyncio.create_task(duty) for duty in (_look_at_connections(app, guard), _give_memory_back())]
    try:
        yield
    finally:
        for each in duties:
            each.cancel()


def _allow_many_connections() -> None:
    """As many open files as the system lets a process have, in place of the usual 1024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _give_memory_back() -> None:
    """Every thread that painted leaves free memory behind: after a crowd, hundreds of megabytes."""
    while True:
        await asyncio.sleep(MEMORY_EVERY)
        await asyncio.to_thread(give_back)


async def _look_at_connections(app: Any, guard: Guard) -> None:
    """Closes connections that bring no request in time, or are too many of one address; uvicorn keeps them for ever."""
    since: dict[Any, float] = {}
    while True:
        await asyncio.sleep(EVERY)
        server, now = getattr(app.get_blocks(), "server", None), time.monotonic()
        idle = [each for each in server.server_state.connections if _is_idle(each)] if server else []
        since = {each: since.get(each, now) for each in idle}
        for connection in _superfluous(idle, since, guard):
            connection.transport.close()


def _is_idle(connection: Any) -> bool:
    return connection.cycle is None or connection.cycle.response_complete


def _superfluous(idle: Iterable[Any], since: dict[Any, float], guard: Guard) -> list[Any]:
    late = [each for each in idle if since[each] < time.monotonic() - PATIENCE]
    of_address = defaultdict(list)
    for each in sorted(idle, key=lambda each: since[each]):
        address = (each.client or ("",))[0]
        if not guard.visitors.is_proxy(address):
            of_address[address].append(each)
    return late + [each for those in of_address.values() for each in those[:-IDLE]]
