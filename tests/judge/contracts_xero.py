"""Xero's part of the judge: what goes over the wire against Xero's own files, and what these leave open against Xero's documentation.

The files accept an empty object and any further key. So they are closed here: a key they do not know has to stand in `ALSO_THERE`, and
what a reader cannot do without in `NEVER_MISSING`. Each entry names the documentation it rests on ("Xero API" and a section's number are
the project's notes on it).
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

import jsonschema
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4, DRAFT202012
from tests.judge.contracts import Json, accept, faults_in, read_yaml
from tests.judge.contracts_wire import Exchange

ACCOUNTING, IDENTITY, WEBHOOKS = "xero_accounting.yaml", "xero-identity.yaml", "xero-webhooks.yaml"
API = "/api.xro/2.0"
TOKEN = "/connect/token"
ROWS_JUDGED = 25
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
        "Name": "section 2: GET /Organisation",
        "BaseCurrency": "section 4: amounts are in the document's currency, so the base has to be known",
        "ShortCode": "section 4: web links are built from it",
        "Timezone": "section 9: an omitted Date is today in this time zone",
    },
    "Accounts": dict.fromkeys(("AccountID", "Code", "Name", "Type", "Status"), "section 4: lines name AccountCode and AccountID"),
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
        "Allocations": "section 4: what a credit note is allocated to",
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
_INSIDE = {"Invoices": "LineItems", "CreditNotes": "LineItems", "LineItems": "Tracking", "TrackingCategories": "Options"}

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
_COUNTED = {200, 204, 400, 404, 412, 500, 501}


def judge(exchanges: Iterable[Exchange]) -> None:
    """Raises NotAccepted where Xero would not have taken a question, or would not have given an answer."""
    accept(f"{exchange}: {fault}" for exchange in exchanges for fault in faults_of(exchange))


def faults_of(exchange: Exchange) -> Iterator[str]:
    """Everything that is wrong with this exchange."""
    if exchange.path == TOKEN:
        yield from _faults_of_token(exchange)
        return
    operation = operation_of(exchange.method, exchange.path)
    if operation is None:
        if exchange.status not in (404, 501):
            yield "Xero has no such call"
        return
    yield from _faults_of_question(exchange, operation)
    yield from _faults_of_answer(exchange, operation)


# --- which call it is ---


@dataclass(frozen=True)
class Operation:
    """One call as Xero's file describes it."""

    file: str
    template: str
    method: str
    ids: Mapping[str, str]
    described: Json

    @property
    def parameters(self) -> dict[tuple[str, str], Json]:
        """By place and name; header names in lower case."""
        whole = read_yaml(self.file)
        listed = [*whole["paths"][self.template].get("parameters", []), *self.described.get("parameters", [])]
        found = [_followed(whole, entry) for entry in listed]
        return {(entry["in"], entry["name"].lower() if entry["in"] == "header" else entry["name"]): entry for entry in found}


def operation_of(method: str, path: str) -> Operation | None:
    """The call with this method and path. A path without parameters goes before one with them."""
    file, rest = (ACCOUNTING, path.removeprefix(API)) if path.startswith(f"{API}/") else (IDENTITY, path)
    for template, pattern in _patterns(file):
        found = pattern.fullmatch(rest)
        if found and (described := read_yaml(file)["paths"][template].get(method.lower())):
            return Operation(file, template, method, {name: unquote(value) for name, value in found.groupdict().items()}, described)
    return None


@functools.cache
def _patterns(file: str) -> list[tuple[str, re.Pattern[str]]]:
    # Foreign clients, section 3: Xero takes the identity paths in either spelling.
    flags = re.IGNORECASE if file == IDENTITY else 0
    templates = sorted(read_yaml(file)["paths"], key=lambda template: template.count("{"))
    spelt = {template: re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template) for template in templates}
    # Foreign clients, section 3: pyxero and tap-xero write the plural.
    spelt["/Organisation"] = "/Organisations?" if file == ACCOUNTING else "/-"
    return [(template, re.compile(spelt[template], flags)) for template in templates]


def _followed(whole: Json, entry: Json) -> Json:
    while "$ref" in entry:
        found: Any = whole
        for step in entry["$ref"].removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/")]
        entry = found
    return entry


# --- the question ---


