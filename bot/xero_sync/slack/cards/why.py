"""Why a document stands where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from xero_sync.domain.fold import fold
from xero_sync.domain.money import Money
from xero_sync.loop.ports import Rendered
from xero_sync.reports.why import WhyAnswer, WhyDocument, WhyLine, WhyReport, WhyWrite
from xero_sync.reports.words import in_a_row, short_day
from xero_sync.slack.blocks import ALL_TEXT, NAME, context, escape, link, mention, moment, notification, section, sections, sentence, within

LINES_SHOWN: Final = 15
WRITES_SHOWN: Final = 6
PLACES_SHOWN: Final = 6
_WRITTEN: Final = {"done": "done and read back", "could not be done": "could not be done", "not read back yet": "not read back yet"}


def why_message(report: WhyReport) -> Rendered:
    """One document line by line; where there are several or none, how to name it."""
    if not report.sees_amounts:
        text = "Why a document stands where it stands is shown to bookkeepers, controllers and project managers."
        return Rendered(text, (section(text),))
    if report.document is not None:
        return _explained(report.document)
    typed = escape(report.words.strip(), NAME)
    if not typed:
        return _said("Type the document's number, too.", "For example `/xero-sync why 10442`.")
    if report.several:
        return _several(report, typed)
    return _said(
        f'No document "{typed}" has been read from Xero.',
        "Type its number as it stands there, or its id. `/xero-sync sync` looks in Xero again.",
    )


def _said(title: str, how: str) -> Rendered:
    return Rendered(notification(title), (section(f"*{title}*", how),))


def _several(report: WhyReport, typed: str) -> Rendered:
    """Which ones there are, and how one of them is named."""
    title = f'Several documents are called "{typed}".'
    of_contact = Counter(fold(each.contact) for each in report.several)
    by_name = [each for each in report.several if each.contact.strip() and of_contact[fold(each.contact)] == 1]
    by_id = [each for each in report.several if each not in by_name]
    lines = [
        f"• {_named(each)} · {each.net} net, {each.status}{f' · id `{escape(each.document_id, NAME)}`' if each in by_id else ''}{_opened(each)}"
        for each in report.several
    ]
    lines += [f"and {report.more:,} more, older than these"] if report.more else []
    blocks = (section(f"*{title}*"), *sections(within(lines, ALL_TEXT - 1_000)), context(*_how_to_name(by_name, by_id)))
    return Rendered(notification(title), blocks)


def _how_to_name(by_name: Sequence[WhyDocument], by_id: Sequence[WhyDocument]) -> Iterator[str]:
    """by_name: those with a contact no other one has; by_id: the rest, which no name tells apart."""
    if by_name:
        one = by_name[0]
        yield f"Add the name: `/xero-sync why {escape(one.number.casefold(), NAME)} {escape(one.contact.casefold(), NAME)}`."
    if by_id:
        yield f"Where the names are equal, type the id: `/xero-sync why {escape(by_id[0].document_id, NAME)}`."


def _explained(document: WhyDocument) -> Rendered:
    vat = f" (+ {document.vat} VAT)" if document.vat.amount > 0 else f" (- {-document.vat} VAT)" if document.vat.amount else ""
    head = [f"*{_named(document)}*{_opened(document)}", f"{document.net} net{vat} · {document.status}"]
    if stands := _stands(document.lines):
        head.append(stands)
    if document.standing:
        head.append(escape(document.standing))
    if any(line.is_on_hold for line in document.lines):
        head.append(f"`/xero-sync resume {escape(document.number or document.document_id, NAME)}` lifts the hold.")
    lines = [text for line in document.lines[:LINES_SHOWN] for text in _line(line)]
    if more := len(document.lines) - LINES_SHOWN:
        lines += [f"and {more:,} more lines"] if more > 0 else []
    writes = document.writes[-WRITES_SHOWN:]
    written = [f"*Written*{' (the last ones)' if len(writes) < len(document.writes) else ''}", *map(_write, writes)] if writes else []
    shown = within([*lines, *written], ALL_TEXT - sum(map(len, head)) - 200)
    return Rendered(notification(f"Why {_named(document)} stands where it stands."), (section(*head), *sections(shown)))


def _stands(lines: Sequence[WhyLine]) -> str:
    """£740.00 on Harbour Refit · £60.00 waits: together the document's net."""
    sums: dict[str, Money] = {}
    for line in lines:
        for where, net in _places(line):
            sums[where] = sums[where] + net if where in sums else net
    parts = [f"{net} {where}" for where, net in sums.items()]
    more = [f"and {len(parts) - PLACES_SHOWN:,} more"] if len(parts) > PLACES_SHOWN else []
    return " · ".join([*parts[:PLACES_SHOWN], *more])


def _places(line: WhyLine) -> Iterator[tuple[str, Money]]:
    if line.state == "attached":
        yield from ((f"on {escape(name, NAME)}", net) for name, net in line.projects)
    elif line.net.amount:
        yield _where(line).lower(), line.net


def _named(document: WhyDocument) -> str:
    """Delft Signs, bill 10442, 18 Nov 2026."""
    contact = escape(document.contact, NAME) or "no contact"
    number = escape(document.number, NAME) or "without number"
    return f"{contact}, {document.kind} {number}, {short_day(document.day)} {document.day.year}"


def _opened(document: WhyDocument) -> str:
    return f" · {link(document.xero_url, 'Xero')}" if document.xero_url else ""


def _line(line: WhyLine) -> Iterator[str]:
    """What the line is, where it is, and why."""
    what = f'"{escape(line.description, NAME)}"' if line.description else "The whole document"
    account = f"account {escape(line.account, NAME)}" if line.account else ""
    account += f" ({line.need})" if account and line.need else ""
    option = f'option "{escape(line.option, NAME)}"' if line.option else "no option"
    yield f"*{' · '.join(part for part in (what, f'{line.net} net', account, option) if part)}*"
    yield f"→ {_where(line)}. {_because(line)}"


def _where(line: WhyLine) -> str:
    match line.state:
        case "attached":
            if len(line.projects) == 1:
                return f"On {escape(line.projects[0][0], NAME)}"
            return f"On {in_a_row([f'{escape(name, NAME)} with {net}' for name, net in line.projects])}"
        case "waiting":
            return "Could not be done" if line.could_not_be_done else "Waits"
        case "no project needed":
            return "Needs no project"
        case _:
            return "Left out"


def _because(line: WhyLine) -> str:
    """The reason that was kept, unless the person's answer it rests on says as much; then what it still waits for."""
    answer = _answer(line.answer) if line.answer else ""
    said = "" if answer and line.state != "waiting" and not line.is_on_hold else escape(sentence(line.reason))
    why = " ".join(filter(None, (said, answer)))
    match = f" {escape(line.match)}" if line.match else ""
    asked = (
        f" It waits for an answer: {escape(sentence(line.question))}"
        if line.question and line.question.rstrip(".") not in line.reason
        else ""
    )
    return f"{why}{match}{asked}"


def _answer(answer: WhyAnswer) -> str:
    return f"{mention(answer.person_id)} answered “{escape(answer.label, NAME)}”, {moment(answer.at)}. {answer.reach}"


def _write(write: WhyWrite) -> str:
    problem = f" {escape(sentence(write.problem))}" if write.problem else ""
    return f"• {moment(write.at)}: {escape(write.text)}, {_WRITTEN[write.state]}.{problem}"
