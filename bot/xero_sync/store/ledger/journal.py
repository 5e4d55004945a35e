"""The journal: every Action is planned here before it is performed, and its outcome noted after."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Row, and_, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.actions import ACTION, Action, CreateOption, PutOnProject
from xero_sync.domain.outcomes import Outcome
from xero_sync.store import audit
from xero_sync.store.rows import CONNECTION, EACH, execute, fetch, fetch_for, fetch_one, insert
from xero_sync.store.tables import is_about_document, is_about_no_document, is_open_entry, journal

EntryState = Literal["planned", "applied", "refused", "failed", "unknown"]
"""planned and unknown are open: what they did has to be read back."""

_OPEN = ("planned", "unknown")
_NO_END = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One Action in the journal. is_new: False where it was open already when it was planned again."""

    entry_id: int
    attempt_id: str
    action: Action
    plugin: str
    state: EntryState
    planned_at: datetime
    outcome: Outcome | None = None
    is_new: bool = False

    @property
    def is_open(self) -> bool:
        return self.state in _OPEN


_is_ours = journal.c.connection_id == CONNECTION
_ALL = select(journal).where(_is_ours)
_SOME = _ALL.where(journal.c.entry_id.in_(EACH))
_OF_DOCUMENT = _ALL.where(journal.c.document_id == bindparam("document")).order_by(journal.c.entry_id)
_of_days = and_(journal.c.planned_at >= bindparam("at"), journal.c.planned_at < bindparam("until"))
_SINCE = _ALL.where(is_about_document, _of_days)
_OTHERS_SINCE = _ALL.where(is_about_no_document, _of_days)
_MOVED_SINCE = (
    select(journal.c.entry_id)
    .where(_is_ours, is_about_document, journal.c.planned_at >= bindparam("at"), journal.c.state == "applied")
    .where(journal.c.action_key.startswith(f"{PutOnProject.__name__}:", autoescape=True))
    .limit(1)
)
_OPTIONS_SINCE = (
    select(func.count().label("many"))
    .where(_is_ours, is_about_no_document, journal.c.planned_at >= bindparam("at"), journal.c.state == "applied")
    .where(journal.c.action_key.startswith(f"{CreateOption.__name__}:", autoescape=True))
)
_OPEN_ONES = _ALL.where(is_open_entry).order_by(journal.c.entry_id)
_OPEN_OF_KEY = _ALL.where(is_open_entry, journal.c.action_key == bindparam("key"))
_LAST = (
    select(func.max(journal.c.entry_id).label("entry_id")).where(_is_ours, journal.c.action_key.in_(EACH)).group_by(journal.c.action_key)
)
_END = (
    update(journal)
    .where(_is_ours, journal.c.entry_id == bindparam("entry"))
    .values(state=bindparam("new_state"), outcome=bindparam("new_outcome"))
)


class Journal:
    """The part of the ledger that says what was done, what came of it, and whether anybody changed these notes."""

    connection_id: str

    async def planned(self, db: AsyncConnection, action: Action, *, plugin: str, at: datetime, attempt_id: str) -> Entry:
        """The Action's open journal entry: a new one, or the one that is open already, with its own attempt_id and is_new False."""
        plan = insert(db, journal).values(
            connection_id=self.connection_id,
            attempt_id=attempt_id,
            action_key=action.key,
            action=action.model_dump_json(),
            plugin=plugin,
            state="planned",
            planned_at=at,
            document_id=getattr(action, "document_id", "") or None,
        )
        made = (await db.execute(plan.on_conflict_do_nothing().returning(journal.c.entry_id))).first()
        if made is None:
            return _read(await fetch(db, _OPEN_OF_KEY, connection=self.connection_id, key=action.key))[0]
        said = {"entry_id": made.entry_id, "attempt_id": attempt_id, "plugin": plugin, "action": action.model_dump(mode="json")}
        await audit.note(db, self.connection_id, "planned", json.dumps(said), at)
        return Entry(made.entry_id, attempt_id, action, plugin, "planned", at, is_new=True)

    async def ended(self, db: AsyncConnection, entry_id: int, outcome: Outcome) -> None:
        """Note what came of it. An unknown outcome leaves the entry open."""
        said = outcome.model_dump_json()
        await execute(db, _END, connection=self.connection_id, entry=entry_id, new_state=outcome.state, new_outcome=said)
        noted = {"entry_id": entry_id, "outcome": outcome.model_dump(mode="json")}
        await audit.note(db, self.connection_id, outcome.state, json.dumps(noted), outcome.at)

    async def entry(self, db: AsyncConnection, entry_id: int) -> Entry | None:
        """One entry, None where there is none of that id."""
        found = _read(await fetch_for(db, _SOME, [entry_id], connection=self.connection_id))
        return found[0] if found else None

    async def entries_of(self, db: AsyncConnection, document_id: str) -> list[Entry]:
        """Everything that was to be done about this document, oldest first."""
        return _read(await fetch(db, _OF_DOCUMENT, connection=self.connection_id, document=document_id))

    async def entries_since(self, db: AsyncConnection, at: datetime, until: datetime = _NO_END) -> list[Entry]:
        """Everything planned about documents at this instant or later, and before `until`, oldest first."""
        found = _read(await fetch(db, _SINCE, connection=self.connection_id, at=at, until=until))
        return sorted(found, key=lambda entry: entry.entry_id)

    async def other_entries_since(self, db: AsyncConnection, at: datetime, until: datetime = _NO_END) -> list[Entry]:
        """The same for what is about no document: options made in Xero, comments on projects."""
        found = _read(await fetch(db, _OTHERS_SINCE, connection=self.connection_id, at=at, until=until))
        return sorted(found, key=lambda entry: entry.entry_id)

    async def has_moved_since(self, db: AsyncConnection, at: datetime) -> bool:
        """True where a document was put on a project, or taken off, by something planned at this instant or later."""
        return await fetch_one(db, _MOVED_SINCE, connection=self.connection_id, at=at) is not None

    async def options_created_since(self, db: AsyncConnection, at: datetime) -> int:
        """How many options were made in Xero since."""
        row = await fetch_one(db, _OPTIONS_SINCE, connection=self.connection_id, at=at)
        return int(row.many) if row else 0

    async def open_entries(self, db: AsyncConnection) -> list[Entry]:
        """What has no certain outcome yet, oldest first."""
        return _read(await fetch(db, _OPEN_ONES, connection=self.connection_id))

    async def last_outcomes(self, db: AsyncConnection, action_keys: Iterable[str]) -> dict[str, Outcome]:
        """The outcome of each Action's last entry, by its key; one that is open has none."""
        last = await fetch_for(db, _LAST, action_keys, connection=self.connection_id)
        entries = _read(await fetch_for(db, _SOME, (row.entry_id for row in last), connection=self.connection_id))
        return {entry.action.key: entry.outcome for entry in entries if entry.outcome and not entry.is_open}

    async def verify_audit(self, db: AsyncConnection) -> list[int]:
        """The sequence numbers at which the audit's chain is broken; empty where nobody changed it."""
        return await audit.broken_seqs(db, self.connection_id)


def _read(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Entry]:
    return [
        Entry(
            row.entry_id,
            row.attempt_id,
            ACTION.validate_json(row.action),
            row.plugin,
            row.state,
            row.planned_at,
            Outcome.model_validate_json(row.outcome) if row.outcome else None,
        )
        for row in rows
    ]
