"""The lookups of every pass find their rows by an index, however many documents there are."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.contract.examples import AT, CHANGED, DAY, bill

from xero_sync.store.books import Books
from xero_sync.store.database import Database
from xero_sync.store.tables import document_keys, documents, metadata
from xero_sync.testing.clock import SteppedClock

MANY = 5_000


@pytest.fixture
async def full_books(books: Books) -> Books:
    """The books with many documents, a hundred of them due, each resting on four keys."""
    row = books.mirror._columns(bill("b"))
    async with books.database.write() as db:
        due = {"due_since": AT, "due_mark": 1}
        rows = [{**row, "document_id": f"b{number}", **due, "due_lane": CHANGED if number % 50 == 0 else None} for number in range(MANY)]
        await db.execute(insert(documents), rows)
        keys = [
            {"connection_id": books.connection_id, "document_id": f"b{number}", "key": f"{kind}:{number % 1_000}"}
            for number in range(MANY)
            for kind in ("project", "option", "account", "rule:same name")
        ]
        await db.execute(insert(document_keys), keys)
        await db.execute(text("ANALYZE"))
    return books


@asynccontextmanager
async def _explained(db: AsyncConnection) -> AsyncIterator[list[str]]:
    """What the database says about how it finds the rows of every statement of the block, filled in at its end."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if not statement.startswith("BEGIN"):
            asked.append((statement, parameters))

    plans: list[str] = []
    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield plans
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN" if db.dialect.name == "sqlite" else "EXPLAIN"
    for statement, parameters in asked:
        rows = (await db.exec_driver_sql(f"{explain} {statement}", parameters)).all()
        plans.append("\n".join(str(row[-1]) for row in rows))


def _scans(plan: str) -> list[str]:
    """The steps that go through a whole table."""
    tables = "|".join(metadata.tables)
    return re.findall(rf"Seq Scan on (?:{tables})\b|^SCAN (?:{tables})\b", plan, flags=re.MULTILINE)


async def test_given_many_documents_when_a_key_changes_then_its_documents_are_found_by_index(full_books: Books) -> None:
    async with full_books.database.write() as db, _explained(db) as plans:
        marked = await full_books.mirror.mark_due_by_keys(db, ["project:7", "rule:same name:7"], CHANGED, AT)

    assert marked == MANY / 1_000 and len(plans) == 1
    assert "pk_document_keys" in plans[0] or "document_keys USING PRIMARY KEY (connection_id=? AND key=?)" in plans[0]
    assert _scans(plans[0]) == []


async def test_given_many_documents_when_the_work_set_is_read_then_it_comes_by_index_in_order(full_books: Books) -> None:
    async with full_books.database.read() as db, _explained(db) as plans:
        work = await full_books.mirror.work_set(db, 40)

    assert len(work) == 40 and len(plans) == 1
    assert "ix_documents_due" in plans[0] and _scans(plans[0]) == []
    assert "TEMP B-TREE" not in plans[0] and "Sort" not in plans[0]


async def test_given_many_documents_when_one_key_changes_then_no_document_is_fetched_for_it(full_books: Books) -> None:
    before = full_books.database.rows_read

    async with full_books.database.write() as db:
        await full_books.mirror.mark_due_by_keys(db, ["project:7"], CHANGED, AT)
        await full_books.mirror.work_set(db, 20)

    assert full_books.database.rows_read - before == 20


LOOKUPS: dict[str, Callable[[Books, AsyncConnection], Awaitable[object]]] = {
    "pk_documents": lambda books, db: books.mirror.documents(db, ["b1"]),
    "ix_documents_duplicate_key": lambda books, db: books.mirror.documents_by_duplicate_keys(db, ["k"]),
    "ix_documents_number_key": lambda books, db: books.mirror.find_documents(db, "10442"),
    "ix_documents_due": lambda books, db: books.first_lane(db),
    "ix_document_keys_document_id": lambda books, db: books.mirror.put_keys(db, {"b1": frozenset()}),
    "ix_scoro_documents_number_key": lambda books, db: books.mirror.candidates(db, "bills", ["10442"], []),
    "ix_scoro_documents_day": lambda books, db: books.mirror.candidates(db, "bills", [], [(DAY, "GBP")]),
    "uq_links_connection_id_module_scoro_document_id": lambda books, db: books.mirror.linked(db, "bills", [9]),
    "ix_records_since": lambda books, db: books.mirror.since(db, "projects"),
    "uq_journal_open": lambda books, db: books.ledger.open_entries(db),
    "ix_journal_planned_at": lambda books, db: books.ledger.entries_since(db, AT),
    "ix_journal_without_document": lambda books, db: books.ledger.other_entries_since(db, AT),
    "ix_journal_document_id": lambda books, db: books.ledger.entries_of(db, "b1"),
    "ix_journal_action_key": lambda books, db: books.ledger.last_outcomes(db, ["k"]),
    "ix_lines_waiting": lambda books, db: books.ledger.waiting_by_cause(db, ["c"]),
    "ix_results_state": lambda books, db: books.ledger.documents_in(db, "waiting"),
    "ix_results_checked_day": lambda books, db: books.ledger.totals(db, day=DAY),
    "ix_shares_project_id": lambda books, db: books.ledger.shares_of_project(db, 412),
    "ix_documents_contact_id": lambda books, db: books.ledger.last_projects(db, ["delft"]),
    "ix_deliveries_due_at": lambda books, db: books.ledger.due_deliveries(db, AT),
    "ix_inbox_waiting": lambda books, db: books.first_lane(db),
    "ix_inbox_taken": lambda books, db: books.asked.put_back(db),
    "ix_decisions_in_force": lambda books, db: books.asked.decisions(db),
    "ix_questions_open": lambda books, db: books.asked.open_questions(db),
    "ix_messages_posted_at": lambda books, db: books.asked.posted_since(db, "question:", AT),
    "ix_replies_unsent": lambda books, db: books.asked.unsent_replies(db),
}


@pytest.mark.parametrize("index", LOOKUPS)
async def test_given_a_lookup_when_sqlite_plans_it_then_it_takes_the_index_made_for_it(
    index: str, sqlite_template: Path, clock: SteppedClock
) -> None:
    books = Books(Database(f"sqlite:///{sqlite_template}", clock=clock), "ferrow")

    async with books.database.write() as db, _explained(db) as plans:
        await LOOKUPS[index](books, db)
    await books.database.close()

    name = index if index.startswith("ix_") or index == "uq_journal_open" else "sqlite_autoindex_"
    plan = "\n".join(plans)
    assert name in plan and _scans(plan) == []
