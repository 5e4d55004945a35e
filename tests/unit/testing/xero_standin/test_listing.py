"""Lists of the Xero stand-in: what is in them, in which order, on which page."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from time import process_time
from typing import Any

import pytest

from xero_sync.testing.standins.xero import XeroStandIn, line

DAY = datetime(2026, 11, 20, 9, 0, 0, 500_000, tzinfo=UTC)


def approves_bills(xero: XeroStandIn, count: int) -> list[str]:
    """Bills B-0, B-1, ... each changed a minute after the one before."""
    return [
        xero.approves_bill(f"B-{n}", "Delft Signs", [line("10")], date="2026-11-18", updated=DAY + timedelta(minutes=n))
        for n in range(count)
    ]


def numbers(documents: list[dict[str, Any]]) -> list[str]:
    return [document["InvoiceNumber"] for document in documents]


async def test_given_a_bill_when_listed_by_page_then_it_looks_as_xero_writes_it(xero: XeroStandIn, app: Any) -> None:
    xero.has_option("Acme Web")
    bill = xero.approves_bill("10442", "Delft Signs", [line("740.00", option="Acme Web")], date="2026-11-18", updated=DAY)

    reply = await app.ask("GET", "/Invoices", page=1)

    shown = reply.json()["Invoices"][0]
    assert rb'"Date":"\/Date(1794960000000+0000)\/"' in reply.content
    assert (shown["InvoiceID"], shown["DateString"], shown["UpdatedDateUTC"]) == (bill, "2026-11-18T00:00:00", "/Date(1795165200500+0000)/")
    assert (shown["SubTotal"], shown["TotalTax"], shown["Total"], shown["AmountDue"]) == (740.0, 148.0, 888.0, 888.0)
    assert shown["LineItems"][0]["Tracking"][0]["Option"] == "Acme Web"


async def test_given_no_page_when_listed_then_neither_lines_nor_pagination(xero: XeroStandIn, app: Any) -> None:
    approves_bills(xero, 2)

    reply = (await app.ask("GET", "/Invoices")).json()

    assert ("pagination" in reply, [document["LineItems"] for document in reply["Invoices"]]) == (False, [[], []])


@pytest.mark.parametrize(
    ("query", "pagination", "first"),
    [
        ({"page": 1}, {"page": 1, "pageSize": 100, "pageCount": 2, "itemCount": 102}, "B-0"),
        ({"page": 2}, {"page": 2, "pageSize": 100, "pageCount": 2, "itemCount": 102}, "B-100"),
        ({"page": 1, "pageSize": 5000}, {"page": 1, "pageSize": 1000, "pageCount": 1, "itemCount": 102}, "B-0"),
        ({"page": 2, "pageSize": 0}, {"page": 2, "pageSize": 1, "pageCount": 102, "itemCount": 102}, "B-1"),
        ({"Statuses": "AUTHORISED,PAID"}, {"page": 1, "pageSize": 100, "pageCount": 2, "itemCount": 102}, "B-0"),
    ],
)
async def test_given_102_bills_when_paged_then_the_reply_says_what_it_gave(
    xero: XeroStandIn, app: Any, query: dict[str, Any], pagination: dict[str, int], first: str
) -> None:
    approves_bills(xero, 102)

    reply = (await app.ask("GET", "/Invoices", **query)).json()

    assert (reply["pagination"], numbers(reply["Invoices"])[0], len(reply["Invoices"][0]["LineItems"])) == (pagination, first, 1)


async def test_given_pages_past_the_end_when_listed_then_an_empty_list(xero: XeroStandIn, app: Any) -> None:
    approves_bills(xero, 2)

    assert await app.listed("Invoices", page=2) == []


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2026-11-20T09:01:00", ["B-1", "B-2"]),
        ("2026-11-20T09:01:00Z", ["B-1", "B-2"]),
        ("2026-11-20T09:01:00.900000Z", ["B-1", "B-2"]),
        ("2026-11-20T09:01:00+00:00", ["B-1", "B-2"]),
        ("2026-11-20T21:01:00+12:00", ["B-1", "B-2"]),
        ("Fri, 20 Nov 2026 09:01:00 GMT", ["B-1", "B-2"]),
        ("2026-11-20T09:03:00", []),
    ],
)
async def test_given_a_spelling_of_if_modified_since_when_listed_then_later_changes_come(
    xero: XeroStandIn, app: Any, value: str, found: list[str]
) -> None:
    approves_bills(xero, 3)

    documents = await app.listed("Invoices", page=1, headers={"If-Modified-Since": value})

    assert numbers(documents) == found


async def test_given_nonsense_in_if_modified_since_when_listed_then_412(app: Any) -> None:
    assert (await app.ask("GET", "/Invoices", headers={"If-Modified-Since": "yesterday"})).status_code == 412


@pytest.mark.parametrize(("is_inclusive", "found"), [(True, ["B-0"]), (False, [])])
async def test_given_a_change_at_that_very_second_when_listed_then_the_switch_decides(
    xero: XeroStandIn, app: Any, is_inclusive: bool, found: list[str]
) -> None:
    xero.switches.if_modified_since_is_inclusive = is_inclusive
    xero.approves_bill("B-0", "Delft Signs", [line("10")], date="2026-11-18", updated=DAY.replace(microsecond=0))

    documents = await app.listed("Invoices", headers={"If-Modified-Since": "2026-11-20T09:00:00"})

    assert numbers(documents) == found


@pytest.mark.parametrize(("takes_zones", "status"), [(True, 200), (False, 412)])
async def test_given_a_zone_in_the_header_when_listed_then_the_switch_decides(
    xero: XeroStandIn, app: Any, takes_zones: bool, status: int
) -> None:
    xero.switches.if_modified_since_takes_zones = takes_zones

    reply = await app.ask("GET", "/Invoices", page=1, headers={"If-Modified-Since": "2026-11-20T09:00:00+00:00"})

    assert reply.status_code == status


@pytest.mark.parametrize("moves", [True, False])
async def test_given_a_payment_when_listed_since_then_the_switch_decides(xero: XeroStandIn, app: Any, moves: bool) -> None:
    xero.switches.payment_moves_updated_date = moves
    bill_id = xero.approves_bill("B-0", "Delft Signs", [line("10")], date="2026-11-18", updated=DAY - timedelta(days=1))
    xero.pays(bill_id)

    documents = await app.listed("Invoices", headers={"If-Modified-Since": f"{DAY - timedelta(hours=1):%Y-%m-%dT%H:%M:%S}"})

    assert numbers(documents) == (["B-0"] if moves else [])


async def test_given_orders_when_listed_then_they_hold(xero: XeroStandIn, app: Any) -> None:
    ids = approves_bills(xero, 3)
    xero.edits(ids[0], date="2026-11-30", updated=DAY + timedelta(hours=1))

    by_id = [document["InvoiceID"] for document in await app.listed("Invoices", order="InvoiceID")]
    lists = [numbers(await app.listed("Invoices", order=order)) for order in ("", "UpdatedDateUTC DESC", "Date", "InvoiceNumber ASC")]

    assert by_id == sorted(ids)
    assert lists[0] == ["B-1", "B-2", "B-0"] and lists[1] == ["B-0", "B-2", "B-1"]
    assert lists[2][-1] == "B-0" and lists[3] == ["B-0", "B-1", "B-2"]


async def test_given_ids_when_listed_then_53_of_them_are_404(xero: XeroStandIn, app: Any) -> None:
    ids = approves_bills(xero, 53)

    found = await app.listed("Invoices", IDs=",".join(ids[:52]))
    too_many = await app.ask("GET", "/Invoices", IDs=",".join(ids))
    bad = await app.ask("GET", "/Invoices", IDs="B-1")

    assert (len(found), too_many.status_code) == (52, 404)
    assert (bad.status_code, bad.text) == (400, "Supplied parameter 'Ids' cannot be parsed - must be of type UUID.")


async def test_given_a_summary_when_listed_then_it_is_paged_and_has_no_lines(xero: XeroStandIn, app: Any) -> None:
    approves_bills(xero, 1)

    reply = (await app.ask("GET", "/Invoices", summaryOnly="true")).json()

    assert reply["pagination"]["itemCount"] == 1
    assert not {"LineItems", "Payments", "HasAttachments"} & set(reply["Invoices"][0])


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ('Type=="ACCPAY" AND Status=="VOIDED"', ["B-1"]),
        ("Date>=DateTime(2026, 11, 18) && Total > 11", ["B-0", "B-1"]),
        ('Contact.Name == "Nobody"', []),
    ],
)
async def test_given_a_where_when_listed_then_it_filters(xero: XeroStandIn, app: Any, where: str, found: list[str]) -> None:
    ids = approves_bills(xero, 2)
    xero.voids(ids[1])

    assert numbers(await app.listed("Invoices", where=where)) == found


async def test_given_a_bad_where_when_listed_then_400_query_parse(app: Any) -> None:
    reply = await app.ask("GET", "/Invoices", where="Type=")

    assert (reply.status_code, reply.json()["Type"]) == (400, "QueryParseException")


async def test_given_a_fine_price_when_read_then_unitdp_shows_it(xero: XeroStandIn, app: Any) -> None:
    bill = xero.approves_bill("B-1", "Delft Signs", [line("10", quantity=3)], date="2026-11-18")

    replies = [(await app.ask("GET", f"/Invoices/{bill}", **query)).json() for query in ({}, {"unitdp": 4})]

    assert [reply["Invoices"][0]["LineItems"][0]["UnitAmount"] for reply in replies] == [3.33, 3.3333]


async def test_given_one_document_when_read_by_id_or_number_then_it_has_lines(xero: XeroStandIn, app: Any) -> None:
    bill = xero.approves_bill("B-1", "Delft Signs", [line("10")], date="2026-11-18")

    replies = [(await app.ask("GET", f"/Invoices/{key}")).json()["Invoices"] for key in (bill, bill.upper(), "B-1")]
    nowhere = await app.ask("GET", "/Invoices/B-2")

    assert [len(documents[0]["LineItems"]) for documents in replies] == [1, 1, 1]
    assert (nowhere.status_code, nowhere.headers["content-type"].split(";")[0]) == (404, "text/plain")


async def test_given_credit_notes_when_listed_then_they_ignore_statuses_and_page_alike(xero: XeroStandIn, app: Any) -> None:
    note = xero.approves_credit_note("CN-88", "Delft Signs", [line("450.00")], date="2026-11-10")

    reply = (await app.ask("GET", "/CreditNotes", page=1, pageSize=1000, Statuses="PAID", order="CreditNoteID")).json()

    (shown,) = reply["CreditNotes"]
    assert (shown["CreditNoteID"], shown["Type"], shown["RemainingCredit"]) == (note, "ACCPAYCREDIT", 540.0)
    assert reply["pagination"] == {"page": 1, "pageSize": 1000, "pageCount": 1, "itemCount": 1}


async def test_given_contacts_when_listed_then_archived_ones_need_the_flag(xero: XeroStandIn, app: Any) -> None:
    xero.has_contact("Rook Sound", purchases_tracking=("Project", "Acme Web"))
    xero.has_contact("Old Mill", status="ARCHIVED")

    lists = [await app.listed("Contacts", page=1, **query) for query in ({}, {"includeArchived": "true"})]

    assert [len(contacts) for contacts in lists] == [1, 2]
    assert lists[0][0]["PurchasesTrackingCategories"] == [{"TrackingCategoryName": "Project", "TrackingOptionName": "Acme Web"}]


@pytest.mark.parametrize(
    ("switch", "key"), [("tracking_has_option_ids", "TrackingOptionID"), ("has_updated_string", "UpdatedDateUTCString")]
)
async def test_given_a_switch_off_when_read_then_its_key_is_absent(xero: XeroStandIn, app: Any, switch: str, key: str) -> None:
    xero.has_option("Acme Web")
    xero.approves_bill("B-1", "Delft Signs", [line("10", option="Acme Web")], date="2026-11-18")
    before = (await app.ask("GET", "/Invoices", page=1)).text
    setattr(xero.switches, switch, False)

    after = (await app.ask("GET", "/Invoices", page=1)).text

    assert (f'"{key}"' in before, f'"{key}"' in after) == (True, False)


async def test_given_accounts_and_currencies_when_listed_then_they_are_there(xero: XeroStandIn, app: Any) -> None:
    xero.has_account("310", "Freelancers", "DIRECTCOSTS")

    (account,) = await app.listed("Accounts")
    currencies = await app.client.get(
        "/api.xro/2.0/Currencies", headers={key: value for key, value in app.headers.items() if key != "Accept"}
    )

    assert (account["Code"], account["Type"], currencies.status_code) == ("310", "DIRECTCOSTS", 200)


async def test_given_lock_dates_when_the_organisation_is_read_then_they_are_midnights(xero: XeroStandIn, app: Any) -> None:
    xero.organisation("Ferrow & Pike Ltd", "!fP3kx", "GBP", period_lock_date="2026-03-31")

    (organisation,) = (await app.ask("GET", "/Organisation")).json()["Organisations"]

    assert (organisation["PeriodLockDate"], "EndOfYearLockDate" in organisation) == ("/Date(1774915200000+0000)/", False)


async def test_given_24000_bills_when_listed_again_then_nothing_is_encoded_anew(xero: XeroStandIn, app: Any) -> None:
    bill = {
        "Type": "ACCPAY",
        "Status": "AUTHORISED",
        "LineItems": [{"LineAmount": Decimal("1.50")}],
        "UpdatedDateUTC": "/Date(1795165200500+0000)/",
    }
    for n in range(24_000):
        xero.puts(bill | {"InvoiceID": f"{n:08x}-0000-5000-8000-000000000000"})
    for page in range(1, 25):
        await app.ask("GET", "/Invoices", page=page, pageSize=1000, order="InvoiceID")
    encoding_seconds, spent = _seconds_to_encode(xero), []

    for _ in range(3):  # the quickest counts: the others may have tidied memory up for other tests
        started = process_time()
        last = await app.ask("GET", "/Invoices", page=24, pageSize=1000, order="InvoiceID")
        spent.append(process_time() - started)

    assert last.json()["pagination"]["itemCount"] == 24_000
    assert min(spent) < encoding_seconds


def _seconds_to_encode(xero: XeroStandIn) -> float:
    started = process_time()
    json.dumps(list(xero.documents.values()), default=float)
    return process_time() - started
