"""Turn what people pressed and typed into decisions. Rights are checked again here: the card may be a week old."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Sequence
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.decisions import (
    Decided,
    Decision,
    FollowXero,
    MakeOption,
    TheseDocuments,
    ThisAccount,
    ThisOption,
    ThisProject,
    ThisSupplier,
    UseOption,
)
from xero_sync.domain.lanes import rank
from xero_sync.domain.match import account_key, contact_key, option_key, project_key
from xero_sync.domain.people import NEEDS_BOOKKEEPER, NEEDS_CONTROLLER, TERMINAL, Person, person_of
from xero_sync.domain.questions import Choice
from xero_sync.loop.connection import Connection
from xero_sync.loop.first_ten import FIRST, go_live, rehearse
from xero_sync.loop.presses import judge_press
from xero_sync.loop.schedule import RHYTHMS
from xero_sync.loop.undo import put_on_hold, resume, undo
from xero_sync.loop.undo_day import undo_day
from xero_sync.reports.words import day_named, mention, names_a_day
from xero_sync.store.asked import AskedQuestion, InboxRow

_PER_PASS = 50
START_FIRST_TEN = ["start", "--first-ten"]
REHEARSE = ["rehearse"]
PREVIEW = ["sync", "--preview"]
ASK = ["waiting", "--ask"]
CARD_ASKED_FOR = "card asked for:"
"""Remembered with the subject of a question: a person wants its card, however small the amount and however many came this hour."""


class PreviewAnswer(Protocol):
    """What a person who asked for a preview is told."""

    def __call__(self, connection: Connection, person: Person, *, as_json: bool) -> Awaitable[str]: ...


async def take_inbox(connection: Connection, preview_answer: PreviewAnswer) -> int:
    """Take over what was pressed and typed since the last pass, each row in one transaction with everything it changes; how many there were.

    preview_answer: it changes nothing and reads both services, so it is asked outside any transaction.
    """
    async with connection.books.database.write() as db:
        rows = await connection.books.asked.take(db, _PER_PASS)
    for row in rows:
        previewed = await _previewed(connection, row, preview_answer)
        async with connection.books.database.write() as db:
            answer = await _take(connection, db, row) if previewed is None else previewed
            await connection.books.asked.finish(db, row.inbox_id, at=connection.clock.now(), answer=answer)
            channel = str(row.body.get("channel", ""))
            if answer and channel and row.person_id:
                await connection.books.asked.reply(db, channel=channel, person_id=row.person_id, text=answer, at=connection.clock.now())
    return len(rows)


async def _previewed(connection: Connection, row: InboxRow, preview_answer: PreviewAnswer) -> str | None:
    """The answer to a person who asked for a preview and may, None for anything else."""
    words = [str(word) for word in row.body.get("words", ())]
    person = person_of(row.person_id, connection.settings)
    if row.kind != "command" or words != PREVIEW or refusal_of(words, person):
        return None
    return await preview_answer(connection, person, as_json=bool(row.body.get("as_json")))


async def _take(connection: Connection, db: AsyncConnection, row: InboxRow) -> str:
    """What to tell the person; "" where the card says it."""
    match row.kind:
        case "press" | "form":
            return await _take_press(connection, db, row)
        case "command":
            return await _take_command(connection, db, row)
        case "webhook":
            await connection.books.mirror.pull_forward(
                db, [name for name in row.body.get("lists", ()) if name in RHYTHMS], connection.clock.now()
            )
            return ""


async def _take_press(connection: Connection, db: AsyncConnection, row: InboxRow) -> str:
    asked = await connection.books.asked.question(db, str(row.body.get("question_id", "")))
    choice = next((choice for choice in asked.question.choices if choice.choice_id == row.body.get("choice_id")), None) if asked else None
    if asked is None or choice is None:
        return "This button is no longer in use. Nothing was changed."
    if asked.state == "answered":
        return f"Already answered by {mention(asked.answered_by)}: {asked.answer_label}. Nothing was changed."
    if asked.state == "closed":
        return "This question has closed by itself. Nothing was changed."
    if asked.revision != row.body.get("revision"):
        return "The card has changed since you looked at it. Look again, then press."
    return await _decide(connection, db, row, asked, choice)


async def _decide(connection: Connection, db: AsyncConnection, row: InboxRow, asked: AskedQuestion, choice: Choice) -> str:
    judged = await judge_press(
        connection.books,
        db,
        cause=asked.question.cause,
        choice=choice,
        picked=int(row.body.get("project_id") or 0),
        person=person_of(row.person_id, connection.settings),
        settings=connection.settings,
        entity=connection.entity,
    )
    if judged.refusal:
        return judged.refusal
    decision, chosen = judged.decision, judged.project_name
    label = f"{choice.label.rstrip('…')}: {chosen}" if chosen else choice.label
    decision_id, now = str(uuid.uuid4()), connection.clock.now()
    if not await connection.books.asked.answer(db, asked.question_id, by=row.person_id, label=label, decision_id=decision_id, at=now):
        return "Somebody else was a moment faster. Nothing was changed."
    decided = Decided(
        decision_id=decision_id,
        decision=decision,
        person_id=row.person_id,
        decided_at=now,
        cause=asked.question.cause,
        label=label,
        status="open" if isinstance(decision, MakeOption | FollowXero | UseOption) else "standing",
        net=judged.net,
    )
    await connection.books.asked.decide(db, decided)
    await _mark_due(connection, db, decision)
    return ""


async def _mark_due(connection: Connection, db: AsyncConnection, decision: Decision) -> None:
    mirror, now, lane = connection.books.mirror, connection.clock.now(), rank("press")
    match decision.reach:
        case TheseDocuments(document_ids=document_ids):
            await mirror.mark_due(db, document_ids, lane, now)
        case ThisOption(tracking_option_id=option_id):
            await mirror.mark_due_by_keys(db, [option_key(option_id)], lane, now)
        case ThisAccount(account_code=code):
            await mirror.mark_due_by_keys(db, [account_key(code)], lane, now)
        case ThisSupplier(contact_id=contact_id):
            await mirror.mark_due_by_keys(db, [contact_key(contact_id)], lane, now)
        case ThisProject(project_id=project_id):
            await mirror.mark_due_by_keys(db, [project_key(project_id)], lane, now)


async def _take_command(connection: Connection, db: AsyncConnection, row: InboxRow) -> str:
    words = [str(word) for word in row.body.get("words", ())]
    if refusal := refusal_of(words, person_of(row.person_id, connection.settings)):
        return refusal
    match words:
        case ["sync"]:
            await connection.books.mirror.pull_forward(db, RHYTHMS, connection.clock.now())
            connection.reads_all_lists = True
            return "The check has started. The result message shows what it did."
        case ["start"]:
            return await go_live(connection, db, row.person_id)
        case ["start", "--first-ten"]:
            return await go_live(connection, db, row.person_id, first=FIRST)
        case ["rehearse"]:
            return await rehearse(connection, db, row.person_id)
        case ["undo", *named]:
            # Today is the day on which it was typed.
            day = day_named(" ".join(named), row.at.astimezone(connection.settings.zone).date())
            if day is not None:
                return await undo_day(connection, db, day, row.person_id)
            return await undo(connection, db, " ".join(named), row.person_id)
        case ["hold", *named]:
            return await put_on_hold(connection, db, " ".join(named), row.person_id)
        case ["resume", *named]:
            return await resume(connection, db, " ".join(named), row.person_id)
        case ["waiting", "--ask"]:
            return await _ask_oldest(connection, db)
        case _:
            return f'"{" ".join(words)}" is not a command here. Try help.'


async def _ask_oldest(connection: Connection, db: AsyncConnection) -> str:
    """Have the card posted of the oldest question that has none."""
    remembered = await connection.books.ledger.remembered(db, "")
    without = [asked for asked in await connection.books.asked.without_card(db) if CARD_ASKED_FOR + asked.subject not in remembered]
    if not without:
        return "Every question has its card in the channel."
    await connection.books.ledger.remember(db, "", CARD_ASKED_FOR + without[0].subject, "yes")
    return f"Its card comes into the channel: {without[0].question.title}."


def refusal_of(words: Sequence[str], person: Person) -> str:
    """Why this person cannot give this command, "" where they can."""
    if holds_the_keys(person):
        return ""
    match list(words):
        case ["rehearse", *_] if person.role != "admin":
            return "Only an admin can go back to the rehearsal. An admin sets roles in the settings."
        case ["start", *_] if person.role != "admin":
            return "Only an admin can end the rehearsal. An admin sets roles in the settings."
        case ["undo" | "hold" | "resume", *_] if person.role not in ("bookkeeper", "controller"):
            return NEEDS_BOOKKEEPER
        case ["undo", *named] if person.role != "controller" and names_a_day(" ".join(named)):
            return NEEDS_CONTROLLER
        case ["waiting", *_] if person.role in ("viewer", "admin"):
            return NEEDS_BOOKKEEPER
        case ["sync", *_] if person.role == "viewer":
            return "You can look, but not start a check. A bookkeeper or controller can; an admin sets roles."
        case _:
            return ""


def holds_the_keys(person: Person) -> bool:
    """True at the terminal: who can start the process has its keys and its books, and may start a check and end the rehearsal.

    It gives no more than that. What they see and decide is their role's matter, as everybody's.
    """
    # Slack's ids have no colon, so nobody comes to such an id from there.
    return person.person_id.startswith(TERMINAL)
