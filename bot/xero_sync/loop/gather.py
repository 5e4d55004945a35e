"""Make the frozen Snapshot of a pass: the small lists whole, and the work set of documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.clients.xero.pages import DocumentKind
from xero_sync.domain import scoro, xero
from xero_sync.domain.decisions import Decided, FollowBills, Reply, Spread, TheseDocuments
from xero_sync.domain.fold import fold, fold_scoro
from xero_sync.domain.lanes import Lane, rank
from xero_sync.domain.snapshot import Allocated, Answer, BookedDocument, DecisionBook, Sibling, Snapshot
from xero_sync.errors import RemoteError
from xero_sync.log import logger
from xero_sync.loop.connection import Connection
from xero_sync.loop.reading import keep_copies, keep_documents, read_now
from xero_sync.loop.schedule import LIST_OF_COPIES, RHYTHMS
from xero_sync.store import connections
from xero_sync.store.mirror import Candidate, ListState, Record, StoredDocument, company_names_of, projects_of

WORK_SET = 200
"""So many documents are decided in one pass; the rest follows in the next."""

_SMALL_LISTS = ("organisation", "accounts", "categories", "companies", "projects", "objects")

log = logger(__name__)
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Gathered:
    """A Snapshot, with the marks the documents in it had when they and their copies were read."""

    snapshot: Snapshot
    due_marks: Mapping[str, int]


async def gather(
    connection: Connection, lane: Lane, *, rules_are_known: bool = True, document_ids: Collection[str] | None = None
) -> Gathered:
    """The Snapshot of this pass. Reads single documents where a list row is not enough: Xero's summaries, and Scoro copies whose lines matter.

    document_ids: these documents instead of those that are due.
    """
    books, now = connection.books, connection.clock.now()
    async with books.database.read() as db:
        stored = await connections.get(db, books.connection_id)
        if stored is None:
            raise LookupError(f"connection {books.connection_id} is not in the books")
        states = await books.mirror.lists(db)
        records = await books.mirror.records_of(db, _SMALL_LISTS)
        completed_since = {int(project_id): at for project_id, at in (await books.mirror.since(db, "projects")).items()}
        bindings = await books.ledger.bindings(db)
        decided = await books.asked.decisions(db)
        signed_off = await books.ledger.signed_off(db)
        work = await _work_set(connection, db, lane, document_ids) if stored.first_read_at is not None else []
    work = await _complete(connection, work, document_ids)
    company_names = company_names_of(records["companies"])
    decisions = DecisionBook(decided)
    documents = await _book(connection, work, company_names, decisions)
    async with books.database.read() as db:
        last_projects = await books.ledger.last_projects(db, {document.xero.contact.contact_id for document in documents})
        # Viewing a copy marks its document; what was viewed just now is in this Snapshot already.
        due_marks = await books.mirror.due_marks(db, [row.document_id for row in work])
    snapshot = Snapshot(
        taken_at=now,
        settings=connection.settings,
        mode="asks first" if stored.asks_first else stored.mode,
        organisation=next(iter(_models(records["organisation"], xero.Organisation)), None),
        categories=tuple(_models(records["categories"], xero.TrackingCategory)),
        accounts={account.code: account for account in _models(records["accounts"], xero.Account)},
        projects=projects_of(records["projects"], company_names),
        objects=tuple(_models(records["objects"], scoro.AccountingObject)),
        bindings={option_id: binding.project_id for option_id, binding in bindings.items()},
        bound_by_name=frozenset(option_id for option_id, binding in bindings.items() if binding.is_by_name),
        decisions=decisions,
        documents=documents,
        completed_since=completed_since,
        new_projects=_new_projects(records["projects"], stored.first_read_at),
        last_projects=last_projects,
        entity=connection.entity,
        answers=_answers(decided),
        accounts_read_at=states["accounts"].last_read_at if "accounts" in states else None,
        signed_off={month: signed.at for month, signed in signed_off.items()},
        unknown=unknown_lists(states) | (frozenset() if rules_are_known else {"rules"}),
    )
    return Gathered(snapshot, due_marks)


def unknown_lists(states: Mapping[str, ListState]) -> frozenset[str]:
    """The lists nothing may be concluded from: never read to their end, or failing now."""
    return frozenset(name for name in RHYTHMS if name not in states or not states[name].is_complete or states[name].failures)


def _models(records: Mapping[str, Record], model: type[M]) -> list[M]:
    return [model.model_validate_json(record.text) for record in records.values()]


def _new_projects(records: Mapping[str, Record], first_read_at: datetime | None) -> frozenset[int]:
    if first_read_at is None:
        return frozenset()
    return frozenset(int(project_id) for project_id, record in records.items() if record.first_seen_at > first_read_at)


def _answers(decided: Iterable[Decided]) -> dict[str, Answer]:
    return {
        entry.cause: Answer(entry.decision.value, entry.person_id, entry.decided_at)
        for entry in sorted(decided, key=lambda entry: entry.decided_at)
        if isinstance(entry.decision, Reply)
    }


async def _complete(connection: Connection, work: list[StoredDocument], document_ids: Collection[str] | None) -> list[StoredDocument]:
    """The work set with summaries replaced by the whole document: "no lines" in a list is not the same as no tracking."""
    partial = [row for row in work if not row.is_complete and row.document.is_approved]
    if not partial:
        return work
    for row in partial:
        kind: DocumentKind = "credit_notes" if row.kind == "credit_notes" else "invoices"
        try:
            whole = await connection.xero.document(kind, row.document_id)
        except RemoteError as error:
            log.warning("document.unread", document_id=row.document_id, code=error.code)
            return [other for other in work if other.is_complete or not other.document.is_approved]
        await keep_documents(connection, kind, [whole], None)
    async with connection.books.database.read() as db:
        return await _work_set(connection, db, connection.lane, document_ids)


async def _work_set(connection: Connection, db: AsyncConnection, lane: Lane, document_ids: Collection[str] | None) -> list[StoredDocument]:
    """The due documents of this lane and those above it; what is below waits for its own pass, which can then be overtaken."""
    if document_ids is not None:
        return list((await connection.books.mirror.documents(db, document_ids)).values())
    rows = await connection.books.mirror.work_set(db, WORK_SET)
    return [row for row in rows if row.due_lane is not None and row.due_lane <= rank(lane)]


async def _book(
    connection: Connection, work: list[StoredDocument], company_names: Mapping[int, str], decisions: DecisionBook
) -> tuple[BookedDocument, ...]:
    """The documents with their copies, shares and look-alikes."""
    if not work:
        return ()
    ids = [row.document_id for row in work]
    async with connection.books.database.read() as db:
        links = await connection.books.mirror.links(db, ids)
        shares = await connection.books.ledger.shares(db, ids)
        alike = await connection.books.mirror.documents_by_duplicate_keys(db, {row.duplicate_key for row in work} - {""})
        others = {row.document_id for rows in alike.values() for row in rows} - set(ids)
        linked = {*links, *await connection.books.mirror.links(db, others)}
        credited = {entry.document_id for row in work for entry in row.document.allocations}
        bills = await connection.books.mirror.documents(db, credited)
        bill_shares = await connection.books.ledger.shares(db, bills)
    await _pull_copies(connection, work, links)
    copies = await _copies(connection, work, links, company_names, decisions)
    of_voided = await _copies_of_voided(connection, [row for row in work if not copies[row.document_id]], company_names)
    return tuple(
        BookedDocument(
            xero=row.document,
            link=links.get(row.document_id),
            copies=tuple(copies[row.document_id]),
            copies_of_voided=of_voided.get(row.document_id, ()),
            shares_in_scoro=shares.get(row.document_id, ()),
            siblings=tuple(
                Sibling(other.document_id, other.document.number, other.document.updated_at, other.document_id in linked)
                for other in alike.get(row.duplicate_key, ())
                if other.document_id != row.document_id and connection.settings.concerns(other.document)
            ),
            allocated=tuple(
                Allocated(bills[entry.document_id].document, entry.amount, bill_shares.get(entry.document_id, ()))
                for entry in row.document.allocations
                if entry.document_id in bills
            ),
        )
        for row in work
    )


async def _copies(
    connection: Connection,
    work: list[StoredDocument],
    links: Mapping[str, tuple[scoro.Module, int]],
    company_names: Mapping[int, str],
    decisions: DecisionBook,
) -> dict[str, list[scoro.Document]]:
    found: dict[str, list[scoro.Document]] = {}
    candidates_by_document = await _candidates(connection, work, links)
    for row in work:
        documents = []
        for candidate in candidates_by_document[row.document_id]:
            document = candidate.document
            name = document.company_name or company_names.get(document.company_id, "")
            has_own_number = document.lines is None and fold_scoro(document.number) != fold(row.document.number)
            if has_own_number and name and fold_scoro(name) != fold(row.document.contact.name):
                continue
            is_new_company = not name and document.lines is None
            needs_lines = has_own_number or document.project_id == scoro.PER_LINE or _needs_lines(row.document, decisions)
            if is_new_company or (needs_lines and (document.lines is None or candidate.are_lines_stale)):
                document = await _view(connection, document)
                name = document.company_name or name
            documents.append(document if name == document.company_name else document.model_copy(update={"company_name": name}))
        found[row.document_id] = documents
    return found


async def _pull_copies(connection: Connection, work: list[StoredDocument], links: Mapping[str, tuple[scoro.Module, int]]) -> None:
    """Where a document that may need a project has no copy yet, its Scoro list is read at once, if it was not read since the document changed."""
    unlinked = [
        row
        for row in work
        if row.document_id not in links and row.document.is_approved and any(line.tracking for line in row.document.lines)
    ]
    if not unlinked:
        return
    async with connection.books.database.read() as db:
        states = await connection.books.mirror.lists(db)
    for module, name in LIST_OF_COPIES.items():
        read_at = states[name].last_read_at if name in states else None
        changed = [
            row
            for row in unlinked
            if row.document.is_bill == (module == "bills") and (read_at is None or read_at <= row.document.updated_at)
        ]
        if changed and not all((await _candidates(connection, changed, {})).values()):
            await read_now(connection, name)


async def _candidates(
    connection: Connection, work: list[StoredDocument], links: Mapping[str, tuple[scoro.Module, int]]
) -> dict[str, list[Candidate]]:
    """Per document: its linked copy; without one, or beside a deleted one, those of its number, or of its day where it has none.

    Where none has its number, those of its day and net total, to which Scoro may have given a number of its own.
    """
    mirror = connection.books.mirror
    found: dict[str, list[Candidate]] = {row.document_id: [] for row in work}
    async with connection.books.database.read() as db:
        for document_id, (module, scoro_document_id) in links.items():
            if candidate := await mirror.scoro_document(db, module, scoro_document_id):
                found[document_id] = [candidate]
        # A copy that was deleted may come again as another one.
        wanted = [row for row in work if row.document_id not in links or any(each.document.is_deleted for each in found[row.document_id])]
        for module in LIST_OF_COPIES:
            rows = [row for row in wanted if row.document.is_bill == (module == "bills")]
            numbers = {fold(row.document.number) for row in rows} - {""}
            days = {(row.document.day, row.document.currency) for row in rows if not fold(row.document.number)}
            by_number: dict[str, list[Candidate]] = defaultdict(list)
            for candidate in await mirror.candidates(db, module, numbers, days) if rows else ():
                if not candidate.linked_to:
                    by_number[fold_scoro(candidate.document.number)].append(candidate)
            for row in rows:
                found[row.document_id] += by_number[fold(row.document.number)]
            missing = [
                row for row in rows if fold(row.document.number) and row.document.is_approved and not by_number[fold(row.document.number)]
            ]
            by_day = defaultdict(list)
            days = {(row.document.day, row.document.currency) for row in missing}
            for candidate in await mirror.candidates(db, module, (), days) if missing else ():
                if not candidate.linked_to:
                    by_day[candidate.document.day, candidate.document.currency, candidate.document.net].append(candidate)
            for row in missing:
                found[row.document_id] += by_day[row.document.day, row.document.currency, row.document.net_total]
    return found


async def _copies_of_voided(
    connection: Connection, work: Iterable[StoredDocument], company_names: Mapping[int, str]
) -> dict[str, tuple[scoro.Document, ...]]:
    """Copies of the number of these documents that are tied for good to another one, which does not count any more."""
    mirror = connection.books.mirror
    found: dict[str, tuple[scoro.Document, ...]] = {}
    rows = [row for row in work if row.document.is_approved]
    if not rows:
        return {}
    async with connection.books.database.read() as db:
        for module in LIST_OF_COPIES:
            of_module = [row for row in rows if row.document.is_bill == (module == "bills")]
            numbers = {fold(row.document.number) for row in of_module} - {""}
            days = {(row.document.day, row.document.currency) for row in of_module if not fold(row.document.number)}
            tied = [candidate for candidate in await mirror.candidates(db, module, numbers, days) if candidate.linked_to]
            others = await mirror.documents(db, {candidate.linked_to for candidate in tied})
            gone = {document_id for document_id, other in others.items() if not other.document.is_approved}
            by_number: dict[str, list[scoro.Document]] = defaultdict(list)
            for candidate in tied:
                if candidate.linked_to in gone:
                    copy = candidate.document
                    name = copy.company_name or company_names.get(copy.company_id, "")
                    by_number[fold_scoro(copy.number)].append(copy.model_copy(update={"company_name": name}))
            found |= {row.document_id: tuple(by_number[fold(row.document.number)]) for row in of_module}
    return found


def _needs_lines(document: xero.Document, decisions: DecisionBook) -> bool:
    """True where lines may go to different places: Scoro's lists have no lines, and reading them costs a call."""
    of_value = [line for line in document.lines if document.net(line) != 0]
    if len({(tuple(tracking.option_name for tracking in line.tracking), line.account_code) for line in of_value}) > 1:
        return True
    if any(isinstance(entry.decision, Spread | FollowBills) for entry in decisions.of_document(document.document_id)):
        return True
    reaches = [entry.decision.reach for entry in decisions.of_document(document.document_id)]
    answered = [
        {line.line_item_id for line in of_value if reach.is_about(line.line_item_id)}
        for reach in reaches
        if isinstance(reach, TheseDocuments)
    ]
    return any(0 < len(about) < len(of_value) for about in answered)


async def _view(connection: Connection, document: scoro.Document) -> scoro.Document:
    try:
        viewed = await connection.scoro.document(document.module, document.scoro_document_id)
    except RemoteError as error:
        log.warning("copy.unread", module=document.module, scoro_document_id=document.scoro_document_id, code=error.code)
        return document
    await keep_copies(connection, [viewed])
    return viewed
