"""Forms that were sent: a project was picked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from xero_sync.slack.blocks import FormOrigin
from xero_sync.slack.cards.forms import PICK_PROJECT, sentence_view
from xero_sync.slack.desk import Desk, Look
from xero_sync.slack.listeners.actions import NO_CARD_OF_OURS
from xero_sync.slack.listeners.in_hand import InHand
from xero_sync.slack.listeners.showing import show_working
from xero_sync.slack.listeners.visitors import Visitors


def register(app: AsyncApp, desk: Desk, visitors: Visitors, in_hand: InHand) -> None:
    """The form's listener."""

    async def on_project(
        ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        person_id = await visitors.person_id(body, client, context)
        origin = FormOrigin.read(str(view.get("private_metadata", "")))
        block_id, project_id, project_name = picked_project(view)
        look = await desk.look(origin.pressed, person_id, project_id=project_id) if origin else Look(NO_CARD_OF_OURS)
        if look.choice is not None and look.refusal and block_id:
            # Another project may do: the form stays.
            await ack(response_action="errors", errors={block_id: look.refusal})
            return
        if origin is None or look.choice is None:
            desk.wake()
            await ack(response_action="update", view=sentence_view(look.refusal))
            return
        is_new = await desk.record_form(origin, project_id, person_id, dedupe_key=f"form:{view['id']}:{person_id}")
        await ack()
        if is_new:
            label = f"{look.choice.label.removesuffix('…')}: {project_name}"
            await show_working(desk, client, origin.pressed, person_id, channel=origin.channel, message_ts=origin.message_ts, label=label)

    app.view(PICK_PROJECT)(in_hand(on_project))


def picked_project(view: Mapping[str, Any]) -> tuple[str, int, str]:
    """The field's block_id, and id and name of the project picked in it; 0 where none is."""
    for block_id, fields in view["state"]["values"].items():
        chosen = (fields.get(PICK_PROJECT) or {}).get("selected_option")
        if chosen and str(chosen["value"]).isdecimal():
            return str(block_id), int(chosen["value"]), str(chosen["text"]["text"])
    return "", 0, ""
