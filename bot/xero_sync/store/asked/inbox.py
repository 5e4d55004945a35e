"""The inbox: presses, commands, webhooks and forms, written down before anything is done about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

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
    connection_id: str

    async def put(
        self, db: AsyncConnection, *, lane: int, kind: InboxKind, body: Mapping[str, Any], person_id: str, dedupe_key: str, at: datetime
    ) -> InboxRow | None:
        """The row written, or None where the same key came before."""
        raise NotImplementedError

    async def waiting(self, db: AsyncConnection) -> int | None:
        """The rank of the first lane something waits in, None where nothing does."""
        raise NotImplementedError

    async def take(self, db: AsyncConnection, limit: int) -> list[InboxRow]:
        """What waits, by lane, then oldest first. It does not wait any more."""
        raise NotImplementedError

    async def put_back(self, db: AsyncConnection) -> int:
        """Let what was taken and never finished wait again, as after a crash; how many that were."""
        raise NotImplementedError

    async def finish(self, db: AsyncConnection, inbox_id: int, *, at: datetime, answer: str) -> None:
        raise NotImplementedError

    async def answer_of(self, db: AsyncConnection, inbox_id: int) -> str | None:
        """What it was answered, None while it is not finished."""
        raise NotImplementedError
