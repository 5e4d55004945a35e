"""Every call our client can make, and what else the stand-in answers, on one month's books: the material for the judge."""

from __future__ import annotations

import inspect
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, get_args

import httpx
from starlette.types import ASGIApp
from tests.judge.contracts_wire import Exchange, Recorder

from xero_sync.clients.budget import xero_app_budget, xero_budget
from xero_sync.clients.oauth import XERO_SCOPES_TO_WRITE, BearerToken, ClientCredentials
from xero_sync.clients.xero import DocumentKind, XeroClient
from xero_sync.errors import RemoteError
from xero_sync.testing.clock import SteppedClock
from xero_sync.testing.standins.xero import Switches, XeroStandIn, line

UNKNOWN_ID = "3d6987cc-845f-5172-baf1-ba8140a04f45"
KINDS: tuple[DocumentKind, ...] = get_args(DocumentKind)


@dataclass
class Bench:
    """The stand-in with a month in its books, and our client on it; what crosses the wire is in `exchanges`."""

    xero: XeroStandIn
    clock: SteppedClock
    client: XeroClient
    recorder: Recorder

    @property
    def exchanges(self) -> list[Exchange]:
        return self.recorder.exchanges

    @property
    def category_id(self) -> str:
        return self.xero.categories[0].category_id

    def an_id(self, kind: DocumentKind) -> str:
        return next(iter(self.xero.records["Invoices" if kind == "invoices" else "CreditNotes"]))

    def with_token(self, token: str, **more: Any) -> XeroClient:
        """Our client with a ready token in place of its own."""
        return a_client(self.recorder, self.clock, auth=BearerToken(token), **{"tenant_id": self.xero.tenant_id, **more})

    async def asks(self, method: str, path: str, *, token: str | None = None, body: Any = None, **more: Any) -> httpx.Response:
        """A question our client has no method for. more: further arguments of httpx."""
        headers = {"Authorization": f"Bearer {token or self.xero.issues_token()}", "xero-tenant-id": self.xero.tenant_id}
        headers |= {"Accept": "application/json"} | ({"Content-Type": "application/json"} if body is not None else {})
        headers |= more.pop("headers", {})
        content = None if body is None else json.dumps(body).encode()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.recorder), base_url="https://xero.example") as bare:
            return await bare.request(method, path, headers=headers, content=content, **more)


def a_client(app: ASGIApp, clock: SteppedClock, **more: Any) -> XeroClient:
    return XeroClient.open(
        clock=clock,
        budget=xero_budget(clock, per_day=5000),
        app_budget=xero_app_budget(clock),
        api_url="https://xero.example",
        transport=httpx.ASGITransport(app),
        **more,
    )


@asynccontextmanager
async def a_bench(wrap: Callable[[ASGIApp], ASGIApp] = lambda app: app, switches: Switches | None = None) -> AsyncIterator[Bench]:
    """wrap: something between the stand-in and the wire, to plant a fault."""
    clock = SteppedClock()
    xero = XeroStandIn(now=clock.now, sleep=clock.sleep, switches=switches)
    has_a_month(xero)
    recorder = Recorder(wrap(xero.app))
    scopes = XERO_SCOPES_TO_WRITE
    auth = ClientCredentials(xero.client_id, xero.client_secret, clock=clock, token_url="https://xero.example/connect/token", scopes=scopes)
    client = a_client(recorder, clock, auth=auth, tenant_id=xero.tenant_id)
    yield Bench(xero, clock, client, recorder)
    await client.aclose()


def has_a_month(xero: XeroStandIn) -> None:
    """Documents of every type, status and kind of amount, on used, unused and archived options of two categories."""
    xero.organisation("Ferrow & Pike Ltd", "!fP3kx", "GBP", period_lock_date="2026-08-31", end_of_year_lock_date="2026-03-31")
    xero.has_category("Project", ["Harbour Refit", "Quay Lantern", "Lantern Row"])
    xero.has_category("Region", ["North", "South"])
    for code, name, kind in [("200", "Sales", "SALES"), ("310", "Freelancers", "DIRECTCOSTS"), ("620", "Prepayments", "PREPAYMENT")]:
        xero.has_account(code, name, kind)
    xero.has_contact("Delft Signs", purchases_tracking=("Project", "Harbour Refit"))
    day = "2026-11-18"
    two = [line("740.00", option="Harbour Refit", tracking=[("Region", "North")]), line("60.00", option="Lantern Row")]
    bill = xero.approves_bill("10442", "Delft Signs", two, date=day)
    paid = xero.approves_bill("10443", "Delft Signs", [line("118.80", quantity=3)], date=day, line_amount_types="Inclusive")
    sale = xero.approves_invoice(
        "INV-0301", "Osier Foods", [line("9000.00", account="200", option="Harbour Refit")], date=day, Reference="PO 7"
    )
    xero.approves_bill("RS-77", "Rook Sound", [line("2480.00", tax="0")], date=day, currency="EUR", CurrencyRate=Decimal("1.16"))
    xero.enters("ACCPAY", "D-1", "Delft Signs", [line("10.00", account="620")], date=day, status="DRAFT", line_amount_types="NoTax")
    xero.enters("ACCPAY", "D-2", "Delft Signs", [line("11.00")], date=day, status="SUBMITTED")
    for number in ("V-1", "V-2"):
        xero.voids(
            xero.enters("ACCPAY", number, "Delft Signs", [line("12.00")], date=day, status="AUTHORISED" if number == "V-1" else "DRAFT")
        )
    xero.pays(paid)
    xero.pays(sale, "1000.00")
    note = xero.approves_credit_note("CN-1", "Delft Signs", [line("50.00", option="Harbour Refit")], date=day)
    xero.allocates(note, {bill: "60.00"})
    xero.approves_credit_note("CN-2", "Osier Foods", [line("25.00", account="200")], date=day, kind="ACCRECCREDIT")
    xero.archives_option("Lantern Row")


