"""The voice in Slack: messages posted, edited and told to one person, and Slack's refusals in our own words.

Source: https://docs.slack.dev/reference/methods/chat.postMessage
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Final, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from xero_sync.clock import Clock
from xero_sync.errors import NotAllowed, RateLimited, Rejected, RemoteError, Unavailable, UnexpectedReply
from xero_sync.loop.ports import Rendered
from xero_sync.reports.card import MessageGone
from xero_sync.slack.blocks import escape_but_people, within

T = TypeVar("T")

_TOLD: Final = 3_000
_REINSTALL: Final = "Slack refuses the bot token. Install the app in the workspace again and set the new token."
_INVITE: Final = "xero-sync is not in the channel. Invite @xero-sync to the channel, then it goes on by itself."
_CHANNEL: Final[Mapping[str, str]] = {
    "not_in_channel": _INVITE,
    # Slack: section 3 lists both errors for a private channel the bot is not in.
    "channel_not_found": "Slack shows xero-sync no such channel. Invite @xero-sync to the channel, or correct it in the settings.",
    "is_archived": "The channel is archived. Bring it back in Slack, or name another channel in the settings.",
    "restricted_action": "An admin of the workspace does not let apps post here. Allow it, or name another channel in the settings.",
    "restricted_action_read_only_channel": "The channel is read-only. Let xero-sync post, or name another channel in the settings.",
}
_TOKEN: Final = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "not_allowed_token_type"})
_GONE: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_PERSON: Final = frozenset({"user_not_in_channel", "user_not_found", "messages_tab_disabled"})
_OUR_FAULT: Final = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text", "invalid_arguments"}
)
_DOWN: Final = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})


class SlackSpeaker:
    """Shows messages in one workspace (`loop.ports.Speaker`).

    client: with the bot token, and no retry of its own: a post whose reply was lost may stand in the channel.
    """

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def post(self, channel: str, message: Rendered) -> str:
        """Post a message and give its ts. Raises errors.RemoteError."""
        answer = await self._call(
            lambda: self._client.chat_postMessage(
                channel=channel, text=message.text, blocks=list(message.blocks), unfurl_links=False, unfurl_media=False
            )
        )
        ts = answer.get("ts")
        if not isinstance(ts, str) or not ts:
            raise UnexpectedReply("Slack took a message but did not say where it stands.", service="slack")
        return ts

    async def edit(self, channel: str, message_id: str, message: Rendered) -> None:
        """Show something else in a message. Raises MessageGone where it was deleted, or another errors.RemoteError."""
        # Both, for with text alone Slack would take the blocks away.
        await self._call(lambda: self._client.chat_update(channel=channel, ts=message_id, text=message.text, blocks=list(message.blocks)))

    async def tell(self, channel: str, person_id: str, text: str) -> None:
        """Say something only this person sees: here, or where that is not possible in a direct message. People may be named as <@U…>.

        Raises errors.Rejected where neither is possible, so that nobody waits for it.
        """
        said = "\n".join(within((escape_but_people(line) for line in text.splitlines()), _TOLD)) or "…"
        try:
            await self._call(lambda: self._client.chat_postEphemeral(channel=channel, user=person_id, text=said))
        except (_NotHere, _NotThisPerson):
            try:
                await self._call(
                    lambda: self._client.chat_postMessage(channel=person_id, text=said, unfurl_links=False, unfurl_media=False)
                )
            except (_NotHere, _NotThisPerson) as error:
                raise Rejected(error.message, service="slack", status=error.status) from error

    async def _call(self, call: Callable[[], Awaitable[AsyncSlackResponse]]) -> AsyncSlackResponse:
        return await ask_slack(call, self._clock)


async def ask_slack(call: Callable[[], Awaitable[T]], clock: Clock) -> T:
    """What the call of the SDK gives. Raises errors.RemoteError where Slack refuses, cannot be reached or answers nonsense."""
    try:
        return await call()
    except SlackApiError as error:
        raise in_our_words(error.response, clock) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unavailable("Slack cannot be reached. It is tried again by itself.", service="slack") from error
    except (SlackClientError, AttributeError, ValueError) as error:
        # The SDK asks a reply that is no JSON object for its "ok".
        raise UnexpectedReply("Slack sent something that is not an answer. It is tried again by itself.", service="slack") from error


class _NotHere(NotAllowed):
    """xero-sync cannot write in this channel. Invite @xero-sync to it, or name another channel in the settings."""


class _NotThisPerson(Rejected):
    """Slack does not show this person anything here."""


def lacks(scope: str) -> str:
    return f"The Slack app lacks {scope}. Add it under OAuth & Permissions and install the app again."


def in_our_words(reply: Any, clock: Clock) -> RemoteError:
    """Slack's refusal as one of our errors, with what to do about it. reply: whatever the SDK made of it."""
    content = getattr(reply, "data", None)
    content = content if isinstance(content, dict) else {}
    headers = {str(name).lower(): str(value) for name, value in (getattr(reply, "headers", None) or {}).items()}
    status = getattr(reply, "status_code", None)
    code = str(content.get("error") or "")
    known: dict[str, Any] = {"service": "slack", "status": status, "request_id": headers.get("x-slack-req-id")}
    if status == 429 or code in ("ratelimited", "rate_limited"):
        waits = headers.get("retry-after", "")
        retry_at = clock.now() + timedelta(seconds=int(waits) if waits.isdecimal() else 30)
        return RateLimited("Slack takes no more messages just now. The rest follows by itself.", scope="minute", retry_at=retry_at, **known)
    if code in _CHANNEL:
        return _NotHere(_CHANNEL[code], **known)
    if code in _TOKEN:
        return NotAllowed(_REINSTALL, **known)
    if code == "missing_scope":
        return NotAllowed(lacks(str(content.get("needed") or "a permission")), **known)
    if code in _GONE:
        return MessageGone(**known)
    if code in _PERSON:
        return _NotThisPerson(f"Slack does not show this person anything here ({code}).", **known)
    if code in _OUR_FAULT:
        return Rejected(f"Slack does not take this message ({code}). Report it with the log line beside it.", **known)
    if code in _DOWN or (isinstance(status, int) and status >= 500):
        return Unavailable("Slack is not working just now. It is tried again by itself.", **known)
    if code:
        return RemoteError(f"Slack refused ({code}). It is tried again by itself.", **known)
    return UnexpectedReply("Slack sent something that is not an answer. It is tried again by itself.", **known)
