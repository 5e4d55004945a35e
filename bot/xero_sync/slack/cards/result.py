"""The result of the day: one message, edited all day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from xero_sync.loop.ports import Rendered
from xero_sync.reports.history import options_stay
from xero_sync.reports.result import DayResult, Part, PartName
from xero_sync.reports.words import amounts, clock_time, counted, in_a_row, long_day
from xero_sync.slack.blocks import Element, actions, button, confirmation, context, notification, section

SHOW_WAITING: Final = "show.waiting"
UNDO_DAY: Final = "undo.day"

_PHRASES: Final[dict[PartName, tuple[str, str]]] = {
    "on projects": ("{} document put on its project", "{} documents put on projects"),
    "waiting": ("{} {waiting}", "{} {waiting}"),
    "no project needed": ("{} needs no project", "{} need no project"),
    "left out": ("{} left out", "{} left out"),
}


def result_message(day: DayResult) -> Rendered:
    """What was checked that day, in parts that add up."""
    check = f" · last check {clock_time(day.last_check_at, day.zone)}" if day.last_check_at else ""
    lines = [f"*Xero to Scoro, {long_day(day.day)}*{check}"]
    for part in day.parts:
        if part.documents or part.money or part.name == "on projects":
            lines.extend(_part_lines(part, _waiting(day)))
    if notes := list(_notes(day)):
        lines.append(f"_Of the waiting, {in_a_row(notes)}._")
    lines.append(_checked(day))
    blocks = [section(*lines)]
    if buttons := list(_buttons(day)):
        blocks.append(actions(f"result.{day.day}", buttons))
    if day.asks_first:
        blocks.append(context("Nothing more is written until an admin says go on."))
    elif day.is_rehearsal:
        blocks.append(context("Rehearsal: nothing is written to Scoro or Xero. An admin ends it with `/xero-sync start`."))
    on_projects, waiting = day.part("on projects").documents, day.part("waiting").documents
    text = f"Xero to Scoro, {long_day(day.day)}: {on_projects:,} put on projects, {waiting:,} waiting, {day.checked:,} checked."
    return Rendered(notification(text), tuple(blocks))


def _buttons(day: DayResult) -> Iterator[Element]:
    if not day.part("waiting").is_empty:
        yield button("What is waiting", SHOW_WAITING, "waiting")
    if day.can_be_undone:
        stays = f"{options_stay(day.options_created)} What was changed since is left as it is."
        text = f"What was put on projects on this day, or taken off, goes back to where it was, and on hold. {stays} For controllers."
        title = f"Undo everything of {long_day(day.day)}?"
        yield button("Undo today's…", UNDO_DAY, str(day.day), confirm=confirmation(title, text, "Undo"))


def _part_lines(part: Part, waiting: str) -> Iterator[str]:
    """One line; where there are several currencies one more for each."""
    one, many = _PHRASES[part.name]
    count = (one if part.documents == 1 else many).format(f"{part.documents:,}", waiting=waiting)
    if len(part.money) <= 1:
        yield f"{count} · {part.money[0]} net" if part.money else count
        return
    yield count
    for money in part.money:
        yield f"      {money} net"


def _waiting(day: DayResult) -> str:
    is_asked = not day.is_rehearsal and day.need_no_answer < day.part("waiting").documents
    return "waiting for an answer" if is_asked else "waiting"


def _notes(day: DayResult) -> Iterator[str]:
    if day.partly:
        yield f"{day.partly:,} {'is' if day.partly == 1 else 'are'} partly on projects"
    if day.could_not_be_done:
        yield f"{day.could_not_be_done:,} could not be done"
    if day.need_no_answer and not day.is_rehearsal:
        yield "1 goes on by itself" if day.need_no_answer == 1 else f"{day.need_no_answer:,} go on by themselves"


def _checked(day: DayResult) -> str:
    money = f", {amounts(day.money)} net" if day.money else ""
    whole = f"Checked: {counted(day.checked, 'document')}{money}."
    if day.still_to_look_at:
        return f"{whole} Still to be looked at: {day.still_to_look_at:,}."
    if day.is_reading_well:
        return f"{whole} Nothing is missing."
    return f"{whole} {day.not_understood or 'Xero could not be read last time; it is tried again.'}"
