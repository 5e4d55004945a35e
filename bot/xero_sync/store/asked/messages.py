"""What stands in Slack, and the replies only one person sees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import Select, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.store.rows import CONNECTION, EACH, execute, fetch, fetch_for, fetch_one, upsert
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


_is_ours = messages.c.connection_id == CONNECTION
_is_message = and_(_is_ours, messages.c.subject == bindparam("about"))
_ALL = select(*(column for column in messages.c if column.name != "connection_id")).where(_is_ours)
_SOME = _ALL.where(messages.c.subject.in_(EACH))
_SUBJECTS = select(messages.c.subject).where(_is_ours, messages.c.subject.in_(EACH))
_SHOWN = {"shown_hash": bindparam("hash"), "updated_at": bindparam("now"), "revision": messages.c.revision + 1}
_EDITED = update(messages).where(_is_message).values(_SHOWN)
_POSTED = update(messages).where(_is_message).values({**_SHOWN, "state": "posted", "ts": bindparam("at_ts"), "posted_at": bindparam("now")})
_COUNT = select(func.count().label("many")).select_from(messages).where(_is_ours, messages.c.posted_at >= bindparam("since"))

_is_reply = replies.c.connection_id == CONNECTION
_UNSENT = (
    select(*(replies.c[name] for name in ("reply_id", "channel", "person_id", "text", "at")))
    .where(_is_reply, is_unsent)
    .order_by(replies.c.reply_id)
)
_SENT = update(replies).where(_is_reply, replies.c.reply_id == bindparam("reply")).values(sent_at=bindparam("now"))


@cache
def _these_or_unfinished(beginning: str, final: str) -> Select[*tuple[Any, ...]]:
    may_change = and_(messages.c.subject.startswith(beginning, autoescape=True), ~messages.c.shown_hash.startswith(final, autoescape=True))
    return _ALL.where(or_(messages.c.subject.in_(EACH), may_change))


@cache
def _count(beginning: str) -> Select[*tuple[Any, ...]]:
    return _COUNT.where(messages.c.subject.startswith(beginning, autoescape=True))


class Messages:
    """The part of what was asked that is shown."""

    connection_id: str

    async def message(self, db: AsyncConnection, subject: str) -> Message | None:
        """The message of this subject, None where none was ever about to be posted."""
        row = await fetch_one(db, _SOME, connection=self.connection_id, each=[subject])
        return Message(**row._mapping) if row else None

    async def messages(self, db: AsyncConnection, subjects: Iterable[str], *, unfinished: str, final: str) -> dict[str, Message]:
        """By subject: these, and all that begin with `unfinished` and may still change: what they show does not begin with `final`."""
        # One subject at least, or those that may change would not be asked for.
        rows = await fetch_for(db, _these_or_unfinished(unfinished, final), [*subjects, ""], connection=self.connection_id)
        return {row.subject: Message(**row._mapping) for row in rows}

    async def posted_among(self, db: AsyncConnection, subjects: Iterable[str]) -> set[str]:
        """Those of these subjects that have a message, or are about to."""
        return {row.subject for row in await fetch_for(db, _SUBJECTS, subjects, connection=self.connection_id)}

    async def posting(self, db: AsyncConnection, subject: str, channel: str, at: datetime) -> None:
        """Note that a message is about to be posted; to be committed before the call."""
        row = {"connection_id": self.connection_id, "subject": subject, "channel": channel, "ts": "", "shown_hash": "", "revision": 0}
        await upsert(db, messages, [{**row, "state": "posting", "posted_at": at, "updated_at": at}], keep={"revision"})

    async def posted(self, db: AsyncConnection, subject: str, ts: str, shown_hash: str, at: datetime) -> None:
        """It stands in Slack under this ts."""
        await execute(db, _POSTED, connection=self.connection_id, about=subject, at_ts=ts, hash=shown_hash, now=at)

    async def edited(self, db: AsyncConnection, subject: str, shown_hash: str, at: datetime) -> None:
        """It shows something else now."""
        await execute(db, _EDITED, connection=self.connection_id, about=subject, hash=shown_hash, now=at)

    async def posted_since(self, db: AsyncConnection, prefix: str, at: datetime) -> int:
        """How many messages whose subject starts so were posted, or were about to be, since then."""
        row = await fetch_one(db, _count(prefix), connection=self.connection_id, since=at)
        return int(row.many) if row else 0

    async def reply(self, db: AsyncConnection, *, channel: str, person_id: str, text: str, at: datetime) -> int:
        """Have this told to one person; its reply_id."""
        row = insert(replies).values(connection_id=self.connection_id, channel=channel, person_id=person_id, text=text, at=at)
        return int((await db.execute(row.returning(replies.c.reply_id))).scalar_one())

    async def unsent_replies(self, db: AsyncConnection) -> list[PrivateReply]:
        """Oldest first."""
        return [PrivateReply(**row._mapping) for row in await fetch(db, _UNSENT, connection=self.connection_id)]

    async def reply_sent(self, db: AsyncConnection, reply_id: int, at: datetime) -> None:
        """It was told."""
        await execute(db, _SENT, connection=self.connection_id, reply=reply_id, now=at)
