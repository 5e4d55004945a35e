"""The list of what waits, oldest first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection
from tests.unit.reports.examples import HARBOR, NOW, SETTINGS, document, harbor_bills, keep, line, stands

from xero_sync.domain.money import Money
from xero_sync.reports.waiting import WaitingReport, waiting_report
from xero_sync.store.books import Books


async def report_of(db: AsyncConnection, books: Books, *, limit: int | None = None, sees_amounts: bool = True) -> WaitingReport:
    return await waiting_report(db, books, settings=SETTINGS, now=NOW, limit=limit, sees_amounts=sees_amounts)


async def put_harbor_bills(db: AsyncConnection, books: Books) -> None:
    reason = 'No Scoro project is called "Harbor Refit".'
    await keep(db, books, [(bill, stands(bill, "waiting", cause=HARBOR, reason=reason)) for bill in harbor_bills()])


async def test_given_bills_that_wait_when_listed_then_the_oldest_stands_first_with_age_and_reason(books: Books) -> None:
    async with books.database.write() as db:
        await put_harbor_bills(db, books)

        report = await report_of(db, books)

    assert [(each.number, each.days, each.net.amount, each.reason) for each in report.documents] == [
        ("10442", 6, Decimal("740.00"), 'No Scoro project is called "Harbor Refit".'),
        ("10451", 4, Decimal("60.00"), 'No Scoro project is called "Harbor Refit".'),
    ]
    assert (report.count, report.money, report.oldest_days) == (2, (Money(Decimal("800.00"), "GBP"),), 6)


async def test_given_a_bill_that_waits_in_part_when_listed_then_only_what_waits_of_it_counts(books: Books) -> None:
    bill = document("bill-1", line("740.00"), line("100.00"))
    async with books.database.write() as db:
        await keep(db, books, [(bill, stands(bill, "waiting", "attached", cause=HARBOR))])

        report = await report_of(db, books)

    assert [each.net.amount for each in report.documents] == [Decimal("740.00")]


async def test_given_a_bill_with_several_reasons_when_listed_then_that_of_the_most_money_is_named(books: Books) -> None:
    bill = document("bill-1", line("100.00"), line("-740.00"))
    small, large = stands(bill, "waiting", cause=HARBOR, reason="small"), stands(bill, "waiting", cause=HARBOR, reason="large")
    mixed = type(small)(small.document_id, small.currency, (small.lines[0], large.lines[1]))
    async with books.database.write() as db:
        await keep(db, books, [(bill, mixed)])

        report = await report_of(db, books)

    assert report.documents[0].reason == "large"


async def test_given_a_bill_that_could_not_be_done_when_listed_then_it_is_marked(books: Books) -> None:
    bill = document("bill-1", line("740.00"))
    stuck = stands(bill, "attached").waiting_because("Scoro's copy has other lines.", could_not_be_done=True)
    async with books.database.write() as db:
        await keep(db, books, [(bill, stuck)])

        report = await report_of(db, books)

    assert [(each.could_not_be_done, each.reason) for each in report.documents] == [(True, "Scoro's copy has other lines.")]


async def test_given_more_than_asked_for_when_listed_then_the_sums_are_of_all_of_them(books: Books) -> None:
    async with books.database.write() as db:
        await put_harbor_bills(db, books)

        report = await report_of(db, books, limit=1)

    assert ([each.number for each in report.documents], report.count, report.money[0].amount) == (["10442"], 2, Decimal("800.00"))


async def test_given_somebody_who_sees_counts_only_when_listed_then_no_supplier_and_no_amount_is_there(books: Books) -> None:
    async with books.database.write() as db:
        await put_harbor_bills(db, books)

        report = await report_of(db, books, sees_amounts=False)

    assert report == WaitingReport(count=2, money=(), oldest_days=6, documents=(), sees_amounts=False)


async def test_given_a_bill_dated_ahead_when_listed_then_it_is_no_days_old(books: Books) -> None:
    bill = document("bill-1", line("740.00"), day=date(2026, 12, 1))
    async with books.database.write() as db:
        await keep(db, books, [(bill, stands(bill, "waiting", cause=HARBOR))])

        report = await report_of(db, books)

    assert report.documents[0].days == 0


async def test_given_nothing_that_waits_when_listed_then_the_list_is_empty(books: Books) -> None:
    bill = document("bill-1", line("740.00"))
    async with books.database.write() as db:
        await keep(db, books, [(bill, stands(bill, "attached"))])

        report = await report_of(db, books)

    assert report == WaitingReport(count=0, money=(), oldest_days=None, documents=())
