"""What was done: the last days, and one of them write by write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from xero_sync.loop.ports import Rendered
from xero_sync.reports.history import DAYS, DayReport, Did, Done, HistoryDay, HistoryReport, HistoryWrite
from xero_sync.reports.words import amounts, clock_time, counted, in_a_row, long_day, placed
from xero_sync.slack.blocks import (
    ALL_TEXT,
    NAME,
    Block,
    context,
    escape,
    escape_but_people,
    mention,
    notification,
    section,
    sections,
    sentence,
    within,
)

WRITES_LISTED: Final = 40
_ONE: Final[dict[Did, str]] = {
    "put on projects": "{} document put on its project",
    "moved": "{} document moved to another project",
    "changed": "{} document with another amount",
    "put back": "{} document put back on its project",
    "taken off": "{} document taken off its project",
    "undone": "{} document undone",
    "option created": "{} option created in Xero",
    "option written": "{} document given its option in Xero",
    "comment or field": "{} comment or field written in Scoro",
    "could not be done": "{} could not be done",
    "open": "{} not read back yet",
}
_MANY: Final[dict[Did, str]] = {
    **_ONE,
    "put on projects": "{} documents put on projects",
    "moved": "{} documents moved to other projects",
    "changed": "{} documents with other amounts",
    "put back": "{} documents put back on their projects",
    "taken off": "{} documents taken off their projects",
    "undone": "{} documents undone",
    "option created": "{} options created in Xero",
    "option written": "{} documents given their options in Xero",
    "comment or field": "{} comments and fields written in Scoro",
}
_COUNTS_ONLY: Final = "Suppliers and amounts are shown to bookkeepers, controllers and project managers."


def history_message(report: HistoryReport) -> Rendered:
    """The last days on which anything was done, newest first."""
    title = f"What was done in the last {DAYS} days"
    if not report.days:
        text = f"Nothing was done in the last {DAYS} days."
        return Rendered(text, (section(f"*{text}*"),))
    lines = [f"*{title}*", *(line for day in report.days for line in _day(day))]
    blocks = (*sections(within(lines, ALL_TEXT - 500)), context(*_how(report.days[0].day, sees_amounts=report.sees_amounts)))
    return Rendered(notification(f"{title}: {counted(len(report.days), 'day')} with changes."), blocks)


def day_message(report: DayReport) -> Rendered:
    """One day write by write."""
    day = report.summary.day
    title = f"What was done on {long_day(day)} {day.year}"
    if report.summary.is_empty:
        text = f"Nothing was done on {long_day(day)} {day.year}."
        return Rendered(text, (section(f"*{text}*"),))
    head = [f"*{title}*", *_items(report.summary)]
    writes = [_write(write, report) for write in report.writes[:WRITES_LISTED]]
    more = len(report.writes) - len(writes)
    how = list(_how(day, sees_amounts=report.sees_amounts, is_day=True))
    room = ALL_TEXT - sum(len(line) + 1 for line in (*head, *how)) - 100
    shown = within(writes, room)
    if more > 0 and shown == writes:
        shown = [*shown, f"and {more:,} more"]
    blocks: list[Block] = [*sections(head), *sections(shown), context(*how)]
    return Rendered(notification(f"{title}."), tuple(blocks))


def no_day_message(words: str) -> Rendered:
    """What was typed is no day."""
    title = f'No day is called "{escape(words, NAME)}".'
    return Rendered(notification(title), (section(f"*{title}*", "Type it as 2026-11-24, 24 Nov, yesterday or today."),))


def _day(day: HistoryDay) -> Iterator[str]:
    yield f"*{long_day(day.day)}*"
    yield from _items(day)


def _items(day: HistoryDay) -> Iterator[str]:
    for done in day.done:
        yield f"• {_done(done)}"
    if day.resumed:
        yield f"• {counted(day.resumed, 'hold')} lifted"
    if day.answers:
        people = in_a_row([f"{mention(person_id)} {many:,}" for person_id, many in day.answers])
        yield f"• {counted(sum(many for _, many in day.answers), 'answer')} given: {people}"


def _done(done: Done) -> str:
    money = f" · {amounts(done.money)} net" if done.money else ""
    return f"{(_ONE if done.count == 1 else _MANY)[done.did].format(f'{done.count:,}')}{money}"


def _write(write: HistoryWrite, report: DayReport) -> str:
    """• 14:05 Delft Signs, bill 10442: no project → Tidewater Launch · £600.00 net. Option and project have the same name."""
    at = clock_time(write.at, report.zone)
    if not write.document_id:
        done = _done(Done(write.did, 1)) if write.did in ("could not be done", "open") else "Option created in Xero"
        about = done if write.did != "comment or field" else "Comment or field written in Scoro"
        return f"• {at} {about}: {escape(write.what, NAME)}. {_why(write)}"
    contact, number = escape(write.contact, NAME) or "no contact", escape(write.number, NAME) or "without number"
    state = {"could not be done": " · could not be done", "open": " · not read back yet", "undone": " · undone"}.get(write.did, "")
    if write.net is None:
        done = f"given {escape(write.what, 2 * NAME)}"
    else:
        done = f"{escape(placed(write.from_projects), 2 * NAME)} → {escape(placed(write.to_projects), 2 * NAME)} · {write.net} net"
    return f"• {at} {contact}, {write.kind or 'document'} {number}: {done}{state}. {_why(write)}"


def _why(write: HistoryWrite) -> str:
    return escape_but_people(sentence(write.problem or write.reason), 2 * NAME) if write.problem or write.reason else ""


def _how(day: date, *, sees_amounts: bool, is_day: bool = False) -> Iterator[str]:
    """What can be done with it."""
    if not sees_amounts:
        yield _COUNTS_ONLY
        return
    if not is_day:
        yield f"`/xero-sync history {day}` lists the writes of a day."
    yield f"`/xero-sync undo {day}` puts back what was done in Scoro on that day; for controllers. Options stay in Xero."
