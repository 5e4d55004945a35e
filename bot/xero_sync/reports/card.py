"""The state behind each card: looked up when it is shown, because the card may be a week old."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain import xero
from xero_sync.domain.connection import ConnectionSettings
from xero_sync.domain.decisions import Decided
from xero_sync.domain.money import Money, add_up
from xero_sync.domain.questions import Question
from xero_sync.errors import Rejected
from xero_sync.reports.answers import Came, what_came_of
from xero_sync.reports.words import DocumentKind, kind_of, months_of, short_code_of, xero_url
from xero_sync.store import connections
from xero_sync.store.asked import AskedQuestion
from xero_sync.store.books import Books
from xero_sync.store.ledger import WaitingLine
from xero_sync.store.mirror import StoredDocument


class MessageGone(Rejected):
    """The message was deleted in Slack. It is posted again."""

    code = "message-gone"


@dataclass(frozen=True)
class CardDocument:
    """One document on a card. net: what waits of it for this question; vat: Xero's tax on that; weight: its lines' nets, absolute."""

    document_id: str
    kind: DocumentKind
    number: str
    contact: str
    day: date
    net: Money
    description: str
    xero_url: str
    scoro_url: str = ""
    vat: Decimal = Decimal(0)
    weight: Decimal = Decimal(0)


@dataclass(frozen=True)
class GoOnCard:
    """The first ten are done: whether to go on. count, net: what waits for that. by: who said so, "" while nobody has."""

    count: int = 0
    net: tuple[Money, ...] = ()
    state: Literal["asking", "went on", "stopped"] = "asking"
    by: str = ""


@dataclass(frozen=True)
class QuestionCard:
    """A question as it stands: open with its documents, answered by whom and what came of it, or closed by itself.

    documents: what waits for it, oldest first; net, vat: of these, per currency; months: of their dates. compared: documents to look at
    beside them, whole. result: lines of text.
    """

    question_id: str
    revision: int
    question: Question
    state: Literal["open", "working", "answered", "closed"]
    documents: tuple[CardDocument, ...] = ()
    net: tuple[Money, ...] = ()
    vat: tuple[Money, ...] = ()
    months: tuple[str, ...] = ()
    compared: tuple[CardDocument, ...] = ()
    answered_by: str = ""
    answered_at: datetime | None = None
    answer_label: str = ""
    problem: str = ""
    result: str = ""
    is_rehearsal: bool = False


@dataclass(frozen=True)
class ProblemCard:
    """Something that needs an admin: what, and the fix. `is_over`: it has gone by itself or was mended."""

    subject: str
    title: str
    text: str
    fix: str
    is_over: bool = False


@dataclass(frozen=True)
class SummaryCard:
    """Questions that have no card of their own yet, because only so many new ones an hour are posted."""

    count: int
    net: tuple[Money, ...]
    titles: tuple[str, ...]


async def question_cards(
    db: AsyncConnection,
    books: Books,
    question_ids: Iterable[str],
    *,
    settings: ConnectionSettings,
) -> dict[str, QuestionCard]:
    """The card of each of these questions, as the books stand now; an unknown question has none."""
    asked = [found for question_id in dict.fromkeys(question_ids) if (found := await books.asked.question(db, question_id))]
    if not asked:
        return {}
    connection = await connections.get(db, books.connection_id)
    is_rehearsal = connection is not None and not connection.is_writing
    short_code = short_code_of(await books.mirror.organisation(db))
    waiting = await books.ledger.waiting_by_cause(db, [entry.question.cause for entry in asked])
    compared = {document_id for entry in asked if entry.is_open for document_id in entry.question.compared_with}
    stored = await books.mirror.documents(db, {line.document_id for lines in waiting.values() for line in lines} | compared)
    came = await what_came_of(db, books, [entry for entry in asked if entry.state == "answered"], settings=settings)
    return {
        entry.question_id: question_card(
            entry,
            card_documents(waiting.get(entry.question.cause, ()), stored, short_code),
            came.get(entry.question_id, Came()),
            compared=[whole_document(stored[each], short_code) for each in entry.question.compared_with if each in stored],
            is_rehearsal=is_rehearsal,
        )
        for entry in asked
    }


def question_card(
    asked: AskedQuestion, documents: Sequence[CardDocument], came: Came, *, compared: Sequence[CardDocument] = (), is_rehearsal: bool
) -> QuestionCard:
    """The card of one question. documents: what waits for it, oldest first. compared: those beside them that wait for nothing here."""
    state: Literal["open", "working", "answered", "closed"] = asked.state
    result = came.text
    if asked.state == "answered" and came.is_working:
        state = "working"
        result = "The answer is kept. It is carried out when the rehearsal ends." if is_rehearsal else came.text
    return QuestionCard(
        question_id=asked.question_id,
        revision=asked.revision,
        question=asked.question,
        state=state,
        documents=tuple(documents),
        net=tuple(add_up(document.net for document in documents)),
        vat=tuple(money for money in add_up(Money(entry.vat, entry.net.currency) for entry in documents) if money.amount),
        months=months_of(document.day for document in documents),
        compared=tuple(each for each in compared if each.document_id not in {document.document_id for document in documents}),
        answered_by=asked.answered_by,
        answered_at=asked.answered_at,
        answer_label=asked.answer_label,
        problem=asked.problem,
        result=result,
        is_rehearsal=is_rehearsal,
    )


def earlier_card(card: QuestionCard, decided: Iterable[Decided]) -> QuestionCard:
    """The card of a question that has been asked anew since: it keeps the answer it had, and points to the newer one."""
    answers = [entry for entry in decided if entry.cause == card.question.cause]
    answer = max(answers, key=lambda entry: entry.decided_at, default=None)
    return replace(
        card,
        state="answered",
        documents=(),
        net=(),
        vat=(),
        compared=(),
        answered_by=answer.person_id if answer else "",
        answered_at=answer.decided_at if answer else None,
        answer_label=answer.label if answer else "",
        problem="",
        result="It is asked again in a newer card, for what came since.",
    )


def card_documents(lines: Iterable[WaitingLine], stored: dict[str, StoredDocument], short_code: str) -> list[CardDocument]:
    """The documents these waiting lines belong to, in the lines' order, each with what waits of it."""
    by_document: dict[str, list[WaitingLine]] = {}
    for line in lines:
        by_document.setdefault(line.document_id, []).append(line)
    return [
        _card_document(stored[document_id], waiting, short_code) for document_id, waiting in by_document.items() if document_id in stored
    ]


