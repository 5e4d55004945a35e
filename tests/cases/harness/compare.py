"""What a case says came of it against what is so: the bot's own books, both services' books, and what stands in Slack."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from tests.cases.harness.exchanges import BASES, instant
from tests.cases.harness.reading import NotUnderstood
from tests.cases.harness.stage import CURSORS, Stage

from xero_sync.domain.decisions import MakeOption, PutOn
from xero_sync.testing.standins.slack import Message

Json = dict[str, Any]
KINDS: Mapping[str, str] = {
    "ambiguous": r"open projects are called",
    "no_match": r"No Scoro project is called",
    "no_tracking": r"No project for .* on account",
    "lines_without_tracking": r"No project for .* on account",
    "write_refused": r"Could not be done",
    "connection_health": r"cannot be read|not connected",
    "quota_notice": r"used up",
    "admin_category_missing": r"tracking category .* is no longer active",
}
"""A case's word for a kind of card, and what ours of that kind says."""
MESSAGES: Mapping[str, str] = {
    "not_created": r"(did not|does not|could not|not there|not show)",
    "xero_dropped_tracking": r"no tracking",
    "names_look_identical": r"(?s)\(no\. \d+.*\(no\. \d+",
}
"""A case's word for a message or note, and what ours says: two names that look the same are told apart by their numbers."""
NOT_COMPARED = frozenset({"after_click", "outcome", "results", "must", "must_not", "variants"})
"""What `clicks` looks at, a label for people, a label per variant, and what `musts` has."""


async def differences(stage: Stage) -> list[str]:
    """A sentence for each key of `then` that is not so."""
    found: list[str] = []
    then = {"xero_writes": [], **stage.run.then}
    for key, wanted in then.items():
        if key in NOT_COMPARED:
            continue
        compare = _COMPARE.get(key)
        if compare is None:
            raise NotUnderstood(f"then.{key}")
        found += [f"{key}: {each}" for each in await compare(stage, wanted)]
    violations = [str(each) for each in stage.world.slack.violations]
    return [*found, *(f"Slack would refuse this: {each}" for each in violations)]


# Attachments.


async def _rows(stage: Stage) -> dict[tuple[str, str, int], Decimal]:
    shares = await stage.shares()
    return {(document_id, share.line_id, share.project_id): share.net for document_id, of in shares.items() for share in of}


def _wanted(rows: list[Json]) -> dict[tuple[str, str, int], Decimal]:
    return {(row["document_id"], row["line_id"], int(row["project_id"])): Decimal(str(row["net_amount"])) for row in rows}


async def _attachments(stage: Stage, wanted: list[Json]) -> list[str]:
    found, expected = await _rows(stage), _wanted(wanted)
    return [*_unequal(found, expected), *_scoro_disagrees(stage, expected, whole=True), *_currencies(stage, wanted)]


async def attachments_of(stage: Stage, wanted: list[Json]) -> list[str]:
    """As `attachments`, of the documents that are named alone."""
    named = {row["document_id"] for row in wanted}
    found = {key: net for key, net in (await _rows(stage)).items() if key[0] in named}
    return [*_unequal(found, _wanted(wanted)), *_scoro_disagrees(stage, _wanted(wanted), whole=False), *_currencies(stage, wanted)]


async def _attachments_new(stage: Stage, wanted: list[Json]) -> list[str]:
    before = {(document_id, share.line_id, share.project_id) for document_id, of in stage.shares_before.items() for share in of}
    found = {key: net for key, net in (await _rows(stage)).items() if key not in before}
    return [*_unequal(found, _wanted(wanted)), *_scoro_disagrees(stage, _wanted(wanted), whole=False), *_currencies(stage, wanted)]


async def _attachments_changed(stage: Stage, wanted: int) -> list[str]:
    now = await stage.shares()
    changed = [each for each in {*now, *stage.shares_before} if now.get(each) != stage.shares_before.get(each)]
    return [] if len(changed) == wanted else [f"{len(changed)} documents changed, {wanted} were to"]


async def _detached(stage: Stage, wanted: list[str]) -> list[str]:
    now = await stage.shares()
    gone = sorted(document_id for document_id in stage.shares_before if document_id not in now)
    return [] if gone == sorted(wanted) else [f"taken off: {gone}"]


