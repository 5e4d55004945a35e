"""Give every line of every document in hand one of four states. Pure: money.md, rule by rule, and the only place that applies them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from xero_sync.domain import xero
from xero_sync.domain.accounts import Need, need_of
from xero_sync.domain.causes import (
    UNTRACKED,
    account_cause,
    change_cause,
    closed_cause,
    hold_cause,
    internal_cause,
    is_about,
    no_match_cause,
    renamed_cause,
    rest_cause,
    stuck_cause,
    twin_cause,
    untracked_cause,
)
from xero_sync.domain.decisions import (
    CountAccount,
    Decided,
    FollowBills,
    FollowChange,
    Frozen,
    KeepAsClosed,
    LeaveOut,
    MakeOption,
    NoProjectNeeded,
    PutOn,
    PutOnHold,
    Spread,
    TheseDocuments,
    ThisOption,
    ThisSupplier,
    UseOption,
)
from xero_sync.domain.fold import fold, fold_scoro
from xero_sync.domain.lines import DocumentResult, LineResult, Share
from xero_sync.domain.match import (
    CLOSING_KEY,
    HOLD,
    NO_ACCOUNT_KEY,
    LineFacts,
    Match,
    Matcher,
    MatchRule,
    account_key,
    contact_key,
    credited_key,
    document_key,
    duplicate_key,
    option_key,
    project_key,
)
from xero_sync.domain.options import TRACKING_RULE, why_tracking_stays
from xero_sync.domain.sharing import BILLS_RULE, SHARED_RULES, SPREAD_RULE, Weights, shares_by, weights_on_document
from xero_sync.domain.snapshot import BookedDocument, Snapshot

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
    lines = tuple(_settle_line(_LineInHand(snapshot, matcher, document, line)) for line in booked.lines)
    lines = _shared_out(snapshot, document, lines)
    result = _ask_about_duplicate(snapshot, document, DocumentResult(booked.document_id, booked.currency, lines))
    result = _after_closing(snapshot, document, result)
    hold = snapshot.decisions.hold_of(booked.document_id)
    return result if hold is None else replace(result, lines=tuple(_as_before(snapshot, hold, line) for line in result.lines))


def _after_closing(snapshot: Snapshot, document: BookedDocument, result: DocumentResult) -> DocumentResult:
    """money.md 8: what is on projects in a closed month moves only when a controller says so; until then the whole document waits.

    Where only amounts differ nothing has to be moved: the copy's amounts are Scoro's own.
    """
    placed = {(share.line_id, share.project_id) for share in document.shares_in_scoro}
    wanted = {(share.line_id, share.project_id) for share in result.shares}
    if not placed or placed == wanted or not snapshot.is_closed(document.xero.day):
        return result
    differing = {line_id for line_id, _ in placed ^ wanted}
    if all(line.rule in {"decision", *SHARED_RULES} for line in result.lines if line.line_id in differing):
        # Who answers about a closed month is a controller already.
        return result
    match snapshot.decisions.answer_about(document.document_id, result.shares):
        case FollowChange():
            return result
        case KeepAsClosed():
            return replace(result, lines=tuple(_as_closed(document, line) for line in result.lines))
        case _:
            return replace(result, lines=tuple(_asked_about(document, line, differing) for line in result.lines))


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
        own = [line for line in lines if line.rule == rule and line.state == "waiting"]
        if not own:
            continue
        answers = (entry.decision for entry in snapshot.decisions.of_document(document.document_id))
        decision = next(answer for answer in answers if isinstance(answer, kind))
        if isinstance(decision, FollowBills):
            weights: Weights = {project_id: Fraction(net) for project_id, net in decision.weights}
        elif any(line.state == "waiting" and line.net != 0 and line not in own for line in lines):
            reason = "It is spread once the other lines of the document are on their projects."
            lines = tuple(replace(line, reason=reason, cause="") if line in own else line for line in lines)
            continue
        else:
            weights = weights_on_document(lines)
        if not all(_may_hold(snapshot, document, project_id) for project_id in weights):
            continue
        shares = shares_by({line.line_id: line.net for line in own}, weights)
        keys = {project_key(project_id) for project_id in weights}
        if shares:
            lines = tuple(
                replace(
                    line,
                    state="attached",
                    cause="",
                    keys=line.keys | keys,
                    shares=tuple(share for share in shares if share.line_id == line.line_id),
                )
                if line in own
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


@dataclass(frozen=True)
class _LineInHand:
    snapshot: Snapshot
    matcher: Matcher
    booked: BookedDocument
    line: xero.LineItem

    @property
    def document(self) -> xero.Document:
        return self.booked.xero

    @cached_property
    def facts(self) -> LineFacts:
        return self.snapshot.facts_of(self.document, self.line)

    @property
    def has_option(self) -> bool:
        return bool(self.facts.option_id or self.facts.option_name)

    @property
    def is_rest(self) -> bool:
        """True for a line without option beside others that have one, and on a credit note: its document says best where it belongs."""
        document, category = self.document, self.snapshot.category
        if category is None or self.has_option:
            return False
        tracked = (document.option_in(category.tracking_category_id, category.name, line) for line in document.lines)
        return document.is_credit or (document.is_bill and any(tracked))

    @property
    def account(self) -> xero.Account | None:
        # Accounts without a code share one place in the list, where one of them would stand for all.
        return self.snapshot.accounts.get(self.facts.account_code) if self.facts.account_code else None

    def need(self, account: xero.Account) -> Need:
        return need_of(account.type, account.code, self.snapshot.settings.account_needs)


def _settle_line(hand: _LineInHand) -> LineResult:
    facts, account = hand.facts, hand.account
    keys = {document_key(facts.document_id), account_key(facts.account_code), contact_key(facts.contact_id)}
    if facts.option_id:
        keys.add(option_key(facts.option_id))
    if not hand.has_option:
        keys |= {credited_key(entry.document_id) for entry in hand.document.allocations}
    draft = LineResult(hand.line.line_item_id, hand.document.net(hand.line), "no project needed", "1", "No value.", keys=frozenset(keys))
    if draft.net == 0:
        return draft
    if account is None:
        waiting = _without_account(hand, draft)
        return _stays(hand, waiting) or waiting
    if hand.has_option:
        return _balance_sheet(hand, draft, account) or _decided(hand, draft) or _by_option(hand, draft)
    return _decided(hand, draft) or _without_option(hand, draft, account)


def _without_account(hand: _LineInHand, draft: LineResult) -> LineResult:
    """An account made today comes with the next reading of the list. One that is not there afterwards has to be mended in Xero."""
    code, read_at = hand.facts.account_code, hand.snapshot.accounts_read_at
    waiting = replace(draft, state="waiting", rule="2", keys=draft.keys | {NO_ACCOUNT_KEY})
    # A list that comes empty is no evidence.
    if read_at is None or read_at < hand.document.updated_at or not hand.snapshot.accounts:
        name = f"Account {code}" if code else "The line's account"
        return replace(waiting, reason=f"{name} is not in the list read from Xero yet.")
    what = f"Account {code} is not in Xero's list" if code else "A line of value has no account"
    reason = f"{what}. Give the line an account in Xero that has a code, then try again."
    return replace(waiting, reason=reason, cause=stuck_cause(hand.facts.document_id), could_not_be_done=True)


def _balance_sheet(hand: _LineInHand, draft: LineResult, account: xero.Account) -> LineResult | None:
    """money.md 3: the account says whether the line counts at all, before its option says where. Its newest answer holds for all lines."""
    cause = account_cause(hand.facts)
    own = _answers_for_document(hand, lambda about: about == cause)
    standing = [entry for entry in hand.snapshot.decisions.of_account(account.code) if isinstance(entry.decision, LeaveOut | CountAccount)]
    for entry in (*own[:1], *standing[:1]):
        if isinstance(entry.decision, CountAccount):
            return None
        if result := _by_decision(hand, draft, entry):
            return result
    if hand.need(account) != "balance sheet":
        return None
    reason = f"{account.code} {account.name} is a balance sheet account."
    return replace(draft, state="waiting", rule="3", reason=reason, cause=cause)


def _without_option(hand: _LineInHand, draft: LineResult, account: xero.Account) -> LineResult:
    """money.md 2. A plugin's rule may know the project by something else than the option."""
    need = hand.need(account)
    none_needed = replace(draft, rule="2", reason=f"{account.code} {account.name} needs no project.")
    if need == "balance sheet":
        return none_needed
    match = hand.matcher.match(hand.facts, is_sale=hand.document.is_sale)
    keys = draft.keys | match.keys
    if match.kind == "one":
        return _attached(hand, replace(draft, keys=keys), match)
    if need == "none":
        return replace(none_needed, keys=keys)
    doubt = f"{len(match.project_ids)} projects fit" if match.kind == "several" else "the line has no option"
    reason = f"{account.code} {account.name} is project money, and {doubt}."
    cause = rest_cause(hand.facts.document_id) if hand.is_rest else untracked_cause(hand.facts)
    return replace(draft, state="waiting", rule="2", reason=reason, cause=cause, keys=keys)


