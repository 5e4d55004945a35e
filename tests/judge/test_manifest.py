"""manifest.yml, judged by Slack's own schemas and by what the bot needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.judge.contracts import NotAccepted
from tests.judge.contracts_manifest import SCOPES, judge_manifest, read_manifest

import xero_sync.slack.app

Change = Callable[[dict[str, Any]], object]


def test_given_the_manifest_when_judged_then_slack_takes_it_and_it_asks_for_what_is_needed() -> None:
    judge_manifest(read_manifest())


def test_given_the_scopes_that_are_allowed_when_compared_with_the_bots_then_they_are_the_same() -> None:
    assert set(xero_sync.slack.app.SCOPES) == SCOPES


PLANTED: dict[str, tuple[Change, str]] = {
    "a scope too many": (
        lambda it: it["oauth_config"]["scopes"]["bot"].append("channels:history"),
        "channels:history is asked for and not",
    ),
    "a scope of a person": (lambda it: it["oauth_config"]["scopes"].update(user=["chat:write"]), "person chat:write is asked for and not"),
    "a scope missing": (lambda it: it["oauth_config"]["scopes"]["bot"].remove("users:read"), "users:read is needed and not"),
    "a scope twice": (lambda it: it["oauth_config"]["scopes"]["bot"].append("commands"), "stands there twice"),
    "an event": (lambda it: it["settings"].update(event_subscriptions={"bot_events": ["app_mention"]}), "app_mention is asked for and not"),
    "a key Slack does not know": (lambda it: it.update(setings={}), "'setings' was unexpected"),
    "a name too long": (lambda it: it["display_information"].update(name="x" * 36), "is too long"),
    "half an address": (
        lambda it: it["settings"]["interactivity"].update(request_url="https://bot.example/slack/events"),
        "do not come over Socket Mode alone",
    ),
}


@pytest.mark.parametrize(("change", "said"), PLANTED.values(), ids=PLANTED)
def test_given_a_fault_in_the_manifest_when_judged_then_it_is_not_accepted(change: Change, said: str) -> None:
    manifest = read_manifest()
    change(manifest)

    with pytest.raises(NotAccepted, match=said):
        judge_manifest(manifest)
