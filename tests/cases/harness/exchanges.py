"""Scripted replies, laid over a stand-in's app: what fits is answered by the script, everything else by the stand-in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Json = dict[str, Any]
BASES = {"xero": "/api.xro/2.0", "scoro": "/api/v2"}


@dataclass
class Scripted:
    """An app with a script over it. effects: what the service holds once a scripted write was made. page_size: no page is larger.

    A scripted read stands for good, or between its times; a scripted write is used once, unless it says `repeat`.
    """

    app: ASGIApp
    service: str
    exchanges: Iterable[Json]
    now: Callable[[], datetime]
    sleep: Callable[[float], Any]
    effect: Callable[[Json, Json], None]
    page_size: int | None = None
    used: set[int] = field(default_factory=set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        found = self._fitting(scope, body)
        if found is None:
            await self.app(self._paged(scope), _again(body), send)
            return
        place, exchange = found
        response = exchange.get("response") or {}
        if self._is_write(scope):
            self.used.add(place)
        await self.sleep(float(response.get("delay_seconds") or 0))
        if set(response) <= {"delay_seconds"}:
            await self.app(self._paged(scope), _again(body), send)
            return
        status = int(response.get("status") or 200)
        if self._is_write(scope):
            self.effect(exchange, response if 200 <= status < 300 else {})
        content, kind = _content(response)
        headers = {"content-type": kind, **{name.lower(): str(value) for name, value in (response.get("headers") or {}).items()}}
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": content})

    def _fitting(self, scope: Scope, body: bytes) -> tuple[int, Json] | None:
        for place, exchange in enumerate(self.exchanges):
            if place in self.used and not exchange.get("repeat"):
                continue
            if exchange.get("service", "xero") == self.service and self._stands(exchange) and self._fits(exchange["request"], scope, body):
                return place, exchange
        return None

    def _stands(self, exchange: Json) -> bool:
        now = self.now()
        begins, ends = exchange.get("from"), exchange.get("until")
        return (begins is None or instant(begins) <= now) and (ends is None or now < instant(ends))

    def _fits(self, request: Json, scope: Scope, body: bytes) -> bool:
        if request.get("method", scope["method"]).upper() != scope["method"]:
            return False
        path = str(request.get("path", "/*"))
        wanted = urlsplit(path).path if "://" in path else BASES[self.service] + path
        if not (scope["path"].startswith(wanted[:-1]) if wanted.endswith("*") else scope["path"] == wanted):
            return False
        query = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        asked = {name.lower(): value for name, value in (request.get("headers") or {}).items()}
        return _has(query, request.get("query") or {}) and _has(headers, asked) and _has(_read(body), request.get("body") or {})

    def _is_write(self, scope: Scope) -> bool:
        # Scoro is asked by POST for everything.
        return any(word in scope["path"] for word in ("/modify", "/delete")) if self.service == "scoro" else scope["method"] != "GET"

    def _paged(self, scope: Scope) -> Scope:
        if not self.page_size:
            return scope
        query = [(key, str(self.page_size) if key == "pageSize" else value) for key, value in parse_qsl(scope["query_string"].decode())]
        return {**scope, "query_string": "&".join(f"{key}={value}" for key, value in query).encode()}


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _has(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(
        (key not in found) if value is None else (found.get(key) == value or str(found.get(key)) == str(value))
        for key, value in wanted.items()
    )


def _content(response: Json) -> tuple[bytes, str]:
    if "body_text" in response:
        return str(response["body_text"]).encode(), "text/plain"
    return json.dumps(response.get("body")).encode() if "body" in response else b"", "application/json"


def _read(body: bytes) -> Json:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return dict(parse_qsl(body.decode("latin-1")))
    return found if isinstance(found, dict) else {}


async def _body(receive: Receive) -> bytes:
    parts = b""
    while True:
        message = await receive()
        parts += message.get("body", b"")
        if not message.get("more_body", False):
            return parts


def _again(body: bytes) -> Receive:
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return left.pop() if left else {"type": "http.disconnect"}

    return receive
