"""/xero-sync WORD."""

from __future__ import annotations

from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from xero_sync.reports.words import names_a_day
from xero_sync.slack.cards.help import help_message, start_message
from xero_sync.slack.desk import Desk
from xero_sync.slack.listeners.in_hand import InHand
from xero_sync.slack.listeners.showing import NOTED, show_privately, tell
from xero_sync.slack.listeners.visitors import Visitors

COMMAND: Final = "/xero-sync"


def register(app: AsyncApp, desk: Desk, visitors: Visitors, in_hand: InHand) -> None:
    """The command's listener. What only reads is answered here; the rest is a row, answered later."""

    async def on_command(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext, respond: AsyncRespond
    ) -> None:
        words = words_of(str(body.get("text") or ""))
        match words:
            case [] | ["help"]:
                await ack()
                await show_privately(respond, help_message())
            case ["status"]:
                await ack()
                await show_privately(respond, await desk.status_message(await visitors.person_id(body, client, context)))
            case ["waiting"]:
                await ack()
                await show_privately(respond, await desk.waiting_message(await visitors.person_id(body, client, context)))
            case ["why", *named]:
                await ack()
                person_id = await visitors.person_id(body, client, context)
                await show_privately(respond, await desk.why_message(" ".join(named), person_id))
            case ["history", *day]:
                await ack()
                person_id = await visitors.person_id(body, client, context)
                await show_privately(respond, await desk.history_message(" ".join(day), person_id))
            case ["undo", *day] if names_a_day(" ".join(day)):
                person_id = await visitors.person_id(body, client, context)
                await ack()
                refusal = await desk.refuse_command(words, person_id)
                await (tell(respond, refusal) if refusal else show_privately(respond, await desk.undo_day_message(" ".join(day))))
            case ["sync"] | ["sync", "--preview"] | ["waiting", "--ask"] | ["rehearse"] | ["undo" | "hold" | "resume", _, *_]:
                person_id = await visitors.person_id(body, client, context)
                if refusal := await desk.refuse_command(words, person_id):
                    await ack()
                    await tell(respond, refusal)
                    return
                key = f"command:{body['trigger_id']}"
                await desk.record_command(words, person_id, channel=str(body["channel_id"]), dedupe_key=key)
                await ack(text=NOTED)
                desk.wake()
            case ["start", *_]:
                person_id = await visitors.person_id(body, client, context)
                await ack()
                refusal = await desk.refuse_command(words, person_id)
                await (tell(respond, refusal) if refusal else show_privately(respond, start_message()))
            case _:
                await ack()
                await show_privately(respond, help_message(" ".join(words)))

    app.command(COMMAND)(in_hand(on_command))


def words_of(text: str) -> list[str]:
    """The words typed, small. Some keyboards make one long dash of two short ones."""
    return text.lower().replace("—", "--").split()
