"""What both systems hold, read before anything is decided. Frozen: the same Snapshot always gives the same decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType

from xero_sync.domain import scoro, xero
from xero_sync.domain.connection import ConnectionSettings, Standing
from xero_sync.domain.decisions import (
    Decided,
    FollowChange,
    KeepAsClosed,
    PutOnHold,
    Resume,
    TheseDocuments,
    ThisAccount,
    ThisOption,
    ThisProject,
    ThisSupplier,
)
from xero_sync.domain.lines import DocumentResult, Share
from xero_sync.domain.match import LineFacts
from xero_sync.domain.months import Closing


@dataclass(frozen=True)
class Sibling:
    """Another approved document that looks like the same one (money.md 10)."""

    document_id: str
    number: str
    updated_at: datetime
    is_linked: bool


@dataclass(frozen=True)
class Allocated:
    """A bill or invoice that a credit note was allocated to. gross: how much of the note, tax included. shares: where the bill is in Scoro."""

    xero: xero.Document
    gross: Decimal
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True)
class BookedDocument:
    """One Xero document in hand, with what Scoro and our own books say about it.

    link: the Scoro document it is tied to for good. copies: Scoro documents that could be its copy, none of them tied to another document;
    the linked one alone once there is a link. copies_of_voided: where there are none, those tied to a document that was voided or deleted
    in Xero since. shares_in_scoro: what we wrote and read back last. siblings: possible duplicates, itself not among them. allocated: what a
    credit note was allocated to, as far as it was read.
    """

    xero: xero.Document
    link: tuple[scoro.Module, int] | None = None
    copies: tuple[scoro.Document, ...] = ()
    copies_of_voided: tuple[scoro.Document, ...] = ()
    shares_in_scoro: tuple[Share, ...] = ()
    siblings: tuple[Sibling, ...] = ()
    allocated: tuple[Allocated, ...] = ()

    @property
    def document_id(self) -> str:
        return self.xero.document_id

    @property
    def module(self) -> scoro.Module:
        return "bills" if self.xero.is_bill else "invoices"

    def may_lag(self, now: datetime) -> bool:
        """True while Scoro's own sync has time to take over what Xero says."""
        # The copy's own date says nothing: putting it on a project moves it too.
        return now < self.xero.updated_at + timedelta(minutes=scoro.COPY_MINUTES[-1])


class DecisionBook:
    """The decisions in force, found by what they are about; the newest wins."""

    def __init__(self, decided: Iterable[Decided] = ()) -> None:
        self.all = tuple(sorted((entry for entry in decided if entry.is_in_force), key=lambda entry: (entry.decided_at, entry.decision_id)))
        self._by_document: dict[str, list[Decided]] = {}
        self._by_option: dict[tuple[str, str], list[Decided]] = {}
        self._by_account: dict[str, list[Decided]] = {}
        self._by_supplier: dict[str, list[Decided]] = {}
        self._by_project: dict[int, list[Decided]] = {}
        for entry in reversed(self.all):
            match entry.decision.reach:
                case TheseDocuments(document_ids=ids):
                    for document_id in ids:
                        self._by_document.setdefault(document_id, []).append(entry)
                case ThisOption(tracking_option_id=option_id, contact_id=contact_id):
                    self._by_option.setdefault((option_id, contact_id), []).append(entry)
                case ThisAccount(account_code=code):
                    self._by_account.setdefault(code, []).append(entry)
                case ThisSupplier(contact_id=contact_id):
                    self._by_supplier.setdefault(contact_id, []).append(entry)
                case ThisProject(project_id=project_id):
                    self._by_project.setdefault(project_id, []).append(entry)

    def of_document(self, document_id: str) -> list[Decided]:
        return self._by_document.get(document_id, [])

    def hold_of(self, document_id: str) -> PutOnHold | None:
        """The hold that is in force, None where there is none or somebody resumed the document since."""
        newest = next((entry.decision for entry in self.of_document(document_id) if isinstance(entry.decision, PutOnHold | Resume)), None)
        return newest if isinstance(newest, PutOnHold) else None

    def held_by(self, document_id: str) -> str:
        """Who put the document on hold, "" where it is not."""
        newest = next((entry for entry in self.of_document(document_id) if isinstance(entry.decision, PutOnHold | Resume)), None)
        return newest.person_id if newest and isinstance(newest.decision, PutOnHold) else ""

    def answer_about(self, document_id: str, shares: tuple[Share, ...]) -> FollowChange | KeepAsClosed | None:
        """What was said about this change of a closed month, None where nobody said anything, or about another change only."""
        about = (entry.decision for entry in self.of_document(document_id))
        return next((each for each in about if isinstance(each, FollowChange | KeepAsClosed) and each.shares == shares), None)

    def of_option(self, tracking_option_id: str, contact_id: str) -> list[Decided]:
        """Newest first; an answer for option and contact stands before one for the option alone."""
        return [*self._by_option.get((tracking_option_id, contact_id), []), *self._by_option.get((tracking_option_id, ""), [])]

    def of_account(self, account_code: str) -> list[Decided]:
        return self._by_account.get(account_code, [])

    def of_supplier(self, contact_id: str) -> list[Decided]:
        return self._by_supplier.get(contact_id, [])

    def of_project(self, project_id: int) -> list[Decided]:
        return self._by_project.get(project_id, [])


