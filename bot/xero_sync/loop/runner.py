"""Run passes: one at a time per connection, woken by presses, webhooks and the tick. What was asked for is a row, so nothing is lost in a crash."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final, Protocol

from xero_sync.domain.lanes import LANES, Lane
from xero_sync.log import logger
from xero_sync.loop.connection import Connection
from xero_sync.loop.pass_ import run_pass
from xero_sync.loop.reading import all_needed_read
from xero_sync.loop.schedule import LISTS_PER_TICK
from xero_sync.store import connections

TICK_SECONDS: Final = 30.0
_MOST_PASSES: Final = 1000

log = logger(__name__)


class Runner(Protocol):
    """Wakes connections. Which process does the work is the implementation's matter."""

    def wake(self, connection_id: str) -> None:
        """Have the connection look what there is to do. Wakes that come while it works are one."""
        ...


async def next_lane(connection: Connection, *, with_lists: bool) -> Lane | None:
    """The lane of the most urgent thing to do, None where there is nothing. with_lists: due lists count too."""
    books = connection.books
    async with books.database.read() as db:
        waiting = await books.asked.waiting(db)
        due = await books.mirror.highest_due_lane(db)
        states = await books.mirror.lists(db)
    found = [lane for lane in (waiting, due) if lane is not None]
    if found:
        return LANES[min(found)]
    now = connection.clock.now()
    is_list_due = not all_needed_read(connection, states) or any(state.due_at <= now for state in states.values())
    return "changed" if with_lists and is_list_due else None


async def work(connection: Connection, *, lists_per_service: int | None = LISTS_PER_TICK) -> int:
    """Run passes until nothing is to do; how many there were. A pass that changed nothing ends it: what still waits comes with the next tick."""
    passes = 0
    with_lists = True
    while passes < _MOST_PASSES and not connection.stopping:
        lane = await next_lane(connection, with_lists=with_lists)
        if lane is None:
            break
        report = await run_pass(connection, lane, lists_per_service=lists_per_service)
        passes += 1
        if lane != "press":
            with_lists = lists_per_service is None or not await _has_read_all(connection)
        if not report.did_work:
            break
    return passes


async def _has_read_all(connection: Connection) -> bool:
    async with connection.books.database.read() as db:
        stored = await connections.get(db, connection.connection_id)
    return stored is not None and stored.first_read_at is not None


class InProcessRunner:
    """Everything in this process: a task per connection, a tick, and a lock through its loop."""

    def __init__(self, found: list[Connection]) -> None:
        self._connections = {connection.connection_id: connection for connection in found}
        self._wakes = {connection_id: asyncio.Event() for connection_id in self._connections}
        self._tasks: list[asyncio.Task[None]] = []

    def wake(self, connection_id: str) -> None:
        if event := self._wakes.get(connection_id):
            event.set()

    def start(self) -> None:
        """Begin working, with a first look at once."""
        self._tasks = [asyncio.create_task(self._work(connection), name=f"work {key}") for key, connection in self._connections.items()]

    async def stop(self) -> None:
        """End after the Action in hand; every row stays for the next start."""
        for connection in self._connections.values():
            connection.stopping = True
            self._wakes[connection.connection_id].set()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self, connection: Connection) -> None:
        event = self._wakes[connection.connection_id]
        while not connection.stopping:
            event.clear()
            try:
                await work(connection)
            except Exception:
                # A pass that dies is run again: every step so far is in the books.
                log.exception("pass.died", connection_id=connection.connection_id)
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), TICK_SECONDS)
