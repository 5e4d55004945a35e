"""The pieces cards are built of: escaping, shortening, ids, and Slack's limits. Nobody else writes a block by hand.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any, Final

from xero_sync.domain.people import TERMINAL
from xero_sync.reports.words import short_day

Block = dict[str, Any]
Element = dict[str, Any]

NAME: Final = 80
"""So many characters of a name or description stand in a list."""
SENTENCE: Final = 400
"""So many characters of one text of a plugin or of a title stand on a card."""
BUTTON_TEXT: Final = 75
SHOWN_ON_A_BUTTON: Final = 40
"""A longer label is cut off by Slack on most screens, so the card spells it out."""
ALL_TEXT: Final = 8_800
"""Slack refuses a message whose blocks hold too much text together, and does not say where that begins: 11,341 characters were too many."""
_SECTION_TEXT: Final = 2_900
_MESSAGE_TEXT: Final = 1_000
_OPTION_TEXT: Final = 75
_LONGEST_ADDRESS: Final = 400
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI"})
_ENTITIES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_PERSON: Final = re.compile(r"[UW][A-Z0-9_]+")
_ESCAPED_PERSON: Final = re.compile(r"&lt;@([UW][A-Z0-9_]+)&gt;")


# Texts.


def clip(text: str, longest: int) -> str:
    """At most so many characters, on one line, the last one "…" where some are missing."""
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def escape(text: str, longest: int = SENTENCE) -> str:
    """Any text of others, safe in mrkdwn: no mention or link comes of it. Shortened before it is escaped, so that no entity is cut.

    Escaped it has at most twice so many characters, even where it is nothing but "&". A text with right-to-left parts is fenced off: it
    cannot turn round the amounts beside it.
    """
    text = clip(text, longest)
    lengths = accumulate(len(letter.translate(_ENTITIES)) for letter in text)
    text = clip(text, sum(length <= 2 * longest for length in lengths))
    if any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text):
        text = f"\u2068{text}\u2069"
    return text.translate(_ENTITIES)


def escape_but_people(text: str, longest: int = SENTENCE) -> str:
    """As `escape`, for our own sentences that name people as <@U…>."""
    return _ESCAPED_PERSON.sub(r"<@\1>", escape(text, longest))


def mention(person_id: str) -> str:
    """A person, as Slack shows its own; one from the terminal by name."""
    return f"<@{person_id}>" if _PERSON.fullmatch(person_id) else escape(person_id.removeprefix(TERMINAL), NAME)


def link(url: str, label: str) -> str:
    """A link that nothing in the address can end; the label alone where the address would take up the card."""
    safe = url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    shown = escape(label, NAME)
    return f"<{safe}|{shown}>" if len(safe) <= _LONGEST_ADDRESS else shown


def moment(at: datetime) -> str:
    """An instant in each reader's own time zone."""
    at = at.astimezone(UTC)
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{short_day(at.date())} {at.year}, {at:%H:%M} UTC>"


def sentence(text: str) -> str:
    """The text with a full stop, where it does not end with a mark already."""
    text = text.rstrip()
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def notification(text: str) -> str:
    """The sentence a notification and a screen reader say; also what stands in for blocks."""
    return escape(text, _MESSAGE_TEXT) or "xero-sync"


# Blocks.


def section(*lines: str) -> Block:
    """Lines of mrkdwn, already escaped. Nothing in them is turned into a link or mention by itself."""
    return {"type": "section", "text": _mrkdwn("\n".join(lines)), "expand": True}


def sections(lines: Iterable[str]) -> list[Block]:
    """The lines in as many sections as their lengths need."""
    packed: list[list[str]] = []
    for line in lines:
        if packed and sum(len(other) + 1 for other in packed[-1]) + len(line) <= _SECTION_TEXT:
            packed[-1].append(line)
        else:
            packed.append([line])
    return [section(*part) for part in packed]


def within(lines: Iterable[str], longest: int) -> list[str]:
    """The first lines that have so many characters together; "…" stands for the rest."""
    kept: list[str] = []
    left = longest
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            return [*kept, "…"]
        kept.append(line)
    return kept


def context(*lines: str) -> Block:
    """Small grey lines."""
    return {"type": "context", "elements": [_mrkdwn("\n".join(lines))]}


def actions(block_id: str, elements: Sequence[Element]) -> Block:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(
    label: str, action_id: str, value: str, *, is_primary: bool = False, confirm: Element | None = None, spoken: str = ""
) -> Element:
    """A button. value: ids only. spoken: what a screen reader says, where several cards have this label."""
    element: Element = {"type": "button", "text": plain(label, BUTTON_TEXT), "action_id": action_id, "value": value}
    if is_primary:
        element["style"] = "primary"
    if confirm:
        element["confirm"] = confirm
    if spoken:
        element["accessibility_label"] = clip(spoken, 75)
    return element


def confirmation(title: str, text: str, yes: str) -> Element:
    """What is asked before a button counts."""
    return {"title": plain(title, 100), "text": plain(text, 300), "confirm": plain(yes, 30), "deny": plain("Cancel", 30)}


def option(label: str, value: str) -> Element:
    """One line of a menu."""
    return {"text": plain(label, _OPTION_TEXT), "value": value}


def plain(text: str, longest: int) -> Element:
    """Text shown as it is: nothing in it has a meaning, so nothing is escaped."""
    return {"type": "plain_text", "text": clip(text, longest) or "…", "emoji": False}


def text_length(part: object) -> int:
    """The characters of all texts in these blocks together, as Slack seems to count them."""
    if isinstance(part, dict):
        own = part.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(text_length(inner) for inner in part.values())
    return sum(text_length(inner) for inner in part) if isinstance(part, list | tuple) else 0


def _mrkdwn(text: str) -> Element:
    return {"type": "mrkdwn", "text": text or " ", "verbatim": True}


# Ids.


@dataclass(frozen=True)
class Pressed:
    """What a button carries: which choice of which question, as the card stood."""

    question_id: str
    choice_id: str
    revision: int

    def __str__(self) -> str:
        return f"{self.question_id}|{self.choice_id}|{self.revision}"

    @classmethod
    def read(cls, value: str) -> Pressed | None:
        """None for a value that no card of ours has."""
        question_id, _, rest = value.partition("|")
        choice_id, _, revision = rest.rpartition("|")
        return cls(question_id, choice_id, int(revision)) if question_id and choice_id and revision.isdecimal() else None


@dataclass(frozen=True)
class FormOrigin:
    """What a form carries: the button it came from, and the card that stands in the channel."""

    pressed: Pressed
    channel: str
    message_ts: str

    def __str__(self) -> str:
        return f"{self.pressed}|{self.channel}|{self.message_ts}"

    @classmethod
    def read(cls, metadata: str) -> FormOrigin | None:
        rest, _, message_ts = metadata.rpartition("|")
        value, _, channel = rest.rpartition("|")
        pressed = Pressed.read(value)
        return cls(pressed, channel, message_ts) if pressed else None
