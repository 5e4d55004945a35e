"""What a Scoro site holds, and the verbs that fill it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from html import unescape
from typing import Any, NamedTuple

from xero_sync.testing.standins.scoro.rows import line, new_document
from xero_sync.testing.standins.scoro.wire import Row

PER_LINE = -1
DOCUMENTS = ("bills", "invoices")
KEYS = {"projects": "project_id", "financeObjects": "object_id", "contacts": "contact_id", "products": "product_id"}
FIRST_IDS = {
    "projects": 501,
    "bills": 3001,
    "invoices": 4001,
    "lines": 9001,
    "contacts": 91,
    "users": 11,
    "financeObjects": 1,
    "products": 71,
}
PROJECT_STATUSES = {
    "pending": "Pending",
    "inprogress": "In progress",
    "cancelled": "Cancelled",
    "completed": "Completed",
    "future": "Future",
}


@dataclass(frozen=True)
class Write:
    """A modify or delete over the API that changed something. before: None when it created; rows as stored, not as sent."""

    module: str
    id: int
    changed: tuple[str, ...]
    before: Row | None
    after: Row
    at: datetime


class OnProject(NamedTuple):
    """One amount that stands on a project. line_id: None where the document's header carries the project."""

    module: str
    document_id: int
    line_id: int | None
    net: Decimal
    currency: str


