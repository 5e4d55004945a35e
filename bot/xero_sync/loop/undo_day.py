"""Undo a day: each document goes back to where it was when that day began, unless somebody or something moved it since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.actions import CreateOption, PutOnProject
from xero_sync.domain.money import Money, add_up
from xero_sync.domain.people import NEEDS_CONTROLLER, person_of
from xero_sync.domain.scoro import tell_apart
from xero_sync.domain.snapshot import DecisionBook
from xero_sync.loop.connection import Connection
from xero_sync.loop.undo import hold, named, refusal, why_not
from xero_sync.reports.history import options_stay, places
from xero_sync.reports.words import amounts, bounds_of, counted, placed, short_day, with_people
from xero_sync.store.ledger import Entry
from xero_sync.store.mirror import StoredDocument

_NAMED: Final = 5


async def undo_day(connection: Connection, db: AsyncConnection, day: date, person_id: str) -> str:
    """Put back what was put on projects on this local day, or taken off; what the person is told, what is left as it is among it."""
    if person_of(person_id, connection.settings).role != "controller":
        return NEEDS_CONTROLLER
    begins, ends = bounds_of(day, connection.settings.zone)
    entries = await connection.books.ledger.entries_since(db, begins)
    firsts = firsts_of(entry for entry in entries if entry.planned_at < ends)
    later = {
        action.document_id: (action, entry)
        for entry in entries
        if entry.planned_at >= ends and isinstance(action := entry.action, PutOnProject) and _moves(action, entry)
    }
    names = tell_apart((await connection.books.mirror.projects(db)).values())
    book = DecisionBook(await connection.books.asked.decisions(db))
    stored = await connection.books.mirror.documents(db, firsts)
    standing: list[StoredDocument] = []
    left: list[str] = []
    for found in (stored[document_id] for document_id in firsts if document_id in stored):
        last, entry = later.get(found.document_id, (firsts[found.document_id], None))
        reason = await why_not(connection, db, found, last, book)
        if entry is not None and not reason:
            reason = _went_on(last, entry, names, connection.settings.zone)
        if reason:
            left.append(f"• {named(found)} {reason}.")
        else:
            standing.append(found)
    rest = await _rest(connection, db, day, left)
    if not standing:
        return "\n".join([f"Nothing was put on projects on {short_day(day)} that could be undone.", *rest])
    if refused := await refusal(connection, db, standing, firsts.values(), person_id):
        return refused
    for found in standing:
        await hold(connection, db, found, firsts[found.document_id], person_id)
    sums = amounts(add_up(Money(found.document.net_total, found.document.currency) for found in standing))
    one = len(standing) == 1
    went = f"{'goes' if one else 'go'} back to where {'it was' if one else 'they were'} when {short_day(day)} began, and on hold."
    return "\n".join([f"{counted(len(standing), 'document')}, {sums} net, {went}", *rest, "`/xero-sync resume NUMBER` lifts a hold."])


def firsts_of(entries: Iterable[Entry]) -> dict[str, PutOnProject]:
    """For each document that ended elsewhere the first thing that was done of these, as if it had led at once to where the last one did."""
    found: dict[str, PutOnProject] = {}
    for entry in entries:
        if entry.state == "applied" and isinstance(action := entry.action, PutOnProject):
            first = found.get(action.document_id)
            found[action.document_id] = action if first is None else action.model_copy(update={"expects": first.expects})
    return {document_id: action for document_id, action in found.items() if action.shares != action.expects}


def _moves(action: PutOnProject, entry: Entry) -> bool:
    """Whether it moved the document, or may have; what is only put back is where it was."""
    return not action.is_repair and (entry.state == "applied" or entry.is_open)


def _went_on(action: PutOnProject, entry: Entry, names: Mapping[int, str], zone: ZoneInfo) -> str:
    """What was written for the document after the day, and by what rule or person."""
    if entry.is_open:
        return "is being written just now"
    where = placed(tuple(places(action.shares, action.currency, names)))
    return f"went on to {where} on {short_day(entry.planned_at.astimezone(zone).date())}: {with_people(action.reason).rstrip('.')}"


async def _rest(connection: Connection, db: AsyncConnection, day: date, left: Sequence[str]) -> list[str]:
    """What is not undone: the first documents with what changed, and the options made on that day."""
    said: list[str] = []
    if left:
        many = len(left)
        said.append(
            f"{counted(many, 'document')} changed since and {'is' if many == 1 else 'are'} left as {'it is' if many == 1 else 'they are'}:"
        )
        said += left[:_NAMED]
        said += [f"and {many - _NAMED:,} more"] if many > _NAMED else []
    others = await connection.books.ledger.other_entries_since(db, *bounds_of(day, connection.settings.zone))
    options = sum(isinstance(entry.action, CreateOption) and entry.state == "applied" for entry in others)
    if options:
        said.append(options_stay(options))
    return said
