"""The result of a day: what was checked, to the penny, in parts that add up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.unit.reports.examples import HARBOR, NOW, SETTINGS, TODAY, document, keep, line, stands

from xero_sync.domain import xero
from xero_sync.domain.lines import LINE_STATES, DocumentResult, state_of
from xero_sync.domain.money import Money
from xero_sync.reports.result import day_result, parts_of
from xero_sync.store.books import Books
from xero_sync.store.ledger import Totals
from xero_sync.store.mirror import ListState

Entry = tuple[xero.Document, DocumentResult]


def pounds(amount: str) -> Money:
    return Money(Decimal(amount), "GBP")


def bills(name: str, amounts: list[str]) -> list[xero.Document]:
    return [document(f"{name}-{place}", line(amount), contact=name) for place, amount in enumerate(amounts)]


def a_normal_tuesday() -> list[Entry]:
    """40 approved bills, most of them overheads."""
    overheads = bills("Overheads", ["600.00"] * 20 + ["1608.00"] * 3 + ["1608.10"]) + bills("Laptop Barn", ["1899.00"])
    matched = bills("Pressgang Print", ["2434.00"] * 8 + ["2435.55"])
    freelancers = bills("Brightline Studios", ["1250.00", "310.00"]) + bills("Rook Sound", ["2480.00"]) + bills("Mill Couriers", ["95.60"])
    signs = bills("Delft Signs", ["740.00", "60.00"])
    return [
        *((bill, stands(bill, "no project needed")) for bill in overheads),
        *((bill, stands(bill, "attached")) for bill in matched),
        *((bill, stands(bill, "waiting", cause=f"untracked:310:contact:{bill.contact.contact_id}")) for bill in freelancers),
        *((bill, stands(bill, "waiting", cause=HARBOR)) for bill in signs),
    ]


async def shown(db: AsyncConnection, books: Books) -> dict[str, tuple[int, tuple[Money, ...]]]:
    day = await day_result(db, books, settings=SETTINGS, now=NOW)
    return {part.name: (part.documents, part.money) for part in day.parts}


async def test_given_a_normal_tuesday_when_summed_up_then_the_parts_have_its_figures(books: Books) -> None:
    async with books.database.write() as db:
        await keep(db, books, a_normal_tuesday())

        parts = await shown(db, books)

    assert parts == {
        "on projects": (9, (pounds("21907.55"),)),
        "waiting": (6, (pounds("4935.60"),)),
        "no project needed": (25, (pounds("20331.10"),)),
        "left out": (0, ()),
    }


async def test_given_a_normal_tuesday_when_summed_up_then_the_whole_is_what_xero_has(books: Books) -> None:
    entries = a_normal_tuesday()
    async with books.database.write() as db:
        await keep(db, books, entries)

        day = await day_result(db, books, settings=SETTINGS, now=NOW)

    assert (day.checked, day.money) == (len(entries), (Money(sum((bill.sub_total for bill, _ in entries), Decimal(0)), "GBP"),))
    assert (day.checked, day.money, day.is_complete) == (40, (pounds("47174.25"),), True)


async def test_given_a_bill_partly_on_a_project_when_summed_up_then_it_counts_as_waiting_and_its_money_stands_in_both(books: Books) -> None:
    bill = document("bill-1", line("700.00"), line("300.00"))
    async with books.database.write() as db:
        await keep(db, books, [(bill, stands(bill, "attached", "waiting", cause=HARBOR))])

        day = await day_result(db, books, settings=SETTINGS, now=NOW)

    on_projects, waiting = day.part("on projects"), day.part("waiting")
    assert (on_projects.documents, on_projects.money) == (0, (pounds("700.00"),))
    assert (waiting.documents, waiting.money, day.partly, day.checked) == (1, (pounds("300.00"),), 1, 1)


async def test_given_a_bill_that_could_not_be_done_when_summed_up_then_it_counts_as_waiting_and_is_named(books: Books) -> None:
    bill = document("bill-1", line("700.00"))
    stuck = stands(bill, "attached").waiting_because("Scoro's copy has other lines.", cause="stuck:bill-1", could_not_be_done=True)
    async with books.database.write() as db:
        await keep(db, books, [(bill, stuck)])

        day = await day_result(db, books, settings=SETTINGS, now=NOW)

    assert (day.part("waiting").documents, day.could_not_be_done, day.need_no_answer) == (1, 1, 0)


async def test_given_a_bill_that_only_waits_for_its_copy_when_summed_up_then_nobody_has_to_answer(books: Books) -> None:
    first, second = bills("Delft Signs", ["740.00", "60.00"])
    async with books.database.write() as db:
        await keep(db, books, [(first, stands(first, "waiting")), (second, stands(second, "waiting", cause=HARBOR))])

        day = await day_result(db, books, settings=SETTINGS, now=NOW)

    assert (day.part("waiting").documents, day.need_no_answer) == (2, 1)


async def test_given_bills_in_two_currencies_when_summed_up_then_they_are_not_added(books: Books) -> None:
    euro = document("bill-2", line("1160.00"), currency="EUR")
    pound = document("bill-1", line("700.00"))
    async with books.database.write() as db:
        await keep(db, books, [(bill, stands(bill, "attached")) for bill in (pound, euro)])

        day = await day_result(db, books, settings=SETTINGS, now=NOW)

    assert day.money == (Money(Decimal("1160.00"), "EUR"), pounds("700.00"))


async def test_given_documents_checked_on_another_day_when_summed_up_then_they_are_not_in_it(books: Books) -> None:
    old, new = bills("Delft Signs", ["740.00", "60.00"])
    async with books.database.write() as db:
        await keep(db, books, [(old, stands(old, "attached"))], day=TODAY - timedelta(days=1))
        await keep(db, books, [(new, stands(new, "attached"))])

        day = await day_result(db, books, settings=SETTINGS, now=NOW)

    assert (day.checked, day.money) == (1, (pounds("60.00"),))


async def test_given_another_time_zone_when_summed_up_then_the_day_is_the_one_on_its_calendar(books: Books) -> None:
    auckland = SETTINGS.model_copy(update={"time_zone": "Pacific/Auckland"})
    async with books.database.read() as db:
        day = await day_result(db, books, settings=auckland, now=NOW)

    assert day.day == date(2026, 11, 25)


async def test_given_a_list_that_fails_when_summed_up_then_nothing_is_said_to_be_complete(books: Books) -> None:
    failing = ListState("invoices", due_at=NOW, last_read_at=NOW, is_complete=True, failures=1, problem="Xero refuses the token.")
    async with books.database.write() as db:
        await keep(db, books, a_normal_tuesday())
        await books.mirror.put_list(db, failing)

        day = await day_result(db, books, settings=SETTINGS, now=NOW)

    assert (day.is_reading_well, day.is_complete) == (False, False)


async def test_given_documents_not_looked_at_yet_when_summed_up_then_they_are_counted_beside_the_sums(books: Books) -> None:
    async with books.database.write() as db:
        await keep(db, books, a_normal_tuesday())
        await books.mirror.mark_due(db, ["Rook Sound-0"], 2, NOW)

        day = await day_result(db, books, settings=SETTINGS, now=NOW)

    assert (day.still_to_look_at, day.is_complete, day.checked) == (1, False, 40)


some_lines = st.lists(st.tuples(st.sampled_from(LINE_STATES), st.integers(-(10**9), 10**9), st.booleans()), min_size=1, max_size=6)


@settings(deadline=None)
@given(st.lists(some_lines, max_size=20))
def test_given_any_documents_when_parted_then_counts_and_money_add_up_to_all_of_them(
    documents: list[list[tuple[str, int, bool]]],
) -> None:
    found = []
    for number, lines in enumerate(documents):
        booked = document(f"d{number}", *(line(str(Decimal(cents) / 100)) for _, cents, _ in lines))
        found.append(stands(booked, *(state for state, _, _ in lines)))  # type: ignore[arg-type]
    counts: dict[str, int] = {}
    money: dict[str, dict[str, Decimal]] = {}
    for result in found:
        counts[state_of(result.lines)] = counts.get(state_of(result.lines), 0) + 1
        for state, net in result.sums.items():
            money.setdefault(state, {"GBP": Decimal(0)})["GBP"] += net

    parts = parts_of(Totals(counts, money))  # type: ignore[arg-type]

    assert sum(part.documents for part in parts) == len(documents)
    whole = sum((Decimal(cents) for lines in documents for _, cents, _ in lines), Decimal(0)) / 100
    assert sum((each.amount for part in parts for each in part.money), Decimal(0)) == whole
