"""When each list is read: the default rhythm, and what pulls a list forward."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from xero_sync.domain import scoro

FAILURES_BEFORE_A_CARD: Final = 2
"""A list that fails once is often there a minute later."""
LISTS_PER_TICK: Final = 2
"""So many lists of one service are begun in one tick, so that no tick makes more than five calls to a service on a quiet day."""


@dataclass(frozen=True)
class Rhythm:
    """every_seconds: the default. offset_seconds: where in its period a list stands, so that due times are staggered. is_needed: nothing is
    decided before it was read to its end once."""

    service: Literal["xero", "scoro"]
    every_seconds: int
    offset_seconds: int = 0
    is_needed: bool = False


_MINUTE: Final = 60
_DAY: Final = 24 * 60 * _MINUTE

RHYTHMS: Final[dict[str, Rhythm]] = {
    "organisation": Rhythm("xero", _DAY, 7 * _MINUTE),
    "accounts": Rhythm("xero", _DAY, 11 * _MINUTE, is_needed=True),
    "categories": Rhythm("xero", 15 * _MINUTE, 2 * _MINUTE, is_needed=True),
    "invoices": Rhythm("xero", 5 * _MINUTE, 0, is_needed=True),
    "credit_notes": Rhythm("xero", 15 * _MINUTE, 8 * _MINUTE, is_needed=True),
    "companies": Rhythm("scoro", _DAY, 17 * _MINUTE, is_needed=True),
    "projects": Rhythm("scoro", 15 * _MINUTE, 4 * _MINUTE, is_needed=True),
    "objects": Rhythm("scoro", 60 * _MINUTE, 24 * _MINUTE),
    "bills": Rhythm("scoro", 60 * _MINUTE, 34 * _MINUTE, is_needed=True),
    "scoro_invoices": Rhythm("scoro", 60 * _MINUTE, 44 * _MINUTE, is_needed=True),
    "all_projects": Rhythm("scoro", _DAY, 51 * _MINUTE),
}
"""In the order of the first read: what documents depend on comes before them."""

LIST_OF_COPIES: Final[dict[scoro.Module, str]] = {"bills": "bills", "invoices": "scoro_invoices"}
"""Where the copies of each kind come from. "invoices" without a system is Xero's list, of bills too."""

_RETRY_MINUTES: Final = (0, 1, 5, 15, 60)


def next_due(name: str, now: datetime) -> datetime:
    """When a list that was just read is due again: the next of its staggered times, at least half a period away."""
    rhythm = RHYTHMS[name]
    period = timedelta(seconds=rhythm.every_seconds)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    offset = timedelta(seconds=rhythm.offset_seconds)
    turns = (now - midnight - offset) // period + 1
    due = midnight + offset + turns * period
    return due if due - now >= period / 2 else due + period


def retry_after_failure(failures: int, now: datetime) -> datetime:
    """A list that could not be read is tried again after 1, 5, 15, then every 60 minutes."""
    return now + timedelta(minutes=_RETRY_MINUTES[min(failures, len(_RETRY_MINUTES) - 1)])


def next_look_for_copy(waiting_since: datetime, now: datetime) -> datetime:
    """A document waits for its Scoro copy: its list is read at once, then after 1, 5, 15 and 60 more minutes, then at its own rhythm."""
    for minutes in scoro.COPY_MINUTES:
        due = waiting_since + timedelta(minutes=minutes)
        if due > now:
            return due
    return now + timedelta(hours=1)


def in_order(names: Iterable[str]) -> list[str]:
    """Lists in the order of the first read."""
    wanted = set(names)
    return [name for name in RHYTHMS if name in wanted]