def _unequal(found: Mapping[Any, Decimal], expected: Mapping[Any, Decimal]) -> Iterator[str]:
    if found != expected:
        yield f"the bot has {_told(found)}, wanted is {_told(expected)}"


def _scoro_disagrees(stage: Stage, expected: Mapping[tuple[str, str, int], Decimal], *, whole: bool) -> Iterator[str]:
    """Scoro's books, by document and project; `whole`: and nothing else stands on a project there."""
    world = stage.world
    wanted: Counter[tuple[str, int]] = Counter()
    for (document_id, _, project_id), net in expected.items():
        wanted[document_id, project_id] += net  # type: ignore[assignment]  # a Counter of amounts
    there: Counter[tuple[str, int]] = Counter()
    for document_id in world.xero.documents:
        copy = world.scoro.copy_of(document_id)
        for project_id in world.scoro.projects if copy else ():
            nets = [entry.net for entry in world.scoro.finances(project_id) if copy and entry.document_id == copy["id"]]
            if nets:
                there[document_id, project_id] += sum(nets, Decimal(0))  # type: ignore[assignment]  # as above
    for key in {*wanted, *there} if whole else wanted:
        if Decimal(there.get(key, 0)) != Decimal(wanted.get(key, 0)):
            yield f"Scoro has {there.get(key, 0)} of {key[0]} on {key[1]}, wanted is {wanted.get(key, 0)}"


def _currencies(stage: Stage, wanted: list[Json]) -> Iterator[str]:
    for row in wanted:
        copy = stage.world.scoro.copy_of(row["document_id"])
        if copy is None or copy["currency"] != row.get("currency", copy["currency"]):
            yield f"{row['document_id']} is not in {row.get('currency')} in Scoro"


def _told(rows: Mapping[Any, Decimal]) -> str:
    return ", ".join(f"{' '.join(map(str, key))} {net}" for key, net in sorted(rows.items())) or "nothing"


# Cards.


def _questions(stage: Stage) -> list[Message]:
    return [card for card in stage.world.cards() if not card.plain.startswith("Xero to Scoro")]


async def _cards(stage: Stage, wanted: list[Json]) -> list[str]:
    new = [card for card in _questions(stage) if card.ts not in stage.cards_before]
    wrong, explained = [], set()
    for each in wanted:
        if "case_id" in each:
            card = stage.world.slack.latest(stage.open_card) if stage.open_card else None
            cards = [card] if card else []
        else:
            pattern = KINDS.get(str(each.get("kind")))
            if pattern is None:
                raise NotUnderstood(f"a card of kind {each.get('kind')}")
            cards = [card for card in _questions(stage) if re.search(pattern, card.plain) and (card in new or _is_changed(stage, card))]
        explained |= {card.ts for card in cards}
        wrong += [line async for line in _card_differs(stage, each, cards)]
    wrong += [f"a card that was not to be: {card.plain.splitlines()[0]}" for card in new if card.ts not in explained]
    return wrong


def _is_changed(stage: Stage, card: Message) -> bool:
    return card.ts in stage.cards_before and card.edited > 0


async def _card_differs(stage: Stage, wanted: Json, cards: list[Message]) -> Any:
    count = wanted.get("count", 1)
    if len(cards) != count:
        yield f"{len(cards)} cards of {wanted.get('kind') or wanted.get('case_id')}, wanted is {count}"
        return
    for card in cards:
        for word, value in wanted.items():
            if word not in ("kind", "case_id", "count") and (said := await _word_differs(stage, card, word, value)):
                yield said


async def _word_differs(stage: Stage, card: Message, word: str, value: Any) -> str:
    """What one word about a card is otherwise, "" where it is so."""
    match word:
        case "status":
            stands = "open" if card.buttons else "closed"
            return "" if (value == "open") == (stands == "open") else f"it is {stands}, wanted is {value}"
        case "candidates":
            offered = await _projects_offered(stage, card)
            return "" if set(offered) == set(value) else f"offered are {offered}, wanted is {value}"
        case "suggestions":
            offered = await _projects_offered(stage, card)
            return "" if set(value) <= set(offered) else f"offered are {offered}, wanted is {value}"
        case "message_contains":
            return "" if str(value) in card.plain else f"the card does not say {value!r}: {card.plain}"
        case "net_amount":
            amount = f"{abs(Decimal(str(value))):,.2f}"
            return "" if amount in card.plain else f"the card does not say {amount}: {card.plain}"
        case "message" | "note" if str(value) in MESSAGES:
            return "" if re.search(MESSAGES[str(value)], card.plain) else f"the card does not say that it is {value}: {card.plain}"
        case _:
            raise NotUnderstood(f"a card's {word} {value}")


