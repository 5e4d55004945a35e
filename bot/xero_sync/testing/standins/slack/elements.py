"""What a person can press, choose or fill: finding it, and what Slack sends of it."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from xero_sync.testing.standins.slack.records import CannotDo
from xero_sync.testing.standins.slack.shapes import Json, elements_of, options_of

Answers = dict[tuple[str, str], Json]  # (block_id, action_id) -> what a person chose there

_KEYS = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "users_select": "selected_user",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
}
_WITHOUT_STATE = ("button", "overflow")


@dataclass(frozen=True)
class Option:
    """One line of a menu."""

    text: str
    value: str
    content: Json


@dataclass(frozen=True)
class Element:
    """One element with the block it stands in; both have their ids."""

    block: Json
    content: Json

    @property
    def block_id(self) -> str:
        return str(self.block["block_id"])

    @property
    def action_id(self) -> str:
        return str(self.content["action_id"])

    @property
    def type(self) -> str:
        return str(self.content["type"])

    @property
    def words(self) -> list[str]:
        """The texts by which a person tells it from others."""
        shown = [self.content.get("text"), self.content.get("placeholder"), self.block.get("label")]
        if self.type == "overflow":
            shown += [option["text"] for option in self.content["options"]]
        return [str(text["text"]) for text in shown if isinstance(text, dict)]

    @property
    def key(self) -> str:
        """Under which name Slack puts the answer."""
        return _KEYS.get(self.type, "value")

    @property
    def is_sent_at_once(self) -> bool:
        """True when choosing here sends block_actions; an input waits for Submit unless it says otherwise."""
        return self.block["type"] != "input" or self.block.get("dispatch_action") is True

    @property
    def asks_for_options(self) -> bool:
        return self.type in ("external_select", "multi_external_select")


def with_ids(blocks: Sequence[Json], salt: str) -> list[Json]:
    """The blocks with the ids Slack makes up where the app gave none; the same salt, the same ids."""
    filled = deepcopy(list(blocks))
    for index, block in enumerate(filled):
        block.setdefault("block_id", f"{salt}b{index}")
        for position, element in enumerate(elements_of(block)):
            element.setdefault("action_id", f"{salt}a{position}")
    return filled


def elements_in(blocks: Sequence[Json]) -> Iterator[Element]:
    """Every element of these blocks, in the order shown."""
    for block in blocks:
        yield from (Element(block, content) for content in elements_of(block))


def find_element(blocks: Sequence[Json], wanted: str | tuple[str, str]) -> Element:
    """The one element with that action_id, else that text, placeholder or label, else that block_id; or with that block_id and action_id."""
    present = list(elements_in(blocks))
    by_ids = [element for element in present if (element.block_id, element.action_id) == wanted]
    by_action = [element for element in present if element.action_id == wanted]
    by_words = [element for element in present if wanted in element.words]
    by_block = [element for element in present if element.block_id == wanted]
    found = by_ids or by_action or by_words or by_block
    if len(found) == 1:
        return found[0]
    there = ", ".join(f"{' / '.join(element.words) or element.type} ({element.action_id})" for element in present) or "nothing"
    raise CannotDo(f"{'More than one is' if found else 'Nothing is'} called {wanted!r} here. To press or fill there is: {there}")


def option_called(options: Sequence[Json], wanted: Any) -> Json:
    """The option with that text or value."""
    for option in options:
        if wanted in (option, option["text"]["text"], option["value"]):
            return option
    raise CannotDo(f"There is no option {wanted!r}. There are: {', '.join(option['text']['text'] for option in options) or 'none'}")


def answer_to(element: Element, choice: Any, options: Sequence[Json] | None = None) -> Json:
    """What Slack keeps and sends for this choice.

    choice: the text or value of an option, a list of those where several can be ticked, else what was typed; None empties it.
    options: what an external menu offered.
    """
    offered = options_of(element.content) if options is None else options
    if element.key == "selected_options":
        return {"type": element.type, element.key: [option_called(offered, one) for one in choice or []]}
    if element.key == "selected_option":
        return {"type": element.type, element.key: None if choice is None else option_called(offered, choice)}
    if element.type == "plain_text_input":
        _check_length(element.content, choice or "")
    return {"type": element.type, element.key: choice or None}


def _check_length(content: Json, typed: str) -> None:
    longest, shortest = content.get("max_length", 3000), content.get("min_length", 0)
    if typed and not shortest <= len(typed) <= longest:
        raise CannotDo(f"{len(typed)} characters don't fit here: {shortest} to {longest} are allowed")


def state_of(blocks: Sequence[Json], answers: Mapping[tuple[str, str], Json]) -> dict[str, Json]:
    """`state.values`: every field with what stands in it, by block_id and action_id."""
    values: dict[str, Json] = {}
    for element in elements_in(blocks):
        if element.type not in _WITHOUT_STATE:
            answer = answers.get((element.block_id, element.action_id), _initial(element))
            values.setdefault(element.block_id, {})[element.action_id] = answer
    return values


def _initial(element: Element) -> Json:
    name = element.key.replace("selected_", "initial_") if element.key != "value" else "initial_value"
    return {"type": element.type, element.key: element.content.get(name, [] if element.key == "selected_options" else None)}


def unfilled(blocks: Sequence[Json], values: Mapping[str, Json]) -> list[str]:
    """The labels of the required inputs that are still empty."""
    return [
        element.block["label"]["text"]
        for element in elements_in(blocks)
        if element.block["type"] == "input"
        and not element.block.get("optional", False)
        and not values[element.block_id][element.action_id].get(element.key)
    ]


def action_of(element: Element, answer: Json | None, action_ts: str) -> Json:
    """One entry of `actions` in a block_actions payload."""
    kept = {name: part for name, part in element.content.items() if name in ("type", "text", "value", "style", "placeholder")}
    chosen = {} if answer is None else {element.key: answer[element.key]}
    initial = {name: part for name, part in element.content.items() if name.startswith("initial_")}
    ids = {"action_id": element.action_id, "block_id": element.block_id}
    return {**ids, **kept, **initial, **chosen, "action_ts": action_ts}
