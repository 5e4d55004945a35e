"""Perform one Action on the books, in at most three calls. Xero and Scoro are written here and nowhere else.

Journal "planned" (committed) -> check that what it expects still holds -> write -> read back -> journal the outcome. A crash between any two of
these leaves a trace, and `recover` finishes it by reading, never by sending blindly again.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.clients.scoro import ViewedDocument
from xero_sync.clients.xero import DocumentKind, ReadDocument
from xero_sync.domain import scoro, xero
from xero_sync.domain.actions import Action, BookWrite, CreateOption, Note, PutOnProject, SetCustomField, WriteTracking
from xero_sync.domain.decisions import TheseDocuments
from xero_sync.domain.fold import fold
from xero_sync.domain.lanes import rank
from xero_sync.domain.lines import Share
from xero_sync.domain.outcomes import Outcome, OutcomeState
from xero_sync.domain.tracking import carries_option, option_on, same_amounts, with_option
from xero_sync.errors import ChangedSince, NotAllowed, NotStuck, RateLimited, Rejected, RemoteError, Unavailable, UnexpectedReply
from xero_sync.log import logger
from xero_sync.loop.connection import Connection
from xero_sync.loop.reading import keep_copies, keep_documents, take_over_categories
from xero_sync.store import connections
from xero_sync.store.ledger import Entry

log = logger(__name__)


async def apply(connection: Connection, plugin: str, action: BookWrite) -> Outcome:
    """What came of the Action; it is in the journal, with the shares or the binding it brought.

    refused: nothing was written, it comes again by itself. failed: the service said no, a person has to look. unknown: no reply came; it is read
    back at the beginning of the next pass.
    """
    connection.reached("before plan")
    async with connection.books.database.write() as db:
        entry = await connection.books.ledger.planned(db, action, plugin=plugin, at=connection.clock.now(), attempt_id=str(uuid.uuid4()))
    if not entry.is_new:
        # It is open from before: recover reads it back first.
        return outcome_of(connection, action, "unknown", "It is being read back.")
    connection.reached("planned")
    outcome = await _attempt(connection, entry)
    connection.reached("reply got")
    await record(connection, entry, outcome)
    connection.reached("outcome written")
    log.info("apply.ended", action=action.kind, key=action.key, state=outcome.state, code=outcome.error_code)
    return outcome


async def _attempt(connection: Connection, entry: Entry) -> Outcome:
    action = entry.action
    try:
        match action:
            case PutOnProject():
                await _put_on_project(connection, action)
                return outcome_of(connection, action, "applied", shares=action.shares)
            case CreateOption():
                option = await _create_option(connection, action, entry.attempt_id)
                return outcome_of(connection, action, "applied", tracking_option_id=option.tracking_option_id)
            case WriteTracking():
                await _write_tracking(connection, action, entry.attempt_id)
                return outcome_of(connection, action, "applied")
            case SetCustomField():
                await _set_custom_field(connection, action)
                return outcome_of(connection, action, "applied")
            case Note():
                await _write_note(connection, action)
                return outcome_of(connection, action, "applied")
            case _:
                raise TypeError(f"{type(action).__name__} does not write to the books")
    except _Sent as sent:
        # No reply came, or none that can be read: it may be done all the same.
        return outcome_of(connection, action, "unknown", sent.error.message, sent.error.code)
    except (NotStuck, Rejected) as error:
        return outcome_of(connection, action, "failed", error.message, error.code)
    except (ChangedSince, RateLimited, NotAllowed, Unavailable, UnexpectedReply) as error:
        return outcome_of(connection, action, "refused", error.message, error.code)


class _Sent(Exception):
    """A write went out and its reply did not come back."""

    def __init__(self, error: RemoteError) -> None:
        super().__init__(error.message)
        self.error = error


async def _send(connection: Connection, write: Callable[[], Awaitable[object]]) -> None:
    try:
        await write()
    except RemoteError as error:
        if error.may_have_acted:
            raise _Sent(error) from error
        raise
    finally:
        connection.reached("effect done")


# On a project, in Scoro.


async def _put_on_project(connection: Connection, action: PutOnProject) -> None:
    viewed = await connection.scoro.document_with_raw(action.module, action.scoro_document_id)
    await keep_copies(connection, [viewed.document])
    _check_unchanged(viewed, action)
    async with connection.books.database.read() as db:
        tied = await connection.books.mirror.linked(db, action.module, [action.scoro_document_id])
    if tied.get(action.scoro_document_id, action.document_id) != action.document_id:
        raise ChangedSince("Scoro's copy belongs to another Xero document meanwhile. It is looked at again.")
    lines = dict(action.scoro_lines) if action.header == scoro.PER_LINE else None
    parts = _parts_of(action)
    connection.reached("request sent")
    await _send(connection, lambda: connection.scoro.put_on_project(viewed, header=action.header, lines=lines, parts=parts))
    try:
        seen = await connection.scoro.document(action.module, action.scoro_document_id)
    except RemoteError as error:
        raise _Sent(error) from error
    await keep_copies(connection, [seen])
    has_other_lines = not parts and len(seen.lines or ()) != len(viewed.document.lines or ())
    if seen.net != viewed.document.net or has_other_lines:
        raise NotStuck("Scoro changed the document's lines while putting it on the project. Check it in Scoro.")
    if not stands(seen, action):
        raise NotStuck("Scoro accepted the project, but it is not there on reading back. Put it on the project in Scoro, or try again.")


def _check_unchanged(viewed: ViewedDocument, action: PutOnProject) -> None:
    document = viewed.document
    if document.is_deleted:
        raise ChangedSince("Scoro's copy was deleted meanwhile. It is looked at again.")
    if max(document.project_id, scoro.PER_LINE) != action.expects_header:
        raise ChangedSince("Somebody moved it in Scoro meanwhile. It is looked at again.")
    if action.shares and (document.net, document.currency) != (Decimal(action.net_total), action.currency):
        raise ChangedSince("Scoro's copy has another amount meanwhile. It is looked at again.")
    if action.expects_lines and action.expects_lines != tuple((line.line_id, line.project_id) for line in document.lines_of_value):
        raise ChangedSince("Somebody moved one of its lines in Scoro meanwhile. It is looked at again.")
    ids = {line.line_id for line in document.lines or ()}
    if not {line_id for line_id, _ in action.scoro_lines} | {part.scoro_line_id for part in action.parts} <= ids:
        raise ChangedSince("Scoro's copy has other lines meanwhile. It is looked at again.")


def stands(document: scoro.Document, action: PutOnProject) -> bool:
    """True where the document is on exactly the projects the Action wants, its divided lines with exactly those amounts."""
    if document.project_id != action.header:
        return False
    if action.header != scoro.PER_LINE:
        # A line may carry the header's project or none; another one would count the cost elsewhere.
        return all(max(line.project_id, 0) in (0, action.header) for line in document.lines_of_value)
    divided = _parts_of(action)
    known = {line_id for line_id, _ in action.expects_lines}
    wanted = dict(action.scoro_lines) | {line_id: parts[0][0] for line_id, parts in divided.items()}
    is_new = {line.line_id for line in document.lines_of_value if divided and line.line_id not in known}
    if Counter(part for parts in divided.values() for part in parts[1:] if part[1] != 0) != Counter(
        (line.project_id, line.net) for line in document.lines_of_value if line.line_id in is_new
    ):
        return False
    if any(line.net != divided[line.line_id][0][1] for line in document.lines or () if line.line_id in divided):
        return False
    return all(max(line.project_id, 0) == wanted.get(line.line_id, 0) for line in document.lines_of_value if line.line_id not in is_new)


def _parts_of(action: PutOnProject) -> dict[int, list[tuple[int, Decimal]]]:
    """Project and net of each part of the lines whose amounts change, by Scoro line."""
    found: dict[int, list[tuple[int, Decimal]]] = {}
    for part in action.parts:
        found.setdefault(part.scoro_line_id, []).append((part.project_id, part.net))
    return found


# An option, in Xero.


async def _create_option(connection: Connection, action: CreateOption, attempt_id: str) -> xero.TrackingOption:
    category = await _category(connection, action)
    if found := named(category, action.name):
        return found
    if any(option.is_archived and fold(option.name) == fold(action.name) for option in category.options):
        message = f'Xero has an archived option "{action.name}". Bring it back in Xero under Tracking categories.'
        raise Rejected(message, service="xero")
    connection.reached("request sent")
    refusal: RemoteError | None = None
    try:
        await _send(connection, lambda: connection.xero.create_option(action.tracking_category_id, action.name, idempotency_key=attempt_id))
    except Rejected as error:
        # "Not unique" has come back for an option that was made: reading back decides.
        refusal = error
    except _Sent as sent:
        if sent.error.status is None or sent.error.status >= 300:
            raise
        refusal = sent.error
    try:
        found = await read_back_option(connection, action)
    except RemoteError as error:
        raise _Sent(error) from error
    if found:
        return found
    if isinstance(refusal, Rejected):
        raise refusal
    raise NotStuck(f'Xero accepted the option "{action.name}", but it is not there. Try again.')


async def read_back_option(connection: Connection, action: CreateOption) -> xero.TrackingOption | None:
    """The option as it is in Xero now, None where it is not there. Raises RemoteError where that cannot be read."""
    return named(await _category(connection, action), action.name)


async def _category(connection: Connection, action: CreateOption) -> xero.TrackingCategory:
    categories = await connection.xero.tracking_categories()
    await take_over_categories(connection, categories)
    for category in categories:
        if category.tracking_category_id == action.tracking_category_id and category.is_active:
            return category
    raise ChangedSince("The tracking category is no longer active in Xero. Make it active, or choose another in the settings.")


def named(category: xero.TrackingCategory, name: str) -> xero.TrackingOption | None:
    """The category's active option of this name, folded."""
    return next((option for option in category.options if option.is_active and fold(option.name) == fold(name)), None)


