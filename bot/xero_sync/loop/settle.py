"""Give every line of every document in hand one of four states. Pure: money.md, rule by rule, and the only place that applies them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from xero_sync.domain import xero
from xero_sync.domain.accounts import need_of
from xero_sync.domain.decisions import CountAccount, Decided, LeaveOut, MakeOption, NoProjectNeeded, PutOn, TheseDocuments, ThisSupplier
from xero_sync.domain.fold import fold
from xero_sync.domain.lines import DocumentResult, LineResult, Share
from xero_sync.domain.match import LineFacts, Matcher, account_key, contact_key, document_key, duplicate_key, option_key, project_key
from xero_sync.domain.snapshot import BookedDocument, Snapshot

NEEDED_LISTS = frozenset({"categories", "accounts", "projects", "rules"})
"""Without these nothing can be said about a line: its documents keep what was stored and wait."""


def settle(snapshot: Snapshot, matcher: Matcher) -> dict[str, DocumentResult]:
    """Where every line in hand belongs, by document id.

    A document is missing from the answer where a list it depends on is unknown, or while its direction is switched off.
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
        problem = LineResult(
            "", booked.net_total, "waiting", "1", "Xero's lines do not add up to the document's total.", could_not_be_done=True
        )  # fmt: skip
        return DocumentResult(booked.document_id, booked.currency, (problem,))
    lines = tuple(_settle_line(_LineInHand(snapshot, matcher, booked, line)) for line in booked.lines)
    return _ask_about_duplicate(snapshot, document, DocumentResult(booked.document_id, booked.currency, lines))


@dataclass(frozen=True)
class _LineInHand:
    snapshot: Snapshot
    matcher: Matcher
    document: xero.Document
    line: xero.LineItem

    @property
    def facts(self) -> LineFacts:
        return self.snapshot.facts_of(self.document, self.line)


def _settle_line(hand: _LineInHand) -> LineResult:
    facts = hand.facts
    net = hand.document.net(hand.line)
    keys = {document_key(facts.document_id), account_key(facts.account_code), contact_key(facts.contact_id)}
    if facts.option_id:
        keys.add(option_key(facts.option_id))
    draft = LineResult(hand.line.line_item_id, net, "no project needed", "1", "No value.", keys=frozenset(keys))
    if net == 0:
        return draft
    if decided := _decided(hand, facts, draft):
        return decided
    has_option = bool(facts.option_id or facts.option_name)
    account = hand.snapshot.accounts.get(facts.account_code)
    if account is None:
        return replace(
            draft,
            state="waiting",
            rule="2",
            reason=f"Account {facts.account_code or 'without code'} is not in the list read from Xero yet.",
        )
    need = need_of(account.type, account.code, hand.snapshot.settings.account_needs)
    if need == "balance sheet" and has_option and not _counts(hand.snapshot, account.code):
        return replace(
            draft,
            state="waiting",
            rule="3",
            reason=f"{account.code} {account.name} is a balance sheet account.",
            cause=account_cause(facts),
        )
    if has_option:
        return _matched(hand, facts, draft)
    if need == "asked":
        reason = f"{account.code} {account.name} is project money, and the line has no option."
        return replace(draft, state="waiting", rule="2", reason=reason, cause=untracked_cause(facts))
    return replace(draft, rule="2", reason=f"{account.code} {account.name} needs no project.")


def _matched(hand: _LineInHand, facts: LineFacts, draft: LineResult) -> LineResult:
    match = hand.matcher.match(facts, is_sale=hand.document.is_sale)
    draft = replace(draft, keys=draft.keys | match.keys, rule=match.rule, state="waiting")
    name = facts.option_name
    match match.kind:
        case "one":
            (project_id,) = match.project_ids
            project_name = hand.snapshot.projects[project_id].plain_name
            why = (
                f'Option "{name}" is bound to project {project_name}.'
                if match.is_bound
                else f'Option "{name}" and project {project_name} have the same name.'
            )
            return replace(draft, state="attached", reason=why, shares=(Share(draft.line_id, project_id, draft.net),))
        case "several":
            return replace(
                draft,
                rule="6",
                reason=f'{len(match.project_ids)} open projects are called "{name}".',
                cause=twin_cause(hand.document, facts),
            )
        case "closed":
            return replace(draft, rule="7", reason=f'The project for option "{name}" is closed.', cause=closed_cause(facts))
        case "internal":
            return replace(
                draft, rule="12", reason=f'"{name}" is an internal project; sales are not put on it.', cause=internal_cause(facts)
            )
        case _:
            return replace(draft, rule="4", reason=f'No Scoro project is called "{name}".', cause=no_match_cause(facts))


