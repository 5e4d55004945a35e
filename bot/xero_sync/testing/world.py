"""A house with its services, for tests: the real bot on stand-ins of Xero, Scoro and Slack, with a clock that only moves when told.

    async with World.open(database_url) as world:
        world.xero.has_option("Acme Web")
        ...
        await world.sync()

Xero and Scoro are reached in-process, Slack over a loopback socket, because Slack's own client sends there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx

from xero_sync.clients.http import Transports
from xero_sync.clock import SystemClock
from xero_sync.domain.lanes import rank
from xero_sync.house import House, open_house
from xero_sync.loop.first_ten import go_live
from xero_sync.loop.runner import work
from xero_sync.loop.schedule import LISTS_PER_TICK, RHYTHMS
from xero_sync.settings import Settings
from xero_sync.store.database import is_in_transaction
from xero_sync.testing.clock import SteppedClock
from xero_sync.testing.standins.scoro import ScoroStandIn
from xero_sync.testing.standins.served import serve
from xero_sync.testing.standins.slack import Message, Seen, SlackStandIn, View
from xero_sync.testing.standins.traffic import Call
from xero_sync.testing.standins.xero import XeroStandIn

CHANNEL = "C_FINANCE"
WEBHOOK_KEY = "webhook-key-standin"
FINN, BEA, ADA, MIRA, VERA = "U_FINN", "U_BEA", "U_ADA", "U_MIRA", "U_VERA"
"""A controller, a bookkeeper, an admin, a project manager (Scoro user 31) and a viewer."""
PEOPLE: Mapping[str, object] = {
    FINN: "controller",
    BEA: "bookkeeper",
    ADA: "admin",
    MIRA: {"role": "project manager", "scoro_user_id": 31},
}


@dataclass
class World:
    """What a test has in hand. `sync` lets everything happen that is to happen now; people act through `slack`, books through `xero` and `scoro`.

    copies: Scoro's own Xero sync copies approved documents before each `sync` (switch it off to have none).
    """

    clock: SteppedClock
    xero: XeroStandIn
    scoro: ScoroStandIn
    slack: SlackStandIn
    settings: dict[str, Any]
    house: House = field(init=False)
    copies: bool = True
    disabled: tuple[str, ...] = ()
    extra_plugins: Mapping[str, object] = field(default_factory=dict)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _house_stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        database_url: str,
        *,
        start: datetime | None = None,
        is_live: bool = True,
        disabled: Iterable[str] = (),
        extra_plugins: Mapping[str, object] | None = None,
        **connection: object,
    ) -> AsyncIterator[World]:
        """A world whose bot works for Ferrow & Pike Ltd with Scoro's ferrowpike. connection: values of ConnectionSettings."""
        clock = SteppedClock(start) if start else SteppedClock()
        xero = XeroStandIn(now=clock.now, sleep=clock.sleep)
        scoro = ScoroStandIn(now=clock.now, sleep=clock.sleep)
        scoro.site("ferrowpike")
        slack = SlackStandIn(now=clock.now, sleep=clock.sleep, signed_now=SystemClock().now)
        slack.has_channel(CHANNEL, "finance")
        for person in (FINN, BEA, ADA, MIRA, VERA):
            slack.has_user(person, person.removeprefix("U_").title())
        xero.has_category("Project")
        chosen = {"channel": CHANNEL, "people": dict(PEOPLE), "start_from": date(2026, 1, 1), "time_zone": "Europe/London", **connection}
        settings: dict[str, Any] = {
            "database_url": database_url,
            "xero": {
                "client_id": xero.client_id,
                "client_secret": xero.client_secret,
                "api_url": "https://xero.test",
                "token_url": "https://xero.test/connect/token",
                "calls_per_day": 5000,
                "webhook_key": WEBHOOK_KEY,
            },
            "scoro": {"site_url": "https://ferrowpike.test", "api_key": "ScoroAPI_0123456789abcde", "entity": scoro.entity},
            "slack": {"bot_token": "xoxb-standin", "signing_secret": "standin-signing-secret"},
            "connection": chosen,
        }
        world = cls(clock, xero, scoro, slack, settings, disabled=tuple(disabled), extra_plugins=dict(extra_plugins or {}))
        for standin in (xero, scoro):
            standin.traffic.on_call.append(_complain_about_open_transaction)
        async with world._stack:
            url = await world._stack.enter_async_context(serve(slack.app))
            settings["slack"] |= {"api_url": f"{url}/api/"}
            slack.base_url = url
            await world.start()
            if is_live:
                async with world.house.database.write() as db:
                    await go_live(world.house.connection, db)
            try:
                yield world
            finally:
                await world.stop()

    async def start(self) -> None:
        """Start the bot on these services, with the books it had."""
        transports = Transports(xero=httpx.ASGITransport(self.xero.app), scoro=httpx.ASGITransport(self.scoro.app))
        self._house_stack = AsyncExitStack()
        settings = Settings(**self.settings, disabled_plugins=list(self.disabled))
        self.house = await self._house_stack.enter_async_context(
            open_house(settings, clock=self.clock, transports=transports, extra_plugins=self.extra_plugins)
        )
        await self.house.take_up_the_work()
        address = await self._house_stack.enter_async_context(serve(self.house.web))
        self.slack.request_url = f"{address}/slack/events"

    async def stop(self) -> None:
        """Stop the bot, as a restart or a crash between two steps would; the database stays."""
        await self._house_stack.aclose()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def sync(self, lists: Iterable[str] = RHYTHMS) -> int:
        """Scoro's own sync copies what is approved, every list is read, and passes run until nothing is left to do; how many there were.

        lists: only these are read, and what is due.
        """
        if self.copies:
            self.scoro_copies()
        async with self.house.database.write() as db:
            await self.house.connection.books.mirror.pull_forward(db, lists, self.clock.now())
        return await work(self.house.connection, lists_per_service=None)

    def scoro_copies(self) -> None:
        """Scoro's own Xero sync makes or renews its copies of everything approved in Xero."""
        self.scoro.copies_from(self.xero.documents.values())

    async def work(self) -> int:
        """Do what is to be done now, as after a wake; how many passes that took."""
        return await work(self.house.connection)

    async def tick(self, seconds: float = 30.0) -> int:
        """Let so much time pass, then do what has come due."""
        await self.clock.advance(seconds)
        return await work(self.house.connection, lists_per_service=LISTS_PER_TICK)

    async def press(self, card: str | Message, button: str, user: str = FINN) -> Seen:
        """Press a button of a card (the one with these words, or as it stood), wait for an answer, and let the bot do what follows."""
        message = self.card(card) if isinstance(card, str) else card
        seen = await self.slack.press(message, button, user)
        await self._is_answered(seen, message)
        await self.work()
        return seen

    async def choose_project(self, card: str | Message, button: str, project: str, user: str = FINN) -> Seen:
        """Press a button that opens the project form, search there, choose the project and submit."""
        message = self.card(card) if isinstance(card, str) else card
        view = await self.open_form(message, button, user)
        return await self.submit_project(view, message, project, user)

    async def open_form(self, card: str | Message, button: str, user: str = FINN) -> View:
        """What a button that opens a form shows: the form, or the sentence that stands there instead."""
        await self.slack.press(self.card(card) if isinstance(card, str) else card, button, user)
        # The form opens empty and is filled once it is known who asks.
        await self.slack.until(lambda: "Loading" not in self.slack.view(user).plain)
        return self.slack.view(user)

    async def submit_project(self, view: View, card: Message, project: str, user: str = FINN) -> Seen:
        """Search for the project in the open form, choose it and submit."""
        found = next(option for option in await self.slack.search(view, _menu(view), project, user) if project in option.text)
        await self.slack.select(view, _menu(view), found.text, user, query=project)
        seen = await self.slack.submit(view, user=user)
        await self._is_answered(seen, card)
        await self.work()
        return seen

    async def command(self, words: str, user: str = FINN) -> Seen:
        """Type `/xero-sync WORDS`, wait for the first answer, and let the bot do what follows."""
        seen = await self.slack.command(words, user)
        await self.slack.until(lambda: seen.messages)
        await self.work()
        return seen

    async def _is_answered(self, seen: Seen, card: Message) -> None:
        """Comes back once the person can see an answer: a sentence, an error, a form, or the changed card. Every click has one."""

        def is_answered() -> bool:
            is_told = seen.messages or seen.error or seen.errors or self.slack.views(seen.user_id)
            return bool(is_told) or self.slack.latest(card).edited > card.edited

        await self.slack.until(is_answered)

    async def send_webhook(self, document_id: str, *, key: str = WEBHOOK_KEY) -> int:
        """Send what Xero sends when a document changes; the status the bot answered with."""
        body, headers = self.xero.notice(document_id, key=key)
        async with self.at_the_door() as client:
            return (await client.post("/webhooks/xero", content=body, headers=headers)).status_code

    def at_the_door(self) -> httpx.AsyncClient:
        """For requests to the bot itself, as anybody may send them."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.house.web), base_url="http://bot.test")

    async def has_to_be_looked_at(self, *document_ids: str) -> None:
        """Something these documents rest on has changed: they are due, after what people and webhooks ask for."""
        async with self.house.database.write() as db:
            await self.house.connection.books.mirror.mark_due(db, document_ids, rank("changed"), self.clock.now())

    async def is_to_be_shown_again(self, message: Message) -> None:
        """Something else was shown in a message meanwhile, as a listener's "Working…" that comes late does."""
        asked = self.house.connection.books.asked
        async with self.house.database.write() as db:
            for subject, shown in (await asked.messages(db, (), unfinished="", final="none begins so")).items():
                if shown.ts == message.ts:
                    await asked.edited(db, subject, "", self.clock.now())

    def card(self, *words: str) -> Message:
        """The one message in the channel with these words."""
        return self.slack.card(*words)

    def cards(self, *words: str) -> list[Message]:
        return self.slack.cards(*words)

    @property
    def titles(self) -> list[str]:
        """The first line of every message in the channel, sorted."""
        return sorted(card.plain.partition("\n")[0] for card in self.cards())

    async def another_sync_writes(self) -> list[object]:
        """What one more sync writes to Xero and Scoro and posts in Slack: nothing, where all is settled."""
        before = [len(self.xero.writes), len(self.scoro.writes), len(self.cards())]
        # The lists that documents, options and projects come in; those read once a day were read just now.
        await self.sync([name for name, rhythm in RHYTHMS.items() if rhythm.every_seconds < 24 * 3600])
        return [*self.xero.writes[before[0] :], *self.scoro.writes[before[1] :], *self.cards()[before[2] :]]

    def on_project(self, project_id: int) -> list[Decimal]:
        """The net amounts Scoro's books show on a project, sorted."""
        return sorted(entry.net for entry in self.scoro.finances(project_id))

    def put_on_projects(self) -> Decimal:
        """Everything Scoro's books show on any project."""
        return sum((sum(self.on_project(project_id), Decimal(0)) for project_id in self.scoro.projects), Decimal(0))

    @property
    def accounting_writes(self) -> list[Any]:
        """What was written to Xero's books through its API."""
        return list(self.xero.writes)

    def crash_at(self, point: str, *, times: int = 1) -> None:
        """Have the bot die when it reaches this point of its work: the next call into it raises `Crash`."""
        left = [times]

        def reached(found: str) -> None:
            if found == point and left[0]:
                left[0] -= 1
                raise Crash(point)

        self.house.connection.reached = reached

    def at(self, seconds: float, event: Callable[[], Any]) -> None:
        """Have something happen so many seconds from now, while the clock moves."""
        self.clock.at(self.clock.now() + timedelta(seconds=seconds), event)

    async def seconds_to_next_list(self) -> float:
        """How long until the next list is due."""
        async with self.house.database.read() as db:
            states = await self.house.connection.books.mirror.lists(db)
        return max(0.001, (min(state.due_at for state in states.values()) - self.clock.now()).total_seconds())


class Crash(BaseException):
    """The process dies here. A BaseException, so that nothing in the bot can catch it and go on."""


def _menu(view: View) -> str:
    """The name of the form's search menu, "" while it is not there yet."""
    menus = [block["element"]["action_id"] for block in view.blocks if block["type"] == "input"]
    return menus[0] if menus else ""


def _complain_about_open_transaction(call: Call) -> None:
    if is_in_transaction():
        raise AssertionError(f"a database transaction was open during {call.method} {call.path}")
