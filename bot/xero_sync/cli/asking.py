"""Read the books beside a running bot, have it do something by a row in its inbox, and do it here where no bot runs."""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import signal
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from xero_sync.clock import Clock
from xero_sync.domain.connection import ConnectionSettings
from xero_sync.domain.lanes import rank
from xero_sync.domain.people import TERMINAL, Person, person_of
from xero_sync.errors import AlreadyRunning, ConfigError
from xero_sync.house import CONNECTION_ID, House, open_house
from xero_sync.loop.inbox import PREVIEW
from xero_sync.loop.ports import Rendered
from xero_sync.loop.preview import preview_answer
from xero_sync.loop.resettle import first_day
from xero_sync.loop.runner import work
from xero_sync.plugins import load_plugins
from xero_sync.reports.history import DayReport, HistoryReport, day_report, history_report
from xero_sync.reports.result import DayResult, day_result
from xero_sync.reports.status import StatusReport, status_report
from xero_sync.reports.waiting import WaitingReport, waiting_report
from xero_sync.reports.why import WhyReport, why_report
from xero_sync.reports.words import day_named
from xero_sync.settings import Settings, check_complete, check_disk, connection_settings
from xero_sync.slack.cards import result_message
from xero_sync.store import connections
from xero_sync.store.books import Books
from xero_sync.store.database import Database

LONGEST_WAIT_SECONDS: Final = 90.0
"""A bot that is asked looks at its inbox within 30 seconds, and ends the Action in hand first."""
_LOOK_SECONDS: Final = 0.25


@dataclass(frozen=True)
class Answer:
    """What a command came to. is_done: False where something is in the way. report: figures for JSON, where there are any. message: a card."""

    text: str
    is_done: bool = True
    report: object = None
    message: Rendered | None = None


def terminal_person_id() -> str:
    """Who types: "terminal:" and the login name, from the account the process belongs to. The environment could name anybody."""
    try:
        return f"{TERMINAL}{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"{TERMINAL}{os.getuid()}"


async def bring_up_to_date(settings: Settings, *, clock: Clock) -> str:
    """Migrate the database; its name, without a password."""
    async with opened_database(settings, clock) as database:
        return database.name


async def read_status(settings: Settings, *, clock: Clock) -> StatusReport:
    """The status as this person may see it."""
    async with _opened_books(settings, clock) as (books, chosen, person):
        plugins = load_plugins(folder=settings.plugins_dir, disabled=settings.disabled_plugins)
        plugins.close()
        async with books.database.read() as db:
            return await status_report(
                db, books, settings=chosen, now=clock.now(), plugin_names=plugins.names, sees_amounts=person.sees_amounts
            )


async def read_waiting(settings: Settings, *, clock: Clock) -> WaitingReport:
    """What waits, as this person may see it."""
    async with _opened_books(settings, clock) as (books, chosen, person), books.database.read() as db:
        return await waiting_report(db, books, settings=chosen, now=clock.now(), sees_amounts=person.sees_amounts)


async def read_why(settings: Settings, words: str, *, clock: Clock) -> WhyReport:
    """Why the document of this number or id stands where it stands, as this person may see it."""
    async with _opened_books(settings, clock) as (books, chosen, person), books.database.read() as db:
        return await why_report(db, books, words, settings=chosen, sees_amounts=person.sees_amounts)


async def read_history(settings: Settings, words: str, *, clock: Clock) -> HistoryReport | DayReport:
    """The last days, or the writes of the day that is named, as this person may see them. Raises ConfigError where it names no day."""
    async with _opened_books(settings, clock) as (books, chosen, person), books.database.read() as db:
        day = day_named(words, clock.now().astimezone(chosen.zone).date())
        if words and day is None:
            raise ConfigError(f'No day is called "{words}". Type it as 2026-11-24, 24 Nov, yesterday or today.')
        if day is None:
            return await history_report(db, books, settings=chosen, now=clock.now(), sees_amounts=person.sees_amounts)
        return await day_report(db, books, day, settings=chosen, sees_amounts=person.sees_amounts)


async def ask(
    settings: Settings, words: Sequence[str], *, as_json: bool = False, clock: Clock, longest_wait_seconds: float = LONGEST_WAIT_SECONDS
) -> Answer:
    """Have the running bot do it and wait for its answer; without a bot do it here, as the one that works on these books."""
    async with opened_database(settings, clock) as database, AsyncExitStack() as lock:
        try:
            await lock.enter_async_context(database.running_lock())
        except AlreadyRunning:
            return await _ask_bot(Books(database, CONNECTION_ID), words, as_json, clock, longest_wait_seconds)
        check_complete(settings)
        check_disk(settings)
        async with open_house(settings, clock=clock) as house:
            return await _do_here(house, words, as_json=as_json)