async def _projects_offered(stage: Stage, card: Message) -> list[int]:
    """The projects the card's question offers, in its order."""
    return [project_id for each, _, project_id in await card_choices(stage) if each.ts == card.ts and project_id]


async def card_choices(stage: Stage) -> list[tuple[Message, str, int]]:
    """Every answer that open cards offer: the card, the button's label and its project, 0 for none."""
    books = stage.world.house.connection.books
    async with books.database.read() as db:
        asked = await books.asked.open_questions(db)
    return [
        (card, choice.label, choice.decision.project_id if isinstance(choice.decision, PutOn | MakeOption) else 0)
        for card in _questions(stage)
        for each in asked
        if card.buttons and each.question.title in card.plain
        for choice in each.question.choices
    ]


# What was written and asked.


async def _xero_writes(stage: Stage, wanted: list[Json]) -> list[str]:
    writes = [call for call in stage.xero_calls if call.method != "GET" and call.path.startswith(BASES["xero"])]
    found = Counter((call.method, call.path.removeprefix(BASES["xero"])) for call in writes)
    expected = Counter({(each["method"], each["path"]): int(each.get("count", 1)) for each in wanted})
    wrong = [] if found == expected else [f"written was {dict(found)}, wanted is {dict(expected)}"]
    for each in wanted:
        bodies = [
            call.body.decode() for call in writes if (call.method, call.path.removeprefix(BASES["xero"])) == (each["method"], each["path"])
        ]
        if "body" in each:
            wrong += [f"{body} was sent, wanted is {each['body']}" for body in bodies if json.loads(body) != each["body"]]
        if "body_contains" in each:
            words = each["body_contains"] if isinstance(each["body_contains"], list) else [each["body_contains"]]
            wrong += [f"{body} was sent, without {word}" for body in bodies for word in words if str(word) not in body]
    return wrong


async def _request_header(stage: Stage, wanted: Json) -> list[str]:
    asked = [call for call in stage.xero_calls if call.path == f"{BASES['xero']}{wanted.get('path', '/Invoices')}"]
    headers = {name.lower(): value for name, value in wanted.items() if name != "path"}
    found = [{name: call.headers.get(name) for name in headers} for call in asked]
    return [] if found and all(each == headers for each in found) else [f"sent was {found}"]


async def _request_counts(stage: Stage, wanted: Json) -> list[str]:
    count = sum(call.path == f"{BASES['xero']}{wanted['path']}" and call.method == "GET" for call in stage.xero_calls)
    if "count" in wanted and count != wanted["count"]:
        return [f"{count} reads of {wanted['path']}, wanted is {wanted['count']}"]
    return [f"{count} reads of {wanted['path']}, at most {wanted['max']}"] if count > wanted.get("max", count) else []


async def _responses(stage: Stage, wanted: list[int]) -> list[str]:
    return [] if stage.answers == wanted else [f"answered was {stage.answers}"]


async def _reads(stage: Stage, wanted: int | Json) -> list[str]:
    """How often a document came because of an event: by its id, or in a list."""
    asked = sum(call.method == "GET" and re.search(r"/(Invoices|CreditNotes)(/|$)", call.path) is not None for call in stage.xero_calls)
    if not isinstance(wanted, int):
        raise NotUnderstood(f"then.reads {wanted}")
    return [] if asked == wanted else [f"{asked} reads"]


async def _slack_calls(stage: Stage, wanted: list[Json]) -> list[str]:
    calls = Counter(call.method for call in stage.world.slack.calls[stage.calls_before["slack"] :])
    private = sum(len(seen.messages) for seen in stage.seen)
    wrong = []
    for each in wanted:
        found = private if str(each["method"]).startswith("ephemeral_to") else calls[each["method"]]
        if found != each.get("count", 1):
            wrong.append(f"{found} of {each['method']}, wanted is {each.get('count', 1)}")
    return wrong


