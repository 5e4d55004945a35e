"""How often a service may be asked."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from xero_sync.clients.budget import (
    Budget,
    Full,
    Go,
    Limits,
    Told,
    Usage,
    Wait,
    day_left,
    decide,
    scoro_budget,
    xero_app_budget,
    xero_budget,
)
from xero_sync.domain.lanes import Lane
from xero_sync.errors import RateLimited

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
XERO = Limits("minute", window_seconds=60, per_window=60, kept_per_window=10, in_flight=5, kept_in_flight=1, per_day=1000)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def calls(number: int, *, seconds_ago: float) -> list[datetime]:
    return [NOW - seconds(seconds_ago)] * number


@pytest.mark.parametrize(
    ("usage", "lane", "expected"),
    [
        pytest.param(Usage(), "backfill", Go(), id="nothing asked yet"),
        pytest.param(Usage(recent=calls(49, seconds_ago=30)), "changed", Go(), id="the fiftieth call of a minute, changed"),
        pytest.param(Usage(recent=calls(50, seconds_ago=30)), "changed", Wait("minute", NOW + seconds(30)), id="ten are kept from changed"),
        pytest.param(
            Usage(recent=calls(50, seconds_ago=30)), "backfill", Wait("minute", NOW + seconds(30)), id="ten are kept from backfill"
        ),
        pytest.param(Usage(recent=calls(50, seconds_ago=30)), "press", Go(), id="the kept ten serve a press"),
        pytest.param(Usage(recent=calls(59, seconds_ago=30)), "webhook", Go(), id="the kept ten serve a webhook"),
        pytest.param(Usage(recent=calls(60, seconds_ago=30)), "press", Wait("minute", NOW + seconds(30)), id="sixty are sixty"),
        pytest.param(
            Usage(recent=[NOW - seconds(59), *calls(59, seconds_ago=5)]),
            "press",
            Wait("minute", NOW + seconds(1)),
            id="the oldest call leaves first",
        ),
        pytest.param(
            Usage(recent=[NOW - seconds(59), *calls(54, seconds_ago=5)]),
            "changed",
            Wait("minute", NOW + seconds(55)),
            id="a lower lane waits until more than ten are free",
        ),
        pytest.param(Usage(window_told=Told(11, NOW)), "changed", Go(), id="eleven left by Xero's word"),
        pytest.param(Usage(window_told=Told(10, NOW)), "changed", Wait("minute", NOW + seconds(60)), id="ten left by Xero's word"),
        pytest.param(Usage(window_told=Told(1, NOW)), "press", Go(), id="one left, for a press"),
        pytest.param(Usage(window_told=Told(0, NOW - seconds(61))), "changed", Go(), id="what Xero said a minute ago is old"),
        pytest.param(Usage(open_calls=4), "changed", Full(), id="one of the five is kept"),
        pytest.param(Usage(open_calls=4), "press", Go(), id="for a press"),
        pytest.param(Usage(open_calls=5), "press", Full(), id="five at once are five"),
        pytest.param(Usage(day_count=899), "changed", Go(), id="a tenth of the day is kept: not reached"),
        pytest.param(
            Usage(day_count=900, day_frees_at=NOW + timedelta(hours=3)), "changed", Wait("day", NOW + timedelta(hours=3)), id="reached"
        ),
        pytest.param(Usage(day_count=900, day_frees_at=NOW + timedelta(hours=3)), "press", Go(), id="the kept tenth serves a press"),
        pytest.param(Usage(day_count=1000, day_told=Told(4000, NOW), most_told=5000), "changed", Go(), id="Xero's word beats our count"),
        pytest.param(
            Usage(day_told=Told(100, NOW), most_told=900),
            "backfill",
            Wait("day", NOW + timedelta(hours=1)),
            id="a tenth left by Xero's word",
        ),
        pytest.param(
            Usage(day_told=Told(500, NOW), most_told=5000), "changed", Wait("day", NOW + timedelta(hours=1)), id="a tenth of a larger plan"
        ),
        pytest.param(
            Usage(day_told=Told(0, NOW - timedelta(hours=1))), "press", Go(), id="once an hour somebody asks whether a new day began"
        ),
        pytest.param(
            Usage(held_until=NOW + seconds(5), held_by="app-minute"),
            "press",
            Wait("app-minute", NOW + seconds(5)),
            id="Retry-After holds all lanes",
        ),
        pytest.param(Usage(held_until=NOW, held_by="day"), "backfill", Go(), id="until it has passed"),
    ],
)
def test_given_calls_made_when_another_is_wanted_then_it_goes_waits_or_stops(usage: Usage, lane: Lane, expected: Any) -> None:
    decision = decide(XERO, usage, lane, NOW)

    assert decision == expected


@pytest.mark.parametrize(
    ("limits", "usage", "expected"),
    [
        pytest.param(XERO, Usage(day_count=288), 712, id="by our own count"),
        pytest.param(XERO, Usage(day_count=288, day_told=Told(640, NOW)), 640, id="as Xero says"),
        pytest.param(Limits("window", 2, 20, 4), Usage(day_count=288), None, id="no limit known"),
    ],
)
def test_given_a_day_when_asked_what_is_left_then_the_best_figure_is_named(limits: Limits, usage: Usage, expected: int | None) -> None:
    left = day_left(limits, usage)

    assert left == expected


async def ask(budget: Budget, lane: Lane, headers: dict[str, str] | None = None) -> None:
    async with budget.turn(lane):
        budget.learn(headers or {})


async def test_given_fifty_calls_in_a_minute_when_a_backfill_asks_then_it_waits_the_minute_out(clock: Any) -> None:
    budget = xero_budget(clock)
    for _ in range(50):
        await ask(budget, "changed")

    await ask(budget, "backfill")

    assert clock.slept == [60.0]


async def test_given_fifty_calls_in_a_minute_when_a_press_asks_then_it_goes_at_once(clock: Any) -> None:
    budget = xero_budget(clock)
    for _ in range(50):
        await ask(budget, "changed")

    await ask(budget, "press")

    assert clock.slept == []


async def test_given_scoro_when_two_hundred_calls_are_made_then_no_two_seconds_hold_more_than_twenty(clock: Any) -> None:
    budget = scoro_budget(clock)
    begun: list[datetime] = []

    for _ in range(200):
        async with budget.turn("press"):
            begun.append(clock.now())

    assert max(sum(1 for other in begun if moment <= other < moment + seconds(2)) for moment in begun) == 20


async def test_given_one_open_call_to_scoro_when_changed_and_press_ask_then_only_the_press_goes_beside_it(clock: Any) -> None:
    budget = scoro_budget(clock)

    async with budget.turn("changed"):
        decisions = budget.decision("changed"), budget.decision("press")

    assert decisions == (Full(), Go())


async def test_given_a_full_service_when_a_call_ends_then_the_waiting_one_begins(clock: Any) -> None:
    budget = scoro_budget(clock)
    order: list[str] = []

    async def call(name: str) -> None:
        async with budget.turn("changed"):
            order.append(f"{name} begins")
            await asyncio.sleep(0)
            order.append(f"{name} ends")

    await asyncio.gather(call("first"), call("second"))

    assert order == ["first begins", "first ends", "second begins", "second ends"]


async def test_given_a_call_that_fails_when_it_has_ended_then_its_place_is_free(clock: Any) -> None:
    budget = scoro_budget(clock)

    with pytest.raises(ValueError, match="lost"):
        async with budget.turn("changed"):
            raise ValueError("lost")

    assert budget.decision("changed") == Go()


async def test_given_a_used_up_day_when_a_call_is_wanted_then_it_is_refused_with_the_time_to_come_back(clock: Any) -> None:
    budget = scoro_budget(clock, per_day=10)
    for _ in range(9):
        await ask(budget, "changed")

    with pytest.raises(RateLimited) as refused:
        await ask(budget, "changed")

    assert (refused.value.scope, refused.value.retry_at) == ("day", NOW + timedelta(hours=25))


async def test_given_a_used_up_day_when_it_is_over_then_calls_go_on(clock: Any) -> None:
    budget = scoro_budget(clock, per_day=10)
    for _ in range(9):
        await ask(budget, "changed")

    clock.pass_(hours=25)

    assert budget.decision("changed") == Go()


async def test_given_xeros_headers_when_learned_then_the_day_left_follows_them_call_by_call(clock: Any) -> None:
    budget = xero_budget(clock, per_day=1000)
    await ask(budget, "changed", {"x-daylimit-remaining": "4500", "x-minlimit-remaining": "59"})

    await ask(budget, "changed")

    assert (budget.calls_today, budget.day_left) == (2, 4499)


@pytest.mark.parametrize("header", ["", "-3", "many", "1.5", "9" * 30, "٣"])
async def test_given_a_header_that_is_no_count_when_learned_then_it_changes_nothing(clock: Any, header: str) -> None:
    budget = xero_budget(clock, per_day=1000)

    await ask(budget, "changed", {"x-daylimit-remaining": header, "x-minlimit-remaining": header})

    assert budget.day_left == 999


async def test_given_other_open_calls_when_xero_says_what_is_left_then_they_are_taken_off(clock: Any) -> None:
    budget = xero_budget(clock)

    async with budget.turn("press"), budget.turn("press"):
        budget.learn({"x-daylimit-remaining": "500"})

    assert budget.day_left == 499


async def test_given_a_day_limit_from_xero_when_the_hold_is_over_then_nothing_of_the_old_day_counts(clock: Any) -> None:
    budget = xero_budget(clock, per_day=20)
    for _ in range(18):
        await ask(budget, "changed", {"x-daylimit-remaining": "0"})
        clock.pass_(hours=1)
    budget.hold("day", clock.now() + timedelta(hours=2))

    clock.pass_(hours=2)

    assert budget.decision("backfill") == Go()


def test_given_a_limit_of_the_app_when_held_then_the_tenants_budget_goes_on(clock: Any) -> None:
    tenant, app = xero_budget(clock), xero_app_budget(clock)

    for budget in (tenant, app):
        budget.hold("app-minute", NOW + seconds(30))

    assert (tenant.decision("changed"), app.decision("changed")) == (Go(), Wait("app-minute", NOW + seconds(30)))


def test_given_a_held_budget_when_asked_how_long_then_the_seconds_are_named(clock: Any) -> None:
    budget = xero_budget(clock)

    budget.hold("minute", NOW + seconds(42))

    assert budget.wait_seconds("press") == 42.0


async def test_given_a_hold_of_ten_minutes_when_a_call_is_wanted_then_nobody_sleeps_on_it(clock: Any) -> None:
    budget = xero_budget(clock)
    budget.hold("minute", NOW + timedelta(minutes=10))

    with pytest.raises(RateLimited):
        await ask(budget, "press")

    assert clock.slept == []
