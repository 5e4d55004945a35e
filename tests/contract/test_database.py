"""Transactions, locks and kinds of values: the same on both databases."""

from __future__ import annotations

import asyncio
import re
from contextvars import Context
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import psycopg
import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError, StatementError
from tests.contract.examples import AT, option_to_create, standing
from tests.databases import PostgreSQL

from xero_sync.errors import ConfigError
from xero_sync.store import database as database_module
from xero_sync.store.books import Books
from xero_sync.store.database import Database, is_in_transaction
from xero_sync.store.mirror import ListState
from xero_sync.store.tables import lists
from xero_sync.testing.clock import SteppedClock

IN_KARACHI = timezone(timedelta(hours=5))


async def test_given_an_instant_with_another_offset_when_read_back_then_it_is_the_same_instant_in_utc(books: Books) -> None:
    due_at = datetime(2026, 11, 24, 1, 30, 0, 123456, tzinfo=IN_KARACHI)
    async with books.database.write() as db:
        await books.mirror.put_list(db, ListState("invoices", due_at))

    async with books.database.read() as db:
        kept = (await books.mirror.lists(db))["invoices"].due_at

    assert kept == due_at and kept.isoformat() == "2026-11-23T20:30:00.123456+00:00"


async def test_given_an_instant_without_zone_when_written_then_it_is_refused(books: Books) -> None:
    state = ListState("invoices", datetime(2026, 11, 24, 1, 30))  # noqa: DTZ001 - the mistake this is about

    with pytest.raises(StatementError, match="without its time zone"):
        async with books.database.write() as db:
            await books.mirror.put_list(db, state)


@pytest.mark.parametrize("amount", ["0.00", "-0.01", "0.0001", "-1234.5678", "899999999999999.99", "21907.55"])
async def test_given_an_amount_when_read_back_then_it_is_exact(books: Books, amount: str) -> None:
    async with books.database.write() as db:
        await books.ledger.put_results(db, [standing("bill", (amount, "waiting"))], AT, local_day=AT.date())

    async with books.database.read() as db:
        kept = (await books.ledger.results(db, ["bill"]))["bill"].lines[0].net

    assert kept == Decimal(amount) and isinstance(kept, Decimal)


async def test_given_a_nul_character_in_a_text_when_written_then_the_rest_is_kept(books: Books) -> None:
    async with books.database.write() as db:
        await books.ledger.remember(db, "guard", "note", "Delft\x00Signs")

    async with books.database.read() as db:
        kept = await books.ledger.remembered(db, "guard")

    assert kept == {"note": "DelftSigns"}


async def test_given_four_that_count_up_at_once_when_done_then_no_step_is_lost(database_url: str, clock: SteppedClock) -> None:
    processes = [Database(database_url, clock=clock) for _ in range(2)]
    async with processes[0].write() as db:
        await db.execute(
            insert(lists).values(connection_id="ferrow", name="n", due_at=AT, page=0, failures=0, problem="", is_complete=False)
        )

    async def count_up(database: Database) -> None:
        for _ in range(100):
            async with database.write() as db:
                seen = (await db.execute(select(lists.c.failures).with_for_update())).scalar_one()
                await db.execute(update(lists).values(failures=seen + 1))

    await asyncio.gather(*(count_up(database) for database in processes * 2))

    async with processes[0].read() as db:
        assert (await db.execute(select(lists.c.failures))).scalar_one() == 400
    for database in processes:
        await database.close()


async def test_given_many_that_plan_at_once_when_done_then_the_audit_is_one_unbroken_chain(books: Books) -> None:
    async def plan(person: int) -> None:
        for number in range(5):
            async with books.database.write() as db:
                await books.ledger.planned(db, option_to_create(f"Option {person} {number}"), plugin="p", at=AT, attempt_id="a")

    await asyncio.gather(*(plan(person) for person in range(4)))

    async with books.database.read() as db:
        assert await books.ledger.verify_audit(db) == [] and len(await books.ledger.open_entries(db)) == 20