# An option on lines of a document, in Xero.


async def _write_tracking(connection: Connection, action: WriteTracking, attempt_id: str) -> None:
    kind = kind_of(action)
    read = await connection.xero.document_with_raw(kind, action.document_id)
    await _check_writable(connection, action, read.document)
    changed = [with_option(raw, action) for raw in read.raw_lines]
    connection.reached("request sent")
    await _send(connection, lambda: connection.xero.write_lines(kind, action.document_id, changed, idempotency_key=attempt_id))
    try:
        seen = await connection.xero.document(kind, action.document_id)
    except RemoteError as error:
        raise _Sent(error) from error
    if not same_amounts(seen, read.document):
        # Once and no more, and a person is told either way.
        is_back = await _put_back(connection, kind, read, f"{attempt_id}-back")
        message = "It was put back as it was." if is_back else "It could not be put back. Correct the document in Xero."
        raise NotStuck(f"Xero changed amounts while the option was written. {message}")
    await keep_documents(connection, kind, [seen], None)
    if not carries_option(seen, action):
        raise NotStuck(
            f'Xero accepted option "{action.option_name}", but there is no tracking with it on the line. '
            "Try again, or put it on the project in Scoro alone."
        )


async def _put_back(connection: Connection, kind: DocumentKind, read: ReadDocument, idempotency_key: str) -> bool:
    """Whether the document has the amounts again that were read."""
    try:
        await connection.xero.write_lines(kind, read.document.document_id, read.raw_lines, idempotency_key=idempotency_key)
        return same_amounts(await connection.xero.document(kind, read.document.document_id), read.document)
    except RemoteError as error:
        log.warning("apply.not_put_back", document_id=read.document.document_id, code=error.code)
        return False


