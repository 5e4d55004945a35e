"""The page over HTTP: one document with its assets, the rows as server-sent events, and what a person does as a POST."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from xero_sync.demo.page.acts import ACTS, NotUnderstood
from xero_sync.demo.page.refused import NotDone
from xero_sync.demo.page.rows import rows
from xero_sync.demo.page.show import Show
from xero_sync.testing.standins.slack import CannotDo

LOOK_SECONDS: Final = 0.2
_TYPES: Final = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_ASSETS: Final = files("xero_sync.demo.page") / "assets"
_LARGEST_BODY: Final = 100_000
HEADERS: Final = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def page_app(show: Callable[[], Show], reset: Callable[[], Awaitable[None]], hosts: frozenset[str]) -> Starlette:
    """The app. show: the run on the page now. reset: everything anew. hosts: the names under which the page may be asked for; empty: any."""

    async def asset(request: Request) -> Response:
        name = request.path_params.get("name", "index.html")
        found = assets().get(name)
        if found is None:
            return Response("Not here.", 404, media_type="text/plain")
        return Response(found, media_type=_TYPES[f".{name.rpartition('.')[2]}"])

    async def events(_: Request) -> Response:
        return StreamingResponse(_changes(show), media_type="text/event-stream")

    async def raw(request: Request) -> Response:
        found = show().happened.raw(request.path_params["number"])
        if found is None:
            return JSONResponse({"problem": "This call is not kept any more."}, 404)
        return JSONResponse({"request": found[0], "reply": found[1]})

    async def do(request: Request) -> Response:
        try:
            body = _object(await request.body())
            if request.path_params["act"] == "reset":
                await reset()
                return JSONResponse({})
            act = ACTS.get(request.path_params["act"])
            if act is None:
                raise NotUnderstood
            return JSONResponse(await act(show(), body) or {})
        except NotUnderstood:
            return JSONResponse({"problem": "The page asked for something the demo does not know. Load the page again."}, 400)
        except (NotDone, CannotDo) as problem:
            # A refusal is an answer like any other: as an error the browser would complain of it.
            return JSONResponse({"problem": str(problem)})

    return Starlette(
        routes=[
            Route("/", asset),
            Route("/assets/{name}", asset),
            Route("/events", events),
            Route("/raw/{number:int}", raw),
            Route("/do/{act}", do, methods=["POST"]),
        ],
        middleware=[Middleware(Guard, hosts=hosts)],
    )


def assets() -> dict[str, bytes]:
    """What the page is made of, by file name."""
    return {path.name: path.read_bytes() for path in _ASSETS.iterdir() if path.name.endswith(tuple(_TYPES))}


class Guard:
    """Lets in what this page itself asks for: another site in the same browser can neither press here nor look."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(Request(scope))

        async def send_guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *((key.encode(), value.encode()) for key, value in HEADERS.items())]
            await send(message)

        app = Response(refusal, 403, media_type="text/plain") if refusal else self._app
        await app(scope, receive, send_guarded)

    def _refusal(self, request: Request) -> str:
        host = request.headers.get("host", "")
        if self._hosts and _name_of(f"//{host}") not in self._hosts:
            return "This name does not lead to the demo. Use the address it has printed."
        if request.headers.get("sec-fetch-site") == "cross-site" and request.headers.get("sec-fetch-mode") != "navigate":
            return "Another site cannot look here."
        if request.method == "GET":
            return ""
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return "The demo takes JSON from its own page."
        if request.headers.get("origin", "") != f"http://{host}":
            return "Another site cannot press here."
        if int(request.headers.get("content-length") or _LARGEST_BODY + 1) > _LARGEST_BODY:
            return "That is too much."
        return ""


def _name_of(address: str) -> str:
    try:
        return "" if "@" in address else urlsplit(address).hostname or ""
    except ValueError:
        return ""


async def _changes(show: Callable[[], Show]) -> AsyncIterator[str]:
    """The rows that differ from what this browser was sent last; None for a row that is gone."""
    sent: Mapping[str, Any] = {}
    shown: Show | None = None
    while True:
        now = show()
        is_new = now is not shown
        found = rows(now)
        changed = {key: row for key, row in found.items() if is_new or sent.get(key) != row}
        gone = dict.fromkeys(key for key in sent if key not in found)
        if changed or gone:
            yield f"data: {json.dumps({'is_new': is_new, 'rows': {**gone, **changed}}, ensure_ascii=False)}\n\n"
        sent, shown = found, now
        await asyncio.sleep(LOOK_SECONDS)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
        # Half a character can be written in JSON, and nowhere else.
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise NotUnderstood from None
    if not isinstance(body, dict):
        raise NotUnderstood
    return body
