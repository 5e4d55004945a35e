"""A clock that jumps, both stand-ins, our clients on them, and a service that answers what a test says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from xero_sync.clients.budget import scoro_budget, xero_app_budget, xero_budget
from xero_sync.clients.oauth import BearerToken, ClientCredentials
from xero_sync.clients.scoro import ScoroClient
from xero_sync.clients.xero import XeroClient
from xero_sync.testing.standins.scoro import ScoroStandIn
from xero_sync.testing.standins.xero import XeroStandIn

START = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


class JumpingClock:
    """A sleep takes no time and moves the clock on; `slept` adds them up."""

    def __init__(self) -> None:
        self.moment = START
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_(seconds=seconds)
        await asyncio.sleep(0)

    def pass_(self, **time: float) -> None:
        self.moment += timedelta(**time)


class Script:
    """A service that gives the next answer of a list, the last one again and again. `asked` keeps the requests."""

    def __init__(self, answers: Iterable[httpx.Response | Exception]) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(answer.content))


def as_json(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    """A reply with a JSON body, dated by the clock's start as a server would."""
    shown = {"Content-Type": "application/json; charset=utf-8", "Date": "Wed, 25 Nov 2026 10:00:00 GMT"}
    shown |= {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=shown, content=json.dumps(body).encode())


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


@pytest.fixture
def reply() -> Callable[..., httpx.Response]:
    return as_json


@pytest.fixture
def xero(clock: JumpingClock) -> XeroStandIn:
    return XeroStandIn(now=clock.now, sleep=clock.sleep)


@pytest.fixture
async def xero_client(clock: JumpingClock, xero: XeroStandIn) -> AsyncIterator[XeroClient]:
    """Our client as a custom connection of the stand-in."""
    auth = ClientCredentials(xero.client_id, xero.client_secret, clock=clock, token_url="https://identity.example/connect/token")
    client = XeroClient.open(
        auth=auth,
        clock=clock,
        budget=xero_budget(clock, per_day=5000),
        app_budget=xero_app_budget(clock),
        tenant_id=xero.tenant_id,
        api_url="https://xero.example",
        transport=httpx.ASGITransport(xero.app),
    )
    yield client
    await client.aclose()


@pytest.fixture
async def scripted_xero(clock: JumpingClock) -> AsyncIterator[Callable[..., tuple[XeroClient, Script]]]:
    """Makes a client whose service gives these answers."""
    made: list[XeroClient] = []

    def make(*answers: httpx.Response | Exception) -> tuple[XeroClient, Script]:
        script = Script(answers)
        client = XeroClient.open(
            auth=BearerToken("at-invented"),
            clock=clock,
            budget=xero_budget(clock, per_day=5000),
            app_budget=xero_app_budget(clock),
            tenant_id="tenant-1",
            api_url="https://xero.example",
            transport=httpx.MockTransport(script),
        )
        made.append(client)
        return client, script

    yield make
    for client in made:
        await client.aclose()


@pytest.fixture
def scoro(clock: JumpingClock) -> ScoroStandIn:
    return ScoroStandIn(now=clock.now, sleep=clock.sleep)


@pytest.fixture
async def scoro_client(clock: JumpingClock, scoro: ScoroStandIn) -> AsyncIterator[ScoroClient]:
    client = ScoroClient.open(
        base_url="https://ferrowpike.example",
        api_key=scoro.api_key,
        company_account_id=scoro.entity,
        clock=clock,
        budget=scoro_budget(clock),
        transport=httpx.ASGITransport(scoro.app),
    )
    yield client
    await client.aclose()


@pytest.fixture
async def scripted_scoro(clock: JumpingClock) -> AsyncIterator[Callable[..., tuple[ScoroClient, Script]]]:
    """Makes a client whose site gives these answers."""
    made: list[ScoroClient] = []

    def make(*answers: httpx.Response | Exception) -> tuple[ScoroClient, Script]:
        script = Script(answers)
        client = ScoroClient.open(
            base_url="https://ferrowpike.example",
            api_key="ScoroAPI_0123456789abcde",
            company_account_id="ferrowpike",
            clock=clock,
            budget=scoro_budget(clock),
            transport=httpx.MockTransport(script),
        )
        made.append(client)
        return client, script

    yield make
    for client in made:
        await client.aclose()
