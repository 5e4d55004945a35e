"""Our reader on xero-local, an emulator of Xero that others wrote: it believes the reply's paging, and reads odd dates, missing ids and extra keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal

import httpx
import pytest
from tests.fidelity_page import XERO_LOCAL, calls_of
from tests.judge.foreign_clients import PROGRAMS, Json, program

from xero_sync.clients.budget import xero_budget
from xero_sync.clients.oauth import ClientCredentials
from xero_sync.clients.xero import XeroClient
from xero_sync.clock import SystemClock
from xero_sync.errors import NotAllowed, Rejected, UnexpectedReply
from xero_sync.testing.clock import SteppedClock

TRACKING = {"TrackingCategoryID": "c0", "Name": "Project", "TrackingOptionID": "o1", "Option": "Harbour Refit"}
STARTS_WITHIN_SECONDS = 30


@asynccontextmanager
async def xero_local() -> AsyncIterator[str]:
    """Its address, while it runs."""
    process = await asyncio.create_subprocess_exec(
        program("foreign"),
        PROGRAMS / "serves_xero_local.py",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        async with asyncio.timeout(STARTS_WITHIN_SECONDS):
            port = int(await process.stdout.readline())
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stdin.close()
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            process.kill()


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with xero_local() as address:
        yield address


@pytest.fixture
async def client(url: str) -> AsyncIterator[XeroClient]:
    clock = SteppedClock(SystemClock().now())
    auth = ClientCredentials("id", "secret", clock=clock, token_url=f"{url}/connect/token")
    opened = XeroClient.open(auth=auth, clock=clock, budget=xero_budget(clock, per_day=5000), api_url=url)
    (tenant,) = await opened.connections()
    yield opened.of_tenant(tenant.tenant_id)
    await opened.aclose()


async def puts(url: str, path: str, key: str, rows: list[Json]) -> list[Json]:
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": "Bearer any"}) as seeding:
        reply = await seeding.put(f"/api.xro/2.0/{path}", json={key: rows})
    found: list[Json] = reply.json()[key]
    return found


def bill(number: int) -> Json:
    return {
        "Type": "ACCPAY",
        "InvoiceNumber": f"B-{number}",
        "Status": "AUTHORISED",
        "Date": "2026-11-20",
        "Contact": {"Name": "Delft Signs"},
        "CurrencyCode": "GBP",
        "LineItems": [{"Description": "Panels", "LineAmount": 10.05 + number, "AccountCode": "320", "Tracking": [TRACKING]}],
    }


async def test_given_pages_of_a_hundred_when_a_thousand_are_asked_for_then_every_bill_is_read_once(client: XeroClient, url: str) -> None:
    made = await puts(url, "Invoices", "Invoices", [bill(number) for number in range(250)])

    pages = [page async for page in client.document_pages("invoices")]

    documents = [document for page in pages for document in page.documents]
    assert [len(page.documents) for page in pages] == [100, 100, 50]
    assert sorted(document.document_id for document in documents) == sorted(row["InvoiceID"] for row in made)
    assert {(document.number, document.net_total) for document in documents} == {
        (f"B-{number}", Decimal("10.05") + number) for number in range(250)
    }
    assert {line.tracking[0].option_name for document in documents for line in document.lines} == {"Harbour Refit"}


async def test_given_a_date_as_typed_beside_the_old_one_when_read_then_the_day_is_read(client: XeroClient, url: str) -> None:
    (made,) = await puts(url, "Invoices", "Invoices", [bill(1)])
    await puts(url, f"Invoices/{made['InvoiceID']}", "Invoices", [{"Date": "2026-11-21", "DateString": "2026-11-21"}])

    assert (await client.document("invoices", made["InvoiceID"])).day == date(2026, 11, 21)


async def test_given_keys_nobody_knows_when_read_then_the_rest_is_read_as_ever(client: XeroClient, url: str) -> None:
    (plain,) = await puts(url, "Invoices", "Invoices", [bill(1)])
    read_before = await client.document("invoices", plain["InvoiceID"])
    (line,) = plain["LineItems"]
    lines = [line | {"Surcharge": 1, "Tracking": [TRACKING | {"Colour": "red"}]}]
    await puts(url, f"Invoices/{plain['InvoiceID']}", "Invoices", [{"LineItems": lines, "Risk": {"Score": [None, 0.5]}}])

    found = await client.document("invoices", plain["InvoiceID"])

    assert found.model_dump(exclude={"updated_at"}) == read_before.model_dump(exclude={"updated_at"})


async def test_given_a_credit_note_without_line_ids_when_read_then_each_line_has_a_name_and_counts_as_less(
    client: XeroClient, url: str
) -> None:
    note = {
        "Type": "ACCPAYCREDIT",
        "CreditNoteNumber": "CN-1",
        "Status": "AUTHORISED",
        "Date": "2026-11-20",
        "Contact": {"Name": "Delft Signs"},
        "CurrencyCode": "GBP",
        "SubTotal": 30.0,
        "Total": 36.0,
        "TotalTax": 6.0,
        "LineItems": [{"LineAmount": 10.0, "AccountCode": "320"}, {"LineAmount": 20.0, "AccountCode": "320"}],
    }
    (made,) = await puts(url, "CreditNotes", "CreditNotes", [note])

    found = await client.document("credit_notes", made["CreditNoteID"])

    assert [(line.line_item_id, found.net(line)) for line in found.lines] == [("line-1", Decimal("-10.0")), ("line-2", Decimal("-20.0"))]
    assert found.has_all_lines


async def test_given_an_unknown_document_when_asked_for_then_it_is_refused_as_not_there(client: XeroClient) -> None:
    with pytest.raises(Rejected) as refused:
        await client.document("invoices", "3d6987cc-845f-5172-baf1-ba8140a04f45")

    assert refused.value.status == 404


async def test_given_the_calls_this_server_is_said_to_have_judged_when_made_then_it_answers_each(client: XeroClient, url: str) -> None:
    (made,) = await puts(url, "Invoices", "Invoices", [bill(1)])
    (note,) = await puts(
        url, "CreditNotes", "CreditNotes", [{**bill(2), "Type": "ACCPAYCREDIT", "CreditNoteNumber": "CN-1", "SubTotal": 12.05}]
    )

    answered = {
        "GET /connections": await client.connections(),  # with a token from POST /connect/token
        "GET /Invoices": (await client.documents("invoices")).documents,
        "GET /Invoices/{id}": await client.document("invoices", made["InvoiceID"]),
        "GET /CreditNotes/{id}": await client.document("credit_notes", note["CreditNoteID"]),
    }

    assert all(answered.values()) and {*answered, "POST /connect/token"} == calls_of("Xero", XERO_LOCAL)


async def test_given_a_list_this_server_has_not_when_asked_for_then_it_is_no_empty_list(client: XeroClient) -> None:
    with pytest.raises((Rejected, UnexpectedReply, NotAllowed)):
        await client.tracking_categories()
