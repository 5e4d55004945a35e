"""How Xero writes things down: dates, JSON, XML, the envelope, and its errors."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_DAY = date(9999, 12, 31)
Fields = dict[str, Any]

_MS_DATE = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")
_MS_DATE_IN_JSON = re.compile(rb'"/Date\(([0-9+-]+)\)/"')
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def ms_date(moment: datetime, zone: str = "+0000") -> str:
    """`/Date(1439434356790+0000)/`"""
    return f"/Date({(moment - EPOCH) // timedelta(milliseconds=1)}{zone})/"


def midnight(day: date) -> datetime:
    """The instant Xero sends for a calendar day: its midnight, labelled +0000 (Xero API, section 9)."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def read_instant(value: object) -> datetime | None:
    """The instant in `/Date(ms)/` or an ISO form, taken as UTC where it names no zone; None for anything else."""
    if not isinstance(value, str):
        return None
    if found := _MS_DATE.fullmatch(value):
        try:
            return EPOCH + timedelta(milliseconds=int(found[1]))
        except OverflowError:
            return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def read_modified_since(value: str) -> datetime | None:
    """If-Modified-Since to the second, in every spelling real clients send: ISO with or without zone, and RFC 1123."""
    moment = read_instant(value)
    if moment is None:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.replace(microsecond=0)


def read_amount(value: object) -> Decimal | None:
    """The exact decimal of a JSON number or numeric text; None for anything else."""
    try:
        return None if isinstance(value, bool) else Decimal(str(value))
    except InvalidOperation:
        return None


def encoded(value: object) -> bytes:
    """JSON as Xero sends it: Decimals as numbers, the slashes of dates escaped (`\\/Date(0+0000)\\/`)."""
    text = json.dumps(value, default=_number, ensure_ascii=False, separators=(",", ":"))
    return _MS_DATE_IN_JSON.sub(rb'"\\/Date(\1)\\/"', text.encode("utf-8", "surrogatepass"))


def _number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)  # a JSON number; Xero writes 46.0 too, and 15 digits come through exactly
    raise TypeError(f"{type(value).__name__} has no place in a reply")


# --- XML -------------------------------------------------------------------------------------------------------------

_SINGULAR = {"Currencies": "Currency", "Tracking": "TrackingCategory", "TrackingCategories": "TrackingCategory"}


def as_xml(name: str, value: object) -> str:
    """An element; a list becomes its singulars, a date an ISO one; the JSON-only `…String` copies of dates are left out."""
    if isinstance(value, Mapping):
        inner = "".join(as_xml(key, item) for key, item in value.items() if item is not None and not key.endswith("String"))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        inner = "".join(as_xml(_SINGULAR.get(name, name.removesuffix("s")), item) for item in value)
    elif isinstance(value, bool):
        inner = "true" if value else "false"
    elif isinstance(value, str) and _MS_DATE.fullmatch(value) and (moment := read_instant(value)):
        inner = moment.strftime("%Y-%m-%dT%H:%M:%S")
    else:
        inner = escape(_NOT_IN_XML.sub("", str(value)))
    return f"<{name}>{inner}</{name}>"


def read_xml(body: bytes) -> Fields | None:
    """`<Option><Name>…</Name></Option>` as {"Name": "…"}, `<Options>` of several as {"Options": […]}. None if it is no XML."""
    try:
        root = ET.fromstring(body)  # noqa: S314 - written by our own tests and demo
    except ET.ParseError:
        return None
    found = _read_element(root)
    return found if isinstance(found, dict) else {root.tag: found}


def _read_element(element: ET.Element) -> object:
    children = list(element)
    if not children:
        return element.text or ""
    if children[0].tag == _SINGULAR.get(element.tag, element.tag.removesuffix("s")):
        return [_read_element(child) for child in children]
    return {child.tag: _read_element(child) for child in children}


# --- what is answered ------------------------------------------------------------------------------------------------


class View(NamedTuple):
    """How much of a record a listing shows."""

    has_lines: bool = True
    is_summary: bool = False
    has_fine_prices: bool = False
    has_option_ids: bool = True
    has_updated_string: bool = True


WHOLE = View()


