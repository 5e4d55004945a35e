"""What goes over the wire between a client and a service, written down for the judge."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True)
class Exchange:
    """One question and its answer, as they went over the wire; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    status: int
    reply_headers: Mapping[str, str]
    reply: bytes

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"

    @property
    def json(self) -> Any:
        return json.loads(self.reply)


class Recorder:
    """An app with everything written down that is asked and answered."""

    def __init__(self, app: ASGIApp, exchanges: list[Exchange] | None = None) -> None:
        self.app = app
        self.exchanges: list[Exchange] = [] if exchanges is None else exchanges

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked: list[bytes] = []
        answer: list[Message] = []

        async def hear() -> Message:
            message = await receive()
            asked.append(message.get("body", b""))
            return message

        async def say(message: Message) -> None:
            answer.append(message)
            await send(message)

        await self.app(scope, hear, say)
        query = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
        start, parts = answer[0], b"".join(message.get("body", b"") for message in answer[1:])
        sent = b"".join(asked)
        exchange = Exchange(
            scope["method"], scope["path"], query, _read(scope["headers"]), sent, start["status"], _read(start["headers"]), parts
        )
        self.exchanges.append(exchange)


def _read(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