async def _check_writable(connection: Connection, action: WriteTracking, document: xero.Document) -> None:
    async with connection.books.database.read() as db:
        closing = await connection.books.closing(db)
    if document.status != "AUTHORISED" or closing.is_closed(document.day):
        raise ChangedSince("The document was paid or voided, or its month closed, meanwhile. It is looked at again.")
    carried = {line.line_item_id: option_on(document, line, action) for line in document.lines}
    if any(carried.get(line_id) != option_id for line_id, option_id in action.expects):
        raise ChangedSince("Somebody changed the option in Xero meanwhile. It is looked at again.")


def kind_of(action: WriteTracking) -> DocumentKind:
    return "credit_notes" if action.is_credit_note else "invoices"


# For plugins of strangers.


async def _set_custom_field(connection: Connection, action: SetCustomField) -> None:
    module, scoro_document_id = await _copy_of(connection, action.document_id)
    before = await connection.scoro.document(module, scoro_document_id)
    if _custom_value(before, action.custom_field_id) != action.expects:
        raise ChangedSince("The field was changed in Scoro meanwhile. It is looked at again.")
    connection.reached("request sent")
    await _send(connection, lambda: connection.scoro.set_custom_field(module, scoro_document_id, action.custom_field_id, action.value))
    try:
        after = await connection.scoro.document(module, scoro_document_id)
    except RemoteError as error:
        raise _Sent(error) from error
    if _custom_value(after, action.custom_field_id) != action.value:
        raise NotStuck("Scoro accepted the field, but it is not there. An admin adds it in Scoro under Custom fields.")


