"""What a list shows: filters, order, pages (Xero API, section 4)."""

import operator
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from xero_sync.testing.standins.xero.books import Books
from xero_sync.testing.standins.xero.documents import ID_KEYS, NUMBER_KEYS
from xero_sync.testing.standins.xero.wire import (
    Asked,
    Listing,
    Record,
    Refusal,
    View,
    bad_query,
    read_amount,
    read_instant,
    read_modified_since,
)

MOST_IDS = 52  # one more and the address is too long: 404
LARGEST_PAGE, USUAL_PAGE = 1000, 100
# CreditNotes take only where, order, page, pageSize and unitdp; Contacts no Statuses.
FILTERS = {
    "Invoices": ("ids", "numbers", "contacts", "statuses", "search", "app"),
    "CreditNotes": (),
    "Contacts": ("ids", "search", "archived"),
}
Keep = Callable[[Record], bool]


def view_for(books: Books, asked: Asked, *, has_lines: bool, is_summary: bool = False) -> View:
    switches = books.switches
    return View(has_lines, is_summary, asked.query.get("unitdp") == "4", switches.tracking_has_option_ids, switches.has_updated_string)


def listed(books: Books, kind: str, asked: Asked) -> Listing:
    """The records that were asked for. Lines stand in it only where it is paged: by page, Statuses or summaryOnly."""
    query = asked.query
    filters = FILTERS[kind]
    kept = _in_order(books, kind, query.get("order", ""))
    for keep in _filters(books, kind, asked):
        kept = [record for record in kept if keep(record)]
    is_summary = kind != "CreditNotes" and asked.has("summaryOnly")
    is_paged = "page" in query or "pageSize" in query or is_summary or ("statuses" in filters and bool(query.get("Statuses")))
    view = view_for(books, asked, has_lines=is_paged, is_summary=is_summary)
    if not is_paged:
        return Listing(kind, kept, view)
    page, size = max(1, _whole(query.get("page"), 1)), min(LARGEST_PAGE, max(1, _whole(query.get("pageSize"), USUAL_PAGE)))
    pagination = {"page": page, "pageSize": size, "pageCount": -(-len(kept) // size), "itemCount": len(kept)}
    return Listing(kind, kept[(page - 1) * size : page * size], view, pagination)


def _in_order(books: Books, kind: str, order: str) -> list[Record]:
    column, _, direction = order.strip().partition(" ")
    column = column or "UpdatedDateUTC"
    keys: dict[str, Callable[[Record], Any]] = {
        "updateddateutc": lambda record: record.updated,
        "date": lambda record: record.day,
        ID_KEYS[kind].lower(): lambda record: record.record_id,
    }
    key = keys.get(column.lower())
    if key is None:
        records = books.records[kind].values()
        if records and not any(column in record.fields for record in records):
            raise bad_query(f"No property or field '{column}' exists")
        key = lambda record: str(record.fields.get(column, ""))  # noqa: E731
    found = books.in_order(kind, column.lower(), key)
    return found[::-1] if direction.strip().upper().startswith("DESC") else found


def _filters(books: Books, kind: str, asked: Asked) -> Iterable[Keep]:
    query, filters = asked.query, FILTERS[kind]
    if since := asked.headers.get("if-modified-since"):
        yield _modified_since(books, since)
    if query.get("where"):
        yield from map(_clause, re.split(r"\s+AND\s+|\s*&&\s*", query["where"], flags=re.IGNORECASE))
    if "ids" in filters and query.get("IDs"):
        ids = _ids(query["IDs"])
        yield lambda record: record.record_id in ids
    if "numbers" in filters and query.get("InvoiceNumbers"):
        numbers = _words(query["InvoiceNumbers"])
        yield lambda record: record.fields.get("InvoiceNumber") in numbers
    if "contacts" in filters and query.get("ContactIDs"):
        contacts = _ids(query["ContactIDs"])
        yield lambda record: str((record.fields.get("Contact") or {}).get("ContactID", "")).lower() in contacts
    if "statuses" in filters and query.get("Statuses"):
        statuses = {word.upper() for word in _words(query["Statuses"])}
        yield lambda record: record.fields.get("Status") in statuses
    if "archived" in filters and not asked.has("includeArchived"):
        yield lambda record: record.fields.get("ContactStatus", "ACTIVE") == "ACTIVE"
    if "app" in filters and asked.has("createdByMyApp"):
        yield lambda record: record.is_made_by_app
    if "search" in filters and query.get("searchTerm"):
        term = query["searchTerm"].casefold()
        yield lambda record: any(term in str(record.fields.get(key, "")).casefold() for key in (NUMBER_KEYS[kind], "Reference"))


def _modified_since(books: Books, value: str) -> Keep:
    has_zone = value.endswith(("Z", "GMT")) or re.search(r"[+-]\d\d:?\d\d$", value) is not None
    since = read_modified_since(value)
    if since is None or (has_zone and not books.switches.if_modified_since_takes_zones):
        raise Refusal(412, "")
    if books.switches.if_modified_since_is_inclusive:
        return lambda record: record.updated >= since
    return lambda record: record.updated > since


# --- where ---

_CLAUSE = re.compile(r"\s*([A-Za-z.]+)\s*(==|!=|>=|<=|>|<)\s*(.+?)\s*", re.DOTALL)
_LITERAL = re.compile(
    r'"(?P<text>[^"]*)"|guid\("(?P<guid>[^"]*)"\)|DateTime\((?P<date>[\d,\s]+)\)|(?P<number>-?[\d.]+)|(?P<flag>true|false)', re.IGNORECASE
)
_COMPARE = {"==": operator.eq, "!=": operator.ne, ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}


def _clause(text: str) -> Keep:
    """One comparison of a `where`; they are joined by AND alone, anything else is a QueryParseException."""
    found = _CLAUSE.fullmatch(text)
    literal = _LITERAL.fullmatch(found[3]) if found else None
    if found is None or literal is None:
        raise bad_query("Expression expected")
    compare, steps = _COMPARE[found[2]], found[1].split(".")
    wanted = _wanted(literal)

    def keep(record: Record) -> bool:
        value: Any = record.fields
        for step in steps:
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(wanted, datetime):
            value = read_instant(value)
        elif literal["number"]:
            value = read_amount(value)
        elif literal["guid"] is not None:
            value = str(value).lower()
        return value is not None and bool(compare(value, wanted))

    return keep


def _wanted(literal: re.Match[str]) -> Any:
    if literal["guid"] is not None:
        return literal["guid"].lower()
    if literal["date"] is not None:
        try:
            return datetime(*map(int, literal["date"].split(",")), tzinfo=UTC)  # type: ignore[arg-type, misc]
        except (TypeError, ValueError):
            raise bad_query("DateTime expected") from None
    if literal["number"] is not None:
        return read_amount(literal["number"])
    return literal["text"] if literal["text"] is not None else literal["flag"].lower() == "true"


def _words(value: str) -> set[str]:
    return {word.strip().strip('"') for word in value.split(",")}


def _ids(value: str) -> set[str]:
    words = _words(value)
    if len(words) > MOST_IDS:
        raise Refusal(404, "")
    try:
        return {str(UUID(word)) for word in words}
    except ValueError:
        raise Refusal(400, "Supplied parameter 'Ids' cannot be parsed - must be of type UUID.") from None


def _whole(value: str | None, otherwise: int) -> int:
    try:
        return otherwise if value is None else int(value)
    except ValueError:
        return otherwise
