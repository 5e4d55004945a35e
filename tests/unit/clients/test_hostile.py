"""Replies that nobody writes by accident, to every method: a right result or an errors.RemoteError, never another exception.

test_mutated_replies.py has the damage that JSON can say, test_huge_replies.py measures the memory; here is what is neither.
"""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.clients.test_mutated_replies import (
    EXAMPLES,
    SCORO_CALLS,
    XERO_CALLS,
    Answers,
    ask_scoro,
    ask_xero,
    mutate,
    scoro_says,
    service_with,
)

from xero_sync.clients.budget import xero_budget
from xero_sync.clients.oauth import ClientCredentials
from xero_sync.clients.xero import XeroClient
from xero_sync.errors import NotAllowed, RemoteError, UnexpectedReply

Ask = Callable[[Answers, Any], Awaitable[object]]
CALLS: list[Any] = [
    *(pytest.param(ask_xero, *XERO_CALLS[name], id=f"Xero {name}") for name in XERO_CALLS),
    *(pytest.param(ask_scoro, *SCORO_CALLS[name], id=f"Scoro {name}") for name in SCORO_CALLS),
]
LONGEST_SECONDS = 10
HEADERS = {"Content-Type": "application/json", "Date": "Wed, 25 Nov 2026 10:00:00 GMT"}
HERE = "the literal stands here"
LITERALS = {
    "beyond a float": b"1e999",
    "beyond a float, below zero": b"-1e999",
    "an exponent of nine digits": b"1E400000000",
    "not a number": b"NaN",
    "infinity": b"-Infinity",
    "5,000 digits": b"1" + b"0" * 5000,
    "4,200 digits": b"-1" + b"0" * 4200,
    "5,000 places": b"0." + b"1" * 5000,
    "an instant as a number": b"1795600800000",
    "half a character": b'"\\ud800"',
    "not UTF-8": b'"\xff\xfe"',
    "UTF-16": '"é"'.encode("utf-16"),
    "lists without end": b"[" * 100_000,
    "lists, 100,000 deep": b"[" * 100_000 + b"]" * 100_000,
    "objects, 100,000 deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "as deep as is read": b"[" * 190 + b"]" * 190,
    "one key twice": b'{"InvoiceID":"a","InvoiceID":"b"}',
}
ODD_HEADERS = [
    *(("Location", value) for value in ("http://xn--/", "javascript:1", "http://[", "//", "https://x:99999999/", "https://\xff.example/")),
    *(("Set-Cookie", value) for value in ("=;;;=", "a=b; max-age=1e999", "a=b; expires=Wed, 99 Nov 99999", "a=b; domain=..; path=\xff")),
    *(("Content-Encoding", value) for value in ("gzip", "deflate", "gzip, gzip", "odd", ",,,")),
    *(("Content-Length", value) for value in ("-1", "odd", "9" * 5000)),
    *(("Date", value) for value in ("Wed, 25 Nov 0001 10:00:00 +2359", "Wed, 25 Nov 9999 23:59:59 -2359", "1" * 5000, "\xff")),
    *(("Retry-After", value) for value in ("Wed, 25 Nov 9999 23:59:59 -2359", "\xb2", "1" * 19)),
    *(("X-DayLimit-Remaining", value) for value in ("9" * 19, "\xb2", "1e9")),
    ("cf-ray", "\xff" * 10_000),
    ("Content-Type", "\xff;json"),
]


def told(ask: Ask, body: Any, status: int, headers: dict[str, str], content: bytes) -> Answers:
    """The answer, and behind a list of Scoro the page that ends it."""
    raw: Any = {name.encode(): value.encode("latin-1") for name, value in (HEADERS | headers).items()}
    end = (200, HEADERS, json.dumps(scoro_says([])).encode())
    return [(status, raw, content), *([end] if ask is ask_scoro and isinstance(body["data"], list) else [])]


@pytest.mark.parametrize(("ask", "body", "call"), CALLS)
def test_given_a_value_that_json_cannot_say_when_called_then_it_is_a_result_or_a_remote_error(ask: Ask, body: Any, call: Any) -> None:
    @EXAMPLES
    @given(st.integers(0, 200), st.sampled_from(sorted(LITERALS)))
    def holds(number: int, literal: str) -> None:
        content = json.dumps(mutate(body, number, HERE, is_dropped=False)).encode().replace(f'"{HERE}"'.encode(), LITERALS[literal])
        asyncio.run(asyncio.wait_for(ask(told(ask, body, 200, {}, content), call), LONGEST_SECONDS))

    holds()


