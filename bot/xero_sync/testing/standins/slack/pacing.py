"""How often Slack lets an app ask (Slack: section 8)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from xero_sync.testing.standins.slack.records import Refused
from xero_sync.testing.standins.slack.rules import METHODS

MINUTE = timedelta(minutes=1)


@dataclass
class Pacing:
    """429 `ratelimited` with Retry-After for who asks too often.

    posting_burst: so many messages a channel takes at once before it is held to one a second; None for no limit.
    has_tiers: whether each method takes only so many calls a minute as its tier allows.
    """

    now: Callable[[], datetime]
    posting_burst: int | None = None
    has_tiers: bool = False
    _posting: dict[str, tuple[float, datetime]] = field(default_factory=dict)  # channel id -> messages left, and when that was
    _minutes: dict[str, tuple[datetime, int]] = field(default_factory=dict)  # method -> since when, and calls since

    def take(self, method: str) -> None:
        """Counts one call of the method."""
        most = METHODS[method].per_minute if method in METHODS else None
        if not self.has_tiers or most is None:
            return
        now = self.now()
        since, calls = self._minutes.get(method, (now, 0))
        if now - since >= MINUTE:
            since, calls = now, 0
        if calls >= most:
            raise Refused("ratelimited", retry_after_seconds=max(1, -(-(since + MINUTE - now) // timedelta(seconds=1))))
        self._minutes[method] = since, calls + 1

    def post(self, channel_id: str) -> None:
        """Counts one message in the channel."""
        if self.posting_burst is None:
            return
        now = self.now()
        left, since = self._posting.get(channel_id, (float(self.posting_burst), now))
        left = min(float(self.posting_burst), left + (now - since).total_seconds())
        if left < 1:
            raise Refused("ratelimited", retry_after_seconds=1)
        self._posting[channel_id] = (left - 1, now)
