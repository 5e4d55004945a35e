"""Xero's things in Xero's words, as frozen models. Amounts are Decimals in the document's currency, instants are UTC.

Source: https://developer.xero.com/documentation/api/accounting/overview
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, AliasChoices, AliasPath, BaseModel, BeforeValidator, ConfigDict, FailFast, Field, model_validator

_MS_DATE = re.compile(r"^/Date\((-?\d+)([+-]\d{4})?\)/$")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A number outside the years 2 to 9998 is damage, and adding an offset to it would overflow.
_SMALLEST_MS, _LARGEST_MS = -62_104_060_800_000, 253_370_764_799_999


def parse_instant(value: object) -> object:
    """An aware UTC datetime from `/Date(ms+0000)/` or from an ISO form without zone; other values pass through to pydantic."""
    if not isinstance(value, str):
        return value
    found = _MS_DATE.match(value)
    if found:
        return _EPOCH + timedelta(milliseconds=_bounded(int(found[1])))
    moment = datetime.fromisoformat(value)
    if not 1 < moment.year < 9999:
        raise ValueError("a date outside the calendar")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def parse_day(value: object) -> object:
    """A calendar day. Xero sends midnight of the organisation's day labelled +0000; a real offset is added before the day is read."""
    if not isinstance(value, str):
        return value
    found = _MS_DATE.match(value)
    if found:
        moment = _EPOCH + timedelta(milliseconds=_bounded(int(found[1])))
        offset = found[2] or "+0000"
        shift = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:5]))
        return (moment + shift if offset[0] == "+" else moment - shift).date()
    return date.fromisoformat(value[:10])


def _bounded(milliseconds: int) -> int:
    if not _SMALLEST_MS <= milliseconds <= _LARGEST_MS:
        raise ValueError("a date outside the calendar")
    return milliseconds


def _readable(amount: Decimal) -> Decimal:
    # A JSON number reaches us through a float, which is exact for 15 significant digits only.
    # Text may carry any exponent, with which sums would overflow.
    if not amount.is_finite() or len(amount.as_tuple().digits) > 15 or not -20 < amount.adjusted() < 15:
        raise ValueError("an amount with more digits than a JSON number carries exactly")
    return amount


Instant = Annotated[datetime, BeforeValidator(parse_instant)]
Day = Annotated[date, BeforeValidator(parse_day)]
Amount = Annotated[Decimal, AfterValidator(_readable)]


Part = TypeVar("Part")
Several = Annotated[tuple[Part, ...], FailFast()]
"""A reply's inner list. Its first bad entry is enough: a report of a million of them would take a gigabyte."""


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Organisation(Model):
    """The organisation of this connection: https://developer.xero.com/documentation/api/accounting/organisation"""

    organisation_id: str = Field(alias="OrganisationID")
    name: str = Field(alias="Name")
    short_code: str = Field(default="", alias="ShortCode")
    base_currency: str = Field(alias="BaseCurrency")
    time_zone: str = Field(default="", alias="Timezone")
    pays_tax: bool = Field(default=True, alias="PaysTax")
    period_lock_date: Day | None = Field(default=None, alias="PeriodLockDate")
    end_of_year_lock_date: Day | None = Field(default=None, alias="EndOfYearLockDate")

    @property
    def locked_until(self) -> date | None:
        """The last day nobody may change in Xero, None where none is."""
        return max((day for day in (self.period_lock_date, self.end_of_year_lock_date) if day), default=None)


class Account(Model):
    """One account of the chart: https://developer.xero.com/documentation/api/accounting/accounts"""

    account_id: str = Field(alias="AccountID")
    code: str = Field(default="", alias="Code")
    name: str = Field(default="", alias="Name")
    type: str = Field(alias="Type")
    status: str = Field(default="ACTIVE", alias="Status")


class TrackingOption(Model):
    """One option of a tracking category: https://developer.xero.com/documentation/api/accounting/trackingcategories"""

    tracking_option_id: str = Field(alias="TrackingOptionID")
    name: str = Field(alias="Name")
    status: str = Field(default="ACTIVE", alias="Status")

    @property
    def is_active(self) -> bool:
        return self.status == "ACTIVE"

    @property
    def is_archived(self) -> bool:
        return self.status == "ARCHIVED"


class TrackingCategory(Model):
    tracking_category_id: str = Field(alias="TrackingCategoryID")
    name: str = Field(alias="Name")
    status: str = Field(alias="Status")
    options: Several[TrackingOption] = Field(default=(), alias="Options")

    @property
    def is_active(self) -> bool:
        return self.status == "ACTIVE"


class DefaultTracking(Model):
    """A contact's default, which comes under other names than a line's tracking and may be an empty object."""

    category_name: str = Field(default="", alias="TrackingCategoryName")
    option_name: str = Field(default="", alias="TrackingOptionName")


class Contact(Model):
    """Whom a document is from or for: https://developer.xero.com/documentation/api/accounting/contacts"""

    contact_id: str = Field(default="", alias="ContactID")
    name: str = Field(default="", alias="Name")
    merged_to_contact_id: str | None = Field(default=None, alias="MergedToContactID")
    sales_tracking: Several[DefaultTracking] = Field(default=(), alias="SalesTrackingCategories")
    purchases_tracking: Several[DefaultTracking] = Field(default=(), alias="PurchasesTrackingCategories")


class LineTracking(Model):
    """One category's option on a line. Ids may be missing in old replies; names then have to do."""

    tracking_category_id: str | None = Field(default=None, alias="TrackingCategoryID")
    tracking_option_id: str | None = Field(default=None, alias="TrackingOptionID")
    category_name: str = Field(default="", alias="Name")
    option_name: str = Field(default="", alias="Option")


