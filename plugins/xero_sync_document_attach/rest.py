"""Lines without option of one document: the rest of a bill whose other lines have theirs, and credit notes. money.md 4 and 5. Pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from xero_sync import (
    BookedDocument,
    Choice,
    DocumentResult,
    FollowBills,
    LineResult,
    Money,
    NoProjectNeeded,
    PutOn,
    Question,
    Share,
    Snapshot,
    Spread,
    TheseDocuments,
    net_by_project,
    shares_by,
    weights_of_allocations,
    weights_on_document,
    why_tracking_stays,
    xero,
)
from xero_sync_document_attach.changed import kind_of

REST = "untracked:document:"
PROJECTS_NAMED = 4


def ask_about_rest(snapshot: Snapshot, document: BookedDocument, cause: str) -> Question | None:
    """Where the lines go, with what sharing them out would come to."""
    booked, result = document.xero, snapshot.results_of(document)
    if result is None:
        return None
    own = [line for line in result.lines if line.cause == cause]
    reach = TheseDocuments(cause=cause)
    shared, choice = _shared(document, result, own, reach)
    is_divided = len({share.project_id for share in shared}) > 1
    if is_divided and not snapshot.settings.divide_lines:
        choice = None
    number = booked.number or "without number"
    return Question(
        cause=cause,
        title=f"No project for a credit note: {booked.contact.name}, {number}"
        if booked.is_credit
        else f"Part of a bill has no project: {booked.contact.name}, bill {number}",
        facts=tuple(_facts(snapshot, document, result, own, shared)),
        choices=(
            *((choice,) if choice else ()),
            Choice(choice_id="choose", label="Choose project…", decision=PutOn(reach=reach), form="project"),
            Choice(choice_id="none", label="No project needed…", decision=NoProjectNeeded(reach=reach)),
        ),
        reach_text=f"For this {kind_of(booked)} only. "
        + ("Sharing it out divides lines in Scoro. " if choice and is_divided else "")
        + told_about_xero(snapshot, booked),
    )


def told_about_xero(snapshot: Snapshot, booked: xero.Document) -> str:
    """What choosing a project for lines without option does to Xero (money.md 9)."""
    if why_tracking_stays(snapshot, booked):
        return "Nothing is changed in Xero."
    return "A project chosen here is written on Xero's lines, too, as its option."


def _shared(
    document: BookedDocument, result: DocumentResult, own: Sequence[LineResult], reach: TheseDocuments
) -> tuple[tuple[Share, ...], Choice | None]:
    """Where the lines would go if they were shared out, and the button for it."""
    nets = {line.line_id: line.net for line in own}
    if document.xero.is_credit and document.xero.allocations:
        shares = shares_by(nets, weights_of_allocations(document))
        follow = FollowBills(weights=tuple((key, abs(net)) for key, net in _by_project(shares)), reach=reach)
        label = "Follow the bills" if document.xero.is_bill else "Follow the invoices"
        return shares, Choice(choice_id="follow", label=label, decision=follow) if shares else None
    if any(line.state == "waiting" and line.net != 0 and line not in own for line in result.lines):
        # Where those go is not known yet, and it weighs.
        return (), None
    shares = shares_by(nets, weights_on_document(result.lines))
    label = f"Spread over this {kind_of(document.xero)}'s projects"
    return shares, Choice(choice_id="spread", label=label, decision=Spread(reach=reach)) if shares else None


def _facts(
    snapshot: Snapshot, document: BookedDocument, result: DocumentResult, own: Sequence[LineResult], shared: Sequence[Share]
) -> Iterator[str]:
    booked, currency = document.xero, document.xero.currency
    attached = [line for line in result.lines if line.state == "attached"]
    if attached:
        projects = {share.project_id for line in attached for share in line.shares}
        count = "1 project" if len(projects) == 1 else f"{len(projects)} projects"
        there = Money(sum((line.net for line in attached), Decimal(0)), currency)
        missing = [str(Money(line.net, currency)) for line in own]
        listed = " and ".join(filter(None, (", ".join(missing[:-1]), missing[-1]))) if len(missing) < 6 else f"{len(missing)} lines"
        yield f"{count}, {there} attached; {listed} not yet."
    if booked.is_credit and booked.allocations:
        allocated = Money(sum((entry.amount for entry in booked.allocations), Decimal(0)), currency)
        what = "bills" if booked.is_bill else "invoices"
        if allocated.amount != booked.total:
            yield f"{allocated} of its {Money(booked.total, currency)} with VAT is allocated. Following the {what} needs all of it."
        elif not shared:
            yield f"One of the {what} it is allocated to is on no project yet."
    if len({share.project_id for share in shared}) > 1:
        largest = sorted(_by_project(shared), key=lambda each: -abs(each[1]))
        moves = [f"{snapshot.project_name(key)}: {Money(net, currency)}" for key, net in largest[:PROJECTS_NAMED]]
        more = f"; and {len(largest) - PROJECTS_NAMED} more" if len(largest) > PROJECTS_NAMED else ""
        yield f"Shared out: {'; '.join(moves)}{more}."
        if not snapshot.settings.divide_lines:
            yield "Split the line in Xero, or let an admin allow dividing lines in Scoro."


def _by_project(shares: Sequence[Share]) -> list[tuple[int, Decimal]]:
    return [(project_id, net) for project_id, net in net_by_project(shares).items() if net != 0]