def whole_document(stored: StoredDocument, short_code: str) -> CardDocument:
    """A document with all its money, whatever waits of it."""
    document = stored.document
    return CardDocument(
        document_id=document.document_id,
        kind=kind_of(document),
        number=document.number,
        contact=document.contact.name,
        day=document.day,
        net=Money(document.net_total, document.currency),
        description="",
        xero_url=xero_url(document, short_code),
    )


def _described(line: xero.LineItem | None, count: int) -> str:
    if line is None:
        return ""
    others = "" if count == 1 else " and 1 more line" if count == 2 else f" and {count - 1} more lines"
    return f"{line.description}{others}"


def _card_document(stored: StoredDocument, waiting: Sequence[WaitingLine], short_code: str) -> CardDocument:
    document = stored.document
    line_ids = {line.line_id for line in waiting}
    lines = [line for line in document.lines if line.line_item_id in line_ids]
    # The line that carries most of the money says best what was bought.
    largest = max(lines, key=lambda line: abs(line.line_amount), default=None)
    return CardDocument(
        document_id=document.document_id,
        kind=kind_of(document),
        number=document.number,
        contact=document.contact.name,
        day=document.day,
        net=Money(sum((line.net for line in waiting), Decimal(0)), document.currency),
        weight=sum((abs(line.net) for line in waiting), Decimal(0)),
        vat=document.sign * sum((line.tax_amount for line in lines), Decimal(0)),
        description=_described(largest, len(lines)),
        xero_url=xero_url(document, short_code),
    )
