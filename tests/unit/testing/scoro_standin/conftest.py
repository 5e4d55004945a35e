"""A Scoro stand-in under a clock that stands still, and somebody who asks it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from xero_sync.testing.standins.scoro import ScoroStandIn

AGENT = {"User-Agent": "xero-sync tests"}


class StoppedClock:
    """Moves when a test moves it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def passes(self, **by: float) -> None:
        self.at += timedelta(**by)


class Asking:
    """Asks Scoro as a client with the company key does."""

    def __init__(self, scoro: ScoroStandIn, http: httpx.AsyncClient) -> None:
        self.scoro = scoro
        self.http = http

    async def __call__(self, path: str, **top_level: Any) -> httpx.Response:
        body = {"apiKey": self.scoro.api_key, "company_account_id": self.scoro.entity, "request": {}} | top_level
        return await self.http.post(f"/api/v2/{path}", json=body)

    async def answer(self, path: str, **top_level: Any) -> Any:
        """The `data` of an OK reply."""
        reply = (await self(path, **top_level)).json()
        assert reply["status"] == "OK", reply
        return reply["data"]


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def scoro(clock: StoppedClock) -> ScoroStandIn:
    return ScoroStandIn(now=clock.now, calls_per_window=None)


@pytest.fixture
async def ask(scoro: ScoroStandIn) -> AsyncIterator[Asking]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=scoro.app), base_url="http://scoro.test", headers=AGENT) as http:
        yield Asking(scoro, http)
