"""Xero's documents, and which of them have to be looked at."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from tests.contract.examples import AT, CHANGED, DAY, bill, minutes

from xero_sync.domain.lanes import rank
from xero_sync.store.books import Books
from xero_sync.store.mirror import PARTS, DocumentRow

BACKFILL, PRESS = rank("backfill"), rank("press")


async def _put(books: Books, *rows: DocumentRow, lane: int = CHANGED) -> set[str]:
    async with books.database.write() as db:
        return await books.mirror.put_documents(db, rows, lane=lane, at=AT)


async def _due(books: Books, limit: int = 100) -> list[str]:
    async with books.database.read() as db:
        return [stored.document_id for stored in await books.mirror.work_set(db, limit)]


async def _clear(books: Books) -> None:
    async with books.database.write() as db:
        work = await books.mirror.work_set(db, 1_000)
        await books.mirror.clear_due(db, [row.document_id for row in work], seen={row.document_id: row.due_mark for row in work})


async def test_given_a_document_when_put_then_it_reads_back_equal_and_is_due(books: Books) -> None:
    row = bill("b1", duplicate_key="delft 10442")

    changed = await _put(books, row)

    async with books.database.read() as db:
        kept = await books.mirror.document(db, "b1")
    assert changed == {"b1"} and kept is not None
    assert (kept.document, kept.kind, kept.duplicate_key, kept.is_complete, kept.text) == (
        row.document, "invoices", "delft 10442", True, row.text,
    )  # fmt: skip
    assert (kept.due_lane, kept.due_since) == (CHANGED, AT)


async def test_given_a_document_when_read_again_unchanged_then_it_is_not_due(books: Books) -> None:
    await _put(books, bill("b1"))
    await _clear(books)

    changed = await _put(books, bill("b1"))

    assert (changed, await _due(books)) == (set(), [])


@pytest.mark.parametrize(
    ("later", "is_news"),
    [
        pytest.param(bill("b1", "741.00", updated_at=AT + minutes(1)), True, id="changed later"),
        pytest.param(bill("b1", "741.00"), True, id="changed under the same stamp"),
        pytest.param(bill("b1", "739.00", updated_at=AT - minutes(1)), False, id="an older state, come late"),
        pytest.param(bill("b1", is_complete=False), False, id="a summary of the same state"),
        pytest.param(bill("b1", is_complete=False, updated_at=AT + minutes(1)), True, id="a summary of a newer state"),
    ],
)
async def test_given_a_document_when_another_state_of_it_comes_then_only_news_counts(
    books: Books, later: DocumentRow, is_news: bool
) -> None:
    await _put(books, bill("b1"))
    await _clear(books)

    changed = await _put(books, later)

    async with books.database.read() as db:
        kept = await books.mirror.document(db, "b1")
    assert kept is not None
    assert (changed == {"b1"}, await _due(books) == ["b1"], kept.text == later.text) == (is_news, is_news, is_news)


async def test_given_a_document_that_need_not_be_looked_at_when_put_then_it_is_kept_and_not_due(books: Books) -> None:
    changed = await _put(books, bill("b1", is_due=False))

    assert (changed, await _due(books)) == ({"b1"}, [])


async def test_given_due_documents_when_the_work_set_is_read_then_lanes_come_first_and_then_the_largest_net(books: Books) -> None:
    await _put(books, bill("small", "10.00"), bill("large", "900.00"), bill("middle", "-60.00"))
    await _put(books, bill("old", "5000.00"), lane=BACKFILL)

    async with books.database.write() as db:
        await books.mirror.mark_due(db, ["small"], PRESS, AT)

    assert (await _due(books), await _due(books, 2)) == (["small", "large", "middle", "old"], ["small", "large"])


async def test_given_a_document_due_in_a_high_lane_when_marked_in_a_lower_one_then_it_stays_high(books: Books) -> None:
    await _put(books, bill("b1"))
    async with books.database.write() as db:
        await books.mirror.mark_due(db, ["b1"], PRESS, AT)
        await books.mirror.mark_due(db, ["b1"], BACKFILL, AT + minutes(1))

    async with books.database.read() as db:
        kept = await books.mirror.document(db, "b1")
        assert kept is not None and (kept.due_lane, kept.due_since) == (PRESS, AT)
        assert (await books.mirror.highest_due_lane(db), await books.mirror.count_due(db)) == (PRESS, 1)


async def test_given_nothing_due_when_asked_then_there_is_no_lane(books: Books) -> None:
    async with books.database.read() as db:
        assert (await books.mirror.highest_due_lane(db), await books.mirror.count_due(db)) == (None, 0)


async def test_given_a_document_in_hand_when_it_changes_at_the_same_instant_then_it_stays_due(books: Books) -> None:
    await _put(books, bill("b1"), bill("b2"))
    async with books.database.read() as db:
        seen = {row.document_id: row.due_mark for row in await books.mirror.work_set(db, 10)}
    await _put(books, bill("b1", "741.00"))

    async with books.database.write() as db:
        await books.mirror.clear_due(db, ["b1", "b2"], seen=seen)

    assert await _due(books) == ["b1"]


async def test_given_documents_resting_on_keys_when_one_key_changes_then_exactly_its_documents_are_due(books: Books) -> None:
    await _put(books, bill("b1"), bill("b2"), bill("b3"))
    await _clear(books)
    async with books.database.write() as db:
        await books.mirror.put_keys(db, {"b1": frozenset({"project:1", "option:a"}), "b2": frozenset({"project:2"}), "b3": frozenset()})

        marks = await books.mirror.mark_due_by_keys(db, {"project:1", "option:a", "nobody's"}, CHANGED, AT)

    assert (marks, await _due(books)) == (1, ["b1"])


async def test_given_keys_that_were_replaced_when_an_old_one_changes_then_nothing_is_due(books: Books) -> None:
    await _put(books, bill("b1"))
    await _clear(books)
    async with books.database.write() as db:
        await books.mirror.put_keys(db, {"b1": frozenset({"project:1"})})
        await books.mirror.put_keys(db, {"b1": frozenset({"project:2"})})

        await books.mirror.mark_due_by_keys(db, ["project:1"], CHANGED, AT)

    assert await _due(books) == []


async def test_given_a_key_as_long_as_a_description_when_it_changes_then_its_document_is_due(books: Books) -> None:
    key = "rule:by description:" + "Fascia panels, 3 × 2 m " * 200
    await _put(books, bill("b1"))
    await _clear(books)
    async with books.database.write() as db:
        await books.mirror.put_keys(db, {"b1": frozenset({key})})

        await books.mirror.mark_due_by_keys(db, [key], CHANGED, AT)

    assert await _due(books) == ["b1"]


async def test_given_more_documents_than_one_statement_takes_when_put_then_all_are_there(books: Books) -> None:
    rows = [bill(f"b{number}", f"{number}.00") for number in range(1, 1_202)]

    changed = await _put(books, *rows)

    async with books.database.read() as db:
        assert len(changed) == 1_201 == await books.mirror.count_due(db)
        assert len(await books.mirror.documents(db, (row.document_id for row in rows))) == 1_201


async def test_given_possible_duplicates_when_looked_up_then_they_stand_together_oldest_first(books: Books) -> None:
    await _put(
        books,
        bill("b2", duplicate_key="delft 10442"),
        bill("b1", day=DAY.replace(day=1), duplicate_key="delft 10442"),
        bill("b3", duplicate_key="delft 10451"),
        bill("b4"),
    )

    async with books.database.read() as db:
        found = await books.mirror.documents_by_duplicate_keys(db, ["delft 10442", "unheard of"])

    assert {key: [row.document_id for row in rows] for key, rows in found.items()} == {"delft 10442": ["b1", "b2"]}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("inv–0042", ["a1", "a2"], id="number, folded"),
        pytest.param("A1 ", ["a1"], id="id"),
        pytest.param("INV-00", [], id="not a part of it"),
        pytest.param("", [], id="nothing"),
    ],
)
async def test_given_what_a_person_typed_when_searched_then_documents_of_that_number_or_id_are_found(
    books: Books, words: str, found: list[str]
) -> None:
    await _put(books, bill("a2", number="INV-0042", day=DAY.replace(day=2)), bill("a1", number="inv-0042"), bill("a3", number=""))

    async with books.database.read() as db:
        assert [row.document_id for row in await books.mirror.find_documents(db, words)] == found


async def test_given_two_connections_when_a_key_of_one_changes_then_the_other_has_nothing_to_do(books: Books, other_books: Books) -> None:
    for some in (books, other_books):
        await _put(some, bill("b1"))
        await _clear(some)
        async with some.database.write() as db:
            await some.mirror.put_keys(db, {"b1": frozenset({"project:1"})})

    async with books.database.write() as db:
        await books.mirror.mark_due_by_keys(db, ["project:1"], CHANGED, AT)

    assert (await _due(books), await _due(other_books)) == (["b1"], [])


async def test_given_documents_of_many_days_when_slices_are_read_for_a_month_then_each_comes_at_least_once_and_recent_ones_each_time(
    books: Books,
) -> None:
    old = [bill(f"{number:02x}-old", day=DAY - timedelta(days=400)) for number in range(0, 256, 8)]
    new = [bill(f"{number:02x}-new") for number in range(0, 256, 32)]
    await _put(books, *old, *new)

    seen: list[str] = []
    for part in range(PARTS):
        after = ""
        async with books.database.read() as db:
            while found := await books.mirror.slice_of(db, after=after, since=DAY.replace(day=1), part=part, limit=3):
                seen += [stored.document_id for stored in found]
                after = found[-1].document_id

    counted = Counter(seen)
    assert {row.document_id: counted[row.document_id] for row in old} == dict.fromkeys((row.document_id for row in old), 1)
    assert {row.document_id: counted[row.document_id] for row in new} == dict.fromkeys((row.document_id for row in new), PARTS)
