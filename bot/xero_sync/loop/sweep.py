"""Once a night: read again what no list of changes would show, slice by slice, and say what the lists had missed.

Documents of the open month and a thirtieth of the older ones are read by id in Xero, which finds edits that got no new stamp; those whose copy is
split by line are viewed in Scoro; all copies are listed whole, which finds deletions that leave their date. A fifth of a day's calls at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from xero_sync.clients.budget import Budget
from xero_sync.clients.xero import IDS_PER_CALL
from xero_sync.domain import scoro, xero
from xero_sync.errors import RateLimited, RemoteError, Unavailable
from xero_sync.log import logger
from xero_sync.loop.connection import Connection
from xero_sync.loop.reading import all_needed_read, keep_copies, keep_documents
from xero_sync.loop.schedule import LIST_OF_COPIES
from xero_sync.store import connections
from xero_sync.store.mirror import PARTS, ListState, StoredDocument

STORED: Final = "sweep"
NIGHT: Final = time(2, 30)
"""On the connection's own clock: the day's work is over, and Xero's next day of calls has begun in most zones."""
_TRY_AGAIN: Final = timedelta(hours=1)
_SHARE_OF_A_DAY: Final = 5

Stage = Literal["documents", "bills", "invoices", "done"]
_NEXT: Final[dict[Stage, Stage]] = {"documents": "bills", "bills": "invoices", "invoices": "done"}

log = logger(__name__)


class Sweep(BaseModel):
    """How far the night's reading has come.

    day: the local day it belongs to. after: the last id read, of documents in order of their ids. pages: the next page of each of Scoro's
    lists; a list too long for one night is gone on with in the next. calls: made this night, by service. found: what had changed unnoticed.
    """

    model_config = ConfigDict(frozen=True)

    day: date
    due_at: datetime
    stage: Stage = "documents"
    after: str = ""
    pages: dict[str, int] = {}
    calls: dict[str, int] = {}
    found: tuple[str, ...] = ()
    found_before: tuple[str, ...] = ()

    def spent(self, service: str, calls: int) -> Sweep:
        return self.model_copy(update={"calls": {**self.calls, service: self.calls.get(service, 0) + calls}})


def read_sweep(stored: str) -> Sweep | None:
    return Sweep.model_validate_json(stored) if stored else None


async def sweep_a_slice(connection: Connection) -> bool:
    """Read one more slice where the night has come; True where there is more to do at once. A service that fails is asked again an hour later."""
    now = connection.clock.now()
    async with connection.books.database.read() as db:
        sweep = read_sweep((await connection.books.ledger.remembered(db, "")).get(STORED, ""))
        lists = await connection.books.mirror.lists(db)
        known = await connections.get(db, connection.connection_id)
    if known is None or known.mode != "live" or not all_needed_read(connection, lists):
        return False
    if sweep is None:
        # The first night is the next one: everything was read just now.
        await _keep(connection, Sweep(day=_day(connection, now), due_at=_next_night(connection, now), stage="done"))
        return False
    if sweep.due_at > now:
        return False
    if sweep.stage == "done":
        sweep = Sweep(day=_day(connection, now), due_at=now, pages=sweep.pages, found_before=sweep.found)
    connection.work_in("backfill")
    try:
        swept = await _documents(connection, sweep, lists) if sweep.stage == "documents" else await _copies(connection, sweep, lists)
    except RemoteError as error:
        log.warning("sweep.put_off", stage=sweep.stage, code=error.code)
        await _keep(connection, sweep.model_copy(update={"due_at": _later(error, now + _TRY_AGAIN)}))
        return False
    if swept.stage == "done":
        log.info("sweep.ended", found=len(swept.found), calls=swept.calls)
        swept = swept.model_copy(update={"due_at": _next_night(connection, now)})
    await _keep(connection, swept)
    return swept.stage != "done" or bool(swept.found)


async def _documents(connection: Connection, sweep: Sweep, lists: dict[str, ListState]) -> Sweep:
    """The next forty documents of tonight, by id."""
    async with connection.books.database.read() as db:
        stored = await connection.books.mirror.slice_of(
            db, after=sweep.after, since=sweep.day.replace(day=1), part=sweep.day.toordinal() % PARTS, limit=IDS_PER_CALL
        )
        links = await connection.books.mirror.links(db, [each.document_id for each in stored])
    if not stored or _is_spent(sweep, "xero", connection.xero.budget):
        return sweep.model_copy(update={"stage": _NEXT["documents"]})
    concerned = [each for each in stored if connection.settings.concerns(each.document)]
    found = [*sweep.found]
    found += await _in_xero(connection, [each for each in concerned if each.kind == "invoices"], lists)
    for note in (each for each in concerned if each.kind == "credit_notes"):
        document = await connection.xero.document("credit_notes", note.document_id)
        found += _missed(await keep_documents(connection, "credit_notes", [document], None), [document], lists["credit_notes"])
    split = await _split_copies(connection, [links[each.document_id] for each in concerned if each.document_id in links])
    for module, copy_id in split:
        copy = await connection.scoro.document(module, copy_id)
        found += [_called(concerned, links, (module, copy_id)) for _ in await keep_copies(connection, [copy])]
    calls = 1 + sum(each.kind == "credit_notes" for each in concerned)
    spent = sweep.spent("xero", calls).spent("scoro", len(split))
    return spent.model_copy(update={"after": stored[-1].document_id, "found": tuple(dict.fromkeys(found))})


