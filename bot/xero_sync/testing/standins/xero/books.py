"""The books of one organisation: what is in them, and what its people do there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from xero_sync.testing.standins.xero.documents import (
    NUMBER_KEYS,
    Amount,
    Line,
    add_up,
    day_fields,
    header_fields,
    line_fields,
    moves_updated_date,
    settle,
    updated_fields,
)
from xero_sync.testing.standins.xero.shelves import Shelves
from xero_sync.testing.standins.xero.switches import Switches
from xero_sync.testing.standins.xero.tracking import Category, Option, line_tracking
from xero_sync.testing.standins.xero.wire import Fields, Record, midnight, ms_date, read_instant

# An account that a line names before anybody described it; one not listed is direct cost on purchases, sales on sales.
CHART = {
    "200": ("Sales", "SALES"),
    "310": ("Freelancers", "DIRECTCOSTS"),
    "320": ("Production", "DIRECTCOSTS"),
    "429": ("Software", "EXPENSE"),
    "460": ("Rent", "OVERHEADS"),
    "493": ("Travel", "EXPENSE"),
    "620": ("Prepayments", "PREPAYMENT"),
    "710": ("Computer equipment", "FIXED"),
    "2110": ("Client deposits", "CURRLIAB"),
}
_CLASSES = {"SALES": "REVENUE", "REVENUE": "REVENUE", "OTHERINCOME": "REVENUE", "CURRLIAB": "LIABILITY", "LIABILITY": "LIABILITY"}
_CLASSES |= {"TERMLIAB": "LIABILITY", "EQUITY": "EQUITY", "DIRECTCOSTS": "EXPENSE", "EXPENSE": "EXPENSE", "OVERHEADS": "EXPENSE"}
_HEADER_WORDS = {"status": "Status", "reference": "Reference", "currency": "CurrencyCode", "line_amount_types": "LineAmountTypes"}


class Books(Shelves):
    """One organisation. Methods are what its people do in Xero; none of them is a call of the API.

    Ids come from a counter, so that a run can be repeated. Dates may be given as "2026-11-02".
    Where a document names a contact or an account that nobody made, it is made; an option has to exist.
    """

    def __init__(self, *, now: Callable[[], datetime], new_id: Callable[[str], str], switches: Switches) -> None:
        super().__init__(now=now, new_id=new_id, switches=switches)
        self.organisation("Ferrow & Pike Ltd", "!fP3kx", "GBP")

    # --- the organisation and its lists ---

    def organisation(
        self,
        name: str,
        short_code: str,
        base_currency: str,
        period_lock_date: date | str | None = None,
        end_of_year_lock_date: date | str | None = None,
        **more: Any,
    ) -> str:
        """The tenant id; says how the organisation looks from now on. `more` is laid over its fields in Xero's words."""
        locks = {"PeriodLockDate": period_lock_date, "EndOfYearLockDate": end_of_year_lock_date}
        self.organisation_fields = {
            "OrganisationID": self.tenant_id,
            "Name": name,
            "LegalName": name,
            "PaysTax": True,
            "Version": "UK",
            "OrganisationType": "COMPANY",
            "BaseCurrency": base_currency,
            "CountryCode": "GB",
            "IsDemoCompany": False,
            "OrganisationStatus": "ACTIVE",
            **{key: ms_date(midnight(_day(day))) for key, day in locks.items() if day is not None},
            "CreatedDateUTC": ms_date(midnight(date(2019, 4, 1))),
            "Timezone": "GMTSTANDARDTIME",
            "ShortCode": short_code,
            "Edition": "BUSINESS",
            "Class": "PREMIUM",
            **more,
        }
        return self.tenant_id

    def has_category(self, name: str, options: Iterable[str] = (), status: str = "ACTIVE", *, category_id: str | None = None) -> str:
        category = Category((category_id or self.new_id("category")).lower(), name, status)
        self.tracking.categories.append(category)
        category.options = [Option(self.new_id("option"), option) for option in options]
        return category.category_id

    def has_option(
        self, name: str, category: str = "Project", status: str = "ACTIVE", *, option_id: str | None = None, is_used_elsewhere: bool = False
    ) -> str:
        """The new option's id; its category is made if nobody has."""
        if self.tracking.category_named(category) is None and self.tracking.category(category) is None:
            self.has_category(category)
        option = Option((option_id or self.new_id("option")).lower(), name, status, is_used_elsewhere)
        self._category(category).options.append(option)
        return option.option_id

    def renames_option(self, option: str, name: str, category: str = "Project") -> None:
        """A person renames the option (name or id); all documents on it show the new name."""
        self.tracking.rename(self._category(category), self._option(option, category), name)

    def archives_option(self, option: str, category: str = "Project") -> None:
        self._option(option, category).status = "ARCHIVED"

    def restores_option(self, option: str, category: str = "Project") -> None:
        self._option(option, category).status = "ACTIVE"

    def renames_category(self, category: str, name: str) -> None:
        found = self._category(category)
        found.name = name
        self._renamed(found, None)

    def archives_category(self, category: str) -> None:
        """With what Xero does then: its tracking leaves all past documents, its unused options are deleted."""
        self.tracking.archive_category(self._category(category))

    def has_account(self, code: str, name: str, type: str, *, account_id: str | None = None, status: str = "ACTIVE") -> str:  # noqa: A002
        fields = {
            "AccountID": account_id or self.new_id("account"),
            "Code": code,
            "Name": name,
            "Status": status,
            "Type": type,
            "TaxType": "OUTPUT2" if type in ("SALES", "REVENUE") else "INPUT2",
            "Class": _CLASSES.get(type, "ASSET"),
            "EnablePaymentsToAccount": False,
            "ShowInExpenseClaims": False,
            "UpdatedDateUTC": ms_date(self.now()),
        }
        self.accounts[code] = fields
        return str(fields["AccountID"])

    def has_contact(
        self,
        name: str,
        *,
        contact_id: str | None = None,
        status: str = "ACTIVE",
        is_supplier: bool = True,
        is_customer: bool = False,
        purchases_tracking: tuple[str, str] | None = None,
        sales_tracking: tuple[str, str] | None = None,
        merged_to: str | None = None,
    ) -> str:
        """The contact's id. Default tracking is a (category, option) pair of names."""
        fields: Fields = {
            "ContactID": contact_id or self.new_id("contact"),
            "ContactStatus": status,
            "Name": name,
            "Addresses": [],
            "Phones": [],
            **({"MergedToContactID": merged_to} if merged_to else {}),
            "ContactGroups": [],
            "IsSupplier": is_supplier,
            "IsCustomer": is_customer,
            "SalesTrackingCategories": _default_tracking(sales_tracking),
            "PurchasesTrackingCategories": _default_tracking(purchases_tracking),
            "ContactPersons": [],
            "HasValidationErrors": False,
            "UpdatedDateUTC": ms_date(self.now()),
        }
        return self.add("Contacts", fields, self.now()).record_id

    # --- documents ---

    def approves_bill(self, number: str, contact: str, lines: Sequence[Line], *, date: date | str, **more: Any) -> str:
        """The new bill's id. Further words: those of `enters`."""
        return self.enters("ACCPAY", number, contact, lines, date=date, **more)

    def approves_invoice(self, number: str, contact: str, lines: Sequence[Line], *, date: date | str, **more: Any) -> str:
        """The new sales invoice's id. Further words: those of `enters`."""
        return self.enters("ACCREC", number, contact, lines, date=date, **more)

    def approves_credit_note(
        self, number: str, contact: str, lines: Sequence[Line], *, date: date | str, kind: str = "ACCPAYCREDIT", **more: Any
    ) -> str:
        """The new credit note's id; its amounts are positive, as Xero shows them. Further words: those of `enters`."""
        return self.enters(kind, number, contact, lines, date=date, **more)

    def enters(
        self,
        type: str,  # noqa: A002
        number: str,
        contact: str,
        lines: Sequence[Line],
        *,
        date: date | str,
        currency: str = "GBP",
        line_amount_types: str = "Exclusive",
        status: str = "AUTHORISED",
        document_id: str | None = None,
        updated: datetime | None = None,
        **more: Any,
    ) -> str:
        """The id of a new document of any type and status.

        contact: name or id. updated: its UpdatedDateUTC, else now. `more` is laid over it in Xero's words
        (`Reference="PO 7"`, `CurrencyRate=Decimal("1.16")`, `SubTotal=...` against the sum of the lines).
        """
        kind = "CreditNotes" if type.endswith("CREDIT") else "Invoices"
        is_sale = type.startswith("ACCREC")
        shown = [self._line(item, line_amount_types, is_sale) for item in lines]
        fields = header_fields(
            kind,
            type,
            document_id or self.new_id("document"),
            number,
            self.contact_on_document(contact, is_sale),
            _day(date),
            shown,
            Status=status,
            LineAmountTypes=line_amount_types,
            CurrencyCode=currency,
        )
        fields |= updated_fields(updated or self.now())
        add_up(kind, fields)
        return self.add(kind, fields | more, updated or self.now()).record_id

    def puts(self, document: Mapping[str, Any], *, with_what_it_names: bool = False) -> str:
        """The id of a document that is stored and served exactly as written, in place of one with the same id.

        with_what_it_names: its contact, accounts, categories and options are made where they are missing.
        """
        fields = deepcopy(dict(document))
        kind = "CreditNotes" if "CreditNoteID" in fields else "Invoices"
        record = self.add(kind, fields, read_instant(fields.get("UpdatedDateUTC")) or self.now())
        if with_what_it_names:
            self._make_what_is_named(fields)
        return record.record_id

    def edits(
        self,
        document_id: str,
        *,
        lines: Sequence[Line] | None = None,
        number: str | None = None,
        contact: str | None = None,
        date: date | str | None = None,
        updated: datetime | None = None,
        **changes: Any,
    ) -> None:
        """A person edits the document in Xero; it gets a new UpdatedDateUTC.

        lines: all of them; those in places that were there before keep their ids. changes: status, reference, currency,
        line_amount_types, or any field in Xero's words.
        """
        record = self.record(document_id)
        fields, before = record.fields, dict(record.fields)
        for word, value in changes.items():
            if word not in _HEADER_WORDS and not word[0].isupper():
                raise TypeError(f"A document has no {word!r}; use Xero's own word for the field.")
            fields[_HEADER_WORDS.get(word, word)] = value
        if number is not None:
            fields[NUMBER_KEYS[record.kind]] = number
        is_sale = str(fields.get("Type")).startswith("ACCREC")
        if contact is not None:
            fields["Contact"] = self.contact_on_document(contact, is_sale)
        if date is not None:
            fields |= day_fields("Date", _day(date))
        if lines is not None:
            ids = [item.get("LineItemID") for item in fields.get("LineItems") or []] + [None] * len(lines)
            types = fields.get("LineAmountTypes", "Exclusive")
            fields["LineItems"] = [self._line(item, types, is_sale, line_id) for item, line_id in zip(lines, ids, strict=False)]
            add_up(record.kind, fields)
        self.touch(record, updated, is_moved=moves_updated_date(before, fields))

    def recodes(self, document_id: str, line_number: int, option: str | None, category: str = "Project") -> None:
        """A person puts line 1, 2, ... on another option (name or id), or on none."""
        record, found = self.record(document_id), self._category(category)
        line = record.fields["LineItems"][line_number - 1]
        others = [entry for entry in line.get("Tracking") or [] if entry.get("TrackingCategoryID", "").lower() != found.category_id]
        line["Tracking"] = [*others, *([line_tracking(found, self._option(option, category))] if option else [])]
        switches = self.switches
        self.touch(record, is_moved=switches.tracking_edit_moves_updated_date, is_noticed=switches.tracking_edit_sends_notice)

    def approves(self, document_id: str) -> None:
        self.edits(document_id, status="AUTHORISED")

    def voids(self, document_id: str) -> None:
        """VOIDED where it was approved, DELETED where not; it stays listed."""
        fields = self.record(document_id).fields
        if fields.get("Status") not in ("AUTHORISED", "DRAFT", "SUBMITTED"):
            raise ValueError(f"Xero voids no document that is {fields.get('Status')}.")
        self.edits(document_id, status="VOIDED" if fields["Status"] == "AUTHORISED" else "DELETED")

    def pays(self, document_id: str, amount: Amount | None = None, *, on: date | str | None = None) -> str:
        """The payment's id. Without an amount all that is due is paid, and the document is PAID."""
        record = self.record(document_id)
        settle(record.kind, record.fields)
        due = record.fields["RemainingCredit" if record.kind == "CreditNotes" else "AmountDue"]
        day = midnight(_day(on) if on else self.now().date())
        payment = {"PaymentID": self.new_id("payment"), "Date": ms_date(day), "Amount": due if amount is None else Decimal(amount)}
        more = {"CurrencyRate": Decimal(1), "HasAccount": False, "HasValidationErrors": False}
        record.fields["Payments"] = [*(record.fields.get("Payments") or []), payment | more]
        settle(record.kind, record.fields)
        if record.fields["Status"] == "PAID":
            record.fields["FullyPaidOnDate"] = ms_date(day)
        self._paid(record)
        return str(payment["PaymentID"])

    def allocates(self, credit_note_id: str, gross_by_document: Mapping[str, Amount], *, on: date | str | None = None) -> None:
        """A person allocates the credit note to these documents, in place of what it was allocated to before."""
        note = self.record(credit_note_id)
        before = {entry["Invoice"]["InvoiceID"] for entry in note.fields.get("Allocations") or []}
        day = ms_date(midnight(_day(on) if on else self.now().date()))
        note.fields["Allocations"] = [
            {"AllocationID": self.new_id("allocation"), "Amount": Decimal(amount), "Date": day, "Invoice": self._named(document_id)}
            for document_id, amount in gross_by_document.items()
        ]
        settle("CreditNotes", note.fields)
        self._paid(note)
        for document_id in before | set(gross_by_document):
            record = self.record(document_id)
            others = [entry for entry in record.fields.get("CreditNotes") or [] if entry["CreditNoteID"] != note.record_id]
            own = {"CreditNoteID": note.record_id, "CreditNoteNumber": note.fields["CreditNoteNumber"]}
            if document_id in gross_by_document:
                others.append(own | {"AppliedAmount": Decimal(gross_by_document[document_id]), "Date": day})
            record.fields["CreditNotes"] = others
            settle("Invoices", record.fields)
            self._paid(record)

    def _paid(self, record: Record) -> None:
        self.touch(record, is_moved=self.switches.payment_moves_updated_date, is_noticed=self.switches.payment_sends_notice)

    # --- what documents name ---

    def contact(self, given: str) -> Record | None:
        """A contact by id, else by exact name."""
        found = self.records["Contacts"].get(given.lower())
        return found or next((record for record in self.records["Contacts"].values() if record.fields.get("Name") == given), None)

    def account(self, code: str, is_sale: bool = False) -> Fields:
        if code not in self.accounts:
            name, type_ = CHART.get(code, (f"Account {code}", "SALES" if is_sale else "DIRECTCOSTS"))
            self.has_account(code, name, type_)
        return self.accounts[code]

    def _line(self, typed: Line, line_amount_types: str, is_sale: bool, line_item_id: str | None = None) -> Fields:
        tracking = [line_tracking(self._category(category), self._option(option, category)) for category, option in typed.pairs]
        account = self.account(typed.account, is_sale)
        return line_fields(typed, line_amount_types, line_item_id or self.new_id("line"), account, tracking, is_sale)

    def contact_on_document(self, given: str, is_sale: bool) -> Fields:
        record = self.contact(given)
        contact_id = record.record_id if record else self.has_contact(given, is_supplier=not is_sale, is_customer=is_sale)
        name = self.records["Contacts"][contact_id].fields["Name"]
        empty: Fields = {key: [] for key in ("Addresses", "Phones", "ContactGroups", "ContactPersons")}
        return {"ContactID": contact_id, "Name": name, **empty, "HasValidationErrors": False}

    def _named(self, document_id: str) -> Fields:
        return {"InvoiceID": document_id, "InvoiceNumber": self.record(document_id).fields.get("InvoiceNumber", "")}

    def _make_what_is_named(self, document: Fields) -> None:
        is_sale = str(document.get("Type")).startswith("ACCREC")
        contact = document.get("Contact") or {}
        if contact.get("ContactID") and str(contact["ContactID"]).lower() not in self.records["Contacts"]:
            self.has_contact(contact.get("Name", ""), contact_id=contact["ContactID"], is_supplier=not is_sale, is_customer=is_sale)
        for item in document.get("LineItems") or []:
            if item.get("AccountCode"):
                self.account(str(item["AccountCode"]), is_sale)
            for entry in item.get("Tracking") or []:
                category_id, option_id = entry.get("TrackingCategoryID"), entry.get("TrackingOptionID")
                category = self.tracking.category(category_id) or self.tracking.category_named(entry.get("Name"))
                if category is None:
                    category = self._category(self.has_category(entry["Name"], category_id=category_id))
                if category.option(option_id) is None and (option_id or category.option_named(entry.get("Option")) is None):
                    self.has_option(entry["Option"], category.category_id, option_id=option_id)


def _day(day: date | str) -> date:
    return date.fromisoformat(day[:10]) if isinstance(day, str) else day


def _default_tracking(pair: tuple[str, str] | None) -> list[Fields]:
    return [{"TrackingCategoryName": pair[0], "TrackingOptionName": pair[1]}] if pair else []
