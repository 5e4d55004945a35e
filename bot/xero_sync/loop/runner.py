"""Run passes: one at a time per connection, woken by presses, webhooks and the tick. What was asked for is a row, so nothing is lost in a crash."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from xero_sync.domain.lanes import LANES, Lane
from xero_sync.log import logger
from xero_sync.loop.connection import Connection
from xero_sync.loop.pass_ import run_pass
from xero_sync.loop.reading import all_needed_read
from xero_sync.loop.schedule import LISTS_PER_TICK
from xero_sync.loop.sweep import sweep_a_slice

TICK_SECONDS: Final = 30.0
_MOST_PASSES: Final = 1000

log = logger(__name__)


async def next_lane(connection: Connection) -> Lane | None:
    """The lane of the most urgent thing to do, None where there is nothing."""
    books = connection.books
    async with books.database.read() as db:
        first = await books.first_lane(db)
        if first is not None:
            return LANES[first]
        states = await books.mirror.lists(db)
    now = connection.clock.now()
    is_list_due = not all_needed_read(connection, states) or any(state.due_at <= now for state in states.values())
    is_left_over = not (connection.has_looked and connection.has_shown_all)
    return "changed" if is_list_due or is_left_over else None


async def work(connection: Connection, *, lists_per_service: int | None = LISTS_PER_TICK) -> int:
    """Run passes until nothing is to do; how many there were. A pass that found nothing new ends it: what still waits comes with the next tick."""
    passes = 0
    while passes < _MOST_PASSES and not connection.stopping:
        lane = await next_lane(connection)
        if lane is not None:
            report = await run_pass(connection, lane, lists_per_service=lists_per_service)
            passes += 1
            if report.did_work:
                continue
        # Only when nothing else is to do; after each slice somebody may wait.
        if not await sweep_a_slice(connection):
            break
    return passes


class InProcessRunner:
    """Everything in this process: a task per connection, a tick, and a lock through its loop."""

    def __init__(self, found: list[Connection]) -> None:
        self._connections = {connection.connection_id: connection for connection in found}
        self._wakes = {connection_id: asyncio.Event() for connection_id in self._connections}
        self._tasks: list[asyncio.Task[None]] = []

    def wake(self, connection_id: str) -> None:
        """Have the connection look what there is to do. Wakes that come while it works are one."""
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
