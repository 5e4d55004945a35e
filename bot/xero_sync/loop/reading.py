"""Read what changed into the mirror: one function per list. A list is read page by page; the page is the checkpoint until its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.clients.xero.pages import DocumentKind
from xero_sync.domain import scoro, xero
from xero_sync.domain.lanes import Lane, rank
from xero_sync.domain.match import (
    CLOSING_KEY,
    NO_ACCOUNT_KEY,
    MatchRule,
    account_key,
    copy_keys,
    duplicate_key,
    keys_of_project,
    look_key,
    option_key,
)
from xero_sync.errors import NotAllowed, RateLimited, RemoteError, Unavailable
from xero_sync.log import logger
from xero_sync.loop.connection import Connection
from xero_sync.loop.schedule import FAILURES_BEFORE_A_CARD, LISTS_PER_TICK, RHYTHMS, in_order, next_due, retry_after_failure
from xero_sync.store import connections
from xero_sync.store.mirror import Changes, DocumentRow, ListState

OVERLAP: Final = timedelta(seconds=60)
"""Whether Xero's If-Modified-Since takes in its boundary is not known, so the last minute is read again."""

log = logger(__name__)


@dataclass(frozen=True)
class Reading:
    """Which lists were read, and whether anything in them was new."""

    names: tuple[str, ...] = ()
    has_changed: bool = False


@dataclass(frozen=True)
class _Read:
    """is_done: False where reading was cut short because somebody waits. has_changed: of a small list; documents that changed are due."""

    is_done: bool = True
    has_changed: bool = False


async def read_due_lists(connection: Connection, rules: Iterable[MatchRule], *, limit: int | None = LISTS_PER_TICK) -> Reading:
    """Read the lists that are due, at most `limit` per service. Ends early where a higher lane waits.

    A list that cannot be read keeps what was known, is marked as failing and comes again later; nothing is concluded from it.
    """
    books, now = connection.books, connection.clock.now()
    async with books.database.read() as db:
        states = await books.mirror.lists(db)
        stored = await connections.get(db, connection.connection_id)
    wanted = _read_by(connection)
    due = [name for name in in_order(RHYTHMS) if name in wanted and _state(states, name, now).due_at <= now]
    read: list[str] = []
    has_changed = False
    begun: dict[str, int] = {}
    for name in due:
        service = RHYTHMS[name].service
        is_first_read = not _state(states, name, now).is_complete
        if limit is not None and not is_first_read and begun.get(service, 0) >= limit:
            continue
        begun[service] = begun.get(service, 0) + 1
        found = await _read_list(connection, _state(states, name, now), list(rules))
        has_changed |= found.has_changed
        if not found.is_done:
            break
        read.append(name)
    if read and stored is not None and stored.first_read_at is None and await _note_first_read(connection):
        has_changed = True
    return Reading(tuple(read), has_changed)


async def read_now(connection: Connection, name: str) -> None:
    """Read one list at once, whenever it is due: a document in hand needs it."""
    async with connection.books.database.read() as db:
        states = await connection.books.mirror.lists(db)
    await _read_list(connection, _state(states, name, connection.clock.now()), [])


def all_needed_read(connection: Connection, states: Mapping[str, ListState]) -> bool:
    """True once every list that decisions rest on was read to its end."""
    needed = {name for name in _read_by(connection) if RHYTHMS[name].is_needed}
    return all(name in states and states[name].is_complete for name in needed)


async def _note_first_read(connection: Connection) -> bool:
    """True the one time that everything decisions rest on has been read: then they begin."""
    async with connection.books.database.write() as db:
        has_read_all = all_needed_read(connection, await connection.books.mirror.lists(db))
        if has_read_all:
            await connections.set_first_read(db, connection.connection_id, connection.clock.now())
    return has_read_all