@contextmanager
def when_told_to_stop(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` at SIGTERM and Ctrl-C, so that the Action in hand is ended. A second one ends the process as usual."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT)

    def first() -> None:
        stop()
        for number in numbers:
            loop.remove_signal_handler(number)

    for number in numbers:
        loop.add_signal_handler(number, first)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


@asynccontextmanager
async def opened_database(settings: Settings, clock: Clock) -> AsyncIterator[Database]:
    """The database with its tables up to date, which a bot that runs does not mind."""
    database = Database(settings.database_url, clock=clock)
    try:
        await database.migrate()
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _opened_books(settings: Settings, clock: Clock) -> AsyncIterator[tuple[Books, ConnectionSettings, Person]]:
    async with opened_database(settings, clock) as database:
        books = Books(database, CONNECTION_ID)
        async with database.read() as db:
            is_known = await connections.get(db, CONNECTION_ID) is not None
        if not is_known:
            raise ConfigError(f"There is nothing in {database.name} yet. Start xero-sync run, or name the database it works on.")
        chosen, _ = connection_settings(settings, start_from=await first_day(books, clock.now().date()))
        yield books, chosen, person_of(terminal_person_id(), chosen)


async def _ask_bot(books: Books, words: Sequence[str], as_json: bool, clock: Clock, longest_wait_seconds: float) -> Answer:
    inbox_id = await _put(books, words, as_json, clock)
    try:
        async with asyncio.timeout(longest_wait_seconds):
            while True:
                async with books.database.read() as db:
                    answer = await books.asked.answer_of(db, inbox_id)
                if answer is not None:
                    return _answer(words, answer, as_json)
                await clock.sleep(_LOOK_SECONDS)
    except TimeoutError:
        return Answer("The bot has noted it, but has not answered yet. See xero-sync status in a minute.", is_done=False)


async def _do_here(house: House, words: Sequence[str], *, as_json: bool) -> Answer:
    await house.take_up_the_work()
    connection = house.connection
    person = person_of(terminal_person_id(), connection.settings)
    if list(words) == PREVIEW:
        return _answer(words, await preview_answer(connection, person, as_json=as_json), as_json)
    inbox_id = await _put(connection.books, words, as_json, house.clock)

    def stop() -> None:
        connection.stopping = True

    with when_told_to_stop(stop):
        await work(connection, lists_per_service=None)
    async with connection.books.database.read() as db:
        answer = await connection.books.asked.answer_of(db, inbox_id)
        status = await status_report(db, connection.books, settings=connection.settings, now=house.clock.now())
        day = await day_result(db, connection.books, settings=connection.settings, now=house.clock.now())
    was_stopped = answer is None or connection.stopping
    problems = [
        *(["It was stopped before its end. What is left comes with the next check."] if was_stopped else []),
        *(problem for problem in (status.problem, connection.refused_to_show) if problem),
    ]
    shown = day if person.sees_amounts else _counts_only(day)
    # The answer to sync says where to look for the result, which stands right below it here.
    said = [answer] if answer and list(words) != ["sync"] else []
    return Answer("\n".join([*said, *problems]), is_done=not problems, report=shown, message=result_message(shown))


def _counts_only(day: DayResult) -> DayResult:
    return replace(day, parts=tuple(replace(part, money=()) for part in day.parts))


async def _put(books: Books, words: Sequence[str], as_json: bool, clock: Clock) -> int:
    """Write the command down for the writer; the row's id."""
    body: dict[str, Any] = {"words": list(words), "as_json": as_json}
    async with books.database.write() as db:
        row = await books.asked.put(
            db,
            lane=rank("press"),
            kind="command",
            body=body,
            person_id=terminal_person_id(),
            dedupe_key=f"{TERMINAL}{uuid.uuid4()}",
            at=clock.now(),
        )
    if row is None:
        raise ConfigError("The command could not be written down. Try again.")
    return row.inbox_id


def _answer(words: Sequence[str], text: str, as_json: bool) -> Answer:
    """The bot's answer; a preview asked for as JSON comes as such."""
    if not (as_json and list(words) == PREVIEW and text.startswith("{")):
        return Answer(text, is_done=not text.startswith("Nothing can be said"))
    report = json.loads(text)
    return Answer("", is_done=not report["problem"], report=report)
