"""The questions put to people, one for each cause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.questions import Question, question_id
from xero_sync.store.rows import CONNECTION, EACH, execute_for, fetch, fetch_for
from xero_sync.store.tables import is_open_question, questions

QUESTION = "question:"
"""The subject of every question's card begins so."""
QuestionState = Literal["open", "answered", "closed"]

_UNANSWERED: dict[str, Any] = {"answered_by": "", "answered_at": None, "answer_label": "", "decision_id": "", "closed_at": None}

_ALL = select(questions).where(questions.c.connection_id == CONNECTION)
_SOME = _ALL.where(questions.c.question_id.in_(EACH))
_OPEN = _ALL.where(is_open_question).order_by(questions.c.asked_at, questions.c.question_id)
_CHANGE = update(questions).where(questions.c.connection_id == CONNECTION, questions.c.question_id.in_(EACH))
_REVISED = {"revision": questions.c.revision + 1}
_ANSWER = _CHANGE.where(is_open_question).values(
    state="answered",
    answered_by=bindparam("person"),
    answer_label=bindparam("said"),
    decision_id=bindparam("decided"),
    answered_at=bindparam("at"),
    problem="",
    **_REVISED,
)
_CLOSE = _CHANGE.where(is_open_question).values(state="closed", closed_at=bindparam("at"), **_REVISED)
_REOPEN = _CHANGE.values(state="open", problem=bindparam("what"), **_REVISED, **_UNANSWERED)


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

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def subject(self) -> str:
        """Of its card; asked anew after an answer it is a new card."""
        return f"{QUESTION}{self.question_id}:{self.asked_at:%Y%m%d%H%M%S}"


class Questions:
    """The part of what was asked that people are asked."""

    connection_id: str

    async def ask(self, db: AsyncConnection, question: Question, *, plugin: str, at: datetime, reopen: bool = False) -> AskedQuestion:
        """The question as it stands now: new, with its text renewed while it is open, or open again where `reopen` says so."""
        present = await self.question(db, question.question_id)
        if present is None:
            return await self._ask_first(db, AskedQuestion(question, plugin, "open", 1, at))
        if present.is_open:
            if (present.question, present.plugin) == (question, plugin):
                return present
            asked = replace(present, question=question, plugin=plugin, revision=present.revision + 1)
        elif reopen:
            asked = AskedQuestion(question, plugin, "open", present.revision + 1, at)
        else:
            return present
        again = {} if present.is_open else _UNANSWERED
        change = _CHANGE.values(**_columns(asked), **again)
        await execute_for(db, change, [question.question_id], connection=self.connection_id)
        return asked

    async def _ask_first(self, db: AsyncConnection, asked: AskedQuestion) -> AskedQuestion:
        row = {"connection_id": self.connection_id, "question_id": asked.question_id, **_columns(asked), **_UNANSWERED}
        await db.execute(insert(questions).values(row))
        return asked

    async def question(self, db: AsyncConnection, question_id: str) -> AskedQuestion | None:
        """The question behind a button, whatever its state; None for an id never asked."""
        found = await fetch_for(db, _SOME, [question_id], connection=self.connection_id)
        return _read(found[0]) if found else None

    async def questions(self, db: AsyncConnection, causes: Iterable[str]) -> dict[str, AskedQuestion]:
        """By cause, whatever their state; a cause never asked about is missing."""
        rows = await fetch_for(db, _SOME, map(question_id, causes), connection=self.connection_id)
        return {asked.question.cause: asked for asked in map(_read, rows)}

    async def open_questions(self, db: AsyncConnection) -> list[AskedQuestion]:
        """Oldest first."""
        return [_read(row) for row in await fetch(db, _OPEN, connection=self.connection_id)]

    async def answer(self, db: AsyncConnection, question_id: str, *, by: str, label: str, decision_id: str, at: datetime) -> bool:
        """True for the answer that counts, False where the question was not open any more."""
        answer = {"person": by, "said": label, "decided": decision_id, "at": at}
        return await execute_for(db, _ANSWER, [question_id], connection=self.connection_id, **answer) == 1

    async def close(self, db: AsyncConnection, question_ids: Iterable[str], at: datetime) -> None:
        """Close those that are open: nothing waits for them any more."""
        await execute_for(db, _CLOSE, question_ids, connection=self.connection_id, at=at)

    async def reopen(self, db: AsyncConnection, question_id: str, problem: str) -> None:
        """Ask again, with what went wrong with the answer."""
        await execute_for(db, _REOPEN, [question_id], connection=self.connection_id, what=problem)


def _columns(asked: AskedQuestion) -> dict[str, Any]:
    return {
        "question": asked.question.model_dump_json(),
        "plugin": asked.plugin,
        "state": asked.state,
        "revision": asked.revision,
        "asked_at": asked.asked_at,
        "problem": asked.problem,
    }


def _read(row: Row[*tuple[Any, ...]]) -> AskedQuestion:
    return AskedQuestion(
        question=Question.model_validate_json(row.question),
        plugin=row.plugin,
        state=row.state,
        revision=row.revision,
        asked_at=row.asked_at,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        answer_label=row.answer_label,
        decision_id=row.decision_id,
        problem=row.problem,
    )
