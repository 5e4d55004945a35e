"""Xero's part of the judge: what goes over the wire against Xero's own files, and what these leave open against its documentation."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any
from urllib.parse import parse_qsl, unquote

import jsonschema
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4
from tests.judge.contracts import Json, accept, faults_in, read_yaml
from tests.judge.contracts_wire import Exchange
from tests.judge.contracts_xero_notes import (
    ALSO_THERE,
    COUNTED,
    INSIDE,
    LARGEST_PAGE,
    LIMIT_HEADERS,
    MODIFIED_SINCE,
    MS_DATE,
    NEVER_MISSING,
    REFUSALS,
    TOKEN_ERRORS,
    WITHOUT_JSON,
)

from xero_sync.domain import xero

ACCOUNTING, IDENTITY = "xero_accounting.yaml", "xero-identity.yaml"
API = "/api.xro/2.0"
TOKEN = "/connect/token"
ROWS_JUDGED = 25


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
    if not 1 <= _whole_or(exchange.query.get("pageSize", ""), 1) <= LARGEST_PAGE:
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


def _whole_or(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() else otherwise


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
    if exchange.status in COUNTED:
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
        inside = INSIDE.get(name, "")
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
    asked = [_whole_or(exchange.query.get(name, ""), otherwise) for name, otherwise in (("page", 1), ("pageSize", 100))]
    wanted = asked[0], min(LARGEST_PAGE, max(1, asked[1]))
    if (page, size) != wanted:
        yield f"page {page} of {size} rows is answered, page {wanted[0]} of {wanted[1]} was asked for (section 4)"
    if pages != -(-items // size) or len(rows) != max(0, min(size, items - (page - 1) * size)):
        yield f"{len(rows)} rows, and pagination says {pagination} (section 4)"


def _faults_of_token(exchange: Exchange) -> Iterator[str]:
    """Section 1; the file has the answer's schema, not the call."""
    form = dict(parse_qsl(exchange.body.decode()))
    if exchange.headers.get("content-type", "").partition(";")[0] != "application/x-www-form-urlencoded":
        yield "what is sent is no form (section 1)"
    if not exchange.headers.get("authorization", "").startswith("Basic ") and not {"client_id", "client_secret"} <= form.keys():
        yield "who asks is missing (section 1; foreign clients, section 3: in a Basic header or in the form)"
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


# --- what was made of it ---


def judge_reading(exchange: Exchange, read: Iterable[xero.Document]) -> None:
    """Raises NotAccepted where what our client read is not what Xero answered: the rows, and of each its lines, amounts and tracking."""
    body = exchange.json
    rows = body.get("Invoices", body.get("CreditNotes", []))
    answered, understood = [_seen_in_reply(row) for row in rows], [_seen_by_us(document) for document in read]
    faults = [
        f"{one['id'] if one else 'a row'} was answered as {one} and read as {other}"
        for one, other in zip_longest(answered, understood)
        if one != other
    ]
    accept(f"{exchange}: {fault}" for fault in faults)


def _seen_in_reply(row: Json) -> Json:
    lines = [
        (
            line["LineItemID"],
            *_amounts(line, "LineAmount", "TaxAmount"),
            [(each["Option"], each.get("TrackingOptionID")) for each in line["Tracking"]],
        )
        for line in row["LineItems"]
    ]
    own_id = row.get("InvoiceID") or row["CreditNoteID"]
    return {
        "id": own_id,
        "type": row["Type"],
        "status": row["Status"],
        "amounts": _amounts(row, "SubTotal", "TotalTax", "Total"),
        "lines": lines,
    }


def _amounts(row: Json, *names: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(str(row[name])) for name in names)


def _seen_by_us(document: xero.Document) -> Json:
    lines = [
        (line.line_item_id, line.line_amount, line.tax_amount, [(each.option_name, each.tracking_option_id) for each in line.tracking])
        for line in document.lines
    ]
    amounts = (document.sub_total, document.total_tax, document.total)
    return {"id": document.document_id, "type": document.type, "status": document.status, "amounts": amounts, "lines": lines}
