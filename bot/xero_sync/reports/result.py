"""The result of one day: what was checked, and where its money stands.

Counts are of documents, money is of lines (money.md, the identity).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.connection import ConnectionSettings
from xero_sync.domain.lines import DocumentState, LineState
from xero_sync.domain.money import Money, add_up
from xero_sync.reports.words import bounds_of
from xero_sync.store import connections
from xero_sync.store.books import Books
from xero_sync.store.ledger import Totals
from xero_sync.store.mirror import ListState

PartName = Literal["on projects", "waiting", "no project needed", "left out"]

_PARTS: Final[Mapping[PartName, tuple[LineState, tuple[DocumentState, ...]]]] = {
    "on projects": ("attached", ("attached",)),
    "waiting": ("waiting", ("waiting", "partly attached", "could not be done")),
    "no project needed": ("no project needed", ("no project needed",)),
    "left out": ("left out", ("left out",)),
}
DOCUMENT_LISTS: Final = ("invoices", "credit_notes")
"""Xero's lists that documents come from: when they were read is when was checked."""


@dataclass(frozen=True)
class Part:
    """One of the four parts everything checked falls into. money: net, one sum per currency."""

    name: PartName
    documents: int = 0
    money: tuple[Money, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.documents and not self.money


@dataclass(frozen=True)
class DayResult:
    """Everything whose standing changed on one local day.

    parts: all four, in the order they are shown. Of the waiting, so many are partly on projects, could_not_be_done, or need_no_answer:
    they go on by themselves, when Scoro's copy comes for instance. can_be_undone: something was written in Scoro on that day.
    is_rehearsal: nothing is written just now; asks_first: because the first ten are done. options_created: in Xero, on that day; an undo leaves them.
    still_to_look_at: documents read but not decided yet. is_reading_well: False while a document list cannot be read,
    or rows of it are not understood, which is said in `not_understood`.
    """

    day: date
    parts: tuple[Part, ...]
    zone: ZoneInfo
    partly: int = 0
    could_not_be_done: int = 0
    need_no_answer: int = 0
    still_to_look_at: int = 0
    is_reading_well: bool = True
    not_understood: str = ""
    last_check_at: datetime | None = None
    is_rehearsal: bool = False
    asks_first: bool = False
    can_be_undone: bool = False
    options_created: int = 0

    @property
    def checked(self) -> int:
        """How many documents."""
        return sum(part.documents for part in self.parts)

    @property
    def money(self) -> tuple[Money, ...]:
        """Net of everything checked, one sum per currency."""
        return tuple(add_up(money for part in self.parts for money in part.money))

    @property
    def is_complete(self) -> bool:
        """True where nothing that was read is missing from the sums."""
        return self.is_reading_well and not self.still_to_look_at

    def part(self, name: PartName) -> Part:
        return next(part for part in self.parts if part.name == name)


async def day_result(db: AsyncConnection, books: Books, *, settings: ConnectionSettings, now: datetime) -> DayResult:
    """What was checked on this day of the connection's own calendar."""
    day = now.astimezone(settings.zone).date()
    midnight, _ = bounds_of(day, settings.zone)
    connection = await connections.get(db, books.connection_id)
    totals = await books.ledger.totals(db, day=day)
    lists = document_lists(await books.mirror.lists(db))
    return DayResult(
        day=day,
        parts=parts_of(totals),
        zone=settings.zone,
        partly=totals.documents.get("partly attached", 0),
        could_not_be_done=totals.documents.get("could not be done", 0),
        need_no_answer=await _count_without_question(db, books, totals, day, settings.zone),
        still_to_look_at=await books.mirror.count_due(db),
        is_reading_well=not any(state.failures or state.problem for state in lists),
        not_understood=next((state.problem for state in lists if state.problem and not state.failures), ""),
        last_check_at=last_check(lists),
        is_rehearsal=connection is not None and not connection.is_writing,
        asks_first=connection is not None and connection.asks_first,
        can_be_undone=await books.ledger.has_moved_since(db, midnight),
        options_created=await books.ledger.options_created_since(db, midnight),
    )


async def _count_without_question(db: AsyncConnection, books: Books, totals: Totals, day: date, zone: ZoneInfo) -> int:
    """How many of the day's waiting documents wait for nothing a person could say."""
    states: tuple[DocumentState, ...] = ("waiting", "partly attached")
    if not any(state in totals.documents for state in states):
        return 0
    waiting = await books.ledger.documents_in(db, *states)
    of_day = [standing.document_id for standing in waiting if standing.checked_at.astimezone(zone).date() == day]
    return sum(not result.causes for result in (await books.ledger.results(db, of_day)).values())


def parts_of(totals: Totals) -> tuple[Part, ...]:
    """The four parts: a document counts in one of them, each of its lines' money in its own."""
    return tuple(
        Part(
            name,
            sum(totals.documents.get(state, 0) for state in document_states),
            sums_of(totals, line_state),
        )
        for name, (line_state, document_states) in _PARTS.items()
    )


def sums_of(totals: Totals, state: LineState) -> tuple[Money, ...]:
    """The money of lines in this state, one sum per currency; a sum of nothing is left out."""
    sums = totals.money.get(state, {})
    return tuple(add_up(Money(amount, currency) for currency, amount in sums.items() if amount != Decimal(0)))


def document_lists(lists: Mapping[str, ListState]) -> list[ListState]:
    return [lists[name] for name in DOCUMENT_LISTS if name in lists]


def last_check(lists: list[ListState]) -> datetime | None:
    """When documents were read last, None for never."""
    return max((state.last_read_at for state in lists if state.last_read_at), default=None)
