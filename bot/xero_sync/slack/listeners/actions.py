"""Buttons: an answer, an answer that needs a form, the waiting list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from xero_sync.slack.blocks import FormOrigin, Pressed
from xero_sync.slack.cards.forms import loading_view, project_view, sentence_view
from xero_sync.slack.cards.question import ANSWER, PICK
from xero_sync.slack.cards.result import SHOW_WAITING
from xero_sync.slack.desk import Desk, Look
from xero_sync.slack.listeners.in_hand import InHand
from xero_sync.slack.listeners.showing import show_privately, show_working, tell
from xero_sync.slack.listeners.visitors import Visitors

OPEN_VIEW: Final = "open_view_id"
"""Under this name the context has the form that stands open, so that a mistake can be told there."""
NO_CARD_OF_OURS: Final = "This button is not in use any more. Nothing was changed."


def register(app: AsyncApp, desk: Desk, visitors: Visitors, in_hand: InHand) -> None:
    """The buttons' listeners."""

    async def on_answer(
        ack: AsyncAck,
        body: dict[str, Any],
        action: dict[str, Any],
        client: AsyncWebClient,
        context: AsyncBoltContext,
        respond: AsyncRespond,
    ) -> None:
        person_id = await visitors.person_id(body, client, context)
        pressed = Pressed.read(str(action.get("value", "")))
        look = await desk.look(pressed, person_id) if pressed else Look(NO_CARD_OF_OURS)
        if look.refusal or pressed is None or look.choice is None:
            await ack()
            desk.wake()
            await tell(respond, look.refusal)
            return
        channel, message_ts = card_of(body)
        key = dedupe_key(body, action)
        is_new = await desk.record_press(pressed, person_id, channel=channel, message_ts=message_ts, dedupe_key=key)
        await ack()
        if not is_new:
            return
        label = look.choice.label.removesuffix("…")
        if not await show_working(desk, client, pressed, person_id, channel=channel, message_ts=message_ts, label=label):
            await tell(respond, "Recorded. This is an old copy of the card; the newest one shows what comes of it.")

    async def on_pick(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        # A trigger holds for three seconds: the form opens before anything is looked up.
        opened = await client.views_open(trigger_id=body["trigger_id"], view=loading_view())
        await ack()
        view_id = context[OPEN_VIEW] = opened["view"]["id"]
        pressed = Pressed.read(str(action.get("value", "")))
        person_id = await visitors.person_id(body, client, context)
        look = await desk.look(pressed, person_id) if pressed else Look(NO_CARD_OF_OURS)
        if look.refusal or pressed is None or look.card is None:
            desk.wake()
            await client.views_update(view_id=view_id, view=sentence_view(look.refusal))
            return
        origin = FormOrigin(pressed, *card_of(body))
        await client.views_update(view_id=view_id, view=project_view(look.card, origin))

    async def on_show_waiting(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext, respond: AsyncRespond
    ) -> None:
        await ack()
        await show_privately(respond, await desk.waiting_message(await visitors.person_id(body, client, context)))

    app.action(re.compile(rf"{ANSWER}\.\d+"))(in_hand(on_answer))
    app.action(re.compile(rf"{PICK}\.\d+"))(in_hand(on_pick))
    app.action(SHOW_WAITING)(in_hand(on_show_waiting))


def card_of(body: Mapping[str, Any]) -> tuple[str, str]:
    """Channel and ts of the message something was pressed on."""
    container = body.get("container") or {}
    channel = container.get("channel_id") or (body.get("channel") or {}).get("id", "")
    return str(channel), str(container.get("message_ts", ""))


def dedupe_key(body: Mapping[str, Any], action: Mapping[str, Any]) -> str:
    """The same for one press, however often Slack delivers it."""
    _, message_ts = card_of(body)
    return f"press:{message_ts}:{action.get('action_id')}:{action.get('action_ts')}:{body['user']['id']}"
