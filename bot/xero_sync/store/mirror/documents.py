"""Xero's documents, the keys their last decision rested on, and the work set."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain import xero
from xero_sync.domain.fold import fold
from xero_sync.store.rows import CONNECTION, EACH, chunks, execute, execute_for, fetch, fetch_for, fetch_one, upsert
from xero_sync.store.tables import document_keys, documents, has_document_number, has_duplicate_key, is_due

_LARGEST_ORDER = Decimal(2**62)
_LONGEST_KEY = 200
PARTS = 30
"""Into so many parts documents fall by the first digits of their ids."""


@dataclass(frozen=True)
class DocumentRow:
    """A document as read.

    text: JSON that reads back as this document. is_complete: with all its lines. duplicate_key: equal for possible duplicates, "" for none.
    is_due: a change of it has to be looked at.
    """

    document_id: str
    kind: str
    document: xero.Document
    duplicate_key: str
    is_complete: bool
    text: str
    is_due: bool = True


@dataclass(frozen=True)
class StoredDocument:
    """A document as kept.

    due_lane: the rank of the lane it is due in, None where it is not. due_since: when it became due.
    due_mark: a counter that goes up whenever it is marked; `clear_due` wants it.
    """

    document_id: str
    kind: str
    document: xero.Document
    duplicate_key: str
    is_complete: bool
    text: str
    due_lane: int | None
    due_since: datetime | None
    due_mark: int


_DUE = ("due_lane", "due_since", "due_mark")
_is_ours = documents.c.connection_id == CONNECTION
_is_one = documents.c.document_id.in_(EACH)

_STATE = select(*(documents.c[name] for name in ("document_id", "updated_at", "is_complete", "digest"))).where(_is_ours, _is_one)
_ALL = select(*(documents.c[name] for name in ("document_id", "kind", "duplicate_key", "is_complete", "text", *_DUE))).where(_is_ours)
_SOME = _ALL.where(_is_one)
_WORK_SET = _ALL.where(is_due).order_by(documents.c.due_lane, documents.c.net_order, documents.c.document_id).limit(bindparam("limit"))
_OF_DUPLICATE_KEY = _ALL.where(has_duplicate_key, documents.c.duplicate_key.in_(EACH))
_OF_NUMBER = _ALL.where(has_document_number, documents.c.number_key == bindparam("number"))
_SLICE = (
    _ALL.where(
        documents.c.document_id > bindparam("after"),
        or_(documents.c.day >= bindparam("since"), func.substr(documents.c.document_id, 1, 2).in_(EACH)),
    )
    .order_by(documents.c.document_id)
    .limit(bindparam("limit"))
)
_DUE_MARKS = select(documents.c.document_id, documents.c.due_mark).where(_is_ours, _is_one)
_COUNT_DUE = select(func.count().label("due")).where(_is_ours, is_due)
FIRST_DUE_LANE = select(documents.c.due_lane).where(_is_ours, is_due).order_by(documents.c.due_lane).limit(1)

_lane = bindparam("lane", type_=documents.c.due_lane.type)
_MARK_ALL = (
    update(documents)
    .where(_is_ours)
    .values(
        due_lane=case((documents.c.due_lane < _lane, documents.c.due_lane), else_=_lane),
        due_since=func.coalesce(documents.c.due_since, bindparam("at", type_=documents.c.due_since.type)),
        due_mark=documents.c.due_mark + 1,
    )
)
_MARK = _MARK_ALL.where(_is_one)
_rests_on_one = select(document_keys.c.document_id).where(document_keys.c.connection_id == CONNECTION, document_keys.c.key.in_(EACH))
_MARK_BY_KEYS = _MARK_ALL.where(documents.c.document_id.in_(_rests_on_one))
_CLEAR_DUE = (
    update(documents)
    .where(_is_ours, documents.c.document_id == bindparam("document"), documents.c.due_mark == bindparam("mark"))
    .values(due_lane=None, due_since=None)
)
_REMOVE_KEYS = delete(document_keys).where(document_keys.c.connection_id == CONNECTION, document_keys.c.document_id.in_(EACH))


class Documents:
    """The part of the mirror that keeps Xero's documents."""

    connection_id: str

    async def put_documents(self, db: AsyncConnection, rows: Iterable[DocumentRow], *, lane: int, at: datetime) -> set[str]:
        """The ids of those that were new or had changed; where `is_due` they are due in this lane now.

        A document older than the one kept, or equal, changes nothing; neither does a summary of a state kept with all its lines.
        """
        changed: set[str] = set()
        for chunk in chunks(rows):
            newest = {row.document_id: row for row in chunk}
            kept = {row.document_id: row for row in await fetch_for(db, _STATE, newest, connection=self.connection_id)}
            new = [row for row in newest.values() if _is_news(row, kept.get(row.document_id))]
            await upsert(db, documents, [self._columns(row) for row in new], keep=_DUE)
            await self.mark_due(db, (row.document_id for row in new if row.is_due), lane, at)
            changed.update(row.document_id for row in new)
        return changed

    def _columns(self, row: DocumentRow) -> dict[str, Any]:
        document = row.document
        return {
            "connection_id": self.connection_id,
            "document_id": row.document_id,
            "kind": row.kind,
            "number_key": fold(document.number),
            "contact_id": document.contact.contact_id,
            "day": document.day,
            "updated_at": document.updated_at,
            "duplicate_key": row.duplicate_key,
            "is_complete": row.is_complete,
            "digest": _digest(row.text),
            "text": row.text,
            "net_order": -int(min(abs(document.net_total) * 10_000, _LARGEST_ORDER)),
            "due_lane": None,
            "due_since": None,
            "due_mark": 0,
        }

    async def mark_due(self, db: AsyncConnection, document_ids: Iterable[str], lane: int, at: datetime) -> None:
        """Have these documents looked at. One due in a higher lane stays there."""
        await execute_for(db, _MARK, document_ids, connection=self.connection_id, lane=lane, at=at)

    async def mark_all_due(self, db: AsyncConnection, lane: int, at: datetime) -> None:
        """Have every document looked at."""
        await execute(db, _MARK_ALL, connection=self.connection_id, lane=lane, at=at)

    async def mark_due_by_keys(self, db: AsyncConnection, keys: Iterable[str], lane: int, at: datetime) -> int:
        """Have every document looked at whose last decision rested on one of these keys; how many marks that made."""
        return await execute_for(db, _MARK_BY_KEYS, map(_short, keys), connection=self.connection_id, lane=lane, at=at)

    async def clear_due(self, db: AsyncConnection, document_ids: Iterable[str], *, seen: Mapping[str, int]) -> None:
        """These have been looked at. seen: their `due_mark` when they were read; one marked since then, or not seen at all, stays due."""
        looked_at = [
            {"connection": self.connection_id, "document": document_id, "mark": seen[document_id]}
            for document_id in document_ids
            if document_id in seen
        ]
        if looked_at:
            await db.execute(_CLEAR_DUE, looked_at)

    async def work_set(self, db: AsyncConnection, limit: int) -> list[StoredDocument]:
        """The due documents, by lane, then the largest net first."""
        return _read(await fetch(db, _WORK_SET, connection=self.connection_id, limit=limit))

    async def due_marks(self, db: AsyncConnection, document_ids: Iterable[str]) -> dict[str, int]:
        """How often each of these was marked: what `clear_due` compares with."""
        return {row.document_id: row.due_mark for row in await fetch_for(db, _DUE_MARKS, document_ids, connection=self.connection_id)}

    async def count_due(self, db: AsyncConnection) -> int:
        """How many documents have to be looked at."""
        row = await fetch_one(db, _COUNT_DUE, connection=self.connection_id)
        return int(row.due) if row else 0

    async def highest_due_lane(self, db: AsyncConnection) -> int | None:
        """The rank of the first lane that has a due document, None where nothing is due."""
        row = await fetch_one(db, FIRST_DUE_LANE, connection=self.connection_id)
        return int(row.due_lane) if row else None

    async def document(self, db: AsyncConnection, document_id: str) -> StoredDocument | None:
        """The document as kept, None for one never read."""
        return (await self.documents(db, [document_id])).get(document_id)

    async def documents(self, db: AsyncConnection, document_ids: Iterable[str]) -> dict[str, StoredDocument]:
        """Those of these that are kept, by id."""
        rows = await fetch_for(db, _SOME, document_ids, connection=self.connection_id)
        return {stored.document_id: stored for stored in _read(rows)}

    async def documents_by_duplicate_keys(self, db: AsyncConnection, keys: Iterable[str]) -> dict[str, list[StoredDocument]]:
        """The documents of each key that has any, oldest first."""
        found: dict[str, list[StoredDocument]] = {}
        rows = await fetch_for(db, _OF_DUPLICATE_KEY, keys, connection=self.connection_id)
        for stored in sorted(_read(rows), key=_age):
            found.setdefault(stored.duplicate_key, []).append(stored)
        return found

    async def slice_of(self, db: AsyncConnection, *, after: str, since: date, part: int, limit: int) -> list[StoredDocument]:
        """The next documents behind this id that are dated since that day, or of that part of the rest; the rest has thirty parts."""
        marks = [f"{number:02x}" for number in range(256) if number % PARTS == part]
        return _read(await fetch(db, _SLICE, connection=self.connection_id, after=after, since=since, each=marks, limit=limit))

    async def find_documents(self, db: AsyncConnection, words: str, limit: int = 20) -> list[StoredDocument]:
        """The documents with this id or this number (folded), newest first: what a person typed."""
        # Two lookups: SQLite would answer one with an "or" by walking through all documents.
        of_id = await self.documents(db, [words.strip().lower()])
        of_number = _read(await fetch(db, _OF_NUMBER, connection=self.connection_id, number=fold(words)))
        found = {stored.document_id: stored for stored in (*of_number, *of_id.values())}
        return sorted(found.values(), key=_age, reverse=True)[:limit]

    async def put_keys(self, db: AsyncConnection, keys_by_document: Mapping[str, frozenset[str]]) -> None:
        """Replace the keys that these documents' last decisions rested on."""
        await execute_for(db, _REMOVE_KEYS, keys_by_document, connection=self.connection_id)
        pairs = ((document_id, key) for document_id, keys in keys_by_document.items() for key in {_short(key) for key in keys})
        for rows in chunks(pairs, 5_000):
            values = [{"connection_id": self.connection_id, "document_id": document_id, "key": key} for document_id, key in rows]
            await db.execute(insert(document_keys), values)


def _is_news(row: DocumentRow, kept: Row[*tuple[Any, ...]] | None) -> bool:
    if kept is None:
        return True
    if row.document.updated_at < kept.updated_at or _digest(row.text) == kept.digest:
        return False
    return row.is_complete or not kept.is_complete or row.document.updated_at > kept.updated_at


def _read(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[StoredDocument]:
    return [StoredDocument(document=xero.Document.model_validate_json(row.text), **row._mapping) for row in rows]


def _age(stored: StoredDocument) -> tuple[date, str]:
    # Sorted here: SQLite would rather walk all documents in the order asked for than sort the few of an index.
    return stored.document.day, stored.document_id


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _short(key: str) -> str:
    # A stranger's match rule may use a whole description as its key; PostgreSQL indexes no more than 2,700 bytes.
    return key if len(key) <= _LONGEST_KEY else f"sha256:{_digest(key)}"
