"""What an organisation's books hold, and how it is found again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xero_sync.testing.standins.xero.documents import ID_KEYS, updated_fields
from xero_sync.testing.standins.xero.switches import Switches
from xero_sync.testing.standins.xero.tracking import Category, Option, Tracking
from xero_sync.testing.standins.xero.wire import Fields, Record, read_instant


@dataclass(frozen=True)
class Write:
    """An accounting write somebody asked for over the API, and what came of it; a replayed answer is none."""

    method: str
    path: str
    body: Fields
    status: int


class Shelves:
    """Contacts, documents, accounts and tracking of one organisation, kept in the form in which Xero shows them."""

    def __init__(self, *, now: Callable[[], datetime], new_id: Callable[[str], str], switches: Switches) -> None:
        self.now = now
        self.new_id = new_id
        self.switches = switches
        self.tenant_id = new_id("tenant")
        self.organisation_fields: Fields = {}
        self.accounts: dict[str, Fields] = {}
        self.currencies: dict[str, str] = {"GBP": "British Pound", "EUR": "Euro", "USD": "United States Dollar"}
        self.records: dict[str, dict[str, Record]] = {kind: {} for kind in ID_KEYS}
        self.writes: list[Write] = []
        self.listeners: list[Callable[[Shelves, Record, str], None]] = []
        """Told of every record made or changed (CREATE or UPDATE), unless nobody would be."""
        self.tracking = Tracking(new_id, switches, is_used=self._is_used, renamed=self._renamed, dropped=self._dropped)
        self._ordered: dict[tuple[str, str], list[Record]] = {}

    # --- what is readable ---

    @property
    def documents(self) -> dict[str, Fields]:
        """Bills, invoices and credit notes by id, as stored (amounts are Decimals, unless put as written)."""
        return {key: record.fields for kind in ("Invoices", "CreditNotes") for key, record in self.records[kind].items()}

    @property
    def contacts(self) -> dict[str, Fields]:
        return {key: record.fields for key, record in self.records["Contacts"].items()}

    @property
    def categories(self) -> list[Category]:
        return [category for category in self.tracking.categories if category.status != "DELETED"]

    def options(self, category: str = "Project") -> list[Option]:
        """Active and archived options of a category, by its name or id."""
        return [option for option in self._category(category).options if option.status != "DELETED"]

    def moved_at(self, document_id: str) -> datetime:
        """The document's UpdatedDateUTC."""
        return self.record(document_id).updated

    def record(self, document_id: str) -> Record:
        found = self.records["Invoices"].get(document_id.lower()) or self.records["CreditNotes"].get(document_id.lower())
        if found is None:
            raise KeyError(f"No document {document_id} is in these books.")
        return found

    # --- what the rules of the API build on ---

    def add(self, kind: str, fields: Fields, updated: datetime, *, is_made_by_app: bool = False) -> Record:
        record_id = str(fields.get(ID_KEYS[kind]) or self.new_id("record")).lower()
        event_type = "UPDATE" if record_id in self.records[kind] else "CREATE"
        record = self.records[kind][record_id] = Record(record_id, kind, fields, updated, is_made_by_app)
        self._ordered.clear()
        self._tell(record, event_type)
        return record

    def touch(self, record: Record, updated: datetime | None = None, *, is_moved: bool = True, is_noticed: bool = True) -> None:
        """Shows a record's change from the next call on; with a new UpdatedDateUTC and a notice unless these are False."""
        if is_moved:
            record.updated = updated or self.now()
            record.fields |= updated_fields(record.updated)
        record.cache.clear()
        self._ordered.clear()
        if is_noticed:
            self._tell(record, "UPDATE")

    def _tell(self, record: Record, event_type: str) -> None:
        for listener in self.listeners:
            listener(self, record, event_type)

    def in_order(self, kind: str, order: str, key: Callable[[Record], Any]) -> list[Record]:
        """All records of a kind, sorted once and kept until one changes."""
        found = self._ordered.get((kind, order))
        if found is None:
            found = self._ordered[kind, order] = sorted(self.records[kind].values(), key=lambda record: (key(record), record.record_id))
        return found

    def is_locked(self, day: date) -> bool:
        locks = (read_instant(self.organisation_fields.get(key)) for key in ("PeriodLockDate", "EndOfYearLockDate"))
        return any(lock is not None and day <= lock.date() for lock in locks)

    def _category(self, category: str) -> Category:
        found = self.tracking.category(category) or self.tracking.category_named(category)
        if found is None:
            raise KeyError(f"No tracking category {category!r} is in these books; say has_category first.")
        return found

    def _option(self, option: str, category: str) -> Option:
        found = self._category(category).option(option) or self._category(category).option_named(option)
        if found is None:
            raise KeyError(f"No option {option!r} is in the category {category!r}; say has_option first.")
        return found

    def _entries(self) -> Iterable[tuple[Record, Fields, Fields]]:
        """Every tracking entry of every line: record, line, entry."""
        for kind in ("Invoices", "CreditNotes"):
            for record in self.records[kind].values():
                for item in record.fields.get("LineItems") or []:
                    for entry in item.get("Tracking") or []:
                        yield record, item, entry

    def _is_used(self, option_id: str) -> bool:
        return any(str(entry.get("TrackingOptionID", "")).lower() == option_id for _, _, entry in self._entries())

    def _renamed(self, category: Category, option: Option | None) -> None:
        changed: dict[str, Record] = {}
        for record, _, entry in self._entries():
            if str(entry.get("TrackingCategoryID", "")).lower() != category.category_id:
                continue
            if option is None:
                entry["Name"] = category.name
            elif str(entry.get("TrackingOptionID", "")).lower() == option.option_id:
                entry["Option"] = option.name
            else:
                continue
            changed[record.record_id] = record
        for record in changed.values():
            is_moved = self.switches.renaming_moves_updated_date
            self.touch(record, is_moved=is_moved, is_noticed=is_moved)

    def _dropped(self, category: Category) -> None:
        changed: dict[str, Record] = {}
        for record, item, entry in list(self._entries()):
            if str(entry.get("TrackingCategoryID", "")).lower() == category.category_id:
                item["Tracking"] = [other for other in item["Tracking"] if other is not entry]
                changed[record.record_id] = record
        for record in changed.values():
            self.touch(record)
