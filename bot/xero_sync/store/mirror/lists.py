"""The schedule of listings, and the small lists kept whole: categories, accounts, projects, objects, users."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.store.rows import chunks, fetch, fetch_for, upsert
from xero_sync.store.tables import has_since, lists, records


@dataclass(frozen=True)
class ListState:
    """Where one listing stands.

    cursor: the stamp up to which everything is known. page: the next page of a listing under way, 0 for none. started_at: the service's own
    time at the first request of the listing under way. highest: the newest stamp it brought so far. is_complete: ever read to the end.
    """

    name: str
    due_at: datetime
    cursor: datetime | None = None
    page: int = 0
    started_at: datetime | None = None
    highest: datetime | None = None
    last_read_at: datetime | None = None
    failures: int = 0
    problem: str = ""
    is_complete: bool = False


@dataclass(frozen=True)
class Record:
    """One entry of a small list, as JSON text."""

    text: str
    first_seen_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class Changes:
    """What a listing changed: added is id -> new text, changed is id -> (old text, new text)."""

    added: Mapping[str, str] = field(default_factory=dict)
    changed: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.gone)


class Lists:
    """The part of the mirror that knows when to read what, and keeps the small lists."""

    connection_id: str

    async def lists(self, db: AsyncConnection) -> dict[str, ListState]:
        """Every listing by name."""
        columns = [column for column in lists.c if column.name != "connection_id"]
        rows = await fetch(db, select(*columns).where(lists.c.connection_id == self.connection_id))
        return {row.name: ListState(**row._mapping) for row in rows}

    async def put_list(self, db: AsyncConnection, state: ListState) -> None:
        """Keep where the listing stands now."""
        await upsert(db, lists, [{"connection_id": self.connection_id, **asdict(state)}])

    async def pull_forward(self, db: AsyncConnection, names: Iterable[str], due_at: datetime) -> None:
        """Make these listings due at the latest then; what is due earlier stays so. A name without a row gets none."""
        await db.execute(
            update(lists)
            .where(lists.c.connection_id == self.connection_id, lists.c.name.in_(list(names)), lists.c.due_at > due_at)
            .values(due_at=due_at)
        )

    async def put_records(self, db: AsyncConnection, list_name: str, texts: Mapping[str, str], at: datetime, *, is_whole: bool) -> Changes:
        """Take over these entries by id. Only a whole list removes what is missing from it."""
        statement = select(records.c.record_id, records.c.text).where(self._is_in(list_name))
        present = await fetch(db, statement) if is_whole else await fetch_for(db, statement, records.c.record_id, texts)
        old = {row.record_id: row.text for row in present}
        added = {record_id: text for record_id, text in texts.items() if record_id not in old}
        changed = {record_id: (old[record_id], text) for record_id, text in texts.items() if old.get(record_id, text) != text}
        gone = frozenset(old.keys() - texts.keys()) if is_whole else frozenset()
        base = {"connection_id": self.connection_id, "list_name": list_name, "first_seen_at": at, "changed_at": at}
        rows = [{**base, "record_id": record_id, "text": texts[record_id]} for record_id in (*added, *changed)]
        await upsert(db, records, rows, keep={"first_seen_at"})
        for chunk in chunks(gone):
            await db.execute(delete(records).where(self._is_in(list_name), records.c.record_id.in_(chunk)))
        return Changes(added, changed, gone)

    async def records(self, db: AsyncConnection, list_name: str) -> dict[str, Record]:
        """The whole list by id."""
        columns = (records.c.record_id, records.c.text, records.c.first_seen_at, records.c.changed_at)
        rows = await fetch(db, select(*columns).where(self._is_in(list_name)).order_by(records.c.record_id))
        return {row.record_id: Record(row.text, row.first_seen_at, row.changed_at) for row in rows}

    async def set_since(self, db: AsyncConnection, list_name: str, record_id: str, at: datetime | None) -> None:
        """Note since when something is so of this entry (first seen completed); None forgets it."""
        await db.execute(update(records).where(self._is_in(list_name), records.c.record_id == record_id).values(since=at))

    async def since(self, db: AsyncConnection, list_name: str) -> dict[str, datetime]:
        """What was noted of the entries of this list, by id."""
        statement = select(records.c.record_id, records.c.since).where(self._is_in(list_name), has_since)
        return {row.record_id: row.since for row in await fetch(db, statement)}

    def _is_in(self, list_name: str) -> ColumnElement[bool]:
        return and_(records.c.connection_id == self.connection_id, records.c.list_name == list_name)
