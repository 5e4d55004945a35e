"""Months: which are closed, by whom, and what stood in them when they were signed off. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from xero_sync.domain.decisions import Frozen
from xero_sync.domain.lines import LineState

_NAMES = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_SHORTEST_NAME = 3


class Sum(Frozen):
    """The net of a month's lines in one state and currency."""

    state: LineState
    currency: str
    net: Decimal


class ProjectSum(Frozen):
    """The net of a month on one project, in one currency."""

    project_id: int
    currency: str
    net: Decimal


class Figures(Frozen):
    """A month in figures: sums by state and currency, the documents' own net by currency, and what is on each project; sorted.

    The sums of a currency add up to its net (money.md, the identity).
    """

    sums: tuple[Sum, ...] = ()
    nets: tuple[tuple[str, Decimal], ...] = ()
    projects: tuple[ProjectSum, ...] = ()

    def net(self, state: LineState, currency: str) -> Decimal:
        return next((each.net for each in self.sums if (each.state, each.currency) == (state, currency)), Decimal(0))

    @property
    def currencies(self) -> tuple[str, ...]:
        return tuple(currency for currency, _ in self.nets)

    @property
    def is_whole(self) -> bool:
        """Whether the four sums of every currency are its documents' net."""
        added: dict[str, Decimal] = {currency: Decimal(0) for currency, _ in self.nets}
        for each in self.sums:
            added[each.currency] = added.get(each.currency, Decimal(0)) + each.net
        return added == dict(self.nets)


@dataclass(frozen=True)
class SignedOff:
    """One month that a controller signed off. month: its first day. figures: as they stood then."""

    month: date
    person_id: str
    at: datetime
    figures: Figures


@dataclass(frozen=True)
class Closing:
    """Which days are closed: those of signed-off months, by first day, and those up to Xero's lock dates."""

    locked_until: date | None = None
    signed_off: Mapping[date, datetime] = field(default_factory=dict)

    def is_locked(self, day: date) -> bool:
        """In Xero."""
        return self.locked_until is not None and day <= self.locked_until

    def is_signed_off(self, day: date) -> bool:
        """Here."""
        return first_of(day) in self.signed_off

    def is_closed(self, day: date) -> bool:
        return self.is_locked(day) or self.is_signed_off(day)


def first_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def month_after(day: date) -> date:
    """The first day of the month after this one's."""
    return first_of(first_of(day) + timedelta(days=31))


def read_month(words: str, today: date) -> date | None:
    """The first day of the month that was typed: October, October 2026, 2026-10. Without a year the last one that has begun; None: no month."""
    parts = words.casefold().split()
    if not parts or len(parts) > 2:
        return None
    if len(parts) == 1 and (numbers := parts[0].split("-")) and len(numbers) == 2:
        year, month = (int(each) if each.isdecimal() and each.isascii() else 0 for each in numbers)
        return date(year, month, 1) if 1 <= month <= 12 and 1900 < year < 9999 else None
    found = [place for place, name in enumerate(_NAMES, 1) if len(parts[0]) >= _SHORTEST_NAME and name.startswith(parts[0])]
    if len(found) != 1:
        return None
    if len(parts) == 1:
        return date(today.year - (found[0] > today.month), found[0], 1)
    year = int(parts[1]) if parts[1].isdecimal() and parts[1].isascii() and len(parts[1]) == 4 else 0
    return date(year, found[0], 1) if 1900 < year < 9999 else None


def why_not_signed_off(month: date, today: date, *, is_signed_off: bool) -> str:
    """Why the month cannot be signed off, "" where it can."""
    name = f"{_NAMES[month.month - 1].capitalize()} {month.year}"
    if is_signed_off:
        return f"{name} is signed off already."
    if month > first_of(today):
        return f"{name} has not begun yet. Nothing was signed off."
    if month_after(month) > today:
        return f"{name} has not ended yet. Nothing was signed off."
    return ""


def in_base(nets: list[Decimal], rate: Decimal) -> list[Decimal]:
    """One document's amounts in the base currency, whose sum is the document's, rounded to cents once (money.md 11).

    rate: units of the document's currency for one of the base currency.
    """
    found: list[Decimal] = []
    whole, given = Decimal(0), Decimal(0)
    for net in nets:
        whole += net
        reached = to_cents(whole / rate)
        found.append(reached - given)
        given = reached
    return found


def to_cents(amount: Decimal) -> Decimal:
    """Half a cent goes away from nothing, as Xero rounds."""
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
