"""Xero's documents, the keys their last decision rested on, and the work set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain import xero


@dataclass(frozen=True)
class DocumentRow:
    """A document as read. text: JSON that reads back as this document. is_due: a change of it has to be looked at. duplicate_key: "" for none."""

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

    due_lane: the rank of the lane it is due in, None where it is not. due_mark: a counter that goes up whenever it is marked; `clear_due` wants it.
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


class Documents:
    connection_id: str

    async def put_documents(self, db: AsyncConnection, rows: Iterable[DocumentRow], *, lane: int, at: datetime) -> set[str]:
        """The ids of those that were new or had changed; where `is_due` they are due in this lane now.

        A document older than the one kept, or equal, changes nothing; neither does a summary of a document kept with all its lines.
        """
        raise NotImplementedError

    async def mark_due(self, db: AsyncConnection, document_ids: Iterable[str], lane: int, at: datetime) -> None:
        """Have these documents looked at. One due in a higher lane stays there."""
        raise NotImplementedError

    async def mark_due_by_keys(self, db: AsyncConnection, keys: Iterable[str], lane: int, at: datetime) -> int:
        """Have every document looked at whose last decision rested on one of these keys; how many marks that made."""
        raise NotImplementedError

    async def clear_due(self, db: AsyncConnection, document_ids: Iterable[str], *, seen: Mapping[str, int]) -> None:
        """These have been looked at. seen: their `due_mark` when they were read; one marked again since then stays due."""
        raise NotImplementedError

    async def work_set(self, db: AsyncConnection, limit: int) -> list[StoredDocument]:
        """The due documents, by lane, then the largest net first."""
        raise NotImplementedError

    async def count_due(self, db: AsyncConnection) -> int:
        raise NotImplementedError

    async def highest_due_lane(self, db: AsyncConnection) -> int | None:
        """The rank of the first lane that has a due document, None where nothing is due."""
        raise NotImplementedError

    async def document(self, db: AsyncConnection, document_id: str) -> StoredDocument | None:
        raise NotImplementedError

    async def documents(self, db: AsyncConnection, document_ids: Iterable[str]) -> dict[str, StoredDocument]:
        raise NotImplementedError

    async def documents_by_duplicate_keys(self, db: AsyncConnection, keys: Iterable[str]) -> dict[str, list[StoredDocument]]:
        """The documents of each key that has any."""
        raise NotImplementedError

    async def find_documents(self, db: AsyncConnection, words: str, limit: int = 20) -> list[StoredDocument]:
        """The documents with this id or this number (folded), newest first: what a person typed."""
        raise NotImplementedError

    async def put_keys(self, db: AsyncConnection, keys_by_document: Mapping[str, frozenset[str]]) -> None:
        """Replace the keys that these documents' last decisions rested on."""
        raise NotImplementedError
