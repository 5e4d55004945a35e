"""What people do in the Xero stand-in's books."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from xero_sync.testing.standins.xero import XeroStandIn, line


def sums(document: dict[str, Any]) -> tuple[str, str, str]:
    return str(document["SubTotal"]), str(document["TotalTax"]), str(document["Total"])


def test_given_corrected_vat_when_an_inclusive_bill_is_entered_then_its_sums_follow_the_lines(xero: XeroStandIn) -> None:
    amounts = [("118.99", "19.84"), ("42.00", "2.00"), ("65.00", "0.00"), ("37.45", "6.24"), ("-10.00", "-1.67")]

    bill = xero.approves_bill(
        "88104", "Corner Hardware", [line(amount, tax=tax) for amount, tax in amounts], date="2026-11-03", line_amount_types="Inclusive"
    )

    assert sums(xero.documents[bill]) == ("227.03", "26.41", "253.44")


@pytest.mark.parametrize(
    ("types", "expected"),
    [("Exclusive", ("99.99", "20.00", "119.99")), ("Inclusive", ("83.32", "16.67", "99.99")), ("NoTax", ("99.99", "0.00", "99.99"))],
)
def test_given_no_tax_when_entered_then_it_is_a_fifth(xero: XeroStandIn, types: str, expected: tuple[str, str, str]) -> None:
    bill = xero.approves_bill("B-1", "Delft Signs", [line("99.99")], date="2026-11-03", line_amount_types=types)

    assert sums(xero.documents[bill]) == expected


def test_given_two_stand_ins_when_the_same_is_entered_then_the_ids_are_the_same(time: Any) -> None:
    ids = [
        XeroStandIn(now=time.now, sleep=time.sleep).approves_bill("B-1", "Delft Signs", [line("1")], date="2026-11-03") for _ in range(2)
    ]

    assert ids[0] == ids[1]


def test_given_an_unknown_option_when_entered_then_the_builder_says_so(xero: XeroStandIn) -> None:
    xero.has_category("Project")

    with pytest.raises(KeyError, match="has_option first"):
        xero.approves_bill("B-1", "Delft Signs", [line("1", option="Nobody")], date="2026-11-03")


def test_given_a_bill_when_paid_in_two_parts_then_it_is_paid_at_the_second(xero: XeroStandIn) -> None:
    bill = xero.approves_bill("B-1", "Delft Signs", [line("100.00")], date="2026-11-03")
    xero.pays(bill, "20.00")
    between = dict(xero.documents[bill])

    xero.pays(bill, on="2026-11-24")

    document = xero.documents[bill]
    assert (between["Status"], between["AmountDue"], document["Status"]) == ("AUTHORISED", Decimal("100.00"), "PAID")
    assert (document["AmountDue"], document["FullyPaidOnDate"]) == (Decimal("0.00"), "/Date(1795478400000+0000)/")


def test_given_a_credit_note_when_allocated_and_taken_back_then_bills_and_note_agree(xero: XeroStandIn) -> None:
    first, second = [xero.approves_bill(number, "Delft Signs", [line("300.00")], date="2026-11-03") for number in ("B-31", "B-32")]
    note = xero.approves_credit_note("CN-88", "Delft Signs", [line("450.00")], date="2026-11-10")
    xero.allocates(note, {first: "360.00", second: "180.00"})
    allocated = (xero.documents[note]["Status"], xero.documents[first]["Status"], xero.documents[second]["AmountDue"])

    xero.allocates(note, {first: "360.00"})

    assert allocated == ("PAID", "PAID", Decimal("180.00"))
    assert (xero.documents[note]["RemainingCredit"], xero.documents[second]["AmountCredited"]) == (Decimal("180.00"), Decimal("0.00"))


@pytest.mark.parametrize(("status", "after"), [("AUTHORISED", "VOIDED"), ("DRAFT", "DELETED")])
async def test_given_a_document_when_voided_then_it_stays_listed_as_changed(
    xero: XeroStandIn, app: Any, time: Any, status: str, after: str
) -> None:
    bill = xero.approves_bill("B-1", "Delft Signs", [line("1")], date="2026-11-03", status=status)
    time.passes(hours=1)

    xero.voids(bill)

    (shown,) = await app.listed("Invoices", page=1, headers={"If-Modified-Since": "2026-11-25T10:30:00"})
    assert shown["Status"] == after


async def test_given_a_listed_bill_when_edited_then_the_next_list_shows_it_with_kept_line_ids(
    xero: XeroStandIn, app: Any, time: Any
) -> None:
    bill = xero.approves_bill("B-1", "Delft Signs", [line("1"), line("2")], date="2026-11-03")
    (before,) = await app.listed("Invoices", page=1)
    time.passes(minutes=1)

    xero.edits(bill, number="B-1a", lines=[line("5"), line("2"), line("3")], Reference="PO 7")

    (after,) = await app.listed("Invoices", page=1)
    assert (after["InvoiceNumber"], after["SubTotal"], after["Reference"]) == ("B-1a", 10.0, "PO 7")
    assert [item["LineItemID"] for item in after["LineItems"]][:2] == [item["LineItemID"] for item in before["LineItems"]]
    assert xero.moved_at(bill) == time.now()


@pytest.mark.parametrize(
    ("paid", "changes", "is_moved"),
    [
        ("1", {"DueDate": "/Date(1798675200000+0000)/"}, False),
        ("1", {"SentToContact": True}, False),
        ("1", {"SentToContact": True, "reference": "PO 7"}, True),
        (None, {"SentToContact": True}, True),
    ],
)
def test_given_a_part_paid_bill_when_only_its_due_date_or_sending_changes_then_its_date_of_change_stays(
    xero: XeroStandIn, time: Any, paid: str | None, changes: dict[str, Any], is_moved: bool
) -> None:
    bill = xero.approves_bill("B-1", "Delft Signs", [line("10")], date="2026-11-03")
    if paid:
        xero.pays(bill, paid)
    before = xero.moved_at(bill)
    time.passes(minutes=1)

    xero.edits(bill, **changes)

    assert (xero.moved_at(bill) > before) is is_moved


def test_given_a_line_when_recoded_then_only_that_category_changes(xero: XeroStandIn) -> None:
    xero.has_category("Project", ["Acme", "Birch"])
    xero.has_category("Team", ["Design"])
    bill = xero.approves_bill("B-1", "Delft Signs", [line("1", option="Acme", tracking=[("Team", "Design")])], date="2026-11-03")

    xero.recodes(bill, 1, "Birch")

    assert [entry["Option"] for entry in xero.documents[bill]["LineItems"][0]["Tracking"]] == ["Design", "Birch"]


async def test_given_an_odd_document_when_put_then_it_is_served_as_written(xero: XeroStandIn, app: Any) -> None:
    odd = {
        "Type": "SOMETHINGNEW",
        "InvoiceID": "3D6987CC-845f-5172-baf1-ba8140a04f45",
        "Date": "/Date(1793577600000+1300)/",
        "SubTotal": 2600.1,
    }
    odd |= {"LineItems": [{"Description": "heading"}], "UpdatedDateUTC": "/Date(1795166100000+0000)/", "Whatever": None}

    xero.puts(odd)

    assert await app.listed("Invoices", page=1) == [odd]
    assert xero.moved_at(odd["InvoiceID"]) == datetime.fromtimestamp(1795166100, UTC)


async def test_given_a_document_put_with_what_it_names_then_contact_account_and_option_are_there(xero: XeroStandIn, app: Any) -> None:
    tracking = {"Name": "Project", "Option": "Blue Pylon", "TrackingCategoryID": "982fa203-0f71-5c7c-b49b-cd1d8b9d330e"}
    tracking["TrackingOptionID"] = "319b124e-2c3a-5940-b010-a4f852ba2c86"
    document = {
        "Type": "ACCREC",
        "InvoiceID": "3d6987cc-845f-5172-baf1-ba8140a04f45",
        "LineItems": [{"AccountCode": "277", "Tracking": [tracking]}],
    }
    document["Contact"] = {"ContactID": "dbda32ee-087e-59df-9981-782b8d4483af", "Name": "Kestrel Foods"}

    xero.puts(document, with_what_it_names=True)

    (category,) = await app.listed("TrackingCategories")
    assert (category["TrackingCategoryID"], category["Options"][0]["TrackingOptionID"]) == (
        tracking["TrackingCategoryID"],
        tracking["TrackingOptionID"],
    )
    assert (xero.accounts["277"]["Type"], [contact["Name"] for contact in xero.contacts.values()]) == ("SALES", ["Kestrel Foods"])
