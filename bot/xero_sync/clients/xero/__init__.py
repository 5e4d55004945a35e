"""Xero's Accounting API: one method per endpoint used.

Source: https://developer.xero.com/documentation/api/accounting/overview
"""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field

from xero_sync.clients.budget import Budget
from xero_sync.clients.http import Ask, Reply, Wire, check_address, read_models
from xero_sync.clients.xero.pages import NO_ID, RESOURCES, DocumentKind, DocumentPage, DocumentsById, Unreadable, read_page
from xero_sync.clients.xero.refusals import accepted
from xero_sync.clock import Clock
from xero_sync.domain import xero
from xero_sync.domain.lanes import Lane
from xero_sync.errors import Rejected, RemoteError, UnexpectedReply

__all__ = ["DocumentKind", "DocumentPage", "DocumentsById", "ReadDocument", "Tenant", "Unreadable", "XeroClient"]

XERO_URL = "https://api.xero.com"
ACCOUNTING_PATH = "/api.xro/2.0"
PAGE_SIZE = 1000
IDS_PER_CALL = 40  # Xero advises 40; from 53 on the address is too long and the answer is 404
LONGEST_OPTION_NAME = 100
# Fields left out of a line that is sent with its id are kept.
_WRITTEN_OF_A_LINE = frozenset(
    {
        *("LineItemID", "Description", "Quantity", "UnitAmount", "ItemCode", "AccountCode", "TaxType", "TaxAmount", "LineAmount"),
        *("DiscountRate", "DiscountAmount", "Tracking"),
    }
)
T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


class Tenant(BaseModel):
    """An organisation this app is connected to: https://developer.xero.com/documentation/guides/oauth2/tenants"""

    model_config = ConfigDict(frozen=True, extra="ignore")

    tenant_id: str = Field(validation_alias="tenantId")
    tenant_name: str = Field(default="", validation_alias="tenantName")
    tenant_type: str = Field(default="", validation_alias="tenantType")
    connection_id: str = Field(validation_alias="id")


@dataclass(frozen=True)
class ReadDocument:
    """A document, and its lines as Xero sent them."""

    document: xero.Document
    raw_lines: tuple[Mapping[str, Any], ...] = field(repr=False)


