"""The questions put to people, one for each cause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.questions import Question

QuestionState = Literal["open", "answered", "closed"]


@dataclass(frozen=True)
class AskedQuestion:
    """A question with what became of it. revision goes up whenever its card has something else to say."""

    question: Question
    plugin: str
    state: QuestionState
    revision: int
    asked_at: datetime
    answered_by: str = ""
    answered_at: datetime | None = None
    answer_label: str = ""
    decision_id: str = ""
    problem: str = ""

    @property
    def question_id(self) -> str:
        return self.question.question_id


class Questions:
    connection_id: str

    async def ask(self, db: AsyncConnection, question: Question, *, plugin: str, at: datetime, reopen: bool = False) -> AskedQuestion:
        """The question as it stands now: new, with its text renewed while it is open, or open again where `reopen` says so."""
        raise NotImplementedError

    async def question(self, db: AsyncConnection, question_id: str) -> AskedQuestion | None:
        raise NotImplementedError

    async def questions(self, db: AsyncConnection, causes: Iterable[str]) -> dict[str, AskedQuestion]:
        """By cause, whatever their state; a cause never asked about is missing."""
        raise NotImplementedError

    async def open_questions(self, db: AsyncConnection) -> list[AskedQuestion]:
        """Oldest first."""
        raise NotImplementedError

    async def answer(self, db: AsyncConnection, question_id: str, *, by: str, label: str, decision_id: str, at: datetime) -> bool:
        """True for the answer that counts, False where the question was not open any more."""
        raise NotImplementedError

    async def close(self, db: AsyncConnection, question_ids: Iterable[str], at: datetime) -> None:
        """Close those that are open: nothing waits for them any more."""
        raise NotImplementedError

    async def reopen(self, db: AsyncConnection, question_id: str, problem: str) -> None:
        """Ask again, with what went wrong with the answer."""
        raise NotImplementedError
