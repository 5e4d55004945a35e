"""Books in small, for the tests of the pure rules: documents, projects, answers, and where settle puts every line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import settings as hypothesis_settings

from xero_sync.domain import scoro, xero
from xero_sync.domain.connection import ConnectionSettings
from xero_sync.domain.decisions import Decided, Decision, DecisionStatus
from xero_sync.domain.fold import fold, fold_scoro
from xero_sync.domain.lines import DocumentResult, Share
from xero_sync.domain.match import Matcher, MatchRule
from xero_sync.domain.snapshot import BookedDocument, DecisionBook, Sibling, Snapshot
from xero_sync.loop.settle import settle

unhurried = hypothesis_settings(deadline=None, derandomize=True)
"""For property tests: no stop-watch on a busy machine, and the same examples everywhere."""
NOW = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
TODAY = date(2026, 11, 24)
CATEGORY_ID = "category-project"
ACCOUNT_TYPES = {
    "200": ("Sales", "SALES"),
    "310": ("Freelancers", "DIRECTCOSTS"),
    "320": ("Production", "DIRECTCOSTS"),
    "429": ("Software", "EXPENSE"),
    "460": ("Rent", "OVERHEADS"),
    "493": ("Travel", "EXPENSE"),
    "620": ("Prepayments", "PREPAYMENT"),
    "710": ("Computer equipment", "FIXED"),
    "2110": ("Client deposits", "CURRLIAB"),
}
ACCOUNTS = {
    code: xero.Account(account_id=f"account-{code}", code=code, name=name, type=kind) for code, (name, kind) in ACCOUNT_TYPES.items()
}
SAME_NAME = MatchRule(
    "same name", rank=0, of_line=lambda line: fold(line.option_name), of_project=lambda project: [fold_scoro(project.name)]
)


def option_id(name: str) -> str:
    return f"option-{name}"


def line(
    net: str | int | Decimal,
    *,
    option: str = "",
    account: str = "310",
    tax: str | Decimal = "0",
    description: str = "",
    tracking: xero.LineTracking | None = None,
) -> xero.LineItem:
    """tracking: in place of the option's, for shapes that differ."""
    own = xero.LineTracking(
        tracking_category_id=CATEGORY_ID, tracking_option_id=option_id(option), category_name="Project", option_name=option
    )
    tracked = tracking or (own if option else None)
    return xero.LineItem(
        line_item_id="",
        description=description,
        line_amount=Decimal(net),
        tax_amount=Decimal(tax),
        account_code=account,
        tracking=(tracked,) if tracked else (),
    )


def document(*lines: xero.LineItem, document_id: str = "bill-1", **given: Any) -> xero.Document:
    """An approved document whose lines add up, numbered by their place: bill-1/1, bill-1/2 ..."""
    own = tuple(each.model_copy(update={"line_item_id": f"{document_id}/{place}"}) for place, each in enumerate(lines, 1))
    is_inclusive = given.get("line_amount_types") == "Inclusive"
    written, tax = sum((each.line_amount for each in own), Decimal(0)), sum((each.tax_amount for each in own), Decimal(0))
    net = written - tax if is_inclusive else written
    contact = given.pop("contact", "Delft Signs")
    values: dict[str, Any] = {
        "document_id": document_id,
        "type": "ACCPAY",
        "number": document_id,
        "contact": xero.Contact(contact_id=f"contact-{contact}", name=contact),
        "day": TODAY,
        "status": "AUTHORISED",
        "lines": own,
        "sub_total": net,
        "total_tax": tax,
        "total": net + tax,
        "currency": "GBP",
        "updated_at": NOW,
    }
    return xero.Document(**values | given)


def invoice(*lines: xero.LineItem, document_id: str = "invoice-1", **given: Any) -> xero.Document:
    return document(*lines, document_id=document_id, type="ACCREC", **given)


