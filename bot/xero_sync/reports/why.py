"""Why a document stands where it stands: line by line, with the rule, the answer it rests on, and everything that was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain import xero
from xero_sync.domain.accounts import need_of
from xero_sync.domain.actions import Action, PutOnProject, WriteTracking
from xero_sync.domain.connection import ConnectionSettings
from xero_sync.domain.decisions import (
    Decided,
    FollowBills,
    LeaveOut,
    MakeOption,
    NoProjectNeeded,
    PutOn,
    PutOnHold,
    Spread,
    TheseDocuments,
)
from xero_sync.domain.fold import fold
from xero_sync.domain.lines import DocumentState, LineResult, LineState, Share, net_by_project
from xero_sync.domain.match import BOUND, HOLD, LineFacts
from xero_sync.domain.money import Money
from xero_sync.domain.sharing import BILLS_RULE, SHARED_RULES, SPREAD_RULE
from xero_sync.domain.snapshot import DecisionBook, Snapshot
from xero_sync.reports.answers import reach_in_words, xero_touched
from xero_sync.reports.words import DocumentKind, counted, kind_of, short_code_of, short_day, xero_url
from xero_sync.store.books import Books
from xero_sync.store.ledger import Entry
from xero_sync.store.mirror import StoredDocument

SEVERAL_LISTED: Final = 10
_WORDS_OF_A_NUMBER: Final = 8
_LOOKED_THROUGH: Final = 1_000
"""So many documents of one number are told apart by their contact's name."""
_NO_MOMENT: Final = datetime.min.replace(tzinfo=UTC)
_NEEDS: Final = {"asked": "project money", "none": "needs no project", "balance sheet": "balance sheet"}
_ANSWERED: Final = frozenset({"decision", HOLD, *SHARED_RULES})
_NO_MATCH_RULE: Final = frozenset({"decision", "no match", "", HOLD})
_STATUSES: Final = {
    "DRAFT": "a draft in Xero",
    "SUBMITTED": "not approved in Xero yet",
    "AUTHORISED": "approved in Xero",
    "PAID": "approved and paid in Xero",
    "VOIDED": "voided in Xero",
    "DELETED": "deleted in Xero",
}

WriteState = Literal["done", "could not be done", "not read back yet"]


@dataclass(frozen=True)
class WhyAnswer:
    """The answer a line rests on. label: the button, and what was chosen. reach: how far it goes, in words."""

    person_id: str
    at: datetime
    label: str
    reach: str


@dataclass(frozen=True)
class WhyLine:
    """One line of the document, or all of it where its lines cannot be read.

    account: code and name; need: what its type means for projects. match: how option and project came together, "" where no rule did that.
    projects: where it belongs, with the net. answer: the one it rests on. question: the title of the open question it waits for.
    """

    description: str
    net: Money
    account: str
    need: str
    option: str
    state: LineState
    reason: str
    match: str = ""
    projects: tuple[tuple[str, Money], ...] = ()
    answer: WhyAnswer | None = None
    question: str = ""
    is_on_hold: bool = False
    could_not_be_done: bool = False


@dataclass(frozen=True)
class WhyWrite:
    """One write to Scoro about the document. text: what it was to do; problem: what was in the way."""

    at: datetime
    text: str
    reason: str
    state: WriteState
    problem: str = ""


@dataclass(frozen=True)
class WhyDocument:
    """One document explained. state: None where it stands nowhere, and `standing` then says why. status: in Xero, in words."""

    document_id: str
    kind: DocumentKind
    number: str
    contact: str
    day: date
    net: Money
    vat: Money
    status: str
    state: DocumentState | None
    standing: str
    lines: tuple[WhyLine, ...]
    writes: tuple[WhyWrite, ...]
    xero_url: str


@dataclass(frozen=True)
class WhyReport:
    """What `why` answers. words: what was typed. document: None where none or several were found; several: those, newest first.

    more: how many older ones there are. A person who sees counts only is told nothing, not even whether there is such a document.
    """

    words: str
    document: WhyDocument | None = None
    several: tuple[WhyDocument, ...] = ()
    more: int = 0
    sees_amounts: bool = True


