"""The migrations make the very tables the store writes to."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text, update
from sqlalchemy.sql import column, table
from tests.contract.examples import AT, option_to_create

from xero_sync.domain.actions import PutOnProject
from xero_sync.errors import ConfigError
from xero_sync.store.books import Books
from xero_sync.store.database import Database
from xero_sync.store.tables import metadata
from xero_sync.testing.clock import SteppedClock


async def test_given_an_empty_database_when_migrated_then_its_tables_are_those_of_the_store(
    empty_database_url: str, clock: SteppedClock
) -> None:
    database = Database(empty_database_url, clock=clock)
    await database.migrate()
    async with database.write() as db:
        migrated = await db.run_sync(_drawn)
        differences = await db.run_sync(_differences)
        await db.run_sync(metadata.drop_all)
        await db.run_sync(metadata.create_all)

    async with database.read() as db:
        fresh = await db.run_sync(_drawn)
    await database.close()

    assert (differences, migrated) == ([], fresh)


async def test_given_two_processes_that_migrate_at_once_when_done_then_nothing_is_lost(database_url: str, clock: SteppedClock) -> None:
    processes = [Database(database_url, clock=clock) for _ in range(2)]

    await asyncio.gather(*(process.migrate() for process in processes))

    async with processes[0].read() as db:
        versions = (await db.execute(text("SELECT version_num FROM alembic_version"))).all()
    for process in processes:
        await process.close()
    assert len(versions) == 1


async def test_given_a_database_of_a_newer_version_when_migrated_then_it_is_left_alone(database: Database) -> None:
    version = table("alembic_version", column("version_num"))
    async with database.write() as db:
        kept = (await db.execute(version.select())).scalar_one()
        await db.execute(update(version).values(version_num="from the future"))

    with pytest.raises(ConfigError, match="made by a newer xero-sync"):
        await database.migrate()

    async with database.write() as db:
        await db.execute(update(version).values(version_num=kept))


async def test_given_a_database_of_the_first_version_when_migrated_then_the_journal_knows_what_each_entry_was_about(books: Books) -> None:
    about = PutOnProject(
        document_id="b1", module="bills", scoro_document_id=9, header=412, net_total="740.00", currency="GBP", reason="same name"
    )
    async with books.database.write() as db:
        await books.ledger.planned(db, about, plugin="document-attach", at=AT, attempt_id="attempt 1")
        await books.ledger.planned(db, option_to_create(), plugin="project-matching", at=AT, attempt_id="attempt 2")
    async with books.database.write() as db:
        await db.execute(text("DROP INDEX ix_journal_document_id"))
        await db.execute(text("DROP INDEX ix_journal_planned_at"))
        await db.execute(text("DROP INDEX ix_journal_without_document"))
        await db.execute(text("DROP TABLE months"))
        await db.execute(text("ALTER TABLE connections DROP COLUMN writes_left"))
        await db.execute(text("ALTER TABLE journal DROP COLUMN document_id"))
        await db.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    await books.database.migrate()

    async with books.database.read() as db:
        found = await books.ledger.entries_of(db, "b1")
        open_entries = await books.ledger.open_entries(db)
    assert [entry.action for entry in found] == [about] and len(open_entries) == 2


def _differences(connection: Connection) -> Sequence[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return compare_metadata(context, metadata)


def _drawn(connection: Connection) -> dict[str, list[str]] | list[tuple[str, ...]]:
    """Everything the database itself says about its tables and indices."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE name <> 'alembic_version' AND sql IS NOT NULL"))
        return {name: _parts_of(sql) for name, sql in rows}
    indices = connection.execute(text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")).all()
    seen = inspect(connection)
    columns = [
        (name, entry["name"], str(entry["type"]), str(entry["nullable"]))
        for name in sorted(seen.get_table_names())
        if name != "alembic_version"
        for entry in seen.get_columns(name)
    ]
    return columns + sorted((name, definition) for name, definition in indices if name != "alembic_version_pkc")


def _parts_of(sql: str) -> list[str]:
    """What SQLite keeps of a table or an index, however it was written: a column added later stands behind the constraints."""
    head, _, rest = sql.partition("(")
    body, _, tail = rest.rpartition(")")
    parts = re.split(r",(?![^()]*\))", body) if head.startswith("CREATE TABLE") else [body]
    return sorted(" ".join(part.replace('"', "").split()) for part in (head, *parts, tail))
