"""One connection at work: its books, its two services, its voice, its settings and plugins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel

from xero_sync.clients.scoro import ScoroClient
from xero_sync.clients.xero import XeroClient
from xero_sync.clock import Clock
from xero_sync.domain.connection import ConnectionSettings
from xero_sync.domain.lanes import Lane, rank
from xero_sync.loop.ports import Cards, Speaker
from xero_sync.plugins import Plugins
from xero_sync.store.books import Books

_HOLD_OFF_MINUTES: Final = (0, 1, 5, 15)


def _go_on(point: str) -> None:
    """The default for `reached`: nothing stops here."""


@dataclass
class Connection:
    """What a pass works with. `house.py` builds it; nothing below makes one.

    entity: Scoro's business entity. reached: told at every point of `apply` and `announce` where a crash is interesting, for tests.
    has_looked: everything planned was done in the last whole pass: from then on a pass with nothing new in it ends early.
    has_shown_all, refused_to_show: False while Slack does not show what it should, and its words.
    refusals, writes_again_at: how often in a row a service took no writes, and until when it is left alone.
    """

    books: Books
    xero: XeroClient
    scoro: ScoroClient
    speaker: Speaker
    cards: Cards
    settings: ConnectionSettings
    plugins: Plugins
    plugin_settings: Mapping[str, BaseModel]
    clock: Clock
    entity: str = ""
    reached: Callable[[str], None] = _go_on
    lane: Lane = "changed"
    stopping: bool = False
    has_looked: bool = False
    reads_all_lists: bool = False
    has_shown_all: bool = True
    refused_to_show: str = ""
    refusals: int = 0
    writes_again_at: datetime | None = None

    @property
    def connection_id(self) -> str:
        return self.books.connection_id

    def work_in(self, lane: Lane) -> None:
        """Calls to both services count in this lane from now on."""
        self.lane = lane
        self.xero = self.xero.in_lane(lane)
        self.scoro = self.scoro.in_lane(lane)

    @property
    def is_holding_off(self) -> bool:
        """True while a service that took no writes is left alone. A person who presses is tried for all the same."""
        return self.lane != "press" and self.writes_again_at is not None and self.clock.now() < self.writes_again_at

    def hold_off(self) -> None:
        """A service takes no writes just now: it is tried again at once, then after 1, 5, and every 15 minutes."""
        minutes = _HOLD_OFF_MINUTES[min(self.refusals, len(_HOLD_OFF_MINUTES) - 1)]
        self.refusals += 1
        self.writes_again_at = self.clock.now() + timedelta(minutes=minutes)

    def write_on(self) -> None:
        """A write has got through."""
        self.refusals, self.writes_again_at = 0, None

    async def is_overtaken(self) -> bool:
        """True where something in a higher lane waits, or the process is to end: the pass then ends after the Action in hand."""
        if self.stopping:
            return True
        async with self.books.database.read() as db:
            first = await self.books.first_lane(db)
        return first is not None and first < rank(self.lane)
