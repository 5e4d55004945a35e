"""The books of one connection that has read everything once, on both databases."""

from __future__ import annotations

import pytest
from tests.unit.reports.examples import open_books

from xero_sync.store.books import Books
from xero_sync.store.database import Database


@pytest.fixture
async def books(database: Database) -> Books:
    opened = Books(database, "ferrow")
    async with database.write() as db:
        await open_books(db, opened)
    return opened
