"""How Xero runs the webhook of an app: it asks whether signatures are checked, posts what changed, and gives up after a day (section 5)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import httpx

from xero_sync.testing.standins.xero.notices import event_about, notice_of, signature_of
from xero_sync.testing.standins.xero.service import XeroStandIn
from xero_sync.testing.standins.xero.shelves import Shelves
from xero_sync.testing.standins.xero.wire import Fields, Record

ANSWER_WITHIN = timedelta(seconds=5)
RETRY_EVERY = timedelta(minutes=15)
GIVES_UP_AFTER = timedelta(hours=24)
KEPT = timedelta(days=31)


@dataclass
class Webhook:
    """One app's webhook. It hears of changes from the moment it is made; nothing is posted but by `confirms`, `work` and `repeats`.

    send: posts a body with its headers to the app's address. status: "unconfirmed" until `confirms`, "disabled" after a day of failures.
    answers: the status of every answer, in order.
    """

    xero: XeroStandIn
    key: str
    send: Callable[[bytes, dict[str, str]], Awaitable[httpx.Response]]
    status: Literal["unconfirmed", "ok", "disabled"] = "unconfirmed"
    answers: list[int] = field(default_factory=list)
    pending: list[tuple[datetime, Fields]] = field(default_factory=list)
    _sequence: int = 0
    _failing_since: datetime | None = None
    _next_try: datetime | None = None
    _last: tuple[bytes, dict[str, str]] | None = None

    def __post_init__(self) -> None:
        self.xero.listeners.append(self._hears)

    def _hears(self, books: Shelves, record: Record, event_type: str) -> None:
        self.pending.append((self.xero.now(), event_about(books, record, event_type)))

    async def confirms(self) -> bool:
        """Asks for the intent to receive, as when the webhook is made, moved or enabled again; what waits is then due at once."""
        is_right = True
        for body, headers, expected in self.xero.intents_to_receive(self.key):
            is_right &= await self._posted(body, headers, expected)
        if is_right:
            self.status, self._failing_since, self._next_try = "ok", None, None
        return is_right

    async def work(self) -> bool:
        """Posts what is due in one notice, in order; False where the app did not take it. Then once more, and later every 15 minutes."""
        now, latency = self.xero.now(), timedelta(seconds=self.xero.switches.notice_latency_seconds)
        self.pending = [(at, event) for at, event in self.pending if now - at <= KEPT]
        due = [event for at, event in self.pending if now - at >= latency]
        if self.status != "ok" or not due or (self._next_try is not None and now < self._next_try):
            return True
        body = notice_of(due, self._sequence + 1, self.xero.new_id("notice").replace("-", "")[:20].upper())
        headers = {"content-type": "application/json", "x-xero-signature": signature_of(body, self.key)}
        if await self._posted(body, headers, 200) or (self._failing_since is None and await self._posted(body, headers, 200)):
            self._last = body, headers
            self._sequence += len(due)
            self.pending = [(at, event) for at, event in self.pending if now - at < latency]
            self._failing_since, self._next_try = None, None
            return True
        self._failing_since, self._next_try = self._failing_since or now, now + RETRY_EVERY
        if now - self._failing_since >= GIVES_UP_AFTER:
            self.status = "disabled"
        return False

    async def repeats(self) -> bool:
        """The last notice once more: Xero delivers at least once."""
        return self._last is None or await self._posted(*self._last, 200)

    async def _posted(self, body: bytes, headers: dict[str, str], expected: int) -> bool:
        """Whether the answer is the right one: in five seconds, without body and cookie."""
        sent_at = self.xero.now()
        try:
            answer = await self.send(body, headers)
        except httpx.TransportError:
            self.answers.append(0)
            return False
        self.answers.append(answer.status_code)
        is_bare = not answer.content and "set-cookie" not in answer.headers
        return answer.status_code == expected and is_bare and self.xero.now() - sent_at <= ANSWER_WITHIN
