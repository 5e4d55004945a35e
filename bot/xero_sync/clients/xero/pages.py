"""Lists of documents as Xero pages them. One bad row does not lose the others."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, FailFast, Field, ValidationError

from xero_sync.clients.http import Reply, parse_http_date, read_model, reason_of
from xero_sync.domain import xero

MOST_ROWS = 10_000
"""So many rows of a page are looked at one by one: ten times what is asked for."""
NO_ID = "00000000-0000-0000-0000-000000000000"

DocumentKind = Literal["invoices", "credit_notes"]


@dataclass(frozen=True)
class Unreadable:
    """A row that could not be read. document_id is "" where not even that could; position counts the page's rows from 1."""

    document_id: str
    position: int
    reason: str


@dataclass(frozen=True)
class DocumentPage:
    """One page of a list, lines included.

    page_count, item_count: as the reply says; None where it says nothing, and then only a page without a new id is the end.
    service_time: Xero's clock when it answered, for the cursor. notices: rows that stood for no document.
    """

    documents: tuple[xero.Document, ...]
    page: int
    page_count: int | None
    item_count: int | None
    service_time: datetime
    notices: int = 0
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.documents and not self.unreadable

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(document.document_id for document in self.documents) | {
            row.document_id or f"row {row.position}" for row in self.unreadable
        }


@dataclass(frozen=True)
class DocumentsById:
    """What became of the ids that were asked for. missing: Xero said of each one alone that it does not exist."""

    found: tuple[xero.Document, ...]
    missing: frozenset[str]
    unreadable: tuple[Unreadable, ...] = ()


class _Pagination(BaseModel):
    page: int = Field(ge=1, le=1_000_000)
    page_count: int = Field(alias="pageCount", ge=0, le=1_000_000)
    item_count: int = Field(alias="itemCount", ge=0, le=1_000_000_000)


class _Invoices(BaseModel):
    rows: Annotated[tuple[xero.Document, ...], FailFast()] = Field(alias="Invoices")
    pagination: _Pagination | None = None
    asked_at: xero.Instant | None = Field(default=None, alias="DateTimeUTC")


class _CreditNotes(_Invoices):
    rows: Annotated[tuple[xero.Document, ...], FailFast()] = Field(alias="CreditNotes")


class _Rest(BaseModel):
    """A page without its rows, which are then read one by one."""

    pagination: _Pagination | None = None
    asked_at: xero.Instant | None = Field(default=None, alias="DateTimeUTC")


@dataclass(frozen=True)
class Resource:
    """Where a kind of document is listed, and under which names."""

    path: str
    key: str
    id_key: str
    page: type[_Invoices]


RESOURCES: dict[DocumentKind, Resource] = {
    "invoices": Resource("/Invoices", "Invoices", "InvoiceID", _Invoices),
    "credit_notes": Resource("/CreditNotes", "CreditNotes", "CreditNoteID", _CreditNotes),
}


def read_page(reply: Reply, resource: Resource, asked_page: int) -> DocumentPage:
    """The page: at once where every row is well, row by row where one is not."""
    if not reply.says_json or reply.is_markup:
        reply.json()  # says what is wrong with it
    try:
        with _gc_paused():
            whole = resource.page.model_validate_json(reply.content)
    except ValidationError:
        return _page_by_rows(reply, resource, asked_page)
    documents = tuple(document for document in whole.rows if not document.is_notice)
    return _finished(reply, whole.pagination, whole.asked_at, asked_page, documents, len(whole.rows) - len(documents), ())


def _page_by_rows(reply: Reply, resource: Resource, asked_page: int) -> DocumentPage:
    body = reply.json()
    rows = body.get(resource.key) if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise reply.unexpected("left out the list that was asked for")
    if len(rows) > MOST_ROWS:
        raise reply.unexpected("sent more rows than a page can have")
    rest = read_model(reply, _Rest, body)
    documents: list[xero.Document] = []
    unreadable: list[Unreadable] = []
    notices = 0
    for position, row in enumerate(rows, 1):
        document_id = row.get(resource.id_key) if isinstance(row, dict) else None
        if document_id == NO_ID:
            notices += 1
            continue
        try:
            documents.append(xero.Document.model_validate(row))
        except ValidationError as error:
            unreadable.append(Unreadable(document_id if isinstance(document_id, str) else "", position, reason_of(error)))
    return _finished(reply, rest.pagination, rest.asked_at, asked_page, tuple(documents), notices, tuple(unreadable))


def _finished(
    reply: Reply,
    pagination: _Pagination | None,
    asked_at: datetime | None,
    asked_page: int,
    documents: tuple[xero.Document, ...],
    notices: int,
    unreadable: tuple[Unreadable, ...],
) -> DocumentPage:
    if pagination and (documents or unreadable) and not pagination.page == asked_page <= pagination.page_count:
        # The page is the checkpoint and the count is the end: a wrong one would leave documents out.
        raise reply.unexpected("contradicts itself about its pages")
    # The Date header first: it is the clock of the machine that answered.
    service_time = parse_http_date(reply.headers.get("date", "")) or asked_at
    if service_time is None:
        raise reply.unexpected("did not say what time it is there")
    return DocumentPage(
        documents=documents,
        page=asked_page,
        page_count=pagination.page_count if pagination else None,
        item_count=pagination.item_count if pagination else None,
        service_time=service_time,
        notices=notices,
        unreadable=unreadable,
    )


@contextmanager
def _gc_paused() -> Iterator[None]:
    """No garbage collection inside: a page of 1,000 documents is a deep tree, and searching it for cycles costs as much as reading it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