# What our client can ask: by the name of its method, and as it is asked.
Call = Callable[[Bench], Awaitable[object]]
CALLS: Mapping[str, tuple[Call, ...]] = {
    "connections": (lambda bench: bench.client.connections(),),
    "organisation": (lambda bench: bench.client.organisation(),),
    "accounts": (lambda bench: bench.client.accounts(),),
    "tracking_categories": (lambda bench: bench.client.tracking_categories(),),
    "create_option": (lambda bench: bench.client.create_option(bench.category_id, "Blue Pylon", idempotency_key="attempt-1"),),
    "documents": tuple(
        lambda bench, kind=kind, since=since: bench.client.documents(  # type: ignore[misc]
            kind, modified_since=bench.clock.now() - timedelta(hours=1) if since else None
        )
        for kind in KINDS
        for since in (False, True)
    ),
    "document_pages": tuple(lambda bench, kind=kind: _all(bench.client.document_pages(kind, page_size=2)) for kind in KINDS),  # type: ignore[misc]
    "document": tuple(lambda bench, kind=kind: bench.client.document(kind, bench.an_id(kind)) for kind in KINDS),  # type: ignore[misc]
    "document_with_raw": tuple(lambda bench, kind=kind: bench.client.document_with_raw(kind, bench.an_id(kind)) for kind in KINDS),  # type: ignore[misc]
    "write_lines": tuple(lambda bench, kind=kind: _write_the_same_lines(bench, kind) for kind in KINDS),  # type: ignore[misc]
    "documents_by_ids": (lambda bench: bench.client.documents_by_ids([*bench.xero.records["Invoices"], UNKNOWN_ID]),),
}


async def _write_the_same_lines(bench: Bench, kind: DocumentKind) -> None:
    number = {"invoices": "D-2", "credit_notes": "CN-2"}[kind]
    document_id = next(
        key for key, fields in bench.xero.documents.items() if number in (fields.get("InvoiceNumber"), fields.get("CreditNoteNumber"))
    )
    read = await bench.client.document_with_raw(kind, document_id)
    await bench.client.write_lines(kind, document_id, read.raw_lines, idempotency_key=f"lines-{number}")


async def _all(pages: AsyncIterator[Any]) -> list[Any]:
    return [page async for page in pages]


def methods_of_the_client() -> set[str]:
    """Those that ask Xero something."""
    asks = (inspect.iscoroutinefunction, inspect.isasyncgenfunction)
    return {name for name, it in vars(XeroClient).items() if name[0] != "_" and name != "aclose" and any(does(it) for does in asks)}


async def make_every_call(bench: Bench) -> None:
    for calls in CALLS.values():
        for call in calls:
            await call(bench)


async def be_refused(bench: Bench) -> list[RemoteError]:
    """Everything Xero refuses our client for, and what it is told each time."""
    client, xero = bench.client, bench.xero
    expired = xero.issues_token(seconds=1)
    await bench.clock.advance(60)
    xero.limits.minute = 10_000
    refused = [
        client.create_option(bench.category_id, "Quay Lantern", idempotency_key="attempt-2"),
        client.create_option(UNKNOWN_ID, "Blue Pylon", idempotency_key="attempt-3"),
        client.document("invoices", UNKNOWN_ID),
        client.document("credit_notes", UNKNOWN_ID),
        client.of_tenant(UNKNOWN_ID).organisation(),
        bench.with_token(expired).accounts(),
        bench.with_token(xero.issues_token(["accounting.settings.read"])).documents("invoices"),
        bench.with_token("nobody's").connections(),
        bench.with_token("nobody's").tracking_categories(),
    ]
    said = [await _refusal(call) for call in refused]
    for limit in ("minute", "day", "concurrent"):
        setattr(xero.limits, limit, 0)
        said.append(await _refusal(bench.with_token(xero.issues_token()).organisation()))
        setattr(xero.limits, limit, 10_000)
    xero.limits.app_minute = 0
    said.append(await _refusal(bench.with_token(xero.issues_token()).connections()))
    xero.limits.app_minute = 10_000
    return said


