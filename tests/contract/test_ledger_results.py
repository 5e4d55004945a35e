"""Where every line stands, and the sums over it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.contract.examples import AT, CHANGED, DAY, bill, standing

from xero_sync.domain.lines import DocumentResult, DocumentState
from xero_sync.store.books import Books
from xero_sync.store.ledger import Totals, WaitingLine

TOMORROW = DAY + timedelta(days=1)


async def _put(books: Books, *results: DocumentResult, day: date = DAY) -> set[str]:
    async with books.database.write() as db:
        return set(await books.ledger.put_results(db, results, AT, local_day=day))


async def _mirror(books: Books, **days: date) -> None:
    async with books.database.write() as db:
        await books.mirror.put_documents(db, [bill(document_id, day=day) for document_id, day in days.items()], lane=CHANGED, at=AT)


async def test_given_results_when_put_then_they_read_back_equal_but_for_their_keys(books: Books) -> None:
    result = standing("b1", ("740.00", "attached"), ("-60.00", "waiting"), ("0.00", "left out"), cause="no project:harbor")
    with_keys = replace(result, lines=tuple(replace(line, keys=frozenset({"option:harbor"})) for line in result.lines))

    changed = await _put(books, with_keys)

    async with books.database.read() as db:
        assert await books.ledger.results(db, ["b1", "b2"]) == {"b1": result}
    assert changed == {"b1"}


async def test_given_results_when_put_again_then_only_those_that_stand_differently_are_named_and_moved_to_the_day(books: Books) -> None:
    await _put(books, standing("b1", ("740.00", "waiting")), standing("b2", ("60.00", "waiting")))

    changed = await _put(books, standing("b1", ("740.00", "waiting")), standing("b2", ("60.00", "attached")), day=TOMORROW)

    async with books.database.read() as db:
        today, tomorrow = await books.ledger.totals(db, day=DAY), await books.ledger.totals(db, day=TOMORROW)
    assert changed == {"b2"} and (today.documents, tomorrow.documents) == ({"waiting": 1}, {"attached": 1})


async def test_given_another_reason_when_put_then_the_document_stands_differently(books: Books) -> None:
    await _put(books, standing("b1", ("740.00", "waiting")))

    assert await _put(books, standing("b1", ("740.00", "waiting"), reason="another")) == {"b1"}


async def test_given_a_document_that_lost_a_line_when_put_then_the_line_is_gone(books: Books) -> None:
    await _put(books, standing("b1", ("740.00", "waiting"), ("60.00", "waiting")))

    await _put(books, standing("b1", ("740.00", "waiting")))

    async with books.database.read() as db:
        assert (await books.ledger.totals(db)).money == {"waiting": {"GBP": Decimal("740.00")}}


async def test_given_documents_of_all_kinds_when_summed_then_documents_are_counted_and_money_is_of_lines(
    books: Books, other_books: Books
) -> None:
    await _put(
        books,
        standing("b1", ("740.00", "attached"), ("60.00", "waiting")),
        standing("b2", ("100.10", "attached"), ("0.01", "no project needed")),
        standing("b3", ("-30.00", "attached"), currency="EUR"),
        standing("b4", ("5.00", "left out")),
    )
    await _put(other_books, standing("b1", ("9999.00", "attached")))

    async with books.database.read() as db:
        totals = await books.ledger.totals(db)

    assert totals == Totals(
        {"partly attached": 1, "attached": 2, "left out": 1},
        {
            "attached": {"GBP": Decimal("840.10"), "EUR": Decimal("-30.00")},
            "waiting": {"GBP": Decimal("60.00")},
            "no project needed": {"GBP": Decimal("0.01")},
            "left out": {"GBP": Decimal("5.00")},
        },
    )


async def test_given_no_results_when_summed_then_all_is_empty(books: Books) -> None:
    async with books.database.read() as db:
        assert await books.ledger.totals(db) == Totals()


async def test_given_documents_of_two_months_when_one_month_is_summed_then_its_documents_count_by_their_date(books: Books) -> None:
    await _mirror(books, b1=date(2026, 11, 1), b2=date(2026, 11, 30), b3=date(2026, 12, 1), b4=date(2026, 10, 31))
    await _put(books, *(standing(f"b{number}", (f"{number}.00", "waiting")) for number in (1, 2, 3, 4)))

    async with books.database.read() as db:
        november = await books.ledger.totals(db, month=date(2026, 11, 24))
        december = await books.ledger.totals(db, month=date(2026, 12, 31))

    assert november == Totals({"waiting": 2}, {"waiting": {"GBP": Decimal("3.00")}})
    assert december == Totals({"waiting": 1}, {"waiting": {"GBP": Decimal("3.00")}})


async def test_given_results_of_several_days_when_summed_since_one_then_earlier_ones_do_not_count(books: Books) -> None:
    await _put(books, standing("b1", ("1.00", "waiting")))
    await _put(books, standing("b2", ("2.00", "waiting")), day=TOMORROW)

    async with books.database.read() as db:
        assert (await books.ledger.totals(db, since_day=DAY)).documents == {"waiting": 2}
        assert (await books.ledger.totals(db, since_day=TOMORROW)).money == {"waiting": {"GBP": Decimal("2.00")}}


async def test_given_lines_that_wait_when_asked_by_cause_then_the_oldest_document_comes_first(books: Books) -> None:
    await _mirror(books, b1=DAY, b2=DAY - timedelta(days=3))
    await _put(
        books,
        standing("b1", ("740.00", "waiting"), ("60.00", "attached"), cause="harbor", reason="no such project"),
        standing("b2", ("-5.00", "waiting"), cause="harbor", reason="no such project"),
        standing("b3", ("7.00", "waiting"), cause="website"),
        standing("b4", ("9.00", "waiting")),
    )

    async with books.database.read() as db:
        harbor = await books.ledger.waiting_by_cause(db, ["harbor", "unheard of"])
        everything = await books.ledger.waiting_by_cause(db)

    assert harbor == {
        "harbor": [
            WaitingLine("b2", "b2-1", Decimal("-5.00"), "GBP", "no such project"),
            WaitingLine("b1", "b1-1", Decimal("740.00"), "GBP", "no such project"),
        ]
    }
    assert set(everything) == {"harbor", "website"}


@pytest.mark.parametrize(
    ("states", "found"),
    [
        pytest.param(("waiting",), ["b2", "b1", "b4"], id="one, oldest first, without date last"),
        pytest.param(("attached", "left out"), ["b3"], id="several"),
    ],
)
async def test_given_documents_when_listed_by_state_then_the_oldest_come_first(
    books: Books, states: tuple[DocumentState, ...], found: list[str]
) -> None:
    await _mirror(books, b1=DAY, b2=DAY - timedelta(days=3), b3=DAY)
    await _put(
        books, *(standing(document_id, ("5.00", "waiting")) for document_id in ("b1", "b2", "b4")), standing("b3", ("5.00", "attached"))
    )

    async with books.database.read() as db:
        standings = await books.ledger.documents_in(db, *states)

    assert [entry.document_id for entry in standings] == found
    assert {(entry.net, entry.checked_at) for entry in standings} == {(Decimal("5.00"), AT)}


async def test_given_more_results_than_one_statement_takes_when_put_then_all_are_there(books: Books) -> None:
    many = [standing(f"b{number}", ("0.10", "waiting"), ("0.20", "attached")) for number in range(1_201)]

    await _put(books, *many)

    async with books.database.read() as db:
        assert (await books.ledger.totals(db)).money == {"waiting": {"GBP": Decimal("120.10")}, "attached": {"GBP": Decimal("240.20")}}
        assert len(await books.ledger.results(db, (result.document_id for result in many))) == 1_201
