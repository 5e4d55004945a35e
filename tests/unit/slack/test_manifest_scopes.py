"""manifest.yml asks for exactly what the code's calls need: one scope more is one more that an admin has to allow."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import yaml
from slack_sdk.web.async_client import AsyncWebClient

import xero_sync
from xero_sync.slack.app import SCOPES

MANIFEST = Path(__file__).resolve().parents[3] / "manifest.yml"
# What the documentation page of each method names as the bot's scope, "" for none. A call of a method that is not here fails the test.
SCOPE_OF = {
    "auth_test": "",
    "apps_connections_open": "",  # connections:write, on the app-level token, which no manifest makes
    "chat_postEphemeral": "chat:write",
    "chat_postMessage": "chat:write",
    "chat_update": "chat:write",
    "users_info": "users:read",
    "views_open": "",
    "views_update": "",
}
COMMANDS = "commands"
"""For slash commands, which are listened to and not called."""


def names_called() -> Iterator[str]:
    """Every attribute named anywhere in the bot, the stand-ins and the demo left out: those play Slack."""
    folder = Path(xero_sync.__file__).parent
    for file in folder.rglob("*.py"):
        if file.relative_to(folder).parts[0] not in ("testing", "demo"):
            yield from (node.attr for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Attribute))


def test_given_the_calls_in_the_code_when_their_scopes_are_put_together_then_they_are_those_of_the_manifest() -> None:
    web_api = {name for name in dir(AsyncWebClient) if "_" in name.strip("_")}
    called = web_api.intersection(names_called())

    needed = {SCOPE_OF[method] for method in called} - {""} | {COMMANDS}

    granted = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))["oauth_config"]["scopes"]
    assert (granted, needed) == ({"bot": sorted(needed)}, set(SCOPES))


def test_given_the_table_when_compared_with_the_code_then_no_method_is_in_it_that_nobody_calls() -> None:
    assert set(SCOPE_OF) - set(names_called()) == set()


def test_given_the_manifest_when_its_command_is_read_then_it_is_the_one_that_is_listened_to() -> None:
    from xero_sync.slack.listeners.commands import COMMAND

    commands = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))["features"]["slash_commands"]

    assert [command["command"] for command in commands] == [COMMAND]
