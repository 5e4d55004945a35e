"""Scoro's own Xero sync."""

from decimal import Decimal
from typing import Any

import pytest

from xero_sync.testing.standins.scoro import ScoroStandIn


def xero_bill(*lines: dict[str, Any], **header: Any) -> dict[str, Any]:
    """A bill as Xero's API shows it, one line of 100.00 net unless told."""
    return {
        "InvoiceID": "5f0e",
        "InvoiceNumber": "10442",
        "Type": "ACCPAY",
        "Status": "AUTHORISED",
        "Contact": {"ContactID": "c-1", "Name": "Delft Signs"},
        "DateString": "2026-11-02T00:00:00",
        "CurrencyCode": "EUR",
        "LineAmountTypes": "Exclusive",
        "LineItems": list(lines) or [xero_line("100.00", "20.00")],
        "TotalTax": 20.0,
    } | header


def xero_line(amount: str, tax: str = "0", line_id: str = "l-1", **more: Any) -> dict[str, Any]:
    return {"LineItemID": line_id, "Description": line_id, "LineAmount": Decimal(amount), "TaxAmount": Decimal(tax)} | more


def nets(scoro: ScoroStandIn, document: dict[str, Any]) -> list[str]:
    return [str(row["sum"]) for row in document["lines"]]


def test_given_a_bill_in_xero_when_copied_then_scoros_bill_agrees_and_is_on_no_project(scoro: ScoroStandIn) -> None:
    bill = scoro.bills[scoro.copies(xero_bill())]

    assert (bill["no"], bill["date"], bill["currency"], bill["sum"], bill["vat_sum"]) == ("10442", "2026-11-02", "EUR", 100, 20)
    assert (scoro.contacts[bill["company_id"]]["name"], scoro.project_of(bill), scoro.writes) == ("Delft Signs", None, [])


def test_given_tax_inclusive_lines_when_copied_then_net_is_xeros_own_figures(scoro: ScoroStandIn) -> None:
    lines = xero_line("118.99", "19.84", "a"), xero_line("42.00", "2.00", "b"), xero_line("-10.00", "-1.67", "e")

    bill = scoro.bills[scoro.copies(xero_bill(*lines, LineAmountTypes="Inclusive"))]

    assert nets(scoro, bill) == ["99.15", "40.00", "-8.33"]


def test_given_a_quantity_when_copied_then_price_by_amount_is_the_net(scoro: ScoroStandIn) -> None:
    lines = xero_line("100.00", line_id="even", Quantity=4.0), xero_line("100.00", line_id="uneven", Quantity=3.0)

    bill = scoro.bills[scoro.copies(xero_bill(*lines))]

    assert [(row["price"], row["amount"]) for row in bill["lines"]] == [(25, 4), (100, 1)]


def test_given_a_supplier_credit_when_copied_then_a_negative_bill(scoro: ScoroStandIn) -> None:
    credit = xero_bill(Type="ACCPAYCREDIT", CreditNoteID="9c", CreditNoteNumber="CN-88")
    del credit["InvoiceID"], credit["InvoiceNumber"]

    bill = scoro.bills[scoro.copies(credit)]

    assert (bill["no"], bill["sum"], bill["vat_sum"], nets(scoro, bill)) == ("CN-88", -100, -20, ["-100.00"])


def test_given_a_sales_credit_when_copied_then_a_negative_invoice_names_what_it_credits(scoro: ScoroStandIn) -> None:
    invoice_id = scoro.copies(xero_bill(Type="ACCREC", InvoiceID="inv"))
    allocations = [{"Invoice": {"InvoiceID": "inv"}, "Amount": 120.0}]

    credit_id = scoro.copies(xero_bill(Type="ACCRECCREDIT", InvoiceID=None, CreditNoteID="cn", Allocations=allocations))

    credit = scoro.invoices[credit_id]
    assert (credit["sum"], credit["credited_invoices"]) == (-100, [invoice_id])


def test_given_a_document_with_only_xeros_date_form_when_copied_then_its_day_is_read(scoro: ScoroStandIn) -> None:
    bill = scoro.bills[scoro.copies(xero_bill(DateString=None, Date="/Date(1793577600000+0000)/"))]

    assert bill["date"] == "2026-11-02"


def test_given_a_copy_when_copied_again_unchanged_then_nothing_moves(scoro: ScoroStandIn, clock: Any) -> None:
    bill_id = scoro.copies(xero_bill())
    before = dict(scoro.bills[bill_id])
    clock.passes(minutes=5)

    again = scoro.copies(xero_bill())

    assert (again, scoro.bills) == (bill_id, {bill_id: before})


