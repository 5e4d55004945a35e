"""Reading and writing rows in bulk, the same on both databases.

A statement is written once, where its module is loaded, with its values left open: CONNECTION, EACH, and what a bindparam names.
Putting one together at every call takes longer than the database takes for it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Delete, Row, Select, Table, Update, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

CHUNK = 500
# No column has these names: an update would take them for the columns to set.
CONNECTION: BindParameter[str] = bindparam("connection")
EACH: BindParameter[Any] = bindparam("each", expanding=True)
Value = TypeVar("Value")


def chunks(values: Iterable[Value], size: int = CHUNK) -> Iterator[list[Value]]:
    """The values in lists of at most `size`."""
    left = iter(values)
    while chunk := list(islice(left, size)):
        yield chunk


async def fetch(db: AsyncConnection, statement: Select[*tuple[Any, ...]], **values: Any) -> Sequence[Row[*tuple[Any, ...]]]:
    """All rows, counted in `Database.rows_read`. values: what the statement leaves open, by name."""
    rows = (await db.execute(statement, values)).all()
    db.info["tally"].rows += len(rows)
    return rows


async def fetch_one(db: AsyncConnection, statement: Select[*tuple[Any, ...]], **values: Any) -> Row[*tuple[Any, ...]] | None:
    """The first row, or None."""
    rows = await fetch(db, statement, **values)
    return rows[0] if rows else None


async def fetch_for(
    db: AsyncConnection, statement: Select[*tuple[Any, ...]], each: Iterable[Any], **values: Any
) -> list[Row[*tuple[Any, ...]]]:
    """The rows of each of these, which the statement calls EACH, in as many statements as that takes; ordered within one only."""
    return [row for chunk in chunks(dict.fromkeys(each)) for row in await fetch(db, statement, each=chunk, **values)]


async def execute(db: AsyncConnection, statement: Update | Delete, **values: Any) -> int:
    """How many rows that changed or removed."""
    return int((await db.execute(statement, values)).rowcount)


async def execute_for(db: AsyncConnection, statement: Update | Delete, each: Iterable[Any], **values: Any) -> int:
    """As `execute`, for the rows of each of these, which the statement calls EACH."""
    return sum([await execute(db, statement, each=chunk, **values) for chunk in chunks(dict.fromkeys(each))])


def insert(db: AsyncConnection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert of this database's own dialect: both say on_conflict in the same words."""
    return _insert(db.dialect.name, table)


def _insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


async def upsert(db: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]], *, keep: Container[str] = ()) -> None:
    """Insert rows that all have the same columns. One whose primary key is there already is replaced, but for the columns to keep."""
    if rows:
        await db.execute(_upsert(db.dialect.name, table, tuple(name for name in rows[0] if name not in keep)), list(rows))


@lru_cache
def _upsert(dialect: str, table: Table, renewed: tuple[str, ...]) -> postgresql.Insert | sqlite.Insert:
    # Putting it together takes longer than the database takes for a row.
    statement = _insert(dialect, table)
    key = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in renewed if name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=changed)
