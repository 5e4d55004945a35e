"""Bring Slack to the rows: post once what is not shown yet, edit what shows something else. Closing, retries and repair after a crash are this."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.actions import Post
from xero_sync.domain.money import Money, add_up
from xero_sync.errors import NotAllowed, RateLimited, Rejected, RemoteError
from xero_sync.log import logger
from xero_sync.loop.connection import Connection
from xero_sync.loop.first_ten import STORED as FIRST_TEN
from xero_sync.loop.first_ten import go_on_card
from xero_sync.loop.inbox import CARD_ASKED_FOR
from xero_sync.loop.keep import POST
from xero_sync.loop.ports import Rendered
from xero_sync.loop.problems import STORED, read_problems
from xero_sync.reports.card import MessageGone, QuestionCard, SummaryCard, earlier_card, question_cards
from xero_sync.reports.result import day_result
from xero_sync.store.asked import QUESTION, AskedQuestion, Message, PrivateReply

FINAL: Final = "final:"
"""What a message shows begins so once it will not change any more: it is not rendered again."""
PROBLEM: Final = "problem:"
SUMMARY: Final = "summary"

log = logger(__name__)


@dataclass(frozen=True)
class _Wanted:
    """A message as it should stand, beside what is noted of it. is_final: it will not change any more."""

    subject: str
    channel: str
    message: Rendered
    shown: Message | None
    is_final: bool = False


async def announce(connection: Connection) -> None:
    """Show everything that is to be seen. A channel that refuses is logged and tried again at the next tick; nothing else waits for it."""
    connection.has_shown_all, connection.refused_to_show = False, ""
    try:
        replies, wanted = await _look(connection)
        for reply in replies:
            await _tell(connection, reply)
        # All of them, whichever is not taken.
        taken = [await _is_taken(connection, each) for each in wanted]
        connection.has_shown_all = all(taken)
    except RateLimited as error:
        log.warning("announce.paused", until=error.retry_at.isoformat())
    except RemoteError as error:
        connection.refused_to_show = error.message
        log.warning("announce.refused", code=error.code, problem=error.message)


async def _is_taken(connection: Connection, wanted: _Wanted) -> bool:
    """False where Slack does not take this one message as it is: the others do not wait for it."""
    try:
        await _show(connection, wanted)
    except Rejected as error:
        connection.refused_to_show = error.message
        log.error("message.refused", subject=wanted.subject, problem=error.message)
        return False
    return True


async def _show(connection: Connection, wanted: _Wanted) -> None:
    """Post the message once, or edit the one that stands. After a crash between posting and noting it, it is posted a second time at most."""
    books, now, subject, shown = connection.books, connection.clock.now(), wanted.subject, wanted.shown
    told = json.dumps([wanted.message.text, wanted.message.blocks], sort_keys=True).encode()
    told_hash = (FINAL if wanted.is_final else "") + hashlib.sha256(told).hexdigest()[:32]
    if shown is not None and shown.ts and shown.shown_hash == told_hash:
        return
    if shown is not None and shown.ts:
        try:
            await connection.speaker.edit(shown.channel, shown.ts, wanted.message)
        except MessageGone as error:
            # Somebody deleted the message: it is posted anew.
            log.info("message.gone", subject=subject, problem=error.message)
            is_done = False
        except NotAllowed as error:
            if shown.channel == connection.settings.channel:
                raise
            # It stands where we cannot write any more, and another channel has been named: what is open is posted there.
            log.info("message.left", subject=subject, channel=shown.channel, problem=error.message)
            is_done = wanted.channel == shown.channel
        else:
            is_done = True
        if is_done:
            async with books.database.write() as db:
                await books.asked.edited(db, subject, told_hash, now)
            return
    async with books.database.write() as db:
        await books.asked.posting(db, subject, wanted.channel, now)
    message_id = await connection.speaker.post(wanted.channel, wanted.message)
    connection.reached("card posted")
    async with books.database.write() as db:
        await books.asked.posted(db, subject, message_id, told_hash, now)


async def _look(connection: Connection) -> tuple[list[PrivateReply], list[_Wanted]]:
    """What is to be told and to be seen, all as of one moment: first the questions, then how the day stands."""
    books = connection.books
    async with books.database.read() as db:
        replies = await books.asked.unsent_replies(db)
        open_questions = {asked.subject: asked for asked in await books.asked.open_questions(db)}
        remembered = await books.ledger.remembered(db, "")
        problems = {f"{PROBLEM}{card.subject}": card for card in read_problems(remembered.get(STORED, "")).values()}
        posts = {name: Post.model_validate_json(value) for name, value in remembered.items() if name.startswith(POST)}
        result = f"result:{connection.clock.now().astimezone(connection.settings.zone).date()}"
        subjects = [*open_questions, *problems, *posts, SUMMARY, result]
        shown = await books.asked.messages(db, subjects, unfinished=QUESTION, final=FINAL)
        asked_for = {name.removeprefix(CARD_ASKED_FOR) for name in remembered if name.startswith(CARD_ASKED_FOR)}
        wanted = await _questions(connection, db, open_questions, shown, asked_for)
        go_on = await go_on_card(connection, db, remembered.get(FIRST_TEN, ""))
        gone_on = await books.asked.message(db, go_on[0]) if go_on else None
        day = await day_result(db, books, settings=connection.settings, now=connection.clock.now())
    channel = connection.settings.channel
    if day.checked or result in shown:
        wanted.append(_Wanted(result, channel, connection.cards.result(day), shown.get(result)))
    if go_on is not None and (gone_on is not None or go_on[1].state == "asking"):
        subject, question = go_on
        wanted.append(_Wanted(subject, channel, connection.cards.go_on(question), gone_on))
    for subject, card in problems.items():
        if subject in shown or not card.is_over:
            wanted.append(_Wanted(subject, channel, connection.cards.problem(card), shown.get(subject)))
    for subject, post in posts.items():
        message = connection.cards.plain(post.text)
        wanted.append(_Wanted(subject, post.channel or channel, message, shown.get(subject), is_final=True))
    return replies, wanted


async def _questions(
    connection: Connection,
    db: AsyncConnection,
    open_questions: Mapping[str, AskedQuestion],
    shown: Mapping[str, Message],
    asked_for: Collection[str],
) -> list[_Wanted]:
    books, settings = connection.books, connection.settings
    unfinished = {subject: row for subject, row in shown.items() if subject.startswith(QUESTION) and not row.shown_hash.startswith(FINAL)}
    others = {subject: question_id_of(subject) for subject in unfinished if subject not in open_questions}
    ids = {*(asked.question_id for asked in open_questions.values()), *others.values()}
    cards = await question_cards(db, books, ids, settings=settings)
    is_any_new = any(subject not in shown for subject in open_questions)
    posted = await books.asked.posted_since(db, QUESTION, connection.clock.now() - timedelta(hours=1)) if is_any_new else 0
    wanted: list[_Wanted] = []
    held_back: list[QuestionCard] = []
    for subject, asked in open_questions.items():
        card = cards[asked.question_id]
        is_new = subject not in shown and subject not in asked_for
        if is_new and not _is_worth_a_card(connection, card):
            continue
        if is_new and posted >= settings.cards_per_hour:
            held_back.append(card)
            continue
        posted += is_new
        wanted.append(_Wanted(subject, settings.channel, connection.cards.question(card), shown.get(subject)))
    for subject, question_id in others.items():
        if found := cards.get(question_id):
            if found.state == "open":
                found = earlier_card(found, await books.asked.decisions(db))
            row, is_final = unfinished[subject], found.state in ("answered", "closed")
            wanted.append(_Wanted(subject, row.channel, connection.cards.question(found), row, is_final))
    if held_back or SUMMARY in shown:
        wanted.append(_Wanted(SUMMARY, settings.channel, connection.cards.summary(_summary(held_back)), shown.get(SUMMARY)))
    return wanted


def _summary(held_back: Sequence[QuestionCard]) -> SummaryCard:
    net = add_up(money for card in held_back for money in card.net)
    return SummaryCard(len(held_back), tuple(net), tuple(card.question.title for card in held_back[:10]))


def _is_worth_a_card(connection: Connection, card: QuestionCard) -> bool:
    """money.md 2: at once from the threshold, per cause, the lines' absolute nets added up in each currency; smaller ones wait for the digest."""
    if card.question.ground == "lists":
        return True
    weights = add_up(Money(document.weight, document.net.currency) for document in card.documents)
    return any(money.amount >= connection.settings.card_threshold for money in weights)


async def _tell(connection: Connection, reply: PrivateReply) -> None:
    try:
        await connection.speaker.tell(reply.channel, reply.person_id, reply.text)
    except Rejected as error:
        log.info("reply.refused", problem=error.message)
    async with connection.books.database.write() as db:
        await connection.books.asked.reply_sent(db, reply.reply_id, connection.clock.now())


def question_id_of(subject: str) -> str:
    return subject.split(":")[1]
