"""One run of the demo: the agency, its three services, the bot, and what people do with them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, TypeVar

import aiohttp

from xero_sync.demo.agency import CHANNEL, Agency
from xero_sync.demo.page import opening
from xero_sync.demo.page.books import Clerk
from xero_sync.demo.page.faults import Faults
from xero_sync.demo.page.happened import Happened
from xero_sync.demo.page.refused import NotDone
from xero_sync.demo.page.tour import Tour
from xero_sync.demo.process import WEBHOOK_KEY, BotProcess, services_of
from xero_sync.testing.standins.slack import CannotDo, Seen
from xero_sync.testing.standins.xero.shelves import Shelves
from xero_sync.testing.standins.xero.wire import Record

EVENTS_PATH: Final = "/slack/events"
WEBHOOK_PATH: Final = "/webhooks/xero"
_LONGEST_WAIT: Final = 30.0
_LOOK_SECONDS: Final = 0.05

T = TypeVar("T")


class Show:
    """Everything the page shows, and everything a person can do on it. Made by `open_show`.

    problem: why the bot does not work, "" while nothing is in its way. is_open: False until the opening scene is over.
    """

    def __init__(self, agency: Agency, bot: BotProcess, urls: Mapping[str, str], session: aiohttp.ClientSession) -> None:
        self.agency = agency
        self.bot = bot
        self.happened = Happened(agency, now=agency.xero.now)
        self.faults = Faults(agency)
        self.tour = Tour(agency)
        self.clerk = Clerk(agency, urls, session)
        self.problem = ""
        self.is_open = False
        self._session = session
        self._untold: list[str] = []
        agency.xero.listeners.append(self._hears)

    # What people do in Slack.

    async def command(self, person: str, text: str) -> Seen:
        """Type /xero-sync and these words."""
        self.happened.begin(f"{self._name(person)} types /xero-sync {text}".rstrip())
        self.tour.typed(text)
        return await self._said(person, self.agency.slack.command(text, person, CHANNEL))

    async def use(
        self, person: str, where: str, ids: tuple[str, str], choice: object = None, *, query: str | None = None, label: str = ""
    ) -> Seen:
        """Press a button or choose in a menu. where: a message's ts or a view's id. ids: block and action. label: what is pressed, "" for a field.

        A button is pressed twice at once where that fault is on.
        """
        if label:
            self.happened.begin(f"{self._name(person)} presses “{label}”")
        times = 2 if label and self.faults.presses_twice else 1
        uses = [self.agency.slack.use(where, *ids, choice, person, query=query) for _ in range(times)]
        seen, *_ = await asyncio.gather(*(self._said(person, one) for one in uses))
        return seen

    async def search(self, person: str, where: str, ids: tuple[str, str], query: str) -> list[dict[str, str]]:
        """What the bot offers in a menu for what was typed."""
        found = await self.agency.slack.search(where, ids, query, person)
        return [{"text": option.text, "value": option.value} for option in found]

    async def submit(self, person: str, view_id: str) -> Seen:
        """Send the form, with what stands in its fields."""
        self.happened.begin(f"{self._name(person)} sends the form “{self.agency.slack.view(person).title}”")
        return await self._said(person, self.agency.slack.submit(view_id, user=person))

    async def close(self, person: str, view_id: str) -> None:
        """Close the form."""
        await self.agency.slack.close(view_id, person)

    async def open_home(self, person: str) -> None:
        """Look at the app's home tab."""
        await self.agency.slack.open_home(person)

    # What people do in the books.

    async def in_books(self, title: str, act: Awaitable[None]) -> None:
        """Do this in Xero or Scoro, and let Xero tell the bot. Raises NotDone where the service refuses."""
        self.happened.begin(title)
        await act
        await self.tell_bot()

    async def tell_bot(self) -> None:
        """Xero posts what has changed to the bot's webhook, as it does within seconds. What the bot does not take is posted next time."""
        if not self.bot.is_running:
            return
        untold, self._untold = self._untold, []
        for document_id in untold:
            body, headers = self.agency.xero.notice(document_id, key=WEBHOOK_KEY)
            try:
                async with self._session.post(f"{self.bot.url}{WEBHOOK_PATH}", data=body, headers=headers) as answer:
                    status = answer.status
            except aiohttp.ClientError:
                status = 0
            request = f"POST {WEBHOOK_PATH}\nx-xero-signature: {headers['x-xero-signature']}\n\n{body.decode()}"
            self.happened.tell(
                "Xero", "tells the bot that a document has changed, signed", request, str(status or "no answer"), is_well=status == 200
            )
            if status != 200:
                self._untold.append(document_id)

    # How it begins.

    async def begin(self, *, is_new: bool) -> None:
        """Start the bot; on new books people then end the rehearsal and answer a first question."""
        try:
            await self._start_bot()
            await self.tell_bot()
            if is_new:
                await opening.play(self)
            self.is_open = True
        except (NotDone, CannotDo) as problem:
            self.problem = str(problem)

    async def until(self, claim: Callable[[], T]) -> T:
        """What the claim gives as soon as it is true. Raises CannotDo where that takes too long."""
        return await self.agency.slack.until(claim, _LONGEST_WAIT)

    async def _start_bot(self) -> None:
        self.agency.slack.request_url = f"{self.bot.url}{EVENTS_PATH}"
        await self.bot.start()
        try:
            async with asyncio.timeout(_LONGEST_WAIT):
                while not await self._is_healthy():
                    if not self.bot.is_running:
                        raise NotDone(f"The bot has ended by itself. Its log ends with:\n{self.bot.last_words}")
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            raise NotDone(f"The bot does not answer within {_LONGEST_WAIT:.0f} seconds.") from None

    async def _is_healthy(self) -> bool:
        try:
            async with self._session.get(f"{self.bot.url}/health") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    # Inside.

    async def _said(self, person: str, act: Awaitable[Seen]) -> Seen:
        """What came of it, once it is told what was sent to the bot."""
        seen = await act
        if seen.payload is not None:
            sent = json.dumps(seen.payload, ensure_ascii=False, indent=2)
            answered = json.dumps(seen.ack, ensure_ascii=False, indent=2) if seen.ack else seen.error or "(taken)"
            words = f"tells the bot what {self._name(person)} did, signed"
            self.happened.tell("Slack", words, f"POST {EVENTS_PATH}\n\n{sent}", answered, is_well=seen.error is None)
        if seen.error:
            raise NotDone(f"Slack says that the bot did not answer ({seen.error}).")
        return seen

    def _name(self, person: str) -> str:
        return self.agency.slack.workspace.name_of(person)

    def _hears(self, _: Shelves, record: Record, __: str) -> None:
        """A record of Xero has changed: Scoro's own Xero sync looks at a document at once, the bot is told when the call is over."""
        if record.kind == "Contacts":
            return
        self.agency.scoro.copies_from([record.fields])
        if record.record_id not in self._untold:
            self._untold.append(record.record_id)


@asynccontextmanager
async def open_show(agency: Agency, folder: Path) -> AsyncIterator[Show]:
    """The three services on their sockets, and a bot that is not started yet. At the end the bot has ended."""
    async with services_of(agency) as urls, aiohttp.ClientSession(trust_env=False) as session:
        show = Show(agency, BotProcess(folder, agency, urls, is_over_http=True), urls, session)
        try:
            yield show
        finally:
            await show.bot.stop()
