"""Scoro's API v2: one method per endpoint used. Every call is a POST with the key in its body, reads too.

Source: https://api.scoro.com/api/v2
"""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeVar

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from xero_sync.clients.budget import Budget
from xero_sync.clients.http import Ask, Reply, Wire, check_address, check_secret, read_model, read_models, reason_of
from xero_sync.clients.scoro.envelope import opened
from xero_sync.clock import Clock
from xero_sync.domain import scoro
from xero_sync.domain.lanes import Lane
from xero_sync.errors import ChangedSince, UnexpectedReply

PATH = "/api/v2"
PER_PAGE = 100  # the most Scoro gives
# Scoro clips a page to one of these without a word, so a page of such a size may be a part of the list.
_PAGE_CAPS = (25, 50, 100)
_MOST_PAGES = 10_000
_MOST_LINES = 10_000  # of one document: a write per line sends all of them back
_LINE_IDS = frozenset({"id", "line_id"})
LANGUAGE = "eng"  # names come per language: always the same one

NoteModule = Literal["projects", "bills", "invoices"]
__all__ = ["NoteModule", "ScoroClient", "ScoroPage", "UnreadableRow", "ViewedDocument"]

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class UnreadableRow:
    """A list's row that could not be read. scoro_document_id is 0 where not even that could; position counts from 1."""

    scoro_document_id: int
    position: int
    reason: str


