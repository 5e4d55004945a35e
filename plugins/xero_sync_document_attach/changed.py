"""What changed in Xero after its month was closed: left where it is, and asked about with its effect on each project. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from xero_sync import (
    BookedDocument,
    Choice,
    DocumentResult,
    FollowChange,
    KeepAsClosed,
    Money,
    Question,
    Share,
    Snapshot,
    TheseDocuments,
    xero,
)

CHANGED = "changed:"
LINES_NAMED = 6


def is_asked_about(result: DocumentResult) -> bool:
    """True where the document stays where it is until a controller decides."""
    return any(line.cause.startswith(CHANGED) for line in result.lines)


def ask_about_change(snapshot: Snapshot, document: BookedDocument, cause: str) -> Question | None:
    """money.md 8: follow Xero into a closed month, or leave it, with the effect on each project."""
    booked, result = document.xero, snapshot.results_of(document)
    if result is None:
        return None
    wanted = tuple(sorted(share for line in result.lines if line.cause == cause for share in line.shares))
    month, currency = f"{booked.day:%B %Y}", booked.currency
    descriptions = {line.line_item_id: line.description for line in booked.lines}
    moves: list[str] = []
    effect: dict[int, Decimal] = {}
    for line in result.lines:
        was = [share for share in document.shares_in_scoro if share.line_id == line.line_id]
        goes = [share for share in wanted if share.line_id == line.line_id]
        if {share.project_id for share in was} != {share.project_id for share in goes}:
            moves.append(
                f'"{descriptions.get(line.line_id, "")}", {Money(line.net, currency)} net: {_places(snapshot, was)} → {_places(snapshot, goes)}'
            )
        for share in was:
            effect[share.project_id] = effect.get(share.project_id, Decimal(0)) - share.net
        for share in goes:
            effect[share.project_id] = effect.get(share.project_id, Decimal(0)) + share.net
    changes = [f"{snapshot.project_name(key)} {'+' if net > 0 else ''}{Money(net, currency)}" for key, net in sorted(effect.items()) if net]
    reach = TheseDocuments(cause=cause)
    return Question(
        cause=cause,
        title=f"Changed in Xero after {month} was closed: {booked.contact.name}, {kind_of(booked)} {booked.number or 'without number'}",
        facts=(
            *moves[:6],
            f"Following Xero changes {month}: {', '.join(changes)}." if changes else f"Following Xero changes no sum of {month}.",
        ),
        choices=(
            Choice(choice_id="follow", label="Follow Xero", decision=FollowChange(shares=wanted, reach=reach)),
            Choice(choice_id="leave", label="Leave it as closed", decision=KeepAsClosed(shares=wanted, reach=reach)),
        ),
        reach_text="For this change only. Leaving it is a known difference to Xero; nothing is changed there.",
    )


def _places(snapshot: Snapshot, shares: Sequence[Share]) -> str:
    return " and ".join(dict.fromkeys(snapshot.project_name(share.project_id) for share in shares)) or "no project"


def kind_of(booked: xero.Document) -> str:
    """As people call it."""
    return "credit note" if booked.is_credit else "bill" if booked.is_bill else "invoice"
