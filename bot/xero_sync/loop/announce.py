"""Bring Slack to the rows: post once what is not shown yet, edit what shows something else. Closing, retries and repair after a crash are this."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain import xero
from xero_sync.domain.actions import Post
from xero_sync.domain.money import Money, add_up
from xero_sync.errors import RateLimited, Rejected, RemoteError
from xero_sync.log import logger
from xero_sync.loop.connection import Connection
from xero_sync.loop.keep import POST
from xero_sync.loop.ports import Rendered
from xero_sync.loop.problems import STORED, read_problems
from xero_sync.reports.card import MessageGone, QuestionCard, SummaryCard, question_cards
from xero_sync.reports.result import day_result
from xero_sync.store.asked import AskedQuestion, Message

CARDS_PER_HOUR: Final = 5
FINAL: Final = "final:"
"""What a message shows begins so once it will not change any more: it is not rendered again."""
QUESTION: Final = "question:"

log = logger(__name__)


async def announce(connection: Connection) -> None:
    """Show everything that is to be seen. A channel that refuses is logged and tried again at the next tick; nothing else waits for it."""
    connection.has_shown_all, connection.refused_to_show = False, ""
    try:
        await _tell_replies(connection)
        await _show_questions(connection)
        await _show_result(connection)
        await _show_problems_and_posts(connection)
        connection.has_shown_all = True
    except RateLimited as error:
        log.warning("announce.paused", until=error.retry_at.isoformat())
    except RemoteError as error:
        connection.refused_to_show = error.message
        log.warning("announce.refused", code=error.code, problem=error.message)


async def show(
    connection: Connection, subject: str, channel: str, message: Rendered, shown: Message | None, *, is_final: bool = False
) -> None:
    """Post the message once, or edit the one that stands. After a crash between posting and noting it, it is posted a second time at most."""
    books, now = connection.books, connection.clock.now()
    told = json.dumps([message.text, message.blocks], sort_keys=True).encode()
    told_hash = (FINAL if is_final else "") + hashlib.sha256(told).hexdigest()[:32]
    if shown is not None and shown.ts and shown.shown_hash == told_hash:
        return
    if shown is not None and shown.ts:
        try:
            await connection.speaker.edit(shown.channel, shown.ts, message)
        except MessageGone as error:
            # Somebody deleted the message: it is posted anew.
            log.info("message.gone", subject=subject, problem=error.message)
        else:
            async with books.database.write() as db:
                await books.asked.edited(db, subject, told_hash, now)
            return
    async with books.database.write() as db:
        await books.asked.posting(db, subject, channel, now)
    message_id = await connection.speaker.post(channel, message)
    connection.reached("card posted")
    async with books.database.write() as db:
        await books.asked.posted(db, subject, message_id, told_hash, now)


async def _show_questions(connection: Connection) -> None:
    books, now = connection.books, connection.clock.now()
    async with books.database.read() as db:
        messages = await books.asked.messages(db)
        open_questions = {subject_of(asked): asked for asked in await books.asked.open_questions(db)}
        unfinished = {
            subject: row for subject, row in messages.items() if subject.startswith(QUESTION) and not row.shown_hash.startswith(FINAL)
        }
        others = [question_id_of(subject) for subject in unfinished if subject not in open_questions]
        cards = await question_cards(
            db,
            books,
            {*(asked.question_id for asked in open_questions.values()), *others},
            settings=connection.settings,
            short_code=await _short_code(connection, db),
        )
        posted = await books.asked.posted_since(db, QUESTION, now - timedelta(hours=1))
    held_back: list[QuestionCard] = []
    for subject, asked in open_questions.items():
        card = cards[asked.question_id]
        if subject not in messages and not _is_worth_a_card(connection, card):
            continue
        if subject not in messages and posted >= CARDS_PER_HOUR:
            held_back.append(card)
            continue
        posted += subject not in messages
        await show(connection, subject, connection.settings.channel, connection.cards.question(card), messages.get(subject))
    for subject, row in unfinished.items():
        if subject not in open_questions and (found := cards.get(question_id_of(subject))):
            is_final = found.state in ("answered", "closed")
            await show(connection, subject, row.channel, connection.cards.question(found), row, is_final=is_final)
    await _show_summary(connection, held_back, messages.get("summary"))


def _is_worth_a_card(connection: Connection, card: QuestionCard) -> bool:
    """money.md 2: at once from the threshold, per cause, the lines' absolute nets added up in each currency; smaller ones wait for the digest."""
    if card.question.ground == "lists":
        return True
    weights = add_up(Money(document.weight, document.net.currency) for document in card.documents)
    return any(money.amount >= connection.settings.card_threshold for money in weights)


async def _show_summary(connection: Connection, held_back: list[QuestionCard], shown: Message | None) -> None:
    if not held_back and shown is None:
        return
    net: list[Money] = add_up(money for card in held_back for money in card.net)
    summary = SummaryCard(len(held_back), tuple(net), tuple(card.question.title for card in held_back[:10]))
    await show(connection, "summary", connection.settings.channel, connection.cards.summary(summary), shown)


async def _show_result(connection: Connection) -> None:
    books = connection.books
    local_day = connection.clock.now().astimezone(connection.settings.zone).date()
    subject = f"result:{local_day}"
    async with books.database.read() as db:
        day = await day_result(db, books, settings=connection.settings, now=connection.clock.now())
        shown = await books.asked.message(db, subject)
    if day.checked or shown:
        await show(connection, subject, connection.settings.channel, connection.cards.result(day), shown)


async def _show_problems_and_posts(connection: Connection) -> None:
    books = connection.books
    async with books.database.read() as db:
        remembered = await books.ledger.remembered(db, "")
        problems = read_problems(remembered.get(STORED, ""))
        posts = {name: value for name, value in remembered.items() if name.startswith(POST)}
        messages = await books.asked.messages(db) if problems or posts else {}
    for card in problems.values():
        subject = f"problem:{card.subject}"
        shown = messages.get(subject)
        if shown is None and card.is_over:
            continue
        await show(connection, subject, connection.settings.channel, connection.cards.problem(card), shown)
    for name, value in posts.items():
        if name not in messages or not messages[name].ts:
            post = Post.model_validate_json(value)
            channel = post.channel or connection.settings.channel
            await show(connection, name, channel, connection.cards.plain(post.text), messages.get(name), is_final=True)


async def _tell_replies(connection: Connection) -> None:
    books = connection.books
    async with books.database.read() as db:
        replies = await books.asked.unsent_replies(db)
    for reply in replies:
        try:
            await connection.speaker.tell(reply.channel, reply.person_id, reply.text)
        except Rejected as error:
            log.info("reply.refused", problem=error.message)
        async with books.database.write() as db:
            await books.asked.reply_sent(db, reply.reply_id, connection.clock.now())


def subject_of(asked: AskedQuestion) -> str:
    """The subject of a question's card; asked anew after an answer it is a new card."""
    return f"{QUESTION}{asked.question_id}:{asked.asked_at:%Y%m%d%H%M%S}"


def question_id_of(subject: str) -> str:
    return subject.split(":")[1]


async def _short_code(connection: Connection, db: AsyncConnection) -> str:
    records = await connection.books.mirror.records(db, "organisation")
    return next((xero.Organisation.model_validate_json(record.text).short_code for record in records.values()), "")