def _no_mapping() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True)
class Answer:
    """A person's answer to a plugin's own question."""

    value: str
    person_id: str
    at: datetime


@dataclass(frozen=True)
class Snapshot:
    """Everything a plugin may decide on.

    taken_at: UTC. accounts_read_at: when the chart of accounts was read last.
    category: the tracking category whose options are matched with projects, None where it is missing or not active.
    projects: whole, deleted ones too, by id. accounts: by code. bindings: option id to project id. bound_by_name: the
    options bound because the names were equal, by nobody's click. unknown: names of lists that could not be read; what depends on one of
    them must not be judged. new_projects: first seen after the connection's first read. last_projects: by
    contact id, the projects of its last five documents, newest first. signed_off: the first days of the months that were signed off here,
    and when.
    """

    taken_at: datetime
    settings: ConnectionSettings
    mode: Standing
    organisation: xero.Organisation | None = None
    categories: tuple[xero.TrackingCategory, ...] = ()
    accounts: Mapping[str, xero.Account] = field(default_factory=dict)
    projects: Mapping[int, scoro.Project] = field(default_factory=dict)
    objects: tuple[scoro.AccountingObject, ...] = ()
    bindings: Mapping[str, int] = field(default_factory=dict)
    bound_by_name: frozenset[str] = frozenset()
    decisions: DecisionBook = field(default_factory=DecisionBook)
    documents: tuple[BookedDocument, ...] = ()
    results: Mapping[str, DocumentResult] = field(default_factory=dict)
    completed_since: Mapping[int, datetime] = field(default_factory=dict)
    new_projects: frozenset[int] = frozenset()
    last_projects: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    entity: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    remembered: Mapping[str, str] = field(default_factory=_no_mapping)
    unknown: frozenset[str] = frozenset()
    accounts_read_at: datetime | None = None
    signed_off: Mapping[date, datetime] = field(default_factory=dict)

    @property
    def is_writing(self) -> bool:
        return self.mode == "live"

    @cached_property
    def category(self) -> xero.TrackingCategory | None:
        wanted = self.settings.project_category
        for category in self.categories:
            if category.is_active and wanted in (category.name, category.tracking_category_id):
                return category
        return None

    @cached_property
    def closing(self) -> Closing:
        return Closing(self.organisation.locked_until if self.organisation else None, self.signed_off)

    def is_closed(self, day: date) -> bool:
        """Whether the books of this day are closed: its month was signed off here, or it lies on or before Xero's lock dates."""
        return self.closing.is_closed(day)

    def project_name(self, project_id: int) -> str:
        """As people tell it from others: with its number where another one bears the name too."""
        return self._project_names.get(project_id) or f"project {project_id}"

    @cached_property
    def _project_names(self) -> Mapping[int, str]:
        return scoro.tell_apart(self.projects.values())

    def results_of(self, document: BookedDocument) -> DocumentResult | None:
        """Where each line of the document stands; None where a list it depends on is unknown."""
        return self.results.get(document.document_id)

    def facts_of(self, document: xero.Document, line: xero.LineItem) -> LineFacts:
        """One line as match rules see it, its option under its present name. One known by name only gets its id from the category."""
        option_id = option_name = ""
        if (category := self.category) and (tracking := document.option_in(category.tracking_category_id, category.name, line)):
            option_id = tracking.tracking_option_id or self._option_id_named(tracking.option_name)
            # A rename in Xero renames the option on all past documents without touching them: the list knows the present name.
            option_name = self.option_name(option_id) or tracking.option_name
        return LineFacts(
            document_id=document.document_id,
            document_type=document.type,
            document_number=document.number,
            reference=document.reference,
            contact_id=document.contact.contact_id,
            contact_name=document.contact.name,
            description=line.description,
            account_code=line.account_code,
            option_id=option_id,
            option_name=option_name,
        )

    def option_name(self, tracking_option_id: str) -> str:
        """The option's present name; "" for an option of another category or one never seen."""
        return self._options.get(tracking_option_id, "")

    def is_archived(self, tracking_option_id: str) -> bool:
        """True for an option of the category that Xero keeps for old transactions only."""
        return self.category is not None and any(
            option.tracking_option_id == tracking_option_id and option.is_archived for option in self.category.options
        )

    def _option_id_named(self, option_name: str) -> str:
        named = [option for option in self.category.options if option.name == option_name] if self.category else []
        named.sort(key=lambda option: (not option.is_active, option.tracking_option_id))
        return named[0].tracking_option_id if named else ""

    @cached_property
    def _options(self) -> Mapping[str, str]:
        return {option.tracking_option_id: option.name for option in self.category.options} if self.category else {}
