"""The schedule of listings, and the small lists kept whole: categories, accounts, projects, objects, users."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.store.rows import CONNECTION, EACH, execute, execute_for, fetch, fetch_for, upsert
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


_LISTS = select(*(column for column in lists.c if column.name != "connection_id")).where(lists.c.connection_id == CONNECTION)
_PULL_FORWARD = (
    update(lists)
    .where(lists.c.connection_id == CONNECTION, lists.c.name.in_(EACH), lists.c.due_at > bindparam("at"))
    .values(due_at=bindparam("at"))
)
_is_in_list = and_(records.c.connection_id == CONNECTION, records.c.list_name == bindparam("list"))
_TEXTS = select(records.c.record_id, records.c.text).where(_is_in_list)
_SOME_TEXTS = _TEXTS.where(records.c.record_id.in_(EACH))
_REMOVE = delete(records).where(_is_in_list, records.c.record_id.in_(EACH))
_RECORDS = (
    select(records.c.list_name, records.c.record_id, records.c.text, records.c.first_seen_at, records.c.changed_at)
    .where(records.c.connection_id == CONNECTION, records.c.list_name.in_(EACH))
    .order_by(records.c.list_name, records.c.record_id)
)
_SET_SINCE = update(records).where(_is_in_list, records.c.record_id == bindparam("record")).values(since=bindparam("at"))
_SINCE = select(records.c.record_id, records.c.since).where(_is_in_list, has_since)


class Lists:
    """The part of the mirror that knows when to read what, and keeps the small lists."""

    connection_id: str

    async def lists(self, db: AsyncConnection) -> dict[str, ListState]:
        """Every listing by name."""
        return {row.name: ListState(**row._mapping) for row in await fetch(db, _LISTS, connection=self.connection_id)}

    async def put_list(self, db: AsyncConnection, state: ListState) -> None:
        """Keep where the listing stands now."""
        await upsert(db, lists, [{"connection_id": self.connection_id, **vars(state)}])

    async def pull_forward(self, db: AsyncConnection, names: Iterable[str], due_at: datetime) -> None:
        """Make these listings due at the latest then; what is due earlier stays so. A name without a row gets none."""
        await execute_for(db, _PULL_FORWARD, names, connection=self.connection_id, at=due_at)

    async def put_records(self, db: AsyncConnection, list_name: str, texts: Mapping[str, str], at: datetime, *, is_whole: bool) -> Changes:
        """Take over these entries by id. Only a whole list removes what is missing from it."""
        of_list = {"connection": self.connection_id, "list": list_name}
        present = await fetch(db, _TEXTS, **of_list) if is_whole else await fetch_for(db, _SOME_TEXTS, texts, **of_list)
        old = {row.record_id: row.text for row in present}
        added = {record_id: text for record_id, text in texts.items() if record_id not in old}
        changed = {record_id: (old[record_id], text) for record_id, text in texts.items() if old.get(record_id, text) != text}
        gone = frozenset(old.keys() - texts.keys()) if is_whole else frozenset()
        base = {"connection_id": self.connection_id, "list_name": list_name, "first_seen_at": at, "changed_at": at}
        rows = [{**base, "record_id": record_id, "text": texts[record_id]} for record_id in (*added, *changed)]
        await upsert(db, records, rows, keep={"first_seen_at"})
        await execute_for(db, _REMOVE, gone, **of_list)
        return Changes(added, changed, gone)

    async def records(self, db: AsyncConnection, list_name: str) -> dict[str, Record]:
        """The whole list by id."""
        return (await self.records_of(db, [list_name]))[list_name]

    async def records_of(self, db: AsyncConnection, list_names: Sequence[str]) -> dict[str, dict[str, Record]]:
        """Each of these lists whole, by its name."""
        found: dict[str, dict[str, Record]] = {name: {} for name in list_names}
        for row in await fetch_for(db, _RECORDS, list_names, connection=self.connection_id):
            found[row.list_name][row.record_id] = Record(row.text, row.first_seen_at, row.changed_at)
        return found

    async def set_since(self, db: AsyncConnection, list_name: str, record_id: str, at: datetime | None) -> None:
        """Note since when something is so of this entry (first seen completed); None forgets it."""
        await execute(db, _SET_SINCE, connection=self.connection_id, list=list_name, record=record_id, at=at)

    async def since(self, db: AsyncConnection, list_name: str) -> dict[str, datetime]:
        """What was noted of the entries of this list, by id."""
        rows = await fetch(db, _SINCE, connection=self.connection_id, list=list_name)
        return {row.record_id: row.since for row in rows}
