"""The one door to SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.clock import Clock


def is_in_transaction() -> bool:
    """True while this task has a transaction open: no call may go out then."""
    raise NotImplementedError


class Database:
    """The installation's database. `sqlite+aiosqlite:///file`, `postgresql://` or `postgres://`."""

    rows_read: int
    """How many rows the store has fetched so far."""

    def __init__(self, url: str, *, clock: Clock, busy_seconds: float = 30.0) -> None:
        raise NotImplementedError

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one state of the books and cannot write."""
        raise NotImplementedError
        yield

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction, committed at the end, rolled back where the block raises."""
        raise NotImplementedError
        yield

    @asynccontextmanager
    async def listener_write(self) -> AsyncIterator[AsyncConnection]:
        """As `write`, for a few rows, giving up after 1.5 s where the books are busy (ConfigError)."""
        raise NotImplementedError
        yield

    async def migrate(self) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError

    @asynccontextmanager
    async def running_lock(self) -> AsyncIterator[None]:
        """Held by the one process that runs on this database. Raises ConfigError where another has it."""
        raise NotImplementedError
        yield
