"""What a person reads of a message: its blocks as text, its buttons, whom it pings."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from xero_sync.testing.standins.slack.shapes import Json, elements_of

Names = Callable[[str], str]  # a user or channel id -> what Slack shows for it

_TOKEN = re.compile(r"<([^<>\n]+)>")
_CODE = re.compile(r"(`[^`\n]+`)")
_BROADCASTS = ("channel", "here", "everyone")


def _style(mark: str) -> re.Pattern[str]:
    # Slack formats only what stands between a mark that begins and one that ends a word.
    return re.compile(rf"(?<![\w{mark}]){mark}(?=[^\s{mark}])([^\n{mark}]*[^\s{mark}]){mark}(?![\w{mark}])")


_STYLES = [_style(re.escape(mark)) for mark in "*_~"]


def read_mrkdwn(text: str, names: Names) -> str:
    """The text as shown: links by their label, mentions by name, dates by their fallback, marks and escapes gone."""
    shown = _TOKEN.sub(lambda token: _read_token(token[1], names), text)
    parts = [part[1:-1] if _CODE.fullmatch(part) else _without_marks(part) for part in _CODE.split(shown)]
    return "".join(parts).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _without_marks(text: str) -> str:
    for style in _STYLES:
        text = style.sub(r"\1", text)
    return text


def _read_token(token: str, names: Names) -> str:
    target, _, label = token.partition("|")
    if target.startswith("!date^"):
        return label
    if target.startswith("!"):
        return f"@{label.lstrip('@') or target[1:]}"
    if target.startswith(("@", "#")):
        return target[0] + (label or names(target[1:]))
    return label or target


def read_text(text: Any, names: Names) -> str:
    """A text object as shown."""
    if not isinstance(text, dict):
        return ""
    raw = str(text.get("text", ""))
    return read_mrkdwn(raw, names) if text.get("type") == "mrkdwn" else raw


def read_blocks(blocks: Sequence[Json], names: Names) -> str:
    """The blocks as lines of text; what can be pressed or filled stands in brackets."""
    return "\n".join(line for block in blocks for line in _lines(block, names) if line)


def _lines(block: Json, names: Names) -> Iterator[str]:
    kind = block.get("type")
    if kind == "markdown":
        yield str(block.get("text", ""))
    elif kind == "context":
        yield " ".join(str(part["alt_text"]) if "alt_text" in part else read_text(part, names) for part in block["elements"])
    elif kind == "image":
        yield from (read_text(block.get("title"), names), f"[{block['alt_text']}]")
    elif kind == "input":
        yield read_text(block["label"], names)
    else:
        yield read_text(block.get("text"), names)
        yield from (read_text(part, names) for part in block.get("fields", []))
    yield " ".join(_read_element(element, names) for element in elements_of(block))
    yield read_text(block.get("hint"), names)


def _read_element(element: Json, names: Names) -> str:
    kind = element.get("type")
    if kind in ("checkboxes", "radio_buttons", "overflow"):
        return " ".join(f"[ ] {read_text(option['text'], names)}" for option in element["options"])
    if kind == "button":
        return f"[{read_text(element['text'], names)}]"
    initial = element.get("initial_option")
    started = read_text(initial["text"], names) if initial else next((str(v) for k, v in element.items() if k.startswith("initial_")), "")
    return f"[{started or read_text(element.get('placeholder'), names) or kind}]"


def buttons_of(blocks: Sequence[Json]) -> list[str]:
    """The texts of the buttons, in the order shown."""
    return [str(element["text"]["text"]) for block in blocks for element in elements_of(block) if element.get("type") == "button"]


def pings_of(part: Any) -> list[str]:
    """The broadcasts (channel, here, everyone) this text, text object or list of blocks would ring, in order."""
    if isinstance(part, str):
        return [found for token in _TOKEN.findall(part) if (found := token.partition("|")[0][1:]) in _BROADCASTS and token.startswith("!")]
    if isinstance(part, list):
        return [ping for inner in part for ping in pings_of(inner)]
    if not isinstance(part, dict):
        return []
    if part.get("type") in ("mrkdwn", "markdown"):
        return pings_of(part.get("text", ""))
    return [ping for inner in part.values() if not isinstance(inner, str) for ping in pings_of(inner)]
