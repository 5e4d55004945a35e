"""What answers over HTTP: health, Xero's webhooks, and Slack where it is not connected by Socket Mode.

Source: https://developer.xero.com/documentation/guides/webhooks/configuring-your-server
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from xero_sync.clock import Clock
from xero_sync.domain.lanes import rank
from xero_sync.errors import ConfigError
from xero_sync.log import logger
from xero_sync.reports.result import document_lists, last_check
from xero_sync.store.books import Books

HEALTH_PATH: Final = "/health"
XERO_PATH: Final = "/webhooks/xero"
LARGEST_BODY: Final = 1_000_000
BODY_SECONDS: Final = 4.0
"""Xero waits five seconds for the answer, and so much of it the sender may take."""
_LISTS: Final[Mapping[str, str]] = {"INVOICE": "invoices", "CREDITNOTE": "credit_notes"}

log = logger(__name__)


def web_app(
    *,
    books_by_tenant: Mapping[str, Books],
    webhook_key: str,
    wake: Callable[[str], None],
    clock: Clock,
    is_connected: Callable[[], Awaitable[bool]],
    slack_routes: Sequence[Route] = (),
) -> Starlette:
    """The app. books_by_tenant: by Xero tenant id. webhook_key: the signing key as Xero shows it, "" where no webhooks are set up."""

    async def health(_: Request) -> Response:
        """200 while Slack is connected and the books can be read, else 503. Says nothing of what is in them."""
        slack = "connected" if await is_connected() else "disconnected"
        try:
            checked_at = await _last_check(books_by_tenant.values())
        except ConfigError:
            return JSONResponse({"slack": slack, "books": "unreadable"}, status_code=503)
        last = checked_at.isoformat(timespec="seconds") if checked_at else None
        return JSONResponse({"slack": slack, "books": "readable", "last_check": last}, status_code=200 if slack == "connected" else 503)

    async def xero(request: Request) -> Response:
        """200 for a genuine notice, which is written down before the answer; 401 for any other. No body and no cookie, as Xero demands."""
        body = await request.body()
        if not webhook_key or not is_genuine(body, request.headers.get("x-xero-signature", ""), webhook_key):
            return Response(status_code=401)
        try:
            for tenant_id, lists in _named(body).items():
                if books := books_by_tenant.get(tenant_id):
                    await _write_down(books, lists, body, clock)
                    wake(books.connection_id)
        except ConfigError:
            # The books are busy: Xero comes again, and the timer finds the document in any case.
            return Response(status_code=503)
        return Response(status_code=200)

    return Starlette(
        routes=[Route(HEALTH_PATH, health), Route(XERO_PATH, xero, methods=["POST"]), *slack_routes],
        middleware=[Middleware(SmallBodies)],
    )


class SmallBodies:
    """Lets a request through once its body is here: 413 where it is too large, 408 where it does not come."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                is_whole = await _take_in(body, receive)
        except TimeoutError:
            await Response(status_code=408, headers={"connection": "close"})(scope, receive, send)
            return
        if not is_whole:
            await Response(status_code=413, headers={"connection": "close"})(scope, receive, send)
            return
        waiting: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def receive_again() -> Message:
            return waiting.pop() if waiting else await receive()

        await self._app(scope, receive_again, send)


async def _take_in(body: bytearray, receive: Receive) -> bool:
    """Read what is sent into `body`; False where it is too large."""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            return False
        if not message.get("more_body", False):
            return True


def is_genuine(body: bytes, signature: str, key: str) -> bool:
    """Whether Xero signed these very bytes. The key is used as shown, not base64-decoded."""
    expected = base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest())
    return hmac.compare_digest(expected, signature.encode("utf-8", "replace"))


async def _last_check(every: Iterable[Books]) -> datetime | None:
    """When documents were read last, by the connection where that is longest ago; None while one of them was never read."""
    found: list[datetime | None] = []
    for books in every:
        async with books.database.read() as db:
            found.append(last_check(document_lists(await books.mirror.lists(db))))
    known = [at for at in found if at is not None]
    return min(known) if known and len(known) == len(found) else None


def _named(body: bytes) -> dict[str, set[str]]:
    """Which of our lists of which organisation the notice is about; a notice only says where to look."""
    try:
        events: Any = json.loads(body).get("events", [])
    except (ValueError, AttributeError, RecursionError):
        log.warning("webhook.unread")
        return {}
    lists: dict[str, set[str]] = {}
    for event in events if isinstance(events, list) else ():
        if isinstance(event, dict) and (name := _LISTS.get(str(event.get("eventCategory")))):
            lists.setdefault(str(event.get("tenantId")), set()).add(name)
    return lists


async def _write_down(books: Books, lists: set[str], body: bytes, clock: Clock) -> None:
    """One row for the writer. The same notice sent again is one row."""
    async with books.database.listener_write() as db:
        await books.asked.put(
            db,
            lane=rank("webhook"),
            kind="webhook",
            body={"lists": sorted(lists)},
            person_id="",
            dedupe_key=f"xero:{hashlib.sha256(body).hexdigest()}",
            at=clock.now(),
        )
