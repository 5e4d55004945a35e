"""Look again at every document where the connection's settings would now decide otherwise."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.lanes import rank
from xero_sync.loop.connection import Connection
from xero_sync.loop.schedule import LIST_OF_COPIES
from xero_sync.store.books import Books
from xero_sync.store.mirror import ListState

STORED: Final = "settings"
START_FROM: Final = "start from"
_DECIDING: Final = {"bills", "invoices", "match_projects", "project_category", "start_from", "account_needs"}


async def notice_settings(connection: Connection, db: AsyncConnection) -> None:
    """Where a setting that decides about documents is another than at the last start, all of them are looked at again, after everything else.

    The same goes for Scoro's documents, which were read from another day on or not at all.
    """
    books, now = connection.books, connection.clock.now()
    told = connection.settings.model_dump_json(include=_DECIDING)
    before = (await books.ledger.remembered(db, "")).get(STORED)
    if told == before:
        return
    await books.ledger.remember(db, "", STORED, told)
    if before is None:
        return
    await books.mirror.mark_all_due(db, rank("backfill"), now)
    for name in LIST_OF_COPIES.values():
        await books.mirror.put_list(db, ListState(name=name, due_at=now))


async def first_day(books: Books, today: date) -> date:
    """The day the connection starts from where none is set: the first of the month it was set up in, for good."""
    async with books.database.write() as db:
        stored = (await books.ledger.remembered(db, "")).get(START_FROM)
        if stored is None:
            stored = today.replace(day=1).isoformat()
            await books.ledger.remember(db, "", START_FROM, stored)
    return date.fromisoformat(stored)
