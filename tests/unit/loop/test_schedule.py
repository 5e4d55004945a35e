"""When each list is read: staggered, never in the past, and within the services' budgets on a quiet day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.domain.examples import unhurried

from xero_sync.loop.schedule import LISTS_PER_TICK, RHYTHMS, in_order, next_due, next_look_for_copy, retry_after_failure

MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
TICK = timedelta(seconds=30)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 the zone is the other argument
NAMES = st.sampled_from(sorted(RHYTHMS))
CHANGED_ONLY = {"invoices", "credit_notes", "projects", "bills", "scoro_invoices"}
"""Lists that ask for what changed: empty on a quiet day. A Scoro list that is not empty costs two calls, for only an empty page ends it."""


def period(name: str) -> timedelta:
    return timedelta(seconds=RHYTHMS[name].every_seconds)


@unhurried
@given(NAMES, MOMENTS)
def test_given_any_moment_when_a_list_was_read_then_it_is_due_later_and_at_most_one_and_a_half_periods_on(name: str, now: datetime) -> None:
    wait = next_due(name, now) - now

    assert period(name) / 2 <= wait <= period(name) * 3 / 2


@unhurried
@given(NAMES, MOMENTS)
def test_given_a_list_read_on_time_when_it_is_due_again_then_a_period_has_passed(name: str, now: datetime) -> None:
    due = next_due(name, now)

    assert next_due(name, due) - due == period(name)


@unhurried
@given(NAMES, MOMENTS, st.timedeltas(timedelta(0), timedelta(minutes=2)))
def test_given_a_list_read_a_little_late_when_it_is_due_again_then_it_is_back_at_its_own_times(
    name: str, now: datetime, late: timedelta
) -> None:
    due = next_due(name, now)

    assert next_due(name, due + late) == due + period(name)


def quiet_day() -> Iterator[tuple[datetime, list[str]]]:
    """Every tick of a day with the lists begun in it, after other such days."""
    due = {name: next_due(name, MIDNIGHT + timedelta(seconds=rhythm.offset_seconds) - period(name)) for name, rhythm in RHYTHMS.items()}
    now = MIDNIGHT
    while now < MIDNIGHT + timedelta(days=1):
        begun: list[str] = []
        for name in in_order(RHYTHMS):
            services = [RHYTHMS[each].service for each in begun]
            if due[name] <= now and services.count(RHYTHMS[name].service) < LISTS_PER_TICK:
                begun.append(name)
                due[name] = next_due(name, now)
        yield now, begun
        now += TICK


def test_given_a_quiet_day_when_it_has_passed_then_every_list_was_read_as_often_as_its_rhythm_says() -> None:
    counted = Counter(name for _, begun in quiet_day() for name in begun)

    assert counted == {name: timedelta(days=1) // period(name) for name in RHYTHMS}


@pytest.mark.parametrize("service", ["xero", "scoro"])
def test_given_a_quiet_day_when_lists_come_due_then_at_most_two_of_a_service_do_so_in_one_tick(service: str) -> None:
    due = {name: next_due(name, MIDNIGHT) for name, rhythm in RHYTHMS.items() if rhythm.service == service}

    # Without the limit of a tick: the offsets alone keep the lists apart.
    ticks = Counter(
        (first + turn * period(name) - MIDNIGHT) // TICK for name, first in due.items() for turn in range(timedelta(days=2) // period(name))
    )

    assert max(ticks.values()) <= LISTS_PER_TICK


@pytest.mark.parametrize(("service", "most"), [("xero", 600), ("scoro", 300)])
def test_given_a_quiet_day_when_its_calls_are_counted_then_they_stay_within_the_services_budget(service: str, most: int) -> None:
    calls = 0
    for _, begun in quiet_day():
        for name in begun:
            if RHYTHMS[name].service == service:
                calls += 1 if service == "xero" or name in CHANGED_ONLY else 2

    assert 0 < calls <= most


def test_given_many_lists_due_at_once_when_ordered_then_what_documents_depend_on_comes_before_them() -> None:
    order = in_order(["scoro_invoices", "invoices", "bills", "accounts", "projects", "categories", "companies"])

    assert order == ["accounts", "categories", "invoices", "companies", "projects", "bills", "scoro_invoices"]


@pytest.mark.parametrize(("failures", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 60), (1000, 60)])
def test_given_a_list_that_cannot_be_read_when_it_fails_again_then_it_is_tried_at_growing_distances(failures: int, minutes: int) -> None:
    assert retry_after_failure(failures, MIDNIGHT) == MIDNIGHT + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("waited", "next_look"),
    [
        pytest.param(0, 1, id="at first after one minute"),
        pytest.param(1, 6, id="then after five more"),
        pytest.param(6, 21, id="then after fifteen more"),
        pytest.param(21, 81, id="then after an hour more"),
        pytest.param(81, 141, id="then every hour"),
        pytest.param(600, 660, id="however long it takes"),
        pytest.param(3, 6, id="in between, at the next of these"),
    ],
)
def test_given_a_document_that_waits_for_its_copy_when_looked_for_again_then_at_growing_distances(waited: int, next_look: int) -> None:
    now = MIDNIGHT + timedelta(minutes=waited)

    assert next_look_for_copy(MIDNIGHT, now) == MIDNIGHT + timedelta(minutes=next_look)
