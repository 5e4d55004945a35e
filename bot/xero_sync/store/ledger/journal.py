"""The journal: every Action is planned here before it is performed, and its outcome noted after."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.actions import ACTION, Action
from xero_sync.domain.outcomes import Outcome
from xero_sync.store import audit
from xero_sync.store.rows import fetch, fetch_for, fetch_one, insert
from xero_sync.store.tables import is_open_entry, journal

EntryState = Literal["planned", "applied", "refused", "failed", "unknown"]
"""planned and unknown are open: what they did has to be read back."""

_OPEN = ("planned", "unknown")


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
        )
        made = (await db.execute(plan.on_conflict_do_nothing().returning(journal.c.entry_id))).first()
        if made is None:
            is_open = self._entries().where(journal.c.action_key == action.key, is_open_entry)
            return _read(await fetch(db, is_open))[0]
        said = {"entry_id": made.entry_id, "attempt_id": attempt_id, "plugin": plugin, "action": action.model_dump(mode="json")}
        await audit.note(db, self.connection_id, "planned", json.dumps(said), at)
        return Entry(made.entry_id, attempt_id, action, plugin, "planned", at, is_new=True)

    async def ended(self, db: AsyncConnection, entry_id: int, outcome: Outcome) -> None:
        """Note what came of it. An unknown outcome leaves the entry open."""
        is_it = (journal.c.connection_id == self.connection_id, journal.c.entry_id == entry_id)
        await db.execute(update(journal).where(*is_it).values(state=outcome.state, outcome=outcome.model_dump_json()))
        said = {"entry_id": entry_id, "outcome": outcome.model_dump(mode="json")}
        await audit.note(db, self.connection_id, outcome.state, json.dumps(said), outcome.at)

    async def entry(self, db: AsyncConnection, entry_id: int) -> Entry | None:
        """One entry, None where there is none of that id."""
        row = await fetch_one(db, self._entries().where(journal.c.entry_id == entry_id))
        return _read([row])[0] if row else None

    async def open_entries(self, db: AsyncConnection) -> list[Entry]:
        """What has no certain outcome yet, oldest first."""
        return _read(await fetch(db, self._entries().where(is_open_entry).order_by(journal.c.entry_id)))

    async def last_outcomes(self, db: AsyncConnection, action_keys: Iterable[str]) -> dict[str, Outcome]:
        """The outcome of each Action's last entry, by its key; one that is open has none."""
        newest = select(func.max(journal.c.entry_id).label("entry_id")).where(journal.c.connection_id == self.connection_id)
        last = await fetch_for(db, newest.group_by(journal.c.action_key), journal.c.action_key, action_keys)
        entries = _read(await fetch_for(db, self._entries(), journal.c.entry_id, (row.entry_id for row in last)))
        return {entry.action.key: entry.outcome for entry in entries if entry.outcome and not entry.is_open}

    async def verify_audit(self, db: AsyncConnection) -> list[int]:
        """The sequence numbers at which the audit's chain is broken; empty where nobody changed it."""
        return await audit.broken_seqs(db, self.connection_id)

    def _entries(self) -> Select[*tuple[Any, ...]]:
        return select(journal).where(journal.c.connection_id == self.connection_id)


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
