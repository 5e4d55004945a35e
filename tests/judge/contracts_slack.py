"""Slack's part of the judge: every call, card, form and answer of ours against Slack's own types, the known limits, and what both leave open.

The types know every key and no length; the limits know lengths and counts; the rest are rules of Slack's documentation, each with the
section of the project's notes on Slack that has it.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import jsonschema
from jsonschema.protocols import Validator
from tests.judge.contracts import ARGUMENTS, LIMITS_FILE, Json, accept, faults_in, folder, read_json

BLOCKS, VIEW = "slack/block-kit/known_block.schema.json", "slack/block-kit/view.schema.json"
MOST_BLOCKS = 50
"""Section 8: in a message."""
ALL_TEXT = 9_000
"""Section 2: a message of 11,341 characters was refused."""
TEXT = 40_000
"""Section 8: a message's text is cut there."""
ADDED_BY_BOLT = frozenset({"team_id", "token"})
"""Section 2: they stand in the body of every call, and in no method's arguments."""
PINGS = re.compile(r"<!(channel|here|everyone)\b")
"""Section 9: a project called <!channel> must not ping."""

# What leaves the app beside the methods; Slack publishes no types for these.
ANSWERS: dict[str, frozenset[str]] = {
    "response_url": frozenset(
        {"text", "blocks", "response_type", "replace_original", "delete_original", "unfurl_links", "unfurl_media", "thread_ts", "metadata"}
    ),
    "command ack": frozenset({"text", "blocks", "response_type", "unfurl_links", "unfurl_media"}),
    "view ack": frozenset({"response_action", "errors", "view"}),
    "options ack": frozenset({"options", "option_groups"}),
}
_SHOWS_A_MESSAGE = frozenset({"chat.postMessage", "chat.update", "chat.postEphemeral", "response_url", "command ack"})
# The limits' names of what has another one in blocks.
_KINDS = {"modal": "view", "home": "view"} | {
    f"{many}{kind}_select": "select" for many in ("", "multi_") for kind in ("static", "external", "users", "conversations", "channels")
}
_KIND_UNDER = {"confirm": "confirmation", "options": "option", "initial_option": "option", "initial_options": "option"}
_KIND_UNDER |= {"option_groups": "option_group"}


@dataclass(frozen=True)
class Sent:
    """One thing that left the app: a method's name or one of `ANSWERS`, and its arguments."""

    method: str
    args: Json


def judge(sent: Iterable[Sent]) -> None:
    """Raises NotAccepted where Slack would not take something, or would show it badly."""
    accept(f"{one.method}: {fault}" for one in sent for fault in faults_of(one))


def faults_of(sent: Sent) -> Iterator[str]:
    """Everything that is wrong with it."""
    args = {name: value for name, value in sent.args.items() if name not in ADDED_BY_BOLT}
    if sent.method in ANSWERS:
        yield from (f"{name} is not known here" for name in sorted(args.keys() - ANSWERS[sent.method]))
    else:
        yield from _faults_of_arguments(sent.method, args)
    if sent.method in _SHOWS_A_MESSAGE:
        yield from _faults_of_message(sent.method, args)
    if sent.method == "options ack":
        yield from _faults_of_options(args)
    if isinstance(args.get("view"), dict):
        yield from faults_of_view(args["view"])


def _faults_of_arguments(method: str, args: Json) -> Iterator[str]:
    name = "".join(part[:1].upper() + part[1:] for part in method.split(".")) + "Arguments"
    file = f"{ARGUMENTS}/{name}.json"
    if not (folder() / file).is_file():
        yield f"there is no {name}.json, so Slack has no such method"
        return
    # In these types any object with a type is a block, and what is in it is judged by itself.
    shown = args | {"blocks": [{"type": block.get("type")} for block in args["blocks"]]} if args.get("blocks") else args
    yield from faults_in(shown, _validator(file, name))


@functools.cache
def _validator(file: str, definition: str) -> Validator:
    whole = read_json(file)
    return jsonschema.Draft7Validator({**whole, "$ref": f"#/definitions/{definition}"})


# --- messages and views ---


def _faults_of_message(method: str, args: Json) -> Iterator[str]:
    blocks, text = args.get("blocks") or [], args.get("text") or ""
    if not text and not args.get("delete_original"):
        yield "text is missing: notifications and screen readers say it (sections 5 and 9)"
    if len(text) > TEXT:
        yield f"text has {len(text)} characters, {TEXT} are allowed (section 8)"
    if PINGS.search(text):
        yield "text pings everybody (section 9)"
    if method == "chat.postMessage" and (args.get("unfurl_links"), args.get("unfurl_media")) != (False, False):
        yield "unfurl_links and unfurl_media are not off (section 9)"
    yield from faults_of_blocks(blocks)