async def test_given_a_block_that_raises_when_left_then_nothing_of_it_is_kept(books: Books) -> None:
    async def half_done() -> None:
        async with books.database.write() as db:
            await books.ledger.remember(db, "guard", "note", "half done")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await half_done()

    async with books.database.read() as db:
        assert await books.ledger.remembered(db, "guard") == {}


async def test_given_a_read_when_something_is_written_in_it_then_the_database_refuses(books: Books) -> None:
    with pytest.raises((DBAPIError, ConfigError)):
        async with books.database.read() as db:
            await books.ledger.remember(db, "guard", "note", "no")

    async with books.database.read() as db:
        assert await books.ledger.remembered(db, "guard") == {}


async def test_given_a_read_that_is_open_when_a_listener_writes_then_the_read_goes_on_seeing_what_it_saw(books: Books) -> None:
    async def press() -> None:
        async with books.database.listener_write() as db:
            await books.ledger.remember(db, "guard", "pressed", "yes")

    async with books.database.read() as db:
        before = await books.ledger.remembered(db, "guard")
        await asyncio.create_task(press(), context=Context())
        after = await books.ledger.remembered(db, "guard")

    async with books.database.read() as db:
        assert (before, after, await books.ledger.remembered(db, "guard")) == ({}, {}, {"pressed": "yes"})


async def test_given_books_that_are_busy_when_a_listener_writes_then_it_gives_up_with_a_clear_sentence(
    database_url: str, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "LISTENER_BUSY_SECONDS", 0.05)
    books = Books(Database(database_url, clock=clock), "ferrow")

    async def press() -> None:
        async with books.database.listener_write() as db:
            await books.ledger.remember(db, "guard", "note", "pressed")

    async with books.database.write() as db:
        await books.ledger.remember(db, "guard", "note", "slow")
        with pytest.raises(ConfigError, match="is locked by another program"):
            await asyncio.create_task(press(), context=Context())
    await books.database.close()


async def test_given_a_transaction_when_open_then_this_task_knows_and_afterwards_it_is_over(database: Database) -> None:
    async with database.read():
        within = is_in_transaction()
        left_behind = asyncio.create_task(_asks_later())

    assert (within, is_in_transaction(), await left_behind) == (True, False, False)


async def test_given_a_transaction_when_another_is_opened_in_it_then_it_is_refused_at_once(database: Database) -> None:
    async with database.write():
        with pytest.raises(RuntimeError, match="open already"):
            async with database.read():
                pass

    assert not is_in_transaction()


async def test_given_rows_when_the_store_reads_them_then_they_are_counted(books: Books) -> None:
    async with books.database.write() as db:
        for name in ("a", "b", "c"):
            await books.ledger.remember(db, "guard", name, "x")
    before = books.database.rows_read

    async with books.database.read() as db:
        await books.ledger.remembered(db, "guard")

    assert books.database.rows_read - before == 3


async def test_given_a_process_that_runs_when_a_second_one_starts_then_it_is_told_so(database_url: str, clock: SteppedClock) -> None:
    first, second = Database(database_url, clock=clock), Database(database_url, clock=clock)
    async with first.running_lock():
        with pytest.raises(ConfigError) as refused:
            async with second.running_lock():
                pass
    async with second.running_lock():
        pass

    assert re.search(r"^xero-sync is already running on .+\. Stop it first, or give this one its own database\.$", str(refused.value))
    for database in (first, second):
        await database.close()


async def test_given_the_running_lock_when_held_then_the_database_can_be_read_and_written(books: Books) -> None:
    async with books.database.running_lock(), books.database.write() as db:
        await books.ledger.remember(db, "guard", "note", "while running")

    async with books.database.read() as db:
        assert await books.ledger.remembered(db, "guard") == {"note": "while running"}


async def _asks_later() -> bool:
    await asyncio.sleep(0.01)
    return is_in_transaction()


async def test_given_a_postgresql_that_was_started_again_when_used_after_a_while_then_it_is_connected_to_anew(
    postgresql: PostgreSQL, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "ASK_AFTER_IDLE", timedelta(0))
    with postgresql.lends("migrated") as url:
        database = Database(url, clock=clock)
        async with database.read() as db:
            before = (await db.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", [before])

        async with database.read() as db:
            after = (await db.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        await database.close()

    assert after != before