async def why_report(
    db: AsyncConnection, books: Books, words: str, *, settings: ConnectionSettings, sees_amounts: bool = True
) -> WhyReport:
    """The document of this number or Xero id, explained. Where several have the number, words of the supplier's name tell them apart."""
    if not sees_amounts:
        return WhyReport(words, sees_amounts=False)
    found = await documents_named(db, books, words)
    if not found:
        return WhyReport(words)
    seen = await _seen(db, books, settings)
    explained = [await _explained(db, books, each, seen) for each in found[:SEVERAL_LISTED]]
    if len(found) == 1:
        return WhyReport(words, document=explained[0])
    return WhyReport(words, several=tuple(explained), more=len(found) - len(explained))


async def documents_named(db: AsyncConnection, books: Books, words: str) -> list[StoredDocument]:
    """The documents a person means, newest first: by the whole of what was typed, else by its first words as the number and the rest as the name."""
    # A number may begin with "#" itself.
    for typed in dict.fromkeys((words.strip(), words.strip().removeprefix("#"))):
        parts = typed.split()
        for end in range(min(len(parts), _WORDS_OF_A_NUMBER), 0, -1):
            name = fold(" ".join(parts[end:]))
            found = await books.mirror.find_documents(db, " ".join(parts[:end]), _LOOKED_THROUGH)
            whole = [stored for stored in found if name and fold(stored.document.contact.name) == name]
            if named := whole or [stored for stored in found if name in fold(stored.document.contact.name)]:
                return named
    return []


async def _explained(db: AsyncConnection, books: Books, stored: StoredDocument, seen: Snapshot) -> WhyDocument:
    document = stored.document
    result = (await books.ledger.results(db, [document.document_id])).get(document.document_id)
    asked = await books.asked.questions(db, result.causes if result else ())
    told = _Telling(
        document,
        seen,
        {cause: entry.question.title for cause, entry in asked.items() if entry.is_open},
    )
    return WhyDocument(
        document_id=document.document_id,
        kind=kind_of(document),
        number=document.number,
        contact=document.contact.name,
        day=document.day,
        net=Money(document.net_total, document.currency),
        vat=Money(document.sign * document.total_tax, document.currency),
        status=_STATUSES.get(document.status, document.status),
        state=result.state if result else None,
        standing="" if result else _why_nowhere(document, seen.settings, is_due=stored.due_lane is not None),
        lines=tuple(told.line(line) for line in (result.lines if result else ())),
        writes=tuple(told.write(entry) for entry in await books.ledger.entries_of(db, document.document_id)),
        xero_url=xero_url(document, short_code_of(await books.mirror.organisation(db))),
    )


async def _seen(db: AsyncConnection, books: Books, settings: ConnectionSettings) -> Snapshot:
    """As much of a Snapshot as it takes to name what a line rests on."""
    records = await books.mirror.records_of(db, ("accounts", "categories"))
    bindings = await books.ledger.bindings(db)
    accounts = [xero.Account.model_validate_json(record.text) for record in records["accounts"].values()]
    return Snapshot(
        taken_at=_NO_MOMENT,
        settings=settings,
        mode="live",
        categories=tuple(xero.TrackingCategory.model_validate_json(record.text) for record in records["categories"].values()),
        accounts={account.code: account for account in accounts if account.code},
        projects=await books.mirror.projects(db),
        bindings={option_id: binding.project_id for option_id, binding in bindings.items()},
        bound_by_name=frozenset(option_id for option_id, binding in bindings.items() if binding.is_by_name),
        decisions=DecisionBook(await books.asked.decisions(db)),
    )


def _why_nowhere(document: xero.Document, settings: ConnectionSettings, *, is_due: bool) -> str:
    """Why it is in none of the sums."""
    if document.is_payment:
        return "Left out: overpayments and prepayments are never put on projects."
    if not (document.is_bill or document.is_sale):
        return f'Left out: Xero calls it "{document.type}", a kind of document that is not known here.'
    if not document.is_approved:
        return "Only approved documents are put on projects."
    if settings.start_from is not None and document.day < settings.start_from:
        return f"It is dated before {short_day(settings.start_from)} {settings.start_from.year}; such documents are left alone."
    if not settings.concerns(document):
        return "Documents of this kind are not put on projects, as the settings say."
    return "It is looked at next." if is_due else "It has not been looked at yet."


