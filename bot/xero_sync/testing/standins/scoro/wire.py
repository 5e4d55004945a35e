"""How Scoro writes things down: envelopes, and one row of a module as a list or a view shows it."""

import html
import json
import math
from collections.abc import Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any, Literal

from xero_sync.testing.standins.scoro.switches import Switches

Row = dict[str, Any]
Shape = Literal["list", "detailed", "view"]

# Scoro: "71.50", "11.000000", "24.000", "0.0000" - each field has its own number of places.
PLACES = {"price": 6, "amount": 6, "vat": 3, "cost": 4, "currency_rate": 6, "paid_sum": 2}
EMPTY_DATES: dict[str, str | None] = {
    "deadline": "0000-00-00",
    "dateofpayment": "",
    "recognition_date": None,
    "modified_date": "0000-00-00 00:00:00",
    "created_date": "",
    "deleted_date": None,
    "date": None,
}
INSTANTS = frozenset({"modified_date", "created_date", "deleted_date"})
VIEW_ONLY = {
    "projects": frozenset({"status_name", "tags", "phases", "project_users", "custom_fields"}),
    "bills": frozenset({"company_name", "company_address", "project_name", "reference_no", "custom_fields"}),
    "invoices": frozenset({"company_name", "company_address", "project_name", "prepayment_sum", "custom_fields"}),
}


def cells(row: Mapping[str, Any], switches: Switches, zone: tzinfo, shape: Shape) -> Row:
    """The row's plain values in Scoro's spelling; lists and dictionaries stay as they are."""
    return {key: _cell(key, value, switches, zone, shape) for key, value in row.items()}


def as_written(row: Mapping[str, Any]) -> Row:
    """A raw row, changed only where JSON has no word for a value."""
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in row.items()}


def with_noise(amount: Decimal) -> float:
    """A sum as Scoro computes it, off by the last binary digit. Scoro, section 5: `receivable_sum` like 70.0299999…"""
    return math.nextafter(float(amount), 0) if amount else 0.0


def page(rows: list[bytes], status_code: int | str) -> bytes:
    """A list's reply, made of rows that are encoded already."""
    return b'{"status":"OK","statusCode":%s,"messages":null,"data":[%s]}' % (encode(status_code), b",".join(rows))


def ok(status_code: int | str, row: Row | None) -> bytes:
    """A view's or a modify's reply; a delete's, which has no data, without a row."""
    envelope: Row = {"status": "OK", "statusCode": status_code, "messages": None}
    return encode(envelope if row is None else {**envelope, "data": row})


def error(status_code: int | str, text: str, switches: Switches) -> bytes:
    """An ERROR body in the form the switches ask for."""
    envelope: Row = {"status": "ERROR", "statusCode": status_code, "messages": None}
    match switches.error_form:
        case "messages.error":
            envelope["messages"] = {"error": [text]}
        case "errors":
            envelope["errors"] = {"error": [text]}
        case "list":
            envelope["messages"] = [text]
        case "string":
            envelope["messages"] = text
    return encode(envelope)


def encode(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _cell(key: str, value: object, switches: Switches, zone: tzinfo, shape: Shape) -> object:
    if value is None:
        return _empty(key, switches)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        return html.escape(value, quote=False) if switches.names_are_html_escaped and key.endswith("name") else value
    if isinstance(value, Decimal):
        return 1 if key == "currency_rate" and value == 1 else f"{value:.{PLACES.get(key, 2)}f}"
    if isinstance(value, datetime):
        is_iso = key == "deleted_date" or switches.datetimes == "iso" or (switches.datetimes == "mixed" and shape == "view")
        local = value.astimezone(zone)
        return local.isoformat(timespec="seconds") if is_iso else f"{local:%Y-%m-%d %H:%M:%S}"
    return value


def _empty(key: str, switches: Switches) -> str | None:
    if key not in EMPTY_DATES or switches.empty_dates == "null":
        return None
    if switches.empty_dates == "blank":
        return ""
    if switches.empty_dates == "zeros":
        return "0000-00-00 00:00:00" if key in INSTANTS else "0000-00-00"
    return EMPTY_DATES[key]
