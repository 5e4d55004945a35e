"""What is asked: one question per cause, with choices that are decisions.

A cause names the question for good: the same cause is the same card, edited. Which lines wait for it is looked up, not stored here.
"""

from __future__ import annotations

import hashlib
from typing import Literal

from xero_sync.domain.decisions import Decision, Frozen

FormKind = Literal["", "project"]
Ground = Literal["documents", "lists"]


class Choice(Frozen):
    """One button. `label` shows about 30 characters. `form`: what the person still has to pick ("project" searches Scoro's projects)."""

    choice_id: str
    label: str
    decision: Decision
    form: FormKind = ""
    is_recommended: bool = False


class Question(Frozen):
    """What a card says. Texts are plain, unescaped, in finance words; amounts and documents are added where it is shown.

    cause: stable name, starts with the question's kind. title: bold first line. facts: short paragraphs under the documents.
    reach_text: how far the answer goes and whether Xero is touched. ground: "documents" waits for lines with this cause, "lists" for what
    Xero's and Scoro's lists say; it is closed by itself when nothing waits, or when its plugin asks it no longer. compared_with: ids of
    documents shown beside those that wait. fingerprint: of the lines it is about, set by the core, so that a press on an older card is noticed.
    """

    cause: str
    title: str
    facts: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    reach_text: str = ""
    ground: Ground = "documents"
    compared_with: tuple[str, ...] = ()
    fingerprint: str = ""

    @property
    def question_id(self) -> str:
        """Short, opaque and always the same for one cause: what buttons carry."""
        return question_id(self.cause)


def question_id(cause: str) -> str:
    return "q" + hashlib.sha256(cause.encode()).hexdigest()[:20]
