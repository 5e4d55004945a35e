"""Give every line of every document in hand one of four states. Pure: money.md, rule by rule; settle_line has the rules of one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from xero_sync.domain import xero
from xero_sync.domain.causes import (
    change_cause,
    hold_cause,
    stuck_cause,
)
from xero_sync.domain.decisions import (
    FollowBills,
    FollowChange,
    KeepAsClosed,
    LeaveOut,
    MakeOption,
    NoProjectNeeded,
    PutOn,
    PutOnHold,
    Spread,
    TheseDocuments,
)
from xero_sync.domain.lines import DocumentResult, LineResult, Share
from xero_sync.domain.match import (
    CLOSING_KEY,
    HOLD,
    Matcher,
    MatchRule,
    document_key,
    duplicate_key,
    project_key,
)
from xero_sync.domain.sharing import BILLS_RULE, SHARED_RULES, SPREAD_RULE, Weights, shares_by, weights_on_document
from xero_sync.domain.snapshot import BookedDocument, Snapshot
from xero_sync.loop.settle_line import LineInHand, settle_line

ON_HOLD = "On hold: nothing is written for it until somebody resumes it."
STAYS_ON_HOLD = "On hold: it stays here until somebody resumes it."
CHANGED_AFTER_CLOSING = "Changed in Xero after its month was closed. It stays where it is in Scoro until a controller decides."
KNOWN_DIFFERENCE = "Left as it was when its month was closed: a known difference to Xero."
NEEDED_LISTS = frozenset({"categories", "accounts", "projects", "rules"})
"""Without these nothing can be said about a line: its documents keep what was stored and wait."""


def matcher_of(snapshot: Snapshot, rules: Iterable[MatchRule]) -> Matcher:
    """What joins the lines and projects of this Snapshot."""
    return Matcher(
        list(rules),
        snapshot.projects,
        bindings=snapshot.bindings,
        bound_by_name=snapshot.bound_by_name,
        entity=snapshot.entity,
        completed_since=snapshot.completed_since,
        now=snapshot.taken_at,
    )


def settle(snapshot: Snapshot, matcher: Matcher) -> dict[str, DocumentResult]:
    """Where every line in hand belongs, by document id.

    A document is missing from the answer where a list it depends on is unknown, or while matching or its direction is switched off.
    A document that is not approved has no lines: what was written for it is to be taken back.
    """
    if snapshot.unknown & NEEDED_LISTS or snapshot.category is None:
        return {}
    return {
        document.document_id: _settle_document(snapshot, matcher, document)
        for document in snapshot.documents
        if snapshot.settings.concerns(document.xero)
    }


def _settle_document(snapshot: Snapshot, matcher: Matcher, document: BookedDocument) -> DocumentResult:
    booked = document.xero
    if not booked.is_approved:
        return DocumentResult(booked.document_id, booked.currency, ())
    if not booked.has_all_lines:
        return DocumentResult(booked.document_id, booked.currency, (_unreadable(booked),))
    has_options = any(snapshot.facts_of(booked, line).option_name for line in booked.lines)
    lines = tuple(settle_line(LineInHand(snapshot, matcher, document, line, has_options)) for line in booked.lines)
    lines = _shared_out(snapshot, document, lines)
    result = _ask_about_duplicate(snapshot, document, DocumentResult(booked.document_id, booked.currency, lines))
    result = _after_closing(snapshot, document, result)
    hold = snapshot.decisions.hold_of(booked.document_id)
    return result if hold is None else replace(result, lines=tuple(_as_before(snapshot, hold, line) for line in result.lines))


def _after_closing(snapshot: Snapshot, document: BookedDocument, result: DocumentResult) -> DocumentResult:
    """money.md 8: what is on projects in a closed month moves only when a controller says so; until then the whole document waits.

    Where only amounts differ nothing has to be moved: the copy's amounts are Scoro's own.
    """
    placed, wanted = _places(document.shares_in_scoro), _places(result.shares)
    if not placed or placed == wanted or not snapshot.is_closed(document.xero.day):
        return result
    differing = {line_id for line_id, _, _ in placed ^ wanted}
    if all(_was_answered(snapshot, document, line) for line in result.lines if line.line_id in differing):
        # Who answers about a closed month is a controller already.
        return result
    match snapshot.decisions.answer_about(document.document_id, result.shares):
        case FollowChange():
            return result
        case KeepAsClosed():
            return replace(result, lines=tuple(_as_closed(document, line) for line in result.lines))
        case _:
            return replace(result, lines=tuple(_asked_about(document, line, differing) for line in result.lines))


def _places(shares: tuple[Share, ...]) -> set[tuple[str, int, Decimal | None]]:
    """Which line is on which project; of a divided line with how much, as that is ours to say."""
    parts = Counter(share.line_id for share in shares)
    return {(share.line_id, share.project_id, share.net if parts[share.line_id] > 1 else None) for share in shares}


def _was_answered(snapshot: Snapshot, document: BookedDocument, line: LineResult) -> bool:
    """True where a person said so of this very line. One that goes on holding was given for others, and by anybody."""
    if line.rule not in {"decision", *SHARED_RULES}:
        return False
    if line.rule in SHARED_RULES and any(share.line_id == line.line_id for share in document.shares_in_scoro):
        # It was shared out before, and the proportion has changed since.
        return False
    answers = (entry.decision for entry in snapshot.decisions.of_document(document.document_id))
    return any(
        isinstance(answer, PutOn | MakeOption | NoProjectNeeded | LeaveOut | Spread | FollowBills)
        and isinstance(answer.reach, TheseDocuments)
        and answer.reach.is_about(line.line_id)
        for answer in answers
    )


def _asked_about(document: BookedDocument, line: LineResult, differing: set[str]) -> LineResult:
    """A line of a document that changed after closing. Its shares are where it would go."""
    if line.state in ("no project needed", "left out") and line.line_id not in differing:
        return line
    cause, keys = change_cause(document.document_id), line.keys | {CLOSING_KEY}
    return replace(line, state="waiting", rule="8", reason=CHANGED_AFTER_CLOSING, cause=cause, keys=keys)


def _as_closed(document: BookedDocument, line: LineResult) -> LineResult:
    """A line of a known difference: where it is in Scoro, whatever Xero says now."""
    there = [share for share in document.shares_in_scoro if share.line_id == line.line_id]
    if len({share.project_id for share in there}) == 1:
        there = [replace(there[0], net=line.net)]
    known = replace(line, rule="8", reason=KNOWN_DIFFERENCE, cause="", keys=line.keys | {CLOSING_KEY})
    if there and sum(share.net for share in there) == line.net:
        return replace(known, state="attached", shares=tuple(there))
    return replace(known, state="left out", shares=()) if line.state == "attached" else line


def _as_before(snapshot: Snapshot, hold: PutOnHold, line: LineResult) -> LineResult:
    """A line of a document on hold: where it was left, at the amount it has now, else it waits for somebody to resume the document."""
    if line.state not in ("attached", "waiting"):
        return line
    (document_id,) = hold.reach.document_ids
    held = replace(line, rule=HOLD, reason=ON_HOLD, state="waiting", shares=(), cause=hold_cause(document_id), could_not_be_done=False)
    before = tuple(share for share in hold.before if share.line_id == line.line_id)
    if len({share.project_id for share in before}) == 1:
        before = (replace(before[0], net=line.net),)
    projects = [snapshot.projects.get(share.project_id) for share in before]
    if sum(share.net for share in before) != line.net or any(project is None or project.is_deleted for project in projects):
        return held
    keys = line.keys | {project_key(share.project_id) for share in before}
    return replace(held, state="attached", reason=STAYS_ON_HOLD, shares=before, cause="", keys=keys)


def _shared_out(snapshot: Snapshot, document: BookedDocument, lines: tuple[LineResult, ...]) -> tuple[LineResult, ...]:
    """The lines that a person wants shared out over several projects, as one amount, each where its parts go (money.md 4 and 5)."""
    for rule, kind in ((SPREAD_RULE, Spread), (BILLS_RULE, FollowBills)):
        nets = {line.line_id: line.net for line in lines if line.rule == rule and line.state == "waiting"}
        if not nets:
            continue
        answers = (entry.decision for entry in snapshot.decisions.of_document(document.document_id))
        decision = next(answer for answer in answers if isinstance(answer, kind))
        if isinstance(decision, FollowBills):
            weights: Weights = {project_id: Fraction(net) for project_id, net in decision.weights}
        elif any(line.state == "waiting" and line.net != 0 and line.line_id not in nets for line in lines):
            reason = "It is spread once the other lines of the document are on their projects."
            lines = tuple(replace(line, reason=reason, cause="") if line.line_id in nets else line for line in lines)
            continue
        else:
            weights = weights_on_document(lines)
        if not all(_may_hold(snapshot, document, project_id) for project_id in weights):
            continue
        by_line: dict[str, list[Share]] = {}
        for share in shares_by(nets, weights):
            by_line.setdefault(share.line_id, []).append(share)
        keys = {project_key(project_id) for project_id in weights}
        lines = tuple(
            replace(line, state="attached", cause="", keys=line.keys | keys, shares=tuple(by_line[line.line_id]))
            if line.line_id in by_line
            else line
            for line in lines
        )
    return lines


def _may_hold(snapshot: Snapshot, document: BookedDocument, project_id: int) -> bool:
    """True for a project that may carry what a person decided for it."""
    project = snapshot.projects.get(project_id)
    return (
        project is not None
        and not project.is_deleted
        and project.is_open_to(snapshot.entity)
        and not (project.is_internal and document.xero.is_sale)
    )


def _unreadable(booked: xero.Document) -> LineResult:
    """One line for all the money of a document whose lines do not add up: nothing may be judged by them."""
    return LineResult(
        "",
        booked.net_total,
        "waiting",
        "1",
        "Xero's lines do not add up to the document's total. Open and save it in Xero, then try again.",
        cause=stuck_cause(booked.document_id),
        keys=frozenset({document_key(booked.document_id)}),
        could_not_be_done=True,
    )


def _ask_about_duplicate(snapshot: Snapshot, document: BookedDocument, result: DocumentResult) -> DocumentResult:
    """money.md 10: of documents that look the same the first is taken, the others wait until a person says that they are real."""
    key = duplicate_key(document.xero)
    result = replace(result, lines=tuple(replace(line, keys=line.keys | {key}) for line in result.lines)) if key else result
    is_first = document.link is not None or all(
        not sibling.is_linked and (document.xero.updated_at, document.document_id) < (sibling.updated_at, sibling.document_id)
        for sibling in document.siblings
    )
    cause = f"duplicate:{key}"
    is_said_real = any(
        entry.decision.kind == "both are real" and entry.decision.reach.cause == cause
        for entry in snapshot.decisions.of_document(document.document_id)
    )
    if is_first or is_said_real:
        return result
    return replace(
        result,
        lines=tuple(
            replace(line, state="waiting", rule="10", reason="Possible duplicate of another document in Xero.", cause=cause, shares=())
            if line.state == "attached" or line.cause
            else line
            for line in result.lines
        ),
    )
