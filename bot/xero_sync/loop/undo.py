"""Undo and resume: a hold first, and with it where the document goes back to; the pass does the rest."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.actions import PutOnProject
from xero_sync.domain.decisions import Decided, PutOnHold, Resume, TheseDocuments
from xero_sync.domain.lanes import rank
from xero_sync.domain.lines import Share
from xero_sync.domain.money import Money, add_up
from xero_sync.domain.people import may, person_of
from xero_sync.domain.snapshot import DecisionBook
from xero_sync.loop.connection import Connection
from xero_sync.reports.why import documents_named
from xero_sync.reports.words import amounts, counted, kind_of
from xero_sync.store.ledger import Entry
from xero_sync.store.mirror import StoredDocument

UNDO_TODAY: Final = ["undo", "today"]


async def undo(connection: Connection, db: AsyncConnection, words: str, person_id: str) -> str:
    """Put the document back to where it was before the last write for it, and on hold; what the person is told."""
    found = await _one(connection, db, words)
    if isinstance(found, str):
        return found
    before = before_last(await connection.books.ledger.entries_of(db, found.document_id))
    refusal = await _why_not(connection, db, found, before)
    if before is None or refusal:
        return refusal
    if refusal := await _refusal(connection, db, [found], {found.document_id: before}, person_id):
        return refusal
    where = await _places(connection, db, await _hold(connection, db, found, before, person_id))
    name = _named(found)
    return f"{name} goes back to where it was: {where}. It is on hold; `/xero-sync resume {found.document.number or found.document_id}` lifts that."


async def undo_today(connection: Connection, db: AsyncConnection, person_id: str) -> str:
    """The same for every document that was put somewhere today, each back to where it was when the day began."""
    entries = await connection.books.ledger.entries_since(db, _midnight(connection))
    firsts = firsts_of(entries)
    stored = await connection.books.mirror.documents(db, firsts)
    standing = [found for document_id, found in stored.items() if not await _why_not(connection, db, found, firsts[document_id])]
    if not standing:
        return "Nothing was put on projects today that could be undone."
    if refusal := await _refusal(connection, db, standing, firsts, person_id, is_run=True):
        return refusal
    for found in standing:
        await _hold(connection, db, found, firsts[found.document_id], person_id)
    sums = amounts(add_up(Money(found.document.net_total, found.document.currency) for found in standing))
    left = len(firsts) - len(standing)
    rest = (
        f" {counted(left, 'document')} changed since and {'is' if left == 1 else 'are'} left as {'it is' if left == 1 else 'they are'}."
        if left
        else ""
    )
    return (
        f"{counted(len(standing), 'document')}, {sums} net, {'goes' if len(standing) == 1 else 'go'} back to where "
        f"{'it was' if len(standing) == 1 else 'they were'} this morning, and on hold.{rest} `/xero-sync resume NUMBER` lifts a hold."
    )


async def resume(connection: Connection, db: AsyncConnection, words: str, person_id: str) -> str:
    """Lift the document's hold; what the person is told."""
    found = await _one(connection, db, words)
    if isinstance(found, str):
        return found
    book = DecisionBook(await connection.books.asked.decisions(db))
    if book.hold_of(found.document_id) is None:
        return f"{_named(found)} is not on hold. Nothing was changed."
    if refusal := await _refusal(connection, db, [found], {}, person_id):
        return refusal
    await _decide(connection, db, found, Resume(reach=TheseDocuments(document_ids=(found.document_id,))), "Resume", person_id)
    return f"{_named(found)} is not on hold any more. It goes where Xero and earlier answers say."


def before_last(entries: Iterable[Entry]) -> PutOnProject | None:
    """What the last thing that was done put where, None where nothing was done."""
    applied = [entry.action for entry in entries if entry.state == "applied" and isinstance(entry.action, PutOnProject)]
    return applied[-1] if applied else None


def firsts_of(entries: Iterable[Entry]) -> dict[str, PutOnProject]:
    """For each document the first thing that was done of these, as if it had led at once to where the last one did."""
    found: dict[str, PutOnProject] = {}
    for entry in entries:
        if entry.state == "applied" and isinstance(action := entry.action, PutOnProject):
            first = found.get(action.document_id)
            found[action.document_id] = action if first is None else action.model_copy(update={"expects": first.expects})
    return found