@dataclass(frozen=True)
class ScoroPage:
    """One page of bills or invoices, without lines. Only an empty page is the end of the list."""

    documents: tuple[scoro.Document, ...]
    page: int
    unreadable: tuple[UnreadableRow, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.documents and not self.unreadable

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(document.scoro_document_id for document in self.documents) | {
            row.scoro_document_id or -row.position for row in self.unreadable
        }


@dataclass(frozen=True)
class ViewedDocument:
    """A document with its lines as Scoro sent them, which a write per line sends back."""

    document: scoro.Document
    raw_lines: tuple[Mapping[str, Any], ...] = field(repr=False)


class ScoroClient:
    """One Scoro site under one key. Every method raises errors.RemoteError (put_on_project also ChangedSince); only reads are repeated.

    base_url: the site, like https://example.scoro.com. company_account_id: the business entity inside it.
    """

    def __init__(self, wire: Wire, *, base_url: str, api_key: str | SecretStr, company_account_id: str, budget: Budget) -> None:
        self._wire = wire
        self._site_url = check_address("Scoro address", base_url).removesuffix(PATH)
        plain = api_key.get_secret_value() if isinstance(api_key, SecretStr) else api_key
        self._api_key = SecretStr(check_secret("Scoro key", plain))
        self._entity = company_account_id
        self._lane: Lane = "changed"
        self.budget = budget

    @classmethod
    def open(
        cls,
        *,
        base_url: str,
        api_key: str | SecretStr,
        company_account_id: str,
        clock: Clock,
        budget: Budget,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> ScoroClient:
        """A client with its own connections, to be closed with `aclose`. transport: in place of the network, for tests."""
        wire = Wire("scoro", "Scoro", clock=clock, transport=transport)
        return cls(wire, base_url=base_url, api_key=api_key, company_account_id=company_account_id, budget=budget)

    async def aclose(self) -> None:
        await self._wire.aclose()

    def in_lane(self, lane: Lane) -> ScoroClient:
        """The same client (connections, key, budget), whose calls count in this lane. A new one counts as "changed"."""
        other = copy.copy(self)
        other._lane = lane
        return other

    async def projects(
        self, *, page: int = 1, modified_from: date | None = None, include_deleted: bool = False
    ) -> tuple[scoro.Project, ...]:
        """One page of projects; none past the end. One bad row spoils the page: a missing twin would put costs on the wrong project."""
        return await self._page("projects", scoro.Project, page, _since(modified_from), include_deleted)

    async def all_projects(self, *, modified_from: date | None = None, include_deleted: bool = False) -> tuple[scoro.Project, ...]:
        """Every project, or those modified since that day, each once; rows may shift while we page."""
        found: dict[int, scoro.Project] = {}
        previous: frozenset[int] = frozenset()
        for page in range(1, _MOST_PAGES):
            rows = await self.projects(page=page, modified_from=modified_from, include_deleted=include_deleted)
            ids = frozenset(row.project_id for row in rows)
            if not rows:
                return tuple(found.values())
            if ids == previous:
                break
            found |= {row.project_id: row for row in rows}
            previous = ids
        raise _endless()

    async def project(self, project_id: int) -> scoro.Project:
        """One project. Raises Rejected with status 404 where Scoro does not know it."""

        def parse(reply: Reply) -> scoro.Project:
            project = read_model(reply, scoro.Project, self._object(reply))
            if project.project_id != project_id:
                raise reply.unexpected("answered with another project")
            return project

        return await self._read(f"projects/view/{project_id}", {}, parse)

    async def objects(self) -> tuple[scoro.AccountingObject, ...]:
        """All accounting objects. Scoro shows neither inactive ones nor when one changed."""
        return await self._small_list("financeObjects", scoro.AccountingObject, lambda row: row.accounting_object_id)

    async def companies(self) -> tuple[scoro.Company, ...]:
        """All clients and suppliers: projects and documents in lists name them by id alone."""
        return await self._small_list("companies", scoro.Company, lambda row: row.company_id)

    async def users(self) -> tuple[scoro.User, ...]:
        """All people of the site."""
        return await self._small_list("users", scoro.User, lambda row: row.user_id)

    async def custom_fields(self) -> tuple[scoro.CustomField, ...]:
        """All custom fields of the site, with the modules they stand on."""
        return await self._small_list("customFields", scoro.CustomField, lambda row: row.custom_field_id)

    async def documents(
        self, module: scoro.Module, *, page: int = 1, modified_from: date | None = None, include_deleted: bool = True
    ) -> ScoroPage:
        """One page of bills or invoices, without lines and custom fields. A deletion does not count as a modification in Scoro."""

        def parse(reply: Reply) -> ScoroPage:
            documents: list[scoro.Document] = []
            unreadable: list[UnreadableRow] = []
            for position, row in enumerate(self._list(reply, page, modified_from is not None), 1):
                try:
                    documents.append(_document(module, row))
                except ValidationError as error:
                    unreadable.append(UnreadableRow(_id_of(row), position, reason_of(error)))
            return ScoroPage(tuple(documents), page, tuple(unreadable))

        return await self._read(f"{module}/list", _paged(page, _since(modified_from), include_deleted), parse)

    async def document_pages(
        self, module: scoro.Module, *, modified_from: date | None = None, first_page: int = 1, include_deleted: bool = True
    ) -> AsyncIterator[ScoroPage]:
        """The pages from first_page on, each as soon as it is read, up to the first empty one.

        A page that repeats the one before raises UnexpectedReply: paging is broken, and the list is not whole.
        """
        previous: frozenset[int] = frozenset()
        for number in range(first_page, first_page + _MOST_PAGES):
            page = await self.documents(module, page=number, modified_from=modified_from, include_deleted=include_deleted)
            if page.is_empty:
                return
            if page.ids == previous:
                break
            yield page
            previous = page.ids
        raise _endless()

    async def document(self, module: scoro.Module, scoro_document_id: int) -> scoro.Document:
        """One document with its lines. Raises Rejected with status 404 where Scoro does not know it."""
        return (await self.document_with_raw(module, scoro_document_id)).document

    async def document_with_raw(self, module: scoro.Module, scoro_document_id: int) -> ViewedDocument:
        """One document with its lines, read and as sent: what `put_on_project` needs."""

        def parse(reply: Reply) -> ViewedDocument:
            row = self._object(reply)
            lines = row.get("lines")
            if "lines" not in row or not isinstance(lines, list | None) or not all(isinstance(line, dict) for line in lines or ()):
                raise reply.unexpected("showed the document without its lines")
            if len(lines or ()) > _MOST_LINES:
                raise reply.unexpected("showed more lines than a document can have")
            try:
                document = _document(module, {**row, "lines": lines or []})
            except ValidationError as error:
                raise reply.unexpected(f"left out or changed a field ({reason_of(error)})") from None
            if document.scoro_document_id != scoro_document_id:
                raise reply.unexpected("answered with another document")
            if lines is None and document.net != 0 and not document.is_deleted:
                raise reply.unexpected("showed the document without its lines")
            return ViewedDocument(document, tuple(lines or ()))

        return await self._read(f"{module}/view/{scoro_document_id}", {}, parse)

    async def put_on_project(
        self,
        viewed: ViewedDocument,
        *,
        header: int = scoro.PER_LINE,
        lines: Mapping[int, int] | None = None,
        parts: Mapping[int, Sequence[tuple[int, Decimal]]] | None = None,
    ) -> None:
        """One modify call: the whole document on the header's project (0: off it), or each line on its own.

        lines: project by Scoro line; a line that is not named is put on none. parts: by Scoro line the project and net of each part it is
        divided into; the first keeps the line, the others become new ones after it. All other lines go back as they were viewed: Scoro may
        drop those that are not sent. Read back what stuck, since Scoro answers OK to what it drops.
        Raises ChangedSince where a named line is not among the viewed ones.
        """
        document = viewed.document
        request: dict[str, Any] = {"project_id": header}
        if lines is not None:
            request = {"project_id": scoro.PER_LINE, "lines": self._lines_on(viewed, lines, parts or {})}
        elif header == scoro.PER_LINE:
            raise ValueError("a document on projects per line needs its lines")
        await self._modify(f"{document.module}/modify/{document.scoro_document_id}", request)

    async def set_custom_field(self, module: NoteModule, object_id: int, custom_field_id: str, value: str) -> None:
        """Writes one custom field. It has to exist: Scoro answers OK to an unknown one, so read it back."""
        request = {"custom_fields": [{"id": custom_field_id, "value": value}]}
        await self._modify(f"{module}/modify/{object_id}", request)

    async def add_comment(self, module: NoteModule, object_id: int, user_id: int, text: str) -> None:
        """Writes a comment in a user's name, which the company key requires."""
        request = {"module": module, "object_id": object_id, "user_id": user_id, "comment": text}
        await self._modify("comments/modify", request)

    def _lines_on(
        self, viewed: ViewedDocument, project_by_line: Mapping[int, int], parts: Mapping[int, Sequence[tuple[int, Decimal]]]
    ) -> list[dict[str, Any]]:
        ids = [line.line_id for line in viewed.document.lines or ()]
        if not {*project_by_line, *parts} <= set(ids):
            raise ChangedSince
        if len(set(ids)) < len(viewed.raw_lines) or not all(ids):
            # Sent back without ids, lines would be doubled.
            message = (
                "Scoro shows the lines without their numbers, so they cannot be changed safely. Choose one project for the whole document."
            )
            raise UnexpectedReply(message, service="scoro")
        sent: list[dict[str, Any]] = []
        for line_id, raw in zip(ids, viewed.raw_lines, strict=True):
            if line_id not in parts:
                sent.append({**raw, "project_id": project_by_line.get(line_id, scoro.NO_PROJECT)})
            for place, (project_id, net) in enumerate(parts.get(line_id, ())):
                own = {key: value for key, value in raw.items() if place == 0 or key not in _LINE_IDS}
                sent.append(own | _amounting_to(net) | {"project_id": project_id})
        return sent

    async def _page(
        self, module: str, model: type[M], page: int, wanted: Mapping[str, Any], include_deleted: bool = False
    ) -> tuple[M, ...]:
        def parse(reply: Reply) -> tuple[M, ...]:
            return read_models(reply, model, self._list(reply, page, bool(wanted)))

        return await self._read(f"{module}/list", _paged(page, wanted, include_deleted), parse)

    async def _small_list(self, module: str, model: type[M], id_of: Callable[[M], object]) -> tuple[M, ...]:
        found: dict[object, M] = {}
        previous: set[object] = set()
        for page in range(1, _MOST_PAGES):
            rows = await self._page(module, model, page, {})
            ids = {id_of(row) for row in rows}
            # Whether the small lists have pages is not known: one that is no page's size and comes again is the whole list.
            if not rows or (ids == previous and len(rows) not in _PAGE_CAPS):
                return tuple(found.values())
            if ids == previous:
                break
            found |= {id_of(row): row for row in rows}
            previous = ids
        raise _endless()

    def _list(self, reply: Reply, page: int, is_filtered: bool) -> list[Any]:
        body = self._envelope(reply)
        rows = body.get("data")
        if rows is None and "data" in body and (page > 1 or is_filtered):
            return []  # null for an empty list; of a whole list it would be no answer
        if not isinstance(rows, list):
            raise reply.unexpected("left out the list that was asked for")
        return rows

    def _object(self, reply: Reply) -> dict[str, Any]:
        row = self._envelope(reply).get("data")
        if not isinstance(row, dict):
            raise reply.unexpected("left out what was asked for")
        return row

    async def _read(self, path: str, top: Mapping[str, Any], parse: Callable[[Reply], T]) -> T:
        return await self._wire.read(self._ask(path, top), parse, budgets=(self.budget,), lane=self._lane)

    async def _modify(self, path: str, request: Mapping[str, Any]) -> None:
        await self._wire.write(self._ask(path, {"request": request}), self._envelope, budgets=(self.budget,), lane=self._lane)

    def _ask(self, path: str, top: Mapping[str, Any]) -> Ask:
        # A key in a header or the query counts for nothing in Scoro.
        body = {"apiKey": self._api_key.get_secret_value(), "company_account_id": self._entity, "lang": LANGUAGE, "request": {}, **top}
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return Ask("POST", f"{self._site_url}{PATH}/{path}", headers={"Content-Type": "application/json"}, content=content)

    def _envelope(self, reply: Reply) -> dict[str, Any]:
        return opened(reply, self._site_url, self._api_key.get_secret_value())


def _amounting_to(net: Decimal) -> dict[str, Any]:
    """Which of price and sum decides is not known: both say the same."""
    return {"amount": "1", "price": str(net), "discount": "0", "sum": str(net)}


def _since(modified_from: date | None) -> dict[str, Any]:
    """A bare date means 00:00 of that day. A time may be ignored, so none is sent."""
    return {} if modified_from is None else {"modified_date": {"from_date": modified_from.isoformat()}}


def _paged(page: int, wanted: Mapping[str, Any], include_deleted: bool) -> dict[str, Any]:
    # Filters count at the top alone. include_deleted is documented inside `request` and used at the top: it goes into both.
    top: dict[str, Any] = {"page": page, "per_page": PER_PAGE}
    if wanted:
        top["filter"] = wanted
    if include_deleted:
        top |= {"include_deleted": "1", "request": {"include_deleted": 1}}
    return top


def _document(module: scoro.Module, row: object) -> scoro.Document:
    return scoro.Document.model_validate({**row, "module": module} if isinstance(row, dict) else row)


def _id_of(row: object) -> int:
    value = row.get("id") if isinstance(row, dict) else None
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19:
        return int(value)
    return value if isinstance(value, int) else 0


def _endless() -> UnexpectedReply:
    return UnexpectedReply("Scoro sends the same page of a list again and again. It is looked at again.", service="scoro")
