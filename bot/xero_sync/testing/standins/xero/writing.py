"""Documents written over the API (Xero API, section 4, "Updating tracking")."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from xero_sync.testing.standins.xero.books import Books
from xero_sync.testing.standins.xero.documents import (
    ID_KEYS,
    NUMBER_KEYS,
    TYPES,
    add_up,
    completed_line,
    day_fields,
    header_fields,
    moves_updated_date,
    updated_fields,
)
from xero_sync.testing.standins.xero.listing import view_for
from xero_sync.testing.standins.xero.wire import (
    Asked,
    Fields,
    Record,
    Refusal,
    bad_post,
    invalid,
    invalid_elements,
    read_amount,
    read_instant,
)

TRANSITIONS = {
    "DRAFT": {"SUBMITTED", "AUTHORISED", "DELETED"},
    "SUBMITTED": {"DRAFT", "AUTHORISED", "DELETED"},
    "AUTHORISED": {"VOIDED"},
}
HEADER = ("Reference", "Url", "CurrencyRate", "BrandingThemeID", "SentToContact", "LineAmountTypes", "CurrencyCode", "Status", "Type")
EDITABLE_WHEN_PAID = {"Reference", "DueDate", "DueDateString", "InvoiceNumber", "BrandingThemeID", "Contact", "Url", "PlannedPaymentDate"}
EDITABLE_ON_PAID_LINE = {"Description", "AccountCode", "AccountID", "Tracking"}
# Texts quoted in the facts; the rest of the messages here are our own.
NOT_MODIFIABLE = "Invoice not of valid status for modification"
HAS_PAYMENT = "This document cannot be edited as it has a payment or credit note allocated to it."


def written(books: Books, kind: str, asked: Asked) -> list[Record | Fields]:
    """What PUT or POST on a list made or changed. One bad document fails the call, the good ones are saved all the same.

    With summarizeErrors=false the call is 200, and each document says OK or ERROR for itself (section 8).
    """
    body = asked.object()
    given = body.get(kind, [body])
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise bad_post(f"{kind} must be a list of objects")
    is_summarised = asked.query.get("summarizeErrors", "true").lower() != "false"
    rows: list[Record | Fields] = []
    bad: list[Fields] = []
    for item in given:
        try:
            record = books.records[kind].get(str(item.get(ID_KEYS[kind], "")).lower())
            made = create(books, kind, item) if record is None or asked.method == "PUT" else update(books, record, item)
            rows.append(made if is_summarised else made.seen_in(view_for(books, asked, has_lines=True)) | {"StatusAttributeString": "OK"})
        except Refusal as refused:
            if not isinstance(refused.body, dict) or "Elements" not in refused.body:
                raise
            bad += refused.body["Elements"]
            rows.append(refused.body["Elements"][0] | {"StatusAttributeString": "ERROR"})
    if bad and is_summarised:
        raise invalid_elements(bad)
    return rows


def written_one(books: Books, kind: str, document_id: str, asked: Asked) -> Record | None:
    """The document that POST on its own address changed; None where there is none."""
    record = books.records[kind].get(document_id.lower())
    if record is None:
        return None
    body = asked.object()
    given = body.get(kind, [body])
    if isinstance(given, list) and len(given) == 1 and isinstance(given[0], dict):
        return update(books, record, given[0])
    raise bad_post(f"{kind} must hold one object")


def create(books: Books, kind: str, given: Fields) -> Record:
    type_, status = given.get("Type"), given.get("Status", "DRAFT")
    number, day = str(given.get(NUMBER_KEYS[kind], "")), _day(given.get("Date")) or books.now().date()
    contact = _contact(books, given.get("Contact"), is_sale=str(type_).startswith("ACCREC"))
    problem = None
    if type_ not in TYPES[kind]:
        problem = "Type is not valid"
    elif contact is None:
        problem = "A Contact must be specified for this type of transaction"
    elif status not in ("DRAFT", "SUBMITTED", "AUTHORISED"):
        problem = "Document status not of valid type"
    elif books.is_locked(day):
        problem = "The document date cannot be before the period lock date"
    elif type_ == "ACCREC" and number and any(r.fields.get("InvoiceNumber") == number for r in _living_sales(books)):
        problem = "Invoice # must be unique."
    elif status == "AUTHORISED" and not given.get("LineItems"):
        problem = "One or more line items must be specified"
    if problem or contact is None:
        raise invalid(problem or "", given)
    types = given.get("LineAmountTypes", "Exclusive")
    lines = _lines(books, given.get("LineItems", []), [], types)
    more = {key: given[key] for key in HEADER if key in given and key != "Type"}
    fields = header_fields(kind, str(type_), books.new_id("document"), number, contact, day, lines, **more)
    if due := _day(given.get("DueDate")):
        fields |= day_fields("DueDate", due)
    fields |= updated_fields(books.now())
    add_up(kind, fields)
    return books.add(kind, fields, books.now(), is_made_by_app=True)


def update(books: Books, record: Record, given: Fields) -> Record:
    """The record, changed. Lines that are not sent are deleted; fields left out of a line sent with its id are kept."""
    before = record.fields
    status = before.get("Status")
    if status in ("VOIDED", "DELETED"):
        raise invalid(NOT_MODIFIABLE, given)
    if books.is_locked(record.day):
        raise invalid("The document date cannot be before the period lock date", given)
    wanted = given.get("Status", status)
    if wanted != status and wanted not in TRANSITIONS.get(str(status), set()):
        raise invalid(NOT_MODIFIABLE, given)
    after = deepcopy(before) | {key: given[key] for key in (*HEADER, NUMBER_KEYS[record.kind]) if key in given and key != "Type"}
    for name in ("Date", "DueDate"):
        if day := _day(given.get(name)):
            after |= day_fields(name, day)
    if contact := _contact(books, given.get("Contact"), is_sale=str(before.get("Type")).startswith("ACCREC")):
        after["Contact"] = contact
    if "LineItems" in given:
        after["LineItems"] = _lines(books, given["LineItems"], before.get("LineItems") or [], after.get("LineAmountTypes", "Exclusive"))
    _check_editable(books, record, after)
    is_tracking_only = _without_tracking(before) == _without_tracking(after)
    if not is_tracking_only and not _same_amounts(before, after):
        add_up(record.kind, after)
    record.fields = after
    switches = books.switches
    books.touch(
        record,
        is_moved=switches.tracking_edit_moves_updated_date if is_tracking_only else moves_updated_date(before, after),
        is_noticed=not is_tracking_only or switches.tracking_edit_sends_notice,
    )
    return record


def _check_editable(books: Books, record: Record, after: Fields) -> None:
    before, switches = record.fields, books.switches
    has_payment = before.get("Status") == "PAID" or any(read_amount(before.get(key, 0)) for key in ("AmountPaid", "AmountCredited"))
    has_new_tracking = _tracking_of(before) != _tracking_of(after)
    is_approved_note = record.kind == "CreditNotes" and before.get("Status") in ("AUTHORISED", "PAID")
    if is_approved_note and has_new_tracking and not switches.credit_note_tracking_is_editable:
        raise invalid(NOT_MODIFIABLE, _echo(record))
    if not has_payment:
        return
    if before.get("Type") == "ACCPAY" and not switches.paid_bill_is_editable:
        raise invalid(HAS_PAYMENT, _echo(record))
    changed = {key for key in after if key != "LineItems" and not _same(before.get(key), after[key])}
    if changed - EDITABLE_WHEN_PAID or not _same_amounts(before, after, EDITABLE_ON_PAID_LINE):
        raise invalid(HAS_PAYMENT, _echo(record))


def _lines(books: Books, given: object, before: Sequence[Fields], line_amount_types: str) -> list[Fields]:
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise bad_post("LineItems must be a list of objects")
    by_id = {str(item.get("LineItemID", "")).lower(): item for item in before}
    lines: list[Fields] = []
    for item in given:
        old = by_id.get(str(item.get("LineItemID", "")).lower())
        held = old.get("Tracking") or [] if old else []
        new = {key: value for key, value in item.items() if value is not None}
        if old is not None and "LineAmount" not in new and ({"Quantity", "UnitAmount"} & set(new)):
            old = {key: value for key, value in old.items() if key not in ("LineAmount", "TaxAmount")}
        merged = deepcopy(old or {}) | new
        merged["Tracking"] = books.tracking.for_line(item["Tracking"], held) if "Tracking" in item else deepcopy(held)
        merged["LineItemID"] = item["LineItemID"] if old is not None else books.new_id("line")
        if code := merged.get("AccountCode"):
            if code not in books.accounts:
                raise invalid(f"Account code '{code}' is not a valid code for this document.")
            merged["AccountID"] = books.accounts[code]["AccountID"]
            if old is None:
                merged.setdefault("TaxType", books.accounts[code]["TaxType"])  # one that is sent overrides the account's
        if old is None or "LineAmount" not in merged or "TaxAmount" not in merged:
            merged = completed_line(merged, line_amount_types)
        lines.append(merged)
    return lines


def _contact(books: Books, given: object, *, is_sale: bool) -> Fields | None:
    if not isinstance(given, dict):
        return None
    wanted = given.get("ContactID") or given.get("Name")
    if not wanted or (given.get("ContactID") and books.contact(str(wanted)) is None):
        return None
    return books.contact_on_document(str(wanted), is_sale)


def _living_sales(books: Books) -> list[Record]:
    return [
        r
        for r in books.records["Invoices"].values()
        if r.fields.get("Type") == "ACCREC" and r.fields.get("Status") not in ("VOIDED", "DELETED")
    ]


def _day(value: object) -> date | None:
    moment = read_instant(value)
    return moment.date() if moment else None


def _echo(record: Record) -> Fields:
    return {key: record.fields.get(key) for key in (ID_KEYS[record.kind], NUMBER_KEYS[record.kind]) if key in record.fields}


def _tracking_of(fields: Fields) -> list[Any]:
    return [item.get("Tracking") for item in fields.get("LineItems") or []]


def _without_tracking(fields: Fields) -> Fields:
    lines = [{key: value for key, value in item.items() if key != "Tracking"} for item in fields.get("LineItems") or []]
    return fields | {"LineItems": lines}


def _same_amounts(before: Fields, after: Fields, free: set[str] | None = None) -> bool:
    """True when both have the same lines with the same values, but for the keys in `free` (by default: all but amounts)."""
    old, new = before.get("LineItems") or [], after.get("LineItems") or []
    if len(old) != len(new) or before.get("LineAmountTypes") != after.get("LineAmountTypes"):
        return False
    return all(_same_line(one, other, free) for one, other in zip(old, new, strict=True))


def _same_line(one: Mapping[str, Any], other: Mapping[str, Any], free: set[str] | None) -> bool:
    keys = {"LineAmount", "TaxAmount"} if free is None else (set(one) | set(other)) - free
    return all(_same(one.get(key), other.get(key)) for key in keys)


def _same(one: object, other: object) -> bool:
    first, second = read_amount(one), read_amount(other)
    return one == other if first is None or second is None else first == second
