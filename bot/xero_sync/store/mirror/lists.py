"""The schedule of listings, and the small lists kept whole: categories, accounts, projects, objects, users."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True)
class ListState:
    """Where one listing stands.

    cursor: the stamp up to which everything is known. page: the next page of a listing under way, 0 for none. started_at: the service's own time at
    the first request of the listing under way. highest: the newest stamp it has brought so far. is_complete: ever read to the end.
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


class Lists:
    connection_id: str

    async def lists(self, db: AsyncConnection) -> dict[str, ListState]:
        """Every listing by name."""
        raise NotImplementedError

    async def put_list(self, db: AsyncConnection, state: ListState) -> None:
        raise NotImplementedError

    async def pull_forward(self, db: AsyncConnection, names: Iterable[str], due_at: datetime) -> None:
        """Make these listings due at the latest then; what is due earlier stays so. A name without a row gets none."""
        raise NotImplementedError

    async def put_records(
        self, db: AsyncConnection, list_name: str, texts: Mapping[str, str], at: datetime, *, is_whole: bool
    ) -> Changes:
        """Take over these entries by id. Only a whole list removes what is missing from it."""
        raise NotImplementedError

    async def records(self, db: AsyncConnection, list_name: str) -> dict[str, Record]:
        raise NotImplementedError

    async def set_since(self, db: AsyncConnection, list_name: str, record_id: str, at: datetime | None) -> None:
        """Note since when something is so of this entry (first seen completed); None forgets it."""
        raise NotImplementedError

    async def since(self, db: AsyncConnection, list_name: str) -> dict[str, datetime]:
        raise NotImplementedError
