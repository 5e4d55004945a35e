"""What a person is told when a listener fails, and when nothing listens to a button any more. Nothing ends without a word."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any, Final

import aiohttp
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.errors import SlackApiError, SlackClientError

from xero_sync.log import logger
from xero_sync.slack.blocks import escape_but_people
from xero_sync.slack.cards.forms import sentence_view
from xero_sync.slack.desk import NotRecorded
from xero_sync.slack.listeners.actions import NO_CARD_OF_OURS, OPEN_VIEW
from xero_sync.slack.listeners.visitors import VisitorUnknown

_KNOWN: Final = (NotRecorded, VisitorUnknown)
_TOO_LATE: Final = ("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id")

_SENDING_SECONDS: Final = 0.05

log = logger(__name__)


def register(app: AsyncApp) -> None:
    """The handler of everything no listener expected."""

    async def on_error(error: Exception, body: dict[str, Any], context: AsyncBoltContext) -> BoltResponse | None:
        sentence = explain(error, body)
        is_acknowledged = context.ack.response is not None
        if is_acknowledged:
            # Bolt looks for the acknowledgement every 10 ms, and forgets one it has not sent yet once a listener has failed.
            await asyncio.sleep(_SENDING_SECONDS)
        else:
            if (answer := _immediate(body, sentence)) is not None:
                return BoltResponse(status=200, body=answer)
            # First: to tell the person may take longer than Slack waits.
            await context.ack()
        await _answer_later(context, sentence)
        # Bolt takes an answer only where there was none yet.
        return None if is_acknowledged else BoltResponse(status=200, body="")

    app.error(on_error)


def explain(error: Exception, body: Mapping[str, Any]) -> str:
    """The sentence for the person; what nobody foresaw goes to the log under a number that stands in both."""
    if isinstance(error, BoltUnhandledRequestError):
        return NO_CARD_OF_OURS
    if isinstance(error, SlackApiError) and error.response.get("error") in _TOO_LATE:
        return "The form could not open in time. Press again."
    if isinstance(error, _KNOWN):
        log.warning("slack.not_recorded", code=error.code, kind=body.get("type", "command"))
        return error.message
    correlation_id = uuid.uuid4().hex[:8]
    log.error("slack.listener_failed", correlation_id=correlation_id, kind=body.get("type", "command"), exc_info=error)
    return f"Something went wrong. Look whether the card has changed, then try again. An admin finds number {correlation_id} in the log."


def _immediate(body: Mapping[str, Any], sentence: str) -> dict[str, Any] | None:
    """The answer in the acknowledgement itself, where there is room for one."""
    match body.get("type"):
        case "view_submission":
            return {"response_action": "update", "view": sentence_view(sentence)}
        case "block_suggestion":
            return {"options": []}
        case None if "command" in body:
            return {"response_type": "ephemeral", "text": escape_but_people(sentence)}
        case _:
            return None


async def _answer_later(context: AsyncBoltContext, sentence: str) -> None:
    try:
        if view_id := context.get(OPEN_VIEW):
            await context.client.views_update(view_id=view_id, view=sentence_view(sentence))
        elif context.response_url and context.respond:
            await context.respond(text=escape_but_people(sentence), response_type="ephemeral", replace_original=False)
    except (SlackClientError, aiohttp.ClientError, OSError) as error:
        log.warning("slack.person_not_told", problem=type(error).__name__)