class Books:
    """Rows by id, as Scoro stores them: Decimals, aware datetimes, names unescaped. Read them freely; change them by the verbs.

    Ids count up from a fixed number for each module, so a run can be repeated.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.projects: dict[int, Row] = {}
        self.bills: dict[int, Row] = {}
        self.invoices: dict[int, Row] = {}
        self.objects: dict[int, Row] = {}
        self.users: dict[int, Row] = {}
        self.contacts: dict[int, Row] = {}
        self.products: dict[int, Row] = {}
        self.custom_fields: dict[str, Row] = {}
        self.statuses: list[Row] = []
        self.other_rows: dict[str, dict[int, Row]] = {}
        self.user_tokens: set[str] = set()
        self.writes: list[Write] = []
        self.revision = 0
        self.put_at: dict[tuple[str, int], datetime] = {}
        self.encoded_rows: dict[tuple[str, Any], bytes] = {}
        self._next_ids = dict(FIRST_IDS)
        self._company_ids: dict[str, int] = {}
        for code, label in PROJECT_STATUSES.items():
            self.has_status(code, label)
        for module in DOCUMENTS:
            self.has_status("unpaid", "Unpaid", module)
            self.has_status("paid", "Paid", module)
        self.site()

    def site(
        self,
        name: str = "ferrowpike",
        entity: str | None = None,
        base_currency: str = "GBP",
        *,
        entity_name: str = "Ferrow & Pike Ltd",
        currencies: Iterable[str] = (),
        time_zone: tzinfo = UTC,
    ) -> None:
        """Names the site before anything is in it. entity: its `company_account_id`, often the site's name.

        time_zone: the one in which Scoro writes datetimes and reads bare dates.
        """
        self.name = name
        self.entity = entity or name
        self.entities = {self.entity: entity_name}
        self.base_currency = base_currency
        self.currencies = [base_currency, *(code for code in currencies if code != base_currency)]
        self.time_zone = time_zone
        self._changed_much()

    def has_entity(self, entity: str, name: str) -> None:
        """One more business entity on the same site."""
        self.entities[entity] = name
        self._changed_much()

    def has_project(
        self,
        name: str,
        no: int | None = None,
        project_id: int | None = None,
        company: str | None = "Tern & Teal Ltd",
        status: str = "inprogress",
        project_type: str = "regular",
        manager_id: int | None = None,
        *,
        account_id: str | None = None,
        project_accounts: Sequence[str] = (),
        modified: datetime | None = None,
    ) -> int:
        """Its project_id. no: the project number, the id where none is given. Names need not be unique."""
        project_id = self.new_id("projects", project_id)
        self.projects[project_id] = {
            "project_id": project_id,
            "no": project_id if no is None else no,
            "project_name": name,
            "description": "",
            "company_id": self.has_company(company) if company else 0,
            "is_personal": False,
            "is_private": False,
            "color": "#3f7fbf",
            "status": status,
            "manager_id": manager_id or 0,
            "manager_email": self.users[manager_id]["email"] if manager_id in self.users else "",
            "date": f"{self.stamp():%Y-%m-%d}",
            "deadline": None,
            "duration": "00:00:00",
            "phases": [],
            "account_id": account_id or self.entity,
            "project_accounts": list(project_accounts),
            "budget_type": "simple",
            "project_type": project_type,
            "retainer_id": 0,
            "modified_date": self.stamp(modified),
            "deleted_date": None,
            "tags": [],
            "project_users": [],
            "is_role_based": False,
            "custom_fields": {},
            "is_deleted": False,
        }
        self.changed("projects", project_id)
        return project_id

    def has_projects(self, *names: str) -> list[int]:
        """Their project_ids, in order."""
        return [self.has_project(name) for name in names]

    def puts_project(self, project: Mapping[str, Any]) -> int:
        """The id of a project served exactly as written: nothing added, escaped or re-spelt.

        A company_name stands for a company with an id, which is added.
        """
        row = dict(project)
        if row.get("company_name") and "company_id" not in row:
            row["company_id"] = self.has_company(unescape(str(row["company_name"])))
        return self.puts("projects", row)

    def puts(self, module: str, row: Mapping[str, Any]) -> int:
        """The id of a row of any module, served exactly as written. Without an id of its own it gets one."""
        key = KEYS.get(module, "id")
        row_id = self.new_id(module, int(row[key]) if key in row else None)
        self.table(module)[row_id] = {key: row_id, **row}
        self.put_at[module, row_id] = self.stamp()
        self.changed(module, row_id)
        return row_id

    def has_company(self, name: str) -> int:
        """The id of the company of that name, made where there is none."""
        if name not in self._company_ids:
            contact_id = self._company_ids[name] = self.new_id("contacts")
            self.contacts[contact_id] = {
                "contact_id": contact_id,
                "contact_type": "company",
                "name": name,
                "lastname": "",
                "search_name": name,
                "id_code": "",
                "vatno": "",
                "is_supplier": True,
                "is_client": True,
                "means_of_contact": {},
                "reference_no": "",
                "modified_date": self.stamp(),
                "deleted_date": None,
                "is_deleted": False,
            }
            self.changed("contacts", contact_id)
        return self._company_ids[name]

    def has_object(self, name: str, group: str = "Project", symbol: str = "", object_id: int | None = None) -> int:
        """The object_id of an accounting object in a group."""
        object_id = self.new_id("financeObjects", object_id)
        self.objects[object_id] = {"object_id": object_id, "object_symbol": symbol, "name": name, "parent_group_name": group}
        self.changed("financeObjects", object_id)
        return object_id

    def loses_object(self, object_id: int) -> None:
        """The object is no longer listed, which is all that Scoro shows of one deleted or switched off."""
        del self.objects[object_id]
        self.changed("financeObjects", object_id)

    def has_product(self, name: str, *, object_id: int = 0, price: Decimal | str = "0", code: str = "") -> int:
        """The product_id of a product with its default accounting object."""
        product_id = self.new_id("products")
        self.products[product_id] = {
            "product_id": product_id,
            "code": code,
            "name": name,
            "price": Decimal(price),
            "unit": "",
            "productgroup_id": 0,
            "is_active": True,
            "is_service": True,
            "default_vat_code_id": "9",
            "accounting_object_id": object_id,
            "modified_date": self.stamp(),
            "deleted_date": None,
            "is_deleted": False,
        }
        self.changed("products", product_id)
        return product_id

    def has_user(
        self, full_name: str, email: str = "", *, user_id: int | None = None, status: str = "active", token: str | None = None
    ) -> int:
        """The user's id. token: a `user_token` that is good as a key."""
        user_id = self.new_id("users", user_id)
        first, _, last = full_name.partition(" ")
        email = email or f"{first.lower()}@{self.name}.test"
        self.users[user_id] = {
            "id": user_id,
            "username": email.partition("@")[0],
            "firstname": first,
            "lastname": last,
            "full_name": full_name,
            "email": email,
            "status": status,
            "category": "user",
            "role_id": 1,
            "user_groups_ids": [],
            "timezone": "UTC",
            "modified_date": self.stamp(),
        }
        self.user_tokens |= {token} if token else set()
        self.changed("users", user_id)
        return user_id

    def has_custom_field(self, field_id: str, name: str, modules: Sequence[str] = DOCUMENTS, field_type: str = "text") -> str:
        """The field's id ("c_…"). Only an admin makes these, in Scoro's settings."""
        self.custom_fields[field_id] = {"id": field_id, "name": name, "type": field_type, "is_filterable": True, "modules": list(modules)}
        self.changed("customFields", field_id)
        return field_id

    def has_status(self, code: str, label: str, module: str = "projects") -> None:
        """A status with the label that this site gives it."""
        self.statuses = [row for row in self.statuses if (row["module"], row["status_id"]) != (module, code)]
        is_default = code in {"inprogress", "unpaid"}
        self.statuses.append({"status_id": code, "status_name": label, "color": "#808080", "module": module, "is_default": is_default})
        self._changed_much()

    def has_bill(self, number: str, company: str, lines: Iterable[Decimal | str | int | Row], **header: Any) -> int:
        """The id of a bill that Scoro holds already. A line is a net amount or made by `line`; header: any field of a bill."""
        return self.has_document("bills", number, self.has_company(company), lines, **header)

    def has_invoice(self, number: str, company: str, lines: Iterable[Decimal | str | int | Row], **header: Any) -> int:
        """The id of an invoice that Scoro holds already; see `has_bill`."""
        return self.has_document("invoices", number, self.has_company(company), lines, **header)

    def has_document(self, module: str, number: str, company_id: int, lines: Iterable[Decimal | str | int | Row], **header: Any) -> int:
        """The id of a new document on no project, unless the header says otherwise; its sums follow from the lines."""
        document_id = self.new_id(module, header.get("id"))
        stamp = self.stamp()
        rows = [{**(one if isinstance(one, dict) else line(one)), "id": self.new_id("lines")} for one in lines]
        document = new_document(module, document_id, number, company_id, rows, stamp) | {
            "currency": self.base_currency,
            "account_id": self.entity,
        }
        document |= {key: value for key, value in header.items() if key != "id"}
        self.table(module)[document_id] = document
        self.changed(module, document_id)
        return document_id

    def project_of(self, document: Row) -> int | None:
        """The project on the document's header: None when it is on none, -1 when each line has its own."""
        return document["project_id"] or None

    def finances(self, project_id: int) -> list[OnProject]:
        """What stands on the project, credits negative, deleted documents left out."""
        found = []
        for module in DOCUMENTS:
            for document in self.table(module).values():
                if document.get("is_deleted"):
                    continue
                at, currency = document["id"], document["currency"]
                if document.get("project_id") == project_id:
                    found.append(OnProject(module, at, None, Decimal(document["sum"]), currency))
                elif document.get("project_id") == PER_LINE:
                    lines = [row for row in document["lines"] if row["project_id"] == project_id]
                    found += [OnProject(module, at, row["id"], Decimal(row["sum"]), currency) for row in lines]
        return found

    def table(self, module: str) -> dict[int, Row]:
        """A module's rows by id; Scoro's "contacts" and "companies" are one table."""
        match module:
            case "projects":
                return self.projects
            case "bills":
                return self.bills
            case "invoices":
                return self.invoices
            case "financeObjects":
                return self.objects
            case "users":
                return self.users
            case "contacts" | "companies":
                return self.contacts
            case "products":
                return self.products
            case _:
                return self.other_rows.setdefault(module, {})

    def new_id(self, kind: str, wanted: int | None = None) -> int:
        """The wanted id, else the next free one."""
        first = self._next_ids.get(kind, 1)
        row_id = first if wanted is None else wanted
        self._next_ids[kind] = max(first, row_id + 1)
        return row_id

    def stamp(self, at: datetime | None = None) -> datetime:
        """The instant, or now, in whole seconds: Scoro keeps no finer ones."""
        return (at or self.now()).replace(microsecond=0)

    def changed(self, module: str, row_id: Any) -> None:
        """Called after every change to a row: drops what was remembered of it for speed."""
        self.revision += 1
        self.encoded_rows.pop((module, row_id), None)

    def _changed_much(self) -> None:
        self.revision += 1
        self.encoded_rows.clear()
