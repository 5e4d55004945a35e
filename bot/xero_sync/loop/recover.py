"""Every pass begins here: journal entries without a certain outcome are read back from the service, never sent again blindly."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from xero_sync.domain.actions import CreateOption, Note, PutOnProject, WriteTracking
from xero_sync.domain.outcomes import Outcome
from xero_sync.domain.tracking import carries_option, same_amounts
from xero_sync.errors import ChangedSince, RemoteError
from xero_sync.log import logger
from xero_sync.loop.apply import kind_of, outcome_of, read_back_option, record, stands
from xero_sync.loop.connection import Connection
from xero_sync.loop.keep import look_at_credit_notes
from xero_sync.loop.reading import keep_copies, keep_documents
from xero_sync.store.ledger import Entry

SAME_KEY_FOR: Final = timedelta(minutes=6)
"""Xero replays its answer to an Idempotency-Key for six minutes from its first use; after that the key is a new request."""

AMOUNTS_DIFFER = "The reply was lost, and Xero shows other amounts than before the option was written. Check the document in Xero."

log = logger(__name__)


async def recover(connection: Connection) -> bool:
    """Settle what was left open by a crash or a lost reply. False where a service cannot be read: nothing may be decided then."""
    async with connection.books.database.read() as db:
        entries = await connection.books.ledger.open_entries(db)
    if entries and connection.is_holding_off:
        return False
    for entry in entries:
        try:
            outcome = await _read_back(connection, entry)
        except RemoteError as error:
            log.warning("recover.unread", entry_id=entry.entry_id, code=error.code)
            connection.hold_off()
            return False
        await record(connection, entry, outcome)
        if isinstance(entry.action, PutOnProject) and outcome.state == "applied":
            async with connection.books.database.write() as db:
                await look_at_credit_notes(connection, db, [entry.action.document_id])
        log.info("recover.settled", entry_id=entry.entry_id, state=outcome.state)
    return True


async def _read_back(connection: Connection, entry: Entry) -> Outcome:
    action = entry.action
    match action:
        case PutOnProject():
            seen = await connection.scoro.document(action.module, action.scoro_document_id)
            await keep_copies(connection, [seen])
            if stands(seen, action):
                return outcome_of(connection, action, "applied", shares=action.shares)
            # Putting it there again is harmless: what is not there is simply planned anew.
            return outcome_of(connection, action, "refused")
        case WriteTracking():
            found = await connection.xero.document(kind_of(action), action.document_id)
            async with connection.books.database.read() as db:
                before = (await connection.books.mirror.documents(db, [action.document_id])).get(action.document_id)
            await keep_documents(connection, kind_of(action), [found], None)
            if before is not None and not same_amounts(found, before.document):
                return outcome_of(connection, action, "failed", AMOUNTS_DIFFER)
            # Written again it is the same option on the same lines.
            return outcome_of(connection, action, "applied" if carries_option(found, action) else "refused")
        case CreateOption():
            return await _read_back_option(connection, entry, action)
        case Note():
            return outcome_of(connection, action, "failed", "The reply was lost. Look in Scoro whether the comment is there.")
        case _:
            # A custom field written again is the same field, so it is planned anew.
            return outcome_of(connection, action, "refused")


async def _read_back_option(connection: Connection, entry: Entry, action: CreateOption) -> Outcome:
    try:
        found = await read_back_option(connection, action)
        if found is None and connection.clock.now() - entry.planned_at < SAME_KEY_FOR:
            # The same key within six minutes: if the first request did arrive, Xero only repeats its answer.
            await connection.xero.create_option(action.tracking_category_id, action.name, idempotency_key=entry.attempt_id)
            found = await read_back_option(connection, action)
        elif found is None:
            await connection.clock.sleep(60)
            found = await read_back_option(connection, action)
    except ChangedSince as error:
        return outcome_of(connection, action, "failed", error.message)
    if found:
        return outcome_of(connection, action, "applied", tracking_option_id=found.tracking_option_id)
    return outcome_of(connection, action, "refused")
