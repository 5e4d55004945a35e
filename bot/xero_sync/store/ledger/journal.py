"""The journal: every Action is planned here before it is performed, and its outcome noted after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.actions import Action
from xero_sync.domain.outcomes import Outcome

EntryState = Literal["planned", "applied", "refused", "failed", "unknown"]
"""planned and unknown are open: what they did has to be read back."""


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
        return self.state in ("planned", "unknown")


class Journal:
    connection_id: str

    async def planned(self, db: AsyncConnection, action: Action, *, plugin: str, at: datetime, attempt_id: str) -> Entry:
        """The Action's open journal entry: a new one, or the one that is open already, with its own attempt_id and is_new False."""
        raise NotImplementedError

    async def ended(self, db: AsyncConnection, entry_id: int, outcome: Outcome) -> None:
        """Note what came of it. An unknown outcome leaves the entry open."""
        raise NotImplementedError

    async def entry(self, db: AsyncConnection, entry_id: int) -> Entry | None:
        raise NotImplementedError

    async def open_entries(self, db: AsyncConnection) -> list[Entry]:
        """What has no certain outcome yet, oldest first."""
        raise NotImplementedError

    async def last_failures(self, db: AsyncConnection, action_keys: Iterable[str]) -> dict[str, Outcome]:
        """The outcome of each Action whose last entry was refused or failed, by its key."""
        raise NotImplementedError

    async def verify_audit(self, db: AsyncConnection) -> list[int]:
        """The sequence numbers at which the audit's chain is broken; empty where nobody changed it."""
        raise NotImplementedError