def _by_option(hand: _LineInHand, draft: LineResult) -> LineResult:
    facts = hand.facts
    match = hand.matcher.match(facts, is_sale=hand.document.is_sale)
    draft = replace(draft, keys=draft.keys | match.keys, state="waiting")
    name = facts.option_name
    match match.kind:
        case "one":
            return _attached(hand, draft, match)
        case "several":
            reason = f'{len(match.project_ids)} open projects are called "{name}".'
            waiting = replace(draft, rule="6", reason=reason, cause=twin_cause(hand.document, facts))
            return _stays(hand, waiting, match.project_ids) or waiting
        case "renamed":
            bound = hand.snapshot.project_name(match.project_ids[0])
            reason = f'Option "{name}" was for {bound}, and another open project has its name now.'
            waiting = replace(draft, rule="6", reason=reason, cause=renamed_cause(facts))
            return _stays(hand, waiting, match.project_ids) or waiting
        case "closed":
            return _closed(hand, draft, match.project_ids)
        case "internal":
            reason = f'"{name}" is an internal project; sales are not put on it.'
            return replace(draft, rule="12", reason=reason, cause=internal_cause(facts))
        case _:
            return replace(draft, rule="no match", reason=f'No Scoro project is called "{name}".', cause=no_match_cause(facts))


