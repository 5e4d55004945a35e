"""A database that cannot be used: one clear sentence with the fix, never a trace."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from xero_sync.errors import ConfigError
from xero_sync.store.database import Database
from xero_sync.testing.clock import SteppedClock


@contextmanager
def _held_by_another_program(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


async def _problem_of_migrating(url: str, clock: SteppedClock) -> str:
    database = Database(url, clock=clock, busy_seconds=0.05)
    with pytest.raises(ConfigError) as refused:
        await database.migrate()
    await database.close()
    return str(refused.value)


async def test_given_a_locked_file_when_opened_then_the_other_program_is_to_be_closed(sqlite_template: Path, clock: SteppedClock) -> None:
    with _held_by_another_program(sqlite_template):
        said = await _problem_of_migrating(f"sqlite:///{sqlite_template}", clock)

    assert said == f"The database {sqlite_template} is locked by another program. Close that program and try again."


async def test_given_a_file_that_is_no_database_when_opened_then_it_is_named_and_kept(tmp_path: Path, clock: SteppedClock) -> None:
    file = tmp_path / "books.db"
    file.write_text("Delft Signs, bill 10442, 740.00\n" * 40, encoding="utf-8")

    said = await _problem_of_migrating(f"sqlite:///{file}", clock)

    assert said == f"The file {file} is no readable database. Restore it from a backup, or set another database URL."
    assert file.read_text(encoding="utf-8").startswith("Delft Signs")


async def test_given_a_folder_that_cannot_be_made_when_migrated_then_it_is_named(tmp_path: Path, clock: SteppedClock) -> None:
    (tmp_path / "closed").write_text("no folder", encoding="utf-8")
    file = tmp_path / "closed" / "books.db"

    said = await _problem_of_migrating(f"sqlite:///{file}", clock)

    assert said == f"The database {file} cannot be written. Let xero-sync write to its folder, or set another database URL."


async def test_given_a_folder_that_cannot_be_made_when_started_then_it_is_named(tmp_path: Path, clock: SteppedClock) -> None:
    (tmp_path / "closed").write_text("no folder", encoding="utf-8")
    database = Database(f"sqlite:///{tmp_path / 'closed' / 'books.db'}", clock=clock)

    with pytest.raises(ConfigError, match="cannot be written"):
        await database.running_lock().__aenter__()


async def test_given_a_database_that_was_never_made_when_read_then_it_is_named(tmp_path: Path, clock: SteppedClock) -> None:
    file = tmp_path / "nowhere" / "books.db"
    database = Database(f"sqlite:///{file}", clock=clock)

    with pytest.raises(ConfigError, match="cannot be written"):
        async with database.read():
            pass

    assert not file.parent.exists()


async def test_given_no_server_when_opened_then_it_says_what_to_check_without_the_password(tmp_path: Path, clock: SteppedClock) -> None:
    said = await _problem_of_migrating(f"postgres://ferrow:hunter2@/books?host={tmp_path}", clock)

    assert "does not let xero-sync in. Check that it runs, and the user and password in its URL." in said
    assert "hunter2" not in said


@pytest.mark.parametrize("url", ["mysql://ferrow@db/books", "books.db", "", "sqlite://", "sqlite:///:memory:"])
def test_given_a_url_that_cannot_be_used_when_read_then_it_says_how_to_write_one(url: str, clock: SteppedClock) -> None:
    with pytest.raises(ConfigError, match="sqlite:///FILE"):
        Database(url, clock=clock)


async def test_given_a_new_file_when_made_then_only_its_owner_may_read_it(tmp_path: Path, clock: SteppedClock) -> None:
    file = tmp_path / "new" / "books.db"
    database = Database(f"sqlite:///{file}", clock=clock)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xero_sync.store.database._upgrade", lambda _: None)
        await database.migrate()
    await database.close()

    assert oct(file.stat().st_mode & 0o777) == "0o600"
