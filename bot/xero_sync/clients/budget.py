"""How often a service may be asked, paced ahead of time: one pure decision, and the `Budget` that keeps to it.

Xero counts in fixed windows that start at an unknown moment; a sliding window of the same size never exceeds them.
Where a reply says how many calls are left, that figure beats our own count, which knows nothing of a restart or of other programs.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from xero_sync.clock import Clock
from xero_sync.domain.lanes import Lane, is_reserved
from xero_sync.errors import LimitScope, RateLimited

LONGEST_WAIT_SECONDS = 90.0
"""A call waits so long for its turn; above that it is refused with the time to come back."""
_HOUR = timedelta(hours=1)
# Calls are counted by the hour, so the oldest hour has surely left the last 24 hours after 25.
_COUNTED_HOURS = timedelta(hours=25)
# The day's window starts anew at an unknown moment: one call an hour finds out.
_ASK_AGAIN = timedelta(hours=1)
_MOST_TOLD = 1_000_000_000


@dataclass(frozen=True)
class Limits:
    """What one key of a service allows, and what is kept for the lanes press and webhook.

    per_day: what is assumed until a reply says more; None where nothing is known. counts_days: a day's limit applies to this key.
    window_header, day_header: where a reply says what is left.
    """

    window_scope: LimitScope
    window_seconds: float
    per_window: int
    kept_per_window: int
    in_flight: int | None = None
    kept_in_flight: int = 0
    per_day: int | None = None
    counts_days: bool = True
    window_header: str = ""
    day_header: str = ""


@dataclass(frozen=True)
class Told:
    """Calls left as a reply said it at `at`, less those begun since."""

    left: int
    at: datetime


@dataclass(frozen=True)
class Usage:
    """What was asked of a service up to now.

    recent: when the calls of the last window began, oldest first. day_count: calls of the last 24 hours, whole hours counted; the oldest of
    them leaves at day_frees_at. most_told: the largest number of calls a day the service ever said were left.
    """

    recent: Sequence[datetime] = ()
    open_calls: int = 0
    day_count: int = 0
    day_frees_at: datetime | None = None
    window_told: Told | None = None
    day_told: Told | None = None
    most_told: int = 0
    held_until: datetime | None = None
    held_by: LimitScope = "minute"


@dataclass(frozen=True)
class Go:
    """The call may be made now."""


@dataclass(frozen=True)
class Full:
    """As many calls are open as may be: the next one that ends makes room."""


@dataclass(frozen=True)
class Wait:
    """Not before `until`."""

    scope: LimitScope
    until: datetime


Decision = Go | Full | Wait


def decide(limits: Limits, usage: Usage, lane: Lane, now: datetime) -> Decision:
    """Whether a call of this lane may be made now."""
    if usage.held_until is not None and now < usage.held_until:
        return Wait(usage.held_by, usage.held_until)
    day_until = _day_used_up_until(limits, usage, lane)
    if day_until is not None and now < day_until:
        return Wait("day", day_until)
    kept_slots = 0 if is_reserved(lane) else limits.kept_in_flight
    if limits.in_flight is not None and usage.open_calls >= limits.in_flight - kept_slots:
        return Full()
    window_until = _window_used_up_until(limits, usage, lane)
    if window_until is not None and now < window_until:
        return Wait(limits.window_scope, window_until)
    return Go()


def day_left(limits: Limits, usage: Usage) -> int | None:
    """Calls left today for the first two lanes; None where no limit is known."""
    if usage.day_told is not None:
        return max(usage.day_told.left, 0)
    return None if limits.per_day is None else max(limits.per_day - usage.day_count, 0)


def _day_used_up_until(limits: Limits, usage: Usage, lane: Lane) -> datetime | None:
    left = day_left(limits, usage)
    kept = 0 if is_reserved(lane) else max(limits.per_day or 0, usage.most_told) // 10
    if left is None or left > kept:
        return None
    return usage.day_told.at + _ASK_AGAIN if usage.day_told is not None else usage.day_frees_at


def _window_used_up_until(limits: Limits, usage: Usage, lane: Lane) -> datetime | None:
    window = timedelta(seconds=limits.window_seconds)
    kept = 0 if is_reserved(lane) else limits.kept_per_window
    until: list[datetime] = []
    too_many = len(usage.recent) + kept - limits.per_window
    if too_many >= 0:
        until.append(usage.recent[min(too_many, len(usage.recent) - 1)] + window)
    if usage.window_told is not None and usage.window_told.left <= kept:
        until.append(usage.window_told.at + window)
    return max(until, default=None)


class Budget:
    """The calls of one key (a Xero tenant, a Xero app, a Scoro site), shared by everything that calls with it."""

    def __init__(self, limits: Limits, *, service: str, title: str, clock: Clock) -> None:
        self.limits = limits
        self._service = service
        self._title = title
        self._clock = clock
        self._recent: deque[datetime] = deque()
        self._hours: deque[tuple[datetime, int]] = deque()
        self._open = 0
        self._begun = 0
        self._window_told: tuple[int, datetime, int] | None = None
        self._day_told: tuple[int, datetime, int] | None = None
        self._most_told = 0
        self._held: tuple[datetime, LimitScope] | None = None
        self._room = asyncio.Event()

    @property
    def calls_today(self) -> int:
        """Calls this program made in the last 24 hours, counted by whole hours."""
        return self._usage(self._clock.now()).day_count

    @property
    def day_left(self) -> int | None:
        """Calls left today; None where neither the service nor a setting says."""
        return day_left(self.limits, self._usage(self._clock.now()))

    def decision(self, lane: Lane) -> Decision:
        """Whether a call of this lane could begin now; nothing is counted."""
        now = self._clock.now()
        return decide(self.limits, self._usage(now), lane, now)

    def wait_seconds(self, lane: Lane) -> float:
        """How long a call of this lane would wait for its turn; 0 also where it waits for an open call to end."""
        decision = self.decision(lane)
        return max((decision.until - self._clock.now()).total_seconds(), 0.0) if isinstance(decision, Wait) else 0.0

    @asynccontextmanager
    async def turn(self, lane: Lane) -> AsyncIterator[None]:
        """Waits for this lane's turn and counts the call made inside.

        Raises RateLimited where the day is used up, or the wait would be longer than LONGEST_WAIT_SECONDS.
        """
        while not isinstance(decision := self.decision(lane), Go):
            if isinstance(decision, Full):
                await self._room.wait()
            else:
                await self._wait(decision)
        self._begin()
        try:
            yield
        finally:
            self._open -= 1
            self._room.set()
            self._room = asyncio.Event()

    def learn(self, headers: Mapping[str, str]) -> None:
        """Takes over what a reply says is left; to be called inside the turn of that reply."""
        now = self._clock.now()
        others = self._open - 1  # open calls may or may not be in the service's figure: they are taken off to be safe
        window_left = _count(headers.get(self.limits.window_header)) if self.limits.window_header else None
        if window_left is not None:
            self._window_told = (max(window_left - others, 0), now, self._begun)
        left = _count(headers.get(self.limits.day_header)) if self.limits.day_header else None
        if left is not None:
            self._day_told = (max(left - others, 0), now, self._begun)
            self._most_told = max(self._most_told, left)

    def hold(self, scope: LimitScope, until: datetime) -> None:
        """Stops every lane until then: the service refused a call for this limit. Limits of another key change nothing here."""
        if scope != self.limits.window_scope and not (scope == "day" and self.limits.counts_days):
            return
        self._held = (until, scope)
        if scope == "day":
            # By then a new day has begun, of which nothing was used.
            self._day_told = None
            self._hours.clear()
        else:
            self._window_told = None

    async def _wait(self, decision: Wait) -> None:
        seconds = (decision.until - self._clock.now()).total_seconds()
        if decision.scope == "day" or seconds > LONGEST_WAIT_SECONDS:
            said = sentence(self._title, decision.scope, decision.until)
            raise RateLimited(said, service=self._service, scope=decision.scope, retry_at=decision.until, status=None)
        await self._clock.sleep(max(seconds, 0.0))

    def _begin(self) -> None:
        now = self._clock.now()
        self._open += 1
        self._begun += 1
        self._recent.append(now)
        hour = now.replace(minute=0, second=0, microsecond=0)
        if self._hours and self._hours[-1][0] == hour:
            self._hours[-1] = (hour, self._hours[-1][1] + 1)
        else:
            self._hours.append((hour, 1))

    def _usage(self, now: datetime) -> Usage:
        window = timedelta(seconds=self.limits.window_seconds)
        while self._recent and self._recent[0] + window <= now:
            self._recent.popleft()
        while self._hours and self._hours[0][0] + _COUNTED_HOURS <= now:
            self._hours.popleft()
        held_until, held_by = self._held or (None, "minute")
        return Usage(
            recent=self._recent,
            open_calls=self._open,
            day_count=sum(count for _, count in self._hours),
            day_frees_at=self._hours[0][0] + _COUNTED_HOURS if self._hours else None,
            window_told=self._told(self._window_told),
            day_told=self._told(self._day_told),
            most_told=self._most_told,
            held_until=held_until,
            held_by=held_by,
        )

    def _told(self, told: tuple[int, datetime, int] | None) -> Told | None:
        return None if told is None else Told(told[0] - (self._begun - told[2]), told[1])


def sentence(title: str, scope: LimitScope, until: datetime) -> str:
    """What people are told when a limit is reached."""
    if scope == "day":
        return f"{title}'s calls for today are used up. Work goes on by itself at {until:%H:%M} UTC."
    return f"{title} allows no more calls just now. Work goes on by itself."


def xero_budget(clock: Clock, *, per_day: int = 1000) -> Budget:
    """For one Xero tenant: 60 calls a minute, 5 at once; 10 of the 60 and a tenth of the day are kept for press and webhook."""
    limits = Limits(
        window_scope="minute",
        window_seconds=60,
        per_window=60,
        kept_per_window=10,
        in_flight=5,
        kept_in_flight=1,
        per_day=per_day,
        window_header="x-minlimit-remaining",
        day_header="x-daylimit-remaining",
    )
    return Budget(limits, service="xero", title="Xero", clock=clock)


def xero_app_budget(clock: Clock) -> Budget:
    """For one Xero app over all its tenants: 10,000 calls a minute."""
    limits = Limits(
        window_scope="app-minute",
        window_seconds=60,
        per_window=10_000,
        kept_per_window=100,
        counts_days=False,
        window_header="x-appminlimit-remaining",
    )
    return Budget(limits, service="xero", title="Xero", clock=clock)


def scoro_budget(clock: Clock, *, per_second: int = 10, per_day: int | None = None) -> Budget:
    """For one Scoro site: at most 2 calls at once, and a polite part of the 40 calls in 2 seconds that the smaller plans allow.

    per_day: the plan's cap, which Scoro shows in its settings and nowhere else.
    """
    limits = Limits(
        window_scope="window",
        window_seconds=2,
        per_window=2 * per_second,
        kept_per_window=2 * per_second // 5,
        in_flight=2,
        kept_in_flight=1,
        per_day=per_day,
    )
    return Budget(limits, service="scoro", title="Scoro", clock=clock)


def _count(value: str | None) -> int | None:
    return min(int(value), _MOST_TOLD) if value is not None and value.isascii() and value.isdecimal() and len(value) < 20 else None
