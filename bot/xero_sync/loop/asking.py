"""Keep the questions in step with what waits: asked once per cause, closed by themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.actions import AskPerson
from xero_sync.domain.decisions import Decision, TryAgain
from xero_sync.domain.snapshot import Snapshot
from xero_sync.loop.connection import Connection
from xero_sync.store.asked import AskedQuestion
from xero_sync.store.ledger import WaitingLine

_LISTS = frozenset({"categories", "projects"})


async def keep_questions(
    connection: Connection, db: AsyncConnection, snapshot: Snapshot, asks: Sequence[tuple[str, AskPerson]], touched: Iterable[str]
) -> None:
    """Ask what is to be asked, renew what changed, close what nothing waits for.

    touched: the causes that documents of this pass had before or have now. Questions about lists are closed when nobody asks them any longer, but
    only where the lists they rest on are known.
    """
    by_cause = {ask.cause: (plugin, ask) for plugin, ask in asks}
    causes = {*touched, *(cause for cause, (_, ask) in by_cause.items() if ask.question.ground == "documents")}
    waiting = await connection.books.ledger.waiting_by_cause(db, causes) if causes else {}
    known = await connection.books.asked.questions(db, {*causes, *by_cause})
    for cause in causes - set(waiting):
        if cause in known and known[cause].state == "open":
            await connection.books.asked.close(db, [known[cause].question_id], connection.clock.now())
    for cause, (plugin, ask) in by_cause.items():
        if ask.question.ground == "documents" and cause not in waiting:
            continue
        await _ask(connection, db, plugin, ask, waiting.get(cause, []), known.get(cause))
    if not snapshot.unknown & _LISTS and snapshot.category is not None:
        open_questions = await connection.books.asked.open_questions(db)
        over = [asked.question_id for asked in open_questions if asked.question.ground == "lists" and asked.question.cause not in by_cause]
        await connection.books.asked.close(db, over, connection.clock.now())


async def _ask(
    connection: Connection, db: AsyncConnection, plugin: str, ask: AskPerson, waiting: Sequence[WaitingLine], known: AskedQuestion | None
) -> None:
    question = ask.question.model_copy(update={"fingerprint": _fingerprint(waiting)})
    # A line waits for a cause only while no answer holds for it: what waits for an answered question has to be asked again.
    answer = await _answer_to(connection, db, known) if known is not None and known.state == "answered" else None
    if known is not None and isinstance(answer, TryAgain) and waiting:
        # Tried again and stuck again: the same card asks once more.
        await connection.books.asked.reopen(db, known.question_id, "")
    reopen = question.ground == "documents" and bool(waiting)
    await connection.books.asked.ask(db, question, plugin=plugin, at=connection.clock.now(), reopen=reopen)


async def _answer_to(connection: Connection, db: AsyncConnection, known: AskedQuestion) -> Decision | None:
    decisions = {entry.decision_id: entry.decision for entry in await connection.books.asked.decisions(db)}
    return decisions.get(known.decision_id)


def _fingerprint(waiting: Sequence[WaitingLine]) -> str:
    """Of the lines a question is about: a press on a card that shows others is refused."""
    told = "|".join(sorted(f"{line.document_id}/{line.line_id}/{line.net.normalize():f}" for line in waiting))
    return hashlib.sha256(told.encode()).hexdigest()[:16] if told else ""
