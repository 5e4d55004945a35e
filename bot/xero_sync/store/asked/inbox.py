"""The inbox: presses, commands, webhooks and forms, written down before anything is done about them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.store.rows import CONNECTION, EACH, execute, execute_for, fetch, fetch_one, insert
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


_is_ours = inbox.c.connection_id == CONNECTION
_is_it = inbox.c.inbox_id == bindparam("row")
FIRST_LANE = select(inbox.c.lane).where(_is_ours, is_in_inbox).order_by(inbox.c.lane).limit(1)
_WAITING = select(inbox).where(_is_ours, is_in_inbox).order_by(inbox.c.lane, inbox.c.inbox_id).limit(bindparam("limit"))
_TAKE = update(inbox).where(_is_ours, inbox.c.inbox_id.in_(EACH)).values(state="taken")
_PUT_BACK = update(inbox).where(_is_ours, is_taken).values(state="waiting")
_FINISH = update(inbox).where(_is_ours, _is_it).values(state="finished", finished_at=bindparam("now"), answer=bindparam("said"))
_ANSWER = select(inbox.c.answer).where(_is_ours, _is_it)


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

    async def take(self, db: AsyncConnection, limit: int) -> list[InboxRow]:
        """What waits, by lane, then oldest first. It does not wait any more."""
        rows = await fetch(db, _WAITING, connection=self.connection_id, limit=limit)
        await execute_for(db, _TAKE, (row.inbox_id for row in rows), connection=self.connection_id)
        return [InboxRow(row.inbox_id, row.lane, row.kind, json.loads(row.body), row.person_id, row.at) for row in rows]

    async def put_back(self, db: AsyncConnection) -> int:
        """Let what was taken and never finished wait again, as after a crash; how many that were."""
        return await execute(db, _PUT_BACK, connection=self.connection_id)

    async def finish(self, db: AsyncConnection, inbox_id: int, *, at: datetime, answer: str) -> None:
        """It is done, and this is what the person is told."""
        await execute(db, _FINISH, connection=self.connection_id, row=inbox_id, now=at, said=answer)

    async def answer_of(self, db: AsyncConnection, inbox_id: int) -> str | None:
        """What it was answered, None while it is not finished."""
        row = await fetch_one(db, _ANSWER, connection=self.connection_id, row=inbox_id)
        return row.answer if row else None
