"""Traffic records what crosses the wire and puts faults in; `serve` does the same over a socket."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from xero_sync.testing.standins.served import serve
from xero_sync.testing.standins.traffic import Call, Fault, Traffic


@dataclass
class Time:
    at: datetime = datetime(2026, 11, 25, 10, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)


class House:
    """A tiny service that counts its effects, behind Traffic."""

    def __init__(self) -> None:
        self.time = Time()
        self.effects: list[str] = []
        routes = [Route("/{name}", self.act, methods=["GET", "POST"])]
        self.traffic = Traffic(Starlette(routes=routes), "house", now=self.time.now, sleep=self.time.sleep)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.traffic), base_url="http://house.test")

    async def act(self, request: Request) -> Response:
        self.effects.append(request.path_params["name"])
        return JSONResponse({"in_flight": request.scope["in_flight"]})


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house = House()
    async with house.client:
        yield house


async def test_given_a_call_when_answered_then_it_is_recorded_without_the_token(house: House) -> None:
    headers = {"Authorization": "Bearer secret-1"}

    await house.client.post("/door?x=1&y=", content=b"hello", headers=headers)

    (call,) = house.traffic.calls
    seen = (call.service, call.method, call.path, call.query, call.body, call.status, call.at, call.in_flight, call.reply)
    assert seen == ("house", "POST", "/door", {"x": "1", "y": ""}, b"hello", 200, house.time.at, 1, b'{"in_flight":1}')
    assert "secret-1" not in str(call.headers)


async def test_given_a_reply_when_received_then_its_date_is_the_stand_ins_own(house: House) -> None:
    house.time.at = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

    reply = await house.client.get("/door")

    assert reply.headers["date"] == "Mon, 02 Nov 2026 09:30:00 GMT"


async def test_given_a_status_fault_when_called_then_it_is_answered_once_and_nothing_happened(house: House) -> None:
    house.traffic.add(Fault("/door", status=503, body=b"down", headers={"retry-after": "7"}))

    replies = [await house.client.get("/door"), await house.client.get("/door")]

    assert [(reply.status_code, reply.headers.get("retry-after")) for reply in replies] == [(503, "7"), (200, None)]
    assert replies[0].content == b"down" and house.effects == ["door"]


async def test_given_a_fault_that_acts_when_called_then_the_effect_is_done_all_the_same(house: House) -> None:
    house.traffic.add(Fault("/door", status=502, html=True, acts=True))

    reply = await house.client.get("/door")

    assert (reply.status_code, reply.headers["content-type"], house.effects) == (502, "text/html; charset=utf-8", ["door"])


async def test_given_a_fault_after_two_calls_when_called_then_the_third_is_hit(house: House) -> None:
    fault = house.traffic.add(Fault("/door", method="GET", after=2, status=500))

    statuses = [(await house.client.get("/door")).status_code for _ in range(4)]

    assert (statuses, fault.struck) == ([200, 200, 500, 200], 1)


async def test_given_a_lasting_fault_when_removed_then_calls_pass_again(house: House) -> None:
    fault = house.traffic.add(Fault("/.*", times=None, status=500))
    before = [(await house.client.get("/door")).status_code for _ in range(3)]

    house.traffic.remove(fault)

    assert (before, (await house.client.get("/door")).status_code) == ([500, 500, 500], 200)


async def test_given_a_fault_with_when_then_it_chooses_by_the_requests_body(house: House) -> None:
    house.traffic.add(Fault("/door", status=500, when=lambda call: b"bad" in call.body))

    statuses = [(await house.client.post("/door", content=body)).status_code for body in (b"good", b"bad")]

    assert statuses == [200, 500]


@pytest.mark.parametrize(("drop", "effects"), [("before", []), ("after", ["door"])])
async def test_given_a_drop_when_called_then_the_connection_is_lost(house: House, drop: str, effects: list[str]) -> None:
    house.traffic.add(Fault("/door", drop=drop))  # type: ignore[arg-type]

    with pytest.raises(httpx.ReadError):
        await house.client.get("/door")

    assert house.effects == effects


async def test_given_truncation_when_called_then_the_beginning_arrives_as_if_it_were_all(house: House) -> None:
    house.traffic.add(Fault("/door", truncate_to=5))

    reply = await house.client.get("/door")

    assert (reply.status_code, reply.content, house.traffic.calls[0].reply) == (200, b'{"in_', b'{"in_')


async def test_given_headers_alone_when_called_then_the_reply_lies(house: House) -> None:
    house.traffic.add(Fault("/door", headers={"Content-Type": "text/html"}))

    reply = await house.client.get("/door")

    assert (reply.headers["content-type"], reply.json()) == ("text/html", {"in_flight": 1})


async def test_given_delays_when_called_then_the_given_clock_sleeps(house: House) -> None:
    house.traffic.delay_per_call_seconds = 0.3
    house.traffic.add(Fault("/door", delay_seconds=2.0))

    for _ in range(2):
        await house.client.get("/door")

    assert house.time.slept == [2.3, 0.3]


async def test_given_hooks_when_a_call_is_done_then_they_run_before_the_caller_sees_it(house: House) -> None:
    seen: list[tuple[str, int]] = []

    async def slow(call: Call) -> None:
        seen.append((call.path, call.status))

    house.traffic.on_call += [slow, lambda call: seen.append(("plain", len(call.reply)))]

    await house.client.get("/door")

    assert seen == [("/door", 200), ("plain", 15)]


async def test_given_a_socket_when_served_then_it_answers_with_the_stand_ins_date_only(house: House) -> None:
    async with serve(house.traffic) as url, httpx.AsyncClient() as client:
        reply = await client.get(f"{url}/door")

    assert (reply.json(), reply.headers.get_list("date")) == ({"in_flight": 1}, ["Wed, 25 Nov 2026 10:00:00 GMT"])


@pytest.mark.parametrize(("drop", "effects"), [("before", []), ("after", ["door"])])
async def test_given_a_socket_when_dropped_then_the_client_sees_a_transport_error(house: House, drop: str, effects: list[str]) -> None:
    house.traffic.add(Fault("/door", drop=drop))  # type: ignore[arg-type]

    async with serve(house.traffic) as url, httpx.AsyncClient() as client:
        with pytest.raises(httpx.TransportError):
            await client.get(f"{url}/door")
        again = await client.get(f"{url}/door")

    assert (again.status_code, house.effects) == (200, [*effects, "door"])


async def test_given_a_served_stand_in_when_the_block_ends_then_nobody_answers(house: House) -> None:
    async with serve(house.traffic) as url:
        pass

    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"{url}/door")
