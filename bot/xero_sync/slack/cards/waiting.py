"""The list of what waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from xero_sync.loop.inbox import ASK
from xero_sync.loop.ports import Rendered
from xero_sync.reports.waiting import WaitingDocument, WaitingReport
from xero_sync.reports.words import amounts, counted, short_day
from xero_sync.slack.blocks import (
    ALL_TEXT,
    NAME,
    Block,
    actions,
    button,
    context,
    escape,
    link,
    notification,
    section,
    sections,
    text_length,
)

ASK_OLDEST: Final = "ask.oldest"
LISTED: Final = 20


def waiting_message(report: WaitingReport) -> Rendered:
    """The oldest first; for a person who sees counts only, how many."""
    if not report.count:
        return Rendered("Nothing is waiting.", (section("*Nothing is waiting.*"),))
    oldest = "" if report.oldest_days is None else f", oldest {counted(report.oldest_days, 'day')}"
    money = f" · {amounts(report.money)} net" if report.money else ""
    title = f"*{counted(report.count, 'document')} {'waits' if report.count == 1 else 'wait'}*{money}{oldest}"
    text = notification(f"{counted(report.count, 'document')} waiting{oldest}.")
    if not report.sees_amounts:
        return Rendered(
            text, (section(title), context("Suppliers and amounts are shown to bookkeepers, controllers and project managers."))
        )
    how = list(_how_to_answer(report))
    lines = _lines(report, ALL_TEXT - len(title) - text_length(how))
    return Rendered(text, (section(title), *sections(lines), *how))


def _how_to_answer(report: WaitingReport) -> Iterator[Block]:
    """What has no card in the channel is answered by having it posted."""
    if report.without_card:
        one = report.without_card == 1
        yield context(
            f"{counted(report.without_card, 'question')} {'has' if one else 'have'} no card yet. "
            f"A card comes at once from {report.card_threshold:,.2f} net, and only a few in an hour. "
            f"`/xero-sync {' '.join(ASK)}` has the oldest posted, to be answered there."
        )
        yield actions("waiting", [button("Answer the oldest", ASK_OLDEST, "oldest")])


def _lines(report: WaitingReport, room: int) -> Iterator[str]:
    """As many documents as there is room for, and how many more there are."""
    last = "and {:,} more, newer than these"
    room -= len(last.format(report.count))
    listed = 0
    for line in map(_line, report.documents[:LISTED]):
        room -= len(line) + 1
        if room < 0:
            break
        listed += 1
        yield line
    if more := report.count - listed:
        yield last.format(more)


def _line(document: WaitingDocument) -> str:
    """• Delft Signs, bill 10442, 18 Nov, £740.00, 6 days: No Scoro project is called "Harbor Refit"."""
    number = escape(document.number, NAME) or "without number"
    contact = escape(document.contact, NAME) or "no contact"
    why = escape(document.reason, 2 * NAME).rstrip(".")
    reason = f"could not be done. {why}" if document.could_not_be_done else why
    opened = f" · {link(document.xero_url, 'Xero')}" if document.xero_url else ""
    age = counted(document.days, "day")
    return f"• {contact}, {document.kind} {number}, {short_day(document.day)}, {document.net}, {age}: {reason}{opened}"
