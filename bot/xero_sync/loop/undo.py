"""Undo and resume: a hold first, and with it where the document goes back to; the pass does the rest."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.actions import PutOnProject
from xero_sync.domain.decisions import Decided, PutOnHold, Resume, TheseDocuments
from xero_sync.domain.lanes import rank
from xero_sync.domain.lines import Share
from xero_sync.domain.people import may, person_of
from xero_sync.domain.snapshot import DecisionBook
from xero_sync.loop.connection import Connection
from xero_sync.reports.why import documents_named
from xero_sync.reports.words import kind_of, mention
from xero_sync.store.ledger import Entry
from xero_sync.store.mirror import StoredDocument


async def undo(connection: Connection, db: AsyncConnection, words: str, person_id: str) -> str:
    """Put the document back to where it was before the last write for it, and on hold; what the person is told."""
    found = await _one(connection, db, words)
    if isinstance(found, str):
        return found
    name, before = named(found), before_last(await connection.books.ledger.entries_of(db, found.document_id))
    book = DecisionBook(await connection.books.asked.decisions(db))
    if reason := await why_not(connection, db, found, before, book):
        return f"{name} {reason}. Nothing was undone."
    on_projects = (await connection.books.ledger.shares(db, [found.document_id])).get(found.document_id, ())
    if before is None or before.shares != on_projects or before.shares == before.expects:
        return f"Nothing was put on a project for {name} that could be undone."
    if refused := await refusal(connection, db, [found], [before], person_id):
        return refused
    where = await _places(connection, db, await hold(connection, db, found, before, person_id))
    return f"{name} goes back to where it was: {where}. Nothing is changed in Xero. It is on hold. {_how_to_resume(found)}"


async def put_on_hold(connection: Connection, db: AsyncConnection, words: str, person_id: str) -> str:
    """Leave the document where it is, and out of everything that would be written; what the person is told."""
    found = await _one(connection, db, words)
    if isinstance(found, str):
        return found
    name = named(found)
    if held_by := DecisionBook(await connection.books.asked.decisions(db)).held_by(found.document_id):
        return f"{name} is on hold already, by {mention(held_by)}. Nothing was changed."
    if refused := await refusal(connection, db, [found], [], person_id):
        return refused
    shares = (await connection.books.ledger.shares(db, [found.document_id])).get(found.document_id, ())
    held = PutOnHold(before=shares, reach=TheseDocuments(document_ids=(found.document_id,)))
    await _decide(connection, db, found, held, "Hold", person_id)
    where = await _places(connection, db, shares)
    return f"{name} stays {where}, and on hold. {_how_to_resume(found)}"


def _how_to_resume(found: StoredDocument) -> str:
    return f"`/xero-sync resume {found.document.number or found.document_id}` lifts that."


async def resume(connection: Connection, db: AsyncConnection, words: str, person_id: str) -> str:
    """Lift the document's hold; what the person is told."""
    found = await _one(connection, db, words)
    if isinstance(found, str):
        return found
    book = DecisionBook(await connection.books.asked.decisions(db))
    if book.hold_of(found.document_id) is None:
        return f"{named(found)} is not on hold. Nothing was changed."
    if refused := await refusal(connection, db, [found], [], person_id):
        return refused
    await _decide(connection, db, found, Resume(reach=TheseDocuments(document_ids=(found.document_id,))), "Resume", person_id)
    return f"{named(found)} is not on hold any more. It goes where Xero and earlier answers say; nothing is changed in Xero."


def before_last(entries: Iterable[Entry]) -> PutOnProject | None:
    """What the last thing that was done put where, None where nothing was done."""
    applied = [entry.action for entry in entries if entry.state == "applied" and isinstance(entry.action, PutOnProject)]
    return applied[-1] if applied else None


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
    names = "; ".join(f"{named(each)} (id {each.document_id})" for each in found[:5])
    return f'Several documents are called "{words}": {names}. Add the name to the number, or type the id.'


async def why_not(connection: Connection, db: AsyncConnection, found: StoredDocument, last: PutOnProject | None, book: DecisionBook) -> str:
    """Why what was written last cannot be undone, to be said behind the document's name; "" where it can."""
    if held_by := book.held_by(found.document_id):
        return f"is on hold already, by {mention(held_by)}"
    if last is None:
        return ""
    copy = await connection.books.mirror.scoro_document(db, last.module, last.scoro_document_id)
    if copy is None or copy.document.is_deleted:
        return "is not in Scoro any more: its copy was deleted there"
    if copy.document.project_id != last.header:
        projects = await connection.books.mirror.projects(db)
        there = projects.get(copy.document.project_id)
        where = f"on {there.plain_name}" if there else "on several projects" if copy.document.project_id < 0 else "on no project"
        return f"was moved in Scoro since: it is {where} now"
    return ""


async def refusal(
    connection: Connection,
    db: AsyncConnection,
    documents: Sequence[StoredDocument],
    actions: Iterable[PutOnProject],
    person_id: str,
) -> str:
    """Why this person may not change where these documents are, "" where they may."""
    closing = await connection.books.closing(db)
    return may(
        person_of(person_id, connection.settings),
        Resume(reach=TheseDocuments(document_ids=tuple(each.document_id for each in documents))),
        sum((abs(share.net) for action in actions for share in action.shares), Decimal(0)),
        documents=len(documents),
        is_month_closed=any(closing.is_closed(each.document.day) for each in documents),
        projects={},
        manager_limit=connection.settings.manager_limit,
    )


async def hold(connection: Connection, db: AsyncConnection, found: StoredDocument, last: PutOnProject, person_id: str) -> tuple[Share, ...]:
    """Hold the document; where its lines go back to. A line whose net is another one now goes back to nowhere."""
    nets: dict[str, Decimal] = {}
    for share in last.expects:
        nets[share.line_id] = nets.get(share.line_id, Decimal(0)) + share.net
    same = {line.line_item_id for line in found.document.lines if nets.get(line.line_item_id) == found.document.net(line)}
    before = tuple(share for share in last.expects if share.line_id in same)
    held = PutOnHold(before=before, reach=TheseDocuments(document_ids=(found.document_id,)))
    await _decide(connection, db, found, held, "Undo", person_id)
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


def named(found: StoredDocument) -> str:
    """Delft Signs, bill 10442."""
    return f"{found.document.contact.name}, {kind_of(found.document)} {found.document.number or 'without number'}"