class LineItem(Model):
    """One line. Heading lines come without amounts, lines of 0.00 without their account."""

    line_item_id: str = Field(default="", alias="LineItemID")
    description: str = Field(default="", alias="Description")
    line_amount: Amount = Field(default=Decimal(0), alias="LineAmount")
    tax_amount: Amount = Field(default=Decimal(0), alias="TaxAmount")
    account_code: str = Field(default="", alias="AccountCode")
    account_id: str | None = Field(default=None, alias="AccountID")
    tracking: Several[LineTracking] = Field(default=(), alias="Tracking")


class Allocation(Model):
    """So much of a credit note, gross, pays this bill or invoice: https://developer.xero.com/documentation/api/accounting/creditnotes"""

    amount: Amount = Field(default=Decimal(0), alias="Amount")
    document_id: str = Field(default="", validation_alias=AliasChoices("document_id", AliasPath("Invoice", "InvoiceID")))


LineAmountTypes = Literal["Exclusive", "Inclusive", "NoTax"]
CREDIT_TYPES = frozenset({"ACCPAYCREDIT", "ACCRECCREDIT"})
BILL_TYPES = frozenset({"ACCPAY", "ACCPAYCREDIT"})
SALE_TYPES = frozenset({"ACCREC", "ACCRECCREDIT"})
PAYMENT_TYPES = frozenset(
    {"APOVERPAYMENT", "APPREPAYMENT", "AROVERPAYMENT", "ARPREPAYMENT"}
    | {f"{way}-{what}" for way in ("RECEIVE", "SPEND") for what in ("OVERPAYMENT", "PREPAYMENT")}
)
"""Money paid too much or ahead, under both names Xero has for it: it stands among the documents, and is none of them (money.md 3)."""
_ALL_ZERO_ID = "00000000-0000-0000-0000-000000000000"


class Document(Model):
    """A bill, sales invoice or credit note.

    One model for `Invoices` and `CreditNotes`, which differ only in the names of id and number. `type` tells them apart.
    Amounts as Xero shows them: positive on credit notes too; `sign` says how they count.
    Source: https://developer.xero.com/documentation/api/accounting/invoices and .../creditnotes
    """

    document_id: str = Field(validation_alias=AliasChoices("document_id", "InvoiceID", "CreditNoteID"))
    type: str = Field(alias="Type")
    number: str = Field(default="", validation_alias=AliasChoices("number", "InvoiceNumber", "CreditNoteNumber"))
    reference: str = Field(default="", alias="Reference")
    contact: Contact = Field(default_factory=Contact, alias="Contact")
    day: Day = Field(validation_alias=AliasChoices("day", "DateString", "Date"))
    status: str = Field(alias="Status")
    line_amount_types: LineAmountTypes = Field(default="Exclusive", alias="LineAmountTypes")
    lines: Several[LineItem] = Field(default=(), alias="LineItems")
    sub_total: Amount = Field(alias="SubTotal")
    total_tax: Amount = Field(default=Decimal(0), alias="TotalTax")
    total: Amount = Field(alias="Total")
    currency: str = Field(alias="CurrencyCode")
    currency_rate: Amount | None = Field(default=None, alias="CurrencyRate")
    updated_at: Instant = Field(validation_alias=AliasChoices("updated_at", "UpdatedDateUTC"))
    allocations: Several[Allocation] = Field(default=(), alias="Allocations")

    @model_validator(mode="before")
    @classmethod
    def _number_lines(cls, given: Any) -> Any:
        # Some replies leave LineItemID out; the position then stands in, so that every line can be named.
        if isinstance(given, Mapping) and isinstance(lines := given.get("LineItems"), list):
            named = [
                {**line, "LineItemID": f"line-{position}"} if isinstance(line, Mapping) and not line.get("LineItemID") else line
                for position, line in enumerate(lines, 1)
            ]
            return {**given, "LineItems": named}
        return given

    @property
    def is_notice(self) -> bool:
        """True for the rows Xero sends in place of a document that failed: an all-zero id."""
        return self.document_id == _ALL_ZERO_ID

    @property
    def is_approved(self) -> bool:
        return self.status in ("AUTHORISED", "PAID")

    @property
    def is_credit(self) -> bool:
        return self.type in CREDIT_TYPES

    @property
    def is_bill(self) -> bool:
        return self.type in BILL_TYPES

    @property
    def is_sale(self) -> bool:
        return self.type in SALE_TYPES

    @property
    def is_payment(self) -> bool:
        """True for an overpayment or a prepayment."""
        return self.type in PAYMENT_TYPES

    @property
    def sign(self) -> int:
        return -1 if self.is_credit else 1

    def net(self, line: LineItem) -> Decimal:
        """The line's net amount, negative on a credit note: LineAmount, less TaxAmount when amounts are Inclusive."""
        amount = line.line_amount - line.tax_amount if self.line_amount_types == "Inclusive" else line.line_amount
        # Not multiplied: -1 times nothing would be written as -0.
        return amount if self.sign > 0 else -amount

    @property
    def net_total(self) -> Decimal:
        return self.sub_total if self.sign > 0 else -self.sub_total

    @property
    def has_all_lines(self) -> bool:
        """False for a summary: its lines do not add up to SubTotal, so nothing may be judged by them."""
        return sum((self.net(line) for line in self.lines), Decimal(0)) == self.net_total

    def option_in(self, tracking_category_id: str, category_name: str, line: LineItem) -> LineTracking | None:
        """The line's option in one category, by id, else by the category's name where the reply has no ids."""
        for tracking in line.tracking:
            if tracking.tracking_category_id == tracking_category_id or (
                not tracking.tracking_category_id and tracking.category_name == category_name
            ):
                return tracking
        return None
