"""The search in the form: projects as one types."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from xero_sync.slack.blocks import FormOrigin, option
from xero_sync.slack.cards.forms import PICK_PROJECT
from xero_sync.slack.desk import Desk
from xero_sync.slack.listeners.in_hand import InHand


def register(app: AsyncApp, desk: Desk, in_hand: InHand) -> None:
    """The menu's listener. Slack waits three seconds for it, and only a form of ours has this menu."""

    async def on_search(ack: AsyncAck, body: dict[str, Any]) -> None:
        origin = FormOrigin.read(str((body.get("view") or {}).get("private_metadata", "")))
        found = await desk.search_projects(str(body.get("value") or ""), origin.pressed.question_id) if origin else ()
        await ack(options=[option(project.label, str(project.project_id)) for project in found])

    app.options(PICK_PROJECT)(in_hand(on_search))
