"""Documents written over the API of the Xero stand-in."""

from decimal import Decimal
from typing import Any

import pytest

from xero_sync.testing.standins.xero import XeroStandIn, line


@pytest.fixture
def bill(xero: XeroStandIn) -> str:
    """An approved bill of two lines, the first on the option Acme."""
    xero.has_category("Project", ["Acme", "Birch"])
    lines = [line("100.00", option="Acme", description="Design"), line("50.00", description="Delivery")]
    return xero.approves_bill("B-1", "Delft Signs", lines, date="2026-11-18")


def lines_of(xero: XeroStandIn, document_id: str, *keys: str) -> list[dict[str, Any]]:
    """What a careful client sends: every line with its id, and the keys asked for."""
    return [{key: item[key] for key in ("LineItemID", *keys)} for item in xero.documents[document_id]["LineItems"]]


def options_on(xero: XeroStandIn, document_id: str) -> list[list[str]]:
    return [[entry["Option"] for entry in item["Tracking"]] for item in xero.documents[document_id]["LineItems"]]


async def posts_lines(app: Any, document_id: str, lines: list[dict[str, Any]], kind: str = "Invoices") -> Any:
    key = {"Invoices": "InvoiceID", "CreditNotes": "CreditNoteID"}[kind]
    return await app.ask("POST", f"/{kind}/{document_id}", {kind: [{key: document_id, "LineItems": lines}]})