def _attached(hand: _LineInHand, draft: LineResult, match: Match) -> LineResult:
    (project_id,) = match.project_ids
    project, option_name = hand.snapshot.projects[project_id], hand.facts.option_name
    if match.is_bound:
        why = f'Option "{option_name}" is bound to project {project.plain_name}.'
    elif option_name and fold(option_name) == fold_scoro(project.name):
        why = f'Option "{option_name}" and project {project.plain_name} have the same name.'
    else:
        why = f'Project {project.plain_name} fits by the rule "{match.rule}".'
    if hand.snapshot.is_archived(hand.facts.option_id):
        why += " The option is archived in Xero."
    return replace(draft, state="attached", rule=match.rule, reason=why, shares=(Share(draft.line_id, project_id, draft.net),))


def _closed(hand: _LineInHand, draft: LineResult, project_ids: tuple[int, ...]) -> LineResult:
    """money.md 7 is about what arrives late: what is on the project already stays there."""
    reason = f'The project for option "{hand.facts.option_name}" is closed.'
    waiting = replace(draft, state="waiting", rule="7", reason=reason, cause=closed_cause(hand.facts))
    return _stays(hand, waiting, project_ids) or waiting


def _stays(hand: _LineInHand, waiting: LineResult, project_ids: tuple[int, ...] = ()) -> LineResult | None:
    """The line where Scoro has it now (on these projects, where any are named): a doubt takes nothing off its project."""
    there = tuple(share for share in hand.booked.shares_in_scoro if share.line_id == waiting.line_id)
    on = tuple(dict.fromkeys(share.project_id for share in there))
    if len(on) == 1:
        there = (Share(waiting.line_id, on[0], waiting.net),)
    projects = [hand.snapshot.projects.get(project_id) for project_id in on]
    if any(project is None or project.is_deleted for project in projects) or (project_ids and not set(on) <= set(project_ids)):
        return None
    if not there or sum(share.net for share in there) != waiting.net:
        return None
    return replace(
        waiting,
        state="attached",
        reason=f"It stays on {' and '.join(map(hand.snapshot.project_name, on))}. {waiting.reason}",
        shares=there,
        cause="",
        keys=waiting.keys | {project_key(project_id) for project_id in on},
    )


# A person's decision stands before everything a rule says.

_ANSWERS: tuple[type[Frozen], ...] = (PutOn, MakeOption, UseOption, Spread, FollowBills, NoProjectNeeded, LeaveOut)


def _decided(hand: _LineInHand, draft: LineResult) -> LineResult | None:
    for entries in _decisions_about(hand):
        # The newest answer of one reach replaces the older ones for good, even where its own project is gone.
        if entries and (result := _by_decision(hand, draft, entries[0])):
            return result
    return None


def _decisions_about(hand: _LineInHand) -> Iterator[list[Decided]]:
    """By reach, nearest first, newest first in each: this document, the option with this contact, the option, the supplier, the account."""
    book, facts = hand.snapshot.decisions, hand.facts
    yield _answers_for_document(hand, lambda about: is_about(about, hand.document, facts))
    if facts.option_id:
        of_option = _answers(book.of_option(facts.option_id, facts.contact_id))
        for has_contact in (True, False):
            yield [entry for entry in of_option if bool(getattr(entry.decision.reach, "contact_id", "")) == has_contact]
    yield [entry for entry in _answers(book.of_supplier(facts.contact_id)) if _is_within_supplier(hand, entry)]
    if not hand.has_option:
        yield [entry for entry in book.of_account(facts.account_code) if isinstance(entry.decision, NoProjectNeeded)]


def _answers(entries: Iterable[Decided]) -> list[Decided]:
    return [entry for entry in entries if isinstance(entry.decision, _ANSWERS)]


