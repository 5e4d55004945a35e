"""What the loop reaches the world through. `house.py` plugs the real things in; the loop itself knows no Slack and no HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from xero_sync.reports.card import GoOnCard, ProblemCard, QuestionCard, SummaryCard
from xero_sync.reports.result import DayResult


@dataclass(frozen=True)
class Rendered:
    """A message ready to show: one plain sentence for notifications, and its blocks."""

    text: str
    blocks: tuple[dict[str, Any], ...]


class Cards(Protocol):
    """State to message, pure."""

    def question(self, card: QuestionCard) -> Rendered: ...

    def result(self, day: DayResult) -> Rendered: ...

    def problem(self, card: ProblemCard) -> Rendered: ...

    def go_on(self, card: GoOnCard) -> Rendered: ...

    def summary(self, card: SummaryCard) -> Rendered: ...

    def plain(self, text: str) -> Rendered:
        """A plugin's own message."""
        ...


class Speaker(Protocol):
    """Shows messages. Each call raises errors.RemoteError where the service refuses or does not answer."""

    async def post(self, channel: str, message: Rendered) -> str:
        """Post a message and give its id (Slack's ts)."""
        ...

    async def edit(self, channel: str, message_id: str, message: Rendered) -> None: ...

    async def tell(self, channel: str, person_id: str, text: str) -> None:
        """Say something only this person sees."""
        ...