def message(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json()["Elements"][0]["ValidationErrors"][0]["Message"]


def option(xero: XeroStandIn, name: str) -> dict[str, str]:
    found = next(option for option in xero.options() if option.name == name)
    return {"TrackingCategoryID": xero.categories[0].category_id, "TrackingOptionID": found.option_id, "Name": "Project", "Option": name}


@pytest.mark.parametrize("moves", [True, False])
async def test_given_a_tracking_edit_when_posted_then_all_else_is_kept(
    xero: XeroStandIn, app: Any, time: Any, bill: str, moves: bool
) -> None:
    xero.switches.tracking_edit_moves_updated_date = moves
    lines, before, moved_at = lines_of(xero, bill), dict(xero.documents[bill]), xero.moved_at(bill)
    time.passes(minutes=1)

    reply = await posts_lines(app, bill, [lines[0], lines[1] | {"Tracking": [option(xero, "Birch")]}])

    after = xero.documents[bill]
    assert (options_on(xero, bill), xero.moved_at(bill) > moved_at) == ([["Acme"], ["Birch"]], moves)
    assert [after[key] for key in ("SubTotal", "TotalTax", "Total", "AmountDue")] == [
        before[key] for key in ("SubTotal", "TotalTax", "Total", "AmountDue")
    ]
    assert reply.json()["Invoices"][0]["LineItems"][1]["Tracking"][0]["Option"] == "Birch"


async def test_given_a_line_that_is_not_sent_when_posted_then_it_is_deleted(xero: XeroStandIn, app: Any, bill: str) -> None:
    await posts_lines(app, bill, lines_of(xero, bill)[:1])

    after = xero.documents[bill]
    assert ([item["Description"] for item in after["LineItems"]], after["SubTotal"]) == (["Design"], Decimal("100.00"))


async def test_given_a_line_without_its_id_when_posted_then_it_is_a_new_one(xero: XeroStandIn, app: Any, bill: str) -> None:
    new = {"Description": "Extra", "Quantity": 2, "UnitAmount": 10.25, "AccountCode": "310", "TaxType": "INPUT2"}

    await posts_lines(app, bill, [*lines_of(xero, bill), new])

    after = xero.documents[bill]
    assert [(item["LineAmount"], item["TaxAmount"]) for item in after["LineItems"][2:]] == [(Decimal("20.50"), Decimal("4.10"))]
    assert (len({item["LineItemID"] for item in after["LineItems"]}), after["Total"]) == (3, Decimal("204.60"))


async def test_given_a_new_line_without_tax_type_when_posted_then_it_has_its_accounts(xero: XeroStandIn, app: Any, bill: str) -> None:
    new = {"Description": "Extra", "LineAmount": 10, "AccountCode": "310"}

    await posts_lines(app, bill, [*lines_of(xero, bill), new, new | {"TaxType": "NONE"}])

    added = xero.documents[bill]["LineItems"][2:]
    assert [(item["TaxType"], str(item["TaxAmount"])) for item in added] == [("INPUT2", "2.00"), ("NONE", "0.00")]


@pytest.mark.parametrize(
    "tracking",
    [
        [{"Name": "Project", "Option": "Nobody"}],
        [{"TrackingCategory": {"Name": "Project", "Option": "Birch"}}],
        [{"Name": "Team", "Option": "Birch"}],
        ["Birch"],
        {"Name": "Project", "Option": "Birch"},
    ],
)
async def test_given_unknown_or_misshapen_tracking_when_posted_then_200_and_it_is_dropped(
    xero: XeroStandIn, app: Any, bill: str, tracking: Any
) -> None:
    lines = lines_of(xero, bill)

    reply = await posts_lines(app, bill, [lines[0], lines[1] | {"Tracking": tracking}])

    assert (reply.status_code, options_on(xero, bill)) == (200, [["Acme"], []])


@pytest.mark.parametrize("keys", [("TrackingCategoryID", "TrackingOptionID"), ("Name", "Option"), ("TrackingOptionID",)])
async def test_given_ids_or_names_alone_when_posted_then_the_tracking_sticks(
    xero: XeroStandIn, app: Any, bill: str, keys: tuple[str, ...]
) -> None:
    lines, birch = lines_of(xero, bill), option(xero, "Birch")

    await posts_lines(app, bill, [lines[0], lines[1] | {"Tracking": [{key: birch[key] for key in keys}]}])

    assert xero.documents[bill]["LineItems"][1]["Tracking"] == [birch]


async def test_given_a_malformed_option_id_when_posted_then_400_post_data(xero: XeroStandIn, app: Any, bill: str) -> None:
    lines = lines_of(xero, bill)

    reply = await posts_lines(app, bill, [lines[0] | {"Tracking": [{"TrackingOptionID": "acme"}]}, lines[1]])

    assert (reply.status_code, reply.json()["Type"], reply.json()["ErrorNumber"]) == (400, "PostDataInvalidException", 14)


@pytest.mark.parametrize(
    ("answer", "status", "options"),
    [("kept", 200, [["Acme"], ["Birch"]]), ("dropped", 200, [["Acme"], []]), ("refused", 400, [["Acme"], []])],
)
async def test_given_an_archived_option_when_put_on_a_line_then_the_switch_decides_and_old_ones_stay(
    xero: XeroStandIn, app: Any, bill: str, answer: Any, status: int, options: list[list[str]]
) -> None:
    xero.switches.archived_option_on_new_line = answer
    for name in ("Acme", "Birch"):
        xero.archives_option(name)
    lines = lines_of(xero, bill, "Tracking")

    reply = await posts_lines(app, bill, [lines[0], lines[1] | {"Tracking": [option(xero, "Birch")]}])

    assert (reply.status_code, options_on(xero, bill)) == (status, options)


async def test_given_a_void_when_posted_then_it_is_refused(xero: XeroStandIn, app: Any, bill: str) -> None:
    xero.voids(bill)

    reply = await posts_lines(app, bill, lines_of(xero, bill))

    assert message(reply) == (400, "Invoice not of valid status for modification")


async def test_given_a_locked_period_when_posted_then_400(xero: XeroStandIn, app: Any, bill: str) -> None:
    xero.organisation("Ferrow & Pike Ltd", "!fP3kx", "GBP", end_of_year_lock_date="2026-11-18")

    reply = await posts_lines(app, bill, lines_of(xero, bill))

    assert (reply.status_code, [write.status for write in xero.writes]) == (400, [400])


@pytest.mark.parametrize(("is_editable", "status"), [(True, 200), (False, 400)])
async def test_given_a_paid_bill_when_its_tracking_is_posted_then_the_switch_decides(
    xero: XeroStandIn, app: Any, bill: str, is_editable: bool, status: int
) -> None:
    xero.switches.paid_bill_is_editable = is_editable
    xero.pays(bill)
    lines = lines_of(xero, bill)

    reply = await posts_lines(app, bill, [lines[0], lines[1] | {"Tracking": [option(xero, "Birch")]}])

    assert (reply.status_code, xero.documents[bill]["Status"]) == (status, "PAID")


async def test_given_a_part_paid_bill_when_an_amount_is_posted_then_400(xero: XeroStandIn, app: Any, bill: str) -> None:
    xero.pays(bill, "10.00")
    lines = lines_of(xero, bill)

    reply = await posts_lines(app, bill, [lines[0] | {"LineAmount": 90}, lines[1]])

    expected = (400, "This document cannot be edited as it has a payment or credit note allocated to it.")
    assert (message(reply), xero.documents[bill]["SubTotal"]) == (expected, Decimal("150.00"))


@pytest.mark.parametrize(("is_editable", "status"), [(True, 200), (False, 400)])
async def test_given_an_approved_credit_note_when_its_tracking_is_posted_then_the_switch_decides(
    xero: XeroStandIn, app: Any, is_editable: bool, status: int
) -> None:
    xero.switches.credit_note_tracking_is_editable = is_editable
    xero.has_option("Acme")
    note = xero.approves_credit_note("CN-88", "Delft Signs", [line("450.00")], date="2026-11-10")

    reply = await posts_lines(app, note, [lines_of(xero, note)[0] | {"Tracking": [option(xero, "Acme")]}], "CreditNotes")

    assert (reply.status_code, options_on(xero, note)) == (status, [["Acme"]] if is_editable else [[]])


@pytest.mark.parametrize(
    ("before", "after", "status"), [("DRAFT", "AUTHORISED", 200), ("AUTHORISED", "VOIDED", 200), ("AUTHORISED", "DRAFT", 400)]
)
async def test_given_a_status_when_posted_then_only_xeros_transitions_pass(
    xero: XeroStandIn, app: Any, before: str, after: str, status: int
) -> None:
    bill = xero.approves_bill("B-1", "Delft Signs", [line("10")], date="2026-11-18", status=before)

    reply = await app.ask("POST", f"/Invoices/{bill}", {"Status": after})

    assert (reply.status_code, xero.documents[bill]["Status"]) == (status, after if status == 200 else before)


async def test_given_a_new_invoice_when_put_then_it_is_in_the_books_with_its_sums(xero: XeroStandIn, app: Any) -> None:
    xero.has_account("200", "Sales", "SALES")
    lines = [{"Description": "Retainer", "Quantity": 1, "UnitAmount": 2600, "AccountCode": "200", "TaxType": "OUTPUT2"}]
    body = {"Type": "ACCREC", "Contact": {"Name": "Kestrel Foods"}, "Date": "2026-11-02", "Status": "AUTHORISED", "LineItems": lines}

    reply = await app.ask("PUT", "/Invoices", {"Invoices": [body | {"InvoiceNumber": "INV-1"}]})
    again = await app.ask("PUT", "/Invoices", {"Invoices": [body | {"InvoiceNumber": "INV-1"}]})

    (document,) = xero.documents.values()
    assert (reply.json()["Invoices"][0]["InvoiceID"], document["Total"]) == (document["InvoiceID"], Decimal("3120.00"))
    assert message(again) == (400, "Invoice # must be unique.")


async def test_given_good_and_bad_ones_when_put_unsummarised_then_200_says_which(xero: XeroStandIn, app: Any) -> None:
    good = {"Type": "ACCPAY", "Contact": {"Name": "Delft Signs"}, "LineItems": [{"Description": "Panels", "LineAmount": 10}]}

    reply = await app.ask("PUT", "/Invoices", {"Invoices": [good, {"Type": "ACCPAY"}]}, summarizeErrors="false")

    assert [row.get("StatusAttributeString") for row in reply.json()["Invoices"]] == ["OK", "ERROR"]
    assert (reply.status_code, len(xero.documents)) == (200, 1)


async def test_given_broken_json_when_posted_then_400_and_the_write_is_on_record(xero: XeroStandIn, app: Any, bill: str) -> None:
    reply = await app.client.post(f"/api.xro/2.0/Invoices/{bill}", content=b"{", headers=app.headers)

    (write,) = xero.writes
    assert (reply.status_code, write.method, write.path, write.status) == (400, "POST", f"/Invoices/{bill}", 400)
