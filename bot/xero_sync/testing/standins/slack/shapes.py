"""The shapes and lengths of Block Kit, closed: what is not listed here is not taken.

Slack: section 5 has the kinds of mistake, section 8 every number.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Json = dict[str, Any]
Check = Callable[[Any, str], Iterator[str]]  # a value and its JSON pointer -> what is wrong with it, a sentence each

ID_LENGTH = 255
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
# Slack counts the text of all blocks together and does not say where it stops: one message of 11,341 characters was refused.
TEXT_OF_ALL_BLOCKS = 9_000


def text(longest: int, shortest: int = 1) -> Check:
    """Passes a string of so many characters."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{at} must be a string"
        elif len(value) > longest:
            yield f"{at} has {len(value)} characters, {longest} are allowed"
        elif len(value) < shortest:
            yield f"{at} has {len(value)} characters, {shortest} are needed"

    return check


def matching(pattern: str) -> Check:
    """Passes a string of that form."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str) or re.fullmatch(pattern, value) is None:
            yield f"{at} must look like {pattern}"

    return check


def flag(value: Any, at: str) -> Iterator[str]:
    """Passes true and false."""
    if not isinstance(value, bool):
        yield f"{at} must be true or false"


def count(most: int = 10**6, least: int = 0) -> Check:
    """Passes a whole number in that range."""

    def check(value: Any, at: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            yield f"{at} must be a whole number from {least} to {most}"

    return check


def list_of(item: Check, most: int, least: int = 1) -> Check:
    """Passes a list of so many items that pass themselves."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{at} must be a list"
            return
        if not least <= len(value) <= most:
            yield f"{at} has {len(value)} items, {least} to {most} are allowed"
        for index, part in enumerate(value):
            yield from item(part, f"{at}/{index}")

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Passes an object with these keys and no other; `type` is looked at by `by_type`."""
    known = {**(optional or {}), **required}

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{at} must be an object"
            return
        yield from (f"{at}/{name} is missing" for name in sorted(required.keys() - value.keys()))
        for name, part in value.items():
            if name in known:
                yield from known[name](part, f"{at}/{name}")
            elif name != "type":
                yield f"{at}/{name} is not known here"

    return check


def by_type(table: Mapping[str, Check]) -> Check:
    """Passes an object whose `type` is in the table and which passes that entry."""

    def check(value: Any, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in table:
            yield f"{at}/type is {kind!r}, allowed here: {', '.join(sorted(table))}"
        else:
            yield from table[kind](value, at)

    return check


def both(first: Check, second: Check) -> Check:
    """Passes what passes the one and the other."""

    def check(value: Any, at: str) -> Iterator[str]:
        yield from first(value, at)
        if isinstance(value, dict):
            yield from second(value, at)

    return check


def plain(longest: int) -> Check:
    """Passes a plain_text object."""
    return by_type({"plain_text": shape({"text": text(longest)}, {"emoji": flag})})


def formatted(longest: int) -> Check:
    """Passes a plain_text or mrkdwn object."""
    mrkdwn = shape({"text": text(longest)}, {"verbatim": flag})
    return by_type({"plain_text": shape({"text": text(longest)}, {"emoji": flag}), "mrkdwn": mrkdwn})


def options_of(element: Json) -> list[Json]:
    """Every option of a static menu, those of its groups included."""
    groups = element.get("option_groups")
    known = [group for group in groups if isinstance(group, dict)] if isinstance(groups, list) else []
    grouped = [option for group in known for option in group.get("options", [])]
    options = element.get("options")
    return [*(options if isinstance(options, list) else []), *grouped]


def _offers_choices(element: Json, at: str) -> Iterator[str]:
    if ("options" in element) == ("option_groups" in element):
        yield f"{at} needs either options or option_groups"


def _starts_with_an_option(element: Json, at: str) -> Iterator[str]:
    many = element.get("initial_options")
    chosen = [element["initial_option"]] if "initial_option" in element else many if isinstance(many, list) else []
    if any(option not in options_of(element) for option in chosen):
        yield f"{at} starts with an option that is not among its options"


CONFIRM = shape(
    {"title": plain(100), "text": formatted(300), "confirm": plain(30), "deny": plain(30)}, {"style": matching("primary|danger")}
)
OPTION = shape({"text": plain(75), "value": text(150)}, {"description": plain(75)})
TICK = shape({"text": formatted(75), "value": text(150)}, {"description": plain(75)})
OVERFLOW_OPTION = shape({"text": plain(75), "value": text(150)}, {"description": plain(75), "url": text(3000)})
OPTION_GROUP = shape({"label": plain(75), "options": list_of(OPTION, 100)})

_ACTION: dict[str, Check] = {"action_id": text(ID_LENGTH), "confirm": CONFIRM}
_FIELD: dict[str, Check] = {**_ACTION, "focus_on_load": flag}
_HINTED: dict[str, Check] = {**_FIELD, "placeholder": plain(150)}
_STATIC: dict[str, Check] = {**_HINTED, "options": list_of(OPTION, 100), "option_groups": list_of(OPTION_GROUP, 100)}
_TYPED: dict[str, Check] = {
    "action_id": text(ID_LENGTH),
    "focus_on_load": flag,
    "placeholder": plain(150),
    "dispatch_action_config": shape({"trigger_actions_on": list_of(matching("on_enter_pressed|on_character_entered"), 2)}),
}


def _static(extra: Mapping[str, Check]) -> Check:
    return both(both(shape({}, {**_STATIC, **extra}), _offers_choices), _starts_with_an_option)


_MANY = {"max_selected_items": count(least=1)}
_QUERY = {"min_query_length": count()}
BUTTON = shape(
    {"text": plain(75)},
    {**_ACTION, "value": text(2000), "url": text(3000), "style": matching("primary|danger"), "accessibility_label": text(75)},
)
CHOICES: dict[str, Check] = {
    "static_select": _static({"initial_option": OPTION}),
    "external_select": shape({}, {**_HINTED, **_QUERY, "initial_option": OPTION}),
    "multi_static_select": _static({**_MANY, "initial_options": list_of(OPTION, 100)}),
    "multi_external_select": shape({}, {**_HINTED, **_QUERY, **_MANY, "initial_options": list_of(OPTION, 100)}),
    "users_select": shape({}, {**_HINTED, "initial_user": text(ID_LENGTH)}),
    "checkboxes": both(shape({"options": list_of(TICK, 10)}, {**_FIELD, "initial_options": list_of(TICK, 10)}), _starts_with_an_option),
    "radio_buttons": both(shape({"options": list_of(TICK, 10)}, {**_FIELD, "initial_option": TICK}), _starts_with_an_option),
    "datepicker": shape({}, {**_HINTED, "initial_date": matching(r"\d{4}-\d{2}-\d{2}")}),
    "timepicker": shape({}, {**_HINTED, "initial_time": matching(r"\d{2}:\d{2}"), "timezone": text(100)}),
}
TYPED: dict[str, Check] = {
    "plain_text_input": shape(
        {},
        {**_TYPED, "initial_value": text(3000, 0), "multiline": flag, "min_length": count(3000), "max_length": count(3000, 1)},
    ),
    "number_input": shape(
        {"is_decimal_allowed": flag},
        {**_TYPED, "initial_value": text(100), "min_value": text(100), "max_value": text(100)},
    ),
    "email_text_input": shape({}, {**_TYPED, "initial_value": text(3000)}),
}
IMAGE = shape({"image_url": text(3000), "alt_text": text(2000)})
ACTIONS: dict[str, Check] = {**CHOICES, "button": BUTTON, "overflow": shape({"options": list_of(OVERFLOW_OPTION, 5)}, _ACTION)}


def _has_text(block: Json, at: str) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield f"{at} needs text or fields"


def _block(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    return shape(required, {**(optional or {}), "block_id": text(ID_LENGTH)})


_SECTION = _block(
    {},
    {"text": formatted(3000), "fields": list_of(formatted(2000), 10), "accessory": by_type({**ACTIONS, "image": IMAGE}), "expand": flag},
)
VIEW_BLOCK: dict[str, Check] = {
    "section": both(_SECTION, _has_text),
    "header": _block({"text": plain(150)}),
    "divider": _block({}),
    "context": _block({"elements": list_of(by_type({"plain_text": plain(3000), "mrkdwn": formatted(3000), "image": IMAGE}), 10)}),
    "actions": _block({"elements": list_of(by_type(ACTIONS), 25)}),
    "image": _block({"image_url": text(3000), "alt_text": text(2000)}, {"title": plain(2000)}),
    "input": _block(
        {"label": plain(2000), "element": by_type({**CHOICES, **TYPED})},
        {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
}
MESSAGE_BLOCK: dict[str, Check] = {**VIEW_BLOCK, "markdown": _block({"text": text(12_000)})}

_VIEW: dict[str, Check] = {
    "blocks": list_of(by_type(VIEW_BLOCK), VIEW_BLOCKS),
    "callback_id": text(ID_LENGTH, 0),
    "external_id": text(ID_LENGTH, 0),
    "private_metadata": text(3000, 0),
}
_MODAL: dict[str, Check] = {"submit": plain(24), "close": plain(24), "clear_on_close": flag, "notify_on_close": flag}


def _can_be_submitted(view: Json, at: str) -> Iterator[str]:
    blocks = view.get("blocks")
    kinds = [block.get("type") for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []
    if "input" in kinds and "submit" not in view:
        yield f"{at}/submit is missing although there is an input"


VIEW = both(
    by_type(
        {
            "modal": both(shape({"title": plain(24), "blocks": _VIEW["blocks"]}, {**_VIEW, **_MODAL}), _can_be_submitted),
            "home": shape({"blocks": _VIEW["blocks"]}, _VIEW),
        }
    ),
    lambda view, at: repeated_ids(view.get("blocks"), f"{at}/blocks"),
)


def elements_of(block: Json) -> list[Json]:
    """What a person can press, choose or fill in a block, in the order shown."""
    parts = {"actions": block.get("elements"), "section": [block.get("accessory")], "input": [block.get("element")]}
    found = parts.get(str(block.get("type"))) or []
    return [part for part in found if isinstance(part, dict) and part.get("type") != "image"]


def repeated_ids(blocks: Any, at: str) -> Iterator[str]:
    """What is wrong with the ids: a block_id counts once per message or view, an action_id once per block."""
    known = [block for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []
    for block_id in _repeated(block["block_id"] for block in known if "block_id" in block):
        yield f"{at} has block_id {block_id!r} more than once"
    for index, block in enumerate(known):
        for action_id in _repeated(element["action_id"] for element in elements_of(block) if "action_id" in element):
            yield f"{at}/{index} has action_id {action_id!r} more than once"


def _repeated(ids: Iterable[str]) -> list[str]:
    return [one for one, times in Counter(map(str, ids)).items() if times > 1]


def text_length(part: Any) -> int:
    """The characters of every text in these blocks, added up."""
    if isinstance(part, dict):
        own = part.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(text_length(inner) for inner in part.values())
    return sum(text_length(inner) for inner in part) if isinstance(part, list) else 0
