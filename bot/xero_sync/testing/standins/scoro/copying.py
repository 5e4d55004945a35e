"""Scoro's own Xero sync: it makes bills and invoices of Xero's documents, and keeps to itself which belongs to which."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from xero_sync.testing.standins.scoro.books import Books
from xero_sync.testing.standins.scoro.rows import CENT, line
from xero_sync.testing.standins.scoro.switches import Switches
from xero_sync.testing.standins.scoro.wire import Row

APPROVED = ("AUTHORISED", "PAID")
GONE = ("VOIDED", "DELETED")


class Copying:
    """Keeps copies of Xero documents, each of them on no project until somebody puts it on one."""

    def __init__(self, books: Books, switches: Switches) -> None:
        self.books = books
        self.switches = switches
        self.copied: dict[str, tuple[str, int]] = {}
        self._lines: dict[str, int] = {}
        self._rows: dict[str, list[Row]] = {}
        self._companies: dict[str, int] = {}

    def copies(self, document: Mapping[str, Any], currency_rate: Decimal | str | None = None) -> int:
        """The id of the bill or invoice that is this Xero document in Scoro, made at the first call and brought up to date later.

        document: as Xero's API shows it, lines included. currency_rate: Scoro's own of the day, Xero's where none is given.
        """
        xero_id = str(document.get("InvoiceID") or document["CreditNoteID"])
        module = "bills" if str(document["Type"]).startswith("ACCPAY") else "invoices"
        header = self._header(module, document, currency_rate)
        rows = _lines_of(document)
        if xero_id not in self.copied:
            company_id = header.pop("company_id")
            number = header.pop("no")
            self.copied[xero_id] = module, self.books.has_document(module, number, company_id, rows, **header)
        else:
            self._bring_up_to_date(xero_id, header, rows, document)
        self._rows[xero_id] = rows
        document_id = self.copied[xero_id][1]
        kept = self.books.table(module)[document_id]["lines"]
        if len(kept) == len(rows):
            self._lines |= {key: one["id"] for key, one in zip(_keys_of(document), kept, strict=True) if key}
        return document_id

    def copies_from(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """Copies the approved ones; one that was voided since is left, or deleted where the switch says so."""
        documents = list(documents)
        if self.switches.void_deletes_copy:
            for document in documents:
                xero_id = str(document.get("InvoiceID") or document.get("CreditNoteID"))
                if document.get("Status") in GONE and xero_id in self.copied:
                    module, document_id = self.copied[xero_id]
                    self.books.table(module)[document_id] |= {"is_deleted": True, "deleted_date": self.books.stamp()}
                    self.books.changed(module, document_id)
        return [self.copies(document) for document in documents if document.get("Status") in APPROVED]

    def _bring_up_to_date(self, xero_id: str, header: Row, rows: list[Row], document: Mapping[str, Any]) -> None:
        module, document_id = self.copied[xero_id]
        copy = self.books.table(module)[document_id]
        if module == "bills" and not self.switches.copied_bills_keep_xero_number:
            header["no"] = copy["no"]
        held = {one["id"]: one for one in copy["lines"]}
        is_header_new = any(copy.get(key) != value for key, value in header.items())
        if rows == self._rows[xero_id] and not self.switches.sync_resets_project:
            # What was done to its lines in Scoro stays, as long as nothing of it has changed in Xero.
            if not is_header_new:
                return
            if not self.switches.sync_rewrites_lines:
                copy |= header | {"modified_date": self.books.stamp()}
                self.books.changed(module, document_id)
                return
        new = [self._line(held, key, row) for key, row in zip(_keys_of(document), rows, strict=True)]
        changes = header | {"lines": new, "sum": sum((one["sum"] for one in new), Decimal(0))}
        if self.switches.sync_resets_project:
            changes |= {"project_id": 0, "lines": [{**one, "project_id": 0} for one in new]}
        if all(copy.get(key) == value for key, value in changes.items()):
            return
        copy |= changes | {"modified_date": self.books.stamp()}
        self.books.changed(module, document_id)

    def _line(self, held: dict[int, Row], key: str, row: Row) -> Row:
        """The line as Xero now has it, with the id and what Scoro alone knows where it was copied before."""
        old = held.get(self._lines.get(key, 0))
        if old is None:
            return row | {"id": self.books.new_id("lines")}
        own = {field: old[field] for field in ("id", "project_id", "product_id", "finance_object_id", "finance_account_id", "comment2")}
        return row | own

    def _header(self, module: str, document: Mapping[str, Any], currency_rate: Decimal | str | None) -> Row:
        number = str(document.get("InvoiceNumber") or document.get("CreditNoteNumber") or "")
        header: Row = {
            "no": number,
            "company_id": self._company_of(document["Contact"]),
            "currency": document.get("CurrencyCode") or self.books.base_currency,
            "currency_rate": Decimal(str(currency_rate or document.get("CurrencyRate") or 1)),
            "date": _day(document, "Date"),
            "deadline": _day(document, "DueDate"),
            "status": "paid" if document.get("Status") == "PAID" else "unpaid",
            "vat_sum": _sign(document) * _amount(document.get("TotalTax")),
        }
        if module == "bills" and not self.switches.copied_bills_keep_xero_number:
            header |= {"no": f"B-{len(self.books.bills) + 1:04}", "reference_no": number}
        if document["Type"] == "ACCRECCREDIT":
            invoices = [entry.get("Invoice", {}).get("InvoiceID") for entry in document.get("Allocations") or ()]
            header["credited_invoices"] = [self.copied[str(xero_id)][1] for xero_id in invoices if str(xero_id) in self.copied]
        return header

    def _company_of(self, contact: Mapping[str, Any]) -> int:
        """Scoro, section 6.1: Xero's contacts arrive as companies."""
        name, contact_id = str(contact.get("Name") or ""), str(contact.get("ContactID") or "")
        known = self._companies.get(contact_id) if contact_id else None
        if known is None:
            known = self.books.has_company(name)
            if contact_id:
                self._companies[contact_id] = known
        return known


