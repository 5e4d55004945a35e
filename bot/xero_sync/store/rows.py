"""Reading and writing rows in bulk, the same on both databases."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

CHUNK = 500
Value = TypeVar("Value")


def chunks(values: Iterable[Value], size: int = CHUNK) -> Iterator[list[Value]]:
    """The values in lists of at most `size`."""
    left = iter(values)
    while chunk := list(islice(left, size)):
        yield chunk


async def fetch(db: AsyncConnection, statement: Select[*tuple[Any, ...]]) -> Sequence[Row[*tuple[Any, ...]]]:
    """All rows, counted in `Database.rows_read`."""
    rows = (await db.execute(statement)).all()
    db.info["tally"].rows += len(rows)
    return rows


async def fetch_one(db: AsyncConnection, statement: Select[*tuple[Any, ...]]) -> Row[*tuple[Any, ...]] | None:
    """The first row, or None."""
    rows = await fetch(db, statement.limit(1))
    return rows[0] if rows else None


async def fetch_for(
    db: AsyncConnection, statement: Select[*tuple[Any, ...]], column: ColumnElement[Any], values: Iterable[Any]
) -> list[Row[*tuple[Any, ...]]]:
    """The rows whose column is one of these values, in as many statements as that takes; ordered within each only."""
    return [row for chunk in chunks(dict.fromkeys(values)) for row in await fetch(db, statement.where(column.in_(chunk)))]


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
