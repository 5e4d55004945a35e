"""The status of the connection."""

from __future__ import annotations

from collections.abc import Iterator

from xero_sync.loop.ports import Rendered
from xero_sync.reports.status import NOT_READ, Coverage, StatusReport
from xero_sync.reports.words import amounts, clock_time, counted
from xero_sync.slack.blocks import ALL_TEXT, NAME, context, escape, moment, notification, sections, within


def status_message(report: StatusReport) -> Rendered:
    """How the connection stands, in a few lines."""
    names = f"{report.organisation or 'Xero'} ↔ Scoro {report.site}"
    lines = [" · ".join([f"*{escape(names, 2 * NAME)}*", *_state(report)])]
    if report.state == "cannot read" and report.problem:
        lines.append(escape(report.problem))
    lines.extend(_coverage(report))
    lines.append(_waiting(report))
    on_hold = f" · on hold {report.on_hold:,}" if report.on_hold else ""
    lines.append(f"Possible duplicates {report.possible_duplicates:,} · could not be done {report.could_not_be_done:,}{on_hold}")
    lines.extend(escape(line) for line in report.lines)
    blocks = [*sections(within(lines, ALL_TEXT - 500)), context(" · ".join(_small_print(report)))]
    return Rendered(notification(f"{names}: {report.state}. {counted(report.waiting_documents, 'document')} waiting."), tuple(blocks))


def _state(report: StatusReport) -> Iterator[str]:
    match report.state:
        case "rehearsal":
            yield "rehearsal, nothing is written"
        case "first ten done":
            yield "the first ten are done, an admin says whether to go on"
        case "paused":
            yield f"paused until {moment(report.paused_until)}" if report.paused_until else "paused"
        case "cannot read":
            yield f"{' and '.join(report.unreadable)} cannot be read just now"
        case state:
            yield state
    last = f"last check {clock_time(report.last_check_at, report.zone)}" if report.last_check_at else "no check yet"
    yield f"{last}, next {clock_time(report.next_check_at, report.zone)}" if report.next_check_at else last


def _coverage(report: StatusReport) -> Iterator[str]:
    month = report.month.split()[0]
    if not report.coverage:
        yield f"{month}: no project money yet"
    for each in report.coverage:
        yield f"{month}: {_covered(each, sees_amounts=report.sees_amounts)}"


def _covered(each: Coverage, *, sees_amounts: bool) -> str:
    percent = f"{each.percent} %" if each.percent is not None else ""
    if not sees_amounts:
        return f"{percent or 'a part'} of project money in {each.project_money.currency} is on projects"
    return f"{each.attached} of {each.project_money} project money is on projects{f' ({percent})' if percent else ''}"


def _waiting(report: StatusReport) -> str:
    if not report.waiting_documents:
        return "Waiting: nothing"
    oldest = "" if report.oldest_days is None else f", oldest {counted(report.oldest_days, 'day')}"
    money = f"{amounts(report.waiting_money)} in " if report.waiting_money else ""
    cards = f" · {counted(report.open_questions, 'open question')}" if report.open_questions else ""
    return f"Waiting: {money}{counted(report.waiting_documents, 'document')}{oldest}{cards}"


def _small_print(report: StatusReport) -> Iterator[str]:
    yield f"Not read: {', '.join(NOT_READ)}"
    if report.options_in_use is not None:
        yield f"Options {report.options_in_use:,}"
    if report.calls_left:
        left, of = report.calls_left
        yield f"Xero calls left today {left:,} of {of:,}"
