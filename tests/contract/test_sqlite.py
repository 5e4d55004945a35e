"""The connection to SQLite: how often it goes to its thread, and that none is left behind."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from contextvars import Context
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import text

from xero_sync.errors import ConfigError
from xero_sync.store.database import Database
from xero_sync.testing.clock import SteppedClock


@pytest.fixture
async def errands(sqlite_template: Path, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A database in use, and how often its connections went to their threads since."""
    database = Database(f"sqlite:///{sqlite_template}", clock=clock)
    async with database.read():
        pass
    async with database.listener_write():
        pass
    seen: list[Callable[..., object]] = []
    go = aiosqlite.Connection._execute

    async def counted(connection: aiosqlite.Connection, errand: Callable[..., object], *args: Any) -> Any:
        seen.append(errand)
        return await go(connection, errand, *args)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    yield database, seen
    await database.close()


async def test_given_a_transaction_when_it_reads_then_the_thread_is_asked_once_for_each_statement(errands: Any) -> None:
    database, seen = errands

    async with database.read() as db:
        rows = (await db.execute(text("VALUES (1), (2) UNION ALL VALUES (3)"))).scalars().all()

    assert rows == [1, 2, 3]
    assert len(seen) == 3, "BEGIN, the statement and COMMIT"


async def _broken_off(database: Database) -> None:
    async with database.listener_write() as db:
        await db.execute(text("CREATE TABLE half_done (id INTEGER)"))
        raise ZeroDivisionError


async def test_given_a_transaction_that_fails_when_it_ends_then_it_is_rolled_back_once(errands: Any) -> None:
    database, seen = errands

    with pytest.raises(ZeroDivisionError):
        await _broken_off(database)

    assert len(seen) == 3, "BEGIN, the statement and ROLLBACK"
    async with database.read() as db:
        assert (await db.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'half_done'"))).scalar() == 0


async def test_given_a_file_that_is_no_database_when_opening_fails_then_no_thread_is_left(tmp_path: Path, clock: SteppedClock) -> None:
    file = tmp_path / "books.db"
    file.write_text("Delft Signs, bill 10442, 740.00\n" * 40, encoding="utf-8")
    before = threading.active_count()
    database = Database(f"sqlite:///{file}", clock=clock)

    with pytest.raises(ConfigError):
        async with database.write():
            pass

    assert threading.active_count() == before


async def _writes(database: Database) -> None:
    async with database.write() as db:
        await db.execute(text("CREATE TABLE done (id INTEGER)"))


async def test_given_a_writer_cancelled_while_it_waits_for_the_file_when_it_is_free_then_the_next_one_writes(
    sqlite_template: Path, clock: SteppedClock
) -> None:
    database = Database(f"sqlite:///{sqlite_template}", clock=clock, busy_seconds=5)
    async with database.write():
        pass
    with closing(sqlite3.connect(sqlite_template, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(_writes(database), context=Context())
        await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.sleep(0)
        other.execute("ROLLBACK")
        await asyncio.gather(waiting, return_exceptions=True)

    await _writes(database)
    async with database.read() as db:
        assert (await db.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'done'"))).scalar() == 1
    await database.close()
