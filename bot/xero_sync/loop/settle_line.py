"""Give one line its state: by its account, by what people decided, by its option. Pure: money.md, rule by rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from xero_sync.domain import xero
from xero_sync.domain.accounts import Need, need_of
from xero_sync.domain.causes import (
    UNTRACKED,
    account_cause,
    closed_cause,
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
    Frozen,
    LeaveOut,
    MakeOption,
    NoProjectNeeded,
    PutOn,
    Spread,
    TheseDocuments,
    ThisOption,
    ThisSupplier,
    UseOption,
)
from xero_sync.domain.fold import fold, fold_scoro
from xero_sync.domain.lines import LineResult, Share
from xero_sync.domain.match import (
    NO_ACCOUNT_KEY,
    LineFacts,
    Match,
    Matcher,
    account_key,
    contact_key,
    credited_key,
    document_key,
    option_key,
    project_key,
)
from xero_sync.domain.sharing import BILLS_RULE, SPREAD_RULE
from xero_sync.domain.snapshot import BookedDocument, Snapshot
from xero_sync.domain.tracking import TRACKING_RULE, why_tracking_stays


@dataclass(frozen=True)
class LineInHand:
    """One line with everything it is judged by."""

    snapshot: Snapshot
    matcher: Matcher
    booked: BookedDocument
    line: xero.LineItem
    document_has_options: bool

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
        return not self.has_option and (self.document.is_credit or (self.document.is_bill and self.document_has_options))

    @property
    def account(self) -> xero.Account | None:
        # Accounts without a code share one place in the list, where one of them would stand for all.
        return self.snapshot.accounts.get(self.facts.account_code) if self.facts.account_code else None

    def need(self, account: xero.Account) -> Need:
        return need_of(account.type, account.code, self.snapshot.settings.account_needs)


def settle_line(hand: LineInHand) -> LineResult:
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


def _without_account(hand: LineInHand, draft: LineResult) -> LineResult:
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


def _balance_sheet(hand: LineInHand, draft: LineResult, account: xero.Account) -> LineResult | None:
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


def _without_option(hand: LineInHand, draft: LineResult, account: xero.Account) -> LineResult:
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


def _by_option(hand: LineInHand, draft: LineResult) -> LineResult:
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


def _attached(hand: LineInHand, draft: LineResult, match: Match) -> LineResult:
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


def _closed(hand: LineInHand, draft: LineResult, project_ids: tuple[int, ...]) -> LineResult:
    """money.md 7 is about what arrives late: what is on the project already stays there."""
    reason = f'The project for option "{hand.facts.option_name}" is closed.'
    waiting = replace(draft, state="waiting", rule="7", reason=reason, cause=closed_cause(hand.facts))
    return _stays(hand, waiting, project_ids) or waiting


def _stays(hand: LineInHand, waiting: LineResult, project_ids: tuple[int, ...] = ()) -> LineResult | None:
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


def _decided(hand: LineInHand, draft: LineResult) -> LineResult | None:
    for entries in _decisions_about(hand):
        # The newest answer of one reach replaces the older ones for good, even where its own project is gone.
        if entries and (result := _by_decision(hand, draft, entries[0])):
            return result
    return None


def _decisions_about(hand: LineInHand) -> Iterator[list[Decided]]:
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


def _answers_for_document(hand: LineInHand, fits: Callable[[str], bool]) -> list[Decided]:
    """The answers to questions of a fitting cause that were given for this line, newest first."""
    return [
        entry
        for entry in _answers(hand.snapshot.decisions.of_document(hand.facts.document_id))
        if isinstance(reach := entry.decision.reach, TheseDocuments)
        and reach.is_about(hand.line.line_item_id)
        and (fits(reach.cause) or _was_untracked_too(hand, reach) or (not hand.has_option and reach.cause in _tried_in_xero(hand)))
    ]


def _tried_in_xero(hand: LineInHand) -> set[str]:
    """The questions answered by writing an option on this line: where Xero dropped it, the line goes on waiting for them."""
    return {
        entry.decision.reach.cause
        for entry in hand.snapshot.decisions.of_document(hand.facts.document_id)
        if isinstance(entry.decision, UseOption) and entry.decision.reach.is_about(hand.line.line_item_id)
    }


def _was_untracked_too(hand: LineInHand, reach: TheseDocuments) -> bool:
    """True where the answer was about this line without option too, under the account or supplier it had then."""
    is_asked = not hand.has_option and hand.account is not None and hand.need(hand.account) == "asked"
    return is_asked and reach.cause.startswith(UNTRACKED) and hand.line.line_item_id in reach.line_ids


def _is_within_supplier(hand: LineInHand, entry: Decided) -> bool:
    """Where no option is named: the lines without option that would be asked about, for the supplier's overheads stay overheads."""
    reach = entry.decision.reach
    if not isinstance(reach, ThisSupplier) or hand.document.day > reach.until:
        return False
    if reach.tracking_option_id:
        return reach.tracking_option_id == hand.facts.option_id
    if hand.has_option:
        return False
    return hand.account is not None and hand.need(hand.account) == "asked"


def _by_decision(hand: LineInHand, draft: LineResult, entry: Decided) -> LineResult | None:
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


def _on_chosen_project(hand: LineInHand, draft: LineResult, entry: Decided, project_id: int) -> LineResult | None:
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
