"""The state behind each card: looked up when it is shown, because the card may be a week old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from xero_sync.domain.money import Money
from xero_sync.domain.questions import Question


@dataclass(frozen=True)
class CardDocument:
    """One document on a card. net: what waits of it for this question; vat: of the whole document, only where all of it waits."""

    document_id: str
    kind: Literal["bill", "invoice", "credit note"]
    number: str
    contact: str
    day: date
    net: Money
    description: str
    xero_url: str
    scoro_url: str = ""


@dataclass(frozen=True)
class QuestionCard:
    """A question as it stands: open with its documents, answered by whom and what came of it, or closed by itself."""

    question_id: str
    revision: int
    question: Question
    state: Literal["open", "working", "answered", "closed"]
    documents: tuple[CardDocument, ...] = ()
    net: tuple[Money, ...] = ()
    vat: tuple[Money, ...] = ()
    months: tuple[str, ...] = ()
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
    """Questions that have no card of their own yet, because at most five new ones an hour are posted."""

    count: int
    net: tuple[Money, ...]
    titles: tuple[str, ...]
