"""A stand-in over a real socket, for the demo and for clients that are not ours."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from xero_sync.testing.standins.traffic import BREAK_CONNECTION

SHUTDOWN_SECONDS = 1.0


def in_address(host: str) -> str:
    """The host as it stands in a web address."""
    return f"[{host}]" if ":" in host else host


@asynccontextmanager
async def serve(app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """The base url ("http://127.0.0.1:PORT") under which the app answers until the block ends. Raises OSError where the port is taken.

    It speaks HTTP and websockets in the running loop, on a free loopback port unless one is named, without logs, signal handlers or
    a Date header (the stand-ins have their own clock). uvicorn's protocol is used without uvicorn's Server, whose
    polling would make every start and stop take a fifth of a second.
    """
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    transports: dict[Any, asyncio.Transport] = {}
    config = uvicorn.Config(_with_cut(app, transports), ws="auto", lifespan="off", log_config=None, access_log=False)
    config.load()
    state = ServerState()

    class Protocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            transports[self.client] = transport

    server = await asyncio.get_running_loop().create_server(lambda: Protocol(config, state, {}), host, port)
    try:
        yield f"http://{in_address(host)}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for connection in list(state.connections):
            connection.shutdown()
        if state.tasks:
            _, hanging = await asyncio.wait(set(state.tasks), timeout=SHUTDOWN_SECONDS)
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)
        for transport in transports.values():
            transport.abort()
        await server.wait_closed()
        await asyncio.sleep(0)  # lets the aborted connections say goodbye inside this loop


def _with_cut(app: ASGIApp, transports: dict[Any, asyncio.Transport]) -> ASGIApp:
    """The app, told with every request how to break the connection under it."""

    async def with_cut(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["extensions"] = {**(scope.get("extensions") or {}), BREAK_CONNECTION: transports[scope["client"]].abort}
        await app(scope, receive, send)

    return with_cut
