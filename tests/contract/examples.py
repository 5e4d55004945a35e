"""Invented documents, results and Actions for the contract tests, each with only what a test has to say about it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from xero_sync.domain import scoro, xero
from xero_sync.domain.actions import CreateOption
from xero_sync.domain.decisions import Decided, NoProjectNeeded, PutOn, ThisOption
from xero_sync.domain.lines import DocumentResult, LineResult, LineState, Share
from xero_sync.domain.outcomes import Outcome, OutcomeState
from xero_sync.domain.questions import Choice, Question
from xero_sync.store.mirror import DocumentRow

AT = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
DAY = date(2026, 11, 24)
CHANGED = 2
"""The rank of the lane for changed documents."""


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def bill(
    document_id: str,
    net: str = "740.00",
    *,
    number: str = "10442",
    day: date = DAY,
    contact_id: str = "delft",
    updated_at: datetime = AT,
    duplicate_key: str = "",
    is_complete: bool = True,
    is_due: bool = True,
) -> DocumentRow:
    """A bill of one line, as read from Xero."""
    line = xero.LineItem(line_item_id=f"{document_id}-1", line_amount=Decimal(net), account_code="310")
    document = xero.Document(
        document_id=document_id,
        type="ACCPAY",
        number=number,
        contact=xero.Contact(contact_id=contact_id, name=contact_id.title()),
        day=day,
        status="AUTHORISED",
        lines=(line,) if is_complete else (),
        sub_total=Decimal(net),
        total=Decimal(net),
        currency="GBP",
        updated_at=updated_at,
    )
    return DocumentRow(document_id, "invoices", document, duplicate_key, is_complete, document.model_dump_json(), is_due)


def scoro_bill(
    scoro_document_id: int,
    *,
    number: str = "10442",
    day: date | None = DAY,
    currency: str = "GBP",
    modified: datetime | None = AT,
    lines: tuple[scoro.Line, ...] | None = None,
    project_id: int = 0,
    is_deleted: bool = False,
) -> tuple[scoro.Document, str]:
    """A bill as listed in Scoro, or as viewed where it has lines, with its text."""
    document = scoro.Document(
        module="bills",
        scoro_document_id=scoro_document_id,
        number=number,
        day=day,
        currency=currency,
        net=Decimal("740.00"),
        project_id=project_id,
        modified_date=modified,
        is_deleted=is_deleted,
        lines=lines,
    )
    return document, document.model_dump_json()


def standing(
    document_id: str, *lines: tuple[str, LineState], currency: str = "GBP", cause: str = "", reason: str = "because"
) -> DocumentResult:
    """Where a document's lines stand, each given as its net and its state."""
    return DocumentResult(
        document_id,
        currency,
        tuple(
            LineResult(
                line_id=f"{document_id}-{position}",
                net=Decimal(net),
                state=state,
                rule="same name",
                reason=reason,
                shares=(Share(f"{document_id}-{position}", 412, Decimal(net)),) if state == "attached" else (),
                cause=cause if state == "waiting" else "",
            )
            for position, (net, state) in enumerate(lines, 1)
        ),
    )


def option_to_create(name: str = "Harbour Refit", project_id: int = 412) -> CreateOption:
    return CreateOption(tracking_category_id="category", name=name, project_id=project_id, decision_id="decision", reason="asked for")


def outcome_of(action: CreateOption, state: OutcomeState, at: datetime = AT) -> Outcome:
    return Outcome(action_key=action.key, state=state, message="so it came", at=at)


def decided(decision_id: str, *, at: datetime = AT, net: str | None = "800.00") -> Decided:
    """A person's "put on Harbour Refit"."""
    put_on = PutOn(project_id=412, reach=ThisOption(tracking_option_id="harbor"))
    return Decided(
        decision_id=decision_id,
        decision=put_on,
        person_id="U01",
        decided_at=at,
        label="Put on Harbour Refit",
        net=Decimal(net) if net else None,
    )


def question(cause: str = "no project:harbor", title: str = 'No Scoro project is called "Harbor Refit"') -> Question:
    choice = Choice(choice_id="none", label="No project needed", decision=NoProjectNeeded(reach=ThisOption(tracking_option_id="harbor")))
    return Question(cause=cause, title=title, choices=(choice,))
