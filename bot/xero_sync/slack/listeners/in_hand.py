"""The listeners at work. Bolt starts them and keeps no hold on them: one could be thrown away half done, or find the books closed under it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec

P = ParamSpec("P")
Listener = Callable[P, Awaitable[None]]


class InHand:
    """Holds on to every listener until it has ended, so that its end can be waited for."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()

    def __call__(self, listener: Listener[P]) -> Listener[P]:
        """The same listener, held on to while it runs. Bolt finds its arguments' names through the wrapper."""

        @wraps(listener)
        async def held(*args: P.args, **given: P.kwargs) -> None:
            if task := asyncio.current_task():
                self._tasks.add(task)
                # Not at the listener's end: what a mistake in it leads to belongs to the task too.
                task.add_done_callback(self._tasks.discard)
            await listener(*args, **given)

        return held

    async def finished(self, seconds: float) -> None:
        """Comes back when none is at work any more, or after so many seconds."""
        if tasks := set(self._tasks):
            await asyncio.wait(tasks, timeout=seconds)
