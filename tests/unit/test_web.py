"""The door over HTTP: Xero's notices are taken as Xero demands, health says what a host needs to know, and nothing large gets in."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from xero_sync import web
from xero_sync.store.asked import InboxRow
from xero_sync.store.books import Books
from xero_sync.store.database import Database
from xero_sync.store.mirror import ListState
from xero_sync.testing.clock import SteppedClock
from xero_sync.web import LARGEST_BODY, web_app

KEY = "tXbPbJ2mJd1Vk+standin/key=="
TENANT = "6f1c0b1e-tenant"
# Xero's own spacing: a body that is read and written again has another signature.
NOTHING = b'{"events":[],"firstEventSequence": 0,"lastEventSequence": 0, "entropy": "QXWVFRTNOLVPAWHQGGHX"}'


def notice(*categories: str, tenant_id: str = TENANT) -> bytes:
    events = [{"resourceId": "b7d0", "tenantId": tenant_id, "eventCategory": name, "eventType": "UPDATE"} for name in categories]
    return json.dumps({"events": events, "firstEventSequence": 1, "lastEventSequence": len(events), "entropy": "S0m3"}).encode()


def signed(body: bytes, key: str = KEY) -> dict[str, str]:
    return {"x-xero-signature": base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()}


async def echo(request: Request) -> Response:
    return PlainTextResponse(f"{len(await request.body())}")


@dataclass
class Door:
    """The app in-process, on the books of one connection."""

    books: Books
    clock: SteppedClock
    is_connected: bool = True
    wakes: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def client(self, key: str = KEY) -> AsyncIterator[httpx.AsyncClient]:
        async def slack_is_connected() -> bool:
            return self.is_connected

        app = web_app(
            books_by_tenant={TENANT: self.books},
            webhook_key=key,
            wake=self.wakes.append,
            clock=self.clock,
            is_connected=slack_is_connected,
            slack_routes=[Route("/slack/events", echo, methods=["POST"])],
        )
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot.test") as client:
            yield client

    async def sends(self, body: bytes, headers: dict[str, str], *, key: str = KEY) -> httpx.Response:
        async with self.client(key) as client:
            return await client.post("/webhooks/xero", content=body, headers=headers)

    async def health(self) -> tuple[int, Any]:
        async with self.client() as client:
            response = await client.get("/health")
        return response.status_code, response.json()

    async def rows(self) -> list[InboxRow]:
        async with self.books.database.write() as db:
            return await self.books.asked.take(db, 10)


@pytest.fixture
def door(database: Database, clock: SteppedClock) -> Door:
    return Door(Books(database, "ferrow"), clock)


# Xero's notices.


async def test_given_a_genuine_notice_when_it_comes_then_it_is_a_row_in_the_inbox_and_the_writer_is_woken(door: Door) -> None:
    body = notice("INVOICE")

    answer = await door.sends(body, signed(body))

    (row,) = await door.rows()
    assert (answer.status_code, row.kind, row.body, row.person_id) == (200, "webhook", {"lists": ["invoices"]}, "")
    assert door.wakes == ["ferrow"]


async def test_given_a_notice_when_it_is_taken_then_the_answer_has_no_body_and_no_cookie(door: Door) -> None:
    body = notice("CREDITNOTE")

    answers = [await door.sends(body, signed(body)), await door.sends(body, signed(body, "another key"))]

    assert [(answer.status_code, answer.content, "set-cookie" in answer.headers) for answer in answers] == [
        (200, b"", False),
        (401, b"", False),
    ]


async def test_given_a_notice_about_both_kinds_when_it_comes_then_one_row_names_both_lists(door: Door) -> None:
    body = notice("INVOICE", "CREDITNOTE", "INVOICE", "CONTACT", "PREPAYMENT")

    await door.sends(body, signed(body))

    assert [row.body for row in await door.rows()] == [{"lists": ["credit_notes", "invoices"]}]


async def test_given_a_notice_that_was_taken_when_xero_sends_it_again_then_it_is_still_one_row(door: Door) -> None:
    body = notice("INVOICE")

    answers = [(await door.sends(body, signed(body))).status_code for _ in range(3)]

    assert (answers, len(await door.rows())) == ([200, 200, 200], 1)


async def test_given_xeros_intent_to_receive_when_signed_or_not_then_each_gets_the_answer_xero_looks_for(door: Door) -> None:
    right = signed(NOTHING)["x-xero-signature"]
    wrong = ("A" if right[0] != "A" else "B") + right[1:]

    answers = [(await door.sends(NOTHING, {"x-xero-signature": each})).status_code for each in (wrong, right, wrong, wrong)]

    assert (answers, await door.rows(), door.wakes) == ([401, 200, 401, 401], [], [])


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(notice("INVOICE"), {}, id="no signature"),
        pytest.param(notice("INVOICE"), {"x-xero-signature": ""}, id="empty signature"),
        pytest.param(notice("INVOICE"), {"x-xero-signature": "ä"}, id="no base64"),
        pytest.param(notice("INVOICE"), signed(notice("CREDITNOTE")), id="the signature of another notice"),
        pytest.param(NOTHING.replace(b": 0", b":0"), signed(NOTHING), id="written again with other spaces"),
    ],
)
async def test_given_what_xero_did_not_sign_when_it_comes_then_it_is_turned_away(door: Door, body: bytes, headers: dict[str, str]) -> None:
    raw = {name: value.encode() for name, value in headers.items()}

    async with door.client() as client:
        answer = await client.post("/webhooks/xero", content=body, headers=raw)

    assert (answer.status_code, await door.rows()) == (401, [])


async def test_given_no_key_is_set_when_a_notice_is_signed_with_nothing_then_it_is_turned_away(door: Door) -> None:
    body = notice("INVOICE")

    answer = await door.sends(body, signed(body, ""), key="")

    assert (answer.status_code, await door.rows()) == (401, [])


async def test_given_another_organisation_when_its_notice_comes_then_it_is_taken_and_left_alone(door: Door) -> None:
    body = notice("INVOICE", tenant_id="somebody-else")

    answer = await door.sends(body, signed(body))

    assert (answer.status_code, await door.rows(), door.wakes) == (200, [], [])


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"7", b"null", b'"events"', b"\xff\xfe", b'{"events": 7}', b'{"events": [7, {}, {"eventCategory": []}]}', b"[" * 100_000],
    ids=["empty", "list", "number", "null", "text", "no UTF-8", "events a number", "odd events", "deep"],
)
async def test_given_a_signed_body_that_is_no_notice_when_it_comes_then_it_is_taken_and_nothing_follows(door: Door, body: bytes) -> None:
    answer = await door.sends(body, signed(body))

    assert (answer.status_code, await door.rows(), door.wakes) == (200, [], [])


async def test_given_the_books_are_busy_when_a_notice_comes_then_xero_is_asked_to_come_again(
    sqlite_template: Path, tmp_path: Path, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xero_sync.store.database.LISTENER_BUSY_SECONDS", 0.01)
    file = shutil.copy(sqlite_template, tmp_path / "books.db")
    database = Database(f"sqlite:///{file}", clock=clock)
    door, body = Door(Books(database, "ferrow"), clock), notice("INVOICE")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        answer = await door.sends(body, signed(body))

    assert (answer.status_code, answer.content, door.wakes) == (503, b"", [])
    await database.close()


async def test_given_a_notice_when_it_is_asked_for_instead_of_sent_then_it_is_no_page(door: Door) -> None:
    async with door.client() as client:
        answer = await client.get("/webhooks/xero")

    assert answer.status_code == 405


# Size.


@pytest.mark.parametrize("path", ["/webhooks/xero", "/slack/events", "/health"])
async def test_given_a_body_that_is_too_large_when_it_comes_then_nobody_reads_it(door: Door, path: str) -> None:
    async with door.client() as client:
        answer = await client.post(path, content=b" " * (LARGEST_BODY + 1))

    assert (answer.status_code, answer.content) == (413, b"")


async def test_given_a_body_of_the_largest_size_when_it_comes_in_pieces_then_slacks_listener_has_all_of_it(door: Door) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield b" " * (LARGEST_BODY // 4)

    async with door.client() as client:
        answer = await client.post("/slack/events", content=pieces())

    assert answer.text == f"{LARGEST_BODY}"


async def test_given_a_body_that_does_not_come_when_xero_would_have_given_up_then_it_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "BODY_SECONDS", 0.01)
    sent: list[Any] = []

    async def never() -> Any:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    await web.SmallBodies(web_app_that_nobody_reaches)({"type": "http"}, never, send)

    assert sent[0]["status"] == 408


async def web_app_that_nobody_reaches(*_: Any) -> None:
    raise AssertionError("a body that is not here was handed on")


# Health.


async def test_given_a_bot_that_works_when_asked_for_its_health_then_it_says_when_it_looked_last(door: Door) -> None:
    async with door.books.database.write() as db:
        for name, minutes in (("invoices", 1), ("credit_notes", 9), ("projects", 0)):
            read_at = door.clock.now() - timedelta(minutes=minutes)
            await door.books.mirror.put_list(db, ListState(name, door.clock.now(), last_read_at=read_at))

    status, told = await door.health()

    assert (status, told) == (200, {"slack": "connected", "books": "readable", "last_check": "2026-11-24T09:59:00+00:00"})


async def test_given_a_bot_that_has_not_looked_yet_when_asked_then_it_is_well_all_the_same(door: Door) -> None:
    status, told = await door.health()

    assert (status, told["last_check"]) == (200, None)


async def test_given_slack_is_gone_when_asked_for_its_health_then_it_is_not_well(door: Door) -> None:
    door.is_connected = False

    status, told = await door.health()

    assert (status, told["slack"]) == (503, "disconnected")


async def test_given_books_that_cannot_be_read_when_asked_for_its_health_then_it_is_not_well_and_says_no_more(
    tmp_path: Path, clock: SteppedClock
) -> None:
    (tmp_path / "books.db").write_bytes(b"no database at all, and long enough to be looked at as one" * 40)
    database = Database(f"sqlite:///{tmp_path / 'books.db'}", clock=clock)

    status, told = await Door(Books(database, "ferrow"), clock).health()

    assert (status, told) == (503, {"slack": "connected", "books": "unreadable"})
    await database.close()
