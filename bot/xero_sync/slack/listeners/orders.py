"""Buttons that give a command: the end of the rehearsal, the undo of a day, the card of the oldest question that has none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from xero_sync.loop.inbox import ASK, REHEARSE, START_FIRST_TEN
from xero_sync.slack.cards.help import FIRST_TEN, START_CONFIRM, UNDO_DAY_CONFIRM
from xero_sync.slack.cards.notices import GO_ON, STOP_HERE
from xero_sync.slack.cards.result import UNDO_DAY
from xero_sync.slack.cards.waiting import ASK_OLDEST
from xero_sync.slack.desk import Desk
from xero_sync.slack.listeners.actions import card_of, dedupe_key
from xero_sync.slack.listeners.in_hand import InHand
from xero_sync.slack.listeners.showing import NOTED, tell
from xero_sync.slack.listeners.visitors import Visitors

UNDO: Final = ["undo"]


def register(app: AsyncApp, desk: Desk, visitors: Visitors, in_hand: InHand) -> None:
    """The listeners of these buttons."""
    for action_id, words, replaces in (
        (START_CONFIRM, ["start"], True),
        (FIRST_TEN, START_FIRST_TEN, True),
        (GO_ON, ["start"], False),
        (STOP_HERE, REHEARSE, False),
        (UNDO_DAY_CONFIRM, UNDO, True),
        (UNDO_DAY, UNDO, False),
        (ASK_OLDEST, ASK, False),
    ):
        app.action(action_id)(in_hand(_gives(words, desk, visitors, replaces=replaces)))


def _gives(command: Sequence[str], desk: Desk, visitors: Visitors, *, replaces: bool) -> Callable[..., Awaitable[None]]:
    async def on_order(
        ack: AsyncAck,
        body: dict[str, Any],
        action: dict[str, Any],
        client: AsyncWebClient,
        context: AsyncBoltContext,
        respond: AsyncRespond,
    ) -> None:
        person_id = await visitors.person_id(body, client, context)
        # The button of an undo carries its day.
        words = [*command, str(action.get("value", ""))] if command == UNDO else command
        if refusal := await desk.refuse_command(words, person_id):
            await ack()
            await tell(respond, refusal)
            return
        channel, _ = card_of(body)
        await desk.record_command(words, person_id, channel=channel, dedupe_key=dedupe_key(body, action))
        await ack()
        desk.wake()
        if replaces:
            await respond(text=NOTED, replace_original=True)
        else:
            await tell(respond, NOTED)

    return on_order