async def _one(connection: Connection, db: AsyncConnection, words: str) -> StoredDocument | str:
    found = await documents_named(db, connection.books, words)
    if len(found) == 1:
        return found[0]
    if not found:
        return (
            f'No document "{words}" has been read from Xero. Type its number as it stands there.'
            if words
            else "Type the document's number, too."
        )
    names = "; ".join(f"{_named(each)} (id {each.document_id})" for each in found[:5])
    return f'Several documents are called "{words}": {names}. Add the name to the number, or type the id.'


async def _why_not(connection: Connection, db: AsyncConnection, found: StoredDocument, last: PutOnProject | None) -> str:
    """Why the last write cannot be undone, "" where it can."""
    name = _named(found)
    book = DecisionBook(await connection.books.asked.decisions(db))
    if book.hold_of(found.document_id) is not None:
        return f"{name} was undone already and is on hold. Nothing was changed."
    on_projects = (await connection.books.ledger.shares(db, [found.document_id])).get(found.document_id, ())
    if last is None or last.shares != on_projects or last.shares == last.expects:
        return f"Nothing was put on a project for {name} that could be undone."
    copy = await connection.books.mirror.scoro_document(db, last.module, last.scoro_document_id)
    if copy is None or copy.document.is_deleted:
        return f"Scoro's copy of {name} was deleted. Nothing was undone."
    if copy.document.project_id != last.header:
        projects = await connection.books.mirror.projects(db)
        there = projects.get(copy.document.project_id)
        where = f"on {there.plain_name}" if there else "on several projects" if copy.document.project_id < 0 else "on no project"
        return f"{name} was moved in Scoro since: it is {where} now. Nothing was undone."
    return ""


async def _refusal(
    connection: Connection,
    db: AsyncConnection,
    documents: list[StoredDocument],
    actions: Mapping[str, PutOnProject],
    person_id: str,
    *,
    is_run: bool = False,
) -> str:
    """Why this person may not, "" where they may. The undo of a whole day is a controller's."""
    person = person_of(person_id, connection.settings)
    if is_run and person.role != "controller":
        return "Undoing a day is a controller's matter. One document can be undone by a bookkeeper: undo NUMBER."
    organisation = await connection.books.mirror.organisation(db)
    locked_until = organisation.locked_until if organisation else None
    return may(
        person,
        Resume(reach=TheseDocuments(document_ids=tuple(each.document_id for each in documents))),
        sum((abs(share.net) for action in actions.values() for share in action.shares), Decimal(0)),
        documents=len(documents),
        is_month_closed=locked_until is not None and any(each.document.day <= locked_until for each in documents),
        projects={},
        manager_limit=connection.settings.manager_limit,
    )


async def _hold(
    connection: Connection, db: AsyncConnection, found: StoredDocument, last: PutOnProject, person_id: str
) -> tuple[Share, ...]:
    """Hold the document; where its lines go back to. A line whose net is another one now goes back to nowhere."""
    nets: dict[str, Decimal] = {}
    for share in last.expects:
        nets[share.line_id] = nets.get(share.line_id, Decimal(0)) + share.net
    same = {line.line_item_id for line in found.document.lines if nets.get(line.line_item_id) == found.document.net(line)}
    before = tuple(share for share in last.expects if share.line_id in same)
    hold = PutOnHold(before=before, reach=TheseDocuments(document_ids=(found.document_id,)))
    await _decide(connection, db, found, hold, "Undo", person_id)
    return before


async def _decide(
    connection: Connection, db: AsyncConnection, found: StoredDocument, decision: PutOnHold | Resume, label: str, person_id: str
) -> None:
    now = connection.clock.now()
    decided = Decided(
        decision_id=str(uuid.uuid4()),
        decision=decision,
        person_id=person_id,
        decided_at=now,
        label=label,
        net=abs(found.document.net_total),
    )
    await connection.books.asked.decide(db, decided)
    await connection.books.mirror.mark_due(db, [found.document_id], rank("press"), now)


async def _places(connection: Connection, db: AsyncConnection, shares: tuple[Share, ...]) -> str:
    projects = await connection.books.mirror.projects(db)
    names = dict.fromkeys(projects[share.project_id].plain_name for share in shares if share.project_id in projects)
    return f"on {', '.join(names)}" if names else "on no project"


def _named(found: StoredDocument) -> str:
    """Delft Signs, bill 10442."""
    return f"{found.document.contact.name}, {kind_of(found.document)} {found.document.number or 'without number'}"


def _midnight(connection: Connection) -> datetime:
    zone = connection.settings.zone
    return datetime.combine(connection.clock.now().astimezone(zone).date(), time(), zone)