def project(project_id: int, name: str, **given: Any) -> scoro.Project:
    return scoro.Project(**{"project_id": project_id, "no": str(project_id), "name": name, "status": "inprogress", **given})


def option(name: str, status: str = "ACTIVE") -> xero.TrackingOption:
    return xero.TrackingOption(tracking_option_id=option_id(name), name=name, status=status)


def category(*options: xero.TrackingOption) -> xero.TrackingCategory:
    return xero.TrackingCategory(tracking_category_id=CATEGORY_ID, name="Project", status="ACTIVE", options=options)


_decisions = iter(range(1, 10**9))


def decided(decision: Decision, *, minutes: int = 0, status: DecisionStatus = "standing", cause: str = "") -> Decided:
    """Somebody's decision, so many minutes after the first of the day."""
    return Decided(
        decision_id=f"decision-{next(_decisions)}",
        decision=decision,
        person_id="U_FINN",
        decided_at=NOW - timedelta(hours=5) + timedelta(minutes=minutes),
        cause=cause,
        status=status,
    )


def booked(found: xero.Document, *, on: Mapping[int, int] | None = None, **given: Any) -> BookedDocument:
    """on: which project each line, by its place, is on in Scoro already."""
    shares = tuple(
        Share(f"{found.document_id}/{place}", project_id, found.net(found.lines[place - 1])) for place, project_id in (on or {}).items()
    )
    return BookedDocument(found, **{"shares_in_scoro": shares, **given})


def sibling(document_id: str, *, earlier: int = 0, is_linked: bool = False) -> Sibling:
    """Another document that looks the same, updated so many minutes earlier."""
    return Sibling(document_id, document_id, NOW - timedelta(minutes=earlier), is_linked)


def snapshot_of(
    documents: Iterable[xero.Document | BookedDocument],
    projects: Iterable[scoro.Project] = (),
    decisions: Iterable[Decided] = (),
    *,
    options: Iterable[xero.TrackingOption] | None = None,
    settings: Mapping[str, Any] | None = None,
    **given: Any,
) -> Snapshot:
    """options: of the category; without any, those that the documents carry. settings: values of ConnectionSettings."""
    in_hand = [each if isinstance(each, BookedDocument) else BookedDocument(each) for each in documents]
    if options is None:
        carried = {each.option_name for entry in in_hand for item in entry.xero.lines for each in item.tracking}
        options = [option(name) for name in sorted(carried)]
    values: dict[str, Any] = {
        "taken_at": NOW,
        "settings": ConnectionSettings(**{"invoices": "to_scoro", **(settings or {})}),
        "mode": "live",
        "categories": (category(*options),),
        "accounts": ACCOUNTS,
        "projects": {each.project_id: each for each in projects},
        "decisions": DecisionBook(decisions),
        "documents": tuple(in_hand),
    }
    return Snapshot(**values | given)


def settled(snapshot: Snapshot, rules: Iterable[MatchRule] = (SAME_NAME,)) -> dict[str, DocumentResult]:
    matcher = Matcher(
        rules,
        snapshot.projects,
        bindings=snapshot.bindings,
        bound_by_name=snapshot.bound_by_name,
        entity=snapshot.entity,
        completed_since=snapshot.completed_since,
        now=snapshot.taken_at,
    )
    return settle(snapshot, matcher)


def settle_one(found: xero.Document | BookedDocument, *arguments: Any, **given: Any) -> DocumentResult:
    """Where one document stands; the arguments are those of `snapshot_of`."""
    return settled(snapshot_of([found], *arguments, **given))[found.document_id]


def states(result: DocumentResult) -> list[str]:
    return [each.state for each in result.lines]


def on_projects(result: DocumentResult) -> dict[int, Decimal]:
    """Net by project."""
    sums: dict[int, Decimal] = {}
    for share in result.shares:
        sums[share.project_id] = sums.get(share.project_id, Decimal(0)) + share.net
    return sums
