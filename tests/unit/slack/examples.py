"""Cards for the tests, each with only what a test has to say about it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.unit.reports.examples import HARBOR, harbor_question

from xero_sync.domain.decisions import PutOn, TheseDocuments
from xero_sync.domain.money import Money
from xero_sync.domain.questions import Choice, Question
from xero_sync.loop.ports import Rendered
from xero_sync.reports.card import CardDocument, QuestionCard
from xero_sync.testing.standins.slack.plain import read_blocks


def card_document(number: str = "10442", net: str = "740.00", **more: Any) -> CardDocument:
    given = {
        "document_id": number,
        "kind": "bill",
        "number": number,
        "contact": "Delft Signs",
        "day": date(2026, 11, 18),
        "net": Money(Decimal(net), "GBP"),
        "description": "Fascia panels",
        "xero_url": f"https://go.xero.com/{number}",
    }
    return CardDocument(**{**given, **more})


def question_card(**more: Any) -> QuestionCard:
    """The open card about Harbor Refit, with one bill."""
    given: dict[str, Any] = {
        "question_id": "q1",
        "revision": 3,
        "question": harbor_question(),
        "state": "open",
        "documents": (card_document(),),
        "net": (Money(Decimal("740.00"), "GBP"),),
        "months": ("November 2026",),
    }
    return QuestionCard(**{**given, **more})


def question(**more: Any) -> Question:
    return harbor_question().model_copy(update=more)


def choice(label: str, choice_id: str = "put-1", **more: Any) -> Choice:
    return Choice(choice_id=choice_id, label=label, decision=PutOn(project_id=1, reach=TheseDocuments(cause=HARBOR)), **more)


def shown(message: Rendered) -> str:
    """The message as a person reads it."""
    return read_blocks(list(message.blocks), lambda some_id: some_id)


def buttons(message: Rendered) -> list[dict[str, Any]]:
    return [element for block in message.blocks if block["type"] == "actions" for element in block["elements"]]