def _lines_of(document: Mapping[str, Any]) -> list[Row]:
    """One row for each of Xero's lines, in the same order: net, by Xero's own figures, credits negative."""
    sign, is_gross = _sign(document), document.get("LineAmountTypes") == "Inclusive"
    rows = []
    for item in document.get("LineItems") or ():
        tax = _amount(item.get("TaxAmount"))
        net = _amount(item.get("LineAmount")) - (tax if is_gross else 0)
        vat = (tax / net * 100).quantize(Decimal("0.001")) if net else Decimal(0)
        rows.append(line(sign * net, str(item.get("Description") or ""), amount=_even_quantity(item, net), vat=vat))
    return rows


def _even_quantity(item: Mapping[str, Any], net: Decimal) -> Decimal:
    """Xero's quantity where a price of six places gives the net exactly, else 1."""
    quantity = _amount(item.get("Quantity") or 1, Decimal("0.000001"))
    price = (net / quantity).quantize(Decimal("0.000001")) if quantity else Decimal(0)
    return quantity if quantity > 0 and price * quantity == net else Decimal(1)


def _keys_of(document: Mapping[str, Any]) -> list[str]:
    """What tells the lines of one document from all others: Xero's id, else the place."""
    xero_id = document.get("InvoiceID") or document.get("CreditNoteID")
    return [str(item.get("LineItemID") or f"{xero_id} line {place}") for place, item in enumerate(document.get("LineItems") or ())]


def _sign(document: Mapping[str, Any]) -> int:
    return -1 if str(document["Type"]).endswith("CREDIT") else 1


def _amount(value: object, places: Decimal = CENT) -> Decimal:
    return Decimal(str(value or 0)).quantize(places)


def _day(document: Mapping[str, Any], field: str) -> str | None:
    """The calendar date: the String form where there is one, else out of Xero's /Date(milliseconds+0000)/."""
    text = document.get(f"{field}String")
    milliseconds = re.search(r"Date\((-?\d+)", str(document.get(field) or ""))
    if text or milliseconds is None:
        return str(text)[:10] if text else None
    return f"{datetime.fromtimestamp(int(milliseconds[1]) // 1000, UTC):%Y-%m-%d}"
