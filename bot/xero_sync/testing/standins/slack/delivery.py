"""How a payload reaches the app: over a Socket Mode websocket, or by signed HTTP. The answer is the same."""

import asyncio
import hashlib
import hmac
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Protocol
from urllib.parse import urlencode

import httpx
from starlette.websockets import WebSocket, WebSocketDisconnect

from xero_sync.testing.standins.slack.shapes import Json

NO_ANSWER_IN_TIME = "operation_timeout"
NOT_DELIVERED = "dispatch_failed"
MOST_CONNECTIONS = 10  # of one app (Slack: section 2)


@dataclass(frozen=True)
class Reply:
    """What the app answered at once (`body`, None for a bare ack), or what Slack tells the person instead (`error`)."""

    body: Json | None = None
    error: str | None = None


class Delivery(Protocol):
    async def deliver(self, envelope: str, payload: Json, retry: int = 0, reason: str = "timeout") -> Reply:
        """Send the payload and wait for the ack. envelope: slash_commands, interactive or events_api. reason: why it is sent again."""
        ...


@dataclass
class SocketMode:
    """The stand-in's end of Socket Mode.

    tickets: the urls handed out by apps.connections.open that nobody has used. opened: connections ever made.
    """

    app_id: str
    ack_seconds: float
    changed: Callable[[], None]
    connections: list[WebSocket] = field(default_factory=list)
    tickets: set[str] = field(default_factory=set)
    opened: int = 0
    _waiting: dict[str, tuple[WebSocket, asyncio.Future[Reply]]] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def new_ticket(self) -> str:
        """The last part of a websocket url that works once."""
        ticket = f"ticket-{next(self._numbers)}"
        self.tickets.add(ticket)
        return ticket

    async def link(self, socket: WebSocket) -> None:
        """One connection, from hello to goodbye."""
        ticket = socket.path_params["ticket"]
        if ticket not in self.tickets or len(self.connections) >= MOST_CONNECTIONS:
            await socket.close()
            return
        self.tickets.remove(ticket)
        await socket.accept()
        self.connections.append(socket)
        self.opened += 1
        hello = {"type": "hello", "num_connections": len(self.connections), "connection_info": {"app_id": self.app_id}}
        try:
            await socket.send_json({**hello, "debug_info": {"host": "standin", "approximate_connection_time": 18060}})
            self.changed()
            async for received in socket.iter_text():
                self._acknowledge(json.loads(received))
        except WebSocketDisconnect:
            return
        finally:
            self._forget(socket)

    def _acknowledge(self, answer: Json) -> None:
        _, waiting = self._waiting.get(str(answer.get("envelope_id")), (None, None))
        if waiting is not None and not waiting.done():
            waiting.set_result(Reply(answer.get("payload") or None))

    def _forget(self, socket: WebSocket) -> None:
        if socket in self.connections:
            self.connections.remove(socket)
        for owner, waiting in self._waiting.values():
            if owner is socket and not waiting.done():
                waiting.set_result(Reply(error=NOT_DELIVERED))
        self.changed()

    async def deliver(self, envelope: str, payload: Json, retry: int = 0, reason: str = "timeout") -> Reply:
        if not self.connections:
            return Reply(error=NOT_DELIVERED)
        # Slack gives each payload to one connection, whichever it likes: here they take turns.
        socket = self.connections.pop(0)
        self.connections.append(socket)
        envelope_id = f"envelope-{next(self._numbers)}"
        content: Json = {
            "envelope_id": envelope_id,
            "type": envelope,
            "payload": payload,
            "accepts_response_payload": envelope != "events_api",
        }
        if retry:
            content |= {"retry_attempt": retry, "retry_reason": reason}
        waiting: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = (socket, waiting)
        try:
            await socket.send_json(content)
            return await asyncio.wait_for(waiting, self.ack_seconds)
        except TimeoutError:
            return Reply(error=NO_ANSWER_IN_TIME)
        except (WebSocketDisconnect, RuntimeError):  # Starlette's two ways to say that the other end has gone
            self._forget(socket)
            return Reply(error=NOT_DELIVERED)
        finally:
            del self._waiting[envelope_id]

    async def ask_to_reconnect(self, reason: str) -> None:
        """Every connection is told to go away, as Slack does every few hours.

        None gets payloads any more; acks still count until the app has closed its end.
        """
        leaving, self.connections[:] = list(self.connections), []
        self.changed()
        for socket in leaving:
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "standin"}})

    async def lose_connections(self) -> None:
        """Every connection is closed without a word."""
        for socket in list(self.connections):
            self._forget(socket)
            await socket.close(1011)


@dataclass
class SignedHttp:
    """Requests to the app's request url, signed as Slack signs them.

    now: for the signature, which the app compares with its own clock: five minutes apart is too old (Slack: section 2).
    """

    url: str
    signing_secret: str
    ack_seconds: float
    now: Callable[[], datetime]

    async def deliver(self, envelope: str, payload: Json, retry: int = 0, reason: str = "timeout") -> Reply:
        body, content_type = _encoded(envelope, payload)
        headers = {"content-type": content_type, **self._signature(body)}
        if retry:
            headers |= {"x-slack-retry-num": str(retry), "x-slack-retry-reason": f"http_{reason}"}
        try:
            # A request url on loopback is plain http: without certificates a client is made forty times faster.
            transport = httpx.AsyncHTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), trust_env=False)
            async with httpx.AsyncClient(transport=transport, timeout=self.ack_seconds) as client:
                response = await client.post(self.url, content=body, headers=headers)
        except httpx.TimeoutException:
            return Reply(error=NO_ANSWER_IN_TIME)
        except httpx.TransportError:
            return Reply(error=NOT_DELIVERED)
        if response.status_code != httpx.codes.OK:
            return Reply(error=NOT_DELIVERED)
        if response.headers.get("content-type", "").startswith("application/json"):
            return Reply(response.json() or None)
        return Reply({"text": response.text} if response.text else None)

    def _signature(self, body: str) -> dict[str, str]:
        timestamp = str(int(self.now().timestamp()))
        digest = hmac.new(self.signing_secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256)
        return {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={digest.hexdigest()}"}


def _encoded(envelope: str, payload: Json) -> tuple[str, str]:
    if envelope == "events_api":
        return json.dumps(payload), "application/json"
    form = payload if envelope == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(form), "application/x-www-form-urlencoded"
