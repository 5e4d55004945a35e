"""Begin to write, all at once or the first ten and then ask; and back to the rehearsal."""

from __future__ import annotations

import json
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.lanes import rank
from xero_sync.domain.money import Money, add_up
from xero_sync.loop.connection import Connection
from xero_sync.reports.card import GoOnCard
from xero_sync.store import connections

FIRST: Final = 10
"""So many writes are done before it asks whether to go on."""
REHEARSED: Final = "rehearsal"
"""The key of every document that would have been written if nothing were in the way but somebody's word."""
STORED: Final = "first ten"
GO_ON: Final = "go on:"
"""The card's subject begins so; then when the first ten were asked for, as each time has its own card."""
ASKS_FIRST: Final = "The first ten are done. It is put on its project when an admin says go on."


async def go_live(connection: Connection, db: AsyncConnection, person_id: str = "", *, first: int | None = None) -> str:
    """End the rehearsal, or go on after the first ten: what was answered before is carried out now. first: so many writes, then ask."""
    stored = await connections.get(db, connection.connection_id)
    if stored and stored.mode == "live" and stored.writes_left is None and first is None:
        return "It is live already."
    now, was_live = connection.clock.now(), stored is not None and stored.mode == "live"
    await connections.set_mode(db, connection.connection_id, "live", now)
    await connections.set_writes_left(db, connection.connection_id, first)
    await _end_card(connection, db, "went on", person_id)
    if first is not None:
        await connection.books.ledger.remember(db, "", STORED, json.dumps({"asked_at": now.isoformat(), "state": "asking", "by": ""}))
    await connection.books.mirror.mark_due_by_keys(db, [REHEARSED], rank("changed"), now)
    if first is not None:
        said = "" if was_live else "The rehearsal is over. "
        return f"{said}The first {first} writes are done now, the largest first. Then a card asks whether to go on."
    return "It goes on. What waited for that is put on projects now." if was_live else _OVER


_OVER: Final = "The rehearsal is over. From now on documents are put on their projects."


async def rehearse(connection: Connection, db: AsyncConnection, person_id: str) -> str:
    """Back to the rehearsal: nothing is written any more until somebody ends it."""
    stored = await connections.get(db, connection.connection_id)
    if stored is None or stored.mode == "rehearsal":
        return "It is a rehearsal already."
    now = connection.clock.now()
    await connections.set_mode(db, connection.connection_id, "rehearsal", now)
    await connections.set_writes_left(db, connection.connection_id, None)
    await _end_card(connection, db, "stopped", person_id)
    await connection.books.mirror.mark_due_by_keys(db, [REHEARSED], rank("changed"), now)
    return "It is a rehearsal again: nothing is written until an admin says start. What was written stays; undo puts it back."


async def _end_card(connection: Connection, db: AsyncConnection, state: str, person_id: str) -> None:
    kept = json.loads((await connection.books.ledger.remembered(db, "")).get(STORED, "{}"))
    if kept.get("state") == "asking":
        await connection.books.ledger.remember(db, "", STORED, json.dumps({**kept, "state": state, "by": person_id}))


async def go_on_card(connection: Connection, db: AsyncConnection, remembered: str) -> tuple[str, GoOnCard] | None:
    """The card that asks whether to go on and its subject, None before the first ten are done. remembered: under STORED."""
    kept = json.loads(remembered or "{}")
    stored = await connections.get(db, connection.connection_id)
    if not kept or stored is None or (kept["state"] == "asking" and not stored.asks_first):
        return None
    subject = GO_ON + kept["asked_at"]
    if kept["state"] != "asking":
        return subject, GoOnCard(state=kept["state"], by=kept["by"])
    ledger = connection.books.ledger
    waiting = [standing.document_id for standing in await ledger.documents_in(db, "waiting", "partly attached")]
    held_back = [
        (document_id, [Money(line.net, result.currency) for line in result.lines if line.reason == ASKS_FIRST])
        for document_id, result in (await ledger.results(db, waiting)).items()
        if any(line.reason == ASKS_FIRST for line in result.lines)
    ]
    return subject, GoOnCard(count=len(held_back), net=tuple(add_up(net for _, nets in held_back for net in nets)))
