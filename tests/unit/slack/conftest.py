"""The app as it runs: its listeners over our own books, and the Slack stand-in it talks to over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from starlette.applications import Starlette
from tests.unit.reports.examples import HARBOR, SETTINGS, harbor_bills, harbor_question, keep, open_books, stands

from xero_sync.clock import SystemClock
from xero_sync.domain import scoro, xero
from xero_sync.domain.questions import Question
from xero_sync.loop.ports import Rendered
from xero_sync.reports.card import QuestionCard, question_cards
from xero_sync.slack.app import SlackDoor, SlackSettings, open_door
from xero_sync.slack.blocks import Pressed, actions, button
from xero_sync.slack.cards import SlackCards
from xero_sync.slack.store_desk import StoreDesk
from xero_sync.store.asked import InboxRow
from xero_sync.store.books import Books
from xero_sync.store.database import Database
from xero_sync.testing.clock import SteppedClock
from xero_sync.testing.standins.served import serve
from xero_sync.testing.standins.slack import Message, SlackStandIn


@dataclass
class Office:
    """One workspace with the app in it. wakes: one entry for each time the writer was woken."""

    slack: SlackStandIn
    door: SlackDoor
    books: Books
    clock: SteppedClock
    wakes: list[str] = field(default_factory=list)
    desk: StoreDesk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = StoreDesk(self.books, SETTINGS, self.clock, self._wake)
        self.door.listen_to(self.desk)

    def _wake(self) -> None:
        self.wakes.append("woken")
        # Whoever waits in `slack.until` is to look again.
        self.slack.workspace.changed()

    async def asks(self, question: Question | None = None, documents: Sequence[xero.Document] = ()) -> Message:
        """The card of a question, standing in the channel as announce would have posted it."""
        asked_for = question or harbor_question()
        waiting = list(documents) or harbor_bills()
        async with self.books.database.write() as db:
            await keep(db, self.books, [(each, stands(each, "waiting", cause=asked_for.cause)) for each in waiting])
            asked = await self.books.asked.ask(db, asked_for, plugin="test", at=self.clock.now())
            (card,) = (await question_cards(db, self.books, [asked.question_id], settings=SETTINGS)).values()
            await self.books.asked.posting(db, asked.subject, "C_FIN", self.clock.now())
        ts = await self.door.speaker.post("C_FIN", SlackCards().question(card))
        async with self.books.database.write() as db:
            await self.books.asked.posted(db, asked.subject, ts, "shown", self.clock.now())
        return self.slack.card(asked_for.title)

    async def question_card(self, cause: str = HARBOR) -> QuestionCard:
        """The question as its card stands in the books."""
        async with self.books.database.read() as db:
            (asked,) = (await self.books.asked.questions(db, [cause])).values()
            (card,) = (await question_cards(db, self.books, [asked.question_id], settings=SETTINGS)).values()
        return card

    async def posts_card_of(self, question_id: str, revision: int = 1) -> Message:
        """A message that looks like a card, and is not the one the books know of."""
        card = replace(await self.question_card(), question_id=question_id, revision=revision)
        ts = await self.door.speaker.post("C_FIN", SlackCards().question(card))
        return next(message for message in self.slack.cards() if message.ts == ts)

    async def posts_button(self, action_id: str, value: str) -> Message:
        """A message with one button, called like its action."""
        blocks = (actions("block", [button(action_id, action_id, value)]),)
        ts = await self.door.speaker.post("C_FIN", Rendered("A button", blocks))
        return next(message for message in self.slack.cards() if message.ts == ts)

    async def has_projects(self, *projects: scoro.Project) -> None:
        """Scoro's whole list as it was read last."""
        records = {str(project.project_id): project.model_dump_json() for project in projects}
        async with self.books.database.write() as db:
            await self.books.mirror.put_records(db, "projects", records, self.clock.now(), is_whole=True)

    def pressed_on(self, card: Message, label: str) -> Pressed:
        """What the button of this label carries."""
        values = [element["value"] for block in card.blocks for element in block.get("elements", []) if element.get("value")]
        pressed = Pressed.read(values[card.buttons.index(label)])
        assert pressed is not None
        return pressed

    async def inbox(self) -> list[InboxRow]:
        async with self.books.database.write() as db:
            return await self.books.asked.take(db, 50)

    async def answers(self, by: str = "U_CARA", cause: str = HARBOR, label: str = "Put on Harbour Refit") -> None:
        """Somebody else's answer, as the writer keeps it."""
        async with self.books.database.write() as db:
            (asked,) = (await self.books.asked.questions(db, [cause])).values()
            await self.books.asked.answer(db, asked.question_id, by=by, label=label, decision_id="decision", at=self.clock.now())

    async def shown_hash(self, cause: str = HARBOR) -> str:
        async with self.books.database.read() as db:
            (asked,) = (await self.books.asked.questions(db, [cause])).values()
            shown = await self.books.asked.message(db, asked.subject)
        return shown.shown_hash if shown else "none"


@asynccontextmanager
async def opened_office(database: Database, clock: SteppedClock, *, by_http: bool, is_live: bool = True) -> AsyncIterator[Office]:
    """The app connected to the stand-in: over Socket Mode, or by signed HTTP."""
    books = Books(database, "ferrow")
    async with database.write() as db:
        await open_books(db, books, is_live=is_live)
    # Bolt compares the signature's time with the machine's clock.
    slack = SlackStandIn(now=clock.now, signed_now=SystemClock().now)
    slack.has_channel("C_FIN", "finance")
    for user_id, name in (("U_CARA", "Cara"), ("U_BEN", "Ben"), ("U_PIA", "Pia"), ("U_ADA", "Ada"), ("U_VERA", "Vera")):
        slack.has_user(user_id, name)
    async with serve(slack.app) as address:
        slack.base_url = address
        settings = SlackSettings(
            bot_token=slack.bot_token,
            app_token=None if by_http else slack.app_token,
            signing_secret=slack.signing_secret if by_http else None,
            base_url=f"{address}/api/",
        )
        async with open_door(settings, clock) as door:
            office = Office(slack, door, books, clock)
            if by_http:
                async with serve(Starlette(routes=door.routes())) as own_address:
                    slack.request_url = f"{own_address}/slack/events"
                    yield office
            else:
                await door.start()
                await slack.connected()
                yield office


@pytest.fixture
async def office(database: Database, clock: SteppedClock) -> AsyncIterator[Office]:
    """The app, reached by signed HTTP; at the end Slack has taken everything it sent."""
    async with opened_office(database, clock, by_http=True) as opened:
        yield opened
        assert opened.slack.violations == []


@pytest.fixture
async def socket_office(database: Database, clock: SteppedClock) -> AsyncIterator[Office]:
    """The app, connected by Socket Mode."""
    async with opened_office(database, clock, by_http=False) as opened:
        yield opened
        assert opened.slack.violations == []


@pytest.fixture
async def rehearsing_office(database: Database, clock: SteppedClock) -> AsyncIterator[Office]:
    """The app of a connection that is still in rehearsal."""
    async with opened_office(database, clock, by_http=True, is_live=False) as opened:
        yield opened
        assert opened.slack.violations == []
