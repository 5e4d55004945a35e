"""What waits, oldest first, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.connection import ConnectionSettings
from xero_sync.domain.lines import DocumentResult
from xero_sync.domain.money import Money
from xero_sync.reports.result import parts_of, sums_of
from xero_sync.reports.status import age_in_days
from xero_sync.reports.words import DocumentKind, kind_of, short_code_of, xero_url
from xero_sync.store.books import Books
from xero_sync.store.mirror import StoredDocument


@dataclass(frozen=True)
class WaitingDocument:
    """One document that waits. net: of its waiting lines. reason: of the line with most money. days: since its date."""

    document_id: str
    kind: DocumentKind
    number: str
    contact: str
    day: date
    days: int
    net: Money
    reason: str
    could_not_be_done: bool
    xero_url: str


@dataclass(frozen=True)
class WaitingReport:
    """What `waiting` shows. A person who sees counts only gets no documents and no money.

    count: of all that wait; documents: the oldest of them, as many as were asked for. without_card: how many questions have no card in the
    channel, because the amounts are below card_threshold or there were many this hour.
    """

    count: int
    money: tuple[Money, ...]
    oldest_days: int | None
    documents: tuple[WaitingDocument, ...]
    sees_amounts: bool = True
    without_card: int = 0
    card_threshold: Decimal = Decimal("250.00")


async def waiting_report(
    db: AsyncConnection,
    books: Books,
    *,
    settings: ConnectionSettings,
    now: datetime,
    sees_amounts: bool = True,
    limit: int | None = None,
) -> WaitingReport:
    """The waiting documents by age, at most `limit` of them named."""
    today = now.astimezone(settings.zone).date()
    standings = await books.ledger.documents_in(db, "waiting", "partly attached", "could not be done")
    totals = await books.ledger.totals(db)
    count = next(part.documents for part in parts_of(totals) if part.name == "waiting")
    oldest_days = age_in_days([standing.day for standing in standings], today)
    if not sees_amounts:
        return WaitingReport(count, (), oldest_days, (), sees_amounts=False)
    ids = [standing.document_id for standing in standings][:limit]
    stored = await books.mirror.documents(db, ids)
    results = await books.ledger.results(db, ids)
    short_code = short_code_of(await books.mirror.organisation(db))
    return WaitingReport(
        count=count,
        money=sums_of(totals, "waiting"),
        oldest_days=oldest_days,
        documents=tuple(
            waiting_document(stored[document_id], results[document_id], today, short_code)
            for document_id in ids
            if document_id in stored and document_id in results
        ),
        without_card=len(await books.asked.without_card(db)),
        card_threshold=settings.card_threshold,
    )


def waiting_document(stored: StoredDocument, result: DocumentResult, today: date, short_code: str) -> WaitingDocument:
    """One entry of the list."""
    document = stored.document
    waiting = [line for line in result.lines if line.state == "waiting"]
    largest = max(waiting, key=lambda line: (line.could_not_be_done, abs(line.net)), default=None)
    return WaitingDocument(
        document_id=document.document_id,
        kind=kind_of(document),
        number=document.number,
        contact=document.contact.name,
        day=document.day,
        days=max(0, (today - document.day).days),
        net=Money(sum((line.net for line in waiting), Decimal(0)), document.currency),
        reason=largest.reason if largest else "",
        could_not_be_done=result.state == "could not be done",
        xero_url=xero_url(document, short_code),
    )
