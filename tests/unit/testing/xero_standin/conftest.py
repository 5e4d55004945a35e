"""One Xero stand-in and a client that asks it as an app would."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from xero_sync.testing.standins.xero import XeroStandIn

API = "/api.xro/2.0"


@dataclass
class Time:
    at: datetime = datetime(2026, 11, 25, 10, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.passes(seconds=seconds)

    def passes(self, **lapse: float) -> None:
        self.at += timedelta(**lapse)


class App:
    """An app connected to the organisation; `ask` goes to the accounting paths with a good token."""

    def __init__(self, xero: XeroStandIn, time: Time) -> None:
        self.xero, self.time = xero, time
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=xero.app), base_url="http://xero.test")
        token = xero.issues_token(seconds=10**7)
        self.headers = {"Authorization": f"Bearer {token}", "xero-tenant-id": xero.tenant_id, "Accept": "application/json"}

    async def ask(self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None, **query: Any) -> httpx.Response:
        return await self.client.request(method, API + path, json=body, headers=self.headers | (headers or {}), params=query)

    async def listed(self, kind: str, *, headers: dict[str, str] | None = None, **query: Any) -> list[dict[str, Any]]:
        reply = await self.ask("GET", f"/{kind}", headers=headers, **query)
        assert reply.status_code == 200, reply.text
        found: list[dict[str, Any]] = reply.json()[kind]
        return found


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def xero(time: Time) -> XeroStandIn:
    return XeroStandIn(now=time.now, sleep=time.sleep, day_limit=None, minute_limit=None)


@pytest.fixture
async def app(xero: XeroStandIn, time: Time) -> AsyncIterator[App]:
    app = App(xero, time)
    async with app.client:
        yield app


@pytest.fixture
def opened() -> Callable[[], AbstractAsyncContextManager[App]]:
    """Another stand-in, fresh and with nothing in it: `async with opened() as app`."""

    @asynccontextmanager
    async def open_one() -> AsyncIterator[App]:
        time = Time()
        app = App(XeroStandIn(now=time.now, sleep=time.sleep, day_limit=None, minute_limit=None), time)
        async with app.client:
            yield app

    return open_one
