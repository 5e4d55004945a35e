"""The desk over our own books: rights are looked up at every press, and a press is a row before it is anything else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.clock import Clock
from xero_sync.domain.connection import ConnectionSettings
from xero_sync.domain.lanes import rank
from xero_sync.domain.people import person_of
from xero_sync.errors import ConfigError
from xero_sync.loop.inbox import refusal_of
from xero_sync.loop.ports import Cards, Rendered
from xero_sync.loop.presses import judge_press
from xero_sync.reports.card import QuestionCard, question_cards
from xero_sync.reports.history import day_report, history_report
from xero_sync.reports.status import status_report
from xero_sync.reports.waiting import waiting_report
from xero_sync.reports.why import why_report
from xero_sync.reports.words import day_named, mention
from xero_sync.slack.blocks import FormOrigin, Pressed
from xero_sync.slack.cards import (
    SlackCards,
    day_message,
    history_message,
    no_day_message,
    status_message,
    undo_day_message,
    waiting_message,
    why_message,
)
from xero_sync.slack.cards.waiting import LISTED
from xero_sync.slack.desk import Look, NotRecorded, ProjectOption
from xero_sync.slack.search import find_projects
from xero_sync.store.asked import AskedQuestion, InboxKind
from xero_sync.store.books import Books

_GONE = "This card is not in use any more. Nothing was changed; look at the newest one."
_CHANGED = "The card has changed since you looked at it. Look again, then press."


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class StoreDesk:
    """The listeners' side of one connection (`desk.Desk`).

    entity: Scoro's business entity, "" where the site has one. calls_left: Xero calls left today, of how many, where Xero has said so.
    """

    books: Books
    settings: ConnectionSettings
    clock: Clock
    wake_writer: Callable[[], None]
    entity: str = ""
    plugin_names: Sequence[str] = ()
    calls_left: Callable[[], tuple[int, int] | None] = _nothing
    cards: Cards = SlackCards()  # noqa: RUF009 - it holds nothing

    def now(self) -> datetime:
        return self.clock.now()

    def wake(self) -> None:
        self.wake_writer()

    # A press.

    async def look(self, pressed: Pressed, person_id: str, *, project_id: int | None = None) -> Look:
        async with self.books.database.read() as db:
            asked = await self.books.asked.question(db, pressed.question_id)
            if asked is None:
                return Look(_GONE)
            if asked.state == "answered":
                return Look(f"Already answered by {mention(asked.answered_by)}: {asked.answer_label}. Nothing was changed.")
            if asked.state == "closed":
                return Look("This question has closed by itself: nothing waits for it any more. Nothing was changed.")
            choice = next((choice for choice in asked.question.choices if choice.choice_id == pressed.choice_id), None)
            if choice is None or asked.revision != pressed.revision:
                return Look(_CHANGED)
            card = await self._card(db, asked)
            judged = await judge_press(
                self.books,
                db,
                cause=asked.question.cause,
                choice=choice,
                picked=project_id,
                person=person_of(person_id, self.settings),
                settings=self.settings,
                entity=self.entity,
            )
            return Look(judged.refusal, card, choice)

    async def record_press(self, pressed: Pressed, person_id: str, *, channel: str, message_ts: str, dedupe_key: str) -> bool:
        return await self._record("press", _body(pressed, channel, message_ts), person_id, dedupe_key, pressed)

    async def record_form(self, origin: FormOrigin, project_id: int, person_id: str, *, dedupe_key: str) -> bool:
        body = {**_body(origin.pressed, origin.channel, origin.message_ts), "project_id": project_id}
        return await self._record("form", body, person_id, dedupe_key, origin.pressed)

    async def record_command(self, words: Sequence[str], person_id: str, *, channel: str, dedupe_key: str) -> bool:
        return await self._record("command", {"words": list(words), "channel": channel}, person_id, dedupe_key, None)

    async def _record(self, kind: InboxKind, body: Mapping[str, Any], person_id: str, dedupe_key: str, pressed: Pressed | None) -> bool:
        asked = self.books.asked
        async with self._recording() as db:
            row = await asked.put(
                db, lane=rank("press"), kind=kind, body=body, person_id=person_id, dedupe_key=dedupe_key, at=self.clock.now()
            )
            if pressed is not None and row is not None:
                # "Working…" comes from the listener: whatever becomes of it, announce is to look at this card again.
                await self._touch(db, pressed, str(body["channel"]), str(body["message_ts"]))
        return row is not None

    async def working(self, pressed: Pressed, person_id: str, *, channel: str, message_ts: str, label: str) -> Rendered | None:
        async with self.books.database.read() as db:
            asked = await self.books.asked.question(db, pressed.question_id)
            if asked is None or not await self._is_card(db, asked, channel, message_ts):
                return None
            card = await self._card(db, asked)
        # A writer may have been quicker: what came of it then stands here already.
        worked_on = replace(card, state="working", answered_by=person_id, answer_label=label, answered_at=self.clock.now(), problem="")
        return self.cards.question(worked_on if asked.state == "open" else card)

    async def has_shown(self, pressed: Pressed, *, channel: str, message_ts: str) -> None:
        async with self._recording() as db:
            await self._touch(db, pressed, channel, message_ts)

    async def _touch(self, db: AsyncConnection, pressed: Pressed, channel: str, message_ts: str) -> None:
        asked = await self.books.asked.question(db, pressed.question_id)
        if asked is not None and await self._is_card(db, asked, channel, message_ts):
            await self.books.asked.edited(db, asked.subject, "", self.clock.now())

    async def _is_card(self, db: AsyncConnection, asked: AskedQuestion, channel: str, message_ts: str) -> bool:
        shown = await self.books.asked.message(db, asked.subject)
        return shown is not None and (shown.channel, shown.ts) == (channel, message_ts)

    # Commands.

    async def refuse_command(self, words: Sequence[str], person_id: str) -> str:
        return refusal_of(words, person_of(person_id, self.settings))

    async def status_message(self, person_id: str) -> Rendered:
        async with self.books.database.read() as db:
            report = await status_report(
                db,
                self.books,
                settings=self.settings,
                now=self.clock.now(),
                plugin_names=self.plugin_names,
                calls_left=self.calls_left(),
                sees_amounts=person_of(person_id, self.settings).sees_amounts,
            )
        return status_message(report)

    async def waiting_message(self, person_id: str) -> Rendered:
        async with self.books.database.read() as db:
            report = await waiting_report(
                db,
                self.books,
                settings=self.settings,
                now=self.clock.now(),
                sees_amounts=person_of(person_id, self.settings).sees_amounts,
                limit=LISTED,
            )
        return waiting_message(report)

    async def why_message(self, words: str, person_id: str) -> Rendered:
        async with self.books.database.read() as db:
            report = await why_report(
                db, self.books, words, settings=self.settings, sees_amounts=person_of(person_id, self.settings).sees_amounts
            )
        return why_message(report)

    async def history_message(self, words: str, person_id: str) -> Rendered:
        sees_amounts, now = person_of(person_id, self.settings).sees_amounts, self.clock.now()
        day = day_named(words, now.astimezone(self.settings.zone).date())
        if words and day is None:
            return no_day_message(words)
        async with self.books.database.read() as db:
            if day is None:
                report = await history_report(db, self.books, settings=self.settings, now=now, sees_amounts=sees_amounts)
                return history_message(report)
            return day_message(await day_report(db, self.books, day, settings=self.settings, sees_amounts=sees_amounts))

    async def undo_day_message(self, words: str) -> Rendered:
        today = self.clock.now().astimezone(self.settings.zone).date()
        day = day_named(words, today) or today
        async with self.books.database.read() as db:
            return undo_day_message((await day_report(db, self.books, day, settings=self.settings, sees_amounts=False)).summary)

    async def search_projects(self, words: str, question_id: str) -> Sequence[ProjectOption]:
        async with self.books.database.read() as db:
            asked = await self.books.asked.question(db, question_id)
            if asked is None:
                return ()
            card = await self._card(db, asked)
            stored = await self.books.mirror.documents(db, [document.document_id for document in card.documents])
            projects = await self.books.mirror.projects(db)
        is_sale = any(row.document.is_sale for row in stored.values())
        return find_projects(words, [project for project in projects.values() if project.may_take(entity=self.entity, is_sale=is_sale)])

    # The books.

    @asynccontextmanager
    async def _recording(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self.books.database.listener_write() as db:
                yield db
        except (ConfigError, SQLAlchemyError, OSError) as error:
            raise NotRecorded from error

    async def _card(self, db: AsyncConnection, asked: AskedQuestion) -> QuestionCard:
        return (await question_cards(db, self.books, [asked.question_id], settings=self.settings))[asked.question_id]


def _body(pressed: Pressed, channel: str, message_ts: str) -> dict[str, Any]:
    return {
        "question_id": pressed.question_id,
        "choice_id": pressed.choice_id,
        "revision": pressed.revision,
        "channel": channel,
        "message_ts": message_ts,
    }