def _faults_of_question(exchange: Exchange, operation: Operation) -> Iterator[str]:
    known = operation.parameters
    yield from (f"?{name} is not a parameter" for name in exchange.query if ("query", name) not in known)
    for (place, name), described in known.items():
        given = {"query": exchange.query, "header": exchange.headers, "path": operation.ids}[place].get(name)
        if given is not None:
            yield from (f"{place} {name}: {fault}" for fault in _faults_of_parameter(name, given, described["schema"]))
        elif described.get("required") and name != "xero-tenant-id":  # section 1: a custom connection knows its organisation by itself
            yield f"{place} {name} is missing"
    if not exchange.headers.get("authorization", "").startswith("Bearer "):
        yield "the token is missing"
    if int(exchange.query.get("pageSize", 1)) not in range(1, LARGEST_PAGE + 1):
        yield f"pageSize is not one of 1 to {LARGEST_PAGE} (section 4)"
    if exchange.body:
        yield from _faults_of_body(exchange, operation)


def _faults_of_parameter(name: str, given: str, schema: Json) -> Iterator[str]:
    if name == "if-modified-since":
        # The file wants a zone here, Xero's documentation wants none.
        if not re.fullmatch(MODIFIED_SINCE, given):
            yield f"{given} is not UTC to the second without a zone (section 4)"
        return
    if name == "idempotency-key" and len(given) > 128:
        yield "is longer than 128 characters"
    read = {"integer": _whole, "boolean": {"true": True, "false": False}.get, "array": lambda text: text.split(",")}
    value = read.get(schema.get("type", ""), str)(given)
    yield from faults_in(value, _validator(ACCOUNTING, schema, is_reply=False))


