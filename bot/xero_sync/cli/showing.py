"""Messages and reports on a terminal: the words of the cards, without Slack's marks and buttons."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.text import Text

from xero_sync.loop.ports import Rendered
from xero_sync.reports.plain import plain

if TYPE_CHECKING:
    from xero_sync.cli.asking import Answer

_COMMAND: Final = "/xero-sync "
_LINK: Final = re.compile(r"<([^<>|\s]+)\|([^<>]*)>")
_MOMENT: Final = re.compile(r"<!date\^[^<>|]*\|([^<>]*)>")
_PERSON: Final = re.compile(r"<@([UW][A-Z0-9_]+)>")
_MARKED: Final = re.compile(r"(?<!\S)(?:\*(?P<bold>[^*\n]+)\*|_(?P<italic>[^_\n]+)_|`(?P<code>[^`\n]+)`)(?![^\s.,:;·])")
_FENCES: Final = dict.fromkeys((0x2068, 0x2069))


def say(*lines: str | Text) -> None:
    """Print these lines whole: a terminal folds them by itself, and a pipe gets them unbroken."""
    for line in lines:
        _console().print(line if isinstance(line, Text) else Text(_printable(line)), soft_wrap=True)


def say_json(report: object) -> None:
    """Print the report as one JSON object."""
    say(json.dumps(plain(report), ensure_ascii=False, indent=2))


def say_csv(rows: Iterable[Sequence[str]]) -> None:
    """Print the rows as CSV, the first of them the names of the columns."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([[_cell(value) for value in row] for row in rows])
    say(*written.getvalue().splitlines())


def _cell(value: str) -> str:
    """A spreadsheet takes a text that begins so for a formula; an amount may begin with a minus."""
    return f"'{value}" if value[:1] in ("=", "+", "@") or re.match(r"-(?![\d.]+$)", value) else value


def say_message(message: Rendered) -> None:
    """Print what the card says."""
    say(*message_lines(message))


def say_answer(answer: Answer, *, as_json: bool) -> None:
    """Print what a command was answered."""
    if as_json:
        say_json({"answer": answer.text, "is_done": answer.is_done, **(plain(answer.report) if answer.report is not None else {})})
        return
    if answer.text:
        say(*answer.text.splitlines())
    if answer.message is not None:
        say_message(answer.message)


def say_hint(*, sees_amounts: bool) -> None:
    """Say how this person gets to see amounts, where they do not."""
    from xero_sync.cli.asking import terminal_person_id

    if not sees_amounts:
        say(Text(f'Amounts are shown by role: set connection.people to give "{terminal_person_id()}" one.', style="dim"))


@contextmanager
def waiting_shown() -> Iterator[None]:
    """Show on a terminal that something is going on; a pipe and standard output get nothing of it."""
    with Console(stderr=True).status("Working. A running bot looks at it within 30 seconds."):
        yield


def complain(sentence: str) -> None:
    """Print what went wrong on standard error, in red where it is a terminal."""
    Console(stderr=True, highlight=False).print(Text(_printable(sentence), style="red"), soft_wrap=True)


def message_lines(message: Rendered) -> Iterator[Text]:
    """The message's texts line by line: bold and italic as such, links with their address, small print dim, no buttons."""
    for block in message.blocks:
        if block["type"] == "section":
            yield from map(_line, block["text"]["text"].splitlines())
        elif block["type"] == "context":
            for element in block["elements"]:
                for line in map(_line, element["text"].splitlines()):
                    line.stylize("dim")
                    yield line


def _line(mrkdwn: str) -> Text:
    line = _LINK.sub(r"\2 (\1)", _PERSON.sub(r"\1", _MOMENT.sub(r"\1", mrkdwn))).replace(_COMMAND, _COMMAND.removeprefix("/"))
    shown = Text()
    at = 0
    for found in _MARKED.finditer(line):
        shown.append(_plain(line[at : found.start()]))
        style = str(found.lastgroup)
        # A command is typed as it stands, so it keeps its marks.
        shown.append(_plain(found.group() if style == "code" else found.group(style)), style="bold" if style == "code" else style)
        at = found.end()
    return shown.append(_plain(line[at:]))


def _plain(text: str) -> str:
    return _printable(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").translate(_FENCES))


def _printable(text: str) -> str:
    """Without control characters: a supplier's name must not move the cursor."""
    return "".join(letter for letter in text if letter == "\n" or unicodedata.category(letter) != "Cc")


def _console() -> Console:
    # Made anew: standard output may be another one now.
    return Console(highlight=False)