def _read_by(connection: Connection) -> set[str]:
    """The lists this connection needs at all."""
    wanted = set(RHYTHMS)
    if "objects" not in connection.plugins.needs():
        wanted.discard("objects")
    if connection.settings.invoices != "to_scoro":
        wanted.discard("scoro_invoices")
    if connection.settings.bills != "to_scoro":
        wanted.discard("bills")
    return wanted


def _state(states: Mapping[str, ListState], name: str, now: datetime) -> ListState:
    return states.get(name) or ListState(name=name, due_at=now)


async def _read_list(connection: Connection, state: ListState, rules: list[MatchRule]) -> _Read:
    try:
        return await _READERS[state.name](connection, state, rules)
    except RemoteError as error:
        now = connection.clock.now()
        due_at = retry_after_failure(state.failures + 1, now)
        if isinstance(error, RateLimited | Unavailable) and error.retry_at:
            due_at = max(due_at, error.retry_at) if isinstance(error, RateLimited) else error.retry_at
        log.warning("list.unread", list=state.name, code=error.code, request_id=error.request_id)
        async with connection.books.database.write() as db:
            kept = (await connection.books.mirror.lists(db)).get(state.name, state)
            # A refusal does not pass by itself as a busy hour does, nor does a used-up day for hours: both are told at once.
            is_told_at_once = isinstance(error, NotAllowed) or (isinstance(error, RateLimited) and error.scope == "day")
            least = FAILURES_BEFORE_A_CARD if is_told_at_once else 1
            failed = replace(kept, failures=max(state.failures + 1, least), problem=error.message, due_at=due_at)
            await connection.books.mirror.put_list(db, failed)
        # A list that begins to fail makes everything unknown that rests on it, which is news.
        return _Read(has_changed=state.failures == 0)


# Small lists: one call, taken over whole.


async def _take_over(
    connection: Connection, state: ListState, list_name: str, models: Mapping[str, BaseModel], db: AsyncConnection
) -> Changes:
    now = connection.clock.now()
    texts = {record_id: model.model_dump_json() for record_id, model in models.items()}
    changes = await connection.books.mirror.put_records(db, list_name, texts, now, is_whole=True)
    await connection.books.mirror.put_list(db, _read_to_the_end(state, now))
    return changes


def _read_to_the_end(state: ListState, now: datetime, cursor: datetime | None = None) -> ListState:
    return ListState(name=state.name, due_at=next_due(state.name, now), cursor=cursor or state.cursor, last_read_at=now, is_complete=True)


async def _mark_due(connection: Connection, db: AsyncConnection, keys: Iterable[str]) -> None:
    await connection.books.mirror.mark_due_by_keys(db, keys, rank("changed"), connection.clock.now())


async def _read_organisation(connection: Connection, state: ListState, rules: list[MatchRule]) -> _Read:  # noqa: ARG001 one signature for all readers
    organisation = await connection.xero.organisation()
    async with connection.books.database.write() as db:
        changes = await _take_over(connection, state, "organisation", {organisation.organisation_id: organisation}, db)
        if not changes.is_empty:
            # Its lock dates may be others.
            await _mark_due(connection, db, [CLOSING_KEY])
    return _Read(has_changed=not changes.is_empty)


async def _read_accounts(connection: Connection, state: ListState, rules: list[MatchRule]) -> _Read:  # noqa: ARG001 one signature for all readers
    accounts = await connection.xero.accounts()
    async with connection.books.database.write() as db:
        changes = await _take_over(connection, state, "accounts", {entry.account_id: entry for entry in accounts}, db)
        texts = [*changes.added.values(), *(text for pair in changes.changed.values() for text in pair)]
        await _mark_due(connection, db, {NO_ACCOUNT_KEY, *(account_key(xero.Account.model_validate_json(text).code) for text in texts)})
    return _Read(has_changed=not changes.is_empty)


async def _read_categories(connection: Connection, state: ListState, rules: list[MatchRule]) -> _Read:  # noqa: ARG001 one signature for all readers
    return _Read(has_changed=await take_over_categories(connection, await connection.xero.tracking_categories(), state))


