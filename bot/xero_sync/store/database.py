"""The one door to SQLite and PostgreSQL: transactions, locks and migrations. Where the two differ, the difference is in this file."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from xero_sync.clock import Clock
from xero_sync.errors import AlreadyRunning, ConfigError
from xero_sync.store import sqlite

if TYPE_CHECKING:
    from alembic.config import Config

LISTENER_BUSY_SECONDS = 1.5
ASK_AFTER_IDLE = timedelta(seconds=5)
"""A PostgreSQL connection that lay idle so long is asked whether it still lives before it is used."""


@dataclass
class _Transaction:
    is_open: bool = True


@dataclass
class _Tally:
    rows: int = 0


_present: ContextVar[_Transaction | None] = ContextVar("the transaction of this task", default=None)


def is_in_transaction() -> bool:
    """True while this task has a transaction open: no call may go out then."""
    transaction = _present.get()
    return transaction is not None and transaction.is_open


@contextmanager
def _marked() -> Iterator[None]:
    outer = _present.get()
    if outer is not None and outer.is_open:
        # On SQLite a second one would wait for the first until its busy timeout.
        raise RuntimeError("this task has a transaction open already: pass its `db` on")
    transaction = _Transaction()
    _present.set(transaction)
    try:
        yield
    finally:
        transaction.is_open = False
        _present.set(outer)


class Database:
    """The installation's database: `sqlite+aiosqlite:///file` (or `sqlite:///file`), `postgresql://` or `postgres://`.

    Nothing is opened before the first use. busy_seconds: how long a transaction waits for another process.
    """

    def __init__(self, url: str, *, clock: Clock, busy_seconds: float = 30.0) -> None:
        self._clock = clock
        self._tally = _Tally()
        self._url = _with_driver(url)
        self._file = Path(self._url.database or "") if self._url.get_backend_name() == "sqlite" else None
        if self._file:
            # One connection for all writers of this process: they queue in order instead of racing for the file's lock.
            self._writes = self._sqlite_engine("IMMEDIATE", busy_seconds, connections=1)
            self._reads = self._sqlite_engine("DEFERRED", busy_seconds, connections=8)
            self._listeners = self._sqlite_engine("IMMEDIATE", LISTENER_BUSY_SECONDS, connections=2)
        else:
            self._writes = self._reads = self._postgresql_engine(busy_seconds, connections=10)
            self._listeners = self._postgresql_engine(LISTENER_BUSY_SECONDS, connections=2)

    @property
    def name(self) -> str:
        """Where it is, without its password."""
        return str(self._file) if self._file else self._url.render_as_string(hide_password=True)

    @property
    def rows_read(self) -> int:
        """How many rows the store has fetched so far."""
        return self._tally.rows

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one state of the books throughout and cannot write."""
        with _marked(), self._in_plain_words():
            async with self._reads.connect() as db:
                if not self._file:
                    await db.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                # It begins with the first statement, and giving the connection back ends it: there is nothing to commit.
                yield db

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction, committed at the end, rolled back where the block raises."""
        with _marked(), self._in_plain_words():
            async with self._writes.begin() as db:
                yield db

    @asynccontextmanager
    async def listener_write(self) -> AsyncIterator[AsyncConnection]:
        """As `write`, for a few rows, giving up (ConfigError) after 1.5 s where the books are busy."""
        with _marked(), self._in_plain_words():
            async with self._listeners.begin() as db:
                yield db

    async def migrate(self) -> None:
        """Bring the tables up to date. Safe beside another process that does the same."""
        self._make_folder()
        with self._in_plain_words():
            async with self._writes.begin() as db:
                await one_at_a_time(db, "migrate")
                await db.run_sync(_upgrade)

    async def close(self) -> None:
        """Close every connection: a thread of an open one would keep the process alive."""
        for engine in {self._writes, self._reads, self._listeners}:
            await engine.dispose()

    @asynccontextmanager
    async def running_lock(self) -> AsyncIterator[None]:
        """Held by the one process that runs on this database. Raises AlreadyRunning where another has it."""
        if self._file:
            self._make_folder()
            with _locked_file(self._file.with_name(f"{self._file.name}.lock"), self._clock.now()):
                yield
            return
        with self._in_plain_words():
            async with self._writes.connect() as db:
                # In a transaction this connection would sit idle in it for as long as the bot runs.
                await db.execution_options(isolation_level="AUTOCOMMIT")
                if not (await db.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _lock_key("run")})).scalar_one():
                    raise AlreadyRunning(_taken(self.name, ""))
                try:
                    yield
                finally:
                    await db.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _lock_key("run")})

    def _sqlite_engine(self, begin: str, busy_seconds: float, connections: int) -> AsyncEngine:
        pragmas = [f"busy_timeout={int(busy_seconds * 1000)}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"]
        if begin == "DEFERRED":
            pragmas.append("query_only=ON")
        engine = create_async_engine(
            self._url,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=busy_seconds,
            connect_args={"async_creator_fn": sqlite.connecting(str(self._url.database), pragmas)},
        )

        def begin_transaction(connection: Connection) -> None:
            connection.exec_driver_sql(f"BEGIN {begin}")

        event.listen(engine.sync_engine, "connect", self._count_rows)
        event.listen(engine.sync_engine, "begin", begin_transaction)
        return engine

    def _postgresql_engine(self, busy_seconds: float, connections: int) -> AsyncEngine:
        engine = create_async_engine(
            self._url,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=busy_seconds,
            use_native_hstore=False,  # there is none in our tables, and looking for it is one more question at every start
            connect_args={
                "connect_timeout": 10,
                # Planned once for all, a lookup of 500 ids would compare every row with each of them: fifty times slower.
                "options": f"-c lock_timeout={int(busy_seconds * 1000)} -c plan_cache_mode=force_custom_plan",
            },
        )

        def came_back(_connection: Any, record: Any) -> None:
            record.info["back_at"] = self._clock.now()

        def look_whether_it_lives(connection: Any, record: Any, _: Any) -> None:
            # At every transaction it would be one more question; a server that was started again meanwhile is found all the same.
            if "back_at" in record.info and self._clock.now() - record.info["back_at"] >= ASK_AFTER_IDLE:
                try:
                    engine.dialect.do_ping(connection)
                except psycopg.Error as problem:
                    raise InvalidatePoolError from problem

        event.listen(engine.sync_engine, "connect", self._count_rows)
        event.listen(engine.sync_engine, "checkin", came_back)
        event.listen(engine.sync_engine, "checkout", look_whether_it_lives)
        return engine

    def _count_rows(self, _connection: Any, record: Any) -> None:
        record.info["tally"] = self._tally

    def _make_folder(self) -> None:
        if not self._file:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.touch(mode=0o600)  # suppliers and amounts are nobody else's business
        except OSError as problem:
            raise ConfigError(_unwritable(self.name)) from problem

    @contextmanager
    def _in_plain_words(self) -> Iterator[None]:
        try:
            yield
        except NoConnectionLeft as problem:
            raise ConfigError(_busy(self.name)) from problem
        except DBAPIError as problem:
            said = _sqlite_problem(problem) if self._file else _postgresql_problem(problem)
            if said is None:
                raise
            raise ConfigError(said(self.name)) from problem


def _with_driver(url: str) -> URL:
    drivers = {"sqlite": "sqlite+aiosqlite", "sqlite+aiosqlite": "sqlite+aiosqlite"}
    drivers |= dict.fromkeys(("postgres", "postgresql", "postgresql+psycopg"), "postgresql+psycopg")
    try:
        given = make_url(url)
        driver = drivers[given.drivername]
    except (ArgumentError, KeyError, ValueError) as problem:
        raise ConfigError("The database URL is not understood. Write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.") from problem
    if driver == "sqlite+aiosqlite" and given.database in (None, "", ":memory:"):
        raise ConfigError("A database in memory would lose everything. Name a file: sqlite:///FILE.")
    return given.set(drivername=driver)


def _migrations() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "xero_sync.store:migrations")
    return config


@cache
def _newest() -> set[str]:
    """The revisions that tables of this version have."""
    from alembic.script import ScriptDirectory

    return set(ScriptDirectory.from_config(_migrations()).get_heads())


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.runtime.migration import MigrationContext
    from alembic.util import CommandError

    if set(MigrationContext.configure(connection).get_current_heads()) == _newest():
        return
    config = _migrations()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as problem:
        raise ConfigError("The database was made by a newer xero-sync. Install that version, or use another database.") from problem


async def one_at_a_time(db: AsyncConnection, name: str) -> None:
    """Until this transaction ends, nobody else gets past the same name."""
    # SQLite has one writer at a time anyway.
    if db.dialect.name == "postgresql":
        await db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _lock_key(name)})


def _lock_key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"xero-sync {name}".encode()).digest()[:8], signed=True)


@contextmanager
def _locked_file(path: Path, now: datetime) -> Iterator[None]:
    try:
        file = path.open("a+")
    except OSError as problem:
        raise ConfigError(_unwritable(str(path.parent))) from problem
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            file.seek(0)
            raise AlreadyRunning(_taken(str(path.with_suffix("")), file.read().strip())) from problem
        file.seek(0)
        file.truncate()
        file.write(f"process {os.getpid()}, since {now:%d %b %Y %H:%M} UTC")
        file.flush()
        yield


def _taken(name: str, holder: str) -> str:
    holder = f" ({holder})" if holder else ""
    return f"xero-sync is already running on {name}{holder}. Stop it first, or give this one its own database."


def _unwritable(name: str) -> str:
    return f"The database {name} cannot be written. Let xero-sync write to its folder, or set another database URL."


def _busy(name: str) -> str:
    return f"The database {name} is locked by another program. Close that program and try again."


def _unreadable(name: str) -> str:
    return f"The file {name} is no readable database. Restore it from a backup, or set another database URL."


def _full(name: str) -> str:
    return f"There is no space left for the database {name}. Make room and try again."


def _unreachable(name: str) -> str:
    return f"The database {name} does not let xero-sync in. Check that it runs, and the user and password in its URL."


def _sqlite_problem(problem: DBAPIError) -> Callable[[str], str] | None:
    said = str(getattr(problem.orig, "sqlite_errorname", ""))
    known = {
        "SQLITE_BUSY": _busy,
        "SQLITE_LOCKED": _busy,
        "SQLITE_CANTOPEN": _unwritable,
        "SQLITE_READONLY": _unwritable,
        "SQLITE_PERM": _unwritable,
        "SQLITE_NOTADB": _unreadable,
        "SQLITE_CORRUPT": _unreadable,
        "SQLITE_IOERR": _unreadable,
        "SQLITE_FULL": _full,
    }
    # Extended names begin with the plain one: SQLITE_BUSY_SNAPSHOT.
    return next((words for name, words in known.items() if said == name or said.startswith(f"{name}_")), None)


def _postgresql_problem(problem: DBAPIError) -> Callable[[str], str] | None:
    if not isinstance(problem.orig, psycopg.OperationalError):
        return None
    state = problem.orig.sqlstate or ""
    # Class 53: out of disk, memory or connections. 55P03: lock_timeout. Without a state the server was never reached.
    if state.startswith("53"):
        return _full
    return _busy if state in ("55P03", "40P01") else _unreachable
