"""The inbox: presses, commands, webhooks and forms, written down before anything is done about them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.store.rows import fetch, fetch_one, insert
from xero_sync.store.tables import inbox, is_in_inbox, is_taken

InboxKind = Literal["press", "command", "webhook", "form"]


@dataclass(frozen=True)
class InboxRow:
    """lane: its rank. body: what was asked, as JSON. person_id: "" where no person asked."""

    inbox_id: int
    lane: int
    kind: InboxKind
    body: Mapping[str, Any]
    person_id: str
    at: datetime


class Inbox:
    """The part of what was asked that waits to be done."""

    connection_id: str

    async def put(
        self, db: AsyncConnection, *, lane: int, kind: InboxKind, body: Mapping[str, Any], person_id: str, dedupe_key: str, at: datetime
    ) -> InboxRow | None:
        """The row written, or None where the same dedupe_key came before."""
        row = insert(db, inbox).values(
            connection_id=self.connection_id,
            lane=lane,
            kind=kind,
            body=json.dumps(body),
            person_id=person_id,
            dedupe_key=dedupe_key,
            at=at,
            state="waiting",
        )
        made = (await db.execute(row.on_conflict_do_nothing().returning(inbox.c.inbox_id))).first()
        return InboxRow(made.inbox_id, lane, kind, body, person_id, at) if made else None

    async def waiting(self, db: AsyncConnection) -> int | None:
        """The rank of the first lane something waits in, None where nothing does."""
        first = select(inbox.c.lane).where(inbox.c.connection_id == self.connection_id, is_in_inbox).order_by(inbox.c.lane)
        row = await fetch_one(db, first)
        return int(row.lane) if row else None

    async def take(self, db: AsyncConnection, limit: int) -> list[InboxRow]:
        """What waits, by lane, then oldest first. It does not wait any more."""
        order = (inbox.c.lane, inbox.c.inbox_id)
        is_ours = inbox.c.connection_id == self.connection_id
        rows = await fetch(db, select(inbox).where(is_ours, is_in_inbox).order_by(*order).limit(limit))
        if rows:
            is_among = inbox.c.inbox_id.in_([row.inbox_id for row in rows])
            await db.execute(update(inbox).where(is_ours, is_among).values(state="taken"))
        return [InboxRow(row.inbox_id, row.lane, row.kind, json.loads(row.body), row.person_id, row.at) for row in rows]

    async def put_back(self, db: AsyncConnection) -> int:
        """Let what was taken and never finished wait again, as after a crash; how many that were."""
        back = update(inbox).where(inbox.c.connection_id == self.connection_id, is_taken).values(state="waiting")
        return (await db.execute(back)).rowcount

    async def finish(self, db: AsyncConnection, inbox_id: int, *, at: datetime, answer: str) -> None:
        """It is done, and this is what the person is told."""
        is_it = (inbox.c.connection_id == self.connection_id, inbox.c.inbox_id == inbox_id)
        await db.execute(update(inbox).where(*is_it).values(state="finished", finished_at=at, answer=answer))

    async def answer_of(self, db: AsyncConnection, inbox_id: int) -> str | None:
        """What it was answered, None while it is not finished."""
        is_it = (inbox.c.connection_id == self.connection_id, inbox.c.inbox_id == inbox_id)
        row = await fetch_one(db, select(inbox.c.answer).where(*is_it))
        return row.answer if row else None