async def take_over_categories(connection: Connection, categories: Iterable[xero.TrackingCategory], state: ListState | None = None) -> bool:
    """Keep the categories as just read, and have the documents looked at whose options changed. True where something did."""
    mirror, now = connection.books.mirror, connection.clock.now()
    async with connection.books.database.write() as db:
        state = state or (await mirror.lists(db)).get("categories") or ListState(name="categories", due_at=now)
        found = {category.tracking_category_id: category for category in categories}
        changes = await _take_over(connection, state, "categories", found, db)
        keys: set[str] = set()
        for before, after in changes.changed.values():
            old, new = xero.TrackingCategory.model_validate_json(before), xero.TrackingCategory.model_validate_json(after)
            touched = (
                set(old.options) ^ set(new.options) if (old.name, old.status) == (new.name, new.status) else {*old.options, *new.options}
            )
            keys |= {option_key(option.tracking_option_id) for option in touched}
        await _mark_due(connection, db, keys)
    return not changes.is_empty


async def _read_objects(connection: Connection, state: ListState, rules: list[MatchRule]) -> _Read:  # noqa: ARG001 one signature for all readers
    found = {str(entry.accounting_object_id): entry for entry in await connection.scoro.objects()}
    async with connection.books.database.write() as db:
        changes = await _take_over(connection, state, "objects", found, db)
    return _Read(has_changed=not changes.is_empty)


async def _read_companies(connection: Connection, state: ListState, rules: list[MatchRule]) -> _Read:  # noqa: ARG001 one signature for all readers
    found = {str(entry.company_id): entry for entry in await connection.scoro.companies()}
    async with connection.books.database.write() as db:
        changes = await _take_over(connection, state, "companies", found, db)
    return _Read(has_changed=not changes.is_empty)


# Projects: those changed since the day before, and once a day all of them.


async def _read_changed_projects(connection: Connection, state: ListState, rules: list[MatchRule]) -> _Read:
    # A time in Scoro's filter may be ignored, a bare date is a day's beginning in a zone we do not know: two days back is safe everywhere.
    since = (state.last_read_at.date() - timedelta(days=2)) if state.is_complete and state.last_read_at else None
    return await _read_projects(connection, state, rules, since)


async def _read_all_projects(connection: Connection, state: ListState, rules: list[MatchRule]) -> _Read:
    return await _read_projects(connection, state, rules, None)


async def _read_projects(connection: Connection, state: ListState, rules: list[MatchRule], since: date | None) -> _Read:
    projects = await connection.scoro.all_projects(modified_from=since, include_deleted=True)
    mirror = connection.books.mirror
    async with connection.books.database.write() as db:
        found = {str(project.project_id): project for project in projects}
        texts = {record_id: project.model_dump_json() for record_id, project in found.items()}
        # A project that is missing is no evidence: only `is_deleted` says that it is gone.
        changes = await mirror.put_records(db, "projects", texts, connection.clock.now(), is_whole=False)
        await mirror.put_list(db, _read_to_the_end(state, connection.clock.now()))
        for record_id, text in changes.added.items():
            await _note_completed(connection, db, record_id, scoro.Project.model_validate_json(text), first_sight=True)
        for record_id, (_, after) in changes.changed.items():
            await _note_completed(connection, db, record_id, scoro.Project.model_validate_json(after), first_sight=False)
        await _mark_due(connection, db, await connection.plugins.judge(lambda: _keys_of_projects(rules, changes)))
        clients = {found[record_id].company_id for record_id in (*changes.added, *changes.changed)} - {0}
        if clients and not clients <= {int(company_id) for company_id in await mirror.records(db, "companies")}:
            await mirror.pull_forward(db, ["companies"], connection.clock.now())
    return _Read(has_changed=not changes.is_empty)


