"""What can be made to go wrong: with the bot's calls alone, never with those of the people of the demo."""

from __future__ import annotations

from typing import Final

from xero_sync.demo.agency import Agency
from xero_sync.demo.page.books import AGENT
from xero_sync.testing.standins.traffic import Call, Fault

XERO_BUSY, SCORO_DOWN, REPLY_LOST, PRESS_TWICE = "xero_busy", "scoro_down", "reply_lost", "press_twice"
FAULTS: Final = {
    XERO_BUSY: "Xero answers “too many calls”",
    SCORO_DOWN: "Scoro is down",
    REPLY_LOST: "The reply to the next write is lost",
    PRESS_TWICE: "Every button is pressed twice",
}
"""By its word, what a person reads at the switch."""
_RETRY_SECONDS: Final = "20"


class Faults:
    """The switches. is_on: by word."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency
        self._in_force: dict[str, list[Fault]] = {}
        self.presses_twice = False

    def is_on(self, word: str) -> bool:
        """A reply that was lost switches itself off."""
        if word == PRESS_TWICE:
            return self.presses_twice
        found = self._in_force.get(word, [])
        return bool(found) and not (word == REPLY_LOST and any(fault.struck for fault in found))

    def switch(self, word: str, *, is_on: bool) -> None:
        """Put this in force, or end it."""
        if word == PRESS_TWICE:
            self.presses_twice = is_on
            return
        xero, scoro = self._agency.xero.traffic, self._agency.scoro.traffic
        for fault in self._in_force.pop(word, []):
            xero.remove(fault)
            scoro.remove(fault)
        if not is_on:
            return
        match word:
            case "xero_busy":
                headers = {"retry-after": _RETRY_SECONDS, "x-rate-limit-problem": "minute"}
                found = [xero.add(Fault(".*/api.xro/.*", status=429, headers=headers, times=None, when=_is_bots))]
            case "scoro_down":
                found = [scoro.add(Fault(".*", status=503, html=True, times=None, when=_is_bots))]
            case "reply_lost":
                lost = Fault(".*/(modify|Options).*", drop="after", when=lambda call: _is_bots(call) and self.is_on(REPLY_LOST))
                written = Fault("/api.xro/.*", method="PUT", drop="after", when=lambda call: _is_bots(call) and self.is_on(REPLY_LOST))
                found = [scoro.add(lost), xero.add(written)]
            case _:
                raise KeyError(word)
        self._in_force[word] = found


def _is_bots(call: Call) -> bool:
    return call.headers.get("user-agent") != AGENT