@dataclass(frozen=True)
class _Telling:
    """What the parts of one document are told with. questions: the titles of the open ones, by cause."""

    document: xero.Document
    seen: Snapshot
    questions: Mapping[str, str]

    def line(self, result: LineResult) -> WhyLine:
        booked = next((line for line in self.document.lines if line.line_item_id == result.line_id), None)
        facts = self.seen.facts_of(self.document, booked or xero.LineItem())
        code = facts.account_code
        account = self.seen.accounts.get(code)
        return WhyLine(
            description=booked.description if booked else "",
            net=Money(result.net, self.document.currency),
            account=f"{code} {account.name}" if account else code,
            need=_NEEDS[need_of(account.type, code, self.seen.settings.account_needs)] if account else "",
            option=facts.option_name,
            state=result.state,
            reason=result.reason,
            match=self._match(result, facts),
            projects=self._named(result.shares),
            answer=self._answer(result, facts) if result.rule in _ANSWERED else None,
            question=self.questions.get(result.cause, ""),
            is_on_hold=result.rule == HOLD,
            could_not_be_done=result.could_not_be_done,
        )

    def write(self, entry: Entry) -> WhyWrite:
        action, outcome = entry.action, entry.outcome
        is_done = entry.state == "applied"
        return WhyWrite(
            at=outcome.at if outcome else entry.planned_at,
            text=self._intent(action),
            reason=action.reason,
            state="not read back yet" if entry.is_open else "done" if is_done else "could not be done",
            problem=outcome.message if outcome and not is_done else "",
        )

    def _intent(self, action: Action) -> str:
        if isinstance(action, WriteTracking):
            return f'given option "{action.option_name}" on {counted(len(action.expects), "line")} in Xero'
        if not isinstance(action, PutOnProject):
            return action.kind
        if not action.shares:
            return "taken off its project"
        sums = net_by_project(action.shares).items()
        return "put on " + ", ".join(f"{self._project(key)} with {Money(net, action.currency)}" for key, net in sums)

    def _match(self, result: LineResult, facts: LineFacts) -> str:
        if result.rule in _NO_MATCH_RULE or result.rule.isdecimal():
            return ""
        if result.rule != BOUND:
            return f'They match by the rule "{result.rule}".'
        is_by_name = facts.option_id in self.seen.bound_by_name
        return "The names were equal when they were bound." if is_by_name else "They were bound by a person's answer."

    def _named(self, shares: Iterable[Share]) -> tuple[tuple[str, Money], ...]:
        return tuple((self._project(share.project_id), Money(share.net, self.document.currency)) for share in shares)

    def _project(self, project_id: int) -> str:
        return self.seen.project_name(project_id)

    def _answer(self, result: LineResult, facts: LineFacts) -> WhyAnswer | None:
        """Of the newest decision in force about this line that says what the line's result says."""
        book = self.seen.decisions
        about = [
            *book.of_document(facts.document_id),
            *(book.of_option(facts.option_id, facts.contact_id) if facts.option_id else ()),
            *book.of_supplier(facts.contact_id),
            *book.of_account(facts.account_code),
        ]
        found = next((entry for entry in about if _says(entry, result)), None)
        return WhyAnswer(found.person_id, found.decided_at, found.label, _reach_of(found)) if found else None


def _reach_of(decided: Decided) -> str:
    reach = decided.decision.reach
    if isinstance(reach, TheseDocuments):
        many = len(reach.document_ids)
        how_far = "For this document only." if many == 1 else f"For the {many:,} documents on its card only."
        return f"{how_far} {xero_touched(decided.decision)}"
    return reach_in_words(decided.decision, 0)


def _says(entry: Decided, result: LineResult) -> bool:
    """Whether this answer puts the line where it is."""
    reach = entry.decision.reach
    if isinstance(reach, TheseDocuments) and not reach.is_about(result.line_id):
        return False
    match entry.decision:
        case PutOn(project_id=project_id) | MakeOption(project_id=project_id) if result.rule != HOLD:
            return result.state == "waiting" or project_id in {share.project_id for share in result.shares}
        case Spread():
            return result.rule == SPREAD_RULE
        case FollowBills():
            return result.rule == BILLS_RULE
        case PutOnHold():
            return result.rule == HOLD
        case NoProjectNeeded():
            return result.state == "no project needed"
        case LeaveOut():
            return result.state == "left out"
        case _:
            return False
