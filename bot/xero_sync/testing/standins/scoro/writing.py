"""What `modify` and `delete` do to the books: what is kept, what is dropped without a word, what moves the stamp."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from xero_sync.testing.standins.scoro.books import DOCUMENTS, PER_LINE, Books, Write
from xero_sync.testing.standins.scoro.rows import CENT, line
from xero_sync.testing.standins.scoro.switches import Switches
from xero_sync.testing.standins.scoro.wire import Row

FLAGS: dict[str | int, bool] = {1: True, "1": True, "true": True, 0: False, "0": False, "": False, "false": False}


class Malformed(Exception):
    """A value that its field cannot hold."""


class Refused(Exception):
    """A write that Scoro turns down, with its reason."""


def _text(value: object) -> str:
    if not isinstance(value, str | int):
        raise Malformed
    return str(value)


def _whole(value: object) -> int:
    try:
        return int(str(value or 0))
    except ValueError:
        raise Malformed from None


def _amount(value: object) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise Malformed from None
    if not amount.is_finite():
        raise Malformed
    return amount


def _cents(value: object) -> Decimal:
    return _amount(value).quantize(CENT)


def _day(value: object) -> str | None:
    if value in (None, "", "0000-00-00"):
        return None
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise Malformed from None


def _flag(value: object) -> bool:
    if not isinstance(value, str | int) or value not in FLAGS:
        raise Malformed
    return FLAGS[value]


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise Malformed
    return list(value)


def _number(value: object) -> str | int:
    if not isinstance(value, str | int):
        raise Malformed
    return value


Reader = Callable[[object], Any]
DOCUMENT: dict[str, Reader] = {
    **dict.fromkeys(("currency", "owner_email", "status", "description", "vat_code_id", "payment_type"), _text),
    **dict.fromkeys(("company_id", "person_id", "project_id", "owner_id"), _whole),
    **dict.fromkeys(("date", "deadline"), _day),
    **dict.fromkeys(("currency_rate", "discount"), _amount),
    "no": _number,
}
WRITABLE: dict[str, dict[str, Reader]] = {
    "projects": {
        **dict.fromkeys(("project_name", "description", "status", "color", "duration"), _text),
        **dict.fromkeys(("company_id", "manager_id"), _whole),
        **dict.fromkeys(("date", "deadline"), _day),
        **dict.fromkeys(("is_personal", "is_private"), _flag),
        **dict.fromkeys(("project_accounts", "tags", "project_users", "phases"), _list),
        "no": _number,
    },
    "bills": {**DOCUMENT, "dateofpayment": _day, "recognition_date": _day, "is_chargeable": _flag, "purchase_order_id": _whole},
    "invoices": {**DOCUMENT, "credited_invoices": _list, "is_sent": _flag, "reference_no": _text},
    "financeObjects": {"name": _text, "object_symbol": _text, "parent_group_name": _text},
    "products": {
        **dict.fromkeys(("name", "code", "unit", "default_vat_code_id"), _text),
        **dict.fromkeys(("productgroup_id", "accounting_object_id"), _whole),
        **dict.fromkeys(("is_active", "is_service"), _flag),
        "price": _amount,
    },
}
ONLY_AT_CREATION: dict[str, dict[str, Reader]] = {
    "projects": {"budget_type": _text, "project_type": _text, "retainer_id": _whole, "account_id": _text},
    "bills": {"account_id": _text},
    "invoices": {"account_id": _text},
}
LINE: dict[str, Reader] = {
    **dict.fromkeys(("comment", "comment2", "product_code", "unit", "vat_code_id"), _text),
    **dict.fromkeys(("product_id", "finance_object_id", "finance_account_id", "project_id"), _whole),
    **dict.fromkeys(("price", "amount", "discount", "vat"), _amount),
    "sum": _cents,
}


class Writing:
    """The writes of one site. What a person does in Scoro itself goes the same way, unrecorded."""

    def __init__(self, books: Books, switches: Switches) -> None:
        self.books = books
        self.switches = switches

    def creates(self, module: str, request: Row) -> int:
        """The id of a new row made from the request; its unknown keys are dropped.

        Raises Refused when a project has no name.
        """
        books = self.books
        taken = self._read(module, request, WRITABLE[module] | ONLY_AT_CREATION.get(module, {}))
        match module:
            case "projects":
                if not taken.get("project_name"):
                    raise Refused("project_name is required")
                row_id = books.has_project("", company=None, status="pending")
            case "financeObjects":
                row_id = books.has_object("", group="")
            case "products":
                row_id = books.has_product("")
            case _:
                row_id = books.has_document(module, f"{module[0].upper()}-{len(books.table(module)) + 1:04}", 0, [])
        row = books.table(module)[row_id]
        blank = deepcopy(row)
        self._lay(module, row, taken)
        books.changed(module, row_id)
        changed = tuple(key for key in row if row[key] != blank.get(key))
        books.writes.append(Write(module, row_id, changed, None, deepcopy(row), books.now()))
        return row_id

    def modifies(self, module: str, row_id: int, request: Row, *, is_recorded: bool = True) -> None:
        """Lays the request over the row; what it leaves out is kept, what it does not know is dropped."""
        books = self.books
        after = books.table(module)[row_id]
        before = deepcopy(after)
        self._lay(module, after, self._read(module, request, WRITABLE[module]))
        changed = tuple(key for key in after if after[key] != before.get(key))
        if not changed:
            return
        moves = self.switches.attach_moves_modified_date or _without_projects(before) != _without_projects(after)
        if moves and module != "financeObjects":
            after["modified_date"] = books.stamp()
        books.changed(module, row_id)
        if is_recorded:
            books.writes.append(Write(module, row_id, changed, before, deepcopy(after), books.now()))

    def deletes(self, module: str, row_id: int, *, is_recorded: bool = True) -> None:
        """Marks the row deleted. Scoro, section 5: that leaves `modified_date` where it was."""
        books = self.books
        row = books.table(module)[row_id]
        before = deepcopy(row)
        if module == "financeObjects":
            books.loses_object(row_id)
        else:
            row |= {"is_deleted": True, "deleted_date": books.stamp()}
            books.changed(module, row_id)
        if is_recorded:
            books.writes.append(Write(module, row_id, ("is_deleted", "deleted_date"), before, deepcopy(row), books.now()))

    def _read(self, module: str, request: Row, writable: dict[str, Reader]) -> Row:
        """What of the request will be stored."""
        taken = _taken(request, writable)
        if not self._is_good_project(module, taken.get("project_id", 0)):
            del taken["project_id"]
        if isinstance(request.get("custom_fields"), list):
            taken["custom_fields"] = self._custom_values(module, request["custom_fields"])
        if module in DOCUMENTS and isinstance(request.get("lines"), list):
            taken["lines"] = [one for one in request["lines"] if isinstance(one, dict)]
        return taken

    def _lay(self, module: str, row: Row, taken: Row) -> None:
        row |= {key: value for key, value in taken.items() if key not in {"custom_fields", "lines"}}
        if "custom_fields" in taken:
            row["custom_fields"] = row.get("custom_fields", {}) | taken["custom_fields"]
        if "lines" in taken:
            self._write_lines(module, row, taken["lines"])
        if module in DOCUMENTS and taken.keys() & {"project_id", "lines"}:
            self._carry_header_to_lines(row)

    def _carry_header_to_lines(self, document: Row) -> None:
        if self.switches.header_project_overwrites_lines and document["project_id"] != PER_LINE:
            document["lines"] = [{**one, "project_id": document["project_id"]} for one in document["lines"]]

    def _is_good_project(self, module: str, project_id: int) -> bool:
        if project_id == 0 or project_id in self.books.projects:
            return True
        if project_id == PER_LINE:
            return module == "bills" or (module == "invoices" and self.switches.invoice_accepts_line_projects)
        if self.switches.unknown_project_in_write == "refused":
            raise Refused("project_id: no such project")
        return False

    def _write_lines(self, module: str, document: Row, sent: list[Row]) -> None:
        known = {one["id"]: one for one in document["lines"]}
        wanted: dict[int, Row] = dict(known) if self.switches.lines_modify == "merge" else {}
        for one in sent:
            line_id = _id_of(one)
            old = known.get(line_id)
            new_id = line_id if old else self.books.new_id("lines")
            wanted[new_id] = self._line(module, one, old or line(0, vat=0)) | {"id": new_id}
        lines = list(wanted.values())
        net = sum((one["sum"] for one in lines), Decimal(0))
        if net != document["sum"]:
            # A VAT that somebody corrected by hand stands as long as the net does.
            document["vat_sum"] = sum(((one["sum"] * one["vat"] / 100).quantize(CENT) for one in lines), Decimal(0))
        document |= {"lines": lines, "sum": net}

    def _line(self, module: str, sent: Row, old: Row) -> Row:
        taken = _taken(sent, LINE)
        project_id = taken.get("project_id", 0)
        takes_projects = self.switches.line_projects_can_be_set and (module == "bills" or self.switches.invoice_accepts_line_projects)
        if not takes_projects or (project_id and project_id not in self.books.projects):
            taken.pop("project_id", None)
        new = old | taken
        if "sum" in taken and self.switches.line_sum_wins:
            return new if "price" in taken or not new["amount"] else new | {"price": new["sum"] / new["amount"]}
        if taken.keys() & {"price", "amount", "sum"}:
            return new | {"sum": (new["price"] * new["amount"]).quantize(CENT)}
        return new

    def _custom_values(self, module: str, sent: list[Any]) -> Row:
        """Scoro, section 2.3: only `[{id, value}]` of fields that exist is stored."""
        fields = {field["id"] for field in self.books.custom_fields.values() if module in field["modules"]}
        return {one["id"]: one.get("value") for one in sent if isinstance(one, dict) and str(one.get("id")) in fields}


def _taken(request: Row, writable: dict[str, Reader]) -> Row:
    """The request's values that Scoro can read; malformed ones are dropped with the unknown keys."""
    taken: Row = {}
    for key in [key for key in writable if key in request]:
        try:
            taken[key] = writable[key](request[key])
        except Malformed:
            continue
    return taken


def _id_of(sent: Row) -> int:
    try:
        return _whole(sent.get("id"))
    except Malformed:
        return 0


def _without_projects(row: Row) -> Row:
    lines = [{**one, "project_id": 0} for one in row.get("lines") or []]
    return {**row, "project_id": 0, "lines": lines}