async def _refusal(call: Awaitable[object]) -> RemoteError:
    try:
        answer = await call
    except RemoteError as error:
        return error
    raise AssertionError(f"Xero was to refuse this, and answered {answer}")


async def ask_the_rest(bench: Bench) -> None:
    """What others ask, who use the stand-in as well: plain lists, summaries, writes, XML, renewed and refused tokens, the end of a connection."""
    xero = bench.xero
    xero.limits.minute = 10_000
    options, unused = f"/TrackingCategories/{bench.category_id}/Options", xero.has_option("Tern Winter")
    bill, draft = bench.an_id("invoices"), next(key for key, row in xero.documents.items() if row["Status"] == "DRAFT")
    lines = [{"LineItemID": each["LineItemID"], "Tracking": each["Tracking"]} for each in xero.documents[bill]["LineItems"]]
    contact = {"Contact": {"Name": "Delft Signs"}, "Type": "ACCPAY", "Date": "2026-11-19"}
    new = [{"Description": "Fascia panels", "Quantity": 2, "UnitAmount": 15.5, "AccountCode": "310"}]
    asked: list[tuple[str, str, dict[str, Any]]] = [
        *(("GET", path, {}) for path in ("/Invoices", "/CreditNotes", "/Contacts", "/Accounts", "/Currencies", "/TrackingCategories")),
        ("GET", f"/TrackingCategories/{bench.category_id}", {}),
        ("GET", f"/Contacts/{next(iter(xero.contacts))}", {}),
        ("GET", "/Invoices", {"params": {"Statuses": "AUTHORISED,PAID"}}),
        ("GET", "/Invoices", {"params": {"summaryOnly": "true"}}),
        ("GET", "/Invoices", {"params": {"page": "1", "where": 'Type=="ACCREC" AND Status=="AUTHORISED"', "order": "Date DESC"}}),
        ("GET", "/Invoices", {"params": {"where": "nonsense"}}),
        ("GET", "/Invoices", {"params": {"page": "99", "pageSize": "2"}}),
        ("GET", "/Invoices", {"headers": {"Accept": "*/*"}}),
        ("GET", "/Organisation", {"headers": {"Accept": "application/xml"}}),
        ("PUT", options, {"body": {"Name": "Slate Films"}}),
        ("POST", f"{options}/{unused}", {"body": {"Name": "Tern Winter 2"}}),
        ("POST", f"{options}/{unused}", {"body": {"Status": "ARCHIVED"}}),
        ("DELETE", f"{options}/{unused}", {}),
        ("DELETE", f"{options}/{UNKNOWN_ID}", {}),
        ("PUT", "/TrackingCategories", {"body": {"Name": "Third"}}),
        ("POST", f"/TrackingCategories/{bench.category_id}", {"body": {"Name": "Projects"}}),
        ("PUT", "/Invoices", {"body": {"Invoices": [{**contact, "InvoiceNumber": "N-1", "LineItems": new}]}}),
        ("PUT", "/Invoices", {"body": {"Invoices": [{**contact, "Type": "ACCPAYCREDIT"}]}}),
        ("POST", f"/Invoices/{draft}", {"body": {"Invoices": [{"InvoiceID": draft, "Status": "SUBMITTED"}]}}),
        ("POST", f"/Invoices/{bill}", {"body": {"Invoices": [{"InvoiceID": bill, "LineItems": lines}]}}),
        ("PUT", "/CreditNotes", {"body": {"CreditNotes": [{**contact, "Type": "ACCPAYCREDIT", "LineItems": new}]}}),
        ("DELETE", "/Organisation", {}),
    ]
    for method, path, more in asked:
        await bench.asks(method, f"/api.xro/2.0{path}", **more)
    await _renew_tokens(bench)
    for connection_id in (xero.tenant_id, UNKNOWN_ID, xero.connection_id):
        await bench.asks("DELETE", f"/connections/{connection_id}")


async def _renew_tokens(bench: Bench) -> None:
    me = {"client_id": bench.xero.client_id, "client_secret": bench.xero.client_secret}
    good = {"grant_type": "refresh_token", "refresh_token": bench.xero.issues_refresh_token(), **me}
    forms: Iterable[dict[str, str]] = [
        good,
        good | {"refresh_token": "rt-nobody's"},
        good | {"client_secret": "wrong"},
        {"grant_type": "password", **me},
        {"grant_type": "client_credentials", "scope": "accounting.everything", **me},
    ]
    for form in forms:
        await bench.asks("POST", "/connect/token", data=form)
