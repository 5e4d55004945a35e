"""Where every line stands, and the sums over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.lines import DocumentResult, DocumentState, LineState


@dataclass(frozen=True)
class WaitingLine:
    document_id: str
    line_id: str
    net: Decimal
    currency: str
    reason: str


@dataclass(frozen=True)
class Standing:
    """Where one document stands. day: its date in Xero, None for one the mirror does not hold."""

    document_id: str
    state: DocumentState
    currency: str
    net: Decimal
    checked_at: datetime
    day: date | None


@dataclass(frozen=True)
class Totals:
    """documents: how many by their state's name. money: net per currency by the state of their lines. A state nothing is in is missing."""

    documents: Mapping[DocumentState, int] = field(default_factory=dict)
    money: Mapping[LineState, Mapping[str, Decimal]] = field(default_factory=dict)


class Results:
    connection_id: str

    async def put_results(self, db: AsyncConnection, results: Iterable[DocumentResult], at: datetime, *, local_day: date) -> set[str]:
        """The ids of the documents that stand differently now; only these count as checked on local_day."""
        raise NotImplementedError

    async def results(self, db: AsyncConnection, document_ids: Iterable[str]) -> dict[str, DocumentResult]:
        """The stored results, lines in the document's order, without keys."""
        raise NotImplementedError

    async def waiting_by_cause(self, db: AsyncConnection, causes: Iterable[str] | None = None) -> dict[str, list[WaitingLine]]:
        """The lines that wait for these causes (None: for any), oldest document first."""
        raise NotImplementedError

    async def totals(
        self, db: AsyncConnection, *, since_day: date | None = None, day: date | None = None, month: date | None = None
    ) -> Totals:
        """Counts and money. since_day and day: of the documents that changed their standing since or on that local day; month: dated in its month."""
        raise NotImplementedError

    async def documents_in(self, db: AsyncConnection, *states: DocumentState) -> list[Standing]:
        """The documents in these states, oldest first."""
        raise NotImplementedError
