"""The payloads Slack sends to an app, in the shapes Bolt's own scenario tests use."""

from typing import Any

from xero_sync.testing.standins.slack.elements import state_of, with_ids
from xero_sync.testing.standins.slack.records import Channel, Message, User, View
from xero_sync.testing.standins.slack.shapes import Json
from xero_sync.testing.standins.slack.workspace import Installation, Workspace

VERIFICATION_TOKEN = "verification-token"  # legacy; nobody should look at it


def message_content(message: Message, app: Installation) -> Json:
    """A message as the API returns it and payloads carry it."""
    is_ours = message.author_id == app.bot_user_id
    content: Json = {"type": "message", "user": message.author_id, "ts": message.ts, "team": app.team_id, "text": message.text}
    if is_ours:
        content |= {"bot_id": app.bot_id, "app_id": app.app_id}
    if message.blocks:
        content["blocks"] = message_blocks(message)
    if message.thread_ts:
        content["thread_ts"] = message.thread_ts
    if message.metadata:
        content["metadata"] = message.metadata
    if message.edited:
        content["edited"] = {"user": app.bot_id, "ts": message.ts}
    return content


def message_blocks(message: Message) -> list[Json]:
    """Its blocks with every id; made-up ones are new after each edit."""
    return with_ids(message.blocks, f"{message.ts[-6:]}.{message.edited}.")


def view_blocks(view: View) -> list[Json]:
    """Its blocks with every id."""
    return with_ids(view.blocks, f"{view.id}.")


def view_content(view: View, workspace: Workspace) -> Json:
    """A view as the API returns it and payloads carry it, with what its person has filled in."""
    app = workspace.installation
    blocks = view_blocks(view)
    content = view.content
    return {
        "id": view.id,
        "team_id": app.team_id,
        "type": content["type"],
        "blocks": blocks,
        "private_metadata": view.private_metadata,
        "callback_id": view.callback_id,
        "state": {"values": state_of(blocks, workspace.answers_on(view.user_id, view))},
        "hash": view.hash,
        "title": content.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "close": content.get("close"),
        "submit": content.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": app.app_id,
        "external_id": content.get("external_id", ""),
        "app_installed_team_id": app.team_id,
        "bot_id": app.bot_id,
    }


def command_form(app: Installation, user: User, channel: Channel, command: str, text: str, trigger_id: str, response_url: str) -> Json:
    """The fields of a slash command; there is no thread_ts among them (Slack: section 8)."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": app.team_id,
        "team_domain": app.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name.lower(),
        "command": command,
        "text": text,
        "api_app_id": app.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def channel_name(channel: Channel) -> str:
    """How payloads call a channel: private ones are not named."""
    return "directmessage" if channel.is_im else "privategroup" if channel.is_private else channel.name


def interaction(kind: str, app: Installation, user: User, **more: Any) -> Json:
    """What all interaction payloads have in common."""
    return {
        "type": kind,
        "team": {"id": app.team_id, "domain": app.domain},
        "user": {"id": user.id, "username": user.name.lower(), "name": user.name.lower(), "team_id": user.team_id or app.team_id},
        "api_app_id": app.app_id,
        "token": VERIFICATION_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
        **more,
    }


def on_message(message: Message, channel: Channel, app: Installation) -> Json:
    """The part that says on which message something was done; an ephemeral message is not repeated in it."""
    container = {"type": "message", "message_ts": message.ts, "channel_id": channel.id, "is_ephemeral": message.only_for is not None}
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    part: Json = {"container": container, "channel": {"id": channel.id, "name": channel_name(channel)}}
    return part if message.only_for else {**part, "message": message_content(message, app)}


def event_callback(app: Installation, event: Json, event_id: str, event_time: int) -> Json:
    """The wrapper around an event of the Events API."""
    authorization = {
        "enterprise_id": None,
        "team_id": app.team_id,
        "user_id": app.bot_user_id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": app.team_id,
        "api_app_id": app.app_id,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": event_time,
        "event": event,
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
    }
