"""What stands in Slack, and the replies only one person sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True)
class Message:
    """One message in Slack by its subject. shown_hash: of what it shows. state: "posting" from before the call until its ts is known."""

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
    reply_id: int
    channel: str
    person_id: str
    text: str
    at: datetime


class Messages:
    connection_id: str

    async def message(self, db: AsyncConnection, subject: str) -> Message | None:
        raise NotImplementedError

    async def messages(self, db: AsyncConnection) -> dict[str, Message]:
        raise NotImplementedError

    async def posting(self, db: AsyncConnection, subject: str, channel: str, at: datetime) -> None:
        """Note that a message is about to be posted; to be committed before the call."""
        raise NotImplementedError

    async def posted(self, db: AsyncConnection, subject: str, ts: str, shown_hash: str, at: datetime) -> None:
        raise NotImplementedError

    async def edited(self, db: AsyncConnection, subject: str, shown_hash: str, at: datetime) -> None:
        raise NotImplementedError

    async def posted_since(self, db: AsyncConnection, prefix: str, at: datetime) -> int:
        """How many messages whose subject starts so were posted, or were about to be, since then."""
        raise NotImplementedError

    async def reply(self, db: AsyncConnection, *, channel: str, person_id: str, text: str, at: datetime) -> int:
        """Have this told to one person; its reply_id."""
        raise NotImplementedError

    async def unsent_replies(self, db: AsyncConnection) -> list[PrivateReply]:
        """Oldest first."""
        raise NotImplementedError

    async def reply_sent(self, db: AsyncConnection, reply_id: int, at: datetime) -> None:
        raise NotImplementedError
