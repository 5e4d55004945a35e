"""One call: how it is sent, what counts as an answer, what is tried again."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from xero_sync.clients import http
from xero_sync.clients.budget import Budget, Limits
from xero_sync.clients.http import Ask, Reply, Wire, check_address, check_secret, parse_http_date, saying
from xero_sync.errors import ConfigError, RateLimited, Unavailable, UnexpectedReply

URL = "https://service.example/things"
PAGE = b"<!DOCTYPE html><html><body>Service Unavailable</body></html>"
Make = Callable[..., tuple[Wire, list[httpx.Request]]]
Answer = Callable[[], httpx.Response]


@pytest.fixture
async def wired(clock: Any) -> AsyncIterator[Make]:
    """Makes a wire whose service gives the next answer of a list, and the list of what it was asked."""
    made: list[Wire] = []

    def make(*answers: Answer | Exception) -> tuple[Wire, list[httpx.Request]]:
        asked: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            given = answers[min(len(asked), len(answers)) - 1]
            if isinstance(given, Exception):
                raise given
            return given()

        wire = Wire("xero", "Xero", clock=clock, transport=httpx.MockTransport(answer))
        made.append(wire)
        return wire, asked

    yield make
    for wire in made:
        await wire.aclose()


def read_json(reply: Reply) -> Any:
    if reply.status == 429:
        raise reply.rate_limited("minute", otherwise_seconds=60)
    if reply.status >= 500:
        raise reply.unavailable()
    return reply.json()


def answer(content: bytes = b'{"a":1}', status: int = 200, content_type: str = "application/json", **headers: str) -> Answer:
    """A reply as it comes off the wire, made anew for every call."""
    shown = {"Content-Type": content_type} | {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: httpx.Response(status, headers=shown, stream=httpx.ByteStream(content))


async def read(wire: Wire, *budgets: Budget) -> Any:
    return await wire.read(Ask("GET", URL), read_json, budgets=budgets, lane="changed")


async def test_given_a_good_answer_when_read_then_its_json_is_returned(wired: Make) -> None:
    wire, _ = wired(answer())

    body = await read(wire)

    assert body == {"a": 1}


async def test_given_any_call_when_sent_then_it_names_this_program_and_asks_for_json(wired: Make) -> None:
    wire, asked = wired(answer())

    await read(wire)

    assert asked[0].headers["user-agent"].startswith("xero-sync/") and asked[0].headers["accept"] == "application/json"


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(answer(PAGE, content_type="text/html"), id="HTML"),
        pytest.param(answer(PAGE), id="HTML that says it is JSON"),
        pytest.param(answer(b'{"a":1}', content_type="text/html"), id="JSON that says it is HTML"),
        pytest.param(answer(b"<?xml version='1.0'?><Response/>", content_type="application/xml"), id="XML"),
        pytest.param(answer(b"\xef\xbb\xbf <Response/>"), id="XML behind a byte order mark"),
        pytest.param(answer(b""), id="nothing"),
        pytest.param(answer(b" \n"), id="blanks"),
        pytest.param(answer(b'{"a":[1,2'), id="cut off"),
        pytest.param(answer(b'{"a":"\xff\xfe"}'), id="not UTF-8"),
        pytest.param(answer(b"[" * 100_000), id="nested without end"),
        pytest.param(answer(b'{"a":NaN}'), id="not a number"),
        pytest.param(answer(b'{"a":' + b"9" * 100_000 + b"}"), id="a number of 100,000 digits"),
        pytest.param(answer(b"not gzip", Content_Encoding="gzip"), id="a lying Content-Encoding"),
        pytest.param(answer(b"moved", 302, Location="https://elsewhere.example/"), id="a redirect"),
    ],
)
async def test_given_no_answer_in_the_reply_when_read_then_it_is_unexpected_and_not_asked_again(wired: Make, given: Answer) -> None:
    wire, asked = wired(given)

    with pytest.raises(UnexpectedReply):
        await read(wire)

    assert len(asked) == 1


async def test_given_an_endless_reply_when_read_then_it_is_given_up(wired: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_REPLY_BYTES", 1000)
    wire, _ = wired(answer(gzip.compress(b'"' + b"x" * 5000 + b'"'), Content_Encoding="gzip"))

    with pytest.raises(UnexpectedReply, match="more than can be read"):
        await read(wire)


async def test_given_a_service_that_never_ends_its_reply_when_the_time_is_up_then_it_is_unavailable(
    wired: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.005)
            yield b" "

    monkeypatch.setattr(http, "MOST_SECONDS_PER_CALL", 0.02)
    wire, _ = wired(lambda: httpx.Response(200, content=drip()))

    with pytest.raises(Unavailable):
        await wire.write(Ask("PUT", URL), read_json, budgets=(), lane="press")


LOST = [
    pytest.param(httpx.ConnectError("no route"), id="no connection"),
    pytest.param(httpx.ReadTimeout("slow"), id="time-out"),
    pytest.param(httpx.ReadError("cut"), id="lost"),
    pytest.param(httpx.RemoteProtocolError("odd"), id="no HTTP"),
    pytest.param(answer(PAGE, 503, "text/html"), id="HTML with 503"),
    pytest.param(answer(b"The Organisation is offline", 503, "text/plain"), id="text with 503"),
    pytest.param(answer(b"", 500), id="500"),
]


@pytest.mark.parametrize("failure", LOST)
async def test_given_a_service_out_of_reach_once_when_read_then_the_second_try_succeeds(wired: Make, failure: Any) -> None:
    wire, _ = wired(failure, answer())

    body = await read(wire)

    assert body == {"a": 1}


@pytest.mark.parametrize("failure", LOST)
async def test_given_a_service_out_of_reach_when_read_then_three_tries_are_made_with_growing_waits(
    wired: Make, clock: Any, failure: Any
) -> None:
    wire, asked = wired(failure)

    with pytest.raises(Unavailable):
        await read(wire)

    assert (len(asked), clock.slept) == (3, [1.0, 2.0])


@pytest.mark.parametrize("failure", [*LOST, pytest.param(answer(b"", 429, Retry_After="1"), id="429")])
async def test_given_a_service_that_fails_when_written_then_nothing_is_sent_twice(wired: Make, failure: Any) -> None:
    wire, asked = wired(failure)

    with pytest.raises((Unavailable, RateLimited)):
        await wire.write(Ask("PUT", URL), read_json, budgets=(), lane="press")

    assert len(asked) == 1


async def test_given_a_lost_write_when_raised_then_it_says_that_the_service_may_have_acted(wired: Make) -> None:
    wire, _ = wired(httpx.ReadError("cut"))

    with pytest.raises(Unavailable) as lost:
        await wire.write(Ask("PUT", URL), read_json, budgets=(), lane="press")

    assert lost.value.may_have_acted


async def test_given_a_retry_after_when_read_then_it_is_waited_for_exactly(wired: Make, clock: Any) -> None:
    wire, _ = wired(answer(b"", 429, Retry_After="17"), answer())

    await read(wire)

    assert sum(clock.slept) == 17.0


async def test_given_a_retry_after_as_a_date_when_read_then_it_is_waited_for(wired: Make, clock: Any) -> None:
    wire, _ = wired(answer(b"", 503, Retry_After="Wed, 25 Nov 2026 10:00:40 GMT"), answer())

    await read(wire)

    assert sum(clock.slept) == 40.0


@pytest.mark.parametrize("status", [429, 503])
async def test_given_a_retry_after_of_an_hour_when_read_then_the_error_comes_at_once(wired: Make, clock: Any, status: int) -> None:
    wire, asked = wired(answer(b"", status, Retry_After="3600"))

    with pytest.raises((RateLimited, Unavailable)) as late:
        await read(wire)

    assert (len(asked), late.value.retry_at) == (1, clock.now() + timedelta(hours=1))  # type: ignore[union-attr]


@pytest.mark.parametrize("value", ["", "soon", "-5", "Wed, 25 Nov 2026 09:00:00 GMT", "1e3", "9" * 5000])
async def test_given_a_senseless_retry_after_when_limited_then_a_minute_is_assumed(wired: Make, clock: Any, value: str) -> None:
    wire, _ = wired(answer(b"", 429, Retry_After=value))

    with pytest.raises(RateLimited) as limited:
        await wire.write(Ask("PUT", URL), read_json, budgets=(), lane="press")

    assert limited.value.retry_at == clock.now() + timedelta(minutes=1)


async def test_given_a_limited_call_when_another_asks_then_it_waits_for_the_same_moment(wired: Make, clock: Any) -> None:
    budget = Budget(Limits("minute", 60, 60, 10), service="xero", title="Xero", clock=clock)
    wire, _ = wired(answer(b"", 429, Retry_After="30"))

    with pytest.raises(RateLimited):
        await wire.write(Ask("PUT", URL), read_json, budgets=(budget,), lane="press")

    assert budget.wait_seconds("press") == 30.0


async def test_given_a_request_id_when_the_call_fails_then_the_error_carries_it(wired: Make) -> None:
    wire, _ = wired(answer(PAGE, Xero_Correlation_Id="c0ffee"))

    with pytest.raises(UnexpectedReply) as failed:
        await read(wire)

    assert (failed.value.service, failed.value.request_id) == ("xero", "c0ffee")


async def test_given_a_header_h11_dislikes_when_the_call_fails_then_the_error_does_not_quote_it(wired: Make) -> None:
    wire, _ = wired(httpx.LocalProtocolError("Illegal header value b'Bearer at-secret'"))

    with pytest.raises(Unavailable) as failed:
        await read(wire)

    assert "at-secret" not in f"{failed.value!r} {failed.value.__cause__!r}" and failed.value.__suppress_context__


@pytest.mark.parametrize("value", ["", "  ", "two words", "naïve", "line\nbreak"])
def test_given_a_secret_no_header_can_carry_when_checked_then_the_setting_is_named(value: str) -> None:
    with pytest.raises(ConfigError, match="Scoro key"):
        check_secret("Scoro key", value)


@pytest.mark.parametrize("value", ["", "acme", "ftp://acme.example", "https://", "http:/x", "https://acme\x00.example", "https://[::1"])
def test_given_no_web_address_when_checked_then_the_setting_is_named(value: str) -> None:
    with pytest.raises(ConfigError, match="Scoro address"):
        check_address("Scoro address", value)


def test_given_a_services_words_when_quoted_then_they_fit_on_a_line() -> None:
    said = saying("Name\r\nis \x1b[31mtaken " + "x" * 500)

    assert said.startswith("Name is [31mtaken xxx") and len(said) == 200


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Wed, 25 Nov 2026 10:00:00 GMT", "2026-11-25T10:00:00+00:00"),
        ("Wed, 25 Nov 2026 10:00:00 -0000", "2026-11-25T10:00:00+00:00"),
        ("yesterday", None),
        ("", None),
        ("Wed, 99 Nov 99999 10:00:00 GMT", None),
    ],
)
def test_given_a_date_header_when_parsed_then_it_is_an_instant_or_nothing(value: str, expected: str | None) -> None:
    moment = parse_http_date(value)

    assert moment == (None if expected is None else datetime.fromisoformat(expected))
