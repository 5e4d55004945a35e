"""What every contract test of the store may ask for: our own books of one connection."""

from __future__ import annotations

import pytest

from xero_sync.store.books import Books
from xero_sync.store.database import Database


@pytest.fixture
def books(database: Database) -> Books:
    return Books(database, "ferrow")


@pytest.fixture
def other_books(database: Database) -> Books:
    """The books of another connection in the same database."""
    return Books(database, "pike")
