"""The journal and its audit."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import delete, update
from tests.contract.examples import AT, decided, minutes, option_to_create, outcome_of

from xero_sync.domain.actions import PutOnProject
from xero_sync.domain.lines import Share
from xero_sync.store.books import Books
from xero_sync.store.ledger import Entry
from xero_sync.store.tables import audit


async def _planned(books: Books, name: str = "Harbour Refit", attempt_id: str = "attempt 1") -> Entry:
    async with books.database.write() as db:
        return await books.ledger.planned(db, option_to_create(name), plugin="project-matching", at=AT, attempt_id=attempt_id)


async def _ended(books: Books, entry: Entry, state: str) -> None:
    async with books.database.write() as db:
        await books.ledger.ended(db, entry.entry_id, outcome_of(entry.action, state, AT + minutes(1)))  # type: ignore[arg-type]


async def test_given_an_action_when_planned_then_it_is_open_with_all_it_said(books: Books) -> None:
    share = Share("line", 412, Decimal("740.00"))
    action = PutOnProject(
        document_id="b1",
        module="bills",
        scoro_document_id=9,
        header=412,
        shares=(share,),
        net_total="740.00",
        currency="GBP",
        reason="same name",
    )
    async with books.database.write() as db:
        made = await books.ledger.planned(db, action, plugin="document-attach", at=AT, attempt_id="attempt 1")

    async with books.database.read() as db:
        (kept,) = await books.ledger.open_entries(db)

    assert made.is_new and not kept.is_new and kept.is_open
    assert (kept.entry_id, kept.action, kept.action.key, kept.state, kept.planned_at, kept.attempt_id) == (
        made.entry_id, action, action.key, "planned", AT, "attempt 1",
    )  # fmt: skip


async def test_given_an_open_action_when_planned_again_then_the_first_attempt_is_handed_back(books: Books) -> None:
    first = await _planned(books)
    await _ended(books, first, "unknown")

    second = await _planned(books, attempt_id="attempt 2")

    assert (second.entry_id, second.attempt_id, second.state, second.is_new) == (first.entry_id, "attempt 1", "unknown", False)


async def test_given_an_action_that_ended_when_planned_again_then_it_is_a_new_attempt(books: Books) -> None:
    await _ended(books, await _planned(books), "failed")

    again = await _planned(books, attempt_id="attempt 2")

    assert again.is_new and again.attempt_id == "attempt 2"


async def test_given_entries_when_some_have_ended_then_the_open_ones_stand_oldest_first(books: Books, other_books: Books) -> None:
    entries = {name: await _planned(books, name) for name in ("a", "b", "c", "d", "e")}
    for name, state in zip("abcd", ("applied", "unknown", "refused", "failed"), strict=True):
        await _ended(books, entries[name], state)

    async with books.database.read() as db:
        still_open = await books.ledger.open_entries(db)
        assert await other_books.ledger.open_entries(db) == []

    assert [entry.entry_id for entry in still_open] == [entries["b"].entry_id, entries["e"].entry_id]


async def test_given_an_outcome_when_noted_then_the_entry_carries_it(books: Books) -> None:
    entry = await _planned(books)

    await _ended(books, entry, "applied")

    async with books.database.read() as db:
        kept = await books.ledger.entry(db, entry.entry_id)
    assert kept is not None
    assert (kept.state, kept.outcome) == ("applied", outcome_of(option_to_create(), "applied", AT + minutes(1)))


async def test_given_actions_that_ended_when_outcomes_are_asked_for_then_only_the_last_attempt_counts(books: Books) -> None:
    for name, states in {"a": ["failed"], "b": ["failed", "applied"], "c": ["applied", "refused"], "d": ["unknown"]}.items():
        for state in states:
            await _ended(books, await _planned(books, name), state)
    keys = {option_to_create(name).key: name for name in "abcde"}

    async with books.database.read() as db:
        last = await books.ledger.last_outcomes(db, keys)

    assert {keys[key]: outcome.state for key, outcome in last.items()} == {"a": "failed", "b": "applied", "c": "refused"}


async def test_given_what_was_done_and_decided_when_the_audit_is_verified_then_it_is_whole(books: Books) -> None:
    await _ended(books, await _planned(books), "applied")
    async with books.database.write() as db:
        await books.asked.decide(db, decided("d1"))

    async with books.database.read() as db:
        assert await books.ledger.verify_audit(db) == []
        assert (await db.execute(audit.select().order_by(audit.c.seq))).scalars("kind").all() == ["planned", "applied", "decided"]


async def test_given_an_audit_line_that_was_changed_when_verified_then_it_is_named(books: Books) -> None:
    for name in "abcd":
        await _planned(books, name)
    async with books.database.write() as db:
        await db.execute(update(audit).where(audit.c.seq == 2).values(at=AT + minutes(1)))

    async with books.database.read() as db:
        assert await books.ledger.verify_audit(db) == [2]


async def test_given_an_audit_line_that_was_taken_out_when_verified_then_the_gap_and_what_hangs_on_it_are_named(books: Books) -> None:
    for name in "abcd":
        await _planned(books, name)
    async with books.database.write() as db:
        await db.execute(delete(audit).where(audit.c.seq == 2))

    async with books.database.read() as db:
        assert await books.ledger.verify_audit(db) == [2, 3]
