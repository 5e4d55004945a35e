"""How the page begins: drafts to approve, the rehearsal over, a first question answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xero_sync.demo.agency import ADA, FINN, Agency
from xero_sync.testing.standins.slack import Message
from xero_sync.testing.standins.xero import Line, line

if TYPE_CHECKING:
    from xero_sync.demo.page.show import Show

TOUR_BILL: Final = "2219"
TOUR_PROJECT: Final = "Tidewater Launch"
_DRAFTS: Final[tuple[tuple[str, str, str, tuple[Line, ...]], ...]] = (
    ("ACCPAY", TOUR_BILL, "Brightline Studios", (line(980, description="Motion design, part two"),)),
    ("ACCPAY", "10466", "Delft Signs", (line(310, account="320", option="Harbor Refit", description="Door signs"),)),
    ("ACCPAY", "PP-3318", "Pressgang Print", (
        line(640, account="320", option="Winter Windows", description="Window film"),
        line(380, account="320", option="Fennimore Store", description="Shelf labels"),
    )),
    ("ACCPAY", "KC-209", "Kettle & Crumb", (line("86.20", account="460", description="Kitchen supplies"),)),
    ("ACCPAYCREDIT", "PP-C15", "Pressgang Print", (line(120, account="320", option="Winter Windows", description="Posters returned"),)),
    ("ACCREC", "INV-0311", "Quay Trust", (line(5200, account="200", option="Quay Lantern", description="Lantern, first stage"),)),
)  # fmt: skip
"""Type, number, contact and lines of what a person can approve; the tour's bill first."""


def add_drafts(agency: Agency) -> None:
    """Documents that nobody has approved yet, settings under which every card comes at once, and a quick Scoro."""
    agency.connection |= {"invoices": "to_scoro", "cards_per_hour": 50}
    agency.scoro.limits.per_window = 80
    for type_, number, contact, lines in _DRAFTS:
        agency.xero.enters(type_, number, contact, lines, date=agency.day(0), status="DRAFT")


async def play(show: Show) -> None:
    """Ada ends the rehearsal; Finn says where the first bills of Brightline Studios belong. Raises CannotDo where something does not come."""
    slack = show.agency.slack
    await show.until(lambda: slack.card("Rehearsal", "Checked:"))
    asked = await show.command(ADA, "start")
    (question,) = await show.until(lambda: asked.messages)
    await slack.press(question, "End the rehearsal", ADA)
    await show.until(lambda: not slack.card("Xero to Scoro", "Checked:").has("Rehearsal"))
    card = await show.until(lambda: slack.card("Brightline Studios", "Choose project…"))
    await slack.press(card, "Choose project…", FINN)
    await show.until(lambda: slack.view(FINN).fields)
    form = slack.view(FINN)
    (field,) = form.fields
    offered = await slack.search(form, field, TOUR_PROJECT, FINN)
    await slack.select(form, field, offered[0].text, FINN, query=TOUR_PROJECT)
    await slack.submit(form, user=FINN)
    await show.until(lambda: _is_done(slack.latest(card)) and slack.card("Xero to Scoro", "Nothing is missing."))


def _is_done(card: Message) -> bool:
    """Whether somebody's answer was carried out for every document on it."""
    return card.has("Answered by") and card.has(" are on ") and not card.buttons
