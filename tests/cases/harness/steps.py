"""What starts a case, done as a person, a timer or a service would do it."""

from __future__ import annotations

import json
import re
from datetime import datetime, time, timedelta
from typing import Any

from tests.cases.harness.reading import NeedsLater, NotUnderstood
from tests.cases.harness.stage import Stage

from xero_sync.testing.standins.slack import Message
from xero_sync.testing.standins.xero.notices import signature_of
from xero_sync.testing.world import FINN, WEBHOOK_KEY

Json = dict[str, Any]
BUTTONS: tuple[tuple[str, str], ...] = (
    (r"create_option|create tracking option|create .*option|create \".*", 'Create "'),
    (r"pick_other_project|choose another project.*|choose project.*", "Choose"),
    (r"no project needed.*", "No project needed"),
    (r"both are real", "Both are real"),
    (r"leave out", "Leave out"),
    (r"count it", "Count it"),
    (r"put on .*", "Put on"),
    (r"try again", "Try again"),
    (r"use option .* on this line", "Use option"),
)
"""A case's word for a button, and how ours begins."""
LATER_BUTTONS: tuple[tuple[str, str], ...] = (
    (r"archive the option|bring it back|archive .*", "Matching, complete: better than exact names, and never a guess with money"),
)
_PRESS = re.compile(r"(?:press|click)\w*\s+(?:on\s+)?['\"](.+?)['\"](?:\s+on\s+(?:card\s+)?(\S+?))?(?:[.;,]|$)", re.IGNORECASE)
_POLL = re.compile(r"\bpoll|\bsync\b|\breads\b|\brun follows", re.IGNORECASE)
_NIGHTLY = re.compile(r"nightly|sweep", re.IGNORECASE)


async def act(stage: Stage) -> None:
    """Do what the trigger says. Raises NotUnderstood where it says nothing known, NeedsLater where nothing of the kind is built."""
    trigger = str(stage.run.when.get("trigger") or "")
    given = stage.run.given_in("slack")
    if given.get("deliveries"):
        raise NeedsLater("the app's home tab")
    if stage.run.given.get("pair") or (not trigger and not given):
        await stage.world.sync()
    elif given:
        await _by_slack(stage, given, trigger)
    elif _NIGHTLY.search(trigger):
        await _night(stage)
    elif press := _press_in(stage, trigger):
        await _press(stage, *press)
    elif deliveries := _webhooks_in(stage):
        await _deliver(stage, deliveries)
    elif _POLL.search(trigger):
        await stage.world.sync()
    else:
        raise NotUnderstood(f"when.trigger: {trigger}")


async def _night(stage: Stage) -> None:
    """It becomes three in the morning, and what is due by then is done."""
    world = stage.world
    now = world.clock.now().astimezone(world.house.connection.settings.zone)
    night = datetime.combine(now.date() + timedelta(days=1), time(3), now.tzinfo)
    await world.clock.advance((night - now).total_seconds())
    await world.work()


def _press_in(stage: Stage, trigger: str) -> tuple[str, str] | None:
    """The button's words and the case's id of the card; in a case of variants, what this variant does."""
    sentences = re.split(r"(?<=[.;])\s+", trigger)
    own = [sentence for sentence in sentences if stage.run.variant and re.search(rf"\b{re.escape(stage.run.variant)}\b", sentence)]
    found = _PRESS.search(" ".join(own or sentences))
    return (found[1], found[2] or "") if found else None


def button_of(card: Message, words: str) -> str:
    """Our button for the case's words. Raises NotUnderstood, NeedsLater."""
    for pattern, issue in LATER_BUTTONS:
        if re.fullmatch(pattern, words, re.IGNORECASE):
            raise NeedsLater(issue)
    for pattern, begins in BUTTONS:
        if re.fullmatch(pattern, words, re.IGNORECASE):
            ours = [label for label in card.buttons if label.startswith(begins)]
            if ours:
                return ours[0]
    raise NotUnderstood(f"the button {words!r}; the card has {', '.join(card.buttons)}")