@pytest.mark.parametrize(("ask", "body", "call"), CALLS)
def test_given_an_odd_header_when_called_then_it_is_a_result_or_a_remote_error(ask: Ask, body: Any, call: Any) -> None:
    @EXAMPLES
    @given(st.sampled_from(ODD_HEADERS), st.sampled_from([200, 204, 301, 302, 400, 401, 404, 429, 503, 599]))
    def holds(header: tuple[str, str], status: int) -> None:
        answers = told(ask, body, status, dict([header]), json.dumps(body).encode())
        asyncio.run(asyncio.wait_for(ask(answers, call), LONGEST_SECONDS))

    holds()


@pytest.mark.parametrize("address", ["http://xn--/", "javascript:1", "https://elsewhere.example/"])
def test_given_a_redirect_when_called_then_it_is_not_followed_and_its_address_not_taken_apart(address: str) -> None:
    outcome = asyncio.run(ask_xero([(302, {"Location": address}, b"")], XERO_CALLS["organisation"][1]))

    assert isinstance(outcome, UnexpectedReply) and outcome.status == 302


def test_given_a_reply_packed_twice_when_called_then_it_is_not_unpacked() -> None:
    packed = gzip.compress(gzip.compress(json.dumps(XERO_CALLS["organisation"][0]).encode()))

    outcome = asyncio.run(ask_xero([(200, HEADERS | {"Content-Encoding": "gzip, gzip"}, packed)], XERO_CALLS["organisation"][1]))

    assert isinstance(outcome, UnexpectedReply)


def test_given_a_refusal_of_a_thousand_words_when_called_then_the_first_are_kept() -> None:
    body = {"status": "ERROR", "statusCode": 400, "messages": [f"No. {number}" for number in range(1000)]}

    outcome = asyncio.run(ask_scoro([(200, HEADERS, json.dumps(body).encode())], SCORO_CALLS["document"][1]))

    assert list(vars(outcome)["fields"].values()) == [f"No. {number}" for number in range(100)]


def test_given_a_bill_of_too_many_lines_when_viewed_then_it_is_no_answer() -> None:
    lines = [{"id": number, "sum": "0.00"} for number in range(1, 10_002)]
    body = scoro_says({**SCORO_CALLS["document"][0]["data"], "lines": lines})

    outcome = asyncio.run(ask_scoro([(200, HEADERS, json.dumps(body).encode())], SCORO_CALLS["put_on_project"][1]))

    assert isinstance(outcome, UnexpectedReply)


TOKEN = b'{"access_token":"at","expires_in":1800}'


async def asked_with_a_token(clock: Any, answers: Answers) -> object:
    auth = ClientCredentials("id", "cs", clock=clock, token_url="https://identity.example/connect/token")
    client = XeroClient.open(
        auth=auth, clock=clock, budget=xero_budget(clock), api_url="https://x.example", transport=service_with(answers)
    )
    try:
        return await client.organisation()
    except RemoteError as error:
        return error
    finally:
        await client.aclose()


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        pytest.param({}, b"[" + b"{}," * 1_000_000 + b"{}]", id="long"),
        pytest.param({}, b'{"access_token":"' + b"a" * 1_000_000 + b'"}', id="a long token"),
        pytest.param({"Content-Encoding": "gzip"}, gzip.compress(b" " * 10_000_000 + TOKEN), id="long once unpacked"),
        pytest.param({"Content-Encoding": "gzip, gzip"}, gzip.compress(gzip.compress(TOKEN)), id="packed twice"),
    ],
)
async def test_given_a_token_reply_that_is_too_long_when_called_then_it_is_no_answer(
    clock: Any, headers: dict[str, str], content: bytes
) -> None:
    outcome = await asked_with_a_token(clock, [(200, HEADERS | headers, content)])

    assert isinstance(outcome, UnexpectedReply)


async def test_given_a_refused_token_with_a_long_page_when_called_then_its_beginning_says_why(clock: Any) -> None:
    content = b'{"Detail":"AuthenticationUnsuccessful"}' + b" " * 1_000_000

    outcome = await asked_with_a_token(clock, [(200, HEADERS, TOKEN), (401, HEADERS, content)])

    assert isinstance(outcome, NotAllowed)


async def test_given_an_endless_token_reply_over_a_socket_when_called_then_its_beginning_is_read_and_the_connection_closed(
    clock: Any,
) -> None:
    closed = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:
                writer.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
                await writer.drain()
        except ConnectionError:
            closed.set()
        finally:
            writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        auth = ClientCredentials("id", "cs", clock=clock, token_url=f"{address}/connect/token")
        client = XeroClient.open(auth=auth, clock=clock, budget=xero_budget(clock), api_url=address)

        with pytest.raises(UnexpectedReply):
            await client.organisation()

        await asyncio.wait_for(closed.wait(), LONGEST_SECONDS)
        await client.aclose()
