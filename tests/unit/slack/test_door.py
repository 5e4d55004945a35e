"""The way in: tokens are tried at the start, a lost connection comes back, and everything is closed at the end."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from starlette.applications import Starlette

from xero_sync.errors import ConfigError, NotAllowed, Unavailable
from xero_sync.slack.app import SCOPES, SlackSettings, open_door
from xero_sync.testing.clock import SteppedClock
from xero_sync.testing.standins.served import serve
from xero_sync.testing.standins.slack import SlackStandIn
from xero_sync.testing.standins.traffic import Fault

JSON = {"content-type": "application/json"}


@pytest.fixture
async def slack(clock: SteppedClock) -> AsyncIterator[SlackStandIn]:
    standin = SlackStandIn(now=clock.now, scopes=SCOPES)
    async with serve(standin.app) as address:
        standin.base_url = address
        yield standin


def settings_of(slack: SlackStandIn) -> SlackSettings:
    return SlackSettings(slack.bot_token, app_token=slack.app_token, base_url=f"{slack.base_url}/api/")


async def test_given_good_tokens_when_started_then_it_is_connected_until_it_is_stopped(slack: SlackStandIn, clock: SteppedClock) -> None:
    async with open_door(settings_of(slack), clock) as door:
        await door.start()
        await slack.connected()
        was_connected = await door.is_connected()

        await door.stop()

        assert (was_connected, await door.is_connected()) == (True, False)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        pytest.param({"bot_token": "xoxb-wrong"}, "Install the app in the workspace again and set the new token", id="bot token"),
        pytest.param({"app_token": "xapp-wrong"}, "Make a new app-level token with connections:write", id="app token"),
    ],
)
async def test_given_a_wrong_token_when_started_then_one_sentence_says_which_and_nothing_waits(
    slack: SlackStandIn, clock: SteppedClock, wrong: dict[str, str], words: str
) -> None:
    async with open_door(replace(settings_of(slack), **wrong), clock) as door:
        with pytest.raises(NotAllowed, match=words):
            await door.start()


async def test_given_an_app_that_lacks_a_scope_when_started_then_the_sentence_names_it(clock: SteppedClock) -> None:
    slack = SlackStandIn(now=clock.now, scopes={"chat:write"})
    async with serve(slack.app) as address, open_door(SlackSettings(slack.bot_token, base_url=f"{address}/api/"), clock) as door:
        with pytest.raises(NotAllowed, match="The Slack app lacks commands and users:read"):
            await door.start()


async def test_given_slack_does_not_say_which_scopes_there_are_when_started_then_it_goes_on(
    slack: SlackStandIn, clock: SteppedClock
) -> None:
    slack.traffic.add(Fault(r"/api/auth\.test", status=200, body=b'{"ok": true, "team_id": "T0FERROW"}', headers=JSON))
    async with open_door(settings_of(slack), clock) as door:
        await door.start()

        await slack.connected()

        assert await door.is_connected()


async def test_given_nobody_at_slacks_address_when_started_then_the_sentence_says_so(clock: SteppedClock) -> None:
    async with serve(Starlette()) as address:
        pass

    async with open_door(SlackSettings("xoxb-standin", app_token="xapp-standin", base_url=f"{address}/api/"), clock) as door:
        with pytest.raises(Unavailable, match="Slack cannot be reached"):
            await door.start()


async def test_given_an_address_for_the_connection_that_nobody_answers_when_started_then_it_gives_up_in_time(
    slack: SlackStandIn, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xero_sync.slack.app._CALL_SECONDS", 0.05)
    answer = {"ok": True, "url": slack.base_url.replace("http", "ws") + "/link/nobody"}
    slack.traffic.add(Fault(r"/api/apps\.connections\.open", status=200, body=json.dumps(answer).encode(), headers=JSON))

    async with open_door(settings_of(slack), clock) as door:
        with pytest.raises(Unavailable, match="does not let xero-sync connect"):
            await door.start()


async def test_given_a_connection_that_breaks_when_it_is_back_then_the_door_is_connected_again(
    slack: SlackStandIn, clock: SteppedClock
) -> None:
    async with open_door(settings_of(slack), clock) as door:
        await door.start()
        await slack.connected()

        await slack.asks_to_reconnect()
        await slack.connected(connections_ever=2)

        assert await door.is_connected()


async def test_given_no_app_token_when_started_then_there_is_no_connection_that_could_be_lost(
    slack: SlackStandIn, clock: SteppedClock
) -> None:
    async with open_door(replace(settings_of(slack), app_token=None), clock) as door:
        await door.start()

        assert await door.is_connected() and not slack.is_connected


async def test_given_no_signing_secret_when_served_over_http_then_it_is_refused_before_anybody_can_press(
    slack: SlackStandIn, clock: SteppedClock
) -> None:
    async with open_door(replace(settings_of(slack), app_token=None), clock) as door:
        with pytest.raises(ConfigError, match="Copy it from the app's Basic Information page"):
            door.routes()


async def test_given_a_wrong_signature_when_a_request_comes_then_nobody_is_let_in(slack: SlackStandIn, clock: SteppedClock) -> None:
    async with open_door(replace(settings_of(slack), app_token=None, signing_secret="right"), clock) as door:
        headers = {"x-slack-request-timestamp": "1795529100", "x-slack-signature": "v0=wrong"}
        transport = httpx.ASGITransport(Starlette(routes=door.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as client:
            reply = await client.post("/slack/events", data={"command": "/xero-sync", "text": "start"}, headers=headers)

        assert reply.status_code == 401


def test_given_settings_when_printed_then_no_token_stands_there() -> None:
    settings = SlackSettings("xoxb-secret", app_token="xapp-secret", signing_secret="signing-secret")

    assert "secret'" not in repr(settings) and "xoxb" not in repr(settings) and "xapp" not in repr(settings)