class XeroClient:
    """One organisation in Xero. Every method raises errors.RemoteError and nothing else; only reads are repeated.

    tenant_id: may be left out for a custom connection, which knows its organisation by itself.
    """

    def __init__(
        self, wire: Wire, *, budget: Budget, app_budget: Budget | None = None, tenant_id: str = "", api_url: str = XERO_URL
    ) -> None:
        self._wire = wire
        self._api_url = check_address("Xero address", api_url)
        self._tenant_id = tenant_id
        self._app_budgets = (app_budget,) if app_budget is not None else ()
        self._lane: Lane = "changed"
        self.budget = budget

    @classmethod
    def open(
        cls,
        *,
        auth: httpx.Auth,
        clock: Clock,
        budget: Budget,
        app_budget: Budget | None = None,
        tenant_id: str = "",
        api_url: str = XERO_URL,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> XeroClient:
        """A client with its own connections, to be closed with `aclose`. transport: in place of the network, for tests."""
        wire = Wire("xero", "Xero", clock=clock, auth=auth, transport=transport)
        return cls(wire, budget=budget, app_budget=app_budget, tenant_id=tenant_id, api_url=api_url)

    async def aclose(self) -> None:
        await self._wire.aclose()

    def in_lane(self, lane: Lane) -> XeroClient:
        """The same client (connections, token, budget), whose calls count in this lane. A new one counts as "changed"."""
        other = copy.copy(self)
        other._lane = lane
        return other

    def of_tenant(self, tenant_id: str) -> XeroClient:
        """The same client, for this organisation."""
        other = copy.copy(self)
        other._tenant_id = tenant_id
        return other

    async def connections(self) -> tuple[Tenant, ...]:
        """The organisations the token reaches; none where the app was disconnected. It counts for the app alone, not for a tenant."""
        ask = Ask("GET", f"{self._api_url}/connections")
        parse = accepted(lambda reply: read_models(reply, Tenant, reply.json()))
        return await self._wire.read(ask, parse, budgets=self._app_budgets, lane=self._lane)

    async def organisation(self) -> xero.Organisation:
        def parse(reply: Reply) -> xero.Organisation:
            found = _rows(reply, "Organisations", xero.Organisation)
            if not found:
                raise reply.unexpected("named no organisation")
            return found[0]

        return await self._read("/Organisation", parse)

    async def accounts(self) -> tuple[xero.Account, ...]:
        """The whole chart of accounts."""
        return await self._read("/Accounts", lambda reply: _rows(reply, "Accounts", xero.Account))

    async def tracking_categories(self) -> tuple[xero.TrackingCategory, ...]:
        """All categories with all their options, archived ones included: old documents carry them."""
        return await self._read(
            "/TrackingCategories", lambda reply: _rows(reply, "TrackingCategories", xero.TrackingCategory), {"includeArchived": "true"}
        )

    async def create_option(self, tracking_category_id: str, name: str, *, idempotency_key: str) -> xero.TrackingOption:
        """The new option. Spaces are tidied first: a padded name makes Xero fail.

        idempotency_key: the journal's attempt id, at most 128 characters; Xero repeats its answer, errors too, for six minutes.
        Raises Rejected where the name exists ("must be unique"), which is no proof that nothing was made: read back.
        """
        name = " ".join(name.split())
        if not name or len(name) > LONGEST_OPTION_NAME:
            message = (
                f"A tracking option needs a name of 1 to {LONGEST_OPTION_NAME} characters. Rename the project, or use an existing option."
            )
            raise Rejected(message, service="xero", fields={"Name": message})
        headers = {"Idempotency-Key": idempotency_key, "Content-Type": "application/json"}
        path = f"/TrackingCategories/{quote(tracking_category_id, safe='')}/Options"
        ask = self._ask("PUT", path, headers=headers, content=json.dumps({"Name": name}).encode())

        def parse(reply: Reply) -> xero.TrackingOption:
            for option in _rows(reply, "Options", xero.TrackingOption):
                if option.name == name and option.tracking_option_id not in ("", NO_ID):
                    return option
            # Xero has answered 200 and made nothing: then the reply has no option id.
            raise reply.unexpected("accepted the tracking option but does not show it")

        return await self._wire.write(ask, accepted(parse), budgets=self._budgets, lane=self._lane)

    async def documents(
        self, kind: DocumentKind, *, page: int = 1, modified_since: datetime | None = None, page_size: int = PAGE_SIZE
    ) -> DocumentPage:
        """One page of all documents, or of those changed since, in every status: voided ones must be seen.

        Ordered by id, so that a document edited while we page moves none of the others.
        """
        resource = RESOURCES[kind]
        params = {"page": str(page), "pageSize": str(page_size), "order": resource.id_key}
        # Xero understands neither zones nor milliseconds here for sure.
        headers = {} if modified_since is None else {"If-Modified-Since": f"{modified_since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"}
        return await self._read(resource.path, lambda reply: read_page(reply, resource, page), params, headers)

    async def document_pages(
        self, kind: DocumentKind, *, modified_since: datetime | None = None, first_page: int = 1, page_size: int = PAGE_SIZE
    ) -> AsyncIterator[DocumentPage]:
        """The pages from first_page to the last, each as soon as it is read.

        The end is what the reply's pagination says; without one, a page that brings no new id. A page that only repeats although more are
        said to come raises UnexpectedReply: the list is not whole.
        """
        seen: set[str] = set()
        number = first_page
        while True:
            page = await self.documents(kind, page=number, modified_since=modified_since, page_size=page_size)
            if seen and page.ids <= seen:
                if page.page_count is not None and not page.is_empty:
                    raise UnexpectedReply("Xero sends the same page of documents again and again. It is looked at again.", service="xero")
                return
            yield page
            if page.is_empty or (page.page_count is not None and number >= page.page_count):
                return
            seen |= page.ids
            number += 1

    async def document(self, kind: DocumentKind, document_id: str) -> xero.Document:
        """One document with its lines. Raises Rejected with status 404 where Xero does not know it."""
        resource = RESOURCES[kind]

        def parse(reply: Reply) -> xero.Document:
            found = _rows(reply, resource.key, xero.Document)
            if len(found) != 1 or found[0].is_notice:
                raise reply.unexpected("did not answer with the one document asked for")
            if found[0].document_id.lower() != document_id.lower():
                raise reply.unexpected("answered with another document")
            return found[0]

        return await self._read(f"{resource.path}/{quote(document_id, safe='')}", parse)

    async def document_with_raw(self, kind: DocumentKind, document_id: str) -> ReadDocument:
        """One document with its lines as Xero sent them, unit prices with four decimals: what `write_lines` sends back."""
        resource = RESOURCES[kind]

        def parse(reply: Reply) -> ReadDocument:
            body = reply.json()
            (document,) = _rows(reply, resource.key, xero.Document) or (None,)
            if document is None or document.document_id.lower() != document_id.lower():
                raise reply.unexpected("did not answer with the one document asked for")
            return ReadDocument(document, tuple(body[resource.key][0].get("LineItems") or ()))

        return await self._read(f"{resource.path}/{quote(document_id, safe='')}", parse, {"unitdp": "4"})

    async def write_lines(
        self, kind: DocumentKind, document_id: str, raw_lines: Sequence[Mapping[str, Any]], *, idempotency_key: str
    ) -> None:
        """Write all lines of a document: one that is not sent is deleted, one without its id is doubled.

        raw_lines: as `document_with_raw` brought them, with what is to change. Xero answers 200 to tracking that it drops: read back.
        Raises Rejected with Xero's own words, as for a document with a payment.
        """
        resource = RESOURCES[kind]
        if not all(line.get("LineItemID") for line in raw_lines):
            raise UnexpectedReply("Xero shows the lines without their ids, so they cannot be changed safely.", service="xero")
        lines = [{key: value for key, value in line.items() if key in _WRITTEN_OF_A_LINE} for line in raw_lines]
        body = json.dumps({resource.key: [{resource.id_key: document_id, "LineItems": lines}]}).encode()
        headers = {"Idempotency-Key": idempotency_key, "Content-Type": "application/json"}
        path = f"{resource.path}/{quote(document_id, safe='')}"
        ask = self._ask("POST", path, params={"unitdp": "4"}, headers=headers, content=body)
        await self._wire.write(
            ask, accepted(lambda reply: _rows(reply, resource.key, xero.Document)), budgets=self._budgets, lane=self._lane
        )

    async def documents_by_ids(self, document_ids: Iterable[str]) -> DocumentsById:
        """Invoices and bills by id, forty a call. What a group does not bring is asked for alone before it counts as missing.

        Credit notes cannot be asked for in groups: Xero has the filter for invoices only.
        """
        wanted = list(dict.fromkeys(document_ids))
        pages = [page for start in range(0, len(wanted), IDS_PER_CALL) for page in await self._group(wanted[start : start + IDS_PER_CALL])]
        found = {document.document_id: document for page in pages for document in page.documents}
        unreadable = {row.document_id: row for page in pages for row in page.unreadable}
        missing: set[str] = set()
        for document_id in wanted:
            if document_id in found or document_id in unreadable:
                continue
            try:
                found[document_id] = await self.document("invoices", document_id)
            except Rejected as error:
                if error.status != 404:
                    raise
                missing.add(document_id)
        kept = tuple(found[document_id] for document_id in wanted if document_id in found)
        return DocumentsById(kept, frozenset(missing), tuple(unreadable.values()))

    async def _group(self, document_ids: Sequence[str]) -> list[DocumentPage]:
        # `page` is sent because lists without it come without lines.
        resource = RESOURCES["invoices"]
        params = {"IDs": ",".join(document_ids), "page": "1", "pageSize": str(IDS_PER_CALL)}
        try:
            return [await self._read(resource.path, lambda reply: read_page(reply, resource, 1), params)]
        except RemoteError as error:
            # A 404 may be about the group: one id too many, or one unknown to Xero among good ones.
            if error.status not in (404, 414):
                raise
        if len(document_ids) == 1:
            return []
        half = len(document_ids) // 2
        return [*await self._group(document_ids[:half]), *await self._group(document_ids[half:])]

    @property
    def _budgets(self) -> tuple[Budget, ...]:
        return (self.budget, *self._app_budgets)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
    ) -> Ask:
        tenant = {"xero-tenant-id": self._tenant_id} if self._tenant_id else {}
        return Ask(method, f"{self._api_url}{ACCOUNTING_PATH}{path}", params or {}, {**tenant, **(headers or {})}, content)

    async def _read(
        self, path: str, parse: Callable[[Reply], T], params: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> T:
        ask = self._ask("GET", path, params=params, headers=headers)
        return await self._wire.read(ask, accepted(parse), budgets=self._budgets, lane=self._lane)


def _rows(reply: Reply, key: str, model: type[M]) -> tuple[M, ...]:
    body = reply.json()
    return read_models(reply, model, body.get(key) if isinstance(body, dict) else None)