def _keys_of_projects(rules: Iterable[MatchRule], changes: Changes) -> set[str]:
    """The keys of what was added, and of what changed as it was and as it is."""
    texts = [*changes.added.values(), *(text for pair in changes.changed.values() for text in pair)]
    return {key for text in texts for key in keys_of_project(rules, scoro.Project.model_validate_json(text))}


async def _note_completed(
    connection: Connection, db: AsyncConnection, record_id: str, project: scoro.Project, *, first_sight: bool
) -> None:
    """Scoro gives no date of completion: the time first seen completed counts, at first sight `modified_date` (money.md 7)."""
    if project.status != "completed":
        if not first_sight:
            await connection.books.mirror.set_since(db, "projects", record_id, None)
        return
    now = connection.clock.now()
    modified = project.modified_date
    at = (modified if modified and modified.tzinfo else modified.replace(tzinfo=now.tzinfo) if modified else now) if first_sight else now
    known = await connection.books.mirror.since(db, "projects")
    if record_id not in known:
        await connection.books.mirror.set_since(db, "projects", record_id, at)


# Xero's documents.


async def _read_invoices(connection: Connection, state: ListState, rules: list[MatchRule]) -> _Read:  # noqa: ARG001 one signature for all readers
    return await _read_documents(connection, state, "invoices")


async def _read_credit_notes(connection: Connection, state: ListState, rules: list[MatchRule]) -> _Read:  # noqa: ARG001 one signature for all readers
    return await _read_documents(connection, state, "credit_notes")


async def _read_documents(connection: Connection, state: ListState, kind: DocumentKind) -> _Read:
    since = state.cursor - OVERLAP if state.cursor else None
    is_resumed = state.page > 1
    unreadable = 0
    async for page in connection.xero.document_pages(kind, modified_since=since, first_page=max(state.page, 1)):
        state = replace(
            state,
            page=page.page + 1,
            started_at=state.started_at if state.page and state.started_at else page.service_time,
            highest=max([*(document.updated_at for document in page.documents), *([state.highest] if state.highest else [])], default=None),
        )
        if page.is_empty:
            continue  # the end, and nothing to keep but the state, which is kept below
        unreadable += len(page.unreadable)
        await keep_documents(connection, kind, page.documents, state)
        if await connection.is_overtaken():
            return _Read(is_done=False)
    await _finish_documents(connection, state, unreadable, is_resumed=is_resumed)
    return _Read(has_changed=is_resumed)


async def _finish_documents(connection: Connection, state: ListState, unreadable: int, *, is_resumed: bool) -> None:
    """The cursor moves to the newest stamp received, never past the service's own time at the first request; an empty listing leaves it.

    is_resumed: it was cut short on the way, so what was approved since stands on a page that was read before: it is read again at once.
    """
    now = connection.clock.now()
    newest = min(state.highest, state.started_at) if state.highest and state.started_at else None
    cursor = max(newest, state.cursor) if newest and state.cursor else newest or state.cursor
    done = _read_to_the_end(state, now, cursor)
    if is_resumed:
        done = replace(done, due_at=now)
    if unreadable:
        # The cursor stays, so that these rows come again; the others are kept already.
        many, them = ("1 document in Xero's list is", "it") if unreadable == 1 else (f"{unreadable:,} documents in Xero's list are", "them")
        problem = f"{many} not understood and not in these sums. Open and save {them} in Xero; the others are checked as usual."
        done = replace(done, cursor=None if not state.is_complete else state.cursor, problem=problem)
    async with connection.books.database.write() as db:
        await connection.books.mirror.put_list(db, done)


