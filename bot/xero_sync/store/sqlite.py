"""A connection to SQLite that goes to its thread once for a statement.

The driver's own goes there four times: for a cursor, for the statement, for its rows and to close the cursor. Most statements of a
pass take less time than that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, cast

import aiosqlite


def connecting(file: str, pragmas: Iterable[str]) -> Callable[..., Awaitable[Connection]]:
    """What `create_async_engine` takes as `async_creator_fn`: it opens the file anew each time, with these pragmas set.

    Transactions begin where BEGIN says so. Raises sqlite3.Error where the file cannot be opened or a pragma not be set.
    """
    settings = list(pragmas)

    def opened() -> sqlite3.Connection:
        # Left to itself the driver begins late and loses updates without an error; None hands BEGIN to us.
        connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        try:
            for pragma in settings:
                connection.execute(f"PRAGMA {pragma}").close()
        except BaseException:
            connection.close()
            raise
        return connection

    async def connect(*_: Any, **__: Any) -> Connection:
        connection = Connection(opened)
        try:
            return cast("Connection", await connection)
        except sqlite3.Error:
            connection._thread.join()  # it was told to end, and would print a trace where the loop is gone before it has
            raise

    return connect


class Connection(aiosqlite.Connection):
    """As the driver's, but that its cursors fetch at once and a rollback of nothing is not sent."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self.is_at_work = False
        self._thread.daemon = True  # else a process that was told to end at once would wait for it

    def cursor(self) -> Cursor:  # type: ignore[override]  # SQLAlchemy only enters it, as it would the driver's
        return Cursor(self)

    async def rollback(self) -> None:
        """The pool asks for one whenever a connection comes back."""
        # A statement whose task was cancelled goes on in the thread, and may be a BEGIN.
        if self.in_transaction or self.is_at_work:
            await super().rollback()


class Cursor:
    """The part of DB-API 2.0 that SQLAlchemy uses: the rows are here as soon as the statement has run."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Cursor:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Cursor:
        return await self._run(sqlite3.Cursor.execute, statement, parameters)

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> Cursor:
        return await self._run(sqlite3.Cursor.executemany, statement, parameters)

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        self._rows = []

    async def _run(self, execute: Callable[..., sqlite3.Cursor], statement: str, parameters: Any) -> Cursor:
        def run() -> None:
            cursor = self._connection._conn.cursor()
            try:
                execute(cursor, statement, parameters)
                self._rows = cursor.fetchall()
                self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
            finally:
                cursor.close()
                self._connection.is_at_work = False

        self._connection.is_at_work = True
        await self._connection._execute(run)  # type: ignore[no-untyped-call]
        return self