def test_given_a_copy_on_a_project_when_xero_changes_a_line_then_amount_follows_and_project_stays(scoro: ScoroStandIn, clock: Any) -> None:
    project_id = scoro.has_project("Blue Pylon")
    bill_id = scoro.copies(xero_bill(xero_line("100", line_id="a")))
    scoro.edits("bills", bill_id, project_id=project_id)
    clock.passes(minutes=5)

    scoro.copies(xero_bill(xero_line("25", line_id="new"), xero_line("90", line_id="a")))

    bill = scoro.bills[bill_id]
    assert (scoro.project_of(bill), bill["sum"], bill["modified_date"]) == (project_id, 115, clock.now())


def test_given_lines_on_projects_when_xero_puts_a_line_before_them_then_each_keeps_its_own(scoro: ScoroStandIn) -> None:
    project_id = scoro.has_project("Blue Pylon")
    bill_id = scoro.copies(xero_bill(xero_line("100", line_id="a")))
    (old,) = scoro.bills[bill_id]["lines"]
    scoro.edits("bills", bill_id, project_id=-1, lines=[{"id": old["id"], "project_id": project_id}])

    scoro.copies(xero_bill(xero_line("25", line_id="new"), xero_line("100", line_id="a")))

    assert [row["project_id"] for row in scoro.bills[bill_id]["lines"]] == [0, project_id]


@pytest.mark.parametrize(("rewrites", "sums"), [(False, ["60.00", "40.00"]), (True, ["100.00"])])
def test_given_a_line_divided_in_scoro_when_only_the_status_changes_in_xero_then_sync_rewrites_lines_or_leaves_them(
    scoro: ScoroStandIn, rewrites: bool, sums: list[str]
) -> None:
    scoro.switches.sync_rewrites_lines = rewrites
    bill_id = scoro.copies(xero_bill(xero_line("100", line_id="a")))
    (old,) = scoro.bills[bill_id]["lines"]
    scoro.edits("bills", bill_id, lines=[{"id": old["id"], "sum": "60"}, {"sum": "40"}])
    scoro.copies(xero_bill(xero_line("100", line_id="a")))
    assert len(scoro.bills[bill_id]["lines"]) == 2

    scoro.copies(xero_bill(xero_line("100", line_id="a")) | {"Status": "PAID"})

    assert scoro.bills[bill_id]["status"] == "paid"
    assert [str(row["sum"]) for row in scoro.bills[bill_id]["lines"]] == sums


def test_given_sync_resets_project_when_copied_again_then_it_is_on_none(scoro: ScoroStandIn) -> None:
    scoro.switches.sync_resets_project = True
    project_id = scoro.has_project("Blue Pylon")
    bill_id = scoro.copies(xero_bill())
    scoro.edits("bills", bill_id, project_id=project_id)

    scoro.copies(xero_bill())

    assert scoro.finances(project_id) == [] and scoro.project_of(scoro.bills[bill_id]) is None


def test_given_bills_keep_no_xero_number_when_copied_twice_then_scoro_numbers_it_once(scoro: ScoroStandIn) -> None:
    scoro.switches.copied_bills_keep_xero_number = False

    scoro.copies(xero_bill())
    bill = scoro.bills[scoro.copies(xero_bill())]

    assert (bill["no"], bill["reference_no"]) == ("B-0001", "10442")


def test_given_all_of_xeros_documents_when_synced_then_only_approved_ones_are_copied(scoro: ScoroStandIn) -> None:
    documents = [xero_bill(InvoiceID=status, Status=status) for status in ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED")]

    scoro.copies_from(documents)

    assert [scoro.copy_of(document["InvoiceID"]) is not None for document in documents] == [False, False, True, True, False]


@pytest.mark.parametrize("deletes", [False, True])
def test_given_a_void_in_xero_when_synced_then_the_copy_is_deleted_by_switch(scoro: ScoroStandIn, deletes: bool) -> None:
    scoro.switches.void_deletes_copy = deletes
    bill_id = scoro.copies(xero_bill())

    scoro.copies_from([xero_bill(Status="VOIDED")])

    assert scoro.bills[bill_id]["is_deleted"] is deletes


def test_given_two_suppliers_documents_when_copied_then_a_contact_is_one_company(scoro: ScoroStandIn) -> None:
    first = scoro.copies(xero_bill(InvoiceID="1"))
    renamed = scoro.copies(xero_bill(InvoiceID="2", Contact={"ContactID": "c-1", "Name": "Delft Signs BV"}))
    other = scoro.copies(xero_bill(InvoiceID="3", Contact={"ContactID": "c-2", "Name": "Rook Sound"}))

    companies = [scoro.bills[bill_id]["company_id"] for bill_id in (first, renamed, other)]

    assert companies[0] == companies[1] != companies[2]


async def test_given_a_copy_when_viewed_then_nothing_shows_which_xero_document_it_is(scoro: ScoroStandIn, ask: Any) -> None:
    bill_id = scoro.copies(xero_bill())

    reply = await ask(f"bills/view/{bill_id}")

    assert "5f0e" not in reply.text and "l-1" not in reply.text.replace('"comment":"l-1"', "")
