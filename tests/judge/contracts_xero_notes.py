"""What Xero's own files leave open, from its documentation: the keys they do not know, and those a reader cannot do without.

The files accept an empty object and any further key. So they are closed: a key they do not know has to stand in `ALSO_THERE`, and what
has to be in a reply in `NEVER_MISSING`. Each entry says what it rests on, by the section of the project's notes on Xero's API.
"""

from __future__ import annotations

from collections.abc import Mapping

LARGEST_PAGE = 1000
MS_DATE = r"^/Date\(-?\d+([+-]\d{4})?\)/$"
"""Xero API, section 9."""
MODIFIED_SINCE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
"""Xero API, section 4: UTC, to the second, without a zone."""

# Keys of replies that the files do not know, by schema.
ALSO_THERE: Mapping[str, Mapping[str, str]] = {
    "": dict.fromkeys(("Id", "Status", "ProviderName", "DateTimeUTC"), "section 2: all inside the envelope"),
    "TrackingOption": dict.fromkeys(("HasValidationErrors", "IsDeleted", "IsArchived", "IsActive"), "section 2: replies of option calls"),
    "Invoice": dict.fromkeys(("DateString", "DueDateString"), "section 9: preferred for calendar dates"),
    "CreditNote": dict.fromkeys(("DateString", "DueDateString"), "section 9: preferred for calendar dates"),
    "AccessToken": {"scope": "foreign clients, section 3: exactly these six keys"},
}

# What must be there in each row of a list (or in the object of that name), and where that stands.
NEVER_MISSING: Mapping[str, Mapping[str, str]] = {
    "Organisations": {
        "Name": "the file has it, and people know an organisation by it",
        "BaseCurrency": "section 4: amounts are in the document's currency, so the base has to be known",
        "ShortCode": "section 4: web links are built from it",
        "Timezone": "section 9: an omitted Date is today in this time zone",
    },
    "Accounts": {
        **dict.fromkeys(("AccountID", "Code"), "section 4: lines name AccountCode and AccountID"),
        **dict.fromkeys(("Name", "Type", "Status"), "the file has them, and the type decides whether a line needs a project"),
    },
    "TrackingCategories": dict.fromkeys(("TrackingCategoryID", "Name", "Status", "Options"), "section 2: replies of category calls"),
    "Options": dict.fromkeys(("TrackingOptionID", "Name", "Status"), "section 2: a reply without TrackingOptionID is a failure"),
    "Invoices": {
        "InvoiceID": "section 4: key on InvoiceID",
        "InvoiceNumber": "section 4: unique for ACCREC, shown as Reference for ACCPAY",
        "Type": "section 4: types",
        "Status": "section 4: statuses; approved is AUTHORISED or PAID",
        "Contact": "section 3: contact defaults are looked up by it",
        "Date": "section 9: calendar dates",
        "DateString": "section 9: preferred for calendar dates",
        "LineAmountTypes": "section 4: LineAmount includes tax when Inclusive",
        "CurrencyCode": "section 4: amounts are in the document's currency",
        "CurrencyRate": "section 4: on the header",
        **dict.fromkeys(("SubTotal", "TotalTax", "Total", "AmountDue", "AmountPaid", "AmountCredited"), "section 4: on the header"),
        "UpdatedDateUTC": "section 9: the watermark is taken from it",
    },
    "CreditNotes": {
        "CreditNoteID": "section 4: resources and their ids",
        "CreditNoteNumber": "section 4: resources and their ids",
        **dict.fromkeys(("Type", "Status"), "section 4: types and statuses"),
        "Contact": "section 3: contact defaults are looked up by it",
        **dict.fromkeys(("Date", "DateString"), "section 9: calendar dates"),
        "LineAmountTypes": "section 4: LineAmount includes tax when Inclusive",
        "CurrencyCode": "section 4: amounts are in the document's currency",
        **dict.fromkeys(("SubTotal", "TotalTax", "Total", "RemainingCredit"), "section 4: on the header"),
        "Allocations": "the file has it; section 4: documents with a credit note allocated to them cannot be edited",
        "UpdatedDateUTC": "section 9: the watermark is taken from it",
    },
    "LineItems": {
        "LineItemID": "section 4: a line sent without it is a new line, and the old one is deleted",
        **dict.fromkeys(("LineAmount", "TaxAmount", "TaxType", "AccountCode"), "section 4: on the line"),
        "Tracking": "section 3: LineItems[].Tracking[]",
    },
    "Tracking": dict.fromkeys(("TrackingCategoryID", "Name", "Option"), "section 3: a sample lacks TrackingOptionID, the rest is there"),
    "Contacts": dict.fromkeys(("ContactID", "Name", "ContactStatus"), "section 3: contact defaults"),
    "Currencies": {"Code": "foreign clients, section 3: GET /Currencies"},
    "connections": dict.fromkeys(("id", "tenantId", "tenantType", "tenantName"), "section 1: tenants"),
    "pagination": dict.fromkeys(("page", "pageSize", "pageCount", "itemCount"), "section 4: listing"),
    "": dict.fromkeys(("Id", "Status", "DateTimeUTC"), "section 2: all inside the envelope"),
}
INSIDE = {"Invoices": "LineItems", "CreditNotes": "LineItems", "LineItems": "Tracking", "TrackingCategories": "Options"}

# Section 8: what errors say. The files know 400 alone.
REFUSALS: Mapping[int, frozenset[str]] = {
    400: frozenset({"ErrorNumber", "Type", "Message"}),
    401: frozenset({"Type", "Title", "Status", "Detail", "Instance", "Extensions"}),
    403: frozenset({"Type", "Title", "Status", "Detail", "Instance", "Extensions"}),
    500: frozenset({"Title", "Detail", "Status", "Instance"}),
}
WITHOUT_JSON = {404: "section 8: text", 412: "section 8: no body is known", 429: "section 12: the body is unknown", 501: "section 8"}
TOKEN_ERRORS = {"invalid_grant", "invalid_client", "unsupported_grant_type", "invalid_scope", "unauthorized_client"}
"""Xero API, section 1."""
LIMIT_HEADERS = ("x-minlimit-remaining", "x-daylimit-remaining", "x-appminlimit-remaining")
"""Xero API, section 6; /connections has the last one alone, and a call turned away before it was counted has none."""
COUNTED = {200, 204, 400, 404, 412, 500, 501}
