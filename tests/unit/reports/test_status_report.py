"""How the connection stands, from the books."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.unit.reports.examples import HARBOR, NOW, SETTINGS, document, harbor_bills, harbor_question, keep, line, stands

from xero_sync.domain.actions import STATUS_LINE
from xero_sync.domain.money import Money
from xero_sync.reports.status import Coverage, StatusReport, age_in_days, coverage_of, status_report
from xero_sync.store import connections
from xero_sync.store.books import Books
from xero_sync.store.ledger import Totals
from xero_sync.store.mirror import ListState


async def report_of(db: AsyncConnection, books: Books, *, now: datetime = NOW, sees_amounts: bool = True) -> StatusReport:
    return await status_report(db, books, settings=SETTINGS, now=now, plugin_names=["objects", "quiet"], sees_amounts=sees_amounts)


def pounds(amount: str) -> Money:
    return Money(Decimal(amount), "GBP")


async def put_november(db: AsyncConnection, books: Books) -> None:
    """A month with project money on projects and waiting, overheads, and a bill of the month before."""
    tidewater, rent = document("bill-8", line("2100.00")), document("bill-9", line("5000.00"))
    october = document("bill-10", line("900.00"), day=date(2026, 10, 30))
    harbor = [(bill, stands(bill, "waiting", cause=HARBOR)) for bill in harbor_bills()]
    others = [(tidewater, stands(tidewater, "attached")), (rent, stands(rent, "no project needed")), (october, stands(october, "waiting"))]
    await keep(db, books, [*harbor, *others])


async def test_given_a_month_when_reported_then_coverage_is_of_its_project_money_alone(books: Books) -> None:
    async with books.database.write() as db:
        await put_november(db, books)

        report = await report_of(db, books)

    assert (report.month, report.coverage) == ("November 2026", (Coverage(pounds("2100.00"), pounds("2900.00")),))


async def test_given_documents_that_wait_when_reported_then_those_of_every_month_count(books: Books) -> None:
    async with books.database.write() as db:
        await put_november(db, books)

        report = await report_of(db, books)

    assert (report.waiting_documents, report.waiting_money, report.oldest_days) == (3, (pounds("1700.00"),), 25)


async def test_given_a_possible_duplicate_when_reported_then_it_is_counted(books: Books) -> None:
    bill = document("bill-1", line("740.00"))
    async with books.database.write() as db:
        await keep(db, books, [(bill, stands(bill, "waiting", cause="duplicate:10442"))])

        report = await report_of(db, books)

    assert (report.possible_duplicates, report.could_not_be_done) == (1, 0)


async def test_given_a_bill_that_could_not_be_done_when_reported_then_it_counts_as_waiting_too(books: Books) -> None:
    bill = document("bill-1", line("740.00"))
    stuck = stands(bill, "attached").waiting_because("Scoro's copy has other lines.", could_not_be_done=True)
    async with books.database.write() as db:
        await keep(db, books, [(bill, stuck)])

        report = await report_of(db, books)

    assert (report.could_not_be_done, report.waiting_documents) == (1, 1)


async def test_given_an_open_question_when_reported_then_it_is_counted(books: Books) -> None:
    async with books.database.write() as db:
        await books.asked.ask(db, harbor_question(), plugin="test", at=NOW)

        report = await report_of(db, books)

    assert report.open_questions == 1


async def test_given_archived_options_when_reported_then_only_those_in_use_count(books: Books) -> None:
    async with books.database.read() as db:
        report = await report_of(db, books)

    assert report.options_in_use == 2


async def test_given_lists_that_were_read_when_reported_then_last_and_next_check_are_known(books: Books) -> None:
    async with books.database.read() as db:
        report = await report_of(db, books)

    assert (report.last_check_at, report.next_check_at) == (NOW, NOW + timedelta(minutes=5))


async def test_given_a_plugin_with_something_to_say_when_reported_then_its_line_stands_there(books: Books) -> None:
    async with books.database.write() as db:
        await books.ledger.remember(db, "objects", STATUS_LINE, "Accounting objects: 80 of 83 options are there.")

        report = await report_of(db, books)

    assert report.lines == ("Accounting objects: 80 of 83 options are there.",)


async def test_given_somebody_who_sees_counts_only_when_reported_then_there_is_no_amount_but_the_share(books: Books) -> None:
    async with books.database.write() as db:
        await put_november(db, books)
        await books.ledger.remember(db, "objects", STATUS_LINE, "Missing: 12,000.00")

        report = await report_of(db, books, sees_amounts=False)

    assert (report.sees_amounts, report.waiting_money, report.lines, report.waiting_documents) == (False, (), (), 3)


async def test_given_a_connection_that_is_new_when_reported_then_it_reads_for_the_first_time(books: Books) -> None:
    new = Books(books.database, "new")
    async with books.database.write() as db:
        await connections.ensure(
            db, "new", tenant_id="other", tenant_name="Osier", category="Project", scoro_site="osier", entity="", at=NOW
        )

        report = await report_of(db, new)

    assert (report.state, report.last_check_at, report.next_check_at) == ("reading for the first time", None, None)


async def test_given_a_rehearsal_when_reported_then_it_says_so(books: Books) -> None:
    async with books.database.write() as db:
        await connections.set_mode(db, books.connection_id, "rehearsal", NOW)

        report = await report_of(db, books)

    assert report.state == "rehearsal"


@pytest.mark.parametrize(
    ("minutes", "state", "until"),
    [pytest.param(1, "paused", NOW + timedelta(minutes=1), id="still"), pytest.param(-1, "connected", None, id="not any more")],
)
async def test_given_a_pause_when_reported_then_it_counts_until_it_is_over(
    books: Books, minutes: int, state: str, until: datetime | None
) -> None:
    async with books.database.write() as db:
        await connections.set_paused(db, books.connection_id, NOW + timedelta(minutes=minutes))

        report = await report_of(db, books)

    assert (report.state, report.paused_until) == (state, until)


async def test_given_lists_of_both_services_fail_when_reported_then_both_are_named_with_a_reason(books: Books) -> None:
    async with books.database.write() as db:
        for name, problem in (("invoices", "Xero refuses the token."), ("projects", "Scoro refuses the key.")):
            await books.mirror.put_list(db, ListState(name, due_at=NOW, failures=3, problem=problem))

        report = await report_of(db, books)

    assert (report.state, report.unreadable) == ("cannot read", ("Scoro", "Xero"))
    assert report.problem in ("Xero refuses the token.", "Scoro refuses the key.")


async def test_given_no_such_connection_when_reported_then_it_is_an_error_and_not_an_empty_report(books: Books) -> None:
    async with books.database.read() as db:
        with pytest.raises(LookupError, match="nobody"):
            await report_of(db, Books(books.database, "nobody"))


@pytest.mark.parametrize(
    ("attached", "whole", "percent"),
    [
        pytest.param("21907.55", "26843.15", Decimal("81.6"), id="a normal Tuesday"),
        pytest.param("143210.40", "151002.15", Decimal("94.8"), id="a month"),
        pytest.param("999.99", "1000.00", Decimal("99.9"), id="never rounded up to all of it"),
        pytest.param("0.00", "10.00", Decimal("0.0"), id="nothing"),
        pytest.param("100.00", "0.00", None, id="credits as large as the bills"),
        pytest.param("-50.00", "100.00", None, id="more credits than bills on projects"),
        pytest.param("150.00", "100.00", None, id="credits wait"),
    ],
)
def test_given_project_money_when_its_share_is_said_then_it_is_never_more_than_there_is(
    attached: str, whole: str, percent: Decimal | None
) -> None:
    assert Coverage(pounds(attached), pounds(whole)).percent == percent


def test_given_two_currencies_when_covered_then_each_has_its_own_share_and_the_largest_stands_first() -> None:
    totals = Totals(money={"attached": {"EUR": Decimal(1160), "GBP": Decimal(700)}, "waiting": {"GBP": Decimal(800)}})

    assert coverage_of(totals) == (
        Coverage(pounds("700"), pounds("1500")),
        Coverage(Money(Decimal(1160), "EUR"), Money(Decimal(1160), "EUR")),
    )


@pytest.mark.parametrize(
    ("days", "age"),
    [
        pytest.param([date(2026, 11, 20), date(2026, 11, 15)], 9, id="the oldest"),
        pytest.param([date(2026, 12, 1)], 0, id="dated ahead"),
        pytest.param([None], None, id="a document the mirror does not hold"),
        pytest.param([], None, id="none"),
    ],
)
def test_given_days_when_the_oldest_is_counted_then_it_is_days_to_today(days: list[date | None], age: int | None) -> None:
    assert age_in_days(days, date(2026, 11, 24)) == age
