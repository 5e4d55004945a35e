"""Scoro's bills and invoices, and which of them is tied to which Xero document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain import scoro


@dataclass(frozen=True)
class Candidate:
    """A Scoro document. linked_to: the Xero document it is tied to, "" for none. are_lines_stale: changed since its lines were read."""

    document: scoro.Document
    linked_to: str
    are_lines_stale: bool


class Copies:
    connection_id: str

    async def put_scoro_documents(self, db: AsyncConnection, rows: Iterable[tuple[scoro.Document, str]]) -> list[scoro.Document]:
        """Those that were new or had changed. The text is JSON that reads back as the document (the module may be missing in it).

        A list row, which has no lines, never replaces a viewed document of the same modified_date; of another date it does, and marks the lines stale.
        """
        raise NotImplementedError

    async def scoro_document(self, db: AsyncConnection, module: scoro.Module, scoro_document_id: int) -> Candidate | None:
        raise NotImplementedError

    async def candidates(
        self, db: AsyncConnection, module: scoro.Module, number_keys: Iterable[str], days: Iterable[tuple[date, str]]
    ) -> list[Candidate]:
        """Scoro documents with one of these folded numbers, or of one of these days and currencies; deleted ones are left out."""
        raise NotImplementedError

    async def link(self, db: AsyncConnection, document_id: str, module: scoro.Module, scoro_document_id: int) -> None:
        """Tie the two for good. Raises ChangedSince where either is tied to another."""
        raise NotImplementedError

    async def links(self, db: AsyncConnection, document_ids: Iterable[str]) -> dict[str, tuple[scoro.Module, int]]:
        """The Scoro document of each Xero document that has one."""
        raise NotImplementedError

    async def linked(self, db: AsyncConnection, module: scoro.Module, scoro_document_ids: Iterable[int]) -> Mapping[int, str]:
        """The Xero document of each of these Scoro documents that is tied to one."""
        raise NotImplementedError