# A person's decision stands before everything a rule says.


def _decided(hand: _LineInHand, facts: LineFacts, draft: LineResult) -> LineResult | None:
    for entry in _decisions_about(hand, facts):
        result = _by_decision(hand, draft, entry)
        if result:
            return result
    return None


def _decisions_about(hand: _LineInHand, facts: LineFacts) -> Iterable[Decided]:
    """Nearest first: this document, this option with this contact, this option, this supplier, this account."""
    book = hand.snapshot.decisions
    causes = causes_of(hand.document, facts)
    for entry in book.of_document(facts.document_id):
        if isinstance(entry.decision.reach, TheseDocuments) and entry.decision.reach.cause in causes:
            yield entry
    if facts.option_id:
        yield from book.of_option(facts.option_id, facts.contact_id)
    for entry in book.of_supplier(facts.contact_id):
        reach = entry.decision.reach
        if isinstance(reach, ThisSupplier) and reach.tracking_option_id == facts.option_id and hand.document.day <= reach.until:
            yield entry
    if facts.option_id:
        yield from book.of_account(facts.account_code)


def _by_decision(hand: _LineInHand, draft: LineResult, entry: Decided) -> LineResult | None:
    who = f"{entry.person_id} decided"
    match entry.decision:
        case MakeOption() if entry.status == "open":
            return replace(draft, state="waiting", rule="decision", reason="The option is being created in Xero.")
        case PutOn(project_id=project_id) | MakeOption(project_id=project_id):
            project = hand.snapshot.projects.get(project_id)
            if project is None or project.is_deleted:
                return None
            keys = draft.keys | {project_key(project_id)}
            share = Share(draft.line_id, project_id, draft.net)
            return replace(draft, state="attached", rule="decision", reason=f"{who}: {project.plain_name}.", shares=(share,), keys=keys)
        case NoProjectNeeded():
            return replace(draft, rule="decision", reason=f"{who}: no project needed.")
        case LeaveOut():
            return replace(draft, state="left out", rule="decision", reason=f"{who}: left out.")
        case _:
            return None


def _counts(snapshot: Snapshot, account_code: str) -> bool:
    return any(isinstance(entry.decision, CountAccount) for entry in snapshot.decisions.of_account(account_code)[:1])


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


# Causes: the stable names of questions. A cause says what the answer would be about.


def _option_ref(facts: LineFacts) -> str:
    return facts.option_id or f"name={fold(facts.option_name)}"


def no_match_cause(facts: LineFacts) -> str:
    return f"no match:{_option_ref(facts)}"


def closed_cause(facts: LineFacts) -> str:
    return f"closed:{_option_ref(facts)}"


def internal_cause(facts: LineFacts) -> str:
    return f"internal:{_option_ref(facts)}"


def twin_cause(document: xero.Document, facts: LineFacts) -> str:
    """money.md 6: on a sale the contact is the client, so the answer is kept for both; on a bill it holds for that bill."""
    return (
        f"twins:{_option_ref(facts)}:contact:{facts.contact_id}"
        if document.is_sale
        else f"twins:{_option_ref(facts)}:document:{facts.document_id}"
    )


def account_cause(facts: LineFacts) -> str:
    return f"account:{facts.account_code}"


def untracked_cause(facts: LineFacts) -> str:
    return f"untracked:{facts.account_code}:contact:{facts.contact_id}"


def causes_of(document: xero.Document, facts: LineFacts) -> frozenset[str]:
    """Every question this line could ever have waited for: an answer to one of them holds for it."""
    if facts.option_id or facts.option_name:
        return frozenset(
            {no_match_cause(facts), closed_cause(facts), internal_cause(facts), twin_cause(document, facts), account_cause(facts)}
        )
    return frozenset({untracked_cause(facts)})