def _answers_for_document(hand: _LineInHand, fits: Callable[[str], bool]) -> list[Decided]:
    """The answers to questions of a fitting cause that were given for this line, newest first."""
    return [
        entry
        for entry in _answers(hand.snapshot.decisions.of_document(hand.facts.document_id))
        if isinstance(reach := entry.decision.reach, TheseDocuments)
        and reach.is_about(hand.line.line_item_id)
        and (fits(reach.cause) or _was_untracked_too(hand, reach) or (not hand.has_option and reach.cause in _tried_in_xero(hand)))
    ]


def _tried_in_xero(hand: _LineInHand) -> set[str]:
    """The questions answered by writing an option on this line: where Xero dropped it, the line goes on waiting for them."""
    return {
        entry.decision.reach.cause
        for entry in hand.snapshot.decisions.of_document(hand.facts.document_id)
        if isinstance(entry.decision, UseOption) and entry.decision.reach.is_about(hand.line.line_item_id)
    }


def _was_untracked_too(hand: _LineInHand, reach: TheseDocuments) -> bool:
    """True where the answer was about this line without option too, under the account or supplier it had then."""
    is_asked = not hand.has_option and hand.account is not None and hand.need(hand.account) == "asked"
    return is_asked and reach.cause.startswith(UNTRACKED) and hand.line.line_item_id in reach.line_ids


def _is_within_supplier(hand: _LineInHand, entry: Decided) -> bool:
    """Where no option is named: the lines without option that would be asked about, for the supplier's overheads stay overheads."""
    reach = entry.decision.reach
    if not isinstance(reach, ThisSupplier) or hand.document.day > reach.until:
        return False
    if reach.tracking_option_id:
        return reach.tracking_option_id == hand.facts.option_id
    if hand.has_option:
        return False
    return hand.account is not None and hand.need(hand.account) == "asked"


def _by_decision(hand: _LineInHand, draft: LineResult, entry: Decided) -> LineResult | None:
    match entry.decision:
        case PutOn(project_id=project_id) | MakeOption(project_id=project_id):
            return _on_chosen_project(hand, draft, entry, project_id)
        case NoProjectNeeded():
            return replace(draft, rule="decision", reason=f"{entry.person_id} decided: no project needed.")
        case LeaveOut():
            return replace(draft, state="left out", rule="decision", reason=f"{entry.person_id} decided: left out.")
        case UseOption(tracking_option_id=option_id) if option_id != hand.facts.option_id:
            if why_tracking_stays(hand.snapshot, hand.document):
                return None
            waiting = replace(draft, state="waiting", rule=TRACKING_RULE, cause=entry.cause)
            if entry.status == "open":
                return replace(waiting, reason="The option is being written on the line in Xero.")
            return replace(waiting, reason=entry.problem or "The option could not be written in Xero.", could_not_be_done=True)
        case Spread() if hand.is_rest:
            # How much goes where is said once all lines of the document are known.
            reason = f"{entry.person_id} decided: spread over the document's projects."
            return replace(draft, state="waiting", rule=SPREAD_RULE, reason=reason, cause=rest_cause(hand.facts.document_id))
        case FollowBills() if hand.document.is_credit:
            reason = f"{entry.person_id} decided: shared like the documents it was allocated to."
            return replace(draft, state="waiting", rule=BILLS_RULE, reason=reason, cause=rest_cause(hand.facts.document_id))
        case _:
            return None


def _on_chosen_project(hand: _LineInHand, draft: LineResult, entry: Decided, project_id: int) -> LineResult | None:
    """None where the project is gone, or is another business entity's: then the rules say what they would say without the answer."""
    project = hand.snapshot.projects.get(project_id)
    if project is None or project.is_deleted or not project.is_open_to(hand.snapshot.entity):
        return None
    draft = replace(draft, keys=draft.keys | {project_key(project_id)}, rule="decision")
    if isinstance(entry.decision, MakeOption) and entry.status == "open":
        return replace(draft, state="waiting", reason="The option is being created in Xero.")
    if project.is_internal and hand.document.is_sale:
        reason = f'"{project.plain_name}" is an internal project; sales are not put on it.'
        return replace(draft, state="waiting", rule="12", reason=reason, cause=entry.cause)
    # An answer about the documents of one card may choose a closed project; one that goes on holding must not fill it for ever.
    if isinstance(entry.decision.reach, ThisOption | ThisSupplier) and not hand.matcher.still_takes(project_id):
        return _closed(hand, draft, (project_id,))
    decided = replace(draft, state="attached", reason=f"{entry.person_id} decided: {hand.snapshot.project_name(project_id)}.")
    if isinstance(entry.decision.reach, ThisOption) and entry.cause == renamed_cause(hand.facts):
        # Asked was about what waited and what comes: what the option had put on its first project before was on no card.
        bound_id = hand.snapshot.bindings.get(hand.facts.option_id, 0)
        if stays := _stays(hand, decided, (bound_id,)):
            return stays
    return replace(decided, shares=(Share(draft.line_id, project_id, draft.net),))


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
