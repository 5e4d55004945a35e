"""Damaged replies of every kind, to every method: a right result or an errors.RemoteError, never another exception."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xero_sync.clients.budget import scoro_budget, xero_app_budget, xero_budget
from xero_sync.clients.oauth import ClientCredentials
from xero_sync.clients.scoro import ScoroClient, ScoroPage
from xero_sync.clients.xero import DocumentPage, XeroClient
from xero_sync.errors import RemoteError

EXAMPLES = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
ID = "8f0c1f5e-2f0e-4b52-9d0c-5a7d6f3b2a10"
DOCUMENT = {
    "Type": "ACCPAY",
    "Contact": {"ContactID": "c1", "Name": "Delft Signs", "PurchasesTrackingCategories": [{}, {"TrackingCategoryName": "Project"}]},
    "Date": "/Date(1793577600000+0000)/",
    "Status": "AUTHORISED",
    "LineAmountTypes": "Inclusive",
    "LineItems": [
        {
            "Description": "Fascia",
            "LineAmount": 12.0,
            "TaxAmount": 2.0,
            "AccountCode": "310",
            "Tracking": [{"Name": "Project", "Option": "Blue Pylon"}],
        },
        {"Description": "A heading"},
    ],
    "SubTotal": 10.0,
    "TotalTax": 2.0,
    "Total": 12.0,
    "CurrencyCode": "GBP",
    "CurrencyRate": 1.16,
    "UpdatedDateUTC": "/Date(1795166100000+0000)/",
}
PAGINATION = {"page": 1, "pageSize": 1000, "pageCount": 1, "itemCount": 1}
OPTION = {"TrackingOptionID": "o1", "Name": "Blue Pylon", "Status": "ACTIVE", "IsActive": True}
BILL = {
    "id": 812,
    "no": "B-45",
    "company_id": 91,
    "project_id": -1,
    "currency": "GBP",
    "date": "2026-11-03",
    "sum": "300.00",
    "vat_sum": 60.0000001,
    "is_deleted": 0,
    "modified_date": "2026-11-04T09:12:00+00:00",
    "custom_fields": [{"id": "c_x", "name": "Xero ID", "value": None, "type": "text"}],
    "lines": [{"id": 3301, "product_id": 12, "comment": "Timber", "sum": "300.00", "finance_object_id": "4", "project_id": 7}],
}
PROJECT = {
    "project_id": 7,
    "no": 7,
    "project_name": "Refit",
    "status": "inprogress",
    "company_id": 3,
    "project_accounts": ["a"],
    "modified_date": "0000-00-00",
    "is_deleted": 0,
}


def xero_says(**rows: Any) -> dict[str, Any]:
    return {"Id": "e1", "Status": "OK", "DateTimeUTC": "/Date(1795600800000)/", **rows}


def scoro_says(data: Any) -> dict[str, Any]:
    return {"status": "OK", "statusCode": "200", "messages": None, "data": data}


async def pages_of(pages: Any) -> list[Any]:
    return [page async for page in pages]


async def put_on_project(client: ScoroClient) -> None:
    viewed = await client.document_with_raw("bills", 812)
    await client.put_on_project(viewed, lines={line.line_id: 7 for line in viewed.document.lines or ()})


async def write_lines(client: XeroClient) -> None:
    await client.write_lines("invoices", ID, [{"LineItemID": "l1", "LineAmount": 1}], idempotency_key="k1")


SINCE = datetime(2026, 11, 1, tzinfo=UTC)
XERO_CALLS: dict[str, tuple[Any, Callable[[XeroClient], Awaitable[Any]]]] = {
    "connections": (
        [{"id": "i", "tenantId": "t", "tenantType": "ORGANISATION", "tenantName": "Osier"}],
        lambda client: client.connections(),
    ),
    "organisation": (
        xero_says(
            Organisations=[{"OrganisationID": "o", "Name": "Osier", "BaseCurrency": "GBP", "PeriodLockDate": "/Date(1419937200000+1300)/"}]
        ),
        lambda client: client.organisation(),
    ),
    "accounts": (xero_says(Accounts=[{"AccountID": "a", "Code": "310", "Type": "DIRECTCOSTS"}]), lambda client: client.accounts()),
    "tracking_categories": (
        xero_says(TrackingCategories=[{"TrackingCategoryID": "k", "Name": "Project", "Status": "ACTIVE", "Options": [OPTION]}]),
        lambda client: client.tracking_categories(),
    ),
    "create_option": (xero_says(Options=[OPTION]), lambda client: client.create_option("k", "Blue Pylon", idempotency_key="k1")),
    "documents": (
        xero_says(Invoices=[{**DOCUMENT, "InvoiceID": ID}] * 2, pagination=PAGINATION),
        lambda client: client.documents("invoices", modified_since=SINCE),
    ),
    "credit_notes": (
        xero_says(CreditNotes=[{**DOCUMENT, "CreditNoteID": ID, "Type": "ACCPAYCREDIT"}], pagination=PAGINATION),
        lambda client: pages_of(client.document_pages("credit_notes")),
    ),
    "document": (xero_says(Invoices=[{**DOCUMENT, "InvoiceID": ID}]), lambda client: client.document("invoices", ID)),
    "document_with_raw": (xero_says(Invoices=[{**DOCUMENT, "InvoiceID": ID}]), lambda client: client.document_with_raw("invoices", ID)),
    "write_lines": (xero_says(Invoices=[{**DOCUMENT, "InvoiceID": ID}]), write_lines),
    "documents_by_ids": (xero_says(Invoices=[{**DOCUMENT, "InvoiceID": ID}]), lambda client: client.documents_by_ids([ID, ID.upper()])),
}
SCORO_CALLS: dict[str, tuple[Any, Callable[[ScoroClient], Awaitable[Any]]]] = {
    "projects": (scoro_says([PROJECT]), lambda client: client.projects()),
    "all_projects": (scoro_says([PROJECT]), lambda client: client.all_projects(modified_from=date(2026, 11, 1))),
    "project": (scoro_says(PROJECT), lambda client: client.project(7)),
    "objects": (
        scoro_says([{"object_id": 4, "object_symbol": "WS", "name": "Workshop", "parent_group_name": "Project"}]),
        lambda client: client.objects(),
    ),
    "companies": (scoro_says([{"contact_id": 3, "name": "Tern", "is_supplier": 1}]), lambda client: client.companies()),
    "users": (scoro_says([{"id": 1, "full_name": "Ann", "email": "ann@example.com"}]), lambda client: client.users()),
    "custom_fields": (scoro_says([{"id": "c_x", "name": "Xero ID", "modules": ["bills"]}]), lambda client: client.custom_fields()),
    "documents": (scoro_says([{**BILL, "lines": None}] * 2), lambda client: client.documents("bills")),
    "document_pages": (scoro_says([BILL]), lambda client: pages_of(client.document_pages("invoices"))),
    "document": (scoro_says(BILL), lambda client: client.document("bills", 812)),
    "put_on_project": (scoro_says(BILL), put_on_project),
    "set_custom_field": (scoro_says(BILL), lambda client: client.set_custom_field("bills", 812, "c_x", "v")),
    "add_comment": (scoro_says({"comment_id": 1}), lambda client: client.add_comment("projects", 7, 1, "Text")),
}

NESTED: Any = "end"
for _ in range(150):
    NESTED = [NESTED]
ODD_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -1, 10**20, -(10**20), 10**400, 1e308, -0.0, 1.1e-300, 3.14159, 999, 429, 2**63]),
    st.sampled_from(
        ["", " ", "0000-00-00", "NaN", "-Infinity", "1e999999999", "null", "\x00", "é" * 300, "9" * 5000, ID, "ERROR", "OK", "200"]
    ),
    st.sampled_from(
        [
            "/Date(99999999999999999)/",
            "/Date(-99999999999999)/",
            "/Date(253370764799999+9999)/",
            "/Date(x)/",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "2026-13-45",
            "2026-11-02T25:00:00",
        ]
    ),
    st.sampled_from([[], {}, [[]], [{}], {"": []}, {"error": [{"error": ["deep"]}]}, NESTED]),
    st.text(max_size=5),
)


def paths_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside, the whole included."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, part in inner for found in paths_in(part, (*path, key)))]


def mutate(body: Any, number: int, odd: Any, is_dropped: bool) -> Any:
    """The body with one of its values replaced, or left out."""
    paths = paths_in(body)
    path = paths[number % len(paths)]
    if not path:
        return odd
    body = deepcopy(body)
    holder = body
    for key in path[:-1]:
        holder = holder[key]
    if is_dropped:
        del holder[path[-1]]
    else:
        holder[path[-1]] = odd
    return body


@st.composite
def replies(draw: st.DrawFn, body: Any) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and bytes of a reply that is damaged in one to three places."""
    for _ in range(draw(st.integers(0, 3))):
        body = mutate(body, draw(st.integers(0, 200)), draw(ODD_VALUES), draw(st.booleans()))
    content = json.dumps(body).encode()
    damage = draw(st.sampled_from(["none", "none", "none", "cut", "bytes", "nested", "markup", "twice"]))
    at = draw(st.integers(0, max(len(content) - 1, 0)))
    match damage:
        case "cut":
            content = content[:at]
        case "bytes":
            content = content[:at] + draw(st.binary(min_size=1, max_size=4)) + content[at + 1 :]
        case "nested":
            content = content[:at] + b"[" * 20_000
        case "markup":
            content = b"<html>" + content
        case "twice":
            content += content
    status = draw(st.sampled_from([200] * 12 + [201, 204, 301, 400, 401, 403, 404, 409, 418, 429, 500, 501, 503, 599]))
    headers = {
        "Content-Type": draw(st.sampled_from(["application/json"] * 6 + ["text/html", "", "application/json; charset=latin-1", ";;"]))
    }
    for name, values in (
        ("Date", ["Wed, 25 Nov 2026 10:00:00 GMT", "odd", "Wed, 99 Nov 2026 99:00:00 GMT"]),
        ("Retry-After", ["3", "-1", "odd", "9" * 400, "Wed, 25 Nov 9999 10:00:00 GMT"]),
        ("X-Rate-Limit-Problem", ["day", "minute", "appminute", "odd"]),
        ("X-DayLimit-Remaining", ["0", "900", "-7", "odd"]),
        ("X-MinLimit-Remaining", ["0", "59", "9" * 400]),
        ("Location", ["https://elsewhere.example/", "http://[", ""]),
    ):
        if draw(st.booleans()):
            headers[name] = draw(st.sampled_from(values))
    return status, headers, content


