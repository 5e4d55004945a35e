"""What stands in Slack, and the replies only one person sees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.store.rows import fetch, fetch_for, fetch_one, upsert
from xero_sync.store.tables import is_unsent, messages, replies


@dataclass(frozen=True)
class Message:
    """One message in Slack by its subject.

    shown_hash: of what it shows. state: "posting" from before the call until its ts is known.
    posted_at: when it was posted, or was about to be.
    revision goes up with every post and edit.
    """

    subject: str
    channel: str
    ts: str
    shown_hash: str
    state: Literal["posting", "posted"]
    posted_at: datetime
    updated_at: datetime
    revision: int


@dataclass(frozen=True)
class PrivateReply:
    """Something one person is to be told, seen by nobody else."""

    reply_id: int
    channel: str
    person_id: str
    text: str
    at: datetime


class Messages:
    """The part of what was asked that is shown."""

    connection_id: str

    async def message(self, db: AsyncConnection, subject: str) -> Message | None:
        """The message of this subject, None where none was ever about to be posted."""
        row = await fetch_one(db, select(*_MESSAGE).where(self._is_message(subject)))
        return Message(**row._mapping) if row else None

    async def messages(self, db: AsyncConnection, subjects: Iterable[str], *, unfinished: str, final: str) -> dict[str, Message]:
        """By subject: these, and all that begin with `unfinished` and may still change: what they show does not begin with `final`."""
        is_ours = messages.c.connection_id == self.connection_id
        begins_so = messages.c.subject.startswith(unfinished, autoescape=True)
        may_change = ~messages.c.shown_hash.startswith(final, autoescape=True)
        rows = [*await fetch(db, select(*_MESSAGE).where(is_ours, begins_so, may_change))]
        rows += await fetch_for(db, select(*_MESSAGE).where(is_ours), messages.c.subject, subjects)
        return {row.subject: Message(**row._mapping) for row in rows}

    async def posted_among(self, db: AsyncConnection, subjects: Iterable[str]) -> set[str]:
        """Those of these subjects that have a message, or are about to."""
        ours = select(messages.c.subject).where(messages.c.connection_id == self.connection_id)
        return {row.subject for row in await fetch_for(db, ours, messages.c.subject, subjects)}

    async def posting(self, db: AsyncConnection, subject: str, channel: str, at: datetime) -> None:
        """Note that a message is about to be posted; to be committed before the call."""
        row = {"connection_id": self.connection_id, "subject": subject, "channel": channel, "ts": "", "shown_hash": "", "revision": 0}
        await upsert(db, messages, [{**row, "state": "posting", "posted_at": at, "updated_at": at}], keep={"revision"})

    async def posted(self, db: AsyncConnection, subject: str, ts: str, shown_hash: str, at: datetime) -> None:
        """It stands in Slack under this ts."""
        shown = {"state": "posted", "ts": ts, "shown_hash": shown_hash, "posted_at": at, "updated_at": at}
        await db.execute(update(messages).where(self._is_message(subject)).values(**shown, revision=messages.c.revision + 1))

    async def edited(self, db: AsyncConnection, subject: str, shown_hash: str, at: datetime) -> None:
        """It shows something else now."""
        shown = {"shown_hash": shown_hash, "updated_at": at}
        await db.execute(update(messages).where(self._is_message(subject)).values(**shown, revision=messages.c.revision + 1))

    async def posted_since(self, db: AsyncConnection, prefix: str, at: datetime) -> int:
        """How many messages whose subject starts so were posted, or were about to be, since then."""
        is_recent = and_(messages.c.connection_id == self.connection_id, messages.c.posted_at >= at)
        counted = select(func.count().label("many")).select_from(messages).where(is_recent)
        row = await fetch_one(db, counted.where(messages.c.subject.startswith(prefix, autoescape=True)))
        return int(row.many) if row else 0

    async def reply(self, db: AsyncConnection, *, channel: str, person_id: str, text: str, at: datetime) -> int:
        """Have this told to one person; its reply_id."""
        row = insert(replies).values(connection_id=self.connection_id, channel=channel, person_id=person_id, text=text, at=at)
        return int((await db.execute(row.returning(replies.c.reply_id))).scalar_one())

    async def unsent_replies(self, db: AsyncConnection) -> list[PrivateReply]:
        """Oldest first."""
        columns = [replies.c[name] for name in ("reply_id", "channel", "person_id", "text", "at")]
        unsent = select(*columns).where(replies.c.connection_id == self.connection_id, is_unsent).order_by(replies.c.reply_id)
        return [PrivateReply(**row._mapping) for row in await fetch(db, unsent)]

    async def reply_sent(self, db: AsyncConnection, reply_id: int, at: datetime) -> None:
        """It was told."""
        is_it = and_(replies.c.connection_id == self.connection_id, replies.c.reply_id == reply_id)
        await db.execute(update(replies).where(is_it).values(sent_at=at))

    def _is_message(self, subject: str) -> ColumnElement[bool]:
        return and_(messages.c.connection_id == self.connection_id, messages.c.subject == subject)


_MESSAGE = [column for column in messages.c if column.name != "connection_id"]
