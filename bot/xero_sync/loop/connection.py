"""One connection at work: its books, its two services, its voice, its settings and plugins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from xero_sync.clients.scoro import ScoroClient
from xero_sync.clients.xero import XeroClient
from xero_sync.clock import Clock
from xero_sync.domain.connection import ConnectionSettings
from xero_sync.domain.lanes import LANES, Lane, rank
from xero_sync.loop.ports import Cards, Speaker
from xero_sync.plugins import Plugins
from xero_sync.store.books import Books


def _go_on(point: str) -> None:
    """The default for `reached`: nothing stops here."""


@dataclass
class Connection:
    """What a pass works with. `house.py` builds it; nothing below makes one.

    entity: Scoro's business entity. reached: told at every point of `apply` and `announce` where a crash is interesting, for tests.
    has_looked: a whole pass was made since the start: from then on a pass with nothing new in it ends early.
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

    @property
    def connection_id(self) -> str:
        return self.books.connection_id

    def work_in(self, lane: Lane) -> None:
        """Calls to both services count in this lane from now on."""
        self.lane = lane
        self.xero = self.xero.in_lane(lane)
        self.scoro = self.scoro.in_lane(lane)

    async def is_overtaken(self) -> bool:
        """True where something in a higher lane waits, or the process is to end: the pass then ends after the Action in hand."""
        if self.stopping:
            return True
        async with self.books.database.read() as db:
            waiting = await self.books.asked.waiting(db)
            due = await self.books.mirror.highest_due_lane(db)
        highest = min((found for found in (waiting, due) if found is not None), default=len(LANES))
        return highest < rank(self.lane)