class Clock:
    """Jumps, so that no wait takes time."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.moment = self.moment + timedelta(seconds=seconds)
        await asyncio.sleep(0)


Answers = list[tuple[int, dict[str, str], bytes]]


def service_with(answers: Answers) -> httpx.MockTransport:
    """Gives the answers in turn, the last one again and again."""
    left = iter(answers)
    last = [answers[-1]]

    def answer(_: httpx.Request) -> httpx.Response:
        last[0] = next(left, last[0])
        status, headers, content = last[0]
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(content))

    return httpx.MockTransport(answer)


async def outcome_of(client: Any, call: Callable[[Any], Awaitable[Any]]) -> object:
    try:
        return await call(client)
    except RemoteError as error:
        return error
    finally:
        await client.aclose()


async def ask_xero(answers: Answers, call: Callable[[Any], Awaitable[Any]]) -> object:
    clock = Clock()
    good_token = (200, {"Content-Type": "application/json"}, b'{"access_token":"at","expires_in":1800}')
    client = XeroClient.open(
        auth=ClientCredentials("id", "cs", clock=clock),
        clock=clock,
        budget=xero_budget(clock),
        app_budget=xero_app_budget(clock),
        api_url="https://xero.example",
        transport=service_with([good_token, *answers]),
    )
    return await outcome_of(client, call)


async def ask_scoro(answers: Answers, call: Callable[[Any], Awaitable[Any]]) -> object:
    clock = Clock()
    client = ScoroClient.open(
        base_url="https://scoro.example",
        api_key="k",
        company_account_id="e",
        clock=clock,
        budget=scoro_budget(clock),
        transport=service_with(answers),
    )
    return await outcome_of(client, call)


@pytest.mark.parametrize("name", XERO_CALLS)
def test_given_a_damaged_reply_of_xero_when_called_then_it_is_a_result_or_a_remote_error(name: str) -> None:
    body, call = XERO_CALLS[name]

    @EXAMPLES
    @given(st.lists(replies(body), min_size=1, max_size=2))
    def holds(answers: Answers) -> None:
        asyncio.run(ask_xero(answers, call))

    holds()


@pytest.mark.parametrize("name", SCORO_CALLS)
def test_given_a_damaged_reply_of_scoro_when_called_then_it_is_a_result_or_a_remote_error(name: str) -> None:
    body, call = SCORO_CALLS[name]

    @EXAMPLES
    @given(st.lists(replies(body), min_size=1, max_size=2))
    def holds(answers: Answers) -> None:
        asyncio.run(ask_scoro(answers, call))

    holds()


@EXAMPLES
@given(replies(XERO_CALLS["documents"][0]))
def test_given_a_damaged_page_when_it_is_read_then_every_row_is_a_document_a_notice_or_named_unreadable(
    answer: tuple[int, dict[str, str], bytes],
) -> None:
    outcome = asyncio.run(ask_xero([answer], XERO_CALLS["documents"][1]))

    if isinstance(outcome, DocumentPage):
        assert len(outcome.documents) + outcome.notices + len(outcome.unreadable) == len(json.loads(answer[2])["Invoices"])


@EXAMPLES
@given(replies(SCORO_CALLS["documents"][0]))
def test_given_a_damaged_page_of_bills_when_it_is_read_then_every_row_is_a_bill_or_named_unreadable(
    answer: tuple[int, dict[str, str], bytes],
) -> None:
    outcome = asyncio.run(ask_scoro([answer], SCORO_CALLS["documents"][1]))

    if isinstance(outcome, ScoroPage):
        assert len(outcome.documents) + len(outcome.unreadable) == len(json.loads(answer[2])["data"])


def test_given_replies_without_damage_when_called_then_every_method_has_a_result() -> None:
    headers = {"Content-Type": "application/json", "Date": "Wed, 25 Nov 2026 10:00:00 GMT"}
    empty = (200, headers, json.dumps(scoro_says([])).encode())

    async def outcomes() -> list[object]:
        got: list[object] = [await ask_xero([(200, headers, json.dumps(body).encode())], call) for body, call in XERO_CALLS.values()]
        for body, call in SCORO_CALLS.values():
            whole = (200, headers, json.dumps(body).encode())
            got.append(await ask_scoro([whole, empty if isinstance(body["data"], list) else whole], call))
        return got

    assert [outcome for outcome in asyncio.run(outcomes()) if isinstance(outcome, RemoteError)] == []


@EXAMPLES
@given(st.lists(replies({"access_token": "at", "expires_in": 1800, "token_type": "Bearer", "scope": "a b"}), min_size=1, max_size=3))
def test_given_a_damaged_token_reply_when_called_then_it_is_a_result_or_a_remote_error(answers: Answers) -> None:
    async def ask() -> object:
        clock = Clock()
        auth = ClientCredentials("id", "cs", clock=clock)
        client = XeroClient.open(
            auth=auth, clock=clock, budget=xero_budget(clock), api_url="https://x.example", transport=service_with(answers)
        )
        return await outcome_of(client, lambda client: client.organisation())

    asyncio.run(ask())
