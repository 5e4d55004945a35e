"""How reports say dates, counts, amounts and links, the same in Slack and in the terminal."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from xero_sync.domain import xero
from xero_sync.domain.money import Money
from xero_sync.domain.people import TERMINAL

DocumentKind = Literal["bill", "invoice", "credit note", "overpayment", "prepayment", "document"]

# Not strftime: its names follow the machine's language.
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_XERO: Final = "https://go.xero.com"
_DAY_AND_MONTH: Final = re.compile(r"(\d{1,2})\.? ([a-z]{3,9})(?: (\d{4}))?")
_DECIDED: Final = re.compile(rf"(?<!\S)([UW][A-Z0-9_]+|{TERMINAL}\S+) decided:")


def month_name(day: date) -> str:
    """November 2026."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def months_of(days: Iterable[date]) -> tuple[str, ...]:
    """The months of these days, oldest first, each once."""
    return tuple(month_name(first) for first in sorted({day.replace(day=1) for day in days}))


def short_day(day: date) -> str:
    """18 Nov."""
    return f"{day.day} {_MONTHS[day.month - 1][:3]}"


def long_day(day: date) -> str:
    """Tuesday 24 November."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def day_named(words: str, today: date) -> date | None:
    """The day a person means by 2026-11-24, 24 Nov, 24 November 2025, today or yesterday; None for other words.

    Without a year it is the last day of that name that has come.
    """
    words = " ".join(words.casefold().split())
    if words in ("today", "yesterday"):
        return today - timedelta(days=words == "yesterday")
    with suppress(ValueError):
        return date.fromisoformat(words) if re.fullmatch(r"\d{4}-\d\d-\d\d", words) else _day_of_month(words, today)
    return None


def names_a_day(words: str) -> bool:
    """True for words that mean a day, whichever day it is today."""
    return day_named(words, date.max) is not None


def _day_of_month(words: str, today: date) -> date | None:
    """Raises ValueError for a day the month does not have."""
    found = _DAY_AND_MONTH.fullmatch(words)
    months = [place for place, name in enumerate(_MONTHS, 1) if found and name.casefold().startswith(found[2])]
    if not found or not months:
        return None
    day, (month,) = int(found[1]), months
    if found[3]:
        return date(int(found[3]), month, day)
    years = [year for year in range(today.year, today.year - 5, -1) if _has(year, month, day) and date(year, month, day) <= today]
    return date(years[0], month, day) if years else date(today.year, month, day)


def _has(year: int, month: int, day: int) -> bool:
    with suppress(ValueError):
        return bool(date(year, month, day))
    return False


def bounds_of(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the day begins in this zone, and the next one: it has 23 or 25 hours twice a year."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def with_people(reason: str) -> str:
    """A reason that was kept, with whoever decided named as answers name people: <@U…>, or a name at the terminal."""
    return _DECIDED.sub(lambda found: f"{mention(found[1])} decided:", reason)


def mention(person_id: str) -> str:
    """How a person is named in an answer: Slack shows the name of <@U…>, a terminal user has one already."""
    return f"<@{person_id}>" if person_id[:1] in ("U", "W") else person_id.removeprefix(TERMINAL)


def placed(parts: Sequence[tuple[str, Money]], nowhere: str = "no project") -> str:
    """Tidewater Launch, or Tidewater Launch £400.00 and Blue Pylon £200.00."""
    if len(parts) > 1:
        return in_a_row([f"{name} {net}" for name, net in parts])
    return parts[0][0] if parts else nowhere


def clock_time(at: datetime, zone: ZoneInfo) -> str:
    """14:05, as the clock on the wall says it in this zone."""
    return f"{at.astimezone(zone):%H:%M}"


def kind_of(document: xero.Document) -> DocumentKind:
    if document.is_credit:
        return "credit note"
    if document.is_payment:
        return "prepayment" if document.type.endswith("PREPAYMENT") else "overpayment"
    if document.is_bill:
        return "bill"
    return "invoice" if document.is_sale else "document"


def counted(number: int, noun: str) -> str:
    """1 bill, 2 bills."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def counted_kinds(kinds: Collection[str], *, approved: bool = False) -> str:
    """2 bills, 1 approved credit note, or 3 documents where they are of several kinds."""
    (noun, *others) = dict.fromkeys(kinds)
    noun = "document" if others else noun
    return counted(len(kinds), f"approved {noun}" if approved else noun)


def in_a_row(parts: Sequence[str]) -> str:
    """a, b and c."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def amounts(sums: Iterable[Money]) -> str:
    """£800.00, or £800.00 and €20.00: one amount per currency, never converted."""
    return in_a_row([str(money) for money in sums])


def short_code_of(organisation: xero.Organisation | None) -> str:
    """Xero's name for the organisation in addresses; without it no document has a link."""
    return organisation.short_code if organisation else ""


def xero_url(document: xero.Document, short_code: str) -> str:
    """Where the document opens in Xero; "" where the organisation's short code is not known."""
    if not short_code:
        return ""
    organisation, document_id = quote(short_code, safe="!"), quote(document.document_id, safe="")
    if document.type == "ACCREC":
        return f"{_XERO}/app/{organisation}/invoicing/view/{document_id}"
    pages = {
        "ACCPAY": "/AccountsPayable/Edit.aspx?InvoiceID=",
        "ACCPAYCREDIT": "/AccountsPayable/ViewCreditNote.aspx?creditNoteID=",
        "ACCRECCREDIT": "/AccountsReceivable/ViewCreditNote.aspx?creditNoteID=",
    }
    page = pages.get(document.type)
    return f"{_XERO}/organisationlogin/default.aspx?shortcode={organisation}&redirecturl={page}{document_id}" if page else ""