def _whole(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def _faults_of_body(exchange: Exchange, operation: Operation) -> Iterator[str]:
    described = operation.described.get("requestBody")
    if described is None:
        yield "a body was sent, and there is none"
        return
    if not exchange.headers.get("content-type", "").startswith("application/json"):
        yield "the body does not say that it is JSON"
        return
    body = json.loads(exchange.body)
    schema = described["content"]["application/json"]["schema"]
    yield from (f"body {fault}" for fault in faults_in(body, _validator(operation.file, schema, is_reply=False)))
    for kind in ("Invoices", "CreditNotes"):
        for row in body.get(kind, []):
            yield from _faults_of_update(row, is_update=bool(operation.ids) or bool(row.get(f"{kind.removesuffix('s')}ID")))


def _faults_of_update(row: Json, *, is_update: bool) -> Iterator[str]:
    for number, line in enumerate(row.get("LineItems", []), 1):
        if is_update and not line.get("LineItemID"):
            yield f"line {number} is sent without its LineItemID: Xero deletes the line and makes another (section 4)"
        for tracking in line.get("Tracking", []):
            if lacking := {"Name", "Option", "TrackingCategoryID", "TrackingOptionID"} - tracking.keys():
                yield f"line {number}'s tracking lacks {', '.join(sorted(lacking))} (section 3: send all four)"


# --- the answer ---


def _faults_of_answer(exchange: Exchange, operation: Operation) -> Iterator[str]:
    yield from _faults_of_headers(exchange, operation)
    if exchange.status in WITHOUT_JSON or exchange.status == 204:
        if "json" in exchange.reply_headers.get("content-type", ""):
            yield "JSON is answered where none is known"
        return
    is_asked_for = "application/json" in exchange.headers.get("accept", "") or exchange.status in (401, 403)
    if not is_asked_for and operation.file == ACCOUNTING:
        if "xml" not in exchange.reply_headers.get("content-type", ""):
            yield "no XML, although JSON was not asked for (section 1)"
        return
    if "application/json" not in exchange.reply_headers.get("content-type", ""):
        yield "no JSON, although it was asked for"
        return
    body = exchange.json
    described = operation.described["responses"].get(str(exchange.status))
    if described is not None:
        schema = _followed(read_yaml(operation.file), described)["content"]["application/json"]["schema"]
        yield from faults_in(_judged_part(body), _validator(operation.file, schema, is_reply=True))
    if exchange.status == 200:
        yield from _faults_of_rows(body, operation)
        yield from _faults_of_paging(exchange, operation, body)
    elif exchange.status in REFUSALS:
        yield from (f"{name} is missing (section 8)" for name in sorted(REFUSALS[exchange.status] - body.keys()))
    else:
        yield "no such status is known (section 8)"


def _faults_of_headers(exchange: Exchange, operation: Operation) -> Iterator[str]:
    headers = exchange.reply_headers
    if "xero-correlation-id" not in headers:
        yield "xero-correlation-id is missing (section 8)"
    wanted = LIMIT_HEADERS if operation.file == ACCOUNTING else LIMIT_HEADERS[-1:]
    if exchange.status in _COUNTED:
        yield from (f"{name} is missing (section 6)" for name in wanted if not headers.get(name, "").isdecimal())
    yield from (f"{name} is about a tenant, and there is none (section 6)" for name in set(LIMIT_HEADERS) - set(wanted) if name in headers)
    if exchange.status == 429:
        problem = headers.get("x-rate-limit-problem", "")
        if problem not in ("minute", "day", "appminute", "concurrent"):
            yield f"x-rate-limit-problem is {problem!r} (section 6)"
        if (problem == "concurrent") == ("retry-after" in headers):
            yield "retry-after comes for the minute and the day, not for too many at once (section 6)"


def _judged_part(body: Any) -> Any:
    """Without nulls, which the files do not know but Xero may send, and the first rows of each list."""
    if isinstance(body, dict):
        return {name: _judged_part(value) for name, value in body.items() if value is not None}
    return [_judged_part(value) for value in body[:ROWS_JUDGED]] if isinstance(body, list) else body


def _faults_of_rows(body: Any, operation: Operation) -> Iterator[str]:
    if operation.file == IDENTITY:
        yield from _missing("connections", body)
        return
    yield from _missing("", [body])
    for name, rows in body.items():
        if isinstance(rows, list):
            yield from _missing(name, rows)


def _missing(name: str, rows: Iterable[Json]) -> Iterator[str]:
    for row in rows:
        yield from (f"{name} {key} is missing ({why})" for key, why in NEVER_MISSING.get(name, {}).items() if row.get(key) is None)
        inside = _INSIDE.get(name, "")
        if inside:
            yield from _missing(inside, row.get(inside) or [])


def _faults_of_paging(exchange: Exchange, operation: Operation, body: Any) -> Iterator[str]:
    """Section 4: lines and `pagination` come with one document and with pages, and a plain list has neither."""
    kind = operation.template.split("/")[1]
    if kind not in ("Invoices", "CreditNotes") or exchange.method != "GET":
        return
    rows, pagination = body[kind], body.get("pagination")
    has_lines = any(row.get("LineItems") for row in rows)
    is_summary = exchange.query.get("summaryOnly") == "true"
    is_paged = "page" in exchange.query or is_summary or (kind == "Invoices" and bool(exchange.query.get("Statuses")))
    if not operation.ids and not is_paged and has_lines and "pageSize" not in exchange.query:
        yield "a plain list has lines (section 4)"
    if (operation.ids or is_paged) and not is_summary:
        yield from (f"document {place} has no lines (section 4)" for place, row in enumerate(rows, 1) if "LineItems" not in row)
        if rows and not has_lines:
            yield "no document has a line (section 4)"
    if is_summary and any(key in row for row in rows for key in ("LineItems", "Payments", "HasAttachments")):
        yield "a summary has lines, payments or attachments (section 4)"
    if not operation.ids and is_paged:
        yield from _faults_of_pagination(exchange, rows, pagination)
    elif pagination is not None and "pageSize" not in exchange.query:
        yield "pagination comes with pages alone (section 4)"


def _faults_of_pagination(exchange: Exchange, rows: list[Json], pagination: Json | None) -> Iterator[str]:
    if pagination is None:
        yield "pagination is missing (section 4)"
        return
    yield from _missing("pagination", [pagination])
    page, size, pages, items = (int(pagination.get(key, 0)) for key in ("page", "pageSize", "pageCount", "itemCount"))
    wanted = int(exchange.query.get("page", 1)), min(LARGEST_PAGE, max(1, int(exchange.query.get("pageSize", 100))))
    if (page, size) != wanted:
        yield f"page {page} of {size} rows is answered, page {wanted[0]} of {wanted[1]} was asked for (section 4)"
    if pages != -(-items // size) or len(rows) != max(0, min(size, items - (page - 1) * size)):
        yield f"{len(rows)} rows, and pagination says {pagination} (section 4)"


def _faults_of_token(exchange: Exchange) -> Iterator[str]:
    """Section 1; the file has the answer's schema, not the call."""
    form = dict(parse_qsl(exchange.body.decode()))
    if exchange.headers.get("content-type", "").partition(";")[0] != "application/x-www-form-urlencoded":
        yield "what is sent is no form (section 1)"
    if form.get("grant_type") == "refresh_token" and not form.get("refresh_token"):
        yield "refresh_token is missing (section 1)"
    if "json" not in exchange.reply_headers.get("content-type", ""):
        yield "no JSON is answered"
    elif exchange.status == 200:
        yield from faults_in(exchange.json, _validator(IDENTITY, {"$ref": "#/components/schemas/AccessToken"}, is_reply=True))
        wanted = {"access_token", "expires_in", "token_type", "scope"}
        wanted |= {"id_token", "refresh_token"} if form.get("grant_type") == "refresh_token" else set()
        yield from (f"{name} is missing (section 1)" for name in sorted(wanted - exchange.json.keys()))
    elif exchange.status != 400 or exchange.json.get("error") not in TOKEN_ERRORS or len(exchange.json) != 1:
        yield "no such refusal is known (section 1)"


# --- notices (webhooks) ---


def judge_notice(exchange: Exchange, *, is_genuine: bool) -> None:
    """Raises NotAccepted for a notice Xero would not send, or an answer Xero would not take. For those with events: the file knows no other."""
    accept(f"{exchange}: {fault}" for fault in _faults_of_notice(exchange, is_genuine=is_genuine))


def _faults_of_notice(exchange: Exchange, *, is_genuine: bool) -> Iterator[str]:
    body = json.loads(exchange.body)
    schemas = read_yaml(WEBHOOKS)
    with_notes = any(event.get("eventCategory") == "CREDITNOTE" for event in body["events"])
    pointer = "#/components/schemas/" + ("CreditNoteWebhookEvent" if with_notes else "WebhookEvent")
    registry = Registry().with_resource("urn:contract", DRAFT202012.create_resource({"components": schemas["components"]}))
    # Without formats but uuid: the file's own example of eventDateUtc is no date-time (section 11).
    checker = jsonschema.FormatChecker(formats=["uuid"])
    yield from faults_in(
        body, jsonschema.Draft202012Validator({"$ref": f"urn:contract{pointer}"}, registry=registry, format_checker=checker)
    )
    yield from (f"eventDateUtc {event.get('eventDateUtc')} has a zone (section 5)" for event in body["events"] if _has_zone(event))
    if "x-xero-signature" not in exchange.headers:
        yield "x-xero-signature is missing"
    if exchange.status != (200 if is_genuine else 401):
        yield f"Xero wants {200 if is_genuine else 401} (section 5)"
    if exchange.reply or "set-cookie" in exchange.reply_headers:
        yield "the answer has a body or a cookie (section 5)"


def _has_zone(event: Json) -> bool:
    return bool(re.search(r"(Z|[+-]\d\d:?\d\d)$", str(event.get("eventDateUtc"))))


# --- the files, closed ---


def _validator(file: str, schema: Json, *, is_reply: bool) -> Validator:
    """For a schema that stands in this file."""
    checker = jsonschema.FormatChecker(formats=["uuid"])
    return jsonschema.Draft4Validator(_in_file(schema), registry=_schemas(file, is_reply=is_reply), format_checker=checker)


def _in_file(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: f"urn:contract{value}" if key == "$ref" else _in_file(value) for key, value in part.items()}
    return [_in_file(value) for value in part] if isinstance(part, list) else part


@functools.cache
def _schemas(file: str, *, is_reply: bool) -> Registry[Any]:
    """The file's schemas as they are judged by: closed, and in replies with dates as Xero writes them."""
    schemas = deepcopy(read_yaml(file)["components"]["schemas"])
    for name, schema in schemas.items():
        _close(schema, is_reply=is_reply)
        is_listing = "x-objectArrayKey" in schema
        if is_reply:
            schema.get("properties", {}).update({key: {} for key in ALSO_THERE.get("" if is_listing else name, {})})
    if "Element" in schemas:
        del schemas["Element"]["additionalProperties"]  # section 8: the object that was sent comes back in it
    resource = DRAFT4.create_resource({"components": {"schemas": schemas}})
    return Registry().with_resource("urn:contract", resource)


def _close(schema: Any, *, is_reply: bool) -> None:
    if isinstance(schema, list):
        for part in schema:
            _close(part, is_reply=is_reply)
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("properties"), dict):
        schema.setdefault("additionalProperties", False)
    if is_reply and (schema.get("x-is-msdate") or schema.get("x-is-msdate-time")):
        schema["pattern"] = MS_DATE
    for part in schema.values():
        _close(part, is_reply=is_reply)
