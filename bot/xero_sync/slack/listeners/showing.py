"""What a listener shows by itself: a sentence for the person who pressed, and the card while it is worked on."""

from __future__ import annotations

from typing import Final

import aiohttp
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from xero_sync.log import logger
from xero_sync.loop.ports import Rendered
from xero_sync.slack.blocks import Pressed, escape_but_people
from xero_sync.slack.desk import Desk, NotRecorded

NOTED: Final = "Noted. The answer follows here."
"""To a command that is a row now, carried out by the writer."""

log = logger(__name__)


async def tell(respond: AsyncRespond, text: str) -> None:
    """Say something only this person sees; the card stays."""
    await respond(text=escape_but_people(text), response_type="ephemeral", replace_original=False)


async def show_privately(respond: AsyncRespond, message: Rendered) -> None:
    """Show a message only to this person."""
    await respond(
        text=message.text,
        blocks=list(message.blocks),
        response_type="ephemeral",
        replace_original=False,
        unfurl_links=False,
        unfurl_media=False,
    )


async def show_working(
    desk: Desk, client: AsyncWebClient, pressed: Pressed, person_id: str, *, channel: str, message_ts: str, label: str
) -> bool:
    """Have the card say that it is worked on, then wake the writer, which brings it to what came of it.

    False where this message is only a copy of the card. The writer is woken in any case.
    """
    try:
        message = await desk.working(pressed, person_id, channel=channel, message_ts=message_ts, label=label)
        if message is None:
            return False
        await client.chat_update(channel=channel, ts=message_ts, text=message.text, blocks=list(message.blocks))
        await desk.has_shown(pressed, channel=channel, message_ts=message_ts)
    except (SlackClientError, aiohttp.ClientError, OSError, NotRecorded) as error:
        # The press is recorded; the writer will show what came of it.
        log.warning("slack.working_not_shown", problem=type(error).__name__)
    finally:
        desk.wake()
    return True