def _custom_value(document: scoro.Document, custom_field_id: str) -> str:
    return next((entry.value for entry in document.custom_fields or () if entry.custom_field_id == custom_field_id), "")


async def _write_note(connection: Connection, action: Note) -> None:
    users = await connection.scoro.users()
    if not users:
        raise Rejected("Scoro shows no user to write the comment for. Give the key's user access.", service="scoro")
    connection.reached("request sent")
    if action.project_id:
        await _send(connection, lambda: connection.scoro.add_comment("projects", action.project_id, users[0].user_id, action.text))
        return
    module, scoro_document_id = await _copy_of(connection, action.document_id)
    await _send(connection, lambda: connection.scoro.add_comment(module, scoro_document_id, users[0].user_id, action.text))


async def _copy_of(connection: Connection, document_id: str) -> tuple[scoro.Module, int]:
    async with connection.books.database.read() as db:
        links = await connection.books.mirror.links(db, [document_id])
    if document_id not in links:
        raise ChangedSince("Scoro's copy of the document is not known yet. It is looked at again.")
    return links[document_id]


# The books.


def outcome_of(
    connection: Connection,
    action: Action,
    state: OutcomeState,
    message: str = "",
    error_code: str = "",
    *,
    shares: tuple[Share, ...] = (),
    tracking_option_id: str = "",
) -> Outcome:
    """What came of the Action, as of now."""
    return Outcome(
        action_key=action.key,
        state=state,
        message=message,
        error_code=error_code,
        at=connection.clock.now(),
        shares=shares,
        tracking_option_id=tracking_option_id,
    )


async def record(connection: Connection, entry: Entry, outcome: Outcome) -> None:
    """Note the outcome and everything that follows from it, in one transaction."""
    books, now = connection.books, connection.clock.now()
    action = entry.action
    async with books.database.write() as db:
        await books.ledger.ended(db, entry.entry_id, outcome)
        if outcome.state == "applied":
            await connections.count_write(db, books.connection_id)
        if outcome.state != "unknown":
            await books.ledger.queue_delivery(db, outcome, connection.plugins.delivers(), now)
        match action:
            case PutOnProject() if outcome.state == "applied":
                await books.mirror.link(db, action.document_id, action.module, action.scoro_document_id)
                await books.ledger.put_shares(db, action.document_id, action.shares, action.currency, entry.entry_id)
            case WriteTracking() if outcome.state in ("applied", "failed") and action.decision_id:
                await _finish_writing(connection, db, action, outcome)
            case CreateOption() if outcome.state in ("applied", "failed"):
                if outcome.state == "applied":
                    await books.ledger.bind(db, [(outcome.tracking_option_id, action.project_id)], now, entry.entry_id)
                await _finish_decision(connection, db, action.decision_id, outcome)
            case _:
                pass


async def _finish_writing(connection: Connection, db: AsyncConnection, action: WriteTracking, outcome: Outcome) -> None:
    """The answer that asked for it is carried out once for each of its documents, and never again by itself."""
    asked = connection.books.asked
    decided = next((entry for entry in await asked.decisions(db) if entry.decision_id == action.decision_id), None)
    if decided is None:
        return
    waiting = (await connection.books.ledger.waiting_by_cause(db, [decided.cause])).get(decided.cause, [])
    if outcome.state == "failed" or {line.document_id for line in waiting} <= {action.document_id}:
        await asked.set_decision(db, action.decision_id, "done", outcome.message)
    if outcome.state == "failed":
        for question in (await asked.questions(db, [decided.cause])).values():
            await asked.reopen(db, question.question_id, outcome.message)
        await connection.books.mirror.mark_due(db, [action.document_id], rank("press"), connection.clock.now())


async def _finish_decision(connection: Connection, db: AsyncConnection, decision_id: str, outcome: Outcome) -> None:
    """A decision asked for this write: note what came of it, ask again where it failed, and have its documents looked at."""
    asked, now = connection.books.asked, connection.clock.now()
    decided = next((entry for entry in await asked.decisions(db) if entry.decision_id == decision_id), None)
    if decided is None:
        return
    await asked.set_decision(db, decision_id, "done" if outcome.state == "applied" else "failed", outcome.message)
    if outcome.state == "failed":
        for question in (await asked.questions(db, [decided.cause])).values():
            await asked.reopen(db, question.question_id, outcome.message)
    if isinstance(decided.decision.reach, TheseDocuments):
        await connection.books.mirror.mark_due(db, decided.decision.reach.document_ids, rank("press"), now)