# What is stored.


async def _cursors(stage: Stage) -> list[Any]:
    books = stage.world.house.connection.books
    async with books.database.read() as db:
        states = await books.mirror.lists(db)
    return [states[name].cursor for name in CURSORS[:1] if name in states]


async def _cursor(stage: Stage, wanted: str) -> list[str]:
    return [f"it is {found}" for found in await _cursors(stage) if found != instant(wanted)]


async def _cursor_min(stage: Stage, wanted: str) -> list[str]:
    return [f"it is {found}" for found in await _cursors(stage) if found is None or found < instant(wanted)]


async def _cursor_max(stage: Stage, wanted: str) -> list[str]:
    return [f"it is {found}" for found in await _cursors(stage) if found is None or found > instant(wanted)]


async def _bindings(stage: Stage, wanted: list[Json]) -> list[str]:
    books = stage.world.house.connection.books
    async with books.database.read() as db:
        found = {option_id: binding.project_id for option_id, binding in (await books.ledger.bindings(db)).items()}
    return [f"{each} is not stored" for each in wanted if found.get(str(each["option_id"])) != int(each["project_id"])]


# The project menu, and pairs.


async def _limits(stage: Stage, wanted: Json) -> list[str]:
    options = [option for _, found in stage.found for option in found]
    wrong = [f"{len(found)} options" for _, found in stage.found if len(found) > wanted.get("max_options", len(found))]
    wrong += [f"a label of {len(option.text)}" for option in options if len(option.text) > wanted.get("max_label_chars", 75)]
    return [*wrong, *(f"a value of {len(option.value)}" for option in options if len(option.value) > wanted.get("max_value_chars", 150))]


async def _expect(stage: Stage, wanted: Any) -> list[str]:
    if stage.run.given.get("pair"):
        return [line async for line in _pair_differs(stage, wanted)]
    wrong = []
    for each in wanted:
        options = next((found for query, found in stage.found if query == each["query"]), [])
        ids = [int(option.value) for option in options]
        if "project_ids" in each and sorted(ids) != sorted(each["project_ids"]):
            wrong.append(f"for {each['query']!r} {ids} are offered")
        if each.get("labels_differ") and len({option.text for option in options}) != len(options):
            wrong.append(f"for {each['query']!r} two labels are equal")
        if len(options) > each.get("max_options", len(options)):
            wrong.append(f"for {each['query']!r} {len(options)} options")
    return wrong


async def _pair_differs(stage: Stage, wanted: Json) -> Any:
    """By the README's words for `expect`."""
    attached = sorted({share.project_id for of in (await stage.shares()).values() for share in of})
    cards = [card for card in _questions(stage) if card.buttons]
    if "attach" in wanted:
        if attached != [wanted["attach"]] or cards:
            yield f"attached to {attached} with {len(cards)} cards"
        return
    if attached or len(cards) != 1:
        yield f"attached to {attached} with {len(cards)} cards"
        return
    offered = await _projects_offered(stage, cards[0])
    for word, value in wanted.items():
        match word:
            case "suggest_any" | "no_match":
                continue
            case "suggest" if set(value) <= set(offered):
                continue
            case "first" if offered[:1] == [value]:
                continue
            case "note" if str(value).split()[-1] in cards[0].plain:
                continue
            case "suggest" | "first" | "note":
                yield f"{word} {value}: offered are {offered}, and the card says {cards[0].plain}"
            case _:
                raise NotUnderstood(f"expect.{word}")


_COMPARE: Mapping[str, Callable[[Stage, Any], Awaitable[list[str]]]] = {
    "attachments": _attachments,
    "attachments_new": _attachments_new,
    "attachments_changed": _attachments_changed,
    "detached": _detached,
    "cards": _cards,
    "xero_writes": _xero_writes,
    "request_header": _request_header,
    "request_counts": _request_counts,
    "slack_calls": _slack_calls,
    "responses": _responses,
    "reads": _reads,
    "cursor": _cursor,
    "cursor_after_min": _cursor_min,
    "cursor_after_max": _cursor_max,
    "bindings": _bindings,
    "limits": _limits,
    "expect": _expect,
}
