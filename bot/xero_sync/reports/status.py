"""How the connection stands: what is on projects this month, what waits, when it looks again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain import xero
from xero_sync.domain.actions import STATUS_LINE
from xero_sync.domain.causes import HOLD_CAUSE
from xero_sync.domain.connection import ConnectionSettings
from xero_sync.domain.money import Money
from xero_sync.loop.schedule import RHYTHMS
from xero_sync.reports.result import document_lists, last_check, parts_of, sums_of
from xero_sync.reports.words import month_name
from xero_sync.store import connections
from xero_sync.store.books import Books
from xero_sync.store.ledger import Totals

NOT_READ = ("company cards", "journals", "overpayments", "prepayments")
"""What may carry project cost in Xero and is not read here (money.md 14)."""

StatusState = Literal["reading for the first time", "rehearsal", "first ten done", "connected", "paused", "cannot read"]


@dataclass(frozen=True)
class Coverage:
    """Of one currency's project money of a month, so much is on projects: attached / (attached + waiting), by value (money.md 2)."""

    attached: Money
    project_money: Money

    @property
    def percent(self) -> Decimal | None:
        """With one decimal, rounded down so that 100.0 means all of it; None where credits make a share meaningless."""
        whole = self.project_money.amount
        if not whole:
            return None
        share = self.attached.amount / whole * 100
        return share.quantize(Decimal("0.1"), rounding=ROUND_DOWN) if 0 <= share <= 100 else None


@dataclass(frozen=True)
class StatusReport:
    """What `status` shows. Money is net; it is missing for a person who sees counts only.

    unreadable, problem: the services that cannot be read just now, and the first reason.
    oldest_days: since the date of the oldest waiting document. calls_left: Xero calls left today, of how many, where Xero has said so.
    lines: what plugins add, a sentence each.
    """

    organisation: str
    site: str
    state: StatusState
    unreadable: tuple[str, ...]
    problem: str
    month: str
    zone: ZoneInfo
    coverage: tuple[Coverage, ...]
    waiting_documents: int
    waiting_money: tuple[Money, ...]
    oldest_days: int | None
    open_questions: int
    possible_duplicates: int
    could_not_be_done: int
    options_in_use: int | None
    last_check_at: datetime | None
    next_check_at: datetime | None
    paused_until: datetime | None = None
    calls_left: tuple[int, int] | None = None
    lines: tuple[str, ...] = ()
    sees_amounts: bool = True
    on_hold: int = 0

    def counts_only(self) -> StatusReport:
        """The same without amounts, and without the lines of plugins, which might hold some; shares in percent stay."""
        return replace(self, waiting_money=(), lines=(), sees_amounts=False)


async def status_report(
    db: AsyncConnection,
    books: Books,
    *,
    settings: ConnectionSettings,
    now: datetime,
    plugin_names: Collection[str] = (),
    calls_left: tuple[int, int] | None = None,
    sees_amounts: bool = True,
) -> StatusReport:
    """The status of this connection. Raises LookupError where there is no such connection."""
    connection = await connections.get(db, books.connection_id)
    if connection is None:
        raise LookupError(f"connection {books.connection_id} is not in the books")
    every_list = await books.mirror.lists(db)
    lists = document_lists(every_list)
    failing = {name: state for name, state in every_list.items() if state.failures and name in RHYTHMS}
    today = now.astimezone(settings.zone).date()
    waiting = await books.ledger.documents_in(db, "waiting", "partly attached", "could not be done")
    totals = await books.ledger.totals(db)
    causes = await books.ledger.waiting_by_cause(db)
    remembered = [await books.ledger.remembered(db, name) for name in plugin_names]
    is_paused = connection.paused_until is not None and connection.paused_until > now
    report = StatusReport(
        organisation=connection.tenant_name,
        site=connection.scoro_site,
        state=_state(connection, is_failing=bool(failing), is_paused=is_paused),
        unreadable=tuple(sorted({RHYTHMS[name].service.capitalize() for name in failing})),
        problem=next((state.problem for state in failing.values() if state.problem), ""),
        month=month_name(today),
        zone=settings.zone,
        coverage=coverage_of(await books.ledger.totals(db, month=today.replace(day=1))),
        waiting_documents=next(part.documents for part in parts_of(totals) if part.name == "waiting"),
        waiting_money=sums_of(totals, "waiting"),
        oldest_days=age_in_days([standing.day for standing in waiting], today),
        open_questions=len(await books.asked.open_questions(db)),
        possible_duplicates=sum(cause.startswith("duplicate:") for cause in causes),
        on_hold=sum(cause.startswith(HOLD_CAUSE) for cause in causes),
        could_not_be_done=totals.documents.get("could not be done", 0),
        options_in_use=await _options_in_use(db, books, settings),
        last_check_at=last_check(lists),
        next_check_at=min((state.due_at for state in lists), default=None),
        paused_until=connection.paused_until if is_paused else None,
        calls_left=calls_left,
        lines=tuple(line for kept in remembered if (line := kept.get(STATUS_LINE))),
    )
    return report if sees_amounts else report.counts_only()


def coverage_of(totals: Totals) -> tuple[Coverage, ...]:
    """One per currency that has project money, the largest first."""
    attached, waiting = totals.money.get("attached", {}), totals.money.get("waiting", {})
    found = [
        Coverage(
            Money(attached.get(currency, Decimal(0)), currency),
            Money(attached.get(currency, Decimal(0)) + waiting.get(currency, Decimal(0)), currency),
        )
        for currency in sorted({*attached, *waiting})
        if attached.get(currency) or waiting.get(currency)
    ]
    return tuple(sorted(found, key=lambda each: -abs(each.project_money.amount)))


def age_in_days(days: Collection[date | None], today: date) -> int | None:
    """Since the oldest of these days, 0 for one that lies ahead; None for none."""
    known = [day for day in days if day]
    return max(0, (today - min(known)).days) if known else None


def _state(connection: connections.Connection, *, is_failing: bool, is_paused: bool) -> StatusState:
    if is_paused:
        return "paused"
    if is_failing:
        return "cannot read"
    if connection.first_read_at is None:
        return "reading for the first time"
    if connection.asks_first:
        return "first ten done"
    return "rehearsal" if connection.mode == "rehearsal" else "connected"


async def _options_in_use(db: AsyncConnection, books: Books, settings: ConnectionSettings) -> int | None:
    for record in (await books.mirror.records(db, "categories")).values():
        category = xero.TrackingCategory.model_validate_json(record.text)
        if category.is_active and settings.project_category in (category.name, category.tracking_category_id):
            return sum(option.is_active for option in category.options)
    return None
