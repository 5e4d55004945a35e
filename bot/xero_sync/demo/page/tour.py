"""The guided tour: five steps, each done when the books say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from xero_sync.demo.agency import Agency
from xero_sync.demo.page.opening import TOUR_BILL, TOUR_PROJECT
from xero_sync.testing.standins.slack import Message

COMMAND_BOX: Final = "command"


@dataclass(frozen=True)
class Stop:
    """One step. where: the key of the row it is about, "" while that is not there."""

    title: str
    sentence: str
    is_done: Callable[[], bool]
    where: Callable[[], str]


class Tour:
    """The five steps. A step counts as done only when those before it are."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency
        self._has_asked = False
        self.stops = (
            Stop(
                "Approve a bill",
                f"In Xero, approve bill {TOUR_BILL} of Brightline Studios: a freelancer's bill, without a project.",
                self._is_approved,
                lambda: f"xero/document/{self._bill()}",
            ),
            Stop(
                "Read the card",
                "In Slack the bot asks where the bill belongs, and suggests the project of their last bills.",
                lambda: bool(self._card()) or self._has_option(),
                self._card_key,
            ),
            Stop(
                "Press the button",
                "Be Bea, the bookkeeper, and press “Create option and use it”.",
                self._has_option,
                self._card_key,
            ),
            Stop(
                "See it in both books",
                f"Xero has the option “{TOUR_PROJECT}” now, and Scoro has the bill on that project.",
                self._is_on_project,
                lambda: f"scoro/project/{self._agency.project(TOUR_PROJECT)}",
            ),
            Stop("Ask how things stand", "Type status after /xero-sync and press Enter.", lambda: self._has_asked, lambda: COMMAND_BOX),
        )

    def typed(self, text: str) -> None:
        """Somebody typed these words after /xero-sync."""
        if text.strip().lower() == "status" and self._is_on_project():
            self._has_asked = True

    @property
    def done(self) -> int:
        """How many steps are done, from the first on."""
        return next((place for place, stop in enumerate(self.stops) if not stop.is_done()), len(self.stops))

    def _bill(self) -> str:
        return self._agency.bill(TOUR_BILL)

    def _is_approved(self) -> bool:
        return self._agency.xero.documents[self._bill()]["Status"] in ("AUTHORISED", "PAID")

    def _card(self) -> list[Message]:
        return self._agency.slack.cards(f"bill {TOUR_BILL}") if self._is_approved() else []

    def _card_key(self) -> str:
        card = self._card()
        return f"slack/message/{'/'.join(card[0].key)}" if card else ""

    def _has_option(self) -> bool:
        return any(option.name == TOUR_PROJECT for option in self._agency.xero.options("Project"))

    def _is_on_project(self) -> bool:
        copy = self._agency.scoro.copy_of(self._bill()) or {}
        return bool(self._has_option() and copy.get("project_id") == self._agency.project(TOUR_PROJECT))