async def _in_xero(connection: Connection, stored: list[StoredDocument], lists: dict[str, ListState]) -> list[str]:
    """Those of these bills and invoices that are not what they were, though no list of changes said so."""
    if not stored:
        return []
    read = await connection.xero.documents_by_ids(each.document_id for each in stored)
    if read.missing:
        # Not there is no evidence: the key may see less than it did.
        log.warning("sweep.missing", documents=sorted(read.missing))
    changed = await keep_documents(connection, "invoices", read.found, None)
    return _missed(changed, read.found, lists["invoices"])


def _missed(changed: set[str], read: Iterable[xero.Document], state: ListState) -> list[str]:
    """What has changed under a stamp no newer than the list has come: the list should have brought it."""
    return [_name(each) for each in read if each.document_id in changed and state.cursor is not None and each.updated_at <= state.cursor]


async def _split_copies(connection: Connection, links: Iterable[tuple[scoro.Module, int]]) -> list[tuple[scoro.Module, int]]:
    """Those whose lines are on projects of their own: a list does not show these."""
    found = []
    async with connection.books.database.read() as db:
        for module, copy_id in links:
            kept = await connection.books.mirror.scoro_document(db, module, copy_id)
            if kept is not None and kept.document.project_id == scoro.PER_LINE:
                found.append((module, copy_id))
    return found


async def _copies(connection: Connection, sweep: Sweep, lists: dict[str, ListState]) -> Sweep:
    """The next page of Scoro's whole list, deleted ones included."""
    module: scoro.Module = "bills" if sweep.stage == "bills" else "invoices"
    over = sweep.model_copy(update={"stage": _NEXT[sweep.stage]})
    state = lists.get(LIST_OF_COPIES[module])
    if state is None or not state.is_complete or _is_spent(sweep, "scoro", connection.scoro.budget):
        return over
    number = sweep.pages.get(module, 1)
    page = await connection.scoro.documents(module, page=number, include_deleted=True)
    spent = sweep.spent("scoro", 1)
    if page.is_empty:
        return spent.model_copy(update={"stage": _NEXT[sweep.stage], "pages": {**sweep.pages, module: 1}})
    changed = await keep_copies(connection, page.documents)
    async with connection.books.database.read() as db:
        tied = await connection.books.mirror.linked(db, module, [copy.scoro_document_id for copy in changed])
        stored = await connection.books.mirror.documents(db, tied.values())
    # What changed in the last two days comes with the next reading of the list.
    told = [
        copy for copy in changed if copy.is_deleted or not copy.modified_date or copy.modified_date.date() < sweep.day - timedelta(days=2)
    ]
    found = [_name(stored[tied[copy.scoro_document_id]].document) for copy in told if tied.get(copy.scoro_document_id) in stored]
    return spent.model_copy(update={"pages": {**sweep.pages, module: number + 1}, "found": tuple(dict.fromkeys((*sweep.found, *found)))})


def _later(error: RemoteError, at: datetime) -> datetime:
    """Then, or when the service says that it can be asked again."""
    return max(at, error.retry_at or at) if isinstance(error, RateLimited | Unavailable) else at


def _called(stored: list[StoredDocument], links: dict[str, tuple[scoro.Module, int]], link: tuple[scoro.Module, int]) -> str:
    return next(_name(each.document) for each in stored if links.get(each.document_id) == link)


def _name(document: xero.Document) -> str:
    return f"{document.contact.name} {document.number or document.document_id}"


def _is_spent(sweep: Sweep, service: str, budget: Budget) -> bool:
    per_day = budget.limits.per_day
    return per_day is not None and sweep.calls.get(service, 0) >= per_day // _SHARE_OF_A_DAY


async def _keep(connection: Connection, sweep: Sweep) -> None:
    async with connection.books.database.write() as db:
        await connection.books.ledger.remember(db, "", STORED, sweep.model_dump_json())


def _day(connection: Connection, now: datetime) -> date:
    return now.astimezone(connection.settings.zone).date()


def _next_night(connection: Connection, now: datetime) -> datetime:
    local = now.astimezone(connection.settings.zone)
    night = datetime.combine(local.date(), NIGHT, connection.settings.zone)
    return night if night > local else datetime.combine(local.date() + timedelta(days=1), NIGHT, connection.settings.zone)
