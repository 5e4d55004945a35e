"""What a document stands at once the pass did what it could: attached only where that was read back, else waiting, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from xero_sync.domain.actions import AskPerson, Hold
from xero_sync.domain.causes import stuck_cause
from xero_sync.domain.decisions import TheseDocuments, TryAgain
from xero_sync.domain.lines import DocumentResult, LineResult
from xero_sync.domain.outcomes import Outcome
from xero_sync.domain.questions import Choice, Question
from xero_sync.domain.snapshot import BookedDocument, Snapshot
from xero_sync.loop.decide import Plan
from xero_sync.loop.first_ten import ASKS_FIRST, REHEARSED

IN_REHEARSAL = "Rehearsal: it is put on its project when an admin says start."
NEXT_CHECK = "It is put on its project in the next check."


def standing(document: BookedDocument, result: DocumentResult, plan: Plan, outcome: Outcome | None, snapshot: Snapshot) -> DocumentResult:
    """The result as it is stored, from where the lines belong and what came of putting them there (None where nothing was tried)."""
    hold = plan.holds.get(document.document_id)
    outcome = outcome or plan.failed_before.get(document.document_id)
    if hold is not None:
        held = _waits(result, hold.reason, cause=hold.cause, could_not_be_done=hold.could_not_be_done)
        return _with_keys(_still_there(document, held, hold.reason, could_not_be_done=hold.could_not_be_done), hold.keys)
    if outcome is not None and outcome.state == "applied":
        return result
    if outcome is not None:
        is_final, reason = outcome.state == "failed", outcome.message or NEXT_CHECK
        return _still_there(document, _waits(result, reason, could_not_be_done=is_final), reason, could_not_be_done=is_final)
    if result.shares == document.shares_in_scoro:
        return result
    if not snapshot.is_writing:
        reason = IN_REHEARSAL if snapshot.mode == "rehearsal" else ASKS_FIRST
        return _with_keys(result.waiting_because(reason), (REHEARSED,))
    return result.waiting_because(NEXT_CHECK)


def _still_there(document: BookedDocument, result: DocumentResult, reason: str, *, could_not_be_done: bool) -> DocumentResult:
    """What belongs on no project any more but could not be taken off waits too: its money is still on a project in Scoro.

    A voided document has no lines left to say so; what Scoro has of it stands in their place.
    """
    on_projects: dict[str, Decimal] = {}
    for share in document.shares_in_scoro:
        on_projects[share.line_id] = on_projects.get(share.line_id, Decimal(0)) + share.net
    cause = stuck_cause(document.document_id) if could_not_be_done else ""
    waits = LineResult("", Decimal(0), "waiting", "8", reason, cause=cause, could_not_be_done=could_not_be_done)
    lines = tuple(
        replace(waits, line_id=line.line_id, net=line.net, keys=line.keys)
        if line.line_id in on_projects and line.state != "waiting"
        else line
        for line in result.lines
    )
    left = set(on_projects) - {line.line_id for line in lines}
    return replace(result, lines=(*lines, *(replace(waits, line_id=line_id, net=on_projects[line_id]) for line_id in sorted(left))))


def _waits(result: DocumentResult, reason: str, *, cause: str = "", could_not_be_done: bool) -> DocumentResult:
    cause = cause or (stuck_cause(result.document_id) if could_not_be_done else "")
    return result.waiting_because(reason, cause=cause, could_not_be_done=could_not_be_done)


def _with_keys(result: DocumentResult, keys: Iterable[str]) -> DocumentResult:
    added = frozenset(keys)
    return replace(result, lines=tuple(replace(line, keys=line.keys | added) for line in result.lines))


def stuck_questions(
    documents: Iterable[BookedDocument], results: Mapping[str, DocumentResult], holds: Mapping[str, Hold]
) -> list[AskPerson]:
    """One card for every document that could not be done: what, why, what else its Hold offers, and Try again."""
    found = []
    for document in documents:
        result = results.get(document.document_id)
        cause = stuck_cause(document.document_id)
        stuck = [line for line in result.lines if line.cause == cause] if result else []
        if stuck:
            booked = document.xero
            kind = "Credit note" if booked.is_credit else "Bill" if booked.is_bill else "Invoice"
            again = Choice(choice_id="again", label="Try again", decision=TryAgain(reach=TheseDocuments(cause=cause)))
            hold = holds.get(document.document_id)
            question = Question(
                cause=cause,
                title=f"Could not be done: {kind} {booked.number or 'without number'}, {booked.contact.name}",
                facts=(stuck[0].reason,),
                choices=(*(hold.choices if hold else ()), again),
                reach_text="Nothing is changed in Xero.",
            )
            found.append(AskPerson(question=question))
    return found
