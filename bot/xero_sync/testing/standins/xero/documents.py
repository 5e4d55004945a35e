"""How bills, invoices, credit notes and their lines look in Xero, with their sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from xero_sync.testing.standins.xero.wire import Fields, midnight, ms_date, read_amount

Amount = Decimal | int | str
CENT = Decimal("0.01")
TAX_RATE = Decimal(20)
_RATES = {"NONE": 0, "ZERORATEDINPUT": 0, "ZERORATEDOUTPUT": 0, "EXEMPTINPUT": 0, "EXEMPTOUTPUT": 0, "RRINPUT": 5, "RROUTPUT": 5}
ID_KEYS = {"Invoices": "InvoiceID", "CreditNotes": "CreditNoteID", "Contacts": "ContactID"}
NUMBER_KEYS = {"Invoices": "InvoiceNumber", "CreditNotes": "CreditNoteNumber", "Contacts": "Name"}
TYPES = {"Invoices": ("ACCPAY", "ACCREC"), "CreditNotes": ("ACCPAYCREDIT", "ACCRECCREDIT")}


@dataclass(frozen=True)
class Line:
    """One line as a person types it. `option` is one of the category "Project"; `tracking` holds (category, option) pairs."""

    amount: Decimal
    account: str = "310"
    option: str | None = None
    description: str = ""
    tax: Decimal | None = None
    quantity: Decimal = Decimal(1)
    tracking: tuple[tuple[str, str], ...] = ()
    tax_type: str | None = None
    line_item_id: str | None = None

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        return ((("Project", self.option),) if self.option else ()) + self.tracking


def line(
    net_or_amount: Amount,
    *,
    account: str = "310",
    option: str | None = None,
    description: str = "",
    tax: Amount | None = None,
    quantity: Amount = 1,
    tracking: Iterable[tuple[str, str]] = (),
    tax_type: str | None = None,
    line_item_id: str | None = None,
) -> Line:
    """A line of LineAmount `net_or_amount`: net, unless the document's amounts are Inclusive.

    option: name or id of an option of the category "Project". tax: 20 % unless given; of the amount, or within it.
    """
    exact_tax = None if tax is None else Decimal(tax)
    amount = Decimal(net_or_amount)
    return Line(amount, account, option, description, exact_tax, Decimal(quantity), tuple(tracking), tax_type, line_item_id)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def tax_on(amount: Decimal, line_amount_types: str, rate: Decimal = TAX_RATE) -> Decimal:
    """The tax on top of an Exclusive amount, or within an Inclusive one."""
    if line_amount_types == "NoTax":
        return Decimal("0.00")
    return cents(amount * rate / (100 + rate if line_amount_types == "Inclusive" else Decimal(100)))


def line_fields(typed: Line, line_amount_types: str, line_item_id: str, account: Fields, tracking: list[Fields], is_sale: bool) -> Fields:
    """A line as Xero shows it, from one a person typed."""
    tax = tax_on(typed.amount, line_amount_types) if typed.tax is None else typed.tax
    taxed = "OUTPUT2" if is_sale else "INPUT2"
    return {
        "Description": typed.description or account["Name"],
        "UnitAmount": round(typed.amount / typed.quantity, 4),
        "TaxType": typed.tax_type or (taxed if tax else "NONE"),
        "TaxAmount": cents(tax),
        "LineAmount": cents(typed.amount),
        "AccountCode": account["Code"],
        "AccountID": account["AccountID"],
        "Tracking": tracking,
        "Quantity": typed.quantity,
        "LineItemID": typed.line_item_id or line_item_id,
    }


def completed_line(given: Fields, line_amount_types: str) -> Fields:
    """A written line with the amounts Xero works out: LineAmount from quantity and price, the tax from its type."""
    quantity = read_amount(given.get("Quantity", 1)) or Decimal(1)
    price = read_amount(given.get("UnitAmount"))
    amount = read_amount(given.get("LineAmount"))
    if amount is None:
        amount = cents(quantity * (price or Decimal(0)))
    tax = read_amount(given.get("TaxAmount"))
    if tax is None:
        tax = tax_on(amount, line_amount_types, Decimal(_RATES.get(str(given.get("TaxType", "")), TAX_RATE)))
    unit = round(amount / quantity, 4) if price is None else price
    return given | {"Quantity": quantity, "UnitAmount": unit, "LineAmount": cents(amount), "TaxAmount": cents(tax)}


def totals(lines: Iterable[Fields], line_amount_types: str) -> tuple[Decimal, Decimal, Decimal]:
    """SubTotal, TotalTax and Total."""
    amounts = [
        (read_amount(item.get("LineAmount", 0)) or Decimal(0), read_amount(item.get("TaxAmount", 0)) or Decimal(0)) for item in lines
    ]
    tax = sum((tax for _, tax in amounts), Decimal("0.00"))
    amount = sum((amount for amount, _ in amounts), Decimal("0.00"))
    return (amount - tax, tax, amount) if line_amount_types == "Inclusive" else (amount, tax, amount + tax)


def add_up(kind: str, fields: Fields) -> None:
    """Sets the sums of a document from its lines, and what is still due from what was paid and credited."""
    sums = totals(fields.get("LineItems") or [], fields.get("LineAmountTypes", "Exclusive"))
    fields["SubTotal"], fields["TotalTax"], fields["Total"] = sums
    settle(kind, fields)


def settle(kind: str, fields: Fields) -> None:
    """Sets what is still due, and PAID where nothing is; a document no longer settled is AUTHORISED again."""
    paid = _sum_of(fields, "Payments")
    credited = _sum_of(fields, "Allocations" if kind == "CreditNotes" else "CreditNotes")
    due = (read_amount(fields.get("Total")) or Decimal(0)) - paid - credited
    if kind == "CreditNotes":
        fields["RemainingCredit"] = due
    else:
        fields |= {"AmountPaid": paid, "AmountCredited": credited, "AmountDue": due}
    if fields.get("Status") == "AUTHORISED" and paid + credited and due <= 0:
        fields["Status"] = "PAID"
    elif fields.get("Status") == "PAID" and due > 0:
        fields["Status"] = "AUTHORISED"
        fields.pop("FullyPaidOnDate", None)


def moves_updated_date(before: Fields, after: Fields) -> bool:
    """False where nothing but DueDate or SentToContact of a part-paid document changed: Xero gives no new UpdatedDateUTC then (section 4)."""
    is_part_paid = before.get("Status") == "AUTHORISED" and any(read_amount(before.get(key)) for key in ("AmountPaid", "AmountCredited"))
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return not (is_part_paid and changed and changed <= {"DueDate", "DueDateString", "SentToContact"})


def _sum_of(fields: Fields, name: str) -> Decimal:
    entries = fields.get(name) or []
    amounts = (read_amount(entry.get("AppliedAmount", entry.get("Amount", 0))) or Decimal(0) for entry in entries)
    return sum(amounts, Decimal("0.00"))


def day_fields(name: str, day: date) -> Fields:
    """`Date` and `DateString`, or `DueDate` and `DueDateString`."""
    return {f"{name}String": f"{day:%Y-%m-%d}T00:00:00", name: ms_date(midnight(day))}


def updated_fields(moment: datetime) -> Fields:
    return {"UpdatedDateUTC": ms_date(moment), "UpdatedDateUTCString": f"{moment:%Y-%m-%dT%H:%M:%S}Z"}


def header_fields(
    kind: str, type_: str, document_id: str, number: str, contact: Fields, day: date, lines: Sequence[Fields], **more: Any
) -> Fields:
    """A document as Xero shows it before its sums are made; `more` is laid over it."""
    common = {
        "Reference": "",
        "Payments": [],
        "CurrencyRate": Decimal(1),
        "HasErrors": False,
        "HasAttachments": False,
        "Contact": contact,
        **day_fields("Date", day),
        "Status": "DRAFT",
        "LineAmountTypes": "Exclusive",
        "LineItems": list(lines),
        "CurrencyCode": "GBP",
    }
    if kind == "CreditNotes":
        own: Fields = {"Type": type_, "CreditNoteID": document_id, "CreditNoteNumber": number, "Allocations": []}
    else:
        own = {"Type": type_, "InvoiceID": document_id, "InvoiceNumber": number, "CreditNotes": [], "Prepayments": [], "Overpayments": []}
        own |= {
            "AmountCredited": Decimal("0.00"),
            "SentToContact": False,
            "IsDiscounted": False,
            **day_fields("DueDate", day + timedelta(days=30)),
        }
    return own | common | more