async def keep_documents(
    connection: Connection, kind: DocumentKind, documents: Iterable[xero.Document], state: ListState | None
) -> set[str]:
    """Take documents over into the mirror; what changed is due, and so is what may be the same document. The ids of what changed."""
    mirror, lane, now = connection.books.mirror, rank(_lane_of(connection, state)), connection.clock.now()
    rows = [
        DocumentRow(
            document_id=document.document_id,
            kind=kind,
            document=document,
            duplicate_key=duplicate_key(document),
            is_complete=document.has_all_lines,
            text=document.model_dump_json(),
            is_due=connection.settings.concerns(document),
        )
        for document in documents
    ]
    async with connection.books.database.write() as db:
        before = await mirror.documents(db, [row.document_id for row in rows]) if state is None or state.cursor else {}
        changed = await mirror.put_documents(db, rows, lane=lane, at=now)
        same = {row.duplicate_key for row in rows if row.document_id in changed and row.is_due}
        same |= {stored.duplicate_key for document_id, stored in before.items() if document_id in changed}
        await mirror.mark_due_by_keys(db, same - {""}, lane, now)
        if state is not None:
            await mirror.put_list(db, state)
    return changed


def _lane_of(connection: Connection, state: ListState | None) -> Lane:
    """A document that a webhook or a press led to goes before what the timer finds; a first reading is backfill."""
    return connection.lane if state is None or state.is_complete else "backfill"


# Scoro's bills and invoices: list rows without lines.


async def _read_bills(connection: Connection, state: ListState, rules: list[MatchRule]) -> _Read:  # noqa: ARG001 one signature for all readers
    return await _read_copies(connection, state, "bills")


async def _read_scoro_invoices(connection: Connection, state: ListState, rules: list[MatchRule]) -> _Read:  # noqa: ARG001 one signature for all readers
    return await _read_copies(connection, state, "invoices")


async def _read_copies(connection: Connection, state: ListState, module: scoro.Module) -> _Read:
    if state.is_complete and state.last_read_at:
        since: date | None = state.last_read_at.date() - timedelta(days=2)
    else:
        since = connection.settings.start_from
    is_resumed = state.page > 1
    async for page in connection.scoro.document_pages(module, modified_from=since, first_page=max(state.page, 1)):
        state = replace(state, page=page.page + 1)
        await keep_copies(connection, page.documents, state)
        if await connection.is_overtaken():
            return _Read(is_done=False)
    now = connection.clock.now()
    done = _read_to_the_end(state, now)
    async with connection.books.database.write() as db:
        await _mark_due(connection, db, [look_key(module)])
        # What was copied since the listing was cut short may stand on a page that was read before.
        await connection.books.mirror.put_list(db, replace(done, due_at=now) if is_resumed else done)
    return _Read(has_changed=is_resumed)


async def keep_copies(connection: Connection, copies: Iterable[scoro.Document], state: ListState | None = None) -> list[scoro.Document]:
    """Take Scoro documents over into the mirror, and have the documents looked at that wait for them or are tied to them; what changed."""
    mirror, now = connection.books.mirror, connection.clock.now()
    async with connection.books.database.write() as db:
        changed = await mirror.put_scoro_documents(db, [(copy, copy.model_dump_json()) for copy in copies])
        keys = {key for copy in changed for key in copy_keys(copy.module, copy.number, copy.day, copy.currency)}
        await _mark_due(connection, db, keys)
        for module in {copy.module for copy in changed}:
            linked = await mirror.linked(db, module, [copy.scoro_document_id for copy in changed if copy.module == module])
            await mirror.mark_due(db, linked.values(), rank("changed"), now)
        if state is not None:
            await mirror.put_list(db, state)
    return changed


_Reader = Callable[[Connection, ListState, list[MatchRule]], Awaitable[_Read]]
_READERS: Final[dict[str, _Reader]] = {
    "organisation": _read_organisation,
    "accounts": _read_accounts,
    "categories": _read_categories,
    "invoices": _read_invoices,
    "credit_notes": _read_credit_notes,
    "companies": _read_companies,
    "projects": _read_changed_projects,
    "all_projects": _read_all_projects,
    "objects": _read_objects,
    "bills": _read_bills,
    "scoro_invoices": _read_scoro_invoices,
}