def faults_of_blocks(blocks: list[Json], *, most: int = MOST_BLOCKS) -> Iterator[str]:
    """What is wrong with these blocks of a message."""
    if len(blocks) > most:
        yield f"{len(blocks)} blocks, {most} are allowed (section 8)"
    if (length := _text_length(blocks)) > ALL_TEXT:
        yield f"the blocks' texts have {length} characters, keep them below {ALL_TEXT} (section 2)"
    for index, block in enumerate(blocks):
        at = f"blocks[{index}]"
        yield from (f"{at}{fault.removeprefix('$')}" for fault in faults_in(block, _block_validator(str(block.get("type")))))
        yield from _beyond_limits(block, at, "")
        yield from _pings(block, at)
        for action_id in _repeated(element["action_id"] for element in _within(block) if "action_id" in element):
            yield f"{at} has the action_id {action_id} more than once (section 5)"
    for block_id in _repeated(block["block_id"] for block in blocks if "block_id" in block):
        yield f"block_id {block_id} is there more than once (section 5)"


@functools.cache
def _block_validator(kind: str) -> Validator:
    """For blocks of this type; by the closed type itself a mistake is told better than by "none of twenty fits"."""
    for name, definition in read_json(BLOCKS)["definitions"].items():
        if name.endswith("Block") and definition.get("properties", {}).get("type", {}).get("const") == kind:
            return _validator(BLOCKS, name)
    return _validator(BLOCKS, "KnownBlock")


def faults_of_view(view: Json) -> Iterator[str]:
    """What is wrong with a modal or home tab."""
    kind = {"modal": "ModalView", "home": "HomeView"}.get(str(view.get("type")), "View")
    # Each block is judged by its own type below.
    shell = view | {"blocks": [{"type": "divider"} for _ in view.get("blocks", [])]}
    yield from (f"view{fault.removeprefix('$')}" for fault in faults_in(shell, _validator(VIEW, kind)))
    yield from _beyond_limits({key: value for key, value in view.items() if key != "blocks"}, "view", "view")
    limit = read_json(LIMITS_FILE)["view"]["blocks"]["max_items"]
    yield from (f"view {fault}" for fault in faults_of_blocks(view.get("blocks", []), most=limit))
    if any(block.get("type") == "input" for block in view.get("blocks", [])) and "submit" not in view:
        yield "view has an input and no submit (section 5)"


def _faults_of_options(args: Json) -> Iterator[str]:
    groups = args.get("option_groups", [])
    options = [*args.get("options", []), *(option for group in groups for option in group["options"])]
    for option in options:
        yield from (f"option {fault}" for fault in faults_in(option, _validator(BLOCKS, "PlainTextOption")))
    yield from _beyond_limits(args, "options", "select")


# --- lengths and counts ---


def _beyond_limits(part: Any, at: str, under: str) -> Iterator[str]:
    """Every length and count that goes beyond the known limits. under: what a part without a type is."""
    if isinstance(part, list):
        for index, each in enumerate(part):
            yield from _beyond_limits(each, f"{at}[{index}]", under)
    if not isinstance(part, dict):
        return
    limits = read_json(LIMITS_FILE)
    kind = str(part.get("type", under))
    for name, limit in limits.get(_KINDS.get(kind, kind), {}).items():
        if name in part:
            yield from _beyond(part[name], f"{at}.{name}", limit)
    for name in ("action_id", "block_id"):
        if name in part:
            yield from _beyond(part[name], f"{at}.{name}", limits[name])
    if kind in ("plain_text", "mrkdwn"):
        yield from _beyond(part.get("text", ""), f"{at}.text", limits["text"])
    for name, value in part.items():
        yield from _beyond_limits(value, f"{at}.{name}", _KIND_UNDER.get(name, ""))


def _beyond(value: Any, at: str, limit: Json) -> Iterator[str]:
    text = value.get("text") if isinstance(value, dict) else value
    if isinstance(text, str) and not limit.get("min_length", 0) <= len(text) <= limit.get("max_length", len(text)):
        yield f"{at} has {len(text)} characters, {limit.get('min_length', 0)} to {limit.get('max_length')} are allowed"
    if isinstance(value, list):
        if not limit.get("min_items", 0) <= len(value) <= limit.get("max_items", len(value)):
            yield f"{at} has {len(value)} items, {limit.get('min_items', 0)} to {limit.get('max_items')} are allowed"
        for index, each in enumerate(value if "item_max_length" in limit else []):
            yield from _beyond(each, f"{at}[{index}]", {"max_length": limit["item_max_length"]})
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if is_number and not limit.get("min", value) <= value <= limit.get("max", value):
        yield f"{at} is {value}, {limit.get('min')} to {limit.get('max')} are allowed"


def _text_length(part: Any) -> int:
    if isinstance(part, dict):
        own = part.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(_text_length(value) for value in part.values())
    return sum(_text_length(each) for each in part) if isinstance(part, list) else 0


def _pings(part: Any, at: str) -> Iterator[str]:
    if isinstance(part, list):
        for index, each in enumerate(part):
            yield from _pings(each, f"{at}[{index}]")
    if isinstance(part, dict):
        if part.get("type") in ("mrkdwn", "markdown") and PINGS.search(str(part.get("text"))):
            yield f"{at} pings everybody (section 9)"
        for name, value in part.items():
            yield from _pings(value, f"{at}.{name}")


def _within(block: Json) -> Iterator[Json]:
    """What can be pressed, chosen or filled in a block."""
    for name in ("elements", "accessory", "element"):
        found = block.get(name)
        yield from (each for each in (found if isinstance(found, list) else [found]) if isinstance(each, dict))


def _repeated(ids: Iterable[str]) -> list[str]:
    return [one for one, times in Counter(ids).items() if times > 1]
