"""How often one may ask (Xero API, section 6), and asking the same thing twice (section 7)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from xero_sync.testing.standins.xero.wire import EPOCH, Refusal, out_of_order

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
KEY_LIVES = timedelta(minutes=6)
LONGEST_KEY = 128
TENANTS_APART = timedelta(hours=5, seconds=11)
STARTER_DAY, PAID_DAY = 1000, 5000  # calls a day and tenant, by the app's tier


@dataclass
class Window:
    """A fixed window: the count starts again at the same moment of every minute or day. offset: how far that is from the full one."""

    length: timedelta
    limit: int | None
    offset: timedelta = timedelta()
    number: int = -1
    used: int = 0

    def turn(self, now: datetime) -> None:
        number = (now - EPOCH - self.offset) // self.length
        if number != self.number:
            self.number, self.used = number, 0

    @property
    def is_full(self) -> bool:
        return self.limit is not None and self.used >= self.limit

    def seconds_left(self, now: datetime) -> int:
        return -(-(self.length * (self.number + 1) - (now - EPOCH - self.offset)) // timedelta(seconds=1))


@dataclass
class Limits:
    """60 calls a minute, `day` a day, 5 at once, for each tenant; 10,000 a minute for the app. None turns a limit off.

    reset_offset: how far the app's and the first tenant's windows are shifted from midnight and the full minute; each further tenant's are
    shifted by `TENANTS_APART` more, since Xero starts them at another time for each.
    """

    now: Callable[[], datetime]
    day: int | None = PAID_DAY
    minute: int | None = 60
    concurrent: int | None = 5
    app_minute: int | None = 10_000
    reset_offset: timedelta = timedelta(hours=1, seconds=17)
    windows: dict[tuple[str, str], Window] = field(default_factory=dict)

    def take(self, tenant_id: str, in_flight: int) -> dict[str, str]:
        """Counts one call and returns the headers with what is left; raises 429 where nothing is."""
        now = self.now()
        asked = [("day", "X-DayLimit-Remaining", DAY, self.day), ("minute", "X-MinLimit-Remaining", MINUTE, self.minute)]
        windows = [(name, header, self._window(tenant_id, name, length, limit)) for name, header, length, limit in asked if tenant_id]
        windows.append(("appminute", "X-AppMinLimit-Remaining", self._window("", "appminute", MINUTE, self.app_minute)))
        for _, _, window in windows:
            window.turn(now)
        if tenant_id and self.concurrent is not None and in_flight > self.concurrent:
            raise Refusal(429, "", {"X-Rate-Limit-Problem": "concurrent"})
        for name, _, window in windows:
            if window.is_full:
                headers = {"X-Rate-Limit-Problem": name, "Retry-After": str(window.seconds_left(now))}
                raise Refusal(429, "", headers | _remaining(windows))
        for _, _, window in windows:
            window.used += 1
        return _remaining(windows)

    def _window(self, tenant_id: str, name: str, length: timedelta, limit: int | None) -> Window:
        if (tenant_id, name) not in self.windows:
            tenants = {tenant for tenant, _ in self.windows if tenant} - {tenant_id}
            offset = self.reset_offset + TENANTS_APART * len(tenants) if tenant_id else self.reset_offset
            self.windows[tenant_id, name] = Window(length, limit, offset)
        window = self.windows[tenant_id, name]
        window.limit = limit  # a test may change the limits while it runs
        return window


def _remaining(windows: list[tuple[str, str, Window]]) -> dict[str, str]:
    return {header: str(window.limit - window.used) for _, header, window in windows if window.limit is not None}


@dataclass(frozen=True)
class Kept:
    """The first answer under a key."""

    request: tuple[object, ...]
    at: datetime
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class IdempotencyKeys:
    """Answers kept for six minutes from the first use of their key, errors too.

    is_down: Xero's store of keys does not work, and every call that brings a key is 500 (section 7).
    """

    now: Callable[[], datetime]
    new_id: Callable[[str], str]
    kept: dict[str, Kept] = field(default_factory=dict)
    is_down: bool = False

    def find(self, key: str, request: tuple[object, ...]) -> Kept | None:
        """The answer to repeat; None where the request is new. Another request under a live key is 400."""
        if self.is_down:
            raise out_of_order(self.new_id)
        if len(key) > LONGEST_KEY:
            raise _misused("The Idempotency Key is longer than 128 characters")
        kept = self.kept.get(key)
        if kept is None or self.now() - kept.at >= KEY_LIVES:
            return None
        if kept.request != request:
            raise _misused(f"Idempotency Key {key} is used with a different request")
        return kept

    def keep(self, key: str, kept: Kept) -> None:
        self.kept[key] = kept


def _misused(message: str) -> Refusal:
    # Only the message is quoted; the shape around it is our own.
    return Refusal(400, {"ErrorNumber": 10, "Type": "ValidationException", "Message": message})