async def _press(stage: Stage, words: str, case_id: str) -> None:
    del case_id  # there is one card
    if stage.open_card is None:
        for pattern, issue in LATER_BUTTONS:
            if re.fullmatch(pattern, words, re.IGNORECASE):
                raise NeedsLater(issue)
        raise NotUnderstood("a press without given.state.open_card")
    people = stage.run.given_in("config").get("allowed_users", [FINN])
    await stage.world.press(stage.world.slack.latest(stage.open_card), button_of(stage.open_card, words), people[0] if people else FINN)


def _webhooks_in(stage: Stage) -> list[Json]:
    """What Xero sends to the webhook address, in its order."""
    given = stage.run.given_in("xero")
    twice = given.get("delivered_twice")
    found = [*(given.get("requests") or ()), *([given["delivery"]] if given.get("delivery") else ())]
    return [*found, *([twice, twice] if isinstance(twice, dict) else ())] if twice is not True else found * 2


async def _deliver(stage: Stage, deliveries: list[Json]) -> None:
    """Each notice as it is written; one without a signature is signed, since Xero signs all."""
    key = str(stage.run.given_in("config").get("webhook_key") or WEBHOOK_KEY)
    async with stage.world.at_the_door() as door:
        for each in deliveries:
            body = str(each["body_text"]) if "body_text" in each else json.dumps(each.get("body", each))
            headers = {name.lower(): str(value) for name, value in (each.get("headers") or {}).items()}
            signed = {"content-type": "application/json", "x-xero-signature": signature_of(body.encode(), key)}
            stage.answers.append((await door.post("/webhooks/xero", content=body.encode(), headers={**signed, **headers})).status_code)
    if 200 in stage.answers:  # a notice that is turned away wakes nobody
        await stage.world.work()


async def _by_slack(stage: Stage, given: Json, trigger: str) -> None:
    payloads = [*(given.get("payloads") or ()), *([given["payload"]] if given.get("payload") else ())]
    for method, answers in (given.get("answers") or {}).items():
        for answer in answers if isinstance(answers, list) else ():
            if not answer.get("ok", True):
                stage.world.slack.refuses(method, str(answer["error"]))
    times = 2 if re.search(r"again|twice", trigger) and len(payloads) == 1 else 1
    for payload in payloads * times:
        match payload.get("type"):
            case "block_actions":
                await _block_action(stage, payload)
            case "block_suggestion":
                await _suggestion(stage, payload)
            case _:
                raise NotUnderstood(f"given.slack.payload of type {payload.get('type')}")


async def _block_action(stage: Stage, payload: Json) -> None:
    (action,) = payload["actions"]
    user = str(payload["user"]["id"])
    if stage.open_card is None:
        raise NotUnderstood("a press without given.state.open_card")
    if user not in stage.world.slack.workspace.users:
        stage.world.slack.has_user(user, user)
    label = button_of(stage.open_card, str(action["action_id"]))
    stage.seen.append(await stage.world.slack.press(stage.open_card, label, user))
    await stage.world.slack.until(lambda: _is_over(stage, user))
    await stage.world.work()


def _is_over(stage: Stage, user: str) -> bool:
    seen = stage.seen[-1]
    return bool(seen.messages or seen.error or seen.errors or stage.world.slack.views(user))


async def _suggestion(stage: Stage, payload: Json) -> None:
    """The menu of a form of ours is asked for its lines. What it offers is found; the form stands open."""
    user = str(payload["user"]["id"])
    world = stage.world
    if user not in world.slack.workspace.users:
        world.slack.has_user(user, user)
    if not world.slack.views(FINN):
        card = next(each for each in world.cards() if any(label.startswith("Choose") for label in each.buttons))
        await world.open_form(card, next(label for label in card.buttons if label.startswith("Choose")), FINN)
    view = world.slack.view(FINN)
    menu = next(block["element"]["action_id"] for block in view.blocks if block["type"] == "input")
    stage.found.append((str(payload.get("value") or ""), await world.slack.search(view, menu, str(payload.get("value") or ""), FINN)))
