"""What `list` and `view` answer: filters, pages, and the fields each shows."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from xero_sync.testing.standins.scoro.books import DOCUMENTS, KEYS, Books
from xero_sync.testing.standins.scoro.switches import Switches
from xero_sync.testing.standins.scoro.wire import VIEW_ONLY, Row, Shape, as_written, cells, encode, with_noise

DEFAULT_PER_PAGE = 50
MOST_PER_PAGE = 100
MOST_PER_DETAILED_PAGE = 25
DELETED_SHOWN_FOR = timedelta(days=30)
TRUE = (True, 1, "1", "true")
RANGES = ("modified_date", "created_date", "date", "deadline")
DOCUMENT_FILTERS = frozenset({"status", "project_id", "company_id", "currency"})
FILTERS: dict[str, frozenset[str]] = {
    "projects": frozenset({"status", "manager_id", "company_id", "project_type"}),
    "bills": DOCUMENT_FILTERS,
    "invoices": DOCUMENT_FILTERS,
    "users": frozenset({"email", "status"}),
    "contacts": frozenset({"contact_type"}),
    "companies": frozenset({"contact_type"}),
    "products": frozenset({"code", "is_active"}),
    "statuses": frozenset({"module"}),
    "customFields": frozenset({"modules"}),
}
Claim = Callable[[Row], bool]


class Reading:
    """The lists and views of one site. A list that nobody has written to since is not made twice."""

    def __init__(self, books: Books, switches: Switches) -> None:
        self.books = books
        self.switches = switches
        self._lists: dict[str, list[Any]] = {}
        self._listed_at: object = None
        self._encoded_under: object = None

    def page(self, module: str, body: Row) -> list[bytes]:
        """The encoded rows of the page that the request asks for; none past the end."""
        is_detailed = body.get("detailed_response") in TRUE
        most = MOST_PER_DETAILED_PAGE if is_detailed else MOST_PER_PAGE
        size = min(_count(body.get("per_page")) or DEFAULT_PER_PAGE, most)
        start = ((_count(body.get("page")) or 1) - 1) * size
        ids = self._ids(module, body)[start : start + size]
        module = "contacts" if module == "companies" else module
        if is_detailed or "user_token" in body:
            return [encode(self.row(module, row_id, "detailed" if is_detailed else "list", "user_token" in body)) for row_id in ids]
        return [self._encoded(module, row_id) for row_id in ids]

    def row(self, module: str, row_id: Any, shape: Shape, by_user: bool = False) -> Row:
        """One row as the shape shows it. by_user: read with a user_token, which shows a project's company by name."""
        books, row = self.books, self._rows(module)[row_id]
        if (module, row_id) in books.put_at:
            return as_written(row)
        shown = cells(row, self.switches, books.time_zone, shape)
        if module in DOCUMENTS:
            self._finish_document(module, row, shown, shape)
        if module == "projects":
            shown["status_name"] = self._status_name(row["status"])
        if "custom_fields" in row:
            shown["custom_fields"] = self._custom_fields(module, row)
        if shape != "view":
            keeps_fields = shape == "detailed" and self.switches.detailed_lists_have_custom_fields
            hidden = VIEW_ONLY.get(module, frozenset()) - ({"custom_fields"} if keeps_fields else set())
            shown = {key: value for key, value in shown.items() if key not in hidden}
        if by_user and module == "projects":
            shown |= self._cells({"company_name": self._name_of("contacts", row["company_id"]), "permissions": {}}, shape)
        return shown

    def _rows(self, module: str) -> Mapping[Any, Row]:
        match module:
            case "customFields":
                return self.books.custom_fields
            case "statuses":
                return dict(enumerate(self.books.statuses))
            case "companyAccount":
                return {0: self._account()}
            case _:
                return self.books.table(module)

    def _account(self) -> Row:
        entities = [{"entity_id": entity, "entity_name": name} for entity, name in self.books.entities.items()]
        return {"active_entities": entities, "base_currency": self.books.base_currency, "active_currencies": self.books.currencies}

    def _encoded(self, module: str, row_id: Any) -> bytes:
        under = self._set_so(), self.books.time_zone
        if under != self._encoded_under:
            self.books.encoded_rows.clear()
            self._encoded_under = under
        known = self.books.encoded_rows
        if (module, row_id) not in known:
            known[module, row_id] = encode(self.row(module, row_id, "list"))
        return known[module, row_id]

    def _set_so(self) -> tuple[object, ...]:
        """How all switches stand."""
        return tuple(vars(self.switches).values())

    def _ids(self, module: str, body: Row) -> list[Any]:
        """The ids of the whole filtered list, in its order."""
        # The moment is part of the state: deleted rows drop out of the list after thirty days.
        shows_deleted = _asks_for_deleted(body)
        state = self.books.revision, self._set_so(), self.books.time_zone, self.books.stamp() if shows_deleted else None
        if state != self._listed_at:
            self._lists.clear()
            self._listed_at = state
        wanted, entity = body.get("filter"), str(body["company_account_id"])
        key = f"{module} {entity} {shows_deleted} {json.dumps(wanted, sort_keys=True, default=str)}"
        if key not in self._lists:
            self._lists[key] = self._listed(module, entity, wanted if isinstance(wanted, dict) else {}, shows_deleted)
        return self._lists[key]

    def _listed(self, module: str, entity: str, wanted: Row, shows_deleted: bool) -> list[Any]:
        claims = [claim for field, value in wanted.items() if (claim := self._claim(module, field, value)) is not None]
        if module == "companies":
            claims.append(lambda row: row.get("contact_type") == "company")
        if module in ("projects", *DOCUMENTS) and not self.switches.lists_show_other_entities:
            claims.append(lambda row: _is_open_to(entity, row))
        since = self.books.now() - DELETED_SHOWN_FOR
        found = [
            row_id
            for row_id, row in self._rows(module).items()
            if (not row.get("is_deleted") or (shows_deleted and self._instant(row.get("deleted_date"), since) >= since))
            and all(claim(row) for claim in claims)
        ]
        if self.switches.lists_start_with == "lowest_id":
            return sorted(found)
        rows = self._rows(module)
        return sorted(found, key=lambda row_id: self._field(module, row_id, rows[row_id], "modified_date"), reverse=True)

    def _claim(self, module: str, field: str, value: object) -> Claim | None:
        """What a filter says of a row; None for one that Scoro ignores."""
        if field in RANGES and isinstance(value, dict):
            return self._range_claim(module, field, value)
        if isinstance(value, dict):
            return None
        if module == "customFields" and field == "module":
            field = "modules"
        if module == "projects" and field == "project_name":
            return self._name_claim(str(value))
        if field not in FILTERS.get(module, frozenset()) and not self.switches.any_field_is_filterable:
            return None
        wanted = {_plain(one) for one in (value if isinstance(value, list) else [value])}
        return lambda row: bool(wanted & {_plain(one) for one in _as_list(row.get(field))})

    def _name_claim(self, name: str) -> Claim | None:
        match self.switches.project_name_filter:
            case "exact":
                return lambda row: row["project_name"] == name
            case "contains":
                return lambda row: name.lower() in row["project_name"].lower()
            case _:
                return None

    def _range_claim(self, module: str, field: str, wanted: Row) -> Claim | None:
        """Scoro: a bare date means 00:00:00, so `to_date` leaves that day out; other keys than from_date and to_date are ignored."""
        earliest, latest = self._bound(wanted.get("from_date")), self._bound(wanted.get("to_date"))
        if earliest is None and latest is None:
            return None

        def is_within(row: Row) -> bool:
            at = self._field(module, row[KEYS.get(module, "id")], row, field)
            return (earliest is None or at >= earliest) and (latest is None or at <= latest)

        return is_within

    def _field(self, module: str, row_id: Any, row: Row, field: str) -> datetime:
        """A row's date as an instant; a raw row without one counts as of when it was put there."""
        at: datetime = self._instant(
            row.get(field), self.books.put_at.get((module, row_id), datetime.min.replace(tzinfo=self.books.time_zone))
        )
        return at

    def _instant(self, value: object, otherwise: Any = None) -> Any:
        if isinstance(value, datetime):
            return value
        try:
            at = datetime.fromisoformat(str(value))
        except ValueError:
            return otherwise
        return at if at.tzinfo else at.replace(tzinfo=self.books.time_zone)

    def _bound(self, value: object) -> Any:
        at = self._instant(value)
        if at is None or self.switches.from_date_accepts_time:
            return at
        return datetime.combine(at.astimezone(self.books.time_zone), time(), self.books.time_zone)

    def _finish_document(self, module: str, row: Row, shown: Row, shape: Shape) -> None:
        has_lines = shape == "view" or (shape == "detailed" and self.switches.detailed_lists_have_lines)
        shown["lines"] = None
        if has_lines:
            # Scoro, section 2.6: a deleted document still answers, with `lines: []`.
            shown["lines"] = [] if row["is_deleted"] else [self._line(module, one, shape) for one in row["lines"]]
        if module == "invoices":
            gross = row["sum"] + row["vat_sum"]
            shown["receivable_sum"] = with_noise(gross - row["paid_sum"])
        if shape == "view":
            project = self.books.projects.get(row["project_id"], {})
            name = project.get("project_name", "")
            if name and self.switches.document_project_name_has_number:
                name = f"{project['no']} - {name}"
            shown |= self._cells(
                {"company_name": self._name_of("contacts", row["company_id"]), "company_address": "", "project_name": name}, shape
            )

    def _line(self, module: str, line: Row, shape: Shape) -> Row:
        entry = self.books.objects.get(line["finance_object_id"], {})
        names = {
            "product_name": self._name_of("products", line["product_id"]),
            "finance_object_name": entry.get("name", ""),
            "finance_object_symbol": entry.get("object_symbol", ""),
            "finance_account_name": "",
            "project_name": self._name_of("projects", line["project_id"]),
        }
        extra: Row = {"cost": "0.0000", "is_internal": 0} if module == "invoices" else {}
        return self._cells({**line, **names}, shape) | extra

    def _cells(self, row: Row, shape: Shape) -> Row:
        return cells(row, self.switches, self.books.time_zone, shape)

    def _custom_fields(self, module: str, row: Row) -> list[Row]:
        fields = [field for field in self.books.custom_fields.values() if module in field["modules"]]
        return [
            {"id": field["id"], "name": field["name"], "value": row["custom_fields"].get(field["id"]), "type": field["type"]}
            for field in fields
        ]

    def _name_of(self, module: str, row_id: Any) -> str:
        row = self.books.table(module).get(row_id, {})
        return str(row.get("project_name" if module == "projects" else "name", ""))

    def _status_name(self, status: str) -> str:
        labels = (row["status_name"] for row in self.books.statuses if (row["module"], row["status_id"]) == ("projects", status))
        return next(labels, status)


def _asks_for_deleted(body: Row) -> bool:
    """Scoro, section 5: one source sends `include_deleted` inside `request`, another at the top."""
    request = body.get("request")
    return body.get("include_deleted") in TRUE or (isinstance(request, dict) and request.get("include_deleted") in TRUE)


def _is_open_to(entity: str, row: Row) -> bool:
    owners = {row.get("account_id"), *(row.get("project_accounts") or ())} - {None, ""}
    return not owners or entity in owners


def _count(value: object) -> int:
    text = str(value)
    return int(text) if text.isdecimal() else 0


def _as_list(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else [value]


def _plain(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
