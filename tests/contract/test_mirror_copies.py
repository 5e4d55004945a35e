"""Scoro's documents, and the ties to Xero's."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from tests.contract.examples import AT, DAY, minutes, scoro_bill

from xero_sync.domain import scoro
from xero_sync.errors import ChangedSince
from xero_sync.store.books import Books
from xero_sync.store.mirror import Candidate

LINES = (scoro.Line(line_id=1, net=Decimal("740.00"), project_id=412),)


async def _put(books: Books, *rows: tuple[scoro.Document, str]) -> list[int]:
    async with books.database.write() as db:
        return [document.scoro_document_id for document in await books.mirror.put_scoro_documents(db, rows)]


async def _kept(books: Books, scoro_document_id: int = 9) -> Candidate:
    async with books.database.read() as db:
        kept = await books.mirror.scoro_document(db, "bills", scoro_document_id)
    assert kept is not None
    return kept


async def test_given_a_viewed_document_when_put_then_it_reads_back_equal(books: Books) -> None:
    viewed = scoro_bill(9, lines=LINES)

    changed = await _put(books, viewed)

    assert changed == [9] and await _kept(books) == Candidate(viewed[0], "", are_lines_stale=False)


async def test_given_the_raw_text_of_scoro_when_put_then_the_document_reads_back(books: Books) -> None:
    raw = '{"id": 9, "no": "10442", "date": "2026-11-24", "currency": "GBP", "sum": 739.9999999999, "is_deleted": 0}'
    document = scoro.Document.model_validate_json(raw.replace("{", '{"module": "bills", ', 1))

    await _put(books, (document, raw))

    assert (await _kept(books)).document == document


async def test_given_a_viewed_document_when_listed_with_the_same_date_then_its_lines_stay(books: Books) -> None:
    viewed = scoro_bill(9, lines=LINES)
    await _put(books, viewed)

    changed = await _put(books, scoro_bill(9))

    assert changed == [] and await _kept(books) == Candidate(viewed[0], "", are_lines_stale=False)


async def test_given_a_view_with_the_sites_offset_when_listed_with_the_sites_own_time_then_it_is_the_same_date(books: Books) -> None:
    in_tallinn = datetime(2026, 11, 24, 15, 39, 30, tzinfo=timezone(timedelta(hours=2)))
    viewed = scoro_bill(9, modified=in_tallinn, lines=LINES)
    await _put(books, viewed)

    changed = await _put(books, scoro_bill(9, modified=in_tallinn.replace(tzinfo=None)))

    assert changed == [] and await _kept(books) == Candidate(viewed[0], "", are_lines_stale=False)


async def test_given_a_viewed_document_when_listed_otherwise_with_the_same_date_then_its_lines_are_stale(books: Books) -> None:
    await _put(books, scoro_bill(9, lines=LINES), scoro_bill(10, lines=LINES))

    changed = await _put(books, scoro_bill(9, is_deleted=True), scoro_bill(10, project_id=704))

    deleted, moved = await _kept(books, 9), await _kept(books, 10)
    assert changed == [9, 10] and deleted.document.is_deleted and moved.document.project_id == 704 and moved.are_lines_stale


async def test_given_a_viewed_document_when_listed_with_a_new_date_then_its_lines_are_stale_until_viewed_again(books: Books) -> None:
    listed, again = scoro_bill(9, modified=AT + minutes(5)), scoro_bill(9, modified=AT + minutes(5), lines=LINES)
    await _put(books, scoro_bill(9, lines=LINES))

    changed = await _put(books, listed)
    before = await _kept(books)
    await _put(books, again)

    assert changed == [9] and before == Candidate(listed[0], "", are_lines_stale=True)
    assert await _kept(books) == Candidate(again[0], "", are_lines_stale=False)


async def test_given_a_listed_document_when_listed_again_unchanged_then_it_is_no_news(books: Books) -> None:
    await _put(books, scoro_bill(9), scoro_bill(10))

    assert await _put(books, scoro_bill(9), scoro_bill(10, project_id=412)) == [10]


async def test_given_documents_when_candidates_are_sought_then_number_or_day_and_currency_count(books: Books) -> None:
    await _put(
        books,
        scoro_bill(1, number="10&#45;442", day=DAY.replace(day=1)),
        scoro_bill(2, number="other"),
        scoro_bill(3, number="other", currency="EUR"),
        scoro_bill(4, number="10-442", is_deleted=True),
        scoro_bill(5, number="", day=None),
    )

    async with books.database.read() as db:
        found = await books.mirror.candidates(db, "bills", {"10-442", ""}, {(DAY, "GBP")})
        none = await books.mirror.candidates(db, "invoices", {"10-442"}, {(DAY, "GBP")})

    assert ([candidate.document.scoro_document_id for candidate in found], none) == ([1, 2], [])


async def test_given_a_tie_when_candidates_are_sought_then_the_tied_one_says_to_whom(books: Books) -> None:
    await _put(books, scoro_bill(9), scoro_bill(10))
    async with books.database.write() as db:
        await books.mirror.link(db, "b1", "bills", 9)

    async with books.database.read() as db:
        found = await books.mirror.candidates(db, "bills", {"10442"}, ())

    assert {candidate.document.scoro_document_id: candidate.linked_to for candidate in found} == {9: "b1", 10: ""}


async def test_given_a_tie_when_asked_from_either_side_then_both_know(books: Books) -> None:
    async with books.database.write() as db:
        await books.mirror.link(db, "b1", "bills", 9)
        await books.mirror.link(db, "b1", "bills", 9)

    async with books.database.read() as db:
        assert await books.mirror.links(db, ["b1", "b2"]) == {"b1": ("bills", 9)}
        assert await books.mirror.linked(db, "bills", [9, 10]) == {9: "b1"}
        assert await books.mirror.linked(db, "invoices", [9]) == {}


@pytest.mark.parametrize(
    ("document_id", "scoro_document_id"), [pytest.param("b2", 9, id="copy taken"), pytest.param("b1", 10, id="document taken")]
)
async def test_given_a_tie_when_either_is_to_be_tied_to_another_then_it_is_refused_and_stands(
    books: Books, document_id: str, scoro_document_id: int
) -> None:
    async with books.database.write() as db:
        await books.mirror.link(db, "b1", "bills", 9)
        with pytest.raises(ChangedSince):
            await books.mirror.link(db, document_id, "bills", scoro_document_id)

    async with books.database.read() as db:
        assert await books.mirror.links(db, ["b1", "b2"]) == {"b1": ("bills", 9)}


async def test_given_two_connections_when_both_tie_the_same_number_then_neither_minds(books: Books, other_books: Books) -> None:
    async with books.database.write() as db:
        await books.mirror.link(db, "b1", "bills", 9)
        await other_books.mirror.link(db, "b2", "bills", 9)

    async with books.database.read() as db:
        assert (await books.mirror.linked(db, "bills", [9]), await other_books.mirror.linked(db, "bills", [9])) == ({9: "b1"}, {9: "b2"})
