"""What crosses the wire of a stand-in: every call recorded, faults put in on purpose."""

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Literal
from urllib.parse import parse_qsl

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BREAK_CONNECTION = "xero_sync.break_connection"  # the ASGI extension that `served.serve` offers
HTML_PAGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><h1>Error</h1></body></html>"


@dataclass
class Call:
    """One request as the service received it, and what it answered.

    headers: lower-case names; of Authorization only the scheme is kept.
    status: 0 while the call is unanswered, and for good where the connection was lost before the service acted.
    in_flight: calls open at this stand-in when this one arrived, itself included.
    """

    service: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    status: int
    at: datetime
    in_flight: int
    reply: bytes = b""


@dataclass
class Fault:
    """Something that goes wrong with the calls whose path, method and `when` agree.

    path: a regular expression for the whole path. after: so many matching calls pass first.
    times: how often it strikes; None until it is removed.
    status, body, html: the service does not act and this is answered instead; with `acts` it acts first.
    headers: laid over the headers of the answer, so alone they make a lying reply.
    drop: "before" the service acted, or "after", with the effect done and the reply lost.
    truncate_to: only so many bytes of the reply arrive, as if they were all.
    struck: how often it has happened.
    """

    path: str
    method: str | None = None
    times: int | None = 1
    after: int = 0
    status: int | None = None
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0
    drop: Literal["before", "after"] | None = None
    truncate_to: int | None = None
    html: bool = False
    when: Callable[[Call], bool] | None = None
    acts: bool = False
    struck: int = field(default=0, init=False)
    passed: int = field(default=0, init=False)

    def strikes(self, call: Call) -> bool:
        """True when this call is hit; counts what it let pass."""
        if self.times is not None and self.struck >= self.times:
            return False
        if self.method is not None and self.method.upper() != call.method:
            return False
        if re.fullmatch(self.path, call.path) is None or (self.when is not None and not self.when(call)):
            return False
        if self.passed < self.after:
            self.passed += 1
            return False
        self.struck += 1
        return True

    @property
    def replaces_reply(self) -> bool:
        """True when the caller gets this fault's answer instead of the service's."""
        return self.status is not None or self.body is not None or self.html


@dataclass
class _Reply:
    status: int = 0  # nobody has answered yet
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message.get("headers", []))
        elif message["type"] == "http.response.body" and message.get("body"):
            self.parts.append(message["body"])

    def set_header(self, name: str, value: str) -> None:
        key = name.lower().encode("latin-1")
        self.headers = [pair for pair in self.headers if pair[0].lower() != key] + [(key, value.encode("latin-1"))]


class Traffic:
    """A stand-in's ASGI app with its calls recorded in `calls` and the `faults` applied.

    The app finds the number of open calls in `scope["in_flight"]`. Each hook of `on_call` runs when a call is
    answered and before the caller sees it, so what a test plants there is in place by then.
    """

    def __init__(
        self,
        app: ASGIApp,
        service: str = "xero",
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.app = app
        self.service = service
        self.now = now
        self.sleep = sleep
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.on_call: list[Callable[[Call], Awaitable[None] | None]] = []
        self.delay_per_call_seconds = 0.0
        self.in_flight = 0

    def add(self, fault: Fault) -> Fault:
        """The fault, now in force behind those added before."""
        self.faults.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Ends the fault; one already removed is fine."""
        self.faults = [other for other in self.faults if other is not fault]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.in_flight += 1
        try:
            await self._handle(scope, receive, send)
        finally:
            self.in_flight -= 1

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        in_flight = self.in_flight
        call = _call_from(self.service, scope, await _body_of(receive), self.now(), in_flight)
        self.calls.append(call)
        fault = next((fault for fault in self.faults if fault.strikes(call)), Fault(path=""))
        seconds = self.delay_per_call_seconds + fault.delay_seconds
        if seconds > 0:
            await self.sleep(seconds)
        if fault.drop == "before":
            await self._finish(call)
            await _lose_connection(scope, receive)
            return
        reply = _Reply()
        if fault.acts or not fault.replaces_reply:
            await self.app({**scope, "in_flight": in_flight}, _replay(call.body), reply.take)
        _apply(fault, reply)
        reply.headers = [pair for pair in reply.headers if pair[0].lower() != b"date"]
        reply.set_header("date", format_datetime(call.at, usegmt=True))
        call.status, call.reply = reply.status, b"".join(reply.parts)
        await self._finish(call)
        if fault.drop == "after":
            await _lose_connection(scope, receive)
            return
        await send({"type": "http.response.start", "status": call.status, "headers": reply.headers})
        await send({"type": "http.response.body", "body": call.reply})

    async def _finish(self, call: Call) -> None:
        for hook in self.on_call:
            pending = hook(call)
            if inspect.isawaitable(pending):
                await pending


def _apply(fault: Fault, reply: _Reply) -> None:
    if fault.replaces_reply:
        acted = reply.status != 0
        if fault.status is not None or not acted:
            reply.status = fault.status or 200
        if fault.html or fault.body is not None or not acted:
            reply.parts = [fault.body if fault.body is not None else HTML_PAGE if fault.html else b""]
            reply.set_header("content-type", "text/html; charset=utf-8" if fault.html else "text/plain")
    if fault.truncate_to is not None:
        reply.parts = [b"".join(reply.parts)[: fault.truncate_to]]
    for name, value in fault.headers.items():
        reply.set_header(name, value)
    if "content-length" not in {name.lower() for name in fault.headers}:
        reply.set_header("content-length", str(sum(map(len, reply.parts))))


def _call_from(service: str, scope: Scope, body: bytes, at: datetime, in_flight: int) -> Call:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if "authorization" in headers:
        headers["authorization"] = headers["authorization"].split(" ", 1)[0]
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    return Call(service, scope["method"], scope["path"], query, headers, body, 0, at, in_flight)


async def _body_of(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    return receive


async def _lose_connection(scope: Scope, receive: Receive) -> None:
    """Over a socket the connection is cut; in-process the caller gets httpx's own error for that."""
    cut = (scope.get("extensions") or {}).get(BREAK_CONNECTION)
    if cut is None:
        raise httpx.ReadError("the connection was lost")
    cut()
    while (await receive())["type"] != "http.disconnect":
        pass
