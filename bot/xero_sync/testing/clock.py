"""A clock that only moves when it is told to, or when somebody sleeps on it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

DEFAULT_START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


class SteppedClock:
    """Time for tests: `sleep` takes no real time. What was planned with `at` runs when its moment comes, in the task that moves the clock."""

    def __init__(self, start: datetime = DEFAULT_START) -> None:
        self._now = start
        self._planned: list[tuple[datetime, int, Callable[[], Awaitable[object] | None]]] = []
        self._count = 0
        self._is_running = False

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        await self.advance_to(self._now + timedelta(seconds=max(seconds, 0)))
        # Others get their turn as they would while somebody sleeps.
        await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        await self.advance_to(self._now + timedelta(seconds=seconds))

    async def advance_to(self, moment: datetime) -> None:
        """Move to that moment, running on the way what was planned."""
        while not self._is_running and (due := min((entry for entry in self._planned if entry[0] <= moment), default=None)):
            self._planned.remove(due)
            self._now = max(self._now, due[0])
            self._is_running = True
            try:
                if (outcome := due[2]()) is not None:
                    await outcome
            finally:
                self._is_running = False
        self._now = max(self._now, moment)

    def at(self, moment: datetime, event: Callable[[], Awaitable[object] | None]) -> None:
        """Have this happen when the clock reaches the moment."""
        self._count += 1
        self._planned.append((moment, self._count, event))
