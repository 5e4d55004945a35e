"""The audit: a chain of hashes that shows whether anybody changed what was noted."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.store.database import one_at_a_time
from xero_sync.store.rows import CONNECTION, fetch, fetch_one
from xero_sync.store.tables import audit

_ALL = select(audit).where(audit.c.connection_id == CONNECTION).order_by(audit.c.seq)
_LAST = select(audit.c.seq, audit.c.hash).where(audit.c.connection_id == CONNECTION).order_by(audit.c.seq.desc()).limit(1)


async def note(db: AsyncConnection, connection_id: str, kind: str, body: str, at: datetime) -> None:
    """Add one line to the connection's audit, in the transaction of what it is about."""
    await one_at_a_time(db, f"audit {connection_id}")
    last = await fetch_one(db, _LAST, connection=connection_id)
    seq, previous = (last.seq + 1, last.hash) if last else (1, "")
    await db.execute(
        insert(audit).values(
            connection_id=connection_id,
            seq=seq,
            at=at,
            kind=kind,
            body=body,
            previous_hash=previous,
            hash=_hash(connection_id, seq, at, kind, body, previous),
        )
    )


async def broken_seqs(db: AsyncConnection, connection_id: str) -> list[int]:
    """The sequence numbers that are missing, out of the chain, or not what was noted. A cut-off end cannot be seen."""
    broken: list[int] = []
    expected, previous = 1, ""
    for row in await fetch(db, _ALL, connection=connection_id):
        broken.extend(range(expected, row.seq))
        if row.previous_hash != previous or row.hash != _hash(connection_id, row.seq, row.at, row.kind, row.body, row.previous_hash):
            broken.append(row.seq)
        expected, previous = row.seq + 1, row.hash
    return broken


def _hash(connection_id: str, seq: int, at: datetime, kind: str, body: str, previous: str) -> str:
    said = json.dumps([connection_id, seq, at.astimezone(UTC).isoformat(), kind, body.replace("\x00", ""), previous])
    return hashlib.sha256(said.encode()).hexdigest()