@dataclass(eq=False)
class Record:
    """One document or contact, with the JSON bytes of each view of it made once and kept until it changes."""

    record_id: str
    kind: str
    fields: Fields
    updated: datetime
    is_made_by_app: bool = False
    cache: dict[View, bytes] = field(default_factory=dict, repr=False)

    def json(self, view: View) -> bytes:
        found = self.cache.get(view)
        if found is None:
            found = self.cache[view] = encoded(self.seen_in(view))
        return found

    def seen_in(self, view: View) -> Fields:
        left_out = set() if view.has_updated_string else {"UpdatedDateUTCString"}
        if view.is_summary:  # Xero API, section 4: summaryOnly drops these three
            left_out |= {"LineItems", "Payments", "HasAttachments"}
        shown = {key: value for key, value in self.fields.items() if key not in left_out}
        lines = shown.get("LineItems")
        if isinstance(lines, list):
            shown["LineItems"] = [_line_in(view, line) for line in lines] if view.has_lines else []
        return shown

    @property
    def day(self) -> date:
        moment = read_instant(self.fields.get("DateString")) or read_instant(self.fields.get("Date"))
        return moment.date() if moment else LAST_DAY


def _line_in(view: View, line: object) -> object:
    if not isinstance(line, dict):
        return line
    price = line.get("UnitAmount")
    if isinstance(price, Decimal) and not view.has_fine_prices:
        line = {**line, "UnitAmount": round(price, 2)}
    if not view.has_option_ids and isinstance(line.get("Tracking"), list):
        line = {**line, "Tracking": [{k: v for k, v in entry.items() if k != "TrackingOptionID"} for entry in line["Tracking"]]}
    return line


@dataclass(frozen=True)
class Listing:
    """A reply's one list (`name`), ready to be put into the envelope."""

    name: str
    rows: Sequence[Record | Fields]
    view: View = WHOLE
    pagination: Mapping[str, int] | None = None

    def json(self, envelope: Fields) -> bytes:
        head = envelope | ({"pagination": dict(self.pagination)} if self.pagination else {})
        rows = b",".join(row.json(self.view) if isinstance(row, Record) else encoded(row) for row in self.rows)
        return encoded(head)[:-1] + b',"' + self.name.encode() + b'":[' + rows + b"]}"

    def xml(self, envelope: Fields) -> bytes:
        rows = [row.seen_in(self.view) if isinstance(row, Record) else row for row in self.rows]
        return b'<?xml version="1.0" encoding="utf-8"?>' + as_xml("Response", envelope | {self.name: rows}).encode()


@dataclass(frozen=True)
class Asked:
    """One authorised call, as the rules of the books see it."""

    method: str
    path: str
    ids: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_xml(self) -> bool:
        """Whether the body says it is XML."""
        return "xml" in self.headers.get("content-type", "")

    def has(self, switch: str) -> bool:
        return self.query.get(switch, "").lower() == "true"

    def object(self) -> Fields:
        """The body, JSON or XML by its Content-Type; 400 with ErrorNumber 14 where it is neither."""
        if self.is_xml:
            found: object = read_xml(self.body)
        else:
            try:
                found = json.loads(self.body, parse_float=Decimal)
            except ValueError:
                found = None
        if not isinstance(found, dict):
            raise bad_post("Invalid data in the body of the request")
        return found


def named(fields: Mapping[str, Any], name: str) -> Any:
    """The value under a key that may be written in any case (the specification's own examples write `name`)."""
    return next((value for key, value in fields.items() if key.lower() == name.lower()), None)


# --- errors (Xero API, section 8) ------------------------------------------------------------------------------------


class Refusal(Exception):
    """An answer other than 200. A dict is JSON (or XML, as the caller accepts), a str plain text."""

    def __init__(self, status: int, body: Fields | str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


def invalid(message: str, echoed: Fields | None = None) -> Refusal:
    """400 ValidationException about one object."""
    return invalid_elements([{**(echoed or {}), "ValidationErrors": [{"Message": message}]}])


def invalid_elements(elements: Iterable[Fields]) -> Refusal:
    body = {"ErrorNumber": 10, "Type": "ValidationException", "Message": "A validation exception occurred", "Elements": list(elements)}
    return Refusal(400, body)


def bad_post(message: str) -> Refusal:
    return Refusal(400, {"ErrorNumber": 14, "Type": "PostDataInvalidException", "Message": message})


def bad_query(message: str) -> Refusal:
    return Refusal(400, {"ErrorNumber": 16, "Type": "QueryParseException", "Message": message})


def not_found() -> Refusal:
    return Refusal(404, "The resource you're looking for cannot be found")


def out_of_order(new_id: Callable[[str], str]) -> Refusal:
    """The 500 that Xero also gives for bad input."""
    detail = "An error occurred in Xero. Check the API Status page for current service status."
    return Refusal(500, {"Title": "An error occurred", "Detail": detail, "Status": 500, "Instance": new_id("error")})
