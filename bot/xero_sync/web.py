"""What answers over HTTP: health, Xero's webhooks, and Slack where it is not connected by Socket Mode.

Source: https://developer.xero.com/documentation/guides/webhooks/configuring-your-server
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from xero_sync.clock import Clock
from xero_sync.domain.lanes import rank
from xero_sync.errors import ConfigError
from xero_sync.log import logger
from xero_sync.store.books import Books

XERO_PATH: Final = "/webhooks/xero"
LARGEST_BODY: Final = 1_000_000
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
        """200 while Slack is connected, else 503; nothing about the books."""
        is_well = await is_connected()
        return JSONResponse({"slack": "connected" if is_well else "disconnected"}, status_code=200 if is_well else 503)

    async def xero(request: Request) -> Response:
        """200 for a genuine notice, which is written down before the answer; 401 for any other. No body and no cookie, as Xero demands."""
        body = await _body(request)
        if body is None or not webhook_key or not is_genuine(body, request.headers.get("x-xero-signature", ""), webhook_key):
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

    return Starlette(routes=[Route("/health", health), Route(XERO_PATH, xero, methods=["POST"]), *slack_routes])


def is_genuine(body: bytes, signature: str, key: str) -> bool:
    """Whether Xero signed these very bytes. The key is used as shown, not base64-decoded."""
    expected = base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest())
    return hmac.compare_digest(expected, signature.encode("utf-8", "replace"))


async def _body(request: Request) -> bytes | None:
    """The raw bytes, None where there are too many."""
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > LARGEST_BODY:
            return None
    return bytes(found)


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
