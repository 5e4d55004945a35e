"""Scoro's bills and invoices, and which of them is tied to which Xero document."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain import scoro
from xero_sync.domain.fold import fold_scoro
from xero_sync.errors import ChangedSince
from xero_sync.store.rows import CONNECTION, EACH, chunks, execute, fetch, fetch_for, insert, upsert
from xero_sync.store.tables import has_number, links, scoro_documents


@dataclass(frozen=True)
class Candidate:
    """A Scoro document. linked_to: the Xero document it is tied to, "" for none. are_lines_stale: changed since its lines were read."""

    document: scoro.Document
    linked_to: str
    are_lines_stale: bool


_is_tied = and_(
    links.c.connection_id == scoro_documents.c.connection_id,
    links.c.module == scoro_documents.c.module,
    links.c.scoro_document_id == scoro_documents.c.scoro_document_id,
)
_is_of_module = and_(scoro_documents.c.connection_id == CONNECTION, scoro_documents.c.module == bindparam("module"))
_is_deleted = scoro_documents.c.is_deleted.is_(True)
_lives = scoro_documents.c.is_deleted.is_(False)
_KEPT = select(scoro_documents).where(_is_of_module, scoro_documents.c.scoro_document_id.in_(EACH))
_ALL = (
    select(scoro_documents, links.c.document_id.label("linked_to"))
    .select_from(scoro_documents.outerjoin(links, _is_tied))
    .where(_is_of_module)
)
_ONE = _ALL.where(scoro_documents.c.scoro_document_id == bindparam("scoro_document"))
_OF_NUMBER = _ALL.where(_lives, has_number, scoro_documents.c.number_key.in_(EACH))
_OF_DAY = _ALL.where(_lives, scoro_documents.c.day.in_(EACH))
_LINKS = select(links).where(links.c.connection_id == CONNECTION, links.c.document_id.in_(EACH))
_LINKED = select(links).where(
    links.c.connection_id == CONNECTION, links.c.module == bindparam("module"), links.c.scoro_document_id.in_(EACH)
)
_UNTIE_DELETED = delete(links).where(
    links.c.connection_id == CONNECTION,
    links.c.document_id == bindparam("document"),
    links.c.module == bindparam("module"),
    links.c.scoro_document_id.in_(select(scoro_documents.c.scoro_document_id).where(_is_of_module, _is_deleted)),
)


class Copies:
    """The part of the mirror that keeps Scoro's documents."""

    connection_id: str

    async def put_scoro_documents(self, db: AsyncConnection, rows: Iterable[tuple[scoro.Document, str]]) -> list[scoro.Document]:
        """Those that were new or had changed. The text is JSON that reads back as the document; the module may be missing in it.

        A list row has no lines: it does not replace a viewed document of the same modified_date that says the same. Any other it does,
        and marks the lines stale: deleting, for one, does not move that date.
        """
        changed: list[scoro.Document] = []
        for chunk in chunks(rows):
            kept = await self._kept(db, [document for document, _ in chunk])
            new: dict[tuple[str, int], tuple[scoro.Document, dict[str, Any]]] = {}
            for document, text in chunk:
                key = (document.module, document.scoro_document_id)
                present = new[key][1] if key in new else kept.get(key)
                if columns := self._news(document, text, present):
                    new[key] = (document, columns)
            await upsert(db, scoro_documents, [columns for _, columns in new.values()])
            changed.extend(document for document, _ in new.values())
        return changed

    async def _kept(self, db: AsyncConnection, given: list[scoro.Document]) -> dict[tuple[str, int], dict[str, Any]]:
        kept: dict[tuple[str, int], dict[str, Any]] = {}
        for module in {document.module for document in given}:
            ids = [document.scoro_document_id for document in given if document.module == module]
            for row in await fetch_for(db, _KEPT, ids, connection=self.connection_id, module=module):
                kept[row.module, row.scoro_document_id] = dict(row._mapping)
        return kept

    def _news(self, document: scoro.Document, text: str, kept: dict[str, Any] | None) -> dict[str, Any] | None:
        """The row to write, None where nothing is new."""
        # Lists give the site's own time, a view the same with its offset: what the clock on the wall says is equal in both.
        modified = document.modified_date.replace(tzinfo=None).isoformat() if document.modified_date else ""
        has_lines = document.lines is not None
        are_lines_stale = False
        if kept is not None and not has_lines:
            if (
                kept["has_lines"]
                and kept["modified"] == modified
                and _header(document) == _header(_document(document.module, kept["text"]))
            ):
                return None
            are_lines_stale = kept["has_lines"] or kept["are_lines_stale"]
        if kept is not None and kept["text"] == text:
            return None
        is_of_its_list_row = kept is not None and not kept["has_lines"] and kept["modified"] == modified
        if has_lines and document.project_id == scoro.PER_LINE and not is_of_its_list_row:
            # Just changed, as a rule by us: a line moved later in the same second leaves the same date. So its next list row is news.
            modified = ""
        return {
            "connection_id": self.connection_id,
            "module": document.module,
            "scoro_document_id": document.scoro_document_id,
            "number_key": fold_scoro(document.number),
            "day": document.day,
            "currency": document.currency,
            "modified": modified,
            "is_deleted": document.is_deleted,
            "has_lines": has_lines,
            "are_lines_stale": are_lines_stale,
            "text": text,
        }

    async def scoro_document(self, db: AsyncConnection, module: scoro.Module, scoro_document_id: int) -> Candidate | None:
        """The document as kept, a deleted one too; None for one never read."""
        found = _read(await fetch(db, _ONE, connection=self.connection_id, module=module, scoro_document=scoro_document_id))
        return found[0] if found else None

    async def candidates(
        self, db: AsyncConnection, module: scoro.Module, number_keys: Iterable[str], days: Iterable[tuple[date, str]]
    ) -> list[Candidate]:
        """Those with one of these folded numbers, or of one of these days and currencies, by id; deleted ones are left out."""
        of_module = {"connection": self.connection_id, "module": module}
        rows = await fetch_for(db, _OF_NUMBER, number_keys, **of_module)
        currencies_by_day: dict[date, set[str]] = {}
        for day, currency in days:
            currencies_by_day.setdefault(day, set()).add(currency)
        of_day = await fetch_for(db, _OF_DAY, currencies_by_day, **of_module)
        rows += [row for row in of_day if row.currency in currencies_by_day[row.day]]
        return _read({row.scoro_document_id: row for row in sorted(rows, key=lambda row: int(row.scoro_document_id))}.values())

    async def link(self, db: AsyncConnection, document_id: str, module: scoro.Module, scoro_document_id: int) -> None:
        """Tie the two for good, in place of a copy that was deleted in Scoro. Raises ChangedSince where either is tied to another."""
        await execute(db, _UNTIE_DELETED, connection=self.connection_id, module=module, document=document_id)
        tie = insert(db, links).values(
            connection_id=self.connection_id, document_id=document_id, module=module, scoro_document_id=scoro_document_id
        )
        await db.execute(tie.on_conflict_do_nothing())
        if (await self.links(db, [document_id])).get(document_id) != (module, scoro_document_id):
            raise ChangedSince("One of the two documents is already tied to another one. Nothing was written; look at both.")

    async def links(self, db: AsyncConnection, document_ids: Iterable[str]) -> dict[str, tuple[scoro.Module, int]]:
        """The Scoro document of each Xero document that has one."""
        rows = await fetch_for(db, _LINKS, document_ids, connection=self.connection_id)
        return {row.document_id: (row.module, row.scoro_document_id) for row in rows}

    async def linked(self, db: AsyncConnection, module: scoro.Module, scoro_document_ids: Iterable[int]) -> dict[int, str]:
        """The Xero document of each of these Scoro documents that is tied to one."""
        rows = await fetch_for(db, _LINKED, scoro_document_ids, connection=self.connection_id, module=module)
        return {row.scoro_document_id: row.document_id for row in rows}


def _read(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Candidate]:
    return [
        Candidate(
            document=_document(row.module, row.text),
            linked_to=row.linked_to or "",
            are_lines_stale=row.are_lines_stale,
        )
        for row in rows
    ]


def _document(module: str, text: str) -> scoro.Document:
    return scoro.Document.model_validate({"module": module, **json.loads(text)})


def _header(document: scoro.Document) -> scoro.Document:
    """What lists and views both say of it, but for the date."""
    return document.model_copy(update={"lines": None, "custom_fields": None, "company_name": "", "modified_date": None})
